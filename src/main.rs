//! Parses the command line, starts the log, runs the command; a failure is one sentence on standard error.

use clap::Parser;
use daybook::cli::Cli;
use std::io::Write;
use std::process::ExitCode;
use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return explained(&error),
    };
    match cli.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where nobody listens, the exit code says it.
            let _ = writeln!(std::io::stderr(), "daybook: {error:#}");
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
        "daybook: {}; see daybook --help",
        sentence.strip_prefix("error: ").unwrap_or(&sentence)
    );
    ExitCode::from(2)
}
