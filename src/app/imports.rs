//! Moving in in the admin pages: a file that was sent is read through first, which changes nothing, and comes in when an operator
//! says so. One import is worked on at a time, in the background. What is known of it is in a file next to it, so a restart
//! finds an import that was interrupted.

use super::App;
use crate::blog::AuthorId;
use crate::blog::time::Millis;
use crate::error::{Error, Result, sentence};
use crate::transfer::archive::Given;
use crate::transfer::load::{self, Plan};
use crate::transfer::overlong::{self, Overlong};
use crate::transfer::report::Report;
use crate::transfer::source::{Archive, Cancelled, Watch, recognize};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
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
/// What the names of files begin with that are on their way.
const INCOMING: &str = "incoming-";
/// Names that the report holds for each reason.
const NAMES_MAX: usize = 200;
/// A file that is looked through in this time is answered at once.
const CHECK_WAIT: Duration = Duration::from_secs(2);
/// What nobody decided about goes after so long, with the private things that are in it.
const KEPT_SECONDS: i64 = 14 * 24 * 3600;

const UNKNOWN: &str =
    "Daybook doesn’t recognise this file. Choose where it comes from, or export it again.";
const BUSY: &str = "Another import is in progress. Wait until it is done, or cancel it.";

/// What is under way.
#[derive(Debug, Default)]
pub struct Imports {
    doing: Arc<Mutex<Option<Arc<Doing>>>>,
}

/// How far it is.
#[derive(Debug, Default)]
struct Doing {
    total: AtomicU64,
    done: AtomicU64,
    cancelled: AtomicBool,
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

/// What a form says about a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewImport {
    /// `None`: it is to be recognised.
    pub format: Option<Format>,
    pub called: String,
    pub old_url: Option<String>,
    pub fetches: bool,
}

/// A file on its way in: each piece goes to disk as it comes. Dropped before it is kept, it is gone.
#[derive(Debug)]
pub struct Upload {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Upload {
    /// How many bytes came so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a piece.
    pub async fn write(&mut self, piece: &[u8]) -> Result<()> {
        self.bytes += piece.len() as u64;
        Ok(self.file.write_all(piece).await?)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // It has moved where it was kept.
        let _ = std::fs::remove_file(&self.path);
    }
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

