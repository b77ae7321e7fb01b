//! The law of a live app, over real SQL: what the feed tells, applied to what a client held, is what a fresh read
//! gives — for every reader, after any commands; and no hidden text is in any of it. What is kept of custom views is
//! what the search finds (V10).

use crate::custom::{counted, text};
use crate::engines::{Bench, on_each_engine, request};
use crate::law_tickets::{check_tickets, on_asking, on_tickets, own_property, said_of_tickets, tickets_of};
use crate::records::{Records, record_command};
use futures_util::StreamExt;
use samtal_model::record::command::RecordCommand;
use samtal_model::record::value::BuiltIn;
use samtal_model::view::memberships;
use samtal_model::wire::{
    BulkAction, ConversationView, CustomViewView, FeedEvent, MessageView, PipelineView, TicketCounts, TicketView,
    ViewCount,
};
use samtal_model::{
    Actor, Address, AgentId, AgentState, Author, AuthorRef, Change, Channel, Command, ContactId, ConversationId,
    CustomViewEdit, CustomViewId, InboxId, KeptQuery, MessageId, MessageKind, Origin, PipelineCommand, PipelineId,
    Receive, Role, Sequence, Sort, TicketId, Timestamp, View,
};
use samtal_server::bulk::Bulks;
use samtal_server::dispatch::Outcome;
use samtal_server::store::{Begun, BulkOf, ListQuery, NewBulk, Search, ThreadAt};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What a browser holds.
#[derive(Debug, Default, PartialEq)]
pub struct Client {
    pub conversations: BTreeMap<ConversationId, ConversationView>,
    messages: BTreeMap<MessageId, MessageView>,
    counts: BTreeMap<InboxId, Vec<ViewCount>>,
    custom_views: BTreeMap<CustomViewId, CustomViewView>,
    pub tickets: BTreeMap<TicketId, TicketView>,
    pub pipelines: BTreeMap<PipelineId, PipelineView>,
    pub ticket_counts: BTreeMap<InboxId, TicketCounts>,
    pub records: Records,
}

/// What is counted, whenever that was.
fn of_any_moment(counts: TicketCounts) -> TicketCounts {
    TicketCounts { sequence: Sequence(0), ..counts }
}

impl Client {
    async fn fresh(bench: &Bench, agent: AgentId, inboxes: &[InboxId]) -> Self {
        let mut client = Self::default();
        let Some(reader) = bench.store.reader(agent).await.expect("a query") else { return client };
        let custom_views = bench.store.custom_views(&reader).await.expect("a query").items;
        client.custom_views.extend(custom_views.into_iter().map(|view| (view.id, view)));
        client
            .pipelines
            .extend(bench.store.pipelines(&reader).await.expect("a query").items.into_iter().map(|it| (it.id, it)));
        client.tickets = tickets_of(bench, &reader).await;
        for inbox in inboxes {
            let counts = bench.store.ticket_counts(&reader, *inbox).await.expect("a query");
            client.ticket_counts.extend(counts.map(|counts| (*inbox, of_any_moment(counts))));
        }
        client.records = Records::fresh(bench, &reader).await;
        for inbox in inboxes {
            let Some(counts) = bench.store.view_counts(&reader, *inbox).await.expect("a query") else { continue };
            client.counts.insert(*inbox, counts);
            for view in [View::Open, View::Closed, View::Sent, View::Spam, View::Trash] {
                let query = ListQuery { limit: 200, ..ListQuery::of_view(*inbox, view) };
                let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("their inbox");
                // What is sent comes from rows kept ready, and is no different.
                let sent =
                    bench.store.conversations_json(&reader, &query, None).await.expect("a query").expect("their inbox");
                assert_eq!(sent, serde_json::to_string(&page).expect("json"));
                for item in page.items {
                    let page = bench.store.messages(&reader, item.id, ThreadAt::Newest, 100).await;
                    let page = page.expect("a query").expect("their thread");
                    client.messages.extend(page.items.into_iter().map(|message| (message.id, message)));
                    client.conversations.insert(item.id, item);
                }
            }
        }
        client
    }

