//! The search at the top of the list (S1, S6): what is typed, what could be meant by it, what is wrong with it, and the
//! filters that edit the same text. What it finds is listed by [`super`].

mod filters;
mod marks;
mod suggest;

use super::sorting::SortMenu;
use crate::browser::frame;
use crate::routes::{Nav, Route, use_nav};
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, effect, live, part};
use crate::views::custom::SaveBar;
use filters::Filters;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use marks::Marks;
use samtal_model::query::{self, Field, Query, Wrong};
use samtal_model::{CustomViewId, InboxId, View};
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
    /// What stands in the address by what was typed.
    written: StoredValue<Option<Route>>,
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
            written: StoredValue::new(None),
            waiting: StoredValue::new_local(None),
            wrong: RwSignal::new(Vec::new()),
            said: StoredValue::new(0),
        };
        typed.tell_wrong();
        on_cleanup(move || typed.stop());
        typed
    }

    /// Back, Forward and links change the address from outside: the text is what it says then.
    fn follow(self, route: &Route) {
        let q = route.q().unwrap_or_default();
        if q.trim() != self.good.get_value().trim() && self.waiting.with_value(Option::is_none) {
            self.good.set_value(q.clone());
            self.text.set(q);
            self.tell_wrong();
        }
    }

    /// Searches. The first words are a step for Back, which leads to where the search began; what is typed after them
    /// says the same step otherwise, also once it has been emptied.
    fn write(self) {
        // What is wrong is not searched for: the list stays with what stood there before.
        let q = self.good.get_value().trim_start().to_owned();
        let now = self.nav.route().get_untracked();
        let next = now.with_q(Some(q));
        let running = now.q().is_some() || self.wrote(&now);
        self.written.set_value(Some(next.clone()));
        if running { self.nav.replace(next) } else { self.nav.go(next) }
    }

    /// Whether the address is what was typed last.
    fn wrote(self, route: &Route) -> bool {
        self.written.with_value(|written| written.as_ref() == Some(route))
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
                self.write();
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

/// Which list lies below.
fn place(route: &Route) -> Option<(InboxId, View, Option<CustomViewId>)> {
    if let Route::Inbox { inbox, view, custom, .. } = route { Some((*inbox, *view, *custom)) } else { None }
}

/// The landmark "search".
#[component]
pub fn SearchBox(
    /// It is on the page.
    shows: RwSignal<bool>,
    /// Where the agent was before; none if they came by the address of a search.
    came_from: StoredValue<Option<Route>>,
) -> impl IntoView {
    let (nav, store) = (use_nav(), use_store());
    let input = NodeRef::<Input>::new();
    let typed = Typed::new(nav);
    let began = nav.route().with_untracked(place);
    effect(move || {
        let route = nav.route().get();
        if typed.wrote(&route) || route.q().is_some() {
            return typed.follow(&route);
        }
        // Back to before it, or another view: the search is over. While nothing was typed the list is still the view's.
        if place(&route) != began || !typed.good.with_value(String::is_empty) {
            shows.set(false);
        } else {
            came_from.set_value(Some(route));
        }
    });
    let exit = move || {
        let here = nav.route().get_untracked();
        // Who has come by an address was nowhere before: the view itself.
        let front = || {
            let custom = here.custom_view().and_then(|view| untrack(|| store.custom_view(view)));
            let sort = custom.map(|view| view.sort).unwrap_or_default();
            here.with_q(None).with_conversation(None).with_sort(sort)
        };
        let back = came_from.get_value().unwrap_or_else(front);
        typed.stop();
        nav.go(back);
        shows.set(false);
    };
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
            exit();
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
                <SortMenu/>
                <IconButton label="Exit search" glyph=Glyph::X on_press=move |_| exit()/>
            </div>
            <Suggestions suggestions/>
            <div id="search-wrong" role="alert">
                {part(move || Some({
                    typed
                        .wrong
                        .get()
                        .into_iter()
                        .map(|wrong| view! { <p class="list-wrong">{wrong.sentence()}</p> })
                        .pieces()
                }))}
            </div>
            <Filters typed/>
            <SaveBar/>
            <Marks/>
        </search>
    }
}
