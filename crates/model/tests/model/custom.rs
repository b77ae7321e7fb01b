//! Custom views (V10): whose they are, what they may be called, in which order they stand, and how they come back.

use crate::desk::{ANNA, DAAN, Desk, EWA, JONAS};
use samtal_model::custom::VIEWS_MOST;
use samtal_model::query::{Concerns, parse};
use samtal_model::refusal::{Invalid, Noun};
use samtal_model::{
    Actor, AgentId, AgentState, Change, Command, CustomViewEdit, CustomViewId, CustomViewText, KeptQuery, Refusal,
};

fn text(name: &str, query: &str) -> CustomViewText {
    let query = KeptQuery::read(query).expect("no mistakes");
    CustomViewText { name: name.into(), query, ..CustomViewText::default() }
}

fn create(name: &str, shared: bool) -> Command {
    Command::CreateCustomView { text: text(name, "is:open"), shared }
}

fn rename(view: CustomViewId, name: &str) -> Command {
    Command::EditCustomView { view, edit: CustomViewEdit { name: Some(name.into()), ..CustomViewEdit::default() } }
}

fn share(view: CustomViewId, shared: bool) -> Command {
    Command::EditCustomView { view, edit: CustomViewEdit { shared: Some(shared), ..CustomViewEdit::default() } }
}

fn made(desk: &mut Desk, by: AgentId, name: &str, shared: bool) -> CustomViewId {
    let command = desk.by(by, create(name, shared));
    match &desk.world.history[&command][0].change {
        Change::CustomViewSet { to, .. } => to.id,
        other => panic!("{other:?} instead of a view"),
    }
}

/// The names of a list, from the top.
fn names(desk: &Desk, agent: AgentId, shared: bool) -> Vec<String> {
    let world = &desk.world;
    let mut all: Vec<_> =
        world.custom_views.values().filter(|view| view.is_seen_by(agent) && view.shared == shared).collect();
    all.sort_by_key(|view| (view.position, view.id));
    all.iter().map(|view| world.custom_texts[&view.revision].name.clone()).collect()
}

const NO_VIEW: Refusal = Refusal::NotFound(Noun::CustomView);

#[test]
fn an_own_view_is_there_for_its_owner_alone() {
    let mut desk = Desk::open();
    let view = made(&mut desk, ANNA, "Late", false);
    for other in [JONAS, EWA, DAAN] {
        assert_eq!(desk.refusal(other, rename(view, "Mine")), NO_VIEW);
        assert_eq!(desk.refusal(other, Command::MoveCustomView { view, before: None }), NO_VIEW);
        assert_eq!(desk.refusal(other, Command::DeleteCustomView { view }), NO_VIEW);
    }
    let heard = desk.log.iter().filter_map(|entry| match &entry.change {
        Change::CustomViewSet { .. } => Some(entry.change.private_to()),
        _ => None,
    });
    assert_eq!(heard.collect::<Vec<_>>(), [Some(ANNA)]);
    desk.by(ANNA, rename(view, "  Late ones "));
    assert_eq!(names(&desk, ANNA, false), ["Late ones"]);
}

#[test]
fn a_shared_view_is_changed_by_its_owner_and_by_admins() {
    let mut desk = Desk::open();
    let view = made(&mut desk, ANNA, "Late", true);
    assert_eq!(names(&desk, JONAS, true), ["Late"]);
    assert_eq!(desk.refusal(JONAS, rename(view, "Mine")), Refusal::NotYoursToEdit);
    assert_eq!(desk.refusal(JONAS, Command::DeleteCustomView { view }), Refusal::NotYoursToEdit);
    desk.by(EWA, rename(view, "Later"));
    desk.by(DAAN, rename(view, "Latest"));
    desk.by(ANNA, rename(view, "Last"));
    // Who takes it back for themself takes it from the others, and they hear of it.
    let back = desk.by(ANNA, share(view, false));
    assert_eq!(desk.world.history[&back][0].change.private_to(), None);
    assert_eq!(names(&desk, JONAS, true), Vec::<String>::new());
    assert_eq!(desk.refusal(EWA, rename(view, "Mine")), NO_VIEW);
}

#[test]
fn a_shared_view_outlives_its_owners_leaving() {
    let mut desk = Desk::open();
    let view = made(&mut desk, ANNA, "Late", true);
    desk.by(EWA, Command::SetAgentState { agent: ANNA, state: AgentState::Deactivated });
    assert_eq!(names(&desk, JONAS, true), ["Late"]);
    desk.by(EWA, Command::DeleteCustomView { view });
    assert_eq!(names(&desk, JONAS, true), Vec::<String>::new());
}

