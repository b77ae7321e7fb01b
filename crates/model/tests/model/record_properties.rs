//! Properties by the rules (X4): what each kind of value may be, options that go, a team's own kinds of records, and which
//! properties are shown where.

use crate::desk::{ANNA, Desk, EWA, JONAS};
use crate::records::{made, named, record, text};
use samtal_model::record::RecordKind;
use samtal_model::record::activity::{ActivityKind, ActivityText};
use samtal_model::record::command::RecordCommand;
use samtal_model::record::property::{ObjectTypeText, Place, PropertyEdit};
use samtal_model::record::value::{BuiltIn, Edits, PropertyKey, PropertyKind, Value};
use samtal_model::refusal::{Invalid, Noun, Refusal};
use samtal_model::{Command, ObjectTypeId, OptionId, PropertyId};

#[test]
fn x4_every_kind_of_value_is_read_in_one_way() {
    let option = |id: OptionId| id.0 < 3;
    let person = |id: i64| id == 1;
    let t = |text: &str| Value::Text(text.into());
    type Case = (PropertyKind, Value, Result<Option<Value>, Invalid>);
    let cases: &[Case] = &[
        (PropertyKind::Text, t("  two\nlines "), Ok(text("two\nlines"))),
        (PropertyKind::Text, t("   "), Ok(None)),
        (PropertyKind::Text, t("bell\u{7}"), Err(Invalid::ControlCharacter)),
        (PropertyKind::Text, t(&"x".repeat(2_001)), Err(Invalid::TooLong { most: 2_000 })),
        (PropertyKind::Text, Value::Flag(true), Err(Invalid::NotAText)),
        (PropertyKind::Number, t("-0012.3400"), Ok(text("-12.34"))),
        (PropertyKind::Number, t("-0.0"), Ok(text("0"))),
        (PropertyKind::Number, Value::Whole(7), Ok(text("7"))),
        (PropertyKind::Number, t("1e5"), Err(Invalid::NotANumber)),
        (PropertyKind::Number, t("."), Err(Invalid::NotANumber)),
        (PropertyKind::Number, t("1234567890123456"), Err(Invalid::NotANumber)),
        (PropertyKind::Date, t("2026-2-3"), Ok(text("2026-02-03"))),
        (PropertyKind::Date, t("2026-02-30"), Err(Invalid::NotADate)),
        (PropertyKind::Date, t("+12026-02-03"), Err(Invalid::NotADate)),
        (PropertyKind::Choice, Value::Whole(2), Ok(Some(Value::Whole(2)))),
        (PropertyKind::Choice, Value::Whole(3), Err(Invalid::NotAnOption)),
        (PropertyKind::Choices, Value::List(vec![2, 1, 2]), Ok(Some(Value::List(vec![1, 2])))),
        (PropertyKind::Choices, Value::List(vec![]), Ok(None)),
        (PropertyKind::Choices, Value::List(vec![9]), Err(Invalid::NotAnOption)),
        (PropertyKind::YesNo, Value::Flag(false), Ok(Some(Value::Flag(false)))),
        (PropertyKind::YesNo, t("no"), Err(Invalid::NotYesOrNo)),
        (PropertyKind::Person, Value::Whole(1), Ok(Some(Value::Whole(1)))),
        (PropertyKind::Person, Value::Whole(2), Err(Invalid::NotAPerson)),
        (PropertyKind::Email, t("maja@post.test"), Ok(text("maja@post.test"))),
        (PropertyKind::Email, t("maja"), Err(Invalid::NotAnAddress)),
        (PropertyKind::Phone, t("+46 (0)8-123"), Ok(text("+46 (0)8-123"))),
        (PropertyKind::Phone, t("no"), Err(Invalid::NotAPhone)),
        (PropertyKind::Domain, t("Kund.Example"), Ok(text("kund.example"))),
        (PropertyKind::Domain, t("kund"), Err(Invalid::NotADomain)),
        (PropertyKind::Money, Value::Whole(-1), Err(Invalid::NotAnAmount)),
        (PropertyKind::Currency, t("eur"), Err(Invalid::NotACurrency)),
        (PropertyKind::Stage, t("won"), Ok(text("won"))),
        (PropertyKind::Stage, t("later"), Err(Invalid::NotAStage)),
    ];
    for (kind, value, wanted) in cases {
        assert_eq!(&kind.read(value, option, person), wanted, "{kind:?} {value:?}");
        // What is kept is read as itself.
        if let Ok(Some(kept)) = wanted {
            assert_eq!(&kind.read(kept, option, person), wanted, "{kind:?} {kept:?}");
        }
    }
}

