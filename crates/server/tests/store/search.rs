//! Search through the store, on both engines (S2–S4, S6): what is found, what never is, and in which order.

use crate::desk::{Desk, search};
use crate::engines::on_each_engine;
use samtal_model::query::parse;
use samtal_model::wire::AttachmentView;
use samtal_model::{Actor, Address, Author, Channel, Command, ConversationId, MessageKind, Receive, Sort, Timestamp};
use samtal_server::dispatch::{MailExtras, Order, Request};
use samtal_server::store::{ListQuery, Search};

#[tokio::test]
async fn accents_and_case_do_not_matter() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let swedish = desk.say("Hyllan är trasig, åtta bräder förstörda").await;
        let polish = desk.say("Zażółć gęślą jaźń w Łodzi").await;
        let french = desk.say("Le café était FERMÉ à midi").await;
        let decomposed = desk.say("re\u{301}sume\u{301} på svenska").await;
        for (typed, there) in [
            ("ar trasig", swedish),
            ("ÅTTA BRADER", swedish),
            ("förstörda", swedish),
            ("zazolc gesla jazn", polish),
            ("łodzi", polish),
            ("LODZI", polish),
            ("cafe ferme", french),
            ("etait", french),
            ("résumé", decomposed),
            ("resume pa", decomposed),
        ] {
            assert_eq!(desk.found(typed).await, [there], "{typed}");
        }
        assert!(desk.found("hylan").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn words_phrases_beginnings_and_what_must_not_be_there() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let shelf = desk.say("The oak shelf arrived broken").await;
        let lamp = desk.say("The broken lamp and an oak table").await;
        let table = desk.say("Your oak-shelf is fine").await;
        assert_eq!(desk.found("oak").await, [table, lamp, shelf], "newest first");
        assert_eq!(desk.found("broken oak").await, [lamp, shelf]);
        assert_eq!(desk.found("\"oak shelf\"").await, [table, shelf]);
        assert_eq!(desk.found("\"broken oak\"").await, []);
        assert_eq!(desk.found("oak -lamp").await, [table, shelf]);
        assert_eq!(desk.found("oak -\"oak shelf\"").await, [lamp]);
        assert_eq!(desk.found("-lamp").await, [table, shelf], "with nothing else it leaves conversations out");
        assert_eq!(desk.found("sh").await, [table, shelf], "the last word is being typed");
        assert_eq!(desk.found("s").await, [table, shelf]);
        assert_eq!(desk.found("sh oak").await, [], "the others are not");
        assert_eq!(desk.found("sh* oak").await, [table, shelf]);
        assert_eq!(desk.found("\"oak sh").await, [table, shelf]);
        assert_eq!(desk.found("oak lamps").await, []);
        assert_eq!(desk.found("hello maja").await, [table, lamp, shelf], "subject and contact are everywhere");
        // Both words have to be in one message.
        desk.answer(lamp, "and the chair").await;
        assert_eq!(desk.found("chair oak").await, []);
        assert_eq!(desk.found("lamp").await, [lamp]);
        // An answer without the excluded word still matches.
        desk.answer(shelf, "oak again, with a lamp").await;
        desk.answer(shelf, "oak once more").await;
        let page = desk.page(desk.anna, &ListQuery::searching(search("oak -lamp"))).await;
        assert_eq!(page.items[0].id, shelf);
    })
    .await;
}

