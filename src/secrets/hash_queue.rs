//! Who hashes a password next. Hashing is the one costly thing that anybody may ask for, so few are made at once, and who
//! waits is ordered: people who are known first, then networks that come for the first time, then the others, fewest failures
//! first. Within one rank the providers take turns, so an attacker with thousands of networks of one provider has one turn of
//! many. Among networks that come for the first time the newest goes first: a crowd that came before somebody and comes
//! again is no crowd of newcomers any more.

use crate::blog::network::Network;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Two at once leave the other cores and the memory to readers.
pub const AT_ONCE: usize = 2;
/// Somebody who would wait longer than this is asked to come again: well below the 30 s that a handler may take.
pub const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// So many wait on a machine of any speed …
const WAITING_MIN: usize = 20;
/// … and no more on the fastest: each holds a connection and a form.
const WAITING_MAX: usize = 1000;
/// Of one network no more wait at once.
const WAITING_PER_NETWORK: usize = 4;
/// The rank of a network that comes for the first time.
const NEWCOMER: u8 = 2;
/// Ranks beyond this are one.
const RANK_MAX: u8 = 31;

/// How soon somebody's turn comes: the lower rank first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priority {
    rank: u8,
    /// `None` for somebody who is signed in or for the program itself.
    network: Option<Network>,
}

impl Priority {
    /// Somebody who is signed in, or the program itself.
    pub const SIGNED_IN: Self = Self {
        rank: 0,
        network: None,
    };

    /// A browser, or a network, from which this person signed in before.
    #[must_use]
    pub fn known(network: Network) -> Self {
        Self {
            rank: 1,
            network: Some(network),
        }
    }

    /// Somebody in a network that did not fail and did not come lately.
    #[must_use]
    pub fn newcomer(network: Network) -> Self {
        Self {
            rank: NEWCOMER,
            network: Some(network),
        }
    }

    /// Somebody in a network with so many failures, or in one that came before.
    #[must_use]
    pub fn unknown(network: Network, failures: u32) -> Self {
        let failures = u8::try_from(failures).unwrap_or(RANK_MAX);
        Self {
            rank: failures.saturating_add(NEWCOMER + 1).min(RANK_MAX),
            network: Some(network),
        }
    }
}

/// The place of one that waits; lower comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rank: u8,
    /// The round in which the provider has its turn.
    round: u64,
    /// Counts up, among newcomers down.
    number: u64,
}

#[derive(Debug)]
struct Waiting<T> {
    item: T,
    network: Option<Network>,
}

/// What became of one that came to wait.
#[derive(Debug, PartialEq, Eq)]
pub enum Pushed<T> {
    Waits,
    /// It waits in the place of another one, which is returned.
    Instead(T),
    /// There is no room for it.
    Refused,
}

/// The order of those that wait: fair queueing by provider within each rank; newcomers of one round newest first. No clock, no
/// lock, so that a test can run it with a clock of its own.
#[derive(Debug)]
pub struct Queue<T> {
    waiting: BTreeMap<Place, Waiting<T>>,
    per_network: HashMap<Network, usize>,
    /// The last round of each provider that waits, by rank.
    rounds: HashMap<(u8, Option<Network>), u64>,
    /// The round that each rank has come to.
    current: [u64; RANK_MAX as usize + 1],
    number: u64,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self {
            waiting: BTreeMap::new(),
            per_network: HashMap::new(),
            rounds: HashMap::new(),
            current: [0; RANK_MAX as usize + 1],
            number: 0,
        }
    }
}

impl<T> Queue<T> {
    /// Lets one wait; `room` is how many may.
    pub fn push(&mut self, priority: Priority, item: T, room: usize) -> Pushed<T> {
        let waits = priority
            .network
            .and_then(|network| self.per_network.get(&network));
        if waits.is_some_and(|waits| *waits >= WAITING_PER_NETWORK) {
            return Pushed::Refused;
        }
        let provider = priority.network.map(Network::provider);
        let current = self.current[usize::from(priority.rank)];
        let last = self.rounds.get(&(priority.rank, provider));
        let round = last.map_or(current, |last| current.max(*last)) + 1;
        let place = Place {
            rank: priority.rank,
            round,
            number: if priority.rank == NEWCOMER {
                u64::MAX - self.number
            } else {
                self.number
            },
        };
        let mut instead = None;
        if self.waiting.len() >= room {
            let worst = self.waiting.last_key_value().map(|(worst, _)| *worst);
            let Some(worst) = worst.filter(|worst| *worst > place) else {
                return Pushed::Refused;
            };
            instead = self.remove(worst);
        }
        self.number += 1;
        self.rounds.insert((priority.rank, provider), round);
        if let Some(network) = priority.network {
            *self.per_network.entry(network).or_default() += 1;
        }
        let network = priority.network;
        self.waiting.insert(place, Waiting { item, network });
        instead.map_or(Pushed::Waits, Pushed::Instead)
    }

