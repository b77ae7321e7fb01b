//! Packages of npm, always those of a committed lockfile, inside the project.

use std::path::PathBuf;

use crate::failure::{About, Result};
use crate::place;
use crate::program::{program, quiet_step};
use crate::setup;

/// A program out of `tools/package.json`.
pub fn tool(name: &str) -> Result<PathBuf> {
    install("tools", "what makes the app small")?;
    Ok(place::root().join("tools/node_modules/.bin").join(name))
}

/// `npm ci` in that folder, unless what is there came from this very lockfile.
pub fn install(folder: &str, what: &str) -> Result<()> {
    let folder_path = place::root().join(folder);
    let lock_path = folder_path.join("package-lock.json");
    let lock = std::fs::read_to_string(&lock_path).about(&lock_path)?;
    let mark = folder_path.join("node_modules/.installed-from");
    if std::fs::read_to_string(&mark).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    setup::node()?;
    quiet_step(&format!("fetching {what} from npm"), program("npm").arg("ci").current_dir(&folder_path))
        .map_err(|failure| failure.advise(format!("check the network, then: npm ci, in {}", folder_path.display())))?;
    std::fs::write(&mark, lock).about(&mark)
}