#[tokio::test]
async fn addresses_and_numbers_are_found_by_part() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let mail = desk.mail("Anna-Lena Öberg/anna.lena+hylla@post-nord.example", "Order ORD-2024-117", "See #4711");
        let (id, _) = desk.get(mail).await;
        for typed in [
            "anna.lena+hylla@post-nord.example",
            "anna.lena@post",
            "lena",
            "post-nord",
            "nord.exa",
            "@post",
            "oberg",
            "ORD-2024-117",
            "2024-117",
            "117",
            "ord-2",
            "#4711",
            "471",
            "contact:lena",
            "contact:\"öberg\"",
            "contact:post-nord.example",
            "from:lena+hyl",
            "subject:2024-1",
        ] {
            let here = desk.found(typed).await;
            // `anna.lena@post` is a phrase, and `hylla` stands between.
            assert_eq!(here, if typed == "anna.lena@post" { vec![] } else { vec![id] }, "{typed}");
        }
        for typed in ["ORD-2024-1177", "contact:nor.example", "subject:4711", "from:maja"] {
            assert!(desk.found(typed).await.is_empty(), "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_operator_narrows() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let file = AttachmentView {
            index: 0,
            name: "Faktura 2026.pdf".into(),
            media_type: "application/pdf".into(),
            size: 9,
            inline: false,
        };
        let extras = MailExtras {
            attachments: vec![file],
            to: vec![Address { name: "Hyllan".into(), email: "support@hyllan.test".into() }],
            cc: vec![Address { name: "Per Ek".into(), email: "per@firma.test".into() }],
            ..MailExtras::default()
        };
        let (bill, _) = desk.with(desk.mail("Maja Berg/maja@post.test", "The bill", "Please pay"), extras).await;
        let chat = Receive { channel: Channel::Chat, ..desk.mail("Ola/ola@kund.test", "", "please help") };
        let (chat, _) = desk.get(chat).await;
        let spam = Receive { spam: true, ..desk.mail("win@spam.test", "Please win", "please") };
        let (spam, _) = desk.get(spam).await;
        let (form, last) =
            desk.get(Receive { channel: Channel::Form, ..desk.mail("Eva/eva@kund.test", "Shelf", "please") }).await;
        desk.ask(Command::Assign { conversation: bill, owner: Some(desk.anna) }).await;
        desk.ask(Command::Assign { conversation: chat, owner: Some(desk.ewa) }).await;
        desk.ask(Command::Close { conversation: chat }).await;
        desk.ask(Command::MarkRead { conversation: form, up_to: last }).await;
        let gone = desk.say("please trash").await;
        desk.ask(Command::Trash { conversation: gone }).await;
        desk.ask(Command::Reply { conversation: bill, text: "Our answer".into() }).await;

        let everything = vec![gone, form, spam, chat, bill];
        assert_eq!(desk.found("please").await, everything);
        let narrowed: &[(&str, &[ConversationId])] = &[
            ("is:open", &[gone, form, spam, bill]),
            ("is:closed", &[chat]),
            ("is:unread", &[gone, spam, chat]),
            ("is:read", &[form, bill]),
            ("is:spam", &[spam]),
            ("is:trash", &[gone]),
            ("hide:spam hide:trash", &[form, chat, bill]),
            ("is:unassigned", &[gone, form, spam]),
            ("is:assigned", &[chat, bill]),
            ("assignee:me", &[bill]),
            ("assignee:ewa", &[chat]),
            ("assignee:ewa@samtal", &[chat]),
            ("assignee:me,ewa", &[chat, bill]),
            ("assignee:me,none", &[gone, form, spam, bill]),
            ("-assignee:me", &[gone, form, spam, chat]),
            ("assignee:nobody-here", &[]),
            ("assignee:bot", &[]),
            ("channel:chat", &[chat]),
            ("channel:chat,form", &[form, chat]),
            ("-channel:email", &[form, chat]),
            ("from:ola", &[chat]),
            ("from:maja,eva", &[gone, form, bill]),
            ("from:kund.test", &[form, chat]),
            ("-from:kund.test", &[gone, spam, bill]),
            ("to:support@hyllan", &[bill]),
            ("to:\"per ek\"", &[bill]),
            ("to:firma", &[bill]),
            ("subject:bill", &[bill]),
            ("subject:b", &[bill]),
            ("-subject:bill", &[gone, form, spam, chat]),
            ("contact:berg", &[gone, bill]),
            ("contact:maja", &[gone, bill]),
            ("-contact:maja", &[form, spam, chat]),
            ("contact:nobody", &[]),
            ("has:attachment", &[bill]),
            ("-has:attachment", &[gone, form, spam, chat]),
            ("filename:faktura", &[bill]),
            ("filename:2026.pdf", &[bill]),
            ("filename:bill", &[]),
            ("in:open", &[form, bill]),
            ("in:mine", &[bill]),
            ("in:closed", &[chat]),
            ("in:spam,trash", &[gone, spam]),
            ("in:forms", &[form]),
            ("-in:open", &[gone, spam, chat]),
            ("in:all", &everything),
            ("is:open assignee:me has:attachment from:berg channel:email", &[bill]),
            ("is:open assignee:me has:attachment from:ola", &[]),
        ];
        for (filter, there) in narrowed {
            let typed = format!("please {filter}");
            assert_eq!(desk.found(&typed).await, **there, "{typed}");
            // Without words the order is that of activity, and the newest is the one that was answered.
            let mut alone = desk.found(filter).await;
            alone.sort();
            let mut there = there.to_vec();
            there.sort();
            assert_eq!(alone, there, "{filter}");
        }
        let file = desk.found("fakt").await;
        assert_eq!(file, [bill], "a file's name is found as a word");
        assert_eq!(desk.found("to:maja").await, [bill], "an answer goes to the contact");
        assert_eq!(desk.found("from:anna").await, [bill], "colleagues are senders too");
        assert_eq!(desk.found("answer").await, [bill]);
    })
    .await;
}

