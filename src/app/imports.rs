//! Moving in in the admin pages: a file that was sent is read through first, which changes nothing, and comes in when an operator
//! says so. One import is worked on at a time, in the background. What is known of it is in a file next to it, so a restart
//! finds an import that was interrupted.

use super::App;
use super::incoming::{PLACE, Upload, remove};
use super::old_files::OldFiles;
use crate::blog::AuthorId;
use crate::blog::time::Millis;
use crate::error::{Error, Result, sentence};
use crate::transfer::archive::Given;
use crate::transfer::load::{self, Plan};
use crate::transfer::old_links::Asks;
use crate::transfer::overlong::{self, Overlong};
use crate::transfer::report::{About, Note, Notes, Report};
use crate::transfer::source::{Archive, Brought, Cancelled, Watch, recognize};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

pub use crate::transfer::report::{Reason, Summary};
pub use crate::transfer::source::Format;

/// The longest file that can be sent.
pub const UPLOAD_MAX_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// The folder in the data directory for what is on its way in or out.
const FOLDER: &str = "transfer";
/// What is known of the import.
const RECORD: &str = "import.json";
/// What was sent.
const FILE: &str = "import.file";
/// Files of the old blog that were sent with it.
const OLD_FILES: &str = "import.files";
/// Names that the report holds for each reason.
const NAMES_MAX: usize = 200;
/// Pictures that could not be had, whose reasons a page counts.
const PICTURES_NAMED_MAX: i64 = 2000;
/// A file that is looked through in this time is answered at once.
const CHECK_WAIT: Duration = Duration::from_secs(2);
/// The niceness of work that nobody waits for: it gets a tenth of a core that others want, and not much less, since it writes now
/// and then.
#[cfg(target_os = "linux")]
const LOW_PRIORITY: i32 = 10;
/// What nobody decided about goes after so long, with the private things that are in it.
const KEPT_SECONDS: i64 = 14 * 24 * 3600;

const UNKNOWN: &str =
    "Daybook doesn’t recognise this file. Choose where it comes from, or export it again.";
const BUSY: &str = "Another import is in progress. Wait until it is done, or cancel it.";

/// What is under way.
#[derive(Debug, Default)]
pub struct Imports {
    doing: Arc<Mutex<Option<Arc<Doing>>>>,
    /// Held while something is added to what comes in pieces.
    pub(super) adding: tokio::sync::Mutex<()>,
}

/// How far it is.
#[derive(Debug, Default)]
struct Doing {
    total: AtomicU64,
    done: AtomicU64,
    cancelled: AtomicBool,
    /// Whether nothing is fetched meanwhile: files of the old blog are to be taken first.
    holds_fetches: AtomicBool,
}

/// The right to work on an import; released when it is dropped.
#[derive(Debug)]
struct Turn {
    all: Arc<Mutex<Option<Arc<Doing>>>>,
    doing: Arc<Doing>,
}

impl Drop for Turn {
    fn drop(&mut self) {
        *self.all.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Imports {
    fn begin(&self) -> Option<Turn> {
        let mut all = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        if all.is_some() {
            return None;
        }
        let doing = Arc::new(Doing::default());
        *all = Some(Arc::clone(&doing));
        Some(Turn {
            all: Arc::clone(&self.doing),
            doing,
        })
    }

    fn doing(&self) -> Option<Arc<Doing>> {
        let doing = self.doing.lock().unwrap_or_else(PoisonError::into_inner);
        doing.clone()
    }
}

/// How far an import came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// It is looked through.
    Checking,
    /// It waits for somebody to begin it.
    Checked,
    Importing,
    Imported,
    Cancelled,
    Failed,
}

/// What is known of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRecord {
    pub format: Format,
    /// The name under which the file came.
    pub called: String,
    /// Its name in the folder of the data directory, where somebody put it there.
    #[serde(default)]
    pub place: Option<String>,
    /// Files of the old blog.
    #[serde(default)]
    pub files: Option<FilesRecord>,
    pub old_url: Option<String>,
    /// Whether pictures are fetched from where they are.
    pub fetches: bool,
    /// Who sent it; the pictures are theirs.
    pub author: AuthorId,
    pub step: Step,
    /// Since when.
    pub at: Millis,
    /// What would come in.
    pub found: Option<Summary>,
    /// What came in.
    pub brought: Option<Summary>,
    /// Why it failed.
    pub why: String,
}

