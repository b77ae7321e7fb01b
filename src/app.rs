//! The app as a whole: who is here, and which screen they see.

use crate::api;
use crate::browser::when;
use crate::routes::{Nav, Route, provide_nav};
use crate::session::SignInScreen;
use crate::shell::Shell;
use crate::store::{self, Notice, Store};
use crate::theme;
use crate::ui::toast::{ToastHost, provide_toasts};
use crate::ui::tooltip::TooltipHost;
use leptos::prelude::*;
use leptos::task::spawn_local;
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
    let enter = move |view: SessionView| {
        let store = store::open(view);
        store.on_notice(move |notice| match notice {
            Notice::Done(text) => toasts.say(text),
            Notice::Undoable(text, undo) => toasts.offer(text, "Undo", undo),
            Notice::Bad(text) => toasts.warn(text),
        });
        session.set(Session::SignedIn(store));
    };
    let ask = move || {
        spawn_local(async move {
            match api::who().await {
                Ok(Some(view)) => enter(view),
                Ok(None) => session.set(Session::Guest),
                Err(problem) => session.set(Session::Unknown(problem)),
            }
        });
    };
    ask();
    keep_address(nav, session);
    view! {
        {move || match session.get() {
            Session::Loading => ().into_any(),
            Session::Guest => view! { <SignInScreen on_signed_in=Callback::new(enter)/> }.into_any(),
            Session::SignedIn(store) => {
                provide_context(store);
                view! { <Shell/> }.into_any()
            }
            Session::Unknown(problem) => view! { <Unreachable problem retry=Callback::new(move |()| ask())/> }.into_any(),
        }}
        <ToastHost/>
        <TooltipHost/>
    }
}

/// A guest stands at the sign-in, with the way back in its address; who has signed in goes that way.
fn keep_address(nav: Nav, session: RwSignal<Session>) {
    Effect::new(move |_| {
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

#[component]
fn Unreachable(problem: Problem, retry: Callback<()>) -> impl IntoView {
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
