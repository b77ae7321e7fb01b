//! What follows the state, put behind one type for each kind of value. Leptos compiles its machinery anew for every
//! closure that stands in a view: a kilobyte of wasm each, which an agent fetches before seeing their mail. These cost
//! it once. Use them for whatever is in the page with the list.

use leptos::prelude::*;
use leptos::task::spawn_local;
use std::pin::Pin;

/// What is asked again and again. A boxed `Fn` would carry three ways to be called, each compiled anew for every closure.
trait Says<T> {
    fn say(&self) -> T;
}

impl<T, F: Fn() -> T> Says<T> for F {
    fn say(&self) -> T {
        self()
    }
}

type Value<T> = Box<dyn Says<T> + Send + Sync>;

/// A value in a view or an attribute.
#[must_use]
pub fn live<T: Send + Sync + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Signal<T> {
    boxed_live(Box::new(value))
}

fn boxed_live<T: Send + Sync + 'static>(value: Value<T>) -> Signal<T> {
    Signal::derive(move || value.say())
}

/// A piece of a view that is made anew when what it reads changes.
pub type Part = Box<dyn FnMut() -> AnyView + Send>;

/// A piece of a view; none is nothing.
#[must_use]
pub fn part<V: IntoAny + 'static>(view: impl Fn() -> Option<V> + Send + 'static) -> Part {
    boxed_part(Box::new(move || view().map_or_else(|| ().into_any(), IntoAny::into_any)))
}

fn boxed_part(view: Box<dyn Says<AnyView> + Send>) -> Part {
    Box::new(move || view.say())
}

/// Pieces one after the other, of one type whatever they are made of.
pub trait Pieces {
    fn pieces(self) -> AnyView;
}

impl<V: IntoAny, I: Iterator<Item = V>> Pieces for I {
    fn pieces(self) -> AnyView {
        self.map(IntoAny::into_any).collect::<Vec<_>>().into_any()
    }
}

/// A value that is worked out again only when what it reads changes, and told only when it differs.
#[must_use]
pub fn memo<T: Send + Sync + PartialEq + 'static>(value: impl Fn() -> T + Send + Sync + 'static) -> Memo<T> {
    boxed_memo(Box::new(value))
}

fn boxed_memo<T: Send + Sync + PartialEq + 'static>(value: Value<T>) -> Memo<T> {
    Memo::new(move |_| value.say())
}

/// Work to do now and whenever what it reads changes.
pub fn effect(work: impl Fn() + 'static) {
    boxed_effect(Box::new(work));
}

fn boxed_effect(work: Box<dyn Says<()>>) {
    Effect::new(move |_: Option<()>| work.say());
}

/// Starts `work`, which goes on by itself.
pub fn spawn(work: impl Future<Output = ()> + 'static) {
    let work: Pin<Box<dyn Future<Output = ()>>> = Box::pin(work);
    spawn_local(work);
}
