//! Signing in. What happens once somebody is signed in is [`crate::app`]'s business.

use crate::api;
use crate::ui::live::{effect, live, part, spawn};
use leptos::html::Input;
use leptos::prelude::*;
use samtal_model::wire::{Problem, SessionView};

/// The sign-in screen. `on_signed_in` is told who came in.
#[component]
pub fn SignInScreen(#[prop(into)] on_signed_in: Callback<SessionView>) -> impl IntoView {
    let email = RwSignal::new(String::new());
    let password = RwSignal::new(String::new());
    let busy = RwSignal::new(false);
    // Which field lacks something, and what stands above the form.
    let missing = RwSignal::new((false, false));
    let alert = RwSignal::new(None::<String>);
    let email_input = NodeRef::<Input>::new();
    let password_input = NodeRef::<Input>::new();
    let focus = |input: NodeRef<Input>| {
        if let Some(input) = input.get_untracked() {
            let _not_focusable = input.focus();
        }
    };
    effect(move || focus(email_input));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (who, secret) = (email.get_untracked(), password.get_untracked());
        missing.set((who.trim().is_empty(), secret.is_empty()));
        alert.set(None);
        match missing.get_untracked() {
            (true, _) => return focus(email_input),
            (_, true) => return focus(password_input),
            _ => {}
        }
        busy.set(true);
        spawn(async move {
            let answer = api::sign_in(who.trim().to_owned(), secret).await;
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match answer {
                Ok(session) => on_signed_in.run(session),
                Err(problem) => {
                    alert.set(Some(reason(&problem)));
                    if problem.code == "wrong_credentials" {
                        password.set(String::new());
                        focus(password_input);
                    }
                }
            }
        });
    };
    view! {
        <main class="session">
            <form class="session-card" aria-labelledby="session-title" novalidate on:submit=submit>
                <img class="session-mark" src="/favicon.svg" alt="" width="40" height="40"/>
                <h1 id="session-title">"Sign in to Samtal"</h1>
                <p class="session-lead">"Your team\u{2019}s inbox."</p>
                <div role="alert">
                    {part(move || alert.get().map(|text| view! { <p class="session-alert">{text}</p> }))}
                </div>
                <Field
                    id="session-email" label="Email" kind="email" autocomplete="username" value=email node=email_input
                    error=live(move || missing.get().0.then_some("Enter your email address."))
                />
                <Field
                    id="session-password" label="Password" kind="password" autocomplete="current-password" value=password
                    node=password_input
                    error=live(move || missing.get().1.then_some("Enter your password."))
                />
                <button class="session-submit" type="submit" aria-disabled=live(move || busy.get().to_string())>
                    {live(move || if busy.get() { "Signing in\u{2026}" } else { "Sign in" })}
                </button>
            </form>
        </main>
    }
}

/// One labelled field with what is wrong with it underneath.
#[component]
fn Field(
    id: &'static str,
    label: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    value: RwSignal<String>,
    node: NodeRef<Input>,
    error: Signal<Option<&'static str>>,
) -> impl IntoView {
    let error_id = [id, "-error"].concat();
    view! {
        <div class="session-field">
            <label for=id>{label}</label>
            <input
                id=id
                type=kind
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                node_ref=node
                aria-invalid=live(move || error.get().is_some().to_string())
                aria-describedby=error_id.clone()
                prop:value=live(move || value.get())
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="session-error" id=error_id>{live(move || error.get())}</p>
        </div>
    }
}

/// What to say of a refusal.
fn reason(problem: &Problem) -> String {
    match problem.code.as_str() {
        api::OFFLINE => "The server cannot be reached. Check your connection and try again.".into(),
        _ => problem.detail.clone(),
    }
}
