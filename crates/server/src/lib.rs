//! The backend of Samtal: the one door through which state changes ([`dispatch`]), the database behind it
//! ([`store`]), the live feed of what happened ([`feed`]), and the mail that comes in ([`mail`]).

pub mod dispatch;
pub mod feed;
pub mod mail;
pub mod store;
