//! Work that takes longer than some milliseconds of CPU: it runs on other threads than those that answer readers, few at a time, so
//! that these always find a core.

use super::{App, LARGE_BYTES};
use crate::error::{Error, Result};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many such pieces of work run at once: one core stays free for readers, where there is more than one.
#[derive(Debug, Clone)]
pub struct Compute(Arc<Semaphore>);

impl Default for Compute {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Semaphore::new((cores - 1).max(1))))
    }
}

impl App {
    /// Runs work whose time grows with a text of so many bytes: a short one at once, since handing it to another thread
    /// costs more than the work; a long one by [`App::compute`].
    ///
    /// # Errors
    /// [`Error::Internal`] if the work of a long text panicked.
    pub async fn compute_if_large<T: Send + 'static>(
        &self,
        bytes: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        if bytes > LARGE_BYTES {
            self.compute(work).await
        } else {
            Ok(work())
        }
    }

    /// Runs work on a thread for such work, when it is its turn.
    ///
    /// # Errors
    /// [`Error::Internal`] where the work panicked.
    pub async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.compute.0).acquire_owned().await;
        let turn = turn.map_err(|_| Error::Busy)?;
        tokio::task::spawn_blocking(move || {
            // Released when the work ends, and not when the request that asked for it goes away.
            let _turn = turn;
            work()
        })
        .await
        .map_err(|error| Error::Internal(format!("computing: {error}")))
    }
}
