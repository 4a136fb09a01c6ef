//! What the server that runs notes in the file of its lock: who it is and where the blog is, so that a command on the same machine need
//! not be given the same flags again.

use super::data;
use crate::config::Config;
use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// The file whose lock says that a server works on a data directory.
const FILE: &str = "daybook.lock";

/// What a server noted: its process, and then a line for each thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// The process, as text: it is only ever shown.
    pub process: String,
    pub url: Option<Url>,
    pub listen: Option<SocketAddr>,
}

#[must_use]
pub fn path(data: &Path) -> PathBuf {
    data.join(FILE)
}

/// Writes down who serves, and where.
pub fn write(mut lock: &File, config: &Config) {
    let words = format!(
        "{}\nurl {}\nlisten {}\n",
        std::process::id(),
        config.url,
        config.listen
    );
    let noted = lock
        .set_len(0)
        .and_then(|()| lock.write_all(words.as_bytes()));
    if let Err(error) = noted {
        tracing::warn!(%error, "the lock file does not say who holds it");
    }
}

/// What the server that serves a data directory, or that served it last, noted; nothing where none has.
#[must_use]
pub fn read(data: &Path) -> Note {
    let text = std::fs::read_to_string(path(data)).unwrap_or_default();
    let mut note = Note::default();
    for (number, line) in text.lines().enumerate() {
        match line.split_once(' ') {
            None if number == 0 => line.clone_into(&mut note.process),
            Some(("url", url)) => note.url = url.parse().ok(),
            Some(("listen", address)) => note.listen = address.parse().ok(),
            _ => {}
        }
    }
    note
}

/// The config as the running server has it: what nobody gave to this command is what the server was given.
#[must_use]
pub fn apply(config: &Config) -> Config {
    let note = read(&config.data);
    let mut config = config.clone();
    if config.assumed.listen
        && let Some(listen) = note.listen
    {
        config.listen = listen;
    }
    if config.assumed.url
        && let Some(url) = note.url
    {
        config.url = url;
    }
    config
}

/// Says in the log what everybody can read.
pub fn warn_of_others(config: &Config) {
    if let Some(sentence) = data::open_to_others(config) {
        tracing::warn!("{sentence}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_older_program_noted_is_its_process() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(path(directory.path()), "4711\n").unwrap();
        assert_eq!(
            read(directory.path()),
            Note {
                process: "4711".to_owned(),
                ..Note::default()
            }
        );
        assert_eq!(read(&directory.path().join("nowhere")), Note::default());
    }
}
