//! One style sheet out of many: `@import` of our own files is replaced by what they hold, and spaces and comments go.
//!
//! Not a CSS parser: it knows comments, strings and parentheses, which is what finding imports and spaces needs.

use std::path::Path;

use crate::failure::{About, Failure, Result};

/// The sheet at `path` with every `@import "file.css" [layer(name)|layer] [media];` replaced, in place and to any depth.
pub fn bundle(path: &Path) -> Result<String> {
    bundle_within(path, 0)
}

fn bundle_within(path: &Path, depth: usize) -> Result<String> {
    // Far beyond any sheet of ours: only a file that imports itself gets here.
    const DEEPEST: usize = 8;
    if depth > DEEPEST {
        return Err(Failure::new(format!("{}: imports itself", path.display())));
    }
    let sheet = std::fs::read_to_string(path).about(path)?;
    let sheet = without_comments(&sheet);
    let mut bundled = String::new();
    let mut rest = sheet.as_str();
    while let Some(at) = rest.find("@import") {
        let (before, import) = rest.split_at(at);
        bundled.push_str(before);
        let end = import
            .find(';')
            .ok_or_else(|| Failure::new(format!("{}: an @import without its semicolon", path.display())))?;
        let (import, after) = import.split_at(end);
        let import = Import::read(import).ok_or_else(|| {
            Failure::new(format!("{}: {import:?} is not understood", path.display()))
                .advise("write @import \"file.css\"; or @import \"file.css\" layer(name);")
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let inner = bundle_within(&folder.join(import.file), depth + 1)?;
        bundled.push_str(&import.wrap(&inner));
        rest = &after[1..];
    }
    bundled.push_str(rest);
    Ok(bundled)
}

/// What stands between `@import` and its semicolon.
#[derive(Debug, PartialEq)]
struct Import<'a> {
    file: &'a str,
    /// `Some("")` is a layer without a name.
    layer: Option<&'a str>,
    media: &'a str,
}

impl<'a> Import<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix("@import")?.trim_start();
        let (rest, in_url) = match rest.strip_prefix("url(") {
            Some(rest) => (rest.trim_start(), true),
            None => (rest, false),
        };
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (file, rest) = rest[1..].split_once(quote)?;
        let rest = if in_url { rest.trim_start().strip_prefix(')')? } else { rest };
        if file.contains("//") || file.starts_with('/') {
            return None;
        }
        let rest = rest.trim();
        let (layer, media) = match rest.strip_prefix("layer") {
            Some(named) if named.starts_with('(') => {
                let (name, media) = named[1..].split_once(')')?;
                (Some(name.trim()), media)
            }
            Some(media) if media.is_empty() || media.starts_with(char::is_whitespace) => (Some(""), media),
            _ => (None, rest),
        };
        let media = media.trim();
        (!media.starts_with("supports")).then_some(Self { file, layer, media })
    }

    fn wrap(&self, inner: &str) -> String {
        let layered = match self.layer {
            Some(name) => format!("@layer {name} {{\n{inner}\n}}"),
            None => inner.to_owned(),
        };
        if self.media.is_empty() { layered } else { format!("@media {} {{\n{layered}\n}}", self.media) }
    }
}

/// What a stretch of a sheet is: what is inside strings and `url()` must stay as it is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Comment,
    Kept,
    Space,
    Char,
}

/// The sheet, cut into stretches of one kind each.
fn pieces(sheet: &str) -> impl Iterator<Item = (Kind, &str)> {
    let mut rest = sheet;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (kind, length) = if let Some(comment) = rest.strip_prefix("/*") {
            (Kind::Comment, comment.find("*/").map_or(rest.len(), |at| at + 4))
        } else if matches!(first, '"' | '\'') {
            (Kind::Kept, string_length(rest, first))
        } else if rest.starts_with("url(") && !rest[4..].trim_start().starts_with(['"', '\'']) {
            (Kind::Kept, rest.find(')').map_or(rest.len(), |at| at + 1))
        } else if first.is_whitespace() {
            (Kind::Space, rest.len() - rest.trim_start().len())
        } else {
            (Kind::Char, first.len_utf8())
        };
        let (piece, after) = rest.split_at(length);
        rest = after;
        Some((kind, piece))
    })
}

