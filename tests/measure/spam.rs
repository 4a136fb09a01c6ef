//! How well the spam rules and the learned filter do together on comments they never saw.
//!
//! A seeded generator writes good comments and spam of many families; the filter learns from four fifths of
//! them as a blog would, from its author's decisions, and judges the last fifth. Both parts share their sentences,
//! as spam sent in bulk does; families held back from learning show what happens to spam of a new kind.
//! `cargo test --test measure spam -- --nocapture` prints what became of them; with `SPAM_TEST_SAYS_ALL=1` also each
//! comment that was judged wrongly, with its reasons.

use daybook::blog::spam::{Band, Facts, Judge, Lessons, Rules, Words, features, learned};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

const SEED: u64 = 20_160_604;
/// Per family; with 11 families of spam and 10 good ones some 3,000 comments.
const OF_EACH_FAMILY: usize = 140;

#[test]
fn most_unseen_spam_is_kept_back_and_hardly_any_good_comment() {
    let samples = samples(SEED);
    assert!(samples.len() >= 1_200, "{} comments", samples.len());
    let (seen, unseen): (Vec<&Sample>, Vec<&Sample>) =
        samples.iter().partition(|sample| !sample.unseen);
    let filter = Filter::taught_by(seen.iter().copied());

    println!(
        "\n{} comments learned from, {} never seen\n",
        seen.len(),
        unseen.len()
    );
    let whole = Outcome::of(&unseen, |sample| filter.judge(sample, &sample.facts));
    whole.print("rules, facts and learned filter");
    let words_only = Outcome::of(&unseen, |sample| filter.judge(sample, &calm()));
    words_only.print("words alone, as if everybody used the form like a person");

    println!("A family of spam that the filter never learned from, words alone:");
    for family in SPAM {
        let others = seen
            .iter()
            .copied()
            .filter(|sample| sample.family != family.name);
        let filter = Filter::taught_by(others);
        let strangers: Vec<&Sample> = unseen
            .iter()
            .copied()
            .filter(|sample| sample.family == family.name)
            .collect();
        let outcome = Outcome::of(&strangers, |sample| filter.judge(sample, &calm()));
        println!(
            "  {:<22} {:>3} of {:>3} held or binned",
            family.name,
            outcome.kept_back(true),
            strangers.len()
        );
    }

    println!("After fewer lessons, words alone:");
    for every in [40, 20, 10, 4] {
        let few: Vec<&Sample> = seen.iter().copied().step_by(every).collect();
        let filter = Filter::taught_by(few.iter().copied());
        let outcome = Outcome::of(&unseen, |sample| filter.judge(sample, &calm()));
        println!(
            "  {:>4} comments: spam held or binned {:.1} %, good ones {:.2} %",
            few.len(),
            outcome.share_kept_back(true),
            outcome.share_kept_back(false)
        );
    }

    let caught = whole.share_kept_back(true);
    let lost = whole.share_kept_back(false);
    println!("\nSpam held or binned: {caught:.1} %. Good comments held or binned: {lost:.2} %.\n");
    assert!(
        caught >= 95.0,
        "only {caught:.1} % of unseen spam was kept back"
    );
    assert!(
        lost < 1.0,
        "{lost:.2} % of unseen good comments were kept back"
    );
}

#[test]
fn other_comments_of_the_same_kinds_are_judged_as_well() {
    for seed in [1, 2] {
        let samples = samples(seed);
        let filter = Filter::taught_by(samples.iter().filter(|sample| !sample.unseen));
        let unseen: Vec<&Sample> = samples.iter().filter(|sample| sample.unseen).collect();
        let outcome = Outcome::of(&unseen, |sample| filter.judge(sample, &sample.facts));
        let (caught, lost) = (
            outcome.share_kept_back(true),
            outcome.share_kept_back(false),
        );
        println!("seed {seed}: spam held or binned {caught:.1} %, good ones {lost:.2} %");
        assert!(caught >= 95.0, "seed {seed}: {caught:.1} %");
        assert!(lost < 1.0, "seed {seed}: {lost:.2} %");
    }
}

#[test]
fn a_blog_that_learned_nothing_yet_shows_nearly_all_good_comments() {
    let samples = samples(SEED);
    let all: Vec<&Sample> = samples.iter().collect();
    let filter = Filter::taught_by(std::iter::empty());
    let outcome = Outcome::of(&all, |sample| filter.judge(sample, &sample.facts));
    outcome.print("a new blog: rules and facts, nothing learned");
    assert!(outcome.share_kept_back(false) < 1.0);
    assert!(outcome.share_kept_back(true) > 40.0);
}

/// What a blog knows after its author decided on some comments.
struct Filter {
    lessons: Lessons,
    counts: HashMap<String, (u32, u32)>,
    rules: Rules,
}

impl Filter {
    fn taught_by<'s>(samples: impl Iterator<Item = &'s Sample>) -> Self {
        let mut lessons = Lessons::default();
        let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
        for sample in samples {
            let lesson = u32::from(sample.spam);
            lessons.spam += lesson;
            lessons.good += 1 - lesson;
            for feature in &sample.features {
                let count = counts.entry(feature.clone()).or_default();
                count.0 += lesson;
                count.1 += 1 - lesson;
            }
        }
        Self {
            lessons,
            counts,
            rules: Rules::default(),
        }
    }

    fn judge(&self, sample: &Sample, facts: &Facts) -> Band {
        let percent = learned(&sample.features, self.lessons, &|feature| {
            self.counts.get(feature).copied()
        });
        let facts = Facts {
            learned: percent,
            ..facts.clone()
        };
        let text = Words {
            name: &sample.name,
            url: &sample.url,
            source: &sample.source,
        };
        let verdict = Judge::new(&self.rules).verdict(&facts, &text);
        let wrong = sample.unseen && (verdict.band == Band::Show) == sample.spam;
        if wrong && std::env::var_os("SPAM_TEST_SAYS_ALL").is_some() {
            println!(
                "{} · {} · {} · {}\n  {:?}",
                sample.family, sample.name, sample.url, sample.source, verdict
            );
        }
        verdict.band
    }
}

