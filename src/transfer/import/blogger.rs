//! Reads Blogger's two exports: the `.xml` of the old days and `feed.atom` of Google Takeout.
//!
//! A stream: however long the file, one entry of it is in memory. A file that does not reach `</feed>` ends in an
//! error, never in silence, and the bodies of posts and comments stay byte for byte what Blogger held.

mod scan;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt;
use std::io::BufRead;

use self::scan::{Field, Fields, Scan, Turn};
use super::xml::{ENTRY_MAX_BYTES, Stop};
use crate::blog::comment::State;
use crate::blog::post::{Comments, Kind, Markup};
use crate::blog::time::Millis;
use crate::transfer::archive::{Comment, Entry, On, Post, Status};
use crate::transfer::report::{About, Note};

/// What Blogger gives as the address of everyone who keeps theirs private.
const NO_EMAIL: &str = "noreply@blogger.com";

/// Enough of a title to find it again; most are shorter.
const SHORT_CHARS: usize = 80;

/// Why an export cannot be read, or not to its end. Bytes are counted from the beginning of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    NotBlogger,
    /// The file ends before `</feed>`.
    CutOff {
        byte: u64,
        /// The last entry that was whole.
        after: Option<String>,
    },
    /// Not XML, or not UTF-8.
    Broken {
        byte: u64,
        why: String,
    },
    /// A document type can name other files and grow without end, and Blogger writes none.
    DocumentType,
    TooDeep {
        byte: u64,
    },
    TooLarge {
        byte: u64,
    },
    Unreadable {
        byte: u64,
        why: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::NotBlogger => f.write_str(
                "This is not a Blogger export. Blogger exports a blog as blog-DATE.xml, or as feed.atom inside \
                 the archive of Google Takeout, which must be unpacked first.",
            ),
            Self::CutOff { byte, after } => {
                write!(f, "The file ends in the middle, at byte {byte}")?;
                match after {
                    Some(after) => write!(f, ", after the {after}")?,
                    None => f.write_str(", within its first entry")?,
                }
                f.write_str(". Download the export again.")
            }
            Self::Broken { byte, why } => write!(f, "The file is damaged near byte {byte}: {why}."),
            Self::DocumentType => {
                f.write_str("The file declares a document type, which Blogger exports never do.")
            }
            Self::TooDeep { byte } => {
                write!(f, "The file is nested too deeply at byte {byte}.")
            }
            Self::TooLarge { byte } => write!(
                f,
                "The entry that ends after byte {byte} is larger than {} MiB.",
                ENTRY_MAX_BYTES / 1024 / 1024
            ),
            Self::Unreadable { byte, why } => {
                write!(f, "The file cannot be read beyond byte {byte}: {why}.")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads an export as a stream; each call of `next` gives the next entry. After an error there is no other entry.
///
/// What the blog called itself comes first. A comment without the name of its post names an empty one.
pub struct Blogger<R: BufRead> {
    scan: Scan<R>,
    title: String,
    description: String,
    introduced: bool,
    ready: VecDeque<Entry>,
    /// The last entry that was whole.
    last: Option<String>,
    over: bool,
}

impl<R: BufRead> Blogger<R> {
    /// Looks at the beginning and refuses what is not a Blogger export.
    pub fn open(reader: R) -> Result<Self, Error> {
        let mut blogger = Self {
            scan: Scan::new(reader),
            title: String::new(),
            description: String::new(),
            introduced: false,
            ready: VecDeque::new(),
            last: None,
            over: false,
        };
        match blogger.scan.turn() {
            Ok(Turn::Head(head)) if is_bloggers(&head) => {
                blogger.title = head.title();
                head.text(Field::Subtitle)
                    .clone_into(&mut blogger.description);
                Ok(blogger)
            }
            Ok(_) => Err(Error::NotBlogger),
            Err(stop) => Err(blogger.explain(stop)),
        }
    }

    /// Bytes read so far (for a progress bar).
    pub fn position(&self) -> u64 {
        self.scan.position()
    }

    /// Reads on until there is something to give, or the file is over.
    fn read_on(&mut self) -> Result<(), Error> {
        match self.scan.turn() {
            Ok(Turn::Entry(fields)) => {
                let name = name(&fields);
                self.take_over(fields);
                self.last = Some(name);
            }
            Ok(Turn::Head(_)) => {}
            Ok(Turn::End) => {
                self.introduce();
                self.over = true;
            }
            Err(stop) => return Err(self.explain(stop)),
        }
        Ok(())
    }

    fn take_over(&mut self, fields: Fields) {
        match kind(&fields).as_str() {
            "settings" => self.take_setting(&fields),
            "template" => {}
            "post" => self.give(|entries| post(fields, Kind::Post, entries)),
            "page" => self.give(|entries| post(fields, Kind::Page, entries)),
            "comment" => self.give(|entries| comment(fields, entries)),
            "" => self.give(|entries| {
                skip(entries, &fields, "the export does not say what it is");
            }),
            _ => self.give(|entries| {
                skip(entries, &fields, "neither a post nor a page nor a comment");
            }),
        }
    }

    /// The settings know the blog's name better than the head of the feed.
    fn take_setting(&mut self, setting: &Fields) {
        let id = setting.text(Field::Id);
        let value = setting.text(Field::Content).to_owned();
        if value.is_empty() {
            return;
        }
        if id.ends_with(".BLOG_NAME") {
            self.title = value;
        } else if id.ends_with(".BLOG_DESCRIPTION") {
            self.description = value;
        }
    }

    /// Makes an entry ready, after the blog itself.
    fn give(&mut self, entry: impl FnOnce(&mut VecDeque<Entry>)) {
        self.introduce();
        entry(&mut self.ready);
    }

    /// Says once what the blog called itself.
    fn introduce(&mut self) {
        let says_something = !self.title.is_empty() || !self.description.is_empty();
        if !self.introduced && says_something {
            self.ready.push_back(Entry::Blog {
                title: self.title.clone(),
                description: self.description.clone(),
            });
        }
        self.introduced = true;
    }

    fn explain(&self, stop: Stop) -> Error {
        let byte = self.position();
        match stop {
            Stop::NotExport => Error::NotBlogger,
            Stop::CutOff => Error::CutOff {
                byte,
                after: self.last.clone(),
            },
            Stop::DocumentType => Error::DocumentType,
            Stop::TooDeep => Error::TooDeep { byte },
            Stop::TooLarge => Error::TooLarge { byte },
            Stop::Broken(why) => Error::Broken { byte, why },
            Stop::Unreadable(why) => Error::Unreadable { byte, why },
        }
    }
}

impl<R: BufRead> Iterator for Blogger<R> {
    type Item = Result<Entry, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.ready.pop_front() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            if let Err(error) = self.read_on() {
                self.over = true;
                return Some(Err(error));
            }
        }
    }
}

