//! What the reader's door says, in the language of the blog: every phrase of its pages, of the commenter's forms and of
//! the feeds. A phrase that a language lacks does not compile.
//!
//! `en` is the one that all others are translated from. A blog in a language that is not here speaks English.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod ru;

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// All phrases in one language, by where they are. `{name}` in a phrase is a gap, see [`fill`]; `[words]` are those that
/// become a link, see [`Messages::linked`].
#[derive(Debug)]
pub struct Phrases {
    /// What frames every page: menu, foot.
    pub frame: Frame,
    /// Pages that list posts.
    pub lists: Lists,
    /// The page of one post.
    pub post: Post,
    /// Archives and pages of authors.
    pub archive: Archive,
    pub search: Search,
    pub feeds: Feeds,
    /// The blocks of the sidebar.
    pub blocks: Blocks,
    pub thread: Thread,
    pub form: Form,
    pub errors: Errors,
    pub refused: Refused,
    /// Ways on from a page: to what is like it, and to what somebody may have looked for.
    pub suggestions: Suggestions,
    /// What the text of a post says of itself.
    pub text: Text,
    pub held: Held,
    pub own: Own,
    pub mail: Mail,
}

#[derive(Debug)]
pub struct Frame {
    pub home: &'static str,
    pub tags: &'static str,
    pub search: &'static str,
    pub skip_to_content: &'static str,
    pub menu: &'static str,
    pub written_with: &'static str,
    /// The link to the sign-in, for those who write.
    pub sign_in: &'static str,
}

#[derive(Debug)]
pub struct Lists {
    pub newer_posts: &'static str,
    pub older_posts: &'static str,
    pub pages: &'static str,
    pub pinned: &'static str,
    pub tagged: &'static str,
    pub nothing_yet: &'static str,
    pub read_more: &'static str,
    pub of_post: &'static str,
    pub on_post: &'static str,
    pub no_tags: &'static str,
    pub posts_label: Counted,
}

#[derive(Debug)]
pub struct Post {
    pub comments: Counted,
    pub untitled: &'static str,
    pub adjacent_posts: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub by_link: &'static str,
}

#[derive(Debug)]
pub struct Archive {
    pub title: &'static str,
    pub posts: Counted,
    pub posts_by: &'static str,
    pub authors: &'static str,
    pub months: &'static str,
    pub days: &'static str,
    pub adjacent: &'static str,
    pub most_used: &'static str,
    pub letters: &'static str,
    pub all_of: &'static str,
}

#[derive(Debug)]
pub struct Search {
    pub title: &'static str,
    pub label: &'static str,
    pub label_short: &'static str,
    pub button: &'static str,
    pub nothing_found: &'static str,
    pub in_comments: &'static str,
    pub in_comment_of: &'static str,
    pub hint: &'static str,
    pub results: Counted,
    pub more_than: &'static str,
    pub page_of: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub wider: &'static str,
    pub no_tag: &'static str,
    /// Above the same search with words that are spelled otherwise.
    pub did_you_mean: &'static str,
    pub fewer_words: &'static str,
    pub without: &'static str,
    pub tags_like: &'static str,
    pub or_archive: &'static str,
}

#[derive(Debug)]
pub struct Feeds {
    pub title: &'static str,
    /// What a feed of comments is called; `{name}` is the title of the blog or of a post.
    pub comments_on: &'static str,
    /// What a comment is called in a feed: `{name}` wrote it, on `{title}`.
    pub name_on: &'static str,
    /// What feeds are for.
    pub what: &'static str,
    pub how: &'static str,
    pub posts: &'static str,
    pub comments: &'static str,
    /// That each post has a feed of its own comments.
    pub comments_on_one: &'static str,
    pub one_tag: &'static str,
}

#[derive(Debug)]
pub struct Blocks {
    pub popular: &'static str,
    /// What the whole sidebar is called.
    pub more: &'static str,
    /// The heading of the author's own words where they have none.
    pub about: &'static str,
    pub recent_comments: &'static str,
    pub links: &'static str,
}

