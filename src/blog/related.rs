//! Related posts: which words say what a post is about, and how much alike two posts are.

use super::PostId;
use super::time::Millis;
use super::words;
use std::cmp::Reverse;
use std::collections::HashMap;

/// So many words of a text are looked up, those that are used often and are long.
const CANDIDATES: usize = 48;
/// So many words are searched for.
const WORDS: usize = 10;
/// A word of more posts than these says little about each of them, and costs more to search for.
pub const COMMON_POSTS: i64 = 200;
/// Related posts that are kept of each; the page shows fewer, since its neighbours are linked there already.
pub const KEPT: usize = 6;
/// Less alike than this, two posts have no more in common than any two: an eighth of what is special, or a rare tag.
const ALIKE_MIN: f64 = 0.25;
/// Tags count for no more than this, however many they are; the words count for 2.
const TAGS_MAX: f64 = 1.5;
/// Where two are alike within this, the newer one goes first.
const STEPS: f64 = 10.0;

/// The folded words of a text that may be characteristic, with their weight by how often they are used. Those of the
/// title count as if they were three times in the text.
#[must_use]
pub fn candidates(title: &str, text: &str) -> Vec<(String, f64)> {
    let mut times: HashMap<String, u32> = HashMap::new();
    for (text, weight) in [(title, 3), (text, 1)] {
        for word in words::normalize(text)
            .split(' ')
            .filter(|word| says_something(word))
        {
            match times.get_mut(word) {
                Some(times) => *times += weight,
                None => {
                    times.insert(word.to_owned(), weight);
                }
            }
        }
    }
    let mut found: Vec<(String, f64)> = times
        .into_iter()
        .map(|(word, times)| (word, 1.0 + f64::from(times).ln()))
        .collect();
    // Long words are rare ones, mostly; how rare they are is not known yet.
    let guess =
        |word: &str, often: f64| often * f64::from(u8::try_from(word.len().min(12)).unwrap_or(12));
    found.sort_by(|(a, a_often), (b, b_often)| {
        guess(b, *b_often)
            .total_cmp(&guess(a, *a_often))
            .then_with(|| a.cmp(b))
    });
    found.truncate(CANDIDATES);
    found
}

/// Three letters at least, two characters of a script without spaces, and no number.
fn says_something(word: &str) -> bool {
    let chars = word.chars().count();
    let least = if word.is_ascii() { 3 } else { 2 };
    chars >= least && !word.chars().all(char::is_numeric)
}

/// A query for posts that share characteristic words: those that are in other posts, too, but in few. `posts` says
/// for each candidate in how many posts it is, [`COMMON_POSTS`] and one more meaning many; `all` is how many there are.
#[must_use]
pub fn query(candidates: &[(String, f64)], posts: &[i64], all: i64) -> Option<String> {
    // In a small blog a word of some posts is special still, and one of half of them never.
    let most = (all / 4).max(4).min(all / 2).clamp(2, COMMON_POSTS);
    let mut weighed: Vec<(&str, f64)> = candidates
        .iter()
        .zip(posts)
        .filter(|(_, posts)| (2..=most).contains(posts))
        .map(|((word, often), posts)| (word.as_str(), often * rarity(*posts, all)))
        .collect();
    weighed.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    weighed.truncate(WORDS);
    let terms: Vec<String> = weighed
        .iter()
        .map(|(word, _)| format!("\"{word}\""))
        .collect();
    (!terms.is_empty()).then(|| terms.join(" OR "))
}

/// 1 for what only one post has, towards 0 for what all have.
#[must_use]
pub fn rarity(posts: i64, all: i64) -> f64 {
    let number = |posts: i64| f64::from(i32::try_from(posts.max(1)).unwrap_or(i32::MAX));
    let all = number(all) + 1.0;
    (all / number(posts)).ln().max(0.0) / all.ln()
}

/// How much another post has in common with one.
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    pub id: PostId,
    pub published_at: Millis,
    /// How well it fits the characteristic words; the post itself fits them by 1.
    pub words: f64,
    /// The rarities of the tags that they share, added up.
    pub tags: f64,
}

impl Likeness {
    fn alike(&self) -> f64 {
        2.0 * self.words.clamp(0.0, 1.0) + self.tags.min(TAGS_MAX)
    }
}

/// The posts that are most alike, of those that are nearly so the newest first.
#[must_use]
pub fn choose(mut found: Vec<Likeness>) -> Vec<PostId> {
    found.retain(|one| one.alike() >= ALIKE_MIN);
    found.sort_by(|a, b| {
        let step = |one: &Likeness| (one.alike() * STEPS).round();
        step(b)
            .total_cmp(&step(a))
            .then_with(|| Reverse((a.published_at, a.id)).cmp(&Reverse((b.published_at, b.id))))
    });
    found.into_iter().take(KEPT).map(|one| one.id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn like(id: i64, words: f64, tags: f64, at: i64) -> Likeness {
        Likeness {
            id: PostId(id),
            published_at: Millis(at),
            words,
            tags,
        }
    }

    #[test]
    fn words_that_say_nothing_are_no_candidates() {
        let found = candidates(
            "The Łódź harbour",
            "In 1999 the harbour of Łódź, a harbour 東京都 of it",
        );
        let words: Vec<&str> = found.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(words, ["harbour", "lodz", "the", "京都", "東京"]);
        assert!(candidates("", &"word ".repeat(10_000)).len() == 1);
        let many: Vec<String> = (0..500).map(|number| format!("word{number}")).collect();
        assert_eq!(candidates("", &many.join(" ")).len(), CANDIDATES);
    }

    #[test]
    fn words_of_one_post_or_of_many_are_not_searched_for() {
        let candidates: Vec<(String, f64)> = ["alone", "rare", "rarer", "common"]
            .iter()
            .map(|word| ((*word).to_owned(), 1.0))
            .collect();
        assert_eq!(
            query(&candidates, &[1, 9, 2, 60], 100).as_deref(),
            Some("\"rarer\" OR \"rare\"")
        );
        assert_eq!(query(&candidates, &[1, 0, 1, 60], 100), None);
    }

    #[test]
    fn the_most_alike_go_first_and_of_equals_the_newest() {
        let found = vec![
            like(1, 0.5, 0.0, 1),
            like(2, 0.1, 0.0, 9),
            like(3, 0.0, 0.9, 2),
            like(4, 0.51, 0.0, 3),
            like(5, 0.4, 0.9, 1),
        ];
        let ids: Vec<i64> = choose(found).iter().map(|id| id.0).collect();
        assert_eq!(ids, [5, 4, 1, 3]);
        let many = (0..50).map(|id| like(id, 1.0, 1.0, id)).collect();
        assert_eq!(choose(many).len(), KEPT);
    }

    #[test]
    fn a_tag_that_all_posts_carry_says_nothing() {
        assert!(rarity(100, 100) < 0.01);
        assert!(rarity(1, 100) > 0.99);
        assert!(rarity(5, 100) > rarity(50, 100));
    }
}
