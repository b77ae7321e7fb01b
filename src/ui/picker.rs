//! A button that opens a list to choose one from, with a box that narrows it.

use super::avatar::{Avatar, AvatarSize};
use super::icon::{Glyph, Icon};
use crate::browser::float::{self, Side};
use crate::browser::text;
use crate::ui::live::{Pieces, live, memo, part};
use leptos::html::{Button, Div, Input};
use leptos::prelude::*;

/// One of the choices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Names it to the one who asks.
    pub key: i64,
    pub label: String,
    /// A quieter word beside it; searched as well.
    pub note: String,
    /// Shown before it; a person's initials where there is none.
    pub glyph: Option<Glyph>,
}

impl Choice {
    /// Whether each word typed begins a word of it.
    fn fits(&self, typed: &str) -> bool {
        let all = text::lower(&[self.label.as_str(), " ", &self.note].concat());
        text::lower(typed).split_whitespace().all(|part| {
            all.split(|letter: char| !letter.is_alphanumeric()).any(|word| word.starts_with(part))
                || all.starts_with(part)
        })
    }
}

/// A button named `label` that shows `children`, and a list with a filter.
#[component]
pub fn Picker(
    #[prop(into)] label: Signal<String>,
    /// Says what is chosen now, for those who do not see the button.
    #[prop(into)]
    value: Signal<String>,
    /// Asked each time it opens.
    #[prop(into)]
    choices: Callback<(), Vec<Choice>>,
    #[prop(into)] chosen: Signal<Option<i64>>,
    #[prop(into)] on_choose: Callback<i64>,
    #[prop(default = "button")] class: &'static str,
    /// What choosing changes besides; empty is nothing.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// Unique in the page.
    id: &'static str,
    children: Children,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let popover = NodeRef::<Div>::new();
    let input = NodeRef::<Input>::new();
    let open = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let all = RwSignal::new(Vec::<Choice>::new());
    let at = RwSignal::new(0_usize);
    let pressed_while_open = StoredValue::new(false);
    let shown = memo(move || {
        let typed = typed.read();
        all.read().iter().filter(|choice| choice.fits(&typed)).cloned().collect::<Vec<_>>()
    });
    let list_id = [id, "-list"].concat();
    let option_id = move |index: usize| [id, "-", &index.to_string()].concat();
    let show = move || {
        typed.set(String::new());
        let list = choices.run(());
        at.set(list.iter().position(|choice| Some(choice.key) == chosen.get_untracked()).unwrap_or(0));
        all.set(list);
        open.set(true);
        request_animation_frame(move || {
            if let (Some(button), Some(popover)) = (button.get_untracked(), popover.get_untracked()) {
                float::show_beside(&popover, &button, Side::End);
            }
            if let Some(input) = input.get_untracked() {
                float::focus_quietly(&input);
            }
        });
    };
    let close = move || {
        if let Some(popover) = popover.get_untracked() {
            float::hide(&popover);
        }
        open.set(false);
        if let Some(button) = button.get_untracked() {
            float::focus_quietly(&button);
        }
    };
    let choose = move |key: i64| {
        close();
        on_choose.run(key);
    };
    let go = move |index: usize| {
        at.set(index);
        request_animation_frame(move || {
            if let Some(popover) = popover.get_untracked() {
                for option in float::all(&popover, "[aria-selected=true]") {
                    crate::browser::scroll::into_view(&option);
                }
            }
        });
    };
    let value_id = [id, "-value"].concat();
    view! {
        <button
            type="button"
            class=class
            node_ref=button
            aria-label=label
            aria-describedby=value_id.clone()
            aria-haspopup="listbox"
            aria-expanded=live(move || if open.get() { "true" } else { "false" })
            data-tip=label
            on:pointerdown=move |_| pressed_while_open.set_value(open.get_untracked())
            on:click=move |_| {
                if pressed_while_open.get_value() {
                    pressed_while_open.set_value(false);
                } else {
                    show();
                }
            }
        >
            {children()}
        </button>
        <span id=value_id hidden>{value}</span>
        <div
            class="menu picker"
            node_ref=popover
            popover="auto"
            on:toggle=move |event| {
                if float::closest(&event, ":popover-open").is_none() {
                    open.set(false);
                }
            }
        >
            <input
                class="picker-filter"
                type="text"
                node_ref=input
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                placeholder="Filter"
                aria-label=live(move || ["Filter: ", &label.get()].concat())
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls=list_id.clone()
                aria-activedescendant=live(move || (!shown.read().is_empty()).then(|| option_id(at.get())))
                prop:value=typed
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    at.set(0);
                }
                on:keydown=move |event| {
                    event.stop_propagation();
                    let count = shown.read_untracked().len();
                    let now = at.get_untracked();
                    match event.key().as_str() {
                        "ArrowDown" if count > 0 => go((now + 1) % count),
                        "ArrowUp" if count > 0 => go((now + count - 1) % count),
                        "Enter" => {
                            let key = shown.read_untracked().get(now).map(|choice| choice.key);
                            if let Some(key) = key {
                                choose(key);
                            }
                        }
                        "Escape" | "Tab" => close(),
                        _ => return,
                    }
                    event.prevent_default();
                }
            />
            <ul class="picker-list" role="listbox" id=list_id aria-label=label>
                {part(move || Some({
                    shown
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(index, choice)| {
                            let Choice { key, label, note, glyph } = choice;
                            let name = label.clone();
                            view! {
                                <li
                                    role="option"
                                    id=option_id(index)
                                    class="menu-item"
                                    class:menu-item-at=live(move || at.get() == index)
                                    aria-selected=live(move || if at.get() == index { "true" } else { "false" })
                                    on:mousemove=move |_| {
                                        if at.get_untracked() != index {
                                            at.set(index);
                                        }
                                    }
                                    on:click=move |_| choose(key)
                                >
                                    {match glyph {
                                        Some(glyph) => view! { <Icon glyph/> }.into_any(),
                                        None => view! { <Avatar name=name size=AvatarSize::Small/> }.into_any(),
                                    }}
                                    <span class="menu-label">{label}</span>
                                    <small class="picker-note">{note}</small>
                                    {part(move || (chosen.get() == Some(key)).then(|| view! { <Icon glyph=Glyph::Check/> }))}
                                </li>
                            }
                        })
                        .pieces()
                }))}
            </ul>
            {part(move || {
                let hint = hint.get();
                (!hint.is_empty()).then(|| view! { <p class="picker-none">{hint}</p> })
            })}
            {part(move || shown.read().is_empty().then(|| view! { <p class="picker-none">"Nobody by that name"</p> }))}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::Choice;

    #[test]
    fn typing_narrows_by_beginnings_of_words() {
        let choice = Choice { key: 1, label: "Anna-Lena Öberg".into(), note: "you".into(), glyph: None };
        for (typed, fits) in
            [("", true), ("an", true), ("len", true), ("öb an", true), ("YOU", true), ("na", false), ("an x", false)]
        {
            assert_eq!(choice.fits(typed), fits, "{typed}");
        }
    }
}