#[test]
fn names_are_short_and_each_stands_once_in_a_list() {
    let mut desk = Desk::open();
    let late = made(&mut desk, ANNA, "Late", false);
    let name = |why| Refusal::Invalid { field: "name", why };
    assert_eq!(desk.refusal(ANNA, create(" lATE ", false)), name(Invalid::Taken));
    for (wrong, why) in [
        (String::new(), Invalid::Empty),
        (" \t ".into(), Invalid::Empty),
        ("a\nb".into(), Invalid::ControlCharacter),
        ("å".repeat(61), Invalid::TooLong { most: 60 }),
    ] {
        assert_eq!(desk.refusal(ANNA, create(&wrong, false)), name(why));
        assert_eq!(desk.refusal(ANNA, rename(late, &wrong)), name(why));
    }
    made(&mut desk, ANNA, &"å".repeat(60), false);
    // Other lists have names of their own.
    let shared = made(&mut desk, ANNA, "Late", true);
    made(&mut desk, JONAS, "Late", false);
    assert_eq!(desk.refusal(ANNA, share(shared, false)), name(Invalid::Taken));
    // A deleted one holds no name, and does not come back to one that was taken since.
    let deleting = desk.by(ANNA, Command::DeleteCustomView { view: late });
    made(&mut desk, ANNA, "LATE", false);
    let taken = Refusal::NameTaken { name: "Late".into() };
    assert_eq!(taken.sentence(), "The name \u{201c}Late\u{201d} is used by another view now.");
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: deleting }), taken);
}

#[test]
fn names_that_look_the_same_are_the_same() {
    let mut desk = Desk::open();
    let name = |why| Refusal::Invalid { field: "name", why };
    made(&mut desk, ANNA, "Försenade frakter", false);
    for alike in [
        "Fo\u{308}rsenade frakter",
        "Försenade  frakter",
        "Försenade\u{a0}frakter",
        "Försenade frak\u{200b}ter",
        "\u{feff}FÖRSENADE FRAKTER\u{200e}",
        "För\u{ad}senade frakter",
    ] {
        assert_eq!(desk.refusal(ANNA, create(alike, false)), name(Invalid::Taken), "{alike:?}");
    }
    for other in ["Forsenade frakter", "Försenadefrakter", "Försenade frakter 2"] {
        made(&mut desk, ANNA, other, false);
    }
    for nothing in ["\u{200b}", " \u{2060}\u{feff} ", "\u{3164}"] {
        assert_eq!(desk.refusal(ANNA, create(nothing, false)), name(Invalid::Empty), "{nothing:?}");
    }
}

#[test]
fn one_that_was_named_like_another_before_can_still_be_changed_otherwise() {
    let mut desk = Desk::open();
    let late = made(&mut desk, ANNA, "Late", false);
    made(&mut desk, ANNA, "Early", false);
    // As a database of an older version may hold them.
    let revision = desk.world.custom_views[&late].revision;
    let early = CustomViewText { name: "Ear\u{200b}ly".into(), ..desk.world.custom_texts[&revision].clone() };
    desk.world.custom_texts.insert(revision, early);
    let query = Some(KeptQuery::read("is:closed").expect("no mistakes"));
    let edit = CustomViewEdit { query, ..CustomViewEdit::default() };
    let changing = desk.by(ANNA, Command::EditCustomView { view: late, edit });
    desk.by(ANNA, Command::Undo { command: changing });
    desk.by(ANNA, rename(late, "Late"));
}

#[test]
fn a_query_with_mistakes_is_not_kept() {
    let wrong = |typed: &str| match KeptQuery::read(typed) {
        Err(Refusal::WrongQuery(mistakes)) => mistakes.iter().map(|it| it.code).collect::<Vec<_>>(),
        other => panic!("{typed}: {other:?}"),
    };
    assert_eq!(wrong("form:anna is:opne"), ["no_operator", "not_a_value"]);
    // What a search passes over while it is typed is no query to keep.
    assert_eq!(wrong("is:op"), ["incomplete"]);
    assert_eq!(KeptQuery::read("").expect("everything").as_str(), "");
    let kept = KeptQuery::read("  IS:open   shelf from:Anna ").expect("no mistakes");
    assert_eq!(kept.as_str(), "shelf from:Anna is:open");
    assert_eq!(KeptQuery::read(kept.as_str()), Ok(kept.clone()));
    let sentence = KeptQuery::read("is:opne").expect_err("a mistake").sentence();
    assert!(sentence.contains("`is:`"), "{sentence}");
}

