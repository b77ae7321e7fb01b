//! What went wrong in a step, and what the person at the keyboard can do about it.

use std::fmt::Display;
use std::path::Path;

pub type Result<T> = std::result::Result<T, Failure>;

/// One step that failed. `advice` is a sentence that says what to do next, when there is something to do.
#[derive(Debug)]
pub struct Failure {
    pub what: String,
    pub advice: Option<String>,
    told: bool,
}

impl Failure {
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), advice: None, told: false }
    }

    /// The failure has been shown already (by the tests' own output); only the exit code is left to set.
    pub fn told(what: impl Into<String>) -> Self {
        Self { told: true, ..Self::new(what) }
    }

    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub fn tell(&self) {
        if self.told {
            return;
        }
        eprintln!("\n✗ {}", self.what);
        if let Some(advice) = &self.advice {
            eprintln!("  → {advice}");
        }
    }
}

/// Names the file that an input or output error was about.
pub trait About<T> {
    fn about(self, path: &Path) -> Result<T>;
}

impl<T, E: Display> About<T> for std::result::Result<T, E> {
    fn about(self, path: &Path) -> Result<T> {
        self.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
    }
}