    async fn apply(&mut self, bench: &Bench, agent: AgentId, event: FeedEvent) {
        self.rename(&event);
        let reader = bench.reader(agent).await;
        self.records.apply(bench, &reader, &event).await;
        if !(event.properties.is_empty() && event.properties_gone.is_empty()) {
            // Who hears that tickets say something else reads them anew.
            self.tickets = tickets_of(bench, &reader).await;
        }
        for id in event.gone {
            self.conversations.remove(&id);
            self.messages.retain(|_, message| message.conversation_id != id);
        }
        self.conversations.extend(event.conversations.into_iter().map(|it| (it.id, it)));
        self.messages.extend(event.messages.into_iter().map(|it| (it.id, it)));
        for counts in event.counts {
            self.counts.insert(counts.inbox_id, counts.items);
        }
        for id in event.custom_views_gone {
            self.custom_views.remove(&id);
        }
        self.custom_views.extend(event.custom_views.into_iter().map(|it| (it.id, it)));
        for id in event.tickets_gone {
            self.tickets.remove(&id);
        }
        self.tickets.extend(event.tickets.into_iter().map(|it| (it.id, it)));
        for id in event.pipelines_gone {
            self.pipelines.remove(&id);
        }
        self.pipelines.extend(event.pipelines.into_iter().map(|it| (it.id, it)));
        for counts in event.ticket_counts {
            assert!(counts.sequence >= event.sequence, "as new as what is told with them");
            self.ticket_counts.insert(counts.inbox_id, of_any_moment(counts));
        }
    }
}

impl Client {
    /// What shows a contact takes the name from the record.
    fn rename(&mut self, event: &FeedEvent) {
        for record in event.records.iter().filter(|record| record.kind == "contact") {
            let (id, values) = (ContactId(record.id), &record.values);
            let (name, email) = (values.text(BuiltIn::Name), values.text(BuiltIn::Email));
            self.rename_one(id, name, email);
        }
        for gone in event.records_gone.iter().filter_map(|id| id.contact()) {
            self.rename_one(gone, "", "");
        }
    }

    fn rename_one(&mut self, id: ContactId, name: &str, email: &str) {
        for contact in self.conversations.values_mut().filter_map(|it| it.contact.as_mut()).filter(|it| it.id == id) {
            (contact.name, contact.email) = (name.to_owned(), email.to_owned());
        }
        for contact in self.tickets.values_mut().filter_map(|it| it.contact.as_mut()).filter(|it| it.id == id) {
            (contact.name, contact.email) = (name.to_owned(), email.to_owned());
        }
        for message in self.messages.values_mut().filter(|it| it.author == Author::Contact(id)) {
            message.author_name = if name.is_empty() { email } else { name }.to_owned();
            message.author_email = email.to_owned();
        }
    }
}

/// A small generator with a fixed seed: the same day every time.
pub struct Dice(u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}

fn arrival(dice: &mut Dice, inbox: InboxId, thread: Option<ConversationId>, at: i64, word: &str) -> Command {
    let who = dice.roll(5);
    let address = Address { name: format!("C{who}"), email: format!("c{who}@post.test") };
    let bot = dice.roll(6) == 0;
    Command::Receive(Box::new(Receive {
        inbox,
        channel: [Channel::Email, Channel::Chat, Channel::Form][dice.roll(3)],
        thread,
        origin: if bot { Origin::Bot } else { Origin::Inbound },
        kind: MessageKind::Inbound,
        author: AuthorRef::Contact(address),
        contact: None,
        subject: "Shelf".into(),
        text: format!("text {word}"),
        sent_at: Timestamp(at),
        spam: dice.roll(12) == 0,
        archived: dice.roll(6) == 0,
    }))
}

fn random(dice: &mut Dice, people: &[AgentId], inboxes: &[InboxId], known: &Client) -> Option<Command> {
    let ids: Vec<_> = known.conversations.keys().copied().collect();
    let messages: Vec<_> = known.messages.keys().copied().collect();
    let conversation = *ids.get(dice.roll(ids.len().max(1)))?;
    let message = *messages.get(dice.roll(messages.len().max(1)))?;
    let agent = people[dice.roll(people.len())];
    Some(match dice.roll(21) {
        0 => Command::Reply { conversation, text: "answer".into() },
        1 => Command::Comment { conversation, text: "comment".into() },
        2 | 3 => Command::Assign { conversation, owner: (dice.roll(3) > 0).then_some(agent) },
        4 | 5 => Command::Close { conversation },
        6 => Command::Reopen { conversation },
        7 => Command::Trash { conversation },
        8 => Command::Restore { conversation },
        9 => Command::Delete { conversation },
        10 => Command::MarkSpam { conversation },
        11 => Command::MarkNotSpam { conversation },
        12 | 13 => Command::Hide { message },
        14 => Command::Unhide { message },
        15 | 16 => Command::MarkRead { conversation, up_to: message },
        17 => Command::MarkUnread { conversation },
        20 => Command::MarkAllRead { up_to: message },
        18 => Command::SetAgentState {
            agent: people[0],
            state: [AgentState::Active, AgentState::Deactivated][dice.roll(2)],
        },
        _ => Command::SetAccess { agent: people[1], inbox: inboxes[1], allowed: dice.roll(3) > 0 },
    })
}

