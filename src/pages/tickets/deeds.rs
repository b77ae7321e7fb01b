//! What can be done with a ticket from a list, a board or its own page.

use super::ticket::Ticket;
use crate::api::known::Write;
use crate::pages::status::Pipeline;
use crate::pages::status::{Status, of_pipeline};
use crate::routes::Nav;
use crate::routes::page::Page;
use crate::ticket::careful::{Careful, Deed, nobody};
use crate::ui::field::Outcome;
use crate::ui::icon::Glyph;
use crate::ui::menu::MenuItem;
use leptos::prelude::*;
use samtal_model::TicketId;

/// What it takes to do something. A handle that can be copied.
#[derive(Clone, Copy)]
pub struct Deeds {
    pub careful: Careful,
    pub nav: Nav,
    pub pipelines: Memo<Vec<Pipeline>>,
}

impl Deeds {
    /// Gives the ticket another status. Where that may close or reopen conversations, it says so first.
    pub fn move_to(self, ticket: &Ticket, status: &Status, outcome: Outcome) {
        if ticket.status == status.id {
            return outcome.try_run(None).unwrap_or_default();
        }
        let write = Write::edit_ticket(TicketId(ticket.id), "status_id", status.id.into());
        let said = [&quoted(&ticket.name), " moved to ", &status.name].concat();
        // From one closed status to another closes what has been opened since.
        if ticket.conversations == 0 || !(ticket.closed || status.closed) {
            return self.careful.now(write, said, outcome);
        }
        let title = ["Move ", &quoted(&ticket.name), " to ", &status.name, "?"].concat();
        self.careful.ask(Deed { write, said, title, verb: "Move", plain: "", for_good: false }, outcome);
    }

    pub fn trash(self, ticket: &Ticket, outcome: Outcome) {
        let name = quoted(&ticket.name);
        let deed = Deed {
            write: Write::trash_ticket(TicketId(ticket.id)),
            said: [&name, " moved to Trash"].concat(),
            title: ["Move ", &name, " to Trash?"].concat(),
            verb: "Move to Trash",
            plain: "",
            for_good: false,
        };
        self.careful.ask(deed, outcome);
    }

    pub fn restore(self, ticket: &Ticket, outcome: Outcome) {
        let name = quoted(&ticket.name);
        let deed = Deed {
            write: Write::restore_ticket(TicketId(ticket.id)),
            said: [&name, " restored"].concat(),
            title: ["Restore ", &name, "?"].concat(),
            verb: "Restore",
            plain: "",
            for_good: false,
        };
        self.careful.ask(deed, outcome);
    }

    pub fn delete(self, ticket: &Ticket, outcome: Outcome) {
        let name = quoted(&ticket.name);
        let deed = Deed {
            write: Write::delete_ticket(TicketId(ticket.id)),
            said: [&name, " deleted"].concat(),
            title: ["Delete ", &name, " permanently?"].concat(),
            verb: "Delete permanently",
            plain: "",
            for_good: true,
        };
        self.careful.ask(deed, outcome);
    }

    /// To Trash, or back from it.
    pub fn trash_or_restore(self, ticket: &Ticket) {
        if ticket.trashed { self.restore(ticket, nobody()) } else { self.trash(ticket, nobody()) }
    }

    /// The statuses to choose from; the ticket's own has a tick.
    #[must_use]
    pub fn statuses(self, ticket: &Ticket) -> Vec<MenuItem> {
        let all = self.pipelines.with_untracked(|all| of_pipeline(all, ticket.pipeline));
        let item = |status: Status| {
            let ticket = ticket.clone();
            let glyph = if status.id == ticket.status { Glyph::Check } else { Glyph::Ticket };
            let label = ["Move to ", &status.name].concat();
            MenuItem::run(glyph, label, move || self.move_to(&ticket, &status, nobody()))
        };
        all.into_iter().map(item).collect()
    }

    /// Everything that can be done with it.
    #[must_use]
    pub fn items(self, ticket: &Ticket) -> Vec<MenuItem> {
        let item = |glyph, label: &'static str, run: fn(Self, &Ticket)| {
            let ticket = ticket.clone();
            MenuItem::run(glyph, label, move || run(self, &ticket))
        };
        let open = |it: Self, ticket: &Ticket| it.nav.go(Page::Ticket(TicketId(ticket.id)).route());
        let mut items = vec![item(Glyph::FileText, "Open", open)];
        if ticket.trashed {
            items.push(item(Glyph::Restore, "Restore", |it, ticket| it.restore(ticket, nobody())));
            let delete = item(Glyph::Trash, "Delete permanently", |it, ticket| it.delete(ticket, nobody()));
            items.push(delete.danger());
        } else {
            items.extend(self.statuses(ticket));
            items.push(item(Glyph::Trash, "Move to Trash", |it, ticket| it.trash(ticket, nobody())).danger());
        }
        items
    }
}

fn quoted(name: &str) -> String {
    ["\u{201c}", name, "\u{201d}"].concat()
}
