//! What the rules decide.

use super::*;
use proptest::prelude::*;

fn calm() -> Facts {
    Facts {
        form_age_seconds: Some(60),
        ..Facts::default()
    }
}

fn says(source: &str) -> Words<'_> {
    Words {
        name: "Ada",
        url: "",
        source,
    }
}

fn band(facts: &Facts) -> Band {
    evaluate(
        facts,
        &says("A friendly note about the tides and the old harbour."),
        &Rules::default(),
    )
    .band
}

fn reasons(facts: &Facts, source: &str, rules: &Rules) -> Vec<(String, i32)> {
    evaluate(facts, &says(source), rules)
        .reasons
        .into_iter()
        .map(|reason| (reason.words, reason.points))
        .collect()
}

fn only_word(word: &str) -> Rules {
    Rules {
        words: vec![(word.to_owned(), 6)],
        ..Rules::default()
    }
}

#[test]
fn a_plain_comment_is_shown_for_no_reason() {
    let verdict = evaluate(&calm(), &says("Lovely map, thank you."), &Rules::default());
    assert_eq!(
        (verdict.band, verdict.points, verdict.reasons),
        (Band::Show, 0, vec![])
    );
}

#[test]
fn no_form_age_holds_a_comment_by_itself() {
    for age in [
        None,
        Some(-5),
        Some(0),
        Some(2),
        Some(9 * 3600),
        Some(400 * 86_400),
        Some(i64::MAX),
        Some(i64::MIN),
    ] {
        let facts = Facts {
            form_age_seconds: age,
            first: true,
            ..Facts::default()
        };
        assert_eq!(band(&facts), Band::Show, "{age:?}");
    }
}

#[test]
fn a_page_open_for_nine_hours_costs_nothing() {
    let facts = Facts {
        form_age_seconds: Some(9 * 3600),
        ..Facts::default()
    };
    assert!(reasons(&facts, "Hello", &Rules::default()).is_empty());
}

#[test]
fn a_filled_trap_holds_and_does_not_bin() {
    assert_eq!(
        band(&Facts {
            trap: true,
            ..calm()
        }),
        Band::Hold
    );
}

#[test]
fn a_name_like_the_authors_is_held_by_any_rules() {
    let lenient = Rules {
        hold_at: 1_000,
        spam_at: 1_000,
        ..Rules::default()
    };
    let facts = Facts {
        staff_name: true,
        learned: Some(0),
        ..calm()
    };
    assert_eq!(evaluate(&facts, &says("Hello"), &lenient).band, Band::Hold);
}

#[test]
fn a_banned_commenter_lands_in_spam_by_any_rules() {
    let lenient = Rules {
        hold_at: 1_000,
        spam_at: 1_000,
        ..Rules::default()
    };
    assert_eq!(
        evaluate(
            &Facts {
                banned: true,
                ..calm()
            },
            &says("Hello"),
            &lenient
        )
        .band,
        Band::Spam
    );
}

#[test]
fn a_flood_from_one_network_is_held() {
    assert_eq!(
        band(&Facts {
            recent: 3,
            ..calm()
        }),
        Band::Show
    );
    assert_eq!(
        band(&Facts {
            recent: 8,
            ..calm()
        }),
        Band::Hold
    );
    assert_eq!(
        band(&Facts {
            recent: u32::MAX,
            ..calm()
        }),
        Band::Hold
    );
}

#[test]
fn the_same_words_all_over_the_blog_are_held_but_thanks_are_free() {
    let copied = Facts {
        duplicates: 2,
        ..calm()
    };
    assert_eq!(band(&copied), Band::Hold);
    assert!(reasons(&copied, "Thank you very much!", &Rules::default()).is_empty());
}

#[test]
fn links_beyond_the_free_ones_cost() {
    let rules = Rules {
        free_links: 1,
        link_points: 3,
        ..Rules::default()
    };
    assert!(reasons(&calm(), "See https://a.example/", &rules).is_empty());
    assert_eq!(
        reasons(
            &calm(),
            "https://a.example/ http://b.example/ www.c.example",
            &rules
        ),
        [("3 links".to_owned(), 6)]
    );
}

#[test]
fn a_word_is_matched_whole_and_folded() {
    let rules = only_word("Cialis");
    assert!(reasons(&calm(), "Ask a specialist.", &rules).is_empty());
    assert_eq!(
        reasons(&calm(), "buy CIÀLIS, now", &rules),
        [("contains the word “Cialis”".to_owned(), 6)]
    );
}

