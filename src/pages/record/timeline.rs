//! What happened with a record, newest first: messages, notes, tasks, meetings, calls and feedback. What colleagues
//! write stands here as they write it; a message that is hidden leaves.

use super::Subject;
use super::activity::ActivityLine;
use crate::api::known as api;
use crate::browser::frame;
use crate::browser::when::{self, use_clock};
use crate::routes::Route;
use crate::routes::page::Kind;
use crate::store::known::{self, Thing};
use crate::store::{News, Store, use_store};
use crate::thread::channel_words;
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use leptos::prelude::*;
use samtal_model::json::FromJson;
use samtal_model::wire::{MessageView, Problem};
use samtal_model::{ConversationId, MessageId, MessageKind};

/// How long after news the newest entries are read again, in milliseconds: news comes in flocks.
const SOON_MS: u64 = 120;
/// Letters of a message that are shown; the rest is behind its link.
const SHOWN: usize = 400;

/// One entry; the greater stands higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
struct Entry {
    at: i64,
    message: bool,
    id: i64,
}

impl Entry {
    fn key(&self) -> String {
        let kind = if self.message { "message " } else { "activity " };
        [kind, &self.id.to_string(), " ", &self.at.to_string()].concat()
    }
}

/// What is read of the timeline; a handle that can be copied.
#[derive(Clone, Copy)]
struct Story {
    subject: Subject,
    entries: RwSignal<Vec<Entry>>,
    next: RwSignal<Option<String>>,
    /// It was read once.
    here: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    /// The newest are about to be read again.
    soon: StoredValue<bool>,
}

impl Story {
    fn read(self, cursor: Option<String>) {
        let Subject { kind, id, store, .. } = self.subject;
        spawn(async move {
            let answer = api::timeline(kind.slug(), id, cursor.as_deref()).await;
            if !self.here.is_disposed() {
                self.take(store, cursor.is_some(), answer);
            }
        });
    }

    fn take(self, store: Store, older: bool, answer: Result<samtal_model::json::Json, Problem>) {
        let page = match answer {
            Ok(page) => Thing::new(page),
            Err(problem) => return self.failure.set(Some(problem.detail)),
        };
        self.failure.set(None);
        let next = page.at("next_cursor").text().map(ToOwned::to_owned);
        let (mut found, mut messages, mut activities) = (Vec::new(), Vec::new(), Vec::new());
        for item in page.things("items") {
            if let Some(message) = MessageView::from_json(item.at("message").clone()) {
                found.push(Entry { at: message.sent_at.0, message: true, id: message.id.0 });
                messages.push(message);
            } else {
                let activity = Thing::new(item.at("activity").clone());
                found.extend(entry(&activity));
                activities.push(activity);
            }
        }
        store.take_messages(messages);
        let last = found.last().copied();
        self.entries.update(|all| {
            if older {
                all.retain(|entry| !found.contains(entry));
                all.extend(found);
                return;
            }
            // What is older than this page stays; what is not in it and as new has left.
            let kept = last.filter(|_| next.is_some());
            all.retain(|entry| kept.is_some_and(|last| *entry < last));
            all.splice(0..0, found);
        });
        // The way to what is older is known from the page that was read last.
        if older || self.entries.with_untracked(|all| all.last().copied() == last) {
            self.next.set(next);
        }
        self.here.set(true);
        store.take_things(known::Kind::Activity, activities);
    }

    fn read_soon(self) {
        if self.soon.get_value() {
            return;
        }
        self.soon.set_value(true);
        frame::after(SOON_MS, move || {
            if self.soon.try_set_value(false).is_none() {
                self.read(None);
            }
        });
    }

    /// An activity has come, changed or gone.
    fn heard(self, id: i64) {
        let now = self.subject.store.thing(known::Kind::Activity, id).get_untracked();
        let mine = now.filter(|it| self.subject.is(it.at("record")));
        let place = mine.as_ref().and_then(entry);
        self.entries.update(|all| {
            if place.is_some_and(|place| all.contains(&place)) {
                return;
            }
            all.retain(|entry| entry.message || entry.id != id);
            if let Some(place) = place {
                let at = all.iter().position(|entry| *entry < place).unwrap_or(all.len());
                all.insert(at, place);
            }
        });
    }

