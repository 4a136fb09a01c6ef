//! Redirects that the author makes: from an address of this blog that holds nothing any more to where its readers find what
//! they look for. Whatever lives at an address always wins over them.

#[cfg(test)]
mod tests;

use super::Problems;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use url::{Position, Url};

/// More than anybody types; enough for a blog that moved in with all its old addresses.
pub const REDIRECTS_MAX: usize = 10_000;
/// Lines of one list.
pub const LINES_MAX: usize = 5_000;
const PATH_MAX_CHARS: usize = 1000;
const TARGET_MAX_BYTES: usize = 2000;
/// No honest way leads over more redirects than these.
const STEPS_MAX: usize = 20;
/// Folders of an address that may have a redirect for all that they hold.
const FOLDERS_MAX: usize = 8;

/// The first words of addresses where the program itself answers, and no redirect ever.
const KEPT: &[&str] = &[
    "admin", "api", "assets", "comments", "drafts", "healthz", "mail", "media", "metrics",
    "preview", "readyz",
];

/// The end of an address that represents all that begins so.
const ALL: &str = "/*";

const NOT_HERE: &str = "This isn’t an address on this blog. Please enter the part after the host name, such as /old/page.html";
const NO_ADDRESS: &str = "Please enter an address on this blog, such as /2016/06/tides.html, or the full address of another page, starting with https://.";
const OTHER_SITE: &str = "Two slashes at the start lead to another site. If that’s what you want, please enter its full address, starting with https://.";
const CONTROL: &str = "This contains characters that can’t be used in an address.";
const STAR: &str = "A star can only be at the end of an address, such as /old/*";
/// What is said of a redirect that would lead back to itself.
pub const ENDLESS: &str = "This redirect would lead back to itself.";

/// A way from an old address to another one.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Redirect {
    /// As [`canonical`] makes it.
    pub path: String,
    /// A path of this blog or a whole address, fit for a header.
    pub target: String,
    pub permanent: bool,
}

/// An address as it is looked for: decoded, so that `/caf%C3%A9` and `/café` are one; without a slash at its end.
#[must_use]
pub fn canonical(address: &str) -> String {
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let path = decoded(path);
    let path = match path.trim_end_matches('/') {
        "" => "/",
        path => path,
    };
    match query {
        Some(query) if !query.is_empty() => format!("{path}?{}", decoded(query)),
        _ => path.to_owned(),
    }
}

/// The name of the first parameter of a [`canonical`] address of the first page: `p` of `/?p=12`.
#[must_use]
pub fn first_parameter(address: &str) -> Option<&str> {
    let query = address.strip_prefix("/?")?;
    query.split(['=', '&']).next()
}

/// The names that the queries of redirects from the first page begin with, so that most queries need not be looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RedirectedQueries {
    names: BTreeSet<String>,
    /// There are more names than are kept here.
    more: bool,
}

impl RedirectedQueries {
    /// More different names than other programs have for their pages.
    const NAMES_MAX: usize = 64;

    /// Adds the first parameter of an address; false where no more need to be looked for.
    pub fn add(&mut self, address: &str) -> bool {
        self.more |= self.names.len() >= Self::NAMES_MAX;
        let name = first_parameter(address).filter(|_| !self.more);
        self.names.extend(name.map(str::to_owned));
        !self.more
    }

    /// Whether there may be a redirect for a query that begins with this name.
    #[must_use]
    pub fn hold(&self, name: &str) -> bool {
        self.more || self.names.contains(name)
    }

    /// What comes, in the order of the addresses, behind all that begin as this one does up to the end of its first name.
    #[must_use]
    pub fn behind(address: &str) -> Option<String> {
        let name = first_parameter(address)?;
        // Where nothing follows the name, others that begin with it may come next.
        let Some(separator) = address[2 + name.len()..].chars().next() else {
            return Some(address.to_owned());
        };
        Some(format!("/?{name}{separator}\u{10FFFF}"))
    }
}

/// Decodes `%41`; what is not UTF-8 then, or has control characters, stays as it is.
fn decoded(text: &str) -> String {
    let decoded = percent_decode_str(text).decode_utf8().ok();
    decoded
        .filter(|decoded| !decoded.contains(char::is_control))
        .map_or_else(|| text.to_owned(), Cow::into_owned)
}

