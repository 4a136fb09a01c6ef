//! Who waits, for how long, and whose failures touch whom.

use super::*;
use std::net::{IpAddr, Ipv6Addr};

fn network(a: u8, b: u8, c: u8) -> Network {
    Network::of(IpAddr::from([a, b, c, 1]))
}

fn trying(account: &str, network: Network) -> Trying {
    Trying::password(account, network, None, false)
}

fn fail(throttle: &Throttle, trying: &Trying, times: u32, now: Instant) {
    for _ in 0..times {
        throttle.remembered().count(trying, now);
    }
}

fn wait(throttle: &Throttle, trying: &Trying, now: Instant) -> Option<Duration> {
    throttle.priority(trying, now).err()
}

/// As many networks as it takes fail once each.
fn attack(throttle: &Throttle, now: Instant) {
    for n in 0..ATTACK_NETWORKS {
        let n = u8::try_from(n).unwrap();
        fail(throttle, &trying("somebody", network(203, n, 0)), 1, now);
    }
}

#[test]
fn a_few_wrong_passwords_cost_nothing_and_then_waits_double() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let ada = trying("ada", network(192, 0, 2));
    for _ in 0..5 {
        assert_eq!(throttle.begin(&ada, now), Ok(()));
    }
    assert_eq!(throttle.begin(&ada, now), Ok(()), "the sixth is tried, too");
    assert_eq!(throttle.begin(&ada, now), Err(SECOND));
    let later = now + SECOND;
    assert_eq!(throttle.begin(&ada, later), Ok(()));
    assert_eq!(wait(&throttle, &ada, later), Some(SECOND * 2));
    fail(&throttle, &ada, 40, later);
    assert_eq!(wait(&throttle, &ada, later), Some(QUARTER));
    assert_eq!(wait(&throttle, &ada, later + FORGOTTEN_AFTER), None);
}

#[test]
fn failures_elsewhere_never_touch_a_network_without_failures() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    for n in 0..2000_u16 {
        let [high, low] = n.to_be_bytes();
        fail(&throttle, &trying("ada", network(10, high, low)), 9, now);
    }
    let home = trying("ada", network(192, 0, 2));
    for _ in 0..3 {
        assert_eq!(throttle.begin(&home, now), Ok(()));
    }
    assert_eq!(
        throttle.priority(&trying("bo", network(192, 0, 3)), now),
        Ok(Priority::newcomer(network(192, 0, 3)))
    );
}

#[test]
fn a_network_that_came_is_no_newcomer_for_a_while_even_if_it_hung_up() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let home = trying("ada", network(192, 0, 2));
    let newcomer = Priority::newcomer(network(192, 0, 2));
    assert_eq!(throttle.priority(&home, now), Ok(newcomer));
    let again = Priority::unknown(network(192, 0, 2), 0);
    assert_eq!(throttle.priority(&home, now), Ok(again));
    let later = now + NO_NEWCOMER_FOR;
    assert_eq!(throttle.priority(&home, later), Ok(newcomer));
}

#[test]
fn of_the_networks_that_came_the_latest_are_remembered() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let nth = |n: usize| {
        let [.., a, b, c] = u32::try_from(n).unwrap().to_be_bytes();
        trying("ada", network(a, b, c))
    };
    for n in 0..=CAME_MAX {
        let at = now + Duration::from_micros(u64::try_from(n).unwrap());
        assert!(throttle.priority(&nth(n), at).is_ok());
    }
    assert!(throttle.remembered().came.len() < CAME_MAX);
    let is_newcomer = |n: usize| {
        let trying = nth(n);
        throttle.priority(&trying, now) == Ok(Priority::newcomer(trying.network))
    };
    assert!(is_newcomer(0));
    assert!(!is_newcomer(CAME_MAX));
}

#[test]
fn in_an_attack_networks_that_failed_wait_longer() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let eve = trying("ada", network(198, 51, 100));
    fail(&throttle, &eve, 4, now);
    assert_eq!(wait(&throttle, &eve, now), None);
    attack(&throttle, now);
    assert_eq!(wait(&throttle, &eve, now), Some(Duration::from_mins(1)));
    let over = now + FORGOTTEN_AFTER;
    assert_eq!(wait(&throttle, &eve, over), None);
    throttle.remembered().sweep(over);
    assert_eq!(throttle.remembered().networks, 0);
}

#[test]
fn a_known_browser_counts_for_itself_and_is_no_way_to_guess_on() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let home = network(192, 0, 2);
    fail(&throttle, &trying("ada", home), 500, now);
    let known = Trying::password("ada", home, Some("a browser"), false);
    assert_eq!(throttle.priority(&known, now), Ok(Priority::known(home)));
    fail(&throttle, &known, 6, now);
    assert_eq!(wait(&throttle, &known, now), Some(SECOND));
    let other = Trying::password("ada", home, Some("another one"), false);
    assert_eq!(wait(&throttle, &other, now), None);
}