#[test]
fn clocks_are_near_utc() {
    let mut desk = Desk::open();
    for (offset, good) in [(840, true), (-840, true), (841, false), (-841, false)] {
        let text = CustomViewText { utc_offset_minutes: offset, ..text(&format!("At {offset}"), "after:7d") };
        let command = Command::CreateCustomView { text, shared: false };
        if good {
            desk.by(ANNA, command);
        } else {
            let wrong = Refusal::Invalid { field: "utc_offset_minutes", why: Invalid::NotAClock };
            assert_eq!(desk.refusal(ANNA, command), wrong);
        }
    }
}

#[test]
fn there_is_room_for_fifty() {
    let mut desk = Desk::open();
    for (by, shared) in [(ANNA, false), (JONAS, true)] {
        let views: Vec<_> = (0..VIEWS_MOST).map(|nth| made(&mut desk, by, &format!("View {nth}"), shared)).collect();
        assert_eq!(desk.refusal(by, create("One more", shared)), Refusal::TooManyViews { shared });
        let deleting = desk.by(by, Command::DeleteCustomView { view: views[7] });
        made(&mut desk, by, "One more", shared);
        assert_eq!(desk.refusal(by, Command::Undo { command: deleting }), Refusal::TooManyViews { shared });
    }
    // Others have room of their own.
    made(&mut desk, EWA, "Late", false);
    let anna = desk.world.custom_views.values().find(|view| view.owner == ANNA && !view.deleted).expect("a view").id;
    assert_eq!(desk.refusal(ANNA, share(anna, true)), Refusal::TooManyViews { shared: true });
}

#[test]
fn views_stand_in_the_order_they_are_put_in() {
    let mut desk = Desk::open();
    let [a, b, c, d] = ["A", "B", "C", "D"].map(|name| made(&mut desk, ANNA, name, false));
    let place = |desk: &mut Desk, view, before| desk.by(ANNA, Command::MoveCustomView { view, before });
    place(&mut desk, d, Some(a));
    assert_eq!(names(&desk, ANNA, false), ["D", "A", "B", "C"]);
    let last = place(&mut desk, a, None);
    assert_eq!(names(&desk, ANNA, false), ["D", "B", "C", "A"]);
    desk.by(ANNA, Command::Undo { command: last });
    assert_eq!(names(&desk, ANNA, false), ["D", "A", "B", "C"]);
    for (view, before) in [(a, Some(b)), (a, Some(a)), (c, None)] {
        let nothing = place(&mut desk, view, before);
        assert!(!desk.world.history.contains_key(&nothing), "it stands there already");
    }
    // Again and again into the same gap, until there is none and all are placed anew.
    let mut renumbered = 0;
    for nth in 0..60 {
        let (one, other) = if nth % 2 == 0 { (c, b) } else { (b, c) };
        let command = place(&mut desk, one, Some(other));
        renumbered += usize::from(desk.world.history[&command].len() > 1);
        let order = if nth % 2 == 0 { ["D", "A", "C", "B"] } else { ["D", "A", "B", "C"] };
        assert_eq!(names(&desk, ANNA, false), order, "{nth}");
    }
    assert!(renumbered > 0);
    let shared = made(&mut desk, ANNA, "Team", true);
    let beside = Refusal::Invalid { field: "before", why: Invalid::NotBeside };
    assert_eq!(desk.refusal(ANNA, Command::MoveCustomView { view: a, before: Some(shared) }), beside);
    assert_eq!(desk.refusal(ANNA, Command::MoveCustomView { view: a, before: Some(CustomViewId(999)) }), beside);
}

