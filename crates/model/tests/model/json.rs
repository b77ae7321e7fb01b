//! What the browser reads through `FromJson` is what serde reads: every shape that is sent, and everything that can be
//! wrong with one.

use samtal_model::json::{FromJson, Json};
use samtal_model::reach::Reach;
use samtal_model::wire::{
    AgentList, AgentView, AttachmentView, BulkAction, BulkList, BulkPreview, BulkRefusal, BulkRefusedPage, BulkState,
    BulkView, ContactView, ConversationPage, ConversationTicket, ConversationView, CustomViewList, CustomViewView,
    FieldError, HistoryCause, HistoryChange, HistoryEntry, HistoryKind, HistoryPage, InboxCounts, InboxList, InboxView,
    MatchView, MessageAnswer, MessagePage, MessageView, Problem, ReachView, SessionView, ViewCount, ViewCountList,
};
use samtal_model::{
    Actor, Address, AgentId, AgentState, Author, BulkId, Channel, CommandId, ContactId, ConversationId,
    ConversationState, CustomViewId, InboxId, MessageId, MessageKind, Origin, Owner, Priority, Role, Sequence, Sort,
    StatusColour, StatusId, TicketId, Timestamp, View,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::fmt::Debug;

pub fn tree(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Bool(value) => Json::Bool(*value),
        Value::Number(number) => Json::Int(number.as_i64().expect("a whole number")),
        Value::String(text) => Json::Text(text.clone()),
        Value::Array(items) => Json::List(items.iter().map(tree).collect()),
        Value::Object(fields) => Json::Fields(fields.iter().map(|(name, value)| (name.clone(), tree(value))).collect()),
    }
}

/// The same with one thing wrong, for everything that can be.
fn spoilt(value: &Value) -> Vec<Value> {
    let with = |fields: &Map<String, Value>, name: &str, value: Value| {
        let mut fields = fields.clone();
        fields.insert(name.to_owned(), value);
        Value::Object(fields)
    };
    match value {
        Value::Null => vec![json!({}), json!([]), json!(-1), json!("nothing"), json!(true)],
        Value::Bool(_) => vec![json!(null), json!(1), json!("true")],
        Value::Number(_) => vec![json!(null), json!("1"), json!(true), json!(-1), json!(70_000), json!([])],
        Value::String(_) => vec![json!(null), json!(1), json!("something else"), json!(["x"]), json!({})],
        Value::Array(items) => {
            let mut all = vec![json!(null), json!({}), json!("x")];
            for (index, item) in items.iter().enumerate() {
                all.extend(spoilt(item).into_iter().map(|item| {
                    let mut items = items.clone();
                    items[index] = item;
                    Value::Array(items)
                }));
            }
            all
        }
        Value::Object(fields) => {
            let mut all = vec![json!(null), json!("x"), json!(1)];
            for (name, value) in fields {
                let mut without = fields.clone();
                without.remove(name);
                all.push(Value::Object(without));
                all.extend(spoilt(value).into_iter().map(|value| with(fields, name, value)));
            }
            all
        }
    }
}

/// Reads `value` back, and whatever is wrong with it as serde does.
pub fn reads_alike<T>(value: &T)
where
    T: FromJson + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let json = serde_json::to_value(value).expect("json");
    assert_eq!(T::from_json(tree(&json)).as_ref(), Some(value), "{json}");
    for spoilt in spoilt(&json) {
        let read = T::from_json(tree(&spoilt));
        assert_eq!(read, serde_json::from_value(spoilt.clone()).ok(), "{spoilt} instead of {json}");
    }
    if let Value::Object(mut fields) = json {
        fields.insert("of_a_later_version".into(), json!([1]));
        assert_eq!(T::from_json(tree(&Value::Object(fields))).as_ref(), Some(value), "what is unknown is passed over");
    }
}

fn all_read_alike<T>(values: &[T])
where
    T: FromJson + Serialize + DeserializeOwned + PartialEq + Debug,
{
    values.iter().for_each(reads_alike);
}

