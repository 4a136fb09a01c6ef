//! Writes a backup while a server runs: the media, the database as it is at one moment, and what proves both.

use super::{
    BLOCK, CONFIG, DATABASE, FORMAT, Growing, MANIFEST, Manifest, SUMS, Unfinished, blocking,
    header, hex, media_part, padding, proof, sync_directory,
};
use crate::blog::time::Millis;
use crate::media::Media;
use crate::store::backup::{self, Going};
use crate::store::file;
use crate::store::source::Source;
use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

/// So much is read and written at once.
const PIECE: usize = 256 * 1024;

/// The blog that is backed up.
#[derive(Debug, Clone)]
pub struct Blog {
    pub database: PathBuf,
    pub media: Media,
    pub data: PathBuf,
}

impl Blog {
    /// How many bytes a backup will have, about.
    pub fn bytes(&self) -> Result<u64> {
        let mut bytes = self.database.metadata().map_or(0, |meta| meta.len());
        for (_, path) in self.media.files()? {
            bytes += path.metadata().map_or(0, |meta| meta.len());
        }
        Ok(bytes)
    }
}

/// A backup that is on disk.
#[derive(Debug, Clone)]
pub struct Written {
    pub manifest: Manifest,
    pub bytes: u64,
    /// What was wrong with the blog already, a sentence each.
    pub wrong: Vec<String>,
}

/// Writes a backup into a file that is not there yet. It is under its name only when all of it is on disk.
pub async fn write(blog: &Blog, to: &Path, now: Millis, going: &Going) -> Result<Written> {
    if to.exists() {
        bail!("{} already exists; it has not been changed", to.display());
    }
    let (building, copy) = (file::sibling(to, ".new"), file::sibling(to, ".db.new"));
    let cannot = || format!("{} cannot be written", to.display());
    let unfinished = Unfinished(vec![
        building.clone(),
        copy.clone(),
        file::sibling(&copy, "-journal"),
    ]);
    remove_stale([&building, &copy]).with_context(cannot)?;
    // Where it is written there is room for a copy, should the blog's own disk let nothing be made.
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    let source = Source::of(&blog.database, directory.unwrap_or(Path::new("."))).await?;
    let schema = file::schema(source.path()).await?;
    let mut packing = Packing::new(to, private(&building).with_context(cannot)?, going);

    // Media come before the database that names them, and once more behind it: what it names is either here by now or was
    // brought in since.
    let media = blog.media.clone();
    packing = blocking(move || packing.media(&media)).await?;
    backup::copy_out(source.path(), &copy, going.clone()).await?;
    drop(source);
    let counts = backup::counts(&copy).await?;
    let named = backup::media_names(&copy).await?;
    let (blog, to) = (blog.clone(), to.to_owned());
    blocking(move || {
        // Released here: a large copy takes a moment to be taken away, which no thread that answers has.
        let _unfinished = unfinished;
        packing = packing.rest(&blog, &copy)?;
        let missing = named
            .into_iter()
            .filter(|name| !packing.packed.contains(name))
            .collect();
        let manifest = Manifest {
            format: FORMAT,
            made_at: now.rfc3339(),
            daybook: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            posts: counts.posts,
            comments: counts.comments,
            media: packing.packed.len() as u64,
            missing,
        };
        let wrong = packing.finish(&manifest, now)?;
        let bytes = building.metadata()?.len();
        name_it(&building, &to)?;
        Ok(Written {
            manifest,
            bytes,
            wrong,
        })
    })
    .await
}

/// Takes away what a backup that was cut off left behind.
fn remove_stale(files: [&PathBuf; 2]) -> std::io::Result<()> {
    for stale in files {
        if stale.exists() {
            std::fs::remove_file(stale)?;
        }
    }
    Ok(())
}

/// Gives a backup that is complete its name, for good.
fn name_it(building: &Path, to: &Path) -> Result<()> {
    if to.exists() {
        bail!(
            "{} has been created by something else; it has not been changed",
            to.display()
        );
    }
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty());
    std::fs::rename(building, to)
        .and_then(|()| sync_directory(directory.unwrap_or(Path::new("."))))
        .with_context(|| format!("{} cannot be written", to.display()))
}

