//! Small exports with one fault each, moved in by the real program: what each of them becomes on a blog.

use crate::support::program::{Home, Server};
use std::path::{Path, PathBuf};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/cases")
        .join(name)
}

fn import(home: &Home, format: &str, name: &str) -> String {
    let path = case(name).to_string_lossy().into_owned();
    home.done(&["import", format, &path, "--no-fetch"])
}

/// A blog with what one export of WordPress holds, and its report.
fn moved_in(name: &str) -> (Home, String) {
    let home = Home::set_up();
    let report = import(&home, "wordpress", name);
    let before = home.dump();
    import(&home, "wordpress", name);
    assert_eq!(
        home.dump(),
        before,
        "{name}: a second import changes nothing"
    );
    (home, report)
}

/// State, address and time of each post, in the order of the export.
fn posts(home: &Home) -> Vec<[String; 3]> {
    home.rows("select state, coalesce(path, ''), strftime('%Y-%m-%d %H:%M', coalesce(due_at, published_at, 0) / 1000, 'unixepoch') from posts order by id")
        .into_iter()
        .map(|row| row.try_into().unwrap())
        .collect()
}

const NOON: &str = "2016-06-05 12:00";

fn source(home: &Home) -> String {
    home.rows("select source from posts order by id limit 1")[0][0].clone()
}

fn html(home: &Home) -> String {
    home.rows("select html from posts order by id limit 1")[0][0].clone()
}

/// Asks each address, and where it leads; both in one word: the status, and the place behind it.
fn leads(server: &Server, address: &str) -> String {
    let answer = server.get(address);
    match answer.header("location") {
        Some(place) => format!("{} {place}", answer.status),
        None => answer.status.to_string(),
    }
}

#[test]
fn a_public_post_without_an_address_of_its_own_is_published() {
    for (name, old, new) in [
        ("01-p-permalinks.xml", "/?p=", "/2016/06/title-{}.html"),
        (
            "02-p-permalinks-subdir.xml",
            "/blog/?p=",
            "/2016/06/title-{}.html",
        ),
        ("03-page-id-permalinks.xml", "/?page_id=", "/title-{}/"),
        ("04-no-link.xml", "/?p=", "/2016/06/title-{}.html"),
    ] {
        let (home, report) = moved_in(name);
        let published =
            home.rows("select id, path from posts where state = 'published' order by id");
        assert!(published.len() >= 2, "{name}: {report}");
        let server = Server::start(&home);
        for row in &published {
            let place = new.replace("{}", &row[0]);
            assert_eq!(leads(&server, &row[1]), "200");
            if name.starts_with("04") {
                assert!(row[1].starts_with("/2016/06/"), "{row:?}");
                continue;
            }
            assert_eq!(row[1], place, "{name}");
            let number = &row[0];
            assert_eq!(
                leads(&server, &format!("{old}{number}")),
                format!("301 {place}"),
                "{name}"
            );
        }
    }
}

#[test]
fn dates_are_those_of_the_publication() {
    for name in ["05-zero-gmt-published.xml", "06-no-gmt-element.xml"] {
        let (home, report) = moved_in(name);
        let found = posts(&home);
        assert_eq!(found.len(), 2, "{name}: {report}");
        for post in found {
            assert_eq!(
                (post[0].as_str(), post[2].as_str()),
                ("published", NOON),
                "{name}"
            );
        }
    }
    let (home, _) = moved_in("07-draft-without-dates.xml");
    let listed = "select count(*) from posts where state = 'draft' and created_at > 1700000000000";
    assert_eq!(home.number(listed), 1);
    let (home, report) = moved_in("08-scheduled.xml");
    let found = posts(&home);
    assert_eq!(
        (found[0][0].as_str(), found[0][2].as_str()),
        ("scheduled", "2036-01-01 10:00")
    );
    assert_eq!(
        (found[1][0].as_str(), found[1][2].as_str()),
        ("published", "2016-01-01 10:00")
    );
    assert!(report.contains("Scheduled             1\n"), "{report}");
    assert!(
        report.contains("the time it was scheduled for is over\n      “past future”"),
        "{report}"
    );
}

