//! What is written down on a ticket, and what was written in its conversations, newest first.

use super::Subject;
use crate::api::known::{self as api, Write};
use crate::api::{ThreadAt, messages};
use crate::browser::when::{self, use_clock};
use crate::browser::{frame, keep};
use crate::records::wrong;
use crate::routes::Route;
use crate::store::known::{Kind, Thing};
use crate::store::{News, Store, use_store};
use crate::thread::channel_words;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part, spawn};
use crate::ui::sorted;
use leptos::prelude::*;
use samtal_model::json::{FromJson, Json};
use samtal_model::wire::MessageView;
use samtal_model::{AgentId, MessageKind};

/// How long after news the newest entries are read again, in milliseconds: news comes in flocks.
const SOON_MS: u64 = 150;
/// Letters of a message that are shown; the rest is behind its link.
const SHOWN: usize = 300;

/// Conversations whose messages are shown where the ticket has no timeline of its own, and how many of each.
const CONVERSATIONS: usize = 5;
const NEWEST: usize = 10;

/// One entry.
#[derive(Clone)]
enum Item {
    Message(Box<MessageView>),
    Activity(Thing),
}

impl Item {
    fn read(item: &Thing) -> Self {
        match MessageView::from_json(item.at("message").clone()) {
            Some(message) => Self::Message(Box::new(message)),
            None => Self::Activity(Thing::new(item.at("activity").clone())),
        }
    }
}

/// What is read of it. A handle that can be copied.
#[derive(Clone, Copy)]
struct Story {
    subject: Subject,
    items: RwSignal<Vec<Item>>,
    next: RwSignal<Option<String>>,
    here: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    soon: StoredValue<bool>,
    turn: StoredValue<u32>,
}

impl Story {
    fn read(self, cursor: Option<String>) {
        if !untrack(|| self.subject.is_a_record()) {
            return self.read_messages();
        }
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn(async move {
            let answer = api::timeline("tickets", self.subject.id.0, cursor.as_deref()).await;
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            match answer.map(Thing::new) {
                Ok(page) => {
                    let items: Vec<Item> = page.things("items").iter().map(Item::read).collect();
                    self.items.update(|all| {
                        if cursor.is_none() {
                            all.clear();
                        }
                        all.extend(items);
                    });
                    self.next.set(page.at("next_cursor").text().map(ToOwned::to_owned));
                    self.failure.set(None);
                    self.here.set(true);
                }
                // A ticket that is gone says so by itself.
                Err(problem) if problem.status == 404 => {}
                Err(problem) => self.failure.set(Some(problem.detail)),
            }
        });
    }

