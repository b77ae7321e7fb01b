//! How the server's answers grow with its data: the same questions on databases of the demo writer, each ten times the one
//! before, on both engines. What may grow is bounded by the logarithm of the data; the table says what does more.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::load::{Connection, Request, Times};
use super::pages::{self, Dice, List};
use super::pinned::Server;
use crate::failure::{Failure, Result};

/// Conversations of each step: about 10,000, 100,000 and 1,000,000 messages.
pub const STEPS: [usize; 3] = [3_000, 30_000, 300_000];
/// Each question is asked so often, after a tenth of that unmeasured.
const ASKED: usize = 100;
/// Searches, from a word of a few mails to one of most.
const SEARCHES: [(&str, &str); 6] = [
    ("a rare word", "groningen"),
    ("a middling word", "invoice"),
    ("a very common word", "hyllan"),
    ("three letters", "inv"),
    ("two words", "order shelf"),
    ("a phrase", "\"kind regards\""),
];

/// What one database came to: for each question, the times within which half and 99 % were answered, in milliseconds.
pub struct Step {
    pub conversations: u64,
    pub figures: BTreeMap<&'static str, (f64, f64)>,
}

/// Asks everything of the database at `url`, which is filled first if it is empty.
pub fn measure(binary: &Path, url: &str, conversations: usize) -> Result<Step> {
    let server = Server::start(binary, url, conversations, false)?;
    let lists = pages::lists(&server)?;
    let largest = lists.iter().max_by_key(|list| list.total);
    let largest = largest.ok_or_else(|| Failure::new("the demo has no conversations"))?;
    let mut figures = BTreeMap::new();
    let mut dice = Dice(3);
    let mut ask = |what, requests: Vec<Request>| -> Result<()> {
        let times = each_once(&server, &requests)?;
        println!("  {what}: p50 {:.2} ms, p99 {:.2} ms", times.within(0.5), times.within(0.99));
        figures.insert(what, (times.within(0.5), times.within(0.99)));
        Ok(())
    };
    ask("list, first page", vec![largest.top("newest_activity"); ASKED])?;
    let deep = |order: &str, dice: &mut Dice| -> Vec<Request> {
        (0..ASKED).map(|_| largest.at(order, dice.below(largest.total))).collect()
    };
    ask("list, places all over", deep("newest_activity", &mut dice))?;
    ask("list, places all over, by waiting", deep("waiting_longest", &mut dice))?;
    for (what, words) in SEARCHES {
        ask(what, vec![search(largest, words, ""); ASKED])?;
    }
    ask("two words, by creation", vec![search(largest, "order shelf", "&sort=newest_created"); ASKED])?;
    ask("a write: close", closing(&server, largest)?)?;
    let conversations = lists.iter().filter(|list| list.cookie == largest.cookie);
    let conversations = conversations.filter(|list| matches!(list.view.as_str(), "open" | "closed" | "trash" | "spam"));
    Ok(Step { conversations: conversations.map(|list| list.total).sum(), figures })
}

fn search(list: &List, words: &str, more: &str) -> Request {
    let words: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    Request::get(&format!("/conversations?q={words}{more}"), &list.cookie)
}

/// Closing and reopening one open conversation after another: half of it is closing, and both write the same.
fn closing(server: &Server, list: &List) -> Result<Vec<Request>> {
    let page = server.get(&format!("/conversations?inbox={}&view=open&limit=200", list.inbox), &list.cookie)?;
    let ids = page["items"].as_array().into_iter().flatten().filter(|row| row["origin"] == "inbound");
    let ids: Vec<&Value> = ids.map(|row| &row["id"]).collect();
    if ids.is_empty() {
        return Err(Failure::new("the demo has no open conversation"));
    }
    let states = [json!({ "state": "closed" }), json!({ "state": "open" })];
    let asked = ids.iter().cycle().zip(states.iter().flat_map(|state| vec![state; ids.len()]).cycle());
    let asked = asked
        .take(ASKED)
        .map(|(id, state)| Request::send("PATCH", &format!("/conversations/{id}"), &list.cookie, state));
    Ok(asked.collect())
}

fn each_once(server: &Server, requests: &[Request]) -> Result<Times> {
    let mut connection = Connection::open(server.address)?;
    // Reading twice changes nothing; what writes is not asked before it is measured.
    let warm = requests.iter().take(requests.len() / 10);
    for request in warm.filter(|request| request.only_reads()) {
        connection.ask(request)?;
    }
    super::load::one_by_one(server.address, requests)
}

/// The table of all steps of one engine.
pub fn table(engine: &str, steps: &[Step]) -> String {
    let heads: Vec<String> = steps.iter().map(|step| format!("{} conversations", step.conversations)).collect();
    let mut table =
        format!("| {engine} | {} | grows by |\n| --- |{} --- |\n", heads.join(" | "), " --- |".repeat(steps.len()));
    let Some(first) = steps.first() else { return table };
    for what in first.figures.keys() {
        let figures: Vec<(f64, f64)> = steps.iter().filter_map(|step| step.figures.get(what).copied()).collect();
        let cells: Vec<String> = figures.iter().map(|(p50, p99)| format!("{p50:.1} / {p99:.1} ms")).collect();
        let grown = figures.last().map_or(1.0, |last| last.0) / figures.first().map_or(1.0, |first| first.0).max(0.001);
        table.push_str(&format!("| {what} | {} | × {grown:.1} |\n", cells.join(" | ")));
    }
    table
}
