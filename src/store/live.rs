//! The live feed (P1): one stream for all tabs of this browser. The tab that holds the lock reads it and hands every
//! event on; without locks or channels each tab reads its own. What an event says goes from here into the store.

use super::{Connection, News, Store, lock};
use crate::api;
use crate::api::told::{Event, Told};
use crate::browser::tabs::{self, Break, Channel};
use crate::browser::{frame, json};
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::json::FromJson;
use samtal_model::wire::MessageView;
use samtal_model::{Actor, Sequence};

/// Pause before a refused stream is asked for again, in milliseconds.
const RETRY_MS: u64 = 3_000;

/// What tabs say to each other begins with one of these.
const EVENT: char = 'e';
const STATE: char = 's';
const HELLO: char = 'h';
const HERE: char = 'p';

/// Begins to follow the feed, for as long as the page lives.
pub fn follow(store: Store) {
    store.read_custom_views();
    store.find_bulks();
    let name = ["samtal-feed-", &store.my_id().to_string()].concat();
    let Some(channel) = Channel::open(&name, move |channel, words| hear(store, channel, words)) else {
        read(store, None);
        return;
    };
    // Who reads the stream already may be further than this tab's first answer.
    say(&channel, HELLO, "");
    let led = tabs::lead(&name, {
        let channel = channel.clone();
        move || read(store, Some(channel))
    });
    if !led {
        read(store, None);
    }
}

fn say(channel: &Channel, kind: char, words: &str) {
    let mut text = String::with_capacity(words.len() + 1);
    text.push(kind);
    text.push_str(words);
    channel.say(&text);
}

/// Another tab's words.
fn hear(store: Store, channel: &Channel, words: &str) {
    let mut letters = words.chars();
    let kind = letters.next();
    let rest = letters.as_str();
    match kind {
        Some(EVENT) => take(store, rest),
        Some(STATE) => store.0.connection.set(if rest == "1" { Connection::Up } else { Connection::Reconnecting }),
        Some(HELLO) => say(channel, HERE, &lock(&store.0.sequence).to_string()),
        Some(HERE) => {
            let here = *lock(&store.0.sequence);
            if rest.parse().is_ok_and(|there: Sequence| there > here) {
                store.reread();
            }
        }
        _ => {}
    }
}

fn take(store: Store, data: &str) {
    match json::parse(data).and_then(Event::from_json) {
        Some(event) => store.take_event(event),
        // A server of another version: what it says cannot be followed, but it can be read anew.
        None => store.reread(),
    }
}

/// Reads the stream in this tab, and hands it on.
fn read(store: Store, channel: Option<Channel>) {
    let url = api::events_url(*lock(&store.0.sequence));
    let (of_state, of_break) = (channel.clone(), channel.clone());
    let tell = move |channel: &Option<Channel>, up: bool| {
        store.0.connection.set(if up { Connection::Up } else { Connection::Reconnecting });
        if let Some(channel) = channel {
            say(channel, STATE, if up { "1" } else { "0" });
        }
    };
    let heard = move |data: String| {
        if let Some(channel) = &channel {
            say(channel, EVENT, &data);
        }
        take(store, &data);
    };
    let broken = move |end| {
        tell(&of_break, false);
        if end == Break::Refused {
            let channel = of_break.clone();
            frame::after(RETRY_MS, move || {
                spawn(async move {
                    // If the session has ended, asking for it sends the agent to sign in.
                    let _its_401_alone_matters = api::session().await;
                    read(store, channel);
                });
            });
        }
    };
    tabs::stream(&url, move || tell(&of_state, true), heard, broken);
}

impl Store {
    /// Takes in one event of the feed. Whoever is not where the event begins has missed something and reads anew.
    pub(crate) fn take_event(&self, event: Event) {
        let here = *lock(&self.0.sequence);
        if event.sequence <= here && !event.reload {
            return;
        }
        *lock(&self.0.sequence) = event.sequence.max(here);
        if event.reload || event.after > here {
            self.reread();
            return;
        }
        let me = Actor::Agent(self.my_id());
        let own = event.changes.iter().all(|change| change.actor == me);
        for change in &event.changes {
            self.take_change(change, change.actor == me);
        }
        // Texts come before the rows that stand for them, so that nothing is shown twice or not at all.
        // Those of threads that are not here are read when they are opened; hidden ones replace what a late answer brings.
        let arrived: Vec<MessageView> = event
            .messages
            .into_iter()
            .filter(|message| message.hidden || self.keeps_thread(message.conversation_id))
            .collect();
        self.take_messages(arrived.clone());
        for message in &arrived {
            self.place_in_thread(message);
        }
        if !event.agents.is_empty() {
            self.take_agents(event.agents);
        }
        if !event.inboxes.is_empty() {
            self.0.inboxes.update(|inboxes| {
                for inbox in event.inboxes {
                    match inboxes.iter_mut().find(|known| known.id == inbox.id) {
                        Some(known) => *known = inbox,
                        None => inboxes.push(inbox),
                    }
                }
            });
        }
        self.0.counts.update(|counts| {
            for of in &event.counts {
                counts.take(of);
            }
            counts.settle_up_to(event.sequence);
        });
        self.forget(&event.gone);
        self.take_conversations(event.conversations, own);
        self.take_custom_views(event.custom_views, &event.custom_views_gone, event.sequence);
        // What came with the event is called so already; what was here before is not.
        self.rename_contacts(&event.known);
        self.take_known(event.known, event.sequence);
    }

    /// What a change says beyond the entities that come beside it.
    fn take_change(&self, change: &Told, own: bool) {
        // Hidden text leaves at once, even if its new form is not in the event.
        if let Some((message, hidden)) = change.hidden() {
            lock(&self.0.messages).blank(message, hidden, change.sequence);
        }
        if let Some((_, floor)) = change.read_floor().filter(|(agent, _)| *agent == self.my_id()) {
            *lock(&self.0.floor) = floor;
            let ids = lock(&self.0.conversations).refresh_unread(self.my_id(), floor);
            self.tell_news(&News::Changed { ids, own: true });
        }
        if own {
            self.settle(change);
        }
    }
}
