//! What a stored text says of itself besides its author's words, in the language of the blog: what plays a film, what a
//! table is called where it scrolls, how one comes back from a footnote, what is above the sources. A rendering knows
//! no language; these few words are put in when its page is made.

use std::borrow::Cow;

use super::embed::{self, Film};
use super::{escape, holds};
use crate::blog::phrases::{Phrases, fill};
use crate::blog::settings::Films;

/// The phrases of a stored text as the renderer writes them, in places that no words of an author can look like: each
/// begins with `<` or ends with `>`, which are in no text unescaped.
pub(super) const TABLE: &str = " role=\"group\" aria-label=\"Table\">";
pub(super) const SOURCES: &str = "<div class=\"sources\"><h2>Sources</h2>";
pub(super) const BACK: &str = " title=\"Back to reference ";
pub(super) const SOURCE: &str = " title=\"Source ";
const ARTICLE: &str = " title=\"Back to article ";

/// The HTML of a post for its page: films that the settings allow can be played, and all it says is in one language.
pub fn fill_placeholders<'h>(html: &'h str, films: Films, phrases: &Phrases) -> Cow<'h, str> {
    let plays = |film: &Film| match film {
        Film::YouTube(_) => matches!(films, Films::All | Films::YouTube),
        Film::Vimeo(_) => matches!(films, Films::All | Films::Vimeo),
    };
    let phrases = &phrases.text;
    let html = embed::with_players(html, phrases.play, plays);
    let html = put(html, TABLE, || {
        format!(" role=\"group\" aria-label=\"{}\">", escape(phrases.table))
    });
    let html = put(html, SOURCES, || {
        format!(
            "<div class=\"sources\"><h2>{}</h2>",
            escape(phrases.sources)
        )
    });
    let html = with_numbers(html, BACK, phrases.back_to_text);
    let html = with_numbers(html, SOURCE, phrases.source);
    with_numbers(html, ARTICLE, phrases.back_to_article)
}

fn put<'h>(html: Cow<'h, str>, place: &str, words: impl FnOnce() -> String) -> Cow<'h, str> {
    if holds(&html, place) {
        Cow::Owned(html.replace(place, &words()))
    } else {
        html
    }
}

/// Each way from a footnote to its place, and between an article and its source, says a number.
fn with_numbers<'h>(html: Cow<'h, str>, place: &str, phrase: &str) -> Cow<'h, str> {
    if !holds(&html, place) {
        return html;
    }
    let mut parts = html.split(place);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("\">") {
            Some((number, after)) if is_number(number) => {
                let words = fill(phrase, &[("n", number)]);
                out.extend([" title=\"", &escape(&words), "\">", after]);
            }
            _ => out.extend([place, part]),
        }
    }
    Cow::Owned(out)
}

/// `2`, or `2-3` for the third place that names the second note.
fn is_number(number: &str) -> bool {
    !number.is_empty()
        && number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Lets the pictures of a text that is not the first of its page wait until they are nearly in sight.
pub fn below_others(html: &str) -> Cow<'_, str> {
    const FIRST: &str = " fetchpriority=\"high\">";
    const WAITING: &str = " loading=\"lazy\">";
    if holds(html, FIRST) {
        Cow::Owned(html.replace(FIRST, WAITING))
    } else {
        Cow::Borrowed(html)
    }
}

/// A stored text without the links that headings are to themselves, for readers who are elsewhere.
pub fn without_anchors(html: &str) -> Cow<'_, str> {
    const OPEN: &str = "<a class=\"anchor\" ";
    if !holds(html, OPEN) {
        return Cow::Borrowed(html);
    }
    let mut parts = html.split(OPEN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inside = part
            .split_once('>')
            .and_then(|(_, rest)| rest.split_once("</a>"));
        match inside {
            Some((words, after)) => out.extend([words, after]),
            None => out.extend([OPEN, part]),
        }
    }
    Cow::Owned(out)
}
