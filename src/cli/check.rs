//! `daybook check`: opens everything, verifies it, says what is wrong.

use crate::clock::Clock;
use crate::config::Config;
use crate::media::Media;
use crate::store::Store;
use anyhow::{Result, bail};

pub async fn run(config: &Config) -> Result<()> {
    println!(
        "Config: serves {} on {}, data in {}",
        config.origin(),
        config.listen,
        config.data.display()
    );
    let store = Store::open(&config.database, false, false, &Clock::System).await?;
    let mut problems = store.problems().await?;
    let known = store.media_names().await?;
    store.close().await;
    let media = Media::new(config.media_directory());
    problems.extend(media.problems()?);
    let there = media.names().await?;
    let missing = known.iter().filter(|name| !there.contains(name));
    problems.extend(missing.map(|name| format!("the media file {name} is missing")));
    for problem in &problems {
        println!("Wrong: {problem}");
    }
    if !problems.is_empty() {
        bail!(
            "{} found",
            if problems.len() == 1 {
                "1 problem was".to_owned()
            } else {
                format!("{} problems were", problems.len())
            }
        );
    }
    println!("Database, search index and media are whole.");
    Ok(())
}
