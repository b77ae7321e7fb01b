//! The conversations a newcomer sees first, written by hand.

mod letters;
mod long;
mod talk;
mod unwanted;

use super::story::Story;

pub use long::LONG_THREAD_SUBJECT;

/// All of them, newest first, told as if it were `now` (milliseconds since 1970).
pub(super) fn all(now: i64) -> Vec<Story> {
    let mut stories: Vec<Story> =
        [letters::all(now), talk::all(now), unwanted::all(now), vec![long::story(now)]].concat();
    stories.sort_by_key(|story| std::cmp::Reverse(story.last_at()));
    stories
}
