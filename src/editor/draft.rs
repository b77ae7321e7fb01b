//! Drafts (R6): one for each agent, conversation and tab, kept by this browser as they are typed.

use crate::browser::{frame, keep};
use crate::ui::icon::Glyph;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use samtal_model::{AgentId, ConversationId};
use std::time::Duration;

/// How long after a key a draft is kept at the latest, in milliseconds.
const KEEP_AFTER_MS: u64 = 250;
/// How long an attempt to send may be the same one, in milliseconds: the server forgets it after some days.
const ATTEMPT_MS: i64 = 24 * 60 * 60 * 1_000;

/// Which tab a draft belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Reply,
    Comment,
}

impl Kind {
    /// The tab's words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Reply => "Reply",
            Self::Comment => "Comment",
        }
    }

    /// The tab's element.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Reply => "editor-tab-reply",
            Self::Comment => "editor-tab-comment",
        }
    }

    /// What the button says.
    #[must_use]
    pub fn action(self) -> &'static str {
        match self {
            Self::Reply => "Send",
            Self::Comment => "Add comment",
        }
    }

    #[must_use]
    pub fn glyph(self) -> Glyph {
        match self {
            Self::Reply => Glyph::Send,
            Self::Comment => Glyph::Comment,
        }
    }

    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Reply => Self::Comment,
            Self::Comment => Self::Reply,
        }
    }

    fn slug(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Comment => "comment",
        }
    }
}

fn key(agent: AgentId, conversation: ConversationId, kind: Kind) -> String {
    ["samtal.draft.", &agent.to_string(), ".", &conversation.to_string(), ".", kind.slug()].concat()
}

/// Where the last attempt to send is remembered: its name, and on the next lines its text.
fn attempt_key(key: &str) -> String {
    [key, ".attempt"].concat()
}

/// The last attempt that has not been confirmed: its name and its text.
fn attempted(key: &str) -> Option<(String, String)> {
    let kept = keep::read(&attempt_key(key))?;
    let (attempt, text) = kept.split_once('\n')?;
    Some((attempt.to_owned(), text.to_owned()))
}

/// The name of an attempt to send this very text that has not been confirmed. One of yesterday is over.
fn kept_attempt(key: &str, text: &str) -> Option<String> {
    let (attempt, of) = attempted(key)?;
    let begun = attempt.split('-').next().and_then(|begun| i64::from_str_radix(begun, 16).ok())?;
    (of == text && frame::now_ms() - begun < ATTEMPT_MS).then_some(attempt)
}

/// The drafts of a conversation.
#[derive(Clone, Copy)]
pub struct Drafts {
    reply: Draft,
    comment: Draft,
    /// Where the tab that was open is kept.
    tab: StoredValue<String>,
}

impl Drafts {
    /// Reads what was kept.
    #[must_use]
    pub fn open(agent: AgentId, conversation: ConversationId) -> Self {
        let draft = |kind| Draft::open(key(agent, conversation, kind));
        let tab = [&key(agent, conversation, Kind::Reply), ".tab"].concat();
        Self { reply: draft(Kind::Reply), comment: draft(Kind::Comment), tab: StoredValue::new(tab) }
    }

    #[must_use]
    pub fn of(&self, kind: Kind) -> Draft {
        match kind {
            Kind::Reply => self.reply,
            Kind::Comment => self.comment,
        }
    }

    /// The tab to begin with: the one where something was begun; of both, the one that was open, so that nobody writes
    /// to the customer what was meant for the team.
    #[must_use]
    pub fn first_kind(&self) -> Kind {
        let has = |draft: Draft| untrack(|| !draft.is_empty());
        let was_comment = keep::read(&self.tab.get_value()).is_some();
        match (has(self.reply), has(self.comment)) {
            (false, true) => Kind::Comment,
            (true, true) if was_comment => Kind::Comment,
            _ => Kind::Reply,
        }
    }

    /// Remembers which tab is open.
    pub fn keep_kind(&self, kind: Kind) {
        let key = self.tab.get_value();
        match kind {
            Kind::Reply => keep::forget(&key),
            Kind::Comment => keep::write(&key, "comment"),
        }
    }

    /// Keeps both without waiting.
    pub fn keep_now(&self) {
        self.reply.keep_now();
        self.comment.keep_now();
    }
}

/// One draft; a handle that can be copied. Its answer may come after the editor has gone.
#[derive(Clone, Copy)]
pub struct Draft {
    pub text: RwSignal<String>,
    /// It stands in the browser's memory as it stands here, and is not empty.
    pub kept: RwSignal<bool>,
    /// Why the last attempt to send it failed.
    pub problem: RwSignal<Option<String>>,
    key: StoredValue<String>,
    waiting: StoredValue<Option<TimeoutHandle>, LocalStorage>,
    /// On its way to the server: kept until that is sure.
    under_way: StoredValue<Vec<String>>,
}

