//! What a moderator can decide, what the page showed when the decision was made, and how comments are looked for.

use super::author::Scope;
use super::comment::State;
use super::time::Millis;
use super::{CommentId, named, words};
use std::fmt;
use std::num::ParseIntError;

named! {
    /// What the buttons of a comment do.
    Decision {
        Approve = "approve",
        Spam = "spam",
        Delete = "delete",
        Restore = "restore",
        /// The writer's change is not taken; the earlier words stay.
        Refuse = "refuse",
    }
}

impl Decision {
    /// The state that a comment is in afterwards.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Approve | Self::Refuse => State::Approved,
            Self::Spam => State::Spam,
            Self::Delete => State::Deleted,
            Self::Restore => State::Waiting,
        }
    }
}

/// A comment as a page showed it. Where it is otherwise by now, nobody decides upon it unawares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    pub id: CommentId,
    pub state: State,
    pub decided_at: Option<Millis>,
    pub edited_at: Option<Millis>,
    /// When its writer asked for the change that the page showed; none where it showed none.
    pub changed_at: Option<Millis>,
}

impl Seen {
    /// Reads what [`fmt::Display`] wrote into the form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let id = CommentId(parts.next()?.parse().ok()?);
        let state = State::of(parts.next()?)?;
        let decided_at = moment(parts.next()?).ok()?;
        let edited_at = moment(parts.next()?).ok()?;
        let changed_at = match parts.next() {
            Some(at) => Some(moment(at).ok()??),
            None => None,
        };
        parts.next().is_none().then_some(Self {
            id,
            state,
            decided_at,
            edited_at,
            changed_at,
        })
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.id, self.state)?;
        if let Some(at) = self.decided_at {
            write!(f, "{}", at.0)?;
        }
        f.write_str(":")?;
        if let Some(at) = self.edited_at {
            write!(f, "{}", at.0)?;
        }
        match self.changed_at {
            Some(at) => write!(f, ":{}", at.0),
            None => Ok(()),
        }
    }
}

/// A moment or nothing; an error where it is neither.
fn moment(text: &str) -> Result<Option<Millis>, ParseIntError> {
    match text {
        "" => Ok(None),
        number => number.parse().map(|at| Some(Millis(at))),
    }
}

/// What a moderator looks for. Empty parts ask for nothing; all others must be met.
///
/// Plain words are looked for in the text and the name, in addresses, in the titles of posts, and as the beginning of a
/// network. `name:`, `email:`, `network:` and `post:` ask for exactly that; `"…"` keeps words together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CommentFilter {
    /// Plain words as a full-text query.
    pub words: String,
    /// The same for the titles of posts.
    pub titles: String,
    /// The same as they may be in an address, as a pattern for `like` with `\` before literal signs.
    pub in_email: String,
    /// The same as the beginning of a network; empty where they cannot be one.
    pub in_network: String,
    pub name: String,
    /// The words of `name` as a full-text query, by which it is found fast.
    pub name_words: String,
    pub email: String,
    pub network: String,
    /// The id of a post; 0 asks for none.
    pub post: i64,
    /// Words of the title of a post, as a full-text query.
    pub post_titles: String,
    /// Whose posts the comments are on; 0 for everybody's. Never typed: it is what the moderator may act on.
    pub owner: i64,
}

impl CommentFilter {
    /// The same among the comments that somebody may decide upon.
    #[must_use]
    pub fn within(self, scope: Scope) -> Self {
        Self {
            owner: scope.owner().map_or(0, |owner| owner.0),
            ..self
        }
    }

