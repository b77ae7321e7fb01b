//! What was found, marked where it is shown: in the rows, in the messages, and inside the frames of mails (S2).
//!
//! The browser paints the marks over the text (CSS Custom Highlight API): nothing in the page is taken apart for it.

use crate::browser::highlight::{self, Watch};
use crate::routes::use_nav;
use leptos::prelude::*;
use samtal_model::query;

/// Marks what the search in the address found, for as long as it is in the page.
#[component]
pub fn Marks() -> impl IntoView {
    let nav = use_nav();
    let watch = StoredValue::new_local(None::<Watch>);
    Effect::new(move |_| {
        let q = nav.route().with(|route| route.q().unwrap_or_default());
        let query = query::parse(&q).query;
        // The one before is dropped first: it takes its marks along.
        watch.set_value(None);
        if query.words.iter().any(|word| !word.not) {
            watch.set_value(Some(highlight::follow(move |text| query::marks(&query, text))));
        }
    });
    on_cleanup(move || watch.set_value(None));
}
