//! Texts of an archive that are longer than ours may be: their beginning comes in, and the whole text is kept as a file.

use super::report::{About, Note};
use crate::blog::hex;
use crate::blog::post::{Markup, SOURCE_MAX_BYTES};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the data directory that they are kept in.
pub const FOLDER: &str = "imported";
/// No system that we know lets a comment be longer, and few let it come near.
pub const COMMENT_MAX_BYTES: usize = 64 * 1024;
/// As much of a name in the archive as the name of a file holds.
const NAME_MAX_CHARS: usize = 60;

/// Where whole texts are kept. The directory is made for the first of them.
#[derive(Debug, Clone)]
pub struct Overlong(PathBuf);

/// A text of which only the beginning came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// What it is the text of, how long it is, and where all of it is.
    pub which: String,
    max_kib: usize,
}

impl Cut {
    /// What the report says.
    #[must_use]
    pub fn note(self, about: About) -> Note {
        let why = format!(
            "imported in part, because it is longer than {} KiB",
            self.max_kib
        );
        Note::new(about, self.which, why)
    }
}

impl Overlong {
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        Self(directory.to_owned())
    }

    /// Cuts the text of a post or page that is too long; gives what the report says about it.
    ///
    /// # Errors
    /// Where the whole text cannot be kept.
    pub fn post(
        &self,
        origin: &str,
        title: &str,
        source: &mut String,
        markup: Markup,
    ) -> Result<Option<Cut>> {
        self.cut(
            &format!("“{title}”"),
            origin,
            source,
            SOURCE_MAX_BYTES,
            markup,
        )
    }

    /// The same of a comment; `what` names it in the report.
    ///
    /// # Errors
    /// Where the whole text cannot be kept.
    pub fn comment(
        &self,
        origin: &str,
        what: &str,
        source: &mut String,
        markup: Markup,
    ) -> Result<Option<Cut>> {
        self.cut(what, origin, source, COMMENT_MAX_BYTES, markup)
    }

    fn cut(
        &self,
        what: &str,
        origin: &str,
        source: &mut String,
        max_bytes: usize,
        markup: Markup,
    ) -> Result<Option<Cut>> {
        if source.len() <= max_bytes {
            return Ok(None);
        }
        let path = self.0.join(file_name(origin, source, markup));
        let kept = fs::create_dir_all(&self.0).and_then(|()| fs::write(&path, source.as_bytes()));
        kept.with_context(|| format!("{} could not be written", path.display()))?;
        let cut = Cut {
            which: format!(
                "{what}, {} KiB, kept whole in {}",
                source.len() / 1024,
                path.display()
            ),
            max_kib: max_bytes / 1024,
        };
        source.truncate(source.floor_char_boundary(max_bytes));
        Ok(Some(cut))
    }
}

/// A name by which the text is found, and that no other text has.
fn file_name(origin: &str, source: &str, markup: Markup) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let from_end: Vec<char> = origin.chars().rev().take(NAME_MAX_CHARS).collect();
    let name: String = from_end.into_iter().rev().map(plain).collect();
    let digest = hex(&Sha256::digest(source)[..6]);
    let ending = match markup {
        Markup::Markdown => "md",
        Markup::Html => "html",
    };
    format!("{}-{digest}.{ending}", name.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_comes_in_cut_and_is_kept_whole() {
        let directory = tempfile::tempdir().unwrap();
        let overlong = Overlong::in_directory(&directory.path().join("imported"));
        let origin = "tag:blogger.com,1999:blog-1.post-7";
        let mut short = "x".repeat(SOURCE_MAX_BYTES);
        let line = overlong.post(origin, "Short", &mut short, Markup::Html);
        assert_eq!((line.unwrap(), short.len()), (None, SOURCE_MAX_BYTES));
        assert!(!directory.path().join("imported").exists());

        let whole = "é".repeat(SOURCE_MAX_BYTES);
        let mut source = format!("x{whole}");
        let line = overlong.post(origin, "Long", &mut source, Markup::Html);
        assert_eq!(source.len(), SOURCE_MAX_BYTES - 1, "between characters");
        let cut = line.unwrap().unwrap();
        assert!(cut.which.starts_with("“Long”, 4096 KiB, kept whole in "));
        let path = cut.which.rsplit(" in ").next().unwrap().to_owned();
        let note = cut.note(About::Post);
        assert_eq!(
            note.reason,
            "imported in part, because it is longer than 2048 KiB"
        );
        assert!(
            path.contains("tag-blogger-com-1999-blog-1-post-7-"),
            "{path}"
        );
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("x{whole}"));

        let mut comment = "y".repeat(COMMENT_MAX_BYTES + 1);
        let line = overlong.comment(
            "../../c",
            "a comment by Ada",
            &mut comment,
            Markup::Markdown,
        );
        assert!(line.unwrap().unwrap().which.contains("imported/c-"));
        assert_eq!(comment.len(), COMMENT_MAX_BYTES);
    }
}
