//! The only place that reads the time. Tests hold a clock still and move it by hand.

use crate::blog::time::Millis;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Where the program takes the time from.
#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// Stays at these milliseconds until it is moved.
    Frozen(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn frozen(at: Millis) -> Self {
        Self::Frozen(Arc::new(AtomicI64::new(at.0)))
    }

    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place")]
    pub fn now(&self) -> Millis {
        match self {
            Self::System => Millis(jiff::Timestamp::now().as_millisecond()),
            Self::Frozen(at) => Millis(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a frozen clock on; the system's clock is not ours to move.
    pub fn advance(&self, seconds: i64) {
        if let Self::Frozen(at) = self {
            at.fetch_add(seconds * 1000, Ordering::SeqCst);
        }
    }
}
