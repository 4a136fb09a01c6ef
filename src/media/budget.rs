//! A budget of memory, counted in bytes, that everybody who sends or takes large files shares.

use crate::error::{Error, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What is counted: one permit of the semaphore is so many bytes.
const UNIT: u64 = 1024;

/// So many bytes of memory, of which each takes a part and returns it.
#[derive(Debug, Clone)]
pub struct Budget {
    units: Arc<Semaphore>,
    total: u32,
}

/// A part of a budget, returned when it is dropped.
#[derive(Debug)]
pub struct Reserved {
    /// Only held.
    _units: OwnedSemaphorePermit,
}

impl Budget {
    #[must_use]
    pub fn new(bytes: u64) -> Self {
        let total = u32::try_from(bytes / UNIT).unwrap_or(u32::MAX);
        Self {
            units: Arc::new(Semaphore::new(total as usize)),
            total,
        }
    }

    /// The whole of it, in bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        u64::from(self.total) * UNIT
    }

    /// Whether less than half of it is left.
    #[must_use]
    pub fn is_scarce(&self) -> bool {
        self.units.available_permits() < self.total as usize / 2
    }

    /// Takes a part, or waits for it so long at most; then [`Error::Busy`]. What is larger than the whole takes the whole.
    pub async fn reserve(&self, bytes: u64, wait: Duration) -> Result<Reserved> {
        let units = u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX);
        let units = units.min(self.total);
        let reserved = Arc::clone(&self.units).acquire_many_owned(units);
        match tokio::time::timeout(wait, reserved).await {
            Ok(Ok(units)) => Ok(Reserved { _units: units }),
            _ => Err(Error::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_finds_nothing_left_waits_briefly_and_is_refused() {
        let budget = Budget::new(64 * 1024);
        let soon = Duration::from_millis(10);
        let first = budget.reserve(40 * 1024, soon).await.unwrap();
        assert!(budget.is_scarce());
        assert!(budget.reserve(40 * 1024, soon).await.is_err());
        let second = budget.reserve(20 * 1024, soon).await.unwrap();
        drop(first);
        let third = budget.reserve(40 * 1024, soon).await.unwrap();
        drop((second, third));
        assert!(!budget.is_scarce());
        assert!(
            budget.reserve(u64::MAX, soon).await.is_ok(),
            "what is larger than all waits for all"
        );
    }
}
