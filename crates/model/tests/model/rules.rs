//! The rules, sentence by sentence.

use crate::desk::{ANNA, DAAN, Desk, EWA, JONAS, SALES, SUPPORT, without_versions};
use samtal_model::refusal::Invalid;
use samtal_model::view::memberships;
use samtal_model::{
    Actor, Address, AgentState, Channel, Command, ConversationId, ConversationState, MessageId, MessageKind, Noun,
    Origin, Owner, Refusal, Role, View,
};

fn views(desk: &Desk, id: ConversationId) -> Vec<View> {
    let mut views: Vec<View> = memberships(&desk.world.conversations[&id]).iter().map(|key| key.view).collect();
    views.sort();
    views
}

#[test]
fn v2_a_new_mail_is_unassigned_open_and_email() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Email]);
}

#[test]
fn v4_an_owned_one_is_its_owners() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Assign { conversation: id, owner: Some(JONAS) });
    assert_eq!(views(&desk, id), [View::Mine, View::Open, View::Email]);
    assert!(memberships(&desk.world.conversations[&id]).contains(&View::Mine.key_for(JONAS)));
}

#[test]
fn v3_leaving_unassigns_at_once_and_coming_back_by_undo_reassigns() {
    for state in [AgentState::Deactivated, AgentState::Removed] {
        let mut desk = Desk::open();
        let id = desk.mail(SUPPORT, None);
        desk.by(ANNA, Command::Assign { conversation: id, owner: Some(JONAS) });
        desk.by(ANNA, Command::Close { conversation: id });
        let before = without_versions(&desk.world);
        let command = desk.by(EWA, Command::SetAgentState { agent: JONAS, state });
        assert_eq!(desk.world.conversations[&id].ownership.owner, None);
        assert_eq!(desk.world.conversations[&id].state, ConversationState::Closed);
        desk.by(EWA, Command::Undo { command });
        assert_eq!(without_versions(&desk.world), before);
    }
}

#[test]
fn x2_losing_access_unassigns_what_can_no_longer_be_seen() {
    let mut desk = Desk::open();
    let (sales, support) = (desk.mail(SALES, None), desk.mail(SUPPORT, None));
    for id in [sales, support] {
        desk.by(DAAN, Command::Assign { conversation: id, owner: Some(ANNA) });
    }
    desk.by(DAAN, Command::SetAccess { agent: ANNA, inbox: SALES, allowed: false });
    assert_eq!(desk.world.conversations[&sales].ownership.owner, None);
    assert_eq!(desk.world.conversations[&support].ownership.owner, Some(Owner::Agent(ANNA)));
}

#[test]
fn v5_v7_outbound_shows_in_sent_alone_until_it_is_answered() {
    let mut desk = Desk::open();
    let to = Address { name: "Maja".into(), email: "maja@post.test".into() };
    let compose = Command::Compose { inbox: SUPPORT, to, subject: "Recall".into(), text: "Dear Maja".into() };
    let command = desk.by(ANNA, compose);
    let id = desk.world.history[&command].iter().find_map(|entry| entry.change.conversation()).expect("one");
    assert_eq!(views(&desk, id), [View::Sent]);
    desk.mail(SUPPORT, Some(id));
    assert_eq!(views(&desk, id), [View::Mine, View::Open, View::Email, View::Sent]);
    desk.by(ANNA, Command::Close { conversation: id });
    assert_eq!(views(&desk, id), [View::Closed, View::Sent]);
}

#[test]
fn a_recipients_name_cannot_bring_a_header_of_its_own() {
    let mut desk = Desk::open();
    let compose = |name: &str| {
        let to = Address { name: name.into(), email: "maja@post.test".into() };
        Command::Compose { inbox: SUPPORT, to, subject: "Recall".into(), text: "Dear Maja".into() }
    };
    for name in ["Maja\r\nBcc: all@post.test", "Maja\n", "\rMaja", "Ma\0ja", "Maja\u{85}", "Maja\u{1b}[2J"] {
        let why = Invalid::ControlCharacter;
        assert_eq!(desk.refusal(ANNA, compose(name)), Refusal::Invalid { field: "to.name", why }, "{name:?}");
    }
    for name in ["", "Maja Öberg", "\"Maja\" <maja>"] {
        desk.by(ANNA, compose(name));
    }
}

