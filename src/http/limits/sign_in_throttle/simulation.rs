//! An attack of 10,000 networks against the throttle and the queue of hashes, with a clock of its own: how long the owner
//! waits at a browser that is new, and how many guesses the attacker gets.

#[cfg(test)]
mod runs {
    use super::super::*;
    use crate::secrets::hash_queue::{AT_ONCE, LONGEST_WAIT, Pushed, Queue, room};
    use std::cell::Cell;
    use std::cmp::Reverse;
    use std::collections::{BinaryHeap, HashSet};
    use std::net::IpAddr;

    const NETWORKS: u32 = 10_000;
    /// What a hash takes on a small machine.
    const HASH: Duration = Duration::from_millis(55);
    /// How soon an attacker who was refused comes again: all of them together twenty times as often as hashes are made.
    const ATTACKER_AGAIN: Duration = Duration::from_secs(15);
    /// How soon the owner does, who reads the sentence first.
    const OWNER_AGAIN: Duration = Duration::from_secs(5);
    const OWNERS_TRIES: u32 = 20;
    /// What the owner may wait at most.
    const PROMISED: Duration = Duration::from_secs(30);

    /// Somebody who tries: an attacker's network by its number, or the owner's try by its number.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Who {
        Attacker(u32),
        Owner(u32),
    }

    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    enum Event {
        Comes(Who),
        /// Who came with this number waited as long as anybody may.
        WaitedLong(u64),
        Hashed(Who),
    }

    /// How an attack goes.
    struct Attack {
        /// The network of each attacker.
        attacker: fn(u32) -> Network,
        /// Whether the owner signed in from this network before.
        is_familiar: bool,
        /// Within what time each attacker comes the first time.
        within: Duration,
        /// When the owner comes the first time, and how long it is between the tries.
        first: Duration,
        every: Duration,
    }

    struct Simulation<'a> {
        attack: &'a Attack,
        throttle: Throttle,
        queue: Queue<(Who, u64)>,
        waiting: HashSet<u64>,
        running: usize,
        start: Instant,
        now: Duration,
        events: BinaryHeap<Reverse<(Duration, u64, Event)>>,
        number: u64,
        guesses: u64,
        waited: Vec<Duration>,
        attackers: Vec<Trying>,
    }

    /// 40 providers with all their networks.
    fn of_few_providers(n: u32) -> Network {
        let [_, _, high, low] = n.to_be_bytes();
        Network::of(IpAddr::from([10, high, low, 1]))
    }

    /// Spread as evenly over all addresses as can be.
    fn everywhere(n: u32) -> Network {
        let spread = n.wrapping_mul(2_654_435_761);
        let [a, b, c, _] = spread.to_be_bytes();
        Network::of(IpAddr::from([a | 1, b, c, 1]))
    }

    fn owners_network(n: u32) -> Network {
        let [_, _, _, low] = n.to_be_bytes();
        Network::of(IpAddr::from([192, 10 + low, 77, 1]))
    }

    impl Simulation<'_> {
        fn run(attack: &Attack) -> (Duration, u64) {
            let mut simulation = Simulation {
                attack,
                throttle: Throttle::default(),
                queue: Queue::default(),
                waiting: HashSet::new(),
                running: 0,
                start: Instant::now(),
                now: Duration::ZERO,
                events: BinaryHeap::new(),
                number: 0,
                guesses: 0,
                waited: Vec::new(),
                attackers: (0..NETWORKS)
                    .map(|n| trying((attack.attacker)(n), false))
                    .collect(),
            };
            for n in 0..NETWORKS {
                let at = attack.within * n / NETWORKS;
                simulation.at(at, Event::Comes(Who::Attacker(n)));
            }
            for n in 0..OWNERS_TRIES {
                let at = attack.first + attack.every * n;
                simulation.at(at, Event::Comes(Who::Owner(n)));
            }
            while simulation.waited.len() < OWNERS_TRIES as usize {
                let Reverse((at, _, event)) = simulation.events.pop().unwrap();
                simulation.now = at;
                match event {
                    Event::Comes(who) => simulation.comes(who),
                    Event::WaitedLong(number) => simulation.waited_long(number),
                    Event::Hashed(who) => simulation.hashed(who),
                }
            }
            let worst = simulation.waited.iter().max().copied();
            (worst.unwrap(), simulation.guesses)
        }

        fn at(&mut self, at: Duration, event: Event) {
            self.number += 1;
            self.events.push(Reverse((at, self.number, event)));
        }

        fn trying(&self, who: Who) -> Trying {
            match who {
                Who::Attacker(n) => self.attackers[n as usize],
                Who::Owner(n) => trying(owners_network(n), self.attack.is_familiar),
            }
        }

        fn again(&mut self, who: Who) {
            let after = match who {
                Who::Attacker(_) => ATTACKER_AGAIN,
                Who::Owner(_) => OWNER_AGAIN,
            };
            self.at(self.now + after, Event::Comes(who));
        }

        fn comes(&mut self, who: Who) {
            let trying = self.trying(who);
            match self.throttle.priority(&trying, self.start + self.now) {
                // A clever attacker comes again at the very moment that is free.
                Err(wait) => self.at(self.now + wait, Event::Comes(who)),
                Ok(priority) => {
                    let number = self.number;
                    match self.queue.push(priority, (who, number), room(HASH)) {
                        Pushed::Waits => self.waits(number),
                        Pushed::Instead((other, others)) => {
                            self.waiting.remove(&others);
                            self.waits(number);
                            self.again(other);
                        }
                        Pushed::Refused => self.again(who),
                    }
                }
            }
            self.serve();
        }

        fn waits(&mut self, number: u64) {
            self.waiting.insert(number);
            self.at(self.now + LONGEST_WAIT, Event::WaitedLong(number));
        }

        fn waited_long(&mut self, number: u64) {
            if !self.waiting.remove(&number) {
                return;
            }
            let gone = Cell::new(None);
            self.queue.retain(|(who, waits)| {
                if *waits == number {
                    gone.set(Some(*who));
                }
                *waits != number
            });
            if let Some(who) = gone.take() {
                self.again(who);
            }
        }

        fn serve(&mut self) {
            while self.running < AT_ONCE {
                let Some((who, number)) = self.queue.pop() else {
                    return;
                };
                self.waiting.remove(&number);
                let trying = self.trying(who);
                let begun = self.throttle.begin(&trying, self.start + self.now);
                if let Err(wait) = begun {
                    self.at(self.now + wait, Event::Comes(who));
                } else {
                    self.running += 1;
                    self.at(self.now + HASH, Event::Hashed(who));
                }
            }
        }

        fn hashed(&mut self, who: Who) {
            self.running -= 1;
            match who {
                Who::Attacker(_) => {
                    self.guesses += 1;
                    self.at(self.now, Event::Comes(who));
                }
                Who::Owner(n) => {
                    self.throttle.succeeded(&self.trying(who));
                    let came = self.attack.first + self.attack.every * n;
                    self.waited.push(self.now.saturating_sub(came));
                }
            }
            self.serve();
        }
    }

    fn trying(network: Network, is_familiar: bool) -> Trying {
        Trying::password("owner@example.org", network, None, is_familiar)
    }

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn ten_thousand_networks_of_forty_providers_keep_no_new_browser_waiting() {
        let (worst, guesses) = Simulation::run(&Attack {
            attacker: of_few_providers,
            is_familiar: false,
            within: SECOND,
            first: SECOND,
            every: MINUTE / 2,
        });
        println!("worst of {OWNERS_TRIES}: {worst:?}, guesses meanwhile: {guesses}");
        assert!(worst <= PROMISED, "{worst:?}");
        assert!(guesses > 15_000, "the attack was none: {guesses}");
    }

    #[test]
    fn ten_thousand_networks_from_everywhere_keep_a_new_browser_waiting_for_moments_only() {
        for first in [SECOND, MINUTE * 6] {
            let (worst, guesses) = Simulation::run(&Attack {
                attacker: everywhere,
                is_familiar: false,
                within: SECOND,
                first,
                every: MINUTE / 4,
            });
            println!("worst of {OWNERS_TRIES} from {first:?}: {worst:?}, guesses: {guesses}");
            assert!(worst <= PROMISED, "{worst:?}");
            assert!(guesses > 9_000, "the attack was none: {guesses}");
        }
    }

    #[test]
    fn newcomers_that_come_one_by_one_keep_a_new_browser_waiting_until_all_have_come() {
        // Twice as many come as can be served, so half of the newcomers are asked to come again.
        let within = MINUTE * 2 + SECOND * 18;
        let (worst, guesses) = Simulation::run(&Attack {
            attacker: everywhere,
            is_familiar: false,
            within,
            first: SECOND,
            every: MINUTE / 4,
        });
        println!("worst of {OWNERS_TRIES}: {worst:?}, guesses meanwhile: {guesses}");
        assert!(worst <= within * 2, "{worst:?}");
        assert!(guesses > 9_000, "the attack was none: {guesses}");
    }

    #[test]
    fn in_the_first_minutes_of_an_attack_a_familiar_network_goes_first() {
        let (worst, guesses) = Simulation::run(&Attack {
            attacker: everywhere,
            is_familiar: true,
            within: SECOND,
            first: SECOND,
            every: Duration::from_secs(15),
        });
        println!("worst of {OWNERS_TRIES}: {worst:?}, guesses meanwhile: {guesses}");
        assert!(worst <= PROMISED, "{worst:?}");
        assert!(guesses > 5_000, "the attack was none: {guesses}");
    }

    #[test]
    fn each_network_gets_a_hundred_guesses_a_day_at_most_and_twenty_in_an_attack() {
        const DAY: Duration = Duration::from_hours(24);
        let guesses = |throttle: &Throttle, network: Network, from: Instant| {
            let (trying, mut now, mut guesses) = (trying(network, false), from, 0);
            while now < from + DAY {
                match throttle.begin(&trying, now) {
                    Ok(()) => guesses += 1,
                    Err(wait) => now += wait,
                }
            }
            guesses
        };
        let start = Instant::now();
        let quiet = Throttle::default();
        let alone = guesses(&quiet, owners_network(1), start);
        assert!((90..=110).contains(&alone), "{alone}");
        let attacked = Throttle::default();
        for n in 0..60 {
            assert_eq!(
                attacked.begin(&trying(of_few_providers(n), false), start),
                Ok(())
            );
        }
        let first_day = guesses(&attacked, owners_network(1), start);
        assert!((15..=21).contains(&first_day), "{first_day}");
    }
}