fn is_bloggers(head: &Fields) -> bool {
    head.text(Field::Id).contains("blogger.com") || head.text(Field::Generator) == "Blogger"
}

/// The kind of an entry in lower case: `post`, `page`, `comment`, `settings`, `template`, or one that we do not know.
fn kind(fields: &Fields) -> String {
    match fields.text(Field::Type) {
        "" => fields.kind.to_ascii_lowercase(),
        new => new.to_ascii_lowercase(),
    }
}

/// What an operator may find an entry by: its kind with its title, or with its id.
fn name(fields: &Fields) -> String {
    let kind = match kind(fields) {
        none if none.is_empty() => "entry".to_owned(),
        kind => short(&kind),
    };
    match fields.title() {
        none if none.is_empty() => format!("{kind} {}", short(fields.text(Field::Id))),
        title => format!("{kind} “{}”", short(&title)),
    }
}

/// The beginning of a text, fit for one line of a terminal.
fn short(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(SHORT_CHARS)
        .map(|character| {
            if character.is_control() {
                ' '
            } else {
                character
            }
        })
        .collect();
    if text.chars().nth(SHORT_CHARS).is_some() {
        short.push('…');
    }
    short
}

fn skip(entries: &mut VecDeque<Entry>, fields: &Fields, why: &str) {
    entries.push_back(Entry::Skipped(Note::new(about(fields), name(fields), why)));
}

fn about(fields: &Fields) -> About {
    match kind(fields).as_str() {
        "page" => About::Page,
        "comment" => About::Comment,
        "post" => About::Post,
        _ => About::File,
    }
}

fn post(mut fields: Fields, kind: Kind, entries: &mut VecDeque<Entry>) {
    let Some(times) = Times::of(&fields, entries) else {
        return;
    };
    let status = status(&fields);
    entries.push_back(Entry::Post(Box::new(Post {
        origin: fields.text(Field::Id).to_owned(),
        kind,
        status,
        title: fields.title(),
        path: path(&fields),
        source: fields.take_content(),
        markup: Markup::Html,
        author: fields.text(Field::Name).to_owned(),
        excerpt: fields.text(Field::SearchDescription).to_owned(),
        comments: comments(fields.text(Field::ReaderComments)),
        published_at: Some(times.published_at),
        updated_at: Some(times.updated_at),
        tags: tags(fields.labels),
        ..Post::default()
    })));
}