#[test]
fn files_come_in_as_they_are_found() {
    for (name, posts, said) in [
        ("09-nested-cdata.xml", 2, "text within text"),
        ("10-php-notice-first.xml", 1, "words before the export"),
        ("11-html-after.xml", 1, ""),
        ("14-one-bad-byte.xml", 1, "bytes that are no characters"),
        ("15-doctype-in-meta.xml", 2, ""),
        ("29-nul.xml", 1, "U+0000"),
        ("30-export-in-a.zip", 1, ""),
    ] {
        let (home, report) = moved_in(name);
        let count = home.number("select count(*) from posts where state = 'published'");
        assert_eq!(count, posts, "{name}: {report}");
        assert!(report.contains(said), "{name}: {report}");
    }
    let (home, _) = moved_in("09-nested-cdata.xml");
    assert!(html(&home).contains("Two"), "{}", html(&home));
    let (home, _) = moved_in("29-nul.xml");
    let texts = home
        .rows("select hex(title || source) from posts union all select hex(source) from comments");
    let zero = |hex: &String| (0..hex.len()).step_by(2).any(|at| &hex[at..at + 2] == "00");
    assert!(!texts.iter().flatten().any(zero), "{texts:?}");
}

#[test]
fn a_file_that_cannot_be_mended_is_refused_whole_with_its_place() {
    let home = Home::set_up();
    let whole = std::fs::read_to_string(case("05-zero-gmt-published.xml")).unwrap();
    let broken = whole.replacen("]]></content:encoded>", "", 1);
    let file = home.file("broken.xml");
    std::fs::write(&file, broken).unwrap();
    let before = home.dump();
    let why = home.refused(&["import", "wordpress", &file.to_string_lossy()]);
    assert!(
        why.contains("the text that begins in line 8 has no end"),
        "{why}"
    );
    assert_eq!(home.dump(), before);
}

#[test]
fn an_address_is_found_in_every_spelling_and_by_comments_too() {
    let (home, _) = moved_in("16-percent-encoded-path.xml");
    let server = Server::start(&home);
    for spelling in ["/2016/06/%e6%b8%af/", "/2016/06/%E6%B8%AF/"] {
        assert_eq!(leads(&server, spelling), "200");
    }
    assert!(leads(&server, "/2016/06/%E6%B8%AF").starts_with("301 "));
    drop(server);

    let (home, _) = moved_in("17-disqus-percent-posts.xml");
    let report = import(&home, "disqus", "17-disqus-percent.xml");
    let on_it =
        "select count(*) from comments c join posts p on p.id = c.post_id where p.title = '港'";
    assert_eq!(home.number(on_it), 2, "{report}");
    import(&home, "isso", "22-isso-html.db");
    let comments = home.rows("select html from comments where origin like 'isso:%' order by id");
    assert!(comments[0][0].contains("<em>boots</em>"), "{comments:?}");
    assert!(comments[1][0].contains("<em>so</em>"), "{comments:?}");
}

#[test]
fn remark42_comes_in_from_every_version() {
    let home = Home::new();
    let text = std::fs::read_to_string(case("16-percent-encoded-path.xml")).unwrap();
    let file = home.file("tides.xml");
    std::fs::write(&file, text.replace("/2016/06/%e6%b8%af/", "/tides/")).unwrap();
    home.done(&["import", "wordpress", &file.to_string_lossy()]);
    import(&home, "remark42", "25-remark42-version0.json");
    assert_eq!(home.number("select count(*) from comments"), 1);
    import(&home, "remark42", "26-remark42-noheader.json");
    assert_eq!(home.number("select count(*) from comments"), 2);
    assert_eq!(
        home.number("select count(*) from comments where parent_id is not null"),
        1
    );
}

#[test]
fn shortcodes_and_paragraphs_are_as_readers_saw_them() {
    let (home, report) = moved_in("18-shortcodes.xml");
    let (source, html) = (source(&home), html(&home));
    for part in [
        "<p>One paragraph.</p>",
        "<figcaption>The boat at noon</figcaption></figure>",
        "<pre><code class=\"language-python\">if a &lt; b:\n    print(&quot;x&quot;)\n\n    y = 1</code></pre>",
        "<audio controls src=\"https://blog.example.org/a.mp3\">",
        "<p>Line one<br>\nline two with <code>[not a shortcode]</code> and [brackets] in words.</p>",
        "<blockquote><p>First quoted paragraph.</p>\n<p>Second quoted paragraph.</p>",
        "<p>In a box.</p>\n<p>Second in the box.</p>",
        "<p>Last.</p>\n<!--more-->",
        "[contact-form-7 id=\"3\" title=\"Contact\"]",
    ] {
        assert!(source.contains(part), "{part}: {source}");
    }
    assert_eq!(html.matches("class=\"embed\"").count(), 3, "{html}");
    for gone in [
        "[caption",
        "[youtube",
        "[embed]",
        "[audio",
        "[sourcecode",
        "[gallery",
    ] {
        assert!(!source.contains(gone), "{gone}: {source}");
    }
    assert!(
        report.contains("the shortcode [contact-form-7] of a plugin stays as words"),
        "{report}"
    );
}