/// The addresses under which a redirect for an address may be, the most exact first.
#[must_use]
pub fn candidates(address: &str) -> Vec<String> {
    let whole = canonical(address);
    let path = whole.split('?').next().unwrap_or_default().to_owned();
    let mut found = vec![whole];
    if found[0] != path {
        found.push(path.clone());
    }
    let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
    let ends: Vec<usize> = ends.chain([path.len()]).take(FOLDERS_MAX).collect();
    for end in ends.into_iter().rev() {
        found.push(format!("{}{ALL}", &path[..end]));
    }
    found
}

impl Redirect {
    /// Checks what was typed; `ours` is the blog's public address.
    pub fn parse(path: &str, target: &str, permanent: bool, ours: &Url) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let path = parse_path(path, ours).unwrap_or_else(|message| {
            problems.add("path", message);
            String::new()
        });
        let target = parse_target(target, ours).unwrap_or_else(|message| {
            problems.add("target", message);
            String::new()
        });
        if target.ends_with(ALL) && !path.ends_with(ALL) && problems.is_empty() {
            problems.add(
                "target",
                "To use a star here, the old address must end with a star too.",
            );
        }
        if path == canonical(without_fragment(&target)) && problems.is_empty() {
            problems.add("target", ENDLESS);
        }
        if problems.is_empty() {
            Ok(Self {
                path,
                target,
                permanent,
            })
        } else {
            Err(problems)
        }
    }

    /// Where it leads from an address, which it was found for.
    #[must_use]
    pub fn location(&self, from: &str) -> String {
        let folder = self.path.strip_suffix(ALL);
        let (Some(folder), Some(base)) = (folder, self.target.strip_suffix('*')) else {
            return self.target.clone();
        };
        let from = from.split(['?', '#']).next().unwrap_or_default();
        let parts = folder.split('/').count();
        let rest: Vec<&str> = from.split('/').skip(parts).collect();
        // Nothing at the beginning may make an address of another site of it.
        let rest = rest.join("/");
        format!("{base}{}", rest.trim_start_matches(['/', '\\']))
    }
}

fn without_fragment(target: &str) -> &str {
    target.split('#').next().unwrap_or_default()
}

/// Reads the address that is to lead elsewhere.
fn parse_path(typed: &str, ours: &Url) -> Result<String, &'static str> {
    let typed = typed.trim();
    if typed.contains(char::is_control) || typed.contains('\\') {
        return Err(CONTROL);
    }
    let origin = ours.origin().ascii_serialization();
    let path = match typed.strip_prefix(&origin) {
        Some("") => "/",
        Some(path) => path,
        None => typed,
    };
    if !path.starts_with('/') || path.starts_with("//") {
        return Err(NOT_HERE);
    }
    let path = canonical(without_fragment(path));
    if path.chars().count() > PATH_MAX_CHARS {
        return Err("This address is too long.");
    }
    let stem = path.strip_suffix(ALL).unwrap_or(&path);
    if stem.contains('*') || (stem.len() < path.len() && path.contains('?')) {
        return Err(STAR);
    }
    let first = path[1..].split(['/', '?']).next().unwrap_or_default();
    if KEPT.contains(&first.to_lowercase().as_str()) {
        return Err("The blog already has a page at this address.");
    }
    if matches!(path.as_str(), "/" | ALL) {
        return Err("The home page can’t be redirected.");
    }
    Ok(path)
}

/// Reads where it is to lead: a path of this blog, or a whole address.
fn parse_target(typed: &str, ours: &Url) -> Result<String, &'static str> {
    let typed = typed.trim();
    if typed.contains(char::is_control) {
        return Err(CONTROL);
    }
    let slash = |c: char| matches!(c, '/' | '\\');
    if typed.starts_with(slash) && typed[1..].starts_with(slash) || typed.starts_with('\\') {
        return Err(OTHER_SITE);
    }
    let url = if typed.starts_with('/') {
        ours.join(typed)
    } else {
        Url::parse(typed)
    };
    let url = url.map_err(|_| NO_ADDRESS)?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(NO_ADDRESS);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "Please enter an address without a user name or password: every reader would see them.",
        );
    }
    let target = if url.origin() == ours.origin() {
        &url[Position::BeforePath..]
    } else {
        url.as_str()
    };
    if target.starts_with("//") {
        return Err(OTHER_SITE);
    }
    if target.len() > TARGET_MAX_BYTES {
        return Err("This address is too long.");
    }
    if target.strip_suffix(ALL).unwrap_or(target).contains('*') {
        return Err(STAR);
    }
    Ok(target.to_owned())
}

