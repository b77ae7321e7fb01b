//! The backend of Samtal: the one door through which state changes ([`dispatch`]), the database behind it
//! ([`store`]), and the live feed of what happened ([`feed`]).

pub mod dispatch;
pub mod feed;
pub mod store;