#[test]
fn numbers_times_and_words() {
    reads_alike(&AgentId(-7));
    reads_alike(&CommandId(i64::MAX));
    reads_alike(&BulkId(5));
    reads_alike(&ContactId(1));
    reads_alike(&ConversationId(2));
    reads_alike(&InboxId(3));
    reads_alike(&MessageId(4));
    reads_alike(&Sequence(0));
    all_read_alike(&[Timestamp(0), Timestamp(1_763_654_520_123), Timestamp(-1)]);
    all_read_alike(&[true, false]);
    all_read_alike(&[0_u16, u16::MAX]);
    all_read_alike(&[String::new(), "Räksmörgås \"☃\"".to_owned()]);
    all_read_alike(&[None, Some(AgentId(1))]);
    all_read_alike(&[vec![], vec![Role::Agent, Role::Admin]]);
    // Only what the server prints is read.
    assert_eq!(Timestamp::from_json(Json::Text("2026-11-20T17:02:00+01:00".into())), None);
}

#[test]
fn every_word_of_every_list() {
    all_read_alike(&View::ALL);
    all_read_alike(&Sort::ALL);
    all_read_alike(&[Channel::Email, Channel::Chat, Channel::Messenger, Channel::Form, Channel::Call]);
    all_read_alike(&[Origin::Inbound, Origin::Outbound, Origin::Bot]);
    all_read_alike(&[ConversationState::Open, ConversationState::Closed]);
    all_read_alike(&[MessageKind::Inbound, MessageKind::Outbound, MessageKind::Comment]);
    all_read_alike(&[Role::Agent, Role::Admin, Role::SuperAdmin]);
    all_read_alike(&[AgentState::Active, AgentState::Deactivated, AgentState::Removed]);
    all_read_alike(&[Owner::Agent(AgentId(1)), Owner::Bot]);
    all_read_alike(&[Author::Contact(ContactId(1)), Author::Agent(AgentId(2)), Author::Bot, Author::Inbox]);
    all_read_alike(&[Actor::Agent(AgentId(1)), Actor::System]);
    all_read_alike(&[BulkAction::Close, BulkAction::Reopen, BulkAction::Assign, BulkAction::Trash]);
    all_read_alike(&[BulkAction::Restore, BulkAction::Spam, BulkAction::NotSpam, BulkAction::Read, BulkAction::Unread]);
    all_read_alike(&[BulkState::Selecting, BulkState::Running, BulkState::Stopping, BulkState::Done]);
    all_read_alike(&[BulkState::Stopped]);
    all_read_alike(&[HistoryKind::Started, HistoryKind::Message, HistoryKind::Closed, HistoryKind::Reopened]);
    all_read_alike(&[HistoryKind::Owner, HistoryKind::Trashed, HistoryKind::Restored, HistoryKind::Spam]);
    all_read_alike(&[HistoryKind::NotSpam, HistoryKind::Hidden, HistoryKind::Unhidden]);
    all_read_alike(&[HistoryCause::Asked, HistoryCause::Undo, HistoryCause::ContactReopens]);
    all_read_alike(&[HistoryCause::ContactRestores, HistoryCause::OwnerLeft, HistoryCause::AuthorHasRead]);
    all_read_alike(&[HistoryKind::TicketCreated, HistoryKind::TicketAttached, HistoryKind::TicketRenamed]);
    all_read_alike(&[HistoryKind::TicketStatus, HistoryKind::TicketPriority, HistoryKind::TicketOwner]);
    all_read_alike(&[HistoryKind::TicketTrashed, HistoryKind::TicketRestored, HistoryKind::TicketLostConversation]);
    all_read_alike(&[HistoryKind::TicketValues, HistoryKind::TicketContact]);
    all_read_alike(&[HistoryKind::TicketDeleted, HistoryKind::Blocked, HistoryKind::Unblocked]);
    all_read_alike(&[HistoryKind::SurveyAsked, HistoryKind::SurveyTakenBack, HistoryKind::SurveyAnswered]);
    all_read_alike(&[HistoryCause::TicketFollowsOwner, HistoryCause::TicketClosed, HistoryCause::TicketReopened]);
    all_read_alike(&[HistoryCause::ConversationTrashed, HistoryCause::TicketTrashed, HistoryCause::RestoredTogether]);
    all_read_alike(&[
        HistoryCause::ContactReopensTicket,
        HistoryCause::ConversationDeleted,
        HistoryCause::TicketDeleted,
    ]);
    all_read_alike(&[HistoryCause::SenderBlocked, HistoryCause::StatusDeleted, HistoryCause::SurveyAsked]);
    all_read_alike(&[Priority::Low, Priority::Medium, Priority::High, Priority::Urgent]);
    all_read_alike(&[StatusColour::Grey, StatusColour::Blue, StatusColour::Teal, StatusColour::Green]);
    all_read_alike(&[StatusColour::Yellow, StatusColour::Orange, StatusColour::Red, StatusColour::Pink]);
    all_read_alike(&[StatusColour::Purple]);
    all_read_alike(&[Reach::ConversationClosed, Reach::ConversationReopened, Reach::ConversationTrashed]);
    all_read_alike(&[Reach::ConversationRestored, Reach::ConversationDeleted, Reach::ConversationUnassigned]);
    all_read_alike(&[Reach::ConversationSpam, Reach::TicketAssigned, Reach::TicketUnassigned, Reach::TicketTrashed]);
    all_read_alike(&[Reach::TicketRestored, Reach::TicketDeleted, Reach::TicketReopened, Reach::TicketMoved]);
    all_read_alike(&[Reach::TicketNoted, Reach::ConversationAssigned, Reach::ConversationNotSpam]);
    all_read_alike(&[Reach::ContactAsked, Reach::ContactUnasked]);
    for word in ["", "Open", "super admin", "SuperAdmin", "open "] {
        let word = || Json::Text(word.into());
        assert_eq!(View::from_json(word()), None);
        assert_eq!(Channel::from_json(word()), None);
        assert_eq!(ConversationState::from_json(word()), None);
        assert_eq!(Role::from_json(word()), None);
        assert_eq!(Owner::from_json(Json::Fields(vec![("type".into(), word())])), None);
    }
}