impl Draft {
    fn open(key: String) -> Self {
        let text = keep::read(&key).unwrap_or_default();
        Self {
            kept: RwSignal::new(!text.is_empty()),
            text: RwSignal::new(text),
            problem: RwSignal::new(None),
            key: StoredValue::new(key),
            waiting: StoredValue::new_local(None),
            under_way: StoredValue::new(Vec::new()),
        }
    }

    /// Nothing is written. Followed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.with(|text| text.trim().is_empty())
    }

    /// A key was pressed.
    pub fn typed(&self, text: String) {
        self.text.set(text);
        self.kept.set(false);
        self.problem.set(None);
        let draft = *self;
        if self.waiting.with_value(Option::is_none) {
            let timer = set_timeout_with_handle(move || draft.keep_now(), Duration::from_millis(KEEP_AFTER_MS));
            self.waiting.set_value(timer.ok());
        }
    }

    /// Keeps what is written, and with it what is under way.
    pub fn keep_now(&self) {
        let _gone = self.waiting.try_update_value(|timer| {
            if let Some(timer) = timer.take() {
                timer.clear();
            }
        });
        let (Some(text), Some(key), Some(under_way)) =
            (self.text.try_get_untracked(), self.key.try_get_value(), self.under_way.try_get_value())
        else {
            return;
        };
        let whole = joined(&under_way, &text);
        // An attempt is of one text: another text, or none, is another message.
        if attempted(&key).is_some_and(|(_, text)| !whole.starts_with(&text)) {
            keep::forget(&attempt_key(&key));
        }
        if whole.trim().is_empty() {
            keep::forget(&key);
        } else {
            keep::write(&key, &whole);
        }
        let _gone = self.kept.try_set(!text.trim().is_empty());
    }

    /// Takes the text out to be sent; none if nothing is written. It stays kept until it is sent.
    #[must_use]
    pub fn take(&self) -> Option<Sending> {
        let text = self.text.get_untracked();
        if text.trim().is_empty() {
            return None;
        }
        let text = text.trim_end().to_owned();
        let key = self.key.get_value();
        let again = self.under_way.with_value(Vec::is_empty).then(|| kept_attempt(&key, &text)).flatten();
        let attempt = again.unwrap_or_else(frame::unique);
        keep::write(&attempt_key(&key), &[attempt.as_str(), "\n", &text].concat());
        self.under_way.update_value(|under_way| under_way.push(text.clone()));
        self.text.set(String::new());
        self.problem.set(None);
        self.keep_now();
        Some(Sending { draft: *self, key, text, attempt })
    }

    fn arrived(&self, text: &str) -> Option<()> {
        self.under_way.try_update_value(|under_way| {
            if let Some(at) = under_way.iter().position(|of| of == text) {
                under_way.remove(at);
            }
        })
    }
}

/// A text on its way to the server. Whichever way it ends, what is kept is put right, even after the editor has gone.
pub struct Sending {
    draft: Draft,
    key: String,
    pub text: String,
    /// Names this attempt to the server. The same text sent again, after a reload or a lost answer, has the same
    /// name until the server has confirmed it: nobody gets it twice.
    pub attempt: String,
}

impl Sending {
    /// The server has it.
    pub fn done(self) {
        if kept_attempt(&self.key, &self.text).is_some_and(|attempt| attempt == self.attempt) {
            keep::forget(&attempt_key(&self.key));
        }
        if self.draft.arrived(&self.text).is_some() {
            self.draft.keep_now();
            return;
        }
        // The editor is gone and kept it with whatever else was written.
        let kept = keep::read(&self.key).unwrap_or_default();
        match kept.strip_prefix(self.text.as_str()).map(str::trim_start) {
            Some("") => keep::forget(&self.key),
            Some(rest) => keep::write(&self.key, rest),
            None => {}
        }
    }

    /// It was not sent: the text comes back, before whatever was written since, with the reason.
    pub fn failed(self, why: String) {
        if self.draft.arrived(&self.text).is_none() {
            return;
        }
        let _gone = self.draft.text.try_update(|now| *now = joined(&[self.text], now));
        let _gone = self.draft.problem.try_set(Some(why));
        self.draft.keep_now();
    }
}

/// Texts one after the other, with an empty line between.
fn joined(first: &[String], last: &str) -> String {
    first
        .iter()
        .map(String::as_str)
        .chain([last])
        .filter(|text| !text.trim().is_empty())
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::{Kind, joined, key};
    use samtal_model::{AgentId, ConversationId};

    #[test]
    fn drafts_do_not_meet() {
        let keys = [
            key(AgentId(1), ConversationId(12), Kind::Reply),
            key(AgentId(11), ConversationId(2), Kind::Reply),
            key(AgentId(1), ConversationId(12), Kind::Comment),
        ];
        assert!(keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]);
    }

    #[test]
    fn what_failed_comes_before_what_was_written_since() {
        assert_eq!(joined(&["first".into()], "second"), "first\n\nsecond");
        assert_eq!(joined(&["first".into()], " \n"), "first");
        assert_eq!(joined(&[], "second"), "second");
        assert_eq!(joined(&[], ""), "");
    }
}