    /// Begins to take in a file.
    pub async fn begin_upload(&self) -> Result<Upload> {
        static BEGUN: AtomicU64 = AtomicU64::new(0);
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let folder = self.transfer_folder().await?;
        let path = folder.join(format!("{INCOMING}{process}-{number}"));
        let mut options = File::options();
        options.write(true).create(true).truncate(true).mode(0o600);
        Ok(Upload {
            file: options.open(&path).await?,
            path,
            bytes: 0,
        })
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

    /// Keeps a file that was sent, and begins to look through it. What is wrong with it is a sentence, as far as that is
    /// seen soon.
    pub async fn take_import(
        &self,
        mut upload: Upload,
        new: NewImport,
        author: AuthorId,
    ) -> Result<std::result::Result<(), String>> {
        let Some(turn) = self.imports.begin() else {
            return Ok(Err(BUSY.to_owned()));
        };
        upload.file.flush().await?;
        upload.file.sync_all().await?;
        let format = match new.format {
            Some(format) => format,
            None => match recognized(&upload.path).await? {
                Ok(Some(format)) => format,
                Ok(None) => return Ok(Err(UNKNOWN.to_owned())),
                Err(error) => return Ok(Err(said(&error, &upload.path, &new.called))),
            },
        };
        let kept = self.transfer_folder().await?.join(FILE);
        tokio::fs::rename(&upload.path, &kept).await?;
        let record = ImportRecord {
            format,
            called: new.called,
            old_url: new.old_url,
            fetches: new.fetches,
            author,
            step: Step::Checking,
            at: self.now(),
            found: None,
            brought: None,
            why: String::new(),
        };
        let work = self.work_on(record, turn).await?;
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

    /// Begins the import that was looked through, or one that did not end; false where there is none.
    pub async fn begin_import(&self) -> Result<bool> {
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
        self.work_on(record, turn).await?;
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
        remove(&folder.join(FILE)).await?;
        Ok(true)
    }

    /// Takes away what nobody needs any more: files that never arrived, and imports that nobody went on with.
    pub async fn tidy_imports(&self) -> Result<()> {
        let before = self.now().plus_seconds(-KEPT_SECONDS);
        let state = self.import_state().await?;
        if state.is_some_and(|state| state.record.at < before) {
            self.forget_import().await?;
        }
        let folder = self.config.data.join(FOLDER);
        let Ok(mut files) = tokio::fs::read_dir(&folder).await else {
            return Ok(());
        };
        while let Some(file) = files.next_entry().await? {
            let name = file.file_name();
            let is_ours = name.to_string_lossy().starts_with(INCOMING);
            let written_at: Millis = file.metadata().await?.modified()?.into();
            if is_ours && written_at < self.now().plus_seconds(-24 * 3600) {
                remove(&file.path()).await?;
            }
        }
        Ok(())
    }

    /// Does what the record says, in the background.
    async fn work_on(&self, record: ImportRecord, turn: Turn) -> Result<JoinHandle<()>> {
        self.save_import(&record).await?;
        let app = self.clone();
        // Readers of formats are not made to be waited for, so they have a thread of their own.
        Ok(tokio::task::spawn_blocking(move || {
            Handle::current().block_on(async {
                let done = run(&app, &record, &turn.doing).await;
                if let Err(error) = app.note_import(record, done).await {
                    tracing::error!(%error, "the result of an import could not be stored");
                }
            });
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
        let file = self.config.data.join(FOLDER).join(FILE);
        record.at = self.now();
        match done {
            Ok(report) if was_check => {
                record.found = Some(report.summary(NAMES_MAX));
                record.step = Step::Checked;
            }
            Ok(report) => {
                record.brought = Some(report.summary(NAMES_MAX));
                record.step = Step::Imported;
                remove(&file).await?;
            }
            Err(error) if error.is::<Cancelled>() && self.is_stopping() => return Ok(()),
            Err(error) if error.is::<Cancelled>() && was_check => {
                remove(&file.with_file_name(RECORD)).await?;
                return remove(&file).await;
            }
            Err(error) if error.is::<Cancelled>() => record.step = Step::Cancelled,
            Err(error) => {
                tracing::warn!(error = sentence(&error), "an import failed");
                record.why = said(&error, &file, &record.called);
                record.step = Step::Failed;
                if was_check {
                    remove(&file).await?;
                }
            }
        }
        self.save_import(&record).await
    }
}

async fn recognized(path: &Path) -> Result<anyhow::Result<Option<Format>>> {
    let path = path.to_owned();
    tokio::task::spawn_blocking(move || recognize(&path))
        .await
        .map_err(|error| Error::Internal(format!("a file to import: {error}")))
}

/// Why a file cannot come in, with the name that its sender knows.
fn said(error: &anyhow::Error, path: &Path, called: &str) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let whole = path.to_string_lossy();
    sentence(error)
        .replace(&*whole, called)
        .replace(&*name, called)
}

async fn remove(path: &Path) -> Result<()> {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Looks through a file, or brings it in.
async fn run(app: &App, record: &ImportRecord, doing: &Arc<Doing>) -> anyhow::Result<Report> {
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
    let files = [app.config.data.join(FOLDER).join(FILE)];
    let is_check = record.step == Step::Checking;
    let mut source = Archive::open(record.format, &files, is_check, given, &begin).await?;
    if is_check {
        return load::dry_run(&source, Some(&app.store), app.now()).await;
    }
    let report = bring_in(app, record, &mut source).await;
    app.store.end_bulk_load().await?;
    report
}

async fn bring_in(
    app: &App,
    record: &ImportRecord,
    source: &mut Archive,
) -> anyhow::Result<Report> {
    let plan = Plan {
        overlong: Overlong::in_directory(&app.config.data.join(overlong::FOLDER)),
        now: app.now(),
        fetched_for: record.fetches.then_some(record.author),
    };
    let (mut report, before) = source.bring_in(&app.store, &app.media, plan).await?;
    let why = "stays at its old host";
    before.report(&app.store, &mut report, why).await?;
    Ok(report)
}
