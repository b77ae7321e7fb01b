//! The backend of Samtal: the one door through which state changes ([`dispatch`]), the database behind it
//! ([`store`]), the live feed of what happened ([`feed`]), one thing done with many conversations ([`bulk`]), a
//! conversation's past ([`history`]), the mail that comes in ([`mail`]) from files ([`import`]), the JSON API over them
//! all ([`http`]), what is fetched from other servers ([`fetch`]), the mail that asks how it went ([`survey`]), and made-up data to try it with ([`demo`]).

pub mod auth;
pub mod bulk;
pub mod cli;
pub mod counting;
pub mod demo;
pub mod dispatch;
pub mod erasing;
pub mod feed;
pub mod fetch;
pub mod history;
pub mod http;
pub mod import;
pub mod jobs;
pub mod mail;
pub mod store;
pub mod survey;
