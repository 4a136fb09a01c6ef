//! The blog's settings.

use crate::app::App;
use crate::blog::Problems;
use crate::blog::audit::Act;
use crate::blog::comment::Policy;
use crate::blog::settings::{
    self, FeaturePictures, Feeds, Films, Notices, Permalinks, Settings, SettingsForm, YES,
};
use crate::blog::zones;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::CsrfForm;
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::extract::{Query, State};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct SettingsParams {
    saved: Option<String>,
}

#[derive(Template)]
#[template(path = "operator/settings.html")]
struct SettingsPage {
    admin: AdminLayout,
    form: SettingsForm,
    problems: Problems,
    saved: bool,
    zones: Vec<String>,
    languages: &'static [(&'static str, &'static str)],
    policies: &'static [(Policy, &'static str)],
    notices: &'static [(Notices, &'static str)],
    permalinks: &'static [(Permalinks, &'static str)],
    films: &'static [(Films, &'static str)],
    feature_pictures: &'static [(FeaturePictures, &'static str)],
    feeds: &'static [(Feeds, &'static str)],
}

/// The choices for comments, in the author's words.
const POLICIES: &[(Policy, &str)] = &[
    (Policy::Open, "Publish every comment immediately"),
    (
        Policy::First,
        "Hold a commenter’s first comment for approval",
    ),
    (Policy::All, "Hold every comment for approval"),
    (Policy::Closed, "Closed: keep existing comments"),
    (Policy::Hidden, "Hide all comments"),
];

const NOTICES: &[(Notices, &str)] = &[
    (Notices::All, "About every comment, except spam"),
    (Notices::Waiting, "About comments waiting for approval"),
    (Notices::None, "Never"),
];

const PERMALINKS: &[(Permalinks, &str)] = &[
    (
        Permalinks::Month,
        "Year and month: /2016/06/spring-tides.html",
    ),
    (Permalinks::Day, "Day: /2016/06/05/spring-tides/"),
    (Permalinks::Year, "Year: /2016/spring-tides/"),
    (Permalinks::Title, "Title only: /spring-tides/"),
];

const FILMS: &[(Films, &str)] = &[
    (Films::All, "From YouTube and Vimeo"),
    (Films::YouTube, "From YouTube only"),
    (Films::Vimeo, "From Vimeo only"),
    (Films::None, "Never: show a link instead"),
];

const FEATURE_PICTURES: &[(FeaturePictures, &str)] = &[
    (FeaturePictures::Nowhere, "Only where posts are shared"),
    (FeaturePictures::Posts, "At the top of posts"),
    (FeaturePictures::Lists, "In lists of posts"),
    (
        FeaturePictures::Everywhere,
        "At the top of posts and in lists",
    ),
];

const FEEDS: &[(Feeds, &str)] = &[
    (Feeds::Full, "Whole posts"),
    (Feeds::Short, "Excerpts, with a link to the post"),
];

/// The sections of the page: their ids and names.
const SECTIONS: &[(&str, &str)] = &[
    ("blog", "Blog"),
    ("home-page", "Home page"),
    ("addresses", "Addresses and feeds"),
    ("stats", "Stats"),
    ("comments", "Comments"),
    ("media", "Pictures and videos"),
];

/// The fields that may be wrong: their names, the ids of their controls, and their labels.
const CONTROLS: &[(&str, &str, &str)] = &[
    ("title", "blog-title", "Blog title"),
    ("description", "description", "Description"),
    ("zone", "zone", "Time zone"),
    ("language", "language", "Language"),
    ("footer", "footer", "Footer"),
    ("home", "home-page", "The home page shows"),
    ("posts_per_page", "posts_per_page", "Posts per page"),
    ("days_per_page", "days_per_page", "Days per page"),
    ("permalinks", "addresses", "Addresses of new posts"),
    ("feeds", "addresses", "Feeds contain"),
    ("comments", "comments", "New comments"),
    (
        "hold_after_days",
        "hold_after_days",
        "Hold comments on older posts",
    ),
    (
        "close_after_days",
        "close_after_days",
        "Close comments on older posts",
    ),
    ("notices", "comments", "Email to authors"),
    ("feature_pictures", "media", "Feature pictures are shown"),
    ("films", "media", "Videos play inside posts"),
    (
        "picture_hosts",
        "picture_hosts",
        "Sites that pictures can come from",
    ),
];

impl SettingsPage {
    fn sections() -> &'static [(&'static str, &'static str)] {
        SECTIONS
    }

    /// Where a field is that is wrong, and what it is called.
    fn control(field: &str) -> (&'static str, &'static str) {
        CONTROLS
            .iter()
            .find(|(name, ..)| *name == field)
            .map_or(("blog", "Another field"), |&(_, id, label)| (id, label))
    }

    fn new(admin: AdminLayout, form: SettingsForm, problems: Problems, saved: bool) -> Self {
        Self {
            admin,
            zones: zones::to_choose_from(&form.zone),
            form,
            problems,
            saved,
            languages: settings::LANGUAGES,
            policies: POLICIES,
            notices: NOTICES,
            permalinks: PERMALINKS,
            films: FILMS,
            feature_pictures: FEATURE_PICTURES,
            feeds: FEEDS,
        }
    }
}

pub async fn show(admin: AdminLayout, Query(params): Query<SettingsParams>) -> Result {
    let form = SettingsForm::from(&admin.layout.site.settings);
    render::page(&SettingsPage::new(
        admin,
        form,
        Problems::default(),
        params.saved.is_some(),
    ))
}

pub async fn save(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<SettingsForm>,
) -> Result {
    match Settings::parse(&form, &admin.layout.site.settings) {
        Err(problems) => render::problem_page(&SettingsPage::new(admin, form, problems, false)),
        Ok(settings) => {
            let changed = settings.other_than(&admin.layout.site.settings);
            if !changed.is_empty() {
                let note = admin.signed_in.note(Act::Settings, app.now());
                app.store
                    .noting(note.about(&changed.join(", ")))
                    .settings()
                    .save(&settings, app.now())
                    .await?;
            }
            render::see_other("/admin/settings?saved=1")
        }
    }
}