#[derive(Debug)]
pub struct Thread {
    pub title: &'static str,
    pub on_page: &'static str,
    pub pages: &'static str,
    pub more_pages: &'static str,
    pub page: &'static str,
    pub author: &'static str,
    pub edited: &'static str,
    pub in_reply_to: &'static str,
    pub in_reply_to_gone: &'static str,
    pub reply: &'static str,
    pub to_name: &'static str,
    pub none_on_page: &'static str,
    pub closed: &'static str,
    pub feed: &'static str,
    pub anonymous: &'static str,
    pub feed_of_replies: &'static str,
}

#[derive(Debug)]
pub struct Form {
    pub title: &'static str,
    pub comment: &'static str,
    pub body_hint: &'static str,
    pub name: &'static str,
    pub any_name: &'static str,
    pub optional: &'static str,
    pub website: &'static str,
    pub email: &'static str,
    pub email_hint: &'static str,
    pub mail_me: &'static str,
    pub mail_nothing: &'static str,
    pub mail_replies: &'static str,
    pub mail_all: &'static str,
    pub mail_hint: &'static str,
    pub trap: &'static str,
    pub post: &'static str,
    pub preview: &'static str,
    pub preview_title: &'static str,
    pub preview_kicker: &'static str,
    pub you_answer: &'static str,
    pub on_the_post: &'static str,
    pub check_preview: &'static str,
    pub said_before: &'static str,
    pub remember: &'static str,
    pub left: Counted,
}

#[derive(Debug)]
pub struct Errors {
    pub not_found: ErrorText,
    pub not_possible: ErrorText,
    pub too_large: ErrorText,
    pub too_many: ErrorText,
    pub refused: ErrorText,
    pub not_set_up: ErrorText,
    pub busy: ErrorText,
    pub many_searches: ErrorText,
    pub no_room: ErrorText,
    pub not_understood: ErrorText,
    pub went_wrong: ErrorText,
    pub again_in_seconds: Counted,
    pub again_in_minutes: Counted,
    pub newest: &'static str,
    pub status: &'static str,
    /// What a visitor names to the operator, who finds it in the log.
    pub reference: &'static str,
    pub other_site: &'static str,
    /// Above the words of a form that was refused, and below that heading.
    pub typed: &'static str,
    pub typed_hint: &'static str,
}

/// What is said instead of a page.
#[derive(Debug, Clone, Copy)]
pub struct ErrorText {
    pub heading: &'static str,
    pub message: &'static str,
}

#[derive(Debug)]
pub struct Refused {
    pub several_seconds: Counted,
    pub several_minutes: Counted,
    pub name_hidden: &'static str,
    pub name_missing: &'static str,
    pub name_long: &'static str,
    pub empty: &'static str,
    pub too_long: &'static str,
    pub body_hidden: &'static str,
    pub email: &'static str,
    pub email_missing: &'static str,
    pub choice: &'static str,
    pub no_post: &'static str,
    pub url: &'static str,
    pub url_long: &'static str,
    pub too_deep: &'static str,
    pub closed: &'static str,
    pub answered_gone: &'static str,
    pub said_before: &'static str,
    pub sent_before: &'static str,
    pub edit_over: &'static str,
    pub sure: &'static str,
    pub no_such_act: &'static str,
}

#[derive(Debug)]
pub struct Suggestions {
    /// The heading of links to posts that are like this one.
    pub related: &'static str,
    /// The words above links on a page that says there is nothing at an address.
    pub perhaps: &'static str,
}

#[derive(Debug)]
pub struct Text {
    /// How long a post takes to read.
    pub minutes: Counted,
    pub contents: &'static str,
    /// `{service}` is the one that has the film.
    pub play: &'static str,
    /// What a wide table is called, which scrolls.
    pub table: &'static str,
    /// Above the articles that a post quotes.
    pub sources: &'static str,
    /// From a footnote back to the place with its number `{n}`.
    pub back_to_text: &'static str,
    /// From a quoted article to its place `{n}` among the sources, and back.
    pub source: &'static str,
    pub back_to_article: &'static str,
}

#[derive(Debug)]
pub struct Held {
    pub first_comment: &'static str,
    pub every: &'static str,
    pub links: &'static str,
    pub staff_name: &'static str,
    pub duplicates: &'static str,
    pub unread: &'static str,
}

