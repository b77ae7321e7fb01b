//! The settings of pipelines (A1): which there are, in which order, and the statuses of each. Admins change them; the
//! others see how they are set.

mod add;
mod leave;
mod line;

use super::order::before;
use super::status::{Pipeline, pipelines};
use super::top::Top;
use crate::api::known::Write;
use crate::browser::float;
use crate::records::wrong;
use crate::routes::page::Page;
use crate::store::{Store, use_store};
use crate::ticket::careful::{Careful, Deed, careful};
use crate::ui::each::Each;
use crate::ui::field::{Field, FieldKind, Outcome};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use add::{NewPipeline, NewStatus};
use leave::Leave;
use leptos::prelude::*;
use line::Line;
use samtal_model::json::Json;

/// What the parts of the page share. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Shared {
    pub store: Store,
    pub all: Memo<Vec<Pipeline>>,
    pub may_edit: Memo<bool>,
    pub careful: Careful,
    /// The status that is about to be deleted, with its pipeline.
    pub leaving: RwSignal<Option<(i64, i64)>>,
}

impl Shared {
    /// Changes something; `outcome` tells beside it what is wrong.
    pub fn write(self, write: Write, said: &'static str, outcome: Outcome) {
        self.store.write(write, said, move |answer| {
            let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
        });
    }

    /// The pipeline. Followed.
    pub fn pipeline(self, id: i64) -> Option<Pipeline> {
        self.all.with(|all| all.iter().find(|it| it.id == id).cloned())
    }
}

#[component]
pub fn Pipelines() -> AnyView {
    let store = use_store();
    let shared = Shared {
        store,
        all: pipelines(store),
        may_edit: memo(move || store.may_edit_pipelines()),
        careful: careful(store),
        leaving: RwSignal::new(None),
    };
    let ids = memo(move || shared.all.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()));
    let known = memo(move || !ids.read().is_empty());
    view! {
        <main class="page settings" aria-busy=live(move || (!known.get()).to_string())>
            <Top title=Signal::stored("Pipelines of tickets".to_owned())>
                <span class="page-count"></span>
                <SettingsLinks/>
            </Top>
            <div class="settings-body">
                {part(move || (known.get() && !shared.may_edit.get()).then(|| view! {
                    <p class="tickets-note" role="note">
                        <Icon glyph=Glyph::Lock/>
                        "Only admins change pipelines, because they are the whole team\u{2019}s. This is how they are set."
                    </p>
                }))}
                <Each each=move || ids.get() key=|id| *id let:id>
                    <One id shared/>
                </Each>
                {part(move || shared.may_edit.get().then(|| view! { <NewPipeline shared/> }))}
            </div>
            <Leave shared/>
        </main>
    }
    .into_any()
}

/// The pages of settings.
#[component]
fn SettingsLinks() -> AnyView {
    view! {
        <nav class="switches" aria-label="Settings">
            <a class="switch" href=Page::Pipelines.href() aria-current="page">"Pipelines"</a>
            <a class="switch" href=Page::Properties.href()>"Properties"</a>
        </nav>
    }
    .into_any()
}

/// One pipeline.
#[component]
fn One(id: i64, shared: Shared) -> AnyView {
    let name = memo(move || shared.pipeline(id).map(|it| it.name).unwrap_or_default());
    let statuses = memo(move || {
        shared.pipeline(id).map(|it| it.statuses.iter().map(|it| it.id).collect::<Vec<_>>()).unwrap_or_default()
    });
    let heading = ["pipeline-", &id.to_string()].concat();
    view! {
        <section class="pipeline" aria-labelledby=heading.clone()>
            <header class="pipeline-head">
                <h2 id=heading.clone()>{name}</h2>
                {part(move || shared.may_edit.get().then(|| edit(id, name, shared)))}
            </header>
            <ol class="pipeline-statuses" aria-label=live(move || ["Statuses of ", &name.get()].concat())>
                <Each each=move || statuses.get() key=|id| *id let:status>
                    <Line pipeline=id id=status shared/>
                </Each>
            </ol>
            {part(move || shared.may_edit.get().then(|| view! { <NewStatus pipeline=id shared/> }))}
            <Survey pipeline=id shared/>
        </section>
    }
    .into_any()
}

