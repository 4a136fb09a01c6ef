//! `daybook check`: opens everything, verifies it, says what is wrong.

use super::{open_to_read, running_server};
use crate::app::backups;
use crate::blog::media::Pictures;
use crate::blog::words::Tally;
use crate::blog::{CommentId, PostId};
use crate::config::Config;
use crate::error::sentence;
use crate::media::Media;
use crate::store::{IndexedPost, Store};
use crate::text;
use anyhow::{Result, bail};
use std::collections::BTreeSet;

/// Texts that are compared with the index at once.
const COMPARED_AT_ONCE: i64 = 200;
/// So many texts whose words are wrong are named; of the others, only how many there are.
const NAMED: usize = 5;

pub async fn run(config: &Config) -> Result<()> {
    let config = &running_server::apply(config);
    println!(
        "Config: serves {} on {}, data in {}",
        config.origin(),
        config.listen,
        config.data.display()
    );
    let (store, _source) = open_to_read(config).await?;
    let mut problems = store.problems().await?;
    // Where a row cannot be read, the others are looked at all the same.
    let known = store.media().file_names().await.unwrap_or_else(|error| {
        problems.push(format!("the list of media cannot be read: {error}"));
        BTreeSet::new()
    });
    match index_problems(&store).await {
        Ok(found) => problems.extend(found),
        Err(error) => problems.push(format!(
            "the search index cannot be compared with the texts: {}",
            sentence(&error)
        )),
    }
    store.close().await;
    let media = Media::of(config);
    problems.extend(media.problems()?);
    problems.extend(backups::problems(&config.backups)?);
    let there = media.names().await?;
    let missing = known.iter().filter(|name| !there.contains(name));
    problems.extend(missing.map(|name| format!("the media file {name} is missing")));
    for problem in &problems {
        println!("Problem: {problem}");
    }
    if !problems.is_empty() {
        bail!(
            "{} found",
            if problems.len() == 1 {
                "1 problem was".to_owned()
            } else {
                format!("{} problems were", problems.len())
            }
        );
    }
    println!("Database, search index and media are OK.");
    Ok(())
}

/// Compares the search index with the texts word by word: what it holds of each, and what it should hold.
async fn index_problems(store: &Store) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let known = store.search().words_of_posts().await?;
    let mut last = PostId(0);
    loop {
        let posts = store
            .search()
            .indexed_posts(text::RENDERER, last, COMPARED_AT_ONCE)
            .await?;
        let Some(newest) = posts.last() else { break };
        last = newest.id;
        let differs = |post: &&IndexedPost| {
            !has_words(post, known.get(&post.id).copied().unwrap_or_default())
        };
        let differing = posts.iter().filter(differs);
        wrong.extend(differing.map(|post| format!("post {} (“{}”)", post.id, post.title)));
    }
    let known = store.search().words_of_comments().await?;
    let mut last = CommentId(0);
    loop {
        let comments = store
            .search()
            .indexed_comments(text::RENDERER, last, COMPARED_AT_ONCE)
            .await?;
        let Some((newest, ..)) = comments.last() else {
            break;
        };
        last = *newest;
        for (id, name, html) in comments {
            let found = known.get(&id).copied().unwrap_or_default();
            let is = |words: &str| Tally::of(&[&format!("{name} {words}")]) == found;
            if !is(&text::strip_tags(&html)) && !is(&text::plain(&html)) {
                wrong.push(format!("comment {id}"));
            }
        }
    }
    let more = wrong.len().saturating_sub(NAMED);
    wrong.truncate(NAMED);
    let mut problems: Vec<String> = wrong
        .into_iter()
        .map(|text| format!("the search index does not match {text}"))
        .collect();
    if more > 0 {
        problems.push(format!("the search index does not match {more} more texts"));
    }
    Ok(problems)
}

/// Whether the index holds the words of a post. Only where the quick way does not say so is it rendered as when it was saved.
fn has_words(post: &IndexedPost, found: Tally) -> bool {
    let is = |words: &str| Tally::of(&[&post.title, &post.tags, words]) == found;
    text::words(&post.source, post.markup).is_some_and(|words| is(&words))
        || is(&text::post(&post.source, post.markup, &Pictures::new()).words)
}
