//! The second walk: posts and pages, rendered on all cores, with their addresses.

use super::paths::{Fate, name_of};
use super::survey::settled;
use super::{Loader, Pass, Rendering, Source, count};
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
    was: Was,
}

/// What a post was on the old blog.
struct Was {
    status: Status,
    /// The address that it had.
    path: Option<String>,
    /// Further ones, as they were spelled.
    old_addresses: Vec<String>,
    /// What becomes of that, where the post is published.
    fate: Option<Fate>,
}

impl Loader<'_> {
    /// While one batch is written, the next one is rendered.
    pub(super) async fn posts(&mut self, source: &dyn Source) -> Result<()> {
        let (at_once, gently) = (self.plan.posts_at_once(), self.plan.gently);
        let mut batch = Vec::with_capacity(at_once);
        let mut rendering = Rendering::Done(Vec::new());
        for entry in source.entries(Pass::Posts)? {
            match entry? {
                Entry::Post(mut post) => {
                    self.bound_post(&mut post).await?;
                    batch.push(self.looked_up(*post).await?);
                }
                Entry::Address { from, to } => {
                    self.old_links.other(&from, &to);
                    self.old_addresses.push(OldAddress {
                        path: address::key(&from),
                        post: None,
                        target: to,
                    });
                }
                _ => continue,
            }
            if batch.len() == at_once {
                let next = Rendering::of(std::mem::take(&mut batch), rendered, gently);
                self.insert_posts(std::mem::replace(&mut rendering, next))
                    .await?;
            }
            if self.old_addresses.len() >= at_once {
                self.store_addresses().await?;
            }
        }
        self.insert_posts(rendering).await?;
        self.insert_posts(Rendering::of(batch, rendered, gently))
            .await?;
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
        let (fetches, media) = (self.store.fetches(), self.store.media());
        let mut known = fetches.known_pictures(&post.source).await?;
        if let Some(Picture { address, .. }) = &post.picture {
            let here = fetches.stored_at(BTreeSet::from([address.clone()])).await?;
            let place = here.get(address).unwrap_or(address);
            known.pictures.extend(media.pictures_in(place).await?);
            known.fetched.extend(here);
        }
        let status = settled(&post, self.plan.now);
        Ok((post, status, self.plan.now, known.pictures, known.fetched))
    }

    /// Cuts the text of a post that is too long, where it is new here.
    async fn bound_post(&mut self, post: &mut Post) -> Result<()> {
        if post.source.len() <= SOURCE_MAX_BYTES {
            return Ok(());
        }
        let others = post.other_origins.iter().map(String::as_str);
        let names: Vec<&str> = others.chain([post.origin.as_str()]).collect();
        let known = self.store.imports().known_posts(&names).await?;
        if known.is_empty() {
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
            let path = post.path.as_deref().map(address::normal);
            post.path = path.filter(|path| !address::is_ours(path));
            return;
        }
        let name = name_of(&post.extras.slug, &post.title, post.kind);
        let at = post.published_at.unwrap_or(post.updated_at);
        let (path, fate) = self
            .paths
            .of(post.kind, rendered.was.path.as_deref(), &name, at);
        rendered.was.fate = Some(fate);
        post.path = Some(path);
    }

    async fn insert_posts(&mut self, rendering: Rendering<Rendered>) -> Result<()> {
        let mut all = rendering.all().await?;
        for one in &mut all {
            self.settle(one);
        }
        let (posts, before): (Vec<ImportedPost>, Vec<Was>) =
            all.into_iter().map(|one| (one.post, one.was)).unzip();
        let (store, now) = (self.store.clone(), self.plan.now);
        // At the priority of everybody who writes: who has the database is not to wait for a core.
        let storing = tokio::spawn(async move {
            let landed = store.imports().posts(&posts, now).await;
            (posts, landed)
        });
        let (posts, landed) = storing.await.context("storing stopped")?;
        let landed = landed.context("the posts could not be stored")?;
        for ((post, was), landed) in posts.into_iter().zip(before).zip(landed) {
            let id = match landed {
                ImportOutcome::Known(id) => {
                    self.report.already_here += 1;
                    id
                }
                ImportOutcome::New(id) => {
                    self.count_new(&post, &was);
                    self.count_address(&post, &was, None);
                    id
                }
                ImportOutcome::Readdressed(id, path) => {
                    self.count_new(&post, &was);
                    self.count_address(&post, &was, Some(&path));
                    id
                }
            };
            if post.state == State::Published {
                for address in was.path.iter().chain(&was.old_addresses) {
                    self.old_links.post(address, id);
                }
            }
            self.posts.insert(post.origin, id);
        }
        Ok(())
    }

    fn count_new(&mut self, post: &ImportedPost, was: &Was) {
        count(&mut self.report, post.kind, was.status);
        self.report.addresses.redirected += post.extras.old_addresses.len() as u64;
        self.report.pictures.elsewhere += post.extras.pictures.len() as u64;
    }

    /// Counts what became of the old address of a post. `numbered` is the new one, where another post has the one that it
    /// was to have.
    fn count_address(&mut self, post: &ImportedPost, was: &Was, numbered: Option<&str>) {
        let wanted = post.path.as_deref().unwrap_or_default();
        let addresses = &mut self.report.addresses;
        match was.fate {
            Some(Fate::Kept) if numbered.is_none() => addresses.kept += 1,
            Some(Fate::Kept | Fate::Ours) => addresses.lost += 1,
            Some(Fate::Made) | None => {}
        }
        if was.fate == Some(Fate::Ours) {
            let had = visible(was.path.as_deref().unwrap_or_default());
            self.report.notes.add(Note::new(
                About::Address,
                format!("{had}, now {}", numbered.unwrap_or(wanted)),
                "this blog has a page of its own there",
            ));
        } else if let Some(path) = numbered {
            self.report.notes.add(Note::new(
                About::Address,
                format!("{wanted}, now {path}, “{}”", post.title),
                "another post has this address already",
            ));
        }
    }
}

fn rendered_text(
    post: &Post,
    pictures: &Pictures,
    fetched: &BTreeMap<String, String>,
) -> post::Rendered {
    let mut text = text::post_with(&post.source, post.markup, pictures, fetched);
    if let Some(Picture { address, alt, .. }) = &post.picture {
        let here = fetched.get(address).unwrap_or(address);
        text.feature = text::feature(here, alt, pictures);
        here.clone_into(&mut text.picture);
    }
    text
}

/// As it is stored; the by-line is still as it came, and the address as it was.
fn rendered((post, status, now, pictures, fetched): Unrendered) -> Rendered {
    let text = rendered_text(&post, &pictures, &fetched);
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
            menu_place: post.menu_place,
            details: details(post.details, post.picture, post.fields),
            due_at: post.published_at.filter(|_| status == Status::Scheduled),
            ..ImportedExtras::default()
        },
    };
    Rendered {
        post: imported,
        was: Was {
            status,
            path: post.path,
            old_addresses: post.old_addresses,
            fate: None,
        },
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
