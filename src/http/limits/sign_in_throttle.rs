//! Slows down who guesses passwords and codes, and nobody else. SECURITY.md ("Signing in under attack") states the model.
//!
//! Keys are typed: what a client types is only ever part of a digest, and an address is a key only after it was parsed.
//! A try counts as a failure when it begins and is forgiven when it succeeds, so tries side by side gain nothing.

use crate::blog::network::Network;
use crate::blog::{AuthorId, SessionId};
use crate::secrets;
use crate::secrets::hash_queue::Priority;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A quiet day makes good again.
const FORGOTTEN_AFTER: Duration = Duration::from_hours(24);
/// Expired failures are looked for this often.
const SWEPT_EVERY: Duration = Duration::from_mins(5);
/// So many networks with failures within a day are an attack: then networks that failed wait longer.
const ATTACK_NETWORKS: usize = 50;
/// A network that came to wait for its turn is no newcomer for this long.
const NO_NEWCOMER_FOR: Duration = Duration::from_mins(15);
/// Beyond this many networks of that kind, those of longest ago are forgotten: some 2 MiB.
const CAME_MAX: usize = 32_768;
/// Beyond this many failures the lightest are forgotten: some 8 MiB.
const REMEMBERED_MAX: usize = 65_536;
/// A site (/48 of IPv6) in which so many networks failed counts as one network.
const NETWORKS_PER_SITE: usize = 256;
/// Beginnings of passkey sign-ins of one network within [`BEGINNINGS_WITHIN`]. Nothing is stored for one.
const BEGINNINGS: u32 = 30;
const BEGINNINGS_WITHIN: Duration = Duration::from_mins(1);
/// Beyond this many networks that begin, those whose minute is over are forgotten, and then all.
const BEGINNING_NETWORKS_MAX: usize = 20_000;

/// So many failures cost nothing, then waits double from the first up to the longest.
#[derive(Debug, Clone, Copy)]
struct Growth {
    free: u32,
    first: Duration,
    longest: Duration,
}

const fn growth(free: u32, first: Duration, longest: Duration) -> Growth {
    Growth {
        free,
        first,
        longest,
    }
}

const SECOND: Duration = Duration::from_secs(1);
const QUARTER: Duration = Duration::from_mins(15);
/// One account from one network, and what a known browser or a signed-in session gets.
const ACCOUNT: Growth = growth(5, SECOND, QUARTER);
/// All accounts from one network: a family or an office.
const NETWORK: Growth = growth(20, SECOND, QUARTER);
/// The same while many networks fail.
const ACCOUNT_IN_ATTACK: Growth = growth(3, Duration::from_mins(1), Duration::from_hours(2));
const NETWORK_IN_ATTACK: Growth = growth(6, Duration::from_mins(1), Duration::from_hours(2));
/// The second step of one person, from all unknown browsers: who gets here has the password already, and six digits can be
/// guessed, so this is the one limit that many networks share.
const CODES: Growth = growth(20, SECOND, QUARTER);

/// What is tried: each counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Step {
    Password,
    Code,
}

/// A digest of something that a client sent.
type Digest = [u8; 16];

/// Under what failures are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// A session that is asked for its password again.
    Session(SessionId),
    /// A browser from which the account's owner signed in before.
    Device(Step, Digest),
    /// One account from one network.
    Account(Step, Network, Digest),
    /// All accounts from one network.
    Network(Network),
    /// The second step of a person, from all unknown browsers.
    Codes(AuthorId),
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    number: u32,
    last: Instant,
}

impl Failures {
    fn wait(&self, growth: Growth, now: Instant) -> Duration {
        let over = self.number.saturating_sub(growth.free);
        if over == 0 {
            return Duration::ZERO;
        }
        growth
            .first
            .saturating_mul(1 << (over - 1).min(16))
            .min(growth.longest)
            .saturating_sub(now.duration_since(self.last))
    }

    fn is_over(&self, now: Instant) -> bool {
        now.duration_since(self.last) >= FORGOTTEN_AFTER
    }
}

/// Who tries to get in.
#[derive(Debug, Clone, Copy)]
pub struct Trying {
    network: Network,
    who: Who,
}

#[derive(Debug, Clone, Copy)]
enum Who {
    Session(SessionId),
    Device(Step, Digest),
    Unknown {
        step: Step,
        account: Digest,
        /// Whose second step it is.
        codes: Option<AuthorId>,
        /// Whether this person signed in from this network before.
        is_familiar: bool,
    },
}

fn digest(text: &str) -> Digest {
    let mut digest = [0; 16];
    digest.copy_from_slice(&secrets::hash(text)[..16]);
    digest
}

