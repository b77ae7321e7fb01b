//! A conversation as it is told: who did what when. Data only; [`super::write`] makes commands of it.

use super::files::File;
use samtal_model::{Address, Channel, Origin};

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// The people of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Anna,
    Jonas,
    Ewa,
    Daan,
}

/// The inboxes of the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inbox {
    Support,
    Sales,
}

/// One conversation.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub inbox: Inbox,
    pub channel: Channel,
    pub origin: Origin,
    pub contact: Address,
    pub subject: String,
    pub spam: bool,
    /// The line above a quote; `{when}` and `{who}`.
    pub wrote: &'static str,
    /// Its mails are kept as their source too.
    pub with_source: bool,
    /// In order of time, in milliseconds since 1970; the first one begins the conversation.
    pub steps: Vec<(i64, Step)>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// The contact writes.
    Contact(Words),
    Bot(String),
    /// A mail of ours that begins the conversation.
    Compose(Who, String),
    Reply(Who, String),
    Comment(Who, String),
    Assign(Who, Option<Who>),
    Close(Who),
    Trash(Who),
    /// Hides the message of this number, from 0.
    Hide(Who, usize),
    /// Has read all there is.
    Read(Who),
}

/// What a contact writes.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub text: String,
    pub html: Html,
    /// Repeats the message before it.
    pub quotes: bool,
    pub files: Vec<File>,
}

/// The HTML that goes along with a mail's text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Html {
    #[default]
    None,
    /// The text in paragraphs, as mail programs write it.
    Plain,
    Own(String),
}

impl Step {
    /// Whether it adds a message.
    pub(super) fn speaks(&self) -> bool {
        matches!(self, Self::Contact(_) | Self::Bot(_) | Self::Compose(..) | Self::Reply(..) | Self::Comment(..))
    }
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

impl Words {
    pub(super) fn quoting(mut self) -> Self {
        self.quotes = true;
        self
    }

    pub(super) fn html(mut self) -> Self {
        self.html = Html::Plain;
        self
    }

    pub(super) fn own_html(mut self, html: &str) -> Self {
        self.html = Html::Own(html.to_owned());
        self
    }

    pub(super) fn with(mut self, file: File) -> Self {
        self.files.push(file);
        self
    }
}

impl Story {
    /// A conversation on `channel` that the contact begins.
    pub(super) fn new(channel: Channel, name: &str, email: &str, subject: &str) -> Self {
        Self {
            inbox: Inbox::Support,
            channel,
            origin: Origin::Inbound,
            contact: Address { name: name.to_owned(), email: email.to_owned() },
            subject: subject.to_owned(),
            spam: false,
            wrote: "On {when}, {who} wrote:",
            with_source: true,
            steps: vec![],
        }
    }

    pub(super) fn mail(name: &str, email: &str, subject: &str) -> Self {
        Self::new(Channel::Email, name, email, subject)
    }

    pub(super) fn wrote(mut self, wrote: &'static str) -> Self {
        self.wrote = wrote;
        self
    }

    /// What happened at a moment.
    pub(super) fn at(mut self, moment: i64, step: Step) -> Self {
        self.steps.push((moment, step));
        self
    }

    pub(super) fn contact(self, moment: i64, words: impl Into<Words>) -> Self {
        self.at(moment, Step::Contact(words.into()))
    }

    pub(super) fn reply(self, moment: i64, who: Who, text: &str) -> Self {
        self.at(moment, Step::Reply(who, text.to_owned()))
    }

    pub(super) fn comment(self, moment: i64, who: Who, text: &str) -> Self {
        self.at(moment, Step::Comment(who, text.to_owned()))
    }

    pub(super) fn bot(self, moment: i64, text: &str) -> Self {
        self.at(moment, Step::Bot(text.to_owned()))
    }

    pub(super) fn assign(self, moment: i64, who: Who) -> Self {
        self.at(moment, Step::Assign(who, Some(who)))
    }

    pub(super) fn last_at(&self) -> i64 {
        self.steps.last().map_or(0, |(at, _)| *at)
    }
}
