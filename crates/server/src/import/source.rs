//! Where mail stands on a disk: .eml files, mboxes, Maildirs, and folders of these. Files are read one mail at a time,
//! an mbox of any size line by line. Symbolic links are not followed: they may lead out of what was asked for.

use super::Error;
use crate::mail::limits::SIZE_MOST;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Of a mail that is too large, as much is kept for quarantine; the rest is where it was.
const KEPT_OF_TOO_LARGE: usize = 64 * 1024;

/// The longest line looked at to tell an mbox, in bytes: that of a mail (RFC 5322).
const SEPARATOR_MOST: u64 = 998;

/// A mail as it stands in its file.
#[derive(Debug)]
pub(super) struct RawMail {
    /// The file, and the place in it if it is an mbox.
    pub origin: String,
    pub bytes: Vec<u8>,
    /// In the file; more than `bytes` if that was cut.
    pub size: usize,
    pub too_large: bool,
}

/// The files that hold mail.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub files: Vec<(PathBuf, Kind)>,
    pub skipped: Vec<PathBuf>,
    /// Of all files.
    pub bytes: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    One,
    Mbox,
}

/// Looks through `path`.
pub(super) fn look(path: &Path) -> Result<Found, Error> {
    let mut found = Found::default();
    let about = std::fs::metadata(path).map_err(|error| failed(path, error))?;
    if about.is_dir() {
        look_in(path, false, &mut found)?;
    } else {
        // Named by hand, it is taken for mail whatever it is called.
        let kind = if is_mbox(path)? { Kind::Mbox } else { Kind::One };
        found.bytes = about.len();
        found.files.push((path.to_owned(), kind));
    }
    Ok(found)
}

fn look_in(folder: &Path, in_maildir: bool, found: &mut Found) -> Result<(), Error> {
    let mut entries = vec![];
    for entry in std::fs::read_dir(folder).map_err(|error| failed(folder, error))? {
        let entry = entry.map_err(|error| failed(folder, error))?;
        let kind = entry.file_type().map_err(|error| failed(&entry.path(), error))?;
        entries.push((entry.path(), kind));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let has = |name: &str| entries.iter().any(|(path, kind)| kind.is_dir() && path.ends_with(name));
    let maildir = has("cur") && has("new");
    for (path, kind) in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if kind.is_dir() {
            // What stands in tmp is half written.
            if !(maildir && name == "tmp") {
                look_in(&path, maildir && matches!(name.as_str(), "cur" | "new"), found)?;
            }
        } else if kind.is_file() {
            match kind_of(&path, &name, in_maildir) {
                Ok(Some(kind)) => {
                    found.bytes += std::fs::metadata(&path).map_or(0, |about| about.len());
                    found.files.push((path, kind));
                }
                Ok(None) => found.skipped.push(path),
                Err(error) => return Err(error),
            }
        } else {
            found.skipped.push(path);
        }
    }
    Ok(())
}

fn kind_of(path: &Path, name: &str, in_maildir: bool) -> Result<Option<Kind>, Error> {
    // Indexes of mail servers and mail programs.
    if !in_maildir && (name.starts_with("dovecot") || name.starts_with('.') || name.ends_with(".msf")) {
        return Ok(None);
    }
    if is_mbox(path)? {
        return Ok(Some(Kind::Mbox));
    }
    let lower = name.to_lowercase();
    let named = lower.ends_with(".eml") || lower.ends_with(".emlx");
    Ok((in_maildir || named || begins_like_mail(path)?).then_some(Kind::One))
}

/// A letter that begins with the word “From” is none.
fn is_mbox(path: &Path) -> Result<bool, Error> {
    let start = beginning(path, SEPARATOR_MOST)?;
    Ok(start.split(|byte| *byte == b'\n').next().is_some_and(is_separator))
}

/// Whether the first lines are headers, one of which every mail has.
fn begins_like_mail(path: &Path) -> Result<bool, Error> {
    let start = beginning(path, 4096)?;
    let text = String::from_utf8_lossy(&start).to_lowercase();
    let mut known = false;
    for line in text.lines().take_while(|line| !line.trim().is_empty()).take(40) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return Ok(known && start.len() == 4096) };
        if name.contains(char::is_whitespace) {
            return Ok(false);
        }
        known |= matches!(name, "from" | "received" | "message-id" | "return-path" | "delivered-to" | "mime-version");
    }
    Ok(known)
}

