//! The table of what can be done by a key. Its letters follow what people know from mail.

use super::SingleKeys;
use crate::browser::{float, frame, scroll};
use crate::list::feed::Rows;
use crate::list::focus::ListHandle;
use crate::list::ticks::Ticks;
use crate::panes::{Panes, use_panes};
use crate::parts::{Desk as Parts, use_desk as use_parts};
use crate::routes::page::{Asked, Kind, Page, Wanted};
use crate::routes::{Nav, Route, use_nav};
use crate::store::{Store, use_store};
use crate::theme;
use crate::thread::{CopyLink, copy_link};
use crate::ticket::reach;
use crate::ui::live::spawn;
use crate::ui::toast::{Toasts, use_toasts};
use crate::views::custom::change::{self, Change};
use crate::views::own;
use leptos::prelude::*;
use samtal_model::wire::{BulkAction, ConversationView, CustomViewView};
use samtal_model::{Command, ConversationId, ConversationState, InboxId, View};

/// How long a key rests until what it led to is opened, in milliseconds: longer than a keyboard takes to repeat one.
const CALM_MS: u64 = 90;

/// One thing to do.
pub struct Action {
    /// As it is pressed: one key, or two after each other.
    pub key: &'static str,
    pub name: &'static str,
    pub group: Group,
    /// Whether it can be done now.
    pub can: fn(Desk) -> bool,
    pub run: fn(Desk),
}

/// How the sheet puts them together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Moving,
    Conversation,
    Places,
    View,
    Own,
    App,
}

impl Group {
    pub const ALL: [Self; 6] = [Self::Moving, Self::Conversation, Self::Places, Self::View, Self::Own, Self::App];

    pub fn name(self) -> &'static str {
        match self {
            Self::Moving => "Moving",
            Self::Conversation => "Conversation",
            Self::Places => "Places",
            Self::View => "A view of one's own",
            Self::Own => "Settings",
            Self::App => "Everywhere",
        }
    }
}

/// What actions work on.
#[derive(Clone, Copy)]
pub struct Desk {
    pub nav: Nav,
    pub store: Store,
    list: ListHandle,
    panes: Panes,
    copy: CopyLink,
    toasts: Toasts,
    parts: Parts,
    sheet: RwSignal<bool>,
    palette: RwSignal<bool>,
    single: SingleKeys,
    /// The key is held down.
    pub held: StoredValue<bool>,
    /// Conversations passed by while it is.
    passed: StoredValue<u32>,
}

pub fn use_desk(sheet: RwSignal<bool>, palette: RwSignal<bool>, single: SingleKeys) -> Desk {
    Desk {
        nav: use_nav(),
        store: use_store(),
        list: use_parts().list(),
        panes: use_panes(),
        copy: copy_link(),
        toasts: use_toasts(),
        parts: use_parts(),
        sheet,
        palette,
        single,
        held: StoredValue::new(false),
        passed: StoredValue::new(0),
    }
}

impl Desk {
    fn open(self) -> Option<ConversationId> {
        self.nav.route().with_untracked(Route::conversation)
    }

    /// The open one; where none is, the one whose row has the focus.
    fn meant(self) -> Option<ConversationId> {
        self.open().or_else(|| self.list.rows()?.at_untracked(focused_row()?))
    }

    fn conversation(self) -> Option<ConversationView> {
        self.store.peek(self.meant()?)
    }

    fn act(self, command: impl FnOnce(ConversationId) -> Command) {
        if let Some(id) = self.meant() {
            reach::act(self.store, command(id));
        }
    }

    /// The next or the one before: of the open conversation, or of the row that has the focus.
    fn step(self, by: isize) {
        let Some(rows) = self.list.rows() else { return };
        let open = self.open();
        // One that has left the list leaves its place to the next.
        let left = open.and_then(|_| self.list.open_at());
        let at = match open.and_then(|id| rows.place_of(id)) {
            Some(at) => Some(at),
            None if left.is_some() => return self.step_from(rows, left, by),
            None => focused_row(),
        };
        let last = rows.len_untracked().saturating_sub(1);
        let to = match at {
            Some(at) => at.saturating_add_signed(by).min(last),
            None => 0,
        };
        match (open, rows.at_untracked(to)) {
            (Some(open), Some(id)) if open != id => {
                let route = self.nav.route().get_untracked().with_conversation_in(rows.place(), id);
                if self.held.get_value() {
                    self.skim(route)
                } else {
                    self.nav.go(route)
                }
                self.list.to_row(to);
            }
            _ => self.list.to_row(to),
        }
    }

