//! `daybook backup` and `daybook restore`: the whole blog into one file, and back.

use super::progress::Progress;
use super::{data, serve};
use crate::clock::Clock;
use crate::config::{Config, ConfigArgs};
use crate::media::Media;
use crate::store::backup::Going;
use crate::transfer::backup::{self, Blog};
use anyhow::{Context, Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; it must not exist yet
    file: PathBuf,
}

#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// A file written by daybook backup
    file: PathBuf,
    /// Move the existing content of the data directory out of the way first
    #[arg(long)]
    replace: bool,
}

/// The blog of a config, as a backup takes it.
pub fn blog(config: &Config) -> Blog {
    Blog {
        database: config.database.clone(),
        media: Media::of(config),
        data: config.data.clone(),
    }
}

/// Long work that shows how far it is and is never stopped.
fn shown(what: &str, bytes: u64) -> Going {
    let progress = Mutex::new(Progress::new(what, bytes));
    Arc::new(move |bytes| {
        if bytes > 0 {
            let progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
            progress.add(bytes);
        }
        true
    })
}

pub async fn run(args: BackupArgs, config: &Config) -> Result<()> {
    let blog = blog(config);
    if !blog.database.exists() {
        bail!("there is no blog at {}", config.data.display());
    }
    let going = shown("Backing up", blog.bytes()?);
    let written = backup::write(&blog, &args.file, Clock::System.now(), &going).await?;
    drop(going);
    // What is on the disk is what counts.
    let going = shown("Verifying", written.bytes);
    let file = args.file.clone();
    let read = tokio::task::spawn_blocking(move || backup::unpack(&file, None, &going)).await?;
    if read? != written.manifest {
        bail!(
            "{} does not contain what was written to it",
            args.file.display()
        );
    }
    for wrong in &written.wrong {
        println!("Problem: {wrong}");
    }
    print!("{}", written.manifest);
    println!("\nBacked up to {}", args.file.display());
    Ok(())
}

pub async fn restore(args: RestoreArgs, config: &Config, given: &ConfigArgs) -> Result<()> {
    let bytes = std::fs::metadata(&args.file)
        .with_context(|| format!("{} cannot be opened", args.file.display()))?
        .len();
    let made = !config.data.exists();
    data::make(&config.data)?;
    let restored = restore_into(&args, config, bytes).await;
    if restored.is_err() && made {
        // Nothing is left behind, not even a directory: what is in it is the lock, or it stays.
        let _ = std::fs::remove_file(serve::lock_path(config));
        let _ = std::fs::remove_dir(&config.data);
    }
    let restored = restored?;
    print!("{}", restored.manifest);
    println!(
        "\nRestored the backup of {} into {}",
        restored.manifest.made_at,
        config.data.display()
    );
    for replaced in &restored.replaced {
        println!("The previous content was moved to {}", replaced.display());
    }
    if data::is_of_root(&config.data) {
        println!(
            "Note: all files belong to root. If the server runs as another user, run this first: chown -R USER: {}",
            config.data.display()
        );
    }
    if let Some(sentence) = data::open_to_others(config) {
        println!("Note: {sentence}");
    }
    for missing in restored.manifest.missing {
        println!("Problem: the media file {missing} was already missing when the backup was made");
    }
    // The config that came back counts from now on.
    let config = Config::read(given)?;
    let here = config.data.join("daybook.db");
    if config.database != here {
        println!(
            "Note: the config says that the database is {}; the restored one is {}",
            config.database.display(),
            here.display()
        );
    }
    Ok(())
}

async fn restore_into(args: &RestoreArgs, config: &Config, bytes: u64) -> Result<backup::Restored> {
    let Some(_lock) = serve::try_lock(config)? else {
        bail!(
            "Daybook is running on {}; stop it first",
            config.data.display()
        );
    };
    let going = shown("Restoring", bytes);
    let now = Clock::System.now();
    backup::restore(&args.file, &config.data, args.replace, now, &going).await
}
