//! The team's own types of records (D6): what one of them and several are called.

use super::saved;
use crate::api::known::Write;
use crate::pages::record::activity::mistakes;
use crate::store::known::{self, Thing};
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::each::Each;
use crate::ui::field::{Field, FieldKind};
use crate::ui::form::{Asked, Form, Pairs, Verdict, key, of};
use crate::ui::icon::Glyph;
use crate::ui::live::{live, memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;

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
        let delete = move |_| store.write(Write::delete_object_type(id), "Type deleted", |_| {});
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
