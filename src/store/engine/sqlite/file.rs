//! The database file: created whole or not at all, and checked before it is trusted.

use super::disk::Disk;
use super::{OpenError, source};
use crate::blog::time::Millis;
use crate::error;
use crate::store::{QueryTimes, Store};
use log::LevelFilter;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use sqlx::migrate::Migrator as Migrations;

/// What leads from each released schema to the newest.
pub static MIGRATIONS: Migrations = sqlx::migrate!("migrations/sqlite");

/// "Dybk" in the header of the file: only Daybook's databases have it; migration 1 sets it.
const APPLICATION_ID: i64 = 0x4479_626b;
/// The first release without the bug that lost commits when two connections met in the log file.
const SQLITE_OLDEST: (u32, u32, u32) = (3, 51, 3);
/// How long a statement waits for a lock that another process holds.
pub(in crate::store) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers at once; more than cores only wait for each other.
const READERS: u32 = 4;
/// Databases up to this size are checked page by page before the start, larger ones after it: 64 MiB take 0.1 s.
const CHECK_BEFORE_START_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Who writes the log file back into the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkpoints {
    /// We do.
    Own,
    /// A program that copies the log away does, such as Litestream.
    Left,
}

/// The schema that this program works with.
#[must_use]
pub fn schema_known() -> i64 {
    MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .max()
        .unwrap_or(0)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("trusted_schema", "off")
        .pragma("cell_size_check", "on")
        .pragma("temp_store", "memory")
        .pragma("mmap_size", "0")
        // Without the values; a test reads which statements readers cause.
        .log_statements(LevelFilter::Trace)
        .log_slow_statements(LevelFilter::Off, Duration::MAX)
}

pub(super) fn writer_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The store does it, see `disk.rs`.
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-16384")
}

pub(super) fn reader_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .read_only(true)
        .immutable(source::is_still(path))
        .pragma("query_only", "on")
        // Four of them: smaller than the writer's, so that all together stay within the memory goal.
        .pragma("cache_size", "-6144")
}

/// Changes a database that nobody serves, and leaves one file behind.
pub(super) fn rewriter_options(path: &Path) -> SqliteConnectOptions {
    options(path).synchronous(SqliteSynchronous::Full)
}

/// Reads while a server runs and writes a file of its own, which `query_only` would forbid.
pub(super) fn copier_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .read_only(true)
        .immutable(source::is_still(path))
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(BUSY_TIMEOUT)
        // These connections are to a file: they do not go stale, so pinging and reaping them is lost time.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

impl Store {
    /// Opens the database, which must exist, or creates it whole where `create` allows. An older schema is not touched.
    pub async fn open(path: &Path, create: bool) -> Result<Self, OpenError> {
        Self::open_with(path, create, Checkpoints::Own).await
    }

    /// The same, where somebody else may look after the log file.
    pub async fn open_with(
        path: &Path,
        create: bool,
        checkpoints: Checkpoints,
    ) -> Result<Self, OpenError> {
        if !path.exists() {
            if !create {
                return Err(OpenError::Missing(path.to_owned()));
            }
            create_whole(path).await?;
        }
        if schema(path).await? < schema_known() {
            return Err(OpenError::Older(path.to_owned()));
        }
        let (writer, reader) = (writer_options(path), reader_options(path));
        Self::connect(path, writer, reader, Disk::new(path, checkpoints)).await
    }

    /// Opens a database that lies on a disk that can only be read, or has no room left: readers are served, and nothing
    /// can be changed.
    pub async fn open_to_read(path: &Path) -> Result<Self, OpenError> {
        // A log file holds what the database does not yet; SQLite reads it through the shared-memory file that was left next to it.
        // Without one the database is complete, and no other file needs to be made.
        let whole = sibling(path, "-wal").metadata().map_or(0, |log| log.len()) == 0;
        let options = reader_options(path).immutable(whole);
        let schema = look_into(path, &options).await?;
        if schema < schema_known() {
            return Err(OpenError::Older(path.to_owned()));
        }
        // The one that writes elsewhere reads here, and may make what is gone with it: a view into the search index.
        let temporary = self::options(path).read_only(true).immutable(whole);
        Self::connect(path, temporary, options, Disk::read_only(path)).await
    }

    async fn connect(
        path: &Path,
        writer: SqliteConnectOptions,
        reader: SqliteConnectOptions,
        disk: Disk,
    ) -> Result<Self, OpenError> {
        let io = |error: sqlx::Error| corrupt_or_io(path, &error);
        // The writer comes first: it makes the shared-memory file that readers need.
        let times = Arc::<QueryTimes>::default();
        let writer = pool(1).connect_with(writer).await.map_err(io)?;
        let readers = pool(READERS).connect_with(reader).await.map_err(io)?;
        let store = Self {
            writer,
            readers,
            intake: Arc::default(),
            versions: Arc::default(),
            disk: Arc::new(disk),
            turn: Arc::default(),
            searches: crate::store::search::Searches::default(),
            times,
            note: None,
        };
        store
            .refresh_version()
            .await
            .map_err(|error| OpenError::Corrupt {
                path: path.to_owned(),
                why: error.to_string(),
            })?;
        Ok(store)
    }
}

