//! The author's tags: which there are, which two are most likely one, and new names. A new name is taken back by a button;
//! merging and deleting cannot be taken back, so a page asks first.

use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::{Problems, TagId, tag};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ButtonForm, CsrfForm, HasCsrf};
use crate::http::auth::session::SignedIn;
use crate::http::page::render::{self, Result};
use crate::store::{RenameOutcome, TagLine};
use askama::Template;
use axum::extract::{Path, Query, State};

/// Short lines: some screens of them.
const LINES: usize = 200;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct TagsParams {
    q: String,
    /// The name after which the page begins.
    after: String,
    /// What was just done: `renamed`, `merged`, `deleted`.
    did: String,
    /// The tag that it was done with, and the name that it had.
    tag: String,
    was: String,
}

/// Tags that are most likely meant as one; the first has the most posts.
struct SimilarTags {
    keep: TagLine,
    others: Vec<TagLine>,
}

#[derive(Template)]
#[template(path = "author/tags.html")]
struct TagsPage {
    admin: AdminLayout,
    q: String,
    total: usize,
    unused: usize,
    lines: Vec<TagLine>,
    /// The name after which the next page begins.
    next: Option<String>,
    /// Whether this is not the first page.
    is_later: bool,
    alike: Vec<SimilarTags>,
    message: Option<String>,
    /// The tag that one button gives its old name back.
    undo: Option<(String, String)>,
}

pub async fn list(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<TagsParams>,
) -> Result {
    let all = app.store.tags().lines().await?;
    let alike = alike(&all);
    let wanted = tag::likeness(&params.q);
    let after = params.after.to_lowercase();
    let mut lines: Vec<TagLine> = all
        .iter()
        .filter(|line| tag::likeness(&line.name).contains(&wanted))
        .filter(|line| line.name.to_lowercase() > after)
        .cloned()
        .collect();
    let more = lines.len() > LINES;
    lines.truncate(LINES);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|line| render::query_value(&line.name));
    let renamed = params.did == "renamed" && !params.tag.is_empty() && !params.was.is_empty();
    render::page(&TagsPage {
        admin,
        total: all.len(),
        unused: all.iter().filter(|line| line.posts == 0).count(),
        lines,
        next,
        is_later: !params.after.is_empty(),
        alike,
        message: message_of(&params),
        undo: renamed.then_some((params.tag, params.was)),
        q: params.q,
    })
}

fn message_of(params: &TagsParams) -> Option<String> {
    let was = &params.was;
    match params.did.as_str() {
        "renamed" => Some(format!(
            "“{was}” has been renamed. Its old address leads to the new one."
        )),
        "merged" => Some(format!(
            "“{was}” has been merged. Its old address leads to the remaining tag."
        )),
        "deleted" => Some(format!(
            "“{was}” has been deleted. Its old address leads to the list of all tags."
        )),
        _ => None,
    }
}

/// Tags whose names differ in case, accents or dashes alone, in the order of their names.
fn alike(all: &[TagLine]) -> Vec<SimilarTags> {
    let mut groups: std::collections::BTreeMap<String, Vec<&TagLine>> =
        std::collections::BTreeMap::new();
    for line in all {
        let likeness = tag::likeness(&line.name);
        if !likeness.is_empty() {
            groups.entry(likeness).or_default().push(line);
        }
    }
    groups
        .into_values()
        .filter(|group| group.len() > 1)
        .map(|mut group| {
            // The sort is stable: of two with as many posts the first by name stays.
            group.sort_by_key(|line| std::cmp::Reverse(line.posts));
            let mut group = group.into_iter().cloned();
            let keep = group.next().unwrap_or_default();
            SimilarTags {
                keep,
                others: group.collect(),
            }
        })
        .collect()
}

#[derive(Template)]
#[template(path = "author/tag.html")]
struct TagPage {
    admin: AdminLayout,
    line: TagLine,
    /// What was typed as a new name.
    name: String,
    /// What was typed as the tag to merge into.
    into: String,
    names: Vec<String>,
    problems: Problems,
}

async fn tag_page(app: &App, admin: AdminLayout, line: TagLine) -> Result<TagPage> {
    Ok(TagPage {
        admin,
        name: line.name.clone(),
        names: app
            .store
            .tags()
            .names(500)
            .await?
            .into_iter()
            .filter(|name| *name != line.name)
            .collect(),
        line,
        into: String::new(),
        problems: Problems::default(),
    })
}

async fn line(app: &App, id: i64) -> Result<TagLine> {
    app.store
        .tags()
        .line(TagId(id))
        .await?
        .ok_or(Error::NotFound)
}