/// Whether contacts are asked how it went when a ticket is closed in it (D5).
#[component]
fn Survey(pipeline: i64, shared: Shared) -> AnyView {
    let on = memo(move || shared.pipeline(pipeline).is_some_and(|it| it.survey));
    let said = RwSignal::new(None::<String>);
    let tried = RwSignal::new(0_u32);
    let outcome = Callback::new(move |wrong: Option<String>| {
        let _gone = said.try_set(wrong);
        let _gone = tried.try_update(|tried| *tried += 1);
    });
    // Where it is refused it goes back to what is.
    let checked = live(move || {
        tried.track();
        on.get()
    });
    let toggle = move |event| {
        let (to, said) = match event_target_checked(&event) {
            true => (true, "Contacts will be asked how it went"),
            false => (false, "Contacts will not be asked any more"),
        };
        shared.write(Write::edit_pipeline(pipeline, Json::object([("survey", to.into())])), said, outcome);
    };
    view! {
        <div class="pipeline-survey">
            <label>
                <input type="checkbox" prop:checked=checked disabled=live(move || !shared.may_edit.get()) on:change=toggle/>
                <span>
                    "Ask the contact how it went when a ticket is closed"
                    <small>"A mail with a link to five scores and a few words. The answers stand beside their conversations."</small>
                </span>
            </label>
            {part(move || said.get().map(|words| view! { <p class="field-wrong" role="alert">{words}</p> }))}
        </div>
    }
    .into_any()
}

/// Its name, its place among the others, and the way to be rid of it.
fn edit(id: i64, name: Memo<String>, shared: Shared) -> AnyView {
    let said = RwSignal::new(None::<String>);
    let outcome = Callback::new(move |wrong: Option<String>| {
        let _gone = said.try_set(wrong);
    });
    let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
        let fields = Json::object([("name", entered.trim().into())]);
        shared.write(Write::edit_pipeline(id, fields), "Pipeline renamed", outcome);
    });
    let place = memo(move || shared.all.with(|all| all.iter().position(|it| it.id == id).map(|at| (at, all.len()))));
    let shift = Callback::new(move |by: isize| {
        let ids = shared.all.with_untracked(|all| all.iter().map(|it| it.id).collect::<Vec<_>>());
        if let Some(before) = before(&ids, id, by > 0) {
            let fields = Json::object([("before", before.into())]);
            shared.write(Write::edit_pipeline(id, fields), "Order changed", outcome);
        }
    });
    let delete = move |_| {
        let name = ["\u{201c}", &name.get_untracked(), "\u{201d}"].concat();
        let deed = Deed {
            write: Write::delete_pipeline(id),
            said: [&name, " deleted"].concat(),
            title: ["Delete ", &name, "?"].concat(),
            verb: "Delete",
            plain: "",
            for_good: false,
        };
        shared.careful.ask(deed, outcome);
    };
    view! {
        <div class="pipeline-name"><Field label="Name of the pipeline" kind=FieldKind::Text value=name save required=true/></div>
        <Places key=["pipeline-", &id.to_string()].concat() name place shift/>
        <button type="button" class="button button-danger" on:click=delete>
            <Icon glyph=Glyph::Trash/>
            "Delete pipeline"
        </button>
        {part(move || said.get().map(|words| view! { <p class="field-wrong" role="alert">{words}</p> }))}
    }
    .into_any()
}

/// The buttons that move something up and down. The focus stays on them where it has moved.
#[component]
pub fn Places(
    /// Begins the ids of the buttons.
    key: String,
    #[prop(into)] name: Signal<String>,
    /// Where it stands, and among how many.
    place: Memo<Option<(usize, usize)>>,
    shift: Callback<isize>,
) -> AnyView {
    let button = move |by: isize, glyph: Glyph, word: &'static str, end: &'static str, other: &'static str| {
        let (id, other) = ([&key, end].concat(), [&key, other].concat());
        let own = id.clone();
        let stuck = live(move || match place.get() {
            Some((at, count)) if by > 0 => at + 1 >= count,
            Some((at, _)) => at == 0,
            None => true,
        });
        let press = move |_| {
            shift.run(by);
            let (own, other) = (own.clone(), other.clone());
            // Moved elements lose the focus. At the end of the way the button back gets it.
            crate::browser::frame::after(FOLLOW_MS, move || {
                let found = [own, other].into_iter().filter_map(|id| float::by_id(&id));
                let found = found.into_iter().find(|button| !float::matches(button, ":disabled"));
                if let Some(button) = found
                    && !float::exists("dialog[open], :focus:not(body)")
                {
                    float::focus_quietly(&button);
                }
            });
        };
        let label = live(move || [word, &name.get()].concat());
        view! {
            <button type="button" class="icon-button icon-button-small" id=id aria-label=label disabled=stuck on:click=press>
                <Icon glyph/>
            </button>
        }
    };
    view! {
        <span class="places">
            {button.clone()(-1, Glyph::ArrowUp, "Up: ", "-up", "-down")}
            {button(1, Glyph::ArrowDown, "Down: ", "-down", "-up")}
        </span>
    }
    .into_any()
}

/// How long what was moved is waited for, in milliseconds.
const FOLLOW_MS: u64 = 250;