fn comment(mut fields: Fields, entries: &mut VecDeque<Entry>) {
    let Some(times) = Times::of(&fields, entries) else {
        return;
    };
    let post = match fields.text(Field::Parent) {
        "" => fields.in_reply_to.clone(),
        parent => parent.to_owned(),
    };
    entries.push_back(Entry::Comment(Box::new(Comment {
        origin: fields.text(Field::Id).to_owned(),
        other_origins: Vec::new(),
        on: On::Origin(post),
        parent: answered(&fields),
        state: state(&fields),
        name: fields.text(Field::Name).to_owned(),
        url: fields.text(Field::Uri).to_owned(),
        email: match fields.text(Field::Email) {
            NO_EMAIL => String::new(),
            email => email.to_owned(),
        },
        markup: Markup::Html,
        source: fields.take_content(),
        created_at: times.published_at,
    })));
}

/// When an entry was published and last changed.
struct Times {
    published_at: Millis,
    updated_at: Millis,
}

impl Times {
    /// Reads the dates of an entry, one used in place of another that cannot be read. `None` where there is no date
    /// or no id: such an entry is skipped.
    fn of(fields: &Fields, entries: &mut VecDeque<Entry>) -> Option<Self> {
        if fields.text(Field::Id).is_empty() {
            let why = "it has no id, so a second import would create it twice";
            skip(entries, fields, why);
            return None;
        }
        let read = |field| Millis::parse(fields.text(field));
        let (published, updated, created) = (
            read(Field::Published),
            read(Field::Updated),
            read(Field::Created),
        );
        let Some(published_at) = published.or(created).or(updated) else {
            skip(entries, fields, "its date cannot be read");
            return None;
        };
        if published.is_none() && !fields.text(Field::Published).is_empty() {
            let used = published_at.rfc3339();
            let which = format!(
                "{}: `{}`, so {used}",
                name(fields),
                short(fields.text(Field::Published))
            );
            let why = "its date cannot be read, so another one of it is used";
            entries.push_back(Entry::Changed(Note::new(about(fields), which, why)));
        }
        Some(Self {
            published_at,
            updated_at: updated.unwrap_or(published_at),
        })
    }
}

/// A trashed entry goes on saying that it is live. What we do not know stays a draft, so that no word becomes public
/// that was not.
fn status(fields: &Fields) -> Status {
    let status = fields.text(Field::Status);
    if is_trashed(fields) {
        Status::Trashed
    } else if is_draft(fields) {
        Status::Draft
    } else if matches!(status, "" | "LIVE" | "SCHEDULED") {
        Status::Published
    } else {
        Status::Draft
    }
}

fn state(fields: &Fields) -> State {
    if is_trashed(fields) {
        return State::Deleted;
    }
    match fields.text(Field::Status) {
        "" | "LIVE" if !is_draft(fields) => State::Approved,
        "SPAM_COMMENT" => State::Spam,
        "GHOSTED_COMMENT" => State::Hidden,
        _ => State::Waiting,
    }
}

fn is_trashed(fields: &Fields) -> bool {
    !fields.text(Field::Trashed).is_empty() || fields.text(Field::Status).contains("TRASHED")
}

fn is_draft(fields: &Fields) -> bool {
    fields.text(Field::Draft) == "yes"
}

fn comments(word: &str) -> Comments {
    match word {
        "DONT_ALLOW_SHOW_EXISTING" => Comments::Closed,
        "DONT_ALLOW_HIDE_EXISTING" => Comments::Hidden,
        _ => Comments::Blog,
    }
}

/// The address from the slash on, without query and fragment; `None` for what never had one.
fn path(fields: &Fields) -> Option<String> {
    super::path(match fields.text(Field::Filename) {
        "" => &fields.alternate,
        filename => filename,
    })
}

/// The id of the comment that this one answers. The old export gives its address, which ends in its number.
fn answered(fields: &Fields) -> Option<String> {
    let in_reply_to = fields.text(Field::InReplyTo);
    if !in_reply_to.is_empty() {
        return Some(in_reply_to.to_owned());
    }
    let (_, number) = fields.related.rsplit_once("/comments/default/")?;
    let (blog, _) = fields.text(Field::Id).rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{blog}-{number}"))
}

/// Each label once, in the order of the file.
fn tags(labels: Vec<String>) -> Vec<String> {
    let mut tags = Vec::with_capacity(labels.len());
    for label in labels {
        if !tags.contains(&label) {
            tags.push(label);
        }
    }
    tags
}
