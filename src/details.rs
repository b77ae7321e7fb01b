//! Who the open conversation is with, how it stands, and what else they wrote (D1, D4 as far as tickets are not needed).

mod context;
mod history;
mod section;

use crate::api;
use crate::api::known::Write;
use crate::browser::when::{self, use_clock};
use crate::panes::use_panes;
use crate::parts::use_desk;
use crate::routes::Route;
use crate::routes::page::{Kind, Page};
use crate::store::{News, ThreadState, use_store};
use crate::thread::{channel_words, contact_name, copy_link, heading};
use crate::ticket::card::TicketCard;
use crate::ui::avatar::Avatar;
use crate::ui::button::IconButton;
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use context::{ContactActions, Context};
use history::History;
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ContactId, ConversationId, Owner, Timestamp};
use section::Section;

/// How many other conversations of the contact are listed.
const OTHERS: usize = 20;
/// The section that is folded until it is asked for.
const HISTORY: &str = "History";

/// Opens and closes the details; it stands in the head of the thread.
#[component]
pub fn DetailsToggle() -> impl IntoView {
    let panes = use_panes();
    let open = panes.details_open;
    view! {
        <button
            type="button"
            class="icon-button"
            aria-label="Details"
            aria-expanded=live(move || open.get().to_string())
            data-tip=live(move || if open.get() { "Hide details" } else { "Show details" })
            on:click=move |_| panes.toggle_details()
        >
            <Icon glyph=Glyph::PanelRight/>
        </button>
    }
}

/// The complementary "Details" of one conversation.
#[component]
pub fn Details(#[prop(into)] conversation: Signal<ConversationId>) -> impl IntoView {
    let store = use_store();
    let panes = use_panes();
    let skimming = use_desk().skimming();
    let id = Memo::new(move |before: Option<&ConversationId>| {
        let now = conversation.get();
        before.copied().filter(|_| skimming.get()).unwrap_or(now)
    });
    let entity = memo(move || store.conversation(id.get()).get());
    let contact = memo(move || entity.with(|it| it.as_ref().and_then(|it| it.contact.as_ref().map(|it| it.id))));
    let history = RwSignal::new(section::is_open(HISTORY, false));
    // What is gone, or not for this agent, has none: the thread says so, and this keeps silent beside it.
    let gone = memo(move || store.thread(id.get()).state.get() == ThreadState::Gone);
    view! {
        <aside class="details" aria-label="Details" hidden=live(move || gone.get())>
            <div class="details-close">
                <IconButton label="Hide details" glyph=Glyph::X on_press=move |_| panes.toggle_details()/>
            </div>
            <Section title="Contact">
                {part(move || contact.get().is_some().then(|| view! { <Contact entity/> }))}
                <ContactActions entity/>
            </Section>
            <Section title="Ticket">
                <TicketCard conversation=entity/>
            </Section>
            <Section title="Conversation">
                <Facts entity/>
            </Section>
            {part(move || contact.get().map(|contact| view! { <Others contact open=id/> }))}
            <Context entity/>
            <Section title=HISTORY open=history>
                <History entity open=history/>
            </Section>
        </aside>
    }
}

#[component]
fn Contact(entity: Memo<Option<ConversationView>>) -> impl IntoView {
    let (store, copy) = (use_store(), copy_link());
    let record =
        live(move || entity.with(|it| Some(Page::Record(Kind::Contact, it.as_ref()?.contact.as_ref()?.id.0).href())));
    let detach = move || {
        if let Some(id) = entity.with_untracked(|it| it.as_ref().map(|it| it.id)) {
            store.write(Write::set_contact(id, None), "Contact detached", |_| {});
        }
    };
    let name = memo(move || entity.with(|it| it.as_ref().map(contact_name).unwrap_or_default()));
    let email = memo(move || {
        entity.with(|it| it.as_ref().and_then(|it| it.contact.as_ref()).map(|it| it.email.clone()).unwrap_or_default())
    });
    view! {
        <div class="details-contact">
            <Avatar name/>
            <div>
                <a class="details-name" href=record target="_blank" rel="noopener">{name}</a>
                {part(move || {
                    let email = email.get();
                    (!email.is_empty() && email != name.get())
                        .then(|| {
                            let text = email.clone();
                            view! {
                                <span class="details-email">
                                    <span>{email}</span>
                                    <IconButton
                                        label="Copy mail address"
                                        glyph=Glyph::Copy
                                        class="icon-button-small"
                                        on_press=move |_| copy.text(text.clone(), "Address copied")
                                    />
                                </span>
                            }
                        })
                })}
            </div>
            <IconButton label="Detach contact" glyph=Glyph::X class="icon-button-small" on_press=move |_| detach()/>
        </div>
    }
}

