//! A value that is edited where it stands: the control looks like text until it is pointed at or focused, saves what was
//! entered as one leaves it or presses Enter, and says what is wrong beside it. Escape brings back what was.

use super::live::{Pieces, live, memo, part};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys::HtmlElement;
use wasm_bindgen::JsCast;

/// What kind of control. Values are texts: a date as `2026-11-25`, a choice as the key of its option, several as keys
/// with commas between them, yes and no as `true` and `false`; empty is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    /// Several lines.
    Lines,
    Email,
    Phone,
    /// With a decimal point.
    Number,
    Date,
    Moment,
    Choice(Vec<(String, String)>),
    Choices(Vec<(String, String)>),
    YesNo,
}

/// Tells a field what became of what was entered: none if it is saved, or what is wrong.
pub type Outcome = Callback<Option<String>>;

/// The field `label` with its live `value`. `save` gets what was entered.
#[component]
pub fn Field(
    #[prop(into)] label: String,
    kind: FieldKind,
    #[prop(into)] value: Signal<String>,
    save: Callback<(String, Outcome)>,
    /// It may be looked at only.
    #[prop(optional)]
    fixed: bool,
    /// It has to have a value: the choice of none is not offered.
    #[prop(optional)]
    required: bool,
) -> AnyView {
    let wrong = RwSignal::new(None::<String>);
    // What was entered and is not saved yet; until then what a colleague enters does not replace it.
    let entered = RwSignal::new(None::<String>);
    let shown = memo(move || entered.get().unwrap_or_else(|| value.get()));
    let id = ["field-", &crate::browser::frame::unique()].concat();
    let said = [&id, "-said"].concat();
    let keep = move |now: String| {
        if now == value.get_untracked() {
            entered.set(None);
            wrong.set(None);
            return;
        }
        entered.set(Some(now.clone()));
        let outcome = Callback::new(move |problem: Option<String>| {
            if problem.is_none() && entered.try_get_untracked().is_some() {
                entered.set(None);
            }
            let _gone = wrong.try_set(problem);
        });
        save.run((now, outcome));
    };
    let back = move || {
        entered.set(None);
        wrong.set(None);
    };
    let invalid = live(move || wrong.read().is_some().then_some("true"));
    let described = {
        let said = said.clone();
        live(move || wrong.read().is_some().then(|| said.clone()))
    };
    let text = |event: &leptos::ev::Event| event_target_value(event);
    let control = match kind {
        FieldKind::Choice(options) => select(id.clone(), options, !required, fixed, shown, invalid, described, keep),
        FieldKind::YesNo => {
            let options = vec![("true".into(), "Yes".into()), ("false".into(), "No".into())];
            select(id.clone(), options, !required, fixed, shown, invalid, described, keep)
        }
        FieldKind::Choices(options) => {
            let boxes = options.into_iter().map(|(key, name)| {
                let (mine, own) = (key.clone(), key);
                let ticked = live(move || shown.with(|all| all.split(',').any(|one| one == mine)));
                view! {
                    <label class="field-box">
                        <input
                            type="checkbox"
                            disabled=fixed
                            prop:checked=ticked
                            on:change=move |_| {
                                let mut all: Vec<String> =
                                    shown.get_untracked().split(',').filter(|one| !one.is_empty() && *one != own).map(ToOwned::to_owned).collect();
                                if !ticked.get_untracked() {
                                    all.push(own.clone());
                                }
                                keep(all.join(","));
                            }
                        />
                        {name}
                    </label>
                }
            });
            view! { <div class="field-boxes" role="group" aria-labelledby=[&id, "-name"].concat()>{boxes.pieces()}</div> }.into_any()
        }
        FieldKind::Lines => view! {
            <textarea
                class="field-value"
                id=id.clone()
                rows="2"
                readonly=fixed
                prop:value=shown
                aria-invalid=invalid
                aria-describedby=described
                on:input=move |event| entered.set(Some(text(&event)))
                on:change=move |event| keep(text(&event))
                on:keydown=move |event| {
                    if event.key() == "Escape" {
                        event.stop_propagation();
                        back();
                    }
                }
            ></textarea>
        }
        .into_any(),
        kind => {
            let (of, mode) = match kind {
                FieldKind::Email => ("text", "email"),
                FieldKind::Phone => ("text", "tel"),
                FieldKind::Number => ("text", "decimal"),
                FieldKind::Date => ("date", ""),
                FieldKind::Moment => ("datetime-local", ""),
                _ => ("text", ""),
            };
            view! {
                <input
                    class="field-value"
                    id=id.clone()
                    type=of
                    inputmode=mode
                    autocomplete="off"
                    readonly=fixed
                    placeholder="\u{2014}"
                    prop:value=shown
                    aria-invalid=invalid
                    aria-describedby=described
                    on:input=move |event| entered.set(Some(text(&event)))
                    on:change=move |event| keep(text(&event))
                    on:keydown=move |event: KeyboardEvent| match &*event.key() {
                        "Enter" if !event.is_composing() => {
                            let control = event.target().and_then(|it| it.dyn_into::<HtmlElement>().ok());
                            if let Some(control) = control {
                                // Leaving it is what saves, once.
                                let _not_focused = control.blur();
                            }
                        }
                        "Escape" => {
                            event.stop_propagation();
                            back();
                        }
                        _ => {}
                    }
                />
            }
            .into_any()
        }
    };
    view! {
        <div class="field">
            <label class="field-name" id=[&id, "-name"].concat() for=id>{label}</label>
            {control}
            {part(move || wrong.get().map(|words| view! { <p class="field-wrong" id=said.clone() role="alert">{words}</p> }))}
        </div>
    }
    .into_any()
}

#[expect(clippy::too_many_arguments, reason = "one call for each kind of choice, of what they all have")]
fn select(
    id: String,
    options: Vec<(String, String)>,
    none: bool,
    fixed: bool,
    shown: Memo<String>,
    invalid: Signal<Option<&'static str>>,
    described: Signal<Option<String>>,
    keep: impl Fn(String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let option = move |(key, name): (String, String)| {
        let mine = key.clone();
        let chosen = live(move || shown.with(|now| *now == mine));
        view! { <option value=key prop:selected=chosen>{name}</option> }
    };
    let nothing = none.then(|| option((String::new(), "\u{2014}".into())));
    view! {
        <select
            class="field-value"
            id=id
            disabled=fixed
            aria-invalid=invalid
            aria-describedby=described
            on:change=move |event| keep(event_target_value(&event))
        >
            {nothing}
            {options.into_iter().map(option).pieces()}
        </select>
    }
    .into_any()
}
