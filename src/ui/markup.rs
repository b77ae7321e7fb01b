//! Pieces of a page written as text and made by the browser in one go: a thread has hundreds of elements, and each
//! made from here costs several calls out of the wasm. What others have written can get into it as text alone.

use crate::browser::float;
use leptos::prelude::*;
use web_sys::Element;

/// Markup that is safe by how it came about: tags are written in the source, everything else is text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup(String);

impl Markup {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self(String::with_capacity(1_000))
    }

    /// Tags, as they are in the source.
    #[must_use]
    pub fn tags(mut self, tags: &'static str) -> Self {
        self.0.push_str(tags);
        self
    }

    /// Words, as text: between tags and between the double quotes of an attribute alike.
    #[must_use]
    pub fn text(mut self, words: &str) -> Self {
        for c in words.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// What `more` adds.
    #[must_use]
    pub fn with(self, more: impl FnOnce(Self) -> Self) -> Self {
        more(self)
    }

    /// As the content of a `div`.
    #[must_use]
    pub fn div(self, class: &'static str) -> AnyView {
        view! { <div class=class inner_html=self.0></div> }.into_any()
    }

    /// As the content of a `div` with words in whatever direction they are written.
    #[must_use]
    pub fn words(self, class: &'static str) -> AnyView {
        view! { <div class=class dir="auto" inner_html=self.0></div> }.into_any()
    }

    /// Becomes the content of `element`, for rows of which there are many. The part that had the focus, by its
    /// `data-part`, has it again.
    pub fn fill(&self, element: &Element) {
        let focused = float::focused().filter(|it| element.contains(Some(it)));
        let part = focused.and_then(|it| it.get_attribute("data-part"));
        element.set_inner_html(&self.0);
        if let Some(part) = part {
            let selector = ["[data-part='", &part, "']"].concat();
            if let Some(found) = float::all(element, &selector).first() {
                float::focus_quietly(found);
            }
        }
    }

    /// As the content of a `header`.
    #[must_use]
    pub fn header(self, class: &'static str) -> AnyView {
        view! { <header class=class inner_html=self.0></header> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        for (text, wanted) in [
            ("Anna & Söner <a@b.example>", "Anna &amp; Söner &lt;a@b.example&gt;"),
            ("\" onclick=\"x", "&quot; onclick=&quot;x"),
            ("</span><script>1</script>", "&lt;/span&gt;&lt;script&gt;1&lt;/script&gt;"),
            ("&lt;", "&amp;lt;"),
            ("", ""),
        ] {
            assert_eq!(Markup::new().tags("<b>").text(text).0, ["<b>", wanted].concat());
        }
    }

    #[test]
    fn markup_compares_by_what_it_says() {
        assert_eq!(Markup::new().tags("<i>").with(|it| it.text("a")), Markup::new().tags("<i>").text("a"));
    }
}
