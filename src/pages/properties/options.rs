//! What there is to choose of a property: each option's name and place, and where its values go when it is deleted.

use super::before;
use crate::api::known::Write;
use crate::records::wrong;
use crate::store::known::Thing;
use crate::store::use_store;
use crate::ui::button::IconButton;
use crate::ui::dialog::Dialog;
use crate::ui::each::Each;
use crate::ui::field::{Field, FieldKind, Outcome};
use crate::ui::icon::Glyph;
use crate::ui::live::{Pieces, live, memo, part};
use leptos::prelude::*;
use samtal_model::json::Json;

/// The options as they are sent: all of them, in their order.
fn listed(options: &[(Option<i64>, String)]) -> Json {
    let one = |(id, name): &(Option<i64>, String)| Json::object([("id", (*id).into()), ("name", name.as_str().into())]);
    Json::object([("options", Json::List(options.iter().map(one).collect()))])
}

#[component]
pub fn Options(property: Memo<Option<Thing>>, id: i64, name: Memo<String>, may: Memo<bool>) -> AnyView {
    let store = use_store();
    let all = memo(move || {
        let options = property.with(|it| it.as_ref().map(|it| it.things("options")).unwrap_or_default());
        options.iter().map(|it| (it.id(), it.text("name").to_owned())).collect::<Vec<_>>()
    });
    let ids = memo(move || all.with(|all| all.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
    let now =
        move || all.with_untracked(|all| all.iter().map(|(id, name)| (Some(*id), name.clone())).collect::<Vec<_>>());
    let send = move |options: Vec<(Option<i64>, String)>, said: &'static str, outcome: Option<Outcome>| {
        store.write(Write::edit_property(id, listed(&options)), said, move |answer| match (answer, outcome) {
            (answer, Some(outcome)) => {
                let _gone = outcome.try_run(answer.err().map(|problem| wrong(&problem)));
            }
            (Err(problem), None) if !problem.errors.is_empty() => store.warn(wrong(&problem)),
            _ => {}
        });
    };
    // Which is about to be deleted.
    let deleting = RwSignal::new(None::<i64>);
    let asking = RwSignal::new(false);
    let adding = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let option = move |option: i64| {
        let called = memo(move || {
            all.with(|all| all.iter().find(|(id, _)| *id == option).map(|(_, name)| name.clone()).unwrap_or_default())
        });
        let save = Callback::new(move |(entered, outcome): (String, Outcome)| {
            let renamed = |(id, name)| if id == Some(option) { (id, entered.clone()) } else { (id, name) };
            send(now().into_iter().map(renamed).collect(), "Renamed", Some(outcome));
        });
        let step = move |down: bool| {
            let order = ids.get_untracked();
            let Some(to) = before(&order, option, down) else { return };
            let mut options = now();
            let Some(at) = options.iter().position(|(id, _)| *id == Some(option)) else { return };
            let moved = options.remove(at);
            let to = options.iter().position(|(id, _)| to.is_some() && *id == to).unwrap_or(options.len());
            options.insert(to, moved);
            send(options, "Moved", None);
        };
        let label = move |verb: &'static str| live(move || [verb, " ", &called.get()].concat());
        part(move || {
            Some(if may.get() {
                view! {
                    <Field label="Option" kind=FieldKind::Text value=called save required=true/>
                    <IconButton label=label("Move up") glyph=Glyph::ArrowUp class="icon-button-small" on_press=move |_| step(false)/>
                    <IconButton label=label("Move down") glyph=Glyph::ArrowDown class="icon-button-small" on_press=move |_| step(true)/>
                    <IconButton
                        label=label("Delete")
                        glyph=Glyph::X
                        class="icon-button-small"
                        on_press=move |_| {
                            deleting.set(Some(option));
                            asking.set(true);
                        }
                    />
                }
                .into_any()
            } else {
                view! { <span dir="auto">{called}</span> }.into_any()
            })
        })
    };
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = adding.get_untracked().trim().to_owned();
        if words.is_empty() {
            return;
        }
        let outcome = Callback::new(move |problem: Option<String>| {
            if problem.is_none() {
                let _gone = adding.try_set(String::new());
            }
            let _gone = refused.try_set(problem);
        });
        let mut options = now();
        options.push((None, words));
        send(options, "Option added", Some(outcome));
    };
    let new = live(move || ["New option of ", &name.get()].concat());
    view! {
        <ol class="options">
            <Each each=move || ids.get() key=|id| *id let:id>
                <li>{option(id)}</li>
            </Each>
        </ol>
        {part(move || {
            may.get().then(|| {
                view! {
                    <form class="options-new" on:submit=add>
                        <input
                            type="text"
                            autocomplete="off"
                            aria-label=new
                            placeholder="New option"
                            aria-invalid=live(move || refused.read().is_some().then_some("true"))
                            prop:value=adding
                            on:input=move |event| adding.set(event_target_value(&event))
                        />
                        <button type="submit" class="button button-quiet">"Add option"</button>
                        {part(move || refused.get().map(|words| view! { <p class="form-wrong" role="alert">{words}</p> }))}
                    </form>
                }
            })
        })}
        <Dialog open=asking title=Signal::stored("Where do its values go?".to_owned())>
            <Deleting id all deleting open=asking/>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Deleting(id: i64, all: Memo<Vec<(i64, String)>>, deleting: RwSignal<Option<i64>>, open: RwSignal<bool>) -> AnyView {
    let store = use_store();
    let to = RwSignal::new(String::new());
    let refused = RwSignal::new(None::<String>);
    let gone = deleting.get_untracked().unwrap_or_default();
    let (others, name) = all.with_untracked(|all| {
        let name = all.iter().find(|(id, _)| *id == gone).map(|(_, name)| name.clone()).unwrap_or_default();
        (all.iter().filter(|(id, _)| *id != gone).cloned().collect::<Vec<_>>(), name)
    });
    let options: Vec<(Option<i64>, String)> = others.iter().map(|(id, name)| (Some(*id), name.clone())).collect();
    let delete = move |_| {
        let Json::Fields(mut fields) = listed(&options) else { return };
        let to: Option<i64> = to.get_untracked().parse().ok();
        fields.push(("removed".into(), Json::Fields(vec![(gone.to_string(), to.into())])));
        store.write(Write::edit_property(id, Json::Fields(fields)), "Option deleted", move |answer| match answer {
            Ok(_) => {
                let _gone = open.try_set(false);
            }
            Err(problem) => {
                let _gone = refused.try_set(Some(wrong(&problem)));
            }
        });
    };
    view! {
        <div class="dialog-text">
            <p>"Records that have \u{201c}"{name}"\u{201d} get another value, or none."</p>
            <label class="form-row">
                <span>"Their value becomes"</span>
                <select data-first on:change=move |event| to.set(event_target_value(&event))>
                    <option value="">"Empty"</option>
                    {others
                        .into_iter()
                        .map(|(id, name)| view! { <option value=id.to_string()>{name}</option> })
                        .pieces()}
                </select>
            </label>
            {part(move || refused.get().map(|words| view! { <p class="form-wrong" role="alert">{words}</p> }))}
        </div>
        <div class="dialog-buttons">
            <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            <button type="button" class="button button-danger" on:click=delete>"Delete option"</button>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::listed;

    #[test]
    fn a_new_option_has_no_id_yet() {
        let sent = listed(&[(Some(1), "Gold".to_owned()), (None, "New".to_owned())]).written();
        assert_eq!(sent, r#"{"options":[{"id":1,"name":"Gold"},{"id":null,"name":"New"}]}"#);
    }
}
