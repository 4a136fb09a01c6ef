//! People who sign in, and the addresses that let somebody in once.

use super::sign_in_links::links_end_by;
use super::{Store, Write};
use crate::blog::AuthorId;
use crate::blog::author::{Author, Role};
use crate::blog::time::Millis;
use crate::error::Result;
use crate::store::handle::{Handle, handle};

/// Somebody who may sign in, as an operator sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Person {
    pub id: AuthorId,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub seen_at: Option<Millis>,
    pub password: bool,
    /// Whether one-time codes are asked for.
    pub codes: bool,
    pub passkeys: i64,
    /// Until when a one-time address works that was made for them.
    pub link_until: Option<Millis>,
}

handle! {
    /// People with an account.
    authors: Authors
}

impl Authors<'_> {
    /// Whether anybody can sign in; before that the blog is being set up.
    pub async fn any_exist(self) -> Result<bool> {
        self.ask("select 1 from authors where removed_at is null limit 1")
            .exists()
            .await
    }

    /// When the first person was added; `None` where nobody was yet.
    pub async fn first_added_at(self) -> Result<Option<Millis>> {
        let at: Option<Millis> = self
            .ask("select min(created_at) from authors")
            .value()
            .await?;
        Ok(at)
    }

    pub async fn list(self) -> Result<Vec<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors where removed_at is null \
             order by id",
        )
        .all()
        .await
    }

    /// A person who may sign in; `None` for somebody who was removed.
    pub async fn by_id(self, id: AuthorId) -> Result<Option<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors \
             where id = $1 and removed_at is null",
        )
        .bind(id)
        .one()
        .await
    }

    pub async fn by_email(self, email: &str) -> Result<Option<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors \
             where email = $1 and removed_at is null",
        )
        .bind(email.to_lowercase())
        .one()
        .await
    }

    /// The stored hash of a password, in PHC form; `None` without such a person or password.
    pub async fn password_hash(self, email: &str) -> Result<Option<(AuthorId, String)>> {
        self.ask(
            "select id, password_hash from authors \
             where email = $1 and removed_at is null and password_hash is not null",
        )
        .bind(email.to_lowercase())
        .one()
        .await
    }

    /// Puts another hash of the same password in the place of the one that was read; one that was set meanwhile stays.
    pub async fn replace_hash(self, id: AuthorId, read: &str, renewed: &str) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update authors set password_hash = $3 where id = $1 and password_hash = $2")
            .bind(id)
            .bind(read)
            .bind(renewed)
            .run()
            .await?;
        write.commit().await
    }

    /// Adds a person, or brings a removed one back; `None` where the address belongs to somebody who is here.
    pub async fn add(
        self,
        name: &str,
        email: &str,
        role: Role,
        password_hash: Option<&str>,
        now: Millis,
    ) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let row: Option<AuthorId> = write
            .ask(
                "insert into authors (id, name, email, role, password_hash, created_at) \
                 values ((select last + 1 from numbers where name = 'authors'), \
                 $1, $2, $3, $4, $5) \
                 on conflict (email) do update set name = excluded.name, role = excluded.role, \
                 password_hash = excluded.password_hash, removed_at = null \
                   where authors.removed_at is not null \
                 returning id",
            )
            .bind(name)
            .bind(email)
            .bind(role)
            .bind(password_hash)
            .bind(now)
            .one_value()
            .await?;
        if row.is_some() {
            write.commit_content(now).await?;
        }
        Ok(row)
    }

    /// Sets up the blog: its first person and its settings, together or not at all.
    /// `None` where somebody was faster.
    pub async fn set_up(
        self,
        name: &str,
        email: &str,
        password_hash: &str,
        settings: &[(&'static str, String)],
        now: Millis,
    ) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let taken = write
            .ask("select 1 from authors where removed_at is null limit 1")
            .exists()
            .await?;
        if taken {
            return Ok(None);
        }
        let id: AuthorId = write
            .ask(
                "insert into authors (id, name, email, role, password_hash, created_at) \
                 values ((select last + 1 from numbers where name = 'authors'), \
                 $1, $2, 'operator', $3, $4) on conflict (email) do update \
                   set name = excluded.name, \
                 role = excluded.role, password_hash = excluded.password_hash, removed_at = null \
                   returning id",
            )
            .bind(name)
            .bind(email)
            .bind(password_hash)
            .bind(now)
            .value()
            .await?;
        write.put_settings(settings).await?;
        write
            .ask("delete from one_time_links where author_id is null")
            .run()
            .await?;
        write.commit_content(now).await?;
        Ok(Some(id))
    }

    /// Changes what a person is called.
    pub async fn rename(self, id: AuthorId, name: &str, now: Millis) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update authors set name = $2 where id = $1")
            .bind(id)
            .bind(name)
            .run()
            .await?;
        write.commit_content(now).await
    }

    /// Gives a person a new password and ends all sessions but the one given.
    pub async fn set_password(self, id: AuthorId, password_hash: &str, keep: &[u8]) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("update authors set password_hash = $2 where id = $1")
            .bind(id)
            .bind(password_hash)
            .run()
            .await?;
        write
            .ask("delete from sessions where author_id = $1 and token_hash <> $2")
            .bind(id)
            .bind(keep)
            .run()
            .await?;
        // A sign-in that showed the old password and waits for the code begins again.
        for forget in [
            "delete from one_time_links where author_id = $1",
            "delete from ceremonies where author_id = $1",
        ] {
            write.ask(forget).bind(id).run().await?;
        }
        write.commit().await
    }

    /// Gives a person another address to sign in with; `false` where it belongs to somebody else. One-time addresses
    /// that were made for the old one stop working.
    pub async fn set_email(self, id: AuthorId, email: &str) -> Result<bool> {
        let mut write = self.write().await?;
        let taken = write
            .ask("select 1 from authors where email = $1 and id <> $2")
            .bind(email)
            .bind(id)
            .exists()
            .await?;
        if taken {
            return Ok(false);
        }
        write
            .ask("update authors set email = $2 where id = $1")
            .bind(id)
            .bind(email)
            .run()
            .await?;
        write
            .ask("delete from one_time_links where author_id = $1")
            .bind(id)
            .run()
            .await?;
        write.commit().await?;
        Ok(true)
    }

    /// Everybody who may sign in, and how they do.
    pub async fn people(self, now: Millis) -> Result<Vec<Person>> {
        self.ask(
            "select id, name, email, role, seen_at, password_hash is not null as password, \
             totp_secret is not null as codes, \
             (select count(*) from passkeys p where p.author_id = a.id) as passkeys, \
             (select max(expires_at) from one_time_links l \
               where l.author_id = a.id and l.expires_at > $1 \
             and l.expires_at <= $2) as link_until \
             from authors a where removed_at is null order by id",
        )
        .bind(now)
        .bind(links_end_by(now))
        .all()
        .await
    }

    /// Gives a person another role, and ends the preview links that the person made to what the new role may not edit;
    /// `false` where that would leave the blog without an operator.
    pub async fn set_role(self, id: AuthorId, role: Role, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        if role != Role::Operator && write.is_last_operator(id).await? {
            return Ok(false);
        }
        write
            .ask("update authors set role = $2 where id = $1")
            .bind(id)
            .bind(role)
            .run()
            .await?;
        write.end_preview_links_beyond(id, now).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Shuts a person out; what they wrote stays under their name. `false` where that would leave the blog without an
    /// operator.
    pub async fn remove(self, id: AuthorId, now: Millis) -> Result<bool> {
        let mut write = self.write().await?;
        if write.is_last_operator(id).await? {
            return Ok(false);
        }
        write
            .ask(
                "update authors set removed_at = $2, password_hash = null, totp_secret = null, \
                 totp_step = 0 where id = $1",
            )
            .bind(id)
            .bind(now)
            .run()
            .await?;
        write.end_preview_links_of(id, now).await?;
        for forget in [
            "delete from sessions where author_id = $1",
            "delete from one_time_links where author_id = $1",
            "delete from passkeys where author_id = $1",
            "delete from recovery_codes where author_id = $1",
            "delete from ceremonies where author_id = $1",
        ] {
            write.ask(forget).bind(id).run().await?;
        }
        write.commit().await?;
        Ok(true)
    }
}

impl Write {
    /// Whether nobody else looks after the blog.
    async fn is_last_operator(&mut self, id: AuthorId) -> Result<bool> {
        self.ask(
            "select 1 from authors \
               where id = $1 and role = 'operator' and removed_at is null and not exists \
             (select 1 from authors where id <> $1 and role = 'operator' and removed_at is null)",
        )
        .bind(id)
        .exists()
        .await
    }
}

impl Authors<'_> {
    /// Everybody who ever signed in here, those who were removed too.
    pub async fn with_removed(self) -> Result<Vec<(AuthorId, String)>> {
        self.ask("select id, name from authors order by lower(name), id")
            .all()
            .await
    }
}
