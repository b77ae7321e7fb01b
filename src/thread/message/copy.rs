//! Copying links (M1): onto the clipboard, or, where there is none to be had, in a box to copy from by hand.

use crate::browser::{clipboard, history};
use crate::routes::Route;
use crate::ui::dialog::Dialog;
use crate::ui::live::{live, spawn};
use crate::ui::toast::{Toasts, use_toasts};
use leptos::html::Input;
use leptos::prelude::*;

/// Copies links and says so. Given by [`provide_copy_link`].
#[derive(Clone, Copy)]
pub struct CopyLink {
    toasts: Toasts,
    open: RwSignal<bool>,
    url: RwSignal<String>,
}

/// Makes copying available below; [`CopyLinkDialog`] has to be there too.
pub fn provide_copy_link() -> CopyLink {
    let copy = CopyLink { toasts: use_toasts(), open: RwSignal::new(false), url: RwSignal::new(String::new()) };
    provide_context(copy);
    copy
}

/// Call it at a component's top.
#[must_use]
pub fn use_copy_link() -> CopyLink {
    expect_context()
}

impl CopyLink {
    /// Copies the whole address of `route`.
    pub fn copy(self, route: Route) {
        let url = [history::origin(), route.href()].concat();
        self.text(url, "Link copied");
    }

    /// Copies `text` and says `done`.
    pub fn text(self, text: String, done: &'static str) {
        spawn(async move {
            if clipboard::write(&text).await {
                self.toasts.say(done);
            } else if self.url.try_set(text).is_none() {
                let _page_is_going = self.open.try_set(true);
            }
        });
    }
}

/// Shows the address when it could not be copied.
#[component]
pub fn CopyLinkDialog(copy: CopyLink) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    field.on_load(|field| {
        request_animation_frame(move || {
            let _cannot_focus = field.focus();
            field.select();
        });
    });
    view! {
        <Dialog open=copy.open title="Copy this link">
            <p class="dialog-text">"This browser does not let the page use the clipboard. The link is selected: copy it by hand."</p>
            <input class="dialog-field" type="text" readonly aria-label="Link" node_ref=field prop:value=live(move || copy.url.get())/>
            <div class="dialog-buttons">
                <button type="button" class="button" on:click=move |_| copy.open.set(false)>
                    "Done"
                </button>
            </div>
        </Dialog>
    }
}
