//! Slugs: the readable last part of an address.

/// Blogger cuts slugs at about this length; longer ones wrap in mails and on paper.
pub const MAX_CHARS: usize = 60;

/// Makes lower-case ASCII words joined by dashes out of any text; empty where nothing of it can be written so.
///
/// Letters outside ASCII are transliterated: `Łódź` becomes `lodz`, `東京` becomes `dong-jing`.
#[must_use]
pub fn of(text: &str) -> String {
    let ascii = deunicode::deunicode_with_tofu(text, "-");
    let mut slug = String::new();
    for word in ascii
        .replace(['\'', '`'], "")
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let dash = usize::from(!slug.is_empty());
        if slug.len() + dash + word.len() > MAX_CHARS {
            break;
        }
        if dash == 1 {
            slug.push('-');
        }
        slug.push_str(&word.to_ascii_lowercase());
    }
    if slug.is_empty() {
        // One word longer than the limit: the beginning of it is better than nothing.
        slug = ascii
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .take(MAX_CHARS)
            .collect::<String>()
            .to_ascii_lowercase();
    }
    slug
}

/// The `n`th choice where a slug is taken: `spring`, `spring-2`, `spring-3` …
#[must_use]
pub fn numbered(slug: &str, n: u32) -> String {
    if n <= 1 {
        slug.to_owned()
    } else {
        format!("{slug}-{n}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_title_becomes_words_joined_by_dashes() {
        assert_eq!(
            of("What the Keeper's log said"),
            "what-the-keepers-log-said"
        );
        assert_eq!(of("  a -- b  "), "a-b");
    }

    #[test]
    fn letters_of_other_scripts_are_transliterated() {
        assert_eq!(of("Łódź"), "lodz");
        assert_eq!(of("東京"), "dong-jing");
    }

    #[test]
    fn a_long_title_is_cut_between_words() {
        let slug = of(&"seventeen ".repeat(20));
        assert!(slug.len() <= MAX_CHARS);
        assert!(slug.ends_with("seventeen"));
    }

    #[test]
    fn nothing_that_means_something_in_an_address_survives() {
        assert_eq!(of("a\"><script>"), "a-script");
        assert_eq!(of("../../admin"), "admin");
        assert_eq!(of("…"), "");
    }

    proptest! {
        #[test]
        fn a_slug_of_anything_is_a_slug(text in ".{0,200}") {
            let slug = of(&text);
            prop_assert!(slug.len() <= MAX_CHARS);
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert_eq!(of(&slug), slug);
        }
    }
}
