//! What an import did, for the operator to read when it is over, and for programs as JSON.

use std::collections::BTreeMap;
use std::fmt;

use crate::blog::comment::State;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Notes that are kept one by one; of more only the numbers are.
const NOTES_MAX: usize = 100_000;
/// Of each reason so many examples are printed.
const EXAMPLES: usize = 3;

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    Post,
    Page,
    Comment,
    Picture,
    File,
    Address,
}

impl About {
    /// The word for so many of them.
    fn word(self, count: u64) -> &'static str {
        match (self, count) {
            (Self::Post, 1) => "post",
            (Self::Post, _) => "posts",
            (Self::Page, 1) => "page",
            (Self::Page, _) => "pages",
            (Self::Comment, 1) => "comment",
            (Self::Comment, _) => "comments",
            (Self::Picture, 1) => "picture",
            (Self::Picture, _) => "pictures",
            (Self::File, 1) => "file",
            (Self::File, _) => "files",
            (Self::Address, 1) => "address",
            (Self::Address, _) => "addresses",
        }
    }
}

impl From<crate::blog::post::Kind> for About {
    fn from(kind: crate::blog::post::Kind) -> Self {
        match kind {
            crate::blog::post::Kind::Post => Self::Post,
            crate::blog::post::Kind::Page => Self::Page,
        }
    }
}

/// One thing that the operator should know: what it is about, which one, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub about: About,
    /// The title, the commenter with the time, or the address; empty where a number says enough.
    pub which: String,
    /// The same words for all that have the same reason.
    pub reason: String,
    pub count: u64,
}

impl Note {
    #[must_use]
    pub fn new(about: About, which: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            about,
            which: which.into(),
            reason: reason.into(),
            count: 1,
        }
    }

    /// Many at once, without names.
    #[must_use]
    pub fn counted(about: About, count: u64, reason: impl Into<String>) -> Self {
        Self {
            about,
            which: String::new(),
            reason: reason.into(),
            count,
        }
    }
}

/// Notes by what they are about and by their reasons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    by_reason: BTreeMap<(About, String), Group>,
    kept: usize,
}

/// All that have one reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Group {
    count: u64,
    which: Vec<String>,
}

impl Notes {
    pub fn add(&mut self, note: Note) {
        let group = self.by_reason.entry((note.about, note.reason)).or_default();
        group.count += note.count;
        if !note.which.is_empty() && self.kept < NOTES_MAX {
            self.kept += 1;
            group.which.push(note.which);
        }
    }
}

/// What became of the pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct PictureCounts {
    /// Addresses of pictures on other servers that posts show.
    pub elsewhere: u64,
    /// Stored here by now.
    pub stored: u64,
    /// Fetched later by the server.
    pub waiting: u64,
    pub failed: u64,
}

/// What became of the old addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AddressCounts {
    /// The post is there as it was.
    pub kept: u64,
    /// They lead on for ever.
    pub redirected: u64,
    pub lost: u64,
}

/// What the old addresses answer, asked of this blog when all is in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct AskedCounts {
    pub asked: u64,
    /// They show what was there.
    pub page: u64,
    /// They lead to it.
    pub led_on: u64,
    /// They are of files that are not here yet.
    pub waiting: u64,
    /// They show nothing, or something else; each is a note.
    pub lost: u64,
    /// There are too many of them.
    pub not_asked: u64,
}

/// Counts what came in. A second import of the same file finds all of it already here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub posts: u64,
    pub drafts: u64,
    pub scheduled: u64,
    pub pages: u64,
    /// Pages that were never published.
    pub draft_pages: u64,
    /// Posts and pages that came from the old blog's trash and are in ours.
    pub trashed: u64,
    pub tags: u64,
    pub comments: BTreeMap<State, u64>,
    /// Pingbacks and trackbacks, which are no comments.
    pub pings: u64,
    pub pictures: PictureCounts,
    pub addresses: AddressCounts,
    /// `None` where nothing was asked.
    pub asked: Option<AskedCounts>,
    /// Posts, pages and comments that are here from an earlier import.
    pub already_here: u64,
    pub skipped: u64,
    /// Nothing was changed.
    pub dry_run: bool,
    /// What was skipped or changed, and why.
    pub notes: Notes,
}

