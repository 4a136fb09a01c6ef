//! Made-up comments, good ones and spam: the same seed makes the same comments everywhere.

use super::families::{Family, GOOD, SPAM};
use daybook::blog::spam::{Facts, features};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::LazyLock;

/// Per family; with 11 families of spam and 10 good ones some 3,000 comments.
const OF_EACH_FAMILY: usize = 140;

/// What fills each slot of a template.
static SLOTS: LazyLock<BTreeMap<String, Vec<String>>> = LazyLock::new(|| {
    let slots = include_str!("../../fixtures/spam.toml");
    toml::from_str(slots).expect("lists of words by name")
});

fn slot(name: &str) -> &'static [String] {
    let slot = SLOTS.get(name);
    slot.unwrap_or_else(|| panic!("no slot {name}"))
}

/// A generated comment with what it is.
pub struct Sample {
    pub family: &'static str,
    pub spam: bool,
    pub unseen: bool,
    pub name: String,
    pub url: String,
    pub source: String,
    pub facts: Facts,
    pub features: BTreeSet<String>,
}

pub fn samples(seed: u64) -> Vec<Sample> {
    let mut dice = Dice(seed);
    let mut known = HashSet::new();
    let mut samples = Vec::new();
    let families = SPAM
        .iter()
        .map(|family| (family, true))
        .chain(GOOD.iter().map(|family| (family, false)));
    for (family, spam) in families {
        for n in 0..OF_EACH_FAMILY {
            let sample = (0..500)
                .map(|_| write(family, spam, &mut dice))
                .find(|(.., source)| known.insert(source.clone()));
            let (name, url, source) =
                sample.unwrap_or_else(|| panic!("{} has too little variety", family.name));
            samples.push(Sample {
                family: family.name,
                spam,
                unseen: n % 5 == 4,
                features: features(&name, &url, &source),
                facts: facts(family, spam, &mut dice),
                name,
                url,
                source,
            });
        }
    }
    samples
}

fn write(family: &Family, spam: bool, dice: &mut Dice) -> (String, String, String) {
    let template = dice.pick(family.texts);
    let mut source = dice.fill(template);
    if spam && dice.chance(15) {
        // Spam that begins with a sentence of somebody else.
        source = format!("{} {source}", dice.fill("{remark}"));
    }
    if dice.chance(12) {
        source = source.to_lowercase();
    }
    if !spam && dice.chance(8) {
        source = typo(&source, dice);
    }
    let name = dice.fill(family.names);
    let (of_hundred, website) = family.website;
    let url = if dice.chance(of_hundred) {
        dice.fill(website)
    } else {
        String::new()
    };
    (name, url, source)
}

/// Two neighbouring letters in the wrong order.
fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() > 4 {
        let place = dice.below(letters.len() - 1);
        letters.swap(place, place + 1);
    }
    letters.into_iter().collect()
}

/// How the form was used: most spam is sent by programs, but some of them wait, open the page, and leave traps alone.
fn facts(family: &Family, spam: bool, dice: &mut Dice) -> Facts {
    let foreign = matches!(family.name, "Cyrillic" | "Chinese" | "another script");
    let form_age_seconds = match (spam, dice.below(100)) {
        (true, 0..=24) | (false, 0..=2) => None,
        (true, 25..=44) => Some(dice.number(0, 2)),
        (true, _) => Some(dice.number(4, 900)),
        (false, 3) => Some(2),
        (false, 4..=8) => Some(dice.number(9 * 3600, 40 * 86_400)),
        (false, _) => Some(dice.number(15, 4000)),
    };
    let busiest = if spam && dice.chance(15) { 9 } else { 3 };
    Facts {
        form_age_seconds,
        trap: spam && dice.chance(10),
        duplicates: u32::from(dice.chance(if spam { 12 } else { 1 })),
        recent: u32::try_from(dice.number(1, busiest)).unwrap_or(1),
        new_language: foreign,
        ..Facts::default()
    }
}

/// `SplitMix64`: the same seed throws the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.throw() % end as u64).expect("below a usize")
    }

    fn number(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.below(usize::try_from(to - from + 1).expect("a range")))
            .expect("small")
    }

    fn pick<'t>(&mut self, list: &'t [impl AsRef<str>]) -> &'t str {
        list[self.below(list.len())].as_ref()
    }

    fn chance(&mut self, of_hundred: u32) -> bool {
        self.below(100) < of_hundred as usize
    }

    /// Fills `{slot}` from the lists, `{12-99}` with a number; `{slot!}` disguises what it was filled with.
    fn fill(&mut self, template: &str) -> String {
        let mut text = template.to_owned();
        for _ in 0..200 {
            let Some(open) = text.find('{') else { break };
            let close = open + text[open..].find('}').expect("a closed slot");
            let name = &text[open + 1..close];
            let filled = if let Some(name) = name.strip_suffix('!') {
                let word = self.pick(slot(name));
                let plain = self.fill(word);
                self.disguised(&plain)
            } else if let Some((from, to)) = name
                .split_once('-')
                .and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)))
            {
                self.number(from, to).to_string()
            } else {
                self.pick(slot(name)).to_owned()
            };
            text.replace_range(open..=close, &filled);
        }
        text
    }

    /// `c a s i n o`, `c.a.s.i.n.o`, `cas1no`, `c@sino`, `саsinо`, or with a character that cannot be seen.
    fn disguised(&mut self, word: &str) -> String {
        let letters: Vec<char> = word.chars().collect();
        let swapped = |from: &str, to: &str| -> String {
            let change = |c: &char| {
                from.chars()
                    .zip(to.chars())
                    .find(|(a, _)| a == c)
                    .map_or(*c, |(_, b)| b)
            };
            letters.iter().map(change).collect()
        };
        let between = |sign: &str| {
            letters
                .iter()
                .map(char::to_string)
                .collect::<Vec<_>>()
                .join(sign)
        };
        match self.below(6) {
            0 => between(" "),
            1 => between("."),
            2 => swapped("oiea", "01e4"),
            3 => swapped("aosi", "@0$1"),
            4 => swapped("aoce", "аосе"),
            _ => between("\u{200b}"),
        }
    }
}
