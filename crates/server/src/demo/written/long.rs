//! One thread of exactly three hundred messages: a library is furnished.

use super::super::chance::Chance;
use super::super::story::{DAY, HOUR, MINUTE, Step, Story, Who, Words};

/// The subject of the thread with three hundred messages; it is Anna's.
pub const LONG_THREAD_SUBJECT: &str = "Oak shelves for the town library in Umeå";

const MESSAGES: usize = 300;

const ROOMS: [&str; 12] = [
    "the reading room",
    "the children's corner",
    "the music stacks",
    "the lift lobby",
    "the local history room",
    "the café",
    "the quiet room",
    "the newspaper wall",
    "the staff kitchen",
    "the comics alcove",
    "the map cabinet",
    "the returns desk",
];
const ASKED: [&str; 14] = [
    "For {room} we need {n} boards, {cm} cm each. Can the edges be rounded?",
    "The architect has changed {room} again: now it is {cm} cm and not {n} boards but two fewer.",
    "Yesterday's delivery for {room} is here. {n} boards, all straight. The caretaker stroked one of them.",
    "One board for {room} has a knot that looks like a moose. We would like to keep it.",
    "Could {room} wait until the {n}th? The painters are late.",
    "The fire inspector asks for the certificate of the oil used in {room}.",
    "How much weight does a board of {cm} cm carry? {room} is to hold the encyclopaedias.",
    "The brackets for {room} are too dark. Do you have the lighter grey?",
    "A reader asks whether the shelves in {room} are from Swedish forests. I said I would ask.",
    "We counted again: {n} brackets are missing for {room}, or somebody has hung up coats on them.",
    "The opening of {room} is moved to the {n}th, and the mayor wants to turn the last screw.",
    "Invoice for {room} received, thank you. Our reference has to be {cm}-{n}, sorry.",
    "Pictures of {room} attached in the next mail; it is beautiful in the morning.",
    "The humidity in {room} is {n} per cent. Is that good for oak?",
];
const ANSWERED: [&str; 12] = [
    "Noted: {n} boards at {cm} cm for {room}. The edges get a radius of three millimetres.",
    "The workshop has {room} planned for the {n}th. I shall write when the truck is loaded.",
    "The moose stays, then. We have marked the board so that nobody sands it away.",
    "A board of {cm} cm carries 35 kg between two brackets; for encyclopaedias take three.",
    "Yes, all of the oak is from Småland, and the certificate number is HY-{cm}.",
    "The lighter grey is in stock. {n} pieces leave today for {room}.",
    "No problem at all, {room} can wait until the painters have gone.",
    "Between 40 and 60 per cent is right; below that, put a plant in {room}.",
    "I have sent {n} new brackets. Please look under the coats all the same.",
    "The invoice for {room} is rewritten with your reference {cm}-{n}.",
    "Tell the mayor that the last screw is a Torx 25 and has a left turn to it.",
    "The data sheet of the oil is on its way to the inspector.",
];
const REMARKS: [&str; 6] = [
    "@Ewa the library asks for {n} more, can we keep the price?",
    "Same price up to fifty boards.",
    "@Jonas can you drive by {room} on Thursday with the sample?",
    "Was there. They have very good buns.",
    "Workshop: the {cm} cm ones for {room} are ready on the {n}th.",
    "@Anna remember the certificate for {room}.",
];

pub(super) fn story(now: i64) -> Story {
    let mut chance = Chance::of(300);
    let mut story = Story::mail("Henrik Nyström", "henrik.nystrom@stadsbiblioteket.example", LONG_THREAD_SUBJECT);
    let end = now - 15 * HOUR;
    let span = 140 * DAY;
    let mut messages = 0;
    while messages < MESSAGES {
        let at = end - span + span * i64::try_from(messages).unwrap_or(0) / (MESSAGES as i64 - 1);
        let at = if messages + 1 == MESSAGES { end } else { at - chance.between(0, 3 * HOUR) };
        let room = ROOMS[(messages / 9) % ROOMS.len()];
        let (n, cm) = (chance.between(3, 28).to_string(), (chance.between(8, 24) * 10).to_string());
        let mut say = |from: &[&str]| chance.pick(from).replace("{room}", room).replace("{n}", &n).replace("{cm}", &cm);
        let number = messages + 1;
        let step = match messages {
            0 => Step::Contact(
                Words::from("Dear Hyllan,\n\nthe town library in Umeå is being rebuilt, and we would like oak shelves in all twelve rooms. It will be a long story; may we keep it in one thread?\n\nHenrik Nyström, librarian").html(),
            ),
            299 => Step::Contact(
                Words::from("Message three hundred, Anna! The last room is done and the mayor turned the last screw (twice). Thank you all. We open on Saturday at eleven; there will be buns.\n\nHenrik").html().quoting(),
            ),
            _ if messages % 13 == 7 => Step::Comment(*[Who::Jonas, Who::Ewa, Who::Anna].get(messages % 3).unwrap_or(&Who::Jonas), say(&REMARKS)),
            _ if messages % 2 == 1 => {
                let who = if messages % 9 == 5 { Who::Jonas } else { Who::Anna };
                let name = if who == Who::Anna { "Anna" } else { "Jonas" };
                Step::Reply(who, format!("Hello Henrik,\n\n{}\n\n{name} ({number})", say(&ANSWERED)))
            }
            _ => {
                let words = Words::from(format!("{}\n\nHenrik ({number})", say(&ASKED)).as_str());
                let words = if messages % 4 == 0 { words.html() } else { words };
                Step::Contact(words.quoting())
            }
        };
        let at = story.steps.last().map_or(at, |(last, _)| at.max(last + MINUTE));
        story = story.at(at, step);
        messages += 1;
        if messages == 1 {
            story = story.assign(at + MINUTE, Who::Anna);
        }
        if messages == 150 {
            story = story.at(at + 2 * MINUTE, Step::Hide(Who::Jonas, 149));
        }
    }
    story
}
