//! Surveys (D5): what a command looks at, what a batch changes of them, and what whoever holds a link may see.

use super::save::Batch;
use super::sql::{Arg, Cells, bound, insert, row, rows, run};
use super::{Connection, Error, Store};
use samtal_model::record::RecordRef;
use samtal_model::record::activity::ActivityText;
use samtal_model::record::value::BuiltIn;
use samtal_model::{
    ActivityId, Address, Change, ContactId, ConversationId, InboxId, MessageId, Survey, TicketId, Timestamp, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// In the order of [`model`].
const COLUMNS: &str = "s.message_id, s.conversation_id, s.inbox_id, s.ticket_id, s.contact_id, s.asked_at, s.open, \
     s.activity_id, s.answered_at";

fn model(cells: &mut Cells<'_>) -> Result<Survey, Error> {
    Ok(Survey {
        message: MessageId(cells.int()?),
        conversation: ConversationId(cells.int()?),
        inbox: InboxId(cells.int()?),
        ticket: TicketId(cells.int()?),
        contact: ContactId(cells.int()?),
        asked_at: Timestamp(cells.int()?),
        open: cells.flag()?,
        answer: cells.maybe()?.map(ActivityId),
        answered_at: cells.maybe()?.map(Timestamp),
    })
}

/// What whoever has the link of a survey may see of it.
pub struct SurveyFound {
    pub survey: Survey,
    /// What the inbox that asks is called.
    pub inbox: String,
    /// What they have answered: the score, and the words.
    pub answer: Option<(i64, String)>,
}

impl Store {
    /// The survey with this token's hash, if it is there and takes an answer at `now`. Why not is nobody's to know.
    ///
    /// # Errors
    /// The engine's.
    pub async fn open_survey(&self, token_hash: [u8; 32], now: Timestamp) -> Result<Option<SurveyFound>, Error> {
        let sql = format!(
            "SELECT {COLUMNS}, i.name, t.body FROM surveys s JOIN inboxes i ON i.id = s.inbox_id \
             LEFT JOIN activities a ON a.id = s.activity_id AND a.deleted = 0 \
             LEFT JOIN activity_texts t ON t.revision = a.revision WHERE s.token_hash = $1"
        );
        let found = row(&mut *self.read().await?, sql, bound![token_hash.to_vec()]).await?;
        let Some(found) = found else { return Ok(None) };
        let mut cells = Cells::new(&found);
        let survey = model(&mut cells)?;
        let inbox = cells.text()?;
        let said = cells.maybe_text()?.map(|body| super::record::parsed::<ActivityText>(&body)).transpose()?;
        // An answer that is no longer there was deleted.
        if !survey.takes_answers(now) || (survey.answer.is_some() && said.is_none()) {
            return Ok(None);
        }
        let answer = said.map(|said| (said.score.unwrap_or_default(), said.text));
        Ok(Some(SurveyFound { survey, inbox, answer }))
    }
}

impl Batch {
    /// What closing a ticket looks at: whether its contact is to be asked, and was.
    pub(super) async fn load_to_ask(&mut self, connection: &mut Connection, id: TicketId) -> Result<(), Error> {
        let asks = self.world.pipelines.values().any(|pipeline| pipeline.survey);
        let contact = self.world.tickets.get(&id).and_then(|ticket| ticket.contact);
        let Some(contact) = contact.filter(|_| asks) else { return Ok(()) };
        self.load_surveys(connection, "s.ticket_id = $1", bound![id]).await?;
        self.load_asked(connection, contact).await
    }

    /// Who is asked, and who took them in.
    async fn load_asked(&mut self, connection: &mut Connection, contact: ContactId) -> Result<(), Error> {
        let id = RecordRef::Contact(contact);
        self.load_record(connection, id).await?;
        if let Some(winner) = self.world.records.records.get(&id).and_then(|record| record.merged_into) {
            self.load_record(connection, RecordRef::Contact(winner)).await?;
        }
        Ok(())
    }

    /// The survey of a mail, if it has one.
    pub(super) async fn load_survey(&mut self, connection: &mut Connection, id: MessageId) -> Result<(), Error> {
        self.load_surveys(connection, "s.message_id = $1", bound![id]).await
    }

    /// The same with who was asked, and what they have answered.
    pub(super) async fn load_survey_to_answer(
        &mut self,
        connection: &mut Connection,
        id: MessageId,
    ) -> Result<(), Error> {
        self.load_survey(connection, id).await?;
        let Some((contact, answer)) = self.world.surveys.get(&id).map(|it| (it.contact, it.answer)) else {
            return Ok(());
        };
        self.load_asked(connection, contact).await?;
        match answer {
            Some(answer) => self.load_activity(connection, answer).await,
            None => Ok(()),
        }
    }

    async fn load_surveys(
        &mut self,
        connection: &mut Connection,
        condition: &str,
        args: Vec<Arg>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {COLUMNS} FROM surveys s WHERE {condition}");
        for found in rows(connection, sql, args).await? {
            let found = model(&mut Cells::new(&found))?;
            // What the batch holds is newer, and what it has deleted is gone.
            let gone = self.deleted.contains(&found.conversation)
                || self.tickets.has_deleted(found.ticket)
                || self.records.is_erased(RecordRef::Contact(found.contact));
            if !gone {
                self.world.surveys.or_insert_with(found.message, || found);
            }
        }
        Ok(())
    }

    /// The address of whom a conversation is with, as far as it is loaded.
    pub(crate) fn whom_to_write(&self, conversation: ConversationId) -> Address {
        let contact = self.world.conversations.get(&conversation).and_then(|it| it.contact);
        let record = contact.and_then(|contact| self.world.records.records.get(&RecordRef::Contact(contact)));
        let values = record.map(|record| self.world.records.values(record)).unwrap_or_default();
        Address { name: values.text(BuiltIn::Name).to_owned(), email: values.text(BuiltIn::Email).to_owned() }
    }

    /// The token in the link of a survey's mail.
    pub(crate) fn add_survey_token(&mut self, message: MessageId, token_hash: [u8; 32]) {
        self.surveys.tokens.insert(message, token_hash);
    }
}

/// What a batch has done to surveys.
#[derive(Default)]
pub(super) struct Noted {
    touched: BTreeSet<MessageId>,
    tokens: BTreeMap<MessageId, [u8; 32]>,
}

impl Noted {
    pub(super) fn note(&mut self, change: &Change) {
        if let Change::SurveySet { to, .. } = change {
            self.touched.insert(to.message);
        }
    }

    /// Before what was deleted is erased, which takes surveys along.
    pub(super) async fn save(&self, connection: &mut Connection, world: &World) -> Result<(), Error> {
        let mut new = vec![];
        for it in self.touched.iter().filter_map(|message| world.surveys.get(message)) {
            let Some(hash) = self.tokens.get(&it.message) else {
                let sql = "UPDATE surveys SET open = $2, activity_id = $3, answered_at = $4 WHERE message_id = $1";
                run(connection, sql, bound![it.message, it.open, it.answer, it.answered_at]).await?;
                continue;
            };
            new.push(bound![
                it.message,
                it.conversation,
                it.inbox,
                it.ticket,
                it.contact,
                it.asked_at,
                it.open,
                it.answer,
                it.answered_at,
                hash.to_vec(),
            ]);
        }
        insert(connection, "surveys", &format!("{}, token_hash", COLUMNS.replace("s.", "")), "", new).await
    }
}
