//! The backups of the blog: whether the last one is proven, a button for another, all of them to carry away, and the plan.

use crate::app::App;
use crate::app::backups::{Backup, Doing, Failure, Step};
use crate::blog::Problems;
use crate::blog::action::{BackupAction, StoredBackupAction};
use crate::blog::audit::Act;
use crate::blog::backup::{KEPT_MAX, Plan, PlanForm, State as Verdict};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ActForm, CsrfForm, HasCsrf, action};
use crate::http::auth::session;
use crate::http::files::file_body::{FileBody, Place, Source};
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::IntoResponse;
use std::sync::Arc;

const HERE: &str = "/admin/backup/";

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct BackupsParams {
    /// `begun`, `busy`, `saved`.
    done: String,
}

/// The button *Back up now*, or the plan.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BackupForm {
    csrf: String,
    act: String,
    on: String,
    hour: String,
    kept: String,
}

impl HasCsrf for BackupForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "operator/backups.html")]
struct BackupPage {
    admin: AdminLayout,
    doing: Option<Doing>,
    failure: Option<Failure>,
    backups: Vec<Backup>,
    form: PlanForm,
    problems: Problems,
    message: &'static str,
    directory: String,
}

impl BackupPage {
    async fn new(app: &App, admin: AdminLayout, form: PlanForm) -> Result<Self> {
        Ok(Self {
            admin,
            // This is read before the list: a backup that ends in between is in the list.
            doing: app.backups.doing(),
            failure: app.backup_failure().await?,
            backups: app.backup_list().await?,
            form,
            problems: Problems::default(),
            message: "",
            directory: app.config.backups.display().to_string(),
        })
    }

    /// The newest backup that was restored for a trial and found whole.
    fn proven(&self) -> Option<&Backup> {
        let mut backups = self.backups.iter();
        backups.find(|backup| backup.state() == Verdict::Proven)
    }

    fn is_damaged(backup: &Backup) -> bool {
        backup.state() == Verdict::Damaged
    }

    fn is_proven(backup: &Backup) -> bool {
        backup.state() == Verdict::Proven
    }

    fn doing_words(doing: &Doing) -> &'static str {
        match doing.step {
            Step::Writing => "Backup in progress",
            Step::Proving => "Test restore in progress",
        }
    }

    fn size(backup: &Backup) -> String {
        size(backup.bytes)
    }

    fn holds(backup: &Backup) -> String {
        let record = &backup.record;
        let number = |number: u64, one: &str, many: &str| {
            let word = if number == 1 { one } else { many };
            format!("{number} {word}")
        };
        [
            number(record.posts.unsigned_abs(), "post", "posts"),
            number(record.comments.unsigned_abs(), "comment", "comments"),
            number(record.media, "file", "files"),
        ]
        .join(", ")
    }
}

/// How long a file is, as people say it.
fn size(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10);
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => one_digit(tenths / 1_000_000, "MB"),
        _ => one_digit(tenths / 1_000_000_000, "GB"),
    }
}

fn one_digit(tenths: u64, unit: &str) -> String {
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

pub async fn list(
    State(app): State<App>,
    admin: AdminLayout,
    Query(params): Query<BackupsParams>,
) -> Result {
    let plan = app.store.settings().backup_plan().await?;
    let page = BackupPage::new(&app, admin, plan.into()).await?;
    let message = match params.done.as_str() {
        "saved" => "Saved.",
        "begun" if page.doing.is_none() => "Done.",
        "busy" => "Nothing was started: a backup is already in progress.",
        _ => "",
    };
    render::page(&BackupPage { message, ..page })
}

/// Starts a backup in the background, or saves the plan.
pub async fn act(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<BackupForm>,
) -> Result {
    match action(&form.act)? {
        BackupAction::Now => {
            let Some(turn) = app.backups.begin(Step::Writing, app.now()) else {
                return render::see_other(&format!("{HERE}?done=busy"));
            };
            let note = admin.signed_in.note(Act::Backup, app.now());
            app.store.audit_log().add(note).await?;
            let app = app.clone();
            tokio::spawn(async move { app.back_up(turn).await });
            render::see_other(&format!("{HERE}?done=begun"))
        }
        BackupAction::Plan => {
            let form = PlanForm {
                on: form.on == "yes",
                hour: form.hour,
                kept: form.kept,
            };
            match Plan::parse(&form) {
                Ok(plan) => {
                    let note = admin.signed_in.note(Act::Settings, app.now());
                    app.store
                        .noting(note.about("backups"))
                        .settings()
                        .save_backup_plan(plan)
                        .await?;
                    render::see_other(&format!("{HERE}?done=saved"))
                }
                Err(problems) => {
                    let page = BackupPage::new(&app, admin, form).await?;
                    render::problem_page(&BackupPage { problems, ..page })
                }
            }
        }
    }
}

/// Restores a backup for a trial in the background, or hands it out.
pub async fn act_on(
    State(app): State<App>,
    Path(name): Path<String>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    let Some((file, bytes)) = app.open_backup(&name).await? else {
        return Err(Error::NotFound);
    };
    match action(&form.act)? {
        StoredBackupAction::Verify => {
            let Some(turn) = app.backups.begin(Step::Proving, app.now()) else {
                return render::see_other(&format!("{HERE}?done=busy"));
            };
            let note = admin.signed_in.note(Act::Backup, app.now());
            app.store
                .audit_log()
                .add(note.about(&format!("a proof of {name}")))
                .await?;
            tokio::spawn(async move { app.verify_backup(turn, &name).await });
            render::see_other(&format!("{HERE}?done=begun"))
        }
        StoredBackupAction::Download => {
            // Everything is in it: only who has just shown a password or a passkey gets it.
            if !admin.signed_in.is_confirmed(app.now()) {
                return session::confirm_first(HERE);
            }
            let note = admin.signed_in.note(Act::Download, app.now());
            app.store.audit_log().add(note.about(&name)).await?;
            hand_out(&app, &name, file, bytes).await
        }
    }
}

async fn hand_out(app: &App, name: &str, file: tokio::fs::File, bytes: u64) -> Result {
    let about = [
        (CONTENT_TYPE, "application/x-tar".to_owned()),
        (CONTENT_LENGTH, bytes.to_string()),
        (
            CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    let place = Place::reserve(app.media.sending(), bytes).await?;
    let source = Source::Opened(Arc::new(file.into_std().await));
    Ok((about, FileBody::of(source, 0..bytes, place)).into_response())
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_formatted_as_people_say_them() {
        assert_eq!(size(1), "1 kB");
        assert_eq!(size(999_000), "999 kB");
        assert_eq!(size(1_449_000), "1.4 MB");
        assert_eq!(size(2_000_000_000), "2.0 GB");
    }
}