#[tokio::test]
async fn the_feed_applied_to_the_old_state_is_a_fresh_read() {
    on_each_engine(|bench| async move {
        let inboxes = [bench.inbox("support", true).await, bench.inbox("sales", false).await];
        let leaver = bench.agent("lea", Role::Agent).await;
        let people = [
            leaver,
            bench.agent("anna", Role::Agent).await,
            bench.agent("ewa", Role::Admin).await,
            bench.agent("daan", Role::SuperAdmin).await,
        ];
        // Who closes a ticket asks its contact how it went (D5).
        let asks = PipelineCommand::SetSurvey { pipeline: PipelineId(1), on: true };
        bench.ask(Actor::Agent(people[2]), 0, Command::Pipeline(asks)).await;
        // And tickets have a property of the team's own (X4).
        bench.ask(Actor::Agent(people[2]), 0, own_property(0)).await;
        let mut dice = Dice(7);
        let mut secrets: BTreeMap<MessageId, String> = BTreeMap::new();
        // Who follows all the way: an agent whose access comes and goes, an admin, a super admin.
        let followers = [people[1], people[2], people[3]];
        let start = bench.store.sequence().await.expect("a query");
        let mut streams: Vec<_> = followers.iter().map(|agent| Box::pin(bench.feed.subscribe(*agent, start))).collect();
        let mut clients: Vec<Client> = vec![];
        for agent in followers {
            clients.push(Client::fresh(&bench, agent, &inboxes).await);
        }
        let mut views = vec![];
        let (mut counts, mut tickets, mut said, mut commands) = (0, 0, 0, vec![]);
        let (mut surveys, mut answers) = (vec![], 0);
        for step in 0..240_i64 {
            let at = step * 60_000;
            // Customers answer while the team goes on.
            if step % 7 == 6
                && let Some(survey) = surveys.get(answers % surveys.len().max(1)).copied()
            {
                let command =
                    RecordCommand::AnswerSurvey { survey, score: 1 + step % 5, words: format!("words {step}") };
                let answer = request(Actor::System, at, Command::Record(Box::new(command)));
                answers += usize::from(bench.dispatcher.ask(answer).await.is_ok());
            }
            let everything = Client::fresh(&bench, people[3], &inboxes).await;
            let outcome = if step < 12 || dice.roll(4) == 0 {
                let inbox = inboxes[dice.roll(2)];
                let of: Vec<_> =
                    everything.conversations.values().filter(|it| it.inbox_id == inbox).map(|it| it.id).collect();
                let thread = (!of.is_empty() && dice.roll(2) == 0).then(|| of[dice.roll(of.len())]);
                let word = format!("secret{step}x");
                let command = arrival(&mut dice, inbox, thread, at, &word);
                let outcome = bench.dispatcher.ask(request(Actor::System, at, command)).await;
                if let Ok(outcome) = &outcome {
                    let message = outcome.changes.iter().find_map(|entry| entry.change.message());
                    secrets.insert(message.expect("a message"), word);
                }
                outcome
            } else if step % 12 == 11
                && let Some(command) = on_asking(step, &everything)
            {
                bench.dispatcher.ask(request(Actor::Agent(people[3]), at, command)).await
            } else if dice.roll(9) == 0 {
                let asker = people[dice.roll(4)];
                Ok(in_bulk(&bench, &mut dice, asker, &everything, at).await)
            } else {
                let actor = Actor::Agent(people[dice.roll(4)]);
                let command = match dice.roll(14) {
                    3 | 4 | 12 | 13 => on_tickets(&mut dice, step, &everything),
                    5 | 6 => {
                        let roll = |sides| dice.roll(sides);
                        record_command(roll, &everything.records, &everything.conversations)
                    }
                    0 | 1 => Some(on_views(&mut dice, step, &views)),
                    2 if !commands.is_empty() => Some(Command::Undo { command: commands[dice.roll(commands.len())] }),
                    _ => random(&mut dice, &people, &inboxes, &everything),
                };
                let Some(command) = command else { continue };
                bench.dispatcher.ask(request(actor, at, command)).await
            };
            let Ok(outcome) = outcome else { continue };
            if outcome.changes.is_empty() {
                continue;
            }
            commands.extend(outcome.command);
            for entry in &outcome.changes {
                if let Change::CustomViewSet { to, .. } = &entry.change
                    && !views.contains(&to.id)
                {
                    views.push(to.id);
                }
                if let Change::SurveySet { to, .. } = &entry.change
                    && !surveys.contains(&to.message)
                {
                    surveys.push(to.message);
                }
            }
            // What is more than a batch counts by itself.
            counted(&bench, 0).await;
            for agent in followers {
                counts += check_custom_views(&bench, agent).await;
            }
            let now = Client::fresh(&bench, people[3], &inboxes).await;
            tickets += check_tickets(&now);
            said += said_of_tickets(&now);
            for ((agent, stream), client) in followers.iter().zip(&mut streams).zip(&mut clients) {
                // Not every change is for everyone: what comes within a moment is applied, the rest is compared.
                let fresh = Client::fresh(&bench, *agent, &inboxes).await;
                let mut waited = 0;
                while *client != fresh && waited < 100 {
                    let wait = std::time::Duration::from_millis(50);
                    waited += 1;
                    if let Ok(Some(event)) = tokio::time::timeout(wait, stream.next()).await {
                        check_hidden(&event, &everything, &secrets);
                        if event.reload {
                            *client = Client::fresh(&bench, *agent, &inboxes).await;
                        } else {
                            client.apply(&bench, *agent, event).await;
                        }
                    }
                }
                assert_eq!(*client, fresh, "step {step}: {:?}", outcome.changes);
                for message in client.messages.values().filter(|message| message.hidden) {
                    let all = format!("{client:?}");
                    if let Some(secret) = secrets.get(&message.id) {
                        assert!(!all.contains(secret), "step {step}: a hidden text is still held");
                    }
                }
            }
            if step % 10 == 0 {
                check_orders(&bench, people[3], &inboxes).await;
            }
        }
        check_orders(&bench, people[3], &inboxes).await;
        assert!(tickets > 200, "there were tickets with conversations: {tickets}");
        assert!(said > 20, "tickets had values and notes: {said}");
        assert!(!surveys.is_empty() && answers > 1, "contacts were asked and answered: {surveys:?}, {answers}");
        assert!(counts > 500, "the views were not empty: {counts}");
        let end = bench.store.sequence().await.expect("a query");
        assert!(end.0 - start.0 > 90, "the day was not idle: {} changes", end.0 - start.0);
    })
    .await;
}

