//! How a row's conversation stands: where it is, the status of its ticket, its owner. It comes a moment after the row.

use crate::store::use_store;
use crate::ticket::StatusChip;
use crate::ui::avatar::{Avatar, AvatarSize};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::wire::ConversationView;
use samtal_model::{ConversationId, ConversationState, Owner};

/// What stands at the end of a row (V11).
#[must_use]
pub fn standing(id: ConversationId) -> AnyView {
    let conversation = use_store().conversation(id);
    let place = {
        let conversation = conversation.clone();
        memo(move || conversation.with(|known| known.as_ref().and_then(place_word)))
    };
    let owner = {
        let conversation = conversation.clone();
        memo(move || conversation.with(|known| known.as_ref().and_then(|known| known.owner)))
    };
    let ticket = memo(move || conversation.with(|known| Some(known.as_ref()?.ticket.as_ref()?.status_id.0)));
    view! {
        {part(move || place.get().map(|place| view! { <span class="chip">{place}</span> }))}
        {part(move || ticket.get().map(|status| view! { <StatusChip status=live(move || status)/> }))}
        {part(move || owner.get().map(|owner| view! { <OwnerMark owner/> }))}
    }
    .into_any()
}

/// Where it is, if that is not among the open ones.
fn place_word(conversation: &ConversationView) -> Option<&'static str> {
    match (conversation.trashed_at, conversation.spam, conversation.state) {
        (Some(_), ..) => Some("Trash"),
        (None, true, _) => Some("Spam"),
        (None, false, ConversationState::Closed) => Some("Closed"),
        (None, false, ConversationState::Open) => None,
    }
}

/// Who owns it, small.
#[component]
fn OwnerMark(owner: Owner) -> impl IntoView {
    let store = use_store();
    let name = live(move || match owner {
        Owner::Agent(id) => store.agent_name(id),
        Owner::Bot => "Bot".into(),
    });
    view! {
        <span class="row-owner" title=live(move || ["Owner: ", &name.get()].concat())>
            {match owner {
                Owner::Agent(_) => view! { <Avatar name size=AvatarSize::Small/> }.into_any(),
                Owner::Bot => view! { <Icon glyph=Glyph::Bot/> }.into_any(),
            }}
        </span>
    }
}
