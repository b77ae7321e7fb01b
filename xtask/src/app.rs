//! Builds the app for the browser into `dist/`: cargo, wasm-split, wasm-bindgen, wasm-opt, one style sheet, the page, names by content, brotli.
//!
//! What is in `dist/assets/` has its content's hash in its name and may be kept by browsers for ever; the rest (the page, what `public/`
//! holds) keeps its name. Beside each file that shrinks by it lies the same file with `.br` after its name.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{About, Failure, Result};
use crate::place;
use crate::program::{begin, cargo, end, program, quiet, quiet_step, step};
use crate::setup::{self, AppTools};

pub mod css;
pub mod files;
mod inputs;
mod page;
mod wasm;

/// Named one by one: `--all-features` would emit imports that Chromium refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds what is not built yet. Does nothing when `dist/` was made from just these sources.
pub fn build() -> Result<()> {
    let inputs = inputs::Inputs::read()?;
    if inputs.built() {
        println!("✓ the app is built already");
        return Ok(());
    }
    let tools = setup::app_tools()?;
    step("compiling the app to wasm (the first time takes some minutes)", &mut compile())?;
    let work = place::target().join("app");
    files::empty_folder(&work)?;
    let (parts, bound, app) = (work.join("parts"), work.join("bound"), work.join("app"));
    take_apart(&tools, &parts)?;
    bind(&tools, &parts, &bound)?;
    shrink(&tools, &bound, &app)?;
    let begun = begin("putting dist/ together");
    assemble(&app)?;
    inputs.remember()?;
    end("putting dist/ together", begun);
    Ok(())
}

/// Exported by a crate for streams between browser and server functions, of which there are none here.
const UNUSED_EXPORTS: &str = "intounderlying";
/// The script that starts the app.
const START: &str = "start.js";
const PROFILE: &str = "wasm-release";

/// cargo, with what splitting needs. The flags of `.cargo/config.toml` do not count beside these, so they are repeated;
/// paths of this machine stay out of what is published.
fn compile() -> Command {
    let mut flags = vec!["--cfg=erase_components".to_owned(), "-Clink-args=--emit-relocs".into()];
    let registry = home().join("registry/src");
    let registries = std::fs::read_dir(&registry).into_iter().flatten().flatten().map(|entry| entry.path());
    for path in registries.chain([place::root()]) {
        flags.push(format!("--remap-path-prefix={}=", path.display()));
    }
    let mut command = cargo();
    command.args(["build", "--package", "samtal", "--bin", "samtal", "--features", "split"]);
    command.args(["--target", "wasm32-unknown-unknown", "--profile", PROFILE]);
    // Names are what the wasm is taken apart by; they go afterwards.
    command.args(["--config", &format!("profile.{PROFILE}.strip=false")]);
    command.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}")).env_remove("RUSTFLAGS");
    command
}

/// Where cargo keeps the sources of crates.
fn home() -> PathBuf {
    let own = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    own.or_else(|| std::env::home_dir().map(|home| home.join(".cargo"))).unwrap_or_default()
}

/// One wasm for what is there from the start, one for each `#[lazy]`, and the script that fetches those.
fn take_apart(tools: &AppTools, parts: &Path) -> Result<()> {
    files::empty_folder(parts)?;
    let compiled = place::target().join("wasm32-unknown-unknown").join(PROFILE).join("samtal.wasm");
    let mut split = program(&tools.wasm_split);
    split.arg(&compiled).arg(parts).args(["--target", "web", "--out-name", "samtal"]);
    quiet_step("taking the wasm apart", &mut split)
}

/// The first part's own script, in `bound`.
fn bind(tools: &AppTools, parts: &Path, bound: &Path) -> Result<()> {
    let mut bind = program(&tools.wasm_bindgen);
    bind.args(["--target", "web", "--no-typescript", "--keep-lld-exports", "--no-demangle"]);
    bind.args(["--remove-producers-section", "--out-name", "samtal", "--out-dir"]).arg(bound);
    quiet_step("writing the wasm's script", bind.arg(parts.join("samtal.wasm")))?;
    for path in files::tree(parts)? {
        let name = path.file_name().unwrap_or_default();
        if name != "samtal.wasm" {
            let to = bound.join(name);
            std::fs::copy(&path, &to).about(&to)?;
        }
    }
    let start = bound.join(START);
    std::fs::write(&start, page::START_SCRIPT).about(&start)
}

/// Every wasm of `bound` without what is not needed to run it, and one script instead of several, in `app`.
fn shrink(tools: &AppTools, bound: &Path, app: &Path) -> Result<()> {
    let begun = begin("making the app small");
    files::empty_folder(app)?;
    for path in files::tree(bound)? {
        if path.extension().is_some_and(|extension| extension == "wasm") {
            let whole = files::read(&path)?;
            let lean = wasm::without_exports(&whole, |name| name.contains(UNUSED_EXPORTS))
                .ok_or_else(|| Failure::new(format!("{} is not a WebAssembly module", path.display())))?;
            std::fs::write(&path, lean).about(&path)?;
            let mut shrink = program(&tools.wasm_opt);
            shrink
                .args(["-Oz", "--skip-pass=local-cse"])
                .args(["--strip-debug", "--strip-producers"])
                .args(WASM_FEATURES)
                .arg(&path);
            quiet("making the wasm small", shrink.arg("-o").arg(app.join(path.file_name().unwrap_or_default())))?;
        }
    }
    let mut script = program(&tools.esbuild);
    script.arg(bound.join(START)).args(["--bundle", "--minify", "--format=esm", "--log-level=error"]);
    // Classes that nothing uses stay only because a method is put on them by this name.
    script.arg("--define:Symbol.dispose=undefined");
    quiet("making the script small", script.arg(format!("--outfile={}", app.join(START).display())))?;
    end("making the app small", begun);
    Ok(())
}

/// From what is in `app` to all that the server embeds.
fn assemble(app: &Path) -> Result<()> {
    let dist = place::dist();
    files::empty_folder(&dist)?;
    files::copy_tree(&place::root().join("public"), &dist)?;
    let assets = dist.join("assets");
    // The files of the app name each other, so they keep their names and share a folder with that of their content.
    let folder = format!("app-{}", files::tree_hash(app)?);
    files::copy_tree(app, &assets.join(&folder))?;
    let style = |name: &str| {
        let sheet = css::bundle(&place::root().join("style").join(format!("{name}.css")))?;
        files::put(&assets, name, "css", css::minify(&sheet).as_bytes())
    };
    let template_path = place::root().join("index.html");
    let template = std::fs::read_to_string(&template_path).about(&template_path)?;
    let names = page::Names { folder, style: style("main")?, later_style: style("desk")? };
    let index = page::index(&template, &names).map_err(Failure::new)?;
    let index_path = dist.join("index.html");
    std::fs::write(&index_path, index).about(&index_path)?;
    files::compress_tree(&dist)
}