impl Report {
    /// Notes what was left out.
    pub fn skip(&mut self, note: Note) {
        self.skipped += note.count;
        self.notes.add(note);
    }

    /// The report for programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let comments: BTreeMap<String, u64> = self
            .comments
            .iter()
            .map(|(state, count)| (state.to_string(), *count))
            .collect();
        json!({
            "posts": {
                "published": self.posts,
                "drafts": self.drafts,
                "scheduled": self.scheduled,
                "pages": self.pages,
                "draft_pages": self.draft_pages,
                "trashed": self.trashed,
            },
            "comments": comments,
            "pings": self.pings,
            "tags": self.tags,
            "pictures": self.pictures,
            "addresses": {
                "kept": self.addresses.kept,
                "redirected": self.addresses.redirected,
                "lost": self.addresses.lost,
                "asked": self.asked,
            },
            "already_here": self.already_here,
            "skipped": self.skipped,
            "dry_run": self.dry_run,
            "notes": self.notes.json(),
        })
    }
}

impl Notes {
    /// One for each thing that was named; those that only have a number say it.
    fn json(&self) -> Vec<Value> {
        let mut all = Vec::new();
        for ((about, reason), group) in &self.by_reason {
            let named = group.which.len() as u64;
            all.extend(
                group
                    .which
                    .iter()
                    .map(|which| json!({"kind": about, "address": which, "reason": reason})),
            );
            if group.count > named {
                let count = group.count - named;
                all.push(json!({"kind": about, "address": "", "reason": reason, "count": count}));
            }
        }
        all
    }
}

/// As wide as the longest name of a count, with its indent.
const NAME_WIDTH: usize = 14;
/// Millions stay aligned.
const COUNT_WIDTH: usize = 9;

impl Report {
    fn counts(&self) -> Vec<Line> {
        let line = |name: &str, count: u64| {
            Some(Line {
                name: name.to_owned(),
                is_part: false,
                count,
            })
        };
        let some = |name: &str, count: u64| line(name, count).filter(|_| count > 0);
        let states = self.comments.iter().map(|(state, count)| {
            Some(Line {
                name: state.to_string(),
                is_part: true,
                count: *count,
            })
        });
        let mut lines = vec![
            line("Posts", self.posts),
            line("Drafts", self.drafts),
            some("Scheduled", self.scheduled),
            line("Pages", self.pages),
            some("Draft pages", self.draft_pages),
            some("In the trash", self.trashed),
            line("Tags", self.tags),
            line("Comments", self.comments.values().sum()),
        ];
        lines.extend(states);
        lines.extend([
            some("Pingbacks", self.pings),
            line("Already there", self.already_here),
            line("Skipped", self.skipped),
        ]);
        if let Some(counts) = &self.asked {
            lines.push(line("Old links", counts.asked + counts.not_asked));
            let parts = [
                ("with a page", counts.page),
                ("leading on", counts.led_on),
                ("waiting", counts.waiting),
                ("lost", counts.lost),
                ("not asked", counts.not_asked),
            ];
            let parts = parts.into_iter().filter(|(_, count)| *count > 0);
            lines.extend(parts.map(|(name, count)| {
                Some(Line {
                    name: name.to_owned(),
                    is_part: true,
                    count,
                })
            }));
        }
        lines.into_iter().flatten().collect()
    }
}

/// A line of a report.
struct Line {
    name: String,
    /// Whether it is a part of the one above.
    is_part: bool,
    count: u64,
}

/// A report for a page, and for a file until the next import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Names of counts, and the counts.
    pub counts: Vec<(String, u64)>,
    pub reasons: Vec<Reason>,
}

/// Why something was skipped or changed, and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// `4 comments`
    pub what: String,
    pub why: String,
    /// The first of them, by name.
    pub which: Vec<String>,
    /// How many more there are than are named.
    pub more: u64,
}

