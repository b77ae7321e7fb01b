//! Ctrl or Cmd and K: finds any action, view, conversation or contact by a few letters.

use super::actions::{ACTIONS, Action, Desk};
use super::sheet::keys;
use crate::api;
use crate::browser::abort::Abort;
use crate::browser::{float, scroll, text};
use crate::records;
use crate::routes::Route;
use crate::routes::page::{Kind, Page};
use crate::store::known::{Thing, things};
use crate::thread::{channel_words, contact_name, heading};
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, memo, part, spawn};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use samtal_model::wire::{ConversationView, CustomViewView};
use samtal_model::{Sort, View};

/// Conversations asked for.
const CONVERSATIONS: usize = 6;
/// Contacts asked for.
const CONTACTS: usize = 3;
/// Lines shown at most.
const MOST: usize = 14;

/// One line.
#[derive(Clone)]
enum Found {
    Do(&'static Action),
    View(Box<CustomViewView>),
    Conversation(Box<ConversationView>),
    /// Their id and what they are called.
    Contact(i64, String),
    /// Everything with these words.
    Search(String),
}

#[component]
pub fn Palette(open: RwSignal<bool>, desk: Desk) -> impl IntoView {
    view! {
        <Dialog open title="Find anything">
            <Finder desk/>
        </Dialog>
    }
}

#[component]
fn Finder(desk: Desk) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let there = RwSignal::new(Vec::<ConversationView>::new());
    let contacts = RwSignal::new(Vec::<Thing>::new());
    let reading = StoredValue::new_local(None::<Abort>);
    let look = move |text: String| {
        typed.set(text.clone());
        at.set(0);
        let q = text.trim().to_owned();
        if q.is_empty() {
            reading.set_value(None);
            there.set(Vec::new());
            contacts.set(Vec::new());
            return;
        }
        let words = q.clone();
        spawn(async move {
            if let Ok(page) = api::known::records(Kind::Contact.slug(), &words, None, CONTACTS).await
                && typed.try_with_untracked(|now| now.trim() == words) == Some(true)
            {
                contacts.set(things(page.at("items")));
            }
        });
        let abort = Abort::new();
        let stop = abort.signal();
        // The one before is stopped by being dropped.
        reading.set_value(Some(abort));
        spawn(async move {
            if let Ok(page) = api::search_page(&q, None, Sort::default(), None, CONVERSATIONS, &stop).await
                && typed.try_with_untracked(|now| now.trim() == q) == Some(true)
            {
                there.set(page.items);
            }
        });
    };
    let found = memo(move || Lines(lines(&typed.read(), &contacts.read(), &there.read(), desk)));
    let take = move |index: usize| {
        let Some(line) = found.with_untracked(|found| found.0.get(index).cloned()) else { return };
        desk.close_palette();
        match line {
            // The dialog gives the focus back first.
            Found::Do(action) => request_animation_frame(move || (action.run)(desk)),
            Found::View(view) => desk.go_to_custom(&view),
            Found::Conversation(it) => desk.nav.go(Route::Link { conversation: it.id, message: None }),
            Found::Contact(id, _) => desk.nav.go(Page::Record(Kind::Contact, id).route()),
            Found::Search(q) => search(desk, q),
        }
    };
    let go = move |index: usize| {
        at.set(index);
        request_animation_frame(move || {
            if let Some(option) = float::by_id(&line_id(index)) {
                scroll::into_view(&option);
            }
        });
    };
    let key = move |event: KeyboardEvent| {
        if event.is_composing() {
            return;
        }
        let count = found.with_untracked(|found| found.0.len());
        let now = at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" if count > 0 => go((now + 1) % count),
            "ArrowUp" if count > 0 => go((now + count - 1) % count),
            "Enter" => take(now),
            _ => return,
        }
        event.prevent_default();
    };
    view! {
        <input
            class="palette-field"
            type="text"
            data-first
            role="combobox"
            aria-label="Find anything"
            aria-expanded="true"
            aria-controls="palette-list"
            aria-autocomplete="list"
            aria-activedescendant=live(move || found.with(|found| !found.0.is_empty()).then(|| line_id(at.get())))
            autocomplete="off"
            spellcheck="false"
            placeholder="An action, a view, a conversation, a customer"
            prop:value=typed
            on:input=move |event| look(event_target_value(&event))
            on:keydown=key
        />
        <ul class="palette-list" id="palette-list" role="listbox" aria-label="Found">
            {part(move || Some({
                found
                    .get()
                    .0
                    .into_iter()
                    .enumerate()
                    .map(|(index, line)| {
                        view! {
                            <li
                                role="option"
                                id=line_id(index)
                                class="menu-item"
                                class:menu-item-at=live(move || at.get() == index)
                                aria-selected=live(move || (at.get() == index).to_string())
                                on:click=move |_| take(index)
                            >
                                {shown(line)}
                            </li>
                        }
                    })
                    .pieces()
            }))}
        </ul>
        {part(move || {
            found.with(|found| found.0.is_empty()).then(|| view! { <p class="picker-none">"Nothing by that name"</p> })
        })}
    }
}