#[tokio::test]
async fn dates_bound_the_message_or_the_activity() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let at = |text: &str| Timestamp::parse(text).expect("a moment");
        let old = Receive { sent_at: at("2024-02-29T12:00:00Z"), ..desk.mail("a@post.test", "", "shelf") };
        let (old, _) = desk.get(old).await;
        let mail = Receive { sent_at: at("2026-11-20T23:59:59Z"), ..desk.mail("b@post.test", "", "shelf") };
        let (new, _) = desk.get(mail).await;
        let thread = Some(old);
        let mail = Receive { thread, sent_at: at("2026-11-21T00:00:00Z"), ..desk.mail("a@post.test", "", "lamp") };
        desk.get(mail).await;
        for (typed, there) in [
            ("shelf after:2024-02-29", vec![new, old]),
            ("shelf after:2024-03", vec![new]),
            ("shelf before:2024-03", vec![old]),
            ("shelf before:2024-02-29", vec![]),
            ("shelf on:2024-02", vec![old]),
            ("shelf on:2024", vec![old]),
            ("shelf on:yesterday", vec![new]),
            ("shelf on:today", vec![]),
            ("lamp on:today", vec![old]),
            ("shelf after:2025 before:2024", vec![]),
            ("from:post.test after:2d", vec![old, new]),
            // Nothing is asked of a message: the conversation's last activity counts.
            ("after:today", vec![old]),
            ("before:today", vec![new]),
            ("before:2025", vec![]),
            ("contact:post.test after:yesterday", vec![old, new]),
        ] {
            assert_eq!(desk.found(typed).await, there, "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn hidden_messages_are_never_found() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let id = desk.say("plain words").await;
        let file = AttachmentView {
            index: 0,
            name: "wombat.pdf".into(),
            media_type: "application/pdf".into(),
            size: 9,
            inline: false,
        };
        let extras = MailExtras { attachments: vec![file], ..MailExtras::default() };
        let secret = Receive { thread: Some(id), ..desk.mail("wombat@post.test", "Wombat", "The wombat's number") };
        let (_, message) = desk.with(secret, extras).await;
        let searches =
            ["wombat", "wom", "number", "subject:wombat", "filename:wombat", "has:attachment", "from:wombat", "pdf"];
        for typed in searches {
            assert_eq!(desk.found(typed).await, [id], "{typed}");
        }
        desk.ask(Command::Hide { message }).await;
        for typed in searches {
            assert_eq!(desk.found(typed).await, [], "{typed}");
            assert_eq!(desk.found_by(desk.ewa, typed).await, [], "{typed}");
        }
        let page = desk.page(desk.anna, &ListQuery::searching(search("plain"))).await;
        assert_eq!(page.items[0].id, id);
        assert!(!format!("{page:?}").to_lowercase().contains("wombat"), "{page:?}");
        assert_eq!(desk.found("-wombat").await, [id], "what is hidden does not even leave out");
        desk.ask(Command::Unhide { message }).await;
        for typed in searches {
            assert_eq!(desk.found(typed).await, [id], "{typed}");
        }
        desk.ask(Command::Trash { conversation: id }).await;
        desk.ask(Command::Delete { conversation: id }).await;
        for typed in searches {
            assert_eq!(desk.found(typed).await, [], "{typed}");
        }
    })
    .await;
}

