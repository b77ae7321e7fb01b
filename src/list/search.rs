//! The search at the top of the list (S1, S6): what is typed, what could be meant by it, what is wrong with it, and the
//! filters that edit the same text. What it finds is listed by [`super`].

mod filters;
mod marks;
mod suggest;

use crate::browser::frame;
use crate::routes::{Nav, use_nav};
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, part};
use crate::views::custom::SaveBar;
use filters::Filters;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use marks::Marks;
use samtal_model::query::{self, Field, Query, Wrong};
use std::time::Duration;
use suggest::{Suggestions, use_suggestions};

/// How long after a key the search is made, in milliseconds: short enough to feel at once, long enough to skip the
/// keys of a word typed quickly.
const SETTLE_MS: u64 = 8;
/// How long after a key what is wrong is said, in milliseconds: nobody is told so in the middle of a word.
const WRONG_AFTER_MS: u64 = 400;

/// The text of the search, from which everything else follows.
#[derive(Clone, Copy)]
pub struct Typed {
    text: RwSignal<String>,
    /// The last of it that had nothing wrong: what is searched for.
    good: StoredValue<String>,
    nav: Nav,
    waiting: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    wrong: RwSignal<Vec<Wrong>>,
    said: StoredValue<u32>,
}

impl Typed {
    fn new(nav: Nav) -> Self {
        let text = nav.route().with_untracked(|route| route.q().unwrap_or_default());
        let typed = Self {
            good: StoredValue::new(text.clone()),
            text: RwSignal::new(text),
            nav,
            waiting: StoredValue::new_local(None),
            wrong: RwSignal::new(Vec::new()),
            said: StoredValue::new(0),
        };
        typed.tell_wrong();
        // Back and Forward change it from outside.
        effect(move || {
            let q = nav.route().with(|route| route.q().unwrap_or_default());
            if q.trim() != typed.good.get_value().trim() && typed.waiting.with_value(Option::is_none) {
                typed.good.set_value(q.clone());
                typed.text.set(q);
                typed.tell_wrong();
            }
        });
        on_cleanup(move || typed.stop());
        typed
    }

    /// What it means. Followed.
    #[must_use]
    pub fn query(self) -> Query {
        self.text.with(|text| query::parse(text).query)
    }

    /// Lets `change` set one filter; the rest of what was typed stays as it is.
    pub fn edit(self, field: Field, change: impl FnOnce(&mut Query)) {
        let text = self.text.get_untracked();
        let mut query = query::parse(&text).query;
        change(&mut query);
        self.set(query::edit(&text, field, &query));
    }

    fn stop(self) {
        let _gone = self.waiting.try_update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
    }

    /// The text is `text` now: searched for in a moment.
    fn set(self, text: String) {
        if wrong_in(&text).is_empty() {
            self.good.set_value(text.clone());
        }
        self.text.set(text);
        self.stop();
        let timer = set_timeout_with_handle(
            move || {
                self.waiting.set_value(None);
                // What is wrong is not searched for: the list stays with what stood there before.
                let q = self.good.get_value().trim_start().to_owned();
                self.nav.replace(self.nav.route().get_untracked().with_q(Some(q)));
            },
            Duration::from_millis(SETTLE_MS),
        );
        self.waiting.set_value(timer.ok());
        self.tell_wrong();
    }

    fn tell_wrong(self) {
        self.wrong.update(Vec::clear);
        self.said.update_value(|said| *said += 1);
        let said = self.said.get_value();
        frame::after(WRONG_AFTER_MS, move || {
            if self.said.try_get_value() == Some(said) {
                self.wrong.set(wrong_in(&self.text.get_untracked()));
            }
        });
    }
}

fn wrong_in(text: &str) -> Vec<Wrong> {
    query::parse(text).wrong.into_iter().filter(|wrong| !wrong.is_incomplete()).collect()
}

/// The landmark "search". Typing replaces the address, so that Back leaves the search as a whole.
#[component]
pub fn SearchBox(#[prop(into)] on_exit: Callback<()>) -> impl IntoView {
    let nav = use_nav();
    let input = NodeRef::<Input>::new();
    let typed = Typed::new(nav);
    let suggestions = use_suggestions(input, typed);
    effect(move || {
        // Who comes by an address with a search in it has not asked for the field.
        if let Some(input) = input.get().filter(|_| typed.text.with_untracked(String::is_empty)) {
            let _not_focusable = input.focus();
        }
    });
    let keys = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        if suggestions.key(&event) {
            event.prevent_default();
            event.stop_propagation();
            return;
        }
        if event.key() == "Escape" {
            event.prevent_default();
            on_exit.run(());
        }
    };
    let invalid = move || typed.wrong.with(|wrong| !wrong.is_empty());
    view! {
        <search class="list-search">
            <div class="list-search-line">
                <Icon glyph=Glyph::Search/>
                <input
                    type="search"
                    node_ref=input
                    placeholder="Search messages, people, files"
                    aria-label="Search conversations"
                    aria-autocomplete="list"
                    aria-controls="search-suggestions"
                    aria-activedescendant=live(move || suggestions.active())
                    aria-invalid=live(move || invalid().then_some("true"))
                    aria-describedby="search-wrong"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="1000"
                    prop:value=live(move || typed.text.get())
                    on:input=move |event| {
                        typed.set(event_target_value(&event));
                        suggestions.look();
                    }
                    on:blur=move |_| suggestions.close()
                    on:click=move |_| suggestions.look()
                    on:keydown=keys
                />
                <IconButton label="Exit search" glyph=Glyph::X on_press=move |_| on_exit.run(())/>
            </div>
            <Suggestions suggestions/>
            <div id="search-wrong" role="alert">
                {part(move || Some({
                    typed
                        .wrong
                        .get()
                        .into_iter()
                        .map(|wrong| view! { <p class="list-wrong">{wrong.sentence()}</p> })
                        .collect_view()
                }))}
            </div>
            <Filters typed/>
            <SaveBar/>
            <Marks/>
        </search>
    }
}
