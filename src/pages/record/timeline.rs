//! What happened with a record or a ticket, newest first: messages, notes, tasks, meetings, calls and feedback, and of a
//! ticket its statuses. What colleagues write stands here as they write it; a message that is hidden leaves.

use super::activity::ActivityLine;
use super::holder::Holder;
use crate::api::known as api;
use crate::browser::frame;
use crate::browser::when::{self, use_clock};
use crate::pages::ticket::history::sentence;
use crate::routes::Route;
use crate::store::known::{self, Thing};
use crate::store::{News, Store, use_store};
use crate::thread::channel_words;
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use leptos::prelude::*;
use samtal_model::json::FromJson;
use samtal_model::wire::{MessageView, Problem, TimelineChange};
use samtal_model::{MessageId, MessageKind};

/// How long after news the newest entries are read again, in milliseconds: news comes in flocks.
const SOON_MS: u64 = 120;
/// Letters of a message that are shown; the rest is behind its link.
const SHOWN: usize = 400;

/// One entry; the greater stands higher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
struct Entry {
    at: i64,
    what: What,
    id: i64,
}

impl Entry {
    fn key(&self) -> String {
        let kind = match self.what {
            What::Message => "message ",
            What::Activity => "activity ",
            What::Change => "change ",
        };
        [kind, &self.id.to_string(), " ", &self.at.to_string()].concat()
    }
}

/// What an entry is, in the order in which those of one moment stand, the lowest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd)]
enum What {
    Message,
    Activity,
    Change,
}

/// What is read of the timeline; a handle that can be copied.
#[derive(Clone, Copy)]
struct Story {
    holder: Holder,
    entries: RwSignal<Vec<Entry>>,
    /// The changes among them: nothing else keeps these.
    changes: RwSignal<Vec<TimelineChange>>,
    next: RwSignal<Option<String>>,
    /// It was read once.
    here: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    /// The newest are about to be read again.
    soon: StoredValue<bool>,
}

impl Story {
    fn read(self, cursor: Option<String>) {
        let Holder { slug, id, store, .. } = self.holder;
        spawn(async move {
            let answer = api::timeline(slug, id, cursor.as_deref()).await;
            if !self.here.is_disposed() {
                self.take(store, cursor.is_some(), answer);
            }
        });
    }

    fn take(self, store: Store, older: bool, answer: Result<samtal_model::json::Json, Problem>) {
        let page = match answer {
            Ok(page) => Thing::new(page),
            // What it is of says that it is gone.
            Err(problem) if problem.status == 404 => return,
            Err(problem) => return self.failure.set(Some(problem.detail)),
        };
        self.failure.set(None);
        let next = page.at("next_cursor").text().map(ToOwned::to_owned);
        let (mut found, mut messages, mut activities, mut changes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for item in page.things("items") {
            if let Some(message) = MessageView::from_json(item.at("message").clone()) {
                found.push(Entry { at: message.sent_at.0, what: What::Message, id: message.id.0 });
                messages.push(message);
            } else if let Some(change) = TimelineChange::from_json(item.at("change").clone()) {
                found.push(Entry { at: change.at.0, what: What::Change, id: change.sequence.0 });
                changes.push(change);
            } else {
                let activity = Thing::new(item.at("activity").clone());
                found.extend(entry(&activity));
                activities.push(activity);
            }
        }
        store.take_messages(messages);
        self.changes.update(|all| {
            all.retain(|it| changes.iter().all(|new| new.sequence != it.sequence));
            all.extend(changes);
        });
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
        let now = self.holder.store.thing(known::Kind::Activity, id).get_untracked();
        let mine = now.filter(|it| self.holder.is(it.at("record")));
        let place = mine.as_ref().and_then(entry);
        self.entries.update(|all| {
            if place.is_some_and(|place| all.contains(&place)) {
                return;
            }
            all.retain(|entry| entry.what != What::Activity || entry.id != id);
            if let Some(place) = place {
                let at = all.iter().position(|entry| *entry < place).unwrap_or(all.len());
                all.insert(at, place);
            }
        });
    }
}

fn entry(activity: &Thing) -> Option<Entry> {
    Some(Entry { at: activity.moment("at")?.0, what: What::Activity, id: activity.id() })
}

#[component]
pub fn Timeline(holder: Holder) -> AnyView {
    let story = Story {
        holder,
        entries: RwSignal::new(Vec::new()),
        changes: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        here: RwSignal::new(false),
        failure: RwSignal::new(None),
        soon: StoredValue::new(false),
    };
    story.read(None);
    holder.store.on_known(move |kind, ids| match kind {
        known::Kind::Activity => ids.iter().for_each(|id| story.heard(*id)),
        // It may have another status.
        known::Kind::Ticket if holder.word == "ticket" && ids.contains(&holder.id) => story.read_soon(),
        _ => {}
    });
    holder.store.on_news(move |news| match news {
        News::Changed { ids, .. } if ids.iter().any(|id| holder.concerns.run(*id)) => story.read_soon(),
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
                    {line(story, entry)}
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

fn line(story: Story, entry: Entry) -> AnyView {
    match entry.what {
        What::Message => view! { <MessageLine id=MessageId(entry.id)/> }.into_any(),
        What::Activity => view! { <ActivityLine holder=story.holder id=entry.id/> }.into_any(),
        What::Change => change_line(story, entry.id),
    }
}

/// What became of a ticket.
fn change_line(story: Story, id: i64) -> AnyView {
    let it = story.changes.with_untracked(|all| all.iter().find(|it| it.sequence.0 == id).cloned());
    let Some(it) = it else { return ().into_any() };
    // The statuses' names may come later than the change.
    let words = live(move || sentence(story.holder.store, it.actor, &it.change));
    view! {
        <li class="story-line">
            <span class="story-glyph"><Icon glyph=Glyph::Ticket/></span>
            <div class="story-body"><div class="story-head"><span>{words}</span>{moment(it.at.0)}</div></div>
        </li>
    }
    .into_any()
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
