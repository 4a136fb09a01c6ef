//! The author's lists of posts and of pages: tabs, search, filters. What is done with the posts in them is in
//! `list_actions.rs`.

use super::list_actions::PickedForm;
use super::views;
use crate::app::App;
use crate::blog::PostId;
use crate::blog::action::PostListAction;
use crate::blog::author::Scope;
use crate::blog::listing::{By, Line, Month, Order, PostFilter, Tab};
use crate::blog::post::{Kind, Post, State as PostState};
use crate::blog::time::Millis;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{ListedAuthor, PostCounts, TitledPost};
use askama::Template;
use axum::extract::{Query, State};
use std::collections::HashMap;

/// Dense lines: a screenful and a half on a desktop.
const LINES: i64 = 50;
/// More than a page holds is nobody's choice.
pub const PICKED_MAX: usize = 100;
/// So many names help who types a tag; more only make the page heavy.
const NAMES_MAX: usize = 500;

/// What a list is asked for, as it is in its address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct ListParams {
    pub state: String,
    q: String,
    tag: String,
    author: String,
    month: String,
    order: String,
    before: String,
    after: String,
    /// `all`: every box on the page is ticked.
    select: String,
    /// The act that was just done, the posts that it changed as `1-2-3`, the tag that it was about, and how many posts
    /// were left as they were.
    did: String,
    posts: String,
    about: String,
    left: String,
    /// The post that the editor just put into the trash.
    trashed: String,
}

impl ListParams {
    /// Reads the query that a form brings back.
    pub fn of(query: &str) -> Self {
        let mut params = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let field = match name.as_ref() {
                "state" => &mut params.state,
                "q" => &mut params.q,
                "tag" => &mut params.tag,
                "author" => &mut params.author,
                "month" => &mut params.month,
                "order" => &mut params.order,
                "before" => &mut params.before,
                "after" => &mut params.after,
                _ => continue,
            };
            *field = value.into_owned();
        }
        params
    }

    /// What is looked for, as a query; with the place in the list where that is wanted.
    pub fn query(&self, state: &str, with_place: bool) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let place = |text: &'_ str| {
            if with_place {
                text.to_owned()
            } else {
                String::new()
            }
        };
        for (name, value) in [
            ("state", state.to_owned()),
            ("q", self.q.clone()),
            ("tag", self.tag.clone()),
            ("author", self.author.clone()),
            ("month", self.month.clone()),
            ("order", self.order.clone()),
            ("before", place(&self.before)),
            ("after", place(&self.after)),
        ] {
            if !value.is_empty() {
                query.append_pair(name, &value);
            }
        }
        query.finish()
    }

    /// Whether anything is looked for.
    fn is_narrow(&self) -> bool {
        [&self.q, &self.tag, &self.author, &self.month]
            .iter()
            .any(|field| !field.is_empty())
    }

    fn cursor(&self) -> Cursor {
        Cursor::new(&self.before, &self.after)
    }
}

struct TabLink {
    tab: Tab,
    name: &'static str,
    count: i64,
}

/// What was done, in a sentence, and what takes it back.
#[derive(Default)]
struct Flash {
    words: Option<String>,
    undo: Option<PostListAction>,
    posts: Vec<PostId>,
    /// The tag that it was about.
    about: String,
}

impl Flash {
    fn of(params: &ListParams) -> Self {
        let (did, posts) = if params.trashed.is_empty() {
            (params.did.as_str(), params.posts.as_str())
        } else {
            ("trash", params.trashed.as_str())
        };
        if did == PostListAction::EmptyTrash.word() {
            return Self {
                words: Some("The trash was emptied.".to_owned()),
                ..Self::default()
            };
        }
        if did == "none" {
            return Self {
                words: Some("Nothing was selected, so nothing was changed.".to_owned()),
                ..Self::default()
            };
        }
        let Ok(did) = did.parse::<PostListAction>() else {
            return Self::default();
        };
        let posts: Vec<PostId> = posts
            .split('-')
            .take(PICKED_MAX)
            .filter_map(|id| id.parse().ok().map(PostId))
            .collect();
        let mut words = summary(did, posts.len(), &params.about);
        match params.left.parse::<usize>() {
            Ok(0) | Err(_) => {}
            Ok(1) => words.push_str(" 1 was left unchanged."),
            Ok(left) => words.extend([" ", &left.to_string(), " were left unchanged."]),
        }
        Self {
            words: Some(words),
            undo: did.undo().filter(|_| !posts.is_empty()),
            posts,
            about: params.about.clone(),
        }
    }
}

