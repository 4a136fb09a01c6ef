//! Every theme can be read: the contrast of its colours by WCAG 2.2, light and dark.

use super::{BASE, DARK, custom_properties, papers, theme};
use crate::blog::appearance::Theme;
use std::collections::BTreeMap;

/// Whatever words are set in, and what is after them.
const TEXT: &[&str] = &[
    "ink", "soft", "quiet", "accent", "wrong", "keyword", "string", "number", "type",
];
const BEHIND: &[&str] = &["paper", "tint"];
/// What a search found is marked in text, in quotations and in links.
const MARKED: &[&str] = &["ink", "soft", "accent"];

/// The colours of a sheet by their names, light and dark.
fn colours(css: &str) -> [BTreeMap<String, String>; 2] {
    let (light, dark) = css.split_once(DARK).unwrap_or((css, ""));
    let dark = dark.split("\n}\n").next().unwrap_or_default();
    [light, dark].map(|part| {
        part.split(['{', ';', '}'])
            .filter_map(|line| line.trim().strip_prefix("--")?.split_once(": "))
            .filter(|(_, value)| value.starts_with('#'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    })
}

/// What a theme shows, light and dark: its own colours over those that it leaves as they are. As in the browser, its
/// light colours come after the dark ones of the base.
fn shown(of: Theme) -> [BTreeMap<String, String>; 2] {
    let [light, dark] = colours(custom_properties(BASE));
    let [own_light, own_dark] = colours(theme(of));
    let mut all = light;
    let mut all_dark = all.clone();
    all_dark.extend(dark);
    all_dark.extend(own_light.clone());
    all_dark.extend(own_dark);
    all.extend(own_light);
    [all, all_dark]
}

/// Relative luminance, WCAG 2.2.
fn luminance(colour: &str) -> f64 {
    let digits = colour.trim_start_matches('#');
    let of = |place: usize| {
        let wide = digits.len() == 6;
        let part = if wide {
            digits[place * 2..place * 2 + 2].to_owned()
        } else {
            digits[place..=place].repeat(2)
        };
        let value = f64::from(u8::from_str_radix(&part, 16).unwrap()) / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * of(0) + 0.7152 * of(1) + 0.0722 * of(2)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_counted_as_wcag_counts_it() {
    assert!((contrast("#000", "#ffffff") - 21.0).abs() < 0.001);
    assert!((contrast("#777777", "#fff") - 4.48).abs() < 0.01);
}

#[test]
fn every_theme_can_be_read_light_and_dark() {
    let mut problems = Vec::new();
    for of in Theme::ALL {
        let least = if *of == Theme::Contrast { 7.0 } else { 4.5 };
        for (colours, scheme) in shown(*of).iter().zip(["light", "dark"]) {
            let plain = TEXT
                .iter()
                .flat_map(|name| BEHIND.iter().map(move |behind| (name, behind)));
            let marked = MARKED.iter().map(|name| (name, &"found"));
            let known = plain.chain(marked).filter_map(|(name, behind)| {
                Some((name, behind, colours.get(*name)?, colours.get(*behind)?))
            });
            for (name, behind, above, below) in known {
                let found = contrast(above, below);
                if found < least {
                    problems.push(format!("{of} {scheme}: {name} on {behind}: {found:.2}"));
                }
            }
            // WCAG 1.4.11: what a field is seen by.
            let edge = contrast(&colours["edge"], &colours["paper"]);
            if edge < 3.0 {
                problems.push(format!("{of} {scheme}: edge on paper: {edge:.2}"));
            }
        }
    }
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_theme_that_changes_a_colour_changes_it_light_and_dark() {
    for of in Theme::ALL.iter().filter(|of| **of != Theme::Book) {
        let [light, dark] = colours(theme(*of));
        assert!(light.len() >= 9, "{of}: {light:?}");
        assert!(light.keys().eq(dark.keys()), "{of}: {light:?} {dark:?}");
    }
}

#[test]
fn a_theme_names_the_paper_of_day_and_night() {
    assert_eq!(papers(Theme::Book), ["#fdfcf9", "#151517"]);
    for of in Theme::ALL {
        let [light, dark] = shown(*of);
        assert_eq!(
            papers(*of),
            [&light["paper"], &dark["paper"]].map(String::as_str),
            "{of}"
        );
    }
}
