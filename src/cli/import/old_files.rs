//! Files of the old blog in a directory: the pictures among them are taken into the library before anything is fetched.

use crate::app::App;
use crate::blog::media::SENT_MAX_BYTES;
use crate::blog::time::Millis;
use crate::clock::Clock;
use crate::config::Config;
use crate::jobs;
use crate::secrets::Passwords;
use crate::store::Store;
use anyhow::{Context, Result};
use percent_encoding::percent_decode_str;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// Rows of pictures that are looked at together.
const AT_ONCE: i64 = 200;

/// Stores the pictures that are in the directory, each as what would have been fetched from its old address.
/// `now` is the time of the import.
pub(super) async fn take(
    config: &Config,
    store: &Store,
    directory: &Path,
    now: Millis,
) -> Result<()> {
    let app = App::new(
        config.clone(),
        store.clone(),
        Clock::System,
        Passwords::default(),
    )
    .await?;
    let mut after = 0;
    loop {
        let missing = store.fetches().missing(after, AT_ONCE).await?;
        let Some(last) = missing.last() else {
            break;
        };
        after = last.id;
        for picture in &missing {
            let Some(path) = found(directory, &picture.address) else {
                continue;
            };
            let bytes = read(&path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            match app.add_picture(bytes, &name, picture.author_id).await? {
                Ok(stored) => store.fetches().succeeded(picture.id, stored.id).await?,
                Err(refused) => {
                    store
                        .fetches()
                        .failed(picture, refused.0, false, now)
                        .await?;
                }
            }
        }
    }
    jobs::rerender(&app).await?;
    Ok(())
}

/// What a file holds; of one that is too large only so much that it is refused for its size.
fn read(path: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(SENT_MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(bytes)
}

/// The file of an address: the directory may be any folder on its way.
fn found(directory: &Path, address: &str) -> Option<PathBuf> {
    let url = url::Url::parse(address).ok()?;
    let path = percent_decode_str(url.path()).decode_utf8().ok()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    (0..parts.len()).find_map(|from| {
        let below: PathBuf = parts[from..].iter().collect();
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
}