#[component]
fn Facts(entity: Memo<Option<ConversationView>>) -> impl IntoView {
    let store = use_store();
    let clock = use_clock();
    let moment = move |at: Timestamp| {
        view! { <time datetime=at.to_rfc3339() title=when::long(at.0)>{when::short(at.0, clock.now_ms())}</time> }
    };
    part(move || {
        let it = entity.get()?;
        let (channel, glyph) = channel_words(it.channel);
        let address = store.inboxes().with(|inboxes| {
            inboxes.iter().find(|inbox| inbox.id == it.inbox_id).map(|inbox| inbox.address.clone()).unwrap_or_default()
        });
        let owner = match it.owner {
            None => "Unassigned".to_owned(),
            Some(Owner::Bot) => "Bot".into(),
            Some(Owner::Agent(agent)) => store.agent_name(agent),
        };
        Some(view! {
            <dl class="details-facts">
                <dt>"Channel"</dt>
                <dd class="details-channel"><Icon glyph/>{channel}</dd>
                <dt>"Inbox"</dt>
                <dd title=address.clone()>{address.clone()}</dd>
                <dt>"Owner"</dt>
                <dd>{owner}</dd>
                <dt>"Begun"</dt>
                <dd>{moment(it.created_at)}</dd>
                <dt>"Last activity"</dt>
                <dd>{moment(it.last_activity_at)}</dd>
                {it.waiting_since.map(|since| view! { <dt>"Waiting since"</dt><dd>{moment(since)}</dd> })}
                <dt>"Messages"</dt>
                <dd class="num">{when::number(it.message_count)}</dd>
                <dt>"Id"</dt>
                <dd class="num">{it.id.to_string()}</dd>
            </dl>
        })
    })
}

/// What else the contact wrote, newest first; live.
#[component]
fn Others(contact: ContactId, open: Memo<ConversationId>) -> impl IntoView {
    let store = use_store();
    let ids = RwSignal::new(None::<Vec<ConversationId>>);
    let read = move || {
        spawn(async move {
            if let Ok(page) = api::conversations_of(contact, OTHERS).await {
                let found = page.items.iter().map(|item| item.id).collect();
                store.take_page(page.items);
                let _closed = ids.try_set(Some(found));
            }
        });
    };
    read();
    store.on_news(move |news| match news {
        News::Changed { ids: changed, .. } => {
            let theirs =
                |id: &ConversationId| store.peek(*id).and_then(|it| it.contact).is_some_and(|it| it.id == contact);
            let new = |id: &ConversationId| ids.with_untracked(|ids| ids.as_ref().is_some_and(|ids| !ids.contains(id)));
            let new: Vec<_> = changed.iter().copied().filter(|id| new(id) && theirs(id)).collect();
            if !new.is_empty() {
                ids.update(|ids| {
                    if let Some(ids) = ids {
                        ids.splice(0..0, new);
                    }
                });
            }
        }
        News::Gone(gone) => ids.update(|ids| {
            if let Some(ids) = ids {
                ids.retain(|id| !gone.contains(id));
            }
        }),
        News::Custom(_) => {}
        News::Reread => read(),
    });
    let others = memo(move || {
        let open = open.get();
        ids.with(|ids| ids.as_ref().map(|ids| ids.iter().copied().filter(|id| *id != open).collect::<Vec<_>>()))
    });
    let count = move || others.with(|others| others.as_ref().map(|others| when::number(others.len() as i64)));
    view! {
        <Section title="Other conversations" note=live(move || count().unwrap_or_default())>
            {part(move || {
                others
                    .with(|others| others.as_ref().is_some_and(Vec::is_empty))
                    .then(|| view! { <p class="details-none">"None besides this one."</p> })
            })}
            <ul class="details-others">
                <Each each=move || others.get().unwrap_or_default() key=|id| id.0 let:id>
                    <Other id/>
                </Each>
            </ul>
        </Section>
    }
}

#[component]
fn Other(id: ConversationId) -> impl IntoView {
    let clock = use_clock();
    let entity = use_store().conversation(id);
    part(move || {
        let it = entity.get()?;
        let at = it.last_activity_at;
        let (channel, glyph) = channel_words(it.channel);
        Some(view! {
            <li>
                <a href=Route::Link { conversation: id, message: None }.href()>
                    <span class="details-channel" title=channel><Icon glyph/></span>
                    <span class="details-subject">{heading(&it)}</span>
                    <time datetime=at.to_rfc3339() title=when::long(at.0)>{when::short(at.0, clock.now_ms())}</time>
                </a>
            </li>
        })
    })
}
