//! `cargo xtask bench`: the measurements of docs/PERFORMANCE.md, by `tests/bench/bench.mjs` on the release binary.
//! With `--list` or `--growth`, those that need no browser: they are under `bench/`.

use std::path::PathBuf;

use crate::failure::{About, Failure, Result};
use crate::place;
use crate::postgres::Cluster;
use crate::program::{begin, end, program, step};
use crate::server;
use crate::setup;

mod growth;
mod list;
mod load;
mod pages;
mod pinned;

/// Between these lines of docs/PERFORMANCE.md stands what `--growth` writes.
const TABLE: [&str; 2] = ["<!-- growth -->\n", "<!-- end of growth -->"];
/// The list of the budget: so many conversations.
const LIST_OF: usize = 1_000_000;

pub fn run(more: &[String]) -> Result<()> {
    match more.split_first() {
        Some((first, rest)) if first == "--list" => return list_alone(rest),
        Some((first, rest)) if first == "--growth" => return growth_alone(rest),
        _ => {}
    }
    setup::debian::for_tests()?;
    setup::test_packages()?;
    let binary = server::build_with_app()?;
    step("measuring", program("node").arg("tests/bench/bench.mjs").args(more).env("SAMTAL_BIN", binary))
}

/// `--list [URL]`: the list endpoint alone, the server on a core of its own. A database that is named stays; otherwise
/// one of a million conversations is written first, which takes some twenty minutes and 8 GB.
fn list_alone(words: &[String]) -> Result<()> {
    let (folder, url) = match words {
        [url] => (None, url.clone()),
        [] => {
            let folder = Folder::make()?;
            let url = folder.database("list");
            (Some(folder), url)
        }
        _ => return Err(Failure::new("--list takes the address of one database")),
    };
    let memory = list::measure(&binary()?, &url, LIST_OF)?;
    println!("  {:.1} MB in memory", memory as f64 / 1e6);
    drop(folder);
    Ok(())
}

/// `--growth [URL…]`: the same questions on growing databases, written into docs/PERFORMANCE.md. Databases that are named
/// stay, and are asked as they are; otherwise they are made on both engines and taken away.
fn growth_alone(urls: &[String]) -> Result<()> {
    let binary = binary()?;
    let folder = Folder::make()?;
    let cluster = if urls.is_empty() { Some(Cluster::start()?) } else { None };
    let mut tables = vec![];
    for engine in ["SQLite", "PostgreSQL"] {
        let of_engine = |url: &&String| url.starts_with("sqlite:") == (engine == "SQLite");
        let mut databases: Vec<(String, usize)> = urls.iter().filter(of_engine).map(|url| (url.clone(), 1)).collect();
        if let Some(cluster) = &cluster {
            for conversations in growth::STEPS {
                let name = format!("growth_{conversations}");
                let url = if engine == "SQLite" { folder.database(&name) } else { cluster.database(&name)? };
                databases.push((url, conversations));
            }
        }
        let mut steps = vec![];
        for (url, conversations) in databases {
            let begun = begin(&format!("asking {engine}: {url}"));
            steps.push(growth::measure(&binary, &url, conversations)?);
            end(&format!("asked {engine}"), begun);
        }
        if !steps.is_empty() {
            tables.push(growth::table(engine, &steps));
        }
    }
    let file = place::root().join("docs/PERFORMANCE.md");
    let text = std::fs::read_to_string(&file).about(&file)?;
    let [from, to] = TABLE.map(|mark| text.find(mark).map(|at| (at, mark.len())));
    let (Some((from, length)), Some((to, _))) = (from, to) else {
        return Err(Failure::new(format!("{} has no place for the table of growth", file.display())));
    };
    let text = format!("{}{}{}", &text[..from + length], tables.join("\n"), &text[to..]);
    std::fs::write(&file, text).about(&file)
}

/// A folder for databases, which goes with them.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("samtal-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path).about(&path)?;
        Ok(Self(path))
    }

    fn database(&self, name: &str) -> String {
        format!("sqlite:{}", self.0.join(format!("{name}.db")).display())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// `SAMTAL_BIN`, or what is built now.
fn binary() -> Result<PathBuf> {
    std::env::var_os("SAMTAL_BIN").map_or_else(server::build_with_app, |path| Ok(PathBuf::from(path)))
}
