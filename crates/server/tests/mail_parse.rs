//! Reading mail: charsets, limits, attached messages, names.

use samtal_model::time::Timestamp;
use samtal_server::mail::{self, limits};
use std::path::PathBuf;

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(name)).expect("a fixture")
}

#[test]
fn words_survive_their_charset() {
    for (name, from, subject, words) in [
        ("iso-2022-jp.eml", "田中美咲", "棚板について", "棚板が一枚足りません"),
        ("windows-1250.eml", "Wiśniewski Piotr", "Zażółć gęślą jaźń", "półka jest źle zapakowana"),
        ("no-charset.eml", "Björn", "Färgen", "Hej, färgen är fel på hyllan."),
    ] {
        let parsed = mail::parse(&fixture(name)).expect("a mail");
        assert_eq!(parsed.subject, subject, "{name}");
        assert!(parsed.text.contains(words), "{name}: {}", parsed.text);
        assert_eq!(parsed.from.name, from, "{name}");
    }
    let parsed = mail::parse(&fixture("broken-utf-8.eml")).expect("a mail");
    assert!(parsed.text.starts_with("Good words") && parsed.text.ends_with("then more words."), "{}", parsed.text);
    assert!(!parsed.text.contains('\0') && !parsed.subject.contains('\0'));
}

#[test]
fn file_names_are_texts_and_files_come_byte_for_byte() {
    let raw = fixture("names.eml");
    let parsed = mail::parse(&raw).expect("a mail");
    assert_eq!(parsed.from.name, "gpj.exe", "no mark that turns the direction of writing");
    assert_eq!(parsed.subject, "Hostile: <script>alert(1)</script>");
    let names: Vec<_> = parsed.attachments.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    assert!(names.iter().all(|name| !name.contains(['/', '\\', '\u{202e}'])), "{names:?}");
    assert!(parsed.attachments.iter().all(|it| !it.inline), "svg is never shown inline");
    assert_eq!(mail::attachment(&raw, 0).expect("the page").bytes, b"<script>alert(document.cookie)</script>");
    assert_eq!(mail::attachment(&raw, 2).expect("the program").bytes, b"MZ\x90\0\x03\0");
}

#[test]
fn an_attached_mail_is_a_file() {
    let raw = fixture("forwarded.eml");
    let parsed = mail::parse(&raw).expect("a mail");
    assert_eq!(parsed.subject, "Fwd: The global digest");
    assert_eq!(parsed.text, "Note: global digest of message/rfc822 attached.");
    let [file] = parsed.attachments.as_slice() else { panic!("{:?}", parsed.attachments) };
    assert_eq!((file.name.as_str(), file.media_type.as_str()), ("The order.eml", "message/rfc822"));
    let bytes = mail::attachment(&raw, 0).expect("the file").bytes;
    assert_eq!(bytes.len(), usize::try_from(file.size).expect("a size"));
    let inner = mail::parse(&bytes).expect("it is a mail itself");
    assert_eq!((inner.subject.as_str(), inner.text.as_str()), ("Your order", "Inner words"));
}

#[test]
fn mime_nested_40_000_deep_neither_crashes_nor_hangs() {
    let mut multiparts = String::from("From: a@b.example\nSubject: deep\n");
    for depth in 0..40_000 {
        multiparts.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
    }
    assert!(mail::parse(multiparts.as_bytes()).is_err(), "quarantined");

    let messages = format!("From: a@b.example\nSubject: deep\n{}", "Content-Type: message/rfc822\n\n".repeat(40_000));
    let parsed = mail::parse(messages.as_bytes()).expect("one attached message");
    assert_eq!(parsed.attachments.len(), 1);
    assert_eq!(mail::attachment(messages.as_bytes(), 0).expect("whole").bytes.len(), 30 * 39_999);

    // Spelled to slip by a look for the plain words.
    for odd in [
        "Content-Type : MESSAGE/RFC822\n\n",
        "Con tent-Type: message/\n rfc822\n\n",
        "Content-Type:\n message/(x)rfc822\n\n",
        "content-type: message/global; x=y\n\n",
        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    ] {
        let raw = format!("From: a@b.example\nSubject: deep\n{}", odd.repeat(40_000));
        assert!(mail::parse(raw.as_bytes()).is_ok(), "{odd:?}");
    }
    let digest = "Content-Type: multipart/digest; boundary=x\n\n--x\n\n".repeat(40_000);
    let _ = mail::parse(format!("From: a@b.example\nSubject: deep\n{digest}").as_bytes());
}

#[test]
fn sixty_four_levels_pass_and_more_do_not() {
    let nested = |levels: usize| {
        let mut raw = String::from("From: a@b.example\nSubject: nested\n");
        for depth in 0..levels {
            raw.push_str(&format!("Content-Type: multipart/mixed; boundary=\"={depth}=\"\n\n--={depth}=\n"));
        }
        raw.push_str("Content-Type: text/plain\n\nthe words\n");
        for depth in (0..levels).rev() {
            raw.push_str(&format!("--={depth}=--\n"));
        }
        mail::parse(raw.as_bytes())
    };
    assert_eq!(nested(limits::DEPTH_MOST - 1).expect("allowed").text, "the words");
    assert!(nested(limits::DEPTH_MOST).is_err());
}

#[test]
fn what_breaks_a_limit_says_which() {
    let why = |raw: &[u8]| mail::parse(raw).expect_err("refused").why;
    assert!(why(&fixture("headers.eml")).contains("header"));
    assert!(why(&fixture("empty.eml")).contains("empty"));
    let parts = "Content-Type: text/plain\n\nx\n--b\n".repeat(1_001);
    let many = format!("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n{parts}");
    assert!(why(many.as_bytes()).contains("1,000 parts"));
    let mut large = b"Subject: x\n\n".to_vec();
    large.resize(limits::SIZE_MOST + 1, b'x');
    assert!(why(&large).contains("50 MB"));
}

#[test]
fn threads_and_dates_come_from_the_headers() {
    let raw = b"From: A <A@B.example>\nTo: x@y.example, \"Z, Q\" <z@y.example>\nCc: c@y.example\nSubject: Re: x\n\
        Date: Sat, 1 Jan 2050 00:00:00 +0000\nReceived: from a by b; Thu, 19 Nov 2026 16:02:00 +0100\n\
        Message-ID: <own@b.example>\nReferences: <1@b.example> <2@b.example>\nIn-Reply-To: <2@b.example>\n\
        Auto-Submitted: auto-replied\n\nHi";
    let parsed = mail::parse(raw).expect("a mail");
    assert_eq!(parsed.thread_ids(), ["own@b.example", "1@b.example", "2@b.example"]);
    assert_eq!(parsed.to.iter().map(|it| it.email.as_str()).collect::<Vec<_>>(), ["x@y.example", "z@y.example"]);
    assert_eq!(parsed.to[1].name, "Z, Q");
    assert!(parsed.is_auto_reply);
    let now = Timestamp::parse("2026-11-21T10:00:00Z").expect("a time");
    assert_eq!(parsed.sent_at(now).to_rfc3339(), "2026-11-19T15:02:00.000Z", "a date in the future is not believed");
}