/// All redirects together, so that none leads in a circle, and each straight to its end.
#[derive(Debug, Clone, Default)]
pub struct Redirects {
    by_path: BTreeMap<String, (String, bool)>,
    /// The old addresses that lead to an address of this blog.
    leading_to: BTreeMap<String, BTreeSet<String>>,
    changed: BTreeSet<String>,
}

impl Redirects {
    #[must_use]
    pub fn new(redirects: Vec<Redirect>) -> Self {
        let mut all = Self::default();
        for one in redirects {
            all.set(one);
        }
        all
    }

    #[must_use]
    pub fn of(&self, path: &str) -> Option<Redirect> {
        let (target, permanent) = self.by_path.get(path)?;
        Some(Redirect {
            path: path.to_owned(),
            target: target.clone(),
            permanent: *permanent,
        })
    }

    /// What is other than it was.
    #[must_use]
    pub fn changed(&self) -> Vec<Redirect> {
        self.changed
            .iter()
            .filter_map(|path| self.of(path))
            .collect()
    }

    /// Adds a redirect, or puts it in the place of another one: it leads straight to its end, and what led to it does so,
    /// too. Where it would lead in a circle nothing is changed.
    pub fn put(&mut self, new: Redirect) -> Result<(), &'static str> {
        let new = self.straight(new)?;
        let before = self.of(&new.path);
        if before.as_ref() == Some(&new) {
            return Ok(());
        }
        if self.by_path.len() >= REDIRECTS_MAX && before.is_none() {
            return Err("You’ve reached the maximum number of redirects. Remove some first.");
        }
        let path = new.path.clone();
        let target = new.target.clone();
        self.set(new);
        if self.is_endless(&path) {
            match before {
                Some(before) => self.set(before),
                None => self.take_out(&path),
            }
            return Err(ENDLESS);
        }
        for one in self.leading_to.get(&path).cloned().unwrap_or_default() {
            if let Some(leading) = self.of(&one) {
                self.set(Redirect {
                    target: target.clone(),
                    ..leading
                });
                self.changed.insert(one);
            }
        }
        self.changed.insert(path);
        Ok(())
    }

    fn set(&mut self, one: Redirect) {
        self.take_out(&one.path);
        if one.target.starts_with('/') {
            let target = canonical(without_fragment(&one.target));
            self.leading_to
                .entry(target)
                .or_default()
                .insert(one.path.clone());
        }
        self.by_path.insert(one.path, (one.target, one.permanent));
    }

    fn take_out(&mut self, path: &str) {
        if let Some((target, _)) = self.by_path.remove(path)
            && let Some(paths) = self
                .leading_to
                .get_mut(&canonical(without_fragment(&target)))
        {
            paths.remove(path);
        }
    }

    /// The same redirect to where its target leads by now.
    pub fn straight(&self, mut new: Redirect) -> Result<Redirect, &'static str> {
        new.target = if new.target.ends_with(ALL) {
            // Folder by folder only: what single pages of it do is their own affair.
            let mut target = new.target.clone();
            for _ in 0..STEPS_MAX {
                match self.by_path.get(&target) {
                    Some((next, _)) => target.clone_from(next),
                    None => break,
                }
            }
            target
        } else {
            self.end_of(&new.target).ok_or(ENDLESS)?
        };
        if new.path == canonical(without_fragment(&new.target)) {
            return Err(ENDLESS);
        }
        Ok(new)
    }

    /// Where somebody arrives who is sent to an address; `None`: nowhere ever.
    fn end_of(&self, target: &str) -> Option<String> {
        let mut target = target.to_owned();
        for _ in 0..STEPS_MAX {
            match self.next(&target) {
                Some(next) => target = next,
                None => return Some(target),
            }
        }
        None
    }

    fn next(&self, address: &str) -> Option<String> {
        if !address.starts_with('/') {
            return None;
        }
        let address = without_fragment(address);
        let found = candidates(address)
            .into_iter()
            .find_map(|path| self.of(&path));
        found.map(|one| one.location(address))
    }

    /// Whether somebody could walk in a circle now that a redirect was added.
    fn is_endless(&self, added: &str) -> bool {
        let begins_endless = |path: &str| self.end_of(&path.replace('*', "x")).is_none();
        // Every circle leads over the one that is new; one for a whole folder has many places for it.
        if added.ends_with(ALL) {
            self.by_path.keys().any(|path| begins_endless(path))
        } else {
            begins_endless(added)
        }
    }
}

