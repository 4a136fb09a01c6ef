//! A person's own profile: the name that readers see, and the password.

use super::desk::Desk;
use crate::app::App;
use crate::blog::{Problems, author};
use crate::http::form::{DeskForm, Guarded};
use crate::http::render::{self, Result};
use askama::Template;
use axum::extract::{Query, State};

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProfileForm {
    csrf: String,
    name: String,
    /// Empty: the old one stays.
    password: String,
}

impl Guarded for ProfileForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    saved: Option<String>,
    /// Came by a one-time address, so a new password is due.
    welcome: Option<String>,
}

#[derive(Template)]
#[template(path = "author/profile.html")]
struct ProfilePage {
    desk: Desk,
    name: String,
    problems: Problems,
    saved: bool,
    welcome: bool,
}

pub async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result {
    render::page(&ProfilePage {
        name: desk.signed_in.author.name.clone(),
        desk,
        problems: Problems::default(),
        saved: asked.saved.is_some(),
        welcome: asked.welcome.is_some(),
    })
}

pub async fn save(
    State(app): State<App>,
    desk: Desk,
    DeskForm(form): DeskForm<ProfileForm>,
) -> Result {
    let me = &desk.signed_in.author;
    let checked = author::parse_person(&form.name, &me.email).and_then(|(name, email)| {
        if !form.password.is_empty() {
            author::check_password(&form.password, &[&name, &email, desk.shell.title()])?;
        }
        Ok(name)
    });
    match checked {
        Err(problems) => render::problem_page(&ProfilePage {
            desk,
            name: form.name,
            problems,
            saved: false,
            welcome: false,
        }),
        Ok(name) => {
            if name != me.name {
                app.store.rename_author(me.id, &name, app.now()).await?;
            }
            if !form.password.is_empty() {
                let hash = app.passwords.hash(form.password).await?;
                app.store
                    .set_password(me.id, &hash, &desk.signed_in.token_hash)
                    .await?;
            }
            render::see_other("/admin/profile?saved=1")
        }
    }
}
