//! What a property can hold, and the one place where each kind of value is read and checked: form and server both come
//! through [`PropertyKind::read`].

use crate::custom::is_seen;
use crate::id::{OptionId, PropertyId};
use crate::json::{FromJson, Json};
use crate::map::Map;
use crate::refusal::Invalid;
use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::str::FromStr;

/// The longest text of a property, in characters: it stands in a sidebar, not on a page.
pub const VALUE_MOST: usize = 2_000;
/// The longest line: names, addresses, numbers of telephones.
pub const NAME_MOST: usize = 200;
/// Digits of a number before and after its point at the most: what every program that reads it can hold.
const DIGITS_MOST: (usize, usize) = (15, 10);

/// The stages of a deal, in their order.
pub const STAGES: [&str; 5] = ["qualification", "proposal", "negotiation", "won", "lost"];

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    Text,
    /// Decimal, as text with a point: nothing is rounded.
    Number,
    /// As in 2026-11-25.
    Date,
    /// One option.
    Choice,
    /// Several options.
    Choices,
    YesNo,
    /// An agent.
    Person,
    /// These come with the built-in properties alone.
    Email,
    Phone,
    Domain,
    /// Minor units of the currency beside it.
    Money,
    Currency,
    /// One of [`STAGES`].
    Stage,
}

impl PropertyKind {
    pub const ALL: [(Self, &'static str); 13] = [
        (Self::Text, "text"),
        (Self::Number, "number"),
        (Self::Date, "date"),
        (Self::Choice, "choice"),
        (Self::Choices, "choices"),
        (Self::YesNo, "yes_no"),
        (Self::Person, "person"),
        (Self::Email, "email"),
        (Self::Phone, "phone"),
        (Self::Domain, "domain"),
        (Self::Money, "money"),
        (Self::Currency, "currency"),
        (Self::Stage, "stage"),
    ];

    /// Whether a team can define a property of this kind.
    #[must_use]
    pub fn is_definable(self) -> bool {
        matches!(
            self,
            Self::Text | Self::Number | Self::Date | Self::Choice | Self::Choices | Self::YesNo | Self::Person
        )
    }

    #[must_use]
    pub fn has_options(self) -> bool {
        matches!(self, Self::Choice | Self::Choices)
    }

    /// The value as it is kept; none if it is empty.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(
        self,
        value: &Value,
        option: impl Fn(OptionId) -> bool,
        person: impl Fn(i64) -> bool,
    ) -> Result<Option<Value>, Invalid> {
        let line = |wrong: Invalid| match value {
            Value::Text(text) => Ok(text.trim()),
            _ => Err(wrong),
        };
        let text = |text: &str| (!text.is_empty()).then(|| Value::Text(text.to_owned()));
        Ok(match (self, value) {
            (_, Value::Text(empty)) if !is_seen(empty) => None,
            (_, Value::List(none)) if none.is_empty() => None,
            (Self::Text, _) => {
                let long = line(Invalid::NotAText)?;
                no_longer(long, VALUE_MOST)?;
                if long.chars().any(|c| c.is_control() && c != '\n') {
                    return Err(Invalid::ControlCharacter);
                }
                text(long)
            }
            (Self::Number, Value::Whole(number)) => Some(Value::Text(number.to_string())),
            (Self::Number, _) => Some(Value::Text(decimal(line(Invalid::NotANumber)?).ok_or(Invalid::NotANumber)?)),
            (Self::Date, _) => {
                let day = NaiveDate::parse_from_str(line(Invalid::NotADate)?, "%Y-%m-%d");
                let day = day.ok().map(|day| day.format("%Y-%m-%d").to_string());
                // Four digits of a year, and no more.
                Some(Value::Text(day.filter(|day| day.len() == 10).ok_or(Invalid::NotADate)?))
            }
            (Self::Choice, Value::Whole(id)) if option(OptionId(*id)) => Some(Value::Whole(*id)),
            (Self::Choices, Value::List(ids)) if ids.iter().all(|id| option(OptionId(*id))) => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.dedup();
                Some(Value::List(ids))
            }
            (Self::Choice | Self::Choices, _) => return Err(Invalid::NotAnOption),
            (Self::YesNo, Value::Flag(yes)) => Some(Value::Flag(*yes)),
            (Self::YesNo, _) => return Err(Invalid::NotYesOrNo),
            (Self::Person, Value::Whole(id)) if person(*id) => Some(Value::Whole(*id)),
            (Self::Person, _) => return Err(Invalid::NotAPerson),
            (Self::Email, _) => {
                let address = one_line(line(Invalid::NotAnAddress)?)?;
                crate::rules::checked_address("", address).map_err(|_| Invalid::NotAnAddress)?;
                text(address)
            }
            (Self::Phone, _) => {
                let phone = one_line(line(Invalid::NotAPhone)?)?;
                let digits = phone.chars().filter(char::is_ascii_digit).count();
                let good = phone.chars().all(|c| c.is_ascii_digit() || " +-()./#*x".contains(c));
                if !good || !(3..=20).contains(&digits) {
                    return Err(Invalid::NotAPhone);
                }
                text(phone)
            }
            (Self::Domain, _) => {
                let domain = one_line(line(Invalid::NotADomain)?)?.to_lowercase();
                let label = |label: &str| {
                    !label.is_empty()
                        && label.chars().all(|c| c.is_alphanumeric() || c == '-')
                        && !label.starts_with('-')
                };
                if !domain.contains('.') || !domain.split('.').all(label) {
                    return Err(Invalid::NotADomain);
                }
                text(&domain)
            }
            (Self::Money, Value::Whole(amount)) if (0..=10_i64.pow(15)).contains(amount) => Some(Value::Whole(*amount)),
            (Self::Money, _) => return Err(Invalid::NotAnAmount),
            (Self::Currency, _) => {
                let code = line(Invalid::NotACurrency)?;
                if code.len() != 3 || !code.bytes().all(|c| c.is_ascii_uppercase()) {
                    return Err(Invalid::NotACurrency);
                }
                text(code)
            }
            (Self::Stage, _) => {
                let stage = line(Invalid::NotAStage)?;
                if !STAGES.contains(&stage) {
                    return Err(Invalid::NotAStage);
                }
                text(stage)
            }
        })
    }
}