#[tokio::test]
async fn other_inboxes_are_not_there() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let open = desk.say("shared wombat").await;
        let (closed, _) =
            desk.get(Receive { inbox: desk.secret, ..desk.mail("eva@kund.test", "Wombat", "secret wombat") }).await;
        for typed in
            ["wombat", "is:open", "contact:kund", "from:kund", "subject:wombat", "-nothing", "in:open", "in:all"]
        {
            assert!(!desk.found(typed).await.contains(&closed), "{typed}");
            assert!(desk.found_by(desk.ewa, typed).await.contains(&closed), "{typed}");
        }
        assert_eq!(desk.found("wombat").await, [open]);
        let within = |inbox| ListQuery { inbox: Some(inbox), ..ListQuery::searching(search("wombat")) };
        let reader = desk.bench.reader(desk.anna).await;
        assert_eq!(desk.bench.store.conversations(&reader, &within(desk.secret)).await.expect("a query"), None);
        let page = desk.page(desk.ewa, &within(desk.secret)).await;
        assert_eq!(page.items.iter().map(|item| item.id).collect::<Vec<_>>(), [closed]);
    })
    .await;
}

#[tokio::test]
async fn a_match_says_where_it_is() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let (id, _) = desk.get(desk.mail("maja@post.test", "Shelf", "First of all, hello")).await;
        let long = format!("{} the oak is cracked right here {}", "word ".repeat(60), "more ".repeat(60));
        let message = desk.answer(id, &long).await;
        desk.answer(id, "Thank you").await;
        let page = desk.page(desk.anna, &ListQuery::searching(search("cracked"))).await;
        let found = &page.matches[0];
        assert_eq!((found.conversation_id, found.message_id), (id, Some(message)));
        assert!(found.snippet.contains("oak is cracked right") && found.snippet.starts_with('…'), "{}", found.snippet);
        assert!(found.snippet.chars().count() <= 160);
        let sent_at = desk.page(desk.anna, &ListQuery::searching(search("is:open"))).await.items[0].last_activity_at;
        assert!(found.sent_at.is_some_and(|at| at < sent_at), "the match is older than what came after it");
        assert_eq!(found.kind, Some(MessageKind::Inbound));
        assert!(matches!(found.author, Some(Author::Contact(_))), "{:?}", found.author);
        let page = desk.page(desk.anna, &ListQuery::searching(search("thank"))).await;
        assert_eq!(page.matches[0].snippet, "", "the preview shows it");
        assert_eq!(page.matches[0].sent_at, Some(sent_at));
        desk.answer(id, "The oak is yours").await;
        let page = desk.page(desk.anna, &ListQuery::searching(search("oak cracked"))).await;
        assert!(page.matches[0].snippet.contains("oak is cracked"), "a word of it in the preview is not the match");
        let page = desk.page(desk.anna, &ListQuery::searching(search("subject:shelf"))).await;
        assert!(page.matches[0].message_id.is_some());
        let page = desk.page(desk.anna, &ListQuery::searching(search("is:open"))).await;
        assert!(page.matches.is_empty() && page.items.len() == 1);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_typed_is_only_looked_for() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let id = desk.say("near or and not a b x").await;
        let long = "x".repeat(1000);
        let words = "w ".repeat(49);
        let marked = "\u{e000} \u{e006}1 x".to_owned();
        for typed in [
            "\"",
            "''",
            "NEAR(a, b)",
            "' | !",
            "a' | 'b",
            "a\\",
            "\\'",
            "a OR b",
            "x AND NOT y",
            "{words}: a",
            "^a",
            "a*b*",
            "-",
            "--",
            "*",
            "a:*",
            "a\0b",
            "\0",
            "%",
            "_",
            "$1",
            "); DROP TABLE messages; --",
            "\u{202e}a",
            "from:'",
            "from:\"",
            "subject:NEAR(",
            "filename:*",
            "contact:%",
            "assignee:'",
            "𝔘𝔫𝔦",
            "🦀",
            "\u{e000}",
            &long,
            &words,
            &marked,
        ] {
            let parsed = parse(typed);
            let search = Search { query: parsed.query, ..Search::default() };
            for sort in Sort::ALL {
                desk.page(desk.anna, &ListQuery { sort, ..ListQuery::searching(search.clone()) }).await;
            }
            for cursor in ["", "x", "1", "-1", "9223372036854775807", "1.1", "9223372036854775808.1", "'", "\0"] {
                let query = ListQuery { cursor: Some(cursor.into()), ..ListQuery::searching(search.clone()) };
                desk.page(desk.anna, &query).await;
            }
        }
        assert_eq!(desk.found("a OR b").await, [id]);
        assert_eq!(desk.found("NEAR(a, b)").await, [], "a phrase");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_more_than_a_thousand_have_finds_all_of_them() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let other = desk.get(desk.mail("maja@post.test", "Other", "Hello")).await.0;
        let first = desk.get(desk.mail("kund0@storkund.test", "First", "Hello")).await.0;
        for hundred in 0..11 {
            let mails = (0..100).map(|nth| {
                let address = format!("kund{}@storkund.test", hundred * 100 + nth + 1);
                let mail = desk.mail(&address, "Hello", "Hello");
                Order::from(Command::Receive(Box::new(mail)))
            });
            let orders = mails.collect();
            let now = Timestamp(desk.later());
            desk.bench.dispatcher.ask(Request::new(Actor::System, now, orders)).await.expect("received");
        }
        let last = desk.get(desk.mail("kund9999@storkund.test", "Last", "Hello there")).await.0;
        let sorted = |typed: &str, sort| ListQuery { sort, ..ListQuery::searching(search(typed)) };
        let found = desk.all(ListQuery::searching(search("contact:storkund"))).await;
        assert_eq!((found.len(), found.first(), found.last()), (1102, Some(&last), Some(&first)));
        let oldest = desk.page(desk.anna, &sorted("contact:storkund", Sort::OldestCreated)).await;
        assert_eq!(oldest.items.first().map(|it| it.id), Some(first));
        assert_eq!(desk.all(ListQuery::searching(search("-contact:storkund"))).await, [other]);
        assert_eq!(desk.all(ListQuery::searching(search("contact:storkund,maja"))).await.len(), 1103);
        assert_eq!(desk.all(ListQuery::searching(search("contact:storkund there"))).await, [last]);
        assert_eq!(desk.all(ListQuery::searching(search("contact:storkund subject:first"))).await, [first]);
        assert_eq!(desk.all(ListQuery::searching(search("contact:kund0"))).await, [first]);
    })
    .await;
}

