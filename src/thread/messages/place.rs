//! Where the reader of a thread is, and where they are taken: to the message of a link (M2), to the newest unread one
//! (T1), to the end.

use crate::browser::float;
use crate::browser::scroll::{Keeper, Place};
use crate::store::{Thread, use_store};
use crate::thread::message::element_id;
use crate::ui::live::effect;
use leptos::html::{Div, Section};
use leptos::prelude::*;
use samtal_model::{Author, MessageId};

/// Older and newer messages are read when this little is left to scroll, in CSS pixels.
const READ_AHEAD_PX: f64 = 900.0;
/// So far from the end a way back is offered, in CSS pixels.
const AWAY_PX: f64 = 240.0;

/// The reader's place; a handle that can be copied.
#[derive(Clone, Copy)]
pub struct Reader {
    thread: Thread,
    keeper: StoredValue<Option<Keeper>, LocalStorage>,
    /// Messages that came while the reader was elsewhere.
    pub unseen: RwSignal<usize>,
    /// The end is out of sight.
    pub away: RwSignal<bool>,
    /// The next page that comes is to be shown at its end.
    wants_end: StoredValue<bool>,
}

impl Reader {
    /// Begins to keep the place once the elements are there.
    #[must_use]
    pub fn new(thread: Thread, scroller: NodeRef<Section>, content: NodeRef<Div>) -> Self {
        let reader = Self {
            thread,
            keeper: StoredValue::new_local(None),
            unseen: RwSignal::new(0),
            away: RwSignal::new(false),
            wants_end: StoredValue::new(false),
        };
        effect(move || {
            if let (Some(scroller), Some(content)) = (scroller.get(), content.get()) {
                let (content, moved) = (content.into(), move |place| reader.moved(place));
                reader.keeper.set_value(Some(Keeper::new(scroller, content, moved)));
            }
        });
        reader
    }

    /// Takes the reader to the newest message.
    pub fn to_end(self) {
        self.unseen.set(0);
        if self.thread.has_after.get_untracked() {
            self.wants_end.set_value(true);
            self.thread.load_newest();
        } else {
            self.keep(Keeper::end);
        }
    }

    fn keep(self, what: impl FnOnce(&Keeper)) {
        let _gone = self.keeper.try_with_value(|keeper| keeper.as_ref().map(what));
    }

    fn moved(self, place: Place) {
        // The page may be on its way out.
        let Some((before, after)) =
            self.thread.has_before.try_get_untracked().zip(self.thread.has_after.try_get_untracked())
        else {
            return;
        };
        let away = place.below > AWAY_PX || after;
        if self.away.try_get_untracked().is_some_and(|now| now != away) {
            self.away.set(away);
        }
        if place.at_end() && !after && self.unseen.try_get_untracked().is_some_and(|unseen| unseen > 0) {
            self.unseen.set(0);
        }
        if self.thread.is_reading() {
            return;
        }
        if before && place.above < READ_AHEAD_PX {
            self.thread.load_before();
        } else if after && place.below < READ_AHEAD_PX {
            self.thread.load_after();
        }
    }

    fn at_end(self) -> bool {
        let at_end = |keeper: &Option<Keeper>| keeper.as_ref().is_none_or(|keeper| keeper.place().at_end());
        self.keeper.try_with_value(at_end).unwrap_or(true)
    }
}

/// Takes the reader where they belong as the thread comes and grows. `newest_unread` is asked once, at the beginning.
pub fn follow(
    reader: Reader,
    linked: Signal<Option<MessageId>>,
    newest_unread: impl Fn() -> Option<MessageId> + 'static,
) {
    let store = use_store();
    let me = untrack(|| store.me().id);
    let thread = reader.thread;
    Effect::new(move |before: Option<(Vec<MessageId>, Option<MessageId>)>| {
        let order = thread.order.get();
        let linked = linked.get();
        let (old, gone_to) = before.unwrap_or_default();
        if order.is_empty() {
            return (order, gone_to);
        }
        // The message of the address, when it is there for the first time.
        if let Some(target) = linked.filter(|target| Some(*target) != gone_to && order.contains(target)) {
            show(reader, target, true);
            return (order, linked);
        }
        if old.is_empty() {
            if let Some(target) = newest_unread().filter(|_| linked.is_none()) {
                show(reader, target, false);
            }
        } else if reader.wants_end.get_value() && !thread.has_after.get_untracked() {
            reader.wants_end.set_value(false);
            request_animation_frame(move || reader.keep(Keeper::end));
        } else if let Some(last) = old.iter().rfind(|id| order.contains(id))
            && let Some(at) = order.iter().position(|id| id == last)
            && !thread.has_after.get_untracked()
        {
            let new = &order[at + 1..];
            let mine = new.iter().any(|id| {
                id.0 < 0
                    || store
                        .message(*id)
                        .with_untracked(|it| it.as_ref().is_some_and(|it| it.author == Author::Agent(me)))
            });
            let target = new.last().copied();
            match target {
                Some(target) if mine || reader.at_end() => show(reader, target, false),
                Some(_) => reader.unseen.update(|unseen| *unseen += new.len()),
                None => {}
            }
        }
        (order, if linked.is_none() { None } else { gone_to })
    });
}

/// In the next frame, when it is in the page and before anything is painted.
fn show(reader: Reader, target: MessageId, focus: bool) {
    request_animation_frame(move || {
        let Some(element) = float::by_id(&element_id(target)) else { return };
        reader.keep(|keeper| keeper.show(&element));
        if focus {
            float::focus_quietly(&element);
        }
    });
}
