//! Databases as the releases of before left them: each schema built by its own migrations, and filled with what it knows.

use super::program::query;
use daybook::store::file::{MIGRATIONS, Migrations};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::borrow::Cow;
use std::path::Path;

/// The schemas that were released, and that have a fixture.
pub const RELEASED: [usize; 5] = [1, 2, 3, 4, 5];

/// Builds the stored database of a schema.
pub fn build(schema: usize, path: &Path) {
    let first = MIGRATIONS.iter().take(schema).cloned().collect();
    run(path, &with(first));
    for part in 1..=schema {
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures/schemas")
            .join(format!("{part}.sql"));
        query(path, &std::fs::read_to_string(file).unwrap());
    }
}

/// All migrations of ours and one more.
pub fn and_one_more(sql: &'static str) -> Migrations {
    let mut all: Vec<_> = MIGRATIONS.iter().cloned().collect();
    let mut more = all.last().unwrap().clone();
    more.version += 1;
    more.description = Cow::Borrowed("one more");
    more.sql = sqlx::SqlStr::from_static(sql);
    more.checksum = Cow::Borrowed(b"one more");
    all.push(more);
    with(all)
}

fn with(migrations: Vec<sqlx::migrate::Migration>) -> Migrations {
    Migrations::with_migrations(migrations)
}

fn run(path: &Path, migrations: &Migrations) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(false)
            .connect()
            .await
            .unwrap();
        migrations.run(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    });
}
