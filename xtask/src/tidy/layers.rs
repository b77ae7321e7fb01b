//! Who may know whom: the borders between model, server, app, its parts and the browser.

use crate::tidy::Breach;
use crate::tidy::source::SourceFile;

pub fn model_is_pure(files: &[SourceFile]) -> Vec<Breach> {
    const FOREIGN: [&str; 10] =
        ["axum", "leptos", "sqlx", "tokio", "web_sys", "std::time", "SystemTime", "Utc::now", "std::fs", "rand::"];
    let model = files
        .iter()
        .filter(|file| file.path.starts_with("crates/model/src/") || file.path == "crates/model/Cargo.toml");
    model.flat_map(|file| file.forbid(&FOREIGN)).collect()
}

pub fn sql_in_store(files: &[SourceFile]) -> Vec<Breach> {
    const SQL: [&str; 7] =
        ["sqlx::query", "sea_query", "\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"CREATE TABLE "];
    let server = files.iter().filter(|file| file.is_rust() && file.path.starts_with("crates/server/src/"));
    server.filter(|file| !file.is_in("crates/server/src/store")).flat_map(|file| file.forbid(&SQL)).collect()
}

pub fn api_addresses(files: &[SourceFile]) -> Vec<Breach> {
    app(files).filter(|file| !file.is_in("src/api")).flat_map(|file| file.forbid(&["\"/api/"])).collect()
}

pub fn app_addresses(files: &[SourceFile]) -> Vec<Breach> {
    const ADDRESSES: [&str; 6] =
        ["\"/inbox", "\"/conversations", "\"/sign-in", "\"/settings", "\"/contacts", "\"/tickets"];
    // The API has addresses of its own that begin alike.
    let others =
        app(files).filter(|file| file.path != "src/routes.rs" && !file.is_in("src/routes") && !file.is_in("src/api"));
    others.flat_map(|file| file.forbid(&ADDRESSES)).collect()
}

pub fn plain_ui(files: &[SourceFile]) -> Vec<Breach> {
    const DOMAIN: [&str; 9] = [
        "samtal_model",
        "crate::store",
        "crate::api",
        "crate::session",
        "crate::routes",
        "crate::list",
        "crate::thread",
        "crate::views",
        "crate::details",
    ];
    files.iter().filter(|file| file.is_in("src/ui")).flat_map(|file| file.forbid(&DOMAIN)).collect()
}

/// Types of events and elements are allowed everywhere, for what handlers are given; so are Leptos' own events.
pub fn browser_calls(files: &[SourceFile]) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in app(files).filter(|file| !file.is_in("src/browser")) {
        for (number, line) in file.code() {
            for foreign in named_after(&line, "web_sys::").into_iter().filter(|name| !is_type_of_handlers(name)) {
                found.push(file.breach(number, format!("web_sys::{foreign} in: {}", line.trim())));
            }
            // Leptos brings these two along; a path before them says that they are somebody else's.
            for call in ["window()", "document()"].into_iter().filter(|call| is_called_bare(&line, call)) {
                found.push(file.breach(number, format!("{call} in: {}", line.trim())));
            }
        }
    }
    found
}

pub fn no_markup_from_text(files: &[SourceFile]) -> Vec<Breach> {
    const WAYS: [&str; 6] =
        ["inner_html", "innerHTML", "outer_html", "insert_adjacent_html", "insertAdjacentHTML", "srcdoc"];
    // There, what is not written in the source can only be text.
    app(files).filter(|file| file.path != "src/ui/markup.rs").flat_map(|file| file.forbid(&WAYS)).collect()
}

pub fn fields_may_have_gone(files: &[SourceFile]) -> Vec<Breach> {
    // A field is gone when its page is; to run what it waits for would then end the whole app.
    app(files).flat_map(|file| file.forbid(&["outcome.run("])).collect()
}

fn app(files: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    files.iter().filter(|file| file.is_rust() && file.path.starts_with("src/"))
}

