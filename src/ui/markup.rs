//! Pieces of a page written as text and made by the browser in one go: a thread has hundreds of elements, and each
//! made from here costs several calls out of the wasm. What others have written goes through [`escaped`] only.

/// `text` as text, between tags and between the double quotes of an attribute alike.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_that_somebody_wrote_is_markup() {
        for (text, wanted) in [
            ("Anna & Söner <a@b.example>", "Anna &amp; Söner &lt;a@b.example&gt;"),
            ("\" onclick=\"x", "&quot; onclick=&quot;x"),
            ("</span><script>1</script>", "&lt;/span&gt;&lt;script&gt;1&lt;/script&gt;"),
            ("&lt;", "&amp;lt;"),
            ("", ""),
        ] {
            assert_eq!(escaped(text), wanted);
        }
    }
}
