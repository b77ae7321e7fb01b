//! Properties: what they are called, which control edits them, and their values as the control has them.

use crate::store::Store;
use crate::store::known::Thing;
use crate::ui::field::FieldKind;
use leptos::prelude::*;
use samtal_model::json::Json;
use samtal_model::{AgentId, AgentState};

/// The stages of a deal, as the API and as people call them.
pub const STAGES: [(&str, &str); 5] = [
    ("qualification", "Qualification"),
    ("proposal", "Proposal"),
    ("negotiation", "Negotiation"),
    ("won", "Won"),
    ("lost", "Lost"),
];

/// What a property is called.
#[must_use]
pub fn name(property: &Thing) -> String {
    if !property.is("built_in") {
        return property.text("name").to_owned();
    }
    match property.text("key") {
        "name" => "Name",
        "email" => "Email",
        "phone" => "Phone",
        "domain" => "Domain",
        "amount" => "Amount",
        "currency" => "Currency",
        "stage" => "Stage",
        "close_date" => "Close date",
        other => other,
    }
    .to_owned()
}

/// The control that edits it.
#[must_use]
pub fn control(store: Store, property: &Thing) -> FieldKind {
    let options = || {
        property
            .things("options")
            .iter()
            .map(|option| (option.id().to_string(), option.text("name").to_owned()))
            .collect()
    };
    match property.text("kind") {
        "number" | "money" => FieldKind::Number,
        "date" => FieldKind::Date,
        "choice" => FieldKind::Choice(options()),
        "choices" => FieldKind::Choices(options()),
        "yes_no" => FieldKind::YesNo,
        "person" => FieldKind::Choice(people(store)),
        "email" => FieldKind::Email,
        "phone" => FieldKind::Phone,
        "stage" => FieldKind::Choice(STAGES.map(|(key, name)| (key.to_owned(), name.to_owned())).to_vec()),
        _ => FieldKind::Text,
    }
}

/// The team, as options.
#[must_use]
pub fn people(store: Store) -> Vec<(String, String)> {
    store.agents().with_untracked(|agents| {
        let here = agents.iter().filter(|agent| agent.state == AgentState::Active);
        here.map(|agent| (agent.id.to_string(), agent.name.clone())).collect()
    })
}

/// A value as its control has it.
#[must_use]
pub fn shown(kind: &str, value: &Json) -> String {
    match value {
        Json::Null | Json::Fields(_) => String::new(),
        Json::Bool(yes) => (if *yes { "true" } else { "false" }).to_owned(),
        Json::Int(minor) if kind == "money" => amount(*minor),
        Json::Int(number) => number.to_string(),
        Json::Text(text) => text.clone(),
        Json::List(items) => items.iter().filter_map(Json::int).map(|id| id.to_string()).collect::<Vec<_>>().join(","),
    }
}

/// A value of `property` in words, to be read.
#[must_use]
pub fn words(store: Store, property: &Thing, value: &Json) -> String {
    let option = |id: i64| {
        let options = property.things("options");
        options.iter().find(|it| it.id() == id).map(|it| it.text("name").to_owned()).unwrap_or_default()
    };
    match (property.text("kind"), value) {
        ("choice", Json::Int(id)) => option(*id),
        ("choices", Json::List(ids)) => ids.iter().filter_map(Json::int).map(option).collect::<Vec<_>>().join(", "),
        ("person", Json::Int(id)) => store.agent_name(AgentId(*id)),
        ("yes_no", Json::Bool(yes)) => (if *yes { "Yes" } else { "No" }).to_owned(),
        (kind, value) => shown(kind, value),
    }
}

/// What was entered, as the API takes it, or what is wrong with it. What only the server can tell it tells.
///
/// # Errors
/// A sentence to stand beside the control.
pub fn entered(kind: &str, text: &str) -> Result<Json, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Json::Null);
    }
    Ok(match kind {
        "choice" | "person" => Json::Int(text.parse().map_err(|_| "Choose one of the list.".to_owned())?),
        "choices" => Json::List(text.split(',').filter_map(|id| id.parse().ok()).map(Json::Int).collect()),
        "yes_no" => Json::Bool(text == "true"),
        "money" => Json::Int(minor(text).ok_or_else(|| "Write an amount such as 1250 or 1250.50.".to_owned())?),
        // A comma is how most of Europe writes it.
        "number" => Json::Text(text.replace(' ', "").replace(',', ".")),
        "currency" => Json::Text(text.to_ascii_uppercase()),
        _ => Json::Text(text.to_owned()),
    })
}

/// An amount in minor units, with two decimals if there are any.
#[must_use]
pub fn amount(minor: i64) -> String {
    let (sign, minor) = if minor < 0 { ("-", -minor) } else { ("", minor) };
    let (whole, cents) = ((minor / 100).to_string(), minor % 100);
    if cents == 0 {
        return [sign, &whole].concat();
    }
    let zero = if cents < 10 { "0" } else { "" };
    [sign, &whole, ".", zero, &cents.to_string()].concat()
}

fn minor(text: &str) -> Option<i64> {
    let text = text.replace([' ', '\u{a0}'], "").replace(',', ".");
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (sign, whole) = whole.strip_prefix('-').map_or((1, whole), |whole| (-1, whole));
    if whole.is_empty() || !digits(whole) || !digits(cents) || cents.len() > 2 {
        return None;
    }
    let cents: i64 = match cents.len() {
        0 => 0,
        1 => cents.parse::<i64>().ok()? * 10,
        _ => cents.parse().ok()?,
    };
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)?.checked_mul(sign)
}

/// A quiet word beside a record's name: an address, a domain, or what a deal is worth and how it stands.
#[must_use]
pub fn aside(record: &Thing) -> String {
    match record.text("kind") {
        "deal" => {
            let stage = record.value("stage").text().unwrap_or_default();
            let stage = STAGES.iter().find(|(key, _)| *key == stage).map_or("", |(_, name)| *name);
            let worth = record.value("amount").int().map(amount).unwrap_or_default();
            let currency = record.value("currency").text().unwrap_or_default();
            let parts = [worth.as_str(), currency, stage];
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
        }
        "company" => record.value("domain").text().unwrap_or_default().to_owned(),
        "contact" => record.value("email").text().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{amount, entered, shown};
    use samtal_model::json::Json;

    #[test]
    fn amounts_are_written_as_they_are_read() {
        for (text, minor) in [("1299", 129_900), ("0.05", 5), ("-3.5", -350), ("1250.50", 125_050), ("0", 0)] {
            let read = entered("money", text).expect("an amount");
            assert_eq!(read, Json::Int(minor), "{text}");
            assert_eq!(entered("money", &amount(minor)).expect("an amount"), read, "{text}");
        }
        assert_eq!(entered("money", "1 250,50"), Ok(Json::Int(125_050)));
        for text in ["x", "1.234", "1,2,3", "--1", "."] {
            assert!(entered("money", text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_what_was_entered() {
        for (kind, text) in [
            ("text", "Åsa"),
            ("choice", "3"),
            ("choices", "1,3"),
            ("yes_no", "true"),
            ("date", "2026-11-25"),
            ("number", "1.5"),
        ] {
            assert_eq!(shown(kind, &entered(kind, text).expect("a value")), text, "{kind}");
        }
        assert_eq!(entered("text", "  "), Ok(Json::Null), "empty is no value");
    }
}
