//! Icons: a subset of Lucide, kept as symbols in two sprites: `public/icons.svg` has those that the list shows, and
//! `public/icons-more.svg` the rest, which is not waited for.

use super::markup::Markup;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

macro_rules! glyphs {
    (first { $($first:ident = $first_id:literal),* $(,)? } more { $($more:ident = $more_id:literal),* $(,)? }) => {
        /// The icons in the sprites.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($first,)* $($more),* }

        impl Glyph {
            /// Where its symbol is.
            fn href(self) -> &'static str {
                match self {
                    $(Self::$first => concat!("/icons.svg#", $first_id),)*
                    $(Self::$more => concat!("/icons-more.svg#", $more_id),)*
                }
            }

            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$first,)* $(Self::$more),*];
        }
    };
}

glyphs! {
    first {
        Archive = "archive",
        Bot = "bot",
        Calls = "phone",
        Chat = "message-circle",
        ChevronDown = "chevron-down",
        Dots = "ellipsis",
        Forms = "clipboard-list",
        Inbox = "inbox",
        Lines = "align-justify",
        Mail = "mail",
        Messenger = "messages-square",
        PanelLeft = "panel-left",
        Search = "search",
        User = "user",
    }
    more {
        ArrowDown = "arrow-down",
        ArrowLeft = "arrow-left",
        ArrowUp = "arrow-up",
        Bookmark = "bookmark",
        Check = "check",
        Clock = "clock",
        Comment = "message-square-text",
        Copy = "copy",
        Download = "download",
        Eye = "eye",
        EyeOff = "eye-off",
        FileArchive = "file-archive",
        FileText = "file-text",
        Image = "image",
        Info = "info",
        Link = "link",
        Lock = "lock",
        LogOut = "log-out",
        MailUnread = "mail-open",
        Monitor = "monitor",
        Moon = "moon",
        NotSpam = "shield-check",
        Offline = "wifi-off",
        PanelRight = "panel-right",
        Paperclip = "paperclip",
        Plus = "plus",
        Reopen = "refresh-cw",
        Restore = "archive-restore",
        Send = "send",
        Settings = "sliders-horizontal",
        Sort = "arrow-up-down",
        Spam = "octagon-alert",
        Sun = "sun",
        Ticket = "ticket",
        Trash = "trash-2",
        UserOff = "user-round-x",
        Users = "users",
        X = "x",
    }
}

/// A decorative icon: what it stands for is said by the text or the accessible name beside it. It is a copy of a
/// template: a thread has a hundred of them, and made piece by piece each would be a dozen calls out of the wasm.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    InertElement::new([BEFORE, glyph.href(), AFTER].concat())
}

const BEFORE: &str = r#"<svg class="icon" aria-hidden="true"><use href=""#;
const AFTER: &str = r#""/></svg>"#;

/// The same to be written into markup.
pub fn markup(glyph: Glyph) -> impl FnOnce(Markup) -> Markup {
    move |into| into.tags(BEFORE).tags(glyph.href()).tags(AFTER)
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    #[test]
    fn every_glyph_is_in_the_sprite() {
        for glyph in Glyph::ALL {
            let (sprite, symbol) = match glyph.href().split_once('#') {
                Some(("/icons.svg", id)) => (include_str!("../../public/icons.svg"), id),
                Some(("/icons-more.svg", id)) => (include_str!("../../public/icons-more.svg"), id),
                other => panic!("{glyph:?} is nowhere: {other:?}"),
            };
            assert!(sprite.contains(&["<symbol id=\"", symbol, "\""].concat()), "{glyph:?} is missing from its sprite");
        }
    }
}
