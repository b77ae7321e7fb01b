//! The style attribute, by allow-list: known properties with values that can neither fetch nor run nor leave their
//! place. ammonia reads what remains once more and writes it in its own spelling.

use std::fmt::Write as _;

/// What mail needs to look right. No `position`, no `background-image`, no `content`, no `cursor`, no animation.
pub(super) const PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-left-radius",
    "border-bottom-right-radius",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-left-radius",
    "border-top-right-radius",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "caption-side",
    "clear",
    "color",
    "direction",
    "display",
    "empty-cells",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "opacity",
    "overflow",
    "overflow-wrap",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "table-layout",
    "text-align",
    "text-decoration",
    "text-decoration-color",
    "text-decoration-line",
    "text-indent",
    "text-overflow",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "visibility",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
];

/// The only functions a value may call.
const FUNCTIONS: [&str; 8] = ["rgb", "rgba", "hsl", "hsla", "calc", "linear-gradient", "min", "max"];

/// The longest style attribute that is looked at, in bytes.
const MOST: usize = 16 * 1024;

/// What of a style attribute may stay; none if nothing.
pub(super) fn filter(style: &str) -> Option<String> {
    let mut kept = String::new();
    for declaration in style.get(..style.len().min(MOST)).unwrap_or_default().split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim();
        if PROPERTIES.contains(&property.as_str()) && harmless(value) {
            // Writing to a string cannot fail.
            let _ = write!(kept, "{property}:{value};");
        }
    }
    (!kept.is_empty()).then_some(kept)
}

/// Escapes and comments could spell anything, so values with either are dropped whole, as are functions not listed:
/// `url()`, `image-set()`, `expression()` and what may be invented.
fn harmless(value: &str) -> bool {
    if value.is_empty() || value.contains(['\\', '@', '{', '}', '<', '>']) || value.contains("/*") {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    if lower.contains("javascript") || lower.contains("://") {
        return false;
    }
    lower.match_indices('(').all(|(at, _)| {
        let name = lower[..at].trim_end().rsplit(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).next();
        // A bare parenthesis only groups, inside calc.
        name.is_some_and(|name| name.is_empty() || FUNCTIONS.contains(&name))
    })
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn what_could_fetch_or_run_goes_and_the_rest_stays() {
        for hostile in [
            "background:url(https://t.example/x)",
            "background-image:url(x)",
            "background:URL ( x )",
            "background:u\\72l(x)",
            "width:expression(alert(1))",
            "-moz-binding:url(x)",
            "behavior:url(x)",
            "background:image-set('https://t.example/x' 1x)",
            "background:/**/url(x)",
            "list-style:url(x)",
            "position:fixed",
            "color:red}@import 'x'",
            "content:'x'",
            "font-family:'a;background:url(https://t.example)'",
        ] {
            let kept = filter(hostile).unwrap_or_default();
            assert!(!kept.contains("url") && !kept.contains("://"), "{hostile} → {kept}");
            assert!(kept.is_empty() || hostile.starts_with("font-family"), "{hostile} → {kept}");
        }
        assert_eq!(
            filter("COLOR: rgb(1, 2, 3); position:absolute; width:calc((100% - 2px)/2)").as_deref(),
            Some("color:rgb(1, 2, 3);width:calc((100% - 2px)/2);")
        );
    }
}
