//! The backend of Samtal: the one door through which state changes ([`dispatch`]), the database behind it
//! ([`store`]), the live feed of what happened ([`feed`]), the mail that comes in ([`mail`]), and made-up data to try it with
//! ([`demo`]).

pub mod demo;
pub mod dispatch;
pub mod feed;
pub mod mail;
pub mod store;
