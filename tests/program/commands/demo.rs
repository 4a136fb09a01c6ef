//! Demo content: the same seed makes the same blog, and each of its links leads somewhere.

use super::{DEMO, MADE_UP, made_up};
use crate::support::crawl::crawl;
use crate::support::program::{Home, Server};

#[test]
fn the_same_seed_makes_the_same_blog() {
    let again = Home::new();
    again.done(DEMO);
    for table in ["posts", "comments"] {
        let rows = |home: &Home| -> Vec<String> {
            home.dump()
                .into_iter()
                .filter(|row| row.starts_with(&format!("{table}: ")))
                .collect()
        };
        assert!(rows(&again).len() >= 12);
        assert!(rows(&again) == rows(&MADE_UP), "{table} differ");
    }
}

#[test]
fn a_blog_with_posts_is_not_filled_with_made_up_ones() {
    let home = made_up();
    let before = home.dump();
    assert!(home.refused(DEMO).contains("already has posts"));
    assert_eq!(home.dump(), before);
}

#[test]
fn every_link_of_a_blog_leads_somewhere() {
    let home = made_up();
    let crawled = crawl(&Server::start(&home));
    assert!(crawled.addresses > 30, "{}", crawled.addresses);
    let dead: Vec<String> = [crawled.dead, crawled.dead_in_texts].concat();
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}
