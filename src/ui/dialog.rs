//! Modal questions, on the browser's own `<dialog>`, which keeps the focus inside and gives it back.

use crate::browser::float;
use crate::ui::live::part;
use leptos::html::Dialog as DialogElement;
use leptos::prelude::*;

/// A modal box named `title`. It is in the page only while `open`; closing it, by Esc too, sets `open` to false.
#[component]
pub fn Dialog(open: RwSignal<bool>, #[prop(into)] title: Signal<String>, children: ChildrenFn) -> impl IntoView {
    let children = StoredValue::new(children);
    part(move || {
        open.get().then(|| view! { <OpenDialog open title>{children.with_value(|children| children())}</OpenDialog> })
    })
}

#[component]
fn OpenDialog(open: RwSignal<bool>, title: Signal<String>, children: Children) -> impl IntoView {
    let dialog = NodeRef::<DialogElement>::new();
    dialog.on_load(|dialog| {
        // In the page from the next frame on; only then it can open.
        request_animation_frame(move || {
            let _open_already = dialog.show_modal();
            if let Some(first) = float::all(&dialog, "[data-first]").first() {
                float::focus_quietly(first);
            }
        });
    });
    view! {
        <dialog
            class="dialog"
            node_ref=dialog
            aria-label=title
            on:close=move |_| open.set(false)
            // What is pressed in it is not for the page behind.
            on:keydown=move |event| event.stop_propagation()
        >
            <h2 class="dialog-title">{title}</h2>
            {children()}
        </dialog>
    }
}

/// Asks before something that cannot be taken back. The words say what is lost; "Cancel" has the focus.
#[component]
pub fn Confirm(
    open: RwSignal<bool>,
    #[prop(into)] title: Signal<String>,
    /// The button that does it.
    #[prop(into)]
    verb: Signal<String>,
    #[prop(into)] on_confirm: Callback<()>,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    view! {
        <Dialog open title>
            <div class="dialog-text">{children.with_value(|children| children())}</div>
            <div class="dialog-buttons">
                <button type="button" class="button" data-first on:click=move |_| open.set(false)>
                    "Cancel"
                </button>
                <button
                    type="button"
                    class="button button-danger"
                    on:click=move |_| {
                        open.set(false);
                        on_confirm.run(());
                    }
                >
                    {verb}
                </button>
            </div>
        </Dialog>
    }
}
