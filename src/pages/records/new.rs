//! Making a contact, company, deal or object: what is built into its kind is asked, the rest is on its page.

use crate::api::known::Write;
use crate::pages::record::activity::mistakes;
use crate::pages::record::words;
use crate::records::property;
use crate::routes::page::{Kind, Page};
use crate::routes::use_nav;
use crate::store::known::{self, Thing};
use crate::store::use_store;
use crate::ui::form::{Asked, Form, Pairs, Verdict, key, of};
use crate::ui::live::part;
use leptos::prelude::*;
use samtal_model::json::Json;

#[component]
pub fn NewRecord(kind: Kind, object_type: Option<i64>, open: RwSignal<bool>) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    let properties = Memo::new(move |_| {
        let all = store.all(known::Kind::Property)?;
        let built_in = words::of_kind(all, kind, object_type).into_iter().filter(|it| it.is("built_in"));
        Some(built_in.collect::<Vec<_>>())
    });
    let send = Callback::new(move |(entered, verdict): (Pairs, Verdict)| {
        let values = match values(&properties.get_untracked().unwrap_or_default(), &entered) {
            Ok(values) => values,
            Err(wrong) => return verdict(wrong),
        };
        store.write(Write::new_record(kind.slug(), object_type, values, &[]), "Made", move |answer| match answer {
            Ok(answer) => {
                verdict(Pairs::new());
                let _gone = open.try_set(false);
                if let Some(id) = answer.known.at("record").at("id").int() {
                    nav.go(Page::Record(kind, id).route());
                }
            }
            Err(problem) => verdict(mistakes(&problem)),
        });
    });
    let me = untrack(|| store.me().id.to_string());
    let of_type = object_type.map(|id| id.to_string()).unwrap_or_default();
    let kept = key(&[&me, "new", kind.word(), &of_type]);
    part(move || {
        let asked = properties.get()?.iter().map(|it| asked(store, kind, it)).collect::<Vec<_>>();
        let label = ["New ", words::noun(kind)].concat();
        let on_cancel = Callback::new(move |()| open.set(false));
        Some(view! { <Form label asked key=kept.clone() verb="Make" send on_cancel/> })
    })
    .into_any()
}

fn asked(store: crate::store::Store, kind: Kind, it: &Thing) -> Asked {
    let asked = Asked::new(it.text("key"), property::name(it), property::control(store, it));
    // Somebody may be known by an address alone.
    if it.text("key") == "name" && kind != Kind::Contact { asked.required() } else { asked }
}

/// What was entered, as the API takes it.
fn values(properties: &[Thing], entered: &Pairs) -> Result<Json, Pairs> {
    let mut fields = Vec::new();
    for it in properties {
        let key = it.text("key");
        match property::entered(it.text("kind"), of(entered, key)) {
            Ok(Json::Null) => {}
            Ok(value) => fields.push((key.to_owned(), value)),
            Err(words) => return Err(vec![(key.to_owned(), words)]),
        }
    }
    if fields.is_empty() {
        return Err(vec![("name".to_owned(), "Write at least a name or an address.".to_owned())]);
    }
    Ok(Json::Fields(fields))
}