fn summary(did: PostListAction, number: usize, about: &str) -> String {
    if number == 0 {
        return "Nothing was changed.".to_owned();
    }
    let one = number == 1;
    let posts = if one {
        "1 post".to_owned()
    } else {
        format!("{number} posts")
    };
    match did {
        PostListAction::Trash if one => "Moved to trash.".to_owned(),
        PostListAction::Trash => format!("{number} moved to trash."),
        PostListAction::Restore if one => "Restored from trash.".to_owned(),
        PostListAction::Restore => format!("{number} restored from trash."),
        PostListAction::Publish if one => "Published.".to_owned(),
        PostListAction::Publish => format!("{number} published."),
        PostListAction::Unpublish if one => "Moved back to drafts.".to_owned(),
        PostListAction::Unpublish => format!("{number} moved back to drafts."),
        PostListAction::AddTag => format!("{posts} tagged “{about}”."),
        PostListAction::RemoveTag => format!("Tag “{about}” removed from {posts}."),
        PostListAction::Comments if one => "Comment setting changed.".to_owned(),
        PostListAction::Comments => format!("Comment setting changed for {number}."),
        PostListAction::Erase if one => "Deleted for ever.".to_owned(),
        PostListAction::Erase => format!("{number} deleted for ever."),
        // It leads to the copy, where nothing more is said; that the trash is empty is said without a number.
        PostListAction::Copy | PostListAction::EmptyTrash => String::new(),
    }
}

#[derive(Template)]
#[template(path = "author/posts.html")]
pub struct PostsPage {
    admin: AdminLayout,
    kind: Kind,
    tab: Tab,
    tabs: Vec<TabLink>,
    params: ListParams,
    flash: Flash,
    /// Why nothing was done.
    pub problem: Option<String>,
    /// What was typed next to the buttons for many.
    pub typed: PickedForm,
    lines: Vec<Line>,
    links: Links,
    choices: Choices,
    /// How often each was read in the last thirty days.
    views: HashMap<PostId, i64>,
}

/// What there is to choose from on the page of a list.
struct Choices {
    writers: Vec<ListedAuthor>,
    /// From the oldest post to the newest.
    months: Vec<Month>,
    /// Of posts only.
    tag_names: Vec<String>,
    /// Of pages only.
    menu: Vec<TitledPost>,
}

impl Choices {
    async fn of(app: &App, admin: &AdminLayout, kind: Kind) -> Result<Self> {
        let store = &app.store;
        let month = |at: Millis| Month::of(at.day(&admin.layout.site.zone));
        let dates = store.admin_lists().post_dates(kind).await?;
        let (tag_names, menu) = match kind {
            Kind::Post => (store.tags().names(NAMES_MAX).await?, Vec::new()),
            Kind::Page => (Vec::new(), store.posts().menu().await?),
        };
        Ok(Self {
            writers: match admin.scope().owner() {
                None => store.admin_lists().writers(kind).await?,
                Some(_) => Vec::new(),
            },
            months: dates.map_or_else(Vec::new, |(oldest, newest)| {
                Month::between(month(oldest), month(newest))
            }),
            tag_names,
            menu,
        })
    }
}

impl PostsPage {
    fn is_posts(&self) -> bool {
        self.kind == Kind::Post
    }

    fn name(&self) -> &'static str {
        match self.kind {
            Kind::Post => "Posts",
            Kind::Page => "Pages",
        }
    }

    /// `/admin/posts/` or `/admin/pages/`.
    fn base(&self) -> &'static str {
        base(self.kind)
    }

    /// The address of another tab with the same search.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods with references"
    )]
    fn tab_address(&self, tab: &Tab) -> String {
        let state = if *tab == Tab::All { "" } else { tab.word() };
        let query = self.params.query(state, false);
        if query.is_empty() {
            self.base().to_owned()
        } else {
            format!("{}?{query}", self.base())
        }
    }

    /// The address of a place in this list, with its tab and its search.
    fn at(&self, place: &str) -> String {
        let query = self.params.query(self.tab.word(), false);
        format!("{}?{query}&{place}", self.base())
    }

    /// The way back to this very page.
    fn back(&self) -> String {
        self.params.query(self.tab.word(), true)
    }

    fn is_ticked(&self, line: &Line) -> bool {
        self.params.select == "all" || self.typed.picked.contains(&line.id)
    }

    /// When it is published or shown, for what waits for its time.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn due(&self, line: &Line) -> Option<Millis> {
        let waits = line.state == PostState::Scheduled || line.is_pending();
        line.due_at.filter(|_| waits)
    }

    fn views_of(&self, line: &Line) -> String {
        super::views_chart::number(self.views.get(&line.id).copied().unwrap_or_default())
    }

    /// Whether these are the pages of a blog whose author made a menu.
    fn has_own_menu(&self) -> bool {
        let settings = &self.admin.layout.site.settings;
        self.kind == Kind::Page && !settings.appearance.menu.is_empty()
    }

    fn is_first_tab_only(&self) -> bool {
        self.tab == Tab::All && !self.params.is_narrow()
    }
}

/// Where a post is written.
pub fn editor_of(post: &Post) -> String {
    format!("{}{}", base(post.kind), post.id)
}

/// Where posts of a kind are looked after.
pub fn base(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "/admin/posts/",
        Kind::Page => "/admin/pages/",
    }
}

pub async fn posts(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<ListParams>,
) -> Result {
    render::page(&list(Kind::Post, admin, &app, params).await?)
}

