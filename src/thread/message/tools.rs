//! What can be done with the messages of a thread: one set of listeners and one menu for all of them.

use super::copy::use_copy_link;
use super::element_id;
use crate::api;
use crate::browser::float;
use crate::browser::when::{self, Clock};
use crate::routes::{Nav, Route, use_nav};
use crate::store::use_store;
use crate::ui::icon::{self, Glyph};
use crate::ui::live::Part;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuItem, SharedMenu};
use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent};
use leptos::prelude::*;
use leptos::web_sys::{Element, Event};
use samtal_model::wire::MessageView;
use samtal_model::{Command, ConversationId, MessageId};

const BUTTON: &str = ".message-actions";
const RECIPIENTS: &str = ".message-to";

/// The button of a message's menu; a message that is on its way has none.
pub fn button(message: &MessageView) -> impl FnOnce(Markup) -> Markup {
    let known = message.id.0 >= 0;
    move |into| {
        if !known {
            return into;
        }
        into.tags(r#"<button type="button" class="icon-button message-actions" aria-label="Message actions" data-tip="Message actions" aria-haspopup="menu" aria-expanded="false">"#)
            .with(icon::markup(Glyph::Dots))
            .tags("</button>")
    }
}

/// The listeners of a thread; a handle that can be copied.
#[derive(Clone, Copy)]
pub struct Tools {
    conversation: ConversationId,
    nav: Nav,
    clock: Clock,
    menu: SharedMenu,
    /// Whose menu was opened last.
    target: StoredValue<Option<MessageId>>,
    /// Those that say in full who wrote to whom.
    facts: RwSignal<Vec<MessageId>>,
}

impl Tools {
    /// Call it at a component's top.
    #[must_use]
    pub fn new(conversation: ConversationId) -> Self {
        let target = StoredValue::new(None);
        let facts = RwSignal::new(Vec::new());
        let items = items(conversation, target, facts);
        let menu = SharedMenu::new("Message actions", items);
        Self { conversation, nav: use_nav(), clock: when::use_clock(), menu, target, facts }
    }

    /// Where its menu is drawn.
    #[must_use]
    pub fn menu(self) -> Part {
        self.menu.view()
    }

    /// Whether the message says in full who wrote to whom; follows it.
    #[must_use]
    pub fn facts_open(self, id: MessageId) -> bool {
        self.facts.with(|all| all.contains(&id))
    }

    /// The same now.
    #[must_use]
    pub fn shows_facts(self, id: MessageId) -> bool {
        self.facts.with_untracked(|all| all.contains(&id))
    }

    /// Milliseconds since 1970, to the minute. [`super::tell_time`] goes on from there.
    #[must_use]
    pub fn now_ms(self) -> i64 {
        untrack(|| self.clock.now_ms())
    }

    /// A press on something of a message.
    pub fn pressed(self, event: &MouseEvent) {
        let Some(id) = message_of(event) else { return };
        if let Some(button) = float::closest(event, BUTTON) {
            self.target.set_value(Some(id));
            self.menu.toggle(&button);
        } else if float::closest(event, RECIPIENTS).is_some() {
            toggle(self.facts, id);
        } else if float::closest(event, "a.message-time").is_some() {
            // The address is the one to share; a plain press stays in the view that is open.
            let elsewhere = event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key();
            let here = self.nav.route().get_untracked();
            if matches!(here, Route::Inbox { .. }) && !elsewhere {
                event.prevent_default();
                self.nav.go(here.with_conversation(Some(self.conversation)).with_message(Some(id)));
            }
        }
    }

    /// A press began.
    pub fn press_began(self, event: &PointerEvent) {
        if let Some(button) = float::closest(event, BUTTON) {
            self.menu.press_began(&button);
        }
    }

    /// An arrow on a menu's button opens it.
    pub fn key(self, event: &KeyboardEvent) {
        let last = event.key() == "ArrowUp";
        if !last && event.key() != "ArrowDown" {
            return;
        }
        if let Some((id, button)) = message_of(event).zip(float::closest(event, BUTTON)) {
            event.prevent_default();
            event.stop_propagation();
            self.target.set_value(Some(id));
            self.menu.show(&button, last);
        }
    }
}

/// The message that an event happened in.
fn message_of(event: &Event) -> Option<MessageId> {
    let article: Element = float::closest(event, "article")?;
    Some(MessageId(article.id().strip_prefix(super::ID_PREFIX)?.parse().ok()?))
}

fn toggle(facts: RwSignal<Vec<MessageId>>, id: MessageId) {
    let open = !facts.with_untracked(|all| all.contains(&id));
    facts.update(|all| {
        all.retain(|other| *other != id);
        if open {
            all.push(id);
        }
    });
    let message = float::by_id(&element_id(id));
    for button in message.iter().flat_map(|message| float::all(message, RECIPIENTS)) {
        float::set(&button, "aria-expanded", if open { "true" } else { "false" });
    }
}

/// What had the focus is made anew; the message itself takes it.
fn keep_focus(id: MessageId) {
    request_animation_frame(move || {
        if let Some(message) = float::by_id(&element_id(id)) {
            float::focus_quietly(&message);
        }
    });
}

fn items(
    conversation: ConversationId,
    target: StoredValue<Option<MessageId>>,
    facts: RwSignal<Vec<MessageId>>,
) -> Callback<(), Vec<MenuItem>> {
    let (store, copy) = (use_store(), use_copy_link());
    Callback::new(move |()| {
        let Some(id) = target.get_value() else { return Vec::new() };
        let Some(message) = store.message(id).get_untracked() else { return Vec::new() };
        let mut items =
            vec![MenuItem::run(Glyph::Link, "Copy link", move || copy.copy(Route::message_link(conversation, id)))];
        if !message.hidden {
            let open = facts.with_untracked(|all| all.contains(&id));
            let words = if open { "Hide details" } else { "Show details" };
            items.push(MenuItem::run(Glyph::Info, words, move || toggle(facts, id)));
            if message.has_source {
                items.push(MenuItem::download(Glyph::Download, "Download original", api::source_url(id)));
            }
            let hide = move || {
                store.act(Command::Hide { message: id }, |_| {});
                keep_focus(id);
            };
            items.push(MenuItem::run(Glyph::EyeOff, "Hide message", hide));
        } else if message.can_unhide {
            let unhide = move || {
                store.act(Command::Unhide { message: id }, move |_| keep_focus(id));
            };
            items.push(MenuItem::run(Glyph::Eye, "Unhide message", unhide));
        }
        items
    })
}