    /// Whether the record's messages are among those of the conversation.
    fn concerns(self, id: ConversationId) -> bool {
        let contact = self.subject.store.peek(id).and_then(|it| it.contact).map(|contact| contact.id.0);
        let Some(contact) = contact else { return false };
        if self.subject.kind == Kind::Contact {
            return contact == self.subject.id;
        }
        self.subject.links.with_untracked(|links| {
            links.iter().any(|link| link.text("kind") == Kind::Contact.word() && link.id() == contact)
        })
    }
}

fn entry(activity: &Thing) -> Option<Entry> {
    Some(Entry { at: activity.moment("at")?.0, message: false, id: activity.id() })
}

#[component]
pub fn Timeline(subject: Subject) -> AnyView {
    let story = Story {
        subject,
        entries: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        here: RwSignal::new(false),
        failure: RwSignal::new(None),
        soon: StoredValue::new(false),
    };
    story.read(None);
    subject.store.on_known(move |kind, ids| {
        if kind == known::Kind::Activity {
            ids.iter().for_each(|id| story.heard(*id));
        }
    });
    subject.store.on_news(move |news| match news {
        News::Changed { ids, .. } if ids.iter().any(|id| story.concerns(*id)) => story.read_soon(),
        News::Gone(_) | News::Reread => story.read_soon(),
        _ => {}
    });
    let none = memo(move || story.here.get() && story.entries.read().is_empty());
    let more = memo(move || story.next.read().is_some());
    view! {
        <section class="card" aria-labelledby="record-timeline">
            <h2 id="record-timeline">"Timeline"</h2>
            <ol class="story">
                <Each each=move || story.entries.get() key=Entry::key let:entry>
                    {line(subject, entry)}
                </Each>
            </ol>
            {part(move || {
                none.get().then(|| view! { <p class="details-none">"Nothing yet. What is written, said and agreed stands here."</p> })
            })}
            {part(move || story.failure.get().map(|words| view! { <p class="form-wrong" role="alert">{words}</p> }))}
            {part(move || {
                more.get().then(|| {
                    let read = move |_| {
                        if let Some(cursor) = story.next.get_untracked() {
                            story.read(Some(cursor));
                        }
                    };
                    view! { <button type="button" class="button button-quiet" on:click=read>"Show older"</button> }
                })
            })}
        </section>
    }
    .into_any()
}

fn line(subject: Subject, entry: Entry) -> AnyView {
    if entry.message {
        view! { <MessageLine id=MessageId(entry.id)/> }.into_any()
    } else {
        view! { <ActivityLine subject id=entry.id/> }.into_any()
    }
}

/// The moment of an entry.
pub fn moment(at: i64) -> AnyView {
    let clock = use_clock();
    let datetime = samtal_model::Timestamp(at).to_rfc3339();
    view! {
        <time datetime=datetime title=when::long(at)>{live(move || when::short(at, clock.now_ms()))}</time>
    }
    .into_any()
}

/// A message, which leads to its place in its conversation.
#[component]
fn MessageLine(id: MessageId) -> AnyView {
    let message = use_store().message(id);
    part(move || {
        let it = message.get().filter(|it| !it.hidden)?;
        let (channel, glyph) = channel_words(it.channel);
        let glyph = if it.kind == MessageKind::Comment { Glyph::Comment } else { glyph };
        let did = match it.kind {
            MessageKind::Comment => " commented",
            MessageKind::Outbound => " replied",
            MessageKind::Inbound => " wrote",
        };
        let subject = if it.subject.is_empty() { [channel, " message"].concat() } else { it.subject.clone() };
        let long = it.text.chars().count() > SHOWN;
        let mut text: String = it.text.chars().take(SHOWN).collect();
        if long {
            text.push('\u{2026}');
        }
        Some(view! {
            <li class="story-line">
                <span class="story-glyph"><Icon glyph/></span>
                <div class="story-body">
                    <div class="story-head">
                        <b>{it.author_name.clone()}</b>
                        {did}
                        {moment(it.sent_at.0)}
                    </div>
                    <a class="story-subject" dir="auto" href=Route::message_link(it.conversation_id, id).href()>{subject}</a>
                    <p class="story-text" dir="auto">{text}</p>
                </div>
            </li>
        })
    })
    .into_any()
}
