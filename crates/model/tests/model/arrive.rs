//! What comes in: a mail of today, and one from an archive (X6).

use crate::desk::{ANNA, Desk, SUPPORT};
use samtal_model::conversation::BOT_QUIET_MS;
use samtal_model::view::memberships;
use samtal_model::{
    Cause, Change, Channel, Command, ConversationId, ConversationState, MessageKind, Origin, Receive, View,
};

fn views(desk: &Desk, id: ConversationId) -> Vec<View> {
    let mut views: Vec<View> = memberships(&desk.world.conversations[&id]).iter().map(|key| key.view).collect();
    views.sort();
    views
}

#[test]
fn x6_what_an_archive_begins_is_closed_and_nobody_waits_in_it() {
    let mut desk = Desk::open();
    let id = desk.archived(SUPPORT, None, MessageKind::Inbound);
    assert_eq!(views(&desk, id), [View::Closed]);
    let conversation = &desk.world.conversations[&id];
    assert_eq!((conversation.waiting_since, conversation.message_count), (None, 1));
    assert_eq!((conversation.last_activity_at, conversation.last_inbound_at), (desk.now, Some(desk.now)));

    let told = desk.log.iter().filter(|entry| entry.change.conversation() == Some(id));
    let closed: Vec<_> = told.filter(|it| matches!(it.change, Change::StateSet { .. })).map(|it| it.cause).collect();
    assert_eq!(closed, [Cause::Asked], "its history says that it was closed, and that this was asked for");

    desk.by(ANNA, Command::Reopen { conversation: id });
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Email]);
    assert_eq!(desk.world.conversations[&id].waiting_since, None, "nobody has waited for years");
}

#[test]
fn x6_an_archives_own_mail_is_closed_and_stands_in_sent() {
    let mut desk = Desk::open();
    let id = desk.archived(SUPPORT, None, MessageKind::Outbound);
    assert_eq!(views(&desk, id), [View::Closed, View::Sent]);
    desk.archived(SUPPORT, Some(id), MessageKind::Inbound);
    assert_eq!(views(&desk, id), [View::Closed, View::Sent]);
    assert!(desk.world.conversations[&id].answered);
}

#[test]
fn x6_an_archive_brings_nothing_back_from_closed_or_from_trash() {
    let mut desk = Desk::open();
    let closed = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Reply { conversation: closed, text: "Hi".into() });
    desk.by(ANNA, Command::Close { conversation: closed });
    let trashed = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Trash { conversation: trashed });
    for id in [closed, trashed] {
        desk.archived(SUPPORT, Some(id), MessageKind::Inbound);
    }
    assert_eq!(views(&desk, closed), [View::Closed]);
    assert_eq!(desk.world.conversations[&closed].waiting_since, None);
    assert_eq!(views(&desk, trashed), [View::Trash]);
}

#[test]
fn x6_an_archive_leaves_open_what_is_open() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let since = desk.world.conversations[&id].waiting_since;
    assert!(since.is_some());
    desk.archived(SUPPORT, Some(id), MessageKind::Inbound);
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Email]);
    assert_eq!(desk.world.conversations[&id].waiting_since, since);
    assert_eq!(desk.world.conversations[&id].message_count, 2);
}

#[test]
fn t7_a_bots_visitor_of_the_last_half_hour_is_not_in_the_past() {
    let mut desk = Desk::open();
    let visitor = desk.message(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Inbound);
    let archived = |sent_at| Receive { archived: true, sent_at, ..visitor.clone() };
    let now = desk.now;
    let id = desk.take(archived(now));
    assert_eq!(views(&desk, id), [View::Open, View::Chat, View::Bots]);
    let id = desk.take(archived(now.plus_ms(-BOT_QUIET_MS)));
    assert_eq!(views(&desk, id), [View::Closed]);
    desk.take(Receive { thread: Some(id), ..archived(now) });
    assert_eq!(views(&desk, id), [View::Open, View::Chat, View::Bots]);
}

#[test]
fn a_new_word_brings_a_conversation_of_an_archive_back_and_waits_from_then() {
    let mut desk = Desk::open();
    let id = desk.archived(SUPPORT, None, MessageKind::Inbound);
    desk.mail(SUPPORT, Some(id));
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Email]);
    assert_eq!(desk.world.conversations[&id].waiting_since, Some(desk.now));
}

#[test]
fn an_old_word_that_turns_up_late_brings_nothing_back_and_makes_nobody_wait() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Reply { conversation: id, text: "Hi".into() });
    desk.by(ANNA, Command::Close { conversation: id });
    let late = desk.message(SUPPORT, Some(id), Channel::Email, Origin::Inbound, MessageKind::Inbound);
    desk.take(Receive { sent_at: desk.now.plus_ms(-1), ..late });
    let conversation = &desk.world.conversations[&id];
    assert_eq!((conversation.state, conversation.waiting_since), (ConversationState::Closed, None));
}