#[test]
fn property_keys_are_printed_as_they_are_read() {
    for key in ["name", "email", "phone", "domain", "amount", "currency", "stage", "close_date", "p12"] {
        assert_eq!(key.parse::<PropertyKey>().expect("a key").to_string(), key);
    }
    for no in ["", "p", "p-1", "p1x", "Name", "12"] {
        assert!(no.parse::<PropertyKey>().is_err(), "{no}");
    }
}

#[test]
fn x4_an_option_is_deleted_with_what_becomes_of_its_values() {
    let mut desk = Desk::open();
    let options = vec!["Free".into(), "Small".into(), "Large".into()];
    let create = |name: &str| RecordCommand::CreateProperty {
        object: RecordKind::Contact,
        kind: PropertyKind::Choice,
        name: name.into(),
        options: options.clone(),
    };
    assert_eq!(desk.refusal(ANNA, record(create("Plan"))), Refusal::RoleTooLow);
    desk.by(EWA, record(create("Plan")));
    let id = PropertyId(made(&desk).0);
    assert!(matches!(
        desk.refusal(EWA, record(create(" PLAN "))),
        Refusal::Invalid { field: "name", why: Invalid::Taken }
    ));
    let edit = |options: &[(i64, &str)], removed: &[(i64, Option<i64>)]| {
        let options = options.iter().map(|(id, name)| ((*id > 0).then_some(OptionId(*id)), (*name).to_owned()));
        let removed = removed.iter().map(|(from, to)| (OptionId(*from), to.map(OptionId)));
        let edit = PropertyEdit { options: Some(options.collect()), removed: removed.collect(), name: None };
        record(RecordCommand::EditProperty { property: id, edit })
    };
    let wrong = |field, why| Refusal::Invalid { field, why };
    assert_eq!(desk.refusal(EWA, edit(&[(1, "Free")], &[(2, None)])), wrong("removed", Invalid::Missing));
    assert_eq!(
        desk.refusal(EWA, edit(&[(1, "Free")], &[(2, Some(3)), (3, None)])),
        wrong("removed", Invalid::NotAnOption),
        "not to one that goes too"
    );
    assert_eq!(desk.refusal(EWA, edit(&[(1, "A"), (2, "a"), (3, "B")], &[])), wrong("options", Invalid::Taken));
    desk.by(EWA, edit(&[(3, "Big"), (1, "Free"), (0, "Huge")], &[(2, Some(1))]));
    desk.by(EWA, edit(&[(3, "Big"), (4, "Huge")], &[(1, Some(4))]));
    let property = &desk.world.records.properties[&id];
    assert_eq!(property.option_now(OptionId(2)), Some(OptionId(4)), "by way of the one it went to first");
    assert_eq!(property.value_now(&Value::Whole(2)), Some(Value::Whole(4)));
    let last = desk.by(EWA, edit(&[(3, "Big")], &[(4, None)]));
    assert_eq!(desk.world.records.properties[&id].value_now(&Value::Whole(2)), None);
    desk.by(EWA, Command::Undo { command: last });
    assert_eq!(desk.world.records.properties[&id].option_now(OptionId(2)), Some(OptionId(4)));
}

#[test]
fn x4_properties_are_bounded() {
    let mut desk = Desk::open();
    let create = |n: usize| {
        let (object, kind) = (RecordKind::Deal, PropertyKind::Text);
        record(RecordCommand::CreateProperty { object, kind, name: format!("Property {n}"), options: vec![] })
    };
    for n in 0..100 {
        desk.by(EWA, create(n));
    }
    assert!(matches!(desk.refusal(EWA, create(100)), Refusal::TooMany { most: 100, .. }));
}

