//! Answering the customer from a ticket's page (K9): the editor of its newest mail conversation, the very one that stands
//! under the thread, with the drafts it keeps.

use super::Subject;
use crate::browser::{float, frame};
use crate::parts::use_desk;
use crate::routes::Route;
use crate::thread::heading;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::{Channel, ConversationId};

/// Where the editor stands.
const PLACE: &str = "ticket-reply";

/// The conversation that is answered, the newest by mail or else the newest of all, and whether it is by mail. Followed.
fn answered(subject: Subject) -> Option<(ConversationId, bool)> {
    let ids = subject.conversations.get();
    let by_mail = |id: &ConversationId| {
        subject.store.conversation(*id).with(|it| it.as_ref().is_some_and(|it| it.channel == Channel::Email))
    };
    let mail = ids.iter().find(|id| by_mail(id)).copied();
    Some((mail.or(ids.first().copied())?, mail.is_some()))
}

/// Opens it, and puts it away again.
#[component]
pub fn Button(subject: Subject, open: RwSignal<bool>) -> AnyView {
    let answered = memo(move || answered(subject));
    part(move || {
        let (_, by_mail) = answered.get()?;
        let (glyph, words) = if by_mail { (Glyph::Mail, "Reply by mail") } else { (Glyph::Chat, "Reply") };
        let expanded = live(move || open.get().to_string());
        let press = move |_| open.update(|open| *open = !*open);
        Some(view! {
            <button type="button" class="button" aria-expanded=expanded aria-controls=PLACE on:click=press>
                <Icon glyph/>
                {words}
            </button>
        })
    })
    .into_any()
}

#[component]
pub fn Reply(subject: Subject, open: RwSignal<bool>) -> AnyView {
    let desk = use_desk();
    let answered = memo(move || answered(subject).map(|(id, _)| id).filter(|_| open.get()));
    // Who opened it wants to write.
    Effect::new(move |_| {
        if answered.get().is_some() && desk.get().is_some() {
            frame::after_paint(|| {
                if let Some(area) =
                    float::by_id(PLACE).and_then(|place| float::all(&place, "textarea").into_iter().next())
                {
                    let _not_focusable = area.focus();
                }
            });
        }
    });
    view! {
        <div id=PLACE>
            {part(move || {
                let (id, parts) = (answered.get()?, desk.get()?);
                let shown = subject.store.conversation(id);
                let conversation = memo(move || shown.get());
                let about = live(move || conversation.with(|it| it.as_ref().map(heading)));
                let href = Route::Link { conversation: id, message: None }.href();
                Some(view! {
                    <section class="ticket-section" aria-labelledby="ticket-reply-of">
                        <h2 id="ticket-reply-of">"Reply"<a class="ticket-link" dir="auto" href=href>{about}</a></h2>
                        <div class="ticket-reply">{(parts.editor)(id, conversation)}</div>
                    </section>
                })
            })}
        </div>
    }
    .into_any()
}
