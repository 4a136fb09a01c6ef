//! What is to be fetched from other servers: a row for each address, written in the transaction of its cause, and done
//! by a job that begins again where a stop interrupted it.

use super::media::MediaLine;
use super::{Store, Write};
use crate::blog::fetch::{Purpose, WANTED_MAX, addresses, again_at, original_of};
use crate::blog::media::FOLDER;
use crate::blog::time::Millis;
use crate::blog::{AuthorId, MediaId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use std::collections::{BTreeMap, BTreeSet};

/// A file that was taken on is taken by nobody else for this long: longer than the longest try.
const TAKEN_SECONDS: i64 = 5 * 60;

/// A file that is to be fetched now.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DueFetch {
    pub id: i64,
    pub address: String,
    pub author_id: AuthorId,
    pub tries: i64,
}

/// How far a file is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct FetchState {
    pub address: String,
    pub tries: i64,
    /// Whether it will be tried (again) by itself.
    pub is_due: bool,
    /// Why the last try failed.
    pub answer: String,
    pub media_id: Option<MediaId>,
}

impl FetchState {
    /// Whether it was not tried yet, or is tried right now for the first time.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.media_id.is_none() && self.answer.is_empty() && self.is_due
    }
}

handle! {
    /// Files of other servers that are to be fetched.
    fetches: Fetches
}

impl Fetches<'_> {
    /// Notes that pictures are to be fetched; what is known already stays as it is, save that a failed one is tried again
    /// at once where `again` says so.
    pub async fn request_pictures(
        self,
        wanted: &[String],
        author: AuthorId,
        again: bool,
        now: Millis,
    ) -> Result<()> {
        if wanted.is_empty() {
            return Ok(());
        }
        let mut write = self.write().await?;
        for address in wanted.iter().take(WANTED_MAX) {
            write
                .ask(
                    "insert into fetches (id, address, purpose, author_id, created_at, due_at) \
                     values ((select last + 1 from numbers where name = 'fetches'), \
                       $1, $2, $3, $4, $4) \
                     on conflict (address, purpose) do nothing",
                )
                .bind(address)
                .bind(Purpose::Picture)
                .bind(author)
                .bind(now)
                .run()
                .await?;
            // A picture that was deleted since is wanted like one that never came.
            write
                .ask(
                    "update fetches set due_at = $3, tries = 0, answer = '' \
                       where address = $1 and purpose = $2 \
                     and media_id is null \
                       and ((due_at is null and answer = '') or ($4 and answer <> ''))",
                )
                .bind(address)
                .bind(Purpose::Picture)
                .bind(now)
                .bind(again)
                .run()
                .await?;
        }
        write.commit().await
    }

    /// Takes on what is due, for the caller alone.
    pub async fn take_due(self, limit: i64, now: Millis) -> Result<Vec<DueFetch>> {
        let due = self
            .ask("select 1 from fetches where due_at <= $1 limit 1")
            .bind(now)
            .exists()
            .await?;
        if !due || limit < 1 {
            return Ok(Vec::new());
        }
        let mut write = self.write().await?;
        let taken = write
            .ask(
                "update fetches set due_at = $2, tries = tries + 1, tried_at = $1 where id in \
                 (select id from fetches where due_at <= $1 order by due_at, id limit $3) \
                 returning id, address, author_id, tries",
            )
            .bind(now)
            .bind(now.plus_seconds(TAKEN_SECONDS))
            .bind(limit)
            .all()
            .await?;
        write.commit().await?;
        Ok(taken)
    }

    /// Makes due what a stop interrupted.
    pub async fn reset_interrupted(self, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask(
                "update fetches \
                   set due_at = $1, tries = case when tries > 0 then tries - 1 else 0 end \
                 where due_at > $1 and tried_at is not null and due_at = tried_at + $2",
            )
            .bind(now)
            .bind(TAKEN_SECONDS * 1000)
            .run()
            .await?;
        write.commit().await
    }

    /// Notes that a file is there, and has the posts rendered that show its address.
    pub async fn succeeded(self, id: i64, media: MediaId) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update fetches set due_at = null, answer = '', media_id = $2 where id = $1")
            .bind(id)
            .bind(media)
            .run()
            .await?;
        let posts: Vec<PostId> = write
            .ask("select post_id from fetch_uses where fetch_id = $1")
            .bind(id)
            .values()
            .await?;
        for post in posts {
            write.note_uses(post).await?;
            write.make_stale(post).await?;
        }
        write.commit().await
    }

    /// Notes why a file could not be got. `passes`: another try may go better.
    pub async fn failed(
        self,
        due: &DueFetch,
        answer: &str,
        passes: bool,
        now: Millis,
    ) -> Result<()> {
        let again = again_at(due.tries, now).filter(|_| passes);
        let mut write = self.write().await?;
        write
            .ask("update fetches set due_at = $2, answer = $3 where id = $1")
            .bind(due.id)
            .bind(again)
            .bind(answer)
            .run()
            .await?;
        write.commit().await
    }

    /// Where an original could not be got, the smaller copies of it that posts show are to be fetched.
    pub async fn want_copies(self, original: &DueFetch, now: Millis) -> Result<()> {
        let sources: Vec<(PostId, String)> = self
            .ask(
                "select p.id, p.source from fetch_uses u join posts p on p.id = u.post_id \
                 where u.fetch_id = $1",
            )
            .bind(original.id)
            .all()
            .await?;
        let mut write = self.write().await?;
        for (post, source) in sources {
            let mut copies = addresses(&source);
            copies.retain(|copy| original_of(copy).as_ref() == Some(&original.address));
            for copy in copies {
                write
                    .want_copy(post, &copy, original.author_id, now)
                    .await?;
            }
        }
        write.commit().await
    }

    /// How far the pictures at these addresses are, without those that nobody asked for.
    pub async fn states(self, addresses: &[String]) -> Result<Vec<FetchState>> {
        let mut states = Vec::new();
        for address in addresses.iter().take(WANTED_MAX) {
            let state: Option<FetchState> = self
                .ask(
                    "select address, tries, due_at is not null as is_due, answer, media_id \
                       from fetches \
                     where address = $1 and purpose = $2",
                )
                .bind(address)
                .bind(Purpose::Picture)
                .one()
                .await?;
            states.extend(state);
        }
        Ok(states)
    }

    /// A picture by its number, with its place in the library.
    pub async fn picture(self, state: &FetchState) -> Result<Option<MediaLine>> {
        match state.media_id {
            Some(id) => self.0.media().by_id(id).await,
            None => Ok(None),
        }
    }

    async fn stored_as(self, address: &str) -> Result<Option<String>> {
        self.ask(
            "select m.name from fetches f join media m on m.id = f.media_id \
             where f.address = $1 and f.purpose = $2",
        )
        .bind(address)
        .bind(Purpose::Picture)
        .one_value()
        .await
    }

    /// Pictures that are not here yet, by their numbers, after one of them.
    pub async fn missing(self, after: i64, limit: i64) -> Result<Vec<DueFetch>> {
        self.ask(
            "select id, address, author_id, tries from fetches \
             where media_id is null and id > $1 order by id limit $2",
        )
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    /// How many pictures are stored here, wait, and were given up.
    pub async fn counts(self) -> Result<(i64, i64, i64)> {
        self.ask(
            "select count(media_id), count(due_at), \
               coalesce(sum(media_id is null and due_at is null and answer <> ''), 0) from fetches",
        )
        .row()
        .await
    }

    /// Forgets what was to be fetched since a time and is not here.
    pub async fn forget_missing(self, since: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from fetches where media_id is null and created_at >= $1")
            .bind(since)
            .run()
            .await?;
        write.commit().await
    }

    /// The pictures of a source that live elsewhere and are stored here by now: their addresses there and here.
    pub async fn stored_in(self, source: &str) -> Result<BTreeMap<String, String>> {
        let mut found = BTreeMap::new();
        let any = self
            .ask("select 1 from fetches where media_id is not null limit 1")
            .exists()
            .await?;
        if !any {
            return Ok(found);
        }
        for address in addresses(source).into_iter().take(WANTED_MAX) {
            let mut name = self.stored_as(&address).await?;
            if name.is_none()
                && let Some(original) = original_of(&address)
            {
                name = self.stored_as(&original).await?;
            }
            if let Some(name) = name {
                found.insert(address, format!("{FOLDER}{name}"));
            }
        }
        Ok(found)
    }
}

