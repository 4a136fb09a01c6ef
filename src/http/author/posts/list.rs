//! The author's lists of posts and of pages: tabs, search, filters, and what is done with one post or with many.

use super::views;
use crate::app::App;
use crate::app::publishing::PostChange;
use crate::blog::action::{MenuMove, PostListAction, UnknownAction};
use crate::blog::author::Scope;
use crate::blog::listing::{By, Line, Month, Order, PostFilter, Tab};
use crate::blog::post::{Comments, Kind, Post, State as PostState};
use crate::blog::{PostId, tag, words};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, Ticked};
use crate::http::auth::session::SignedIn;
use crate::http::page::pagination::{Cursor, Links};
use crate::http::page::render::{self, Result};
use crate::store::{ListedAuthor, MenuPage, PostCounts};
use askama::Template;
use axum::extract::{Path, Query, State};
use std::collections::HashMap;

/// Dense lines: a screenful and a half on a desktop.
const LINES: i64 = 50;
/// More than a page holds is nobody's choice.
const PICKED_MAX: usize = 100;
/// So many names help who types a tag; more only make the page heavy.
const NAMES_MAX: usize = 500;

/// What a list is asked for, as it is in its address.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct ListParams {
    state: String,
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
    fn of(query: &str) -> Self {
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
    fn query(&self, state: &str, with_place: bool) -> String {
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
        // It leads to the copy, where nothing more is said.
        PostListAction::Copy => String::new(),
    }
}

#[derive(Template)]
#[template(path = "author/posts.html")]
struct PostsPage {
    admin: AdminLayout,
    kind: Kind,
    tab: Tab,
    tabs: Vec<TabLink>,
    params: ListParams,
    flash: Flash,
    /// Why nothing was done.
    problem: Option<String>,
    /// What was typed next to the buttons for many.
    typed: PickedForm,
    lines: Vec<Line>,
    links: Links,
    writers: Vec<ListedAuthor>,
    months: Vec<Month>,
    tag_names: Vec<String>,
    menu: Vec<MenuPage>,
    /// How often each was read in the last thirty days.
    views: HashMap<PostId, i64>,
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
    fn due(&self, line: &Line) -> Option<String> {
        let waits = line.state == PostState::Scheduled || line.is_pending();
        let at = line.due_at.filter(|_| waits)?;
        Some(self.admin.layout.dates().field(&at).replace('T', " "))
    }

