//! What an import did, for the operator to read when it is over.

use std::collections::BTreeMap;
use std::fmt;

use crate::blog::comment::State;

/// Counts what came in. A second import of the same file finds all of it already here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub posts: u64,
    pub drafts: u64,
    pub pages: u64,
    /// Standing pages that were never published.
    pub draft_pages: u64,
    /// Posts and pages that came from the old blog's trash and lie in ours.
    pub trashed: u64,
    pub tags: u64,
    pub comments: BTreeMap<State, u64>,
    /// Posts, pages and comments that an earlier import had brought.
    pub already_here: u64,
    pub skipped: u64,
    /// What was skipped or changed, and why: one line each.
    pub lines: Vec<String>,
}

/// As wide as the longest name of a count, with its indent.
const NAME_WIDTH: usize = 14;
/// Millions stay aligned.
const COUNT_WIDTH: usize = 9;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut line =
            |name: &str, count: u64| writeln!(f, "{name:NAME_WIDTH$}{count:>COUNT_WIDTH$}");
        line("Posts", self.posts)?;
        line("Drafts", self.drafts)?;
        line("Pages", self.pages)?;
        if self.draft_pages > 0 {
            line("Draft pages", self.draft_pages)?;
        }
        if self.trashed > 0 {
            line("In the trash", self.trashed)?;
        }
        line("Tags", self.tags)?;
        line("Comments", self.comments.values().sum())?;
        for (state, count) in &self.comments {
            line(&format!("  {state}"), *count)?;
        }
        line("Already there", self.already_here)?;
        line("Skipped", self.skipped)?;
        if !self.lines.is_empty() {
            f.write_str("\nSkipped or changed, and why:\n")?;
        }
        for line in &self.lines {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_aligned_and_names_what_was_skipped_line_by_line() {
        let report = Report {
            posts: 1234,
            pages: 2,
            comments: [(State::Approved, 47), (State::Spam, 5)].into(),
            skipped: 1,
            lines: vec!["comment “Hello”: its post is not in the file".into()],
            ..Report::default()
        };
        let expected = "\
Posts              1234
Drafts                0
Pages                 2
Tags                  0
Comments             52
  approved           47
  spam                5
Already there         0
Skipped               1

Skipped or changed, and why:
  comment “Hello”: its post is not in the file
";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn a_report_without_surprises_ends_with_its_counts() {
        let text = Report::default().to_string();
        assert!(text.ends_with("Skipped               0\n"));
        assert!(!text.contains("In the trash"));
    }
}