#[test]
fn v6_bots_until_a_person_has_owned_it() {
    let mut desk = Desk::open();
    let id = desk.receive(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Outbound);
    desk.receive(SUPPORT, Some(id), Channel::Chat, Origin::Bot, MessageKind::Inbound);
    assert_eq!(views(&desk, id), [View::Open, View::Chat, View::Bots]);
    desk.by(ANNA, Command::Assign { conversation: id, owner: Some(ANNA) });
    assert_eq!(views(&desk, id), [View::Mine, View::Open, View::Chat]);
    desk.by(ANNA, Command::Assign { conversation: id, owner: None });
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Chat]);
}

#[test]
fn v8_spam_and_trash_hold_a_conversation_alone() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::MarkSpam { conversation: id });
    assert_eq!(views(&desk, id), [View::Spam]);
    desk.by(ANNA, Command::Trash { conversation: id });
    assert_eq!(views(&desk, id), [View::Trash]);
    desk.by(ANNA, Command::Restore { conversation: id });
    assert_eq!(views(&desk, id), [View::Spam]);
}

#[test]
fn v9_restore_puts_it_back_as_it_was() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Assign { conversation: id, owner: Some(ANNA) });
    desk.by(ANNA, Command::Close { conversation: id });
    let before = without_versions(&desk.world);
    desk.by(ANNA, Command::Trash { conversation: id });
    for command in [
        Command::Close { conversation: id },
        Command::Reopen { conversation: id },
        Command::Assign { conversation: id, owner: None },
        Command::MarkSpam { conversation: id },
        Command::Reply { conversation: id, text: "Hi".into() },
        Command::Comment { conversation: id, text: "Hi".into() },
    ] {
        assert_eq!(desk.refusal(ANNA, command), Refusal::RestoreFirst);
    }
    desk.by(ANNA, Command::Restore { conversation: id });
    assert_eq!(without_versions(&desk.world), before);
}

#[test]
fn v9_deleting_for_good_starts_from_trash_and_takes_the_messages_along() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let message = desk.last_message(id);
    assert_eq!(desk.refusal(ANNA, Command::Delete { conversation: id }), Refusal::TrashFirst);
    desk.by(ANNA, Command::Trash { conversation: id });
    let command = desk.by(ANNA, Command::Delete { conversation: id });
    assert!(!desk.world.messages.contains_key(&message));
    assert_eq!(desk.refusal(ANNA, Command::Restore { conversation: id }), Refusal::NotFound(Noun::Conversation));
    assert_eq!(desk.refusal(ANNA, Command::Undo { command }), Refusal::NotFound(Noun::Command));
}

#[test]
fn the_contacts_word_brings_a_closed_or_deleted_conversation_back() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::Close { conversation: id });
    desk.by(ANNA, Command::Trash { conversation: id });
    desk.mail(SUPPORT, Some(id));
    assert_eq!(views(&desk, id), [View::Unassigned, View::Open, View::Email]);
}

#[test]
fn spam_stays_spam_when_its_sender_writes_again() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(ANNA, Command::MarkSpam { conversation: id });
    desk.mail(SUPPORT, Some(id));
    assert_eq!(views(&desk, id), [View::Spam]);
    let reply = Command::Reply { conversation: id, text: "Hi".into() };
    assert_eq!(desk.refusal(ANNA, reply), Refusal::NotSpamFirst);
}

#[test]
fn t7_a_bot_conversation_waits_30_minutes() {
    let mut desk = Desk::open();
    let id = desk.receive(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Outbound);
    desk.receive(SUPPORT, Some(id), Channel::Chat, Origin::Bot, MessageKind::Inbound);
    let until = desk.now.plus_ms(30 * 60 * 1000);
    assert_eq!(desk.refusal(ANNA, Command::Close { conversation: id }), Refusal::BotWaits { until });
    desk.now = until;
    desk.by(ANNA, Command::Close { conversation: id });
}

#[test]
fn t7_a_person_who_took_over_may_close_at_once() {
    let mut desk = Desk::open();
    let id = desk.receive(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Outbound);
    desk.receive(SUPPORT, Some(id), Channel::Chat, Origin::Bot, MessageKind::Inbound);
    desk.by(ANNA, Command::Assign { conversation: id, owner: Some(JONAS) });
    desk.by(ANNA, Command::Close { conversation: id });
}