/// One thing done with some of the conversations at once (T8), or the last such thing undone.
async fn in_bulk(bench: &Bench, dice: &mut Dice, agent: AgentId, known: &Client, at: i64) -> Outcome {
    let ids = known.conversations.keys().copied().filter(|_| dice.roll(2) == 0).collect();
    let action = [BulkAction::Close, BulkAction::Assign, BulkAction::Trash, BulkAction::Spam, BulkAction::Unread];
    let action = action[dice.roll(5)];
    let owner = (action == BulkAction::Assign).then_some(agent);
    let bulks = Bulks::new(bench.store.clone(), bench.dispatcher.clone(), || Timestamp(0));
    let before = bench.store.sequence().await.expect("a query");
    let new = NewBulk { agent, action, owner, of: BulkOf::Ids(ids), key: None, at: Timestamp(at) };
    let Begun::New(lease) = bulks.ask(&new).await.expect("carried out") else { panic!("not begun") };
    if dice.roll(2) == 0 {
        let undo = NewBulk { of: BulkOf::Undo(lease.bulk()), ..new };
        bulks.ask(&undo).await.expect("undone");
    }
    let changes = bench.store.log_after(before, 1000).await.expect("a query");
    let changes = changes.into_iter().map(|(entry, _)| entry).collect();
    let sequence = bench.store.sequence().await.expect("a query");
    Outcome { command: None, changes, undoable: false, sequence, replayed: false }
}

/// What a custom view asks for: words and operators, the same for all and not.
const QUERIES: [&str; 16] = [
    "",
    "answer",
    "-answer -comment",
    "bookcase",
    "is:open lamp -text",
    "text is:open",
    "is:open assignee:me",
    "in:mine,unassigned",
    "is:unread -in:trash",
    "is:read answer",
    "from:c1 hide:spam",
    "channel:chat -is:closed",
    "assignee:anyone -assignee:me contact:c2",
    "in:spam,trash",
    "in:sent,closed",
    "after:1970-01-01 before:1970-01-02 -from:c3",
];

