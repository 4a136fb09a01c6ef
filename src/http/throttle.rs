//! The slow-down on guessing passwords: a few free tries, then waits that double. It never locks anybody out for good.

use super::server::Client;
use crate::blog::network::household;
use axum::Extension;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
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
/// Wrong passwords for one account from all networks, of each the free ones only: one network alone cannot use them up.
const TRIES_PER_ACCOUNT: u32 = 50;
/// Wrong passwords from all networks for all accounts that cost nothing, of each network the free ones only …
const TRIES_IN_ALL: u32 = 200;
/// … then who comes from an unknown browser waits no longer than this: it slows a guesser down and keeps nobody out.
const LONGEST_WAIT_OF_ALL: Duration = Duration::from_secs(30);
/// Under what they are counted; no address looks like it.
const ALL: &str = "all";
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

/// Who tries to get in.
#[derive(Debug)]
pub struct Trying {
    account: String,
    from: IpAddr,
    /// The browser's name, where the account's owner signed in from it before.
    known_device: Option<String>,
}

impl Trying {
    pub fn new(
        account: &str,
        client: Option<Extension<Client>>,
        known_device: Option<String>,
    ) -> Self {
        Self {
            account: account.to_owned(),
            from: client.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |Extension(client)| {
                client.0
            }),
            known_device,
        }
    }

    /// Under what the slips of this account from this place are counted. A browser that the owner signed in from counts
    /// for itself, so nobody elsewhere slows it down.
    fn own(&self) -> String {
        match &self.known_device {
            Some(device) => format!("known {device}"),
            None => format!("{} {}", self.account, household(self.from)),
        }
    }
}

impl Throttle {
    /// How long to wait before the next try; `None` to go on.
    pub fn wait(&self, who: &Trying, now: Instant) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |key: &str| {
            failures
                .get(key)
                .filter(|known| now.duration_since(known.last) < FORGOTTEN_AFTER)
        };
        let growing = |key: &str, free: u32, longest: Duration| {
            known(key).map(|known| {
                let over = known.number.saturating_sub(free);
                let wait = if over == 0 {
                    Duration::ZERO
                } else {
                    FIRST_WAIT
                        .saturating_mul(1 << over.saturating_sub(1).min(16))
                        .min(longest)
                };
                wait.saturating_sub(now.duration_since(known.last))
            })
        };
        let own = growing(&who.own(), FREE_TRIES, LONGEST_WAIT);
        if who.known_device.is_some() {
            return own.filter(|wait| !wait.is_zero());
        }
        let by_account = growing(&who.account, TRIES_PER_ACCOUNT, LONGEST_WAIT);
        let in_all = growing(ALL, TRIES_IN_ALL, LONGEST_WAIT_OF_ALL);
        let by_network = known(&household(who.from))
            .filter(|known| known.number >= TRIES_PER_NETWORK)
            .map(|known| LONGEST_WAIT.saturating_sub(now.duration_since(known.last)));
        own.max(by_account)
            .max(by_network)
            .max(in_all)
            .filter(|wait| !wait.is_zero())
    }

    /// Remembers a wrong password.
    pub fn failed(&self, who: &Trying, now: Instant) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED_MAX {
            failures.retain(|_, known| now.duration_since(known.last) < LONGEST_WAIT);
            if failures.len() >= REMEMBERED_MAX {
                failures.clear();
            }
        }
        let mut count = |key: String| {
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
            known.number
        };
        let own = count(who.own());
        if who.known_device.is_none() {
            count(household(who.from));
            if own <= FREE_TRIES {
                count(who.account.clone());
                count(ALL.to_owned());
            }
        }
    }

    /// Forgets the slips of an account in one place, once the right password came from there.
    pub fn succeeded(&self, who: &Trying) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&who.own());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));
    const AWAY: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7));

    fn trying(account: &str, from: IpAddr) -> Trying {
        Trying::new(account, Some(Extension(Client(from))), None)
    }

    #[test]
    fn a_few_slips_cost_nothing_and_then_waits_double() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        let ada = trying("ada", HOME);
        for _ in 0..FREE_TRIES {
            throttle.failed(&ada, now);
            assert_eq!(throttle.wait(&ada, now), None);
        }
        throttle.failed(&ada, now);
        assert_eq!(throttle.wait(&ada, now), Some(FIRST_WAIT));
        throttle.failed(&ada, now);
        assert_eq!(throttle.wait(&ada, now), Some(FIRST_WAIT * 2));
        assert_eq!(throttle.wait(&ada, now + FIRST_WAIT * 2), None);
    }

    #[test]
    fn a_guesser_elsewhere_does_not_slow_the_owner_down() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for _ in 0..200 {
            throttle.failed(&trying("ada", AWAY), now);
        }
        assert_eq!(throttle.wait(&trying("ada", AWAY), now), Some(LONGEST_WAIT));
        assert_eq!(throttle.wait(&trying("ada", HOME), now), None);
    }

    #[test]
    fn guessers_in_many_networks_slow_an_account_down_but_not_its_known_devices() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for network in 0..=u8::try_from(TRIES_PER_ACCOUNT).unwrap() {
            let guesser = IpAddr::from([203, 0, network, 1]);
            assert_eq!(throttle.wait(&trying("ada", guesser), now), None);
            throttle.failed(&trying("ada", guesser), now);
        }
        assert_eq!(throttle.wait(&trying("ada", HOME), now), Some(FIRST_WAIT));
        assert_eq!(throttle.wait(&trying("bo", HOME), now), None);
        let mut known = trying("ada", HOME);
        known.known_device = Some("a browser".to_owned());
        assert_eq!(throttle.wait(&known, now), None);
        for _ in 0..=FREE_TRIES {
            throttle.failed(&known, now);
        }
        assert_eq!(
            throttle.wait(&known, now),
            Some(FIRST_WAIT),
            "a stolen browser is no way to guess on"
        );
    }

    #[test]
    fn many_guesses_for_many_accounts_slow_unknown_browsers_down_and_no_others() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..=TRIES_IN_ALL {
            let [_, _, high, low] = number.to_be_bytes();
            let guesser = trying(&number.to_string(), IpAddr::from([203, high, low, 1]));
            assert_eq!(throttle.wait(&guesser, now), None);
            throttle.failed(&guesser, now);
        }
        let mut ada = trying("ada", HOME);
        assert_eq!(throttle.wait(&ada, now), Some(FIRST_WAIT));
        for number in 0..40 {
            throttle.failed(&trying(&format!("more {number}"), AWAY), now);
        }
        assert_eq!(throttle.wait(&ada, now), Some(LONGEST_WAIT_OF_ALL));
        assert_eq!(throttle.wait(&ada, now + LONGEST_WAIT_OF_ALL), None);
        ada.known_device = Some("a browser".to_owned());
        assert_eq!(throttle.wait(&ada, now), None);
    }

    #[test]
    fn one_network_cannot_try_many_accounts() {
        let (throttle, now) = (Throttle::default(), Instant::now());
        for number in 0..TRIES_PER_NETWORK {
            throttle.failed(&trying(&number.to_string(), HOME), now);
        }
        let another = trying("another", HOME);
        assert!(throttle.wait(&another, now).is_some());
        assert_eq!(throttle.wait(&another, now + FORGOTTEN_AFTER), None);
    }
}
