//! The slow-down on guessing passwords: a few free tries, then waits that double. It never locks anybody out for good.

use crate::blog::network::household;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Wrong passwords for one account from one network that cost nothing …
const FREE_TRIES: u32 = 5;
/// … then a wait that doubles from this …
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// … up to this.
const LONGEST_WAIT: Duration = Duration::from_mins(15);
/// Wrong passwords from one network for any account within [`FORGOTTEN_AFTER`].
const TRIES_PER_NETWORK: u32 = 30;
/// A quiet hour makes good again.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);
/// Beyond this many accounts and networks the oldest are forgotten, so that a flood cannot fill the memory.
const REMEMBERED_MAX: usize = 10_000;

/// The wrong passwords that are remembered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Throttle {
    failures: Arc<Mutex<HashMap<String, Failures>>>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    number: u32,
    last: Instant,
}

impl Throttle {
    /// How long to wait before the next try; `None` to go on.
    pub fn wait(&self, account: &str, from: IpAddr, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |key: &str| {
            failures
                .get(key)
                .filter(|known| now.duration_since(known.last) < FORGOTTEN_AFTER)
        };
        let network = household(from);
        let by_account = known(&format!("{account} {network}")).map(|known| {
            let over = known.number.saturating_sub(FREE_TRIES);
            let wait = if over == 0 {
                Duration::ZERO
            } else {
                FIRST_WAIT
                    .saturating_mul(1 << over.saturating_sub(1).min(16))
                    .min(LONGEST_WAIT)
            };
            wait.saturating_sub(now.duration_since(known.last))
        });
        let by_network = known(&network)
            .filter(|known| known.number >= TRIES_PER_NETWORK)
            .map(|known| LONGEST_WAIT.saturating_sub(now.duration_since(known.last)));
        by_account.max(by_network).filter(|wait| !wait.is_zero())
    }

    /// Remembers a wrong password.
    pub fn failed(&self, account: &str, from: IpAddr, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX {
            failures.retain(|_, known| now.duration_since(known.last) < LONGEST_WAIT);
            if failures.len() >= REMEMBERED_MAX {
                failures.clear();
            }
        }
        let network = household(from);
        for key in [format!("{account} {network}"), network] {
            let known = failures.entry(key).or_insert(Failures {
                number: 0,
                last: now,
            });
            if now.duration_since(known.last) >= FORGOTTEN_AFTER {
                known.number = 0;
            }
            *known = Failures {
                number: known.number + 1,
                last: now,
            };
        }
    }

    /// Forgets the wrong passwords of an account, once the right one came from the same network.
    pub fn succeeded(&self, account: &str, from: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&format!("{account} {}", household(from)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

    #[test]
    fn a_few_slips_cost_nothing_and_then_waits_double() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..FREE_TRIES {
            throttle.failed("ada", HOME, now);
            assert_eq!(throttle.wait("ada", HOME, now), None);
        }
        throttle.failed("ada", HOME, now);
        assert_eq!(throttle.wait("ada", HOME, now), Some(FIRST_WAIT));
        throttle.failed("ada", HOME, now);
        assert_eq!(throttle.wait("ada", HOME, now), Some(FIRST_WAIT * 2));
        assert_eq!(throttle.wait("ada", HOME, now + FIRST_WAIT * 2), None);
    }

    #[test]
    fn a_guesser_elsewhere_does_not_slow_the_owner_down() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..200 {
            throttle.failed("ada", AWAY, now);
        }
        assert_eq!(throttle.wait("ada", AWAY, now), Some(LONGEST_WAIT));
        assert_eq!(throttle.wait("ada", HOME, now), None);
    }

    #[test]
    fn one_network_cannot_try_many_accounts() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..TRIES_PER_NETWORK {
            throttle.failed(&number.to_string(), HOME, now);
        }
        assert!(throttle.wait("another", HOME, now).is_some());
        assert_eq!(throttle.wait("another", HOME, now + FORGOTTEN_AFTER), None);
    }
}
