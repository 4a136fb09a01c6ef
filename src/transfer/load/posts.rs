//! The second walk: posts and pages, rendered on all cores, with their addresses.

use super::paths::{Fate, name_of};
use super::survey::settled;
use super::{Loader, POSTS_AT_ONCE, Pass, Rendering, Source, count};
use crate::blog::comment::visible;
use crate::blog::media::Pictures;
use crate::blog::post::{self, Details, SOURCE_MAX_BYTES, State};
use crate::blog::time::Millis;
use crate::blog::{address, fetch, slug};
use crate::store::{ImportOutcome, ImportedExtras, ImportedPost, OldAddress};
use crate::text;
use crate::transfer::archive::{Entry, Picture, Post, Status};
use crate::transfer::report::{About, Note};
use anyhow::{Context, Result};
use std::collections::{BTreeMap, BTreeSet};

/// A post on its way to the renderer.
type Unrendered = (Post, Status, Millis, Pictures, BTreeMap<String, String>);

/// A post that was rendered, with what the report says of it.
struct Rendered {
    post: ImportedPost,
    status: Status,
    /// The address that it had.
    had: Option<String>,
}

impl Loader<'_> {
    /// While one batch is written, the next one is rendered.
    pub(super) async fn posts(&mut self, source: &dyn Source) -> Result<()> {
        let mut batch = Vec::with_capacity(POSTS_AT_ONCE);
        let mut rendering = Rendering::of(Vec::new(), rendered);
        for entry in source.entries(Pass::Posts)? {
            match entry? {
                Entry::Post(mut post) => {
                    self.bound_post(&mut post).await?;
                    batch.push(self.looked_up(*post).await?);
                }
                Entry::Address { from, to } => self.old_addresses.push(OldAddress {
                    path: address::key(&from),
                    post: None,
                    target: to,
                }),
                _ => continue,
            }
            if batch.len() == POSTS_AT_ONCE {
                let next = Rendering::of(std::mem::take(&mut batch), rendered);
                self.insert_posts(std::mem::replace(&mut rendering, next))
                    .await?;
            }
            if self.old_addresses.len() >= POSTS_AT_ONCE {
                self.store_addresses().await?;
            }
        }
        self.insert_posts(rendering).await?;
        self.insert_posts(Rendering::of(batch, rendered)).await?;
        self.store_addresses().await
    }

    async fn store_addresses(&mut self) -> Result<()> {
        let addresses = std::mem::take(&mut self.old_addresses);
        let new = self.store.imports().addresses(&addresses).await?;
        self.report.addresses.redirected += new;
        Ok(())
    }

    /// What the renderer has to know of the pictures of a post.
    async fn looked_up(&self, post: Post) -> Result<Unrendered> {
        let mut fetched = self.store.fetches().stored_in(&post.source).await?;
        let mut pictures = self.store.media().pictures_in(&post.source).await?;
        if let Some(Picture { address, .. }) = &post.picture {
            let there = BTreeSet::from([address.clone()]);
            fetched.extend(self.store.fetches().stored_at(there).await?);
            pictures.extend(self.store.media().pictures_in(address).await?);
        }
        for address in fetched.values() {
            pictures.extend(self.store.media().pictures_in(address).await?);
        }
        let status = settled(&post, self.plan.now);
        Ok((post, status, self.plan.now, pictures, fetched))
    }

    /// Cuts the text of a post that is too long, where it is new here.
    async fn bound_post(&mut self, post: &mut Post) -> Result<()> {
        if post.source.len() <= SOURCE_MAX_BYTES {
            return Ok(());
        }
        let known = self.store.imports().post_of_origin(&post.origin).await?;
        if known.is_none() {
            let (origin, title, markup) = (&post.origin, post.title.trim(), post.markup);
            let cut = self
                .plan
                .overlong
                .post(origin, title, &mut post.source, markup)?;
            if let Some(cut) = cut {
                self.report.notes.add(cut.note(post.kind.into()));
            }
        }
        Ok(())
    }

    /// Fills in who wrote a post and where it lives, and notes where its pictures are.
    fn settle(&mut self, rendered: &mut Rendered) {
        let post = &mut rendered.post;
        self.picture_hosts
            .extend(text::picture_hosts(&post.rendered.html));
        post.author = self.authors.get(&post.byline).copied();
        post.byline = if post.author.is_some() {
            String::new()
        } else {
            visible(&post.byline)
        };
        let represents = post.extras.details.picture.clone();
        post.extras.pictures = text::picture_addresses(&post.rendered.html)
            .into_iter()
            .chain(Some(represents).filter(|address| address.starts_with("http")))
            .map(|address| fetch::original_of(&address).unwrap_or(address))
            .filter(|address| address.len() <= fetch::ADDRESS_MAX_BYTES)
            .collect();
        post.extras.pictures.sort();
        post.extras.pictures.dedup();
        post.extras.fetched_for = self.plan.fetched_for;
        if post.state != State::Published {
            post.path = post.path.as_deref().map(address::normal);
            return;
        }
        let name = name_of(&post.extras.slug, &post.title, post.kind);
        let at = post.published_at.unwrap_or(post.updated_at);
        let (path, fate) = self.paths.of(post.kind, rendered.had.as_deref(), &name, at);
        if fate == Fate::Ours {
            let had = rendered.had.as_deref().unwrap_or_default();
            self.report.addresses.lost += 1;
            self.report.notes.add(Note::new(
                About::Address,
                format!("{}, now {path}", visible(had)),
                "this blog has a page of its own there",
            ));
        } else if fate == Fate::Kept {
            self.report.addresses.kept += 1;
        }
        post.path = Some(path);
    }

    async fn insert_posts(&mut self, rendering: Rendering<Rendered>) -> Result<()> {
        let mut all = rendering.all().await?;
        for one in &mut all {
            self.settle(one);
        }
        let statuses: Vec<Status> = all.iter().map(|one| one.status).collect();
        let posts: Vec<ImportedPost> = all.into_iter().map(|one| one.post).collect();
        let landed = self
            .store
            .imports()
            .posts(&posts, self.plan.now)
            .await
            .context("the posts could not be stored")?;
        for ((post, status), landed) in posts.into_iter().zip(statuses).zip(landed) {
            let id = match landed {
                ImportOutcome::Known(id) => {
                    self.report.already_here += 1;
                    id
                }
                ImportOutcome::New(id) => {
                    self.count_new(&post, status);
                    id
                }
                ImportOutcome::Readdressed(id, path) => {
                    self.count_new(&post, status);
                    self.readdressed(&post, &path);
                    id
                }
            };
            self.posts.insert(post.origin, id);
        }
        Ok(())
    }

    fn count_new(&mut self, post: &ImportedPost, status: Status) {
        count(&mut self.report, post.kind, status);
        self.report.addresses.redirected += post.extras.old_addresses.len() as u64;
        self.report.pictures.elsewhere += post.extras.pictures.len() as u64;
    }

    fn readdressed(&mut self, post: &ImportedPost, path: &str) {
        let wanted = post.path.as_deref().unwrap_or_default();
        self.report.addresses.kept = self.report.addresses.kept.saturating_sub(1);
        self.report.addresses.lost += 1;
        self.report.notes.add(Note::new(
            About::Address,
            format!("{wanted}, now {path}, “{}”", post.title),
            "another post has this address already",
        ));
    }
}

