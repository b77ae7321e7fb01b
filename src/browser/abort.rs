//! Stopping what nobody waits for any more.

use web_sys::{AbortController, AbortSignal};

/// Stops the requests that were given its [`Abort::signal`]; dropping it does.
pub struct Abort(Option<AbortController>);

/// Hears when a request is to stop.
#[derive(Clone)]
pub struct Stop(Option<AbortSignal>);

impl Abort {
    #[must_use]
    pub fn new() -> Self {
        Self(AbortController::new().ok())
    }

    #[must_use]
    pub fn signal(&self) -> Stop {
        Stop(self.0.as_ref().map(AbortController::signal))
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        if let Some(controller) = &self.0 {
            controller.abort();
        }
    }
}

impl Stop {
    /// As the browser wants it.
    #[must_use]
    pub fn signal(&self) -> Option<&AbortSignal> {
        self.0.as_ref()
    }
}
