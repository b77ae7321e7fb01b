//! Finding something by a few letters, to attach or associate it: the form of the sidebar.

use super::lookup::{Among, Lookup, LookupField, of_record};
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::live::live;
use leptos::prelude::*;

/// A search field and what it finds; `on_choose` gets what is chosen. `make`, if there is one, gets the words for a new one.
#[component]
pub fn Finder(
    among: Among,
    #[prop(into)] label: String,
    #[prop(default = of_record)] offer: fn(&Thing) -> AnyView,
    on_choose: Callback<Thing>,
    #[prop(optional)] make: Option<Callback<String>>,
    back: Callback<()>,
) -> AnyView {
    let lookup = Lookup::new(use_store(), among);
    let typed = lookup.typed;
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
            <LookupField lookup label offer on_choose focused=true/>
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
