//! The head of a thread (T3): subject, channel and source, owner, close and reopen, and the rest of what can be done.

use super::message::copy::use_copy_link;
use super::{channel_words, contact_name, heading};
use crate::api::known::Write;
use crate::browser::{text, when};
use crate::details::DetailsToggle;
use crate::routes::page::Page;
use crate::routes::{Route, use_nav};
use crate::store::{Store, use_store};
use crate::ticket::careful::careful;
use crate::ticket::reach;
use crate::ui::avatar::{Avatar, AvatarSize};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::menu::{Menu, MenuItem};
use crate::ui::picker::{Choice, Picker};
use crate::ui::sorted;
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{AgentState, Command, ConversationId, ConversationState, Owner, Timestamp};

/// The key of "Unassigned" among the owners; agents have positive ids.
pub(super) const NOBODY: i64 = 0;

#[component]
pub fn Header(id: Memo<ConversationId>, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    let title = memo(move || conversation.with(|it| it.as_ref().map(heading).unwrap_or_default()));
    let channel = memo(move || conversation.with(|it| it.as_ref().map(|it| channel_words(it.channel))));
    let source = memo(move || {
        let inbox = conversation.with(|it| it.as_ref().map(|it| it.inbox_id));
        let inboxes = store.inboxes();
        inboxes.with(|inboxes| {
            inboxes.iter().find(|known| Some(known.id) == inbox).map(|known| known.address.clone()).unwrap_or_default()
        })
    });
    let place = memo(move || {
        conversation.with(|it| {
            let it = it.as_ref()?;
            Some(match (it.trashed_at, it.spam, it.state) {
                (Some(_), ..) => ("In Trash", "chip chip-bad"),
                (None, true, _) => ("Spam", "chip chip-warn"),
                (None, false, ConversationState::Closed) => ("Closed", "chip"),
                (None, false, ConversationState::Open) => return None,
            })
        })
    });
    let ticket = memo(move || {
        conversation.with(|it| {
            let ticket = it.as_ref()?.ticket.as_ref()?;
            Some((ticket.id, ticket.name.clone()))
        })
    });
    let back = move || nav.route().with(|route| route.with_conversation(None).href());
    view! {
        <header class="thread-head">
            <div class="thread-head-line">
                <a class="icon-button thread-back" href=back aria-label="Back to the list" data-tip="Back to the list">
                    <Icon glyph=Glyph::ArrowLeft/>
                </a>
                <h1 class="thread-title" title=title>
                    {title}
                </h1>
                <div class="thread-tools">
                    <CloseOrRestore id conversation/>
                    <MoreActions id conversation/>
                    <DetailsToggle/>
                </div>
            </div>
            <div class="thread-source">
                {part(move || channel.get().map(|(name, glyph)| view! { <span class="thread-channel"><Icon glyph/>{name}</span> }))}
                <span class="thread-address">{source}</span>
                {part(move || place.get().map(|(words, class)| view! { <span class=class>{words}</span> }))}
                {part(move || ticket.get().map(|(id, name)| view! {
                    <a class="thread-ticket" href=Page::Ticket(id).href() target="_blank" rel="noopener" data-tip="Ticket">{name}</a>
                }))}
                <span class="thread-gap"></span>
                <OwnerPicker id conversation/>
            </div>
        </header>
    }
}

