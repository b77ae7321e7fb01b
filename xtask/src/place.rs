//! Where things are: the repository, what cargo writes, what is made for the browser, the tools of the project's own.

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo builds: `CARGO_TARGET_DIR`, or `target`.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// What the browser is sent, ready to be embedded in the server.
pub fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo-installed programs of the project's own, so that another version on the machine does no harm and suffers none.
pub fn tools() -> PathBuf {
    target().join("tools")
}
