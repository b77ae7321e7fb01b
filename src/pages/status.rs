//! Pipelines and their statuses as the pages show them, and the chip that says how a ticket stands.

use crate::store::Store;
use crate::store::known::Thing;
use crate::ui::live::memo;
use crate::ui::markup::Markup;
use leptos::prelude::*;

/// The colours, as the API and as people call them.
pub const COLOURS: [(&str, &str); 9] = [
    ("grey", "Grey"),
    ("blue", "Blue"),
    ("teal", "Teal"),
    ("green", "Green"),
    ("yellow", "Yellow"),
    ("orange", "Orange"),
    ("red", "Red"),
    ("pink", "Pink"),
    ("purple", "Purple"),
];

/// A status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    pub id: i64,
    pub pipeline: i64,
    pub name: String,
    pub colour: &'static str,
    pub closed: bool,
}

/// A pipeline with its statuses, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    pub id: i64,
    pub name: String,
    /// Contacts are asked how it went (D5).
    pub survey: bool,
    pub statuses: Vec<Status>,
}

impl Pipeline {
    fn read(thing: &Thing) -> Self {
        let id = thing.id();
        let status = |it: &Thing| Status {
            id: it.id(),
            pipeline: id,
            name: it.text("name").to_owned(),
            colour: COLOURS.iter().find(|(word, _)| *word == it.text("colour")).map_or("grey", |(word, _)| word),
            closed: it.is("closed"),
        };
        Self {
            id,
            name: thing.text("name").to_owned(),
            survey: thing.is("survey"),
            statuses: thing.things("statuses").iter().map(status).collect(),
        }
    }
}

/// All pipelines, live; none while they are not read.
#[must_use]
pub fn pipelines(store: Store) -> Memo<Vec<Pipeline>> {
    memo(move || store.pipelines().unwrap_or_default().iter().map(Pipeline::read).collect::<Vec<_>>())
}

/// A status by its id.
#[must_use]
pub fn find(pipelines: &[Pipeline], id: i64) -> Option<&Status> {
    pipelines.iter().flat_map(|pipeline| &pipeline.statuses).find(|status| status.id == id)
}

/// The statuses that a ticket of this pipeline may have.
#[must_use]
pub fn of_pipeline(pipelines: &[Pipeline], id: i64) -> Vec<Status> {
    pipelines.iter().find(|pipeline| pipeline.id == id).map(|it| it.statuses.clone()).unwrap_or_default()
}

/// How a ticket stands: its colour, and its name beside it.
#[must_use]
pub fn chip(status: Option<&Status>) -> AnyView {
    let Some(status) = status else { return ().into_any() };
    let ring = if status.closed { " status-closed" } else { "" };
    let class = ["status-chip status-", status.colour, ring].concat();
    view! { <span class=class><span>{status.name.clone()}</span></span> }.into_any()
}

/// The same to be written into markup.
pub fn chip_markup(status: Option<&Status>) -> impl FnOnce(Markup) -> Markup {
    move |into| match status {
        Some(status) => {
            let into = into.tags(r#"<span class="status-chip status-"#).tags(status.colour);
            let into = into.tags(if status.closed { r#" status-closed"><span>"# } else { r#""><span>"# });
            into.text(&status.name).tags("</span></span>")
        }
        None => into,
    }
}
