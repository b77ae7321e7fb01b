//! Short notes about what just happened, with one thing to do about it: "Conversation closed. Undo".

use super::button::IconButton;
use super::each::Each;
use super::icon::Glyph;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use std::time::Duration;

/// How long a note without an action stands, in milliseconds.
const SHOWN_MS: u64 = 5_000;
/// How long a note with an action stands, in milliseconds: long enough to reach it by keyboard.
const ACTION_SHOWN_MS: u64 = 12_000;
/// How many notes stand at once; the oldest goes first.
const MOST: usize = 3;

/// How a note is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    #[default]
    Plain,
    /// Something was refused or failed.
    Bad,
}

#[derive(Clone)]
struct Note {
    id: u32,
    text: String,
    tone: Tone,
    action: Option<(String, Callback<()>)>,
    /// What the action is about.
    number: Option<i64>,
}

/// The notes on screen. Given by [`provide_toasts`], found by [`use_toasts`].
#[derive(Clone, Copy)]
pub struct Toasts {
    notes: RwSignal<Vec<Note>>,
    next: StoredValue<u32>,
    timers: StoredValue<Vec<(u32, TimeoutHandle)>, LocalStorage>,
}

/// Makes the notes available to everything below.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        notes: RwSignal::new(Vec::new()),
        next: StoredValue::new(0),
        timers: StoredValue::new_local(Vec::new()),
    };
    provide_context(toasts);
    toasts
}

/// The notes; call it at a component's top.
#[must_use]
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Toasts {
    /// Says `text`.
    pub fn say(self, text: impl Into<String>) {
        self.add(text.into(), Tone::Plain, None, None);
    }

    /// Says that something went wrong.
    pub fn warn(self, text: impl Into<String>) {
        self.add(text.into(), Tone::Bad, None, None);
    }

    /// Says `text` and offers `label`, which is about what has this number.
    pub fn offer(
        self,
        number: i64,
        text: impl Into<String>,
        label: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) {
        self.add(text.into(), Tone::Plain, Some((label.into(), Callback::new(move |()| run()))), Some(number));
    }

    /// What was offered about it is no more to be had.
    pub fn withdraw(self, number: i64) {
        let _gone_already = self.notes.try_update(|notes| notes.retain(|note| note.number != Some(number)));
    }

    fn add(self, text: String, tone: Tone, action: Option<(String, Callback<()>)>, number: Option<i64>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        let shown_ms = if action.is_some() { ACTION_SHOWN_MS } else { SHOWN_MS };
        self.notes.update(|notes| {
            // The same words twice are one note: it stands again from now.
            notes.retain(|note| note.action.is_some() || note.text != text);
            notes.push(Note { id, text, tone, action, number });
            let surplus = notes.len().saturating_sub(MOST);
            notes.drain(..surplus);
        });
        self.start(id, shown_ms);
    }

    fn start(self, id: u32, ms: u64) {
        if let Ok(timer) = set_timeout_with_handle(move || self.remove(id), Duration::from_millis(ms)) {
            self.timers.update_value(|timers| timers.push((id, timer)));
        }
    }

    /// Under the pointer or with the focus in it a note stays.
    fn hold(self, id: u32) {
        self.timers.update_value(|timers| {
            timers.retain(|(of, timer)| {
                if *of == id {
                    timer.clear();
                }
                *of != id
            });
        });
    }

    fn remove(self, id: u32) {
        self.hold(id);
        let _gone_already = self.notes.try_update(|notes| notes.retain(|note| note.id != id));
    }
}

/// Where notes appear: one live region for the whole app, always in the page so that it is read aloud.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <Each each=move || toasts.notes.get() key=|note| i64::from(note.id) let:note>
                {
                    let Note { id, text, tone, action, .. } = note;
                    view! {
                        <div
                            class="toast"
                            class:toast-bad=tone == Tone::Bad
                            on:mouseenter=move |_| toasts.hold(id)
                            on:focusin=move |_| toasts.hold(id)
                            on:mouseleave=move |_| toasts.start(id, SHOWN_MS)
                            on:focusout=move |_| toasts.start(id, SHOWN_MS)
                        >
                            <span class="toast-text">{text}</span>
                            {action
                                .map(|(label, run)| {
                                    view! {
                                        <button
                                            type="button"
                                            class="toast-action"
                                            on:click=move |_| {
                                                toasts.remove(id);
                                                run.run(());
                                            }
                                        >
                                            {label}
                                        </button>
                                    }
                                })}
                            <IconButton
                                label="Dismiss"
                                glyph=Glyph::X
                                class="toast-dismiss"
                                on_press=move |_| toasts.remove(id)
                            />
                        </div>
                    }
                }
            </Each>
        </div>
    }
}
