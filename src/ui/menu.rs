//! A button that opens a menu: arrows move, letters jump, Esc closes and gives the focus back.

use super::icon::{Glyph, Icon};
use super::live::{Part, Pieces, effect, live, part};
use crate::browser::float::{self, Side};
use crate::browser::text;
use leptos::ev::KeyboardEvent;
use leptos::html::{Button, Div};
use leptos::prelude::*;
use leptos::tachys::html::node_ref::NodeRefContainer;
use leptos::web_sys::Element;

/// One thing to do.
#[derive(Clone)]
pub struct MenuItem {
    glyph: Glyph,
    label: String,
    danger: bool,
    what: What,
}

#[derive(Clone)]
enum What {
    Run(Callback<()>),
    Download(String),
}

impl MenuItem {
    /// An item that runs something.
    pub fn run(glyph: Glyph, label: impl Into<String>, run: impl Fn() + Send + Sync + 'static) -> Self {
        Self::new(glyph, label.into(), What::Run(Callback::new(move |()| run())))
    }

    /// An item that downloads from `url`.
    pub fn download(glyph: Glyph, label: impl Into<String>, url: String) -> Self {
        Self::new(glyph, label.into(), What::Download(url))
    }

    fn new(glyph: Glyph, label: String, what: What) -> Self {
        Self { glyph, label, danger: false, what }
    }

    /// It destroys something.
    #[must_use]
    pub fn danger(self) -> Self {
        Self { danger: true, ..self }
    }
}

/// A button's accessible name: one that stays costs nothing to keep.
#[derive(Clone, Copy)]
pub enum Label {
    Fixed(&'static str),
    Live(Signal<String>),
}

impl From<&'static str> for Label {
    fn from(label: &'static str) -> Self {
        Self::Fixed(label)
    }
}

impl From<Signal<String>> for Label {
    fn from(label: Signal<String>) -> Self {
        Self::Live(label)
    }
}

impl Label {
    fn fixed(self) -> Option<&'static str> {
        match self {
            Self::Fixed(label) => Some(label),
            Self::Live(_) => None,
        }
    }

    fn now(self) -> String {
        match self {
            Self::Fixed(label) => label.to_owned(),
            Self::Live(label) => label.get_untracked(),
        }
    }

    fn keep_on(self, button: NodeRef<Button>) {
        if let Self::Live(label) = self {
            Effect::new(move |_| {
                if let Some(button) = button.get() {
                    float::name(&button, &label.get());
                }
            });
        }
    }
}

/// What draws open menus. It may come later than the buttons: the list's own are there at once.
pub type Body = fn(Opened) -> AnyView;

/// Where [`Body`] is put when it is here.
#[derive(Clone, Copy)]
pub struct MenuBody(RwSignal<Option<Body>>);

/// Makes menus work below, once [`MenuBody::is`] has been called.
pub fn provide_menus() -> MenuBody {
    let body = MenuBody(RwSignal::new(None));
    provide_context(body);
    body
}

impl MenuBody {
    /// Here it is.
    pub fn is(self, body: Body) {
        self.0.set(Some(body));
    }
}

/// An open menu and its button.
#[derive(Clone, Copy)]
pub struct Opened {
    label: Label,
    items: Callback<(), Vec<MenuItem>>,
    side: Side,
    button: NodeRef<Button>,
    open: RwSignal<bool>,
    /// The last item gets the focus, not the first.
    from_end: StoredValue<bool>,
}

