//! What a machine needs beyond rustup's Rust, Node with npm: found, and installed when missing. Each command asks only for what it uses.
//!
//! Programs built by cargo and packages of npm are kept inside the project; only Debian's packages and rustup's target touch the machine.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::place;
use crate::program::{answer, cargo, on_path, program, quiet_step, step};

pub mod debian;
pub mod npm;

const WASM: &str = "wasm32-unknown-unknown";

/// The programs that make the app for the browser.
pub struct AppTools {
    pub wasm_bindgen: PathBuf,
    pub wasm_split: PathBuf,
    pub wasm_opt: PathBuf,
    pub esbuild: PathBuf,
}

/// For every build of the app.
pub fn app_tools() -> Result<AppTools> {
    wasm_target()?;
    Ok(AppTools {
        wasm_bindgen: wasm_bindgen()?,
        wasm_split: wasm_split()?,
        wasm_opt: npm::tool("wasm-opt")?,
        esbuild: npm::tool("esbuild")?,
    })
}

/// The standard library for WebAssembly.
pub fn wasm_target() -> Result<()> {
    let found = answer(program("rustc").args(["--print", "target-libdir", "--target", WASM])).map(PathBuf::from);
    if found.is_some_and(|folder| folder.is_dir()) {
        return Ok(());
    }
    if !on_path("rustup") {
        return Err(Failure::new(format!("Rust's target {WASM} is missing, and there is no rustup to add it"))
            .advise("install Rust by https://rustup.rs, or add your distribution's package of that target"));
    }
    step(&format!("adding Rust's target {WASM}"), program("rustup").args(["target", "add", WASM]))
        .map_err(|failure| failure.advise(format!("check the network, then: rustup target add {WASM}")))
}

/// `wasm-bindgen` of exactly the version in Cargo.lock: script and wasm must be of one make.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let wanted = locked_version("wasm-bindgen")?;
    let own = place::tools().join("bin/wasm-bindgen");
    for candidate in [own.clone(), PathBuf::from("wasm-bindgen")] {
        let said = answer(program(&candidate).arg("--version"));
        if said.is_some_and(|said| said.split_whitespace().nth(1) == Some(&wanted)) {
            return Ok(candidate);
        }
    }
    install("wasm-bindgen-cli", &wanted, &[], "2 minutes")?;
    Ok(own)
}

/// What takes the wasm apart where `#[lazy]` says. It does not tell its version, so only one that was installed here counts.
fn wasm_split() -> Result<PathBuf> {
    const VERSION: &str = "0.2.4";
    let root = place::tools().join(format!("wasm-split-{VERSION}"));
    let own = root.join("bin/wasm-split-cli");
    if !own.is_file() {
        install_at(&root, "wasm_split_cli_support", VERSION, &["--features", "build-binary"], "1 minute")?;
    }
    Ok(own)
}

/// The development server of `cargo xtask dev`. This version is the newest that this Rust compiles.
pub fn trunk() -> Result<PathBuf> {
    const VERSION: &str = "0.21.14";
    let own = place::tools().join("bin/trunk");
    for candidate in [own.clone(), PathBuf::from("trunk")] {
        let said = answer(program(&candidate).arg("--version"));
        if said.is_some_and(|said| said.split_whitespace().nth(1) == Some(VERSION)) {
            return Ok(candidate);
        }
    }
    install("trunk", VERSION, &["--locked"], "6 minutes")?;
    Ok(own)
}

fn install(name: &str, version: &str, options: &[&str], takes: &str) -> Result<()> {
    install_at(&place::tools(), name, version, options, takes)
}

fn install_at(root: &Path, name: &str, version: &str, options: &[&str], takes: &str) -> Result<()> {
    let mut command = cargo();
    // A target folder of its own: what is left behind would otherwise be mixed with ours.
    command.args(["install", name, "--version", version, "--root"]).arg(root).args(options);
    command.env("CARGO_TARGET_DIR", root.join("build"));
    let what = format!("installing {name} {version} into {} (once; about {takes})", root.display());
    step(&what, &mut command).map_err(|failure| {
        failure.advise(format!(
            "check the network and run again, or: cargo install {name} --version {version} {}",
            options.join(" ")
        ))
    })?;
    // Only the program is wanted; its build takes hundreds of megabytes.
    drop(std::fs::remove_dir_all(root.join("build")));
    Ok(())
}

/// The version of a package in Cargo.lock. The first one, when there are several.
pub fn locked_version(package: &str) -> Result<String> {
    let path = place::root().join("Cargo.lock");
    let lock = std::fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    version_in(&lock, package).ok_or_else(|| Failure::new(format!("Cargo.lock has no package {package}")))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let mut lines = lock.lines();
    let name = format!("name = \"{package}\"");
    lines.find(|line| *line == name)?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

/// Node itself cannot be brought along: said in time, and not by a stack trace.
pub fn node() -> Result<()> {
    const OLDEST: u32 = 20;
    let version = answer(program("node").arg("--version"));
    let major = version.as_deref().and_then(|said| said.trim_start_matches('v').split('.').next()?.parse::<u32>().ok());
    match major {
        Some(major) if major >= OLDEST && on_path("npm") => Ok(()),
        _ => Err(Failure::new(format!(
            "Node.js {OLDEST} or newer with npm is needed; found {}",
            version.as_deref().unwrap_or("none")
        ))
        .advise("install it from https://nodejs.org or your distribution")),
    }
}

/// The packages of the end-to-end tests.
pub fn test_packages() -> Result<()> {
    npm::install("tests", "the packages of the end-to-end tests")
}

/// Formatting and lints come with rustup's default profile, but not with its minimal one.
pub fn rust_components() -> Result<()> {
    for (component, command) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if answer(cargo().args([command, "--version"])).is_some() {
            continue;
        }
        quiet_step(
            &format!("adding Rust's component {component}"),
            program("rustup").args(["component", "add", component]),
        )
        .map_err(|failure| failure.advise(format!("rustup component add {component}")))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::version_in;

    #[test]
    fn a_locked_version_is_that_of_the_named_package_alone() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "bindgen"), None);
    }
}
