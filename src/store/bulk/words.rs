//! What bulk actions are called, and what is said of them.

use crate::browser::when;
use samtal_model::wire::{BulkAction, BulkState, BulkView};

/// As a button has it.
#[must_use]
pub fn verb(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Close => "Close",
        BulkAction::Reopen => "Reopen",
        BulkAction::Assign => "Assign",
        BulkAction::Trash => "Move to Trash",
        BulkAction::Restore => "Restore",
        BulkAction::Spam => "Mark as spam",
        BulkAction::NotSpam => "Mark as not spam",
        BulkAction::Read => "Mark as read",
        BulkAction::Unread => "Mark as unread",
    }
}

fn under_way(action: BulkAction) -> &'static str {
    match action {
        BulkAction::Close => "Closing",
        BulkAction::Reopen => "Reopening",
        BulkAction::Assign => "Assigning",
        BulkAction::Trash => "Moving to Trash",
        BulkAction::Restore => "Restoring",
        BulkAction::Spam => "Marking as spam",
        BulkAction::NotSpam => "Marking as not spam",
        BulkAction::Read => "Marking as read",
        BulkAction::Unread => "Marking as unread",
    }
}

/// Before and behind the number.
fn over(action: BulkAction) -> (&'static str, &'static str) {
    match action {
        BulkAction::Close => ("Closed ", ""),
        BulkAction::Reopen => ("Reopened ", ""),
        BulkAction::Assign => ("Assigned ", ""),
        BulkAction::Trash => ("Moved ", " to Trash"),
        BulkAction::Restore => ("Restored ", ""),
        BulkAction::Spam => ("Marked ", " as spam"),
        BulkAction::NotSpam => ("Marked ", " as not spam"),
        BulkAction::Read => ("Marked ", " as read"),
        BulkAction::Unread => ("Marked ", " as unread"),
    }
}

/// So many, in words.
#[must_use]
pub fn conversations(count: i64) -> String {
    if count == 1 { "1 conversation".into() } else { [&when::number(count), " conversations"].concat() }
}

/// What it is doing now.
#[must_use]
pub fn progress(job: &BulkView) -> String {
    if job.state == BulkState::Selecting {
        return ["Looking for what is meant: ", &conversations(job.total)].concat();
    }
    let what = if job.undoes.is_some() { "Taking back" } else { under_way(job.action) };
    [what, " ", &when::number(job.done + job.refused), " of ", &when::number(job.total)].concat()
}

/// What it has done; `owner` is to whom it assigned, empty for nobody.
#[must_use]
pub fn done(job: &BulkView, owner: &str) -> String {
    let (before, behind) = match (job.undoes, job.action) {
        (Some(_), _) => ("Taken back for ", ""),
        (None, BulkAction::Assign) if owner.is_empty() => ("Unassigned ", ""),
        (None, BulkAction::Assign) => ("Assigned ", " to "),
        (None, action) => over(action),
    };
    let whom = if behind == " to " { owner } else { "" };
    let mut words = [before, &conversations(job.changed), behind, whom].concat();
    if job.done > job.changed {
        words.push_str(&["; ", &when::number(job.done - job.changed), " were so already"].concat());
    }
    if job.state == BulkState::Stopped {
        words.push_str(&["; stopped with ", &when::number(job.total - job.done - job.refused), " left"].concat());
    }
    if job.limited {
        words.push_str("; there are more than one go takes");
    }
    if job.refused > 0 {
        words.push_str(&[". ", &when::number(job.refused), " could not be."].concat());
    }
    words
}