/// A new file that nobody else on this machine can read: a backup holds everything.
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

struct Packing {
    /// What the file will be called.
    to: PathBuf,
    file: Growing,
    going: Going,
    sums: String,
    /// The media that are in by now.
    packed: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Packing {
    /// With nothing in the file yet.
    fn new(to: &Path, file: File, going: &Going) -> Self {
        Self {
            to: to.to_owned(),
            file: Growing::new(file),
            going: going.clone(),
            sums: String::new(),
            packed: BTreeSet::new(),
            wrong: Vec::new(),
        }
    }

    /// Puts all media in that are not in yet.
    fn media(mut self, media: &Media) -> Result<Self> {
        let mut files = media.files()?;
        files.sort();
        for (name, path) in files {
            if self.packed.contains(&name) {
                continue;
            }
            let Some(digest) = self.file(&media_part(&name), &path)? else {
                // Its author took it away just now.
                continue;
            };
            if !digest.starts_with(name.split('.').next().unwrap_or_default()) {
                self.wrong.push(format!("the media file {name} is damaged"));
            }
            self.packed.insert(name);
        }
        Ok(self)
    }

    /// Puts in what comes behind the media: the copy of the database, the media that came since, the configuration.
    fn rest(mut self, blog: &Blog, copy: &Path) -> Result<Self> {
        self.file(DATABASE, copy)?;
        self = self.media(&blog.media)?;
        let config = blog.data.join(CONFIG);
        if config.exists() {
            self.file(CONFIG, &config)?;
        }
        Ok(self)
    }

    /// Puts a file in; gives its digest, or `None` where it is gone.
    fn file(&mut self, part: &str, path: &Path) -> Result<Option<String>> {
        let cannot = || format!("{} cannot be read", path.display());
        let file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            file => file.with_context(cannot)?,
        };
        let about = file.metadata().with_context(cannot)?;
        let modified_at: Millis = about.modified().with_context(cannot)?.into();
        self.part(part, about.len(), modified_at, file).map(Some)
    }

    /// Puts a part in; gives its digest.
    fn part(
        &mut self,
        name: &str,
        bytes: u64,
        modified_at: Millis,
        mut from: impl Read,
    ) -> Result<String> {
        let seconds = u64::try_from(modified_at.0 / 1000).unwrap_or(0);
        self.put(header(name, bytes, seconds)?.as_bytes())?;
        let (mut digest, mut left) = (Sha256::new(), bytes);
        let mut piece = vec![0; PIECE];
        while left > 0 {
            let wanted = usize::try_from(left).unwrap_or(PIECE).min(PIECE);
            from.read_exact(&mut piece[..wanted])
                .with_context(|| format!("{name} cannot be read completely"))?;
            digest.update(&piece[..wanted]);
            self.put(&piece[..wanted])?;
            left -= wanted as u64;
        }
        self.put(&[0; BLOCK][..padding(bytes)])?;
        let digest = hex(digest);
        self.sums.extend([&digest, "  ", name, "\n"]);
        Ok(digest)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        if !(self.going)(bytes.len() as u64) {
            bail!("it was stopped");
        }
        self.file
            .write_all(bytes)
            .with_context(|| format!("{} cannot be written", self.to.display()))
    }

    /// Puts in what proves the rest; gives what was wrong with the blog.
    fn finish(mut self, manifest: &Manifest, now: Millis) -> Result<Vec<String>> {
        let text = serde_json::to_string_pretty(manifest)? + "\n";
        self.part(MANIFEST, text.len() as u64, now, text.as_bytes())?;
        let sums = format!("{}{}", self.sums, proof(&self.sums));
        self.part(SUMS, sums.len() as u64, now, sums.as_bytes())?;
        // Where an archive ends.
        self.put(&[0; 2 * BLOCK])?;
        self.file
            .file
            .sync_all()
            .with_context(|| format!("{} cannot be written", self.to.display()))?;
        let missing = manifest.missing.iter();
        self.wrong
            .extend(missing.map(|name| format!("the media file {name} is missing")));
        Ok(self.wrong)
    }
}
