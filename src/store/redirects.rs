//! Old addresses: the redirects that authors made.

use super::json::json;
use super::{Store, Write, compute};
use crate::blog::RedirectId;
use crate::blog::redirect::{Redirect, RedirectedQueries, Redirects};
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// A redirect in the author's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct OwnRedirect {
    pub id: RedirectId,
    pub path: String,
    pub target: String,
    pub permanent: bool,
    /// Whether a post lives at the old address, so that it waits.
    pub waits: bool,
}

handle! {
    /// The redirects that authors made.
    redirects: OwnRedirects
}

impl OwnRedirects<'_> {
    /// The redirect for the first of these addresses that has one, see [`crate::blog::redirect::candidates`].
    pub async fn find(self, candidates: &[String]) -> Result<Option<Redirect>> {
        self.ask(
            "select r.path, r.target, r.permanent from json_each($1) n \
             cross join own_redirects r where r.path = n.value and r.removed_by is null \
               order by n.key limit 1",
        )
        .bind(json(&candidates)?)
        .one()
        .await
    }

    /// The names that the queries of redirects from the first page begin with: a step along the index for each name,
    /// however many redirects there are.
    pub async fn query_names(self) -> Result<RedirectedQueries> {
        let mut queries = RedirectedQueries::default();
        let mut after = "/?".to_owned();
        loop {
            let next: Option<String> = self
                .ask(
                    "select path from own_redirects \
                       where removed_by is null and path > $1 and path < '/@' \
                     order by path limit 1",
                )
                .bind(&after)
                .one_value()
                .await?;
            let Some(path) = next.filter(|path| queries.add(path)) else {
                return Ok(queries);
            };
            let Some(behind) = RedirectedQueries::behind(&path) else {
                return Ok(queries);
            };
            after = behind;
        }
    }

    /// Redirects whose old or new address holds some words, by the old one, after a place in the list.
    pub async fn list(self, words: &str, after: &str, limit: i64) -> Result<Vec<OwnRedirect>> {
        self.ask(
            "select r.id, r.path, r.target, r.permanent, \
             exists (select 1 from posts p \
               where p.path = r.path and p.state = 'published') as waits \
             from own_redirects r where r.removed_by is null and r.path > $2 \
             and ($1 = '' or instr(r.path, $1) > 0 or instr(r.target, $1) > 0) \
               order by r.path limit $3",
        )
        .bind(words)
        .bind(after)
        .bind(limit)
        .all()
        .await
    }

    pub async fn by_id(self, id: RedirectId) -> Result<Option<OwnRedirect>> {
        self.ask(
            "select r.id, r.path, r.target, r.permanent, \
             exists (select 1 from posts p \
               where p.path = r.path and p.state = 'published') as waits \
             from own_redirects r where r.id = $1 and r.removed_by is null",
        )
        .bind(id)
        .one()
        .await
    }

    /// All of them, to try what a change would do.
    pub async fn all(self) -> Result<Redirects> {
        let all = self.ask(ALL).all().await?;
        Ok(Redirects::new(all))
    }

    /// Changes redirects as one act; `gone` is one that another takes the place of. Gives what `change` gives, and the
    /// number of the act where anything is other than before.
    pub async fn change<T>(
        self,
        gone: Option<RedirectId>,
        change: impl FnOnce(&mut Redirects) -> T + Send + 'static,
        now: Millis,
    ) -> Result<(T, Option<i64>)>
    where
        T: Send + 'static,
    {
        let mut write = self.write().await?;
        let act = write.next_redirect_act().await?;
        if let Some(gone) = gone {
            write.remove_redirect(gone, act, now).await?;
        }
        let all = write.ask(ALL).all().await?;
        let changing = move || {
            let mut redirects = Redirects::new(all);
            let given = change(&mut redirects);
            (given, redirects.changed())
        };
        let (given, changed) = compute(changing).await?;
        if changed.is_empty() {
            return Ok((given, None));
        }
        // Which queries of the first page may lead elsewhere is read with what every page shows.
        let of_queries = changed.iter().any(|one| one.path.starts_with("/?"));
        for one in changed {
            write.put_redirect(&one, act, now).await?;
        }
        if of_queries {
            write.commit_content(now).await?;
        } else {
            write.commit().await?;
        }
        Ok((given, Some(act)))
    }

    /// Takes a redirect away; gives the number of the act.
    pub async fn remove(self, id: RedirectId, now: Millis) -> Result<Option<i64>> {
        let mut write = self.write().await?;
        let act = write.next_redirect_act().await?;
        if !write.remove_redirect(id, act, now).await? {
            return Ok(None);
        }
        write.commit().await?;
        Ok(Some(act))
    }

    /// Takes an act back: what it made goes, what it took away comes back where its address is still free. Gives how many
    /// redirects are other than before.
    pub async fn undo(self, act: i64, now: Millis) -> Result<u64> {
        let mut write = self.write().await?;
        let undo = write.next_redirect_act().await?;
        let gone = write
            .ask(
                "update own_redirects set removed_by = $2, removed_at = $3 \
                 where made_by = $1 and removed_by is null",
            )
            .bind(act)
            .bind(undo)
            .bind(now)
            .run()
            .await?;
        let back = write
            .ask(
                "update own_redirects set removed_by = null, removed_at = null \
                   where removed_by = $1 \
                 and not exists (select 1 from own_redirects o \
                   where o.path = own_redirects.path and o.removed_by is null)",
            )
            .bind(act)
            .run()
            .await?;
        if gone + back > 0 {
            write.commit_content(now).await?;
        }
        Ok(gone + back)
    }

    /// Forgets what was taken away before a time.
    pub async fn tidy(self, before: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from own_redirects where removed_at < $1")
            .bind(before)
            .run()
            .await?;
        write.commit().await
    }

    pub async fn count(self) -> Result<i64> {
        self.ask("select count(*) from own_redirects where removed_by is null")
            .value()
            .await
    }
}

const ALL: &str = "select path, target, permanent from own_redirects where removed_by is null";

impl Write {
    async fn next_redirect_act(&mut self) -> Result<i64> {
        self.ask("update numbers set last = last + 1 where name = 'redirect_acts' returning last")
            .value()
            .await
    }

    async fn remove_redirect(&mut self, id: RedirectId, act: i64, now: Millis) -> Result<bool> {
        let done = self
            .ask(
                "update own_redirects set removed_by = $2, removed_at = $3 \
                 where id = $1 and removed_by is null",
            )
            .bind(id)
            .bind(act)
            .bind(now)
            .run()
            .await?;
        Ok(done == 1)
    }

    /// Puts a redirect in the place of the one for the same address; requests for it are no longer logged as not found.
    async fn put_redirect(&mut self, new: &Redirect, act: i64, now: Millis) -> Result<()> {
        self.ask(
            "update own_redirects set removed_by = $2, removed_at = $3 \
             where path = $1 and removed_by is null",
        )
        .bind(&new.path)
        .bind(act)
        .bind(now)
        .run()
        .await?;
        self.ask(
            "insert into own_redirects (id, path, target, permanent, made_by) \
             values ((select last + 1 from numbers where name = 'own_redirects'), \
             $1, $2, $3, $4)",
        )
        .bind(&new.path)
        .bind(&new.target)
        .bind(new.permanent)
        .bind(act)
        .run()
        .await?;
        self.ask(
            "delete from missing where path = $1 or path || '/*' = $1 \
             or ($1 like '%/*' \
               and substr(path, 1, length($1) - 1) = substr($1, 1, length($1) - 1))",
        )
        .bind(&new.path)
        .run()
        .await?;
        Ok(())
    }
}
