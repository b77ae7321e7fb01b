//! Custom views (V10): a search and a sort kept under a name, for oneself or for the team.
//!
//! What a view is called and what it finds are texts. They stand in revisions, each written once, and the view names
//! the one that holds: so a change names revisions, and undo points back to the one before.

use crate::id::{AgentId, CustomViewId, RevisionId};
use crate::person::{Agent, Role};
use crate::query::{CHARACTERS_MOST, Query, parse};
use crate::refusal::{Invalid, Mistake, Refusal};
use crate::sort::Sort;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// How far clocks may be from UTC, in minutes.
pub const OFFSET_MOST: i32 = 14 * 60;
/// The longest name of a view, in characters: it stands on one line of a sidebar.
pub const NAME_MOST: usize = 60;
/// The views one agent may have of their own, and those a team may share. Each is looked at with every change.
pub const VIEWS_MOST: usize = 50;

/// A custom view. Its name and query are texts and live in the store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomView {
    pub id: CustomViewId,
    /// Who made it. A shared one outlives their leaving.
    pub owner: AgentId,
    pub shared: bool,
    /// Which texts hold.
    pub revision: RevisionId,
    /// Among the shared ones, or among the owner's own; equal ones stand in the order of their ids.
    pub position: i64,
    /// It can be brought back by undo.
    pub deleted: bool,
}

impl CustomView {
    /// Whether it is there for `agent`, who is active.
    #[must_use]
    pub fn is_seen_by(&self, agent: AgentId) -> bool {
        !self.deleted && (self.shared || self.owner == agent)
    }

    /// Whether `agent` may change and delete it.
    #[must_use]
    pub fn is_edited_by(&self, agent: AgentId, role: Role) -> bool {
        self.is_seen_by(agent) && (self.owner == agent || role >= Role::Admin)
    }

    /// Whether it stands in the same list as `other`.
    #[must_use]
    pub fn is_beside(&self, other: &Self) -> bool {
        self.shared == other.shared && (self.shared || self.owner == other.owner)
    }

    /// Whether it is kept for each reader, and this agent is one.
    #[must_use]
    pub fn is_kept_for(&self, agent: &Agent) -> bool {
        agent.is_active() && self.is_seen_by(agent.id)
    }

    /// As it is after a change between the two: what they have in common stays as it is here.
    #[must_use]
    pub fn changed(&self, from: &Self, to: &Self) -> Self {
        let mut view = self.clone();
        if from.owner != to.owner {
            view.owner = to.owner;
        }
        if from.shared != to.shared {
            view.shared = to.shared;
        }
        if from.revision != to.revision {
            view.revision = to.revision;
        }
        if from.position != to.position {
            view.position = to.position;
        }
        if from.deleted != to.deleted {
            view.deleted = to.deleted;
        }
        view
    }
}

/// A query without mistakes, in its one canonical text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptQuery(String);

impl KeptQuery {
    /// Reads what was typed. Here nothing is passed over, not even what is only begun: what is kept has to say what
    /// it means.
    ///
    /// # Errors
    /// Everything that is wrong, or that it is too long to be kept.
    pub fn read(typed: &str) -> Result<Self, Refusal> {
        let parsed = parse(typed);
        if !parsed.wrong.is_empty() {
            let mistakes = parsed.wrong.iter().map(|it| Mistake { code: it.code.slug(), sentence: it.sentence() });
            return Err(Refusal::WrongQuery(mistakes.collect()));
        }
        let text = parsed.query.print();
        if text.chars().count() > CHARACTERS_MOST {
            return Err(Refusal::Invalid { field: "query", why: Invalid::TooLong { most: CHARACTERS_MOST } });
        }
        Ok(Self(text))
    }

    /// One that was kept.
    #[must_use]
    pub fn kept(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it means.
    #[must_use]
    pub fn query(&self) -> Query {
        parse(&self.0).query
    }
}

/// The texts of a view, and what goes with them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomViewText {
    pub name: String,
    pub query: KeptQuery,
    pub sort: Sort,
    /// Its days begin at this clock.
    pub utc_offset_minutes: i32,
}

/// New texts for a view; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomViewEdit {
    pub name: Option<String>,
    pub query: Option<KeptQuery>,
    pub sort: Option<Sort>,
    pub utc_offset_minutes: Option<i32>,
    pub shared: Option<bool>,
}

impl CustomViewText {
    /// With the name as it is kept.
    #[must_use]
    pub fn tidied(&self) -> Self {
        Self { name: self.name.trim().to_owned(), ..self.clone() }
    }

    #[must_use]
    pub fn edited(&self, edit: &CustomViewEdit) -> Self {
        let name = edit.name.as_ref().unwrap_or(&self.name).trim().to_owned();
        Self {
            name,
            query: edit.query.as_ref().unwrap_or(&self.query).clone(),
            sort: edit.sort.unwrap_or(self.sort),
            utc_offset_minutes: edit.utc_offset_minutes.unwrap_or(self.utc_offset_minutes),
        }
    }

    /// Names that look the same are the same.
    #[must_use]
    pub fn is_named_like(&self, other: &Self) -> bool {
        looks(&self.name) == looks(&other.name)
    }
}

/// A name as it looks: letter case, how accents are written, how many spaces there are and signs that show nothing make
/// no difference.
#[must_use]
pub fn looks(name: &str) -> String {
    let seen: String = name.nfd().filter(|sign| !shows_nothing(*sign)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    words.join(" ").to_lowercase().nfc().collect()
}

/// Whether there is anything to be seen of it.
#[must_use]
pub(crate) fn is_seen(name: &str) -> bool {
    name.chars().any(|sign| !sign.is_whitespace() && !shows_nothing(sign))
}

/// Signs that only tell how others are to be shown (Unicode's Cf, and what chooses between shapes). Those between the
/// parts of one picture are among them: it differs in its parts.
fn shows_nothing(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{115f}' | '\u{1160}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}
