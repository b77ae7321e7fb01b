//! How files are written: names, first lines, length, and what must not stay.

use crate::tidy::Breach;
use crate::tidy::source::SourceFile;

/// Lines, tests included. About 400 is a hint to look for the second idea in a file; this is where it is no hint any more.
const LONGEST: usize = 500;

/// Files that may be longer, each with its reason.
const LONGER: [(&str, &str); 0] = [];

pub fn no_mod_rs(files: &[SourceFile]) -> Vec<Breach> {
    let named = files.iter().filter(|file| file.path.ends_with("/mod.rs"));
    named.map(|file| file.breach(1, "name the module after its folder, beside it")).collect()
}

pub fn module_sentence(files: &[SourceFile]) -> Vec<Breach> {
    let silent = files.iter().filter(|file| file.is_rust() && !file.text.starts_with("//! "));
    silent.map(|file| file.breach(1, "begin with //! and say what lives here and what does not")).collect()
}

pub fn no_allow(files: &[SourceFile]) -> Vec<Breach> {
    ours(files).flat_map(|file| file.forbid(&["#[allow(", "#![allow("])).collect()
}

pub fn nothing_left(files: &[SourceFile]) -> Vec<Breach> {
    ours(files).flat_map(|file| file.forbid(&["todo!(", "unimplemented!(", "TODO", "FIXME"])).collect()
}

pub fn length(files: &[SourceFile]) -> Vec<Breach> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !file.path.ends_with(".toml") && !file.path.ends_with(".md")) {
        let lines = file.text.lines().count();
        let excused = LONGER.iter().any(|(path, _)| *path == file.path);
        if lines > LONGEST && !excused {
            found.push(file.breach(LONGEST, format!("{lines} lines; find the second idea in it (at most {LONGEST})")));
        } else if lines <= LONGEST && excused {
            found.push(file.breach(1, "is short enough now: take it off the list of longer files"));
        }
    }
    found
}

/// These rules name what they forbid, so they cannot be read by themselves.
fn ours(files: &[SourceFile]) -> impl Iterator<Item = &SourceFile> {
    files.iter().filter(|file| file.is_rust() && !file.path.starts_with("xtask/src/tidy"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::file;

    #[test]
    fn a_mod_rs_is_found() {
        assert_eq!(no_mod_rs(&[file("src/list/mod.rs", ""), file("src/list.rs", "")]).len(), 1);
    }

    #[test]
    fn a_module_that_does_not_say_what_it_is_is_found() {
        assert_eq!(module_sentence(&[file("src/a.rs", "use b;\n//! late"), file("src/b.rs", "//! Rows.")]).len(), 1);
    }

    #[test]
    fn an_allowed_lint_is_found_and_an_expected_one_is_not() {
        let files =
            [file("src/a.rs", "#[allow(dead_code)]"), file("src/b.rs", "#[expect(dead_code, reason = \"soon\")]")];
        assert_eq!(no_allow(&files).len(), 1);
    }

    #[test]
    fn what_is_left_to_do_is_found() {
        assert_eq!(
            nothing_left(&[file("src/a.rs", "fn f() { todo!() }\nfn g() { unimplemented!(\"later\") }")]).len(),
            2
        );
    }

    #[test]
    fn a_long_file_is_found() {
        let (long, short) = ("//! x\n".repeat(LONGEST + 1), "//! x\n".repeat(LONGEST));
        assert_eq!(length(&[file("src/a.rs", &long), file("src/b.rs", &short)]).len(), 1);
    }
}