#[test]
fn blocks_and_pictures_are_as_readers_saw_them() {
    let (home, _) = moved_in("20-gutenberg.xml");
    let source = source(&home);
    for part in [
        "<p>Classic words</p>\n<p>in two paragraphs</p>",
        "<p>Reused words</p>",
    ] {
        assert!(source.contains(part), "{part}: {source}");
    }
    let html = html(&home);
    for part in ["class=\"embed\"", "<div class=\"columns\">"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    let (home, _) = moved_in("21-featured-image.xml");
    let picture = home.rows("select details ->> 'picture' from posts");
    assert_eq!(
        picture[0][0],
        "https://blog.example.org/wp-content/uploads/2016/06/boat.jpg"
    );
    let (home, _) = moved_in("23-author-without-display-name.xml");
    assert_eq!(
        home.rows("select byline from posts order by id"),
        [["bob"], [""]]
    );
}

#[test]
fn addresses_of_the_blog_itself_are_given_to_no_post() {
    let (home, report) = moved_in("28-reserved-addresses.xml");
    assert_eq!(
        home.number("select count(*) from posts where state = 'published'"),
        6
    );
    assert!(
        report.contains("6 addresses: this blog has a page of its own there"),
        "{report}"
    );
    let again = import(&home, "wordpress", "28-reserved-addresses.xml");
    assert!(!again.contains("addresses"), "nothing is new: {again}");
    let server = Server::start(&home);
    for row in home.rows("select path from posts") {
        assert_eq!(leads(&server, &row[0]), "200", "{row:?}");
    }
}

#[test]
fn addresses_of_the_old_program_lead_on() {
    let (home, _) = moved_in("32-old-wordpress-addresses.xml");
    let server = Server::start(&home);
    for (old, new) in [
        ("/feed/", "301 /feed.rss"),
        ("/comments/feed/", "301 /comments.rss"),
        ("/2016/06/one/feed/", "301 /2016/06/one/comments.rss"),
        ("/?feed=rss2", "301 /feed.rss"),
        ("/category/news/", "301 /tags/news/"),
        ("/tag/tide/", "301 /tags/tide/"),
        ("/author/ada/", "301 /authors/ada/"),
        ("/author/nobody/", "301 /archive/"),
        ("/page/2/", "301 /archive/"),
        ("/?m=201606", "301 /2016/06/"),
        ("/?s=words", "301 /search?q=words"),
        ("/?p=1", "301 /2016/06/one/"),
    ] {
        assert_eq!(leads(&server, old), new, "{old}");
    }
    drop(server);
    let (home, _) = moved_in("02-p-permalinks-subdir.xml");
    let server = Server::start(&home);
    assert_eq!(leads(&server, "/blog/feed/"), "301 /feed.rss");
    assert_eq!(leads(&server, "/blog/?s=words"), "301 /search?q=words");
}

#[test]
fn pingbacks_are_links_below_the_comments_and_the_report_is_for_programs_too() {
    let home = Home::new();
    let export = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wordpress/export.xml");
    let file = home.file("report.json").to_string_lossy().into_owned();
    let path = export.to_string_lossy().into_owned();
    let report = home.done(&[
        "import",
        "wordpress",
        &path,
        "--no-fetch",
        "--report",
        &file,
    ]);
    assert!(report.contains("Pingbacks             1\n"), "{report}");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(json["posts"]["published"], 2);
    assert_eq!(json["comments"]["approved"], 2);
    let notes = json["notes"].as_array().unwrap();
    let secret = notes
        .iter()
        .find(|note| note["address"] == "“Secret”")
        .unwrap();
    assert_eq!(secret["kind"], "post");
    home.done(&["user", "add", "ada@example.org", "--name", "Ada"]);
    let server = Server::start(&home);
    let page = server.get("/2016/06/tides/").body;
    assert!(page.contains("Links from other sites: 1"), "{page}");
    assert!(
        page.contains("href=\"https://elsewhere.example/linked/\""),
        "{page}"
    );
}

#[test]
fn pictures_are_taken_from_the_files_of_the_old_blog() {
    let home = Home::set_up();
    let uploads = home.file("uploads/2016/06");
    std::fs::create_dir_all(&uploads).unwrap();
    let picture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    let picture = std::fs::read_dir(picture)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "jpg"))
        .unwrap();
    std::fs::copy(picture, uploads.join("a.jpg")).unwrap();
    let path = case("32-old-wordpress-addresses.xml")
        .to_string_lossy()
        .into_owned();
    let files = home.file("uploads").to_string_lossy().into_owned();
    home.done(&[
        "import",
        "wordpress",
        &path,
        "--no-fetch",
        "--files",
        &files,
    ]);
    let html = html(&home);
    assert!(html.contains("src=\"/media/"), "{html}");
    assert!(!html.contains("blog.example.org"), "{html}");
    assert!(source(&home).contains("https://blog.example.org/wp-content/uploads/2016/06/a.jpg"));
    let server = Server::start(&home);
    let old = leads(&server, "/wp-content/uploads/2016/06/a.jpg");
    assert!(old.starts_with("301 /media/"), "{old}");
    assert_eq!(
        leads(&server, "/wp-content/uploads/2016/06/a-300x200.jpg"),
        old
    );
}