#[test]
fn two_at_one_place_are_told_apart_by_the_next_move() {
    let mut desk = Desk::open();
    let [a, b, c, d] = ["A", "B", "C", "D"].map(|name| made(&mut desk, ANNA, name, false));
    let place = |desk: &mut Desk, view, before| desk.by(ANNA, Command::MoveCustomView { view, before });
    // D goes between A and B and is deleted; C goes there too; D comes back.
    place(&mut desk, d, Some(b));
    let deleting = desk.by(ANNA, Command::DeleteCustomView { view: d });
    place(&mut desk, c, Some(b));
    desk.by(ANNA, Command::Undo { command: deleting });
    let position = |desk: &Desk, view| desk.world.custom_views[&view].position;
    assert_eq!(position(&desk, c), position(&desk, d));
    assert_eq!(names(&desk, ANNA, false), ["A", "C", "D", "B"], "the one that was made first stands first");
    for (view, before, order) in
        [(c, Some(d), ["A", "C", "D", "B"]), (d, Some(c), ["A", "D", "C", "B"]), (b, Some(a), ["B", "A", "C", "D"])]
    {
        let mut desk = desk.clone();
        place(&mut desk, view, before);
        assert_eq!(names(&desk, ANNA, false), order);
        let mut positions = [a, b, c, d].map(|view| position(&desk, view));
        positions.sort_unstable();
        assert!(positions.windows(2).all(|two| two[0] < two[1]), "{positions:?}");
    }
}

#[test]
fn every_step_with_a_view_can_be_taken_back() {
    let mut desk = Desk::open();
    let creating = desk.by(ANNA, create("Late", false));
    let view = *desk.world.custom_views.keys().next().expect("a view");
    let renaming = desk.by(ANNA, rename(view, "Later"));
    assert!(!desk.world.history.contains_key(&desk.clone().by(ANNA, rename(view, "Later"))), "nothing to change");
    let deleting = desk.by(ANNA, Command::DeleteCustomView { view });
    assert_eq!(desk.refusal(ANNA, rename(view, "Latest")), NO_VIEW);
    // Nobody else can; that there was something is not told.
    assert_eq!(desk.refusal(DAAN, Command::Undo { command: deleting }), Refusal::NotFound(Noun::Command));
    desk.by(ANNA, Command::Undo { command: deleting });
    assert_eq!(names(&desk, ANNA, false), ["Later"]);
    desk.by(ANNA, Command::Undo { command: renaming });
    assert_eq!(names(&desk, ANNA, false), ["Late"]);
    desk.by(ANNA, Command::Undo { command: creating });
    assert_eq!(names(&desk, ANNA, false), Vec::<String>::new());
}

#[test]
fn an_edit_after_ones_own_stays() {
    let mut desk = Desk::open();
    let view = made(&mut desk, ANNA, "Late", true);
    let renaming = desk.by(ANNA, rename(view, "Later"));
    desk.by(EWA, rename(view, "Latest"));
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: renaming }), Refusal::ChangedSince);
}

#[test]
fn only_the_server_counts() {
    let mut desk = Desk::open();
    let view = made(&mut desk, ANNA, "Late", true);
    let command = Command::CustomViewCounted { view, only_for: None };
    assert_eq!(desk.refusal(DAAN, command.clone()), Refusal::SystemOnly);
    desk.done(Actor::System, command);
}

#[test]
fn a_query_says_whom_and_what_it_looks_at() {
    for (typed, personal) in [
        ("assignee:me", true),
        ("-assignee:me", true),
        ("in:mine shelf", true),
        ("is:unread", true),
        ("is:read", true),
        ("assignee:\"me\"", false),
        ("assignee:anyone in:unassigned is:open shelf", false),
    ] {
        assert_eq!(parse(typed).query.is_personal(), personal, "{typed}");
    }
    for (typed, relative) in [("after:7d", true), ("on:today", true), ("before:2026", false), ("shelf", false)] {
        assert_eq!(parse(typed).query.dates.are_relative(), relative, "{typed}");
    }
    let alone = [
        ("assignee:anna", Concerns::OWNER),
        ("is:closed", Concerns::STATE),
        ("hide:spam", Concerns::PUT_AWAY),
        ("is:unread", Concerns::READING),
        ("-shelf", Concerns::MESSAGES),
        ("subject:shelf", Concerns::MESSAGES),
        ("after:2026", Concerns::ACTIVITY),
        ("channel:chat", Concerns::NONE),
    ];
    for (typed, own) in alone {
        let concerns = parse(typed).query.concerns();
        assert_eq!(concerns, own.and(Concerns::BEING), "{typed}");
    }
    let mine = parse("in:mine").query.concerns();
    for part in [Concerns::OWNER, Concerns::STATE, Concerns::PUT_AWAY, Concerns::ANSWERED] {
        assert!(mine.meets(part));
    }
    assert!(!mine.meets(Concerns::READING) && !mine.meets(Concerns::MESSAGES));
}
