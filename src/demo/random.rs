//! Random numbers that can be repeated: the same seed draws the same ones on every machine, so a demo blog can be made again.

/// What numbers are drawn for, so that the draws of one purpose never move those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Titles = 1,
    Days,
    Posts,
    Threads,
}

/// `SplitMix64` (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The draws for the thing with this number; any other number has its own, without drawing those before it.
    pub fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut random = Self(seed ^ (purpose as u64).wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let mixed = random.draw();
        Self(mixed ^ number.wrapping_mul(0xA24B_AED4_963E_E407))
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }

    /// A number from 0 up to, but not with, `bound`; 0 where `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound.max(1)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// A place in a list of `len` items.
    pub fn place(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).unwrap_or(0)
    }

    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// A way through a list in mixed order that comes to every item before it repeats one, and remembers only where it is.
#[derive(Debug, Clone)]
pub struct Deck {
    at: usize,
    step: usize,
    len: usize,
}

impl Deck {
    pub fn new(random: &mut Random, len: usize) -> Self {
        let mut step = random.place(len) + 1;
        while gcd(step, len) > 1 {
            step += 1;
        }
        Self {
            at: random.place(len),
            step,
            len,
        }
    }

    /// The place of the next item.
    pub fn deal(&mut self) -> usize {
        self.at = (self.at + self.step) % self.len.max(1);
        self.at
    }
}

pub fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_and_another_seed_does_not() {
        let draw = |seed| {
            let mut random = Random::new(seed, Purpose::Posts, 7);
            [random.draw(), random.draw()]
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn a_deck_deals_every_item_before_it_repeats_one() {
        for len in 1..60 {
            let mut deck = Deck::new(&mut Random::new(len as u64, Purpose::Posts, 0), len);
            let mut dealt: Vec<usize> = (0..len).map(|_| deck.deal()).collect();
            dealt.sort_unstable();
            assert_eq!(dealt, (0..len).collect::<Vec<_>>());
        }
    }
}