fn beginning(path: &Path, length: u64) -> Result<Vec<u8>, Error> {
    let mut start = vec![];
    let file = File::open(path).map_err(|error| failed(path, error))?;
    file.take(length).read_to_end(&mut start).map_err(|error| failed(path, error))?;
    Ok(start)
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::Read { path: path.to_owned(), error }
}

impl Found {
    /// Every mail, file after file.
    pub(super) fn mails(&self) -> impl Iterator<Item = Result<RawMail, Error>> + '_ {
        self.files.iter().flat_map(|(path, kind)| -> Box<dyn Iterator<Item = Result<RawMail, Error>>> {
            match kind {
                Kind::One => Box::new(std::iter::once_with(|| one(path))),
                Kind::Mbox => match File::open(path) {
                    Ok(file) => Box::new(Mbox::new(path, BufReader::with_capacity(256 * 1024, file))),
                    Err(error) => Box::new(std::iter::once(Err(failed(path, error)))),
                },
            }
        })
    }
}

fn one(path: &Path) -> Result<RawMail, Error> {
    let size = std::fs::metadata(path).map_err(|error| failed(path, error))?.len();
    let too_large = size > SIZE_MOST as u64;
    let kept = if too_large { KEPT_OF_TOO_LARGE } else { SIZE_MOST };
    let bytes = beginning(path, kept as u64)?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    Ok(RawMail { origin: path.display().to_string(), bytes, size, too_large })
}

/// The mails of an mbox, in the manner of mboxrd: `From ` at the start of a line after an empty one begins a mail, and
/// `>From ` within one has lost a `>` to it.
struct Mbox<'p, R> {
    path: &'p Path,
    lines: R,
    number: usize,
    /// A separator has been read.
    begun: bool,
    ended: bool,
}

impl<'p, R: BufRead> Mbox<'p, R> {
    fn new(path: &'p Path, lines: R) -> Self {
        Self { path, lines, number: 0, begun: false, ended: false }
    }
}

impl<R: BufRead> Iterator for Mbox<'_, R> {
    type Item = Result<RawMail, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let (mut bytes, mut size, mut after_empty) = (vec![], 0, true);
        let mut line = vec![];
        loop {
            line.clear();
            // A line can be as long as the file; a mail cannot.
            let most = (SIZE_MOST + 2) as u64;
            match self.lines.by_ref().take(most).read_until(b'\n', &mut line) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    self.ended = true;
                    return Some(Err(failed(self.path, error)));
                }
            }
            if after_empty && is_separator(&line) {
                if self.begun {
                    break;
                }
                self.begun = true;
                after_empty = false;
                continue;
            }
            self.begun = true;
            size += line.len();
            after_empty = line.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
            let quoted = line.iter().take_while(|byte| **byte == b'>').count();
            let kept = if quoted > 0 && line[quoted..].starts_with(b"From ") { &line[1..] } else { &line[..] };
            if bytes.len() <= SIZE_MOST {
                bytes.extend_from_slice(kept);
            }
        }
        if size == 0 {
            return None;
        }
        self.number += 1;
        let too_large = size > SIZE_MOST;
        if too_large {
            bytes.truncate(KEPT_OF_TOO_LARGE);
        } else {
            // The empty line before the next separator is not the mail's.
            for end in [b"\r\n\r\n".as_slice(), b"\n\n"] {
                if bytes.ends_with(end) {
                    bytes.truncate(bytes.len() - end.len() / 2);
                    break;
                }
            }
        }
        let origin = format!("{}, mail {}", self.path.display(), self.number);
        Some(Ok(RawMail { origin, bytes, size, too_large }))
    }
}

/// `From sender Thu Nov 19 16:02:00 2026`: not every line that begins with the word is one.
fn is_separator(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.windows(3).any(|it| it[0].is_ascii_digit() && it[1] == b':' && it[2].is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mbox(text: &str) -> Vec<String> {
        Mbox::new(Path::new("a.mbox"), text.as_bytes())
            .map(|mail| String::from_utf8(mail.expect("readable").bytes).expect("text"))
            .collect()
    }

    #[test]
    fn an_mbox_is_taken_apart_at_its_separators() {
        let text = "From a@b Thu Nov 19 16:02:00 2026\nSubject: 1\n\nFrom here on\n>From there\n>>From two\n\n\
                    From c@d Thu Nov 19 16:03:00 2026\nSubject: 2\n\nx\n";
        assert_eq!(mbox(text), ["Subject: 1\n\nFrom here on\nFrom there\n>From two\n", "Subject: 2\n\nx\n"]);
        assert!(mbox("").is_empty());
    }
}
