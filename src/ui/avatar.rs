//! A person's initials on a colour of their own.

use super::live::part;
use super::markup::Markup;
use leptos::prelude::*;

/// How many colours `style/ui.css` has for avatars.
const HUES: u32 = 8;

/// How large an avatar is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AvatarSize {
    #[default]
    Normal,
    Small,
}

/// Initials of `name`, live. Decorative: the name stands beside it.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>, #[prop(optional)] size: AvatarSize) -> impl IntoView {
    part(move || Some(avatar(&name.read(), size)))
}

/// The same for a name that stays.
#[must_use]
pub fn avatar(name: &str, size: AvatarSize) -> impl IntoView + use<> {
    view! { <span class=class(name, size) aria-hidden="true">{initials(name)}</span> }
}

/// The same to be written into markup.
pub fn markup(name: &str) -> impl FnOnce(Markup) -> Markup {
    move |into| {
        let into = into.tags(r#"<span class=""#).text(&class(name, AvatarSize::Normal));
        into.tags(r#"" aria-hidden="true">"#).text(&initials(name)).tags("</span>")
    }
}

/// The same, small.
pub fn small_markup(name: &str) -> impl FnOnce(Markup) -> Markup {
    move |into| {
        let into = into.tags(r#"<span class=""#).text(&class(name, AvatarSize::Small));
        into.tags(r#"" aria-hidden="true">"#).text(&initials(name)).tags("</span>")
    }
}

fn class(name: &str, size: AvatarSize) -> String {
    let size = if size == AvatarSize::Small { " avatar-small" } else { "" };
    ["avatar avatar-", HUE_NAMES[hue(name) as usize], size].concat()
}

const HUE_NAMES: [&str; HUES as usize] = ["0", "1", "2", "3", "4", "5", "6", "7"];

/// The first letters of the first and the last word; of an address, its first letter. A question mark for nobody.
/// As they are written: the style shows them as capitals, which a browser knows for every script.
#[must_use]
pub fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or(name);
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().find(|letter| is_letter(*letter)));
    let Some(first) = letters.next() else { return "?".into() };
    [Some(first), letters.next_back()].into_iter().flatten().collect()
}

/// Whether it can stand for a name. Beyond ASCII everything can: the tables that know better weigh 3 KB.
fn is_letter(c: char) -> bool {
    !c.is_ascii() || c.is_ascii_alphanumeric()
}

/// The same name always has the same colour (FNV-1a).
#[must_use]
pub fn hue(name: &str) -> u32 {
    let hash = name.bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    (hash ^ (hash >> 15)) % HUES
}

#[cfg(test)]
mod tests {
    use super::{HUES, hue, initials};

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, wanted) in [
            ("Anna Lind", "AL"),
            ("Sanne de Boer", "SB"),
            ("support@hyllan.example", "s"),
            ("Öland", "Ö"),
            ("山田 太郎", "山太"),
            ("(Maja) \"Olsson\"", "MO"),
            ("  ", "?"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), wanted, "{name}");
        }
    }

    #[test]
    fn hues_are_steady_and_in_range() {
        assert_eq!(hue("Anna Lind"), hue("Anna Lind"));
        assert!(["", "a", "Maja Olsson", "山田"].iter().all(|name| hue(name) < HUES));
    }
}