    /// From the place where the open one stood: what has moved up there is the next.
    fn step_from(self, rows: Rows, place: Option<usize>, by: isize) {
        let last = rows.len_untracked().saturating_sub(1);
        let to = place.map(|place| if by > 0 { place.min(last) } else { place.saturating_sub(1) });
        if let Some((to, id)) = to.and_then(|to| Some((to, rows.at_untracked(to)?))) {
            self.nav.go(self.nav.route().get_untracked().with_conversation_in(rows.place(), id));
            self.list.to_row(to);
        }
    }

    /// A key held down passes by many: the mark in the list follows it, and what is stopped at is opened.
    fn skim(self, route: Route) {
        let skimming = self.parts.skimming();
        if !skimming.get_untracked() {
            skimming.set(true);
        }
        self.nav.show(route);
        self.passed.update_value(|passed| *passed += 1);
        let passed = self.passed.get_value();
        frame::after(CALM_MS, move || {
            if self.passed.try_get_value() == Some(passed) {
                self.nav.write();
                skimming.set(false);
            }
        });
    }

    /// Opens what a held key has come to, if `action` is something else than going on. Says whether it did.
    pub fn stop_skimming(self, action: &Action) -> bool {
        let skimming = self.parts.skimming();
        if !skimming.get_untracked() || matches!(action.key, "j" | "k") {
            return false;
        }
        self.passed.update_value(|passed| *passed += 1);
        self.nav.write();
        skimming.set(false);
        true
    }

    /// Ticks the row that has the focus, or else the open one; or no more.
    fn tick(self) {
        let focused = focused_row().and_then(|index| self.list.rows()?.at_untracked(index));
        if let Some(id) = focused.or_else(|| self.open()) {
            Ticks::of(self.store).toggle(id);
        }
    }

    /// Opens a tab of the editor, which may not be there yet.
    fn write(self, tab: &'static str) {
        self.parts.call_editor();
        spawn(async move {
            leptos::task::tick().await;
            press(tab);
        });
    }

    fn inbox(self) -> Option<InboxId> {
        match self.nav.route().get_untracked() {
            Route::Inbox { inbox, .. } => Some(inbox),
            _ => self.store.inboxes().with_untracked(|inboxes| inboxes.first().map(|inbox| inbox.id)),
        }
    }

    fn go_to(self, view: View) {
        if let Some(inbox) = self.inbox() {
            self.nav.go(Route::view(inbox, view));
        }
    }

    fn go_to_records(self, kind: Kind) {
        self.nav.go(Page::Records(kind, Wanted::default()).route());
    }

    /// A custom view, in its own order.
    pub fn go_to_custom(self, view: &CustomViewView) {
        if let Some(inbox) = self.inbox() {
            self.nav.go(Route::custom(inbox, view.id, view.sort));
        }
    }

    /// Does something with the custom view that is listed.
    fn change(self, change: &Change) {
        if let Some(it) = change::here(self.store, self.nav) {
            (change.run)(self.store, self.nav, &it);
        }
    }

    /// The section of the details that says what happened, unfolded.
    fn show_history(self) {
        if !self.panes.details_open.get_untracked() {
            self.panes.toggle_details();
        }
        request_animation_frame(|| {
            press("[aria-controls='details-history'][aria-expanded='false']");
            if let Some(heading) = float::first("[aria-controls='details-history']") {
                let _not_focusable = heading.focus();
                scroll::into_view(&heading);
            }
        });
    }

    /// The custom view at this place of the rail, from 0.
    fn go_to_nth(self, place: usize) {
        if let Some(view) = untrack(|| self.store.custom_views().get()).get(place) {
            self.go_to_custom(view);
        }
    }
}

fn always(_: Desk) -> bool {
    true
}

fn is_open(desk: Desk) -> bool {
    desk.open().is_some()
}

/// The focus goes to a message further down or up; to the last one, if it was elsewhere.
fn step_message(by: isize) {
    let messages = float::every("main article");
    let Some(last) = messages.len().checked_sub(1) else { return };
    let at = messages.iter().position(|message| float::matches(message, ":focus-within"));
    let to = at.map_or(last, |at| at.saturating_add_signed(by).min(last));
    float::focus_quietly(&messages[to]);
    scroll::into_view(&messages[to]);
}

fn searching(_: Desk) -> bool {
    float::exists(".search-save")
}

/// The row that has the focus.
fn focused_row() -> Option<usize> {
    float::focused()?.get_attribute("data-row")?.parse().ok()
}

/// In Trash nothing moves.
fn moves(desk: Desk) -> bool {
    desk.conversation().is_some_and(|it| it.trashed_at.is_none())
}

