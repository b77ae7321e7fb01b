//! The open conversation: its head, its messages and the place to answer. What is known of it is in the store; who the
//! contact is and what else they wrote is in [`crate::details`].

mod attachments;
mod body;
mod header;
mod links;
mod message;
mod messages;
mod rows;

use crate::browser::{frame, page, scroll};
use crate::editor::Editor;
use crate::parts::use_desk;
use crate::routes::use_nav;
use crate::store::{Store, ThreadState, use_store};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{effect, live, memo, part};
use crate::ui::picker::Choice;
use header::Header;
use leptos::html::Div;
use leptos::prelude::*;
pub use message::copy::{CopyLink, CopyLinkDialog, provide_copy_link};
use messages::Messages;
use samtal_model::wire::{ConversationView, Problem};
use samtal_model::{AgentId, Channel, ConversationId, MessageId};
use std::cell::Cell;

thread_local! {
    /// How high the place of the editor was last, in CSS pixels.
    static EDITOR_PX: Cell<i32> = const { Cell::new(140) };
}

/// The `main` of the inbox while a conversation is open. `linked` is the message its address names (M2).
///
/// The head stays from one conversation to the next and shows another one: making it anew is half of what a click costs.
/// Messages and editor belong to one conversation and go with it.
#[component]
pub fn ThreadPane(
    #[prop(into)] conversation: Signal<ConversationId>,
    #[prop(into)] linked: Signal<Option<MessageId>>,
) -> impl IntoView {
    let skimming = use_desk().skimming();
    let id = Memo::new(move |before: Option<&ConversationId>| {
        let now = conversation.get();
        before.copied().filter(|_| skimming.get()).unwrap_or(now)
    });
    let store = use_store();
    let open = memo(move || store.conversation(id.get()).get());
    let failure = RwSignal::new(None::<Failure>);
    let whole = memo(move || failure.read().is_none());
    let gone = memo(move || *failure.read() == Some(Failure::Gone));
    page::title(move || {
        let words = open.with(|it| it.as_ref().filter(|_| !gone.get()).map(heading));
        words.map_or_else(|| "Samtal".to_owned(), |words| [&words, " · Samtal"].concat())
    });
    view! {
        <main class="thread">
            {part(move || whole.get().then(|| view! { <Header id conversation=open/> }))}
            {part(move || Some(view! { <OpenThread id=id.get() linked failure/> }))}
        </main>
    }
}

/// Why a conversation cannot be shown.
#[derive(Clone, Debug, PartialEq)]
enum Failure {
    /// Deleted for good, or not for this agent.
    Gone,
    Failed(Problem),
}

#[component]
fn OpenThread(id: ConversationId, linked: Signal<Option<MessageId>>, failure: RwSignal<Option<Failure>>) -> AnyView {
    let store = use_store();
    let thread = store.thread(id);
    let entity = store.conversation(id);
    // Of its own: what is done for this conversation must not look at the next one in its last moment.
    let conversation = memo(move || entity.get());
    // What the address names is asked for at once, before anything is shown.
    let asked = RwSignal::new(linked.get_untracked());
    let ask = move |message: Option<MessageId>| match message {
        Some(message) => thread.load_around(message),
        None if thread.order.with_untracked(Vec::is_empty) => thread.load_newest(),
        None => {}
    };
    ask(asked.get_untracked());
    effect(move || {
        let message = linked.get();
        if asked.get_untracked() != message {
            ask(message);
            asked.set(message);
        }
    });
    // Not made anew when the first page is there: somebody may be writing already.
    let why = memo(move || {
        let state = thread.state.get();
        // A message of another conversation is not in this one.
        let astray = state == ThreadState::Ready
            && asked.get().is_some_and(|message| !thread.order.read().contains(&message))
            && !thread.reading();
        match state {
            ThreadState::Gone => Some(Failure::Gone),
            _ if astray => Some(Failure::Gone),
            ThreadState::Failed(problem) => Some(Failure::Failed(problem)),
            ThreadState::Loading | ThreadState::Ready => None,
        }
    });
    let tell = move |now: Option<Failure>| {
        if failure.with_untracked(|before| *before != now) {
            failure.set(now);
        }
    };
    // At once, so that no head stands over what is not here; and whenever it changes.
    tell(why.get_untracked());
    effect(move || tell(why.get()));
    let retry = Callback::new(move |()| {
        let _fetched_again_if_need_be = store.conversation(id);
        thread.load_newest();
    });
    (move || match why.get() {
        Some(Failure::Gone) => view! { <NotHere message=asked.get_untracked().is_some()/> }.into_any(),
        Some(Failure::Failed(problem)) => view! { <Failed problem retry/> }.into_any(),
        None => view! {
            <Messages id conversation thread linked/>
            <EditorPlace id conversation/>
        }
        .into_any(),
    })
    .into_any()
}