#[tokio::test]
async fn matches_that_lie_millions_of_messages_apart_are_all_found_once() {
    on_each_engine(|bench| async move {
        let desk = Desk::new(bench).await;
        let pool = sqlx::AnyPool::connect(&desk.bench.url).await.expect("the database");
        let (mut all, mut bordered) = (vec![], vec![]);
        // The ids of messages leap by ever more, over the edges of every stretch that PostgreSQL looks through.
        for nth in 0..44 {
            let text = ["a borderline case", "an oaken board", "the border of an oak"][nth % 3];
            let id = desk.say(text).await;
            all.push(id);
            if nth % 3 != 1 {
                bordered.push(id);
            }
            let leap = [0, 1, 4_095, 4_096, 30_000, 262_144, 3_000_000][nth % 7];
            let sql = "UPDATE counters SET message = message + $1";
            sqlx::query(sql).bind(leap as i64).execute(&pool).await.expect("a leap");
        }
        let newest = |ids: &[ConversationId]| ids.iter().rev().copied().collect::<Vec<_>>();
        let query = |typed: &str, sort| ListQuery { sort, limit: 7, ..ListQuery::searching(search(typed)) };
        for (typed, there) in [("maja", &all), ("mai maja", &vec![]), ("border", &bordered), ("borde", &bordered)] {
            assert_eq!(desk.all(query(typed, Sort::NewestActivity)).await, newest(there), "{typed}");
            assert_eq!(desk.all(query(typed, Sort::OldestActivity)).await, *there, "{typed}, oldest first");
            let by_creation = desk.all(query(typed, Sort::NewestCreated)).await;
            assert_eq!(by_creation, newest(there), "{typed}, by creation");
        }
        let phrase = desk.all(query("\"border of\"", Sort::NewestActivity)).await;
        assert_eq!(phrase.len(), 14);
        let without = desk.all(query("bor* -oak", Sort::NewestActivity)).await;
        assert_eq!(without.len(), 15, "what must not be there is left out");
    })
    .await;
}
