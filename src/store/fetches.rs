//! What is to be fetched from other servers: a row for each address, written in the transaction of its cause, and done
//! by a job that begins again where a stop interrupted it.

use super::media::MediaLine;
use super::{Store, Write};
use crate::blog::fetch::{Purpose, WANTED_MAX, addresses, again_at, original_of};
use crate::blog::media::{FOLDER, Pictures};
use crate::blog::time::Millis;
use crate::blog::{AuthorId, MediaId, PostId};
use crate::error::Result;
use crate::store::handle::{Handle, handle};
use crate::store::json::json;
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

/// What is known of the pictures of a text.
pub struct KnownPictures {
    pub pictures: Pictures,
    /// Addresses on other sites, and where their pictures are stored here by now.
    pub fetched: BTreeMap<String, String>,
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
        let wanted = &wanted[..wanted.len().min(WANTED_MAX)];
        let mut write = self.write().await?;
        write.want_pictures(wanted, author, now).await?;
        // A picture that was deleted since is wanted like one that never came.
        write
            .ask(
                "update fetches set due_at = $3, tries = 0, answer = '' \
                   where address in (select value from jsonb_each($1)) and purpose = $2 \
                 and media_id is null \
                   and ((due_at is null and answer = '') or ($4 and answer <> ''))",
            )
            .bind(json(&wanted)?)
            .bind(Purpose::Picture)
            .bind(now)
            .bind(again)
            .run()
            .await?;
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

    /// Notes why a file could not be got. `passes`: another try may go better. Where none follows that may, the smaller
    /// copies of it that posts show are to be fetched.
    pub async fn failed(
        self,
        due: &DueFetch,
        answer: &str,
        passes: bool,
        now: Millis,
    ) -> Result<()> {
        let again = again_at(due.tries, now).filter(|_| passes);
        let mut write = self.write().await?;
        if again.is_none() {
            write.want_copies(due, now).await?;
        }
        write
            .ask("update fetches set due_at = $2, answer = $3 where id = $1")
            .bind(due.id)
            .bind(again)
            .bind(answer)
            .run()
            .await?;
        write.commit().await
    }

    /// Leaves a file that is to be tried again alone until then.
    pub async fn postpone(self, id: i64, until: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update fetches set due_at = $2 where id = $1 and due_at < $2")
            .bind(id)
            .bind(until)
            .run()
            .await?;
        write.commit().await
    }

    /// How far the pictures at these addresses are, without those that nobody asked for.
    pub async fn states(self, addresses: &[String]) -> Result<Vec<FetchState>> {
        let addresses = &addresses[..addresses.len().min(WANTED_MAX)];
        self.ask(
            "select f.address, f.tries, f.due_at is not null as is_due, f.answer, f.media_id \
               from jsonb_each($1) n cross join fetches f \
             where f.address = n.value and f.purpose = $2 order by n.key",
        )
        .bind(json(&addresses)?)
        .bind(Purpose::Picture)
        .all()
        .await
    }