/// Bytes of the string that `text` begins with, its quotes counted.
fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The same sheet with each comment a space; lines stay where they are.
pub fn without_comments(sheet: &str) -> String {
    let mut bare = String::new();
    for (kind, piece) in pieces(sheet) {
        if kind == Kind::Comment {
            bare.push(' ');
            bare.extend(piece.matches('\n'));
        } else {
            bare.push_str(piece);
        }
    }
    bare
}

/// Drops comments, and spaces where they mean nothing: around braces, semicolons and commas. A space before a colon or a
/// parenthesis can mean something and stays.
pub fn minify(sheet: &str) -> String {
    const TIGHT: [&str; 4] = ["{", "}", ";", ","];
    let mut small = String::new();
    let mut space = false;
    for (kind, piece) in pieces(sheet) {
        if matches!(kind, Kind::Comment | Kind::Space) {
            space = true;
            continue;
        }
        let after_tight = small.is_empty() || small.ends_with(['{', '}', ';', ',']);
        if std::mem::take(&mut space) && !after_tight && !TIGHT.contains(&piece) {
            small.push(' ');
        }
        if piece == "}" && small.ends_with(';') {
            small.pop();
        }
        small.push_str(piece);
    }
    small
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_are_read_in_every_form_we_write() {
        let plain = Import { file: "a.css", layer: None, media: "" };
        assert_eq!(Import::read("@import \"a.css\""), Some(plain));
        assert_eq!(
            Import::read("@import url( 'a.css' ) layer(base)"),
            Some(Import { file: "a.css", layer: Some("base"), media: "" })
        );
        assert_eq!(
            Import::read("@import 'a.css' layer print"),
            Some(Import { file: "a.css", layer: Some(""), media: "print" })
        );
        assert_eq!(Import::read("@import \"https://elsewhere/a.css\""), None);
        assert_eq!(Import::read("@import 'a.css' supports(display: grid)"), None);
    }

    #[test]
    fn a_bundle_holds_what_its_imports_hold_in_their_layers() {
        let folder = std::env::temp_dir().join(format!("samtal-css-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("a temporary file");
        write(
            "main.css",
            "@layer a, b;\n/* @import \"gone.css\"; */\n@import \"one.css\" layer(a);\n@import \"two.css\";",
        );
        write("one.css", "p { color: red }");
        write("two.css", "@import \"three.css\" print;");
        write("three.css", "i { top: 0 }");
        let bundled = bundle(&folder.join("main.css")).map_err(|failure| failure.what);
        write("self.css", "@import \"self.css\";");
        let endless = bundle(&folder.join("self.css"));
        std::fs::remove_dir_all(&folder).expect("a temporary folder");
        let small = minify(&bundled.expect("a bundle"));
        assert_eq!(small, "@layer a,b;@layer a{p{color: red}}@media print{i{top: 0}}");
        assert!(endless.is_err_and(|failure| failure.what.contains("imports itself")));
    }

    #[test]
    fn spaces_that_mean_something_stay() {
        let sheet =
            "a :hover > b , c{ width : calc( 1px + 2px ) ;content: \" /* x */  \" ; background: url(data:a;b , c) }  ";
        assert_eq!(
            minify(sheet),
            "a :hover > b,c{width : calc( 1px + 2px );content: \" /* x */  \";background: url(data:a;b , c)}"
        );
    }

    #[test]
    fn lines_keep_their_numbers_without_comments() {
        assert_eq!(without_comments("a\n/* b\n c */ d\n\"/*\""), "a\n \n d\n\"/*\"");
    }
}