/// A button and its menu. `items` is asked each time it opens, so a closed menu costs one button.
#[component]
pub fn Menu(
    /// The button's accessible name.
    #[prop(into)]
    label: Label,
    #[prop(into)] items: Callback<(), Vec<MenuItem>>,
    /// Classes of the button.
    #[prop(default = "icon-button")]
    class: &'static str,
    #[prop(default = Side::End)] side: Side,
    /// What the button shows.
    children: Children,
) -> impl IntoView {
    let button = NodeRef::<Button>::new();
    let open = RwSignal::new(false);
    let from_end = StoredValue::new(false);
    let pressed_while_open = StoredValue::new(false);
    let MenuBody(body) = expect_context();
    label.keep_on(button);
    let show = move |last: bool| {
        from_end.set_value(last);
        open.set(true);
    };
    view! {
        <button
            type="button"
            class=class
            node_ref=button
            aria-label=label.fixed()
            data-tip=label.fixed()
            aria-haspopup="menu"
            aria-expanded=live(move || if open.get() { "true" } else { "false" })
            on:pointerdown=move |_| pressed_while_open.set_value(open.get_untracked())
            on:click=move |_| {
                // The press itself has closed an open menu already.
                if pressed_while_open.get_value() {
                    pressed_while_open.set_value(false);
                } else {
                    show(false);
                }
            }
            on:keydown=move |event| {
                let last = event.key() == "ArrowUp";
                if last || event.key() == "ArrowDown" {
                    event.prevent_default();
                    event.stop_propagation();
                    show(last);
                }
            }
        >
            {children()}
        </button>
        {part(move || {
            // A closed menu is not in the page at all: a thread has hundreds.
            let body = if open.get() { body.get() } else { None };
            body.map(|body| body(Opened { label, items, side, button, open, from_end }))
        })}
    }
}

/// A menu for many buttons that are written into a text, one of them open at a time.
#[derive(Clone, Copy)]
pub struct SharedMenu {
    opened: Opened,
    /// The button that was pressed while its menu was open: the press has closed it already.
    pressed: StoredValue<bool>,
}

impl SharedMenu {
    /// `items` is asked each time it opens.
    #[must_use]
    pub fn new(label: &'static str, items: Callback<(), Vec<MenuItem>>) -> Self {
        let (button, open, from_end) = (NodeRef::<Button>::new(), RwSignal::new(false), StoredValue::new(false));
        effect(move || {
            let expanded = if open.get() { "true" } else { "false" };
            if let Some(button) = button.get_untracked() {
                float::set(&button, "aria-expanded", expanded);
            }
        });
        let opened = Opened { label: label.into(), items, side: Side::End, button, open, from_end };
        Self { opened, pressed: StoredValue::new(false) }
    }

    /// A press on `button` began.
    pub fn press_began(self, button: &Element) {
        let same = self.opened.button.get_untracked().is_some_and(|now| **now == *button);
        self.pressed.set_value(same && self.opened.open.get_untracked());
    }

    /// Opens it beside `button`, or leaves it closed where this press has closed it.
    pub fn toggle(self, button: &Element) {
        if self.pressed.get_value() {
            self.pressed.set_value(false);
        } else {
            self.show(button, false);
        }
    }

    /// Opens it beside `button` with its first item focused, or its last.
    pub fn show(self, button: &Element, last: bool) {
        let Opened { button: anchor, open, from_end, .. } = self.opened;
        anchor.load(button);
        from_end.set_value(last);
        open.set(true);
    }

    /// Where it is drawn.
    #[must_use]
    pub fn view(self) -> Part {
        part(move || self.opened.open.get().then(|| body(self.opened)))
    }
}

/// The menu itself.
#[must_use]
pub fn body(opened: Opened) -> AnyView {
    let Opened { label, items, side, button, open, from_end } = opened;
    let popover = NodeRef::<Div>::new();
    popover.on_load(move |popover| {
        // The items are in the page from the next frame on.
        request_animation_frame(move || {
            let Some(button) = button.get_untracked() else { return };
            float::show_beside(&popover, &button, side);
            let items = float::all(&popover, "[role=menuitem]");
            if let Some(item) = if from_end.get_value() { items.last() } else { items.first() } {
                float::focus_quietly(item);
            }
        });
    });
    let close = move || {
        if let Some(popover) = popover.get_untracked() {
            float::hide(&popover);
        }
        open.set(false);
        if let Some(button) = button.get_untracked() {
            float::focus_quietly(&button);
        }
    };
    view! {
        <div
            class="menu"
            node_ref=popover
            popover="auto"
            role="menu"
            aria-label=label.now()
            on:toggle=move |event| {
                if float::closest(&event, ":popover-open").is_none() {
                    open.set(false);
                }
            }
            on:keydown=move |event| {
                event.stop_propagation();
                match event.key().as_str() {
                    "Escape" | "Tab" => {
                        event.prevent_default();
                        close();
                    }
                    _ => move_focus(popover, &event),
                }
            }
        >
            {items
                .run(())
                .into_iter()
                .map(|item| item_view(item, Callback::new(move |()| close())))
                .pieces()}
        </div>
    }
    .into_any()
}

