//! Several tabs of one browser: who of them leads, what they say to each other, and the event stream the leader reads.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// Runs `lead` once this tab is the one that leads under `name`: now, or when the tab that does is closed. False where
/// the browser knows no locks (plain HTTP away from this machine).
pub fn lead(name: &str, lead: impl FnOnce() + 'static) -> bool {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).unwrap_or_default();
    let Ok(request) = Reflect::get(&locks, &"request".into()).and_then(JsCast::dyn_into::<Function>) else {
        return false;
    };
    let held = Closure::once_into_js(move || {
        lead();
        // Kept until the page goes.
        Promise::new(&mut |_, _| {})
    });
    request.call2(&locks, &name.into(), &held).is_ok()
}

/// What all tabs of this browser hear, but for the one that speaks.
#[derive(Clone)]
pub struct Channel(BroadcastChannel);

impl Channel {
    /// Listens for the page's life. None where the browser has no channels.
    pub fn open(name: &str, hear: impl Fn(&Self, &str) + 'static) -> Option<Self> {
        let channel = Self(BroadcastChannel::new(name).ok()?);
        let own = channel.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(words) = event.data().as_string() {
                hear(&own, &words);
            }
        });
        channel.0.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
        Some(channel)
    }

    /// Says `words` to the other tabs.
    pub fn say(&self, words: &str) {
        let _closing = self.0.post_message(&words.into());
    }
}

/// Why a stream does not flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// The browser connects again by itself, from where it stood.
    Lost,
    /// The server refused it; the browser has given up.
    Refused,
}

/// Reads server-sent events until the page goes or the server refuses. `broken` may be told more than once.
pub fn stream(
    url: &str,
    opened: impl Fn() + 'static,
    heard: impl Fn(String) + 'static,
    broken: impl Fn(Break) + 'static,
) {
    let Ok(source) = EventSource::new(url) else {
        broken(Break::Refused);
        return;
    };
    let opened = Closure::<dyn Fn()>::new(opened);
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(data) = event.data().as_string() {
            heard(data);
        }
    });
    let watched = source.clone();
    let broken = Closure::<dyn Fn()>::new(move || {
        broken(if watched.ready_state() == EventSource::CLOSED { Break::Refused } else { Break::Lost });
    });
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    source.set_onerror(Some(broken.as_ref().unchecked_ref()));
    opened.forget();
    heard.forget();
    broken.forget();
}
