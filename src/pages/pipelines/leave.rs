//! Deleting a status: its tickets move to another one of the same kind, which is chosen before (A1).

use super::Shared;
use crate::api::known::Write;
use crate::pages::status::Status;
use crate::ticket::reach;
use crate::ui::dialog::Dialog;
use crate::ui::live::{effect, live, memo, part, spawn};
use leptos::prelude::*;

#[component]
pub fn Leave(shared: Shared) -> AnyView {
    let open = RwSignal::new(false);
    effect(move || {
        let wanted = shared.leaving.read().is_some();
        if wanted {
            open.set(true);
        }
    });
    effect(move || {
        if !open.get() && shared.leaving.with_untracked(Option::is_some) {
            shared.leaving.set(None);
        }
    });
    let leaving = memo(move || {
        let (pipeline, id) = shared.leaving.get()?;
        shared.pipeline(pipeline)?.statuses.into_iter().find(|it| it.id == id)
    });
    let title = live(move || {
        let name = leaving.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default());
        ["Delete the status \u{201c}", &name, "\u{201d}?"].concat()
    });
    view! {
        <Dialog open title>
            {part(move || leaving.get().map(|status| view! { <Ask status open shared/> }))}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Ask(status: Status, open: RwSignal<bool>, shared: Shared) -> AnyView {
    let Status { id, pipeline, closed, .. } = status;
    let all = untrack(|| shared.pipeline(pipeline)).map(|it| it.statuses).unwrap_or_default();
    let others: Vec<Status> = all.into_iter().filter(|it| it.id != id && it.closed == closed).collect();
    let to = RwSignal::new(others.first().map(|it| it.id));
    let further = RwSignal::new(None::<String>);
    let said = RwSignal::new(None::<String>);
    effect(move || {
        let write = Write::delete_status(pipeline, id, to.get());
        spawn(async move {
            let answer = write.preview().await;
            if said.is_disposed() {
                return;
            }
            match answer {
                Ok(answer) => {
                    further.set(reach::sentence(&answer.known));
                    said.set(answer.known.at("refused").at("detail").text().map(ToOwned::to_owned));
                }
                Err(problem) => said.set(Some(problem.detail)),
            }
        });
    });
    let delete = move |_| {
        let outcome = Callback::new(move |wrong: Option<String>| {
            if wrong.is_none() {
                let _gone = open.try_set(false);
            }
            let _gone = said.try_set(wrong);
        });
        shared.write(Write::delete_status(pipeline, id, to.get_untracked()), "Status deleted", outcome);
    };
    let option = move |it: Status| view! { <option value=it.id.to_string()>{it.name}</option> };
    let choice = (!others.is_empty()).then(|| {
        view! {
            <label class="leave-to">
                "Move its tickets to"
                <select
                    class="tickets-select"
                    data-first
                    on:change=move |event| to.set(event_target_value(&event).parse().ok())
                >
                    {others.into_iter().map(option).collect_view()}
                </select>
            </label>
        }
    });
    view! {
        <div class="dialog-text">
            {choice}
            <p>{part(move || further.get())}</p>
            <p class="field-wrong" role="alert">{part(move || said.get())}</p>
        </div>
        <div class="dialog-buttons">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            <button type="button" class="button button-danger" on:click=delete>"Delete status"</button>
        </div>
    }
    .into_any()
}
