//! The live feed (P1): one stream for all tabs of this browser. The tab that holds the lock reads it and hands every
//! event on; without locks or channels each tab reads its own.

use super::{Connection, Store, lock};
use crate::api;
use crate::api::told::Event;
use crate::browser::tabs::{self, Break, Channel};
use crate::browser::{frame, json};
use crate::ui::live::spawn;
use leptos::prelude::*;
use samtal_model::Sequence;
use samtal_model::json::FromJson;

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
