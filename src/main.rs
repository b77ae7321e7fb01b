//! The agents' app: a single page in WebAssembly. What it is made of is told in ARCHITECTURE.md; the folders are named
//! after what an agent sees.

mod api;
mod app;
mod browser;
mod details;
mod editor;
mod history;
mod keys;
mod list;
mod pages;
mod panes;
mod parts;
mod records;
mod routes;
mod session;
mod shell;
mod store;
mod theme;
mod thread;
mod ticket;
mod ui;
mod views;

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
