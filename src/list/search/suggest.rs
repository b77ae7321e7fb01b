//! What could be meant by what is being typed: operators, their values, and people (S6).

use super::Typed;
use crate::browser::text;
use crate::store::{Store, use_store};
use crate::ui::live::{Pieces, live, part};
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::prelude::*;
use samtal_model::query::{self, Completion, CompletionKind, Operator};

/// Suggestions shown at most.
const MOST: usize = 8;

/// The suggestions under the search field.
#[derive(Clone, Copy)]
pub struct Offered {
    input: NodeRef<Input>,
    typed: Typed,
    store: Store,
    shown: RwSignal<Option<(Completion, Vec<Choice>)>>,
    /// The one that Enter takes; none until an arrow is pressed.
    at: RwSignal<Option<usize>>,
}

#[derive(Clone, PartialEq)]
struct Choice {
    /// What is put into the text.
    value: String,
    /// What it stands for, where the value does not say it.
    note: String,
}

pub fn use_suggestions(input: NodeRef<Input>, typed: Typed) -> Offered {
    Offered { input, typed, store: use_store(), shown: RwSignal::new(None), at: RwSignal::new(None) }
}

impl Offered {
    pub fn is_open(self) -> bool {
        self.shown.with(Option::is_some)
    }

    /// The element id of the one that is pointed at.
    pub fn active(self) -> Option<String> {
        self.at.get().map(option_id)
    }

    pub fn close(self) {
        self.shown.set(None);
        self.at.set(None);
    }

    /// Looks again at what stands before the caret.
    pub fn look(self) {
        self.at.set(None);
        let text = self.typed.text.get_untracked();
        let found = self.caret(&text).and_then(|caret| query::complete(&text, caret)).and_then(|completion| {
            let choices = choices(&completion, self.store);
            (!choices.is_empty()).then_some((completion, choices))
        });
        self.shown.set(found);
    }

    /// The caret as a place in `text`, which counts bytes; the browser counts UTF-16.
    fn caret(self, text: &str) -> Option<usize> {
        let caret = self.input.get_untracked()?.selection_start().ok()?? as usize;
        let mut units = 0;
        for (at, letter) in text.char_indices() {
            if units >= caret {
                return Some(at);
            }
            units += letter.len_utf16();
        }
        Some(text.len())
    }

    /// Whether the key was for the suggestions.
    pub fn key(self, event: &KeyboardEvent) -> bool {
        let Some(count) = self.shown.with_untracked(|shown| shown.as_ref().map(|(_, choices)| choices.len())) else {
            return false;
        };
        let at = self.at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => self.at.set(Some(at.map_or(0, |at| (at + 1) % count))),
            "ArrowUp" => self.at.set(Some(at.map_or(count - 1, |at| (at + count - 1) % count))),
            "Enter" if at.is_some() => self.take(at.unwrap_or_default()),
            "Tab" if !event.shift_key() => self.take(at.unwrap_or_default()),
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    fn take(self, index: usize) {
        let Some((completion, choices)) = self.shown.get_untracked() else { return };
        let Some(choice) = choices.get(index) else { return };
        let (text, caret) = completion.accept(&self.typed.text.get_untracked(), &choice.value);
        let units = text.get(..caret).unwrap_or(&text).encode_utf16().count() as u32;
        self.typed.set(text);
        self.close();
        request_animation_frame(move || {
            if let Some(input) = self.input.get_untracked() {
                let _not_focusable = input.focus();
                let _refused = input.set_selection_range(units, units);
                self.look();
            }
        });
    }
}

/// Nothing for an empty beginning of a name: that would cover the list while nobody asks.
fn choices(completion: &Completion, store: Store) -> Vec<Choice> {
    if matches!(completion.kind, CompletionKind::Operator { .. }) && completion.beginning.is_empty() {
        return Vec::new();
    }
    let fixed = completion.values().into_iter();
    let mut all: Vec<Choice> =
        fixed.map(|value| Choice { value: value.to_owned(), note: note(value).to_owned() }).collect();
    if matches!(completion.kind, CompletionKind::Value(Operator::Assignee | Operator::From)) {
        let beginning = text::lower(completion.beginning.trim_start_matches('"'));
        store.agents().with_untracked(|agents| {
            for agent in agents {
                let fits = |words: &str| text::lower(words).split_whitespace().any(|word| word.starts_with(&beginning));
                if fits(&agent.name) || fits(&agent.email) {
                    all.push(Choice { value: agent.email.clone(), note: agent.name.clone() });
                }
            }
        });
    }
    all.truncate(MOST);
    // What stands there already is no suggestion.
    if let [only] = all.as_slice()
        && only.value.eq_ignore_ascii_case(&completion.beginning)
    {
        all.clear();
    }
    all
}

fn note(value: &str) -> &'static str {
    match value {
        "from:" => "who wrote it",
        "to:" => "who it went to",
        "subject:" => "words of the subject",
        "contact:" => "the customer",
        "assignee:" => "who answers",
        "channel:" => "mail, chat, forms …",
        "is:" => "open, closed, unread …",
        "has:" => "attachments",
        "before:" | "after:" | "on:" => "a date, today, 7d …",
        "in:" => "a view",
        "hide:" => "spam or trash",
        "filename:" => "an attachment's name",
        _ => "",
    }
}

fn option_id(index: usize) -> String {
    ["search-suggestion-", &index.to_string()].concat()
}

#[component]
pub fn Suggestions(suggestions: Offered) -> impl IntoView {
    view! {
        <ul class="suggestions" id="search-suggestions" role="listbox" aria-label="Suggestions" hidden=live(move || !suggestions.is_open())>
            {part(move || Some({
                let choices = suggestions.shown.get().map(|(_, choices)| choices).unwrap_or_default();
                choices
                    .into_iter()
                    .enumerate()
                    .map(|(index, Choice { value, note })| {
                        view! {
                            <li
                                role="option"
                                id=option_id(index)
                                class="menu-item"
                                class:menu-item-at=live(move || suggestions.at.get() == Some(index))
                                aria-selected=live(move || (suggestions.at.get() == Some(index)).to_string())
                                // Before the field loses the focus.
                                on:mousedown=move |event| {
                                    event.prevent_default();
                                    suggestions.take(index);
                                }
                            >
                                <span class="menu-label">{value}</span>
                                <small class="picker-note">{note}</small>
                            </li>
                        }
                    })
                    .pieces()
            }))}
        </ul>
    }
}