    /// The one whose turn it is.
    pub fn pop(&mut self) -> Option<T> {
        let place = *self.waiting.first_key_value()?.0;
        let current = &mut self.current[usize::from(place.rank)];
        *current = place.round.max(*current);
        let item = self.remove(place);
        // A provider whose rounds are over begins with the others; what it had is no use any more.
        if self.waiting.is_empty() {
            self.rounds.clear();
        } else if self.rounds.len() > 2 * WAITING_MAX {
            let current = self.current;
            self.rounds
                .retain(|(rank, _), last| *last > current[usize::from(*rank)]);
        }
        item
    }

    /// Forgets those that do not wait any more.
    pub fn retain(&mut self, waits: impl Fn(&T) -> bool) {
        let gone: Vec<Place> = self
            .waiting
            .iter()
            .filter(|(_, waiting)| !waits(&waiting.item))
            .map(|(place, _)| *place)
            .collect();
        for place in gone {
            self.remove(place);
        }
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    fn remove(&mut self, place: Place) -> Option<T> {
        let waiting = self.waiting.remove(&place)?;
        if let Some(network) = waiting.network
            && let Some(waits) = self.per_network.get_mut(&network)
        {
            *waits -= 1;
            if *waits == 0 {
                self.per_network.remove(&network);
            }
        }
        Some(waiting.item)
    }
}

/// How many may wait where one hash takes so long.
#[must_use]
pub fn room(one: Duration) -> usize {
    let at_once = u128::try_from(AT_ONCE).unwrap_or(1);
    let room = LONGEST_WAIT.as_micros() * at_once / one.as_micros().max(1);
    usize::try_from(room)
        .unwrap_or(WAITING_MAX)
        .clamp(WAITING_MIN, WAITING_MAX)
}

#[derive(Debug, Default)]
struct Line {
    queue: Queue<oneshot::Sender<Turn>>,
    running: usize,
    /// How long one hash took lately.
    one: Duration,
}

/// The turns to hash. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Turns(Arc<Mutex<Line>>);

/// Leave to make one hash; the next one's turn comes when it is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    /// Whether somebody else has it by now.
    passed_on: bool,
}

impl Turns {
    /// Waits for a turn; [`Error::Busy`] where too many wait that come before, or after [`LONGEST_WAIT`].
    pub async fn wait(&self, priority: Priority) -> Result<Turn> {
        let turn = self.take_or_wait(priority)?;
        match turn {
            Ok(turn) => Ok(turn),
            Err(waits) => match tokio::time::timeout(LONGEST_WAIT, waits).await {
                Ok(Ok(turn)) => Ok(turn),
                Ok(Err(_)) | Err(_) => Err(Error::Busy),
            },
        }
    }

    fn take_or_wait(
        &self,
        priority: Priority,
    ) -> Result<std::result::Result<Turn, oneshot::Receiver<Turn>>> {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if line.running < AT_ONCE {
            line.running += 1;
            return Ok(Ok(self.turn()));
        }
        let room = room(line.one);
        if line.queue.len() >= room {
            // Who hung up makes room.
            line.queue.retain(|waits| !waits.is_closed());
        }
        let (turn, waits) = oneshot::channel();
        match line.queue.push(priority, turn, room) {
            Pushed::Waits => Ok(Err(waits)),
            Pushed::Instead(refused) => {
                drop(line);
                drop(refused);
                Ok(Err(waits))
            }
            Pushed::Refused => Err(Error::Busy),
        }
    }

    fn turn(&self) -> Turn {
        Turn {
            turns: self.clone(),
            passed_on: false,
        }
    }

    /// Remembers how long a hash took: the average of about the last eight.
    pub fn took(&self, time: Duration) {
        let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        line.one = if line.one.is_zero() {
            time
        } else {
            (line.one * 7 + time) / 8
        };
    }

