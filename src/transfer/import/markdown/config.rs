//! Which program a folder was written for, and what its own config says about addresses.

use super::Files;
use super::front_matter::{Meta, of_toml, yaml};
use anyhow::Result;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The programs whose folders are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// Octopress too.
    Jekyll,
    Hugo,
    Zola,
    Eleventy,
    Astro,
    Pelican,
    Obsidian,
    /// None of them: the place of a file is its address.
    Plain,
}

/// What the reader of texts needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    pub program: Program,
    /// The folder of the whole site, with a slash at its end, or empty.
    pub root: String,
    /// The folder that texts are in, the same way.
    pub content: String,
    /// The path that all addresses begin with: `/blog`, or empty.
    pub base_path: String,
    /// The address of the site: scheme, host and path.
    pub url: String,
    pub title: String,
    pub description: String,
    pub zone: Option<TimeZone>,
    /// The pattern of all posts, and those of single folders.
    pub pattern: Option<String>,
    pub patterns: BTreeMap<String, String>,
    /// Addresses end in `.html` where the program would end them with a slash.
    pub is_ugly: bool,
    /// What ends the beginning of a text.
    pub break_mark: Option<String>,
}

/// Names of config files, and the programs whose they may be.
const FILES: &[(&str, Option<Program>)] = &[
    ("_config.yml", Some(Program::Jekyll)),
    ("_config.yaml", Some(Program::Jekyll)),
    ("_config.toml", Some(Program::Jekyll)),
    ("hugo.toml", Some(Program::Hugo)),
    ("hugo.yaml", Some(Program::Hugo)),
    ("hugo.json", Some(Program::Hugo)),
    ("config/_default/hugo.toml", Some(Program::Hugo)),
    ("config/_default/config.toml", Some(Program::Hugo)),
    ("config/_default/hugo.yaml", Some(Program::Hugo)),
    ("config/_default/config.yaml", Some(Program::Hugo)),
    // Zola's or Hugo's: what is in it says which.
    ("config.toml", None),
    ("config.yaml", Some(Program::Hugo)),
    ("config.yml", Some(Program::Hugo)),
    ("zola.toml", Some(Program::Zola)),
    ("pelicanconf.py", Some(Program::Pelican)),
    (".eleventy.js", Some(Program::Eleventy)),
    ("eleventy.config.js", Some(Program::Eleventy)),
    ("eleventy.config.cjs", Some(Program::Eleventy)),
    ("eleventy.config.mjs", Some(Program::Eleventy)),
    ("astro.config.mjs", Some(Program::Astro)),
    ("astro.config.ts", Some(Program::Astro)),
    ("astro.config.js", Some(Program::Astro)),
    (".obsidian/app.json", Some(Program::Obsidian)),
    (".obsidian/workspace.json", Some(Program::Obsidian)),
];

impl Config {
    /// Looks for the config of a site, else guesses from its folders.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn of(files: &dyn Files) -> Result<Self> {
        let names = files.names();
        let found = FILES
            .iter()
            .filter_map(|(file, program)| {
                let roots = names.iter().filter_map(|name| root_of(name, file));
                let root = roots.min_by_key(|root| root.matches('/').count())?;
                Some((root.to_owned(), *file, *program))
            })
            .min_by_key(|(root, ..)| root.matches('/').count());
        let Some((root, file, program)) = found else {
            return Ok(Self::guessed(names));
        };
        let text = String::from_utf8_lossy(&files.read(&format!("{root}{file}"))?).into_owned();
        let said = Said(values(file, &text));
        let program = program.unwrap_or_else(|| {
            if said.text(&["base_url"]).is_some() {
                Program::Zola
            } else {
                Program::Hugo
            }
        });
        Ok(Self::new(program, root, &said, names))
    }

    fn new(program: Program, root: String, said: &Said, names: &[String]) -> Self {
        let content = content_of(program, &root, said, names);
        let url = said
            .text(&["url", "baseURL", "baseurl", "base_url", "SITEURL"])
            .filter(|url| url.contains("//"))
            .unwrap_or_default();
        let of_url = url::Url::parse(&url).map(|url| url.path().trim_end_matches('/').to_owned());
        let base_path = match program {
            Program::Jekyll => said
                .text(&["baseurl", "root"])
                .filter(|path| !path.contains("//")),
            Program::Astro => said.text(&["base"]),
            _ => of_url.ok(),
        };
        let base_path = base_path.unwrap_or_default();
        let base_path = base_path.trim_matches('/');
        Self {
            program,
            content: content.unwrap_or_else(|| root.clone()),
            root,
            base_path: if base_path.is_empty() {
                String::new()
            } else {
                format!("/{base_path}")
            },
            url: url.trim_end_matches('/').to_owned(),
            title: said.text(&["title", "SITENAME"]).unwrap_or_default(),
            description: said
                .text(&["description", "subtitle", "SITESUBTITLE"])
                .unwrap_or_default(),
            zone: said
                .text(&["timezone", "timeZone", "TIMEZONE"])
                .and_then(|name| TimeZone::get(&name).ok()),
            pattern: said
                .text(&["permalink", "ARTICLE_URL", "ARTICLE_SAVE_AS"])
                .map(|pattern| pattern.trim_end_matches("index.html").to_owned()),
            patterns: said.patterns(),
            is_ugly: said.text(&["uglyURLs", "uglyurls"]).as_deref() == Some("true"),
            break_mark: said.text(&["excerpt_separator"]),
        }
    }

    /// A site without a config: its folders tell.
    fn guessed(names: &[String]) -> Self {
        let root = |folder: &str| {
            let roots = names.iter().filter_map(|name| {
                let at = format!("/{name}").find(&format!("/{folder}/"))?;
                Some(name[..at].to_owned())
            });
            roots.min_by_key(String::len)
        };
        let dated = |name: &&String| {
            let file = name.rsplit('/').next().unwrap_or_default();
            super::front_matter::day_in_numbers(file).is_some()
        };
        let none = Said(Map::new());
        if let Some(root) = root("_posts").or_else(|| root("_drafts")) {
            return Self::new(Program::Jekyll, root, &none, names);
        }
        if let Some(root) = root(".obsidian") {
            return Self::new(Program::Obsidian, root, &none, names);
        }
        if let Some(root) = names
            .iter()
            .filter_map(|name| root_of(name, "_index.md"))
            .min_by_key(|root| root.len())
        {
            let site = root.strip_suffix("content/").unwrap_or(root);
            return Self::new(Program::Hugo, site.to_owned(), &none, names);
        }
        let texts = names.iter().filter(|name| super::is_text(name));
        let (dated, other): (Vec<_>, Vec<_>) = texts.partition(dated);
        // The folder `_posts` itself.
        if dated.len() > other.len() && dated.iter().all(|name| !name.contains('/')) {
            return Self::new(Program::Jekyll, String::new(), &none, names);
        }
        Self::new(Program::Plain, String::new(), &none, names)
    }
}