/// Every name that follows `prefix` in the line; those in braces one by one.
fn named_after<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let mut names = Vec::new();
    for rest in line.split(prefix).skip(1) {
        if let Some(braced) = rest.strip_prefix('{') {
            let inside = braced.split('}').next().unwrap_or(braced);
            names.extend(inside.split(',').map(str::trim).filter(|name| !name.is_empty()));
        } else {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            names.push(&rest[..end]);
        }
    }
    names
}

fn is_called_bare(line: &str, call: &str) -> bool {
    line.match_indices(call)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.')))
}

fn is_type_of_handlers(name: &str) -> bool {
    let element =
        matches!(name, "Element" | "EventTarget" | "Node") || (name.starts_with("Html") && name.ends_with("Element"));
    name.ends_with("Event") || element
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::file;

    fn lines(breaches: &[Breach]) -> Vec<usize> {
        breaches.iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn a_clock_in_the_model_is_found_and_a_comment_about_it_is_not() {
        let files = [
            file("crates/model/src/a.rs", "//! no tokio here\nuse std::time::Instant;"),
            file("crates/server/src/a.rs", "tokio::spawn"),
        ];
        assert_eq!(lines(&model_is_pure(&files)), [2]);
        assert_eq!(model_is_pure(&[file("crates/model/Cargo.toml", "[dependencies]\naxum = \"1\"")]).len(), 1);
    }

    #[test]
    fn sql_outside_the_store_is_found() {
        let sql = "fn f() {\n    run(\"SELECT 1\")\n}";
        let files = [
            file("crates/server/src/http.rs", sql),
            file("crates/server/src/store.rs", sql),
            file("crates/server/src/store/log.rs", sql),
        ];
        let found = sql_in_store(&files);
        assert_eq!((found.len(), found[0].path.as_str(), found[0].line), (1, "crates/server/src/http.rs", 2));
        assert_eq!(sql_in_store(&[file("crates/server/src/storeroom.rs", "sqlx::query(q)")]).len(), 1);
    }

    #[test]
    fn addresses_are_built_in_their_own_module_only() {
        let (api, inbox) = ("get(\"/api/v1/session\")", "go(\"/inbox/1\")");
        let files = [file("src/list.rs", api), file("src/api.rs", api), file("src/api/session.rs", api)];
        assert_eq!(api_addresses(&files).len(), 1);
        let files = [file("src/list.rs", inbox), file("src/routes.rs", inbox)];
        assert_eq!(app_addresses(&files).len(), 1);
    }

    #[test]
    fn a_part_that_knows_the_domain_is_found() {
        let import = "use samtal_model::Inbox;\nuse crate::store::use_store;";
        assert_eq!(lines(&plain_ui(&[file("src/ui/menu.rs", import), file("src/list.rs", import)])), [1, 2]);
    }

    #[test]
    fn browser_calls_outside_browser_are_found_and_types_of_handlers_are_not() {
        let calls = "let w = web_sys::window();\nuse web_sys::{MouseEvent, Storage};\ndocument().body();";
        assert_eq!(
            lines(&browser_calls(&[file("src/list.rs", calls), file("src/browser/clipboard.rs", calls)])),
            [1, 2, 3]
        );
        let types = "move |ev: web_sys::MouseEvent| ev.target().dyn_into::<web_sys::HtmlInputElement>()\nbrowser::close_window();";
        assert_eq!(browser_calls(&[file("src/list.rs", types)]), []);
    }

    #[test]
    fn markup_made_from_text_is_found() {
        assert_eq!(no_markup_from_text(&[file("src/thread/body.rs", "<div inner_html=body/>")]).len(), 1);
    }

    #[test]
    fn a_field_that_is_told_although_it_may_have_gone_is_found() {
        let told = "outcome.run(None);\nlet _gone = outcome.try_run(None);";
        assert_eq!(lines(&fields_may_have_gone(&[file("src/ticket/card.rs", told)])), [1]);
    }
}
