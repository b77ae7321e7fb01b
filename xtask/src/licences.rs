//! Licences, sources and duplicate versions of the crates we use, by the lists of `deny.toml`.
//!
//! Where cargo-deny is installed, it does the work. Where it is not (it takes minutes to build), this reads the same lists and checks
//! with cargo alone: every crate's licence, every crate's source, and that the app in the browser carries no crate twice.
//! Advisories need the network and are not checked here: `cargo deny check advisories`.

use std::collections::{BTreeMap, BTreeSet};

use crate::failure::{About, Failure, Result};
use crate::place;
use crate::program::{answer, begin, cargo, end, on_path, step};

pub fn check() -> Result<()> {
    if on_path("cargo-deny") {
        return step(
            "licences, sources and duplicates (cargo-deny)",
            cargo().args(["deny", "--all-features", "check", "licenses", "bans", "sources"]),
        );
    }
    let begun = begin("licences, sources and duplicates (by deny.toml's lists)");
    let path = place::root().join("deny.toml");
    let lists = std::fs::read_to_string(&path).about(&path)?;
    let said = answer(cargo().args(["metadata", "--format-version", "1", "--locked"])).ok_or_else(|| {
        Failure::new("cargo metadata --locked failed").advise("Cargo.lock may be out of step: run cargo check once")
    })?;
    let packages: serde_json::Value = serde_json::from_str(&said).about(&path)?;
    let mut wrong = wrong_packages(&packages, &list(&lists, "allow"), &list(&lists, "allow-registry"));
    wrong.extend(doubles(&app_crates()?, &list(&lists, "skip")));
    if wrong.is_empty() {
        end("licences, sources and duplicates (by deny.toml's lists)", begun);
        return Ok(());
    }
    Err(Failure::new(wrong.join("\n  "))
        .advise("choose another crate or version, or add it to deny.toml with its reason"))
}

/// The strings of `name = [ "…", … ]`; in a list of tables, those of `crate = "…"`.
fn list(toml: &str, name: &str) -> BTreeSet<String> {
    let mut inside = false;
    let mut found = BTreeSet::new();
    for line in toml.lines().map(str::trim) {
        if line.starts_with('#') {
            continue;
        }
        inside |=
            line.split_once('=').is_some_and(|(key, value)| key.trim() == name && value.trim_start().starts_with('['));
        if inside {
            let value = line.split_once("crate = ").map_or(line, |(_, value)| value);
            let value = value.split_once(", reason").map_or(value, |(value, _)| value);
            found.extend(value.split('"').skip(1).step_by(2).map(str::to_owned));
        }
        inside &= !line.ends_with(']');
    }
    found
}

fn wrong_packages(
    metadata: &serde_json::Value,
    licences: &BTreeSet<String>,
    registries: &BTreeSet<String>,
) -> Vec<String> {
    let none = Vec::new();
    let packages = metadata["packages"].as_array().unwrap_or(&none);
    let mut wrong = Vec::new();
    for package in packages {
        let name = format!(
            "{} {}",
            package["name"].as_str().unwrap_or_default(),
            package["version"].as_str().unwrap_or_default()
        );
        let expression = package["license"].as_str().unwrap_or_default();
        if !allowed(expression, licences) {
            wrong.push(format!("{name}: its licence {expression:?} is not among those allowed"));
        }
        // Ours have no source.
        let Some(source) = package["source"].as_str() else { continue };
        let registry = source.trim_start_matches("registry+");
        if !registries.iter().any(|allowed| allowed.trim_start_matches("sparse+") == registry) {
            wrong.push(format!("{name}: its source {source} is not among those allowed"));
        }
    }
    wrong
}

/// Does an SPDX expression leave us a choice that is allowed? An old-fashioned slash is an OR.
fn allowed(expression: &str, licences: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ").replace(" WITH ", "_WITH_");
    let words: Vec<String> = spaced.split_whitespace().map(|word| word.replace("_WITH_", " WITH ")).collect();
    let mut rest = words.as_slice();
    any_of(&mut rest, licences) && rest.is_empty()
}