/// Whether the database is small enough to be checked page by page before it is served.
#[must_use]
pub fn is_checked_before_start(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|meta| meta.len() <= CHECK_BEFORE_START_MAX_BYTES)
}

/// Reads every page once, on a connection of its own; the first thing wrong is the error.
pub async fn quick_check(path: &Path) -> Result<(), OpenError> {
    let damaged = |why: String| OpenError::Corrupt {
        path: path.to_owned(),
        why,
    };
    let mut connection = reader_options(path)
        // Each page is read once, so there is nothing to keep: 1 MiB.
        .pragma("cache_size", "-1024")
        .connect()
        .await
        .map_err(|error| corrupt_or_io(path, &error))?;
    // Table by table: a check of the whole also asks the search index whether it fits its own words, which takes
    // 30 MiB and belongs to `daybook check`. The tables that the index itself is kept in are among these.
    let tables: Vec<(String,)> = sqlx::query_as(
        "select name from sqlite_schema where type = 'table' and rootpage > 0 order by rootpage",
    )
    .fetch_all(&mut connection)
    .await
    .map_err(|error| damaged(error.to_string()))?;
    for (table,) in tables {
        let (verdict,): (String,) =
            sqlx::query_as("select quick_check from pragma_quick_check($1) limit 1")
                .bind(&table)
                .fetch_one(&mut connection)
                .await
                .map_err(|error| damaged(error.to_string()))?;
        if verdict != "ok" {
            // SQLite says in a line of its own which database it means; there is one only.
            let last = verdict.lines().last().unwrap_or_default().to_owned();
            return Err(damaged(format!("table {table}: {last}")));
        }
    }
    Ok(())
}

/// Builds a new database under another name and puts it in place in one step:
/// a start that is cut short leaves nothing that the next start would refuse.
async fn create_whole(path: &Path) -> Result<(), OpenError> {
    let building = sibling(path, ".new");
    let failed = |why: String| OpenError::Io {
        path: path.to_owned(),
        why,
    };
    for stale in [
        building.clone(),
        sibling(path, ".new-wal"),
        sibling(path, ".new-shm"),
    ] {
        if stale.exists() {
            std::fs::remove_file(&stale).map_err(|error| failed(error.to_string()))?;
        }
    }
    let mut connection = writer_options(&building)
        .foreign_keys(false)
        .create_if_missing(true)
        .connect()
        .await
        .map_err(|error| failed(error.to_string()))?;
    MIGRATIONS
        .run(&mut connection)
        .await
        .map_err(|error| failed(error.to_string()))?;
    connection
        .close()
        .await
        .map_err(|error| failed(error.to_string()))?;
    std::fs::File::open(&building)
        .and_then(|file| file.sync_all())
        .and_then(|()| std::fs::rename(&building, path))
        .and_then(|()| sync_directory(path))
        .map_err(|error| failed(error.to_string()))
}

/// Makes a rename in the file's directory last.
pub fn sync_directory(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(directory_of(path))?.sync_all()
}

pub(super) fn directory_of(path: &Path) -> &Path {
    let directory = path.parent();
    directory
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The path of a file that SQLite, or Daybook, puts next to a database: the path of the database with an ending.
#[must_use]
pub fn sibling(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Looks at the file without changing it; gives the number of its schema, which may be older than ours and never newer.
pub async fn schema(path: &Path) -> Result<i64, OpenError> {
    let schema = look_into(path, &reader_options(path)).await?;
    if is_checked_before_start(path) {
        quick_check(path).await?;
    }
    Ok(schema)
}

/// Opens the file to be read, as it is; gives the number of its schema.
pub(super) async fn look(path: &Path) -> Result<i64, OpenError> {
    look_into(path, &reader_options(path)).await
}

/// Whether it is a database of ours, and of which schema.
async fn look_into(path: &Path, options: &SqliteConnectOptions) -> Result<i64, OpenError> {
    let io = |error: std::io::Error| OpenError::Io {
        path: path.to_owned(),
        why: error.to_string(),
    };
    let meta = std::fs::metadata(path).map_err(io)?;
    if !meta.is_file() {
        return Err(OpenError::NotAFile(path.to_owned()));
    }
    if meta.len() == 0 {
        return Err(OpenError::Empty(path.to_owned()));
    }
    check_header(path)?;
    let mut connection = options
        .connect()
        .await
        .map_err(|error| corrupt_or_io(path, &error))?;
    let facts = facts(&mut connection)
        .await
        .map_err(|error| corrupt_or_io(path, &error))?;
    connection
        .close()
        .await
        .map_err(|error| corrupt_or_io(path, &error))?;
    if !is_recent(&facts.sqlite_version) {
        return Err(OpenError::OldSqlite(facts.sqlite_version));
    }
    if facts.application_id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    if facts.schema > schema_known() {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found: facts.schema,
            known: schema_known(),
            kept: kept_before_upgrades(path)
                .into_iter()
                .rfind(|kept| kept.schema <= schema_known())
                .map(|kept| kept.path),
        });
    }
    Ok(facts.schema)
}