pub async fn pages(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<ListParams>,
) -> Result {
    render::page(&list(Kind::Page, admin, &app, params).await?)
}

/// The list that is asked for, with nothing done to it.
pub async fn list(
    kind: Kind,
    admin: AdminLayout,
    app: &App,
    params: ListParams,
) -> Result<PostsPage> {
    let store = &app.store;
    let scope = admin.scope();
    let mut tab = Tab::of(&params.state).unwrap_or(Tab::All);
    if scope.is_drafts_only() && tab != Tab::Trashed {
        tab = Tab::Draft;
    }
    let order = Order::of(&params.order).unwrap_or(Order::Newest);
    let side = params.cursor().side();
    let _searching = if params.q.is_empty() {
        None
    } else {
        Some(store.search().permit().await?)
    };
    let filter = filter(&admin, app, &params).await?;
    let (counts, mut page) = match &filter {
        Some(filter) => (
            store.admin_lists().post_counts(kind, filter).await?,
            store
                .admin_lists()
                .posts(kind, tab, filter, order, side, LINES)
                .await?,
        ),
        None => (PostCounts::default(), crate::store::Page::empty(side)),
    };
    let links = Links::of(&page, |line| (line.listed_at, line.id.0));
    if scope.is_drafts_only() {
        let ids: Vec<PostId> = page.items.iter().map(|line| line.id).collect();
        let reachable = store.access().allowed_posts(scope, &ids).await?;
        page.items.retain(|line| reachable.contains(&line.id));
    }
    if order == Order::Oldest {
        page.items.reverse();
    }
    let ids: Vec<PostId> = page.items.iter().map(|line| line.id).collect();
    let views = store.views().among(&ids, &views::since(app).await?).await?;
    let choices = Choices::of(app, &admin, kind).await?;
    Ok(PostsPage {
        views: views.into_iter().collect(),
        admin,
        kind,
        tab,
        tabs: tabs(scope, counts),
        flash: Flash::of(&params),
        problem: None,
        typed: PickedForm::default(),
        params,
        lines: page.items,
        links,
        choices,
    })
}

fn tabs(scope: Scope, counts: PostCounts) -> Vec<TabLink> {
    let all = counts.drafts + counts.scheduled + counts.published;
    let tab = |tab, name, count| TabLink { tab, name, count };
    if scope.is_drafts_only() {
        return vec![
            tab(Tab::Draft, "Drafts", counts.drafts),
            tab(Tab::Trashed, "Trash", counts.trashed),
        ];
    }
    vec![
        tab(Tab::All, "All", all),
        tab(Tab::Draft, "Drafts", counts.drafts),
        tab(Tab::Scheduled, "Scheduled", counts.scheduled),
        tab(Tab::Published, "Published", counts.published),
        tab(Tab::Pending, "Pending changes", counts.pending),
        tab(Tab::Trashed, "Trash", counts.trashed),
    ]
}

/// What an address asks for; `None` where nothing can be found: words that say nothing, a tag that nobody knows.
async fn filter(admin: &AdminLayout, app: &App, params: &ListParams) -> Result<Option<PostFilter>> {
    let mut filter = PostFilter::default();
    if !params.q.trim().is_empty() {
        match app.store.search().query_of_parts(&params.q).await? {
            Some(query) => filter.words = query,
            None => return Ok(None),
        }
    }
    if !params.tag.trim().is_empty() {
        match app.store.tags().by_name(params.tag.trim()).await? {
            Some(tag) => filter.tag = Some(tag.id),
            None => return Ok(None),
        }
    }
    // Somebody who sees only their own posts asks for no others.
    filter.by = match admin.scope().owner() {
        Some(me) => Some(By::Author(me)),
        None => By::parse(&params.author),
    };
    if let Some(month) = Month::parse(&params.month) {
        (filter.from, filter.until) = month.bounds(&admin.layout.site.zone);
    }
    Ok(Some(filter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_back_to_what_was_looked_for_and_nowhere_else() {
        let params = ListParams::of("state=draft&q=a+b&before=5-7&did=trash&x=//evil.example");
        assert_eq!(
            params.query(&params.state, true),
            "state=draft&q=a+b&before=5-7"
        );
        assert_eq!(params.query("trashed", false), "state=trashed&q=a+b");
    }

    #[test]
    fn what_was_done_is_said_with_its_number() {
        let params = ListParams {
            did: "add-tag".to_owned(),
            posts: "1-2-3".to_owned(),
            about: "Sea".to_owned(),
            left: "1".to_owned(),
            ..ListParams::default()
        };
        let flash = Flash::of(&params);
        assert_eq!(
            flash.words.as_deref(),
            Some("3 posts tagged “Sea”. 1 was left unchanged.")
        );
        assert_eq!(
            (flash.undo, flash.posts.len()),
            (Some(PostListAction::RemoveTag), 3)
        );
        let nothing = Flash::of(&ListParams {
            did: "eat".to_owned(),
            ..ListParams::default()
        });
        assert!(nothing.words.is_none());
    }
}