#[component]
fn OwnerPicker(id: Memo<ConversationId>, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let store = use_store();
    let owner = memo(move || conversation.with(|it| it.as_ref().and_then(|it| it.owner)));
    let name = memo(move || match owner.get() {
        None => "Unassigned".to_owned(),
        Some(Owner::Bot) => "Bot".into(),
        Some(Owner::Agent(agent)) => store.agent_name(agent),
    });
    let chosen = Signal::derive(move || match owner.get() {
        None => Some(NOBODY),
        Some(Owner::Agent(agent)) => Some(agent.0),
        Some(Owner::Bot) => None,
    });
    let hint = live(move || {
        let has_ticket = conversation.with(|it| it.as_ref().is_some_and(|it| it.ticket.is_some()));
        if has_ticket { "The ticket gets the same owner." } else { "" }.to_owned()
    });
    // The one that was shown when the list opened gets the owner, not one that has come since.
    let asked_for = StoredValue::new(None::<ConversationId>);
    let choices = Callback::new(move |()| {
        asked_for.set_value(Some(id.get_untracked()));
        choices(store)
    });
    let choose = Callback::new(move |key: i64| {
        let owner = super::owner_of(key);
        if let Some(conversation) = asked_for.get_value() {
            store.act(Command::Assign { conversation, owner }, |_| {});
        }
    });
    view! {
        <Picker label="Owner" value=name choices chosen on_choose=choose hint class="button thread-owner" id="owner">
            {part(move || Some(match owner.get() {
                Some(Owner::Agent(_)) => view! { <Avatar name size=AvatarSize::Small/> }.into_any(),
                Some(Owner::Bot) => view! { <Icon glyph=Glyph::Bot/> }.into_any(),
                None => view! { <Icon glyph=Glyph::UserOff/> }.into_any(),
            }))}
            <span class="thread-owner-name">{name}</span>
            <Icon glyph=Glyph::ChevronDown/>
        </Picker>
    }
}

/// Me first, then nobody, then the colleagues who can answer. Who may see the inbox is the server's to say.
pub(super) fn choices(store: Store) -> Vec<Choice> {
    let me = untrack(|| store.me());
    let mine = Choice { key: me.id.0, label: me.name, note: "you".into(), glyph: None };
    let nobody = Choice { key: NOBODY, label: "Unassigned".into(), note: String::new(), glyph: Some(Glyph::UserOff) };
    let others: Vec<Choice> = store.agents().with_untracked(|agents| {
        agents
            .iter()
            .filter(|agent| agent.state == AgentState::Active && agent.id != me.id)
            .map(|agent| Choice { key: agent.id.0, label: agent.name.clone(), note: String::new(), glyph: None })
            .collect()
    });
    let others = sorted::by(others, |choice| text::lower(&choice.label));
    [mine, nobody].into_iter().chain(others).collect()
}

/// What the main button does now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Main {
    Close,
    Reopen,
    Restore,
    NotSpam,
}

#[component]
fn CloseOrRestore(id: Memo<ConversationId>, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let store = use_store();
    let clock = when::use_clock();
    let main = memo(move || {
        conversation.with(|it| {
            let it = it.as_ref()?;
            Some(match (it.trashed_at, it.spam, it.state) {
                (Some(_), ..) => Main::Restore,
                (None, true, _) => Main::NotSpam,
                (None, false, ConversationState::Open) => Main::Close,
                (None, false, ConversationState::Closed) => Main::Reopen,
            })
        })
    });
    // T7: the control says why and until when.
    let barred = memo(move || {
        let now = Timestamp(clock.now_ms());
        let until = conversation.with(|it| it.as_ref().and_then(|it| it.to_model().closing_barred_until(now)))?;
        Some(
            [
                "A bot is talking with this visitor. You can close this from ",
                &when::clock(until.0),
                ", 30 minutes after their last message.",
            ]
            .concat(),
        )
    });
    part(move || {
        let main = main.get()?;
        let (glyph, short, name) = match main {
            Main::Close => (Glyph::Check, "Close", "Close conversation"),
            Main::Reopen => (Glyph::Reopen, "Reopen", "Reopen conversation"),
            Main::Restore => (Glyph::Restore, "Restore", "Restore"),
            Main::NotSpam => (Glyph::NotSpam, "Not spam", "Not spam"),
        };
        let command = move || {
            let conversation = id.get_untracked();
            match main {
                Main::Close => Command::Close { conversation },
                Main::Reopen => Command::Reopen { conversation },
                Main::Restore => Command::Restore { conversation },
                Main::NotSpam => Command::MarkNotSpam { conversation },
            }
        };
        let why = move || if main == Main::Close { barred.get() } else { None };
        Some(view! {
            <button
                type="button"
                class="button"
                aria-label=name
                aria-disabled=live(move || why().is_some().then_some("true"))
                aria-describedby=live(move || why().is_some().then_some("close-barred"))
                data-tip=live(move || why().unwrap_or_else(|| name.to_owned()))
                on:click=move |event| {
                    // The second press of a double click would take back the first: the button does the opposite by then.
                    if untrack(why).is_none() && event.detail() < 2 {
                        reach::act(store, command());
                    }
                }
            >
                <Icon glyph/>
                <span class="thread-tool-words">{short}</span>
            </button>
            {part(move || why().map(|why| view! { <span id="close-barred" class="visually-hidden">{why}</span> }))}
        })
    })
}