fn agent(role: Role, state: AgentState) -> AgentView {
    AgentView { id: AgentId(1), name: "Anna".into(), email: "anna@samtal.test".into(), role, state }
}

fn inbox() -> InboxView {
    InboxView { id: InboxId(3), name: "Support".into(), address: "support@samtal.test".into(), open_to_all: true }
}

fn counts() -> Vec<ViewCount> {
    View::ALL.into_iter().zip(0..).map(|(view, count)| ViewCount { view, count }).collect()
}

/// With everything that can be absent, or without.
fn conversation(whole: bool) -> ConversationView {
    let then = |ms| whole.then_some(Timestamp(ms));
    ConversationView {
        id: ConversationId(5),
        inbox_id: InboxId(3),
        channel: Channel::Chat,
        origin: Origin::Bot,
        state: ConversationState::Closed,
        owner: whole.then_some(Owner::Agent(AgentId(1))),
        person_ever: whole,
        spam: !whole,
        trashed_at: then(1),
        answered: whole,
        created_at: Timestamp(2),
        last_activity_at: Timestamp(3),
        last_inbound_at: then(4),
        waiting_since: then(5),
        last_message_id: whole.then_some(MessageId(6)),
        last_inbound_message_id: whole.then_some(MessageId(7)),
        message_count: 8,
        version: Sequence(9),
        subject: "Shelf".into(),
        preview: "Hello".into(),
        preview_hidden: !whole,
        preview_author: whole.then_some(Author::Contact(ContactId(10))),
        preview_kind: whole.then_some(MessageKind::Inbound),
        contact: whole.then(|| ContactView { id: ContactId(10), name: "Maja".into(), email: "maja@post.test".into() }),
        ticket: whole.then(conversation_ticket),
        unread: whole,
        read_up_to: whole.then_some(MessageId(11)),
        marked_unread: !whole,
    }
}

