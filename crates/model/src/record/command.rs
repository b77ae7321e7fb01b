//! What can be asked of records. [`crate::Command::Record`] carries it.

use super::activity::{ActivityEdit, ActivityKind, ActivityText};
use super::property::{ObjectTypeText, Place, PropertyEdit};
use super::value::{Edits, PropertyKey, PropertyKind};
use super::{RecordKind, RecordRef};
use crate::id::{ActivityId, ContactId, ConversationId, MessageId, ObjectTypeId, PropertyId};
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RecordCommand {
    Create {
        kind: RecordKind,
        values: Edits,
        /// What it is associated with from the beginning.
        links: Vec<RecordRef>,
    },
    Edit {
        record: RecordRef,
        values: Edits,
    },
    Trash {
        record: RecordRef,
    },
    Restore {
        record: RecordRef,
    },
    /// For good, from Trash only.
    Erase {
        record: RecordRef,
    },
    SetLink {
        record: RecordRef,
        other: RecordRef,
        linked: bool,
    },
    /// Everything of `loser` goes over to `winner` (D7).
    Merge {
        winner: ContactId,
        loser: ContactId,
    },
    CreateProperty {
        object: RecordKind,
        kind: PropertyKind,
        name: String,
        options: Vec<String>,
    },
    EditProperty {
        property: PropertyId,
        edit: PropertyEdit,
    },
    /// Before that one of the same kind of record, or to the end.
    MoveProperty {
        property: PropertyId,
        before: Option<PropertyId>,
    },
    DeleteProperty {
        property: PropertyId,
    },
    CreateObjectType {
        text: ObjectTypeText,
    },
    EditObjectType {
        object_type: ObjectTypeId,
        name: Option<String>,
        plural: Option<String>,
    },
    DeleteObjectType {
        object_type: ObjectTypeId,
    },
    /// Which properties are shown in a place, and in which order.
    SetShown {
        place: Place,
        properties: Vec<PropertyKey>,
    },
    CreateActivity {
        record: RecordRef,
        kind: ActivityKind,
        at: Option<Timestamp>,
        text: ActivityText,
        /// For feedback: what it is about.
        conversation: Option<ConversationId>,
    },
    EditActivity {
        activity: ActivityId,
        edit: ActivityEdit,
    },
    SetDone {
        activity: ActivityId,
        done: bool,
    },
    DeleteActivity {
        activity: ActivityId,
    },
    /// The contact says by the link of the survey in this mail how it went, or says it again (D5).
    AnswerSurvey {
        survey: MessageId,
        /// 1 to 5.
        score: i64,
        words: String,
    },
}

impl RecordCommand {
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create_record",
            Self::Edit { .. } => "edit_record",
            Self::Trash { .. } => "trash_record",
            Self::Restore { .. } => "restore_record",
            Self::Erase { .. } => "erase_record",
            Self::SetLink { .. } => "set_link",
            Self::Merge { .. } => "merge_contacts",
            Self::CreateProperty { .. } => "create_property",
            Self::EditProperty { .. } => "edit_property",
            Self::MoveProperty { .. } => "move_property",
            Self::DeleteProperty { .. } => "delete_property",
            Self::CreateObjectType { .. } => "create_object_type",
            Self::EditObjectType { .. } => "edit_object_type",
            Self::DeleteObjectType { .. } => "delete_object_type",
            Self::SetShown { .. } => "set_shown",
            Self::CreateActivity { .. } => "create_activity",
            Self::EditActivity { .. } => "edit_activity",
            Self::SetDone { .. } => "set_done",
            Self::DeleteActivity { .. } => "delete_activity",
            Self::AnswerSurvey { .. } => "answer_survey",
        }
    }
}
