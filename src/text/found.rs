//! What stands in a rendered text, for the list that its author sees before it is shown.

use std::collections::BTreeSet;

use super::tree::Tree;
use crate::blog::checks::Found;

/// Finds the links and the pictures of a rendered text.
pub fn found(html: &str) -> Found {
    let Some(tree) = Tree::of(html) else {
        return Found::default();
    };
    let mut links = BTreeSet::new();
    let mut pictures_without_words = 0;
    for element in tree
        .descendants(tree.top())
        .filter_map(|id| tree.element(id))
    {
        match element.name() {
            "a" => links.extend(element.attribute("href").map(str::to_owned)),
            "img"
                if element
                    .attribute("alt")
                    .unwrap_or_default()
                    .trim()
                    .is_empty() =>
            {
                pictures_without_words += 1;
            }
            _ => {}
        }
    }
    Found {
        links: links.into_iter().collect(),
        pictures_without_words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_once_and_silent_pictures_are_counted() {
        let found = found(
            "<p><a href=\"/a\">x</a><a href=\"/a\">y</a><img src=\"/m\" alt=\" \"><img src=\"/n\" alt=\"Tide\"></p>",
        );
        assert_eq!(found.links, ["/a"]);
        assert_eq!(found.pictures_without_words, 1);
    }
}
