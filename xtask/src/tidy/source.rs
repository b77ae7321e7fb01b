//! The tree's own text files, as the rules read them.

use std::path::Path;

use crate::app::{css, files};
use crate::failure::{About, Result};
use crate::tidy::Breach;

/// A file by its path from the root, with `/` between folders.
pub struct SourceFile {
    pub path: String,
    pub text: String,
}

/// What is ours and read by rules; all else in the root is made, fetched or not text.
const FOLDERS: [&str; 6] = ["src", "crates", "xtask", "style", "tests", "tools"];
const KINDS: [&str; 5] = [".rs", ".css", ".mjs", ".js", ".toml"];

pub fn read_tree(root: &Path) -> Result<Vec<SourceFile>> {
    let mut paths = vec![root.join("FEATURES.md"), root.join("Cargo.toml")];
    for folder in FOLDERS {
        paths.extend(files::tree(&root.join(folder))?);
    }
    let mut found = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let fetched = name.split('/').any(|part| matches!(part, "node_modules" | "vendor" | "target"));
        let ours = name == "FEATURES.md" || KINDS.iter().any(|kind| name.ends_with(kind));
        if ours && !fetched && path.is_file() {
            found.push(SourceFile { text: std::fs::read_to_string(&path).about(&path)?, path: name });
        }
    }
    Ok(found)
}

impl SourceFile {
    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// In that folder, or the module file beside it: `src/api` holds `src/api.rs` and all of `src/api/`.
    pub fn is_in(&self, module: &str) -> bool {
        let rest = self.path.strip_prefix(module);
        rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
    }

    /// The lines that are code, with their numbers: comments of Rust and of CSS are left out.
    pub fn code(&self) -> Vec<(usize, String)> {
        let bare = if self.path.ends_with(".css") { css::without_comments(&self.text) } else { self.text.clone() };
        let lines = bare.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned()));
        lines.filter(|(_, line)| !self.is_rust() || !line.trim_start().starts_with("//")).collect()
    }

    pub fn breach(&self, line: usize, what: impl Into<String>) -> Breach {
        Breach { path: self.path.clone(), line, what: what.into() }
    }

    /// A breach for each code line that holds one of these words.
    pub fn forbid(&self, words: &[&str]) -> Vec<Breach> {
        let mut found = Vec::new();
        for (number, line) in self.code() {
            for word in words.iter().filter(|word| line.contains(**word)) {
                found.push(self.breach(number, format!("{word} in: {}", line.trim())));
            }
        }
        found
    }
}

/// A made-up file for a rule's test.
#[cfg(test)]
pub fn file(path: &str, text: &str) -> SourceFile {
    SourceFile { path: path.to_owned(), text: text.to_owned() }
}
