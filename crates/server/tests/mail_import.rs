//! Importing mail from files: every kind, twice, broken, interrupted.

use bench::{Bench, INBOX, mail, wanted};
use futures_util::StreamExt;
use samtal_model::{Author, MessageKind, View};
use samtal_server::feed::FeedHub;
use samtal_server::import::{Error, Wanted};
use samtal_server::store::ThreadAt;
use std::path::{Path, PathBuf};

#[path = "mail/archive.rs"]
mod archive;
#[path = "mail/bench.rs"]
mod bench;
#[path = "mail/databases.rs"]
mod databases;
#[path = "mail/inboxes.rs"]
mod inboxes;
#[path = "mail/stray.rs"]
mod stray;

fn everything(bench: &Bench) -> PathBuf {
    bench.mail(
        "a/one.eml",
        mail("1", "Maja <maja@post.example>", INBOX, "Thu, 19 Nov 2026 16:02:00 +0100", "", "First"),
    );
    // The answer stands in another file, and the answer to the answer comes before it in the folder.
    bench.mail(
        "a/0.eml",
        mail("3", "Maja <maja@post.example>", INBOX, "Fri, 20 Nov 2026 09:00:00 +0100", "<2@post.example>", "Third"),
    );
    let sent = mail(
        "2",
        "Support <support@hyllan.example>",
        "Maja <maja@post.example>",
        "Thu, 19 Nov 2026 17:00:00 +0100",
        "<1@post.example>",
        "Second",
    );
    let new =
        mail("4", "Tomas <tomas@brev.example>", INBOX, "Thu, 19 Nov 2026 18:00:00 +0100", "", "Another\n>From me");
    bench.mail(
        "b/archive",
        format!("From support Thu Nov 19 17:00:00 2026\n{sent}\nFrom tomas Thu Nov 19 18:00:00 2026\n{new}\n"),
    );
    let anna = mail(
        "5",
        "Anna <anna@hyllan.example>",
        "Nora <nora@brev.example>",
        "Wed, 18 Nov 2026 12:00:00 +0100",
        "",
        "We wrote first",
    );
    bench.mail("maildir/cur/1700000000.a.host:2,S", anna);
    bench.mail(
        "maildir/new/1700000001.b.host",
        mail("1", "Maja <maja@post.example>", INBOX, "Thu, 19 Nov 2026 16:02:00 +0100", "", "First"),
    );
    bench.mail("maildir/tmp/half", "From: half@written.example");
    bench.mail("a/broken.eml", "  \n \n");
    bench.mail(
        "a/deep.eml",
        format!(
            "From: x@y.example\nSubject: deep\n{}",
            (0..40_000)
                .map(|n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n"))
                .collect::<String>()
        ),
    );
    bench.mail("a/holiday.jpg", [0xff, 0xd8, 0xff, 0xe0]);
    bench.folder.path().join("mail")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_file_once_however_often_it_is_run() {
    for bench in Bench::each().await {
        every_kind_of_file(&bench).await;
    }
}

async fn every_kind_of_file(bench: &Bench) {
    let path = everything(bench);
    let first = bench.import(&path).await.expect("imported");
    assert_eq!(
        (first.imported, first.already_there, first.quarantined, first.conversations),
        (5, 1, 2, 3),
        "{first:?}"
    );
    assert_eq!(first.skipped.len(), 1, "{first:?}");

    let again = bench.import(&path).await.expect("imported");
    assert_eq!(
        (again.imported, again.already_there, again.quarantined, again.conversations),
        (0, 8, 0, 0),
        "{again:?}"
    );

    let reader = bench.reader().await;
    let inbox = bench.store.inboxes(&reader).await.expect("inboxes").remove(0);
    assert_eq!(inbox.address, INBOX, "told from the mail");

    let open = bench.list(View::Open).await;
    let maja = open.iter().find(|it| it.contact.as_ref().is_some_and(|it| it.name == "Maja")).expect("Maja's");
    assert_eq!((maja.message_count, maja.subject.as_str(), maja.unread), (3, "Shelf 1", true));
    let thread = bench.store.messages(&reader, maja.id, ThreadAt::Newest, 10).await.expect("a query").expect("visible");
    let told: Vec<_> = thread.items.iter().map(|it| (it.kind, it.text.as_str())).collect();
    assert_eq!(
        told,
        [(MessageKind::Inbound, "First"), (MessageKind::Outbound, "Second"), (MessageKind::Inbound, "Third")]
    );
    assert_eq!(thread.items[1].author, Author::Inbox);
    let raw = bench.store.mail_source(&reader, thread.items[0].id).await.expect("a query").expect("its source");
    assert!(raw.ends_with(b"First\n"), "kept as it came");

    let sent = bench.list(View::Sent).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].contact.as_ref().map(|it| it.email.as_str()), Some("nora@brev.example"));
    let thread =
        bench.store.messages(&reader, sent[0].id, ThreadAt::Newest, 10).await.expect("a query").expect("visible");
    assert_eq!(thread.items[0].author, Author::Agent(reader.agent));

    let quarantine = bench.store.quarantine(&reader).await.expect("a query");
    assert_eq!(quarantine.len(), 2);
    for one in &quarantine {
        let raw = bench.store.quarantine_source(&reader, one.id).await.expect("a query").expect("its source");
        assert_eq!(raw.len(), usize::try_from(one.size).expect("a size"), "{one:?}");
        assert!(one.origin.ends_with(".eml") && !one.error.is_empty(), "{one:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_comes_after_its_child_joins_it() {
    for bench in Bench::each().await {
        parent_after_child(&bench).await;
    }
}

async fn parent_after_child(bench: &Bench) {
    let child = bench.mail(
        "child.eml",
        mail("2", "a@post.example", INBOX, "Fri, 20 Nov 2026 09:00:00 +0100", "<1@post.example>", "Child"),
    );
    let parent =
        bench.mail("parent.eml", mail("1", "a@post.example", INBOX, "Thu, 19 Nov 2026 09:00:00 +0100", "", "Parent"));
    bench.import(&child).await.expect("imported");
    bench.import(&parent).await.expect("imported");
    let open = bench.list(View::Open).await;
    assert_eq!(open.iter().map(|it| it.message_count).collect::<Vec<_>>(), [2]);
    assert_eq!(open[0].preview, "Child", "the newest by date");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_the_inbox_is_not_ours_for_naming_a_colleague_as_its_sender() {
    let bench = Bench::new().await;
    let day = "Thu, 19 Nov 2026 18:00:00 +0100";
    let forged = |id, to: &str| mail(id, "Anna Lind <anna@hyllan.example>", to, day, "", "Pay this bill");
    bench.mail("in/1.eml", forged("1", INBOX));
    bench.mail("in/2.eml", forged("2", "maja@post.example, Support@hyllan.example"));
    bench.mail("in/3.eml", forged("3", "maja@post.example\nCc: support@hyllan.example"));
    bench.mail("in/4.eml", mail("4", &format!("Us <{INBOX}>"), &format!("maja@post.example, {INBOX}"), day, "", "Us?"));
    bench.mail("in/5.eml", forged("5", "maja@post.example"));
    let (store, path) = (&bench.store, bench.folder.path().join("mail"));
    let named = Wanted { address: Some(INBOX), ..wanted(&path) };
    bench.run(&named, std::future::pending()).await.expect("imported");

    let reader = bench.reader().await;
    let mut told = vec![];
    for one in bench.list(View::Open).await.into_iter().chain(bench.list(View::Sent).await) {
        let thread = store.messages(&reader, one.id, ThreadAt::Newest, 10).await.expect("a query").expect("visible");
        let first = &thread.items[0];
        let by_contact = matches!(first.author, Author::Contact(_));
        told.push((one.subject, first.kind, by_contact, one.contact.map(|it| it.email).unwrap_or_default()));
    }
    told.sort_by(|one, other| one.0.cmp(&other.0));
    let inbound = |n: u8, from: &str| (format!("Shelf {n}"), MessageKind::Inbound, true, from.to_owned());
    let anna = "anna@hyllan.example";
    let outbound = ("Shelf 5".to_owned(), MessageKind::Outbound, false, "maja@post.example".to_owned());
    assert_eq!(told, [inbound(1, anna), inbound(2, anna), inbound(3, anna), inbound(4, INBOX), outbound]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_goes_on_where_it_stopped() {
    let bench = Bench::new().await;
    let mut mbox = String::new();
    for number in 0..1_500 {
        mbox.push_str("From a Thu Nov 19 18:00:00 2026\n");
        mbox.push_str(&mail(
            &number.to_string(),
            "a@post.example",
            INBOX,
            "Thu, 19 Nov 2026 18:00:00 +0100",
            "",
            "Words",
        ));
        mbox.push('\n');
    }
    let path = bench.mail("all.mbox", mbox);
    let soon = tokio::time::sleep(std::time::Duration::from_millis(150));
    let first = bench.run(&wanted(&path), soon).await.expect("stopped");
    let second = bench.import(&path).await.expect("imported");
    assert!(!second.interrupted);
    assert_eq!(first.imported + second.imported, 1_500, "{first:?} {second:?}");
    assert_eq!(second.already_there, first.imported);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn symbolic_links_do_not_lead_out() {
    let bench = Bench::new().await;
    let secret = bench.folder.path().join("secret.eml");
    std::fs::write(&secret, mail("9", "a@post.example", INBOX, "Thu, 19 Nov 2026 18:00:00 +0100", "", "Secret"))
        .expect("written");
    bench.mail("one.eml", mail("1", "a@post.example", INBOX, "Thu, 19 Nov 2026 18:00:00 +0100", "", "Words"));
    std::os::unix::fs::symlink(&secret, bench.folder.path().join("mail/link.eml")).expect("linked");
    let summary = bench.import(&bench.folder.path().join("mail")).await.expect("imported");
    assert_eq!((summary.imported, summary.skipped.len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said() {
    let bench = Bench::new().await;
    let missing = bench.import(Path::new("/nowhere/at/all")).await.expect_err("refused").to_string();
    assert!(missing.contains("/nowhere/at/all"), "{missing}");
    let empty = bench.folder.path().join("empty");
    std::fs::create_dir(&empty).expect("made");
    assert!(matches!(bench.import(&empty).await, Err(Error::Nothing(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_tells_of_what_another_process_imports() {
    for bench in Bench::each().await {
        // A new inbox would make every stream read anew.
        let day = "Thu, 19 Nov 2026 17:00:00 +0100";
        bench.import(&bench.mail("first.eml", mail("0", "a@post.example", INBOX, day, "", "First"))).await.expect("in");
        let reader = bench.reader().await;
        let feed = FeedHub::start(bench.store.clone()).await.expect("it starts");
        let mut events = Box::pin(feed.subscribe(reader.agent, bench.store.sequence().await.expect("a number")));
        let path =
            bench.mail("one.eml", mail("1", "a@post.example", INBOX, "Thu, 19 Nov 2026 18:00:00 +0100", "", "Words"));
        // Its own dispatcher wakes its own feed, not this one.
        bench.import(&path).await.expect("imported");
        let soon = std::time::Duration::from_secs(10);
        let told = async {
            while let Some(event) = events.next().await {
                if event.messages.iter().any(|message| message.text == "Words") {
                    return true;
                }
            }
            false
        };
        assert_eq!(tokio::time::timeout(soon, told).await, Ok(true));
    }
}
