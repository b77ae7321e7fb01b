//! Choosing which of several things are shown, and in which order.

use super::button::IconButton;
use super::icon::Glyph;
use crate::ui::live::{Pieces, memo, part};
use leptos::prelude::*;

/// `choices` are keys with names; `chosen` are those shown now, in order. `save` gets what is to be, or none for Cancel.
#[component]
pub fn ShownChooser(
    choices: Vec<(String, String)>,
    chosen: Vec<String>,
    save: Callback<Option<Vec<String>>>,
) -> AnyView {
    let choices = StoredValue::new(choices);
    let chosen = RwSignal::new(chosen);
    // Those shown first, in their order; the others after them.
    let all = memo(move || {
        chosen.with(|chosen| {
            choices.with_value(|choices| {
                let named = |key: &String| choices.iter().find(|(it, _)| it == key).cloned();
                let others = choices.iter().filter(|(key, _)| !chosen.contains(key)).cloned();
                chosen.iter().filter_map(named).chain(others).collect::<Vec<_>>()
            })
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
    let row = move |(key, name): (String, String)| {
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
        let (above, below) = (["Up: ", &name].concat(), ["Down: ", &name].concat());
        view! {
            <li>
                <label><input type="checkbox" checked=on on:change=toggle/>{name}</label>
                {on.then(|| view! {
                    <IconButton label=above glyph=Glyph::ArrowUp class="icon-button-small" on_press=move |_| shift(&up, -1)/>
                    <IconButton label=below glyph=Glyph::ArrowDown class="icon-button-small" on_press=move |_| shift(&down, 1)/>
                })}
            </li>
        }
    };
    view! {
        <ul class="shown-list">{part(move || Some(all.get().into_iter().map(row).pieces()))}</ul>
        <div class="dialog-buttons">
            <button type="button" class="button" on:click=move |_| save.run(None)>"Cancel"</button>
            <button type="button" class="button button-main" on:click=move |_| save.run(Some(chosen.get_untracked()))>"Save"</button>
        </div>
    }
    .into_any()
}
