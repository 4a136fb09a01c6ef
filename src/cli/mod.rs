//! The commands of the operator.

mod backup;
mod check;
mod demo;
mod export;
mod health;
mod import;
mod log;
mod progress;
mod reserve;
mod serve;
pub mod upgrade;
mod user;

use crate::config::{Config, ConfigArgs};
use crate::store::file::Checkpoints;
use crate::store::{OpenError, Store};
use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

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
    /// Serve the blog (what daybook does without a command)
    Serve,
    /// People who sign in: add, list, reset, remove
    User {
        #[command(subcommand)]
        command: user::UserCommand,
    },
    /// Bring a blog in from another system; safe to run twice
    Import(import::ImportArgs),
    /// Write the whole blog into a directory; changes nothing, also beside the running server
    Export(export::ExportArgs),
    /// Write the whole blog into one file: database, media and config; also beside the running server
    Backup(backup::BackupArgs),
    /// Bring a backup back into an empty data directory
    Restore(backup::RestoreArgs),
    /// Go back to the database of before the last upgrade
    Rollback(upgrade::RollbackArgs),
    /// Fill a blog without posts with made-up content, to look round or to measure
    Demo(demo::DemoArgs),
    /// Open everything, verify it, and say what is wrong
    Check,
    /// Ask the server that runs here whether it can serve (for health checks)
    Health,
    /// Print completions for a shell
    Completions {
        /// The shell to print them for
        shell: clap_complete::Shell,
    },
}

impl Cli {
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
        let config = Config::read(&self.config)?;
        let log = log::start(config.log);
        let result = Self::command_of(self.command, config, &self.config).await;
        log.finish();
        result
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

/// Opens the blog for a command beside a running server; `create` makes a new one where there is none.
async fn open_store(config: &Config, create: bool) -> Result<Store> {
    if create {
        std::fs::create_dir_all(&config.data).map_err(|error| {
            anyhow::anyhow!(
                "the data directory {} cannot be made: {error}",
                config.data.display()
            )
        })?;
    }
    // A server that runs holds the lock; whoever gets it for a moment may upgrade.
    let lock = serve::try_lock(config)?;
    let mut opened = open_database(config, create).await;
    if lock.is_some() && matches!(opened, Err(OpenError::Older(_))) {
        upgrade::to_newest(config).await?;
        opened = open_database(config, create).await;
    }
    Ok(opened?)
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
