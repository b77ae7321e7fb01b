//! D5: each sentence of what is required of the satisfaction survey.

use crate::desk::{ANNA, CLOSED, DAAN, Desk, EWA, NEW, SUPPORT, WAITING, without_versions};
use samtal_model::reach::{Reach, first_cause, reach};
use samtal_model::record::RecordRef;
use samtal_model::record::command::RecordCommand;
use samtal_model::refusal::{Invalid, Noun};
use samtal_model::survey::{SURVEY_AGAIN_MS, SURVEY_CHANGED_MS, SURVEY_OPEN_MS, SURVEY_WORDS_MOST};
use samtal_model::{
    Actor, Address, Author, AuthorRef, Cause, Change, Channel, Command, CommandId, ContactId, ConversationId,
    ConversationState, MessageId, MessageKind, NewTicket, Origin, PipelineCommand, PipelineId, Refusal, Rule, Survey,
    TicketCommand, TicketEdit, TicketId, Timestamp,
};

/// The one there is.
const PIPELINE: PipelineId = PipelineId(1);

/// A desk that asks, with a ticket of a mail by Maja.
fn asking() -> (Desk, TicketId, ConversationId) {
    let mut desk = Desk::open();
    desk.by(EWA, Command::Pipeline(PipelineCommand::SetSurvey { pipeline: PIPELINE, on: true }));
    let (ticket, of) = desk.ticket_of(1);
    (desk, ticket, of[0])
}

fn surveys(desk: &Desk) -> Vec<&Survey> {
    desk.world.surveys.values().collect()
}

fn the_survey(desk: &Desk) -> Survey {
    let all = surveys(desk);
    assert_eq!(all.len(), 1, "one survey");
    all[0].clone()
}

fn answer(survey: MessageId, score: i64, words: &str) -> Command {
    Command::Record(Box::new(RecordCommand::AnswerSurvey { survey, score, words: words.into() }))
}

fn undo(command: CommandId) -> Command {
    Command::Undo { command }
}

fn reached(desk: &Desk, command: CommandId) -> Vec<(Reach, i64)> {
    let logged = &desk.world.history[&command];
    let why = |cause, change: &Change| first_cause(cause, change, |id| desk.world.history.get(&id).map(Vec::as_slice));
    reach(logged.iter().map(|entry| (why(entry.cause, &entry.change), &entry.change)))
        .into_iter()
        .map(|it| (it.what, it.id))
        .collect()
}

fn refused(desk: &mut Desk, command: &Command) -> Refusal {
    desk.ask(Actor::System, command).expect_err("a refusal")
}

const GONE: Refusal = Refusal::NotFound(Noun::Survey);

#[test]
fn d5_a_pipeline_asks_only_when_an_admin_has_switched_it_on() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(1);
    desk.set_status(ticket, CLOSED);
    assert!(surveys(&desk).is_empty(), "off by default");
    let on = Command::Pipeline(PipelineCommand::SetSurvey { pipeline: PIPELINE, on: true });
    assert_eq!(desk.refusal(ANNA, on.clone()), Refusal::RoleTooLow);
    let switched = desk.by(EWA, on.clone());
    let again = desk.by(EWA, on);
    assert!(!desk.world.history.contains_key(&again), "a double click changes nothing");
    desk.by(EWA, undo(switched));
    assert!(!desk.world.pipelines[&PIPELINE].survey);
}

#[test]
fn d5_closing_a_ticket_asks_its_contact_by_a_mail_of_the_inbox_in_a_conversation_that_stays_closed() {
    let (mut desk, ticket, conversation) = asking();
    let contact = desk.of(conversation).contact.expect("Maja");
    let closed = desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    assert_eq!((survey.ticket, survey.conversation, survey.contact), (ticket, conversation, contact));
    let mail = &desk.world.messages[&survey.message];
    assert_eq!((mail.kind, mail.author, mail.channel), (MessageKind::Outbound, Author::Inbox, Channel::Email));
    let of = desk.of(conversation);
    assert_eq!((of.state, of.last_message), (ConversationState::Closed, Some(survey.message)));
    let expected = [(Reach::ConversationClosed, conversation.0), (Reach::ContactAsked, contact.0)];
    assert_eq!(reached(&desk, closed), expected, "said before it is done");
    assert!(desk.followed(closed).contains(&Rule::SurveyAsked));
}

