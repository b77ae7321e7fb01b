//! `cargo xtask test`: every check there is, in order of cost, counted together. The last line is `N passed, N failed`.
//!
//! A check that is no test in itself (formatting, a lint run, a build, a budget) counts as one. A failed one does not keep the
//! others from running, except those that need what it makes.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{About, Failure, Result};
use crate::place;
use crate::postgres::Cluster;
use crate::program::{begin, cannot_start, cargo, end, flush, program, shown, step};
use crate::{licences, server, setup, size, tidy};

pub fn run() -> Result<()> {
    set_up()?;
    let mut sum = Sum::default();
    for verdict in tidy::verdicts()? {
        verdict.tell();
        sum.count(verdict.breaches.is_empty());
    }
    sum.check("formatting", || step("formatting", cargo().args(["fmt", "--all", "--check"])));
    sum.check("lints", || {
        let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
        step("lints of everything that runs on this machine", cargo().args(clippy))
    });
    sum.check("lints of the app", || {
        let clippy = [
            "clippy",
            "--package",
            "samtal",
            "--target",
            "wasm32-unknown-unknown",
            "--quiet",
            "--",
            "--deny",
            "warnings",
        ];
        step("lints of the app as it runs in the browser", cargo().args(clippy))
    });
    sum.check("licences and duplicates", licences::check);
    match Cluster::start() {
        Ok(cluster) => {
            sum.add(cargo_tests(&cluster));
            sum.add(end_to_end(&cluster, &[]));
        }
        Err(failure) => sum.fail(&failure),
    }
    if place::dist().join("index.html").exists() {
        budget(&mut sum);
    }
    sum.close()
}

/// `cargo xtask e2e`: the browser's tests alone, or only the files named.
pub fn end_to_end_only(files: &[String]) -> Result<()> {
    setup::debian::for_tests()?;
    setup::test_packages()?;
    let mut sum = Sum::default();
    let cluster = Cluster::start()?;
    sum.add(end_to_end(&cluster, files));
    drop(cluster);
    sum.close()
}

fn set_up() -> Result<()> {
    setup::node()?;
    setup::debian::for_tests()?;
    setup::rust_components()?;
    setup::wasm_target()?;
    setup::test_packages()
}

/// How many checks held and how many did not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sum {
    passed: u64,
    failed: u64,
}

impl Sum {
    fn count(&mut self, held: bool) {
        if held { self.passed += 1 } else { self.failed += 1 }
    }

    fn fail(&mut self, failure: &Failure) {
        failure.tell();
        self.failed += 1;
    }

    /// Runs something that is one check.
    fn check(&mut self, what: &str, body: impl FnOnce() -> Result<()>) {
        match body() {
            Ok(()) => self.passed += 1,
            Err(failure) => {
                self.fail(&failure);
                println!("✗ {what}");
            }
        }
    }

    /// Adds what a whole run of tests came to.
    fn add(&mut self, run: Result<Sum>) {
        match run {
            Ok(sum) => {
                self.passed += sum.passed;
                self.failed += sum.failed;
            }
            Err(failure) => self.fail(&failure),
        }
    }

    /// Prints the last line.
    fn close(self) -> Result<()> {
        flush();
        println!("{} passed, {} failed", self.passed, self.failed);
        flush();
        if self.failed == 0 { Ok(()) } else { Err(Failure::told("some checks failed")) }
    }
}

fn cargo_tests(cluster: &Cluster) -> Result<Sum> {
    let mut command = cargo();
    command.args(["test", "--workspace", "--no-fail-fast"]).env("SAMTAL_TEST_POSTGRES", cluster.url());
    counted("unit, property, store and API tests", &mut command, cargo_count)
}

