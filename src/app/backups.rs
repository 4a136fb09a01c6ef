//! The backups that the server makes: one file each, with a record next to it of whether it was proven. One is worked on at a
//! time, in the background; nothing waits for it.

use super::App;
use crate::blog::backup::{self, Plan, State};
use crate::blog::time::Millis;
use crate::error::{Error, Result, sentence};
use crate::store::backup::Going;
use crate::transfer::backup::{self as archive, Blog, Manifest};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What stays free on the disk whatever a backup needs: the blog goes on writing.
const ROOM_LEFT_BYTES: u64 = 64 * 1024 * 1024;
/// A first backup that has not been made so long after its hour is late.
const FIRST_LATE_SECONDS: i64 = 3600;
/// Where a backup is restored to be proven.
const PROVING: &str = "proving";
/// What the record of a backup ends in.
const RECORD: &str = ".json";

/// What is under way, and who may begin.
#[derive(Debug, Default)]
pub struct Backups {
    doing: Arc<Mutex<Option<Doing>>>,
    stopped: Arc<AtomicBool>,
}

/// What is done at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doing {
    pub step: Step,
    pub since: Millis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Writing,
    Proving,
}

/// The right to work on backups; released when it is dropped.
#[derive(Debug)]
pub struct Turn {
    doing: Arc<Mutex<Option<Doing>>>,
    since: Millis,
}

impl Turn {
    fn comes_to(&self, step: Step) {
        let since = self.since;
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = Some(Doing { step, since });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Backups {
    /// What is under way.
    pub fn doing(&self) -> Option<Doing> {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to work; `None` while somebody does already.
    pub fn begin(&self, step: Step, now: Millis) -> Option<Turn> {
        let mut doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        if doing.is_some() || self.stopped.load(Ordering::Acquire) {
            return None;
        }
        *doing = Some(Doing { step, since: now });
        Some(Turn {
            doing: Arc::clone(&self.doing),
            since: now,
        })
    }

    /// Ends what is under way: the server stops.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    fn going(&self) -> Going {
        let stopped = Arc::clone(&self.stopped);
        Arc::new(move |_| !stopped.load(Ordering::Acquire))
    }
}

/// What is known of a backup; it is next to it, so that it outlives the database.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Record {
    pub posts: i64,
    pub comments: i64,
    pub media: u64,
    /// When somebody looked last.
    pub checked_at: Option<Millis>,
    /// What was wrong with it then.
    pub wrong: Option<String>,
    /// Files that the blog had lost before.
    pub missing: u64,
}

impl Record {
    fn proven(manifest: &Manifest, at: Millis) -> Self {
        Self {
            posts: manifest.posts,
            comments: manifest.comments,
            media: manifest.media,
            checked_at: Some(at),
            wrong: None,
            missing: manifest.missing.len() as u64,
        }
    }
}

/// A backup of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub name: String,
    pub made_at: Millis,
    pub bytes: u64,
    pub record: Record,
}

impl Backup {
    #[must_use]
    pub fn state(&self) -> State {
        match self.record {
            Record { wrong: Some(_), .. } => State::Damaged,
            Record {
                checked_at: Some(_),
                ..
            } => State::Proven,
            _ => State::Unproven,
        }
    }
}

/// What the list begins with, for people and for what watches the blog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastProven {
    /// When the newest backup that was restored for a trial and found whole was made.
    pub at: Option<Millis>,
    /// Whether the newest one is whole and nothing failed since; before the first one, whether it is not late.
    pub ok: bool,
}

/// Why there is no backup of a moment.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Failure {
    pub at: Millis,
    pub why: String,
}

impl Failure {
    fn of_row(row: &str) -> Option<Self> {
        serde_json::from_str(row).ok()
    }
}

impl App {
    /// All backups, newest first.
    pub async fn backup_list(&self) -> Result<Vec<Backup>> {
        let directory = self.config.backups.clone();
        tokio::task::spawn_blocking(move || list(&directory))
            .await
            .map_err(|error| Error::Internal(format!("backups: {error}")))?
            .map_err(|error| Error::Internal(format!("backups: {error}")))
    }