#[test]
fn a_draft_gets_no_address_of_the_blog_itself() {
    let home = Home::set_up();
    let file = home.file("export.xml");
    let export = "<rss><channel><wp:wxr_version>1.2</wp:wxr_version>\
        <wp:base_blog_url>https://old.example.org</wp:base_blog_url>\
        <item><title>A</title><link>https://old.example.org/tags/</link><wp:post_id>1</wp:post_id>\
        <wp:post_type>post</wp:post_type><wp:status>draft</wp:status></item></channel></rss>";
    std::fs::write(&file, export).unwrap();
    home.done(&["import", "wordpress", &file.to_string_lossy(), "--no-fetch"]);
    assert_eq!(home.rows("select coalesce(path, '') from posts"), [[""]]);
}

#[test]
fn every_export_that_is_named_comes_in_and_what_is_none_is_refused() {
    let home = Home::set_up();
    let file = |folder: &str, post: u32| {
        let folder = home.file(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("export.xml");
        let export = format!(
            "<rss><channel><wp:wxr_version>1.2</wp:wxr_version><item><title>{post}</title>\
             <wp:post_id>{post}</wp:post_id><wp:post_type>post</wp:post_type>\
             <wp:status>publish</wp:status></item></channel></rss>"
        );
        std::fs::write(&path, export).unwrap();
        path.to_string_lossy().into_owned()
    };
    let (one, two) = (file("a", 1), file("b", 2));
    let other = home.file("notes.txt");
    std::fs::write(&other, "Notes").unwrap();
    let other = other.to_string_lossy().into_owned();
    let why = home.refused(&["import", "wordpress", &one, &other]);
    assert!(why.contains("notes.txt"), "{why}");
    home.done(&["import", "wordpress", &one, &two, "--no-fetch"]);
    assert_eq!(home.number("select count(*) from posts"), 2);
}

#[test]
fn a_feature_picture_is_shown_and_shared_from_here_once_it_is_here() {
    let home = Home::set_up();
    let uploads = home.file("uploads/2016/06");
    std::fs::create_dir_all(&uploads).unwrap();
    let pictures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pictures");
    let picture = std::fs::read_dir(pictures)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "jpg"))
        .unwrap();
    std::fs::copy(picture, uploads.join("boat.jpg")).unwrap();
    let path = case("21-featured-image.xml").to_string_lossy().into_owned();
    let files = home.file("uploads").to_string_lossy().into_owned();
    home.done(&[
        "import",
        "wordpress",
        &path,
        "--no-fetch",
        "--files",
        &files,
    ]);
    let row = home.rows("select feature, picture from posts").remove(0);
    assert!(
        row[0].contains("src=\"/media/") && row[1].starts_with("/media/"),
        "{row:?}"
    );
}

#[test]
fn an_import_that_was_stopped_goes_on_where_it_was() {
    let whole = import_dump(&[]);
    for stop in ["posts", "comments"] {
        assert_eq!(import_dump(&[stop]), whole, "{stop}");
    }
}

/// What a blog holds when an import ended, which was stopped before after some rows.
fn import_dump(stops: &[&str]) -> Vec<Vec<String>> {
    let home = Home::set_up();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/wordpress/export.xml");
    let path = fixture.to_string_lossy().into_owned();
    for stop in stops {
        // The next row of this kind fails, as if the process had been killed before it.
        let after = if *stop == "posts" { 0 } else { 2 };
        home.rows(&format!(
            "create trigger stop before insert on {stop} when (select count(*) from {stop}) >= {after} \
             begin select raise(abort, 'stopped'); end"
        ));
        assert!(!home.run(&["import", "wordpress", &path]).status.success());
        home.rows("drop trigger stop");
    }
    home.done(&["import", "wordpress", &path]);
    home.rows(
        "select origin, state, coalesce(path, ''), id, '' from posts union all \
         select origin, state, name, coalesce(place, 0), coalesce(parent_id, 0) from comments union all \
         select path, coalesce(post_id, 0), target, '', '' from old_addresses union all \
         select origin, state, url, post_id, title from pings order by 1",
    )
}
