//! Writing something down on a record or a ticket: four buttons, each with its form. The one where something was begun is open when
//! the page comes.

use super::activity::{ActivityForm, Sort, draft_key};
use super::holder::Holder;
use crate::browser::{float, frame};
use crate::ui::form;
use crate::ui::icon::Icon;
use crate::ui::live::{live, part};
use leptos::prelude::*;

#[component]
pub fn Writing(holder: Holder) -> AnyView {
    let begun = |sort: &Sort| form::is_begun(&draft_key(holder, *sort, None), &sort.asked(holder.store));
    let open = RwSignal::new(Sort::ALL.into_iter().find(begun));
    let button = move |sort: Sort| {
        let expanded = live(move || (open.get() == Some(sort)).to_string());
        let toggle = move |_| {
            open.update(|now| *now = if *now == Some(sort) { None } else { Some(sort) });
            // Who opened a form wants to write in it.
            frame::after_paint(|| {
                if let Some(first) = float::first("#record-writing :is(textarea, input, select)") {
                    float::focus_quietly(&first);
                }
            });
        };
        view! {
            <button type="button" class="button" aria-expanded=expanded aria-controls="record-writing" on:click=toggle>
                <Icon glyph=sort.glyph()/>
                {sort.verb()}
            </button>
        }
    };
    let on_end = Callback::new(move |()| open.set(None));
    view! {
        <section class="card" aria-label="Write down">
            <div class="record-verbs">{Sort::ALL.into_iter().map(button).collect_view()}</div>
            <div id="record-writing">
                {part(move || open.get().map(|sort| view! { <ActivityForm holder sort on_end/> }))}
            </div>
        </section>
    }
    .into_any()
}
