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

/// The longest length, in CSS pixels: more than a screen, less than what nobody scrolls past.
const LENGTH_MOST: f64 = 4_000.0;

/// The usual size of letters.
const EM: f64 = 16.0;

/// Where a computed length may add up but not be multiplied.
const FACTOR_FREE: &[&str] = &[
    "border-spacing",
    "font-size",
    "height",
    "line-height",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "min-height",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-indent",
    "vertical-align",
];

/// What of a style attribute may stay; none if nothing.
pub(super) fn filter(style: &str) -> Option<String> {
    let mut kept = String::new();
    for declaration in style.get(..style.len().min(MOST)).unwrap_or_default().split(';') {
        let Some((property, value)) = declaration.split_once(':') else { continue };
        let property = property.trim().to_ascii_lowercase();
        let value = value.trim();
        if PROPERTIES.contains(&property.as_str())
            && harmless(value)
            && let Some(value) = within_reach(&property, value)
        {
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

/// The value with no length above [`LENGTH_MOST`]; none if it would move its element away, or if it goes by the
/// frame's own size: the frame is as high as what it shows, so that would grow with every look at it.
fn within_reach(property: &str, value: &str) -> Option<String> {
    let moves = property.starts_with("margin") || property == "text-indent";
    if moves && value.contains('-') {
        return None;
    }
    let computed = value.contains('(') && !property.starts_with("background") && !property.contains("color");
    if computed && FACTOR_FREE.contains(&property) && value.contains(['*', '/']) {
        return None;
    }
    let by_itself = if matches!(property, "height" | "min-height") { 100.0 } else { 400.0 };
    let mut sum = 0.0;
    let mut kept = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.chars().next() {
        if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            let (number, after) = rest.split_at(number_length(rest));
            let (unit, after) = after.split_at(unit_length(after));
            let number_is: f64 = number.parse().ok()?;
            let unit = unit.to_ascii_lowercase();
            let (most, of) = match unit.as_str() {
                "%" => (by_itself, "%"),
                // A line's height is a number of times its letters'.
                "" if property == "line-height" => (LENGTH_MOST / EM, ""),
                "" => (f64::INFINITY, ""),
                unit if goes_by_the_frame(unit) => return None,
                unit => (LENGTH_MOST / pixels(unit), unit),
            };
            if most.is_finite() && of != "%" {
                sum += number_is.min(most) * LENGTH_MOST / most;
            }
            if number_is > most {
                let _ = write!(kept, "{most}{of}");
            } else {
                kept.push_str(&rest[..rest.len() - after.len()]);
            }
            rest = after;
        } else {
            // A word or a colour is passed over as a whole, with the digits in it.
            let word = first == '#' || first.is_alphabetic() || first == '_';
            let more = |c: char| word && (c.is_alphanumeric() || c == '-' || c == '_');
            let end = rest.char_indices().skip(1).find(|(_, c)| !more(*c)).map_or(rest.len(), |(at, _)| at);
            kept.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
    (!computed || sum <= LENGTH_MOST).then_some(kept)
}

/// The same for an attribute that is a number of pixels or, with a sign, of hundredths.
pub(super) fn is_within_reach(attribute: &str) -> bool {
    let value = attribute.trim().trim_start_matches('+');
    let (number, unit) = value.split_at(number_length(value));
    let most = if unit.trim_start().starts_with('%') { 100.0 } else { LENGTH_MOST };
    number.parse::<f64>().map_or(true, |number| number <= most)
}

/// How far a number goes that `text` begins with.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        let rest = &text[from..];
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let power = digits(end + 1 + sign);
        if power > end + 1 + sign {
            end = power;
        }
    }
    end
}

fn unit_length(text: &str) -> usize {
    if text.starts_with('%') {
        return 1;
    }
    text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())
}

/// `vh`, `dvh`, `svmin` and their like; a container's units are the frame's where there is no container.
fn goes_by_the_frame(unit: &str) -> bool {
    let unit = unit.strip_prefix(['s', 'l', 'd']).filter(|rest| rest.starts_with('v')).unwrap_or(unit);
    let side = unit.strip_prefix('v').or_else(|| unit.strip_prefix("cq"));
    matches!(side, Some("h" | "w" | "i" | "b" | "min" | "max"))
}

/// What a unit is in pixels, where letters have their usual size. What is no length is as good as a pixel.
fn pixels(unit: &str) -> f64 {
    match unit {
        "in" => 96.0,
        "cm" => 38.0,
        "mm" => 4.0,
        "pt" => 1.5,
        "pc" | "em" | "rem" | "ch" | "ex" | "ic" | "cap" | "lh" | "rlh" => EM,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::filter;

    #[test]
    fn a_mail_does_not_grow_with_its_own_frame() {
        for unit in ["vh", "vw", "vmin", "vmax", "vi", "vb", "dvh", "svh", "lvh", "dvw", "svmin", "lvmax", "cqh", "VH"]
        {
            for hostile in ["height:101{}", "min-height:calc(100{} + 1px)", "padding:1px .5{}", "font-size:+1e2{}"] {
                let hostile = hostile.replace("{}", unit);
                assert_eq!(filter(&hostile), None, "{hostile}");
            }
        }
    }

    #[test]
    fn a_mail_is_not_made_endless_and_nothing_in_it_is_moved_away() {
        for (given, kept) in [
            ("height:100000px", Some("height:4000px;")),
            ("min-height:1e9px", Some("min-height:4000px;")),
            ("padding-top:9999in", Some("padding-top:41.666666666666664in;")),
            ("padding:1px 99999px .5em", Some("padding:1px 4000px .5em;")),
            ("margin-top:999em", Some("margin-top:250em;")),
            ("height:5000%", Some("height:100%;")),
            ("padding-top:5000%", Some("padding-top:400%;")),
            ("line-height:100000", Some("line-height:250;")),
            ("height:calc(4000px + 4000px)", None),
            ("height:calc(1px * 1000000)", None),
            ("padding:calc(1px / 0.00001)", None),
            ("margin-left:-9999px", None),
            ("margin:0 0 -20px", None),
            ("margin-top:calc(0px - 500px)", None),
            ("text-indent:-9999px", None),
            ("top:-10px;left:-10px;transform:translate(-500%);translate:9px", None),
            ("margin:0 auto;letter-spacing:-.5px", Some("margin:0 auto;letter-spacing:-.5px;")),
            ("color:#999999;font:700 14px/1.5 Arial", Some("color:#999999;font:700 14px/1.5 Arial;")),
            ("font-family:'Gotham9999px', x5000px", Some("font-family:'Gotham9999px', x5000px;")),
            (
                "background:linear-gradient(45deg, #fff 0%, rgba(0,0,0,.5) 100%)",
                Some("background:linear-gradient(45deg, #fff 0%, rgba(0,0,0,.5) 100%);"),
            ),
        ] {
            assert_eq!(filter(given).as_deref(), kept, "{given}");
        }
    }

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