/// The editor, a frame after the messages: they are what the agent has come for.
#[component]
fn EditorPlace(id: ConversationId, conversation: Memo<Option<ConversationView>>) -> impl IntoView {
    let place = NodeRef::<Div>::new();
    let here = RwSignal::new(false);
    let call = use_desk().editor_calls();
    // Who asks for it does not wait: the next letter is already for it.
    Effect::new(move |before: Option<u32>| {
        let now = call.get();
        if before.is_some_and(|before| before != now) {
            here.set(true);
        }
        now
    });
    frame::after_paint(move || {
        let _gone = here.try_set(true);
    });
    // Told when the page is laid out: asking for it when the editor goes would have it laid out once more.
    place.on_load(|place| scroll::on_resize(&place, |px| EDITOR_PX.set(px as i32)));
    view! {
        // As high as the last one, so that nothing moves when it comes.
        <div
            class="thread-editor"
            node_ref=place
            style:min-height=live(move || (!here.get()).then(|| [&EDITOR_PX.get().to_string(), "px"].concat()))
        >
            {part(move || here.get().then(|| view! { <Editor id conversation/> }))}
        </div>
    }
}

/// Gone for good, or not for this agent: nobody can tell which (M3).
#[component]
fn NotHere(message: bool) -> impl IntoView {
    let nav = use_nav();
    let what = if message { "This message is not here" } else { "This conversation is not here" };
    view! {
        <div class="shell-empty">
            <Icon glyph=Glyph::Link/>
            <h1>{what}</h1>
            <p>"It was deleted for good, or you do not have access to it."</p>
            <a class="button" href=live(move || nav.route().with(|route| route.with_conversation(None).href()))>
                "Back to the list"
            </a>
        </div>
    }
}

#[component]
fn Failed(problem: Problem, retry: Callback<()>) -> impl IntoView {
    view! {
        <div class="shell-empty">
            <Icon glyph=Glyph::Offline/>
            <h1>"The conversation could not be loaded"</h1>
            <p role="alert">{problem.detail}</p>
            <button type="button" class="button" on:click=move |_| retry.run(())>
                "Try again"
            </button>
        </div>
    }
}

/// Copies texts and links and says so; call it at a component's top, below [`provide_copy_link`].
#[must_use]
pub fn copy_link() -> CopyLink {
    message::copy::use_copy_link()
}

/// Who can be made the owner: me first, then nobody, then the colleagues. Their keys are read by [`owner_of`].
#[must_use]
pub fn owners(store: Store) -> Vec<Choice> {
    header::choices(store)
}

/// The owner that a key of [`owners`] stands for.
#[must_use]
pub fn owner_of(key: i64) -> Option<AgentId> {
    (key != header::NOBODY).then_some(AgentId(key))
}

/// What stands as the conversation's heading: its subject, or what it is.
#[must_use]
pub fn heading(conversation: &ConversationView) -> String {
    if !conversation.subject.is_empty() {
        return conversation.subject.clone();
    }
    let kind = match conversation.channel {
        Channel::Email => "Mail from ",
        Channel::Chat => "Chat with ",
        Channel::Messenger => "Messenger chat with ",
        Channel::Form => "Form from ",
        Channel::Call => "Call from ",
    };
    [kind, &contact_name(conversation)].concat()
}

/// The contact's name, or their address, or that neither is known.
#[must_use]
pub fn contact_name(conversation: &ConversationView) -> String {
    match &conversation.contact {
        Some(contact) if !contact.name.is_empty() => contact.name.clone(),
        Some(contact) if !contact.email.is_empty() => contact.email.clone(),
        _ => "an unknown visitor".into(),
    }
}

/// A channel's name and icon.
#[must_use]
pub fn channel_words(channel: Channel) -> (&'static str, Glyph) {
    match channel {
        Channel::Email => ("Email", Glyph::Mail),
        Channel::Chat => ("Chat", Glyph::Chat),
        Channel::Messenger => ("Messenger", Glyph::Messenger),
        Channel::Form => ("Form", Glyph::Forms),
        Channel::Call => ("Call", Glyph::Calls),
    }
}