    /// Gives a turn that ends to the next that still waits.
    fn pass_on(&self) {
        loop {
            let next = {
                let mut line = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let next = line.queue.pop();
                if next.is_none() {
                    line.running -= 1;
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(self.turn()) {
                Ok(()) => return,
                // Nobody waits there any more, and the turn is still to be had.
                Err(mut turn) => turn.passed_on = true,
            }
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.passed_on {
            self.turns.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn network(n: u16) -> Network {
        let [high, low] = n.to_be_bytes();
        Network::of(IpAddr::from([10, high, low, 1]))
    }

    fn provider(n: u8) -> Network {
        Network::of(IpAddr::from([198, n, 0, 1]))
    }

    #[test]
    fn who_is_known_comes_first_and_then_who_failed_least() {
        let mut queue = Queue::default();
        queue.push(Priority::unknown(network(1), 9), "guesser", 10);
        queue.push(Priority::unknown(network(2), 1), "one failure", 10);
        queue.push(Priority::unknown(network(5), 0), "comes again", 10);
        queue.push(Priority::newcomer(network(3)), "newcomer", 10);
        queue.push(Priority::known(network(4)), "owner", 10);
        queue.push(Priority::SIGNED_IN, "signed in", 10);
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(
            order,
            [
                "signed in",
                "owner",
                "newcomer",
                "comes again",
                "one failure",
                "guesser"
            ]
        );
    }

    #[test]
    fn one_provider_with_many_networks_has_one_turn_of_many() {
        let mut queue = Queue::default();
        for n in 0..500 {
            queue.push(Priority::unknown(network(n % 250), 0), "crowd", 1000);
        }
        queue.push(Priority::unknown(provider(1), 0), "owner", 1000);
        let place = (1..2000).find(|_| queue.pop() == Some("owner"));
        assert!(place <= Some(3), "{place:?}");
        for n in 0..20 {
            queue.push(Priority::unknown(provider(n), 0), "crowd", 1000);
            queue.push(Priority::unknown(provider(n), 0), "crowd", 1000);
        }
        queue.push(Priority::unknown(provider(77), 0), "owner", 1000);
        let place = (1..2000).find(|_| queue.pop() == Some("owner"));
        assert!(place <= Some(23), "{place:?}");
    }

    #[test]
    fn a_full_queue_takes_who_comes_before_and_refuses_who_comes_after() {
        let mut queue = Queue::default();
        for n in 0..3 {
            let pushed = queue.push(Priority::unknown(provider(n), 5), n, 3);
            assert_eq!(pushed, Pushed::Waits);
        }
        let stranger = Priority::unknown(network(9), 0);
        assert_eq!(queue.push(stranger, 9, 3), Pushed::Instead(2));
        let guesser = Priority::unknown(network(8), 9);
        assert_eq!(queue.push(guesser, 8, 3), Pushed::Refused);
        assert_eq!(queue.len(), 3);
    }

    #[test]
    fn of_newcomers_the_newest_goes_first_and_the_oldest_makes_room() {
        let mut queue = Queue::default();
        for n in 0..3 {
            queue.push(Priority::newcomer(provider(n)), n, 3);
        }
        let pushed = queue.push(Priority::newcomer(provider(9)), 9, 3);
        assert_eq!(pushed, Pushed::Instead(0));
        let order: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
        assert_eq!(order, [9, 2, 1]);
    }

    #[test]
    fn one_network_takes_few_places() {
        let mut queue = Queue::default();
        let waits = (0..100)
            .filter(|n| queue.push(Priority::unknown(network(1), 0), *n, 50) == Pushed::Waits)
            .count();
        assert_eq!(waits, WAITING_PER_NETWORK);
        queue.pop();
        assert_eq!(
            queue.push(Priority::unknown(network(1), 0), 7, 50),
            Pushed::Waits
        );
    }

    #[test]
    fn so_many_wait_as_are_served_in_time() {
        assert_eq!(room(Duration::from_millis(50)), 800);
        assert_eq!(room(Duration::from_secs(5)), WAITING_MIN);
        assert_eq!(room(Duration::ZERO), WAITING_MAX);
    }

    #[tokio::test]
    async fn a_turn_goes_on_to_who_still_waits_and_is_never_lost() {
        let turns = Turns::default();
        let one = turns.wait(Priority::SIGNED_IN).await.unwrap();
        let other = turns.wait(Priority::SIGNED_IN).await.unwrap();
        let cancelled = turns
            .take_or_wait(Priority::unknown(network(1), 0))
            .unwrap()
            .unwrap_err();
        drop(cancelled);
        let waits = turns
            .take_or_wait(Priority::unknown(network(2), 0))
            .unwrap()
            .unwrap_err();
        drop(one);
        let third = waits.await.unwrap();
        drop((other, third));
        let again = [
            turns.take_or_wait(Priority::SIGNED_IN).unwrap(),
            turns.take_or_wait(Priority::SIGNED_IN).unwrap(),
        ];
        assert!(again.iter().all(std::result::Result::is_ok));
        let more = turns.take_or_wait(Priority::SIGNED_IN).unwrap();
        assert!(more.is_err(), "no more than two at once");
    }
}