/// Where files of the old blog are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilesRecord {
    pub called: String,
    /// As that of the import.
    pub place: Option<String>,
}

impl ImportRecord {
    /// The name of a file of it in the data directory.
    fn path(place: Option<&String>, sent: &str) -> PathBuf {
        match place {
            Some(place) => Path::new(PLACE).join(place),
            None => Path::new(FOLDER).join(sent),
        }
    }
}

/// Where a file of a new import is.
#[derive(Debug)]
pub enum Sent {
    /// It was sent.
    Upload(Upload),
    /// It is in the folder of the data directory, under this name, which [`super::incoming::Incoming::place`] knows.
    Place(String),
}

/// The import as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportState {
    pub record: ImportRecord,
    /// How much of it is done, in hundredths; `None` where nobody works on it.
    pub percent: Option<u64>,
}

impl ImportState {
    /// Whether it is worked on.
    #[must_use]
    pub fn is_working(&self) -> bool {
        self.percent.is_some() && self.has_begun()
    }

    /// Whether a stop of the server interrupted it.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.percent.is_none() && self.has_begun()
    }

    fn has_begun(&self) -> bool {
        matches!(self.record.step, Step::Checking | Step::Importing)
    }

    /// Whether it can be begun, or begun again: what is here already stays as it is.
    #[must_use]
    pub fn can_begin(&self) -> bool {
        match self.record.step {
            Step::Checked | Step::Cancelled => true,
            Step::Failed => self.record.found.is_some(),
            Step::Checking | Step::Importing => self.percent.is_none(),
            Step::Imported => false,
        }
    }
}

/// How far the pictures of other sites are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemotePictures {
    pub stored: i64,
    /// They are tried (again) by themselves.
    pub waiting: i64,
    pub failed: i64,
    /// What the last tries met.
    pub reasons: Vec<Reason>,
}

impl RemotePictures {
    /// How far the pictures of other sites are; `None` where there are none.
    pub async fn of(app: &App) -> Result<Option<Self>> {
        let fetches = app.store.fetches();
        let (stored, waiting, failed) = fetches.counts().await?;
        if (stored, waiting, failed) == (0, 0, 0) {
            return Ok(None);
        }
        let mut notes = Notes::default();
        for (_, address, why) in fetches.without_success(PICTURES_NAMED_MAX).await? {
            notes.add(Note::new(About::Picture, address, why));
        }
        Ok(Some(Self {
            stored,
            waiting,
            failed,
            reasons: notes.reasons(NAMES_MAX),
        }))
    }
}

/// What a form says about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewImport {
    /// `None`: it is to be recognised.
    pub format: Option<Format>,
    pub called: String,
    /// What files of the old blog are called.
    pub files_called: String,
    pub old_url: Option<String>,
    pub fetches: bool,
}

/// Looks on while an archive is read.
struct Watching {
    doing: Arc<Doing>,
    app: App,
}

impl Watch for Watching {
    fn add(&self, bytes: u64) {
        self.doing.done.fetch_add(bytes, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.doing.cancelled.load(Ordering::Relaxed) || self.app.is_stopping()
    }
}

impl App {
    /// The folder for what is on its way; only the blog itself can read it.
    pub(super) async fn transfer_folder(&self) -> Result<PathBuf> {
        let folder = self.config.data.join(FOLDER);
        let mut private = tokio::fs::DirBuilder::new();
        private.recursive(true).mode(0o700).create(&folder).await?;
        Ok(folder)
    }

