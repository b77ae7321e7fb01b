//! What holds for every search, typed or put together.

use crate::query::text;
use chrono::NaiveDate;
use proptest::prelude::*;
use samtal_model::query::{
    Assignee, CHARACTERS_MOST, Carries, Code, ContactRef, Dates, Field, Parsed, Reading, Term, Text, Unit, When, Word,
    complete, edit, marks, parse,
};
use samtal_model::view::View;
use samtal_model::{AgentId, Channel, ContactId, ConversationState, Query};

/// Texts of every kind, those that look like something else among them.
fn texts() -> impl Strategy<Value = Text> {
    let awkward = [
        "me",
        "NONE",
        "#3",
        "42",
        "#42",
        "-minus",
        "star*",
        "a,b",
        "10:30",
        "from:anna",
        "http://x",
        "x.",
        "Åk esson",
        "e\u{301}",
        "is:",
        "bot",
        "*x*",
        "7d",
        "--",
        "a\u{a0}b",
    ];
    prop_oneof![
        "[a-zå ,:*.#\"-]{1,12}".prop_filter_map("nothing to look for", |typed| Text::new(&typed)),
        "\\PC{1,8}".prop_filter_map("nothing to look for", |typed| Text::new(&typed)),
        proptest::sample::select(awkward.to_vec()).prop_filter_map("nothing to look for", Text::new),
    ]
}

fn words() -> impl Strategy<Value = Word> {
    (texts(), any::<bool>(), any::<bool>()).prop_map(|(text, prefix, not)| Word { text, prefix, not })
}

fn assignees() -> impl Strategy<Value = Assignee> {
    prop_oneof![
        Just(Assignee::Me),
        Just(Assignee::Nobody),
        Just(Assignee::Anyone),
        Just(Assignee::Bot),
        (0..i64::MAX).prop_map(|id| Assignee::Agent(AgentId(id))),
        texts().prop_map(Assignee::Named),
    ]
}

fn terms() -> impl Strategy<Value = Term> {
    let channels = [Channel::Email, Channel::Chat, Channel::Messenger, Channel::Form, Channel::Call];
    let states = [ConversationState::Open, ConversationState::Closed];
    prop_oneof![
        texts().prop_map(Term::From),
        texts().prop_map(Term::To),
        texts().prop_map(Term::Subject),
        texts().prop_map(Term::Filename),
        texts().prop_map(|text| Term::Contact(ContactRef::Named(text))),
        (0..i64::MAX).prop_map(|id| Term::Contact(ContactRef::Id(ContactId(id)))),
        assignees().prop_map(Term::Assignee),
        proptest::sample::select(channels.to_vec()).prop_map(Term::Channel),
        proptest::sample::select(states.to_vec()).prop_map(Term::State),
        prop_oneof![Just(Reading::Unread), Just(Reading::Read)].prop_map(Term::Reading),
        Just(Term::Has(Carries::Attachment)),
        proptest::sample::select(View::ALL.to_vec()).prop_map(Term::View),
    ]
}

fn whens() -> impl Strategy<Value = When> {
    let units = [Unit::Day, Unit::Week, Unit::Month, Unit::Year];
    prop_oneof![
        (1000..=9999_i32, 1..=366_u32)
            .prop_filter_map("no such day", |(year, day)| NaiveDate::from_yo_opt(year, day).and_then(When::day)),
        (1000..=9999_u16, 1..=12_u8).prop_map(|(year, month)| When::Month { year, month }),
        (1000..=9999_u16).prop_map(When::Year),
        Just(When::Today),
        Just(When::Yesterday),
        (0..=9999_u16, proptest::sample::select(units.to_vec())).prop_map(|(count, unit)| When::Ago { count, unit }),
    ]
}

fn dates() -> impl Strategy<Value = Dates> {
    let when = || proptest::option::of(whens());
    (when(), when(), when()).prop_map(|(after, before, on)| Dates { after, before, on })
}

fn queries() -> impl Strategy<Value = Query> {
    let several = |most| proptest::collection::vec(terms(), 0..most);
    (proptest::collection::vec(words(), 0..4), several(6), several(4), dates()).prop_map(
        |(words, wanted, excluded, dates)| {
            let mut query = Query::default();
            (query.words, query.dates) = (words, dates);
            wanted.into_iter().for_each(|term| query.want(term));
            excluded.into_iter().for_each(|term| query.exclude(term));
            query
        },
    )
}

