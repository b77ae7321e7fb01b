//! Everything that touches the browser itself: addresses, storage, frames, dates, tabs. It knows nothing of the domain.

pub mod abort;
pub mod clipboard;
pub mod embed;
pub mod float;
pub mod frame;
pub mod highlight;
pub mod history;
pub mod json;
pub mod keep;
pub mod media;
pub mod page;
pub mod scroll;
pub mod tabs;
pub mod text;
pub mod when;