#[derive(Debug)]
pub struct Own {
    pub title: &'static str,
    pub erased: &'static str,
    pub shown: &'static str,
    pub waits: &'static str,
    pub you_deleted: &'static str,
    pub not_shown: &'static str,
    pub edited: &'static str,
    pub edit_form: &'static str,
    pub may_wait: &'static str,
    pub will_say: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub edit: &'static str,
    pub undo: &'static str,
    pub delete: &'static str,
    pub edit_for: &'static str,
    pub keep_address: &'static str,
    pub mail: &'static str,
    pub confirm_first: &'static str,
    pub save_mail: &'static str,
    pub all_mine: &'static str,
    pub my_data: &'static str,
    pub this_one: &'static str,
    pub on_post: &'static str,
    pub on_hidden_post: &'static str,
    pub state_shown: &'static str,
    pub state_waits: &'static str,
    pub state_not_shown: &'static str,
    pub mine_hint: &'static str,
    pub download_them: &'static str,
    pub download_it: &'static str,
    pub erase: &'static str,
    pub erase_hint: &'static str,
    pub sure: &'static str,
    pub erase_this: &'static str,
    pub erase_all: Counted,
    pub back: &'static str,
    pub done_saved: &'static str,
    pub done_deleted: &'static str,
    pub done_mail: &'static str,
    pub done_undone: &'static str,
    pub done_erased: &'static str,
    pub change_waits: &'static str,
    pub change_refused: &'static str,
    pub your_change: &'static str,
    pub thread_feed: &'static str,
}

#[derive(Debug)]
pub struct Mail {
    pub is_it_yours: &'static str,
    pub asked_replies: &'static str,
    pub asked_all: &'static str,
    pub confirm: &'static str,
    pub confirmed: &'static str,
    pub stopped_before: &'static str,
    pub stop_these: &'static str,
    pub gets_replies: &'static str,
    pub gets_all: &'static str,
    pub stop: &'static str,
    pub stopped: &'static str,
    pub confirm_subject: &'static str,
    pub somebody_replies: &'static str,
    pub somebody_all: &'static str,
    pub was_it_you: &'static str,
    pub if_not: &'static str,
    pub shown_subject: &'static str,
    pub wrote: &'static str,
    pub read_it: &'static str,
    pub why_replies: &'static str,
    pub why_all: &'static str,
    pub stop_by: &'static str,
    pub replied_to_you: &'static str,
    pub replied_to: &'static str,
    pub you_wrote: &'static str,
    pub other_wrote: &'static str,
    pub manage: &'static str,
    pub manage_it: &'static str,
}

/// A phrase about a number of things, in the forms that a language has (CLDR's plural categories). `{n}` is the number.
/// A form that stays empty is `other`.
#[derive(Debug, Default)]
pub struct Counted {
    /// For none at all, where there is a phrase of its own: `No comments`. No plural category.
    pub none: &'static str,
    pub zero: &'static str,
    pub one: &'static str,
    pub two: &'static str,
    pub few: &'static str,
    pub many: &'static str,
    pub other: &'static str,
}

impl Counted {
    /// No forms at all, for those that a language does not have.
    pub const NONE: Self = Self {
        none: "",
        zero: "",
        one: "",
        two: "",
        few: "",
        many: "",
        other: "",
    };
}

/// The admin pages are in English whatever the language of the blog: what the author reads, and what is written down for the author.
pub const ADMIN: &Phrases = &en::PHRASES;

/// The reasons as version 0.1.0 stored them with a comment, in the order of [`Held::all`].
const EARLIER_REASONS: [&str; 6] = [
    "It is your first comment here, and the author reads first comments before they are shown.",
    "The author reads every comment before it is shown.",
    "It holds several links, so the author reads it before it is shown.",
    "Its name looks like that of an author of this blog, so the author reads it before it is shown.",
    "The same words stand here already, so the author reads it before it is shown.",
    "The author reads it before it is shown.",
];

/// The reason in today's words, for one that was stored with a comment by an earlier version.
#[must_use]
pub fn current_reason(stored: &str) -> &str {
    let known = EARLIER_REASONS.iter().position(|reason| *reason == stored);
    known.map_or(stored, |known| ADMIN.held.all()[known])
}

