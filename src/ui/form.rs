//! A small form: labelled controls, what is wrong beside each of them, and one button that sends it. What was typed is
//! kept by this browser until it is sent or given up, so that neither a reload nor a lost network takes it away.

use super::field::FieldKind;
use super::live::{Part, Pieces, live, part};
use crate::browser::{float, frame, keep, text};
use leptos::prelude::*;
use std::sync::Arc;

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Names it to who reads the answer, and in what is wrong.
    pub name: String,
    pub label: String,
    pub kind: FieldKind,
    /// It cannot be left empty.
    pub required: bool,
    /// A sentence beside the label; empty for none.
    pub hint: &'static str,
}

impl Asked {
    #[must_use]
    pub fn new(name: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        Self { name: name.into(), label: label.into(), kind, required: false, hint: "" }
    }

    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }
}

/// Names and what goes with each: what was entered, or what is wrong with it.
pub type Pairs = Vec<(String, String)>;

/// What goes with a name; empty where there is nothing.
#[must_use]
pub fn of<'p>(pairs: &'p Pairs, name: &str) -> &'p str {
    pairs.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value)
}

/// Tells a form what became of it: nothing is wrong, or what is. What no control is asked under is said of the whole.
/// It may come when the form has gone: what was kept is put right all the same.
pub type Verdict = Arc<dyn Fn(Pairs) + Send + Sync>;

fn kept_at(key: &str, name: &str) -> String {
    [key, ".", name].concat()
}

/// Whether something was typed into the form that is kept under `key`.
#[must_use]
pub fn is_begun(key: &str, asked: &[Asked]) -> bool {
    asked.iter().any(|one| keep::read(&kept_at(key, &one.name)).is_some())
}

/// One control's state; a handle that can be copied.
#[derive(Clone, Copy)]
struct Control {
    asked: StoredValue<Asked>,
    /// What stood there at first.
    first: StoredValue<String>,
    now: RwSignal<String>,
    key: StoredValue<String>,
}

impl Control {
    fn open(asked: Asked, key: &str, begin: &Pairs) -> Self {
        let first = of(begin, &asked.name).to_owned();
        let key = kept_at(key, &asked.name);
        let now = keep::read(&key).unwrap_or_else(|| first.clone());
        Self {
            asked: StoredValue::new(asked),
            first: StoredValue::new(first),
            now: RwSignal::new(now),
            key: StoredValue::new(key),
        }
    }

    fn entered(self, value: String) {
        self.key.with_value(|key| {
            if self.first.with_value(|first| *first == value) {
                keep::forget(key);
            } else {
                keep::write(key, &value);
            }
        });
        self.now.set(value);
    }

    fn forget(self) {
        self.key.with_value(|key| keep::forget(key));
        self.now.set(self.first.get_value());
    }

    fn name(self) -> String {
        self.asked.with_value(|asked| asked.name.clone())
    }
}

/// The form called `label`. `send` gets what was entered and tells what became of it.
#[component]
pub fn Form(
    #[prop(into)] label: String,
    asked: Vec<Asked>,
    /// Where what is typed is kept.
    key: String,
    #[prop(optional)] begin: Pairs,
    /// The button that sends it.
    verb: &'static str,
    send: Callback<(Pairs, Verdict)>,
    /// It was given up.
    on_cancel: Callback<()>,
) -> AnyView {
    let controls: Vec<Control> = asked.into_iter().map(|one| Control::open(one, &key, &begin)).collect();
    let all = StoredValue::new(controls.clone());
    let wrong = RwSignal::new(Pairs::new());
    let busy = RwSignal::new(false);
    let id = ["form-", &frame::unique()].concat();
    let focus = {
        let id = id.clone();
        Callback::new(move |name: String| {
            if let Some(control) = float::by_id(&[&id, "-", &name].concat()) {
                float::focus_quietly(&control);
            }
        })
    };
    let told = move |problems: Pairs, keys: &[String]| {
        if problems.is_empty() {
            keys.iter().for_each(|key| keep::forget(key));
        }
        if busy.try_set(false).is_some() {
            return;
        }
        let first = problems.first().map(|(name, _)| name.clone());
        wrong.set(problems);
        match first {
            Some(name) => focus.run(name),
            None => all.with_value(|all| all.iter().for_each(|control| control.forget())),
        }
    };
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let all = all.get_value();
        let entered: Pairs =
            all.iter().map(|control| (control.name(), control.now.get_untracked().trim().to_owned())).collect();
        let missing = |control: &Control| {
            let asked = control.asked.get_value();
            let empty = asked.required && control.now.with_untracked(|now| now.trim().is_empty());
            empty.then(|| (asked.name, ["\u{201c}", &asked.label, "\u{201d} cannot be empty."].concat()))
        };
        let missing: Pairs = all.iter().filter_map(missing).collect();
        let keys: Vec<String> = all.iter().map(|control| control.key.get_value()).collect();
        if missing.is_empty() {
            busy.set(true);
            wrong.set(Pairs::new());
            send.run((entered, Arc::new(move |problems| told(problems, &keys))));
        } else {
            told(missing, &keys);
        }
    };
    let names: Vec<String> = controls.iter().map(|control| control.name()).collect();
    let whole = live(move || {
        wrong.with(|wrong| {
            let said = wrong.iter().filter(|(name, _)| !names.contains(name)).map(|(_, words)| words.as_str());
            said.collect::<Vec<_>>().join(" ")
        })
    });
    view! {
        <form
            class="form"
            aria-label=label
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
            on:keydown=move |event| {
                if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                    event.prevent_default();
                    submit();
                }
            }
        >
            {controls.into_iter().map(|control| row(&id, control, wrong)).pieces()}
            {part(move || {
                let words = whole.get();
                (!words.is_empty()).then(|| view! { <p class="form-wrong" role="alert">{words}</p> })
            })}
            <div class="form-buttons">
                <button type="submit" class="button button-main" aria-disabled=live(move || busy.get().to_string())>
                    {verb}
                </button>
                <button
                    type="button"
                    class="button button-quiet"
                    on:click=move |_| {
                        all.with_value(|all| all.iter().for_each(|control| control.forget()));
                        wrong.set(Pairs::new());
                        on_cancel.run(());
                    }
                >
                    "Cancel"
                </button>
            </div>
        </form>
    }
    .into_any()
}