#[component]
fn MoreActions(id: Memo<ConversationId>, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    // The question is about the one that was shown: another one takes it away.
    Effect::new(move |before: Option<ConversationId>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            careful(store).dismiss();
        }
        now
    });
    let copy = use_copy_link();
    let act = move |command: Command| reach::act(store, command);
    let lost = move || {
        conversation.with_untracked(|it| {
            let Some(it) = it else { return String::new() };
            let messages = if it.message_count == 1 {
                "1 message".into()
            } else {
                [&it.message_count.to_string(), " messages"].concat()
            };
            let (title, contact) = (heading(it), contact_name(it));
            ["“", &title, "” with ", &contact, ": ", &messages, " and all attachments are gone, for everyone."].concat()
        })
    };
    let delete = move || {
        let id = id.get_untracked();
        let done = Callback::new(move |()| {
            let list = nav.route().with_untracked(|route| route.with_conversation(None));
            store.act(Command::Delete { conversation: id }, move |answer| {
                if answer.is_ok() {
                    nav.replace(list);
                }
            });
        });
        reach::delete(store, id, untrack(lost), done);
    };
    // Asked when the menu opens: what is chosen in it is for the conversation that was shown then.
    let items = Callback::new(move |()| {
        let id = id.get_untracked();
        let (trashed, spam) = conversation
            .with_untracked(|it| it.as_ref().map_or((false, false), |it| (it.trashed_at.is_some(), it.spam)));
        let mut items = vec![MenuItem::run(Glyph::Link, "Copy link to conversation", move || {
            copy.copy(Route::Link { conversation: id, message: None });
        })];
        if !trashed {
            items.push(MenuItem::run(Glyph::MailUnread, "Mark as unread", move || {
                act(Command::MarkUnread { conversation: id })
            }));
            items.push(if spam {
                MenuItem::run(Glyph::NotSpam, "Not spam", move || act(Command::MarkNotSpam { conversation: id }))
            } else {
                MenuItem::run(Glyph::Spam, "Mark as spam", move || act(Command::MarkSpam { conversation: id }))
            });
            items.push(if spam {
                MenuItem::run(Glyph::User, "Unblock sender", move || {
                    store.write(Write::block(id, false), "Sender unblocked", |_| {});
                })
            } else {
                MenuItem::run(Glyph::UserOff, "Block sender", move || reach::block(store, id))
            });
            items.push(MenuItem::run(Glyph::Trash, "Move to trash", move || act(Command::Trash { conversation: id })));
        } else {
            items.push(MenuItem::run(Glyph::Restore, "Restore", move || act(Command::Restore { conversation: id })));
            items.push(MenuItem::run(Glyph::Trash, "Delete permanently", delete).danger());
        }
        items
    });
    let trashed = memo(move || conversation.with(|it| it.as_ref().is_some_and(|it| it.trashed_at.is_some())));
    view! {
        {part(move || {
            trashed
                .get()
                .then(|| {
                    view! {
                        <button
                            type="button"
                            class="button button-danger"
                            aria-label="Delete permanently"
                            data-tip="Delete permanently"
                            on:click=move |_| delete()
                        >
                            <Icon glyph=Glyph::Trash/>
                            <span class="thread-tool-words thread-tool-long">"Delete permanently"</span>
                        </button>
                    }
                })
        })}
        <Menu label="More actions" items>
            <Icon glyph=Glyph::Dots/>
        </Menu>
    }
}
