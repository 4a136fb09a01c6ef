//! Reads a folder of Markdown files as the program reads it that it was written for: Jekyll, Octopress, Hugo, Zola, Eleventy,
//! Astro, Pelican, Obsidian, or none.
//!
//! The folder is looked through once for what each file says about itself ([`Site`]); texts are read again when they are
//! asked for, one at a time. No name leads out of the folder: files are only ever asked for by names that are in its list.

mod config;
mod dialect;
mod front_matter;
mod permalink;
mod segments;
mod site;
mod targets;
mod templating;
mod text;

pub use front_matter::{split, yaml, yaml_list};
pub use site::Site;

use anyhow::Result;

/// The files of a folder, or of one that is packed.
pub trait Files {
    /// Their paths below it, with `/` between the parts.
    fn names(&self) -> &[String];

    /// # Errors
    /// Where the file cannot be read.
    fn read(&self, name: &str) -> Result<Vec<u8>>;
}

/// Endings of texts in Markdown.
const TEXTS: &[&str] = &["md", "markdown", "mkd", "mkdn", "mkdown", "mdx"];
/// Endings of pictures that posts can show.
const PICTURES: &[&str] = &["png", "jpg", "jpeg", "gif", "webp", "avif", "svg"];

fn ending(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or_default();
    file.rsplit_once('.')
        .map_or(String::new(), |(_, ending)| ending.to_lowercase())
}

fn is_text(name: &str) -> bool {
    TEXTS.contains(&ending(name).as_str())
}

fn is_picture(name: &str) -> bool {
    PICTURES.contains(&ending(name).as_str())
}

#[cfg(test)]
mod tests;
