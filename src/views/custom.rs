//! Custom views (V10): the team's and one's own in the rail, what stands over the list of one, and keeping a search as one.

mod save;

pub use save::SaveBar;

use crate::browser::when;
use crate::routes::{Route, use_nav};
use crate::store::{Store, use_store};
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::menu::{Menu, MenuItem};
use leptos::prelude::*;
use samtal_model::wire::CustomViewView;
use samtal_model::{Command, CustomViewEdit, CustomViewId, InboxId, View};
use save::NameForm;

/// Those of the team, and one's own, each with its count.
#[component]
pub fn CustomViews(inbox: InboxId) -> impl IntoView {
    let store = use_store();
    let ids = move |shared: bool| {
        let views = store.custom_views();
        memo(move || {
            views
                .with(|views| views.iter().filter(|view| view.shared == shared).map(|view| view.id).collect::<Vec<_>>())
        })
    };
    let group = move |name: &'static str, ids: Memo<Vec<CustomViewId>>| {
        part(move || {
            let ids = ids.get();
            (!ids.is_empty()).then(|| {
                let links = ids.into_iter().map(|id| view! { <CustomLink inbox id/> }).collect_view();
                view! {
                    <div class="rail-group" role="group" aria-label=name>
                        <span class="rail-heading" aria-hidden="true">{name}</span>
                        {links}
                    </div>
                }
            })
        })
    };
    view! {
        {group("Team views", ids(true))}
        {group("My views", ids(false))}
    }
}

#[component]
fn CustomLink(inbox: InboxId, id: CustomViewId) -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    let view = memo(move || store.custom_view(id));
    let name = live(move || view.with(|view| view.as_ref().map(|view| view.name.clone()).unwrap_or_default()));
    let count = live(move || {
        view.with(|view| view.as_ref().map(|view| view.count).filter(|count| *count > 0).map(when::number))
    });
    let href = live(move || {
        let sort = view.with(|view| view.as_ref().map(|view| view.sort).unwrap_or_default());
        Route::custom(inbox, id, sort).href()
    });
    let current = live(move || (nav.route().with(Route::custom_view) == Some(id)).then_some("page"));
    let filling = live(move || view.with(|view| view.as_ref().is_some_and(|view| view.filling)));
    view! {
        <a class="rail-view" href=href aria-current=current data-tip=name>
            <Icon glyph=Glyph::Bookmark/>
            <span class="rail-label">{name}</span>
            <span class="num" class:rail-filling=filling>{count}</span>
        </a>
    }
}

/// The heading over the list of a custom view, and what can be done with it.
#[component]
pub fn CustomTitle(view: CustomViewId) -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    let editing = save::editing(store);
    let known = memo(move || store.custom_view(view));
    let name = live(move || known.with(|it| it.as_ref().map_or_else(|| "View".to_owned(), |it| it.name.clone())));
    let count = live(move || known.with(|it| it.as_ref().map(|it| when::number(it.count))));
    let renaming = RwSignal::new(false);
    let items = Callback::new(move |()| {
        let Some(it) = known.get_untracked().filter(|it| it.can_edit) else { return Vec::new() };
        let mut items = vec![
            MenuItem::run(Glyph::Lines, "Rename", move || renaming.set(true)),
            MenuItem::run(Glyph::Search, "Change what it finds", {
                let (query, sort) = (it.query.clone(), it.sort);
                move || {
                    editing.set(Some(view));
                    if let Some(inbox) = inbox(nav.route().get_untracked()) {
                        // An empty search would be no search: a space is one that finds everything.
                        let q = if query.is_empty() { " ".to_owned() } else { query.clone() };
                        nav.go(Route::view(inbox, View::Open).with_q(Some(q)).with_sort(sort));
                    }
                }
            }),
        ];
        let shared = !it.shared;
        let words = if shared { "Share with the team" } else { "Keep for yourself" };
        items.push(MenuItem::run(Glyph::Users, words, move || {
            let edit = CustomViewEdit { shared: Some(shared), ..CustomViewEdit::default() };
            store.act(Command::EditCustomView { view, edit }, |_| {});
        }));
        for (glyph, words, before) in moves(store, &it) {
            items.push(MenuItem::run(glyph, words, move || {
                store.act(Command::MoveCustomView { view, before }, |_| {});
            }));
        }
        items.push(
            MenuItem::run(Glyph::Trash, "Delete the view", move || {
                store.act(Command::DeleteCustomView { view }, move |answer| {
                    let here = nav.route().get_untracked();
                    if let (Ok(_), Some(view_), Some(inbox)) = (answer, here.custom_view(), inbox(here))
                        && view_ == view
                    {
                        nav.go(Route::view(inbox, View::Open));
                    }
                });
            })
            .danger(),
        );
        items
    });
    let can_edit = memo(move || known.with(|it| it.as_ref().is_some_and(|it| it.can_edit)));
    view! {
        <h2>{name}<span class="list-total">{count}</span></h2>
        {part(move || {
            can_edit.get().then(|| view! { <Menu label="View options" items><Icon glyph=Glyph::Dots/></Menu> })
        })}
        <Dialog open=renaming title=Signal::stored("Rename the view".to_owned())>
            <NameForm
                name=known.with_untracked(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default())
                verb="Rename"
                shared=None
                on_cancel=move |()| renaming.set(false)
                on_save=move |(name, _, done): save::Wanted| {
                    let edit = CustomViewEdit { name: Some(name), ..CustomViewEdit::default() };
                    store.act(Command::EditCustomView { view, edit }, move |answer| {
                        if answer.is_ok() {
                            let _closed = renaming.try_set(false);
                        }
                        let _closed = done.try_run(answer.err());
                    });
                }
            />
        </Dialog>
    }
}

fn inbox(route: Route) -> Option<InboxId> {
    if let Route::Inbox { inbox, .. } = route { Some(inbox) } else { None }
}

/// Where it can be moved among its kind, one step up or down: before which it then stands.
fn moves(store: Store, it: &CustomViewView) -> Vec<(Glyph, &'static str, Option<CustomViewId>)> {
    let views = untrack(|| store.custom_views().get());
    let beside: Vec<CustomViewId> = views.iter().filter(|view| view.shared == it.shared).map(|view| view.id).collect();
    let Some(at) = beside.iter().position(|id| *id == it.id) else { return Vec::new() };
    let mut moves = Vec::new();
    if at > 0 {
        moves.push((Glyph::ArrowUp, "Move up", Some(beside[at - 1])));
    }
    if at + 1 < beside.len() {
        moves.push((Glyph::ArrowDown, "Move down", beside.get(at + 2).copied()));
    }
    moves
}
