//! One status in the settings of its pipeline.

use super::{Places, Shared, before};
use crate::api::known::Write;
use crate::pages::status::{COLOURS, Status, chip};
use crate::ui::field::{Field, FieldKind, Outcome};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;

/// What a status means for a ticket in it, as values and words.
pub const KINDS: [(&str, &str); 2] = [("open", "Open"), ("closed", "Closed")];

#[component]
pub fn Line(pipeline: i64, id: i64, shared: Shared) -> AnyView {
    let status = memo(move || shared.pipeline(pipeline).and_then(|it| it.statuses.into_iter().find(|it| it.id == id)));
    view! {
        <li class="status-line">
            {part(move || Some(if shared.may_edit.get() { edit(pipeline, id, status, shared) } else { shown(status) }))}
        </li>
    }
    .into_any()
}

/// For who may not change it.
fn shown(status: Memo<Option<Status>>) -> AnyView {
    part(move || {
        let status = status.get()?;
        let kind = if status.closed { "Closed" } else { "Open" };
        Some(view! { {chip(Some(&status))}<span class="status-kind">{kind}</span> })
    })
    .into_any()
}

fn edit(pipeline: i64, id: i64, status: Memo<Option<Status>>, shared: Shared) -> AnyView {
    let said = RwSignal::new(None::<String>);
    let outcome = Callback::new(move |wrong: Option<String>| {
        let _gone = said.try_set(wrong);
    });
    let name = memo(move || status.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default()));
    let colour = memo(move || status.with(|it| it.as_ref().map_or("grey", |it| it.colour)));
    let kind = memo(move || if status.with(|it| it.as_ref().is_some_and(|it| it.closed)) { "closed" } else { "open" });
    let set = move |field: &'static str, value: Json, outcome: Outcome| {
        let fields = Json::object([(field, value)]);
        shared.write(Write::edit_status(pipeline, id, fields), "Status changed", outcome);
    };
    let rename = Callback::new(move |(entered, outcome): (String, Outcome)| {
        set("name", entered.trim().into(), outcome);
    });
    let place = memo(move || {
        let statuses = shared.pipeline(pipeline)?.statuses;
        Some((statuses.iter().position(|it| it.id == id)?, statuses.len()))
    });
    let shift = Callback::new(move |by: isize| {
        let all = untrack(|| shared.pipeline(pipeline)).map(|it| it.statuses).unwrap_or_default();
        let ids: Vec<i64> = all.iter().map(|it| it.id).collect();
        if let Some(before) = before(&ids, id, by) {
            set("before", before.into(), outcome);
        }
    });
    let label = |word: &'static str| live(move || [word, &name.get()].concat());
    let dot = live(move || {
        let ring = if kind.get() == "closed" { " status-closed" } else { "" };
        ["status-chip status-", colour.get(), ring].concat()
    });
    view! {
        <span class=dot aria-hidden="true"></span>
        <div class="status-name"><Field label="Name of the status" kind=FieldKind::Text value=name save=rename required=true/></div>
        {choice(label("Colour of "), &COLOURS, colour, Callback::new(move |to: String| set("colour", to.into(), outcome)))}
        {choice(label("Open or closed: "), &KINDS, kind, Callback::new(move |to: String| set("closed", (to == "closed").into(), outcome)))}
        <Places key=["status-", &id.to_string()].concat() name place shift/>
        <button
            type="button"
            class="icon-button icon-button-small"
            aria-label=label("Delete ")
            data-tip="Delete status"
            on:click=move |_| shared.leaving.set(Some((pipeline, id)))
        >
            <Icon glyph=Glyph::Trash/>
        </button>
        {part(move || said.get().map(|words| view! { <p class="field-wrong" role="alert">{words}</p> }))}
    }
    .into_any()
}

/// A native choice. Where it is refused it goes back to what is.
fn choice(
    label: Signal<String>,
    options: &'static [(&'static str, &'static str)],
    now: Memo<&'static str>,
    choose: Callback<String>,
) -> AnyView {
    let tried = RwSignal::new(0_u32);
    let option = move |(key, name): &'static (&'static str, &'static str)| {
        let chosen = live(move || {
            tried.track();
            now.get() == *key
        });
        view! { <option value=*key prop:selected=chosen>{*name}</option> }
    };
    view! {
        <select
            class="tickets-select"
            aria-label=label
            prop:value=live(move || {
                tried.track();
                now.get()
            })
            on:change=move |event| {
                choose.run(event_target_value(&event));
                tried.update(|tried| *tried += 1);
            }
        >
            {options.iter().map(option).pieces()}
        </select>
    }
    .into_any()
}
