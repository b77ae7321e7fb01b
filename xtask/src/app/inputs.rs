//! Is `dist/` made from just these sources? Known by one hash over all that goes into it, so that a second start takes seconds.

use std::path::PathBuf;

use crate::app::files;
use crate::failure::{About, Result};
use crate::place;

/// Folders and files, relative to the root. The builder itself is one of them, and so is what pins its tools.
const SOURCES: [&str; 14] = [
    "src",
    "crates/model/src",
    "crates/model/Cargo.toml",
    "style",
    "public",
    "index.html",
    "Cargo.toml",
    "Cargo.lock",
    ".cargo/config.toml",
    "tools/package-lock.json",
    "xtask/src/app.rs",
    "xtask/src/app",
    "xtask/src/setup.rs",
    "rust-toolchain.toml",
];

/// The hash of all that `dist/` is made from.
pub struct Inputs {
    hash: String,
}

impl Inputs {
    pub fn read() -> Result<Self> {
        let mut all = String::new();
        for source in SOURCES {
            let path = place::root().join(source);
            let part = match () {
                () if path.is_dir() => files::tree_hash(&path)?,
                () if path.is_file() => files::hash(&files::read(&path)?),
                () => "none".to_owned(),
            };
            all.push_str(&part);
        }
        Ok(Self { hash: files::hash(all.as_bytes()) })
    }

    /// True when the page in `dist/` is the one that was made from these inputs.
    pub fn built(&self) -> bool {
        let page = std::fs::read(place::dist().join("index.html"));
        let remembered = std::fs::read_to_string(note());
        matches!((page, remembered), (Ok(page), Ok(remembered)) if remembered == self.line(&page))
    }

    pub fn remember(&self) -> Result<()> {
        let page = files::read(&place::dist().join("index.html"))?;
        std::fs::write(note(), self.line(&page)).about(&note())
    }

    // The page names every other file by its hash, so it stands for all of dist/.
    fn line(&self, page: &[u8]) -> String {
        format!("{} {}\n", self.hash, files::hash(page))
    }
}

fn note() -> PathBuf {
    place::target().join("app-built-from")
}