    /// The import that was sent last.
    pub async fn import_state(&self) -> Result<Option<ImportState>> {
        // Read before the record: work that ends in between is in it.
        let doing = self.imports.doing();
        let path = self.config.data.join(FOLDER).join(RECORD);
        let record = match tokio::fs::read(path).await {
            Ok(json) => serde_json::from_slice(&json).ok(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        let percent = doing.map(|doing| {
            let done = doing.done.load(Ordering::Relaxed).saturating_mul(100);
            let total = doing.total.load(Ordering::Relaxed);
            done.checked_div(total).unwrap_or(0).min(100)
        });
        Ok(record.map(|record| ImportState { record, percent }))
    }

    /// Keeps a file that was sent, with files of the old blog, and begins to look through it. What is wrong with it is a sentence,
    /// as far as that is seen soon.
    pub async fn take_import(
        &self,
        (mut export, files): (Sent, Option<Sent>),
        new: NewImport,
        author: AuthorId,
    ) -> Result<std::result::Result<(), String>> {
        let Some(turn) = self.imports.begin() else {
            return Ok(Err(BUSY.to_owned()));
        };
        let path = self.finished(&mut export).await?;
        let format = match new.format {
            Some(format) => format,
            None => match recognized(&path).await? {
                Ok(Some(format)) => format,
                Ok(None) => return Ok(Err(UNKNOWN.to_owned())),
                Err(error) => return Ok(Err(said(&error, &path, &new.called))),
            },
        };
        let mut files_record = None;
        if let Some(mut files) = files {
            let path = self.finished(&mut files).await?;
            if let Err(error) = old_files(&path).await? {
                return Ok(Err(said(&error, &path, &new.files_called)));
            }
            files_record = Some(FilesRecord {
                called: new.files_called,
                place: self.keep(files, OLD_FILES).await?,
            });
        }
        let record = ImportRecord {
            format,
            called: new.called,
            place: self.keep(export, FILE).await?,
            files: files_record,
            old_url: new.old_url,
            fetches: new.fetches,
            author,
            step: Step::Checking,
            at: self.now(),
            found: None,
            brought: None,
            why: String::new(),
        };
        let work = self.work_on(record, turn, None).await?;
        // One that takes longer is shown with its progress.
        let _ = tokio::time::timeout(CHECK_WAIT, work).await;
        match self.import_state().await? {
            Some(state) if state.record.step == Step::Failed => {
                self.forget_import().await?;
                Ok(Err(state.record.why))
            }
            _ => Ok(Ok(())),
        }
    }

    /// Where a file is, when all of it is on disk.
    async fn finished(&self, sent: &mut Sent) -> Result<PathBuf> {
        match sent {
            Sent::Upload(upload) => {
                upload.finish().await?;
                Ok(upload.path().to_owned())
            }
            Sent::Place(name) => Ok(self.config.data.join(PLACE).join(name)),
        }
    }

    /// Gives a file that was sent the name that it is kept under; one in the folder of the data directory stays there.
    async fn keep(&self, sent: Sent, name: &str) -> Result<Option<String>> {
        match sent {
            Sent::Upload(upload) => {
                let kept = self.transfer_folder().await?.join(name);
                tokio::fs::rename(upload.path(), &kept).await?;
                Ok(None)
            }
            Sent::Place(place) => Ok(Some(place)),
        }
    }

    /// Whether nothing is fetched from other servers for now.
    #[must_use]
    pub fn holds_fetches(&self) -> bool {
        let doing = self.imports.doing();
        doing.is_some_and(|doing| doing.holds_fetches.load(Ordering::Relaxed))
    }

    /// Begins the import that was looked through, or one that did not end; false where there is none. When all is in,
    /// `asks` is asked for each old address.
    pub async fn begin_import(&self, asks: Box<dyn Asks>) -> Result<bool> {
        let Some(state) = self.import_state().await?.filter(ImportState::can_begin) else {
            return Ok(false);
        };
        let Some(turn) = self.imports.begin() else {
            return Ok(false);
        };
        let mut record = state.record;
        if record.step != Step::Checking {
            record.step = Step::Importing;
        }
        record.at = self.now();
        record.why.clear();
        self.work_on(record, turn, Some(asks)).await?;
        Ok(true)
    }

    /// Ends what is under way; false where nothing is.
    pub fn cancel_import(&self) -> bool {
        let doing = self.imports.doing();
        if let Some(doing) = &doing {
            doing.cancelled.store(true, Ordering::Relaxed);
        }
        doing.is_some()
    }

    /// Takes away the file and what is known of it; false, and nothing is changed, where it is worked on.
    pub async fn forget_import(&self) -> Result<bool> {
        if self.imports.doing().is_some() {
            return Ok(false);
        }
        let folder = self.config.data.join(FOLDER);
        remove(&folder.join(RECORD)).await?;
        self.remove_sent().await?;
        Ok(true)
    }

    /// Takes away what was sent.
    async fn remove_sent(&self) -> Result<()> {
        let folder = self.config.data.join(FOLDER);
        remove(&folder.join(FILE)).await?;
        remove(&folder.join(OLD_FILES)).await
    }

    /// Takes away what nobody needs any more: files that never arrived, and imports that nobody went on with.
    pub async fn tidy_imports(&self) -> Result<()> {
        let before = self.now().plus_seconds(-KEPT_SECONDS);
        let state = self.import_state().await?;
        if state.is_some_and(|state| state.record.at < before) {
            self.forget_import().await?;
        }
        if self.config.data.join(FOLDER).exists() {
            self.incoming().tidy().await?;
        }
        Ok(())
    }

    /// Does what the record says, in the background.
    async fn work_on(
        &self,
        record: ImportRecord,
        turn: Turn,
        asks: Option<Box<dyn Asks>>,
    ) -> Result<JoinHandle<()>> {
        self.save_import(&record).await?;
        let app = self.clone();
        let runtime = Handle::current();
        let work = move || {
            yield_to_others();
            runtime.block_on(async {
                let done = run(&app, &record, &turn.doing, asks.as_deref()).await;
                if let Err(error) = app.note_import(record, done).await {
                    tracing::error!(%error, "the result of an import could not be stored");
                }
            });
        };
        // Readers of formats are not made to be waited for, so they have a thread of their own, which is not used again: its
        // priority stays low.
        Ok(tokio::task::spawn_blocking(move || {
            if std::thread::spawn(work).join().is_err() {
                tracing::error!("an import ended by a panic");
            }
        }))
    }

    async fn save_import(&self, record: &ImportRecord) -> Result<()> {
        let folder = self.transfer_folder().await?;
        let json = serde_json::to_vec(record)
            .map_err(|error| Error::Internal(format!("the record of an import: {error}")))?;
        let new = folder.join(format!("{RECORD}.new"));
        tokio::fs::write(&new, json).await?;
        Ok(tokio::fs::rename(&new, folder.join(RECORD)).await?)
    }

    /// Writes down how it ended. What a stop of the server interrupted stays as it is, and is found so.
    async fn note_import(
        &self,
        mut record: ImportRecord,
        done: anyhow::Result<Report>,
    ) -> Result<()> {
        let was_check = record.step == Step::Checking;
        let file = ImportRecord::path(record.place.as_ref(), FILE);
        let file = self.config.data.join(file);
        record.at = self.now();
        match done {
            Ok(report) if was_check => {
                record.found = Some(report.summary(NAMES_MAX));
                record.step = Step::Checked;
            }
            Ok(report) => {
                record.brought = Some(report.summary(NAMES_MAX));
                record.step = Step::Imported;
                self.remove_sent().await?;
            }
            Err(error) if error.is::<Cancelled>() && self.is_stopping() => return Ok(()),
            Err(error) if error.is::<Cancelled>() && was_check => {
                remove(&self.config.data.join(FOLDER).join(RECORD)).await?;
                return self.remove_sent().await;
            }
            Err(error) if error.is::<Cancelled>() => record.step = Step::Cancelled,
            Err(error) => {
                tracing::warn!(error = sentence(&error), "an import failed");
                record.why = said(&error, &file, &record.called);
                record.step = Step::Failed;
                if was_check {
                    self.remove_sent().await?;
                }
            }
        }
        self.save_import(&record).await
    }
}

/// Gives this thread what time others leave. Where the system does not do so for one thread, imports share as all do.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::setpriority_process(None, LOW_PRIORITY) {
        tracing::debug!(%error, "an import has the priority of the server");
    }
}

async fn recognized(path: &Path) -> Result<anyhow::Result<Option<Format>>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || recognize(&path))
        .await
        .map_err(|error| Error::Internal(format!("a file to import: {error}")))
}

