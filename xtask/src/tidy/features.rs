//! FEATURES.md is true: every requirement has its row, and what it says works is shown by tests that exist.

use crate::tidy::Breach;
use crate::tidy::source::SourceFile;

/// The letters of the requirements, and how many there are of each.
const REQUIREMENTS: [(char, usize); 11] =
    [('V', 12), ('S', 6), ('T', 12), ('M', 6), ('R', 12), ('K', 10), ('D', 7), ('C', 8), ('A', 7), ('X', 7), ('P', 6)];

const NAME: &str = "FEATURES.md";

pub fn one_row_each(files: &[SourceFile]) -> Vec<Breach> {
    let Some(features) = features(files) else { return vec![missing()] };
    let rows = rows(features);
    let mut found = Vec::new();
    for (letter, many) in REQUIREMENTS {
        for number in 1..=many {
            let id = format!("{letter}{number}");
            let here: Vec<&Row> = rows.iter().filter(|row| row.id == id).collect();
            match here.as_slice() {
                [row] if row.state.is_none() => {
                    found.push(features.breach(row.line, format!("{id} says neither works, partly nor not yet")))
                }
                [_] => {}
                [] => found.push(features.breach(1, format!("{id} has no row"))),
                [_, again, ..] => found.push(features.breach(again.line, format!("{id} has more than one row"))),
            }
        }
    }
    found
}

pub fn tests_exist(files: &[SourceFile]) -> Vec<Breach> {
    let Some(features) = features(files) else { return vec![missing()] };
    let mut found = Vec::new();
    for row in rows(features) {
        if row.state != Some(State::Works) {
            continue;
        }
        if row.tests.is_empty() {
            found.push(features.breach(row.line, format!("{} works, by which test? Name it in backticks", row.id)));
        }
        for test in row.tests.iter().filter(|test| !exists(files, test)) {
            found.push(features.breach(row.line, format!("{}: there is no test {test:?}", row.id)));
        }
    }
    found
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Works,
    Partly,
    NotYet,
}

/// `| V1 | what | works | `test`, `test` |`, its cells in any order after the id.
struct Row {
    id: String,
    line: usize,
    state: Option<State>,
    tests: Vec<String>,
}

fn features(files: &[SourceFile]) -> Option<&SourceFile> {
    files.iter().find(|file| file.path == NAME)
}

fn missing() -> Breach {
    Breach { path: NAME.to_owned(), line: 1, what: "there is no such file".to_owned() }
}

fn rows(features: &SourceFile) -> Vec<Row> {
    features.text.lines().enumerate().filter_map(|(at, line)| row(at + 1, line)).collect()
}

fn row(line: usize, text: &str) -> Option<Row> {
    let cells: Vec<&str> = text.trim().strip_prefix('|')?.split('|').map(str::trim).collect();
    let id = cells.first()?.trim_matches(['*', ' ', '★', '`']).to_owned();
    let is_id =
        id.starts_with(|c: char| c.is_ascii_uppercase()) && id.len() > 1 && id[1..].chars().all(|c| c.is_ascii_digit());
    if !is_id {
        return None;
    }
    let state = cells.iter().find_map(|cell| match cell.trim_matches('*') {
        "works" => Some(State::Works),
        "partly" => Some(State::Partly),
        "not yet" => Some(State::NotYet),
        _ => None,
    });
    let tests = text.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    Some(Row { id, line, state, tests })
}

/// A test function of that name (its path left out), or a browser test of that title.
fn exists(files: &[SourceFile], test: &str) -> bool {
    let function = format!("fn {}(", test.rsplit("::").next().unwrap_or(test));
    files.iter().any(|file| {
        if file.is_rust() {
            file.text.contains(&function)
        } else {
            let browser_test = file.path.starts_with("tests/") && file.path.ends_with(".mjs");
            browser_test && ['"', '\'', '`'].iter().any(|quote| file.text.contains(&format!("{quote}{test}{quote}")))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::file;

    fn all_rows() -> String {
        let ids =
            REQUIREMENTS.iter().flat_map(|(letter, many)| (1..=*many).map(move |number| format!("{letter}{number}")));
        ids.map(|id| format!("| {id} | words | not yet | |\n")).collect()
    }

    #[test]
    fn a_missing_or_double_row_is_found() {
        assert_eq!(one_row_each(&[file("FEATURES.md", &all_rows())]), []);
        let without = all_rows().replace("| V2 |", "| W2 |");
        let found = one_row_each(&[file("FEATURES.md", &without)]);
        assert_eq!((found.len(), found[0].what.as_str()), (1, "V2 has no row"));
        let double = all_rows() + "| P6 | again | works | |\n";
        assert_eq!(one_row_each(&[file("FEATURES.md", &double)]).len(), 1);
        assert_eq!(one_row_each(&[]).len(), 1);
    }

    #[test]
    fn a_row_without_a_state_is_found() {
        let vague = all_rows().replacen("not yet", "nearly", 1);
        assert_eq!(one_row_each(&[file("FEATURES.md", &vague)]).len(), 1);
    }

    #[test]
    fn a_working_row_whose_test_is_not_there_is_found() {
        let rows = "| V1 | a | works | `picks_an_inbox` |\n| V2 | b | *works* | `store::counts_are_kept`, `the counts are live` |\n| V3 | c | works | |\n";
        let files = |rust: &str| {
            [
                file("FEATURES.md", rows),
                file("src/a.rs", rust),
                file("tests/a.test.mjs", "test(\"the counts are live\", …"),
            ]
        };
        let lines = |found: Vec<Breach>| found.into_iter().map(|breach| breach.line).collect::<Vec<_>>();
        assert_eq!(lines(tests_exist(&files("fn picks_an_inbox() {} fn counts_are_kept() {}"))), [3]);
        assert_eq!(lines(tests_exist(&files(""))), [1, 2, 3]);
    }
}