fn end_to_end(cluster: &Cluster, files: &[String]) -> Result<Sum> {
    let binary = server::build_with_app()?;
    let files = if files.is_empty() {
        test_files(&place::root().join("tests"))?
    } else {
        files.iter().map(PathBuf::from).collect()
    };
    if files.is_empty() {
        return Err(Failure::new("there is no end-to-end test in tests/"));
    }
    let mut sum = Sum::default();
    for file in &files {
        let run = || {
            let mut command = program("node");
            // One file at a time: two browsers at once on two cores would time each other out. A test that hangs must not
            // hang for ever.
            command.args(["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=600000"]).arg(file);
            command.env("SAMTAL_BIN", &binary).env("SAMTAL_TEST_POSTGRES", cluster.url());
            counted(&format!("end-to-end tests: {}", file.display()), &mut command, node_count)
        };
        let mut of_file = run()?;
        if of_file.failed > 0 {
            // A browser on a busy machine can be late once. What fails twice is broken, and what fails once is said.
            println!("! {}: {} failed; trying the file once more", file.display(), of_file.failed);
            of_file = run()?;
            if of_file.failed == 0 {
                println!("! {}: passed at the second try", file.display());
            }
        }
        sum.passed += of_file.passed;
        sum.failed += of_file.failed;
    }
    Ok(sum)
}

fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).about(folder)?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.to_string_lossy().ends_with(".test.mjs"));
    files.sort();
    Ok(files)
}

fn budget(sum: &mut Sum) {
    match size::measure() {
        Ok(measured) => {
            for size in measured {
                let mark = if size.held() { "✓" } else { "✗" };
                println!("{mark} {} bytes {} (at most {}{})", size.bytes, size.what, size.budget, size.note());
                sum.count(size.held());
            }
        }
        Err(failure) => sum.fail(&failure),
    }
}

/// Runs tests with their output shown, and adds up what `count` finds in its lines. A run that fails without a failed test
/// (it did not compile, it crashed) counts as one.
fn counted(what: &str, command: &mut Command, count: fn(&str) -> Sum) -> Result<Sum> {
    let begun = begin(what);
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| cannot_start(command, &error))?;
    let mut sum = Sum::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.about(Path::new(what))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            let found = count(&line);
            sum.passed += found.passed;
            sum.failed += found.failed;
        }
    }
    let status = child.wait().map_err(|error| cannot_start(command, &error))?;
    if !status.success() && sum.failed == 0 {
        sum.failed = 1;
        println!("✗ {} ended with {status}", shown(command));
    }
    if sum == Sum::default() {
        return Err(Failure::new(format!("{what}: no test ran")));
    }
    if sum.failed == 0 {
        end(what, begun);
    } else {
        println!("✗ {what}: {} failed", sum.failed);
    }
    Ok(sum)
}

/// From `test result: ok. 12 passed; 0 failed; 1 ignored; …`.
fn cargo_count(line: &str) -> Sum {
    if !line.starts_with("test result: ") {
        return Sum::default();
    }
    Sum { passed: number_before(line, " passed;"), failed: number_before(line, " failed;") }
}

/// From the summary of node's `spec` reporter: `ℹ pass 12`, `ℹ fail 0`, `ℹ cancelled 0`.
fn node_count(line: &str) -> Sum {
    let number =
        |name: &str| line.strip_prefix("ℹ ").and_then(|rest| rest.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0);
    Sum { passed: number("pass "), failed: number("fail ") + number("cancelled ") }
}

fn number_before(line: &str, word: &str) -> u64 {
    let number = line.split_once(word).and_then(|(before, _)| before.rsplit(' ').next()?.parse().ok());
    number.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_summary_is_counted_and_nothing_else() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.02s";
        assert_eq!(cargo_count(line), Sum { passed: 12, failed: 3 });
        assert_eq!(cargo_count("test a_mail_of_12 passed; ... ok"), Sum::default());
    }

    #[test]
    fn nodes_summary_is_counted_and_nothing_else() {
        let lines = ["✔ passes 3 times", "ℹ tests 8", "ℹ pass 5", "ℹ fail 2", "ℹ cancelled 1", "ℹ skipped 4"];
        let sum = lines
            .iter()
            .map(|line| node_count(line))
            .fold(Sum::default(), |a, b| Sum { passed: a.passed + b.passed, failed: a.failed + b.failed });
        assert_eq!(sum, Sum { passed: 5, failed: 3 });
    }

    #[test]
    fn a_run_that_does_not_compile_counts_as_failed() {
        let sum = counted("a run", program("sh").args(["-c", "exit 101"]), cargo_count).expect("a sum");
        assert_eq!(sum, Sum { passed: 0, failed: 1 });
    }

    #[test]
    fn a_run_of_no_test_is_a_failure() {
        assert!(counted("a run", &mut program("true"), cargo_count).is_err());
    }
}