/// What a line of a list would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    New,
    /// It is there already.
    Same,
    /// Another target is there: this one.
    Conflict(String),
    Wrong(String),
}

/// A line of a list of redirects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub text: String,
    /// The address that it is about, where it could be read.
    pub path: String,
    pub fate: Fate,
}

/// Reads a list of redirects, `from to [status]` on a line, divided by tabs, spaces or commas, and adds what is new to those
/// that there are; what exists already is replaced only where that is wished. Says of each line what became of it.
pub fn add_list(text: &str, ours: &Url, replace: bool, redirects: &mut Redirects) -> Vec<Line> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().map(str::trim).zip(1..);
    let mut named = BTreeSet::new();
    lines
        .filter(|(line, _)| !line.is_empty() && !line.starts_with('#'))
        .take(LINES_MAX)
        .map(|(text, number)| {
            let (path, fate) = match parse_line(text, ours) {
                Ok(new) => (new.path.clone(), add(new, replace, &mut named, redirects)),
                Err(message) => (String::new(), Fate::Wrong(message)),
            };
            Line {
                number,
                text: text.chars().take(200).collect(),
                path,
                fate,
            }
        })
        .collect()
}

/// Adds the redirect of a line; `named` are the old addresses of the lines before it.
fn add(
    new: Redirect,
    replace: bool,
    named: &mut BTreeSet<String>,
    redirects: &mut Redirects,
) -> Fate {
    let wrong = |message: &str| Fate::Wrong(message.to_owned());
    let straight = match redirects.straight(new) {
        Ok(straight) => straight,
        Err(message) => return wrong(message),
    };
    let standing = redirects.of(&straight.path);
    if standing.as_ref() == Some(&straight) {
        return Fate::Same;
    }
    if !named.insert(straight.path.clone()) {
        return wrong("An earlier line redirects this address to a different place.");
    }
    let fate = standing.map_or(Fate::New, |standing| Fate::Conflict(standing.target));
    if fate != Fate::New && !replace {
        return fate;
    }
    match redirects.put(straight) {
        Ok(()) => fate,
        Err(message) => wrong(message),
    }
}

fn parse_line(line: &str, ours: &Url) -> Result<Redirect, String> {
    let divider: fn(char) -> bool = if line.contains('\t') {
        |c| c == '\t'
    } else if line.contains(char::is_whitespace) {
        char::is_whitespace
    } else {
        |c| c == ','
    };
    let fields: Vec<&str> = line
        .split(divider)
        .map(|field| field.trim().trim_end_matches(',').trim_matches('"'))
        .filter(|field| !field.is_empty())
        .collect();
    let (path, target, status) = match fields[..] {
        [path, target] => (path, target, "301"),
        [path, target, status] => (path, target, status),
        _ => {
            return Err(
                "Please write the old address, the new address and, optionally, a status."
                    .to_owned(),
            );
        }
    };
    let permanent = match status.trim_end_matches('!') {
        "301" | "308" => true,
        "302" | "303" | "307" => false,
        _ => {
            return Err(format!(
                "“{status}” isn’t a redirect status. Use 301 or 308 for permanent, 302 or 307 for temporary."
            ));
        }
    };
    let target = target.replace("/:splat", ALL);
    if [path, &target].iter().any(|address| address.contains("/:")) {
        return Err("Placeholders such as :year aren’t supported.".to_owned());
    }
    Redirect::parse(path, &target, permanent, ours).map_err(|problems| {
        let first = problems.0.into_iter().next();
        first.map_or_else(String::new, |problem| problem.message)
    })
}