async fn old_files(path: &Path) -> Result<anyhow::Result<OldFiles>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || OldFiles::open(&path))
        .await
        .map_err(|error| Error::Internal(format!("files of an import: {error}")))
}

/// Why a file cannot come in, with the name that its sender knows.
fn said(error: &anyhow::Error, path: &Path, called: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let whole = path.to_string_lossy();
    sentence(error)
        .replace(&*whole, called)
        .replace(&*name, called)
}

/// Looks through a file, or brings it in.
async fn run(
    app: &App,
    record: &ImportRecord,
    doing: &Arc<Doing>,
    asks: Option<&dyn Asks>,
) -> anyhow::Result<Report> {
    let given = Given {
        old_url: record.old_url.clone(),
        zone: app.store.settings().load().await?.time_zone(),
        now: app.now(),
    };
    let begin = |total| {
        doing.total.store(total, Ordering::Relaxed);
        let (doing, app) = (Arc::clone(doing), app.clone());
        Box::new(Watching { doing, app }) as Box<dyn Watch>
    };
    let files = [app
        .config
        .data
        .join(ImportRecord::path(record.place.as_ref(), FILE))];
    let is_check = record.step == Step::Checking;
    let mut source = Archive::open(record.format, &files, is_check, given, &begin).await?;
    if is_check {
        return load::dry_run(&source, Some(&app.store), app.now()).await;
    }
    let holds_fetches = record.files.is_some();
    doing.holds_fetches.store(holds_fetches, Ordering::Relaxed);
    let goes_on = || !doing.cancelled.load(Ordering::Relaxed) && !app.is_stopping();
    let brought = bring_in(app, record, &mut source, &goes_on).await;
    app.store.end_bulk_load().await?;
    let Brought {
        mut report, links, ..
    } = brought?;
    if let Some(asks) = asks {
        links
            .report(&app.store, asks, &mut report, &goes_on)
            .await?;
    }
    Ok(report)
}

async fn bring_in(
    app: &App,
    record: &ImportRecord,
    source: &mut Archive,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> anyhow::Result<Brought> {
    let now = app.now();
    let wants_pictures = record.fetches || record.files.is_some();
    let plan = Plan {
        overlong: Overlong::in_directory(&app.config.data.join(overlong::FOLDER)),
        now,
        fetched_for: wants_pictures.then_some(record.author),
        gently: true,
    };
    let mut brought = source.bring_in(&app.store, &app.media, plan).await?;
    if let Some(files) = &record.files {
        let path = ImportRecord::path(files.place.as_ref(), OLD_FILES);
        let files = old_files(&app.config.data.join(path)).await??;
        files.take(app, now, goes_on).await?;
        if !record.fetches {
            app.store.fetches().forget_missing(now).await?;
        }
    }
    let why = "stays at its old host";
    let Brought { before, report, .. } = &mut brought;
    before.report(&app.store, report, why).await?;
    Ok(brought)
}
