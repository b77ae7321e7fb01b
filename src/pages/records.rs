//! The lists of contacts, companies, deals and objects, with a search whose words stand in the address.

mod new;

use crate::api::known as api;
use crate::browser::{frame, page as window, when};
use crate::pages::record::words;
use crate::pages::top::Top;
use crate::records::{self, property};
use crate::routes::page::{Kind, Page, Wanted};
use crate::routes::use_nav;
use crate::store::known::{self, Thing, record_kind};
use crate::store::{News, Store, use_store};
use crate::ui::dialog::Dialog;
use crate::ui::each::Each;
use crate::ui::icon::{Glyph, Icon};
use crate::ui::live::{Pieces, effect, live, memo, part, spawn};
use leptos::prelude::*;
use new::NewRecord;
use samtal_model::wire::Problem;

/// Records read at once.
const PAGE: usize = 50;
/// How long after a change the list is read again, in milliseconds: changes come in flocks.
const SOON_MS: u64 = 150;

/// What is read of a list; a handle that can be copied.
#[derive(Clone, Copy)]
struct Listed {
    store: Store,
    kind: Kind,
    of: known::Kind,
    wanted: Memo<Wanted>,
    ids: RwSignal<Vec<i64>>,
    next: RwSignal<Option<String>>,
    here: RwSignal<bool>,
    failure: RwSignal<Option<String>>,
    /// The last reading; an older one that comes late says nothing.
    turn: StoredValue<u32>,
    soon: StoredValue<bool>,
}

/// What a page is read for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// Another question.
    Anew,
    /// The same question: what is further down stays as it is.
    Again,
    /// What comes after this.
    More(String),
}

impl Listed {
    fn read(self, why: Why) {
        let wanted = self.wanted.get_untracked();
        let turn = self.turn.try_update_value(|turn| {
            *turn += 1;
            *turn
        });
        spawn(async move {
            let cursor = if let Why::More(cursor) = &why { Some(cursor.as_str()) } else { None };
            let answer = api::records_of(self.kind.slug(), &wanted.query(), cursor, PAGE).await;
            if turn.is_some() && self.turn.try_get_value() == turn {
                self.take(why, answer);
            }
        });
    }

    fn take(self, why: Why, answer: Result<samtal_model::json::Json, Problem>) {
        let page = match answer {
            Ok(page) => Thing::new(page),
            Err(problem) => {
                if let Why::More(cursor) = why {
                    self.next.set(Some(cursor));
                }
                return self.failure.set(Some(problem.detail));
            }
        };
        self.failure.set(None);
        let items = page.things("items");
        let found: Vec<i64> = items.iter().map(Thing::id).collect();
        let next = page.at("next_cursor").text().map(ToOwned::to_owned);
        let before = self.ids.get_untracked();
        let end = found.last().and_then(|last| before.iter().position(|id| id == last)).map(|at| at + 1);
        let further = match (&why, end) {
            (Why::Again, Some(end)) if next.is_some() && end < before.len() => &before[end..],
            _ => &[],
        };
        let new = |id: &&i64| !found.contains(id);
        let kept = if matches!(why, Why::More(_)) { &before[..] } else { &[] };
        if further.is_empty() {
            self.next.set(next);
        }
        let ids = kept.iter().filter(new).chain(&found).chain(further.iter().filter(new));
        // First what is listed: of what is, nobody hears that it came.
        self.ids.set(ids.copied().collect());
        self.store.take_things(self.of, items);
        self.here.set(true);
    }

    /// A record that is not here may belong here, or the other way round.
    fn read_soon(self) {
        if self.soon.get_value() {
            return;
        }
        self.soon.set_value(true);
        frame::after(SOON_MS, move || {
            if self.soon.try_set_value(false).is_none() {
                self.read(Why::Again);
            }
        });
    }

    /// Whether what changed moves the list. What was just read says nothing new.
    fn concerns(self, id: i64) -> bool {
        let listed = self.ids.with_untracked(|ids| ids.contains(&id));
        let now = self.store.thing(self.of, id).get_untracked();
        let fits = now.is_some_and(|it| {
            let wanted = self.wanted.get_untracked();
            it.at("trashed_at").text().is_some() == wanted.trash
                && it.at("merged_into").int().is_none()
                && wanted.object_type.is_none_or(|of| it.int("object_type_id") == Some(of))
        });
        listed != fits
    }
}

