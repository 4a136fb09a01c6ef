//! People who sign in, and the addresses that let somebody in once.

use super::{Store, Write};
use crate::blog::AuthorId;
use crate::blog::author::{Author, Role};
use crate::blog::time::Millis;
use crate::error::Result;

/// No one-time address works for longer than an invitation, whatever its row says.
pub const LINK_LONGEST_SECONDS: i64 = 7 * 24 * 3600;

/// The latest end that a one-time address made by now can have.
pub(super) fn links_end_by(now: Millis) -> Millis {
    now.latest().plus_seconds(LINK_LONGEST_SECONDS)
}

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

/// Whom a one-time address lets in.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LetIn {
    pub id: AuthorId,
    pub name: String,
    pub email: String,
    /// Without a password yet: this is an invitation.
    pub invited: bool,
}

impl Store {
    /// Whether anybody can sign in; before that the blog is being set up.
    pub async fn has_authors(&self) -> Result<bool> {
        self.ask("select 1 from authors where removed_at is null limit 1")
            .exists()
            .await
    }

    /// When the first person was added; `None` where nobody was yet.
    pub async fn began_at(&self) -> Result<Option<Millis>> {
        let at: Option<Millis> = self
            .ask("select min(created_at) from authors")
            .value()
            .await?;
        Ok(at)
    }

    pub async fn authors(&self) -> Result<Vec<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors where removed_at is null \
             order by id",
        )
        .all()
        .await
    }

    /// A person who may sign in; `None` for somebody who was removed.
    pub async fn author(&self, id: AuthorId) -> Result<Option<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors \
             where id = $1 and removed_at is null",
        )
        .bind(id)
        .one()
        .await
    }

    pub async fn author_by_email(&self, email: &str) -> Result<Option<Author>> {
        self.ask(
            "select id, name, email, role, created_at from authors \
             where email = $1 and removed_at is null",
        )
        .bind(email.to_lowercase())
        .one()
        .await
    }

    /// The stored hash of a password, in PHC form; `None` without such a person or password.
    pub async fn password_hash(&self, email: &str) -> Result<Option<(AuthorId, String)>> {
        self.ask(
            "select id, password_hash from authors \
             where email = $1 and removed_at is null and password_hash is not null",
        )
        .bind(email.to_lowercase())
        .one()
        .await
    }

    /// Puts another hash of the same password in the place of the one that was read; one that was set meanwhile stays.
    pub async fn renew_hash(&self, id: AuthorId, read: &str, renewed: &str) -> Result<()> {
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
    pub async fn add_author(
        &self,
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
        &self,
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
    pub async fn rename_author(&self, id: AuthorId, name: &str, now: Millis) -> Result<()> {
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
    pub async fn set_password(&self, id: AuthorId, password_hash: &str, keep: &[u8]) -> Result<()> {
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
        // Whoever showed the old password and has not shown the code yet begins again.
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
    pub async fn set_email(&self, id: AuthorId, email: &str) -> Result<bool> {
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
    pub async fn people(&self, now: Millis) -> Result<Vec<Person>> {
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
    pub async fn set_role(&self, id: AuthorId, role: Role, now: Millis) -> Result<bool> {
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
    pub async fn remove_author(&self, id: AuthorId, now: Millis) -> Result<bool> {
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

    /// Keeps the hash of a one-time address; earlier ones for the same purpose stop working.
    /// `author` of `None` is the set-up.
    pub async fn add_link(
        &self,
        token_hash: &[u8],
        author: Option<AuthorId>,
        expires_at: Millis,
    ) -> Result<()> {
        let mut write = self.write().await?;
        write
            .ask("delete from one_time_links where author_id is not distinct from $1")
            .bind(author)
            .run()
            .await?;
        write.ask(
            "insert into one_time_links (token_hash, author_id, expires_at) values ($1, $2, $3)",
        )
        .bind(token_hash)
        .bind(author)
        .bind(expires_at).run().await?;
        write.commit().await
    }

    /// Whether the set-up may be done with this key.
    pub async fn is_set_up_link(&self, token_hash: &[u8], now: Millis) -> Result<bool> {
        self.ask(
            "select 1 from one_time_links \
               where token_hash = $1 and author_id is null and expires_at > $2 \
             and expires_at <= $3",
        )
        .bind(token_hash)
        .bind(now)
        .bind(links_end_by(now))
        .exists()
        .await
    }

    /// Whom a one-time address lets in, while it works; opening it uses nothing up.
    pub async fn let_in_by(&self, token_hash: &[u8], now: Millis) -> Result<Option<LetIn>> {
        self.ask(
            "select a.id, a.name, a.email, a.password_hash is null as invited \
               from one_time_links l \
             join authors a on a.id = l.author_id \
             where l.token_hash = $1 and l.expires_at > $2 and l.expires_at <= $3 \
               and a.removed_at is null",
        )
        .bind(token_hash)
        .bind(now)
        .bind(links_end_by(now))
        .one()
        .await
    }

    /// Uses a sign-in address up; gives the person whom it lets in. It is for a password that was lost, so whoever was
    /// signed in under it is not any more.
    pub async fn use_sign_in_link(
        &self,
        token_hash: &[u8],
        now: Millis,
    ) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let author = write.use_entry_link(token_hash, now).await?;
        write.commit().await?;
        Ok(author)
    }

    /// Uses an invitation up: the person has a name and a password from now on.
    pub async fn accept_invitation(
        &self,
        token_hash: &[u8],
        name: &str,
        password_hash: &str,
        now: Millis,
    ) -> Result<Option<AuthorId>> {
        let mut write = self.write().await?;
        let Some(author) = write.use_entry_link(token_hash, now).await? else {
            write.commit().await?;
            return Ok(None);
        };
        write
            .ask("update authors set name = $2, password_hash = $3 where id = $1")
            .bind(author)
            .bind(name)
            .bind(password_hash)
            .run()
            .await?;
        write.commit_content(now).await?;
        Ok(Some(author))
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

    async fn use_entry_link(&mut self, token_hash: &[u8], now: Millis) -> Result<Option<AuthorId>> {
        let row: Option<(AuthorId, Millis)> = self
            .ask(
                "delete from one_time_links where token_hash = $1 and author_id is not null \
                 returning author_id, expires_at",
            )
            .bind(token_hash)
            .one()
            .await?;
        let Some((author, _)) =
            row.filter(|(_, expires_at)| *expires_at > now && *expires_at <= links_end_by(now))
        else {
            return Ok(None);
        };
        for forget in [
            "delete from sessions where author_id = $1",
            "delete from ceremonies where author_id = $1",
        ] {
            self.ask(forget).bind(author).run().await?;
        }
        Ok(Some(author))
    }
}