impl Write {
    async fn want_copy(
        &mut self,
        post: PostId,
        copy: &str,
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        self.ask(
            "insert into fetches (id, address, purpose, author_id, created_at, due_at) \
             values ((select last + 1 from numbers where name = 'fetches'), \
               $1, $2, $3, $4, $4) \
             on conflict (address, purpose) do nothing",
        )
        .bind(copy)
        .bind(Purpose::Picture)
        .bind(author)
        .bind(now)
        .run()
        .await?;
        self.ask(
            "insert into fetch_uses (post_id, fetch_id) \
             select $1, id from fetches where address = $2 \
             on conflict (post_id, fetch_id) do nothing",
        )
        .bind(post)
        .bind(copy)
        .run()
        .await?;
        Ok(())
    }

    /// Notes which addresses that are to be fetched a post mentions; gives the names of the pictures that are there.
    pub(super) async fn note_fetches(
        &mut self,
        post: PostId,
        sources: &[&str],
    ) -> Result<BTreeSet<String>> {
        let mut names = BTreeSet::new();
        let any = self.ask("select 1 from fetches limit 1").exists().await?;
        if !any {
            return Ok(names);
        }
        let noted: Vec<i64> = self
            .ask("select fetch_id from fetch_uses where post_id = $1")
            .bind(post)
            .values()
            .await?;
        let noted: BTreeSet<i64> = noted.into_iter().collect();
        let mut wanted: BTreeSet<String> = sources
            .iter()
            .flat_map(|source| addresses(source))
            .collect();
        let originals: Vec<String> = wanted.iter().filter_map(|one| original_of(one)).collect();
        wanted.extend(originals);
        let mut used = BTreeSet::new();
        for address in wanted.into_iter().take(WANTED_MAX) {
            let row: Option<(i64, Option<String>)> = self
                .ask(
                    "select f.id, m.name from fetches f left join media m on m.id = f.media_id \
                     where f.address = $1",
                )
                .bind(&address)
                .one()
                .await?;
            if let Some((id, name)) = row {
                used.insert(id);
                names.extend(name);
            }
        }
        for id in used.difference(&noted) {
            self.ask("insert into fetch_uses (post_id, fetch_id) values ($1, $2)")
                .bind(post)
                .bind(id)
                .run()
                .await?;
        }
        for id in noted.difference(&used) {
            self.ask("delete from fetch_uses where post_id = $1 and fetch_id = $2")
                .bind(post)
                .bind(id)
                .run()
                .await?;
        }
        Ok(names)
    }
}
