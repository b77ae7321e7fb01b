//! Keeping the present search as a view (V10), new or instead of what one finds now.

use crate::browser::when;
use crate::routes::{Route, use_nav};
use crate::store::{Store, use_store};
use crate::ui::dialog::Dialog;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part};
use crate::ui::pop::Tick;
use leptos::ev::SubmitEvent;
use leptos::html::Input;
use leptos::prelude::*;
use samtal_model::wire::Problem;
use samtal_model::{Command, CustomViewEdit, CustomViewId, CustomViewText, KeptQuery};
use std::cell::OnceCell;

thread_local! {
    /// Made when it is first asked for.
    static EDITING: OnceCell<RwSignal<Option<CustomViewId>>> = const { OnceCell::new() };
}

/// The custom view whose search is being changed.
#[must_use]
pub fn editing(store: Store) -> RwSignal<Option<CustomViewId>> {
    EDITING.with(|editing| *editing.get_or_init(|| store.for_good(|| RwSignal::new(None))))
}

/// A name, whether it is shared, and whom to tell how it went.
pub type Wanted = (String, bool, Callback<Option<Problem>>);

/// Below the filters: "Save view", or what is being changed.
#[component]
pub fn SaveBar() -> impl IntoView {
    let (store, nav) = (use_store(), use_nav());
    let editing = editing(store);
    let naming = RwSignal::new(false);
    // What stands in the address is what the list shows.
    let asked = memo(move || nav.route().with(|route| (route.q().unwrap_or_default(), route.sort())));
    let within = memo(move || nav.route().with(Route::custom_view));
    let any = memo(move || asked.with(|(q, _)| !q.is_empty()));
    let edited = memo(move || editing.get().and_then(|id| store.custom_view(id)).map(|view| (view.id, view.name)));
    on_cleanup(move || {
        let _page_is_going = editing.try_set(None);
    });
    let show = move |id, sort| {
        if let Route::Inbox { inbox, .. } = nav.route().get_untracked() {
            nav.go(Route::custom(inbox, id, sort));
        }
    };
    let change = move |id| {
        let (q, sort) = asked.get_untracked();
        match KeptQuery::read(&q) {
            Ok(query) => {
                let offset = Some(when::offset_minutes());
                let edit = CustomViewEdit {
                    query: Some(query),
                    sort: Some(sort),
                    utc_offset_minutes: offset,
                    ..CustomViewEdit::default()
                };
                let here = nav.route().get_untracked();
                store.act(Command::EditCustomView { view: id, edit }, move |answer| {
                    if answer.is_ok() && nav.route().get_untracked() == here {
                        show(id, sort);
                    }
                });
            }
            Err(refusal) => store.warn(refusal.sentence()),
        }
    };
    let create = move |(name, shared, done): Wanted| {
        let (q, sort) = asked.get_untracked();
        let query = match KeptQuery::read(&q) {
            Ok(query) => query,
            Err(refusal) => {
                store.warn(refusal.sentence());
                return done.run(None);
            }
        };
        let here = nav.route().get_untracked();
        let text = CustomViewText { name, query, sort, utc_offset_minutes: when::offset_minutes() };
        store.act(Command::CreateCustomView { text, shared }, move |answer| match answer {
            Ok(answer) => {
                let _told = done.try_run(None);
                let _closed = naming.try_set(false);
                // Only from where it was asked: meanwhile the agent may have gone on.
                if let Some(view) = answer.custom_view.filter(|_| nav.route().get_untracked() == here) {
                    show(view.id, view.sort);
                }
            }
            Err(problem) => {
                let _closed = done.try_run(Some(problem));
            }
        });
    };
    view! {
        {part(move || {
            // Inside a view the search is a passing one.
            (any.get() && within.get().is_none()).then(|| {
                view! {
                    <div class="search-keep">
                        {part(move || {
                            edited.get().map(|(id, name)| {
                                view! {
                                    <button type="button" class="button button-main" on:click=move |_| change(id)>
                                        {["Save changes to \u{201c}", &name, "\u{201d}"].concat()}
                                    </button>
                                }
                            })
                        })}
                        <button type="button" class="button button-quiet search-save" on:click=move |_| naming.set(true)>
                            <Icon glyph=Glyph::Bookmark/>
                            {live(move || if edited.with(Option::is_some) { "Save as new view" } else { "Save view" })}
                        </button>
                    </div>
                }
            })
        })}
        <Dialog open=naming title=Signal::stored("Save view".to_owned())>
            <p class="dialog-text">"It keeps this search and its order, and counts what it finds."</p>
            <NameForm
                name=String::new()
                verb="Save"
                shared=Some(false)
                on_cancel=move |()| naming.set(false)
                on_save=create
            />
        </Dialog>
    }
}

/// A name with its mistakes beside it, and, if `shared` says anything, who is to have it.
#[component]
pub fn NameForm(
    name: String,
    verb: &'static str,
    shared: Option<bool>,
    #[prop(into)] on_cancel: Callback<()>,
    #[prop(into)] on_save: Callback<Wanted>,
) -> impl IntoView {
    let text = RwSignal::new(name);
    let share = RwSignal::new(shared.unwrap_or_default());
    let wrong = RwSignal::new(None::<String>);
    let field = NodeRef::<Input>::new();
    let busy = StoredValue::new(false);
    let done = Callback::new(move |problem: Option<Problem>| {
        busy.set_value(false);
        if let Some(problem) = problem {
            let beside = problem.errors.first().map(|error| error.message.clone());
            let _closed = wrong.try_set(Some(beside.unwrap_or(problem.detail)));
            if let Some(field) = field.get_untracked() {
                let _not_focusable = field.focus();
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        wrong.set(None);
        on_save.run((text.get_untracked(), share.get_untracked(), done));
    };
    view! {
        <form class="name-form" on:submit=submit>
            <label>
                <span>"Name"</span>
                <input
                    type="text"
                    node_ref=field
                    data-first
                    maxlength="60"
                    autocomplete="off"
                    prop:value=text
                    aria-invalid=live(move || wrong.with(Option::is_some).then_some("true"))
                    aria-describedby="name-wrong"
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </label>
            <p id="name-wrong" class="name-wrong" role="alert">{live(move || wrong.get())}</p>
            {shared.map(|_| view! { <Tick label="Share with the team" on=share set=move |on| share.set(on)/> })}
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=move |_| on_cancel.run(())>
                    "Cancel"
                </button>
                <button type="submit" class="button button-main">
                    {verb}
                </button>
            </div>
        </form>
    }
}