#[test]
fn m5_only_the_hider_or_a_super_admin_unhides() {
    for (asker, allowed) in [(ANNA, true), (JONAS, false), (EWA, false), (DAAN, true)] {
        let mut desk = Desk::open();
        let id = desk.mail(SUPPORT, None);
        let message = desk.last_message(id);
        desk.by(ANNA, Command::Hide { message });
        if allowed {
            desk.by(asker, Command::Unhide { message });
            assert_eq!(desk.world.messages[&message].hidden, None);
        } else {
            assert_eq!(desk.refusal(asker, Command::Unhide { message }), Refusal::NotYoursToUnhide);
        }
    }
}

#[test]
fn hiding_again_does_not_change_who_hid_it() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let message = desk.last_message(id);
    desk.by(ANNA, Command::Hide { message });
    desk.by(JONAS, Command::Hide { message });
    assert_eq!(desk.world.messages[&message].hidden.map(|hidden| hidden.by), Some(ANNA));
}

#[test]
fn x2_what_is_in_an_inbox_of_others_is_not_found_whatever_is_asked() {
    let mut desk = Desk::open();
    let id = desk.mail(SALES, None);
    let message = desk.last_message(id);
    for asker in [JONAS, EWA] {
        for command in [
            Command::Close { conversation: id },
            Command::Reopen { conversation: id },
            Command::Assign { conversation: id, owner: None },
            Command::Trash { conversation: id },
            Command::Restore { conversation: id },
            Command::Delete { conversation: id },
            Command::MarkSpam { conversation: id },
            Command::MarkNotSpam { conversation: id },
            Command::MarkRead { conversation: id, up_to: message },
            Command::MarkUnread { conversation: id },
            Command::Reply { conversation: id, text: "Hi".into() },
            Command::Comment { conversation: id, text: "Hi".into() },
        ] {
            assert_eq!(desk.refusal(asker, command), Refusal::NotFound(Noun::Conversation));
        }
        for command in [Command::Hide { message }, Command::Unhide { message }] {
            assert_eq!(desk.refusal(asker, command), Refusal::NotFound(Noun::Message));
        }
    }
    let theirs = desk.by(ANNA, Command::Close { conversation: id });
    assert_eq!(desk.refusal(JONAS, Command::Undo { command: theirs }), Refusal::NotFound(Noun::Command));
}

#[test]
fn nobody_is_given_what_they_cannot_see() {
    let mut desk = Desk::open();
    let id = desk.mail(SALES, None);
    let to_jonas = Command::Assign { conversation: id, owner: Some(JONAS) };
    assert_eq!(desk.refusal(ANNA, to_jonas), Refusal::CannotOwn);
    let support = desk.mail(SUPPORT, None);
    desk.by(DAAN, Command::SetAgentState { agent: JONAS, state: AgentState::Deactivated });
    let to_jonas = Command::Assign { conversation: support, owner: Some(JONAS) };
    assert_eq!(desk.refusal(ANNA, to_jonas), Refusal::CannotOwn);
}

#[test]
fn people_are_managed_by_admins_and_super_admins_by_super_admins() {
    let mut desk = Desk::open();
    let add = |role| Command::AddAgent { name: "New".into(), email: "new@samtal.test".into(), role };
    assert_eq!(desk.refusal(ANNA, add(Role::Agent)), Refusal::RoleTooLow);
    assert_eq!(desk.refusal(EWA, add(Role::SuperAdmin)), Refusal::RoleTooLow);
    let demote = Command::SetAgentRole { agent: DAAN, role: Role::Agent };
    assert_eq!(desk.refusal(EWA, demote.clone()), Refusal::RoleTooLow);
    assert_eq!(desk.refusal(DAAN, demote), Refusal::LastSuperAdmin);
    let leave = Command::SetAgentState { agent: DAAN, state: AgentState::Removed };
    assert_eq!(desk.refusal(DAAN, leave), Refusal::LastSuperAdmin);
    desk.by(EWA, add(Role::Admin));
}

#[test]
fn a_wrong_field_is_named() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let empty = Command::Reply { conversation: id, text: " \n ".into() };
    assert_eq!(desk.refusal(ANNA, empty), Refusal::Invalid { field: "text", why: Invalid::Empty });
    let compose = |email: &str, subject: &str| Command::Compose {
        inbox: SUPPORT,
        to: Address { name: String::new(), email: email.into() },
        subject: subject.into(),
        text: "Hi".into(),
    };
    for bad in ["nobody", "a@b@c", "a b@c", "<a@b>", "a@", "@b"] {
        let refusal = desk.refusal(ANNA, compose(bad, "Hello"));
        assert_eq!(refusal, Refusal::Invalid { field: "to", why: Invalid::NotAnAddress }, "{bad}");
    }
    let refusal = desk.refusal(ANNA, compose("a@b", "Hello\r\nBcc: everyone@post.test"));
    assert_eq!(refusal, Refusal::Invalid { field: "subject", why: Invalid::ControlCharacter });
}

