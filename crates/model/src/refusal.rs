//! Why a command was not carried out: a stable code for programs, a sentence for people.

use crate::custom::VIEWS_MOST;
use crate::id::ConversationId;
use crate::pipeline::{MOVED_MOST, PIPELINES_MOST, STATUSES_MOST};
use crate::record::value::PropertyKey;
use crate::rules::record::LINKS_MOST;
use crate::ticket::REACH_MOST;
use crate::time::Timestamp;

/// The kinds of thing a command can miss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noun {
    Conversation,
    Message,
    Inbox,
    Agent,
    Command,
    Bulk,
    CustomView,
    Pipeline,
    Status,
    Contact,
    Company,
    Deal,
    Ticket,
    Object,
    ObjectType,
    Property,
    Activity,
    Survey,
}

impl Noun {
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Message => "message",
            Self::Inbox => "inbox",
            Self::Agent => "agent",
            Self::Command => "action",
            Self::Bulk => "bulk action",
            Self::CustomView => "view",
            Self::Pipeline => "pipeline",
            Self::Status => "status",
            Self::Contact => "contact",
            Self::Company => "company",
            Self::Deal => "deal",
            Self::Ticket => "ticket",
            Self::Object => "record",
            Self::ObjectType => "kind of record",
            Self::Property => "property",
            Self::Activity => "activity",
            Self::Survey => "survey",
        }
    }
}

/// A refusal. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The session has ended, or the account was switched off.
    SignIn,
    /// It is not there, or not for this person: the two are told apart by nobody (M3).
    NotFound(Noun),
    /// The role does not reach that far.
    RoleTooLow,
    /// M5: only the agent who hid it, or a super admin.
    NotYoursToUnhide,
    /// Something the server alone may do.
    SystemOnly,
    /// A word to the contact in a conversation in Trash or Spam.
    RestoreFirst,
    NotSpamFirst,
    /// Deletion for good starts from Trash (V9).
    TrashFirst,
    /// T7.
    BotWaits {
        until: Timestamp,
    },
    /// The one named as owner cannot be one: not active, or does not see the inbox.
    CannotOwn,
    /// What the command did cannot be taken back.
    NotUndoable,
    /// Somebody changed it since; undoing would undo theirs.
    ChangedSince,
    /// Not this person's action to undo.
    NotYoursToUndo,
    /// The last active super admin would go.
    LastSuperAdmin,
    /// A shared custom view is its owner's to change, or an admin's.
    NotYoursToEdit,
    /// There are as many custom views as there may be.
    TooManyViews {
        shared: bool,
    },
    /// A custom view cannot come back to a name that another has now.
    NameTaken {
        name: String,
    },
    /// A conversation keeps the ticket it has (K1).
    HasTicket,
    /// A ticket holds conversations of its own inbox alone.
    OtherInbox,
    /// In Trash a ticket is restored or deleted and nothing else.
    TicketInTrash,
    TicketTrashFirst,
    /// T7 for one of the ticket's conversations.
    TicketBotWaits {
        conversation: ConversationId,
        until: Timestamp,
    },
    /// More than one transaction should hold.
    TooManyConversations,
    /// As many conversations as one transaction should hold.
    TicketFull,
    /// Tickets stand in it, and it was not said where they go.
    StatusInUse,
    /// The same, and they are too many to move at once.
    StatusTooFull,
    /// A pipeline keeps an open status and a closed one.
    LastStatus {
        closed: bool,
    },
    PipelineInUse,
    LastPipeline,
    TooManyPipelines,
    TooManyStatuses,
    /// There is nobody to block.
    NoSender,
    /// Who is deleted for good is no longer known to be blocked (T5).
    UnblockFirst,
    /// The query of a custom view has mistakes; the field is `query`.
    WrongQuery(Vec<Mistake>),
    /// A value of a record does not fit its property, which is called `name`.
    InvalidValue {
        property: PropertyKey,
        name: String,
        why: Invalid,
    },
    /// A record in Trash is only looked at.
    RestoreRecordFirst(Noun),
    /// Deletion for good starts from Trash.
    TrashRecordFirst(Noun),
    /// Records of these two kinds are not associated.
    CannotLink,
    TooManyLinks,
    /// A contact is not merged with itself.
    CannotMerge,
    /// More than one transaction is to hold.
    MergeTooLarge {
        what: &'static str,
        most: usize,
    },
    /// There are as many as there may be.
    TooMany {
        what: &'static str,
        most: usize,
    },
    /// An activity is its author's to change, or an admin's.
    NotYoursToChange,
    /// A field is wrong; its name as in the API.
    Invalid {
        field: &'static str,
        why: Invalid,
    },
}

