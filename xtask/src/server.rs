//! Builds the server's binary with the app inside.

use std::path::PathBuf;

use crate::app;
use crate::failure::Result;
use crate::place;
use crate::program::{cargo, step};

/// The app, then the server that embeds it. Answers with the path of the one binary.
pub fn build_with_app() -> Result<PathBuf> {
    app::build()?;
    step(
        "compiling the server in release (the first time takes some minutes)",
        cargo().args(["build", "--release", "--package", "samtal-server", "--bin", "samtal"]),
    )?;
    Ok(place::target().join("release/samtal"))
}
