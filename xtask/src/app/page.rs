//! The page that starts the app: `index.html` with Trunk's links replaced by the built files, and the script that starts the wasm.
//!
//! No script stands in the page itself: the content security policy allows files of our own only.

/// Names of the built files in `assets/`.
pub struct Names {
    pub script: String,
    pub start: String,
    pub style: String,
    pub wasm: String,
}

/// Fills the template in. Refuses one that has not the links it needs: a page without its style would be noticed late.
pub fn index(template: &str, names: &Names) -> Result<String, String> {
    const STYLE: &str = r#"<link rel="stylesheet" href="/style/main.css">"#;
    if template.matches(STYLE).count() != 1 {
        return Err(format!("index.html must have one line {STYLE}"));
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
        page.push_str(&bare.replace(STYLE, &links(names)));
        page.push('\n');
    }
    Ok(page)
}

fn links(names: &Names) -> String {
    let Names { script, start, style, wasm } = names;
    // The preload must be of the same mode as wasm-bindgen's fetch, or the wasm is fetched twice.
    format!(
        "<link rel=\"stylesheet\" href=\"/assets/{style}\">\n\
         <link rel=\"preload\" href=\"/assets/{wasm}\" as=\"fetch\" type=\"application/wasm\" crossorigin>\n\
         <link rel=\"modulepreload\" href=\"/assets/{script}\">\n\
         <script type=\"module\" src=\"/assets/{start}\"></script>"
    )
}

/// Starts the app, and says so in the page when the browser cannot.
pub fn start_script(script: &str, wasm: &str) -> String {
    format!(
        "import init from \"./{script}\";\n\
         init({{ module_or_path: new URL(\"./{wasm}\", import.meta.url) }}).catch((fault) => {{\n\
         document.body.textContent = \"Samtal could not start. Reload the page; if that does not help, try a newer browser.\";\n\
         throw fault;\n}});\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        Names { script: "s-1.js".into(), start: "b-2.js".into(), style: "c-3.css".into(), wasm: "w-4.wasm".into() }
    }

    #[test]
    fn the_page_in_the_tree_becomes_one_that_loads_the_built_files() {
        let page = index(include_str!("../../../index.html"), &names()).expect("the template has its links");
        for name in ["s-1.js", "b-2.js", "c-3.css", "w-4.wasm"] {
            assert_eq!(page.matches(&format!("\"/assets/{name}\"")).count(), 1, "{page}");
        }
        assert!(!page.contains("data-trunk") && !page.contains("<!--") && !page.contains("main.css"), "{page}");
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