fn conversation_ticket() -> ConversationTicket {
    ConversationTicket { id: TicketId(17), name: "Shelf".into(), status_id: StatusId(2), closed: true }
}

fn message(whole: bool) -> MessageView {
    let address = Address { name: "Maja".into(), email: "maja@post.test".into() };
    let file =
        AttachmentView { index: 0, name: "a.png".into(), media_type: "image/png".into(), size: 1 << 40, inline: whole };
    MessageView {
        id: MessageId(12),
        conversation_id: ConversationId(5),
        kind: MessageKind::Outbound,
        author: Author::Agent(AgentId(1)),
        author_name: "Anna".into(),
        author_email: String::new(),
        channel: Channel::Email,
        sent_at: Timestamp(13),
        version: Sequence(14),
        hidden: whole,
        hidden_by: whole.then_some(AgentId(1)),
        hidden_at: whole.then_some(Timestamp(15)),
        can_unhide: whole,
        subject: "Shelf".into(),
        to: if whole { vec![address.clone()] } else { vec![] },
        cc: if whole { vec![address.clone(), address] } else { vec![] },
        text: "Hello".into(),
        quoted: "> Hi".into(),
        has_html: whole,
        has_remote_images: !whole,
        has_source: whole,
        unsent: !whole,
        attachments: if whole { vec![file] } else { vec![] },
    }
}

#[test]
fn people_and_inboxes() {
    reads_alike(&agent(Role::SuperAdmin, AgentState::Removed));
    for read_floor in [None, Some(MessageId(2))] {
        reads_alike(&SessionView { agent: agent(Role::Agent, AgentState::Active), sequence: Sequence(4), read_floor });
    }
    reads_alike(&inbox());
    reads_alike(&InboxList { items: vec![inbox(), inbox()] });
    reads_alike(&AgentList { items: vec![agent(Role::Admin, AgentState::Deactivated)] });
    reads_alike(&ViewCountList { items: counts() });
    reads_alike(&InboxCounts { inbox_id: InboxId(3), items: counts() });
}

#[test]
fn conversations_messages_and_their_pages() {
    for whole in [true, false] {
        reads_alike(&conversation(whole));
        reads_alike(&message(whole));
        reads_alike(&MessageAnswer { message: message(whole), conversation: conversation(!whole) });
        reads_alike(&MessagePage { items: vec![message(whole)], has_before: whole, has_after: !whole });
        let found = MatchView {
            conversation_id: ConversationId(5),
            message_id: whole.then_some(MessageId(12)),
            sent_at: whole.then_some(Timestamp(1_700_000_000_000)),
            kind: whole.then_some(MessageKind::Comment),
            author: whole.then_some(Author::Agent(AgentId(4))),
            snippet: "…".into(),
        };
        reads_alike(&ConversationPage {
            items: vec![conversation(whole)],
            matches: if whole { vec![found] } else { vec![] },
            next_cursor: whole.then(|| "9.5".into()),
            total: whole.then_some(100_000),
            position: whole.then_some(0),
        });
    }
}

#[test]
fn bulk_actions_and_what_was_refused() {
    for whole in [true, false] {
        let owner_id = whole.then_some(AgentId(1));
        let view = BulkView {
            id: BulkId(3),
            action: BulkAction::Assign,
            owner_id,
            undoes: whole.then_some(BulkId(2)),
            undone_by: whole.then_some(BulkId(4)),
            state: BulkState::Running,
            total: 200_000,
            done: 12,
            refused: 3,
            changed: 9,
            limited: whole,
            at: Timestamp(5),
        };
        reads_alike(&view);
        reads_alike(&BulkList { items: vec![view] });
        let reach = whole.then(|| vec![ReachView { what: Reach::TicketTrashed, ids: vec![3], count: 1 }]);
        reads_alike(&BulkPreview { action: BulkAction::Close, owner_id, total: whole.then_some(7), reach });
        let refusal = BulkRefusal {
            conversation_id: ConversationId(5),
            subject: "Shelf".into(),
            contact: whole.then(|| ContactView { id: ContactId(10), name: "Maja".into(), email: String::new() }),
            code: "bot_waits".into(),
            reason: "The bot waits.".into(),
        };
        let items = if whole { vec![refusal.clone(), refusal] } else { vec![] };
        reads_alike(&BulkRefusedPage { items, next_cursor: whole.then(|| "64".into()) });
    }
}

