//! Style sheets use the tokens: what a colour, a size of type or a duration is stands in style/tokens.css alone.

use crate::tidy::Breach;
use crate::tidy::source::SourceFile;

pub fn colours(files: &[SourceFile]) -> Vec<Breach> {
    const FUNCTIONS: [&str; 8] = ["rgb(", "rgba(", "hsl(", "hsla(", "hwb(", "lab(", "lch(", "light-dark("];
    breaches(files, |value| {
        let function =
            FUNCTIONS.iter().find(|function| value.contains(**function)).map(|function| (*function).to_owned());
        function.or_else(|| hex_colour(value))
    })
}

pub fn measures(files: &[SourceFile]) -> Vec<Breach> {
    let mut found = breaches(files, |value| numbers_with(value, &["ms", "s"]).next());
    for (file, number, property, value) in declarations(files) {
        if matches!(property.as_str(), "font-size" | "font") {
            found.extend(
                numbers_with(&value, &["px", "rem", "pt"])
                    .map(|size| file.breach(number, format!("{size} in: {property}: {value}"))),
            );
        }
    }
    found
}

fn breaches(files: &[SourceFile], foreign: impl Fn(&str) -> Option<String>) -> Vec<Breach> {
    let declared = declarations(files);
    let found = declared.into_iter().filter_map(|(file, number, property, value)| {
        let what = foreign(&value)?;
        Some(file.breach(number, format!("{what} in: {property}: {value}")))
    });
    found.collect()
}

/// `property: value` of every sheet but the tokens', with its line. A selector such as `a:hover {` is none.
fn declarations(files: &[SourceFile]) -> Vec<(&SourceFile, usize, String, String)> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.path.ends_with(".css") && !file.path.starts_with("style/tokens")) {
        for (number, line) in file.code() {
            for part in line.split(['{', '}', ';']) {
                let Some((property, value)) = part.split_once(':') else { continue };
                let opens_block = line[line.find(part).map_or(0, |at| at + part.len())..].starts_with('{');
                let is_property = property.trim().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
                if is_property && !opens_block {
                    found.push((file, number, property.trim().to_owned(), value.trim().to_owned()));
                }
            }
        }
    }
    found
}

/// `#` with three to eight hexadecimal digits, not inside `url()`.
fn hex_colour(value: &str) -> Option<String> {
    value.split([' ', ',', '(', ')']).find_map(|word| {
        let digits = word.strip_prefix('#')?;
        let is_colour = matches!(digits.len(), 3 | 4 | 6 | 8) && digits.chars().all(|c| c.is_ascii_hexdigit());
        is_colour.then(|| word.to_owned())
    })
}

/// Numbers other than nought with one of these units.
fn numbers_with<'a>(value: &'a str, units: &'a [&str]) -> impl Iterator<Item = String> + 'a {
    value.split([' ', ',', '(', ')', '/']).filter_map(move |word| {
        units.iter().find_map(|unit| {
            let number: f64 = word.strip_suffix(unit)?.parse().ok()?;
            (number != 0.0).then(|| word.to_owned())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::file;

    fn found(rule: fn(&[SourceFile]) -> Vec<Breach>, sheet: &str) -> Vec<usize> {
        assert_eq!(rule(&[file("style/tokens.css", sheet)]), [], "the tokens may");
        rule(&[file("style/list.css", sheet)]).iter().map(|breach| breach.line).collect()
    }

    #[test]
    fn a_colour_outside_the_tokens_is_found() {
        let sheet = ".row { color: #fff }\n.row:hover {\n  background: rgb(0 0 0 / .5);\n  border: 1px solid var(--line);\n}\n/* #abc */\n#add:hover { top: 0 }";
        assert_eq!(found(colours, sheet), [1, 3]);
    }

    #[test]
    fn a_font_size_or_a_duration_outside_the_tokens_is_found() {
        let sheet = ".row { font-size: 12px; padding: 4px }\n.a { transition: color 120ms }\n.b { transition: color var(--quick) 0s }\n.c { font: 600 var(--f1)/1.4 var(--sans) }\n.d { font: 13px/1 serif }";
        assert_eq!(found(measures, sheet), [2, 1, 5]);
    }
}
