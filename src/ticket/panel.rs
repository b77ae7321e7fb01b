//! "View more": everything of a ticket that is to be displayed, and which that is (K2). The card keeps its own.

use super::card::{SIDES, Side};
use crate::api::known::Write;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Glyph;
use crate::ui::live::{live, memo, part};
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
        let usual = || SIDES.iter().map(|(key, _)| (*key).to_owned()).collect::<Vec<_>>();
        chosen.filter(|chosen| !chosen.is_empty()).unwrap_or_else(usual)
    });
    let title = live(move || ticket.with(|it| it.as_ref().map(|it| it.text("name").to_owned()).unwrap_or_default()));
    view! {
        <Dialog open title>
            {part(move || {
                Some(if editing.get() {
                    view! { <Choose keys editing/> }.into_any()
                } else {
                    let sides = keys.get().into_iter().filter_map(|key| SIDES.iter().find(|(side, _)| *side == key));
                    view! {
                        <div class="fields">
                            {sides.map(|(side, _)| view! { <Side id ticket side/> }).collect_view()}
                        </div>
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
    let chosen = RwSignal::new(keys.get_untracked());
    // Those shown first, in their order; the others after them.
    let all = memo(move || {
        chosen.with(|chosen| {
            let others = SIDES.iter().map(|(key, _)| (*key).to_owned()).filter(|key| !chosen.contains(key));
            chosen.iter().cloned().chain(others).collect::<Vec<_>>()
        })
    });
    let shift = move |key: &str, by: isize| {
        chosen.update(|chosen| {
            if let Some(at) = chosen.iter().position(|it| it == key)
                && let Some(to) = at.checked_add_signed(by).filter(|to| *to < chosen.len())
            {
                chosen.swap(at, to);
            }
        });
    };
    let row = move |key: String| {
        let label = SIDES.iter().find(|(side, _)| *side == key).map_or("", |(_, name)| *name);
        let (of_box, up, down) = (key.clone(), key.clone(), key.clone());
        let on = chosen.with_untracked(|chosen| chosen.contains(&key));
        let toggle = move |_| {
            chosen.update(|chosen| {
                if on {
                    chosen.retain(|it| *it != of_box);
                } else {
                    chosen.push(of_box.clone());
                }
            });
        };
        view! {
            <li>
                <label><input type="checkbox" checked=on on:change=toggle/>{label}</label>
                {on.then(|| view! {
                    <IconButton label=["Up: ", label].concat() glyph=Glyph::ArrowUp class="icon-button-small" on_press=move |_| shift(&up, -1)/>
                    <IconButton label=["Down: ", label].concat() glyph=Glyph::ArrowDown class="icon-button-small" on_press=move |_| shift(&down, 1)/>
                })}
            </li>
        }
    };
    let save = move |_| {
        store.write(Write::show(PLACE, chosen.get_untracked()), "Saved", move |answer| {
            if answer.is_ok() {
                let _gone = editing.try_set(false);
            }
        });
    };
    view! {
        <p>"Shown here, in this order. The card beside the conversation stays as it is."</p>
        <ul class="shown-list">{part(move || Some(all.get().into_iter().map(row).collect_view()))}</ul>
        <div class="dialog-buttons">
            <button type="button" class="button" on:click=move |_| editing.set(false)>"Cancel"</button>
            <button type="button" class="button button-main" on:click=save>"Save"</button>
        </div>
    }
    .into_any()
}
