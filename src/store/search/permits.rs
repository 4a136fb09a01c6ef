//! Few searches at once: each may read through the index of the whole blog, and pages share its connections.

use crate::error::{Error, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Half of the connections that read, so that pages always find one.
pub const AT_ONCE: usize = 2;
/// More would hear sooner that there is too much to do than get their turn.
const WAITING_MAX: usize = 16;
/// Longer than a search takes, shorter than somebody waits for a page.
const WAIT_AT_MOST: Duration = Duration::from_secs(2);

/// Who may search now, and who waits for it.
#[derive(Debug, Clone)]
pub(in crate::store) struct Searches {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

/// The right to search, until it is dropped.
#[derive(Debug)]
pub struct SearchPermit {
    _turn: OwnedSemaphorePermit,
    _place: OwnedSemaphorePermit,
}

impl Default for Searches {
    fn default() -> Self {
        Self {
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
        }
    }
}

impl Searches {
    /// Waits briefly for a turn.
    ///
    /// # Errors
    /// [`Error::ManySearches`] where too many wait already, or the turn did not come in time.
    pub async fn turn(&self) -> Result<SearchPermit> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Error::ManySearches)?;
        let turn = Arc::clone(&self.turns).acquire_owned();
        let turn = tokio::time::timeout(WAIT_AT_MOST, turn).await;
        let turn = turn.map_err(|_| Error::ManySearches)?;
        Ok(SearchPermit {
            _turn: turn.map_err(|_| Error::Busy)?,
            _place: place,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn two_search_at_once_others_wait_briefly_and_too_many_not_at_all() {
        let searches = Searches::default();
        let first = searches.turn().await.unwrap();
        let _second = searches.turn().await.unwrap();
        let refused = searches.turn().await;
        assert!(matches!(refused, Err(Error::ManySearches)), "nobody ended");
        let waiting = searches.turn();
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("two search already"),
            () = tokio::time::sleep(Duration::from_millis(50)) => {}
        }
        drop(first);
        let _third = waiting.await.unwrap();
        let mut crowd: Vec<_> = (0..WAITING_MAX)
            .map(|_| Box::pin(searches.turn()))
            .collect();
        for one in &mut crowd {
            tokio::select! {
                biased;
                _ = one => panic!("two search already"),
                () = tokio::task::yield_now() => {}
            }
        }
        let mut refused = Box::pin(searches.turn());
        tokio::select! {
            biased;
            refused = &mut refused => assert!(matches!(refused, Err(Error::ManySearches))),
            () = tokio::task::yield_now() => panic!("too many wait to be worth waiting"),
        }
    }
}
