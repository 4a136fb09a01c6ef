//! The spam rules as a text, tried on past comments before they are saved; and what the filter learned by itself.

use crate::app::App;
use crate::blog::action::SpamRulesAction;
use crate::blog::audit::Act;
use crate::blog::spam::{self, Band, Lessons, Past, Rules, Trial};
use crate::blog::time::Millis;
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf, action};
use crate::http::page::render::{self, Result};
use crate::store::FeatureCounts;
use askama::Template;
use axum::extract::{Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use std::collections::BTreeMap;

/// Enough to see what rules do, few enough to be judged while somebody waits.
const TRIED_ON: i64 = 1_000;
/// Characteristic words that are shown of each kind.
const TOP_FEATURES: usize = 15;
/// Of these, the most significant are shown: the share alone would bring up what is common, such as “the”.
const TOP_CANDIDATES: i64 = 300;
/// What was in fewer comments is chance.
const TOP_SEEN_MIN: u32 = 3;
const FEATURES_AT_ONCE: i64 = 2_000;

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct RulesParams {
    saved: Option<String>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulesForm {
    csrf: String,
    act: String,
    rules: String,
}

impl HasCsrf for RulesForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// What the filter has learned, as the page shows it.
struct Filter {
    lessons: Lessons,
    spam: Vec<TopFeature>,
    good: Vec<TopFeature>,
}

struct TopFeature {
    words: String,
    spam: u32,
    good: u32,
}

#[derive(Template)]
#[template(path = "operator/spam_rules.html")]
struct RulesPage {
    admin: AdminLayout,
    text: String,
    problems: Vec<String>,
    status: &'static str,
    trial: Option<Trial>,
    filter: Filter,
}

impl RulesPage {
    async fn new(app: &App, admin: AdminLayout, text: String) -> Result<Self> {
        Ok(Self {
            filter: learned(app).await?,
            admin,
            text,
            problems: Vec::new(),
            status: "",
            trial: None,
        })
    }

    /// The lowest number of comments of each kind from which on the filter has a say.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn lessons_min(&self) -> u32 {
        spam::LESSONS_MIN
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn beginning(&self, comment: &Past) -> String {
        super::beginning(&comment.source, comment.markup)
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn band(&self, band: Band) -> &'static str {
        match band {
            Band::Show => "approved",
            Band::Hold => "waiting",
            Band::Spam => "spam",
        }
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<RulesParams>,
) -> Result {
    let typed = app.store.settings().typed_rules().await?;
    let text = typed.unwrap_or_else(|| admin.layout.site.settings.spam_rules.to_string());
    let mut page = RulesPage::new(&app, admin, text).await?;
    if params.saved.is_some() {
        page.status = "Saved. These rules apply to new comments.";
    }
    render::page(&page)
}

pub async fn save(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<RulesForm>,
) -> Result {
    let is_trial = match action(&form.act)? {
        SpamRulesAction::Try => true,
        SpamRulesAction::Save => false,
        SpamRulesAction::Defaults => {
            let mut page = RulesPage::new(&app, admin, Rules::default().to_string()).await?;
            page.status = "These are the default rules. They aren’t saved yet.";
            return render::page(&page);
        }
    };
    let rules = match Rules::parse(&form.rules) {
        Ok(rules) => rules,
        Err(problems) => {
            let mut page = RulesPage::new(&app, admin, form.rules).await?;
            page.problems = problems.0.into_iter().map(|one| one.message).collect();
            return render::problem_page(&page);
        }
    };
    if is_trial {
        let now = admin.layout.site.settings.spam_rules.clone();
        let trial = tried(&app, now, rules).await?;
        let mut page = RulesPage::new(&app, admin, form.rules).await?;
        page.status = "Tested. Nothing has been changed or saved.";
        page.trial = Some(trial);
        return render::page(&page);
    }
    let note = admin.signed_in.note(Act::Settings, app.now());
    app.store
        .noting(note.about("rules against spam"))
        .settings()
        .save_rules(&rules, &form.rules, app.now())
        .await?;
    render::see_other("/admin/comments/rules?saved=1")
}

/// Judges past comments off the threads that answer readers: hundreds of words in long texts take a while.
async fn tried(app: &App, now: Rules, then: Rules) -> Result<Trial> {
    let comments = app.store.spam_filter().past_comments(TRIED_ON).await?;
    tokio::task::spawn_blocking(move || Trial::of(comments, &now, &then))
        .await
        .map_err(|error| Error::Internal(format!("trying rules: {error}")))
}

async fn learned(app: &App) -> Result<Filter> {
    let lessons = app.store.spam_filter().lessons().await?;
    let top = async |spam| -> Result<Vec<TopFeature>> {
        let counted = app
            .store
            .spam_filter()
            .strongest_features(spam, lessons, TOP_CANDIDATES)
            .await?;
        Ok(top_features(counted, spam, lessons))
    };
    Ok(Filter {
        lessons,
        spam: top(true).await?,
        good: top(false).await?,
    })
}

fn top_features(mut counted: Vec<FeatureCounts>, spam: bool, lessons: Lessons) -> Vec<TopFeature> {
    let leaning = |one: &FeatureCounts| spam::leaning((one.spam, one.good), lessons);
    counted.sort_by(|a, b| {
        let order = leaning(b).total_cmp(&leaning(a));
        if spam { order } else { order.reverse() }
    });
    counted
        .into_iter()
        .filter(|one| one.spam + one.good >= TOP_SEEN_MIN)
        .take(TOP_FEATURES)
        .map(|one| TopFeature {
            words: spam::in_words(&one.feature),
            spam: one.spam,
            good: one.good,
        })
        .collect()
}

/// All that the filter learned, to be read or kept elsewhere.
#[derive(serde::Serialize)]
struct Export {
    made_at: String,
    lessons: Lessons,
    /// In how many comments of each kind a feature was.
    features: BTreeMap<String, Count>,
}

#[derive(serde::Serialize)]
struct Count {
    spam: u32,
    good: u32,
}

pub async fn export(State(app): State<App>) -> Result {
    let now: Millis = app.now();
    let mut export = Export {
        made_at: now.rfc3339(),
        lessons: app.store.spam_filter().lessons().await?,
        features: BTreeMap::new(),
    };
    let mut last = String::new();
    loop {
        let some = app
            .store
            .spam_filter()
            .features_after(&last, FEATURES_AT_ONCE)
            .await?;
        let Some(end) = some.last() else {
            break;
        };
        last.clone_from(&end.feature);
        export.features.extend(some.into_iter().map(|one| {
            let count = Count {
                spam: one.spam,
                good: one.good,
            };
            (one.feature, count)
        }));
    }
    let json = serde_json::to_vec(&export)
        .map_err(|error| Error::Internal(format!("the filter as JSON: {error}")))?;
    let headers = [
        (CONTENT_TYPE, "application/json"),
        (
            CONTENT_DISPOSITION,
            "attachment; filename=\"daybook-filter.json\"",
        ),
    ];
    Ok((headers, json).into_response())
}
