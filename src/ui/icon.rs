//! Icons: a subset of Lucide, kept as symbols in `public/icons.svg`.

use leptos::prelude::*;

/// Where the sprite is served.
const SPRITE: &str = "/icons.svg";

macro_rules! glyphs {
    ($($name:ident = $id:literal),* $(,)?) => {
        /// The icons in the sprite.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Glyph { $($name),* }

        impl Glyph {
            /// The symbol's id in the sprite.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            #[cfg(test)]
            const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

glyphs! {
    Archive = "archive",
    ArrowDown = "arrow-down",
    ArrowLeft = "arrow-left",
    ArrowUp = "arrow-up",
    Bot = "bot",
    Calls = "phone",
    Chat = "message-circle",
    Check = "check",
    ChevronDown = "chevron-down",
    Clock = "clock",
    Comment = "message-square-text",
    Copy = "copy",
    Dots = "ellipsis",
    Download = "download",
    Eye = "eye",
    EyeOff = "eye-off",
    FileArchive = "file-archive",
    FileText = "file-text",
    Forms = "clipboard-list",
    Image = "image",
    Inbox = "inbox",
    Info = "info",
    Link = "link",
    Lines = "align-justify",
    Lock = "lock",
    LogOut = "log-out",
    Mail = "mail",
    MailUnread = "mail-open",
    Messenger = "messages-square",
    Monitor = "monitor",
    Moon = "moon",
    NotSpam = "shield-check",
    Offline = "wifi-off",
    PanelLeft = "panel-left",
    PanelRight = "panel-right",
    Paperclip = "paperclip",
    Reopen = "refresh-cw",
    Restore = "archive-restore",
    Search = "search",
    Send = "send",
    Spam = "octagon-alert",
    Sun = "sun",
    Trash = "trash-2",
    User = "user",
    UserOff = "user-round-x",
    X = "x",
}

/// A decorative icon: what it stands for is said by the text or the accessible name beside it.
#[component]
pub fn Icon(glyph: Glyph) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use href=[SPRITE, "#", glyph.id()].concat()></use>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Glyph;

    #[test]
    fn every_glyph_is_in_the_sprite() {
        let sprite = include_str!("../../public/icons.svg");
        for glyph in Glyph::ALL {
            let symbol = ["<symbol id=\"", glyph.id(), "\""].concat();
            assert!(sprite.contains(&symbol), "{glyph:?} is missing from public/icons.svg");
        }
    }
}
