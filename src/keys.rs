//! Everything that can be done by a key (P2): one table ([`actions`]) for the keys themselves, the sheet that lists them
//! and the palette that finds them. None works while somebody types, and single keys can be switched off.

mod actions;
mod palette;
mod sheet;

use crate::browser::{float, keep};
use crate::views::own::OPENS_KEYS;
use actions::{ACTIONS, Action, Group, use_desk};
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use palette::Palette;
use sheet::Sheet;

/// Single keys are switched off, in this browser (WCAG 2.1.4).
const OFF_KEY: &str = "samtal.keys.off";
/// How long after the first of two keys the second is waited for, in milliseconds.
const SECOND_MS: i64 = 1_500;

/// Whether single keys work.
#[derive(Clone, Copy)]
pub struct SingleKeys(RwSignal<bool>);

impl SingleKeys {
    fn kept() -> Self {
        Self(RwSignal::new(keep::read(OFF_KEY).is_none()))
    }

    pub fn on(self) -> bool {
        self.0.get()
    }

    pub fn set(self, on: bool) {
        self.0.set(on);
        if on { keep::forget(OFF_KEY) } else { keep::write(OFF_KEY, "off") }
    }
}

/// Hears the keys, and shows the sheet and the palette.
#[component]
pub fn Keys() -> impl IntoView {
    let single = SingleKeys::kept();
    let sheet = RwSignal::new(false);
    let palette = RwSignal::new(false);
    let desk = use_desk(sheet, palette, single);
    let first = StoredValue::new(None::<(String, i64)>);
    let heard = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        if is_palette_key(&event) {
            event.prevent_default();
            palette.update(|open| *open = !*open);
            return;
        }
        if !single.0.get_untracked() || !is_plain(&event) || is_typing(&event) || something_is_open() {
            return;
        }
        let now = event.time_stamp() as i64;
        let first_of = first.try_update_value(Option::take).flatten();
        let before = first_of.filter(|(_, at)| now - at < SECOND_MS).map(|(key, _)| key);
        let key = event.key();
        if before.is_none() && is_first(&key) {
            first.set_value(Some((key, now)));
            return;
        }
        if let Some(action) = meant(&key, before.as_deref())
            && (action.can)(desk)
        {
            event.prevent_default();
            if event.repeat() && action.group != Group::Moving {
                // Held down it would be done and undone again and again.
                return;
            }
            desk.held.set_value(event.repeat());
            if desk.stop_skimming(action) {
                // What is shown catches up with what is marked: the action is for that.
                request_animation_frame(move || (action.run)(desk));
            } else {
                (action.run)(desk);
            }
        }
    });
    on_cleanup(move || heard.remove());
    view! {
        <button type="button" id=OPENS_KEYS hidden on:click=move |_| sheet.set(true)></button>
        <Sheet open=sheet single/>
        <Palette open=palette desk/>
    }
}

/// The action of a key, or of two.
fn meant(key: &str, before: Option<&str>) -> Option<&'static Action> {
    ACTIONS.iter().find(|action| match action.key.split_once(' ') {
        Some((first, second)) => before == Some(first) && second == key,
        None => before.is_none() && action.key == key,
    })
}

/// Whether another key is waited for after it.
fn is_first(key: &str) -> bool {
    ACTIONS.iter().any(|action| action.key.split_once(' ').is_some_and(|(first, _)| first == key))
}

fn is_palette_key(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key())
        && !event.alt_key()
        && !event.shift_key()
        && event.key().eq_ignore_ascii_case("k")
}

/// Shift only makes another letter.
fn is_plain(event: &KeyboardEvent) -> bool {
    !event.ctrl_key() && !event.meta_key() && !event.alt_key()
}

fn is_typing(event: &KeyboardEvent) -> bool {
    const FIELDS: &str =
        "input:not([type=checkbox]):not([type=button]), textarea, select, [contenteditable], [role=textbox]";
    float::closest(event, FIELDS).is_some()
}

/// A menu, a panel or a dialog has the keys to itself.
fn something_is_open() -> bool {
    float::exists("dialog[open], .menu:popover-open")
}

#[cfg(test)]
mod tests {
    use super::actions::ACTIONS;
    use super::{is_first, meant};

    #[test]
    fn no_key_means_two_things() {
        for (index, action) in ACTIONS.iter().enumerate() {
            assert!(ACTIONS[..index].iter().all(|other| other.key != action.key), "{} twice", action.key);
            assert!(!is_first(action.key), "{} begins others", action.key);
        }
    }

    #[test]
    fn the_second_key_alone_means_something_else() {
        assert_eq!(meant("u", None).map(|action| action.name), Some("Back to the list"));
        assert_eq!(meant("u", Some("g")).map(|action| action.name), Some("Go to Unassigned"));
        assert!(meant("j", Some("g")).is_none() && meant("r", Some(",")).is_none() && meant("Q", None).is_none());
    }
}
