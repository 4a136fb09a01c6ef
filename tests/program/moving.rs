//! Moving in from other systems with the real program: what each of their files becomes on a blog.

use crate::support::program::{Home, query};
use std::path::{Path, PathBuf};

/// The formats that bring comments only, on posts that are here.
const COMMENTS: [&str; 3] = ["disqus", "isso", "remark42"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// A blog with one post, whose address is `/2016/06/tides.html`.
fn with_a_post() -> Home {
    let home = Home::set_up();
    let file = home.file("blog.atom");
    std::fs::write(
        &file,
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>\
         <id>tag:blogger.com,1999:blog-1</id><title>Tides</title><entry><id>tag:blogger.com,1999:blog-1.post-7</id>\
         <blogger:type>POST</blogger:type><title>Tides</title><content type='html'>Water</content>\
         <blogger:filename>/2016/06/tides.html</blogger:filename><published>2016-06-01T12:00:00Z</published></entry></feed>",
    )
    .unwrap();
    home.import(&file);
    home
}

/// The file of a format, made where it does not lie in the repository as it is.
fn file(home: &Home, format: &str) -> PathBuf {
    match format {
        "disqus" => fixture("disqus/export.xml"),
        "remark42" => fixture("remark42/backup.json"),
        "wordpress" => fixture("wordpress/export.xml"),
        _ => {
            let path = home.file("comments.db");
            let sql = std::fs::read_to_string(fixture("isso/comments.sql")).unwrap();
            query(&path, &sql);
            path
        }
    }
}

fn import(home: &Home, format: &str, file: &Path) -> String {
    home.done(&["import", format, &file.to_string_lossy()])
}

/// Name, state, the name of whom it answers, and time of each comment.
fn comments(home: &Home) -> Vec<Vec<String>> {
    home.rows(
        "select c.name, c.state, coalesce(p.name, ''), c.created_at from comments c \
         left join comments p on p.id = c.parent_id order by c.created_at",
    )
}

#[test]
fn comments_find_their_post_by_its_address_and_keep_their_state_time_and_place() {
    let ada_ben = |ada: &str, milliseconds: [&str; 2]| {
        [
            [ada, "approved", "", milliseconds[0]].map(str::to_owned),
            ["Ben", "approved", ada, milliseconds[1]].map(str::to_owned),
        ]
    };
    for (format, first, rest) in [
        (
            "disqus",
            ada_ben("Ada & Co", ["1465128000000", "1465129800000"]),
            ["spam", "deleted"].as_slice(),
        ),
        (
            "isso",
            ada_ben("Ada", ["1465128000250", "1465129800500"]),
            &["waiting", "deleted"],
        ),
        (
            "remark42",
            ada_ben("Ada", ["1465128000123", "1465129800000"]),
            &["deleted"],
        ),
    ] {
        let home = with_a_post();
        let report = import(&home, format, &file(&home, format));
        let comments = comments(&home);
        assert_eq!(comments[..2], first, "{format}: {report}");
        let states: Vec<&str> = comments[2..].iter().map(|one| one[1].as_str()).collect();
        assert_eq!(states, rest, "{format}");
        assert_eq!(
            home.number("select approved_comments from posts"),
            2,
            "{format}"
        );
    }
}

#[test]
fn a_comment_without_a_post_is_named_in_the_report() {
    for format in COMMENTS {
        let home = with_a_post();
        let file = file(&home, format);
        let path = file.to_string_lossy().into_owned();
        let before = home.dump();
        for report in [
            home.done(&["import", format, &path, "--dry-run"]),
            import(&home, format, &file),
        ] {
            let lines = "  1 comment: no post has its address\n      by Dora of 2016-07-01T10:00:00Z, /2016/07/lost.html\n";
            assert!(report.contains(lines), "{format}: {report}");
            assert!(report.contains("Skipped               1\n"), "{report}");
            assert!(report.contains("  approved            2\n"), "{report}");
        }
        assert_ne!(home.dump(), before, "{format}");
    }
}

#[test]
fn a_second_run_changes_nothing() {
    for format in ["disqus", "isso", "remark42", "wordpress"] {
        let home = with_a_post();
        let file = file(&home, format);
        import(&home, format, &file);
        let before = home.dump();
        let again = import(&home, format, &file);
        assert!(again.contains("Comments              0\n"), "{again}");
        assert_eq!(home.dump(), before, "{format}");
    }
}

#[test]
fn a_file_that_is_cut_off_changes_nothing() {
    for format in ["disqus", "isso", "remark42", "wordpress"] {
        let home = with_a_post();
        let before = home.dump();
        let whole = std::fs::read(file(&home, format)).unwrap();
        for end in [whole.len() / 2, whole.len() * 2 / 3, whole.len() - 12] {
            let cut = home.file("cut");
            std::fs::write(&cut, &whole[..end]).unwrap();
            let why = home.refused(&["import", format, &cut.to_string_lossy()]);
            assert!(
                why.contains("ends in the middle") || why.contains("damaged or incomplete"),
                "{format}: {why}"
            );
            assert_eq!(home.dump(), before, "{format} at {end}");
        }
    }
}

#[test]
fn another_file_is_refused_by_name() {
    for (format, name) in [
        ("disqus", "Disqus"),
        ("isso", "Isso"),
        ("remark42", "Remark42"),
        ("wordpress", "WordPress"),
    ] {
        let home = with_a_post();
        for text in [
            "",
            "hello, this is no export of anything that we know",
            "<html><body></body></html>",
        ] {
            let other = home.file("other");
            std::fs::write(&other, text).unwrap();
            let why = home.refused(&["import", format, &other.to_string_lossy()]);
            assert!(why.contains(name), "{format}: {why}");
        }
    }
}

#[test]
fn what_is_unsafe_in_a_comment_is_not_shown() {
    for format in ["disqus", "isso", "remark42", "wordpress"] {
        let home = with_a_post();
        import(&home, format, &file(&home, format));
        let row = &home.rows("select html, source, url from comments where name = 'Ben'")[0];
        assert!(row[0].contains("Thanks"), "{format}: {}", row[0]);
        for unsafe_part in ["<script", "href=\"javascript", "onclick"] {
            assert!(!row[0].contains(unsafe_part), "{format}: {}", row[0]);
        }
        assert!(
            row[1].contains("<script>steal()</script>"),
            "{format}: {}",
            row[1]
        );
        assert_eq!(row[2], "", "{format}");
    }
}

#[test]
fn comments_alone_make_no_blog() {
    for format in COMMENTS {
        let home = Home::new();
        std::fs::create_dir_all(home.data()).unwrap();
        let path = file(&home, format).to_string_lossy().into_owned();
        for arguments in [
            vec!["import", format, &path],
            vec!["import", format, &path, "--dry-run"],
        ] {
            let why = home.refused(&arguments);
            assert!(
                why.contains("can only be imported to a blog that has their posts"),
                "{why}"
            );
        }
        assert!(!home.database().exists(), "{format}");
    }
}

#[test]
fn a_comment_follows_a_post_that_has_moved() {
    let home = with_a_post();
    home.rows("insert into redirects (path, post_id) select path, id from posts");
    home.rows("update posts set path = '/2016/06/the-tides/'");
    let report = import(&home, "disqus", &file(&home, "disqus"));
    assert!(report.contains("Comments              4\n"), "{report}");
}

#[test]
fn a_wordpress_blog_moves_in_with_its_posts_and_their_comments() {
    let home = Home::set_up();
    let report = import(&home, "wordpress", &file(&home, "wordpress"));
    let expected = "\
Posts                 2
Drafts                2
Pages                 1
In the trash          2
Tags                  2
Comments              5
";
    assert!(report.starts_with(expected), "{report}");
    for line in [
        "  1 file: nav_menu_item: neither a post nor a page",
        "  1 post: imported as a draft, because it was protected by a password\n      “Secret”",
        "its post is not in the file\n      by Finn of 2016-04-02T10:00:00Z",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    assert_eq!(
        home.rows(
            "select path, comments, byline from posts where state = 'published' and kind = 'post' order by id"
        ),
        [
            ["/2016/06/tides/", "closed", "Clara Weir"],
            ["/2016/03/by-number.html", "blog", ""]
        ]
    );
    let html = &home.rows("select html from posts where path = '/2016/06/tides/'")[0][0];
    assert!(html.contains("<p>Low water"), "{html}");
    assert!(!html.contains("<script"), "{html}");
    let comments = comments(&home);
    assert_eq!(comments[0][..3], ["Ada & Co", "approved", ""]);
    assert_eq!(
        comments[1],
        ["Ben", "approved", "Ada & Co", "1465129800000"]
    );
    let states: Vec<&str> = comments[2..].iter().map(|one| one[1].as_str()).collect();
    assert_eq!(states, ["waiting", "spam", "deleted"]);
}