pub async fn show(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    let line = line(&app, id).await?;
    render::page(&tag_page(&app, admin, line).await?)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NameForm {
    csrf: String,
    name: String,
}

impl HasCsrf for NameForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Gives a tag another name.
pub async fn rename(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    CsrfForm(form): CsrfForm<NameForm>,
) -> Result {
    let before = line(&app, id).await?;
    let noting = |name: &str| {
        let note = admin.signed_in.note(Act::Tags, app.now());
        app.store
            .noting(note.about(&format!("{} is {name}", before.name)))
    };
    let problem = match tag::parse_name(&form.name) {
        Ok(name) => match noting(&name)
            .tags()
            .rename(TagId(id), &name, app.now())
            .await?
        {
            RenameOutcome::Done => {
                let was = render::query_value(&before.name);
                return render::see_other(&format!("/admin/tags/?did=renamed&tag={id}&was={was}"));
            }
            RenameOutcome::Gone => return Err(Error::NotFound),
            RenameOutcome::Taken(other) => {
                let mut page = tag_page(&app, admin, before).await?;
                page.problems = Problems::one(
                    "name",
                    format!(
                        "There’s already a tag “{}”. You can merge this one into it.",
                        other.name
                    ),
                );
                page.name = form.name;
                page.into = other.name;
                return render::problem_page(&page);
            }
        },
        Err(problems) => problems.of("tag").unwrap_or_default().to_owned(),
    };
    let mut page = tag_page(&app, admin, before).await?;
    page.problems = Problems::one("name", problem);
    page.name = form.name;
    render::problem_page(&page)
}

#[derive(Template)]
#[template(path = "author/tag_question.html")]
struct QuestionPage {
    admin: AdminLayout,
    line: TagLine,
    /// The tag to merge into; `None`: it is to be deleted.
    into: Option<TagLine>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct MergeParams {
    into: String,
}

/// Asks before two tags become one.
pub async fn ask_merge(
    admin: AdminLayout,
    State(app): State<App>,
    Path(id): Path<i64>,
    Query(params): Query<MergeParams>,
) -> Result {
    let from = line(&app, id).await?;
    let known = app.store.tags().by_name(params.into.trim()).await?;
    let problem = match known {
        Some(tag) if tag.id != from.id => {
            let into = line(&app, tag.id.0).await?;
            return render::page(&QuestionPage {
                admin,
                line: from,
                into: Some(into),
            });
        }
        Some(_) => "You can’t merge a tag into itself. Please choose another one.",
        None if params.into.trim().is_empty() => "Please enter the tag to merge into.",
        None => "There’s no tag with this name.",
    };
    let mut page = tag_page(&app, admin, from).await?;
    page.problems = Problems::one("into", problem);
    page.into = params.into;
    render::problem_page(&page)
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MergeForm {
    csrf: String,
    /// The id of the tag that is left.
    into: String,
}

impl HasCsrf for MergeForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Makes two tags one.
pub async fn merge(
    State(app): State<App>,
    Path(id): Path<i64>,
    signed_in: SignedIn,
    CsrfForm(form): CsrfForm<MergeForm>,
) -> Result {
    let from = line(&app, id).await?;
    let into = form.into.parse().map_err(|_| Error::NotFound)?;
    let left = line(&app, into).await?;
    let note = signed_in
        .note(Act::Tags, app.now())
        .about(&format!("merged {} into {}", from.name, left.name));
    if !app
        .store
        .noting(note)
        .tags()
        .merge(from.id, TagId(into), app.now())
        .await?
    {
        return Err(Error::NotFound);
    }
    render::see_other(&format!(
        "/admin/tags/?did=merged&was={}",
        render::query_value(&from.name)
    ))
}

/// Asks before a tag goes.
pub async fn ask_delete(admin: AdminLayout, State(app): State<App>, Path(id): Path<i64>) -> Result {
    render::page(&QuestionPage {
        line: line(&app, id).await?,
        admin,
        into: None,
    })
}

/// Takes a tag from all posts for good.
pub async fn delete(
    State(app): State<App>,
    Path(id): Path<i64>,
    signed_in: SignedIn,
    CsrfForm(_): CsrfForm<ButtonForm>,
) -> Result {
    let gone = line(&app, id).await?;
    let note = signed_in
        .note(Act::Tags, app.now())
        .about(&format!("deleted {}", gone.name));
    app.store
        .noting(note)
        .tags()
        .delete(gone.id, app.now())
        .await?;
    render::see_other(&format!(
        "/admin/tags/?did=deleted&was={}",
        render::query_value(&gone.name)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_tags_that_look_alike_the_one_with_most_posts_is_kept() {
        let line = |id, name: &str, posts| TagLine {
            id: TagId(id),
            name: name.to_owned(),
            slug: String::new(),
            posts,
            published: 0,
        };
        let all = [
            line(1, "Café", 1),
            line(2, "cafe", 5),
            line(3, "Maps", 9),
            line(4, "Ca-fe", 0),
        ];
        let groups = alike(&all);
        assert_eq!(groups.len(), 1);
        assert_eq!(groups[0].keep.name, "cafe");
        let others: Vec<&str> = groups[0]
            .others
            .iter()
            .map(|tag| tag.name.as_str())
            .collect();
        assert_eq!(others, ["Café", "Ca-fe"]);
    }
}