/// As it is stored; the by-line is still as it came, and the address as it was.
fn rendered((post, status, now, pictures, fetched): Unrendered) -> Rendered {
    let mut text = text::post_with(&post.source, post.markup, &pictures, &fetched);
    if let Some(Picture { address, alt, .. }) = &post.picture {
        let here = fetched.get(address).unwrap_or(address);
        text.feature = text::feature(here, alt, &pictures);
        here.clone_into(&mut text.picture);
    }
    let before_trash = if post.path.is_some() {
        State::Published
    } else {
        State::Draft
    };
    let updated_at = post.updated_at.or(post.published_at).unwrap_or(now);
    let slug = slug::of(&address::normal(&post.slug));
    let slug = if status == Status::Published {
        post.slug
    } else {
        slug
    };
    let imported = ImportedPost {
        state: match status {
            Status::Published => State::Published,
            Status::Draft => State::Draft,
            Status::Scheduled => State::Scheduled,
            Status::Trashed => State::Trashed,
        },
        state_before_trash: (status == Status::Trashed).then_some(before_trash),
        byline: post.author,
        author: None,
        tags: post::parse_tags(&post.tags.join("\n")),
        title: post.title.split_whitespace().collect::<Vec<_>>().join(" "),
        excerpt: post.excerpt.trim().to_owned(),
        origin: post.origin,
        kind: post.kind,
        path: post.path.clone(),
        markup: post.markup,
        comments: post.comments,
        published_at: post
            .published_at
            .or((status == Status::Published).then_some(updated_at)),
        updated_at,
        source: post.source,
        rendered: text,
        renderer: text::RENDERER,
        extras: ImportedExtras {
            other_origins: post.other_origins,
            slug,
            old_addresses: post
                .old_addresses
                .iter()
                .map(|one| address::key(one))
                .collect(),
            pinned: post.pinned,
            details: details(post.details, post.picture, post.fields),
            due_at: post.published_at.filter(|_| status == Status::Scheduled),
            ..ImportedExtras::default()
        },
    };
    Rendered {
        post: imported,
        status,
        had: post.path,
    }
}

/// What is said of a post besides its text. Its picture is its feature picture.
fn details(
    mut details: Details,
    picture: Option<Picture>,
    fields: Vec<(String, String)>,
) -> Details {
    if let Some(picture) = picture {
        details.picture = picture.address;
        details.picture_alt = picture.alt;
    }
    if !fields.is_empty() {
        details.fields = fields;
    }
    details
}