#[test]
fn d5_only_a_person_who_closes_an_open_ticket_asks() {
    let (mut desk, ticket, _) = asking();
    let close = |ticket| Command::Ticket(TicketCommand::SetStatus { ticket, status: CLOSED });
    desk.done(Actor::System, close(ticket));
    assert!(surveys(&desk).is_empty(), "not the server by itself");
    desk.set_status(ticket, CLOSED);
    desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit: TicketEdit::default() }));
    assert!(surveys(&desk).is_empty(), "nor who closes what is closed");
    let other = desk.mail(SUPPORT, None);
    let new = NewTicket {
        conversation: Some(other),
        inbox: SUPPORT,
        name: "Done".into(),
        pipeline: None,
        status: Some(CLOSED),
        priority: None,
        owner: None,
        contact: None,
    };
    desk.by(ANNA, Command::Ticket(TicketCommand::Create(Box::new(new))));
    assert!(surveys(&desk).is_empty(), "nor who makes a ticket that was never open");
    desk.set_status(ticket, WAITING);
    assert!(surveys(&desk).is_empty());
    let edit = TicketEdit { status: Some(CLOSED), ..TicketEdit::default() };
    desk.by(ANNA, Command::Ticket(TicketCommand::Edit { ticket, edit }));
    assert_eq!(surveys(&desk).len(), 1);
}

#[test]
fn d5_the_newest_mail_conversation_carries_it_and_none_in_spam_or_trash() {
    let (mut desk, ticket, first) = asking();
    let attach = |conversation| Command::Ticket(TicketCommand::Attach { conversation, ticket });
    let second = desk.mail(SUPPORT, None);
    desk.by(ANNA, attach(second));
    let chat = desk.receive(SUPPORT, None, Channel::Chat, Origin::Inbound, MessageKind::Inbound);
    desk.by(ANNA, attach(chat));
    let mut probe = desk.clone();
    probe.set_status(ticket, CLOSED);
    assert_eq!(the_survey(&probe).conversation, second, "the newest by mail, not the chat");
    desk.by(ANNA, Command::MarkSpam { conversation: second });
    let mut probe = desk.clone();
    probe.set_status(ticket, CLOSED);
    assert_eq!(the_survey(&probe).conversation, first);
    desk.by(ANNA, Command::Trash { conversation: first });
    desk.set_status(ticket, CLOSED);
    assert!(surveys(&desk).is_empty(), "spam and Trash ask nobody");
}

#[test]
fn d5_nobody_without_a_mail_address_is_asked_nor_by_another_ones_conversation() {
    let (mut desk, _, _) = asking();
    desk.now = desk.now.plus_ms(1000);
    let mut visitor = desk.message(SUPPORT, None, Channel::Email, Origin::Inbound, MessageKind::Inbound);
    visitor.author = AuthorRef::Contact(Address { name: "Somebody".into(), email: String::new() });
    visitor.contact = None;
    let nameless = desk.take(visitor);
    let ticket = desk.ticket(SUPPORT, Some(nameless));
    desk.set_status(ticket, CLOSED);
    let alone = desk.ticket(SUPPORT, None);
    desk.set_status(alone, CLOSED);
    let (ticket, of) = desk.ticket_of(1);
    desk.by(ANNA, Command::SetContact { conversation: of[0], contact: None });
    desk.set_status(ticket, CLOSED);
    assert!(surveys(&desk).is_empty());
}

