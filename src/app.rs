//! The app as a whole: who is here, and which screen they see.

use crate::api;
use crate::browser::{history, when};
use crate::parts::{Desk, fetch_sign_in, provide_desk};
use crate::routes::{Nav, Route, provide_nav};
use crate::shell::Shell;
use crate::store::{self, Store};
use crate::theme;
use crate::ui::live::{effect, part, spawn};
use crate::ui::toast::{Toasts, provide_toasts};
use leptos::prelude::*;
use samtal_model::wire::{Problem, SessionView};

/// Who is here.
#[derive(Clone)]
enum Session {
    /// Asked, not answered yet.
    Loading,
    Guest,
    SignedIn(Store),
    /// The server gave no answer.
    Unknown(Problem),
}

/// The root.
#[component]
pub fn App() -> impl IntoView {
    let nav = provide_nav();
    theme::show();
    when::provide_clock();
    let toasts = provide_toasts();
    let session = RwSignal::new(Session::Loading);
    let desk = provide_desk();
    let enter = move |view: SessionView| {
        session.set(Session::SignedIn(store::open(view)));
    };
    let ask = move || {
        spawn(async move {
            match api::who().await {
                Ok(Some(view)) => enter(view),
                Ok(None) => session.set(Session::Guest),
                Err(problem) => session.set(Session::Unknown(problem)),
            }
        });
    };
    ask();
    keep_address(nav, session);
    follow_when_here(desk, session, toasts);
    view! {
        {part(move || Some(match session.get() {
            Session::Loading => ().into_any(),
            Session::Guest => {
                let screen = fetch_sign_in(desk);
                part(move || screen.get().map(|screen| screen(Callback::new(enter)))).into_any()
            }
            Session::SignedIn(store) => {
                provide_context(store);
                view! { <Shell/> }.into_any()
            }
            Session::Unknown(problem) => view! { <Unreachable problem retry=Callback::new(move |()| ask())/> }.into_any(),
        }))}
        {part(move || desk.get().map(|parts| (parts.overlays)()))}
        {part(move || desk.missing().get().then(|| view! { <PartMissing/> }))}
    }
}

/// The feed goes on from where the session began, however late its code comes.
fn follow_when_here(desk: Desk, session: RwSignal<Session>, toasts: Toasts) {
    Effect::new(move |following: Option<bool>| match (desk.get(), &*session.read()) {
        (Some(parts), Session::SignedIn(store)) => {
            if following != Some(true) {
                (parts.follow)(*store, toasts);
            }
            true
        }
        _ => false,
    });
}

/// A guest stands at the sign-in, with the way back in its address; who has signed in goes that way.
fn keep_address(nav: Nav, session: RwSignal<Session>) {
    effect(move || {
        let route = nav.route().get();
        match (&*session.read(), route) {
            (Session::Guest, Route::SignIn { .. }) => {}
            (Session::Guest, Route::Home | Route::Unknown) => nav.replace(Route::SignIn { next: None }),
            (Session::Guest, route) => nav.replace(Route::SignIn { next: Some(route.href()) }),
            (Session::SignedIn(_), Route::SignIn { next }) => {
                nav.replace(next.map_or(Route::Home, |next| Route::parse(&next)));
            }
            _ => {}
        }
    });
}

/// A file of the app did not come: a newer version has taken its place, or the network is down.
#[component]
fn PartMissing() -> impl IntoView {
    view! {
        <p class="part-missing" role="alert">
            "A part of the app could not be loaded. "
            <button type="button" class="button" on:click=move |_| history::load(&history::address())>
                "Reload"
            </button>
        </p>
    }
}

#[component]
fn Unreachable(problem: Problem, retry: Callback<()>) -> impl IntoView {
    crate::browser::page::wake_styles();
    view! {
        <main class="session">
            <div class="session-card">
                <h1>"Samtal cannot be reached"</h1>
                <p class="session-alert" role="alert">{problem.detail}</p>
                <button type="button" class="session-submit" on:click=move |_| retry.run(())>
                    "Try again"
                </button>
            </div>
        </main>
    }
}