impl Trying {
    /// A password for an account, as it was typed. `device` is the browser's name where the account's owner signed in from
    /// it before, `is_familiar` says the same of the network.
    pub fn password(
        account: &str,
        network: Network,
        device: Option<&str>,
        is_familiar: bool,
    ) -> Self {
        let who = match device {
            Some(device) => Who::Device(Step::Password, digest(device)),
            None => Who::Unknown {
                step: Step::Password,
                account: digest(account),
                codes: None,
                is_familiar,
            },
        };
        Self { network, who }
    }

    /// A one-time code or a recovery code of somebody who has shown the password.
    pub fn code(author: AuthorId, network: Network, device: Option<&str>) -> Self {
        let who = match device {
            Some(device) => Who::Device(Step::Code, digest(device)),
            None => Who::Unknown {
                step: Step::Code,
                account: digest(&author.to_string()),
                codes: Some(author),
                is_familiar: false,
            },
        };
        Self { network, who }
    }

    /// The password again, of somebody who is signed in.
    pub fn again(session: SessionId, network: Network) -> Self {
        Self {
            network,
            who: Who::Session(session),
        }
    }
}

/// The failures that are remembered. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Throttle {
    remembered: Arc<Mutex<Remembered>>,
    beginnings: Arc<Mutex<HashMap<Network, (Instant, u32)>>>,
}

impl Throttle {
    /// How soon a try's turn to be checked comes, or how long to wait before the next try. A network that asks has come: it is no
    /// newcomer the next time, even if it hangs up before its turn.
    pub fn priority(&self, trying: &Trying, now: Instant) -> Result<Priority, Duration> {
        let mut remembered = self.remembered();
        remembered.sweep(now);
        match remembered.wait(trying, now) {
            Some(wait) => Err(wait),
            None => Ok(remembered.priority(trying, now)),
        }
    }

    /// Begins a try: it counts as a failure until it succeeds. Says how long to wait where others of the same network used
    /// up what was free meanwhile.
    pub fn begin(&self, trying: &Trying, now: Instant) -> Result<(), Duration> {
        let mut remembered = self.remembered();
        remembered.sweep(now);
        if let Some(wait) = remembered.wait(trying, now) {
            return Err(wait);
        }
        remembered.count(trying, now);
        Ok(())
    }

    /// Forgives the failures of an account in one place, once the right password came from there.
    pub fn succeeded(&self, trying: &Trying) {
        self.remembered().forgive(trying);
    }

    /// Counts the beginning of a sign-in with a passkey, or says how long to wait.
    pub fn begin_passkey(&self, network: Network, now: Instant) -> Result<(), Duration> {
        let mut beginnings = self
            .beginnings
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_over = |since: Instant| now.duration_since(since) >= BEGINNINGS_WITHIN;
        if beginnings.len() >= BEGINNING_NETWORKS_MAX {
            beginnings.retain(|_, (since, _)| !is_over(*since));
            if beginnings.len() >= BEGINNING_NETWORKS_MAX {
                // It bounds work and guards no secret, so to forget too much harms nobody.
                beginnings.clear();
            }
        }
        let (since, number) = beginnings.entry(network).or_insert((now, 0));
        if is_over(*since) {
            (*since, *number) = (now, 0);
        }
        if *number >= BEGINNINGS {
            return Err(BEGINNINGS_WITHIN.saturating_sub(now.duration_since(*since)));
        }
        *number += 1;
        Ok(())
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, Remembered> {
        self.remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Default)]
struct Remembered {
    failures: HashMap<Key, Failures>,
    /// How many networks failed.
    networks: usize,
    /// How many networks of each site of IPv6 failed.
    sites: HashMap<Network, usize>,
    /// When each network that did not fail came last.
    came: HashMap<Network, Instant>,
    swept_at: Option<Instant>,
}

impl Remembered {
    fn known(&self, key: Key, now: Instant) -> Option<&Failures> {
        self.failures.get(&key).filter(|known| !known.is_over(now))
    }

    /// The network that failures count under: itself, or its site where too many networks of it failed.
    fn counted(&self, network: Network) -> Network {
        let crowded = self
            .sites
            .get(&network.site())
            .is_some_and(|networks| *networks >= NETWORKS_PER_SITE);
        if crowded && !self.failures.contains_key(&Key::Network(network)) {
            network.site()
        } else {
            network
        }
    }

    /// What a try counts under, and how fast waits grow there.
    fn keys(&self, trying: &Trying) -> [Option<(Key, Growth)>; 2] {
        let in_attack = self.networks >= ATTACK_NETWORKS;
        let network = self.counted(trying.network);
        match trying.who {
            Who::Session(session) => [Some((Key::Session(session), ACCOUNT)), None],
            Who::Device(step, device) => [Some((Key::Device(step, device), ACCOUNT)), None],
            Who::Unknown {
                step: Step::Code,
                account,
                codes,
                ..
            } => [
                Some((Key::Account(Step::Code, network, account), ACCOUNT)),
                codes.map(|author| (Key::Codes(author), CODES)),
            ],
            Who::Unknown { step, account, .. } => {
                let (by_account, by_network) = if in_attack {
                    (ACCOUNT_IN_ATTACK, NETWORK_IN_ATTACK)
                } else {
                    (ACCOUNT, NETWORK)
                };
                [
                    Some((Key::Account(step, network, account), by_account)),
                    Some((Key::Network(network), by_network)),
                ]
            }
        }
    }

