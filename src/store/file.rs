//! The database file: created whole or not at all, checked before it is trusted, migrated after a snapshot.

use super::disk::Disk;
use super::timed::Readers;
use super::{Store, Times};
use crate::clock::Clock;
use crate::error;
use sqlx::error::DatabaseError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("migrations/sqlite");

/// "Dybk" in the header of the file tells a Daybook database from any other; migration 1 sets it.
const APPLICATION_ID: i64 = 0x4479_626b;
/// The first release without the bug that lost commits when two connections met in the log file.
const SQLITE_OLDEST: (u32, u32, u32) = (3, 51, 3);
/// How long a statement waits for a lock that another process holds.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Readers at once; more than cores only wait for each other.
const READERS: u32 = 4;
/// Databases up to this size are checked page by page before the start, larger ones after it: 64 MiB take 0.1 s.
const CHECK_BEFORE_START_MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why a database is not opened; each a sentence for the operator.
#[derive(Debug)]
pub enum OpenError {
    /// There is no database here (and none was to be created).
    Missing(PathBuf),
    Empty(PathBuf),
    /// A database, but not of Daybook.
    Foreign(PathBuf),
    Newer {
        path: PathBuf,
        found: i64,
        known: i64,
    },
    /// An older schema that a server is holding in use.
    NeedsMigration(PathBuf),
    Corrupt {
        path: PathBuf,
        why: String,
    },
    NotAFile(PathBuf),
    OldSqlite(String),
    Io {
        path: PathBuf,
        why: String,
    },
    /// The disk has no room left.
    Full(PathBuf),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(f, "there is no blog at {}", path.display()),
            Self::Empty(path) => write!(
                f,
                "the database {} is an empty file; restore it from a backup, or move it away to begin a new blog",
                path.display()
            ),
            Self::Foreign(path) => {
                write!(
                    f,
                    "{} is not a Daybook database; it was left untouched",
                    path.display()
                )
            }
            Self::Newer { path, found, known } => write!(
                f,
                "the database {} is newer than this program (schema {found}, this program knows {known}); use the newer program",
                path.display()
            ),
            Self::NeedsMigration(path) => write!(
                f,
                "the database {} has an older schema and is in use by another Daybook; stop that one first",
                path.display()
            ),
            Self::Corrupt { path, why } => write!(
                f,
                "the database {} is damaged and was left untouched ({why}); restore it from a backup",
                path.display()
            ),
            Self::NotAFile(path) => write!(f, "{} is not a file", path.display()),
            Self::OldSqlite(version) => write!(
                f,
                "this program was built with SQLite {version}, which can lose data; 3.51.3 or newer is needed"
            ),
            Self::Full(path) => write!(
                f,
                "the database {} cannot be opened: the disk is full; make some room and start again",
                path.display()
            ),
            Self::Io { path, why } => {
                write!(f, "the database {} cannot be opened: {why}", path.display())
            }
        }
    }
}

impl std::error::Error for OpenError {}

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
        .disable_statement_logging()
}

fn writer_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // The store does it, see `disk.rs`.
        .pragma("wal_autocheckpoint", "0")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", "-16384")
}

