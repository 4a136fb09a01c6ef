//! Messages: the phrases of one language with what they need to be read: its plural forms, and values in their placeholders.

use super::{ADMIN, Counted, Phrases, ar, current_reason, de, en, es, fr, ja, ru};
use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

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
