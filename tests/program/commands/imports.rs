//! Imports by command: the report, dry runs, files that are refused.

use crate::support::program::{FIXTURES, Home, fixture};
use serde_json::Value;

/// The number behind a name in an import's report; 0 where the line is missing.
fn reported(report: &str, name: &str) -> u64 {
    report
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
        .unwrap_or(0)
}

#[test]
fn the_report_of_an_import_counts_what_came_and_a_second_one_changes_nothing() {
    for name in FIXTURES {
        let expected = fixture(&format!(
            "{}.expected.json",
            name.split('.').next().unwrap()
        ));
        let expected: Value = serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
        let home = Home::set_up();
        let path = fixture(name).to_string_lossy().into_owned();
        let foretold = home.done(&["import", "blogger", &path, "--dry-run"]);
        let report = home.import(&fixture(name));
        for line in ["Posts", "Drafts", "Pages", "Tags", "Comments"] {
            assert_eq!(
                reported(&foretold, line),
                reported(&report, line),
                "{line}: {foretold}"
            );
        }
        for (line, key) in [
            ("Posts", "published_posts"),
            ("Drafts", "drafts"),
            ("Pages", "pages"),
            ("  approved", "comments"),
        ] {
            assert_eq!(
                reported(&report, line),
                expected[key].as_u64().unwrap(),
                "{line}: {report}"
            );
        }
        let skipped = reported(&report, "Skipped");
        let total = expected["comments_total"].as_u64().unwrap();
        assert_eq!(reported(&report, "Comments") + skipped, total, "{report}");
        assert!(report.contains("its post is not in the file"), "{report}");

        let before = home.dump();
        assert!(before.len() > 40, "{} rows", before.len());
        let again = home.import(&fixture(name));
        for line in ["Posts", "Drafts", "Pages", "Tags", "Comments"] {
            assert_eq!(reported(&again, line), 0, "{again}");
        }
        assert!(reported(&again, "Already there") > 0);
        assert_eq!(home.dump(), before);
    }
}

#[test]
fn a_dry_run_changes_nothing() {
    let home = Home::set_up();
    let before = home.dump();
    let path = fixture(FIXTURES[1]).to_string_lossy().into_owned();
    let report = home.done(&["import", "blogger", &path, "--dry-run"]);
    assert_eq!(reported(&report, "Posts"), 8);
    assert!(report.contains("Nothing was changed"));
    assert_eq!(home.dump(), before);
}

#[test]
fn a_dry_run_without_a_blog_makes_none() {
    let home = Home::new();
    let path = fixture(FIXTURES[1]).to_string_lossy().into_owned();
    let report = home.done(&["import", "blogger", &path, "--dry-run"]);
    assert_eq!(reported(&report, "Posts"), 8);
    assert!(!home.database().exists());
}

#[test]
fn a_file_that_is_cut_off_or_no_export_changes_nothing() {
    let home = Home::set_up();
    let before = home.dump();
    for name in FIXTURES {
        let whole = std::fs::read(fixture(name)).unwrap();
        for part in [whole.len() / 3, whole.len() * 2 / 3, whole.len() - 10] {
            let cut = home.file("cut.xml");
            std::fs::write(&cut, &whole[..part]).unwrap();
            let sentence = home.refused(&["import", "blogger", &cut.to_string_lossy()]);
            assert!(
                sentence.contains("ends in the middle"),
                "{name} at {part}: {sentence}"
            );
        }
    }
    for other in [
        "{\"posts\": []}",
        "<rss version=\"2.0\"><channel></channel></rss>",
        "",
        "\0\0\0\0PK",
    ] {
        let file = home.file("other");
        std::fs::write(&file, other).unwrap();
        let sentence = home.refused(&["import", "blogger", &file.to_string_lossy()]);
        assert!(sentence.contains("Blogger"), "{other}: {sentence}");
    }
    let lost = home.file("lost.xml");
    home.refused(&["import", "blogger", &lost.to_string_lossy()]);
    assert_eq!(home.dump(), before);
}

#[test]
fn a_file_that_is_refused_makes_no_new_blog() {
    let whole = std::fs::read(fixture(FIXTURES[1])).unwrap();
    for bytes in [&whole[..whole.len() / 2], b"no export"] {
        let home = Home::new();
        let file = home.file("broken.atom");
        std::fs::write(&file, bytes).unwrap();
        home.refused(&["import", "blogger", &file.to_string_lossy()]);
        assert!(!home.database().exists());
    }
}