/// Reads the file's first bytes, <https://www.sqlite.org/fileformat.html#the_database_header>:
/// a file that is no database must not be touched by SQLite at all.
fn check_header(path: &Path) -> Result<(), OpenError> {
    use std::io::Read;
    let io = |error: std::io::Error| OpenError::Io {
        path: path.to_owned(),
        why: error.to_string(),
    };
    let mut header = Vec::with_capacity(100);
    let file = std::fs::File::open(path).map_err(io)?;
    let bytes = file.metadata().map_err(io)?.len();
    file.take(100).read_to_end(&mut header).map_err(io)?;
    if header.len() < 100 || !header.starts_with(b"SQLite format 3\0") {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    let page_bytes = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65536,
        bytes => u64::from(bytes),
    };
    let pages = u64::from(u32::from_be_bytes([
        header[28], header[29], header[30], header[31],
    ]));
    let log_holds_more = sibling(path, "-wal")
        .metadata()
        .is_ok_and(|meta| meta.len() > 0);
    if bytes < pages * page_bytes && !log_holds_more {
        return Err(OpenError::Corrupt {
            path: path.to_owned(),
            why: format!("it has only {bytes} of {} bytes", pages * page_bytes),
        });
    }
    Ok(())
}

struct Facts {
    sqlite_version: String,
    application_id: i64,
    schema: i64,
}

async fn facts(connection: &mut SqliteConnection) -> Result<Facts, sqlx::Error> {
    let (sqlite_version,): (String,) = sqlx::query_as("select sqlite_version()")
        .fetch_one(&mut *connection)
        .await?;
    let (application_id,): (i64,) = sqlx::query_as("pragma application_id")
        .fetch_one(&mut *connection)
        .await?;
    let (schema,): (i64,) = sqlx::query_as("pragma user_version")
        .fetch_one(&mut *connection)
        .await?;
    Ok(Facts {
        sqlite_version,
        application_id,
        schema,
    })
}

fn is_recent(version: &str) -> bool {
    let mut parts = version
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) >= SQLITE_OLDEST
}

/// The number of the schema of a file, whatever program it needs.
pub async fn schema_of_any(path: &Path) -> Result<i64, OpenError> {
    check_header(path)?;
    let failed = |error: sqlx::Error| corrupt_or_io(path, &error);
    let mut connection = reader_options(path).connect().await.map_err(failed)?;
    let facts = facts(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    if facts.application_id != APPLICATION_ID {
        return Err(OpenError::Foreign(path.to_owned()));
    }
    Ok(facts.schema)
}

/// What the copy of before an upgrade is called: this, the old schema, the time and `.db`.
const KEPT: &str = "daybook-before-";

/// A copy of the database as it was before an upgrade.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCopy {
    pub path: PathBuf,
    pub schema: i64,
    pub at: Millis,
}

impl KeptCopy {
    /// The copy of a database of this schema that is taken now.
    #[must_use]
    pub fn now(database: &Path, schema: i64, at: Millis) -> Self {
        Self {
            path: database.with_file_name(format!("{KEPT}{schema}-{}.db", at.0)),
            schema,
            at,
        }
    }

    fn of(path: PathBuf) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (schema, at) = name
            .strip_prefix(KEPT)?
            .strip_suffix(".db")?
            .split_once('-')?;
        let (schema, at) = (schema.parse().ok()?, Millis(at.parse().ok()?));
        Some(Self { path, schema, at })
    }
}

/// The copies that upgrades kept of a database, oldest first.
#[must_use]
pub fn kept_before_upgrades(database: &Path) -> Vec<KeptCopy> {
    let directory = directory_of(database);
    let mut kept: Vec<KeptCopy> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| KeptCopy::of(entry.ok()?.path()))
        .collect();
    kept.sort_by_key(|kept| kept.at);
    kept
}

/// Distinguishes a damaged file from one that cannot be reached.
pub(super) fn corrupt_or_io(path: &Path, error: &sqlx::Error) -> OpenError {
    const SQLITE_CORRUPT: &str = "11";
    const SQLITE_NOTADB: &str = "26";
    let code = error.as_database_error().and_then(DatabaseError::code);
    let why = error.to_string();
    let path = path.to_owned();
    if error::is_full(error) {
        return OpenError::Full(path);
    }
    match code.as_deref() {
        Some(SQLITE_CORRUPT) => OpenError::Corrupt { path, why },
        Some(SQLITE_NOTADB) => OpenError::Foreign(path),
        _ => OpenError::Io { path, why },
    }
}

#[cfg(test)]
mod tests {
    use super::is_recent;

    #[test]
    fn an_sqlite_that_can_lose_data_is_refused() {
        assert!(!is_recent("3.51.2"));
        assert!(!is_recent("3.46.0"));
        assert!(is_recent("3.51.3"));
        assert!(is_recent("4.0.0"));
    }
}