#[test]
fn a_network_from_which_somebody_signed_in_before_comes_early_but_waits_like_any() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let home = network(192, 0, 2);
    let familiar = Trying::password("ada", home, None, true);
    assert_eq!(throttle.priority(&familiar, now), Ok(Priority::known(home)));
    fail(&throttle, &trying("ada", home), 6, now);
    assert_eq!(wait(&throttle, &familiar, now), Some(SECOND));
}

#[test]
fn what_is_typed_is_no_key_of_anything_else() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let eve = network(203, 0, 113);
    let owner = AuthorId(3);
    for typed in [
        "192.0.2.0",
        "owner@example.org 192.0.2.0",
        "code 3",
        "3",
        "passkey",
        "all",
        "known a browser",
    ] {
        fail(&throttle, &trying(typed, eve), 300, now);
    }
    let home = network(192, 0, 2);
    for other in [
        trying("owner@example.org", home),
        Trying::password("owner@example.org", home, Some("a browser"), false),
        Trying::code(owner, home, None),
        Trying::code(owner, eve, None),
        Trying::again(SessionId(3), eve),
    ] {
        assert_eq!(wait(&throttle, &other, now), None, "{other:?}");
    }
    assert_eq!(throttle.begin_passkey(home, now), Ok(()));
}

#[test]
fn one_network_cannot_try_many_accounts_and_success_forgives_one_account_only() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let home = network(192, 0, 2);
    for n in 0..21 {
        fail(&throttle, &trying(&n.to_string(), home), 1, now);
    }
    let another = trying("another", home);
    assert_eq!(wait(&throttle, &another, now), Some(SECOND));
    let own = trying("the guesser's own account", home);
    fail(&throttle, &own, 1, now);
    throttle.succeeded(&own);
    assert_eq!(
        wait(&throttle, &another, now),
        Some(SECOND),
        "a password of one's own forgives no guesses at others"
    );
}

#[test]
fn the_second_step_of_a_person_is_limited_over_all_networks_but_not_in_a_known_browser() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let ada = AuthorId(1);
    for n in 0..21 {
        fail(
            &throttle,
            &Trying::code(ada, network(203, n, 0), None),
            1,
            now,
        );
    }
    let home = network(192, 0, 2);
    assert_eq!(
        wait(&throttle, &Trying::code(ada, home, None), now),
        Some(SECOND)
    );
    assert_eq!(
        wait(&throttle, &Trying::code(ada, home, Some("a browser")), now),
        None
    );
    assert_eq!(
        wait(&throttle, &Trying::code(AuthorId(2), home, None), now),
        None
    );
    assert_eq!(wait(&throttle, &trying("ada", home), now), None);
}

#[test]
fn beginnings_of_passkeys_are_limited_by_network_alone() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let eve = network(203, 0, 113);
    for _ in 0..BEGINNINGS {
        assert_eq!(throttle.begin_passkey(eve, now), Ok(()));
    }
    assert_eq!(throttle.begin_passkey(eve, now), Err(BEGINNINGS_WITHIN));
    let later = now + BEGINNINGS_WITHIN;
    assert_eq!(throttle.begin_passkey(eve, later), Ok(()));
    for n in 0..30_000_u16 {
        let [high, low] = n.to_be_bytes();
        let other = network(10, high, low);
        assert_eq!(throttle.begin_passkey(other, now), Ok(()));
    }
    assert!(throttle.beginnings.lock().unwrap().len() <= BEGINNING_NETWORKS_MAX);
    let home = trying("ada", network(192, 0, 2));
    assert_eq!(wait(&throttle, &home, now), None);
}

#[test]
fn memory_is_bounded_and_no_crowd_makes_heavy_failures_forgotten() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let eve = trying("ada", network(203, 0, 113));
    fail(&throttle, &eve, 20, now);
    let waits = wait(&throttle, &eve, now);
    let mut crowd = throttle.remembered();
    for n in 0..150_000_u32 {
        let [_, a, b, c] = n.to_be_bytes();
        let one = trying(&n.to_string(), network(100 + a, b, c));
        crowd.count(&one, now);
        assert!(crowd.failures.len() <= REMEMBERED_MAX + 1);
    }
    drop(crowd);
    assert!(waits > Some(QUARTER / 2), "{waits:?}");
    assert!(wait(&throttle, &eve, now) >= waits);
    assert_eq!(
        wait(&throttle, &trying("ada", network(192, 0, 2)), now),
        None
    );
}

#[test]
fn a_site_of_ipv6_in_which_many_networks_failed_is_one_network() {
    let (throttle, now) = (Throttle::default(), Instant::now());
    let of = |site: u16, n: u16| {
        Network::of(IpAddr::V6(Ipv6Addr::new(
            0x2001, 0xdb8, site, n, 0, 0, 0, 1,
        )))
    };
    for n in 0..1000 {
        fail(&throttle, &trying("ada", of(1, n)), 1, now);
    }
    assert!(throttle.remembered().failures.len() < 3 * NETWORKS_PER_SITE);
    assert!(
        wait(&throttle, &trying("ada", of(1, 5000)), now).is_some(),
        "one more of the crowd"
    );
    assert_eq!(wait(&throttle, &trying("ada", of(2, 1)), now), None);
}
