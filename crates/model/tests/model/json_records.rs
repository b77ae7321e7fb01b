//! The shapes of records are read from JSON as serde writes them.

use crate::json::{reads_alike, tree};
use samtal_model::json::FromJson;
use samtal_model::record::RecordRef;
use samtal_model::record::activity::{ActivityKind, CallOutcome, Direction};
use samtal_model::record::property::Place;
use samtal_model::record::value::{BuiltIn, PropertyKey, PropertyKind, Value, Values};
use samtal_model::wire::{
    ActivityView, HistoryChange, LinkChange, MovedOption, NewValues, ObjectTypeList, ObjectTypeView, OptionView,
    PropertyList, PropertyView, RecordDetail, RecordPage, RecordView, ShownView, Sidebar, SidebarConversations,
    TimelineChange, TimelineEntry, TimelinePage,
};
use samtal_model::{
    ActivityId, Actor, AgentId, Cause, Change, CompanyId, ContactId, ConversationId, DealId, InboxId, ObjectId,
    ObjectTypeId, OptionId, PropertyId, Sequence, TicketChange, TicketId, TicketSet, Timestamp,
};

fn values() -> Values {
    let mut values = Values::default();
    values.set(BuiltIn::Name.into(), Some(Value::Text("Maja \"M\" Öberg\n".into())));
    values.set(BuiltIn::Amount.into(), Some(Value::Whole(129_900)));
    values.set(PropertyKey::Defined(PropertyId(12)), Some(Value::Flag(false)));
    values.set(PropertyKey::Defined(PropertyId(13)), Some(Value::List(vec![1, 3])));
    values
}

fn record(whole: bool) -> RecordView {
    RecordView {
        kind: "contact".into(),
        id: 7,
        object_type_id: whole.then_some(ObjectTypeId(1)),
        values: if whole { values() } else { Values::default() },
        created_at: whole.then_some(Timestamp(5)),
        trashed_at: whole.then_some(Timestamp(6)),
        merged_into: whole.then_some(ContactId(8)),
        version: Sequence(9),
    }
}

fn activity(whole: bool) -> ActivityView {
    ActivityView {
        id: ActivityId(1),
        record: RecordRef::Deal(DealId(2)),
        kind: ActivityKind::Call,
        author: whole.then_some(AgentId(3)),
        created_at: Timestamp(4),
        at: Timestamp(5),
        text: "x".into(),
        due: whole.then_some(Timestamp(6)),
        assignee: whole.then_some(AgentId(7)),
        done_at: whole.then_some(Timestamp(8)),
        ends_at: whole.then_some(Timestamp(9)),
        direction: whole.then_some(Direction::Out),
        outcome: whole.then_some(CallOutcome::LeftMessage),
        duration_s: whole.then_some(10),
        score: whole.then_some(5),
        conversation_id: whole.then_some(ConversationId(11)),
        can_edit: whole,
        version: Sequence(12),
    }
}

#[test]
fn records_and_what_stands_beside_a_conversation() {
    for whole in [true, false] {
        let some = || if whole { vec![record(true), record(false)] } else { vec![] };
        reads_alike(&record(whole));
        reads_alike(&RecordPage { items: some(), next_cursor: whole.then(|| "7.maja".into()) });
        let merged_from = whole.then_some(ContactId(3));
        reads_alike(&RecordDetail { record: record(whole), links: some(), merged_from, sequence: Sequence(1) });
        reads_alike(&activity(whole));
        reads_alike(&TimelinePage { items: vec![], next_cursor: whole.then(|| "1.0.7".into()) });
        reads_alike(&Sidebar {
            conversation_id: ConversationId(1),
            contact: whole.then(|| record(true)),
            shown: if whole { vec![BuiltIn::Phone.into(), PropertyKey::Defined(PropertyId(3))] } else { vec![] },
            conversations: SidebarConversations { items: vec![], more: whole },
            tickets: vec![],
            deals: some(),
            companies: some(),
            objects: some(),
            feedback: if whole { vec![activity(true)] } else { vec![] },
            sequence: Sequence(2),
        });
    }
    let set = TicketSet::Contact { from: Some(ContactId(1)), to: None };
    let moved = Change::Ticket(TicketChange::Set { ticket: TicketId(3), inbox: InboxId(1), set });
    let change = TimelineChange {
        sequence: Sequence(9),
        actor: Actor::Agent(AgentId(2)),
        at: Timestamp(1_000),
        change: HistoryChange::of(Cause::Asked, &moved).expect("a line"),
    };
    let of = |activity, change| TimelineEntry { message: None, activity, change };
    for entry in [of(Some(activity(true)), None), of(None, Some(change))] {
        let json = serde_json::to_value(&entry).expect("json");
        assert_eq!(TimelineEntry::from_json(tree(&json)), Some(entry));
    }
    for a in [RecordRef::Contact(ContactId(1)), RecordRef::Company(CompanyId(2)), RecordRef::Ticket(TicketId(3))] {
        reads_alike(&LinkChange { a, b: RecordRef::Object(ObjectId(4)), linked: true });
    }
}

#[test]
fn properties_and_kinds_of_records() {
    for (kind, word) in PropertyKind::ALL {
        assert_eq!(serde_json::to_value(kind).expect("json"), word);
        reads_alike(&PropertyList {
            items: vec![PropertyView {
                key: PropertyKey::Defined(PropertyId(12)),
                id: Some(PropertyId(12)),
                object: "contact".into(),
                object_type_id: None,
                built_in: false,
                kind,
                name: "Plan".into(),
                options: vec![OptionView { id: OptionId(1), name: "Gold".into() }],
                moved: vec![MovedOption { from: OptionId(2), to: Some(OptionId(1)) }],
                position: -3,
                version: Sequence(4),
            }],
            sequence: Sequence(5),
        });
    }
    let of = ObjectTypeView {
        id: ObjectTypeId(1),
        name: "Machine".into(),
        plural: "Machines".into(),
        position: 1024,
        version: Sequence(2),
    };
    reads_alike(&ObjectTypeList { items: vec![of], sequence: Sequence(3) });
    for place in Place::ALL {
        reads_alike(&ShownView { place, properties: vec![BuiltIn::Status.into()], own: true, sequence: Sequence(7) });
    }
}

#[test]
fn new_values_are_written_as_they_are_read() {
    let new = NewValues(vec![
        (BuiltIn::Phone.into(), None),
        (PropertyKey::Defined(PropertyId(12)), Some(Value::Text("x".into()))),
    ]);
    let json = serde_json::to_string(&new).expect("json");
    assert_eq!(json, r#"{"phone":null,"p12":"x"}"#);
    assert_eq!(
        serde_json::from_str::<NewValues>(&json).expect("values"),
        NewValues({
            let mut sorted = new.0.clone();
            sorted.sort_by_key(|(key, _)| *key);
            sorted
        })
    );
    assert!(serde_json::from_str::<NewValues>(r#"{"shoe":1}"#).is_err());
}
