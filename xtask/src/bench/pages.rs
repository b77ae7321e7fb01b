//! Pages of the list as a team asks for them: by every agent, of every inbox and view, in every order, from the top, by
//! cursors and at places far down. Never one page again and again: any cache would hold that.

use serde_json::Value;

use super::load::Request;
use super::pinned::{PEOPLE, Server};
use crate::failure::Result;

pub const ORDERS: [&str; 5] =
    ["newest_activity", "oldest_activity", "newest_created", "oldest_created", "waiting_longest"];
/// Pages that are read on from the top, by cursor.
const READ_ON: usize = 5;
/// Pages at places all over the views.
const SCATTERED: usize = 4_000;

/// A small generator with a fixed seed: the same requests every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 20) % limit.max(1)
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }
}

/// One list of one agent.
pub struct List {
    pub cookie: String,
    pub inbox: i64,
    pub view: String,
    pub total: u64,
}

impl List {
    fn path(&self, order: &str) -> String {
        format!("/conversations?inbox={}&view={}&sort={order}", self.inbox, self.view)
    }

    pub fn at(&self, order: &str, position: u64) -> Request {
        Request::get(&format!("{}&position={position}", self.path(order)), &self.cookie)
    }

    pub fn top(&self, order: &str) -> Request {
        Request::get(&self.path(order), &self.cookie)
    }
}

/// Every list that is not empty, of everybody.
pub fn lists(server: &Server) -> Result<Vec<List>> {
    let mut lists = vec![];
    for email in PEOPLE {
        let cookie = server.sign_in(email)?;
        for inbox in items(&server.get("/inboxes", &cookie)?) {
            let inbox = inbox["id"].as_i64().unwrap_or_default();
            for view in items(&server.get(&format!("/inboxes/{inbox}/views"), &cookie)?) {
                let total = view["count"].as_u64().unwrap_or_default();
                if total > 0 {
                    let view = view["view"].as_str().unwrap_or_default().to_owned();
                    lists.push(List { cookie: cookie.clone(), inbox, view, total });
                }
            }
        }
    }
    Ok(lists)
}

fn items(page: &Value) -> Vec<Value> {
    page["items"].as_array().cloned().unwrap_or_default()
}

/// The first pages of every list in every order, each after the first by the cursor of the one before.
pub fn from_the_top(server: &Server, lists: &[List]) -> Result<Vec<Request>> {
    let mut requests = vec![];
    for list in lists {
        for order in ORDERS {
            let mut path = list.path(order);
            for _ in 0..READ_ON {
                requests.push(Request::get(&path, &list.cookie));
                let page = server.get(&path, &list.cookie)?;
                let Some(cursor) = page["next_cursor"].as_str() else { break };
                path = format!("{}&cursor={cursor}", list.path(order));
            }
        }
    }
    Dice(1).shuffle(&mut requests);
    Ok(requests)
}

/// Places all over: each conversation in a list is as likely as any other, and every other request goes on by a cursor from such a
/// place.
pub fn all_over(server: &Server, lists: &[List]) -> Result<Vec<Request>> {
    let mut dice = Dice(2);
    let whole: u64 = lists.iter().map(|list| list.total).sum();
    let mut requests = vec![];
    while requests.len() < SCATTERED {
        let mut place = dice.below(whole);
        let order = ORDERS[dice.below(ORDERS.len() as u64) as usize];
        let found = lists.iter().find(|list| {
            let here = place < list.total;
            place = if here { place } else { place - list.total };
            here
        });
        let Some(list) = found else { continue };
        requests.push(list.at(order, place));
        let page = server.get(&format!("{}&position={place}", list.path(order)), &list.cookie)?;
        if let Some(cursor) = page["next_cursor"].as_str() {
            requests.push(Request::get(&format!("{}&cursor={cursor}", list.path(order)), &list.cookie));
        }
    }
    dice.shuffle(&mut requests);
    Ok(requests)
}