fn any_of(rest: &mut &[String], licences: &BTreeSet<String>) -> bool {
    let mut holds = all_of(rest, licences);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (word.as_str(), after)) {
        *rest = after;
        // Not `||`: the words of the other side must be read in any case.
        holds |= all_of(rest, licences);
    }
    holds
}

fn all_of(rest: &mut &[String], licences: &BTreeSet<String>) -> bool {
    let mut holds = one(rest, licences);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (word.as_str(), after)) {
        *rest = after;
        holds &= one(rest, licences);
    }
    holds
}

fn one(rest: &mut &[String], licences: &BTreeSet<String>) -> bool {
    let Some((word, after)) = rest.split_first() else { return false };
    *rest = after;
    if word != "(" {
        return licences.contains(word);
    }
    let holds = any_of(rest, licences);
    match rest.split_first() {
        Some((word, after)) if word == ")" => *rest = after,
        _ => return false,
    }
    holds
}

/// Name and version of each crate that is compiled into the app.
fn app_crates() -> Result<BTreeSet<(String, String)>> {
    let tree = [
        "tree",
        "--package",
        "samtal",
        "--target",
        "wasm32-unknown-unknown",
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
    ];
    let said = answer(cargo().args(tree)).ok_or_else(|| Failure::new("cargo tree --package samtal failed"))?;
    Ok(said
        .lines()
        .filter_map(|line| Some((line.split(' ').next()?.to_owned(), line.split(' ').nth(1)?.to_owned())))
        .collect())
}

/// Each kilobyte of the app is sent to every browser: no crate comes in two versions, unless the list says why.
fn doubles(crates: &BTreeSet<(String, String)>, skipped: &BTreeSet<String>) -> Vec<String> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, version) in crates {
        versions.entry(name).or_default().push(version);
    }
    let skipped: BTreeSet<&str> = skipped.iter().map(|skip| skip.split('@').next().unwrap_or(skip)).collect();
    let doubled = versions.into_iter().filter(|(name, versions)| versions.len() > 1 && !skipped.contains(name));
    doubled.map(|(name, versions)| format!("{name} is in the app more than once: {}", versions.join(", "))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn a_licence_is_allowed_when_one_choice_of_it_is() {
        let licences = set(&["MIT", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"]);
        for good in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-3.0",
        ] {
            assert!(allowed(good, &licences), "{good}");
        }
        for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "Apache-2.0 AND (MIT OR Unicode-3.0)"] {
            assert!(!allowed(bad, &licences), "{bad}");
        }
    }

    #[test]
    fn lists_are_read_from_deny_toml() {
        let toml = "[licenses]\nallow = [\n  \"MIT\", # plain\n  \"ISC\",\n]\n[bans]\nskip = [\n  { crate = \"a@1.0\", reason = \"so\" },\n]\nallow-registry = [\"https://x\"]\n";
        assert_eq!(list(toml, "allow"), set(&["MIT", "ISC"]));
        assert_eq!(list(toml, "skip"), set(&["a@1.0"]));
        assert_eq!(list(toml, "allow-registry"), set(&["https://x"]));
    }

    #[test]
    fn a_crate_in_two_versions_is_named_unless_skipped() {
        let pair = |name: &str, version: &str| (name.to_owned(), version.to_owned());
        let crates =
            BTreeSet::from([pair("a", "v1"), pair("a", "v2"), pair("b", "v1"), pair("c", "v1"), pair("c", "v3")]);
        assert_eq!(doubles(&crates, &set(&["c@3"])), ["a is in the app more than once: v1, v2"]);
    }

    #[test]
    fn a_crate_from_elsewhere_or_under_another_licence_is_named() {
        let metadata = serde_json::json!({"packages": [
            {"name": "ours", "version": "1", "license": "MIT", "source": null},
            {"name": "far", "version": "2", "license": "MIT", "source": "git+https://elsewhere"},
            {"name": "closed", "version": "3", "license": null, "source": "registry+https://x"},
        ]});
        let wrong = wrong_packages(&metadata, &set(&["MIT"]), &set(&["https://x"]));
        assert_eq!(wrong.len(), 2);
        assert!(
            wrong[0].starts_with("far 2: its source") && wrong[1].starts_with("closed 3: its licence"),
            "{wrong:?}"
        );
    }
}
