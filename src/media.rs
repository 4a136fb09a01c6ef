//! Media: files that posts show, each named by the digest of its bytes, so that one content is kept once
//! and an address never changes its meaning.

use crate::blog::time::Millis;
use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// The kinds of picture that are served, by the ending of their names.
const KINDS: &[(&str, &str)] = &[
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
];

/// Hexadecimal digits of the digest that make a name: 128 bits never meet by chance.
const NAME_DIGITS: usize = 32;

#[derive(Debug, Clone)]
pub struct Media {
    directory: PathBuf,
}

/// A file as it is served.
#[derive(Debug)]
pub struct File {
    pub bytes: Vec<u8>,
    pub content_type: &'static str,
    pub modified_at: Millis,
}

impl Media {
    #[must_use]
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Keeps a picture and gives its address. The file is whole and on disk before anything can point to it.
    pub fn keep(&self, bytes: &[u8], ending: &str) -> std::io::Result<String> {
        let name = format!("{}.{ending}", digest(bytes));
        let directory = self.directory.join(&name[..2]);
        let path = directory.join(&name);
        if !path.exists() {
            std::fs::create_dir_all(&directory)?;
            let building = directory.join(format!("{name}.new"));
            std::fs::write(&building, bytes)?;
            std::fs::File::open(&building)?.sync_all()?;
            std::fs::rename(&building, &path)?;
            std::fs::File::open(&directory)?.sync_all()?;
        }
        Ok(format!("/media/{name}"))
    }

    /// The file of a name; `None` for names that we never give and files that are not there.
    pub async fn open(&self, name: &str) -> Result<Option<File>> {
        let Some(content_type) = content_type(name) else {
            return Ok(None);
        };
        let path = self.directory.join(&name[..2]).join(name);
        match read(&path).await {
            Ok((bytes, modified_at)) => Ok(Some(File {
                bytes,
                content_type,
                modified_at,
            })),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::Internal(format!("media {name}: {error}"))),
        }
    }

    /// Files that are not what their names say; gives a sentence for each.
    pub fn problems(&self) -> std::io::Result<Vec<String>> {
        let mut problems = Vec::new();
        for (name, path) in self.files()? {
            problems.extend(problem(&name, &path)?);
        }
        problems.sort();
        Ok(problems)
    }

    /// Copies all files into a folder, which is made if there are any: flat, so that the address `/media/NAME` is the
    /// file `NAME` there. All of it is on disk when this gives how many there were.
    pub fn copy_all(&self, folder: &Path) -> std::io::Result<u64> {
        let files = self.files()?;
        if files.is_empty() {
            return Ok(0);
        }
        std::fs::create_dir(folder)?;
        for (name, path) in &files {
            let copy = folder.join(name);
            std::fs::copy(path, &copy)?;
            std::fs::File::open(&copy)?.sync_all()?;
        }
        std::fs::File::open(folder)?.sync_all()?;
        Ok(files.len() as u64)
    }

    /// The names and the places of all files that are ours.
    fn files(&self) -> std::io::Result<Vec<(String, PathBuf)>> {
        let mut files = Vec::new();
        if !self.directory.exists() {
            return Ok(files);
        }
        for directory in std::fs::read_dir(&self.directory)? {
            let directory = directory?.path();
            if !directory.is_dir() {
                continue;
            }
            for file in std::fs::read_dir(directory)? {
                let file = file?;
                let name = file.file_name().to_string_lossy().into_owned();
                if content_type(&name).is_some() {
                    files.push((name, file.path()));
                }
            }
        }
        Ok(files)
    }
}

fn problem(name: &str, path: &Path) -> std::io::Result<Option<String>> {
    let wanted = digest(&std::fs::read(path)?);
    Ok((!name.starts_with(&wanted)).then(|| format!("the media file {name} is damaged")))
}

/// The part of a name that its bytes decide.
fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(NAME_DIGITS / 2)
        .fold(String::new(), |name, byte| format!("{name}{byte:02x}"))
}

/// The content type of a name that [`Media::keep`] gives; any other name is nobody's.
fn content_type(name: &str) -> Option<&'static str> {
    let (digest, ending) = name.split_once('.')?;
    let ours =
        digest.len() == NAME_DIGITS && digest.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    KINDS
        .iter()
        .find(|(known, _)| ours && *known == ending)
        .map(|(_, content_type)| *content_type)
}

/// The bytes of a file and the time of its last change.
async fn read(path: &Path) -> std::io::Result<(Vec<u8>, Millis)> {
    let bytes = tokio::fs::read(path).await?;
    let modified = tokio::fs::metadata(path).await?.modified()?;
    Ok((bytes, modified.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_kept_picture_is_found_under_its_address_and_kept_once() {
        let directory = tempfile::tempdir().unwrap();
        let media = Media::new(directory.path().to_owned());
        let address = media.keep(b"picture", "png").unwrap();
        assert_eq!(media.keep(b"picture", "png").unwrap(), address);
        let name = address.strip_prefix("/media/").unwrap();
        assert_eq!(media.open(name).await.unwrap().unwrap().bytes, b"picture");
        assert_eq!(media.problems().unwrap(), Vec::<String>::new());
        std::fs::write(directory.path().join(&name[..2]).join(name), b"other").unwrap();
        assert_eq!(media.problems().unwrap().len(), 1);
    }

    #[test]
    fn no_name_leads_out_of_the_directory() {
        for bad in [
            "../x.png",
            "",
            ".",
            "ab.png",
            "/etc/passwd",
            "00112233445566778899aabbccddeeff.svg",
        ] {
            assert_eq!(content_type(bad), None, "{bad}");
        }
    }
}
