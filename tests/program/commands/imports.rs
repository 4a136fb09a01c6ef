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

/// An export of WordPress: numbers, addresses and states of its posts.
fn wordpress(host: &str, posts: &[(u32, &str, &str)]) -> String {
    let items = posts.iter().map(|(number, address, state)| {
        format!(
            "<item><title>Tide {number}</title><link>https://{host}{address}</link><guid>https://{host}/?p={number}</guid>\
             <wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2016-06-05 10:00:00</wp:post_date_gmt>\
             <wp:post_name>n{number}</wp:post_name><wp:status>{state}</wp:status><wp:post_type>post</wp:post_type>\
             <category domain='category' nicename='sea'>The Sea</category><content:encoded><![CDATA[Words \
             <img src='https://{host}/wp-content/uploads/a.jpg'>]]></content:encoded></item>"
        )
    });
    let items: String = items.collect();
    format!(
        "<?xml version='1.0'?><rss xmlns:content='http://purl.org/rss/1.0/modules/content/' \
         xmlns:wp='http://wordpress.org/export/1.2/'><channel><title>Old</title><link>https://{host}</link>\
         <wp:wxr_version>1.2</wp:wxr_version><wp:category><wp:term_id>3</wp:term_id>\
         <wp:category_nicename>sea</wp:category_nicename><wp:cat_name>The Sea</wp:cat_name></wp:category>{items}</channel></rss>"
    )
}

#[test]
fn each_old_address_is_asked_of_the_blog_when_all_is_in() {
    for home in [Home::set_up(), Home::new()] {
        let import = |host: &str, posts: &[(u32, &str, &str)]| {
            let (file, json) = (home.file("old.xml"), home.file("report.json"));
            std::fs::write(&file, wordpress(host, posts)).unwrap();
            let (file, out) = (file.to_string_lossy(), json.to_string_lossy());
            let said = home.done(&["import", "wordpress", &file, "--report", &out]);
            let json: Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
            (said, json)
        };
        let first = [
            (1, "/2016/06/n1/", "publish"),
            (2, "/2016/06/%e6%b8%af/", "publish"),
            (3, "/2016/06/n3/", "draft"),
        ];
        let (said, json) = import("old.example", &first);
        let asked = &json["addresses"]["asked"];
        assert_eq!(asked["page"], 2, "{json}");
        assert!(asked["led_on"].as_u64().unwrap() >= 2, "{json}");
        assert_eq!(asked["lost"], 0, "{json}");
        let lines =
            ["Old links", "  with a page", "  leading on"].map(|name| reported(&said, name));
        assert_eq!(lines[1], 2, "{said}");
        assert_eq!(lines[0], asked["asked"].as_u64().unwrap(), "{said}");
        assert!(lines[2] >= 2, "{said}");

        // Another blog had something else at this address.
        let (said, json) = import("other.example", &[(1, "/2016/06/n1/", "publish")]);
        assert_eq!(json["addresses"]["asked"]["lost"], 2, "{json}");
        let notes = json["notes"].as_array().unwrap();
        for address in ["/2016/06/n1/", "/?p=1"] {
            let lost = serde_json::json!({
                "kind": "address", "address": address, "reason": "another page is there",
            });
            assert!(notes.contains(&lost), "{json}");
        }
        assert!(
            said.contains("2 addresses: another page is there\n      /2016/06/n1/\n      /?p=1\n"),
            "{said}"
        );

        // What is asked again is asked as it is then.
        home.rows("update posts set state = 'trashed' where path like '%港%'");
        let (_, json) = import("old.example", &first);
        let notes = json["notes"].as_array().unwrap();
        let gone = |note: &&Value| note["reason"] == "its post is not published any more";
        assert!(notes.iter().any(|note| gone(&note)), "{json}");
        for table in ["views", "missing"] {
            let rows = home.number(&format!("select count(*) from {table}"));
            assert_eq!(rows, 0, "{table}: nobody read");
        }
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
