//! Settings: the properties of contacts, companies, deals, tickets and the team's own types of objects (X4), and those
//! types themselves (D6). Admins change them; everybody may see them.

mod card;
mod options;
mod types;

use crate::api::known::Write;
use crate::pages::order::before;
use crate::pages::record::activity::mistakes;
use crate::pages::record::words;
use crate::pages::top::Top;
use crate::records::{property, wrong};
use crate::store::known::{self, Thing};
use crate::store::{Store, use_store};
use crate::ticket::careful::{Deed, careful, nobody};
use crate::ui::button::IconButton;
use crate::ui::each::Each;
use crate::ui::field::{Field, FieldKind, Outcome};
use crate::ui::form::{Asked, Form, Pairs, Verdict, key, of};
use crate::ui::icon::Glyph;
use crate::ui::live::{live, memo, part};
use card::OnTheCard;
use leptos::prelude::*;
use options::Options;
use samtal_model::Role;
use samtal_model::json::Json;
use types::Types;

/// What a property can be, and what people call it.
const KINDS: [(&str, &str); 7] = [
    ("text", "Text"),
    ("number", "Number"),
    ("date", "Date"),
    ("choice", "One of several"),
    ("choices", "Any of several"),
    ("yes_no", "Yes or no"),
    ("person", "A person of the team"),
];

/// What has properties: the word for it, of objects the type, and the heading.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Group {
    word: &'static str,
    object_type: Option<i64>,
    title: String,
}

#[component]
pub fn Properties() -> AnyView {
    let store = use_store();
    let may = memo(move || store.me().role >= Role::Admin);
    let groups = memo(move || {
        let fixed = [("contact", "Contacts"), ("company", "Companies"), ("deal", "Deals"), ("ticket", "Tickets")];
        let fixed = fixed.into_iter().map(|(word, title)| Group { word, object_type: None, title: title.to_owned() });
        let own = store.all(known::Kind::ObjectType).unwrap_or_default().into_iter().map(|it| Group {
            word: "object",
            object_type: Some(it.id()),
            title: it.text("plural").to_owned(),
        });
        fixed.chain(own).collect::<Vec<_>>()
    });
    let why = part(move || {
        (!may.get()).then(|| {
            let words = "You can look at the properties. Changing them takes an admin, because they are the same for the whole team.";
            view! { <p class="page-note">{words}</p> }
        })
    });
    view! {
        <main class="page sheet">
            <Top title=Signal::stored("Properties".to_owned())>""</Top>
            {why}
            <div class="page-body">
                {part(move || Some(groups.get().into_iter().map(|group| view! { <Section group may/> }).collect_view()))}
                <Types may/>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn Section(group: Group, may: Memo<bool>) -> AnyView {
    let store = use_store();
    let (word, object_type) = (group.word, group.object_type);
    let heading = ["properties-", word, "-", &object_type.unwrap_or_default().to_string()].concat();
    let labelled = heading.clone();
    let all = memo(move || words::of_word(store.all(known::Kind::Property).unwrap_or_default(), word, object_type));
    let keys = memo(move || all.with(|all| all.iter().map(|it| it.text("key").to_owned()).collect::<Vec<_>>()));
    let adding = RwSignal::new(false);
    let title = group.title.clone();
    let add = ["Add a property to ", &group.title].concat();
    let form = add.clone();
    view! {
        <section class="card" aria-labelledby=labelled>
            <div class="card-head">
                <h2 id=heading>{title}</h2>
                {part(move || {
                    let label = add.clone();
                    may.get().then(|| {
                        view! {
                            <button
                                type="button"
                                class="button button-quiet"
                                aria-label=label
                                aria-expanded=live(move || adding.get().to_string())
                                on:click=move |_| adding.update(|it| *it = !*it)
                            >
                                "Add"
                            </button>
                        }
                    })
                })}
            </div>
            {part(move || adding.get().then(|| view! { <Adding word object_type label=form.clone() open=adding/> }))}
            <ol class="properties">
                <Each each=move || keys.get() key=|key| key.clone() let:key>
                    <Property all key may/>
                </Each>
            </ol>
            {part(move || (word == "ticket" && may.get()).then(|| view! { <OnTheCard/> }))}
        </section>
    }
    .into_any()
}

/// A property, by its key among those beside it.
#[component]
fn Property(all: Memo<Vec<Thing>>, key: String, may: Memo<bool>) -> AnyView {
    let store = use_store();
    let it = memo(move || all.with(|all| all.iter().find(|it| it.text("key") == key).cloned()));
    let name = memo(move || it.with(|it| it.as_ref().map(property::name).unwrap_or_default()));
    part(move || {
        // What it is stays; what it is called and what there is to choose is followed below.
        let (id, kind, built_in) =
            it.with_untracked(|it| it.as_ref().map(|it| (it.id(), it.text("kind").to_owned(), it.is("built_in"))))?;
        let kind_name = KINDS.iter().find(|(key, _)| *key == kind).map_or("Built in", |(_, name)| *name);
        let kind_name = if built_in { "Built in" } else { kind_name };
        let editable = may.get() && !built_in;
        let named = if editable {
            let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
                let fields = Json::object([("name", entered.into())]);
                store.write(Write::edit_property(id, fields), "Renamed", move |answer| {
                    let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
                });
            });
            view! { <Field label="Name" kind=FieldKind::Text value=name save required=true/> }.into_any()
        } else {
            view! { <span class="property-name" dir="auto">{name}</span> }.into_any()
        };
        let has_options = matches!(&*kind, "choice" | "choices");
        Some(view! {
            <li class="property">
                <div class="property-line">
                    {named}
                    <span class="property-kind">{kind_name}</span>
                    {editable.then(|| view! { <Moves all id name/> })}
                </div>
                {has_options.then(|| view! { <Options property=it id name may/> })}
            </li>
        })
    })
    .into_any()
}