    #[must_use]
    pub fn parse(typed: &str) -> Self {
        let typed = &*words::with_plain_quotes(typed);
        let mut filter = Self::default();
        let mut plain: Vec<String> = Vec::new();
        for term in terms(typed) {
            match term.split_once(':') {
                Some(("name", name)) => {
                    unquoted(name).clone_into(&mut filter.name);
                    filter.name_words = words::query(&filter.name).unwrap_or_default();
                }
                Some(("email", email)) => filter.email = unquoted(email).to_lowercase(),
                Some(("network", network)) => unquoted(network).clone_into(&mut filter.network),
                Some(("post", post)) => match post.parse() {
                    Ok(id) => filter.post = id,
                    Err(_) => filter.post_titles = titles(unquoted(post)),
                },
                _ => plain.push(term),
            }
        }
        let plain = plain.join(" ");
        if let Some(query) = words::query_beginning(&plain) {
            filter.titles = titles(&plain);
            filter.in_email = pattern(&plain.to_lowercase());
            filter.in_network = beginning_of_network(&plain);
            filter.words = query;
        }
        filter
    }
}

/// Splits at spaces that are not between quotation marks.
fn terms(typed: &str) -> Vec<String> {
    let mut terms = vec![String::new()];
    let mut quoted = false;
    for c in typed.chars() {
        if c == '"' {
            quoted = !quoted;
        }
        match terms.last_mut() {
            Some(term) if quoted || !c.is_whitespace() => term.push(c),
            _ => terms.push(String::new()),
        }
    }
    terms.retain(|term| !term.is_empty());
    terms
}

fn unquoted(text: &str) -> &str {
    text.trim_matches('"')
}

/// A full-text query for words in titles; empty where there are none.
fn titles(typed: &str) -> String {
    words::query_beginning(typed).map_or(String::new(), |query| words::in_title(&query))
}

/// A pattern for `like` that finds the text anywhere.
fn pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// Networks are hashes: one word, and too short a part of one fits anything.
fn beginning_of_network(text: &str) -> String {
    const MIN_CHARS: usize = 4;
    let fits = text.len() >= MIN_CHARS
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if fits { text.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_showed_comes_back_from_its_form() {
        for (decided_at, edited_at, changed_at) in [
            (None, None, None),
            (Some(Millis(-5)), None, None),
            (None, Some(Millis(7)), None),
            (Some(Millis(5)), Some(Millis(7)), None),
            (Some(Millis(5)), None, Some(Millis(9))),
        ] {
            let seen = Seen {
                id: CommentId(3),
                state: State::Waiting,
                decided_at,
                edited_at,
                changed_at,
            };
            assert_eq!(Seen::parse(&seen.to_string()), Some(seen));
        }
        for nonsense in [
            "",
            "3",
            "3:waiting",
            "3:waiting:",
            "3:none::",
            "x:spam::",
            "3:spam:x:",
            "3:spam:::",
            "3:spam::::",
            "3:spam:::5:6",
        ] {
            assert_eq!(Seen::parse(nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn plain_words_are_looked_for_everywhere() {
        let filter = CommentFilter::parse("  Tide_ 50% ");
        assert_eq!(filter.words, "\"tide\" \"50\" *");
        assert_eq!(filter.titles, "title : (\"tide\" \"50\" *)");
        assert_eq!(filter.in_email, "%tide\\_ 50\\%%");
        assert_eq!(filter.in_network, "");
        assert_eq!(CommentFilter::parse("a1b2c3").in_network, "a1b2c3");
        assert_eq!(CommentFilter::parse("  "), CommentFilter::default());
    }

    #[test]
    fn a_word_before_a_colon_says_where_to_look() {
        let filter = CommentFilter::parse(
            "name:\"Ada L\" email:ADA@x.org network:a1b2 post:7 tide http://x",
        );
        assert_eq!(filter.name, "Ada L");
        assert_eq!(filter.name_words, "\"ada\" \"l\"");
        assert_eq!(filter.email, "ada@x.org");
        assert_eq!(filter.network, "a1b2");
        assert_eq!(filter.post, 7);
        assert_eq!(filter.words, "\"tide\" \"http\" \"x\" *");
        assert_eq!(
            CommentFilter::parse("post:\"Ebb and flow\"").post_titles,
            "title : (\"ebb\" \"and\" \"flow\" *)"
        );
    }
}
