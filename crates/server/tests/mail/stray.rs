//! Files that are no mail, wherever they stand: none becomes a conversation.

use crate::bench::{Bench, INBOX, mail, wanted};
use samtal_model::View;
use samtal_server::import::Wanted;

const DAY: &str = "Thu, 19 Nov 2026 18:00:00 +0100";
const README: &str = "# Samtal\n\nA shared inbox.\n\nNote: this is no mail.\nFrom: nobody\n";
/// To a parser without a doubt, these have headers too.
const NOTES: &str = "Title: notes\nhttps://example.org\n10:30 coffee\n\nWords\n";

/// The same bytes every time; line breaks and colons are among them.
fn random_bytes() -> Vec<u8> {
    let mut state = 7_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..4_000).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn random_bytes_and_a_readme_became_conversations() {
    let bench = Bench::new().await;
    let real = bench.mail("real.eml", mail("1", "maja@post.example", INBOX, DAY, "", "Words"));
    let bytes = random_bytes();
    assert!(bytes.contains(&b':') && bytes.contains(&b'\n'));
    bench.mail("bytes.eml", &bytes);
    bench.mail("readme.eml", README);
    bench.mail("notes.eml", NOTES);
    bench.mail("maildir/new/1700000001.b.host", README);
    bench.mail("maildir/cur/1700000002.b.host:2,S", &bytes);
    let summary = bench.import(real.parent().expect("a folder")).await.expect("imported");
    assert_eq!((summary.imported, summary.quarantined, summary.conversations), (1, 5, 1), "{summary:?}");
    let said = summary.to_string();
    assert!(said.contains("readme.eml: It has none of a mail's headers"), "{said}");
    assert_eq!(bench.list(View::Open).await.len(), 1);
    let reader = bench.reader().await;
    let kept = bench.store.quarantine(&reader).await.expect("a query");
    assert_eq!(kept.len(), 3, "what is the same is kept once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_readme_named_by_hand_became_a_conversation() {
    let bench = Bench::new().await;
    for (name, text) in [("README.md", README.as_bytes()), ("photo.jpg", &random_bytes()), ("notes", NOTES.as_bytes())]
    {
        let path = bench.mail(name, text);
        let named = Wanted { address: Some(INBOX), ..wanted(&path) };
        let summary = bench.run(&named, std::future::pending()).await.expect("looked at");
        assert_eq!((summary.imported, summary.quarantined), (0, 1), "{name}: {summary:?}");
    }
    assert!(bench.list(View::Open).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_begins_with_the_word_from_was_taken_for_an_mbox() {
    let bench = Bench::new().await;
    let real = bench.mail("real.eml", mail("1", "maja@post.example", INBOX, DAY, "", "Words"));
    bench.mail("README", README);
    bench.mail("letter.txt", "From the archive of a shop\n\nFrom here on it is a letter.\n");
    bench.mail("bytes", random_bytes());
    let summary = bench.import(real.parent().expect("a folder")).await.expect("imported");
    assert_eq!((summary.imported, summary.quarantined, summary.skipped.len()), (1, 0, 3), "{summary:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_one_header_of_a_mail_is_one() {
    let bench = Bench::new().await;
    let one = bench.mail("1.eml", "Subject: only this\n\nWords\n");
    bench.mail("2.eml", "\u{feff}From: maja@post.example\r\n\r\nWords\r\n");
    bench.mail("3.eml", "X-Mailer: old\nDATE : Thu, 19 Nov 2026 18:00:00 +0100\n\nWords\n");
    // Saved by Apple Mail, with its length before it; and out of an mbox, with a separator that is none.
    bench.mail("4.emlx", "123\nTo: support@hyllan.example\n\nWords\n");
    bench.mail("5.eml", "From maja\nMessage-ID: <1@post.example>\n\nWords\n");
    let folder = one.parent().expect("a folder");
    let named = Wanted { address: Some(INBOX), ..wanted(folder) };
    let summary = bench.run(&named, std::future::pending()).await.expect("imported");
    assert_eq!((summary.imported, summary.quarantined), (5, 0), "{summary:?}");
}
