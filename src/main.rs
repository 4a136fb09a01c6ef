//! Parses the command line, starts the log, runs the command; a failure is one sentence on standard error.

use clap::error::{ContextKind, ContextValue};
use daybook::cli::{self, Cli};
use daybook::error::sentence;
use rustix::fs::Mode;
use rustix::process::umask;
use std::io::Write;
use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

/// What no file and no directory of ours grants: anything to the group and to others.
const OTHERS: Mode = Mode::RWXG.union(Mode::RWXO);

#[tokio::main]
async fn main() -> ExitCode {
    // Whatever a command makes holds a part of the blog: passwords' hashes, addresses, drafts.
    let before = umask(OTHERS);
    umask(before | OTHERS);
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return explained(&error),
    };
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody listens, the exit code says it.
            let _ = writeln!(std::io::stderr(), "daybook: {}", sentence(&error));
            ExitCode::FAILURE
        }
    }
}

/// Help and version as clap writes them; what is wrong with a command line as one sentence.
fn explained(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        error.exit();
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let sentence: Vec<&str> = first.split_whitespace().collect();
    let sentence = sentence.join(" ");
    eprintln!(
        "daybook: {}{}; see daybook --help",
        sentence.strip_prefix("error: ").unwrap_or(&sentence),
        variable_of(error).map_or(String::new(), |name| format!(" (it comes from {name})"))
    );
    ExitCode::from(2)
}

/// The variable that a wrong value came from; `None` where it came from a flag.
fn variable_of(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    cli::variable_of(argument.split_whitespace().next()?)
}