/// The folder that the texts of a site are in, where it is not its root.
fn content_of(program: Program, root: &str, said: &Said, names: &[String]) -> Option<String> {
    let has = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    let below = |folders: &[&str]| {
        let all = folders.iter().map(|folder| format!("{root}{folder}/"));
        all.into_iter().find(|folder| has(folder))
    };
    match program {
        Program::Jekyll => match said.text(&["source"]) {
            Some(source) if source != "." => {
                Some(format!("{root}{}/", source.trim_matches(['.', '/'])))
            }
            _ => below(&["source/_posts"]).map(|_| format!("{root}source/")),
        },
        Program::Hugo | Program::Zola => {
            let folder = said.text(&["contentdir", "contentDir"]);
            let folder = folder.unwrap_or_else(|| "content".to_owned());
            below(&[&folder])
        }
        Program::Pelican => {
            let folder = said.text(&["PATH"]).unwrap_or_else(|| "content".to_owned());
            below(&[&folder])
        }
        Program::Astro => below(&["src"]),
        Program::Eleventy => below(&["src", "content"]),
        Program::Obsidian | Program::Plain => None,
    }
}

/// The folder that a file of this name is in, where it is one; a slash ends it.
fn root_of<'n>(name: &'n str, file: &str) -> Option<&'n str> {
    let root = name.strip_suffix(file)?;
    (root.is_empty() || root.ends_with('/')).then_some(root)
}

fn values(file: &str, text: &str) -> Map<String, Value> {
    match file.rsplit('.').next() {
        Some("yml" | "yaml") => yaml(text),
        Some("toml") => text.parse().map(of_toml).unwrap_or_default(),
        Some("json") => serde_json::from_str(text).unwrap_or_default(),
        _ => assignments(text),
    }
}

/// What scripts assign to names, where it is a text: `TIMEZONE = 'Europe/Paris'`, `base: "/blog"`.
fn assignments(script: &str) -> Map<String, Value> {
    let mut values = Map::new();
    for line in script.lines() {
        let Some((name, value)) = line.split_once(['=', ':']) else {
            continue;
        };
        let name = name.trim().trim_matches(['"', '\'']);
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty() || !name.chars().all(is_name) {
            continue;
        }
        let value = value.trim().trim_end_matches([',', ';']);
        let text = ['"', '\'', '`']
            .iter()
            .find_map(|quote| value.strip_prefix(*quote)?.split_once(*quote));
        if let Some((text, _)) = text {
            values.entry(name).or_insert_with(|| text.into());
        }
    }
    // Astro names the address of a site so.
    if let Some(site) = values.get("site").cloned() {
        values.entry("url").or_insert(site);
    }
    values
}

/// The values of a config.
struct Said(Map<String, Value>);

impl Said {
    fn text(&self, names: &[&str]) -> Option<String> {
        Meta(self.0.clone()).text(names)
    }

    /// Hugo's patterns: by section, or by kind of page and section.
    fn patterns(&self) -> BTreeMap<String, String> {
        let mut patterns = BTreeMap::new();
        let table = self.0.get("permalinks").and_then(Value::as_object);
        for (section, pattern) in table.into_iter().flatten() {
            match pattern {
                Value::String(pattern) => {
                    patterns.insert(section.clone(), pattern.clone());
                }
                Value::Object(inner) if section == "page" => {
                    for (section, pattern) in inner {
                        if let Some(pattern) = pattern.as_str() {
                            patterns.insert(section.clone(), pattern.to_owned());
                        }
                    }
                }
                _ => {}
            }
        }
        patterns
    }
}
