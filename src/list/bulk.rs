//! What can be done with the ticked rows (T8): a bar over the list, and word of what is under way.

mod jobs;

pub use jobs::Jobs;

use super::feed::{Rows, Source};
use super::ticks::Ticks;
use crate::api;
use crate::browser::{float, frame, when};
use crate::records::wrong;
use crate::routes::use_nav;
use crate::store::bulk::words;
use crate::store::{Store, use_store};
use crate::ticket::reach;
use crate::ui::button::IconButton;
use crate::ui::dialog::Confirm;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part, spawn};
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::picker::Picker;
use leptos::prelude::*;
use samtal_model::json::Json;
use samtal_model::wire::{BulkAction, Matching, NewBulk};
use samtal_model::{AgentId, ConversationId, View};

/// So many or more are asked about before they are done; fewer only where more changes than they.
const ASKED_FROM: usize = 100;
/// The most that are named one by one: the server's own limit.
const IDS_MOST: usize = 1_000;
/// Said where the server does not count what else would change.
const UNKNOWN: &str =
    "Their tickets follow as they do for each of them alone. They are too many to be counted beforehand.";
/// After the server's answer its feed may be on its way for so long, in milliseconds.
const FEED_MS: u64 = 250;

/// What a press is about, until it has been confirmed.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Wish {
    action: BulkAction,
    owner: Option<AgentId>,
}

/// The toolbar "Selected conversations". It is there while something is ticked.
#[component]
pub fn BulkBar(rows: Rows) -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    let ticks = Ticks::of(store);
    // Another list has other rows: nothing of it is ticked.
    let place = memo(move || nav.route().with(|route| route.with_conversation(None).href()));
    effect(move || {
        let _another = place.get();
        ticks.clear();
    });
    // What a colleague has taken out meanwhile is not meant any more.
    let meant = move || ticks.ids().into_iter().filter(|id| !rows.has_left(*id)).collect::<Vec<_>>();
    let count = memo(move || if ticks.all() { rows.len().saturating_sub(meant().len()) } else { meant().len() });
    let wish = RwSignal::new(None::<Wish>);
    let asking = RwSignal::new(false);
    // How many the question is about; none where the server has not said.
    let about = RwSignal::new(None::<i64>);
    // What else would change.
    let further = RwSignal::new(None::<String>);
    let asked = move |Wish { action, owner }: Wish| {
        let all = ticks.all();
        NewBulk {
            action,
            owner_id: (action == BulkAction::Assign).then_some(owner),
            conversations: (!all).then(meant),
            matching: all.then(|| matching(&rows.source())),
            // Left out stays left out, wherever it stands by now.
            except: if all { ticks.ids() } else { Vec::new() },
        }
    };
    let busy = StoredValue::new(false);
    let carry_out = move |wish: Wish| {
        let asked = asked(wish);
        let ids = asked.conversations.as_ref().map_or(1, Vec::len);
        if ids == 0 || busy.get_value() {
            return;
        }
        if ids.max(asked.except.len()) > IDS_MOST {
            return store.warn(
                "More than 1,000 rows one by one are too many: take all, and narrow the list by a search.".into(),
            );
        }
        busy.set_value(true);
        let begun = move |begun: bool| {
            let _list_is_gone = busy.try_set_value(false);
            // What was not begun stays ticked, to be tried again.
            if begun {
                ticks.clear();
                keep_focus();
            }
        };
        // What the agent has just done moves at once, also under the pointer.
        store.bulk(asked, begun, move || {
            rows.let_in_now();
            frame::after(FEED_MS, move || rows.let_in_now());
        });
    };
    let ask = move |now: Wish| {
        let (asked, many) = (asked(now), count.get_untracked());
        let open_end = ticks.all() && !rows.is_whole();
        let whatever = open_end || many >= ASKED_FROM;
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        spawn(async move {
            let preview = api::bulk::preview(&asked).await;
            let _list_is_gone = busy.try_set_value(false);
            let preview = match preview {
                Ok(preview) => preview,
                Err(problem) => return store.warn(wrong(&problem)),
            };
            let said = reach::sentence(&preview);
            let unknown = *preview.at("reach") == Json::Null;
            if !whatever && said.is_none() && !unknown {
                return untrack(|| carry_out(now));
            }
            let _closed = about.try_set(if open_end { preview.at("total").int() } else { Some(many as i64) });
            let _closed = further.try_set(if unknown { Some(UNKNOWN.to_owned()) } else { said });
            let _closed = wish.try_set(Some(now));
            let _closed = asking.try_set(true);
        });
    };
    let press = move |(action, owner): (BulkAction, Option<AgentId>)| {
        let now = Wish { action, owner };
        untrack(|| {
            // What has no ticket reaches no further, and a few rows are undone as quickly as they are asked about.
            let ticketed = |id: &ConversationId| store.peek(*id).is_none_or(|it| it.ticket.is_some());
            let further = matches!(action, BulkAction::Assign | BulkAction::Trash | BulkAction::Restore)
                && (ticks.all() || meant().iter().any(ticketed));
            if further || count.get_untracked() >= ASKED_FROM || (ticks.all() && !rows.is_whole()) {
                ask(now);
            } else {
                carry_out(now);
            }
        });
    };
    let act = Callback::new(press);
    ticks.on_act(act);
    let selected = move || {
        if ticks.all() && !rows.is_whole() {
            return "All that match".to_owned();
        }
        [&when::number(count.get() as i64), " selected"].concat()
    };
    let question = live(move || {
        let how_many = about.get().map_or_else(|| "all that match".to_owned(), words::conversations);
        wish.get().map(|wish| [&told(store, wish), ": ", &how_many, "?"].concat()).unwrap_or_default()
    });
    let said = live(move || if count.get() > 0 { selected() } else { String::new() });
    let verb = live(move || wish.get().map_or("", |wish| words::verb(wish.action)).to_owned());
    let any = memo(move || count.get() > 0);
    view! {
        // Always there, so that it is read aloud.
        <span class="visually-hidden" role="status">{said}</span>
        {part(move || {
            any.get().then(|| {
                let clear = move |_| {
                    ticks.clear();
                    keep_focus();
                };
                view! {
                    <div class="bulk" role="group" aria-label="Selected conversations">
                        <IconButton label="Clear the selection" glyph=Glyph::X on_press=clear/>
                        <span class="bulk-count" aria-hidden="true">{live(selected)}</span>
                        {part(move || {
                            (!ticks.all() && rows.len() > count.get()).then(|| {
                                let all = live(move || ["All ", &how_many(rows)].concat());
                                view! {
                                    <button type="button" class="bulk-all" on:click=move |_| ticks.tick_all()>
                                        {all}
                                    </button>
                                }
                            })
                        })}
                        <span class="bulk-grow"></span>
                        <Buttons rows press=act/>
                    </div>
                }
            })
        })}
        <Confirm
            open=asking
            title=question
            verb
            on_confirm=move |()| {
                if let Some(wish) = wish.get_untracked() {
                    untrack(|| carry_out(wish));
                }
            }
        >
            {part(move || further.get().map(|words| view! { <p>{words}</p> }))}
            <p>"It is done for each of them on its own, and can be undone for all of them at once. What cannot be done is listed with the reason."</p>
        </Confirm>
    }
}