fn row(form: &str, control: Control, wrong: RwSignal<Pairs>) -> AnyView {
    let asked = control.asked.get_value();
    let id = [form, "-", &asked.name].concat();
    let said = [&id, "-said"].concat();
    let words = {
        let name = asked.name.clone();
        Memo::new(move |_| wrong.with(|wrong| wrong.iter().find(|(of, _)| *of == name).map(|(_, words)| words.clone())))
    };
    let invalid = live(move || words.read().is_some().then_some("true"));
    let described = said.clone();
    let shown = control.now;
    let input = move |event: leptos::ev::Event| control.entered(event_target_value(&event));
    let required = asked.required.then_some("true");
    let choice = move |options: Vec<(String, String)>| {
        let option = move |(key, name): (String, String)| {
            let mine = key.clone();
            view! { <option value=key prop:selected=live(move || shown.with(|now| *now == mine))>{name}</option> }
        };
        // What has to be chosen is chosen by somebody, not by standing first.
        let none = (!asked.required || shown.with_untracked(String::is_empty))
            .then(|| option((String::new(), "\u{2014}".into())));
        (none, options.into_iter().map(option).pieces())
    };
    let control = match asked.kind {
        FieldKind::Lines => view! {
            <textarea
                id=id.clone()
                rows="3"
                dir="auto"
                aria-required=required
                aria-invalid=invalid
                aria-describedby=described
                prop:value=shown
                on:input=input
            ></textarea>
        }
        .into_any(),
        FieldKind::Choice(_) | FieldKind::YesNo => {
            let options = match asked.kind {
                FieldKind::Choice(options) => options,
                _ => vec![("true".into(), "Yes".into()), ("false".into(), "No".into())],
            };
            view! {
                <select
                    id=id.clone()
                    aria-required=required
                    aria-invalid=invalid
                    aria-describedby=described
                    on:change=input
                >
                    {choice(options)}
                </select>
            }
            .into_any()
        }
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
                    id=id.clone()
                    type=of
                    inputmode=mode
                    autocomplete="off"
                    dir="auto"
                    aria-required=required
                    aria-invalid=invalid
                    aria-describedby=described
                    prop:value=shown
                    on:input=input
                />
            }
            .into_any()
        }
    };
    let hint = (!asked.hint.is_empty()).then(|| view! { <small>{asked.hint}</small> });
    let problem: Part = part(move || words.get().map(|words| view! { <span class="form-wrong">{words}</span> }));
    view! {
        <div class="form-row">
            <label for=id>{asked.label}</label>
            {control}
            <div id=said class="form-said" aria-live="polite">{hint}{problem}</div>
        </div>
    }
    .into_any()
}

/// A name for what is kept, made of parts.
#[must_use]
pub fn key(parts: &[&str]) -> String {
    let mut key = "samtal.draft".to_owned();
    for part in parts {
        key.push('.');
        key.push_str(&text::lower(part));
    }
    key
}

#[cfg(test)]
mod tests {
    use super::{key, of};

    #[test]
    fn what_is_typed_into_two_forms_does_not_meet() {
        assert_ne!(key(&["1", "contact", "12", "note"]), key(&["11", "contact", "2", "note"]));
        assert_ne!(key(&["1", "contact", "12", "note"]), key(&["1", "contact", "12", "task"]));
    }

    #[test]
    fn what_was_not_asked_is_empty() {
        let pairs = vec![("name".to_owned(), "Anna".to_owned())];
        assert_eq!((of(&pairs, "name"), of(&pairs, "email")), ("Anna", ""));
    }
}