/// The page of one kind; `page` says what of it is asked for.
#[component]
pub fn Records(kind: Kind, page: Memo<Option<Page>>) -> AnyView {
    let (store, nav) = (use_store(), use_nav());
    let Some(of) = record_kind(kind.word()) else { return ().into_any() };
    let wanted = Memo::new(move |last: Option<&Wanted>| match page.get() {
        Some(Page::Records(now, wanted)) if now == kind => wanted,
        // While another page takes its place it shows what it showed.
        _ => last.cloned().unwrap_or_default(),
    });
    let list = Listed {
        store,
        kind,
        of,
        wanted,
        ids: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        here: RwSignal::new(false),
        failure: RwSignal::new(None),
        turn: StoredValue::new(0),
        soon: StoredValue::new(false),
    };
    effect(move || {
        wanted.track();
        list.read(Why::Anew);
    });
    store.on_known(move |changed, ids| {
        if changed == of && list.here.get_untracked() && ids.iter().any(|id| list.concerns(*id)) {
            list.read_soon();
        }
    });
    store.on_news(move |news| {
        if matches!(news, News::Reread) {
            list.read_soon();
        }
    });
    let object_type = memo(move || wanted.with(|wanted| wanted.object_type));
    let trash = memo(move || wanted.with(|wanted| wanted.trash));
    let names = memo(move || object_type.get().and_then(|id| words::type_names(store, id)));
    let one = live(move || names.get().map_or_else(|| words::noun(kind).to_owned(), |(one, _)| one));
    let title = live(move || names.get().map_or_else(|| words::several(kind).to_owned(), |(_, several)| several));
    window::title(move || [&title.get(), " \u{2013} Samtal"].concat());
    let making = RwSignal::new(false);
    let search = move |event| {
        let q = event_target_value(&event);
        nav.replace(Page::Records(kind, Wanted { q, ..wanted.get_untracked() }).route());
    };
    let placeholder = match kind {
        Kind::Contact => "Name, address or company",
        Kind::Company => "Name or domain",
        Kind::Deal | Kind::Object => "Name",
    };
    // Of objects it has to be said which.
    let can_make = memo(move || kind != Kind::Object || object_type.get().is_some());
    let new = live(move || ["New ", &one.get()].concat());
    let other_side = live(move || {
        let trash = !trash.get();
        Page::Records(kind, Wanted { q: String::new(), object_type: object_type.get(), trash }).href()
    });
    view! {
        <main class="page sheet">
            <Top title>
                {part(move || {
                    can_make.get().then(|| {
                        view! { <button type="button" class="button button-main" on:click=move |_| making.set(true)>{new}</button> }
                    })
                })}
            </Top>
            <Tabs kind object_type/>
            <div class="records-bar" role="search">
                <input
                    class="records-search"
                    type="search"
                    autocomplete="off"
                    aria-label=live(move || ["Search ", &title.get()].concat())
                    placeholder=placeholder
                    prop:value=live(move || wanted.with(|wanted| wanted.q.clone()))
                    on:input=search
                />
                <a class="button button-quiet" href=other_side>
                    <Icon glyph=Glyph::Trash/>
                    {live(move || if trash.get() { "Leave Trash" } else { "Trash" })}
                </a>
            </div>
            <Table list title/>
        </main>
        <Dialog open=making title=new>
            <NewRecord kind object_type=object_type.get_untracked() open=making/>
        </Dialog>
    }
    .into_any()
}

