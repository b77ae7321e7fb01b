//! What the app does with a search (S2, S6): controls that change it, completion, marks.

use crate::query::{day, query, text};
use samtal_model::query::{CompletionKind, Dates, Field, Operator, Term, complete, edit, fold, marks, marks_in, parse};
use samtal_model::view::View;
use samtal_model::{Channel, ConversationState, Query};

#[test]
fn a_control_changes_its_own_terms_only() {
    let chat = |query: &mut Query| query.toggle(Term::Channel(Channel::Chat));
    let closed = |query: &mut Query| query.toggle(Term::State(ConversationState::Closed));
    let hide = |query: &mut Query| query.hide(View::Spam, !query.hides(View::Spam));
    let dates = |query: &mut Query| query.dates = Dates::through(Some(day(2026, 1, 1)), None);
    let none = |query: &mut Query| query.clear(Field::Assignee);
    type Change<'a> = (&'a str, Field, &'a dyn Fn(&mut Query), &'a str);
    let changes: &[Change<'_>] = &[
        ("", Field::Channel, &chat, "channel:chat"),
        ("refund ", Field::Channel, &chat, "refund channel:chat"),
        ("is:open  ref", Field::Channel, &chat, "is:open  channel:chat ref"),
        ("-ref*  is:open", Field::Channel, &chat, "-ref*  is:open channel:chat"),
        ("a CHANNEL:mail  b ", Field::Channel, &chat, "a channel:email,chat  b "),
        ("a channel:chats  b", Field::Channel, &chat, "a  b"),
        ("a channel:chat", Field::Channel, &chat, "a "),
        ("channel:chat a", Field::Channel, &chat, "a"),
        ("channel:email a channel:call", Field::Channel, &chat, "channel:email,chat,call a "),
        ("channel:fax a ", Field::Channel, &chat, "channel:chat a "),
        ("from:\"Anna Å", Field::Channel, &chat, "channel:chat from:\"Anna Å"),
        ("a from:", Field::Channel, &chat, "a channel:chat from:"),
        ("a is:open,unread \"b c\"", Field::State, &closed, "a is:open,closed is:unread \"b c\""),
        ("is:unread,\"closed", Field::State, &closed, "is:unread"),
        ("a -is:spam b", Field::View, &hide, "a b"),
        ("a in:mine", Field::View, &hide, "a in:mine hide:spam"),
        ("after:7d  a before:2026 ", Field::Dates, &dates, "after:2026-01-01  a "),
        ("is:unassigned,open assignee:me x ", Field::Assignee, &none, "is:open x "),
        ("5\"pipe", Field::Channel, &chat, "5 channel:chat \"pipe"),
    ];
    for (typed, field, change, edited) in changes {
        let mut query = parse(typed).query;
        change(&mut query);
        assert_eq!(edit(typed, *field, &query), *edited, "{typed}");
    }
    assert_eq!(edit("CHANNEL:chats a", Field::Channel, &query("channel:chat b")), "CHANNEL:chats a");
}

#[test]
fn boxes_are_ticked_and_cleared() {
    let mut query = query("-channel:chat ");
    query.toggle(Term::Channel(Channel::Chat));
    assert_eq!(query.print(), "channel:chat");
    query.set(Term::Channel(Channel::Email), true);
    query.set(Term::Channel(Channel::Email), true);
    assert_eq!(query.print(), "channel:email,chat");
    query.toggle(Term::Channel(Channel::Chat));
    query.set(Term::Channel(Channel::Email), false);
    assert!(query.is_empty());
}