#[test]
fn a_history() {
    for whole in [true, false] {
        let change = HistoryChange {
            kind: HistoryKind::Owner,
            cause: HistoryCause::Undo,
            undoes: whole.then_some(CommandId(1)),
            message_id: whole.then_some(MessageId(2)),
            message_kind: whole.then_some(MessageKind::Comment),
            author: whole.then_some(Author::Inbox),
            from_owner: whole.then_some(Owner::Bot),
            to_owner: whole.then_some(Owner::Agent(AgentId(3))),
            ticket_id: whole.then_some(TicketId(17)),
            conversation_id: whole.then_some(ConversationId(5)),
            from_status: whole.then_some(StatusId(1)),
            to_status: whole.then_some(StatusId(2)),
            from_priority: whole.then_some(Priority::Low),
            to_priority: whole.then_some(Priority::Urgent),
            from_contact: whole.then_some(ContactId(10)),
            to_contact: whole.then_some(ContactId(11)),
        };
        let entry = HistoryEntry {
            command: CommandId(4),
            name: "undo".into(),
            actor: Actor::System,
            at: Timestamp(5),
            changes: if whole { vec![change.clone(), change] } else { vec![] },
            undoable: whole,
            undone_by: whole.then_some(CommandId(6)),
            undone_by_actor: whole.then_some(Actor::Agent(AgentId(7))),
            bulk_id: whole.then_some(BulkId(8)),
            bulk_total: whole.then_some(9),
        };
        reads_alike(&HistoryPage { items: vec![entry], next_cursor: whole.then(|| "9".into()) });
    }
}

#[test]
fn custom_views() {
    for shared in [true, false] {
        let view = CustomViewView {
            id: CustomViewId(8),
            name: "Late".into(),
            query: "is:open before:7d".into(),
            sort: Sort::WaitingLongest,
            shared,
            owner_id: AgentId(1),
            position: 1024,
            count: 12,
            filling: !shared,
            can_edit: shared,
        };
        reads_alike(&CustomViewList { items: vec![view], sequence: Sequence(21) });
    }
}

#[test]
fn problems() {
    let field = || FieldError { field: "to.email".into(), code: "missing".into(), message: "It is missing.".into() };
    for (errors, until) in [(vec![], None), (vec![field(), field()], Some(Timestamp(1)))] {
        reads_alike(&Problem {
            kind: "about:blank".into(),
            title: "Conflict".into(),
            status: 409,
            detail: "The bot waits.".into(),
            code: "bot_waits".into(),
            errors,
            until,
        });
    }
}

#[test]
fn an_address_without_a_name() {
    reads_alike(&Address { name: "Maja".into(), email: "maja@post.test".into() });
    let read = |json: Value| Address::from_json(tree(&json));
    assert_eq!(read(json!({ "email": "a@b.test" })), Some(Address { name: String::new(), email: "a@b.test".into() }));
    assert_eq!(read(json!({ "name": "Maja" })), None);
}

#[test]
fn what_is_absent_is_none_where_it_may_be() {
    let Value::Object(mut fields) = serde_json::to_value(conversation(true)).expect("json") else { unreachable!() };
    for name in ["owner", "trashed_at", "last_inbound_at", "waiting_since", "contact", "read_up_to", "preview_kind"] {
        fields.remove(name);
    }
    let read = ConversationView::from_json(tree(&Value::Object(fields.clone()))).expect("the rest");
    assert_eq!((read.owner, read.trashed_at, read.last_inbound_at), (None, None, None));
    assert_eq!((read.waiting_since, read.contact, read.read_up_to, read.preview_kind), (None, None, None, None));
    fields.remove("version");
    assert_eq!(ConversationView::from_json(tree(&Value::Object(fields))), None);
}
