//! What can be done with a record as a whole: write to it, call it, merge it, and put it away.

use super::Subject;
use super::merge::Merging;
use super::words;
use crate::api;
use crate::api::known::Write;
use crate::routes::Route;
use crate::routes::page::{Kind, Page};
use crate::ui::dialog::{Confirm, Dialog};
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{live, memo, part, spawn};
use crate::ui::menu::{Menu, MenuItem};
use leptos::prelude::*;
use samtal_model::{ContactId, ConversationId, Role};

#[component]
pub fn Actions(subject: Subject) -> AnyView {
    let Subject { kind, id, store, .. } = subject;
    let trashed = memo(move || subject.trashed());
    let admin = memo(move || store.me().role >= Role::Admin);
    let (merging, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let items = Callback::new(move |()| {
        let merge = MenuItem::run(Glyph::Users, "Merge with another contact\u{2026}", move || merging.set(true));
        let trash = MenuItem::run(Glyph::Trash, "Move to Trash", move || {
            store.write(Write::trash_record(kind.slug(), id, true), "Moved to Trash", |_| {});
        });
        let merge = (kind == Kind::Contact).then_some(merge);
        merge.into_iter().chain([trash.danger()]).collect()
    });
    let restore = move |_| store.write(Write::trash_record(kind.slug(), id, false), "Restored", |_| {});
    let erase = move |()| {
        store.write(Write::delete_record(kind.slug(), id), "Deleted permanently", move |answer| {
            if answer.is_ok() {
                subject.nav.replace(Page::Records(kind, Default::default()).route());
            }
        });
    };
    view! {
        {part(move || (kind == Kind::Contact && !trashed.get()).then(|| view! { <Reach subject/> }))}
        {part(move || {
            Some(if trashed.get() {
                let delete = part(move || {
                    admin.get().then(|| {
                        view! {
                            <button type="button" class="button button-danger" on:click=move |_| deleting.set(true)>
                                "Delete permanently"
                            </button>
                        }
                    })
                });
                view! {
                    <button type="button" class="button" on:click=restore><Icon glyph=Glyph::Restore/>"Restore"</button>
                    {delete}
                }
                .into_any()
            } else {
                view! { <Menu label="More actions" items><Icon glyph=Glyph::Dots/></Menu> }.into_any()
            })
        })}
        <Confirm
            open=deleting
            title=live(move || ["Delete \u{201c}", &subject.name(), "\u{201d} permanently?"].concat())
            verb=Signal::stored("Delete permanently".to_owned())
            on_confirm=erase
        >
            <p>{["The ", words::noun(kind), " and all that was written down on it are gone for good."].concat()}</p>
            {(kind == Kind::Contact).then(|| view! { <p>"Its conversations stay, with nobody beside them."</p> })}
        </Confirm>
        <Dialog open=merging title=Signal::stored("Merge two contacts".to_owned())>
            <Merging subject open=merging/>
        </Dialog>
    }
    .into_any()
}

/// Ways to a contact: the newest conversation, and the phone.
#[component]
fn Reach(subject: Subject) -> AnyView {
    let newest = RwSignal::new(None::<ConversationId>);
    let (id, store) = (subject.id, subject.store);
    spawn(async move {
        if let Ok(page) = api::conversations_of(ContactId(id), 1).await {
            let first = page.items.first().map(|it| it.id);
            store.take_page(page.items);
            let _gone = newest.try_set(first);
        }
    });
    let phone = memo(move || subject.value("phone"));
    view! {
        {part(move || {
            let conversation = newest.get()?;
            let href = Route::Link { conversation, message: None }.href();
            Some(view! { <a class="button" href=href><Icon glyph=Glyph::Mail/>"Write mail"</a> })
        })}
        {part(move || {
            let number: String = phone.read().chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
            let href = ["tel:", &number].concat();
            (!number.is_empty()).then(|| {
                view! { <a class="button" href=href rel="external"><Icon glyph=Glyph::Calls/>"Call"</a> }
            })
        })}
    }
    .into_any()
}