/// A command on a custom view.
fn on_views(dice: &mut Dice, step: i64, views: &[CustomViewId]) -> Command {
    let query = QUERIES[dice.roll(QUERIES.len())];
    let one = views.get(dice.roll(views.len().max(1))).copied();
    let Some(view) = one.filter(|_| views.len() > 16 || dice.roll(3) > 0) else {
        return Command::CreateCustomView { text: text(&format!("View {step}"), query), shared: dice.roll(2) == 0 };
    };
    let edit = CustomViewEdit::default();
    match dice.roll(6) {
        0 => Command::DeleteCustomView { view },
        1 => Command::MoveCustomView { view, before: Some(views[dice.roll(views.len())]) },
        2 => Command::EditCustomView { view, edit: CustomViewEdit { shared: Some(dice.roll(2) == 0), ..edit } },
        3 => Command::EditCustomView { view, edit: CustomViewEdit { name: Some(format!("Named {step}")), ..edit } },
        _ => {
            let query = Some(KeptQuery::read(query).expect("no mistakes"));
            Command::EditCustomView { view, edit: CustomViewEdit { query, ..edit } }
        }
    }
}

/// The kept counts of every view this agent has are those of a search that goes through everything.
async fn check_custom_views(bench: &Bench, agent: AgentId) -> usize {
    let reader = bench.reader(agent).await;
    let mut any = 0;
    for view in bench.store.custom_views(&reader).await.expect("a query").items {
        let found = bench.store.custom_view(&reader, view.id).await.expect("a query").expect("their view");
        let mut query = ListQuery { limit: 200, ..ListQuery::searching(found.search(Timestamp(0))) };
        let mut all = 0;
        loop {
            let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("a page");
            all += page.items.len();
            query.cursor = page.next_cursor;
            if query.cursor.is_none() {
                break;
            }
        }
        any += all;
        assert_eq!((view.filling, view.count), (false, all as i64), "{view:?} as {agent} has it");
    }
    any
}

/// What is kept of the views is what the rules say of the conversations, in every order (S4) and from every rank.
async fn check_orders(bench: &Bench, agent: AgentId, inboxes: &[InboxId]) {
    let reader = bench.reader(agent).await;
    let everything = ListQuery { limit: 200, ..ListQuery::searching(Search::default()) };
    let all = bench.store.conversations(&reader, &everything).await.expect("a query").expect("all").items;
    for (inbox, view) in inboxes.iter().flat_map(|inbox| View::ALL.map(|view| (*inbox, view))) {
        for sort in Sort::ALL {
            let here = |it: &&ConversationView| {
                it.inbox_id == inbox && memberships(&it.to_model()).contains(&view.key_for(agent))
            };
            let mut expected: Vec<_> = all.iter().filter(here).collect();
            let place = |id: ConversationId| if sort.is_upward() { id.0 } else { -id.0 };
            expected.sort_by_key(|it| (Reverse(sort.key(&it.to_model())), place(it.id)));
            let expected: Vec<_> = expected.into_iter().map(|it| it.id).collect();
            for position in [None, Some(expected.len() / 2)] {
                let from = position.unwrap_or(0);
                let position = position.map(|at| at as i64);
                let query = ListQuery { limit: 200, sort, position, ..ListQuery::of_view(inbox, view) };
                let page = bench.store.conversations(&reader, &query).await.expect("a query").expect("a page");
                assert_eq!(page.total, Some(expected.len() as i64), "{view:?}");
                let ids: Vec<_> = page.items.iter().map(|it| it.id).collect();
                assert_eq!(ids, expected[from..], "{view:?} {sort:?} {position:?}");
            }
        }
    }
}

/// An event never carries the text of what is hidden when it is sent.
fn check_hidden(event: &FeedEvent, before: &Client, secrets: &BTreeMap<MessageId, String>) {
    let text = serde_json::to_string(event).expect("json");
    for message in event.messages.iter().filter(|message| message.hidden) {
        if let Some(secret) = secrets.get(&message.id) {
            assert!(!text.contains(secret), "the feed carries a hidden text");
        }
    }
    for (id, secret) in secrets {
        let still_hidden = before.messages.get(id).is_some_and(|message| message.hidden);
        let in_event = event.messages.iter().any(|message| message.id == *id);
        if still_hidden && !in_event {
            assert!(!text.contains(secret.as_str()), "the feed carries a hidden text by the way");
        }
    }
}
