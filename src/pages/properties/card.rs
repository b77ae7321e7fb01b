//! What the card of every ticket shows (K2): the same for the whole team, who talk about it, so admins choose.

use crate::api::known::Write;
use crate::store::use_store;
use crate::ticket::card::{PLACE, displayable};
use crate::ui::live::{live, memo, part};
use crate::ui::shown::ShownChooser;
use leptos::prelude::*;

#[component]
pub fn OnTheCard() -> AnyView {
    let store = use_store();
    let open = RwSignal::new(false);
    let choices = memo(move || displayable(store));
    let chosen = memo(move || store.shown_in(PLACE));
    let names = live(move || {
        let chosen = chosen.get().unwrap_or_default();
        choices.with(|all| {
            let named = chosen.iter().filter_map(|key| all.iter().find(|(it, _)| it == key));
            named.map(|(_, name)| name.clone()).collect::<Vec<_>>().join(", ")
        })
    });
    let save = Callback::new(move |chosen: Option<Vec<String>>| match chosen {
        None => open.set(false),
        Some(chosen) => store.write(Write::show(PLACE, chosen), "Saved", move |answer| {
            if answer.is_ok() {
                let _gone = open.try_set(false);
            }
        }),
    });
    view! {
        <div class="property-card">
            <p>"On the card beside a conversation: "<span dir="auto">{names}</span></p>
            {part(move || Some(if open.get() {
                let (choices, chosen) = (choices.get_untracked(), chosen.get_untracked().unwrap_or_default());
                view! { <ShownChooser choices chosen save/> }.into_any()
            } else {
                view! {
                    <button type="button" class="button button-quiet" on:click=move |_| open.set(true)>
                        "Choose what the card shows"
                    </button>
                }
                .into_any()
            }))}
        </div>
    }
    .into_any()
}
