//! Bulk actions under way, and what of them could not be done.

use crate::api;
use crate::routes::Route;
use crate::store::bulk::words;
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Glyph;
use crate::ui::live::{Pieces, effect, live, part, spawn};
use leptos::prelude::*;
use samtal_model::BulkId;
use samtal_model::wire::{BulkRefusal, BulkView};

/// The region "Bulk actions": a line for each that is under way or has something to say.
#[component]
pub fn Jobs() -> impl IntoView {
    let store = use_store();
    let jobs = store.bulks();
    let reasons = RwSignal::new(None::<BulkId>);
    let open = RwSignal::new(false);
    view! {
        {part(move || {
            let jobs = jobs.get();
            (!jobs.is_empty()).then(|| {
                let lines = jobs.into_iter().map(|job| line(job, reasons, open)).pieces();
                view! { <section class="jobs" aria-label="Bulk actions">{lines}</section> }
            })
        })}
        <Dialog open title=Signal::stored("What could not be done".to_owned())>
            {part(move || reasons.get().map(|id| view! { <Reasons id/> }))}
            <div class="dialog-buttons">
                <button
                    type="button"
                    class="button"
                    data-first
                    on:click=move |_| {
                        open.set(false);
                        if let Some(id) = reasons.get_untracked() {
                            store.dismiss_bulk(id);
                        }
                    }
                >
                    "Close"
                </button>
            </div>
        </Dialog>
    }
}

fn line(job: BulkView, reasons: RwSignal<Option<BulkId>>, open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let id = job.id;
    if !job.state.is_over() {
        return view! {
            <div class="jobs-line">
                <span class="jobs-words">{words::progress(&job)}</span>
                <button type="button" class="button button-quiet" on:click=move |_| store.stop_bulk(id)>
                    "Stop"
                </button>
                <progress max=job.total.to_string() value=(job.done + job.refused).to_string() aria-label="Progress"></progress>
            </div>
        }
        .into_any();
    }
    view! {
        <div class="jobs-line" role="alert">
            <span class="jobs-words">{words::done(&job, &store.bulk_owner(&job))}</span>
            <button
                type="button"
                class="button button-quiet"
                on:click=move |_| {
                    reasons.set(Some(id));
                    open.set(true);
                }
            >
                "Which and why"
            </button>
            {(job.changed > 0 && job.undoes.is_none())
                .then(|| {
                    view! {
                        <button type="button" class="button button-quiet" on:click=move |_| store.undo_bulk(id)>
                            "Undo"
                        </button>
                    }
                })}
            <IconButton label="Dismiss" glyph=Glyph::X on_press=move |_| store.dismiss_bulk(id)/>
        </div>
    }
    .into_any()
}

#[component]
fn Reasons(id: BulkId) -> impl IntoView {
    let items = RwSignal::new(Vec::<BulkRefusal>::new());
    let next = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<String>);
    let read = move |cursor: Option<String>| {
        spawn(async move {
            match api::bulk::refused(id, cursor.as_deref()).await {
                Ok(page) => {
                    let _closed = items.try_update(|items| items.extend(page.items));
                    let _closed = next.try_set(page.next_cursor);
                }
                Err(problem) => {
                    let _closed = failure.try_set(Some(problem.detail));
                }
            }
        });
    };
    effect(move || read(None));
    view! {
        <ul class="jobs-reasons">
            {part(move || Some(items.get().into_iter().map(reason).pieces()))}
        </ul>
        {part(move || {
            next.get().map(|cursor| {
                view! {
                    <button
                        type="button"
                        class="button button-quiet"
                        on:click=move |_| {
                            next.set(None);
                            read(Some(cursor.clone()));
                        }
                    >
                        "Show more"
                    </button>
                }
            })
        })}
        <p role="alert">{live(move || failure.get())}</p>
    }
}

fn reason(refusal: BulkRefusal) -> impl IntoView {
    let BulkRefusal { conversation_id, subject, contact, reason, .. } = refusal;
    let contact = contact.map(|it| if it.name.is_empty() { it.email } else { it.name }).unwrap_or_default();
    let name = match (contact.is_empty(), subject.is_empty()) {
        (false, false) => [&contact, ": ", &subject].concat(),
        (false, true) => contact,
        (true, false) => subject,
        (true, true) => ["Conversation ", &conversation_id.to_string()].concat(),
    };
    let href = Route::Link { conversation: conversation_id, message: None }.href();
    view! {
        <li>
            <a href=href>{name}</a>
            <span>{reason}</span>
        </li>
    }
}
