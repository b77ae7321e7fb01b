//! `cargo xtask bench`: the measurements of docs/PERFORMANCE.md, by `tests/bench/bench.mjs` on the release binary.

use crate::failure::Result;
use crate::program::{program, step};
use crate::server;
use crate::setup;

pub fn run(more: &[String]) -> Result<()> {
    setup::debian::for_tests()?;
    setup::test_packages()?;
    let binary = server::build_with_app()?;
    step("measuring", program("node").arg("tests/bench/bench.mjs").args(more).env("SAMTAL_BIN", binary))
}