/// The kinds, as links.
#[component]
fn Tabs(kind: Kind, object_type: Memo<Option<i64>>) -> AnyView {
    let store = use_store();
    let tabs = memo(move || {
        let fixed =
            [Kind::Contact, Kind::Company, Kind::Deal].map(|kind| (kind, None, words::several(kind).to_owned()));
        let types = store.all(known::Kind::ObjectType).unwrap_or_default();
        let own = types.into_iter().map(|it| (Kind::Object, Some(it.id()), it.text("plural").to_owned()));
        fixed.into_iter().chain(own).collect::<Vec<_>>()
    });
    let tab = move |(of, of_type, name): (Kind, Option<i64>, String)| {
        let href = Page::Records(of, Wanted { object_type: of_type, ..Wanted::default() }).href();
        let current = live(move || (of == kind && of_type == object_type.get()).then_some("page"));
        view! { <li><a href=href aria-current=current>{name}</a></li> }
    };
    view! {
        <nav class="page-tabs" aria-label="Kinds of records">
            <ul>{part(move || Some(tabs.get().into_iter().map(tab).pieces()))}</ul>
        </nav>
    }
    .into_any()
}

#[component]
fn Table(list: Listed, title: Signal<String>) -> AnyView {
    let Listed { store, kind, wanted, .. } = list;
    let columns = memo(move || {
        let all = words::of_kind(store.all(known::Kind::Property).unwrap_or_default(), kind, None);
        all.into_iter().filter(|it| it.is("built_in") && it.text("key") != "name").collect::<Vec<_>>()
    });
    let none = memo(move || list.here.get() && list.ids.read().is_empty());
    let more = memo(move || list.next.read().is_some());
    let go_on = move || {
        // Taken out, so that it is asked for once.
        if let Some(cursor) = list.next.try_update(Option::take).flatten() {
            list.read(Why::More(cursor));
        }
    };
    let scrolled = move |event: leptos::ev::Event| {
        if crate::browser::scroll::is_near_end(&event) {
            go_on();
        }
    };
    let empty = move || {
        let wanted = wanted.get();
        match (wanted.q.is_empty(), wanted.trash) {
            (false, _) => ["Nothing here by \u{201c}", &wanted.q, "\u{201d}."].concat(),
            (true, true) => "Nothing is in Trash.".to_owned(),
            (true, false) => "None yet.".to_owned(),
        }
    };
    view! {
        // Whoever scrolls by keys can reach it.
        <div class="records-scroll" tabindex="0" role="region" aria-label=title on:scroll=scrolled>
            <table class="records">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        {part(move || {
                            let heading = |it: Thing| view! { <th scope="col">{property::name(&it)}</th> };
                            Some(columns.get().into_iter().map(heading).pieces())
                        })}
                        <th scope="col">"Created"</th>
                    </tr>
                </thead>
                <tbody>
                    <Each each=move || list.ids.get() key=|id| *id let:id>
                        {row(list, columns, id)}
                    </Each>
                </tbody>
            </table>
            {part(move || none.get().then(|| view! { <p class="records-none">{live(empty)}</p> }))}
            {part(move || list.failure.get().map(|words| view! { <p class="form-wrong" role="alert">{words}</p> }))}
            {part(move || {
                more.get().then(|| {
                    view! {
                        <button type="button" class="button button-quiet" on:click=move |_| go_on()>"Show more"</button>
                    }
                })
            })}
        </div>
    }
    .into_any()
}

fn row(list: Listed, columns: Memo<Vec<Thing>>, id: i64) -> AnyView {
    let shown = list.store.thing(list.of, id);
    let record = memo(move || shown.get());
    let name = live(move || record.with(|it| it.as_ref().map(records::name).unwrap_or_default()));
    let created = memo(move || record.with(|it| it.as_ref().and_then(|it| it.moment("created_at"))));
    let cell = move |property: Thing| {
        let value =
            live(move || record.with(|it| it.as_ref().map(|it| words::value(it, &property)).unwrap_or_default()));
        view! { <td dir="auto">{value}</td> }
    };
    view! {
        <tr>
            <th scope="row"><a dir="auto" href=Page::Record(list.kind, id).href()>{name}</a></th>
            {part(move || Some(columns.get().into_iter().map(cell).pieces()))}
            <td>{part(move || {
                created.get().map(|at| {
                    let day = when::short(at.0, frame::now_ms());
                    view! { <time datetime=at.to_rfc3339() title=when::long(at.0)>{day}</time> }
                })
            })}</td>
        </tr>
    }
    .into_any()
}
