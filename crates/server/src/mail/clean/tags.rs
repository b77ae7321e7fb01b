//! Which elements and attributes of a mail's HTML stay, by allow-list.

use super::super::html::content_id;
use super::style;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

const TAGS: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "dfn",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "wbr",
];

/// Elements that go with all that is in them; of others that are not listed the words stay.
const WITH_CONTENT: &[&str] = &[
    "script", "style", "title", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "math", "audio",
    "video", "canvas", "frameset", "noframes", "noembed", "select", "xmp",
];

const GENERIC: &[&str] = &["align", "bgcolor", "dir", "height", "lang", "style", "title", "valign", "width"];

const BY_TAG: &[(&str, &[&str])] = &[
    ("a", &["href", "name"]),
    ("blockquote", &["type"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("div", &["id"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["color", "noshade", "size"]),
    ("img", &["alt", "border", "hspace", "src", "vspace"]),
    ("li", &["type", "value"]),
    ("ol", &["reversed", "start", "type"]),
    ("table", &["border", "bordercolor", "cellpadding", "cellspacing", "frame", "rules", "summary"]),
    ("td", &["colspan", "headers", "nowrap", "rowspan", "scope"]),
    ("th", &["colspan", "headers", "nowrap", "rowspan", "scope"]),
    ("ul", &["type"]),
];

/// How other mail programs mark what they quote; [`super::fold`] goes by them.
pub(super) const QUOTE_CLASSES: &[&str] =
    &["gmail_quote", "gmail_quote_container", "gmail_attr", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote"];
pub(super) const QUOTE_IDS: &[&str] = &["appendonsend", "divRplyFwdMsg"];

/// The longest address of a picture on another server, in bytes.
const ADDRESS_MOST: usize = 8 * 1024;

/// The clean HTML. `images`: where to fetch the mail's own pictures, by content id. `remote`: where to fetch one on
/// another server, if at all, by its address there.
pub(super) fn clean(
    html: &str,
    images: HashMap<String, String>,
    remote: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> String {
    let set = |names: &[&'static str]| names.iter().copied().collect::<HashSet<&str>>();
    let classes: HashSet<&str> = set(QUOTE_CLASSES);
    Builder::empty()
        .tags(set(TAGS))
        .clean_content_tags(set(WITH_CONTENT))
        .generic_attributes(set(GENERIC))
        .tag_attributes(BY_TAG.iter().map(|(tag, names)| (*tag, set(names))).collect())
        .allowed_classes(HashMap::from([("div", classes.clone()), ("blockquote", classes)]))
        .url_schemes(set(&["cid", "http", "https", "mailto", "tel"]))
        .url_relative(UrlRelative::PassThrough)
        .set_tag_attribute_value("a", "target", "_blank")
        .link_rel(Some("noopener noreferrer nofollow"))
        .filter_style_properties(set(style::PROPERTIES))
        .attribute_filter(move |tag, name, value| attribute(tag, name, value, &images, &remote))
        .clean(html)
        .to_string()
}

/// The value an attribute keeps, if it stays.
fn attribute<'v>(
    tag: &str,
    name: &str,
    value: &'v str,
    images: &HashMap<String, String>,
    remote: &impl Fn(&str) -> Option<String>,
) -> Option<Cow<'v, str>> {
    match (tag, name) {
        (_, "style") => style::filter(value).map(Cow::Owned),
        ("img", "src") => source(value, images, remote).map(Cow::Owned),
        ("a", "href") => {
            let known = ["http:", "https:", "mailto:", "tel:"].iter().any(|scheme| starts_with(value.trim(), scheme));
            known.then_some(Cow::Borrowed(value))
        }
        ("div", "id") => QUOTE_IDS.contains(&value).then_some(Cow::Borrowed(value)),
        (_, "height" | "hspace" | "vspace" | "border" | "cellpadding" | "cellspacing") => {
            style::is_within_reach(value).then_some(value.into())
        }
        // Wide enough for any mail; a browser's time is the reader's.
        (_, "colspan" | "rowspan" | "span") => {
            value.trim().parse::<u16>().is_ok_and(|n| n <= 1000).then_some(value.into())
        }
        _ => Some(Cow::Borrowed(value)),
    }
}

fn source(value: &str, images: &HashMap<String, String>, remote: &impl Fn(&str) -> Option<String>) -> Option<String> {
    let value = value.trim();
    if starts_with(value, "cid:") {
        return images.get(&content_id(&value[4..])).cloned();
    }
    let is_remote = starts_with(value, "http:") || starts_with(value, "https:");
    if is_remote && value.len() <= ADDRESS_MOST { remote(value) } else { None }
}

fn starts_with(value: &str, scheme: &str) -> bool {
    value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::clean;
    use std::collections::HashMap;

    #[test]
    fn an_attribute_does_not_make_a_mail_endless_either() {
        let html = "<table cellpadding=\"100000\" border=\"1\"><tr><td height=\"999999\" width=\"600\">a</td>\
                    <td height=\" 20\">b</td><td height=\"50%\">c</td><td height=\"5000%\">d</td></tr></table>";
        let kept = clean(html, HashMap::new(), |_| None);
        assert!(!kept.contains("100000") && !kept.contains("999999") && !kept.contains("5000%"), "{kept}");
        for there in ["border=\"1\"", "width=\"600\"", "height=\" 20\"", "height=\"50%\""] {
            assert!(kept.contains(there), "{there}: {kept}");
        }
    }
}
