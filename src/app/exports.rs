//! Moving out in the admin pages: the texts are written into a folder of their own, then all files go out packed, while they are read.

use super::App;
use crate::error::{Error, Result};
use crate::transfer::export::zip::Packed;
use crate::transfer::export::{self, Outgoing};
use std::path::Path;
use tempfile::TempDir;

pub use crate::transfer::export::Format as ExportFormat;

/// An export that is ready to be sent; its texts are taken away with it.
#[derive(Debug)]
pub struct Export {
    folder: TempDir,
    files: Vec<Packed>,
    /// The name that it is saved under.
    pub name: String,
}

impl Export {
    /// Writes it as a zip file.
    ///
    /// # Errors
    /// Where a file cannot be read, or `out` takes nothing more.
    pub fn write(self, out: &mut impl std::io::Write) -> std::io::Result<()> {
        let done = export::zip::write(&self.files, out);
        self.folder.close()?;
        done
    }
}

impl App {
    /// Exports the blog.
    pub async fn export(&self, format: ExportFormat) -> Result<Export> {
        let place = self.transfer_folder().await?;
        let folder = tempfile::Builder::new()
            .prefix("export-")
            .tempdir_in(place)?;
        let texts = folder.path().join("texts");
        let blog = Outgoing {
            store: &self.store,
            media: &self.media,
            origin: &self.config.origin(),
            now: self.now(),
        };
        export::texts(blog, format, &texts).await.map_err(why)?;
        let media = self.media.clone();
        let files = tokio::task::spawn_blocking(move || {
            let mut files = files_below(&texts, "")?;
            let named = media.files()?.into_iter();
            files.extend(named.map(|(name, path)| (format!("media/{name}"), path)));
            files.sort();
            Ok::<_, std::io::Error>(files)
        });
        let files = files
            .await
            .map_err(|error| Error::Internal(format!("an export: {error}")))??;
        let word = match format {
            ExportFormat::Json => "daybook",
            ExportFormat::Wordpress => "wordpress",
            ExportFormat::Markdown => "markdown",
        };
        let day = self.now().day(&self.site().await?.zone);
        Ok(Export {
            folder,
            files,
            name: format!("{word}-{day}.zip"),
        })
    }
}

/// Why there is no export; a full disk is one of the reasons.
fn why(error: anyhow::Error) -> Error {
    match error.downcast::<std::io::Error>() {
        Ok(error) => Error::File(error),
        Err(error) => Error::Internal(format!("an export: {error:#}")),
    }
}

/// The files of a folder and its folders.
fn files_below(folder: &Path, before: &str) -> std::io::Result<Vec<Packed>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            files.extend(files_below(&entry.path(), &format!("{name}/"))?);
        } else {
            files.push((name, entry.path()));
        }
    }
    Ok(files)
}
