//! An archive (`samtal import --closed`): its conversations are closed, however often it is broken off.

use crate::bench::{Bench, INBOX, mail, wanted};
use samtal_model::View;
use samtal_server::import::Wanted;
use std::path::Path;
use std::task::Poll;

const DAY: &str = "Thu, 19 Nov 2026 18:00:00 +0100";

/// Begun, answered, and answered twice more; the answers stand in later batches than what they answer.
const CONVERSATIONS: usize = 180;
const ROUNDS: usize = 4;

fn archive(path: &Path) -> Wanted<'_> {
    Wanted { archived: true, ..wanted(path) }
}

fn all(bench: &Bench) -> std::path::PathBuf {
    let mut mbox = String::new();
    for round in ["a", "b", "c", "d"] {
        for number in 0..CONVERSATIONS {
            let answers = if round == "a" { String::new() } else { format!("<a{number}@post.example>") };
            let from = if round == "b" { INBOX } else { "maja@post.example" };
            let to = if round == "b" { "maja@post.example" } else { INBOX };
            mbox.push_str("From a Thu Nov 19 18:00:00 2026\n");
            mbox.push_str(&mail(&format!("{round}{number}"), from, to, DAY, &answers, "Words"));
            mbox.push('\n');
        }
    }
    bench.mail("all.mbox", mbox)
}

/// What stands in All closed and in All open.
async fn standing(bench: &Bench) -> (Vec<(String, i64)>, usize) {
    let closed = bench.list(View::Closed).await;
    assert!(closed.iter().all(|it| it.waiting_since.is_none()), "nobody waits in an archive");
    let mut closed: Vec<_> = closed.into_iter().map(|it| (it.subject, it.message_count)).collect();
    closed.sort();
    (closed, bench.list(View::Open).await.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_is_closed_and_the_same_if_it_was_interrupted_and_run_again() {
    for (whole, broken) in Bench::each().await.into_iter().zip(Bench::each().await) {
        let path = all(&whole);
        let summary = whole.run(&archive(&path), std::future::pending()).await.expect("imported");
        assert_eq!((summary.imported, summary.conversations), (ROUNDS * CONVERSATIONS, CONVERSATIONS));
        let (closed, open) = standing(&whole).await;
        assert!(closed.len() == CONVERSATIONS && closed.iter().all(|(_, count)| *count == ROUNDS as i64), "{closed:?}");
        assert_eq!(open, 0);

        // Told to stop when it asks for the fourth time whether to: it has taken in some of the four batches by then.
        let mut asked = 0;
        let soon = std::future::poll_fn(|_| {
            asked += 1;
            if asked < 4 { Poll::Pending } else { Poll::Ready(()) }
        });
        let first = broken.run(&archive(&path), soon).await.expect("stopped");
        assert!(first.interrupted && first.imported > 0 && first.imported < ROUNDS * CONVERSATIONS, "{first:?}");
        let second = broken.run(&archive(&path), std::future::pending()).await.expect("imported");
        assert_eq!(first.imported + second.imported, ROUNDS * CONVERSATIONS);
        assert_eq!(standing(&broken).await, (closed, 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_leaves_open_what_is_open_and_reopens_nothing() {
    for bench in Bench::each().await {
        let day = "Thu, 19 Nov 2026 09:00:00 +0100";
        let today = bench.mail("today.eml", mail("1", "maja@post.example", INBOX, day, "", "Today"));
        bench.import(&today).await.expect("imported");
        let old = bench.mail("old.eml", mail("2", "tomas@post.example", INBOX, day, "", "Old"));
        bench.run(&archive(&old), std::future::pending()).await.expect("imported");
        for (id, answers) in [("3", "<1@post.example>"), ("4", "<2@post.example>")] {
            let later = bench.mail("later.eml", mail(id, "maja@post.example", INBOX, DAY, answers, "Later"));
            bench.run(&archive(&later), std::future::pending()).await.expect("imported");
        }
        let told = async |view| {
            let found = bench.list(view).await;
            found.into_iter().map(|it| (it.subject, it.preview, it.message_count)).collect::<Vec<_>>()
        };
        assert_eq!(told(View::Open).await, [("Shelf 1".to_owned(), "Later".to_owned(), 2)]);
        assert_eq!(told(View::Closed).await, [("Shelf 2".to_owned(), "Later".to_owned(), 2)]);

        // What is no archive does.
        let new = bench.mail("new.eml", mail("5", "tomas@post.example", INBOX, DAY, "<2@post.example>", "New"));
        bench.import(&new).await.expect("imported");
        assert_eq!((bench.list(View::Open).await.len(), bench.list(View::Closed).await.len()), (2, 0));
    }
}
