//! Which inbox mail goes into, and when one is made.

use crate::bench::{Bench, INBOX, mail, wanted};
use samtal_server::import::{Error, Wanted};

const DAY: &str = "Thu, 19 Nov 2026 18:00:00 +0100";

#[tokio::test(flavor = "multi_thread")]
async fn the_very_first_inbox_is_made_and_said() {
    let bench = Bench::new().await;
    let one = bench.mail("1.eml", mail("1", "maja@post.example", INBOX, DAY, "", "Words"));
    bench.mail("2.eml", mail("2", "tomas@post.example", INBOX, DAY, "", "Words"));
    let made = bench.import(one.parent().expect("a folder")).await.expect("imported");
    assert_eq!(made.made.as_deref(), Some(INBOX), "told from the mail");
    let said = made.to_string();
    assert!(said.starts_with("Made the inbox “Support” <support@hyllan.example>, open to all of the team\n"), "{said}");
    let again = bench.import(&one).await.expect("imported");
    assert!(again.made.is_none() && !again.to_string().contains("Made"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mistyped_inbox_was_made_without_a_word() {
    let bench = Bench::new().await;
    let path = bench.mail("1.eml", mail("1", "maja@post.example", INBOX, DAY, "", "Words"));
    let first = Wanted { address: Some(INBOX), ..wanted(&path) };
    bench.run(&first, std::future::pending()).await.expect("imported");
    let names = async || {
        let all = bench.store.all_inboxes().await.expect("a query");
        all.into_iter().map(|inbox| format!("{} {}", inbox.name, inbox.address)).collect::<Vec<_>>()
    };

    let mistyped = Wanted { inbox: "Suport", address: Some("sales@hyllan.example"), ..wanted(&path) };
    let refused = bench.run(&mistyped, std::future::pending()).await.expect_err("refused");
    assert!(matches!(refused, Error::NoSuchInbox { .. }), "{refused}");
    let said = refused.to_string();
    assert!(said.starts_with("there is no inbox “Suport”, only “Support”."), "{said}");
    assert!(said.contains("samtal inbox add"), "{said}");
    assert_eq!(names().await, ["Support support@hyllan.example"]);

    let other = Wanted { inbox: "Sales", make_inbox: true, ..mistyped };
    let made = bench.run(&other, std::future::pending()).await.expect("imported");
    assert_eq!((made.made.as_deref(), made.imported), (Some("sales@hyllan.example"), 1));
    let refused = bench.run(&mistyped, std::future::pending()).await.expect_err("refused").to_string();
    assert!(refused.contains("only “Support” and “Sales”."), "{refused}");

    let spelled = Wanted { inbox: " support", make_inbox: true, ..mistyped };
    let known = bench.run(&spelled, std::future::pending()).await.expect("imported");
    assert_eq!((known.made, known.inbox.as_str(), known.already_there), (None, "Support", 1));
    assert_eq!(names().await, ["Support support@hyllan.example", "Sales sales@hyllan.example"]);
}