fn no_longer(text: &str, most: usize) -> Result<(), Invalid> {
    if text.chars().count() > most { Err(Invalid::TooLong { most }) } else { Ok(()) }
}

fn one_line(text: &str) -> Result<&str, Invalid> {
    no_longer(text, NAME_MOST)?;
    if text.chars().any(char::is_control) { Err(Invalid::ControlCharacter) } else { Ok(text) }
}

/// A number as it is kept: no zeros that say nothing.
fn decimal(text: &str) -> Option<String> {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, part) = digits.split_once('.').map_or((digits, None), |(whole, part)| (whole, Some(part)));
    let good = |digits: &str| !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit());
    if !good(whole) || part.is_some_and(|part| !good(part)) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let part = part.unwrap_or_default().trim_end_matches('0');
    if whole.len() > DIGITS_MOST.0 || part.len() > DIGITS_MOST.1 {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if whole == "0" && part.is_empty() { "" } else { sign };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A value as it is kept and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    Flag(bool),
    /// An option, an agent, an amount.
    Whole(i64),
    /// Options.
    List(Vec<i64>),
    Text(String),
}

impl Value {
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl FromJson for Value {
    fn from_json(json: Json) -> Option<Self> {
        Some(match json {
            Json::Bool(yes) => Self::Flag(yes),
            Json::Int(number) => Self::Whole(number),
            Json::Text(text) => Self::Text(text),
            Json::List(_) => Self::List(Vec::from_json(json)?),
            _ => return None,
        })
    }
}

/// The properties that every record of a kind has. They are neither defined nor deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BuiltIn {
    Name,
    Email,
    Phone,
    Domain,
    Amount,
    Currency,
    Stage,
    CloseDate,
    /// The rest are a ticket's own fields, which can be chosen to be shown and are changed as the ticket is.
    Pipeline,
    Status,
    Priority,
    Owner,
    CreatedAt,
    ClosedAt,
}

impl BuiltIn {
    /// Those of contacts.
    pub const OF_CONTACT: &'static [Self] = &[Self::Name, Self::Email, Self::Phone];
    pub const OF_COMPANY: &'static [Self] = &[Self::Name, Self::Domain];
    pub const OF_DEAL: &'static [Self] = &[Self::Name, Self::Amount, Self::Currency, Self::Stage, Self::CloseDate];
    pub const OF_OBJECT: &'static [Self] = &[Self::Name];

    const OF_TICKET: &'static [Self] =
        &[Self::Name, Self::Pipeline, Self::Status, Self::Priority, Self::Owner, Self::CreatedAt, Self::ClosedAt];