fn reader_options(path: &Path) -> SqliteConnectOptions {
    options(path)
        .read_only(true)
        .pragma("query_only", "on")
        // Four of them: smaller than the writer's, so that all together stay within the memory goal.
        .pragma("cache_size", "-6144")
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
    /// Opens the database, which must exist, or creates it whole where `create` allows.
    ///
    /// `exclusive` says that no other process serves from it: only then is an older schema migrated.
    pub async fn open(
        path: &Path,
        create: bool,
        exclusive: bool,
        clock: &Clock,
    ) -> Result<Self, OpenError> {
        if !path.exists() {
            if !create {
                return Err(OpenError::Missing(path.to_owned()));
            }
            create_whole(path).await?;
        }
        let schema = inspect(path).await?;
        if schema < schema_known() {
            if !exclusive {
                return Err(OpenError::NeedsMigration(path.to_owned()));
            }
            migrate(path, schema, clock).await?;
        }
        let (writer, reader) = (writer_options(path), reader_options(path));
        Self::connect(path, writer, reader, Disk::default()).await
    }

    /// Opens a database that lies on a disk that can only be read, or has no room left: readers are served, and nothing
    /// can be changed.
    pub async fn open_to_read(path: &Path) -> Result<Self, OpenError> {
        // A log file holds what the database does not yet; SQLite reads it by the shared memory that was left beside it.
        // Without one the database is whole, and nothing needs to be made beside it.
        let whole = log_of(path).metadata().map_or(0, |log| log.len()) == 0;
        let options = reader_options(path).immutable(whole);
        let schema = look_into(path, &options).await?;
        if schema < schema_known() {
            return Err(OpenError::NeedsMigration(path.to_owned()));
        }
        Self::connect(path, options.clone(), options, Disk::only_read()).await
    }

    async fn connect(
        path: &Path,
        writer: SqliteConnectOptions,
        reader: SqliteConnectOptions,
        disk: Disk,
    ) -> Result<Self, OpenError> {
        let io = |error: sqlx::Error| corrupt_or_io(path, &error);
        // The writer comes first: it makes the shared-memory file that readers need.
        let times = Arc::<Times>::default();
        let writer = pool(1).connect_with(writer).await.map_err(io)?;
        let readers = pool(READERS).connect_with(reader).await.map_err(io)?;
        let store = Self {
            writer,
            readers: Readers::new(readers, &times),
            arrivals: Arc::default(),
            versions: Arc::default(),
            disk: Arc::new(disk),
            turn: Arc::default(),
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

    /// Reads every page of the database and every word of the index; gives what is wrong, nothing where all is well.
    pub async fn problems(&self) -> crate::error::Result<Vec<String>> {
        let mut problems: Vec<String> = sqlx::query_as::<_, (String,)>("pragma integrity_check")
            .fetch_all(&self.readers)
            .await?
            .into_iter()
            .map(|(line,)| line)
            .filter(|line| line != "ok")
            .collect();
        let dangling: Vec<(String, Option<i64>)> =
            sqlx::query_as(r#"select "table", rowid from pragma_foreign_key_check"#)
                .fetch_all(&self.readers)
                .await?;
        problems.extend(dangling.into_iter().map(|(table, row)| {
            format!(
                "row {} of {table} points to a row that is not there",
                row.unwrap_or(0)
            )
        }));
        problems.extend(self.archive_problems().await?);
        problems.extend(self.search_problems().await?);
        Ok(problems)
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
            return Err(damaged(last));
        }
    }
    Ok(())
}

/// Builds a new database under another name and puts it in place in one step:
/// a start that is cut short leaves nothing that the next start would refuse.
async fn create_whole(path: &Path) -> Result<(), OpenError> {
    let named = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let building = named(".new");
    let failed = |why: String| OpenError::Io {
        path: path.to_owned(),
        why,
    };
    for stale in [building.clone(), named(".new-wal"), named(".new-shm")] {
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
fn sync_directory(path: &Path) -> std::io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    std::fs::File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
}

/// Looks at the file without changing it; gives the number of its schema.
async fn inspect(path: &Path) -> Result<i64, OpenError> {
    let schema = look_into(path, &reader_options(path)).await?;
    if is_checked_before_start(path) {
        quick_check(path).await?;
    }
    Ok(schema)
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
        });
    }
    Ok(facts.schema)
}

/// The log file of a database.
fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    PathBuf::from(log)
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
    let log_holds_more = log_of(path).metadata().is_ok_and(|meta| meta.len() > 0);
    if bytes < pages * page_bytes && !log_holds_more {
        return Err(OpenError::Corrupt {
            path: path.to_owned(),
            why: format!("{bytes} bytes are left of {}", pages * page_bytes),
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

/// Keeps a copy of the old file, then brings the schema up to date; each migration is one transaction.
async fn migrate(path: &Path, from: i64, clock: &Clock) -> Result<(), OpenError> {
    let failed = |why: String| OpenError::Io {
        path: path.to_owned(),
        why,
    };
    let snapshot = path.with_file_name(format!("daybook-before-{from}-{}.db", clock.now().0));
    // A table that is built anew leaves its rows without the ones they point to for a moment; it is looked at afterwards
    // whether all of them point to something again, https://www.sqlite.org/lang_altertable.html#otheralter.
    let mut connection = writer_options(path)
        .foreign_keys(false)
        .connect()
        .await
        .map_err(|error| corrupt_or_io(path, &error))?;
    sqlx::query("vacuum into $1")
        .bind(snapshot.to_string_lossy().into_owned())
        .execute(&mut connection)
        .await
        .map_err(|error| failed(format!("no snapshot before the migration: {error}")))?;
    std::fs::File::open(&snapshot)
        .and_then(|file| file.sync_all())
        .map_err(|error| failed(error.to_string()))?;
    tracing::info!(snapshot = %snapshot.display(), from, to = schema_known(), "migrating the database");
    MIGRATIONS.run(&mut connection).await.map_err(|error| {
        failed(format!(
            "migration: {error}; the old state is kept in {}",
            snapshot.display()
        ))
    })?;
    let dangling: Option<(String,)> =
        sqlx::query_as(r#"select "table" from pragma_foreign_key_check limit 1"#)
            .fetch_optional(&mut connection)
            .await
            .map_err(|error| failed(error.to_string()))?;
    if let Some((table,)) = dangling {
        return Err(failed(format!(
            "after the migration a row of {table} points to a row that is not there; the old state is kept in {}",
            snapshot.display()
        )));
    }
    connection
        .close()
        .await
        .map_err(|error| failed(error.to_string()))
}

/// Tells a damaged file from one that only cannot be reached.
fn corrupt_or_io(path: &Path, error: &sqlx::Error) -> OpenError {
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