#[test]
fn completion_knows_what_stands_before_the_caret() {
    let operator = |not| CompletionKind::Operator { not };
    let value = CompletionKind::Value;
    for (typed, kind, replaced, beginning, values) in [
        ("as|", operator(false), "as", "as", vec!["assignee:"]),
        ("x -h|", operator(true), "h", "h", vec!["has:"]),
        ("-|", operator(true), "", "", vec![]),
        ("fr|o:x", operator(false), "fro:", "fr", vec!["from:"]),
        ("is:|", value(Operator::Is), "", "", vec![]),
        ("is:open,UN|r", value(Operator::Is), "UNr", "UN", vec!["unread", "unassigned"]),
        ("channel:\"em|\"", value(Operator::Channel), "\"em\"", "em", vec!["email"]),
        ("before:|", value(Operator::Before), "", "", vec!["today", "yesterday", "7d", "1m", "1y"]),
        ("assignee:an|", value(Operator::Assignee), "an", "an", vec!["anyone"]),
        ("from:\"Anna Å|k\"", value(Operator::From), "\"Anna Åk\"", "Anna Å", vec![]),
        ("a | b", operator(false), "", "", vec![]),
    ] {
        let caret = typed.find('|').expect("a caret");
        let typed = typed.replace('|', "");
        let completion = complete(&typed, caret).expect("a completion");
        assert_eq!(completion.kind, kind, "{typed}");
        assert_eq!(&typed[completion.range.clone()], replaced, "{typed}");
        assert_eq!(completion.beginning, beginning, "{typed}");
        if !values.is_empty() {
            assert_eq!(completion.values(), values, "{typed}");
        }
    }
    for (typed, caret) in [("\"thank", 3), ("10:30", 2), ("å", 1), ("form:x", 6), ("a", 9)] {
        assert_eq!(complete(typed, caret), None, "{typed}");
    }
}

#[test]
fn a_choice_takes_the_place_of_what_was_begun() {
    for (typed, choice, accepted) in [
        ("as|", "assignee:", "assignee:|"),
        ("assignee:an| x", "Anna Åkesson", "assignee:\"Anna Åkesson\" |x"),
        ("assignee:an|", "#3", "assignee:#3 |"),
        ("channel:em|,chat", "email", "channel:email|,chat"),
        ("-|", "has:", "-has:|"),
    ] {
        let caret = typed.find('|').expect("a caret");
        let typed = typed.replace('|', "");
        let completion = complete(&typed, caret).expect("a completion");
        let (text, caret) = completion.accept(&typed, choice);
        assert_eq!(format!("{}|{}", &text[..caret], &text[caret..]), accepted);
    }
}

#[test]
fn what_was_found_is_marked() {
    for (typed, shown, marked) in [
        ("ref", "Refund, no prefund: REFUSED", vec!["Ref", "REF"]),
        ("ref ", "Refund ref", vec!["ref"]),
        ("angs", "Ångström", vec!["Ångs"]),
        ("strass", "Straße 1", vec!["Straß"]),
        ("STRAS", "Straße 1", vec!["Straß"]),
        ("cafe ", "Un cafe\u{301}.", vec!["cafe\u{301}"]),
        ("caf", "cafe\u{301}", vec!["caf"]),
        ("\"thank you\"", "Thank   you, thank them", vec!["Thank   you"]),
        ("\"thank you\" you many ", "thank you many", vec!["thank you", "many"]),
        ("anna@exa", "Anna (at) example: anna@example.com", vec!["anna@exa"]),
        ("ord-2024-117 ", "Re: ORD-2024-117-B", vec!["ORD-2024-117"]),
        ("-late from:anna", "anna is late", vec![]),
        ("x", "", vec![]),
    ] {
        let ranges = marks(&parse(typed).query, shown);
        let found: Vec<&str> = ranges.into_iter().map(|range| &shown[range]).collect();
        assert_eq!(found, marked, "{typed}");
    }
    assert_eq!(marks_in(&query("from:ann late "), Some(Field::From), "Late Anna"), [0..4, 5..8]);
}

#[test]
fn part_of_a_name_or_an_address_is_in_it() {
    assert!(text("akes").is_in("Anna Åkesson"));
    assert!(text("example.c").is_in("anna@example.com"));
    assert!(!text("esson").is_in("Anna Åkesson"));
    assert!(!text("anna bo").is_in("Anna Åkesson"));
}

/// What the server indexes has to fold the same list alike.
#[test]
fn words_fold_as_they_are_indexed() {
    for line in include_str!("folds.txt").lines() {
        let (shown, folded) = line.split_once(" => ").expect("an arrow");
        assert_eq!(fold::folded(shown), folded);
    }
}