/// Told again only when somebody typed or an answer came.
#[derive(Clone)]
struct Lines(Vec<Found>);

impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

fn line_id(index: usize) -> String {
    ["palette-", &index.to_string()].concat()
}

fn search(desk: Desk, q: String) {
    let route = desk.nav.route().get_untracked();
    let inbox = desk.store.inboxes().with_untracked(|inboxes| inboxes.first().map(|inbox| inbox.id));
    let route = match (&route, inbox) {
        (Route::Inbox { .. }, _) => route,
        (_, Some(inbox)) => Route::view(inbox, View::Open),
        (_, None) => return,
    };
    desk.nav.go(route.with_conversation(None).with_q(Some(q)));
}

/// What fits: actions by the beginnings of their words, then who and what was found.
fn lines(typed: &str, known: &[Thing], there: &[ConversationView], desk: Desk) -> Vec<Found> {
    let typed = typed.trim();
    let mut found: Vec<Found> =
        ACTIONS.iter().filter(|action| fits(action.name, typed) && (action.can)(desk)).map(Found::Do).collect();
    if typed.is_empty() {
        found.truncate(MOST);
        return found;
    }
    let views = untrack(|| desk.store.custom_views().get());
    found.extend(views.into_iter().filter(|view| fits(&view.name, typed)).map(|view| Found::View(Box::new(view))));
    found.truncate(MOST - CONVERSATIONS - CONTACTS - 1);
    let mut contacts: Vec<(i64, String)> = known.iter().map(|it| (it.id(), records::name(it))).collect();
    for it in there {
        if let Some(contact) = &it.contact
            && contacts.iter().all(|(id, _)| *id != contact.id.0)
            && (fits(&contact.name, typed) || fits(&contact.email, typed))
        {
            contacts.push((contact.id.0, contact_name(it)));
        }
    }
    contacts.truncate(CONTACTS);
    found.extend(contacts.into_iter().map(|(id, name)| Found::Contact(id, name)));
    found.extend(there.iter().cloned().map(|it| Found::Conversation(Box::new(it))));
    found.truncate(MOST - 1);
    found.push(Found::Search(typed.to_owned()));
    found
}

fn fits(name: &str, typed: &str) -> bool {
    let name = text::lower(name);
    text::lower(typed).split_whitespace().all(|part| {
        name.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(part))
            || name.starts_with(part)
    })
}

fn shown(line: Found) -> AnyView {
    match line {
        Found::Do(action) => view! {
            <span class="menu-label">{action.name}</span>
            <span class="palette-keys">{keys(action.key)}</span>
        }
        .into_any(),
        Found::View(view) => view! {
            <Icon glyph=Glyph::Bookmark/>
            <span class="menu-label">{view.name}</span>
            <small class="picker-note">"view"</small>
        }
        .into_any(),
        Found::Conversation(it) => {
            let (_, glyph) = channel_words(it.channel);
            view! {
                <Icon glyph/>
                <span class="menu-label">{heading(&it)}</span>
                <small class="picker-note">{contact_name(&it)}</small>
            }
            .into_any()
        }
        Found::Contact(_, name) => view! {
            <Icon glyph=Glyph::User/>
            <span class="menu-label">{name}</span>
            <small class="picker-note">"contact"</small>
        }
        .into_any(),
        Found::Search(q) => view! {
            <Icon glyph=Glyph::Search/>
            <span class="menu-label">{["Search for \u{201c}", &q, "\u{201d}"].concat()}</span>
        }
        .into_any(),
    }
}