    /// A picture by its number, with its place in the library.
    pub async fn picture(self, state: &FetchState) -> Result<Option<MediaLine>> {
        match state.media_id {
            Some(id) => self.0.media().by_id(id).await,
            None => Ok(None),
        }
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

    /// The numbers of pictures that were given up.
    pub async fn given_up(self) -> Result<BTreeSet<i64>> {
        let ids: Vec<i64> = self
            .ask(
                "select id from fetches where media_id is null and due_at is null and answer <> ''",
            )
            .values()
            .await?;
        Ok(ids.into_iter().collect())
    }

    /// Pictures that could not be had, the last ones first, with what their last try met; also those that are tried again.
    pub async fn without_success(self, limit: i64) -> Result<Vec<(i64, String, String)>> {
        self.ask(
            "select id, address, answer from fetches where media_id is null and answer <> '' \
             order by id desc limit $1",
        )
        .bind(limit)
        .all()
        .await
    }

    /// Forgets what was to be fetched for an import, known by its time, and is not here.
    pub async fn forget_missing(self, import: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from fetches where media_id is null and created_at = $1")
            .bind(import)
            .run()
            .await?;
        write.commit().await
    }

    /// Looks up the pictures that a text mentions.
    pub async fn known_pictures(self, source: &str) -> Result<KnownPictures> {
        let fetched = self.stored_in(source).await?;
        let mut pictures = self.0.media().pictures_in(source).await?;
        let here: Vec<&str> = fetched.values().map(String::as_str).collect();
        pictures.extend(self.0.media().pictures_in(&here.join(" ")).await?);
        Ok(KnownPictures { pictures, fetched })
    }

    /// The pictures of a source that live elsewhere and are stored here by now: their addresses there and here.
    pub async fn stored_in(self, source: &str) -> Result<BTreeMap<String, String>> {
        self.stored_at(addresses(source)).await
    }

    /// Those of some addresses elsewhere whose pictures are stored here by now, with their addresses here. Where a smaller
    /// copy is not here, its original is taken.
    pub async fn stored_at(self, wanted: BTreeSet<String>) -> Result<BTreeMap<String, String>> {
        let any = self
            .ask("select 1 from fetches where media_id is not null limit 1")
            .exists()
            .await?;
        if !any || wanted.is_empty() {
            return Ok(BTreeMap::new());
        }
        let originals: Vec<String> = wanted.iter().filter_map(|one| original_of(one)).collect();
        let asked: BTreeSet<&String> = wanted.iter().chain(&originals).collect();
        let rows: Vec<(String, String)> = self
            .ask(
                "select f.address, m.name from jsonb_each($1) n cross join fetches f \
                 join media m on m.id = f.media_id \
                 where f.address = n.value and f.purpose = $2",
            )
            .bind(json(&asked)?)
            .bind(Purpose::Picture)
            .all()
            .await?;
        let names: BTreeMap<String, String> = rows.into_iter().collect();
        let mut found = BTreeMap::new();
        for address in wanted {
            let original = || names.get(&original_of(&address)?);
            if let Some(name) = names.get(&address).or_else(original) {
                let here = format!("{FOLDER}{name}");
                found.insert(address, here);
            }
        }
        Ok(found)
    }
}

impl Write {
    /// Notes that pictures are to be fetched for somebody; what is known already stays as it is.
    pub(super) async fn want_pictures(
        &mut self,
        addresses: &[String],
        author: AuthorId,
        now: Millis,
    ) -> Result<()> {
        if addresses.is_empty() {
            return Ok(());
        }
        self.ask(
            "insert into fetches (id, address, purpose, author_id, created_at, due_at) \
             select (select last from numbers where name = 'fetches') + \
                 row_number() over (order by n.key), n.value, $2, $3, $4, $4 \
               from jsonb_each($1) n where not exists \
               (select 1 from fetches f where f.address = n.value and f.purpose = $2) \
             on conflict (address, purpose) do nothing",
        )
        .bind(json(&addresses)?)
        .bind(Purpose::Picture)
        .bind(author)
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// Notes that the smaller copies of an original that posts show are to be fetched.
    async fn want_copies(&mut self, original: &DueFetch, now: Millis) -> Result<()> {
        let sources: Vec<(PostId, String)> = self
            .ask(
                "select p.id, p.source || ' ' || p.details \
                   from fetch_uses u join posts p on p.id = u.post_id \
                 where u.fetch_id = $1",
            )
            .bind(original.id)
            .all()
            .await?;
        for (post, source) in sources {
            let mut copies: Vec<String> = addresses(&source).into_iter().collect();
            copies.retain(|copy| original_of(copy).as_ref() == Some(&original.address));
            self.want_pictures(&copies, original.author_id, now).await?;
            self.ask(
                "insert into fetch_uses (post_id, fetch_id) \
                 select $1, f.id from jsonb_each($2) n cross join fetches f \
                   where f.address = n.value \
                 on conflict (post_id, fetch_id) do nothing",
            )
            .bind(post)
            .bind(json(&copies)?)
            .run()
            .await?;
        }
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
        let rows: Vec<(i64, Option<String>)> = self
            .ask(
                "select f.id, m.name from jsonb_each($1) n cross join fetches f \
                 left join media m on m.id = f.media_id where f.address = n.value",
            )
            .bind(json(&wanted)?)
            .all()
            .await?;
        let used: BTreeSet<i64> = rows.iter().map(|(id, _)| *id).collect();
        names.extend(rows.into_iter().filter_map(|(_, name)| name));
        let new: Vec<i64> = used.difference(&noted).copied().collect();
        if !new.is_empty() {
            self.ask(
                "insert into fetch_uses (post_id, fetch_id) \
                 select $1, value from jsonb_each($2)",
            )
            .bind(post)
            .bind(json(&new)?)
            .run()
            .await?;
        }
        let gone: Vec<i64> = noted.difference(&used).copied().collect();
        if !gone.is_empty() {
            self.ask(
                "delete from fetch_uses \
                 where post_id = $1 and fetch_id in (select value from jsonb_each($2))",
            )
            .bind(post)
            .bind(json(&gone)?)
            .run()
            .await?;
        }
        Ok(names)
    }
}
