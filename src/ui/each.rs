//! A list whose rows stay in the page while their keys stay. Leptos compiles its own anew for every kind of row, ten
//! kilobytes each; this is one for all of them.

use leptos::prelude::*;

/// What a row is known by among its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    Number(i64),
    Words(String),
}

impl From<i64> for Key {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<String> for Key {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

type Row = (Key, Box<dyn FnOnce() -> AnyView + Send>);

/// `each` row in order; one whose `key` was there before is moved, not made anew.
#[component]
pub fn Each<T: Send + 'static, K: Into<Key> + 'static, V: IntoAny + 'static>(
    each: impl Fn() -> Vec<T> + Send + 'static,
    key: impl Fn(&T) -> K + Send + 'static,
    children: impl Fn(T) -> V + Clone + Send + 'static,
) -> AnyView {
    rows(Box::new(move || {
        let row = |it: T| -> Row {
            let children = children.clone();
            (key(&it).into(), Box::new(move || children(it).into_any()))
        };
        each().into_iter().map(row).collect()
    }))
}

fn rows(all: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each=all key=|(key, _)| key.clone() children=|(_, row)| row()/> }.into_any()
}
