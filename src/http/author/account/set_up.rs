//! The set-up: the first author names the blog and gives a password, once, with the address that the start printed.

use crate::app::App;
use crate::blog::Problems;
use crate::blog::settings::{self, Settings};
use crate::blog::{author, password, zones};
use crate::error::Error;
use crate::http::auth::session::{self, Proven};
use crate::http::layers::allowed_hosts::Hosts;
use crate::http::limits::visitor::Visitor;
use crate::http::page::layout::Layout;
use crate::http::page::render::{self, Result};
use crate::secrets;
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::header::HOST;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SetUpForm {
    key: String,
    title: String,
    name: String,
    email: String,
    password: String,
    zone: String,
    language: String,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Key {
    key: String,
}

#[derive(Template)]
#[template(path = "author/set_up.html")]
struct SetUpPage {
    layout: Layout,
    form: SetUpForm,
    problems: Problems,
    zones: Vec<String>,
    languages: &'static [(&'static str, &'static str)],
    /// Whether the address carries the key that the start printed.
    key_fits: bool,
}

impl SetUpPage {
    fn new(layout: Layout, form: SetUpForm, problems: Problems, key_fits: bool) -> Self {
        Self {
            layout,
            zones: zones::to_choose_from(&form.zone),
            form,
            problems,
            languages: settings::LANGUAGES,
            key_fits,
        }
    }
}

pub async fn show(State(app): State<App>, Query(key): Query<Key>) -> Result {
    let layout = Layout::of(&app).await?;
    if layout.site.set_up {
        return render::see_other("/admin/");
    }
    let key_fits = app
        .store
        .sign_in_links()
        .is_set_up(&secrets::hash(&key.key), app.now())
        .await?;
    let form = SetUpForm {
        key: key.key,
        // Where the browser says nothing. The machine's own zone is that of a data centre.
        zone: "UTC".to_owned(),
        language: "en".to_owned(),
        ..SetUpForm::default()
    };
    render::page(&SetUpPage::new(layout, form, Problems::default(), key_fits))
}

pub async fn create(
    State(app): State<App>,
    visitor: Visitor,
    Form(form): Form<SetUpForm>,
) -> Result {
    let layout = Layout::of(&app).await?;
    if layout.site.set_up {
        return render::see_other("/admin/");
    }
    if !app
        .store
        .sign_in_links()
        .is_set_up(&secrets::hash(&form.key), app.now())
        .await?
    {
        return Err(Error::Forbidden(
            "To set up the blog, open the address that Daybook printed when it started.",
        ));
    }
    let mut problems = Problems::default();
    let settings = Settings::parse_new(&form.title, &form.zone, &form.language)
        .map_err(|wrong| problems.0.extend(wrong.0));
    let person =
        author::parse_person(&form.name, &form.email).map_err(|wrong| problems.0.extend(wrong.0));
    if let Err(wrong) = password::check(&form.password, &[&form.name, &form.email, &form.title]) {
        problems.0.extend(wrong.0);
    }
    let (Ok(settings), Ok((name, email)), true) = (settings, person, problems.is_empty()) else {
        return render::problem_page(&SetUpPage::new(layout, form, problems, true));
    };
    let hash = app.passwords.hash(form.password).await?;
    match app
        .store
        .authors()
        .set_up(&name, &email, &hash, &settings.rows(), app.now())
        .await?
    {
        Some(author) => {
            // Under a name that is not the blog's nothing more is answered from here on.
            let host = visitor
                .headers
                .get(HOST)
                .and_then(|host| host.to_str().ok());
            let on = if host.is_some_and(|host| Hosts::of(&app.config).is_ours(host)) {
                render::see_other("/admin/posts/")?
            } else {
                render::see_other(&app.config.link("/admin/posts/"))?
            };
            let by = "set-up";
            session::begin(&app, &visitor, Proven { author, by }, on).await
        }
        None => render::see_other("/admin/"),
    }
}