fn item_view(item: MenuItem, close: Callback<()>) -> AnyView {
    let MenuItem { glyph, label, danger, what } = item;
    let inside = view! {
        <Icon glyph/>
        <span class="menu-label">{label}</span>
    };
    match what {
        What::Run(run) => view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                class="menu-item"
                class:menu-item-danger=danger
                on:click=move |_| {
                    close.run(());
                    run.run(());
                }
            >
                {inside}
            </button>
        }
        .into_any(),
        What::Download(url) => view! {
            <a
                role="menuitem"
                tabindex="-1"
                class="menu-item"
                href=url
                download=""
                // The router must not take it for one of its own.
                rel="external"
                on:click=move |_| close.run(())
            >
                {inside}
            </a>
        }
        .into_any(),
    }
}

/// Arrows, Home, End, and the first letter of a label.
fn move_focus(popover: NodeRef<Div>, event: &KeyboardEvent) {
    let Some(popover) = popover.get_untracked() else { return };
    let items = float::all(&popover, "[role=menuitem]");
    let focused = float::focused();
    let at = items.iter().position(|item| Some(item) == focused.as_ref());
    let labels: Vec<String> = items.iter().map(|item| text::lower(&item.text_content().unwrap_or_default())).collect();
    let key = event.key();
    let key = if key.chars().count() == 1 { text::lower(&key) } else { key };
    if let Some(next) = next_index(&labels, at, &key) {
        event.prevent_default();
        float::focus_quietly(&items[next]);
    }
}

/// Where `key` leads from `at` among items with these labels; letters of both are small.
fn next_index(labels: &[String], at: Option<usize>, key: &str) -> Option<usize> {
    let count = labels.len();
    if count == 0 {
        return None;
    }
    match key {
        "ArrowDown" => Some(at.map_or(0, |at| (at + 1) % count)),
        "ArrowUp" => Some(at.map_or(count - 1, |at| (at + count - 1) % count)),
        "Home" => Some(0),
        "End" => Some(count - 1),
        _ => {
            let letter = key.chars().next().filter(|letter| key.len() == letter.len_utf8() && *letter != ' ')?;
            let from = at.map_or(0, |at| at + 1);
            (0..count).map(|step| (from + step) % count).find(|index| {
                let first = labels[*index].trim_start().chars().next();
                first == Some(letter)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::next_index;

    #[test]
    fn arrows_go_round_and_letters_jump() {
        let labels = ["copy link", "hide message", "copy text"].map(String::from);
        for (at, key, wanted) in [
            (None, "ArrowDown", Some(0)),
            (Some(2), "ArrowDown", Some(0)),
            (Some(0), "ArrowUp", Some(2)),
            (Some(1), "Home", Some(0)),
            (Some(1), "End", Some(2)),
            (Some(0), "c", Some(2)),
            (Some(2), "c", Some(0)),
            (Some(0), "h", Some(1)),
            (Some(0), "x", None),
            (Some(0), "Enter", None),
            (Some(0), " ", None),
        ] {
            assert_eq!(next_index(&labels, at, key), wanted, "{at:?} {key}");
        }
        assert_eq!(next_index(&[], None, "ArrowDown"), None);
    }
}
