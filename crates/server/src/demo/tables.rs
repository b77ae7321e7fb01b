//! What a furniture shop's customers write about, in the languages they write in. One file for each language; what is
//! made of them is in [`super::invent`].
//!
//! In braces: `{first}` the contact's first name, `{agent}` the agent's, `{order}` an order number, `{product}`,
//! `{city}`, `{sum}`, `{measure}` in centimetres, `{day}` of the month.

mod dutch;
mod english;
mod german;
mod others;
mod polish;
mod swedish;

/// A language.
pub(super) struct Tongue {
    pub firsts: &'static [&'static str],
    pub lasts: &'static [&'static str],
    pub cities: &'static [&'static str],
    /// Of mail addresses.
    pub hosts: &'static [&'static str],
    pub products: &'static [&'static str],
    pub hello: &'static [&'static str],
    pub bye: &'static [&'static str],
    pub answer_hello: &'static [&'static str],
    pub answer_bye: &'static str,
    /// The line above a quote; `{when}` and `{who}`.
    pub wrote: &'static str,
    /// The contact's last word.
    pub thanks: &'static [&'static str],
    /// Words in front of a form's answers: name, address, order, message.
    pub form: [&'static str; 4],
    pub form_subject: &'static str,
    /// `{minutes}` and `{seconds}`.
    pub call: &'static str,
    pub currency: &'static str,
    pub topics: &'static [Topic],
}

/// Something to write about.
pub(super) struct Topic {
    pub subjects: &'static [&'static str],
    pub asks: &'static [&'static str],
    pub details: &'static [&'static str],
    pub answers: &'static [&'static str],
}

/// Each language as often as it is to come up in a hundred.
pub(super) const TONGUES: [(&Tongue, u64); 8] = [
    (&swedish::SWEDISH, 38),
    (&english::ENGLISH, 20),
    (&dutch::DUTCH, 13),
    (&polish::POLISH, 12),
    (&german::GERMAN, 11),
    (&others::JAPANESE, 2),
    (&others::GREEK, 2),
    (&others::ARABIC, 2),
];