/// Up, down and away.
#[component]
fn Moves(all: Memo<Vec<Thing>>, id: i64, name: Memo<String>) -> AnyView {
    let store = use_store();
    let step = move |down: bool| {
        let own: Vec<i64> =
            all.with_untracked(|all| all.iter().filter(|it| !it.is("built_in")).map(Thing::id).collect());
        if let Some(before) = before(&own, id, down) {
            let fields = Json::object([("before", before.into())]);
            store.write(Write::edit_property(id, fields), "Moved", |_| {});
        }
    };
    let delete = move |_| {
        let name = name.get_untracked();
        let deed = Deed {
            write: Write::delete_property(id),
            said: "Property deleted".to_owned(),
            title: ["Delete the property \u{201c}", &name, "\u{201d}?"].concat(),
            verb: "Delete",
            plain: "It leaves every record, with what is written there under it. Undo brings it back with all of that.",
            for_good: false,
        };
        careful(store).ask(deed, nobody());
    };
    let called = move |verb: &'static str| live(move || [verb, " ", &name.get()].concat());
    view! {
        <span class="property-moves">
            <IconButton label=called("Move up") glyph=Glyph::ArrowUp class="icon-button-small" on_press=move |_| step(false)/>
            <IconButton label=called("Move down") glyph=Glyph::ArrowDown class="icon-button-small" on_press=move |_| step(true)/>
            <IconButton label=called("Delete") glyph=Glyph::Trash class="icon-button-small" on_press=delete/>
        </span>
    }
    .into_any()
}

#[component]
fn Adding(word: &'static str, object_type: Option<i64>, label: String, open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let kinds = KINDS.iter().map(|(key, name)| ((*key).to_owned(), (*name).to_owned())).collect();
    let asked = vec![
        Asked::new("name", "Name", FieldKind::Text).required(),
        Asked::new("kind", "Kind", FieldKind::Choice(kinds)).required(),
        Asked::new("options", "Options", FieldKind::Lines).hint("One on each line, if it is one or any of several."),
    ];
    let send = Callback::new(move |(entered, verdict): (Pairs, Verdict)| {
        store.write(Write::new_property(fields(word, object_type, &entered)), "Property added", move |answer| {
            match answer {
                Ok(_) => {
                    verdict(Pairs::new());
                    let _gone = open.try_set(false);
                }
                Err(problem) => verdict(mistakes(&problem)),
            }
        });
    });
    let of_type = object_type.map(|id| id.to_string()).unwrap_or_default();
    let kept = key(&[&untrack(|| store.me().id.to_string()), "property", word, &of_type]);
    let begin = vec![("kind".to_owned(), "text".to_owned())];
    let on_cancel = Callback::new(move |()| open.set(false));
    view! { <Form label asked key=kept begin verb="Add property" send on_cancel/> }.into_any()
}

/// What `POST /properties` takes.
fn fields(word: &'static str, object_type: Option<i64>, entered: &Pairs) -> Json {
    let kind = of(entered, "kind");
    let lines = of(entered, "options").lines().map(str::trim).filter(|line| !line.is_empty());
    let mut fields = vec![
        ("object".to_owned(), word.into()),
        ("kind".to_owned(), kind.into()),
        ("name".to_owned(), of(entered, "name").into()),
    ];
    if matches!(kind, "choice" | "choices") {
        fields.push(("options".to_owned(), lines.map(ToOwned::to_owned).collect::<Vec<String>>().into()));
    }
    if let Some(object_type) = object_type {
        fields.push(("object_type_id".to_owned(), object_type.into()));
    }
    Json::Fields(fields)
}

/// Saves a field of something that has a name: a type, a property.
fn saved(store: Store, write: impl Fn(String) -> Write + Send + Sync + 'static) -> Callback<(String, Outcome)> {
    Callback::new(move |(entered, outcome): (String, Outcome)| {
        store.write(write(entered), "Saved", move |answer| {
            let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
        });
    })
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn only_a_choice_has_options() {
        let entered = |kind: &str| {
            [("name", "Tier"), ("kind", kind), ("options", "Gold\n\n Silver ")]
                .map(|(name, text)| (name.to_owned(), text.to_owned()))
                .to_vec()
        };
        let sent = fields("contact", None, &entered("choice")).written();
        assert_eq!(sent, r#"{"object":"contact","kind":"choice","name":"Tier","options":["Gold","Silver"]}"#);
        assert!(!fields("contact", None, &entered("text")).written().contains("options"));
        assert!(fields("object", Some(3), &entered("text")).written().contains(r#""object_type_id":3"#));
    }
}
