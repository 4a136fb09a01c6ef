//! The blog's settings.

use super::desk::Desk;
use crate::app::App;
use crate::blog::Problems;
use crate::blog::audit::Act;
use crate::blog::comment::Policy;
use crate::blog::settings::{self, Feeds, Films, Notices, Permalinks, Settings, SettingsForm, YES};
use crate::blog::zones;
use crate::http::form::DeskForm;
use crate::http::render::{self, Result};
use askama::Template;
use axum::extract::{Query, State};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    saved: Option<String>,
}

#[derive(Template)]
#[template(path = "author/settings.html")]
struct SettingsPage {
    desk: Desk,
    form: SettingsForm,
    problems: Problems,
    saved: bool,
    zones: Vec<String>,
    languages: &'static [(&'static str, &'static str)],
    policies: &'static [(Policy, &'static str)],
    notices: &'static [(Notices, &'static str)],
    permalinks: &'static [(Permalinks, &'static str)],
    films: &'static [(Films, &'static str)],
    feeds: &'static [(Feeds, &'static str)],
}

/// The choices for comments, in the author's words.
const POLICIES: &[(Policy, &str)] = &[
    (Policy::Open, "Show every comment at once"),
    (
        Policy::First,
        "Hold somebody's first comment until I approve it",
    ),
    (Policy::All, "Hold every comment until I approve it"),
    (Policy::Closed, "Take no new comments"),
    (Policy::Hidden, "Hide all comments and take no new ones"),
];

const NOTICES: &[(Notices, &str)] = &[
    (Notices::All, "About every comment, except spam"),
    (Notices::Waiting, "About comments that wait for me"),
    (Notices::None, "No mail"),
];

const PERMALINKS: &[(Permalinks, &str)] = &[
    (
        Permalinks::Month,
        "Year and month: /2016/06/spring-tides.html",
    ),
    (Permalinks::Day, "Day: /2016/06/05/spring-tides/"),
    (Permalinks::Year, "Year: /2016/spring-tides/"),
    (Permalinks::Title, "Nothing but the title: /spring-tides/"),
];

const FILMS: &[(Films, &str)] = &[
    (Films::All, "From YouTube and Vimeo"),
    (Films::YouTube, "From YouTube only"),
    (Films::Vimeo, "From Vimeo only"),
    (Films::None, "From nowhere: each is a link"),
];

const FEEDS: &[(Feeds, &str)] = &[
    (Feeds::Full, "Whole posts"),
    (Feeds::Short, "Excerpts, with the way to the post"),
];

impl SettingsPage {
    fn new(desk: Desk, form: SettingsForm, problems: Problems, saved: bool) -> Self {
        Self {
            desk,
            zones: zones::to_choose_from(&form.zone),
            form,
            problems,
            saved,
            languages: settings::LANGUAGES,
            policies: POLICIES,
            notices: NOTICES,
            permalinks: PERMALINKS,
            films: FILMS,
            feeds: FEEDS,
        }
    }
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result {
    let form = SettingsForm::from(&desk.shell.site.settings);
    render::page(&SettingsPage::new(
        desk,
        form,
        Problems::default(),
        asked.saved.is_some(),
    ))
}

pub async fn save(
    State(app): State<App>,
    desk: Desk,
    DeskForm(form): DeskForm<SettingsForm>,
) -> Result {
    match Settings::parse(&form, &desk.shell.site.settings) {
        Err(problems) => render::problem_page(&SettingsPage::new(desk, form, problems, false)),
        Ok(settings) => {
            let changed = settings.other_than(&desk.shell.site.settings);
            if !changed.is_empty() {
                let note = desk.signed_in.note(Act::Settings, app.now());
                app.store
                    .noting(note.about(&changed.join(", ")))
                    .save_settings(&settings, app.now())
                    .await?;
            }
            render::see_other("/admin/settings?saved=1")
        }
    }
}