    fn views_of(&self, line: &Line) -> String {
        super::views_chart::number(self.views.get(&line.id).copied().unwrap_or_default())
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

async fn list(kind: Kind, admin: AdminLayout, app: &App, params: ListParams) -> Result<PostsPage> {
    let store = &app.store;
    let scope = admin.scope();
    let mut tab = Tab::of(&params.state).unwrap_or(Tab::All);
    if scope.is_drafts_only() && tab != Tab::Trashed {
        tab = Tab::Draft;
    }
    let order = Order::of(&params.order).unwrap_or(Order::Newest);
    let filter = filter(&admin, app, &params).await?;
    let side = params.cursor().side();
    let _searching = if params.q.is_empty() {
        None
    } else {
        Some(store.search().permit().await?)
    };
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
    let months = match store.admin_lists().post_dates(kind).await? {
        Some((oldest, newest)) => {
            let of = |at: crate::blog::time::Millis| Month::of(at.day(&admin.layout.site.zone));
            Month::between(of(oldest), of(newest))
        }
        None => Vec::new(),
    };
    let mut tag_names: Vec<String> = Vec::new();
    if kind == Kind::Post {
        tag_names = store.tags().names(NAMES_MAX).await?;
    }
    let menu = match kind {
        Kind::Post => Vec::new(),
        Kind::Page => store.posts().menu().await?,
    };
    let ids: Vec<PostId> = page.items.iter().map(|line| line.id).collect();
    let views = store.views().among(&ids, &views::since(app).await?).await?;
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
        writers: match scope.owner() {
            None => store.admin_lists().writers(kind).await?,
            Some(_) => Vec::new(),
        },
        months,
        tag_names,
        menu,
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
        match words::query_beginning(&params.q) {
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

/// The posts that were ticked, and what shall become of them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub struct PickedForm {
    csrf: String,
    act: String,
    back: String,
    tag: String,
    comments: String,
    picked: Vec<PostId>,
}

impl TryFrom<Vec<(String, String)>> for PickedForm {
    type Error = &'static str;

    fn try_from(fields: Vec<(String, String)>) -> std::result::Result<Self, &'static str> {
        let names = ["csrf", "act", "back", "tag", "comments"];
        let mut sent = Ticked::parse(fields, &names, PICKED_MAX)?;
        let picked = sent.picked.iter().map(|id| id.parse().map(PostId));
        Ok(Self {
            picked: picked
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| "a post that no page showed")?,
            csrf: sent.take("csrf"),
            act: sent.take("act"),
            back: sent.take("back"),
            tag: sent.take("tag"),
            comments: sent.take("comments"),
        })
    }
}

impl HasCsrf for PickedForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

pub async fn act_on_posts(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PickedForm>,
) -> Result {
    act(Kind::Post, admin, &app, form).await
}

pub async fn act_on_pages(
    admin: AdminLayout,
    State(app): State<App>,
    CsrfForm(form): CsrfForm<PickedForm>,
) -> Result {
    act(Kind::Page, admin, &app, form).await
}

async fn act(kind: Kind, admin: AdminLayout, app: &App, mut form: PickedForm) -> Result {
    if form.picked.is_empty() {
        return flash(kind, &form, "did=none");
    }
    let sent = form.picked.len();
    let reachable = app
        .store
        .access()
        .allowed_posts(admin.scope(), &form.picked)
        .await?;
    form.picked.retain(|id| reachable.contains(id));
    let (store, now) = (&app.store, app.now());
    let mut about = String::new();
    let action = form.act.parse();
    let changed = match action {
        Err(UnknownAction) => {
            return refused(
                kind,
                admin,
                app,
                Refused::of(form, "This action isn’t available for posts."),
            )
            .await;
        }
        Ok(PostListAction::Copy) => {
            let id = *form.picked.first().ok_or(Error::NotFound)?;
            let copy = app.copy_post(admin.actor(), id, &admin.visitor.device);
            return render::see_other(&format!("{}{}", base(kind), copy.await?));
        }
        Ok(PostListAction::Publish) if !admin.may_publish() => {
            let message = "Contributors can’t publish. Ask an author or an operator.";
            return refused(kind, admin, app, Refused::of(form, message)).await;
        }
        Ok(action @ (PostListAction::AddTag | PostListAction::RemoveTag)) => {
            about = match tag::parse_name(&form.tag) {
                Ok(name) => name,
                Err(problems) => {
                    let message = problems.of("tag").unwrap_or_default();
                    return refused(kind, admin, app, Refused::of(form, message)).await;
                }
            };
            if action == PostListAction::AddTag {
                store.posts().add_tag(&form.picked, &about, now).await?
            } else {
                store.posts().remove_tag(&form.picked, &about, now).await?
            }
        }
        Ok(PostListAction::Comments) => {
            let Some(comments) = Comments::of(&form.comments) else {
                let message = "Please choose a comment setting.";
                return refused(kind, admin, app, Refused::of(form, message)).await;
            };
            store
                .posts()
                .set_comments(&form.picked, comments, now)
                .await?
        }
        Ok(PostListAction::Trash) => change(&admin, app, &form, PostChange::Trash).await?,
        Ok(PostListAction::Restore) => change(&admin, app, &form, PostChange::Restore).await?,
        Ok(PostListAction::Unpublish) => change(&admin, app, &form, PostChange::Unpublish).await?,
        Ok(PostListAction::Publish) => change(&admin, app, &form, PostChange::Publish).await?,
    };
    let ids: Vec<String> = changed.iter().map(ToString::to_string).collect();
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("did", &form.act)
        .append_pair("posts", &ids.join("-"))
        .append_pair("about", &about)
        .append_pair("left", &(sent - changed.len()).to_string())
        .finish();
    flash(kind, &form, &query)
}

/// Sends back to the list as it was, to say what was done.
fn flash(kind: Kind, form: &PickedForm, query: &str) -> Result {
    let params = ListParams::of(&form.back);
    let back = params.query(&params.state, true);
    let joint = if back.is_empty() { "" } else { "&" };
    render::see_other(&format!("{}?{back}{joint}{query}", base(kind)))
}

/// A form that is not done, and why.
struct Refused {
    form: PickedForm,
    message: String,
}

impl Refused {
    fn of(form: PickedForm, message: &str) -> Self {
        Self {
            form,
            message: message.to_owned(),
        }
    }
}

/// The list as it was, with the boxes that were ticked and the words that were typed.
async fn refused(kind: Kind, admin: AdminLayout, app: &App, refused: Refused) -> Result {
    let Refused { form, message } = refused;
    let mut page = list(kind, admin, app, ListParams::of(&form.back)).await?;
    page.problem = Some(message);
    page.typed = form;
    render::problem_page(&page)
}

/// Changes each of the posts that were selected; gives those that were changed.
async fn change(
    admin: &AdminLayout,
    app: &App,
    form: &PickedForm,
    change: PostChange,
) -> Result<Vec<PostId>> {
    app.change_posts(admin.actor(), &form.picked, change).await
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MoveForm {
    csrf: String,
    /// See [`MenuMove`].
    to: String,
}

impl HasCsrf for MoveForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Moves a page one place up or down in the public menu.
pub async fn move_page(
    State(app): State<App>,
    Path(id): Path<i64>,
    _: SignedIn,
    CsrfForm(form): CsrfForm<MoveForm>,
) -> Result {
    let up = match form.to.parse() {
        Ok(MenuMove::Up) => true,
        Ok(MenuMove::Down) => false,
        Err(UnknownAction) => {
            return Err(Error::BadRequest("A page can only be moved up or down."));
        }
    };
    app.store
        .posts()
        .move_in_menu(PostId(id), up, app.now())
        .await?;
    render::see_other("/admin/pages/#menu")
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