/// How many comments of each family landed where.
struct Outcome(BTreeMap<(bool, &'static str), [usize; 3]>);

impl Outcome {
    fn of(samples: &[&Sample], judge: impl Fn(&Sample) -> Band) -> Self {
        let mut landed: BTreeMap<(bool, &'static str), [usize; 3]> = BTreeMap::new();
        for sample in samples {
            landed.entry((sample.spam, sample.family)).or_default()[judge(sample) as usize] += 1;
        }
        Self(landed)
    }

    fn sums(&self, spam: bool) -> [usize; 3] {
        let of_kind = self.0.iter().filter(|((kind, _), _)| *kind == spam);
        of_kind.fold([0; 3], |sum, (_, [show, hold, bin])| {
            [sum[0] + show, sum[1] + hold, sum[2] + bin]
        })
    }

    fn kept_back(&self, spam: bool) -> usize {
        let [_, held, binned] = self.sums(spam);
        held + binned
    }

    fn share_kept_back(&self, spam: bool) -> f64 {
        let number = |count: usize| f64::from(u32::try_from(count).expect("a small set"));
        100.0 * number(self.kept_back(spam)) / number(self.sums(spam).iter().sum())
    }

    fn print(&self, title: &str) {
        println!("{title}:");
        println!("  {:<30} {:>6} {:>6} {:>6}", "", "shown", "held", "spam");
        for ((spam, family), [show, hold, bin]) in &self.0 {
            let kind = if *spam { "spam" } else { "good" };
            println!(
                "  {:<30} {show:>6} {hold:>6} {bin:>6}",
                format!("{kind}: {family}")
            );
        }
        for (spam, kind) in [(false, "all good ones"), (true, "all spam")] {
            let [show, hold, bin] = self.sums(spam);
            let share = self.share_kept_back(spam);
            println!("  {kind:<30} {show:>6} {hold:>6} {bin:>6}   {share:.2} % held or binned");
        }
        println!();
    }
}

/// A generated comment with what it is.
struct Sample {
    family: &'static str,
    spam: bool,
    unseen: bool,
    name: String,
    url: String,
    source: String,
    facts: Facts,
    features: BTreeSet<String>,
}

/// A kind of comment: how its text, name and website are made.
struct Family {
    name: &'static str,
    /// Templates; `{slot}` is filled from [`slot`], again and again until none is left.
    texts: &'static [&'static str],
    names: &'static str,
    /// How many of a hundred give a website, and from which slot.
    website: (u32, &'static str),
}

fn calm() -> Facts {
    Facts {
        form_age_seconds: Some(90),
        ..Facts::default()
    }
}

fn samples(seed: u64) -> Vec<Sample> {
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
        twins: u32::from(dice.chance(if spam { 12 } else { 1 })),
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

    fn pick<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
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

const PERSON: &str = "{person}";
const SHOP: (u32, &str) = (70, "{badsite}");

const SPAM: &[Family] = &[
    Family {
        name: "casino",
        texts: &[
            "{hey} {play} {casino} and {win}! {badlink}",
            "{win} at the best {casino} {year}. {badlink} {praise}",
            "I {won} {100-9000}$ last night at this {casino}, they pay out in minutes: {badlink}",
            "{praise} By the way, does anybody here {play} {casino}? I found {badlink} and {won} twice.",
            "Top {3-12} {casino} sites with {bonus}, {bonus} and {bonus}. {badlink} {badlink}",
            "{bonus} for new players!!! {casino} {casino} {badlink}",
        ],
        names: "{casinoname}",
        website: SHOP,
    },
    Family {
        name: "pharmacy",
        texts: &[
            "{buy} {pill} {cheap} {noscript}. {badlink}",
            "{pill} {20-200}mg {cheap}, {shipping}. {badlink} {badlink}",
            "{praise} {buy} {pill} {noscript} {badlink}",
            "My doctor charged too much until I found {badlink} where you can {buy} {pill} {cheap}",
            "{pill}, {pill}, {pill} {noscript}! {shipping}",
            "natural {cure} that really works, lost {10-60} pounds in {3-9} weeks {badlink}",
        ],
        names: "{pillname}",
        website: SHOP,
    },
    Family {
        name: "search engine praise",
        texts: &[
            "{praise} {visit}",
            "{praise} {praise} {visit}",
            "{praise} {bookmarked} {visit}",
            "{hey} {praise} I am also a blogger, {visit}",
            "{praise} Do you accept guest posts? We offer {seo} and pay {20-200}$ per post. {badlink}",
            "I was searching for {keyword} on Google and landed here. {praise} {bookmarked}",
            "Get your blog on page one! {seo}, {seo}, from only {9-99}$. {badlink}",
        ],
        names: "{seoname}",
        website: (85, "{badsite}"),
    },
    Family {
        name: "crypto",
        texts: &[
            "I invested {200-5000}$ in {coin} with {trader} and got {9000-90000}$ within {3-14} days. {contact}",
            "{trader} is the best {coin} trader, she helped me recover my money. {contact}",
            "{coin} will explode in {year}! Join the {coin} signals group {badlink}",
            "{praise} Have you thought about passive income with {coin}? {badlink}",
            "I lost everything to a scam until {trader} recovered my {coin} wallet. {contact}",
            "Earn {2-15}% daily with our {coin} investment platform. {badlink} {contact}",
        ],
        names: "{cryptoname}",
        website: (40, "{badsite}"),
    },
    Family {
        name: "loans",
        texts: &[
            "Do you need an urgent {loan}? We offer {loan} at {2-4}% interest. {contact}",
            "{loan} with bad credit, approved in {5-30} minutes. {badlink}",
            "I was rejected by every bank until Mr {surname} gave me a {loan} of {5000-90000}$. {contact}",
            "{praise} If anyone needs a {loan}, {contact}",
            "Are you in debt? {loan}, {loan} and {loan} without collateral. {badlink} {contact}",
        ],
        names: "{loanname}",
        website: (40, "{badsite}"),
    },
    Family {
        name: "counterfeits",
        texts: &[
            "{cheap} {brand} {good} {outlet} {badlink}",
            "{brand} {good}, {brand} {good}, {brand} {good} {shipping} {badlink}",
            "{praise} I bought my {brand} {good} here {badlink} and nobody can tell",
            "AAA quality {brand} {good} from {20-150}$. {shipping}. {badlink}",
            "{outlet} {year} new {brand} {good} up to {50-90}% off {badlink} {badlink}",
        ],
        names: "{brandname}",
        website: SHOP,
    },
    Family {
        name: "Cyrillic",
        texts: &[
            "{rucasino} {badlink}",
            "{rupraise} {rucasino} {badlink}",
            "{ruservice} {ruservice} {rucontact}",
            "{rupraise} {ruservice} {badlink} {rucontact}",
            "{rupraise} {rupraise} {badlink}",
        ],
        names: "{runame}",
        website: SHOP,
    },
    Family {
        name: "Chinese",
        texts: &[
            "{zhgamble},{zhgamble} {badlink}",
            "{zhservice},{zhcontact}",
            "{zhpraise}{zhgamble} {badlink}",
            "{zhservice},{zhservice},{zhcontact} {badlink}",
            "{zhpraise}{zhservice} {zhcontact}",
        ],
        names: "{zhspamname}",
        website: (60, "{badsite}"),
    },
    Family {
        name: "link lists",
        texts: &[
            "{badlink} {badlink} {badlink} {badlink}",
            "<a href=\"{badlink}\">{keyword}</a> <a href=\"{badlink}\">{keyword}</a> <a href=\"{badlink}\">{pill}</a>",
            "[url={badlink}]{keyword}[/url] [url={badlink}]{casino}[/url] [url={badlink}]{keyword}[/url]",
            "{keyword} {badlink}\n{keyword} {badlink}\n{keyword} {badlink}\n{keyword} {badlink}",
            "{praise}\n[{keyword}]({badlink}) | [{keyword}]({badlink}) | [{brand} {good}]({badlink})",
            "{keyword}: {badlink}",
        ],
        names: "{seoname}",
        website: SHOP,
    },
    Family {
        name: "disguised",
        texts: &[
            "{buy} {plainbad!} {cheap} {badlink}",
            "{plainbad!} {plainbad!} {bonus} {badlink}",
            "{praise} {plainbad!} {plainbad!}",
            "{hey} {play} {plainbad!} {win} {badlink}",
            "the best {plainbad!} is at {badlink} {praise}",
        ],
        names: "{person}",
        website: (50, "{badsite}"),
    },
    Family {
        name: "written by a machine",
        texts: &[
            "{machine} {machine} {machineend}",
            "{machine} {machineend}",
            "{machine} {machine}",
            "{machine} {machineend} {machineend}",
        ],
        names: "{keywordname}",
        website: (92, "{badsite}"),
    },
];

const GOOD: &[Family] = &[
    Family {
        name: "thanks",
        texts: &[
            "{thanks}",
            "{thanks} {short}",
            "{short}",
            "{thanks} {person}, {place}",
            "{short} {short}",
            "{goodpraise}",
            "{goodpraise} {thanks}",
        ],
        names: PERSON,
        website: (20, "{goodsite}"),
    },
    Family {
        name: "answers with a quotation",
        texts: &[
            "> {remark}\n\n{doubt} {remark} {remark}",
            "@{first}: {remark} {doubt}",
            "> {remark}\n\n{agree} {remark} {story} {remark}",
            "{first} wrote \"{remark}\" {agree} {story}",
            "> {question}\n\n{remark} {story} {goodlink}",
        ],
        names: PERSON,
        website: (25, "{goodsite}"),
    },
    Family {
        name: "sources",
        texts: &[
            "There is more about it at {goodlink} {remark}",
            "{remark} See {goodlink} and {goodlink}",
            "The {object} is kept in {place}: {goodlink}",
            "{goodpraise} I wrote about the same {object} on my site last year: {goodlink}",
            "Here are three scans: {goodlink} {goodlink} {goodlink} {remark}",
            "[This page]({goodlink}) says it was {1650-1950}. {doubt}",
            "{goodlink}",
        ],
        names: PERSON,
        website: (35, "{goodsite}"),
    },
    Family {
        name: "disagreement",
        texts: &[
            "{doubt} {remark}",
            "{doubt} {remark} {story}",
            "Sorry, but {doubt} {remark} {remark}",
            "{doubt} {question}",
            "Nonsense. {remark} {doubt}",
        ],
        names: PERSON,
        website: (15, "{goodsite}"),
    },
    Family {
        name: "questions",
        texts: &[
            "{question}",
            "{question} {question}",
            "{goodpraise} {question}",
            "{remark} {question}",
            "{first}, {question} {thanks}",
        ],
        names: PERSON,
        website: (15, "{goodsite}"),
    },
    Family {
        name: "another language",
        texts: &[
            "{german}",
            "{german} {german}",
            "{french}",
            "{french} {french}",
            "{spanish} {spanish}",
            "{polish}",
            "{german} {goodlink}",
        ],
        names: "{foreigner}",
        website: (20, "{goodsite}"),
    },
    Family {
        name: "another script",
        texts: &[
            "{russian}",
            "{russian} {russian}",
            "{russian} {goodlink}",
            "{chinese}",
            "{chinese}{chinese}",
            "{chinese}{chinese}{chinese}",
        ],
        names: "{farname}",
        website: (10, "{goodsite}"),
    },
    Family {
        name: "code",
        texts: &[
            "```\n{code}\n{code}\n```\n{remark}",
            "I draw mine with `{code}`. {question}",
            "{thanks} Your script failed here with `{code}`, so I changed it to\n\n    {code}\n\nand now it works.",
            "`{code}` is shorter. {goodlink}",
        ],
        names: PERSON,
        website: (40, "{goodsite}"),
    },
    Family {
        name: "stories",
        texts: &[
            "{story} {story} {remark}",
            "{story} {remark} {remark} {story} {thanks}",
            "{remark} {story}",
            "{goodpraise} {story} {question}",
        ],
        names: PERSON,
        website: (20, "{goodsite}"),
    },
    Family {
        name: "words that spam likes",
        texts: &[
            "{awkward}",
            "{awkward} {remark}",
            "{awkward} {question}",
            "{remark} {awkward}",
            "{awkward} {story}",
            "{awkward} {goodlink}",
        ],
        names: PERSON,
        website: (25, "{goodsite}"),
    },
];

/// What may stand in a slot. Spam and good comments share many of these, as they do in life.
#[expect(clippy::too_many_lines, reason = "a list of words")]
fn slot(name: &str) -> &'static [&'static str] {
    match name {
        "first" => &[
            "Ada", "Ben", "Clara", "Dmitri", "Elsa", "Farid", "Grace", "Hugo", "Ines", "Jan",
            "Kofi", "Lena", "Marek", "Nora", "Olu", "Petra", "Quentin", "Rosa", "Sam", "Tilda",
            "Uwe", "Vera", "Wim", "Yuki", "Zoe", "Tom", "Mary", "John", "Anna", "Peter", "Linda",
            "James",
        ],
        "surname" => &[
            "Reed",
            "Hartley",
            "Okafor",
            "Lindqvist",
            "Moreau",
            "Novak",
            "Fischer",
            "Costa",
            "Byrne",
            "Tanaka",
            "Kowalski",
            "Smith",
            "Brown",
            "Jensen",
            "Marsh",
            "Whitlock",
            "Aguilar",
            "Peeters",
            "Johnson",
            "Williams",
            "Davies",
            "Evans",
        ],
        "person" => &[
            "{first}",
            "{first}",
            "{first} {surname}",
            "{first} {surname}",
            "{first} {surname}",
            "{first}{12-99}",
            "{handle}",
            "{first} from {place}",
            "Dr {surname}",
            "Mrs {surname}",
            "{first} {surname} ({place})",
            "{place} Garden Club",
            "{first} & {first}",
            "anonymous",
            "Friends of {place} Pier",
        ],
        "handle" => &[
            "tidepooler",
            "mapnerd",
            "oldsalt",
            "greenthumb{2-99}",
            "kelp_forest",
            "the_other_{first}",
            "marsh-wren",
            "compost-king",
            "lurker",
            "windlass",
            "fennel",
            "hydrographer",
            "shutterbug",
            "DaveG",
            "jmk",
            "pondskater",
        ],
        "foreigner" => &[
            "Jürgen",
            "Anneliese {surname}",
            "François",
            "Hélène Moreau",
            "Łukasz",
            "Małgorzata",
            "José",
            "Inés García",
            "Sönke",
            "Marie-Claire",
            "Wojtek",
            "{person}",
            "{first}",
        ],
        "farname" => &[
            "Ольга",
            "Сергей П.",
            "Наталья Иванова",
            "Дмитрий",
            "Ирина",
            "王伟",
            "李娜",
            "小明",
            "海边的人",
            "老张",
            "{first}",
            "Olga",
            "Wei Li",
        ],
        "place" => &[
            "Whitby",
            "Kirkwall",
            "Porto",
            "Husum",
            "Bergen",
            "Galway",
            "Cromer",
            "Saint-Malo",
            "Ostend",
            "Lisbon",
            "Deal",
            "Aldeburgh",
            "Mousehole",
            "Tromsø",
            "Leith",
            "Margate",
        ],
        "object" => &[
            "tide table",
            "harbour chart",
            "county map",
            "estate plan",
            "gauge book",
            "seed catalogue",
            "pilot book",
            "lighthouse log",
            "survey sheet",
            "herbarium",
            "almanac",
            "parish map",
        ],
        "plant" => &[
            "sea kale",
            "fennel",
            "marigolds",
            "runner beans",
            "tamarisk",
            "hollyhocks",
            "samphire",
            "quince",
            "medlar",
            "leeks",
            "sweet peas",
            "rhubarb",
            "broad beans",
            "dahlias",
        ],
        "topic" => &[
            "tides",
            "old maps",
            "sea walls",
            "kitchen gardens",
            "tide gauges",
            "harbour charts",
            "winter gardening",
            "lighthouses",
            "compost",
            "salt marshes",
            "seed saving",
            "map projections",
        ],
        "thanks" => &[
            "Thank you!",
            "Thanks for this.",
            "Thank you for writing this down.",
            "Many thanks, {first}.",
            "Thanks, that helped with my {plant}.",
            "Thank you so much for sharing this.",
            "Thanks a lot!",
            "Cheers.",
            "Thank you, just what I was looking for.",
            "Thanks again for the {object}.",
        ],
        "short" => &[
            "Lovely.",
            "I learned something today about {topic}.",
            "More about {topic}, please.",
            "Same here in {place}.",
            "Ha, well said.",
            "This made my morning.",
            "I printed it for my mother in {place}.",
            "Wonderful photographs of the {object}.",
            "+1",
            "The {plant} look splendid.",
            "Never knew that about {place}.",
            "First time I comment here after {2-12} years of reading.",
            "Came here from a link about {topic}.",
            "Bookmarked for spring.",
            "Typo in the {3-9}th paragraph, by the way.",
        ],
        "goodpraise" => &[
            "Great post!",
            "Great post, as always.",
            "What a lovely post about {topic}.",
            "Nice article, I really enjoyed the part about the {object}.",
            "I love your blog.",
            "Very interesting, thank you for sharing.",
            "Excellent write-up of {topic}.",
            "One of the best things I have read about {topic} this year.",
            "Awesome photos!",
            "This is very helpful information for my {plant}.",
        ],
        "remark" => &[
            "The spring tide in {place} reaches {4-14} metres.",
            "My {plant} never survive the salt wind.",
            "The {object} of {1700-1930} shows the old harbour wall.",
            "Nobody in {place} remembers the mill.",
            "The engraver copied the coast from an older {object}.",
            "You have to mulch {plant} before the first frost.",
            "The neap tides come about a week later.",
            "In {place} the water turns {10-55} minutes later than the table says.",
            "The scale in the corner is in fathoms, not in feet.",
            "Seaweed is the best thing I ever put on {plant}.",
            "Slugs ate all the {plant} again.",
            "The moon explains half of it and the shape of the bay the other half.",
            "I found the same {object} in a drawer in {place}.",
            "Most surveys of {place} were made after {1790-1880}.",
            "The second photograph is from {place}, I think.",
            "It took {2-9} years before the {plant} flowered.",
            "The paper of the {object} was made from rags.",
            "That wall was rebuilt in {1850-1960}, after the storm.",
            "A north wind keeps the water out of the estuary for hours.",
            "Coffee grounds do nothing for {plant}.",
        ],
        "doubt" => &[
            "I do not agree about {topic}.",
            "I am not so sure.",
            "That is not how {topic} work, I am afraid.",
            "You are wrong about the {object}.",
            "The date cannot be right: {place} had no pier in {1800-1900}.",
            "With respect, this is a myth about {topic}.",
            "I would like to see a source for that.",
            "My experience in {place} was the opposite.",
            "Has anybody measured that, or is it only said?",
        ],
        "agree" => &[
            "Exactly.",
            "Yes, and more than that.",
            "I agree about {place}.",
            "Quite right.",
            "That was my first thought about the {object} too.",
            "Well put.",
        ],
        "story" => &[
            "My grandfather kept a {object} on his boat in {place}.",
            "When I was {6-15} we walked across the sands near {place} and were nearly caught by the tide.",
            "I grew {plant} on an allotment in {place} for {3-30} years.",
            "We bought the {object} at an auction in {place} for {5-300} pounds.",
            "My neighbour in {place} swears by planting {plant} at new moon.",
            "In {1950-2005} the sea came over the wall and our {plant} were gone.",
            "I worked at the map library in {place} until {1980-2015}.",
            "An aunt of mine coloured maps by hand, {2-8} sheets a day.",
            "Last {weekday} I took your post to the garden and tried it with {plant}.",
        ],
        "weekday" => &[
            "Monday", "Tuesday", "Sunday", "Saturday", "spring", "autumn", "week",
        ],
        "question" => &[
            "Which edition of the {object} is this?",
            "Does that work with {plant} too?",
            "Where can I find the {object} of {place}?",
            "How often do you water {plant} in a dry summer?",
            "Is the gauge in {place} still running?",
            "What did you use to scan the {object}?",
            "Can you recommend a book on {topic}?",
            "Why are there two high waters in {place}?",
            "Do you know who drew the {object}?",
            "Is there a feed with only the posts about {topic}?",
            "Would you sell a print of the {object}?",
        ],
        "goodlink" => &[
            "https://en.wikipedia.org/wiki/{wiki}",
            "https://en.wikipedia.org/wiki/{wiki}",
            "https://de.wikipedia.org/wiki/{wiki}",
            "https://archive.org/details/{slug}{1700-1950}",
            "https://maps.nls.uk/view/{10000000-99999999}",
            "https://www.loc.gov/item/{10000000-99999999}/",
            "https://www.bbc.co.uk/news/uk-{10000000-99999999}",
            "https://github.com/{handleslug}/{slug}/issues/{1-400}",
            "https://www.youtube.com/watch?v={slug}{100-999}",
            "{goodsite}{2006-2024}/{slug}.html",
            "{goodsite}{slug}",
        ],
        "wiki" => &[
            "Tide_table",
            "Spring_tide",
            "Portolan_chart",
            "Crambe_maritima",
            "Tide_gauge",
            "Samuel_Pepys",
            "Mulch",
            "Amphidromic_point",
            "Hachure_map",
            "Casino",
            "Loan",
            "Counterfeit_watch",
        ],
        "slug" => &[
            "tides",
            "old-maps",
            "sea-kale",
            "harbour",
            "gauge",
            "pilot",
            "compost",
            "garden-notes",
            "walls",
            "plot-tides",
            "marsh",
        ],
        "handleslug" => &["mkeller", "tidepool", "wrenlab", "jansen", "okaf"],
        "goodsite" => &[
            "https://{slug}.example.org/",
            "https://{handleslug}.net/",
            "https://{handleslug}-{slug}.blogspot.com/",
            "https://www.{slug}-{handleslug}.co.uk/",
            "https://{handleslug}.wordpress.com/",
            "https://{slug}{2-99}.de/",
            "https://{handleslug}.eu/",
            "https://{slug}.{handleslug}.com/",
        ],
        "german" => &[
            "Vielen Dank für den schönen Beitrag über {topic}.",
            "Bei uns in {place} steigt das Wasser um {2-9} Meter.",
            "Ich habe die Karte von {1700-1930} im Archiv gesehen.",
            "Das stimmt so nicht, die Mauer wurde {1850-1960} neu gebaut.",
            "Weiß jemand, wo es den Pegel von {place} gibt?",
            "Meine Großmutter hatte {2-20} Beete mit Stangenbohnen.",
            "Kann man das auch im Garten machen? In {place} ist der Boden sehr sandig.",
        ],
        "french" => &[
            "Merci pour ce bel article, je l'ai lu à {place}.",
            "Les marées à {place} dépassent {8-14} mètres.",
            "J'ai la même carte de {1700-1930} dans mon grenier.",
            "Est-ce que cela marche aussi avec les fèves ? Ici à {place} il gèle en mai.",
            "Je ne suis pas d'accord : le phare date de {1750-1900}.",
            "Bravo pour les photos de {place} !",
        ],
        "spanish" => &[
            "Muchas gracias por el artículo sobre {place}.",
            "Mi abuelo tenía un mapa de {1700-1930} en su casa.",
            "¿Dónde se puede ver la carta de {place}?",
            "En {place} la marea sube {2-6} metros.",
            "No estoy de acuerdo, el muelle es de {1850-1960}.",
        ],
        "polish" => &[
            "Dziękuję, bardzo ciekawy wpis o {place}.",
            "Mam taką samą mapę z {1700-1930} roku.",
            "Czy ktoś wie, gdzie w {place} jest stary mareograf?",
            "W ogrodzie koło {place} fasola nie rośnie, ziemia jest zbyt słona od {2-20} lat.",
        ],
        "russian" => &[
            "Спасибо за статью, очень интересно про {place}.",
            "У моего деда была такая карта {1850-1960} года.",
            "А где можно посмотреть карту {1700-1930} года?",
            "В нашем саду в {place} бобы не растут уже {2-12} лет.",
            "Не согласен, мол построили в {1850-1960} году.",
            "Отличные фотографии, спасибо за {place}!",
            "Прилив у нас около {2-9} метров.",
        ],
        "chinese" => &[
            "谢谢分享，{place}的潮汐很有意思。",
            "我爷爷也有一张{1850-1960}年的旧地图。",
            "请问这张{1700-1930}年的地图在哪里可以看到？",
            "我家花园里的豆子{2-12}年都长不好。",
            "不太同意，这个码头是{1850-1960}年建的。",
            "写得很好，学到了很多，下次去{place}看看。",
            "照片很漂亮，{place}的海边真美。",
        ],
        "code" => &[
            "plt.plot(hours[{1-9}:], levels)",
            "for level in gauge.read({2-60}):",
            "SELECT place, max(level) FROM tides GROUP BY place LIMIT {1-50};",
            "curl -s https://tides.example.org/api/{1-90} | jq .high",
            "let high = levels.iter().max();",
            "const moon = phase(new Date({1990-2024}, 3, 1));",
            "levels <- read.csv(\"{slug}.csv\")",
            "ImportError: cannot import name {slug}{1-9}",
            "convert map.tif -resize {20-90}% map.png",
            "print(\"gauge\", {1-99})",
        ],
        "awkward" => &[
            "My grandmother lost {20-900} pounds in the casino of {place} and never told anybody.",
            "The old casino in {place} is a bathing house on the {object}.",
            "They took a loan on the cottage in {1950-2005} to pay for the sea wall.",
            "We pay {2-6}% interest on the mortgage and the garden floods, so much for investment.",
            "The pharmacy garden in {place} grew {plant} without prescription, of course.",
            "Foxglove in the kitchen garden: a drug and a poison, ask any doctor or specialist in {place}.",
            "My father's watch stopped at high water in {1950-2005}, it was a cheap Swiss one.",
            "A replica of the {object} hangs in the town hall of {place}, best quality.",
            "Somebody bets on the tide in {place} every {weekday}; betting on the moon is a sure win.",
            "The greenhouse in {place} is heated by a bitcoin mine, they say. Crypto grows {plant}!",
            "I wrote about it on my website, visit the page on {topic} if you like: {goodsite}",
            "You can buy a cheap print of the {object} online for {5-60} pounds, free shipping from {place}.",
            "Best deal I ever made: {2-40} euros for a {object} at an auction, {50-90}% off.",
            "Is this a guest post? The style is not yours, {first}.",
            "I lost {5-20} pounds digging over the beds of {plant} this {weekday}.",
            "Search engines send me here each time I look for {plant}, your SEO must be great, {first}.",
            "Just bookmarked your site, great content on {topic}. {remark}",
            "Play in the sand at {place}, win nothing, lose a shoe: that is {topic} for children.",
            "My handbag was full of {plant} seeds, {first}, no shop sells them at any price.",
        ],
        "year" => &["2021", "2022", "2023", "2024", "2025"],
        "hey" => &[
            "Hello!",
            "Hi there,",
            "Hey!",
            "Hello everyone,",
            "Hi admin,",
            "Good day!",
            "Dear readers,",
            "Wow!",
        ],
        "play" => &[
            "play",
            "try",
            "join",
            "bet at",
            "register at",
            "spin at",
            "gamble at",
        ],
        "casino" => &[
            "online casino",
            "casino",
            "live casino",
            "slots",
            "slot machine",
            "poker room",
            "sports betting",
            "roulette",
            "jackpot site",
            "casino bonus",
            "bookmaker",
            "blackjack",
            "gacor slots",
            "baccarat",
        ],
        "win" => &[
            "win big",
            "win real money",
            "get rich today",
            "hit the jackpot",
            "earn cash every day",
            "win {100-9000}$ now",
            "double your money",
            "big wins daily",
        ],
        "won" => &["won", "cashed out", "earned", "made"],
        "bonus" => &[
            "{50-300} free spins",
            "{100-500}% welcome bonus",
            "no deposit bonus",
            "free bets",
            "{10-50}% cashback",
            "VIP rewards",
        ],
        "badlink" => &[
            "{badsite}",
            "{badsite}",
            "{badsite}{badpath}",
            "{badsite}{badpath}",
            "https://bit.ly/{code5}",
            "https://tinyurl.com/{code5}",
            "https://medium.com/@{badword}{1-99}/{badword}",
            "https://sites.google.com/view/{badword}-{badword}",
            "http://{badword}{badword}.blogspot.com/",
        ],
        "badpath" => &[
            "?ref={100-9999}",
            "{badword}.html",
            "go/{code5}",
            "{badword}/{badword}",
            "blog/{badword}-{2020-2025}",
            "index.php?id={1-999}",
        ],
        "code5" => &["{syl}{syl}{1-99}", "{syl}{1-9}{syl}", "{1-9}{syl}{syl}"],
        "syl" => &[
            "xa", "Qo", "zu", "Ke", "ri", "vO", "pa", "Tu", "mi", "Lo", "ne", "wy", "Ba", "ju",
        ],
        "badsite" => &[
            "https://{badword}-{badword}.{badtld}/",
            "http://www.{badword}{badword}.{badtld}/",
            "https://{badword}{1-999}.{badtld}/",
            "http://{badword}-{code5}.{badtld}/",
            "https://best{badword}{badword}.{badtld}/",
            "https://{syl}{syl}{syl}.{badtld}/",
        ],
        "badtld" => &[
            "com", "com", "com", "net", "xyz", "top", "site", "online", "shop", "info", "ru", "cn",
            "club", "biz", "co",
        ],
        "badword" => &[
            "casino", "slots", "bet", "win", "pills", "rx", "meds", "loan", "credit", "cash",
            "seo", "rank", "links", "crypto", "btc", "coin", "luxury", "replica", "outlet",
            "watches", "bags", "deals", "cheap", "best", "online", "plumber", "dentist", "lawyer",
            "vpn", "keto", "diet", "dating", "escort", "essay", "roofing", "movers",
        ],
        "buy" => &["buy", "order", "get", "purchase", "order online"],
        "pill" => &[
            "viagra",
            "cialis",
            "levitra",
            "generic viagra",
            "tramadol",
            "xanax",
            "kamagra",
            "modafinil",
            "phentermine",
            "ozempic",
            "semaglutide",
            "cbd oil",
            "male enhancement pills",
            "ivermectin",
            "tadalafil",
            "sildenafil",
        ],
        "cheap" => &[
            "cheap",
            "at the lowest price",
            "with {20-80}% discount",
            "for the best price",
            "low cost",
            "wholesale",
        ],
        "noscript" => &[
            "without prescription",
            "no prescription needed",
            "no rx",
            "online pharmacy",
            "overnight delivery",
            "from a trusted online pharmacy",
        ],
        "shipping" => &[
            "free worldwide shipping",
            "fast shipping",
            "discreet delivery",
            "free shipping on all orders",
            "ships in 24h",
        ],
        "cure" => &[
            "keto gummies",
            "weight loss tea",
            "hair growth oil",
            "detox drink",
            "testosterone booster",
            "diabetes cure",
        ],
        "praise" => &[
            "Great post!",
            "Nice article, thank you for sharing.",
            "I love your blog.",
            "Very interesting, thank you for sharing.",
            "This is a topic that is close to my heart.",
            "Wow, superb blog layout! How long have you been blogging for?",
            "Your content is amazing and very informative.",
            "I really enjoyed reading this, keep up the good work.",
            "What a great article about {topic}.",
            "Excellent information, this is very helpful.",
            "You made some good points there.",
            "I am really impressed with your writing skills.",
            "It is the best time to make plans for the future.",
            "Pretty nice post, I just stumbled upon your weblog.",
            "Thanks for the marvelous posting!",
            "Awesome!",
            "Hello, just wanted to say I loved this article about {topic}.",
        ],
        "bookmarked" => &[
            "I have bookmarked your site.",
            "I will bookmark your blog and take the feeds also.",
            "I shared this on Facebook and Twitter.",
            "I am going to tell my friends about this site.",
            "Will come back for more.",
            "Subscribed to your feed.",
        ],
        "visit" => &[
            "Visit my site {badlink}",
            "Feel free to surf to my web site: {keyword}",
            "Also check out my page {badlink} about {keyword}.",
            "Here is my blog; {keyword} ({badlink})",
            "Look at my homepage - {keyword}",
            "Please visit my website for {keyword}.",
            "If you like it, you will love {badlink}",
            "Check this: {badlink}",
        ],
        "seo" => &[
            "SEO services",
            "backlinks",
            "{100-9000} quality backlinks",
            "guest posts",
            "DA{40-90} links",
            "website traffic",
            "{1-50}k visitors",
            "social media followers",
            "Google ranking",
            "web design",
        ],
        "keyword" => &[
            "best {trade} in {city}",
            "{trade} near me",
            "cheap {trade}",
            "{trade} {city}",
            "affordable {trade}",
            "buy {badword} online",
            "{badword} {badword}",
            "top {badword} {year}",
            "online {badword}",
            "{badword} review",
        ],
        "trade" => &[
            "plumber",
            "dentist",
            "SEO agency",
            "roof repair",
            "movers",
            "car insurance",
            "personal injury lawyer",
            "carpet cleaning",
            "essay writing service",
            "web design",
            "dating site",
            "VPN",
            "locksmith",
            "air conditioning",
            "hosting",
            "pest control",
            "garden sheds",
            "solar panels",
            "tree removal",
        ],
        "city" => &[
            "Leeds", "Dallas", "Dubai", "Toronto", "Sydney", "Miami", "Mumbai", "London",
            "Karachi", "Houston", "Austin", "Manila",
        ],
        "coin" => &[
            "bitcoin",
            "ethereum",
            "crypto",
            "BTC",
            "USDT",
            "dogecoin",
            "NFT",
            "forex",
            "binary options",
            "solana",
        ],
        "trader" => &[
            "Mrs {surname}",
            "Mr {first} {surname}",
            "expert {first} {surname}",
            "coach {first}",
            "Dr {surname} Recovery",
            "Captain {surname} Hack",
        ],
        "contact" => &[
            "WhatsApp +1 {200-999} {100-999} {1000-9999}",
            "contact {badword}{badword}{1-99}@gmail.com",
            "Telegram @{badword}_{code5}",
            "write to {first}{badword}@outlook.com now",
            "text +44 {7000-7999} {100000-999999}",
            "DM her on Instagram @{first}_{badword}",
            "email: {surname}.{badword}@mail.com",
        ],
        "loan" => &[
            "loan",
            "payday loan",
            "personal loan",
            "business loan",
            "cash advance",
            "mortgage",
            "debt consolidation",
            "instant loan",
            "quick credit",
        ],
        "brand" => &[
            "Rolex",
            "Louis Vuitton",
            "Gucci",
            "Nike",
            "Ray-Ban",
            "Michael Kors",
            "Omega",
            "Adidas Yeezy",
            "Prada",
            "Chanel",
            "Hermes",
            "Canada Goose",
            "Moncler",
        ],
        "good" => &[
            "watches",
            "handbags",
            "replica",
            "shoes",
            "sunglasses",
            "jackets",
            "sneakers",
            "bags",
            "belts",
            "wallets",
        ],
        "outlet" => &[
            "outlet store",
            "factory outlet",
            "official outlet",
            "clearance sale",
            "online shop",
            "wholesale store",
        ],
        "rucasino" => &[
            "Лучшее онлайн казино {year}, бонус {100-500}% за регистрацию.",
            "Играй в игровые автоматы и выигрывай {1000-90000} рублей!",
            "Казино {badword} официальный сайт, рабочее зеркало.",
            "Ставки на спорт, фрибет {500-5000} рублей новым игрокам.",
            "Вулкан казино: {20-300} бесплатных вращений.",
        ],
        "rupraise" => &[
            "Отличная статья!",
            "Спасибо за интересную статью.",
            "Очень полезная информация, спасибо.",
            "Благодарю, добавил в закладки.",
            "Полностью согласен с автором.",
            "Блог супер, {rucity} читает!",
        ],
        "rucity" => &["Москва", "Казань", "Самара", "Омск"],
        "ruservice" => &[
            "Кредит онлайн на карту до {10-90} тысяч без отказа.",
            "Купить диплом с занесением в реестр от {9-60} тысяч.",
            "Продвижение сайтов, {100-900} ссылок недорого.",
            "Купить подписчиков дёшево, от {10-900} рублей.",
            "Займ за {5-30} минут, процент {1-3}.",
            "Индивидуалки {rucity}, недорого.",
            "Ремонт квартир {rucity} под ключ, скидка {5-50}%.",
        ],
        "rucontact" => &[
            "Телеграм @{badword}{1-99}",
            "Звоните +7 {900-999} {100-999}-{10-99}-{10-99}",
            "Пишите: {badword}@mail.ru",
            "Подробности: {badlink}",
        ],
        "runame" => &[
            "Сергей",
            "Ольга",
            "{badword}{1-99}",
            "Казино {rucity}",
            "RichardNap",
            "Davidtrurn",
            "Кредит {rucity}",
            "Алексей",
            "Ирина",
            "{first}{syl}",
        ],
        "zhgamble" => &[
            "网上赌场注册送{18-888}元",
            "澳门博彩官方网站",
            "真人百家乐{year}",
            "体育投注平台最高返水{1-9}%",
            "彩票开奖计划群",
            "时时彩稳赚{100-9000}",
        ],
        "zhservice" => &[
            "代开发票，税点{1-6}%",
            "专业代写论文{100-900}元起",
            "办理毕业证学历认证{year}",
            "高仿名表一比一，{300-3000}元",
            "信用卡套现，手续费{1-3}%",
            "小额贷款{1-50}万当天放款",
            "微信加粉{100-9000}个",
        ],
        "zhcontact" => &[
            "加微信{badword}{100-999}",
            "QQ{10000000-99999999}联系",
            "电话{13000-18999}{100000-999999}",
            "详情请看 {badlink}",
        ],
        "zhpraise" => &[
            "写得很好，",
            "谢谢分享，",
            "好文章，支持一下！",
            "学到了很多，",
            "路过看看，",
        ],
        "zhspamname" => &[
            "发票",
            "博彩网",
            "代写论文",
            "娱乐城{10-999}",
            "王伟",
            "李娜",
            "贷款",
            "{first}",
            "微信{badword}",
        ],
        "casinoname" => &[
            "{person}",
            "{first}{syl}",
            "casino{1-99}",
            "Best Casino {city}",
            "slot gacor",
            "judi {badword}",
            "Online Slots",
            "{first} {surname}",
        ],
        "pillname" => &[
            "{person}",
            "{first}{syl}",
            "buy {pill}",
            "{pill}",
            "Online Pharmacy",
            "{first} {surname}",
        ],
        "seoname" => &[
            "{person}",
            "{keyword}",
            "{first}{syl}",
            "{keyword}",
            "{first} {surname}",
            "{badword} {badword}",
        ],
        "cryptoname" => &[
            "{person}",
            "{first} {surname}",
            "{first}{syl}",
            "{coin} news",
            "crypto {first}",
            "{first} {surname}",
        ],
        "loanname" => &[
            "{person}",
            "Mr {surname} {loan}",
            "{first} {surname}",
            "{loan} {city}",
            "Mrs {surname}",
        ],
        "brandname" => &[
            "{person}",
            "{first}{syl}",
            "{brand} {outlet}",
            "cheap {brand}",
            "replica {good}",
            "{first} {surname}",
        ],
        "plainbad" => &[
            "casino", "viagra", "cialis", "slots", "poker", "bitcoin", "loans", "replica",
            "tramadol", "escort", "porn", "betting",
        ],
        "keywordname" => &[
            "{trade} {city}",
            "Best {trade} {city}",
            "{trade} near me",
            "{first} {surname}",
            "{first} {surname}",
            "{surname} {trade}",
            "{badword} {city}",
            "{keyword}",
        ],
        "machine" => &[
            "Your reflections on {topic} are both insightful and thought-provoking.",
            "This article beautifully captures the essence of {topic}.",
            "What a fascinating exploration of {topic} and how they shape our lives!",
            "I particularly appreciated the way you highlighted the importance of {topic}.",
            "In today's fast-paced world, posts about {topic} remind us to slow down.",
            "The way you connect {topic} with everyday life truly resonates with me.",
            "It is refreshing to see such a well-researched piece on {topic}.",
            "You have a unique ability to make {topic} accessible and engaging.",
            "Understanding {topic} is crucial for anyone who values tradition and innovation.",
            "{place} is a wonderful backdrop for this engaging narrative on {topic}.",
            "Truly a must-read for enthusiasts of {topic} everywhere!",
        ],
        "machineend" => &[
            "Keep up the fantastic work!",
            "I look forward to reading more of your valuable insights.",
            "Thank you for sharing such a comprehensive and engaging perspective!",
            "At our company in {city} we also believe in quality and attention to detail.",
            "As professionals in {trade}, we know how much details matter.",
            "Thank you for shedding light on this important subject.",
            "Looking forward to more inspiring content like this!",
            "It complements what we do as a {trade} team.",
        ],
        _ => panic!("no slot {name}"),
    }
}
