//! Builds the app for the browser into `dist/`: cargo, wasm-bindgen, wasm-opt, one style sheet, the page, names by content, brotli.
//!
//! What is in `dist/assets/` has its content's hash in its name and may be kept by browsers for ever; the rest (the page, what `public/`
//! holds) keeps its name. Beside each file that shrinks by it lies the same file with `.br` after its name.

use std::path::{Path, PathBuf};

use crate::failure::{About, Failure, Result};
use crate::place;
use crate::program::{begin, cargo, end, program, quiet_step, step};
use crate::setup;

pub mod css;
pub mod files;
mod inputs;
mod page;

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
    let profile = "wasm-release";
    step(
        "compiling the app to wasm (the first time takes some minutes)",
        cargo().args([
            "build",
            "--package",
            "samtal",
            "--bin",
            "samtal",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            profile,
        ]),
    )?;
    let work = place::target().join("app");
    files::empty_folder(&work)?;
    let compiled = place::target().join("wasm32-unknown-unknown").join(profile).join("samtal.wasm");
    let mut bind = program(&tools.wasm_bindgen);
    bind.args([
        "--target",
        "web",
        "--no-typescript",
        "--remove-name-section",
        "--remove-producers-section",
        "--out-name",
        "samtal",
    ]);
    quiet_step("writing the wasm's script", bind.arg("--out-dir").arg(&work).arg(&compiled))?;
    let (bound, small) = (work.join("samtal_bg.wasm"), work.join("samtal.wasm"));
    let mut shrink = program(&tools.wasm_opt);
    shrink.arg("-Oz").args(WASM_FEATURES).arg(&bound).arg("-o").arg(&small);
    quiet_step("making the wasm small", &mut shrink)?;
    let begun = begin("putting dist/ together");
    assemble(&work, &small)?;
    inputs.remember()?;
    end("putting dist/ together", begun);
    Ok(())
}

/// From what wasm-bindgen and wasm-opt left in `work` to all that the server embeds.
fn assemble(work: &Path, wasm: &Path) -> Result<()> {
    let dist = place::dist();
    files::empty_folder(&dist)?;
    files::copy_tree(&place::root().join("public"), &dist)?;
    let assets = dist.join("assets");
    let wasm_name = files::put(&assets, "samtal", "wasm", &files::read(wasm)?)?;
    let script = script(work, &assets)?;
    let script_name = files::put(&assets, "samtal", "js", script.as_bytes())?;
    let start_name = files::put(&assets, "start", "js", page::start_script(&script_name, &wasm_name).as_bytes())?;
    let style = css::bundle(&place::root().join("style/main.css"))?;
    let style_name = files::put(&assets, "style", "css", css::minify(&style).as_bytes())?;
    let template_path = place::root().join("index.html");
    let template = std::fs::read_to_string(&template_path).about(&template_path)?;
    let names = page::Names { script: script_name, start: start_name, style: style_name, wasm: wasm_name };
    let index = page::index(&template, &names).map_err(Failure::new)?;
    let index_path = dist.join("index.html");
    std::fs::write(&index_path, index).about(&index_path)?;
    files::compress_tree(&dist)
}

/// wasm-bindgen's script. The pieces of script that crates bring along move into a folder named after their content.
fn script(work: &Path, assets: &Path) -> Result<String> {
    let path = work.join("samtal.js");
    let script = std::fs::read_to_string(&path).about(&path)?;
    let snippets: PathBuf = work.join("snippets");
    if !snippets.is_dir() {
        return Ok(script);
    }
    let folder = format!("snippets-{}", files::tree_hash(&snippets)?);
    files::copy_tree(&snippets, &assets.join(&folder))?;
    Ok(script.replace("./snippets/", &format!("./{folder}/")))
}