/// Texts that look like searches, and texts that look like nothing.
fn typed() -> impl Strategy<Value = String> {
    let pieces = [
        "from:",
        "-",
        "\"",
        "anna",
        "Åkesson",
        " ",
        "  ",
        ",",
        "is:",
        "open",
        "unread,",
        "closed",
        "channel:",
        "chat",
        "email",
        "*",
        "before:",
        "after:",
        "2026-11-21",
        "7d",
        "hide:spam",
        "-in:chat",
        "in:",
        "trash",
        "form:x",
        "assignee:",
        "me",
        "#3",
        "contact:",
        "42",
        "\u{201c}",
        "\u{301}",
        "has:attachment",
        "\n",
        "ß",
        ":",
        "is:open ",
        " channel:chat ",
        "subject:\"a b\"",
        "word ",
    ];
    prop_oneof![
        4 => proptest::collection::vec(proptest::sample::select(pieces.to_vec()), 0..16).prop_map(|pieces| pieces.concat()),
        1 => "\\PC{0,40}",
        1 => any::<String>(),
    ]
}

fn cut_short(parsed: &Parsed) -> bool {
    parsed.wrong.iter().any(|wrong| matches!(wrong.code, Code::TooLong | Code::TooMany))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_printed_is_read_as_the_same(query in queries()) {
        let printed = query.print();
        let parsed = parse(&printed);
        if !cut_short(&parsed) {
            prop_assert_eq!(&parsed.wrong, &[], "{}", printed);
            prop_assert_eq!(&parsed.query, &query, "{}", printed);
        }
        prop_assert_eq!(&query.print(), &printed);
    }

    #[test]
    fn printing_what_was_typed_is_stable(typed in typed()) {
        let parsed = parse(&typed);
        let printed = parsed.query.print();
        prop_assert_eq!(parse(&printed).query.print(), printed);
    }

    #[test]
    fn every_mistake_has_a_place_and_a_sentence(typed in typed()) {
        for wrong in parse(&typed).wrong {
            prop_assert!(typed.get(wrong.at.clone()).is_some_and(|text| !text.is_empty()), "{:?}", wrong);
            prop_assert!(wrong.sentence().ends_with(['.', '?']));
        }
    }

    #[test]
    fn a_control_sets_its_filter_and_nothing_else(typed in typed(), to in queries(), place in 0..Field::ALL.len()) {
        let field = Field::ALL[place];
        let before = parse(&typed);
        let edited = edit(&typed, field, &to);
        let after = parse(&edited);
        if cut_short(&before) || cut_short(&after) {
            return Ok(());
        }
        prop_assert!(after.query.agrees(&to, field), "{:?} became {:?}", typed, edited);
        prop_assert_eq!(&after.query.words, &before.query.words, "{:?} became {:?}", typed, edited);
        for other in Field::ALL {
            prop_assert!(other == field || after.query.agrees(&before.query, other), "{:?} became {:?}", typed, edited);
        }
        prop_assert_eq!(edit(&edited, field, &to), edited);
    }

    #[test]
    fn a_choice_can_be_taken_wherever_the_caret_stands(typed in typed(), caret in 0..60_usize) {
        if let Some(completion) = complete(&typed, caret) {
            prop_assert!(typed.get(completion.range.clone()).is_some());
            let (text, caret) = completion.accept(&typed, "Anna Åkesson");
            prop_assert!(text.is_char_boundary(caret));
        }
    }

    #[test]
    fn marks_are_in_order_and_apart(typed in typed(), shown in typed()) {
        let mut end = 0;
        for mark in marks(&parse(&typed).query, &shown) {
            prop_assert!(mark.start >= end && shown.get(mark.clone()).is_some_and(|text| !text.is_empty()));
            end = mark.end;
        }
    }

    #[test]
    fn a_text_finds_itself(text in texts()) {
        prop_assert!(text.is_in(text.as_str()));
        let word = Word { text: text.clone(), prefix: false, not: false };
        let mut query = Query::default();
        query.words.push(word);
        prop_assert!(!marks(&query, text.as_str()).is_empty());
    }

    #[test]
    fn every_date_has_days(dates in dates(), days in 0..3_000_000_u64, offset in any::<i32>()) {
        let today = NaiveDate::MIN + chrono::Days::new(days);
        let (from, to) = dates.bounds(today, offset);
        prop_assert_eq!(from.is_some(), dates.after.is_some() || dates.on.is_some());
        prop_assert_eq!(to.is_some(), dates.before.is_some() || dates.on.is_some());
    }
}

#[test]
fn a_long_text_is_read_to_the_limit() {
    let long = "word ".repeat(CHARACTERS_MOST);
    assert!(cut_short(&parse(&long)));
    let _ = edit(&long, Field::Channel, &Query::default());
    assert_eq!(text("word").parts(), ["word"]);
}
