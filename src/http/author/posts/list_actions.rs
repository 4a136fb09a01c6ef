//! What is done with posts and pages from their lists: with one or with many that are ticked, and with the order of the menu.

use super::erase;
use super::list::{ListParams, PICKED_MAX, base, list};
use crate::app::App;
use crate::app::publishing::PostChange;
use crate::blog::action::{MenuMove, PostListAction, UnknownAction};
use crate::blog::post::{Comments, Kind};
use crate::blog::time::Millis;
use crate::blog::{PostId, tag};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, Ticked};
use crate::http::auth::session::SignedIn;
use crate::http::page::render::{self, Result};
use axum::extract::{Path, State};
use std::time::{Duration, Instant};

/// The posts that were ticked, and what shall become of them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub struct PickedForm {
    csrf: String,
    act: String,
    back: String,
    /// `yes`: who sends it was asked whether it shall be for ever.
    sure: String,
    /// For the whole trash: when somebody was asked, in milliseconds.
    until: String,
    pub tag: String,
    pub comments: String,
    pub picked: Vec<PostId>,
}

impl TryFrom<Vec<(String, String)>> for PickedForm {
    type Error = &'static str;

    fn try_from(fields: Vec<(String, String)>) -> std::result::Result<Self, &'static str> {
        let names = ["csrf", "act", "back", "sure", "until", "tag", "comments"];
        let mut sent = Ticked::parse(fields, &names, PICKED_MAX)?;
        let picked = sent.picked.iter().map(|id| id.parse().map(PostId));
        Ok(Self {
            picked: picked
                .collect::<std::result::Result<_, _>>()
                .map_err(|_| "a post that no page showed")?,
            csrf: sent.take("csrf"),
            act: sent.take("act"),
            back: sent.take("back"),
            sure: sent.take("sure"),
            until: sent.take("until"),
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
    if form.act.parse() == Ok(PostListAction::EmptyTrash) {
        return empty_trash(kind, &admin, app, &form).await;
    }
    if form.picked.is_empty() {
        return flash(kind, &form, "did=none");
    }
    if form.act.parse() == Ok(PostListAction::Erase) && form.sure != "yes" {
        return render::see_other(&erase::question(kind, &form.picked, &form.back));
    }
    let sent = form.picked.len();
    form.picked = erase::reachable(&admin, app, form.picked).await?;
    match perform(app, &admin, &form).await? {
        Outcome::Copied(copy) => render::see_other(&format!("{}{copy}", base(kind))),
        Outcome::Refused(message) => refused(kind, admin, app, Refused { form, message }).await,
        Outcome::Changed { posts, about } => {
            let ids: Vec<String> = posts.iter().map(ToString::to_string).collect();
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("did", &form.act)
                .append_pair("posts", &ids.join("-"))
                .append_pair("about", &about)
                .append_pair("left", &(sent - posts.len()).to_string())
                .finish();
            flash(kind, &form, &query)
        }
    }
}

/// What became of posts that were ticked.
enum Outcome {
    Changed {
        posts: Vec<PostId>,
        /// The tag that it was about; empty where it was about none.
        about: String,
    },
    Copied(PostId),
    /// Nothing was changed, and why.
    Refused(String),
}

impl Outcome {
    fn changed(posts: Vec<PostId>) -> Self {
        Self::Changed {
            posts,
            about: String::new(),
        }
    }

    fn refused(message: &str) -> Self {
        Self::Refused(message.to_owned())
    }
}

/// Does with the posts that were ticked what the form asks for.
async fn perform(app: &App, admin: &AdminLayout, form: &PickedForm) -> Result<Outcome> {
    let change = match form.act.parse() {
        Err(UnknownAction) => {
            return Ok(Outcome::refused("This action isn’t available for posts."));
        }
        Ok(PostListAction::Copy) => {
            let id = *form.picked.first().ok_or(Error::NotFound)?;
            let copy = app.copy_post(admin.actor(), id, &admin.visitor.device);
            return Ok(Outcome::Copied(copy.await?));
        }
        Ok(action @ (PostListAction::AddTag | PostListAction::RemoveTag)) => {
            return change_tag(app, form, action == PostListAction::AddTag).await;
        }
        Ok(PostListAction::Comments) => {
            let Some(comments) = Comments::of(&form.comments) else {
                return Ok(Outcome::refused("Please choose a comment setting."));
            };
            let posts = app.store.posts();
            let changed = posts.set_comments(&form.picked, comments, app.now());
            return Ok(Outcome::changed(changed.await?));
        }
        Ok(PostListAction::Publish) if !admin.may_publish() => {
            return Ok(Outcome::refused(
                "Contributors can’t publish. Ask an author or an operator.",
            ));
        }
        Ok(PostListAction::Publish) => PostChange::Publish,
        Ok(PostListAction::Unpublish) => PostChange::Unpublish,
        Ok(PostListAction::Trash) => PostChange::Trash,
        Ok(PostListAction::Restore) => PostChange::Restore,
        Ok(PostListAction::Erase) => PostChange::Erase,
        Ok(PostListAction::EmptyTrash) => return Ok(Outcome::changed(Vec::new())),
    };
    let changed = app.change_posts(admin.actor(), &form.picked, change);
    Ok(Outcome::changed(changed.await?))
}

/// How long a request empties the trash: well within the time that it has.
const EMPTYING_MAX: Duration = Duration::from_secs(15);
/// Posts between two looks at the time.
const ERASED_AT_ONCE: usize = 20;

/// Deletes for ever all that somebody may act on and that was in the trash when they were asked. Where that takes too long for
/// one request, it asks about the rest.
async fn empty_trash(kind: Kind, admin: &AdminLayout, app: &App, form: &PickedForm) -> Result {
    let Ok(until) = form.until.parse() else {
        return render::see_other(&erase::question_of_all(kind));
    };
    let until = Millis(until).min(app.now());
    let begun = Instant::now();
    for posts in erase::trash(kind, admin, app, until)
        .await?
        .chunks(ERASED_AT_ONCE)
    {
        if begun.elapsed() > EMPTYING_MAX {
            return render::see_other(&erase::question_of_all(kind));
        }
        app.change_posts(admin.actor(), posts, PostChange::Erase)
            .await?;
    }
    flash(kind, form, "did=empty-trash")
}

/// Adds the tag that was typed to the posts that were ticked, or takes it away.
async fn change_tag(app: &App, form: &PickedForm, adds: bool) -> Result<Outcome> {
    let about = match tag::parse_name(&form.tag) {
        Ok(name) => name,
        Err(problems) => return Ok(Outcome::refused(problems.of("tag").unwrap_or_default())),
    };
    let (posts, now) = (app.store.posts(), app.now());
    let posts = if adds {
        posts.add_tag(&form.picked, &about, now).await?
    } else {
        posts.remove_tag(&form.picked, &about, now).await?
    };
    Ok(Outcome::Changed { posts, about })
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

/// The list as it was, with the boxes that were ticked and the words that were typed.
async fn refused(kind: Kind, admin: AdminLayout, app: &App, refused: Refused) -> Result {
    let Refused { form, message } = refused;
    let mut page = list(kind, admin, app, ListParams::of(&form.back)).await?;
    page.problem = Some(message);
    page.typed = form;
    render::problem_page(&page)
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
