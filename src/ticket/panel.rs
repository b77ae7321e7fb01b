//! "View more": everything of a ticket that is to be displayed, and which that is (K2). The card keeps its own.

use super::card::{SIDES, Sides, displayable};
use crate::api::known::Write;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::dialog::Dialog;
use crate::ui::live::{live, memo, part};
use crate::ui::shown::ShownChooser;
use leptos::prelude::*;
use samtal_model::TicketId;

/// The place of the API whose properties are shown here.
const PLACE: &str = "panel:ticket";

#[component]
pub fn Panel(id: TicketId, ticket: Memo<Option<Thing>>, open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let editing = RwSignal::new(false);
    Effect::new(move |_| {
        if !open.get() {
            editing.set(false);
        }
    });
    let keys = memo(move || {
        let chosen = if open.get() { store.shown_in(PLACE) } else { None };
        let usual = || SIDES.iter().map(|(key, ..)| (*key).to_owned()).collect::<Vec<_>>();
        chosen.filter(|chosen| !chosen.is_empty()).unwrap_or_else(usual)
    });
    let title = live(move || ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned()).unwrap_or_default()));
    view! {
        <Dialog open title>
            {part(move || {
                Some(if editing.get() {
                    view! { <Choose keys editing/> }.into_any()
                } else {
                    view! {
                        <Sides id ticket keys/>
                        <div class="dialog-buttons">
                            <button type="button" class="button button-quiet" on:click=move |_| editing.set(true)>
                                "Edit displayed properties"
                            </button>
                            <button type="button" class="button" data-first on:click=move |_| open.set(false)>"Close"</button>
                        </div>
                    }
                    .into_any()
                })
            })}
        </Dialog>
    }
    .into_any()
}

/// Chooses and orders them.
#[component]
fn Choose(keys: Memo<Vec<String>>, editing: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let choices = untrack(|| displayable(store));
    let save = Callback::new(move |chosen: Option<Vec<String>>| match chosen {
        None => editing.set(false),
        Some(chosen) => store.write(Write::show(PLACE, chosen), "Saved", move |answer| {
            if answer.is_ok() {
                let _gone = editing.try_set(false);
            }
        }),
    });
    view! {
        <p>"Shown here, in this order. The card beside the conversation stays as it is."</p>
        <ShownChooser choices chosen=keys.get_untracked() save/>
    }
    .into_any()
}
