//! Parts of the interface that know nothing of mail, people or conversations: what they show is handed to them.

pub mod avatar;
pub mod button;
pub mod dialog;
pub mod each;
pub mod field;
pub mod form;
pub mod icon;
pub mod live;
pub mod markup;
pub mod menu;
pub mod picker;
pub mod pop;
pub mod shown;
pub mod sorted;
pub mod toast;
pub mod tooltip;