impl Held {
    fn all(&self) -> [&'static str; 6] {
        [
            self.first_comment,
            self.every,
            self.links,
            self.staff_name,
            self.duplicates,
            self.unread,
        ]
    }
}

/// The blog's voice: its phrases and the plural rules of their language. Cheap to clone.
#[derive(Clone)]
pub struct Messages {
    /// The language that it speaks, as a BCP 47 tag.
    pub language: &'static str,
    phrases: &'static Phrases,
    plurals: Option<Arc<PluralRules>>,
}

impl Messages {
    /// The voice for a language, a BCP 47 tag such as `pt-BR`; English for one that has no phrases here.
    #[must_use]
    pub fn of(language: &str) -> Self {
        let (tag, phrases) = match language.split('-').next().unwrap_or_default() {
            "ar" => ("ar", &ar::PHRASES),
            "de" => ("de", &de::PHRASES),
            "es" => ("es", &es::PHRASES),
            "fr" => ("fr", &fr::PHRASES),
            "ja" => ("ja", &ja::PHRASES),
            "ru" => ("ru", &ru::PHRASES),
            _ => ("en", &en::PHRASES),
        };
        let locale: Option<Locale> = tag.parse().ok();
        let rules = locale.and_then(|locale| PluralRules::try_new_cardinal(locale.into()).ok());
        Self {
            language: tag,
            phrases,
            plurals: rules.map(Arc::new),
        }
    }

    /// A phrase for a number of things: `1 comment`, `2 comments`.
    #[must_use]
    pub fn count(&self, counted: &Counted, number: i64) -> String {
        if number == 0 && !counted.none.is_empty() {
            return counted.none.to_owned();
        }
        let form = match self.category(number) {
            PluralCategory::Zero => counted.zero,
            PluralCategory::One => counted.one,
            PluralCategory::Two => counted.two,
            PluralCategory::Few => counted.few,
            PluralCategory::Many => counted.many,
            PluralCategory::Other => counted.other,
        };
        let form = if form.is_empty() { counted.other } else { form };
        fill(form, &[("n", &number.to_string())])
    }

    /// A phrase about a time to wait, in seconds or in minutes.
    #[must_use]
    pub fn wait(&self, in_seconds: &Counted, in_minutes: &Counted, seconds: u64) -> String {
        let (phrase, number) = match seconds {
            0..=89 => (in_seconds, seconds.max(1)),
            _ => (in_minutes, seconds.div_ceil(60)),
        };
        self.count(phrase, number.cast_signed())
    }

    /// A phrase about somebody or something: `Comments on {name}`.
    #[must_use]
    pub fn about(&self, phrase: &str, name: &str) -> String {
        fill(phrase, &[("name", name)])
    }

    /// A phrase with a number that changes none of its words: `Comments, page {n}`.
    #[must_use]
    pub fn numbered(&self, phrase: &str, number: impl fmt::Display) -> String {
        fill(phrase, &[("n", &number.to_string())])
    }

    /// All forms of a phrase about a number, for a script: JSON by CLDR's categories.
    #[must_use]
    pub fn forms(&self, counted: &Counted) -> String {
        let forms = [
            ("zero", counted.zero),
            ("one", counted.one),
            ("two", counted.two),
            ("few", counted.few),
            ("many", counted.many),
            ("other", counted.other),
        ];
        let forms = forms.into_iter().filter(|(_, form)| !form.is_empty());
        let forms: serde_json::Map<_, _> = forms
            .map(|(category, form)| (category.to_owned(), form.into()))
            .collect();
        serde_json::Value::from(forms).to_string()
    }

