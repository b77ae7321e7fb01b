//! The order of the list, chosen from its bar (S4). It is kept in the address.

use crate::routes::{Route, use_nav};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, part};
use crate::ui::menu::{Menu, MenuItem};
use leptos::prelude::*;
use samtal_model::Sort;

fn name(sort: Sort) -> &'static str {
    match sort {
        Sort::NewestActivity => "Newest activity",
        Sort::OldestActivity => "Oldest activity",
        Sort::NewestCreated => "Newest created",
        Sort::OldestCreated => "Oldest created",
        Sort::WaitingLongest => "Waiting longest",
    }
}

#[component]
pub fn SortMenu() -> impl IntoView {
    let nav = use_nav();
    let now = move || nav.route().with(Route::sort);
    let items = move |()| {
        let now = nav.route().with_untracked(Route::sort);
        let item = |sort: Sort| {
            let glyph = if sort == now { Glyph::Check } else { Glyph::Sort };
            MenuItem::run(glyph, name(sort), move || nav.go(nav.route().get_untracked().with_sort(sort)))
        };
        Sort::ALL.into_iter().map(item).collect::<Vec<_>>()
    };
    let label = live(move || ["Sorted by: ", name(now())].concat());
    view! {
        <Menu label items class="icon-button list-sort">
            <Icon glyph=Glyph::Sort/>
            {part(move || (now() != Sort::default()).then(|| view! { <i class="list-sort-dot"></i> }))}
        </Menu>
    }
}
