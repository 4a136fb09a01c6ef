//! Files of the old blog, in a directory or a zip file: the pictures among them are taken into the library before anything is
//! fetched.

use super::App;
use crate::blog::media::SENT_MAX_BYTES;
use crate::blog::time::Millis;
use crate::error::Error;
use crate::transfer::input::{Input, Member};
use crate::transfer::source::Cancelled;
use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// Rows of pictures that are looked at together.
const AT_ONCE: i64 = 200;

/// Where files of the old blog are.
#[derive(Debug, Clone)]
pub enum OldFiles {
    Directory(PathBuf),
    /// Files of an archive, by their paths in it, with and without the folder that all of them are in.
    Packed(Arc<HashMap<String, Member>>),
}

/// A file of the old blog.
enum OldFile {
    OnDisk(PathBuf),
    Packed(Box<Member>),
}

impl OldFiles {
    /// Looks at a directory or an archive.
    ///
    /// # Errors
    /// Where it cannot be read, or is a damaged archive.
    pub fn open(path: &Path) -> Result<Self> {
        if path.is_dir() {
            return Ok(Self::Directory(path.to_owned()));
        }
        let input = Input::open(&[path.to_owned()])?;
        let mut members = HashMap::with_capacity(input.members.len());
        let top = top_folder(&input.members);
        for member in input.members {
            if let Some(below) = top.as_ref().and_then(|top| member.name.strip_prefix(top)) {
                members.insert(below.to_owned(), member.clone());
            }
            members.insert(member.name.clone(), member);
        }
        Ok(Self::Packed(Arc::new(members)))
    }

    /// The file of an address.
    fn find(&self, address: &str) -> Option<OldFile> {
        match self {
            Self::Directory(directory) => found(directory, address).map(OldFile::OnDisk),
            Self::Packed(members) => {
                let names = names_of(address)?;
                let member = names.iter().find_map(|name| members.get(name))?;
                Some(OldFile::Packed(Box::new(member.clone())))
            }
        }
    }
}

/// The folder, with its slash, that all members are in.
fn top_folder(members: &[Member]) -> Option<String> {
    let first = members.first()?;
    let top = &first.name[..=first.name.find('/')?];
    let is_of_all = members.iter().all(|member| member.name.starts_with(top));
    is_of_all.then(|| top.to_owned())
}

impl OldFiles {
    /// Stores the pictures that are among files of the old blog, each as what would have been fetched from its old address.
    /// `now` is the time of the import; `goes_on` ends it early.
    ///
    /// # Errors
    /// Where a file, the disk or the database fails, or it was ended.
    pub async fn take(
        &self,
        app: &App,
        now: Millis,
        goes_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<()> {
        let mut after = 0;
        loop {
            let missing = app.store.fetches().missing(after, AT_ONCE).await?;
            let Some(last) = missing.last() else {
                return Ok(());
            };
            after = last.id;
            for picture in &missing {
                if !goes_on() {
                    return Err(Cancelled.into());
                }
                let Some(file) = self.find(&picture.address) else {
                    continue;
                };
                let name = file.name();
                let bytes = tokio::task::spawn_blocking(move || file.read())
                    .await
                    .map_err(|error| Error::Internal(format!("a file: {error}")))??;
                let fetches = app.store.fetches();
                match app.add_picture(bytes, &name, picture.author_id).await? {
                    Ok(stored) => fetches.succeeded(picture.id, stored.id).await?,
                    Err(refused) => fetches.failed(picture, refused.0, false, now).await?,
                }
            }
        }
    }
}

impl OldFile {
    fn name(&self) -> String {
        let path = match self {
            Self::OnDisk(path) => path.as_path(),
            Self::Packed(member) => Path::new(&member.name),
        };
        let name = path.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// What a file holds; of one that is too large only so much that it is refused for its size.
    fn read(&self) -> Result<Vec<u8>> {
        let most = SENT_MAX_BYTES as u64 + 1;
        let mut bytes = Vec::new();
        match self {
            Self::OnDisk(path) => File::open(path)
                .and_then(|file| file.take(most).read_to_end(&mut bytes))
                .with_context(|| format!("{} cannot be read", path.display()))?,
            Self::Packed(member) => {
                let file = member.open(drop)?;
                file.take(most)
                    .read_to_end(&mut bytes)
                    .with_context(|| format!("{} cannot be read", member.name))?
            }
        };
        Ok(bytes)
    }
}

/// What a file of an address may be called: its path, from any folder on its way.
fn names_of(address: &str) -> Option<Vec<String>> {
    let url = url::Url::parse(address).ok()?;
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    Some(
        (0..parts.len())
            .map(|from| parts[from..].join("/"))
            .collect(),
    )
}

/// The file of an address: the directory may be any folder on its way.
fn found(directory: &Path, address: &str) -> Option<PathBuf> {
    names_of(address)?.into_iter().find_map(|name| {
        let below = PathBuf::from(name);
        let is_plain = below
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let file = directory.join(below);
        (is_plain && file.is_file()).then_some(file)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_from_any_folder_on_its_way_and_never_outside() {
        let home = tempfile::tempdir().unwrap();
        let uploads = home.path().join("uploads");
        std::fs::create_dir_all(uploads.join("2016/06")).unwrap();
        std::fs::write(uploads.join("2016/06/a b.jpg"), "x").unwrap();
        std::fs::write(home.path().join("secret.jpg"), "x").unwrap();
        let address = "https://a.example/wp-content/uploads/2016/06/a%20b.jpg?w=3";
        for directory in [home.path(), &uploads, &uploads.join("2016")] {
            assert_eq!(
                found(directory, address),
                Some(uploads.join("2016/06/a b.jpg"))
            );
        }
        for outside in [
            "https://a.example/%2e%2e%2fsecret.jpg",
            "https://a.example/none.jpg",
        ] {
            assert_eq!(found(&uploads, outside), None);
        }
    }

    #[test]
    fn a_file_of_an_archive_is_found_by_any_part_of_its_address() {
        let home = tempfile::tempdir().unwrap();
        for (top, name) in [
            ("", "uploads/2016/06/a b.jpg"),
            ("", "2016/06/a b.jpg"),
            ("backup/", "wp-content/uploads/2016/06/a b.jpg"),
        ] {
            let path = home.path().join("files.zip");
            std::fs::write(home.path().join("a"), "picture").unwrap();
            std::fs::write(home.path().join("b"), "words").unwrap();
            let packed = [
                (format!("{top}{name}"), home.path().join("a")),
                (format!("{top}other.txt"), home.path().join("b")),
            ];
            let mut zip = std::fs::File::create(&path).unwrap();
            crate::transfer::export::zip::write(&packed, &mut zip).unwrap();
            let files = OldFiles::open(&path).unwrap();
            let address = "https://a.example/wp-content/uploads/2016/06/a%20b.jpg?w=3";
            let file = files.find(address).unwrap();
            assert_eq!(file.name(), "a b.jpg");
            assert_eq!(file.read().unwrap(), b"picture");
            assert!(files.find("https://a.example/none.jpg").is_none());
            assert!(
                files
                    .find("https://a.example/%2e%2e%2fsecret.jpg")
                    .is_none()
            );
        }
        std::fs::write(home.path().join("bad.zip"), b"PK\x03\x04 and no more").unwrap();
        assert!(OldFiles::open(&home.path().join("bad.zip")).is_err());
    }
}
