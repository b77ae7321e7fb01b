//! What was found, marked where it is shown: in the rows, in the messages, and inside the frames of mails; and a way from
//! mark to mark in the open conversation (S2).
//!
//! The browser paints the marks over the text (CSS Custom Highlight API): nothing in the page is taken apart for it.

use crate::browser::highlight::{self, Watch};
use crate::routes::{Route, use_nav};
use crate::ui::button::IconButton;
use crate::ui::icon::Glyph;
use crate::ui::live::{effect, live, memo, part};
use leptos::prelude::*;
use samtal_model::query;

/// Marks what the search in the address found, for as long as it is in the page.
#[component]
pub fn Marks() -> impl IntoView {
    let nav = use_nav();
    let watch = StoredValue::new_local(None::<Watch>);
    let count = RwSignal::new(0_usize);
    // The one that was stepped to, from 0.
    let at = RwSignal::new(None::<usize>);
    let open = memo(move || nav.route().with(Route::conversation));
    let q = memo(move || nav.route().with(|route| route.q().unwrap_or_default()));
    effect(move || {
        open.track();
        at.set(None);
    });
    effect(move || {
        let query = query::parse(&q.read()).query;
        // The one before is dropped first: it takes its marks along.
        watch.set_value(None);
        count.set(0);
        if query.words.iter().any(|word| !word.not) {
            let counted = move |marks| {
                if count.try_get_untracked().is_some_and(|known| known != marks) {
                    count.set(marks);
                }
            };
            watch.set_value(Some(highlight::follow(move |text| query::marks(&query, text), counted)));
        }
    });
    on_cleanup(move || watch.set_value(None));
    let step = move |by: isize| {
        let marks = count.get_untracked();
        if marks == 0 {
            return;
        }
        let to = match at.get_untracked() {
            None if by < 0 => marks - 1,
            None => 0,
            Some(at) => (at as isize + by).rem_euclid(marks as isize) as usize,
        };
        at.set(Some(to));
        watch.with_value(|watch| {
            if let Some(watch) = watch {
                watch.show(to);
            }
        });
    };
    let words = live(move || match (at.get(), count.get()) {
        (Some(at), marks) if at < marks => {
            [&(at + 1).to_string(), " of ", &marks.to_string(), " in this conversation"].concat()
        }
        (_, 1) => "1 match in this conversation".to_owned(),
        (_, marks) => [&marks.to_string(), " matches in this conversation"].concat(),
    });
    part(move || {
        (open.get().is_some() && count.get() > 0).then(|| {
            view! {
                <div class="found-line">
                    <span role="status">{words}</span>
                    <IconButton label="Previous match" glyph=Glyph::ArrowUp class="icon-button-small" on_press=move |_| step(-1)/>
                    <IconButton label="Next match" glyph=Glyph::ArrowDown class="icon-button-small" on_press=move |_| step(1)/>
                </div>
            }
        })
    })
}