    /// When the blog was last proven to be safe, and whether it still is as the plan wants it.
    pub async fn last_proven_backup(&self) -> Result<LastProven> {
        let backups = self.backup_list().await?;
        let proven = backups.iter().find(|one| one.state() == State::Proven);
        let newest_is_whole = backups
            .first()
            .is_none_or(|newest| newest.state() != State::Damaged);
        let none_is_late = backups.is_empty() && !self.is_first_backup_late().await?;
        let is_saved = proven.is_some() || none_is_late;
        Ok(LastProven {
            at: proven.map(|backup| backup.made_at),
            ok: is_saved && newest_is_whole && self.backup_failure().await?.is_none(),
        })
    }

    /// Whether a blog without any backup should have one by now. Where none are wanted, the operator has another way.
    async fn is_first_backup_late(&self) -> Result<bool> {
        let Some(began_at) = self.store.authors().first_added_at().await? else {
            return Ok(false);
        };
        let plan: Plan = self.store.settings().backup_plan().await?;
        let due = plan.last_due(self.now(), &self.site().await?.zone);
        Ok(plan.on && began_at < due && due.plus_seconds(FIRST_LATE_SECONDS) < self.now())
    }

    /// What failed last, unless a backup was made since.
    pub async fn backup_failure(&self) -> Result<Option<Failure>> {
        let row = self.store.settings().backup_failure().await?;
        Ok(row.as_deref().and_then(Failure::of_row))
    }

    /// Whether the plan wants a backup now. There is nothing to save before somebody can sign in.
    pub async fn is_backup_due(&self) -> Result<bool> {
        let Some(began_at) = self.store.authors().first_added_at().await? else {
            return Ok(false);
        };
        let plan: Plan = self.store.settings().backup_plan().await?;
        let newest = self.backup_list().await?.first().map(|one| one.made_at);
        let failed = self.backup_failure().await?.map(|failure| failure.at);
        let last = newest.unwrap_or(began_at);
        Ok(plan.is_due(self.now(), &self.site().await?.zone, last, failed))
    }

    /// Makes a backup, proves it, and takes away what is too many; what fails is written down.
    pub async fn back_up(&self, turn: Turn) {
        let at = self.now();
        let done = self.try_back_up(&turn).await;
        if self.backups.stopped.load(Ordering::Acquire) {
            return;
        }
        let failure = match done {
            Ok(backup) => {
                tracing::info!(backup, "backup made and verified");
                None
            }
            Err(why) => {
                tracing::error!(why, "the backup failed");
                Some(Failure { at, why })
            }
        };
        let row = failure.map(|failure| serde_json::json!(failure).to_string());
        if let Err(error) = self
            .store
            .settings()
            .note_backup_failure(row.as_deref())
            .await
        {
            tracing::error!(%error, "the result of the backup could not be stored");
        }
    }

    /// The same; gives the name, or why there is no whole backup.
    async fn try_back_up(&self, turn: &Turn) -> Result<String, String> {
        let said = |error: Error| error.to_string();
        let directory = self.config.backups.clone();
        let blog = Blog {
            database: self.config.database.clone(),
            media: self.media.clone(),
            data: self.config.data.clone(),
        };
        let (place, measured) = (directory.clone(), blog.clone());
        blocking(move || prepare(&place, &measured)).await?;
        let made_at = self.now();
        let name = backup::file_name(made_at);
        let file = directory.join(&name);
        let going = self.backups.going();
        archive::write(&blog, &file, made_at, &going)
            .await
            .map_err(|error| sentence(&error))?;
        self.prove(turn, &name).await?;
        let plan = self.store.settings().backup_plan().await.map_err(said)?;
        blocking(move || take_away(&directory, plan.kept)).await?;
        Ok(name)
    }

    /// Looks at a backup again and writes down what it found; `None` where there is none of this name.
    pub async fn verify_backup(&self, turn: Turn, name: &str) {
        if let Err(why) = self.prove(&turn, name).await {
            tracing::error!(name, why, "a backup is damaged");
        }
    }

    /// Restores a backup in a temporary place and writes down next to it how that went.
    async fn prove(&self, turn: &Turn, name: &str) -> Result<(), String> {
        turn.comes_to(Step::Proving);
        let directory = self.config.backups.clone();
        let (file, place) = (directory.join(name), directory.join(PROVING));
        let going = self.backups.going();
        let proven = archive::prove(&file, &place, &going)
            .await
            .map_err(|error| sentence(&error));
        if self.backups.stopped.load(Ordering::Acquire) {
            return Err("the server stopped".to_owned());
        }
        let at = self.now();
        let name = name.to_owned();
        blocking(move || {
            let record = match &proven {
                Ok(manifest) => Record::proven(manifest, at),
                Err(why) => Record {
                    checked_at: Some(at),
                    wrong: Some(why.clone()),
                    ..record(&directory, &name)
                },
            };
            write_record(&directory, &name, &record)?;
            Ok(proven)
        })
        .await?
        .map(drop)
    }

