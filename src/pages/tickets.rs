//! Tickets (K10): as a table or as a board, with filters and sort in the address. One ticket is in [`crate::pages::ticket`].

mod board;
mod card;
pub mod deeds;
mod filters;
mod lane;
mod new;
mod row;
mod table;
pub mod ticket;
mod window;
mod words;

use super::status::{Pipeline, pipelines};
use super::top::Top;
use crate::routes::page::{Asked, Page};
use crate::routes::use_nav;
use crate::store::{Store, use_store};
use crate::ticket::careful::careful;
use crate::ui::live::{effect, live, memo, part};
use board::Board;
use deeds::Deeds;
use filters::Filters;
use leptos::prelude::*;
use new::NewTicket;
use samtal_model::InboxId;
use table::Table;
use ticket::Wanted;

/// The page, whatever is asked for in its address.
#[component]
pub fn Tickets(page: Memo<Option<Page>>) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    // While another page takes its place it shows what it showed.
    let asked = Memo::new(move |last: Option<&Asked>| match page.get() {
        Some(Page::Tickets(asked)) => asked,
        _ => last.cloned().unwrap_or_default(),
    });
    let pipelines = pipelines(store);
    let deeds = Deeds { careful: careful(store), nav, pipelines };
    effect(move || {
        for inbox in store.inboxes().get() {
            store.read_ticket_counts(inbox.id);
        }
    });
    let board = memo(move || asked.with(|asked| asked.board));
    let trash = memo(move || asked.with(|asked| asked.get("trash") == "true"));
    let title = live(move || (if trash.get() { "Tickets in Trash" } else { "Tickets" }).to_owned());
    let total = RwSignal::new(None::<String>);
    view! {
        <main class="page tickets">
            <Top title>
                <span class="page-count" role="status">{total}</span>
                <Show asked/>
                <NewTicket asked/>
            </Top>
            <Filters asked pipelines/>
            {part(move || {
                Some(if board.get() && !trash.get() {
                    view! { <Board asked deeds total/> }.into_any()
                } else {
                    view! { <Table asked deeds total/> }.into_any()
                })
            })}
        </main>
    }
    .into_any()
}

/// The two ways to see them.
#[component]
fn Show(asked: Memo<Asked>) -> AnyView {
    let link = move |board: bool, words: &'static str| {
        let href = live(move || {
            let asked = asked.get();
            let asked = if board { asked.with("trash", "").with("status", "") } else { asked };
            Page::Tickets(Asked { board, ..asked }).href()
        });
        let current = live(move || asked.with(|asked| asked.board == board).then_some("page"));
        view! { <a class="switch" href=href aria-current=current>{words}</a> }
    };
    view! { <nav class="switches" aria-label="Show as">{link(false, "Table")}{link(true, "Board")}</nav> }.into_any()
}

/// How many tickets the kept counts say there are; none where they do not say. Followed.
fn counted(store: Store, wanted: &Wanted, pipelines: &[Pipeline]) -> Option<i64> {
    if !wanted.is_counted() {
        return None;
    }
    let inboxes: Vec<InboxId> = match wanted.inbox {
        Some(inbox) => vec![InboxId(inbox)],
        None => store.inboxes().with(|all| all.iter().map(|inbox| inbox.id).collect()),
    };
    let pipelines = pipelines.iter().filter(|it| wanted.pipeline.is_none_or(|id| id == it.id));
    let statuses = pipelines.flat_map(|it| &it.statuses);
    let statuses = statuses.filter(|it| wanted.statuses.is_empty() || wanted.statuses.contains(&it.id));
    let in_one = |status: i64| inboxes.iter().map(|inbox| store.ticket_count(*inbox, status)).sum::<i64>();
    Some(statuses.map(|status| in_one(status.id)).sum())
}
