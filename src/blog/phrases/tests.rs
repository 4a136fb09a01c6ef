//! Every language has the plural forms and the placeholders that it needs.

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
