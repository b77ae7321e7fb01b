//! `cargo xtask tidy`: the invariants of ARCHITECTURE.md and the habits that a machine can see, one rule each.
//!
//! A rule is a function from the tree's files to breaches, so that each is shown firing by a test on made-up files.

use crate::failure::{Failure, Result};
use crate::place;

mod features;
mod layers;
mod source;
mod styling;
mod writing;

use source::SourceFile;

/// One place where a rule is broken.
#[derive(Debug, PartialEq)]
pub struct Breach {
    pub path: String,
    /// Counted from 1.
    pub line: usize,
    pub what: String,
}

/// A rule, by the sentence that it holds to.
struct Rule {
    sentence: &'static str,
    breaches: fn(&[SourceFile]) -> Vec<Breach>,
}

const RULES: [Rule; 17] = [
    Rule {
        sentence: "the model does no I/O, has no clock, and knows neither axum nor leptos",
        breaches: layers::model_is_pure,
    },
    Rule { sentence: "only the server's store contains SQL", breaches: layers::sql_in_store },
    Rule { sentence: "only src/api builds API addresses", breaches: layers::api_addresses },
    Rule { sentence: "only src/routes.rs writes the app's addresses", breaches: layers::app_addresses },
    Rule { sentence: "src/ui knows nothing of the domain", breaches: layers::plain_ui },
    Rule { sentence: "calls of the browser's own functions live in src/browser", breaches: layers::browser_calls },
    Rule { sentence: "only src/ui/markup.rs puts markup into the page", breaches: layers::no_markup_from_text },
    Rule { sentence: "a field is told what became of it by try_run", breaches: layers::fields_may_have_gone },
    Rule { sentence: "no colour outside style/tokens.css", breaches: styling::colours },
    Rule { sentence: "no font size and no duration outside style/tokens.css", breaches: styling::measures },
    Rule { sentence: "foo.rs stands beside foo/, there is no mod.rs", breaches: writing::no_mod_rs },
    Rule { sentence: "every module says first what lives in it", breaches: writing::module_sentence },
    Rule { sentence: "lints are expected with a reason, never allowed", breaches: writing::no_allow },
    Rule { sentence: "nothing is left to do in the code", breaches: writing::nothing_left },
    Rule { sentence: "a file is readable in one sitting", breaches: writing::length },
    Rule { sentence: "FEATURES.md has one row for each requirement", breaches: features::one_row_each },
    Rule { sentence: "what FEATURES.md says works names a test that exists", breaches: features::tests_exist },
];

/// What a rule found.
pub struct Verdict {
    pub sentence: &'static str,
    pub breaches: Vec<Breach>,
}

impl Verdict {
    pub fn tell(&self) {
        println!("{} {}", if self.breaches.is_empty() { "✓" } else { "✗" }, self.sentence);
        for breach in &self.breaches {
            println!("    {}:{}: {}", breach.path, breach.line, breach.what);
        }
    }
}

pub fn verdicts() -> Result<Vec<Verdict>> {
    let files = source::read_tree(&place::root())?;
    Ok(RULES.iter().map(|rule| Verdict { sentence: rule.sentence, breaches: (rule.breaches)(&files) }).collect())
}

pub fn run() -> Result<()> {
    let verdicts = verdicts()?;
    verdicts.iter().for_each(Verdict::tell);
    match verdicts.iter().filter(|verdict| !verdict.breaches.is_empty()).count() {
        0 => Ok(()),
        broken => Err(Failure::new(format!("{broken} of {} rules are broken", RULES.len()))),
    }
}