    /// The newest messages of its conversations.
    fn read_messages(self) {
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        let ids = self.subject.conversations.get_untracked();
        spawn(async move {
            let mut all = Vec::new();
            for id in ids.into_iter().take(CONVERSATIONS) {
                if let Ok(page) = messages(id, ThreadAt::Newest, NEWEST).await {
                    all.extend(page.items.into_iter().filter(|it| !it.hidden));
                }
            }
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let all = sorted::by(all, |it| -it.sent_at.0);
            self.items.set(all.into_iter().map(|it| Item::Message(Box::new(it))).collect());
            self.here.set(true);
        });
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
}

#[component]
pub fn Notes(subject: Subject) -> AnyView {
    let store = use_store();
    let story = Story {
        subject,
        items: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        here: RwSignal::new(false),
        failure: RwSignal::new(None),
        soon: StoredValue::new(false),
        turn: StoredValue::new(0),
    };
    // Again when another conversation has come to it.
    effect(move || {
        subject.conversations.track();
        story.read(None);
    });
    let record = memo(move || subject.is_a_record());
    store.on_known(move |kind, ids| {
        // One that is gone no longer says of what it was.
        let concerns = |id: &i64| {
            let known = store.thing(Kind::Activity, *id).get_untracked();
            known.is_none_or(|it| is_of(&it, subject))
        };
        if kind == Kind::Activity && ids.iter().any(concerns) {
            story.read_soon();
        }
    });
    store.on_news(move |news| match news {
        News::Changed { ids, .. }
            if subject.conversations.with_untracked(|own| ids.iter().any(|id| own.contains(id))) =>
        {
            story.read_soon();
        }
        News::Gone(_) | News::Reread => story.read_soon(),
        _ => {}
    });
    let more = memo(move || story.next.read().is_some());
    let none = memo(move || story.here.get() && story.items.read().is_empty());
    view! {
        <section class="ticket-section" aria-labelledby="ticket-timeline">
            <h2 id="ticket-timeline">{live(move || if record.get() { "Notes and timeline" } else { "Timeline" })}</h2>
            {part(move || record.get().then(|| view! { <NoteForm subject/> }))}
            <ol class="ticket-story">
                {part(move || Some(story.items.get().iter().map(|item| line(store, item)).collect_view()))}
            </ol>
            {part(move || none.get().then(|| view! { <p class="details-none">"Nothing is written yet."</p> }))}
            {part(move || story.failure.get().map(|words| view! { <p class="field-wrong" role="alert">{words}</p> }))}
            {part(move || more.get().then(|| {
                let older = move |_| {
                    if let Some(cursor) = story.next.get_untracked() {
                        story.read(Some(cursor));
                    }
                };
                view! { <button type="button" class="button button-quiet" on:click=older>"Show older"</button> }
            }))}
        </section>
    }
    .into_any()
}

/// Whether something was written down on this ticket.
fn is_of(activity: &Thing, subject: Subject) -> bool {
    let record = activity.at("record");
    record.at("kind").text() == Some("ticket") && record.at("id").int() == Some(subject.id.0)
}

/// Writing a note. What was typed is kept in this browser until it is saved.
#[component]
fn NoteForm(subject: Subject) -> AnyView {
    let store = use_store();
    let key = StoredValue::new(["samtal.note.ticket.", &subject.id.to_string()].concat());
    let text = RwSignal::new(key.with_value(|key| keep::read(key)).unwrap_or_default());
    let said = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let typed = move |now: String| {
        key.with_value(|key| if now.is_empty() { keep::forget(key) } else { keep::write(key, &now) });
        text.set(now);
    };
    let submit = move || {
        let words = text.get_untracked();
        if busy.get_untracked() {
            return;
        }
        if words.trim().is_empty() {
            return said.set(Some("Write the note first.".into()));
        }
        busy.set(true);
        let record = Json::object([("kind", "ticket".into()), ("id", subject.id.0.into())]);
        let fields = Json::object([("record", record), ("kind", "note".into()), ("text", words.trim().into())]);
        store.write(Write::new_activity(fields), "Note added", move |answer| {
            let _gone = busy.try_set(false);
            match answer {
                Ok(_) => {
                    key.try_with_value(|key| keep::forget(key));
                    let _gone = text.try_set(String::new());
                    let _gone = said.try_set(None);
                }
                Err(problem) => {
                    let _gone = said.try_set(Some(wrong(&problem)));
                }
            }
        });
    };
    view! {
        <form
            class="ticket-note"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <textarea
                rows="2"
                aria-label="Note"
                placeholder="A note for the team"
                prop:value=text
                aria-invalid=live(move || said.read().is_some().then_some("true"))
                aria-describedby="ticket-note-said"
                on:input=move |event| typed(event_target_value(&event))
                on:keydown=move |event| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                        event.prevent_default();
                        submit();
                    }
                }
            ></textarea>
            <p class="field-wrong" id="ticket-note-said" role="alert">{part(move || said.get())}</p>
            <button type="submit" class="button">"Add note"</button>
        </form>
    }
    .into_any()
}

fn line(store: Store, item: &Item) -> AnyView {
    match item {
        Item::Message(message) => message_line(message),
        Item::Activity(activity) => activity_line(store, activity.clone()),
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(SHOWN).collect();
    if short.len() < text.len() {
        short.push('\u{2026}');
    }
    short
}

fn message_line(it: &MessageView) -> AnyView {
    let (_, glyph) = channel_words(it.channel);
    let (glyph, did) = match it.kind {
        MessageKind::Comment => (Glyph::Comment, " commented"),
        MessageKind::Outbound => (glyph, " replied"),
        MessageKind::Inbound => (glyph, " wrote"),
    };
    let words = if it.hidden { "Message has been hidden".to_owned() } else { shortened(&it.text) };
    let href = Route::message_link(it.conversation_id, it.id).href();
    view! {
        <li class="ticket-line">
            <Icon glyph/>
            <p><b>{it.author_name.clone()}</b>{did}" "{moment(it.sent_at.0)}</p>
            <a class="ticket-said" dir="auto" href=href>{words}</a>
        </li>
    }
    .into_any()
}

fn activity_line(store: Store, it: Thing) -> AnyView {
    let did = match it.text("kind") {
        "task" => " made a task",
        "meeting" => " scheduled a meeting",
        "call" => " logged a call",
        "feedback" => " gave feedback",
        _ => " noted",
    };
    let author = it.int("author").map(|id| untrack(|| store.agent_name(AgentId(id))));
    let author = author.unwrap_or_else(|| "The contact".into());
    let id = it.id();
    let remove = it.is("can_edit").then(|| {
        let delete = move |_| store.write(Write::delete_activity(id), "Note deleted", |_| {});
        view! { <button type="button" class="button button-quiet" on:click=delete>"Delete"</button> }
    });
    view! {
        <li class="ticket-line ticket-line-note">
            <Icon glyph=Glyph::FileText/>
            <p><b>{author}</b>{did}" "{it.moment("at").map(|at| moment(at.0))}</p>
            <p class="ticket-said" dir="auto">{it.text("text").to_owned()}</p>
            {remove}
        </li>
    }
    .into_any()
}

fn moment(at: i64) -> AnyView {
    let clock = use_clock();
    view! { <time title=when::long(at)>{live(move || when::short(at, clock.now_ms()))}</time> }.into_any()
}