#[test]
fn a_phrase_is_matched_across_spaces_and_signs_but_not_across_fields() {
    let rules = only_word("cheap watches");
    assert_eq!(reasons(&calm(), "Cheap\n– watches!", &rules).len(), 1);
    assert!(reasons(&calm(), "cheap old watches", &rules).is_empty());
    let text = Words {
        name: "cheap",
        url: "",
        source: "watches",
    };
    assert!(evaluate(&calm(), &text, &rules).reasons.is_empty());
}

#[test]
fn a_word_without_spaces_around_it_is_found_in_chinese() {
    let rules = only_word("赌场");
    for text in ["赌场", "在赌场玩", "网上赌场"] {
        assert_eq!(reasons(&calm(), text, &rules).len(), 1, "{text}");
    }
    assert!(reasons(&calm(), "赌一场", &rules).is_empty());
    assert_eq!(reasons(&calm(), "在赌场玩", &only_word("赌")).len(), 1);
}

#[test]
fn a_disguised_word_costs_as_much_and_says_so() {
    assert_eq!(
        reasons(&calm(), "try v1agra", &only_word("viagra")),
        [("contains the word “viagra” in disguise".to_owned(), 6)]
    );
}

#[test]
fn a_word_counts_in_name_and_website_too() {
    let rules = only_word("casino");
    let text = Words {
        name: "Casino Royal",
        url: "",
        source: "Hi",
    };
    assert_eq!(evaluate(&calm(), &text, &rules).points, 6);
    let text = Words {
        name: "Ada",
        url: "https://best-casino.example/",
        source: "Hi",
    };
    assert_eq!(evaluate(&calm(), &text, &rules).points, 6);
}

#[test]
fn a_good_word_takes_points_back() {
    let rules = Rules {
        words: vec![("tide".to_owned(), -4)],
        ..Rules::default()
    };
    let text = "tide https://a.example https://b.example https://c.example https://d.example";
    let verdict = evaluate(&calm(), &says(text), &rules);
    assert_eq!((verdict.points, verdict.band), (2, Band::Show));
}

#[test]
fn the_learned_filter_alone_holds_and_never_bins() {
    assert_eq!(
        band(&Facts {
            learned: Some(100),
            ..calm()
        }),
        Band::Hold
    );
    assert_eq!(
        band(&Facts {
            learned: Some(90),
            ..calm()
        }),
        Band::Hold
    );
    assert_eq!(
        band(&Facts {
            learned: Some(80),
            ..calm()
        }),
        Band::Show
    );
    let with_links = evaluate(
        &Facts {
            learned: Some(100),
            ..calm()
        },
        &says("https://a.example https://b.example https://c.example"),
        &Rules::default(),
    );
    assert_eq!(with_links.band, Band::Spam);
}

#[test]
fn reasons_are_plain_sentences() {
    let facts = Facts {
        form_age_seconds: Some(1),
        duplicates: 1,
        learned: Some(97),
        ..Facts::default()
    };
    assert_eq!(
        reasons(&facts, "a nice text about some casino", &Rules::default()),
        [
            (
                "the form was sent 1 second after it was opened".to_owned(),
                3
            ),
            ("the same text as 1 other comment here".to_owned(), 3),
            ("contains the word “casino”".to_owned(), 4),
            ("97% similar to spam on this blog".to_owned(), 7),
        ]
    );
}

#[test]
fn facts_of_another_version_can_be_read() {
    let facts: Facts = serde_json::from_str(r#"{"trap":true,"moon":"full"}"#).unwrap();
    assert_eq!(
        facts,
        Facts {
            trap: true,
            ..Facts::default()
        }
    );
    let whole = Facts {
        learned: Some(40),
        duplicates: 2,
        ..calm()
    };
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<Facts>(&text).unwrap(), whole);
}

proptest! {
    #[test]
    fn rules_tried_before_saving_judge_as_they_do_afterwards(
        name in ".{0,20}", url in ".{0,40}", source in "(?s).{0,200}",
        form_age_seconds: Option<i64>, trap: bool, duplicates: u32, recent: u32, learned: Option<u8>,
    ) {
        let facts = Facts { form_age_seconds, trap, duplicates, recent, learned, ..Facts::default() };
        let text = Words { name: &name, url: &url, source: &source };
        let tried = Rules::default();
        let saved = Rules::parse(&tried.to_string()).unwrap();
        let stored: Facts = serde_json::from_str(&serde_json::to_string(&facts).unwrap()).unwrap();
        let verdict = evaluate(&facts, &text, &tried);
        prop_assert_eq!(&verdict, &evaluate(&stored, &text, &saved));
        prop_assert_eq!(verdict.points, verdict.reasons.iter().map(|reason| reason.points).sum::<i32>());
    }
}
