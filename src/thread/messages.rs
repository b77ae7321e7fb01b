//! The scrolled part of a thread: pages of messages that come as the reader moves, and a place that does not move by
//! itself.

mod place;

use super::message::tools::Tools;
use super::message::{Message, tell_time};
use super::rows::{Row, in_sight, rows};
use crate::browser::{frame, page, when};
use crate::store::{Thread, ThreadState, use_store};
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part};
use leptos::html::{Div, Section};
use leptos::prelude::*;
use place::{Reader, follow};
use samtal_model::wire::ConversationView;
use samtal_model::{Command, ConversationId, MessageId, MessageKind};

#[component]
pub fn Messages(
    id: ConversationId,
    conversation: Memo<Option<ConversationView>>,
    thread: Thread,
    linked: Signal<Option<MessageId>>,
) -> impl IntoView {
    let store = use_store();
    let scroller = NodeRef::<Section>::new();
    let content = NodeRef::<Div>::new();
    let unread_since = unread_since(conversation);
    let unread = memo(move || {
        let since = unread_since.get()?;
        let new = |id: &MessageId| {
            Some(*id) > since
                && store.message(*id).with_untracked(|it| it.as_ref().is_some_and(|it| it.kind == MessageKind::Inbound))
        };
        thread.order.with(|order| Some((order.iter().copied().find(new)?, order.iter().copied().rfind(new)?)))
    });
    // The first of them stays the first: what arrives later is not new twice.
    let first_unread = Memo::new(move |before: Option<&Option<MessageId>>| {
        before.copied().flatten().or_else(|| unread.get().map(|(first, _)| first))
    });
    // What cannot be seen before one scrolls comes a frame later. Who comes by a link gets all of it: the message they
    // were sent to has the focus, and what is put in around it would take it away.
    let whole = RwSignal::new(linked.with_untracked(Option::is_some));
    let screen_px = page::height_px();
    let target = move || unread.get_untracked().map(|(_, newest)| newest);
    let lines = memo(move || {
        let messages: Vec<(MessageId, i64)> = thread.order.with(|order| {
            let day = |id: &MessageId| {
                store.message(*id).with_untracked(|it| it.as_ref().map(|it| when::local_day(it.sent_at.0)))
            };
            let range = if whole.get() { 0..order.len() } else { in_sight(order, target(), screen_px) };
            order[range].iter().map(|id| (*id, day(id).unwrap_or_default())).collect()
        });
        rows(&messages, first_unread.get())
    });
    Effect::new(move |shown: Option<bool>| {
        let shown = shown.unwrap_or_default();
        let here = thread.order.with(|order| !order.is_empty());
        if here && !shown {
            frame::after_paint(move || {
                let _gone = whole.try_set(true);
            });
        }
        shown || here
    });
    let reader = Reader::new(thread, scroller, content);
    follow(reader, linked, move || unread.get_untracked().map(|(_, newest)| newest));
    mark_read(id, conversation, thread);
    let tools = Tools::new(id);
    let clock = when::use_clock();
    effect(move || {
        let now = clock.now_ms();
        if let Some(content) = content.get_untracked() {
            tell_time(&content, now);
        }
    });
    let empty = memo(move || thread.order.with(Vec::is_empty));
    let loading = memo(move || thread.state.get() == ThreadState::Loading);
    view! {
        <div class="messages-frame">
            <section
                class="messages"
                aria-label="Messages"
                tabindex="0"
                data-scroller
                node_ref=scroller
                aria-busy=live(move || loading.get().then_some("true"))
            >
                <div
                    class="messages-content"
                    node_ref=content
                    on:pointerdown=move |event| tools.press_began(&event)
                    on:click=move |event| tools.pressed(&event)
                    on:keydown=move |event| tools.key(&event)
                >
                    {part(move || {
                        thread
                            .has_before
                            .get()
                            .then(|| {
                                view! {
                                    <button type="button" class="button button-quiet messages-more" on:click=move |_| thread.load_before()>
                                        "Show older messages"
                                    </button>
                                }
                            })
                    })}
                    <Each each=move || lines.get() key=|row| row.key() let:row>
                        {match row {
                            Row::Day(first) => view! { <Day first/> }.into_any(),
                            Row::New => view! { <div class="messages-new"><span>"New"</span></div> }.into_any(),
                            Row::Message(message) => {
                                view! { <Message id=message linked=live(move || linked.get() == Some(message)) tools/> }
                                    .into_any()
                            }
                        }}
                    </Each>
                    {part(move || {
                        thread
                            .has_after
                            .get()
                            .then(|| {
                                view! {
                                    <button type="button" class="button button-quiet messages-more" on:click=move |_| thread.load_after()>
                                        "Show newer messages"
                                    </button>
                                }
                            })
                    })}
                    {part(move || (empty.get() && loading.get()).then(|| view! { <Skeleton/> }))}
                    {part(move || {
                        (empty.get() && !loading.get()).then(|| view! { <p class="messages-none">"No messages yet"</p> })
                    })}
                </div>
            </section>
            <Jump reader/>
            {tools.menu()}
        </div>
    }
}

