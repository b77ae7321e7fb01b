//! The team's own types of records (D6): what one of them and several are called.

use super::saved;
use crate::api::known::{self as api, Write};
use crate::pages::record::activity::mistakes;
use crate::routes::page::{Kind, Wanted};
use crate::store::known::{self, Thing};
use crate::store::{Store, use_store};
use crate::ticket::careful::{Deed, careful, nobody};
use crate::ui::button::IconButton;
use crate::ui::each::Each;
use crate::ui::field::{Field, FieldKind};
use crate::ui::form::{Asked, Form, Pairs, Verdict, key, of};
use crate::ui::icon::Glyph;
use crate::ui::live::{live, memo, part, spawn};
use leptos::prelude::*;
use samtal_model::json::Json;

/// Objects counted before a type is deleted: whether there are a hundred or more is the same warning.
const COUNTED: usize = 100;

#[component]
pub fn Types(may: Memo<bool>) -> AnyView {
    let store = use_store();
    let all = memo(move || store.all(known::Kind::ObjectType).unwrap_or_default());
    let ids = memo(move || all.with(|all| all.iter().map(Thing::id).collect::<Vec<_>>()));
    let adding = RwSignal::new(false);
    let row = move |id: i64| {
        let side = move |side: &'static str| {
            memo(move || {
                all.with(|all| {
                    all.iter().find(|it| it.id() == id).map(|it| it.text(side).to_owned()).unwrap_or_default()
                })
            })
        };
        let (one, several) = (side("name"), side("plural"));
        let save = move |side: &'static str| {
            saved(store, move |entered| Write::edit_object_type(id, Json::object([(side, entered.into())])))
        };
        let delete = move |_| ask_to_delete(store, id, several.get_untracked());
        part(move || {
            Some(if may.get() {
                view! {
                    <Field label="One" kind=FieldKind::Text value=one save=save("name") required=true/>
                    <Field label="Several" kind=FieldKind::Text value=several save=save("plural") required=true/>
                    <IconButton
                        label=live(move || ["Delete ", &several.get()].concat())
                        glyph=Glyph::Trash
                        class="icon-button-small"
                        on_press=delete
                    />
                }
                .into_any()
            } else {
                view! { <span dir="auto">{several}</span> }.into_any()
            })
        })
    };
    view! {
        <section class="card" aria-labelledby="properties-types">
            <div class="card-head">
                <h2 id="properties-types">"Types of objects"</h2>
                {part(move || {
                    may.get().then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-quiet"
                                aria-label="Add a type of objects"
                                aria-expanded=live(move || adding.get().to_string())
                                on:click=move |_| adding.update(|it| *it = !*it)
                            >
                                "Add"
                            </button>
                        }
                    })
                })}
            </div>
            <p class="details-none">"What your team keeps beside contacts, companies and deals: machines, contracts, courses."</p>
            {part(move || adding.get().then(|| view! { <Adding open=adding/> }))}
            <ol class="properties">
                <Each each=move || ids.get() key=|id| *id let:id>
                    <li class="property"><div class="property-line">{row(id)}</div></li>
                </Each>
            </ol>
        </section>
    }
    .into_any()
}

/// Deletes the type, when the agent has seen how many objects leave with it (K8).
fn ask_to_delete(store: Store, id: i64, several: String) {
    spawn(async move {
        let wanted = Wanted { object_type: Some(id), ..Wanted::default() };
        let count = match api::records_of(Kind::Object.slug(), &wanted.query(), None, COUNTED).await {
            Ok(page) => counted(known::things(page.at("items")).len(), page.at("next_cursor").text().is_some()),
            Err(problem) => return store.warn(problem.detail),
        };
        let deed = Deed {
            write: Write::delete_object_type(id),
            said: "Type deleted".to_owned(),
            title: ["Delete \u{201c}", &several, "\u{201d} with ", &count, "?"].concat(),
            verb: "Delete",
            plain: "Its objects and properties leave every page they stand on. Undo brings them back.",
            for_good: false,
        };
        careful(store).ask(deed, nobody());
    });
}

/// How many objects there are, as far as they were counted.
fn counted(count: usize, more: bool) -> String {
    match (count, more) {
        (0, _) => "no objects".to_owned(),
        (1, false) => "1 object".to_owned(),
        (count, false) => [&count.to_string(), " objects"].concat(),
        (count, true) => ["more than ", &count.to_string(), " objects"].concat(),
    }
}

#[component]
fn Adding(open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let asked = vec![
        Asked::new("name", "One of them", FieldKind::Text).required(),
        Asked::new("plural", "Several of them", FieldKind::Text).required(),
    ];
    let send = Callback::new(move |(entered, verdict): (Pairs, Verdict)| {
        let fields = Json::object([("name", of(&entered, "name").into()), ("plural", of(&entered, "plural").into())]);
        store.write(Write::new_object_type(fields), "Type added", move |answer| match answer {
            Ok(_) => {
                verdict(Pairs::new());
                let _gone = open.try_set(false);
            }
            Err(problem) => verdict(mistakes(&problem)),
        });
    });
    let kept = key(&[&untrack(|| store.me().id.to_string()), "object-type"]);
    let on_cancel = Callback::new(move |()| open.set(false));
    view! { <Form label="Add a type of objects" asked key=kept verb="Add type" send on_cancel/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn what_leaves_with_a_type_is_counted_as_far_as_it_was_read() {
        let said = [(0, false), (1, false), (2, false), (100, true)].map(|(count, more)| counted(count, more));
        assert_eq!(said, ["no objects", "1 object", "2 objects", "more than 100 objects"]);
    }
}