/// Something wrong in a query, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Stable, snake case.
    pub code: &'static str,
    pub sentence: String,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invalid {
    Empty,
    /// The most allowed, in characters.
    TooLong {
        most: usize,
    },
    /// The least allowed, in characters.
    TooShort {
        least: usize,
    },
    NotAnAddress,
    Taken,
    /// A line break or another control character where none may be.
    ControlCharacter,
    /// No such view stands in the same list.
    NotBeside,
    /// Further from UTC than clocks are.
    NotAClock,
    /// No status of the same pipeline.
    NotItsStatus,
    /// Tickets would be closed or opened by being moved.
    NotOfTheSameKind,
    /// The most allowed.
    TooMany {
        most: usize,
    },
    /// There is no such thing to set.
    Unknown,
    /// It does not go with what it is set on.
    NotHere,
    /// It has to be said.
    Missing,
    BeforeItsStart,
    NotAText,
    NotANumber,
    NotADate,
    NotAnOption,
    NotYesOrNo,
    NotAPerson,
    NotAPhone,
    NotADomain,
    NotAnAmount,
    NotACurrency,
    NotAStage,
    NotAScore,
}

impl Refusal {
    /// Stable, snake case.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::NotFound(_) => "not_found",
            Self::RoleTooLow => "role_too_low",
            Self::NotYoursToUnhide => "not_yours_to_unhide",
            Self::SystemOnly => "system_only",
            Self::RestoreFirst => "restore_first",
            Self::NotSpamFirst => "not_spam_first",
            Self::TrashFirst => "trash_first",
            Self::BotWaits { .. } => "bot_waits",
            Self::CannotOwn => "cannot_own",
            Self::NotUndoable => "not_undoable",
            Self::ChangedSince => "changed_since",
            Self::NotYoursToUndo => "not_yours_to_undo",
            Self::LastSuperAdmin => "last_super_admin",
            Self::NotYoursToEdit => "not_yours_to_edit",
            Self::TooManyViews { .. } => "too_many_views",
            Self::NameTaken { .. } => "name_taken",
            Self::HasTicket => "has_ticket",
            Self::OtherInbox => "other_inbox",
            Self::TicketInTrash => "ticket_in_trash",
            Self::TicketTrashFirst => "ticket_trash_first",
            Self::TicketBotWaits { .. } => "bot_waits",
            Self::TooManyConversations | Self::TicketFull => "too_many_conversations",
            Self::StatusInUse => "status_in_use",
            Self::StatusTooFull => "status_too_full",
            Self::LastStatus { .. } => "last_status",
            Self::PipelineInUse => "pipeline_in_use",
            Self::LastPipeline => "last_pipeline",
            Self::TooManyPipelines => "too_many_pipelines",
            Self::TooManyStatuses => "too_many_statuses",
            Self::NoSender => "no_sender",
            Self::UnblockFirst => "unblock_first",
            Self::RestoreRecordFirst(_) => "restore_first",
            Self::TrashRecordFirst(_) => "trash_first",
            Self::CannotLink => "cannot_link",
            Self::TooManyLinks => "too_many_links",
            Self::CannotMerge => "cannot_merge",
            Self::MergeTooLarge { .. } => "merge_too_large",
            Self::TooMany { .. } => "too_many",
            Self::NotYoursToChange => "not_yours_to_change",
            Self::WrongQuery(_) | Self::Invalid { .. } | Self::InvalidValue { .. } => "invalid",
        }
    }

    /// An English sentence that names the thing.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::SignIn => "Sign in to go on.".into(),
            Self::NotFound(noun) => {
                format!("This {} does not exist, or you do not have access to it.", noun.word())
            }
            Self::RoleTooLow => "Your role does not allow this.".into(),
            Self::NotYoursToUnhide => "Only the agent who hid this message, or a super admin, can unhide it.".into(),
            Self::SystemOnly => "Only the server itself does this.".into(),
            Self::RestoreFirst => "This conversation is in Trash. Restore it first.".into(),
            Self::NotSpamFirst => "This conversation is in Spam. Mark it as not spam first.".into(),
            Self::TrashFirst => "Only a conversation in Trash can be deleted permanently.".into(),
            Self::BotWaits { until } => format!(
                "A bot is talking with this visitor. It can be closed 30 minutes after the visitor's last message, from {}.",
                until.to_rfc3339()
            ),
            Self::CannotOwn => "That person is not active or has no access to this inbox.".into(),
            Self::NotUndoable => "This action cannot be undone.".into(),
            Self::ChangedSince => "It has been changed since, so this can no longer be undone.".into(),
            Self::NotYoursToUndo => "Only the person who did this can undo it.".into(),
            Self::LastSuperAdmin => "The last active super admin has to stay.".into(),
            Self::NotYoursToEdit => "Only the person who made this view, or an admin, can change it.".into(),
            Self::TooManyViews { shared: true } => {
                format!("A team has at most {VIEWS_MOST} shared views. Delete one first.")
            }
            Self::TooManyViews { shared: false } => {
                format!("You have {VIEWS_MOST} views of your own, which is the most. Delete one first.")
            }
            Self::NameTaken { name } => {
                format!("The name \u{201c}{name}\u{201d} is used by another view now.")
            }
            Self::HasTicket => "This conversation has a ticket already, and keeps it.".into(),
            Self::OtherInbox => {
                "A ticket holds conversations of its own inbox only, and this one is in another.".into()
            }
            Self::TicketInTrash => "This ticket is in Trash. Restore it first.".into(),
            Self::TicketTrashFirst => "Only a ticket in Trash can be deleted permanently.".into(),
            Self::TicketBotWaits { conversation, until } => format!(
                "Conversation {conversation} of this ticket is a bot's with a visitor. It can be closed 30 minutes after the \
                 visitor's last message, from {}.",
                until.to_rfc3339()
            ),
            Self::TooManyConversations => {
                format!("This reaches more than {REACH_MOST} conversations, which is the most that is done at once.")
            }
            Self::TicketFull => format!("A ticket holds at most {REACH_MOST} conversations."),
            Self::StatusInUse => "Tickets have this status. Say which other status they are to have.".into(),
            Self::StatusTooFull => {
                format!(
                    "More than {MOVED_MOST} tickets or conversations have this status. Move them to another one first."
                )
            }
            Self::LastStatus { closed: false } => "A pipeline keeps at least one open status.".into(),
            Self::LastStatus { closed: true } => "A pipeline keeps at least one closed status.".into(),
            Self::PipelineInUse => "There are tickets in this pipeline. Move or delete them first.".into(),
            Self::LastPipeline => "The last pipeline has to stay.".into(),
            Self::TooManyPipelines => {
                format!("There are {PIPELINES_MOST} pipelines, which is the most. Delete one first.")
            }
            Self::TooManyStatuses => format!("A pipeline has at most {STATUSES_MOST} statuses. Delete one first."),
            Self::NoSender => "This conversation is with nobody who could be blocked.".into(),
            Self::UnblockFirst => {
                "This contact is blocked, and what they write would be taken in again. Unblock them first.".into()
            }
            Self::WrongQuery(wrong) => wrong.first().map(|it| it.sentence.clone()).unwrap_or_default(),
            Self::RestoreRecordFirst(noun) => format!("This {} is in Trash. Restore it first.", noun.word()),
            Self::TrashRecordFirst(noun) => {
                format!("Only a {} in Trash can be deleted permanently.", noun.word())
            }
            Self::CannotLink => "Two records of this kind are not associated with each other.".into(),
            Self::TooManyLinks => format!("A record has at most {LINKS_MOST} associations. Remove one first."),
            Self::CannotMerge => "A contact cannot be merged with itself.".into(),
            Self::MergeTooLarge { what, most } => {
                format!("This contact has more than {most} {what}, which is more than can be moved at once.")
            }
            Self::TooMany { what, most } => format!("There are at most {most} {what}. Delete one first."),
            Self::NotYoursToChange => "Only the person who wrote this, or an admin, can change it.".into(),
            Self::InvalidValue { name, why, .. } => why.sentence(name),
            Self::Invalid { field, why } => why.sentence(field),
        }
    }
}

