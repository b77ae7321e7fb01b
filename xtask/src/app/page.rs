//! The page that starts the app: `index.html` with Trunk's links replaced by the built files, and the script that starts the wasm.
//!
//! No script stands in the page itself: the content security policy allows files of our own only.

/// Names of the built files in `assets/`.
pub struct Names {
    /// Of the app's own files.
    pub folder: String,
    pub style: String,
    /// Of what comes after the list: not fetched until the app asks for it.
    pub later_style: String,
}

/// Fills the template in. Refuses one that has not the links it needs: a page without its style would be noticed late.
pub fn index(template: &str, names: &Names) -> Result<String, String> {
    const STYLE: &str = r#"<link rel="stylesheet" href="/style/main.css">"#;
    const LATER: &str = r#"<link rel="stylesheet" href="/style/desk.css" disabled>"#;
    for line in [STYLE, LATER] {
        if template.matches(line).count() != 1 {
            return Err(format!("index.html must have one line {line}"));
        }
    }
    let mut page = String::new();
    let mut in_comment = false;
    for line in template.lines() {
        let bare = line.trim();
        in_comment |= bare.starts_with("<!--");
        let skipped = in_comment || bare.is_empty() || bare.contains("data-trunk");
        in_comment &= !bare.ends_with("-->");
        if skipped {
            continue;
        }
        let later = format!("<link rel=\"stylesheet\" href=\"/assets/{}\" disabled>", names.later_style);
        page.push_str(&bare.replace(STYLE, &links(names)).replace(LATER, &later));
        page.push('\n');
    }
    Ok(page)
}

fn links(names: &Names) -> String {
    let Names { folder, style, .. } = names;
    // The preload must be of the same mode as wasm-bindgen's fetch, or the wasm is fetched twice.
    format!(
        "<link rel=\"stylesheet\" href=\"/assets/{style}\">\n\
         <link rel=\"preload\" href=\"/assets/{folder}/samtal_bg.wasm\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <script type=\"module\" src=\"/assets/{folder}/start.js\"></script>"
    )
}

/// Starts the app, and says so in the page when the browser cannot.
pub const START_SCRIPT: &str = r#"import init from "./samtal.js";
init().catch((fault) => {
  document.body.textContent = "Samtal could not start. Reload the page; if that does not help, try a newer browser.";
  throw fault;
});
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names { folder: "app-1".into(), style: "c-3.css".into(), later_style: "d-4.css".into() }
    }

    #[test]
    fn the_page_in_the_tree_becomes_one_that_loads_the_built_files() {
        let page = index(include_str!("../../../index.html"), &names()).expect("the template has its links");
        for name in ["app-1/start.js", "c-3.css", "d-4.css", "app-1/samtal_bg.wasm"] {
            assert_eq!(page.matches(&format!("\"/assets/{name}\"")).count(), 1, "{page}");
        }
        assert!(!page.contains("data-trunk") && !page.contains("<!--") && !page.contains("/style/"), "{page}");
        assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">") && page.contains("<noscript>"), "{page}");
    }

    #[test]
    fn no_script_stands_in_the_page() {
        let page = index(include_str!("../../../index.html"), &names()).expect("the template has its links");
        for (at, _) in page.match_indices("<script") {
            let rest = &page[at..];
            assert!(rest.starts_with("<script type=\"module\" src=") && rest.contains("></script>"), "{rest}");
        }
    }

    #[test]
    fn a_template_without_its_style_is_refused() {
        assert!(index("<html></html>", &names()).is_err());
    }
}
