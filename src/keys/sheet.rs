//! The list of shortcuts, made of the same table as the keys.

use super::SingleKeys;
use super::actions::{ACTIONS, Group};
use crate::ui::dialog::Dialog;
use crate::ui::live::{Pieces, live};
use crate::ui::pop::Tick;
use leptos::prelude::*;

#[component]
pub fn Sheet(open: RwSignal<bool>, single: SingleKeys) -> impl IntoView {
    view! {
        <Dialog open title="Keyboard shortcuts">
            <div class="keys">
                {Group::ALL
                    .into_iter()
                    .map(|group| {
                        view! {
                            <section class="keys-group" aria-label=group.name()>
                                <h3>{group.name()}</h3>
                                <dl>
                                    {ACTIONS
                                        .iter()
                                        .filter(|action| action.group == group)
                                        .map(|action| view! { <dt>{keys(action.key)}</dt><dd>{action.name}</dd> })
                                        .pieces()}
                                    {(group == Group::App)
                                        .then(|| {
                                            view! {
                                                <dt><kbd>"Ctrl"</kbd><kbd>"K"</kbd></dt>
                                                <dd>"Find anything"</dd>
                                                <dt><kbd>"Ctrl"</kbd><kbd>"Enter"</kbd></dt>
                                                <dd>"Send what is written"</dd>
                                                <dt><kbd>"Shift"</kbd>"click"</dt>
                                                <dd>"Select a range of rows"</dd>
                                            }
                                        })}
                                </dl>
                            </section>
                        }
                    })
                    .pieces()}
            </div>
            <div class="keys-foot">
                <Tick
                    label="Single-key shortcuts"
                    on=live(move || single.on())
                    set=Callback::new(move |on| single.set(on))
                />
                <button type="button" class="button" data-first on:click=move |_| open.set(false)>
                    "Close"
                </button>
            </div>
        </Dialog>
    }
}

/// Each key in a frame of its own.
pub fn keys(key: &'static str) -> impl IntoView {
    let shown = |key: &'static str| {
        let shifted = key.len() == 1 && key.bytes().all(|letter| letter.is_ascii_uppercase());
        view! {
            {shifted.then(|| view! { <kbd>"Shift"</kbd> })}
            <kbd>{key}</kbd>
        }
    };
    key.split(' ').map(shown).pieces()
}
