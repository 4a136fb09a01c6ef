//! Finding the posts that are related to one: by the words that are special to it, and by rare tags.

use super::App;
use crate::blog::PostId;
use crate::blog::related::{self, Likeness};
use crate::error::Result;
use crate::text;
use std::collections::HashMap;

/// Posts of one step: some tenths of a second of one core, in one commit.
const AT_ONCE: i64 = 40;

impl App {
    /// Finds the related posts of one that was just shown. Those that are most like it look for theirs again soon, since it
    /// may be among them.
    pub(super) async fn relate_published(&self, id: PostId) -> Result<()> {
        let all = self.store.related().published_count().await?;
        let found = self.related_to(id, all).await?;
        let again = found.clone();
        self.store
            .related()
            .set(&[(id, found)], &again, self.now())
            .await
    }

    /// Finds the related posts of some that wait for it: after an import, with new words, or like one that is new. False
    /// where none waits any more.
    pub async fn relate_due(&self) -> Result<bool> {
        let due = self.store.related().due(AT_ONCE).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let all = self.store.related().published_count().await?;
        let mut found = Vec::with_capacity(due.len());
        for id in due {
            found.push((id, self.related_to(id, all).await?));
        }
        self.store.related().set(&found, &[], self.now()).await?;
        Ok(true)
    }

    /// The posts most like one; nothing for what readers cannot see.
    async fn related_to(&self, id: PostId, all: i64) -> Result<Vec<PostId>> {
        let store = &self.store;
        let Some((title, html)) = store.related().published_text(id).await? else {
            return Ok(Vec::new());
        };
        let candidates = self
            .compute(move || related::candidates(&title, &text::plain(&html)))
            .await?;
        let words: Vec<&str> = candidates.iter().map(|(word, _)| word.as_str()).collect();
        let posts = store.search().posts_with(&words).await?;
        let mut fits: HashMap<PostId, f64> = HashMap::new();
        if let Some(query) = related::query(&candidates, &posts, all) {
            let fitting = store.search().best_matches(&query).await?;
            let own = fitting.iter().find(|(other, _)| *other == id);
            // Nothing fits words better than the text that they were taken from, but a short one with the same words may.
            let own = own.map_or(1.0, |(_, fit)| fit.max(f64::MIN_POSITIVE));
            fits.extend(fitting.into_iter().map(|(other, fit)| (other, fit / own)));
        }
        let tags = store.related().rarest_tags(id).await?;
        let rarities: HashMap<_, _> = tags
            .iter()
            .map(|(tag, posts)| (*tag, related::rarity(*posts, all)))
            .collect();
        let mut ids: Vec<PostId> = fits.keys().copied().collect();
        for (tag, _) in &tags {
            ids.extend(store.related().newest_of_tag(*tag).await?);
        }
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|other| *other != id);
        let mut shared: HashMap<PostId, f64> = HashMap::new();
        for (other, tag) in store.related().shared_tags(&ids, id).await? {
            *shared.entry(other).or_default() += rarities.get(&tag).copied().unwrap_or_default();
        }
        let seen = store.related().published_among(&ids).await?;
        let found = seen.into_iter().map(|(other, published_at)| Likeness {
            id: other,
            published_at,
            words: fits.get(&other).copied().unwrap_or_default(),
            tags: shared.get(&other).copied().unwrap_or_default(),
        });
        Ok(related::choose(found.collect()))
    }
}
