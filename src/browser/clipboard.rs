//! The clipboard, where it can be had.

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlTextAreaElement};

/// Puts `text` on the clipboard: by the Clipboard API, else (plain HTTP, permission denied) by the old command.
/// False where neither is allowed.
pub async fn write(text: &str) -> bool {
    if modern(text).await {
        return true;
    }
    old(text)
}

async fn modern(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    let navigator: JsValue = window().navigator().into();
    // Missing in some embedded browsers, where the typed getter would give a broken object.
    if !js_sys::Reflect::has(&navigator, &"clipboard".into()).unwrap_or(false) {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}

fn old(text: &str) -> bool {
    let page = document();
    let Ok(element) = page.create_element("textarea") else { return false };
    let area: HtmlTextAreaElement = element.unchecked_into();
    area.set_value(text);
    area.set_read_only(true);
    area.set_class_name("offscreen");
    let focused: Option<HtmlElement> = page.active_element().and_then(|element| element.dyn_into().ok());
    // Inside an open dialog nothing outside it can be selected.
    let home = page.query_selector("dialog[open]").ok().flatten().or_else(|| page.body().map(Into::into));
    let Some(home) = home else { return false };
    if home.append_child(&area).is_err() {
        return false;
    }
    area.select();
    let done = page.dyn_ref::<web_sys::HtmlDocument>().and_then(|page| page.exec_command("copy").ok()).unwrap_or(false);
    area.remove();
    if let Some(focused) = focused {
        super::float::focus_quietly(&focused);
    }
    done
}
