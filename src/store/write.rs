//! Doing something to tickets and records: sent, and shown when the answer is here. What is done to conversations is
//! guessed first, in [`super::act`].

use super::act::Done;
use super::{Notice, Store};
use crate::api::known::Write;
use crate::api::told::{Answer, Told};
use crate::browser::frame;
use crate::ui::live::spawn;
use samtal_model::wire::Problem;

/// What is done with an answer. Boxed, so that the way there is compiled once and not for each who asks.
pub(super) type Then = Box<dyn FnOnce(Result<Answer, Problem>)>;

impl Store {
    /// Does it and tells so with `said`, if that is not empty and something changed; what can be taken back with an
    /// "Undo". A refusal is told and given to `done`; one that names fields is for `done` alone to tell beside them.
    pub fn write(&self, write: Write, said: impl Into<String>, done: impl FnOnce(Result<Answer, Problem>) + 'static) {
        self.write_then(write, said.into(), Box::new(done));
    }

    fn write_then(&self, write: Write, said: String, done: Then) {
        let store = *self;
        let pending = (!said.is_empty()).then(|| store.begin_undoable());
        spawn(async move {
            let answer = write.send(&frame::unique()).await;
            let unwanted = pending.is_some_and(|pending| store.end_undoable(pending));
            match &answer {
                Ok(answer) => {
                    store.take_answer(answer);
                    if !answer.changes.is_empty() && !said.is_empty() {
                        store.tell_done(answer, said);
                    }
                    store.undo_unwanted(unwanted, answer);
                }
                Err(problem) if problem.errors.is_empty() => store.notify(Notice::Bad(problem.detail.clone())),
                Err(_) => {}
            }
            done(answer);
        });
    }

    /// Tells that something was done, with a way back if there is one.
    pub(super) fn tell_done(&self, answer: &Answer, said: String) {
        let store = *self;
        self.notify(match answer.command.filter(|_| answer.undoable) {
            Some(id) => {
                self.remember_undoable(Done::Command(id));
                Notice::Undoable(Done::Command(id).number(), said, Box::new(move || store.undo(id)))
            }
            None => Notice::Done(said),
        });
    }

    /// Takes in what an answer says.
    pub(super) fn take_answer(&self, answer: &Answer) {
        let gone: Vec<_> = answer.changes.iter().filter_map(Told::deleted).collect();
        self.forget(&gone);
        self.take_conversations(answer.conversation.clone().into_iter().collect(), true);
        self.take_custom_views(answer.custom_view.clone().into_iter().collect(), &[], answer.sequence);
        self.take_known(answer.known.clone(), answer.sequence);
    }
}