#[test]
fn undo_is_refused_when_somebody_changed_it_since() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let command = desk.by(ANNA, Command::Assign { conversation: id, owner: Some(ANNA) });
    desk.by(JONAS, Command::Assign { conversation: id, owner: Some(JONAS) });
    assert_eq!(desk.refusal(ANNA, Command::Undo { command }), Refusal::ChangedSince);
    let close = desk.by(JONAS, Command::Close { conversation: id });
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: close }), Refusal::NotYoursToUndo);
    let reply = desk.by(ANNA, Command::Reply { conversation: id, text: "Hi".into() });
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: reply }), Refusal::NotUndoable);
}

#[test]
fn undo_does_not_overrule_a_colleague_who_came_to_the_same_end() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let first = desk.by(ANNA, Command::MarkSpam { conversation: id });
    desk.by(JONAS, Command::MarkNotSpam { conversation: id });
    let again = desk.by(JONAS, Command::MarkSpam { conversation: id });
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: first }), Refusal::ChangedSince);
    assert!(desk.world.conversations[&id].spam, "as Jonas left it");
    desk.by(JONAS, Command::Undo { command: again });

    let message = desk.last_message(id);
    let hide = desk.by(ANNA, Command::Hide { message });
    desk.by(DAAN, Command::Unhide { message });
    desk.by(ANNA, Command::Hide { message });
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: hide }), Refusal::ChangedSince);

    // What else happened is no matter, there or to others.
    let close = desk.by(ANNA, Command::Close { conversation: id });
    desk.by(JONAS, Command::Assign { conversation: id, owner: Some(JONAS) });
    let other = desk.mail(SUPPORT, None);
    desk.by(JONAS, Command::Close { conversation: other });
    desk.by(ANNA, Command::Undo { command: close });
}

#[test]
fn t7_undoing_a_take_over_leaves_no_bots_conversation_closed_too_soon() {
    let mut desk = Desk::open();
    let id = desk.receive(SUPPORT, None, Channel::Chat, Origin::Bot, MessageKind::Outbound);
    desk.receive(SUPPORT, Some(id), Channel::Chat, Origin::Bot, MessageKind::Inbound);
    let command = desk.by(ANNA, Command::Assign { conversation: id, owner: Some(ANNA) });
    let close = desk.by(ANNA, Command::Close { conversation: id });
    let refusal = desk.refusal(ANNA, Command::Undo { command });
    assert!(matches!(refusal, Refusal::BotWaits { .. }), "{refusal:?}");
    desk.by(ANNA, Command::Undo { command: close });
    desk.by(ANNA, Command::Undo { command });
    assert!(!desk.world.conversations[&id].ownership.person_ever);
}

#[test]
fn reading_is_each_agents_own_and_never_ahead_of_the_mail() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    let unread = |desk: &Desk, agent| {
        let floor = desk.world.agents[&agent].read_floor;
        desk.world.conversations[&id].is_unread(desk.world.read_state(agent, id), floor)
    };
    assert!(unread(&desk, ANNA) && unread(&desk, JONAS));
    desk.by(ANNA, Command::MarkRead { conversation: id, up_to: MessageId(i64::MAX) });
    assert!(!unread(&desk, ANNA) && unread(&desk, JONAS));
    desk.mail(SUPPORT, Some(id));
    assert!(unread(&desk, ANNA));
    desk.by(ANNA, Command::Reply { conversation: id, text: "Hi".into() });
    assert!(!unread(&desk, ANNA));
    desk.by(ANNA, Command::MarkUnread { conversation: id });
    assert!(unread(&desk, ANNA));
    desk.by(JONAS, Command::MarkAllRead { up_to: MessageId(i64::MAX) });
    assert!(!unread(&desk, JONAS));
}

#[test]
fn nobody_signed_out_or_switched_off_does_anything() {
    let mut desk = Desk::open();
    let id = desk.mail(SUPPORT, None);
    desk.by(EWA, Command::SetAgentState { agent: JONAS, state: AgentState::Deactivated });
    assert_eq!(desk.refusal(JONAS, Command::Close { conversation: id }), Refusal::SignIn);
    let forged = desk.world.history.values().next().expect("a command")[0].clone();
    assert_eq!(forged.actor, Actor::System);
}