#[test]
fn d5_a_ticket_is_asked_about_once_unless_it_is_closed_again_after_a_week() {
    let (mut desk, ticket, _) = asking();
    desk.set_status(ticket, CLOSED);
    let first = the_survey(&desk);
    for (passed, count) in [(SURVEY_AGAIN_MS - 1, 1), (SURVEY_AGAIN_MS, 2)] {
        desk.now = first.asked_at.plus_ms(passed);
        desk.set_status(ticket, NEW);
        desk.set_status(ticket, CLOSED);
        assert_eq!(surveys(&desk).len(), count, "after {passed} ms");
    }
}

#[test]
fn d5_undo_of_closing_takes_the_survey_back_and_closing_again_asks_by_the_same_mail() {
    let (mut desk, ticket, conversation) = asking();
    let contact = desk.of(conversation).contact.expect("Maja");
    let closed = desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    let undone = desk.by(ANNA, undo(closed));
    assert!(!the_survey(&desk).open);
    assert!(!desk.world.tickets[&ticket].standing.is_closed());
    assert_eq!(
        reached(&desk, undone),
        [(Reach::ContactUnasked, contact.0), (Reach::ConversationReopened, conversation.0)],
        "an undo says what else comes back"
    );
    assert_eq!(refused(&mut desk, &answer(survey.message, 5, "")), GONE);
    let messages = desk.of(conversation).message_count;
    let again = desk.set_status(ticket, CLOSED);
    assert!(the_survey(&desk).open);
    assert_eq!(desk.of(conversation).message_count, messages, "no second mail");
    assert!(reached(&desk, again).contains(&(Reach::ContactAsked, contact.0)));
    desk.done(Actor::System, answer(survey.message, 5, ""));
    let back = desk.by(ANNA, undo(again));
    desk.by(ANNA, undo(back));
    assert!(the_survey(&desk).open, "an undo that is taken back");
    assert!(the_survey(&desk).answer.is_some(), "what was said stays said");
}

#[test]
fn k8_what_an_undo_of_an_undo_reaches_is_what_the_first_did() {
    let mut desk = Desk::open();
    let (ticket, of) = desk.ticket_of(2);
    let closed = desk.set_status(ticket, CLOSED);
    let there = reached(&desk, closed);
    let undone = desk.by(ANNA, undo(closed));
    let back: Vec<_> = of.iter().rev().map(|id| (Reach::ConversationReopened, id.0)).collect();
    assert_eq!(reached(&desk, undone), back, "the status was asked for, the conversations followed");
    let again = desk.by(ANNA, undo(undone));
    assert_eq!(reached(&desk, again), there);
}

#[test]
fn d5_an_answer_is_feedback_of_the_contact_and_can_be_changed_for_a_day() {
    let (mut desk, ticket, conversation) = asking();
    desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    for score in [0, 6] {
        let refusal = refused(&mut desk, &answer(survey.message, score, ""));
        assert_eq!(refusal, Refusal::Invalid { field: "score", why: Invalid::NotAScore });
    }
    let long = "x".repeat(SURVEY_WORDS_MOST + 1);
    let refusal = refused(&mut desk, &answer(survey.message, 3, &long));
    let why = Invalid::TooLong { most: SURVEY_WORDS_MOST };
    assert_eq!(refusal, Refusal::Invalid { field: "words", why });
    assert_eq!(desk.refusal(DAAN, answer(survey.message, 5, "")), Refusal::SystemOnly, "nobody answers for a customer");
    desk.done(Actor::System, answer(survey.message, 4, " Quick. "));
    let id = the_survey(&desk).answer.expect("an answer");
    let said = |desk: &Desk| {
        let activity = &desk.world.records.activities[&id];
        let text = &desk.world.records.activity_texts[&activity.revision];
        (activity.record, activity.conversation, text.score, text.text.clone())
    };
    let maja = RecordRef::Contact(survey.contact);
    assert_eq!(said(&desk), (maja, Some((conversation, SUPPORT)), Some(4), "Quick.".into()));
    let answered = the_survey(&desk).answered_at.expect("a time");
    desk.now = answered.plus_ms(SURVEY_CHANGED_MS - 1);
    desk.done(Actor::System, answer(survey.message, 2, "Not so quick."));
    assert_eq!(said(&desk).2, Some(2));
    desk.now = answered.plus_ms(SURVEY_CHANGED_MS);
    assert_eq!(refused(&mut desk, &answer(survey.message, 5, "")), GONE, "used up");
    assert_eq!(desk.world.records.activities.len(), 1);
}

