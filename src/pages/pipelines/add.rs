//! Making a pipeline, and a status in one. What was typed stays until it is done.

use super::Shared;
use super::line::KINDS;
use crate::api::known::Write;
use crate::pages::status::COLOURS;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, part};
use leptos::prelude::*;
use samtal_model::json::Json;

#[component]
pub fn NewPipeline(shared: Shared) -> AnyView {
    let name = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add(shared, name, said, "Pipeline added", |name| Write::new_pipeline(Json::object([("name", name.into())])));
    };
    view! {
        <form class="settings-add" aria-label="New pipeline" novalidate on:submit=submit>
            <Named id="new-pipeline".to_owned() label="New pipeline" name said/>
            <button type="submit" class="button"><Icon glyph=Glyph::Plus/>"Add pipeline"</button>
        </form>
    }
    .into_any()
}

#[component]
pub fn NewStatus(pipeline: i64, shared: Shared) -> AnyView {
    let name = RwSignal::new(String::new());
    let said = RwSignal::new(None::<String>);
    let colour = RwSignal::new(COLOURS[1].0.to_owned());
    let kind = RwSignal::new(KINDS[0].0.to_owned());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add(shared, name, said, "Status added", move |name| {
            let closed = kind.with_untracked(|kind| kind == "closed");
            let colour = colour.get_untracked();
            let fields = [("name", name.into()), ("colour", colour.into()), ("closed", closed.into())];
            Write::new_status(pipeline, Json::object(fields))
        });
    };
    let select = |label: &'static str, options: &'static [(&str, &str)], value: RwSignal<String>| {
        view! {
            <select
                class="tickets-select"
                aria-label=label
                prop:value=value
                on:change=move |event| value.set(event_target_value(&event))
            >
                {options.iter().map(|(key, name)| view! { <option value=*key>{*name}</option> }).pieces()}
            </select>
        }
    };
    view! {
        <form class="settings-add" aria-label="New status" novalidate on:submit=submit>
            <Named id=["new-status-", &pipeline.to_string()].concat() label="New status" name said/>
            {select("Colour of the new status", &COLOURS, colour)}
            {select("The new status is open or closed", &KINDS, kind)}
            <button type="submit" class="button"><Icon glyph=Glyph::Plus/>"Add status"</button>
        </form>
    }
    .into_any()
}

/// The field of a name, with what is wrong beside it.
#[component]
fn Named(id: String, label: &'static str, name: RwSignal<String>, said: RwSignal<Option<String>>) -> AnyView {
    let wrong = [&id, "-said"].concat();
    view! {
        <label for=id.clone()>{label}</label>
        <input
            type="text"
            class="tickets-select"
            id=id
            autocomplete="off"
            placeholder="Name"
            prop:value=name
            aria-invalid=live(move || said.read().is_some().then_some("true"))
            aria-describedby=wrong.clone()
            on:input=move |event| name.set(event_target_value(&event))
        />
        <p class="field-wrong" id=wrong role="alert">{part(move || said.get())}</p>
    }
    .into_any()
}

fn add(
    shared: Shared,
    name: RwSignal<String>,
    said: RwSignal<Option<String>>,
    done: &'static str,
    write: impl FnOnce(String) -> Write,
) {
    let words = name.get_untracked().trim().to_owned();
    if words.is_empty() {
        return said.set(Some("Write a name first.".into()));
    }
    let outcome = Callback::new(move |wrong: Option<String>| {
        if wrong.is_none() {
            let _gone = name.try_set(String::new());
        }
        let _gone = said.try_set(wrong);
    });
    shared.write(write(words), done, outcome);
}