    const ALL: [(Self, &'static str, PropertyKind); 14] = [
        (Self::Name, "name", PropertyKind::Text),
        (Self::Email, "email", PropertyKind::Email),
        (Self::Phone, "phone", PropertyKind::Phone),
        (Self::Domain, "domain", PropertyKind::Domain),
        (Self::Amount, "amount", PropertyKind::Money),
        (Self::Currency, "currency", PropertyKind::Currency),
        (Self::Stage, "stage", PropertyKind::Stage),
        (Self::CloseDate, "close_date", PropertyKind::Date),
        (Self::Pipeline, "pipeline", PropertyKind::Text),
        (Self::Status, "status", PropertyKind::Text),
        (Self::Priority, "priority", PropertyKind::Text),
        (Self::Owner, "owner", PropertyKind::Person),
        (Self::CreatedAt, "created_at", PropertyKind::Date),
        (Self::ClosedAt, "closed_at", PropertyKind::Date),
    ];

    /// The built-in properties of a kind of record. A ticket's own fields are no properties.
    #[must_use]
    pub fn of(kind: super::RecordKind) -> &'static [Self] {
        match kind {
            super::RecordKind::Contact => Self::OF_CONTACT,
            super::RecordKind::Company => Self::OF_COMPANY,
            super::RecordKind::Deal => Self::OF_DEAL,
            super::RecordKind::Object(_) => Self::OF_OBJECT,
            super::RecordKind::Ticket => &[],
        }
    }

    /// Those that can be shown where properties are chosen.
    #[must_use]
    pub fn shown_of(kind: super::RecordKind) -> &'static [Self] {
        if kind == super::RecordKind::Ticket { Self::OF_TICKET } else { Self::of(kind) }
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(it, ..)| *it == self).map_or("", |(_, word, _)| word)
    }

    #[must_use]
    pub fn kind(self) -> PropertyKind {
        Self::ALL.iter().find(|(it, ..)| *it == self).map_or(PropertyKind::Text, |(.., kind)| *kind)
    }
}

/// Names a property, built in or defined: `email`, `p12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKey {
    BuiltIn(BuiltIn),
    Defined(PropertyId),
}

impl From<BuiltIn> for PropertyKey {
    fn from(built_in: BuiltIn) -> Self {
        Self::BuiltIn(built_in)
    }
}

impl fmt::Display for PropertyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BuiltIn(built_in) => f.write_str(built_in.word()),
            Self::Defined(id) => write!(f, "p{id}"),
        }
    }
}

/// It names no property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey;

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a property as in `email` or `p12`")
    }
}

impl FromStr for PropertyKey {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        if let Some((built_in, ..)) = BuiltIn::ALL.iter().find(|(_, word, _)| *word == text) {
            return Ok(Self::BuiltIn(*built_in));
        }
        let digits = text.strip_prefix('p').filter(|rest| rest.bytes().all(|c| c.is_ascii_digit()) && !rest.is_empty());
        digits.and_then(|digits| digits.parse().ok()).map(|id| Self::Defined(PropertyId(id))).ok_or(NoKey)
    }
}

impl Serialize for PropertyKey {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PropertyKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <std::borrow::Cow<'de, str>>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// What a record says: the values it has, by property.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(pub Map<PropertyKey, Value>);

/// New values for some properties; none empties.
pub type Edits = Vec<(PropertyKey, Option<Value>)>;

impl Values {
    #[must_use]
    pub fn get(&self, key: impl Into<PropertyKey>) -> Option<&Value> {
        self.0.get(&key.into())
    }

    /// The text of a property; empty where there is none.
    #[must_use]
    pub fn text(&self, key: impl Into<PropertyKey>) -> &str {
        self.get(key).and_then(Value::as_text).unwrap_or_default()
    }

    pub fn set(&mut self, key: PropertyKey, value: Option<Value>) {
        match value {
            Some(value) => drop(self.0.insert(key, value)),
            None => drop(self.0.remove(&key)),
        }
    }

    #[must_use]
    pub fn edited(&self, edits: &Edits) -> Self {
        let mut values = self.clone();
        edits.iter().for_each(|(key, value)| values.set(*key, value.clone()));
        values
    }

    /// With what `other` has besides: a merge's winner keeps what it has (D7).
    #[must_use]
    pub fn filled_from(&self, other: &Self) -> Self {
        let mut values = self.clone();
        for (key, value) in other.0.iter() {
            values.0.or_insert_with(*key, || value.clone());
        }
        values
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = std::collections::BTreeMap::<PropertyKey, Value>::deserialize(deserializer)?;
        Ok(Self(entries.into_iter().collect()))
    }
}

impl FromJson for Values {
    fn from_json(json: Json) -> Option<Self> {
        let Json::Fields(fields) = json else { return None };
        let mut values = Self::default();
        for (key, value) in fields {
            values.0.insert(key.parse().ok()?, Value::from_json(value)?);
        }
        Some(values)
    }
}
