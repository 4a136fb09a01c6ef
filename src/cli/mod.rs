//! The commands of the operator.

mod check;
mod demo;
mod health;
mod import;
mod progress;
mod serve;
mod user;

use crate::clock::Clock;
use crate::config::{Config, LogFormat};
use crate::store::Store;
use anyhow::Result;
use clap::{Args, CommandFactory, Parser, Subcommand};
use std::path::PathBuf;

/// A self-hosted blog: one program, one directory.
#[derive(Debug, Parser)]
#[command(name = "daybook", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: ConfigArgs,
}

/// What is decided before the start. A flag counts before the environment, the environment before `daybook.toml`
/// in the data directory.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Config")]
pub struct ConfigArgs {
    /// The directory that holds the whole blog [default: ./data]
    #[arg(long, value_name = "DIR", env = "DAYBOOK_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// The address to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "DAYBOOK_LISTEN", global = true)]
    pub listen: Option<String>,
    /// The public address, used for every absolute link [default: http:// and the address listened on]
    #[arg(long, value_name = "URL", env = "DAYBOOK_URL", global = true)]
    pub url: Option<String>,
    /// The database, `sqlite://PATH` [default: daybook.db in the data directory]
    #[arg(
        long,
        value_name = "URL",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    pub database: Option<String>,
    /// A network whose X-Forwarded-For is believed; may be given several times [default: none]
    #[arg(
        long,
        value_name = "CIDR",
        env = "DAYBOOK_TRUSTED_PROXY",
        value_delimiter = ',',
        global = true
    )]
    pub trusted_proxy: Option<Vec<String>>,
    /// How the log is written; `RUST_LOG` filters it [default: text]
    #[arg(long, value_name = "FORMAT", env = "DAYBOOK_LOG", global = true)]
    pub log: Option<LogFormat>,
    /// Memory for rendered pages in MiB; 0 renders each page anew [default: 64]
    #[arg(long, value_name = "MIB", env = "DAYBOOK_PAGE_CACHE", global = true)]
    pub page_cache: Option<u64>,
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
        start_log(config.log);
        match self.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::run(config).await,
            Command::User { command } => user::run(command, &config).await,
            Command::Import(args) => import::run(args, &config).await,
            Command::Demo(args) => demo::run(args, &config).await,
            Command::Check => check::run(&config).await,
            Command::Health => health::run(&config),
            Command::Completions { .. } => Ok(()),
        }
    }
}

/// Starts the log on standard error: for people, or a JSON object a line. Control characters in what visitors send
/// come out escaped in both.
fn start_log(format: LogFormat) {
    use std::io::IsTerminal;
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => log
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .init(),
        LogFormat::Json => log.json().init(),
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
    // A server that runs holds the lock; whoever gets it for a moment may migrate.
    let lock = serve::try_lock(config)?;
    Ok(Store::open(&config.database, create, lock.is_some(), &Clock::System).await?)
}
