//! The conversations of a ticket, each a link to it.

use super::Subject;
use crate::browser::when::{self, use_clock};
use crate::routes::Route;
use crate::store::use_store;
use crate::thread::{channel_words, contact_name, heading};
use crate::ui::each::Each;
use crate::ui::icon::Icon;
use crate::ui::live::{live, part};
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ConversationId, ConversationState};

#[component]
pub fn Conversations(subject: Subject) -> AnyView {
    let count = live(move || subject.row().map(|it| when::number(it.conversations)));
    view! {
        <section class="ticket-section" aria-labelledby="ticket-conversations">
            <h2 id="ticket-conversations">"Conversations"<span class="num">{count}</span></h2>
            <ul class="ticket-conversations">
                <Each each=move || subject.conversations.get() key=|id| id.0 let:id>
                    <Line id/>
                </Each>
            </ul>
            {part(move || subject.more.get().then(|| view! { <p class="details-none">"There are older ones as well."</p> }))}
            {part(move || subject.conversations.read().is_empty().then(|| view! {
                <p class="details-none">"No conversation is about this ticket yet. One is added from the conversation itself."</p>
            }))}
        </section>
    }
    .into_any()
}

#[component]
fn Line(id: ConversationId) -> AnyView {
    let (conversation, clock) = (use_store().conversation(id), use_clock());
    part(move || {
        let it = conversation.get()?;
        let (channel, glyph) = channel_words(it.channel);
        let (at, state) = (it.last_activity_at, state(&it));
        Some(view! {
            <li>
                <a class="ticket-conversation" href=Route::Link { conversation: id, message: None }.href()>
                    <span title=channel><Icon glyph/></span>
                    <span class="ticket-subject" dir="auto">{heading(&it)}</span>
                    <span class="chip">{state}</span>
                    <time datetime=at.to_rfc3339() title=when::long(at.0)>
                        {live(move || when::short(at.0, clock.now_ms()))}
                    </time>
                    <small dir="auto">{contact_name(&it)}</small>
                </a>
            </li>
        })
    })
    .into_any()
}

fn state(it: &ConversationView) -> &'static str {
    match (it.trashed_at, it.spam, it.state) {
        (Some(_), ..) => "Trash",
        (None, true, _) => "Spam",
        (None, false, ConversationState::Closed) => "Closed",
        (None, false, ConversationState::Open) => "Open",
    }
}
