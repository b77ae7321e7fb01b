//! Finding a record by a few letters, to attach or associate it.

use super::{name, property};
use crate::api::known as api;
use crate::routes::page::Kind;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::live::{live, part, spawn};
use leptos::prelude::*;

/// How many are offered at once.
const OFFERED: usize = 20;

/// A search field and what it finds; `on_choose` gets the record. `make`, if there is one, gets the words for a new one.
#[component]
pub fn Finder(
    kind: Kind,
    #[prop(into)] label: String,
    on_choose: Callback<Thing>,
    #[prop(optional)] make: Option<Callback<String>>,
    back: Callback<()>,
) -> AnyView {
    let store = use_store();
    let id = ["find-", kind.word()].concat();
    let found = RwSignal::new(None::<Vec<Thing>>);
    let typed = RwSignal::new(String::new());
    let asked = StoredValue::new(0_u32);
    let look = move |words: String| {
        asked.update_value(|asked| *asked += 1);
        let mine = asked.get_value();
        spawn(async move {
            if let Ok(page) = api::records(kind.slug(), &words, None, OFFERED).await
                && asked.try_get_value() == Some(mine)
            {
                let items = Thing::new(page).things("items");
                store.take_records(items.clone());
                found.set(Some(items));
            }
        });
    };
    look(String::new());
    let row = move |record: Thing| {
        let words = (name(&record), property::aside(&record));
        view! {
            <li>
                <button type="button" on:click=move |_| on_choose.run(record.clone())>
                    <span class="details-subject">{words.0}</span>
                    <small>{words.1}</small>
                </button>
            </li>
        }
    };
    view! {
        <div
            class="ticket-form"
            on:keydown=move |event| {
                event.stop_propagation();
                if event.key() == "Escape" {
                    back.run(());
                }
            }
        >
            <label class="field-name" for=id.clone()>{label}</label>
            <input
                class="input"
                id=id
                type="search"
                autofocus
                autocomplete="off"
                on:input=move |event| {
                    let words = event_target_value(&event);
                    typed.set(words.clone());
                    look(words);
                }
            />
            <ul class="ticket-found" aria-label="Found">
                {part(move || Some(found.get().unwrap_or_default().into_iter().map(row).collect_view()))}
            </ul>
            {part(move || {
                let none = found.with(|found| found.as_ref().is_some_and(Vec::is_empty));
                none.then(|| view! { <p class="details-none">"Nothing by these words."</p> })
            })}
            <div class="ticket-buttons">
                {make.map(|make| {
                    let words = live(move || {
                        let typed = typed.read();
                        if typed.trim().is_empty() { "Create".to_owned() } else { ["Create \u{201c}", typed.trim(), "\u{201d}"].concat() }
                    });
                    view! {
                        <button type="button" class="button" on:click=move |_| make.run(typed.get_untracked().trim().to_owned())>{words}</button>
                    }
                })}
                <button type="button" class="button button-quiet" on:click=move |_| back.run(())>"Cancel"</button>
            </div>
        </div>
    }
    .into_any()
}