#[test]
fn d5_a_link_is_open_for_sixty_days_and_gone_with_its_mail_its_ticket_and_its_contact() {
    let (mut desk, ticket, conversation) = asking();
    desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    let last: Timestamp = survey.asked_at.plus_ms(SURVEY_OPEN_MS);
    assert!(survey.takes_answers(last.plus_ms(-1)) && !survey.takes_answers(last));
    let any = answer(survey.message, 5, "");
    assert_eq!(refused(&mut desk, &answer(MessageId(1), 5, "")), GONE, "another mail has no survey");

    let mut probe = desk.clone();
    probe.by(ANNA, Command::Trash { conversation });
    probe.by(ANNA, Command::Delete { conversation });
    assert_eq!(refused(&mut probe, &any), GONE);
    let mut probe = desk.clone();
    probe.trash_ticket(ticket);
    probe.by(ANNA, Command::Ticket(TicketCommand::Delete { ticket }));
    assert_eq!(refused(&mut probe, &any), GONE);
    let maja = RecordRef::Contact(survey.contact);
    for command in [RecordCommand::Trash { record: maja }, RecordCommand::Erase { record: maja }] {
        desk.by(DAAN, Command::Record(Box::new(command)));
    }
    assert_eq!(refused(&mut desk, &any), GONE);
}

#[test]
fn d5_d7_what_a_merged_contact_answers_is_the_survivors() {
    let (mut desk, ticket, _) = asking();
    desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    let mut other = desk.message(SUPPORT, None, Channel::Email, Origin::Inbound, MessageKind::Inbound);
    other.author = AuthorRef::Contact(Address { name: "M. Berg".into(), email: "berg@post.test".into() });
    let conversation = desk.take(other);
    let winner: ContactId = desk.of(conversation).contact.expect("Berg");
    let merge = RecordCommand::Merge { winner, loser: survey.contact };
    desk.by(DAAN, Command::Record(Box::new(merge)));
    desk.done(Actor::System, answer(survey.message, 5, "Thanks"));
    let id = the_survey(&desk).answer.expect("an answer");
    assert_eq!(desk.world.records.activities[&id].record, RecordRef::Contact(winner));
}

#[test]
fn d5_deleted_feedback_is_not_answered_again_and_who_answers_is_no_longer_in_trash() {
    let (mut desk, ticket, _) = asking();
    desk.set_status(ticket, CLOSED);
    let survey = the_survey(&desk);
    let maja = RecordRef::Contact(survey.contact);
    desk.by(DAAN, Command::Record(Box::new(RecordCommand::Trash { record: maja })));
    desk.done(Actor::System, answer(survey.message, 5, ""));
    assert_eq!(desk.world.records.records[&maja].trashed_at, None, "as a word of theirs brings them back");
    let id = the_survey(&desk).answer.expect("an answer");
    desk.by(DAAN, Command::Record(Box::new(RecordCommand::DeleteActivity { activity: id })));
    assert_eq!(refused(&mut desk, &answer(survey.message, 1, "")), GONE);
}

#[test]
fn d5_without_surveys_a_closing_is_as_it_was() {
    let mut desk = Desk::open();
    let (ticket, _) = desk.ticket_of(2);
    let before = without_versions(&desk.world);
    let closed = desk.set_status(ticket, CLOSED);
    assert!(!desk.world.history[&closed].iter().any(|it| it.cause == Cause::Rule(Rule::SurveyAsked)));
    desk.by(ANNA, undo(closed));
    assert_eq!(without_versions(&desk.world), before);
}
