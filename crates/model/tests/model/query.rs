//! The language of search (S2, S3, S6), case by case.

use chrono::NaiveDate;
use samtal_model::query::{
    Assignee, Carries, Code, ContactRef, Dates, Field, Operator, Reading, Term, Text, Unit, When, Word, parse,
};
use samtal_model::view::View;
use samtal_model::{AgentId, Channel, ContactId, ConversationState, Query, Sort, Timestamp};

pub fn text(typed: &str) -> Text {
    Text::new(typed).expect("something to look for")
}

fn word(typed: &str) -> Word {
    Word { text: text(typed), prefix: false, not: false }
}

fn prefix(typed: &str) -> Word {
    Word { prefix: true, ..word(typed) }
}

fn not(word: Word) -> Word {
    Word { not: true, ..word }
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

/// The query of a text in which nothing is wrong.
pub fn query(typed: &str) -> Query {
    let parsed = parse(typed);
    assert_eq!(parsed.wrong, [], "{typed}");
    parsed.query
}

#[test]
fn words_and_phrases() {
    for (typed, words) in [
        ("", vec![]),
        ("refund", vec![prefix("refund")]),
        ("refund ", vec![word("refund")]),
        ("Refund late", vec![word("Refund"), prefix("late")]),
        ("ref* late ", vec![prefix("ref"), word("late")]),
        ("\"thank you\"", vec![word("thank you")]),
        ("\u{201c}thank  you\u{201d} so", vec![word("thank you"), prefix("so")]),
        ("-\"thank you\" -spam", vec![not(word("thank you")), not(word("spam"))]),
        ("-re*", vec![not(prefix("re"))]),
        ("--force", vec![not(word("-force"))]),
        ("fish & chips -", vec![word("fish"), word("chips")]),
        ("refund is:open", vec![word("refund")]),
        ("is:open refund", vec![prefix("refund")]),
        ("anna@example.com", vec![prefix("anna@example.com")]),
        ("10:30 http://x.example/a?b re: ", vec![word("10:30"), word("http://x.example/a?b"), word("re:")]),
        ("a.b:c foo-bar:x :) std::io ", vec![word("a.b:c"), word("foo-bar:x"), word("std::io")]),
        ("5\" pipe", vec![word("5"), prefix("pipe")]),
        ("\"form:anna\"", vec![word("form:anna")]),
        ("done. ", vec![word("done.")]),
        ("done.", vec![word("done.")]),
    ] {
        assert_eq!(query(typed).words, words, "{typed}");
    }
}

#[test]
fn an_unclosed_quote_ends_with_the_text_and_its_last_word_is_being_typed() {
    assert_eq!(query("\"thank yo").words, [prefix("thank yo")]);
    assert_eq!(query("\"thank ").words, [word("thank")]);
    assert_eq!(query("from:\"Anna Åk"), query("from:\"Anna Åk\""));
    assert_eq!(query("\"").words, []);
}

#[test]
fn what_has_punctuation_in_it_is_a_phrase_of_its_parts() {
    for (typed, parts) in [
        ("anna@example.com", vec!["anna", "example", "com"]),
        ("ORD-2024-117", vec!["ord", "2024", "117"]),
        ("#4711", vec!["4711"]),
        ("Åkesson", vec!["akesson"]),
    ] {
        assert_eq!(text(typed).parts(), parts);
    }
    assert_eq!(Text::new("&-\"!"), None);
}

#[test]
fn every_operator_means_its_term() {
    for (typed, terms) in [
        ("from:anna", vec![Term::From(text("anna"))]),
        ("FROM:\"Anna Åkesson\",bo", vec![Term::From(text("Anna Åkesson")), Term::From(text("bo"))]),
        ("from:anna from:anna", vec![Term::From(text("anna"))]),
        ("to:a@b.se", vec![Term::To(text("a@b.se"))]),
        ("subject:\"late delivery\"", vec![Term::Subject(text("late delivery"))]),
        ("filename:invoice.pdf", vec![Term::Filename(text("invoice.pdf"))]),
        (
            "contact:42,#7",
            vec![Term::Contact(ContactRef::Id(ContactId(7))), Term::Contact(ContactRef::Id(ContactId(42)))],
        ),
        ("contact:\"42\"", vec![Term::Contact(ContactRef::Named(text("42")))]),
        (
            "assignee:me,Nobody,#3",
            [Assignee::Me, Assignee::Nobody, Assignee::Agent(AgentId(3))].map(Term::Assignee).into(),
        ),
        ("assignee:anna@team.se", vec![Term::Assignee(Assignee::Named(text("anna@team.se")))]),
        ("assignee:\"me\"", vec![Term::Assignee(Assignee::Named(text("me")))]),
        ("is:assigned,unassigned,bot", [Assignee::Nobody, Assignee::Anyone, Assignee::Bot].map(Term::Assignee).into()),
        ("channel:emails,Chat", vec![Term::Channel(Channel::Email), Term::Channel(Channel::Chat)]),
        ("channel:calls channel:forms", vec![Term::Channel(Channel::Form), Term::Channel(Channel::Call)]),
        ("is:open is:closed", [ConversationState::Open, ConversationState::Closed].map(Term::State).into()),
        ("is:unread", vec![Term::Reading(Reading::Unread)]),
        ("has:attachment", vec![Term::Has(Carries::Attachment)]),
        ("is:spam in:trash,mine", vec![Term::View(View::Mine), Term::View(View::Spam), Term::View(View::Trash)]),
        ("in:all", vec![]),
    ] {
        let query = query(typed);
        let mut found = vec![];
        for field in Field::ALL {
            found.extend(query.wanted(field).cloned());
            assert_eq!(query.excluded(field).count(), 0, "{typed}");
        }
        assert_eq!(found, terms, "{typed}");
    }
}

#[test]
fn a_minus_excludes_and_hide_is_one() {
    for (typed, term) in [
        ("-from:anna", Term::From(text("anna"))),
        ("-channel:chat", Term::Channel(Channel::Chat)),
        ("-is:unread", Term::Reading(Reading::Unread)),
        ("-has:attachment", Term::Has(Carries::Attachment)),
        ("-assignee:me", Term::Assignee(Assignee::Me)),
        ("hide:spam", Term::View(View::Spam)),
        ("hide:filtered", Term::View(View::Spam)),
        ("-is:spam", Term::View(View::Spam)),
        ("-in:trash", Term::View(View::Trash)),
    ] {
        let query = query(typed);
        assert!(query.excludes(&term) && !query.wants(&term), "{typed}");
    }
    assert_eq!(query("-is:spam -in:trash"), query("hide:trash,spam"));
}

#[test]
fn spam_and_trash_are_searched_unless_hidden() {
    let query = query("refund is:open ");
    assert!(!query.hides(View::Spam) && !query.hides(View::Trash));
    assert_eq!(query.wanted(Field::View).count(), 0);
}

#[test]
fn what_is_wrong_is_told_with_its_place_and_a_sentence() {
    for (typed, at, code, sentence) in [
        ("a form:anna b", "form:", Code::NoOperator, "There is no operator `form:`. Did you mean `from:`?"),
        ("-owner:anna", "owner:", Code::NoOperator, "There is no operator `owner:`. Did you mean `assignee:`?"),
        ("subjct:x", "subjct:", Code::NoOperator, "There is no operator `subjct:`. Did you mean `subject:`?"),
        ("chan:x", "chan:", Code::NoOperator, "There is no operator `chan:`. Did you mean `channel:`?"),
        (
            "från:åsa",
            "från:",
            Code::NoOperator,
            "There is no operator `från:`. Put it in quotes to search for it as text.",
        ),
        (
            "re:something",
            "re:",
            Code::NoOperator,
            "There is no operator `re:`. Put it in quotes to search for it as text.",
        ),
        (
            "before:tomorow ",
            "tomorow",
            Code::NotADate(Operator::Before),
            "`before:` wants a date such as 2026-11-21, not `tomorow`.",
        ),
        (
            "on:2026-02-30",
            "2026-02-30",
            Code::NotADate(Operator::On),
            "`on:` wants a date such as 2026-11-21, not `2026-02-30`.",
        ),
        (
            "channel:email,fax ",
            "fax",
            Code::NotAValue(Operator::Channel),
            "`channel:` wants email, chat, messenger, form or call, not `fax`.",
        ),
        ("hide:me", "me", Code::NotAValue(Operator::Hide), "`hide:` wants spam or trash, not `me`."),
        ("has:legs", "legs", Code::NotAValue(Operator::Has), "`has:` wants attachment, not `legs`."),
        (
            "after:2026 after:7d",
            "7d",
            Code::Twice(Operator::After),
            "`after:` can be given once; `7d` is a second date.",
        ),
        (
            "-before:2026",
            "-before:2026",
            Code::NotExcluded(Operator::Before),
            "`before:2026` cannot be excluded: leave the minus before `before:` away.",
        ),
    ] {
        let parsed = parse(typed);
        let [wrong] = &parsed.wrong[..] else { panic!("{typed}: {:?}", parsed.wrong) };
        assert_eq!((&typed[wrong.at.clone()], wrong.code), (at, code));
        assert_eq!(wrong.sentence(), sentence);
        assert!(!wrong.is_incomplete());
    }
}

#[test]
fn everything_wrong_is_told_and_the_rest_is_understood() {
    let parsed = parse("late form:anna is:opne channel:chat before:soon ");
    assert_eq!(parsed.wrong.len(), 3);
    assert_eq!(parsed.query, query("late channel:chat "));
}

#[test]
fn what_is_only_begun_alarms_nobody() {
    for typed in [
        "from:",
        "from: anna",
        "-to:",
        "channel:email,",
        "is:",
        "is:un",
        "channel:em",
        "before:",
        "before:2",
        "before:202",
        "before:2026-",
        "after:2026-0",
        "after:2026-11-",
        "on:yest",
        "from:\"",
        "assignee:#",
        "from:@",
    ] {
        let parsed = parse(typed);
        assert_eq!(parsed.wrong.len(), 1, "{typed}");
        assert!(parsed.wrong[0].is_incomplete(), "{typed}");
    }
    assert!(!parse("is:un ").wrong[0].is_incomplete());
    assert_eq!(parse("from:").wrong[0].sentence(), "`from:` wants a name or an address.");
}

#[test]
fn a_search_has_limits() {
    let long = "å".repeat(1_001);
    let parsed = parse(&long);
    assert_eq!((parsed.wrong[0].code, parsed.wrong[0].at.clone()), (Code::TooLong, 2_000..2_002));
    assert_eq!(parsed.wrong[0].sentence(), "A search has at most 1,000 characters.");
    assert_eq!(parse(&"å".repeat(1_000)).wrong, []);

    let many = "a ".repeat(50) + "b is:open";
    let parsed = parse(&many);
    assert_eq!((parsed.wrong[0].code, &many[parsed.wrong[0].at.clone()]), (Code::TooMany, "b is:open"));
    assert_eq!(parsed.query.words.len(), 50);
    assert_eq!(parsed.wrong[0].sentence(), "A search has at most 50 words and filters.");
    let values = format!("channel:{} from:x", vec!["chat"; 51].join(","));
    assert_eq!(parse(&values).wrong[0].code, Code::TooMany);
}

#[test]
fn dates_are_days_months_years_and_so_long_ago() {
    let today = day(2026, 3, 31);
    for (typed, when, first, next) in [
        ("2026-11-21", When::Day(day(2026, 11, 21)), day(2026, 11, 21), day(2026, 11, 22)),
        ("2026/1/2", When::Day(day(2026, 1, 2)), day(2026, 1, 2), day(2026, 1, 3)),
        ("2026-12", When::Month { year: 2026, month: 12 }, day(2026, 12, 1), day(2027, 1, 1)),
        ("2024", When::Year(2024), day(2024, 1, 1), day(2025, 1, 1)),
        ("Today", When::Today, today, day(2026, 4, 1)),
        ("yesterday", When::Yesterday, day(2026, 3, 30), today),
        ("7d", When::Ago { count: 7, unit: Unit::Day }, day(2026, 3, 24), day(2026, 3, 25)),
        ("2W", When::Ago { count: 2, unit: Unit::Week }, day(2026, 3, 17), day(2026, 3, 18)),
        ("1m", When::Ago { count: 1, unit: Unit::Month }, day(2026, 2, 28), day(2026, 3, 1)),
        ("1y", When::Ago { count: 1, unit: Unit::Year }, day(2025, 3, 31), day(2025, 4, 1)),
    ] {
        assert_eq!(When::parse(typed), Some(when), "{typed}");
        assert_eq!(when.days(today), (first, next), "{typed}");
    }
    for typed in ["", "d", "26-1-1", "2026-13", "2026-00", "2026-1-1-1", "12345d", "-1d", "0999", "２０２６", "7é"]
    {
        assert_eq!(When::parse(typed), None, "{typed}");
    }
}

#[test]
fn after_includes_its_day_and_before_excludes_its() {
    let today = day(2026, 11, 21);
    let bounds = |typed: &str, offset| {
        let (from, to) = query(typed).dates.bounds(today, offset);
        (from.map(Timestamp::to_rfc3339), to.map(Timestamp::to_rfc3339))
    };
    let at = |moment: &str| Some(moment.to_owned());
    assert_eq!(bounds("refund ", 60), (None, None));
    assert_eq!(bounds("after:2026-11-20", 0), (at("2026-11-20T00:00:00.000Z"), None));
    assert_eq!(bounds("after:2026-11-20", 60), (at("2026-11-19T23:00:00.000Z"), None));
    assert_eq!(bounds("before:2026-11", -300), (None, at("2026-11-01T05:00:00.000Z")));
    assert_eq!(bounds("on:2026", 0), (at("2026-01-01T00:00:00.000Z"), at("2027-01-01T00:00:00.000Z")));
    assert_eq!(bounds("on:2026 after:7d", 0), (at("2026-11-14T00:00:00.000Z"), at("2027-01-01T00:00:00.000Z")));
    assert_eq!(
        Dates::through(Some(day(2026, 11, 1)), Some(day(2026, 11, 30))).days(today),
        (Some(day(2026, 11, 1)), Some(day(2026, 12, 1)))
    );
}

#[test]
fn words_and_senders_ask_for_messages_and_states_do_not() {
    for (typed, asks) in [
        ("refund", true),
        ("-refund -from:anna", false),
        ("from:anna", true),
        ("has:attachment", true),
        ("filename:a", true),
        ("to:anna", true),
        ("is:open channel:chat subject:late after:7d", false),
        ("", false),
    ] {
        assert_eq!(query(typed).asks_messages(), asks, "{typed}");
    }
}

#[test]
fn the_canonical_text() {
    for (typed, printed) in [
        ("", ""),
        ("refund", "refund"),
        ("refund ", "\"refund\""),
        ("is:open  late ref", "late ref* is:open"),
        ("CHANNEL:forms,mail is:open", "channel:email,form is:open"),
        ("is:trash -is:spam in:mine", "in:mine,trash hide:spam"),
        ("is:unassigned assignee:\"me\"", "assignee:none,\"me\""),
        ("-channel:chat,email channel:call", "channel:call -channel:email,chat"),
        ("on:2026/1/2 after:7D before:Today", "after:7d before:today on:2026-01-02"),
        ("from:\"Åkesson, Anna\",bo", "from:bo,\"Åkesson, Anna\""),
        ("contact:#42,\"42\",anna", "contact:42,\"42\",anna"),
        ("10:30 ", "\"10:30\""),
        ("-in:chat in:all", "-in:chat"),
        ("-foo", "-foo"),
        ("-is:bot is:open is:unread", "-assignee:bot is:open is:unread"),
    ] {
        assert_eq!(query(typed).print(), printed, "{typed}");
        assert_eq!(query(printed), query(typed), "{typed}");
    }
}

#[test]
fn orders_have_names() {
    for sort in Sort::ALL {
        assert_eq!(Sort::from_slug(sort.slug()), Some(sort));
        assert_eq!(serde_json::to_value(sort).expect("a name"), sort.slug());
    }
    assert_eq!(Sort::from_slug("oldest"), None);
    assert_eq!(Sort::default(), Sort::NewestActivity);
}