/// Rows are ticked: keys then mean those.
fn ticked(_: Desk) -> bool {
    float::exists(".bulk")
}

fn open_or_ticked(desk: Desk) -> bool {
    desk.meant().is_some() || ticked(desk)
}

fn moves_or_ticked(desk: Desk) -> bool {
    moves(desk) || ticked(desk)
}

/// Does it with the ticked rows, if there are any: `back` in the view that is its end, otherwise `action`.
fn for_ticked(desk: Desk, action: BulkAction, (view, back): (View, BulkAction)) -> bool {
    let here = desk.list.rows().and_then(Rows::place).map(|(_, view)| view);
    ticked(desk) && Ticks::of(desk.store).act(if here == Some(view) { back } else { action }, None)
}

fn is_custom(desk: Desk) -> bool {
    change::here(desk.store, desk.nav).is_some()
}

fn can_change(desk: Desk, change: &Change) -> bool {
    change::here(desk.store, desk.nav).is_some_and(|it| (change.can)(desk.store, &it))
}

fn press(selector: &str) {
    if let Some(button) = float::first(selector) {
        button.click();
    }
}

macro_rules! actions {
    ($($group:ident { $($key:literal $name:literal if $can:expr => $run:expr;)* })*) => {
        /// Everything that has a key.
        pub const ACTIONS: &[Action] = &[$($(
            Action { key: $key, name: $name, group: Group::$group, can: $can, run: $run },
        )*)*];
    };
}

