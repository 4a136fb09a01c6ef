//! How long a request holds a thread that answers others: tests switch the watch on and look at the longest stretch.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// The longest stretch of CPU time between two points where a request lets others have its thread. Off, it costs a look at
/// a flag for each request.
#[derive(Debug, Default)]
pub struct Polls {
    on: AtomicBool,
    longest_nanos: AtomicU64,
}

impl Polls {
    /// Begins to measure.
    pub fn watch(&self) {
        self.on.store(true, Ordering::Relaxed);
    }

    /// The longest stretch since the last time that this was asked.
    pub fn take_longest(&self) -> Duration {
        Duration::from_nanos(self.longest_nanos.swap(0, Ordering::Relaxed))
    }

    /// Runs a future, measured where the watch is on.
    pub async fn measured<T>(&self, future: impl Future<Output = T>) -> T {
        if !self.on.load(Ordering::Relaxed) {
            return future.await;
        }
        let mut future = pin!(future);
        std::future::poll_fn(|cx| self.poll(future.as_mut(), cx)).await
    }

    fn poll<T>(&self, future: Pin<&mut impl Future<Output = T>>, cx: &mut Context<'_>) -> Poll<T> {
        let begun = cpu_time();
        let poll = future.poll(cx);
        let nanos = cpu_time().saturating_sub(begun).as_nanos();
        let nanos = u64::try_from(nanos).unwrap_or(u64::MAX);
        self.longest_nanos.fetch_max(nanos, Ordering::Relaxed);
        poll
    }
}

/// The CPU time that this thread has used: what else the machine does is no part of it.
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_longest_stretch_is_noted_and_not_the_sum() {
        let spin = |millis| {
            let begun = cpu_time();
            while cpu_time().saturating_sub(begun) < Duration::from_millis(millis) {}
        };
        let polls = Polls::default();
        polls.measured(async { spin(1) }).await;
        assert_eq!(polls.take_longest(), Duration::ZERO, "the watch is off");
        polls.watch();
        let request = async {
            for millis in [3, 12, 3] {
                spin(millis);
                tokio::task::yield_now().await;
            }
        };
        polls.measured(request).await;
        let longest = polls.take_longest().as_millis();
        assert!((12..15).contains(&longest), "{longest} ms");
    }
}
