//! When a contact is asked how it went (D5), and what their answer becomes.

use super::record::comes_back;
use super::{Changes, asked, by_rule};
use crate::change::{Change, Rule};
use crate::conversation::{Channel, Conversation};
use crate::id::{ActivityId, ConversationId, MessageId, Sequence};
use crate::message::{Author, Message, MessageKind};
use crate::record::activity::{Activity, ActivityKind};
use crate::record::change::RecordChange;
use crate::record::value::BuiltIn;
use crate::record::{Record, RecordRef};
use crate::refusal::{Invalid, Noun, Refusal};
use crate::survey::{SURVEY_AGAIN_MS, SURVEY_WORDS_MOST, Survey, tidied_words};
use crate::ticket::{Standing, Ticket};
use crate::world::{Actor, Ask, World};

/// What follows for its contact when a person moves `ticket` to the closed status of `to`: nothing, a mail, or the link of
/// a mail they have already.
pub(super) fn follow_closing(world: &World, ask: &Ask, ticket: &Ticket, to: Standing) -> Changes {
    let is_on = world.pipelines.get(&to.pipeline).is_some_and(|pipeline| pipeline.survey);
    if !is_on || ask.actor == Actor::System {
        return vec![];
    }
    let Some(contact) = reachable(world, ticket) else { return vec![] };
    let RecordRef::Contact(contact) = contact.id else { return vec![] };
    let of = world.surveys.values().filter(|survey| survey.ticket == ticket.id);
    if let Some(last) = of.max_by_key(|survey| (survey.asked_at, survey.message))
        && ask.now < last.asked_at.plus_ms(SURVEY_AGAIN_MS)
    {
        // What was taken back is asked again by opening its link: nobody gets two mails for one ticket within the week.
        let again = !last.open && survivor(world, last.contact).is_some_and(|it| it.id.contact() == Some(contact));
        let to = Survey { open: true, ..last.clone() };
        return if again { vec![by_rule(Rule::SurveyAsked, survey_set(last, to))] } else { vec![] };
    }
    let mails = |it: &&Conversation| {
        it.channel == Channel::Email && it.contact == Some(contact) && it.trashed_at.is_none() && !it.spam
    };
    let newest = world.conversations_of(ticket.id).filter(mails).max_by_key(|it| (it.last_activity_at, it.id));
    let Some(conversation) = newest else { return vec![] };
    let to = Survey {
        message: ask.fresh.message,
        conversation: conversation.id,
        inbox: conversation.inbox,
        ticket: ticket.id,
        contact,
        asked_at: ask.now,
        open: true,
        answer: None,
        answered_at: None,
    };
    vec![
        by_rule(Rule::SurveyAsked, mail(ask, conversation.id)),
        by_rule(Rule::SurveyAsked, survey_set(&Survey { open: false, ..to.clone() }, to)),
    ]
}

/// In the name of the inbox: it is no answer of who closed the ticket.
fn mail(ask: &Ask, conversation: ConversationId) -> Change {
    Change::MessageAdded {
        message: Message {
            id: ask.fresh.message,
            conversation,
            kind: MessageKind::Outbound,
            author: Author::Inbox,
            channel: Channel::Email,
            sent_at: ask.now,
            hidden: None,
            version: Sequence(0),
        },
    }
}

fn survey_set(from: &Survey, to: Survey) -> Change {
    Change::SurveySet { from: from.clone(), to }
}

/// The ticket's contact, if a mail reaches them.
fn reachable<'w>(world: &'w World, ticket: &Ticket) -> Option<&'w Record> {
    let record = survivor(world, ticket.contact?)?;
    let email = world.records.texts.get(&record.revision).map_or("", |values| values.text(BuiltIn::Email));
    (record.trashed_at.is_none() && !email.is_empty()).then_some(record)
}

/// The contact, or who took them in.
fn survivor(world: &World, contact: crate::ContactId) -> Option<&Record> {
    let records = &world.records.records;
    let record = records.get(&RecordRef::Contact(contact))?;
    let record = match record.merged_into {
        Some(winner) => records.get(&RecordRef::Contact(winner))?,
        None => record,
    };
    record.is_there().then_some(record)
}

/// The contact answers by the link of the mail `id`, or changes what they answered. A link that is not open says nothing
/// of why: whoever holds it may be anybody.
pub(super) fn answer(world: &World, ask: &Ask, id: MessageId, score: i64, words: &str) -> Result<Changes, Refusal> {
    if ask.actor != Actor::System {
        return Err(Refusal::SystemOnly);
    }
    let gone = Refusal::NotFound(Noun::Survey);
    let survey = world.surveys.get(&id).filter(|survey| survey.takes_answers(ask.now)).ok_or(gone.clone())?;
    let contact = survivor(world, survey.contact).ok_or(gone.clone())?;
    if !(1..=5).contains(&score) {
        return Err(Refusal::Invalid { field: "score", why: Invalid::NotAScore });
    }
    if tidied_words(words).chars().count() > SURVEY_WORDS_MOST {
        return Err(Refusal::Invalid { field: "words", why: Invalid::TooLong { most: SURVEY_WORDS_MOST } });
    }
    let mut changes = Changes::new();
    if let RecordRef::Contact(contact) = contact.id {
        comes_back(world, contact, &mut changes);
    }
    let revision = ask.fresh.revision;
    let recorded = |from, to| asked(Change::Recorded { change: RecordChange::ActivitySet { from, to } });
    if let Some(old) = survey.answer {
        // An admin may have deleted it: then they have said what they had to say.
        let old = world.records.activities.get(&old).filter(|old| !old.deleted).ok_or(gone)?;
        let said = world.records.activity_texts.get(&old.revision);
        // A form that is sent twice says nothing new.
        if said.is_none_or(|said| said.score != Some(score) || said.text != tidied_words(words)) {
            changes.push(recorded(old.clone(), Activity { revision, ..old.clone() }));
        }
        return Ok(changes);
    }
    let to = Activity {
        id: ActivityId(revision.0),
        record: contact.id,
        kind: ActivityKind::Feedback,
        author: None,
        conversation: Some((survey.conversation, survey.inbox)),
        created_at: ask.now,
        at: ask.now,
        done_at: None,
        deleted: false,
        revision,
    };
    let answered = Survey { answer: Some(to.id), answered_at: Some(ask.now), ..survey.clone() };
    changes.push(recorded(Activity { deleted: true, ..to.clone() }, to));
    changes.push(asked(survey_set(survey, answered)));
    Ok(changes)
}