    fn wait(&self, trying: &Trying, now: Instant) -> Option<Duration> {
        self.keys(trying)
            .into_iter()
            .flatten()
            .filter_map(|(key, growth)| Some(self.known(key, now)?.wait(growth, now)))
            .max()
            .filter(|wait| !wait.is_zero())
    }

    fn priority(&mut self, trying: &Trying, now: Instant) -> Priority {
        match trying.who {
            Who::Session(_) => Priority::SIGNED_IN,
            Who::Device(..)
            | Who::Unknown {
                is_familiar: true, ..
            } => Priority::known(trying.network),
            Who::Unknown { .. } => {
                let network = self.counted(trying.network);
                let failures = self.known(Key::Network(network), now);
                match failures.map(|known| known.number) {
                    Some(failures) => Priority::unknown(trying.network, failures),
                    None if self.comes_again(trying.network, now) => {
                        Priority::unknown(trying.network, 0)
                    }
                    None => Priority::newcomer(trying.network),
                }
            }
        }
    }

    fn count(&mut self, trying: &Trying, now: Instant) {
        if self.failures.len() >= REMEMBERED_MAX {
            self.make_room(now);
        }
        for (key, _) in self.keys(trying).into_iter().flatten() {
            let is_new = !self.failures.contains_key(&key);
            let known = self.failures.entry(key).or_insert(Failures {
                number: 0,
                last: now,
            });
            if known.is_over(now) {
                known.number = 0;
            }
            known.number = known.number.saturating_add(1);
            known.last = now;
            if let (Key::Network(network), true) = (key, is_new) {
                self.networks += 1;
                if network.site() != network {
                    *self.sites.entry(network.site()).or_default() += 1;
                }
            }
        }
    }

    /// Remembers that a network came; whether it came lately, too.
    fn comes_again(&mut self, network: Network, now: Instant) -> bool {
        if self.came.len() >= CAME_MAX {
            let mut times: Vec<Instant> = self.came.values().copied().collect();
            let (_, limit, _) = times.select_nth_unstable(CAME_MAX / 8);
            let limit = *limit;
            self.came.retain(|_, at| *at > limit);
        }
        self.came.insert(network, now).is_some()
    }

    /// Takes back what an account failed in one place; what the network failed with other accounts stays.
    fn forgive(&mut self, trying: &Trying) {
        let [own, wider] = self.keys(trying);
        let Some((own, _)) = own else { return };
        let forgiven = self.failures.remove(&own).map_or(0, |known| known.number);
        let Some((wider, _)) = wider else { return };
        let Some(known) = self.failures.get_mut(&wider) else {
            return;
        };
        known.number = known.number.saturating_sub(forgiven);
        if known.number == 0 {
            self.failures.remove(&wider);
            self.recount();
        }
    }

    /// Forgets what is over, now and then.
    fn sweep(&mut self, now: Instant) {
        let swept_at = *self.swept_at.get_or_insert(now);
        if now.duration_since(swept_at) < SWEPT_EVERY {
            return;
        }
        self.swept_at = Some(now);
        self.failures.retain(|_, known| !known.is_over(now));
        self.came
            .retain(|_, at| now.duration_since(*at) < NO_NEWCOMER_FOR);
        self.recount();
    }

    /// Forgets what is over and then the lightest failures, the oldest of them first: who failed often stays remembered,
    /// however many others come.
    fn make_room(&mut self, now: Instant) {
        self.failures.retain(|_, known| !known.is_over(now));
        let keep = REMEMBERED_MAX - REMEMBERED_MAX / 8;
        if let Some(too_many) = self.failures.len().checked_sub(keep).filter(|n| *n > 0) {
            let mut weights: Vec<(u32, Instant)> = self
                .failures
                .values()
                .map(|known| (known.number, known.last))
                .collect();
            let (_, limit, _) = weights.select_nth_unstable(too_many - 1);
            let limit = *limit;
            let mut left = too_many;
            self.failures.retain(|_, known| {
                let goes = left > 0 && (known.number, known.last) <= limit;
                left -= usize::from(goes);
                !goes
            });
        }
        self.recount();
    }

    fn recount(&mut self) {
        self.networks = 0;
        self.sites.clear();
        for key in self.failures.keys() {
            let Key::Network(network) = key else { continue };
            self.networks += 1;
            if network.site() != *network {
                *self.sites.entry(network.site()).or_default() += 1;
            }
        }
    }
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
