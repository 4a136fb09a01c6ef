//! How many comments one client prefix may send, and how often it may search: enough for a lively talk, too few for a machine.
//!
//! In memory only: addresses are not stored. A restart forgets them, and the spam filter still counts by network.

use crate::blog::network::client_prefix;
use crate::blog::time::Millis;
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// So many comments within so many seconds. Three at once are two people on one sofa; a school behind one address
/// reaches the second line on a busy day, and is asked to wait some minutes.
const LIMITS: &[(usize, i64)] = &[(3, 15), (5, 10 * 60), (30, 24 * 3600)];
/// Beyond this many clients the quiet ones are forgotten, so that a flood cannot fill the memory.
const CLIENTS_MAX: usize = 20_000;

/// The comments of each client prefix within the longest limit: when, and a digest of what was said. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Rates(Arc<Mutex<HashMap<String, Sent>>>);

/// When a client prefix sent comments, the oldest first, with a digest of each.
type Sent = VecDeque<(Millis, String)>;

impl Rates {
    /// Counts a comment, or says how many seconds to wait before it may be sent again. What was counted already, as when
    /// a button is pressed twice, counts once.
    pub fn count(&self, from: IpAddr, digest: &str, now: Millis) -> Result<(), u64> {
        let longest = LIMITS
            .iter()
            .map(|&(_, seconds)| seconds)
            .max()
            .unwrap_or(0);
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut clients, now);
        let sent = clients.entry(client_prefix(from)).or_default();
        for (at, _) in sent.iter_mut() {
            // A clock that was set back must keep nobody waiting for longer than the limits say.
            *at = (*at).min(now);
        }
        while sent
            .front()
            .is_some_and(|(at, _)| *at <= now.plus_seconds(-longest))
        {
            sent.pop_front();
        }
        if sent.iter().any(|(_, known)| known == digest) {
            return Ok(());
        }
        let wait = LIMITS
            .iter()
            .filter_map(|&(number, seconds)| wait(sent, number, seconds, now))
            .max();
        if let Some(seconds) = wait {
            return Err(seconds);
        }
        sent.push_back((now, digest.to_owned()));
        Ok(())
    }
}

/// Seconds until fewer than `number` comments lie within the last `seconds`.
fn wait(sent: &Sent, number: usize, seconds: i64, now: Millis) -> Option<u64> {
    let (at, _) = sent.iter().rev().nth(number - 1)?;
    let left = u64::try_from(at.plus_seconds(seconds).0 - now.0).unwrap_or(0);
    Some(left.div_ceil(1000)).filter(|&wait| wait > 0)
}

/// Forgets clients that were quiet for the shorter limits, and at worst all.
fn make_room(clients: &mut HashMap<String, Sent>, now: Millis) {
    if clients.len() < CLIENTS_MAX {
        return;
    }
    let quiet_since = now.plus_seconds(-LIMITS[1].1);
    clients.retain(|_, sent| sent.back().is_some_and(|(at, _)| *at > quiet_since));
    if clients.len() >= CLIENTS_MAX {
        clients.clear();
    }
}

/// The searches of one client prefix within a minute: each may read through the texts of the whole blog.
const SEARCHES_PER_MINUTE: u32 = 30;

/// Since when each client prefix's searches are counted, and how many they are. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Searches(Arc<Mutex<HashMap<String, (Millis, u32)>>>);

impl Searches {
    /// Counts a search, or says how many seconds to wait before the next one.
    pub fn count(&self, from: IpAddr, now: Millis) -> Result<(), u64> {
        let minute_ago = now.plus_seconds(-60);
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS_MAX {
            clients.retain(|_, (since, _)| *since > minute_ago);
            if clients.len() >= CLIENTS_MAX {
                clients.clear();
            }
        }
        let (since, number) = clients.entry(client_prefix(from)).or_insert((now, 0));
        // A clock that was set back must keep nobody waiting.
        if *since <= minute_ago || *since > now {
            (*since, *number) = (now, 0);
        }
        if *number >= SEARCHES_PER_MINUTE {
            let left = u64::try_from(since.0 - minute_ago.0).unwrap_or(0);
            return Err(left.div_ceil(1000));
        }
        *number += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000_000);

    fn from(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_few_pass_and_then_one_waits() {
        let rates = Rates::default();
        let home = from("192.0.2.7");
        let mut now = NOW;
        for n in 0..3 {
            assert_eq!(rates.count(home, &n.to_string(), now), Ok(()));
        }
        assert_eq!(rates.count(home, "3", now), Err(15));
        assert_eq!(
            rates.count(from("192.0.2.200"), "3", now),
            Err(15),
            "the same client prefix"
        );
        assert_eq!(
            rates.count(from("198.51.100.7"), "3", now),
            Ok(()),
            "another one"
        );
        now = now.plus_seconds(15);
        assert_eq!(rates.count(home, "3", now), Ok(()));
        assert_eq!(rates.count(home, "4", now), Ok(()));
        assert_eq!(
            rates.count(home, "5", now),
            Err(585),
            "ten minutes after the first"
        );
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_waiting_for_years() {
        let rates = Rates::default();
        let home = from("192.0.2.7");
        let ahead = NOW.plus_seconds(1000 * 24 * 3600);
        for n in 0..3 {
            assert_eq!(rates.count(home, &n.to_string(), ahead), Ok(()));
        }
        assert_eq!(rates.count(home, "3", NOW), Err(15));
        assert_eq!(rates.count(home, "3", NOW.plus_seconds(15)), Ok(()));
    }

    #[test]
    fn a_day_has_room_for_thirty() {
        let rates = Rates::default();
        let home = from("2001:db8::1");
        for n in 0..30 {
            let now = NOW.plus_seconds(n * 600);
            assert_eq!(rates.count(home, &n.to_string(), now), Ok(()), "{n}");
        }
        assert!(rates.count(home, "x", NOW.plus_seconds(30 * 600)).is_err());
        assert_eq!(rates.count(home, "x", NOW.plus_seconds(24 * 3600)), Ok(()));
    }

    #[test]
    fn the_same_words_count_once() {
        let rates = Rates::default();
        for _ in 0..50 {
            assert_eq!(rates.count(from("192.0.2.7"), "twice", NOW), Ok(()));
        }
    }

    #[test]
    fn a_flood_from_everywhere_does_not_fill_the_memory() {
        let rates = Rates::default();
        for n in 0..50_000_u32 {
            let address = IpAddr::from((0x0a00_0000 + n * 256).to_be_bytes());
            assert_eq!(rates.count(address, "x", NOW), Ok(()));
        }
        assert!(rates.0.lock().unwrap().len() <= CLIENTS_MAX);
    }

    #[test]
    fn a_network_searches_thirty_times_a_minute() {
        let searches = Searches::default();
        let home = from("192.0.2.7");
        for _ in 0..SEARCHES_PER_MINUTE {
            assert_eq!(searches.count(home, NOW), Ok(()));
        }
        assert_eq!(searches.count(home, NOW.plus_seconds(20)), Err(40));
        assert_eq!(searches.count(from("198.51.100.7"), NOW), Ok(()));
        assert_eq!(searches.count(home, NOW.plus_seconds(60)), Ok(()));
        assert_eq!(searches.count(home, NOW.plus_seconds(-60)), Ok(()));
    }
}