    /// A backup for somebody to carry away, and its size; `None` where there is none of this name.
    pub async fn open_backup(&self, name: &str) -> Result<Option<(tokio::fs::File, u64)>> {
        if backup::made_at(name).is_none() {
            return Ok(None);
        }
        let opened = async {
            let file = tokio::fs::File::open(self.config.backups.join(name)).await?;
            let bytes = file.metadata().await?.len();
            Ok((file, bytes))
        };
        match opened.await {
            Ok(opened) => Ok(Some(opened)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err::<_, std::io::Error>(error) => {
                Err(Error::Internal(format!("backup {name}: {error}")))
            }
        }
    }
}

/// File work off the threads that answer, with a reason that an operator can read.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| error.to_string())?
        .map_err(|error| error.to_string())
}

/// Makes the directory, takes away what was never finished there, and looks whether there is room.
fn prepare(directory: &Path, blog: &Blog) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    // Anyone who can read a backup can read everything.
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory)?;
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = file_name(&path);
        let begun = name.find(".tar").map(|end| &name[..end + ".tar".len()]);
        let is_new = path.extension().is_some_and(|ending| ending == "new");
        let is_unfinished = is_new && begun.is_some_and(|name| backup::made_at(name).is_some());
        if is_unfinished {
            std::fs::remove_file(&path)?;
        }
    }
    // The file, and all of it once more while it is proven.
    let bytes = blog.bytes().map_err(std::io::Error::other)?;
    let needed = bytes.saturating_mul(2).saturating_add(ROOM_LEFT_BYTES);
    let about = rustix::fs::statvfs(directory)?;
    let free = about.f_bavail.saturating_mul(about.f_frsize);
    if free < needed {
        return Err(std::io::Error::other(format!(
            "there is not enough space in {}: {} MB are free, {} MB are needed",
            directory.display(),
            free / 1_000_000,
            needed.div_ceil(1_000_000)
        )));
    }
    Ok(())
}

fn list(directory: &Path) -> std::io::Result<Vec<Backup>> {
    let mut backups = Vec::new();
    let entries = match std::fs::read_dir(directory) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(backups),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = file_name(&entry.path());
        if let Some(made_at) = backup::made_at(&name) {
            backups.push(Backup {
                made_at,
                bytes: entry.metadata()?.len(),
                record: record(directory, &name),
                name,
            });
        }
    }
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
    Ok(backups)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn record_of(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}{RECORD}"))
}

/// The record of a backup; one that is not there or cannot be read says nothing.
fn record(directory: &Path, name: &str) -> Record {
    std::fs::read(record_of(directory, name))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

fn write_record(directory: &Path, name: &str, record: &Record) -> std::io::Result<()> {
    let path = record_of(directory, name);
    let building = directory.join(format!("{name}{RECORD}.new"));
    std::fs::write(&building, serde_json::json!(record).to_string() + "\n")?;
    std::fs::File::open(&building)?.sync_all()?;
    std::fs::rename(&building, &path)?;
    std::fs::File::open(directory)?.sync_all()
}

/// Takes away the backups that are more than are kept, and their records.
fn take_away(directory: &Path, kept: usize) -> std::io::Result<()> {
    let backups = list(directory)?;
    let states: Vec<State> = backups.iter().map(Backup::state).collect();
    for at in backup::too_many(&states, kept) {
        let name = &backups[at].name;
        std::fs::remove_file(directory.join(name))?;
        match std::fs::remove_file(record_of(directory, name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        tracing::info!(name, "deleted an old backup");
    }
    Ok(())
}

/// Backups that were found to be damaged, as `daybook check` names them.
pub fn problems(directory: &Path) -> std::io::Result<Vec<String>> {
    let backups = list(directory)?;
    let wrong = backups.into_iter().filter_map(|backup| {
        let why = backup.record.wrong?;
        Some(format!("the backup {} is damaged: {why}", backup.name))
    });
    Ok(wrong.collect())
}
