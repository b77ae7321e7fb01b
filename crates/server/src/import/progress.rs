//! How far an import is, on standard error: a bar on a terminal; elsewhere (a log, a pipe, a container) a line every
//! few seconds, because a bar is not to be seen there and an hour of silence looks like a hang.

use super::Summary;
use super::source::Found;
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use std::io::{IsTerminal, Stderr, Write};
use std::time::{Duration, Instant};

/// Between two lines. An import of an hour leaves some hundred lines in a log.
const EVERY: Duration = Duration::from_secs(5);

pub(super) enum Progress {
    Bar(ProgressBar),
    Lines(Lines<Stderr>),
}

impl Progress {
    pub(super) fn begin(found: &Found) -> Self {
        let beginning = format!("{}, {}", super::counted(found.files.len(), "file"), HumanBytes(found.bytes));
        if std::io::stderr().is_terminal() {
            let template = "{bar:30} {bytes}/{total_bytes} ({bytes_per_sec}, {eta} left) {msg}";
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = ProgressBar::new(found.bytes).with_style(style);
            bar.println(beginning);
            Self::Bar(bar)
        } else {
            Self::Lines(Lines::begin(std::io::stderr(), &beginning, found.bytes, Instant::now()))
        }
    }

    /// So many bytes more are done.
    pub(super) fn tell(&mut self, bytes: u64, summary: &Summary) {
        match self {
            Self::Bar(bar) => {
                bar.inc(bytes);
                bar.set_message(so_far(summary));
            }
            Self::Lines(lines) => lines.tell(bytes, summary, Instant::now()),
        }
    }

    /// Takes the bar away; what came of it is said elsewhere.
    pub(super) fn end(self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn so_far(summary: &Summary) -> String {
    let Summary { imported, already_there, quarantined, .. } = summary;
    format!("{imported} imported, {already_there} there, {quarantined} quarantined")
}

/// Lines with at least [`EVERY`] between them.
pub(super) struct Lines<W> {
    out: W,
    told: Instant,
    done: u64,
    total: u64,
}

impl<W: Write> Lines<W> {
    fn begin(out: W, beginning: &str, total: u64, now: Instant) -> Self {
        let mut lines = Self { out, told: now, done: 0, total };
        lines.say(beginning);
        lines
    }

    fn tell(&mut self, bytes: u64, summary: &Summary, now: Instant) {
        self.done += bytes;
        if now.duration_since(self.told) >= EVERY {
            self.told = now;
            let line = format!("{} of {}: {}", HumanBytes(self.done), HumanBytes(self.total), so_far(summary));
            self.say(&line);
        }
    }

    fn say(&mut self, line: &str) {
        // Nobody may be reading; the import is worth more than its progress.
        let _ = writeln!(self.out, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_terminal_a_line_comes_every_few_seconds() {
        let start = Instant::now();
        let mut lines = Lines::begin(vec![], "3 files, 4 KiB", 4096, start);
        let mut summary = Summary::default();
        for second in 1..=12 {
            summary.imported += 1;
            lines.tell(256, &summary, start + Duration::from_secs(second));
        }
        let told = String::from_utf8(lines.out).expect("text");
        let wanted = [
            "3 files, 4 KiB",
            "1.25 KiB of 4.00 KiB: 5 imported, 0 there, 0 quarantined",
            "2.50 KiB of 4.00 KiB: 10 imported, 0 there, 0 quarantined",
        ];
        assert_eq!(told.lines().collect::<Vec<_>>(), wanted);
    }
}
