//! What only the system's package manager can bring: a browser and a database for the tests.

use std::path::Path;

use crate::failure::{Failure, Result};
use crate::postgres;
use crate::program::{answer, program, step};

/// One Debian package, and how to see that what it brings is there already (by whatever road).
struct Package {
    name: &'static str,
    there: fn() -> bool,
}

const FOR_TESTS: [Package; 4] = [
    Package { name: "chromium", there: || Path::new("/usr/bin/chromium").exists() },
    // Without fonts a page has no height, and every measurement is wrong.
    Package { name: "fonts-liberation", there: || fonts_there("fonts-liberation") },
    Package { name: "fonts-noto-color-emoji", there: || fonts_there("fonts-noto-color-emoji") },
    Package { name: "postgresql", there: || postgres::programs().is_some() },
];

/// Chromium, fonts and PostgreSQL.
pub fn for_tests() -> Result<()> {
    bring(&FOR_TESTS)
}

fn bring(packages: &[Package]) -> Result<()> {
    let missing: Vec<&str> = packages.iter().filter(|package| !(package.there)()).map(|package| package.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !is_debian() {
        return Err(Failure::new(format!("these are missing: {names}")).advise(
            "this is no Debian: install them by your system's package manager (names as in Debian 12), then run again",
        ));
    }
    if answer(program("id").arg("-u")).as_deref() != Some("0") {
        return Err(Failure::new(format!("these packages are missing: {names}")).advise(format!(
            "only root can install them: sudo apt-get update && sudo apt-get install --no-install-recommends {names}"
        )));
    }
    let by_hand = format!("by hand: apt-get update && apt-get install --no-install-recommends {names}");
    step("reading Debian's list of packages", program("apt-get").args(["update", "-q"]))
        .map_err(|failure| failure.advise(format!("check the network; {by_hand}")))?;
    let mut install = program("apt-get");
    install.args(["install", "-qy", "--no-install-recommends"]).args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    step(&format!("installing Debian's {names} (once)"), &mut install).map_err(|failure| failure.advise(by_hand))
}

fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists() && Path::new("/usr/bin/apt-get").exists()
}

/// Elsewhere fonts have other names, and a machine with a browser has some.
fn fonts_there(package: &str) -> bool {
    !is_debian() || installed(package)
}

fn installed(package: &str) -> bool {
    answer(program("dpkg-query").args(["-W", "-f", "${Status}", package]))
        .is_some_and(|status| status == "install ok installed")
}