impl Invalid {
    /// Stable, snake case.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong { .. } => "too_long",
            Self::TooShort { .. } => "too_short",
            Self::NotAnAddress => "not_an_address",
            Self::Taken => "taken",
            Self::ControlCharacter => "control_character",
            Self::NotBeside => "not_beside",
            Self::NotAClock => "not_a_clock",
            Self::NotItsStatus => "not_its_status",
            Self::NotOfTheSameKind => "not_of_the_same_kind",
            Self::TooMany { .. } => "too_many",
            Self::Unknown => "unknown",
            Self::NotHere => "not_here",
            Self::Missing => "missing",
            Self::BeforeItsStart => "before_its_start",
            Self::NotAText => "not_a_text",
            Self::NotANumber => "not_a_number",
            Self::NotADate => "not_a_date",
            Self::NotAnOption => "not_an_option",
            Self::NotYesOrNo => "not_yes_or_no",
            Self::NotAPerson => "not_a_person",
            Self::NotAPhone => "not_a_phone",
            Self::NotADomain => "not_a_domain",
            Self::NotAnAmount => "not_an_amount",
            Self::NotACurrency => "not_a_currency",
            Self::NotAStage => "not_a_stage",
            Self::NotAScore => "not_a_score",
        }
    }

    /// An English sentence about `field`.
    #[must_use]
    pub fn sentence(self, field: &str) -> String {
        match self {
            Self::Empty => format!("\u{201c}{field}\u{201d} is empty."),
            Self::TooLong { most } => format!("\u{201c}{field}\u{201d} is longer than {most} characters."),
            Self::TooShort { least } => {
                format!("\u{201c}{field}\u{201d} is shorter than {least} characters.")
            }
            Self::NotAnAddress => format!("\u{201c}{field}\u{201d} is not a mail address."),
            Self::Taken => format!("\u{201c}{field}\u{201d} is already in use."),
            Self::NotBeside => format!("\u{201c}{field}\u{201d} is no view of the same list."),
            Self::NotAClock => format!("\u{201c}{field}\u{201d} is further from UTC than any clock."),
            Self::NotItsStatus => format!("\u{201c}{field}\u{201d} is no status of this pipeline."),
            Self::NotOfTheSameKind => format!(
                "\u{201c}{field}\u{201d} has to be open if the status is open and closed if it is closed: moving tickets closes and reopens none."
            ),
            Self::TooMany { most } => format!("\u{201c}{field}\u{201d} has more than {most} entries."),
            Self::Unknown => format!("There is no \u{201c}{field}\u{201d} to choose here."),
            Self::NotHere => format!("\u{201c}{field}\u{201d} does not go with this kind."),
            Self::Missing => format!("\u{201c}{field}\u{201d} has to say where the values of each deleted option go."),
            Self::BeforeItsStart => format!("\u{201c}{field}\u{201d} is before the start."),
            Self::NotAText => format!("\u{201c}{field}\u{201d} is not a text."),
            Self::NotANumber => format!("\u{201c}{field}\u{201d} is not a number, as in 1234.5."),
            Self::NotADate => format!("\u{201c}{field}\u{201d} is not a date, as in 2026-11-25."),
            Self::NotAnOption => format!("\u{201c}{field}\u{201d} has no such option."),
            Self::NotYesOrNo => format!("\u{201c}{field}\u{201d} is neither yes nor no."),
            Self::NotAPerson => format!("\u{201c}{field}\u{201d} is no active person of the team."),
            Self::NotAPhone => format!("\u{201c}{field}\u{201d} is not a telephone number."),
            Self::NotADomain => format!("\u{201c}{field}\u{201d} is not a domain, as in example.org."),
            Self::NotAnAmount => format!("\u{201c}{field}\u{201d} is not an amount."),
            Self::NotACurrency => format!("\u{201c}{field}\u{201d} is not a currency, as in EUR."),
            Self::NotAStage => format!("\u{201c}{field}\u{201d} is no stage of a deal."),
            Self::NotAScore => format!("\u{201c}{field}\u{201d} is not a score from 1 to 5."),
            Self::ControlCharacter => format!("\u{201c}{field}\u{201d} has a line break or another control character."),
        }
    }
}
