//! What a list without rows says.

use super::feed::Source;
use crate::ui::icon::{Glyph, Icon};
use crate::views;
use leptos::prelude::*;

/// What an empty list says.
#[component]
pub fn Empty(source: Source) -> impl IntoView {
    let (glyph, how, what) = match source {
        Source::View { view, .. } => {
            let (how, what) = views::empty_words(view);
            (views::glyph(view), how, what.to_owned())
        }
        Source::Search { q, .. } if q.is_empty() => {
            (Glyph::Check, "Nothing here", "No conversation is what this view looks for right now.".to_owned())
        }
        Source::Search { q, .. } => {
            (Glyph::Search, "Nothing found", ["No message, name or file here has \u{201c}", &q, "\u{201d}."].concat())
        }
    };
    view! {
        <div class="list-empty">
            <Icon glyph/>
            <b>{how}</b>
            <p>{what}</p>
        </div>
    }
}