impl Notes {
    /// Each reason with so many names.
    #[must_use]
    pub fn reasons(&self, names_max: usize) -> Vec<Reason> {
        let reasons = self.by_reason.iter().map(|((about, why), group)| {
            let which: Vec<String> = group.which.iter().take(names_max).cloned().collect();
            Reason {
                what: format!("{} {}", group.count, about.word(group.count)),
                why: why.clone(),
                more: group.count.saturating_sub(which.len() as u64),
                which,
            }
        });
        reasons.collect()
    }
}

impl Report {
    /// The report with so many names to each reason.
    #[must_use]
    pub fn summary(&self, names_max: usize) -> Summary {
        let counts = self.counts().into_iter();
        Summary {
            counts: counts
                .map(|line| {
                    let name = if line.is_part {
                        format!("of them {}", line.name)
                    } else {
                        line.name
                    };
                    (name, line.count)
                })
                .collect(),
            reasons: self.notes.reasons(names_max),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for Line {
            name,
            is_part,
            count,
        } in self.counts()
        {
            let name = if is_part { format!("  {name}") } else { name };
            writeln!(f, "{name:NAME_WIDTH$}{count:>COUNT_WIDTH$}")?;
        }
        if !self.notes.by_reason.is_empty() {
            f.write_str("\nSkipped or changed, and why:\n")?;
        }
        for ((about, reason), group) in &self.notes.by_reason {
            let count = group.count;
            writeln!(f, "  {count} {}: {reason}", about.word(count))?;
            for which in group.which.iter().take(EXAMPLES) {
                writeln!(f, "      {which}")?;
            }
            let more = group.which.len().saturating_sub(EXAMPLES);
            if more > 0 {
                writeln!(f, "      and {more} more, which --report FILE lists")?;
            }
        }
        if self.dry_run {
            f.write_str("\nNothing was changed: this was a dry run.\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many have a reason that begins so.
    fn count(notes: &Notes, about: About, reason: &str) -> u64 {
        let fitting = notes
            .by_reason
            .iter()
            .filter(|((what, why), _)| *what == about && why.starts_with(reason));
        fitting.map(|(_, group)| group.count).sum()
    }

    #[test]
    fn a_report_is_aligned_and_counts_by_reason() {
        let mut report = Report {
            posts: 1234,
            pages: 2,
            comments: [(State::Approved, 47), (State::Spam, 5)].into(),
            ..Report::default()
        };
        for name in ["Ada", "Ben", "Cleo", "Dora"] {
            report.skip(Note::new(
                About::Comment,
                name,
                "its post is not in the file",
            ));
        }
        let expected = "\
Posts              1234
Drafts                0
Pages                 2
Tags                  0
Comments             52
  approved           47
  spam                5
Already there         0
Skipped               4

Skipped or changed, and why:
  4 comments: its post is not in the file
      Ada
      Ben
      Cleo
      and 1 more, which --report FILE lists
";
        assert_eq!(report.to_string(), expected);
        assert_eq!(count(&report.notes, About::Comment, "its post"), 4);
    }

    #[test]
    fn a_report_without_surprises_ends_with_its_counts() {
        let text = Report::default().to_string();
        assert!(text.ends_with("Skipped               0\n"));
        assert!(!text.contains("In the trash"));
    }

    #[test]
    fn programs_get_each_note() {
        let mut report = Report::default();
        report.skip(Note::counted(About::File, 7, "neither a post nor a page"));
        report
            .notes
            .add(Note::new(About::Address, "/admin/", "is ours"));
        let json = report.json();
        assert_eq!(json["posts"]["published"], 0);
        assert_eq!(json["addresses"]["lost"], 0);
        assert_eq!(
            json["notes"],
            json!([
                {"kind": "file", "address": "", "reason": "neither a post nor a page", "count": 7},
                {"kind": "address", "address": "/admin/", "reason": "is ours"},
            ])
        );
    }
}
