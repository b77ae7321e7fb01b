//! Custom views (V10): the team's and one's own in the rail, what stands over the list of one, and keeping a search as one.

pub mod change;
mod save;

pub use save::SaveBar;

use super::pages::PageLinks;
use crate::browser::when;
use crate::routes::{Route, use_nav};
use crate::store::use_store;
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, live, memo, part};
use crate::ui::menu::{Menu, MenuItem};
use leptos::prelude::*;
use samtal_model::{Command, CustomViewEdit, CustomViewId, InboxId};
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
                let links = ids.into_iter().map(|id| view! { <CustomLink inbox id/> }).pieces();
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
        <PageLinks/>
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
    let known = memo(move || store.custom_view(view));
    let name = live(move || known.with(|it| it.as_ref().map_or_else(|| "View".to_owned(), |it| it.name.clone())));
    let count = live(move || known.with(|it| it.as_ref().map(|it| when::number(it.count))));
    let query = live(move || known.with(|it| it.as_ref().map(change::finds).unwrap_or_default()));
    let renaming = change::renaming(store);
    let items = Callback::new(move |()| {
        let Some(it) = known.get_untracked().filter(|it| it.can_edit) else { return Vec::new() };
        change::ALL
            .iter()
            .filter(|change| (change.can)(store, &it))
            .map(|change| {
                let it = it.clone();
                let item = MenuItem::run(change.glyph, (change.words)(&it), move || (change.run)(store, nav, &it));
                if change.glyph == Glyph::Trash { item.danger() } else { item }
            })
            .collect()
    });
    let can_edit = memo(move || known.with(|it| it.as_ref().is_some_and(|it| it.can_edit)));
    view! {
        <div class="custom-title">
            <h2>{name}<span class="list-total">{count}</span></h2>
            <p title=query>{query}</p>
        </div>
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
