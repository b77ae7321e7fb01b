//! JSON by the browser's own parser.

use js_sys::{Array, JSON, Object};
use samtal_model::json::Json;
use wasm_bindgen::{JsCast, JsValue};

/// Reads a text; none if it is not JSON.
#[must_use]
pub fn parse(text: &str) -> Option<Json> {
    JSON::parse(text).ok().map(|value| tree(&value))
}

fn tree(value: &JsValue) -> Json {
    if let Some(text) = value.as_string() {
        return Json::Text(text);
    }
    if let Some(number) = value.as_f64() {
        return Json::Int(number as i64);
    }
    if let Some(yes) = value.as_bool() {
        return Json::Bool(yes);
    }
    if let Some(items) = value.dyn_ref::<Array>() {
        return Json::List((0..items.length()).map(|index| tree(&items.get(index))).collect());
    }
    let Some(object) = value.dyn_ref::<Object>() else { return Json::Null };
    let entries = Object::entries(object);
    let mut fields = Vec::with_capacity(entries.length() as usize);
    for index in 0..entries.length() {
        let entry: Array = entries.get(index).unchecked_into();
        fields.push((entry.get(0).as_string().unwrap_or_default(), tree(&entry.get(1))));
    }
    Json::Fields(fields)
}