actions! {
    Moving {
        "j" "Next conversation" if always => |desk| desk.step(1);
        "k" "Previous conversation" if always => |desk| desk.step(-1);
        "J" "Next message" if is_open => |_| step_message(1);
        "K" "Previous message" if is_open => |_| step_message(-1);
        "o" "Open the conversation" if always => |_| press("[data-row]:focus");
        "x" "Select the conversation" if always => |desk| desk.tick();
        "X" "Select all of the list" if always => |desk| {
            if desk.list.rows().is_some_and(|rows| rows.len_untracked() > 0) {
                Ticks::of(desk.store).tick_all();
            }
        };
        "Escape" "Clear the selection" if ticked => |desk| Ticks::of(desk.store).clear();
        "u" "Back to the list" if is_open => |desk| {
            desk.nav.go(desk.nav.route().get_untracked().with_conversation(None));
        };
    }
    Conversation {
        "r" "Reply" if is_open => |desk| desk.write("#editor-tab-reply");
        "n" "Write a comment" if is_open => |desk| desk.write("#editor-tab-comment");
        "a" "Assign" if |desk| is_open(desk) || ticked(desk) => |desk| {
            press(if ticked(desk) { ".bulk [aria-label='Assign']" } else { ".thread-owner" });
        };
        "i" "Assign to me" if moves_or_ticked => |desk| {
            let owner = Some(untrack(|| desk.store.me().id));
            if Ticks::of(desk.store).act(BulkAction::Assign, owner) {
                return;
            }
            desk.act(|conversation| Command::Assign { conversation, owner });
        };
        "e" "Close or reopen" if moves_or_ticked => |desk| {
            if for_ticked(desk, BulkAction::Close, (View::Closed, BulkAction::Reopen)) {
                return;
            }
            let closed = desk.conversation().is_some_and(|it| it.state == ConversationState::Closed);
            if !is_open(desk) {
                return desk.act(|conversation| if closed { Command::Reopen { conversation } } else { Command::Close { conversation } });
            }
            // The button knows when it cannot be done, and says why.
            press(if closed { "[aria-label='Reopen conversation']" } else { "[aria-label='Close conversation']" });
        };
        "#" "Move to Trash, or restore" if open_or_ticked => |desk| {
            if for_ticked(desk, BulkAction::Trash, (View::Trash, BulkAction::Restore)) {
                return;
            }
            let trashed = desk.conversation().is_some_and(|it| it.trashed_at.is_some());
            desk.act(|conversation| if trashed { Command::Restore { conversation } } else { Command::Trash { conversation } });
        };
        "!" "Mark as spam, or not spam" if moves_or_ticked => |desk| {
            if for_ticked(desk, BulkAction::Spam, (View::Spam, BulkAction::NotSpam)) {
                return;
            }
            let spam = desk.conversation().is_some_and(|it| it.spam);
            desk.act(|conversation| if spam { Command::MarkNotSpam { conversation } } else { Command::MarkSpam { conversation } });
        };
        "." "Actions of the message" if is_open => |_| {
            press("article:focus-within [aria-label='Message actions'], article:last-of-type [aria-label='Message actions']");
        };
        "U" "Mark as unread" if moves_or_ticked => |desk| {
            if !Ticks::of(desk.store).act(BulkAction::Unread, None) {
                desk.act(|conversation| Command::MarkUnread { conversation });
            }
        };
        "h" "History of the conversation" if is_open => |desk| desk.show_history();
        "l" "Copy link to conversation" if is_open => |desk| {
            if let Some(conversation) = desk.open() {
                desk.copy.copy(Route::Link { conversation, message: None });
            }
        };
    }
    Places {
        "g u" "Go to Unassigned" if always => |desk| desk.go_to(View::Unassigned);
        "g m" "Go to Assigned to me" if always => |desk| desk.go_to(View::Mine);
        "g a" "Go to All open" if always => |desk| desk.go_to(View::Open);
        "g c" "Go to Chat" if always => |desk| desk.go_to(View::Chat);
        "g b" "Go to Bots" if always => |desk| desk.go_to(View::Bots);
        "g e" "Go to Email" if always => |desk| desk.go_to(View::Email);
        "g i" "Go to Messenger" if always => |desk| desk.go_to(View::Messenger);
        "g f" "Go to Forms" if always => |desk| desk.go_to(View::Forms);
        "g l" "Go to Calls" if always => |desk| desk.go_to(View::Calls);
        "g d" "Go to All closed" if always => |desk| desk.go_to(View::Closed);
        "g s" "Go to Sent" if always => |desk| desk.go_to(View::Sent);
        "g p" "Go to Spam" if always => |desk| desk.go_to(View::Spam);
        "g #" "Go to Trash" if always => |desk| desk.go_to(View::Trash);
        "g t" "Go to Tickets" if always => |desk| desk.nav.go(Page::Tickets(Asked::default()).route());
        "g ," "Go to the settings of pipelines" if always => |desk| desk.nav.go(Page::Pipelines.route());
        "g k" "Go to Contacts" if always => |desk| desk.go_to_records(Kind::Contact);
        "g y" "Go to Companies" if always => |desk| desk.go_to_records(Kind::Company);
        "g v" "Go to Deals" if always => |desk| desk.go_to_records(Kind::Deal);
        "g r" "Go to Properties" if always => |desk| desk.nav.go(Page::Properties.route());
        "g 1" "Go to the first view of one's own or the team's" if always => |desk| desk.go_to_nth(0);
        "g 2" "… to the second" if always => |desk| desk.go_to_nth(1);
        "g 3" "… to the third" if always => |desk| desk.go_to_nth(2);
        "g 4" "… to the fourth" if always => |desk| desk.go_to_nth(3);
    }
    View {
        "v r" "Rename the view" if is_custom => |desk| desk.change(&change::RENAME);
        "v e" "Change what the view finds" if is_custom => |desk| desk.change(&change::FIND);
        "v s" "Share the view, or keep it for yourself" if is_custom => |desk| desk.change(&change::SHARE);
        "v k" "Move the view up" if |desk| can_change(desk, &change::UP) => |desk| desk.change(&change::UP);
        "v j" "Move the view down" if |desk| can_change(desk, &change::DOWN) => |desk| desk.change(&change::DOWN);
        "v #" "Delete the view" if is_custom => |desk| desk.change(&change::DELETE);
    }
    Own {
        ", l" "Light theme" if always => |_| theme::choose(theme::LIGHT);
        ", d" "Dark theme" if always => |_| theme::choose(theme::DARK);
        ", s" "Theme of the system" if always => |_| theme::choose(theme::SYSTEM);
        ", k" "Switch single-key shortcuts on or off" if always => |desk| {
            let on = !untrack(|| desk.single.on());
            desk.single.set(on);
            desk.toasts.say(if on { "Single-key shortcuts are on" } else { "Single-key shortcuts are off" });
        };
        ", q" "Sign out" if always => |_| own::sign_out();
    }
    App {
        "/" "Search" if always => |_| press("[aria-label='Search conversations']:is(button)");
        "s" "Save the search as a view" if searching => |_| press(".search-save");
        "z" "Undo" if always => |desk| {
            if !desk.store.undo_last() {
                desk.toasts.say("Nothing to undo");
            }
        };
        "d" "Show or hide the details" if is_open => |desk| desk.panes.toggle_details();
        "[" "Fold or unfold the views" if always => |desk| desk.panes.toggle_rail();
        "?" "Show the shortcuts" if always => |desk| desk.sheet.set(true);
    }
}

impl Desk {
    /// Something was chosen from the palette.
    pub fn close_palette(self) {
        self.palette.set(false);
    }
}