    /// The title of a post, or the words for one that has none.
    #[must_use]
    pub fn titled<'a>(&self, title: &'a str) -> &'a str {
        if title.is_empty() {
            self.post.untitled
        } else {
            title
        }
    }

    /// The name of a commenter, or the word for one who gave none.
    #[must_use]
    pub fn named<'a>(&self, name: &'a str) -> &'a str {
        if name.is_empty() {
            self.thread.anonymous
        } else {
            name
        }
    }

    /// Why a comment waits, as its writer reads it: the database has the English words for it.
    #[must_use]
    pub fn reason<'a>(&self, stored: &'a str) -> &'a str {
        let current = current_reason(stored);
        let known = ADMIN
            .held
            .all()
            .iter()
            .position(|reason| *reason == current);
        known.map_or(stored, |known| self.held.all()[known])
    }

    /// What is before the gap of a phrase and after it, where a template puts more than plain words there.
    #[must_use]
    pub fn around(&self, phrase: &'static str) -> (&'static str, &'static str) {
        let (before, rest) = phrase.split_once('{').unwrap_or((phrase, ""));
        (before, rest.split_once('}').map_or("", |(_, after)| after))
    }

    /// The three parts of a phrase that holds a link: `or have a look at [the tags].`
    #[must_use]
    pub fn linked(&self, phrase: &'static str) -> (&'static str, &'static str, &'static str) {
        let (before, rest) = phrase.split_once('[').unwrap_or((phrase, ""));
        let (link, after) = rest.split_once(']').unwrap_or((rest, ""));
        (before, link, after)
    }

    fn category(&self, number: i64) -> PluralCategory {
        self.plurals
            .as_ref()
            .map_or(PluralCategory::Other, |rules| {
                rules.category_for(number.unsigned_abs())
            })
    }
}

impl Deref for Messages {
    type Target = Phrases;

    fn deref(&self) -> &Phrases {
        self.phrases
    }
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages").finish_non_exhaustive()
    }
}

/// Puts values into the gaps of a phrase: `{name}` becomes the value of `name`. What a value holds is never a gap.
#[must_use]
pub fn fill(phrase: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(phrase.len() + 16);
    let mut rest = phrase;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let gap = after.split_once('}').and_then(|(name, after)| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some((*value, after))
        });
        let (value, after) = gap.unwrap_or(("{", after));
        out.push_str(value);
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_counts_by_its_own_rules() {
        let phrases = |language: &str, number| {
            let voice = Messages::of(language);
            voice.count(&voice.post.comments, number)
        };
        assert_eq!(phrases("en", 0), "No comments");
        assert_eq!(phrases("en", 1), "1 comment");
        assert_eq!(phrases("en", 2), "2 comments");
        assert_eq!(phrases("fr", 1), "1 commentaire");
        assert_eq!(phrases("ru", 21), "21 комментарий");
        assert_eq!(phrases("ru", 3), "3 комментария");
        assert_eq!(phrases("ru", 11), "11 комментариев");
        assert_eq!(phrases("ar", 2), "تعليقان");
        assert_eq!(phrases("ar", 5), "5 تعليقات");
        assert_eq!(phrases("ja", 5), "コメント5件");
        assert_eq!(phrases("pl", 5), "5 comments");
    }

    #[test]
    fn no_two_numbers_are_said_alike() {
        for language in ["en", "de", "es", "fr", "ru", "ar", "ja"] {
            let voice = Messages::of(language);
            let counted = [
                &voice.post.comments,
                &voice.archive.posts,
                &voice.form.left,
                &voice.errors.again_in_seconds,
                &voice.errors.again_in_minutes,
                &voice.refused.several_seconds,
                &voice.refused.several_minutes,
                &voice.own.erase_all,
            ];
            for counted in counted {
                let mut said = std::collections::HashSet::new();
                for number in 1..=130 {
                    let words = voice.count(counted, number);
                    assert!(
                        said.insert(words.clone()),
                        "{language}: {words} for {number}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_stored_reason_is_shown_to_the_commenter_in_the_blogs_language() {
        let german = Messages::of("de");
        assert_eq!(german.reason(ADMIN.held.links), german.held.links);
        assert_eq!(
            Messages::of("en").reason(ADMIN.held.every),
            ADMIN.held.every
        );
        let earlier = "The author reads every comment before it is shown.";
        assert_eq!(german.reason(earlier), german.held.every);
        assert_eq!(german.reason("something older"), "something older");
    }

    #[test]
    fn a_value_is_never_a_gap() {
        let values = [("a", "{b}"), ("b", "no")];
        assert_eq!(fill("{a} and {c} {", &values), "{b} and {c} {");
    }
}
