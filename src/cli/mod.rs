//! The commands of the operator.

mod addresses;
mod backup;
mod check;
mod data;
mod demo;
mod export;
mod health;
mod import;
mod log;
mod progress;
mod reserve;
mod running_server;
mod serve;
pub mod upgrade;
mod user;

use crate::config::{Config, ConfigArgs};
use crate::error::sentence;
use crate::store::file::Checkpoints;
use crate::store::source::{self, Source};
use crate::store::{OpenError, Store};
use anyhow::Result;
use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use std::path::Path;

/// A self-hosted blog: one program, one directory.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the blog (the default without a command)
    Serve,
    /// Manage the people who can sign in: add, list, reset, role, remove
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Import a blog from another system; safe to run twice
    Import(import::ImportArgs),
    /// Export the whole blog to a directory; can be run while the server is running
    Export(export::ExportArgs),
    /// Back up the whole blog to one file: database, media and config; can be run while the server is running
    Backup(backup::BackupArgs),
    /// Restore a backup to an empty data directory
    Restore(backup::RestoreArgs),
    /// Go back to the database from before the last upgrade
    Rollback(upgrade::RollbackArgs),
    /// Fill an empty blog with demo content, for a first look or for benchmarks
    Demo(demo::DemoArgs),
    /// Check the database, the search index and the media, and report problems
    Check,
    /// Check whether the server on this machine is ready (for health checks)
    Health,
    /// Print completions for a shell
    Completions {
        /// The shell to print them for
        shell: clap_complete::Shell,
    },
}

impl Cli {
    /// Reads the command line and the environment, where an empty variable counts as not given.
    pub fn read() -> Result<Self, clap::Error> {
        let matches = without_empty_variables(Self::command()).try_get_matches()?;
        let mut cli = Self::from_arg_matches(&matches)?;
        let is_flag = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
        cli.config.by_flag = ConfigArgs::NAMES.into_iter().filter(is_flag).collect();
        Ok(cli)
    }

    /// Runs the command; an error is a sentence for the operator.
    pub async fn run(self) -> Result<()> {
        if let Some(Command::Completions { shell }) = self.command {
            clap_complete::generate(
                shell,
                &mut Self::command(),
                "daybook",
                &mut std::io::stdout(),
            );
            return Ok(());
        }
        let config = Config::read(&self.config).map_err(|error| {
            let data = self.config.data.clone().unwrap_or_else(|| "./data".into());
            with_owner(error.into(), &data, &data.join("daybook.db"))
        })?;
        let log = log::start(config.log);
        let place = config.clone();
        let result = Self::command_of(self.command, config, &self.config).await;
        data::give_to_owner(&place);
        log.finish();
        result.map_err(|error| with_owner(error, &place.data, &place.database))
    }

    async fn command_of(
        command: Option<Command>,
        config: Config,
        given: &ConfigArgs,
    ) -> Result<()> {
        match command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(config, given).await,
            Command::User { command } => user::run(command, &config).await,
            Command::Import(args) => import::run(args, &config).await,
            Command::Export(args) => export::run(args, &config).await,
            Command::Backup(args) => backup::run(args, &config).await,
            Command::Restore(args) => backup::restore(args, &config, given).await,
            Command::Rollback(args) => upgrade::rollback(&args, &config).await,
            Command::Demo(args) => demo::run(args, &config).await,
            Command::Check => check::run(&config).await,
            Command::Health => health::run(&config),
            Command::Completions { .. } => Ok(()),
        }
    }
}

/// A process that may not open a file rarely knows whose it is.
fn with_owner(error: anyhow::Error, data: &Path, database: &Path) -> anyhow::Error {
    let sentence = sentence(&error);
    match data::owner_hint(data, database, &sentence) {
        Some(hint) if !sentence.contains(&hint) => anyhow::anyhow!("{sentence}; {hint}"),
        _ => error,
    }
}

/// The command without the variables that are empty: a unit or a compose file may name one and give it nothing.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let value = argument.get_env().and_then(std::env::var_os);
        if value.is_some_and(|value| value.is_empty()) {
            argument.env(None::<&str>)
        } else {
            argument
        }
    })
}

/// The variable that gave a flag its value, unless it was written out.
#[must_use]
pub fn variable_of(flag: &str) -> Option<String> {
    let is_written = |argument: String| {
        let name = argument.split('=').next().unwrap_or_default();
        name == flag
    };
    if std::env::args().any(is_written) {
        return None;
    }
    let command = Cli::command();
    let mut arguments = command.get_arguments();
    let argument = arguments.find(|argument| argument.get_long() == flag.strip_prefix("--"))?;
    let name = argument.get_env()?.to_str()?;
    std::env::var_os(name).map(|_| name.to_owned())
}

/// Opens the blog for a command while a server runs; `create` makes a new one where there is none.
async fn open_store(config: &Config, create: bool) -> Result<Store> {
    if create {
        data::make(&config.data)?;
    }
    // A server that runs holds the lock; anyone who gets it for a moment may upgrade.
    let lock = serve::try_lock(config)?;
    let mut opened = open_database(config, create).await;
    if lock.is_some() && matches!(opened, Err(OpenError::Older(_))) {
        upgrade::to_newest(config).await?;
        opened = open_database(config, create).await;
    }
    Ok(opened?)
}

/// Opens the blog for a command that only reads, wherever it is: while a server runs, or on a disk that can only be read. The
/// second value must live as long as the store.
async fn open_to_read(config: &Config) -> Result<(Store, Source)> {
    let database = &config.database;
    if !database.exists() || source::can_be_written(database) {
        let store = open_database(config, false).await?;
        return Ok((store, Source::itself(database)));
    }
    let source = Source::of(database, &std::env::temp_dir()).await?;
    let store = if source.is_copy() {
        Store::open(source.path(), false).await?
    } else {
        Store::open_to_read(source.path()).await?
    };
    Ok((store, source))
}

/// Opens the database of a config, with its log looked after as the config says.
async fn open_database(config: &Config, create: bool) -> Result<Store, OpenError> {
    let checkpoints = if config.leave_checkpoints {
        Checkpoints::Left
    } else {
        Checkpoints::Own
    };
    Store::open_with(&config.database, create, checkpoints).await
}