#[test]
fn k2_the_card_is_the_teams_and_the_rest_each_agents_own() {
    let mut desk = Desk::open();
    let show = |place, keys: &[BuiltIn]| {
        record(RecordCommand::SetShown { place, properties: keys.iter().map(|key| (*key).into()).collect() })
    };
    assert_eq!(desk.refusal(ANNA, show(Place::TicketCard, &[BuiltIn::Status])), Refusal::RoleTooLow);
    desk.by(EWA, show(Place::TicketCard, &[BuiltIn::Status]));
    desk.by(ANNA, show(Place::TicketPanel, &[BuiltIn::Owner, BuiltIn::Status]));
    let shown = &desk.world.records.shown;
    assert_eq!(shown[&(Place::TicketCard, None)], [BuiltIn::Status.into()], "the panel's choice is not the card's");
    assert!(!shown.contains_key(&(Place::TicketPanel, Some(JONAS))));
    let wrong = Refusal::Invalid { field: "properties", why: Invalid::Unknown };
    assert_eq!(desk.refusal(ANNA, show(Place::AboutContact, &[BuiltIn::Stage])), wrong);
}

#[test]
fn d6_own_kinds_of_records_have_their_own_properties() {
    let mut desk = Desk::open();
    let text_of = ObjectTypeText { name: "Machine".into(), plural: "Machines".into() };
    let create = record(RecordCommand::CreateObjectType { text: text_of });
    assert_eq!(desk.refusal(ANNA, create.clone()), Refusal::RoleTooLow);
    desk.by(EWA, create);
    let of = ObjectTypeId(made(&desk).0);
    let new = |values: Edits| record(RecordCommand::Create { kind: RecordKind::Object(of), values, links: vec![] });
    desk.by(ANNA, new(named("Saw")));
    let id = *desk.world.records.records.keys().next_back().expect("a machine");
    assert!(matches!(
        desk.refusal(ANNA, new(vec![(BuiltIn::Email.into(), text("a@b.test"))])),
        Refusal::InvalidValue { why: Invalid::Unknown, .. }
    ));
    let deleted = desk.by(EWA, record(RecordCommand::DeleteObjectType { object_type: of }));
    assert_eq!(desk.refusal(ANNA, new(named("Drill"))), Refusal::NotFound(Noun::ObjectType));
    assert_eq!(desk.refusal(ANNA, record(RecordCommand::Trash { record: id })), Refusal::NotFound(Noun::Object));
    desk.by(EWA, Command::Undo { command: deleted });
    desk.by(ANNA, record(RecordCommand::Trash { record: id }));
}

#[test]
fn t9_undo_unmakes_no_property_that_has_values_and_no_kind_that_has_records() {
    let mut desk = Desk::open();
    let create = RecordCommand::CreateProperty {
        object: RecordKind::Company,
        kind: PropertyKind::Text,
        name: "Plan".into(),
        options: vec![],
    };
    let property = desk.by(EWA, record(create));
    let key = PropertyKey::Defined(PropertyId(made(&desk).0));
    let text_of = ObjectTypeText { name: "Boat".into(), plural: "Boats".into() };
    let kind = desk.by(EWA, record(RecordCommand::CreateObjectType { text: text_of }));
    let of = RecordKind::Object(ObjectTypeId(made(&desk).0));
    let mut values = named("Kund");
    values.push((key, text("Gold")));
    for (made, theirs) in [
        (property, RecordCommand::Create { kind: RecordKind::Company, values, links: vec![] }),
        (kind, RecordCommand::Create { kind: of, values: named("Ellen"), links: vec![] }),
    ] {
        let mut desk = desk.clone();
        let since = desk.by(JONAS, record(theirs));
        assert_eq!(desk.refusal(EWA, Command::Undo { command: made }), Refusal::ChangedSince);
        desk.by(JONAS, Command::Undo { command: since });
        desk.by(EWA, Command::Undo { command: made });
    }
}

#[test]
fn t9_undo_unmakes_no_task_that_somebody_else_has_done() {
    let mut desk = Desk::open();
    desk.by(ANNA, record(RecordCommand::Create { kind: RecordKind::Company, values: named("Kund"), links: vec![] }));
    let company = *desk.world.records.records.keys().next().expect("a company");
    let task = RecordCommand::CreateActivity {
        record: company,
        kind: ActivityKind::Task,
        at: None,
        text: ActivityText { text: "Call".into(), ..ActivityText::default() },
        conversation: None,
    };
    let made = desk.by(ANNA, record(task));
    let activity = *desk.world.records.activities.keys().next().expect("a task");
    let done = desk.by(JONAS, record(RecordCommand::SetDone { activity, done: true }));
    assert_eq!(desk.refusal(ANNA, Command::Undo { command: made }), Refusal::ChangedSince);
    desk.by(JONAS, Command::Undo { command: done });
    desk.by(ANNA, Command::Undo { command: made });
}