#[component]
fn Day(first: MessageId) -> impl IntoView {
    let (store, clock) = (use_store(), when::use_clock());
    let at = store.message(first).with_untracked(|it| it.as_ref().map_or(0, |it| it.sent_at.0));
    view! {
        <div class="messages-day">
            <span>{live(move || when::day(at, clock.now_ms()))}</span>
        </div>
    }
}

/// Back to the end, saying how much has come meanwhile.
#[component]
fn Jump(reader: Reader) -> impl IntoView {
    let words = live(move || match reader.unseen.get() {
        0 => "Jump to newest".to_owned(),
        1 => "1 new message".into(),
        count => [&count.to_string(), " new messages"].concat(),
    });
    part(move || {
        reader.away.get().then(|| {
            view! {
                <button type="button" class="messages-jump" class:messages-jump-new=live(move || { reader.unseen.get() > 0 }) on:click=move |_| reader.to_end()>
                    <Icon glyph=Glyph::ArrowDown/>
                    {words}
                </button>
            }
        })
    })
}

/// Shows only when waiting has become noticeable (see the style).
#[component]
fn Skeleton() -> impl IntoView {
    view! {
        <div class="messages-skeleton" aria-hidden="true">
            <div></div>
            <div></div>
            <div></div>
        </div>
    }
}

/// How far this agent had read when the conversation was opened: `Some(None)` if nothing, none if all of it.
fn unread_since(conversation: Memo<Option<ConversationView>>) -> RwSignal<Option<Option<MessageId>>> {
    let since = RwSignal::new(None);
    let known = StoredValue::new(false);
    let look = move |it: &ConversationView| {
        known.set_value(true);
        if it.unread {
            since.set(Some(it.read_up_to));
        }
    };
    conversation.with_untracked(|it| it.as_ref().map(look));
    effect(move || {
        conversation.with(|it| {
            if let Some(it) = it
                && !known.get_value()
            {
                look(it);
            }
        });
    });
    since
}

/// Opening it, with the tab in sight, reads it up to the newest message; so does each that arrives. Marked as unread by
/// hand it stays so until it is opened again.
fn mark_read(id: ConversationId, conversation: Memo<Option<ConversationView>>, thread: Thread) {
    let store = use_store();
    let visible = page::visible();
    let done = StoredValue::new(None::<Option<MessageId>>);
    effect(move || {
        let Some((newest, unread)) = conversation
            .with(|it| it.as_ref().map(|it| (it.last_message_id.max(it.last_inbound_message_id), it.unread)))
        else {
            return;
        };
        if !visible.get() || thread.state.get() != ThreadState::Ready {
            return;
        }
        let before = done.get_value();
        if before.is_some_and(|before| newest <= before) {
            return;
        }
        done.set_value(Some(newest));
        if let Some(up_to) = newest.filter(|newest| unread && newest.0 > 0) {
            frame::after_paint(move || store.act(Command::MarkRead { conversation: id, up_to }, |_| {}));
        }
    });
}