/// The bar has gone with what had the focus: the list has it then.
fn keep_focus() {
    request_animation_frame(|| {
        if !float::exists(":focus")
            && let Some(row) = float::first("[data-row][tabindex='0']")
        {
            float::focus_quietly(&row);
        }
    });
}

/// What a question asks for.
fn told(store: Store, wish: Wish) -> String {
    match (wish.action, wish.owner) {
        (BulkAction::Assign, Some(owner)) => ["Assign to ", &store.agent_name(owner)].concat(),
        (BulkAction::Assign, None) => "Unassign".into(),
        (action, _) => words::verb(action).into(),
    }
}

/// How many the list holds, as far as that is known.
fn how_many(rows: Rows) -> String {
    let count = when::number(rows.len() as i64);
    if rows.is_whole() { count } else { "that match".into() }
}

#[component]
fn Buttons(rows: Rows, press: Callback<(BulkAction, Option<AgentId>)>) -> impl IntoView {
    let store = use_store();
    let view = rows.place().map(|(_, view)| view);
    let (first, rest) = offered(view);
    let choices = Callback::new(move |()| crate::thread::owners(store));
    let items = move |()| {
        let item = |action: &BulkAction| {
            let action = *action;
            MenuItem::run(glyph(action), words::verb(action), move || press.run((action, None)))
        };
        rest.iter().map(item).collect::<Vec<_>>()
    };
    let button = move |action: &BulkAction| {
        let action = *action;
        view! { <IconButton label=words::verb(action) glyph=glyph(action) on_press=move |_| press.run((action, None))/> }
    };
    view! {
        {first.iter().map(button).collect_view()}
        {(view != Some(View::Trash))
            .then(|| {
                view! {
                    <Picker
                        label="Assign"
                        value=Signal::stored(String::new())
                        choices
                        chosen=Signal::stored(None)
                        on_choose=move |key: i64| press.run((BulkAction::Assign, crate::thread::owner_of(key)))
                        class="icon-button"
                        id="bulk-owner"
                    >
                        <Icon glyph=Glyph::User/>
                    </Picker>
                }
            })}
        <Menu label="More for the selected" items>
            <Icon glyph=Glyph::Dots/>
        </Menu>
    }
}

/// What a view offers at once, and under "More". A search may hold anything.
fn offered(view: Option<View>) -> (&'static [BulkAction], &'static [BulkAction]) {
    use BulkAction::{Close, NotSpam, Read, Reopen, Restore, Spam, Trash, Unread};
    match view {
        Some(View::Trash) => (&[Restore], &[Read]),
        Some(View::Spam) => (&[NotSpam, Trash], &[Read, Unread]),
        Some(View::Closed) => (&[Reopen, Trash], &[Spam, Read, Unread]),
        Some(View::Sent) => (&[Close, Trash], &[Reopen, Spam, Read, Unread]),
        Some(_) => (&[Close, Trash, Spam], &[Read, Unread]),
        None => (&[Close, Trash], &[Reopen, Restore, Spam, NotSpam, Read, Unread]),
    }
}

fn glyph(action: BulkAction) -> Glyph {
    match action {
        BulkAction::Close => Glyph::Check,
        BulkAction::Reopen => Glyph::Reopen,
        BulkAction::Assign => Glyph::User,
        BulkAction::Trash => Glyph::Trash,
        BulkAction::Restore => Glyph::Restore,
        BulkAction::Spam => Glyph::Spam,
        BulkAction::NotSpam => Glyph::NotSpam,
        BulkAction::Read => Glyph::Mail,
        BulkAction::Unread => Glyph::MailUnread,
    }
}

/// The list, as the server is told of it.
fn matching(source: &Source) -> Matching {
    match source.clone() {
        Source::View { inbox, view, sort } => {
            Matching { inbox: Some(inbox), view: Some(view), sort: Some(sort), ..Matching::default() }
        }
        Source::Search { q, custom, sort } => Matching {
            q: (!q.is_empty()).then_some(q),
            custom_view: custom,
            sort: Some(sort),
            offset: Some(when::offset_minutes()),
            ..Matching::default()
        },
    }
}
