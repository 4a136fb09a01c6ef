//! What an export of WordPress becomes, and which files are refused.

use super::*;
use crate::blog::comment::State;
use crate::blog::time::Millis;
use crate::transfer::archive::{Comment, On};

const EXPORT: &str = include_str!("../../../../tests/fixtures/wordpress/export.xml");

fn given() -> Given {
    Given {
        old_url: None,
        zone: jiff::tz::TimeZone::get("Europe/Zurich").unwrap(),
        now: Millis(1_800_000_000_000),
    }
}

fn read_for(export: &str, pass: Pass) -> Result<Vec<Entry>> {
    let mut library = Library::default();
    gather(export.as_bytes(), &mut library)?;
    WordPress::open(export.as_bytes(), &given(), &library, pass)?.collect()
}

/// What the first walk and the second give.
fn read(export: &str) -> Vec<Entry> {
    let mut all = read_for(export, Pass::Survey).unwrap();
    let others = read_for(export, Pass::Posts).unwrap();
    all.extend(
        others
            .into_iter()
            .filter(|entry| matches!(entry, Entry::Address { .. })),
    );
    all
}

/// An export of some items.
fn export(items: &str) -> String {
    format!(
        "<rss><channel><wp:wxr_version>1.2</wp:wxr_version>\
         <wp:base_blog_url>http://www.old.example.org/blog</wp:base_blog_url>{items}</channel></rss>"
    )
}

fn item(fields: &str) -> String {
    format!("<item><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>{fields}</item>")
}

fn posts(export: &str) -> Vec<Post> {
    read(export)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Post(post) => Some(*post),
            _ => None,
        })
        .collect()
}

fn post(title: &str) -> Post {
    let found = read(EXPORT).into_iter().find_map(|entry| match entry {
        Entry::Post(post) if post.title == title => Some(*post),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no post {title}"))
}

fn comment(name: &str) -> Comment {
    let found = read(EXPORT).into_iter().find_map(|entry| match entry {
        Entry::Comment(comment) if comment.name == name => Some(*comment),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no comment by {name}"))
}

#[test]
fn a_post_keeps_its_address_its_times_and_its_writer() {
    let post = post("Tides & moons");
    assert_eq!(post.origin, "wordpress:old.example.org/post-12");
    let earlier = "wordpress:https://old.example.org/post-12".to_owned();
    assert!(post.other_origins.contains(&earlier));
    assert_eq!(post.path.as_deref(), Some("/2016/06/tides/"));
    assert_eq!(post.old_addresses, ["/?p=12"]);
    assert_eq!(post.status, Status::Published);
    assert_eq!(post.published_at, Millis::parse("2016-06-05T10:00:00Z"));
    assert_eq!(post.updated_at, Millis::parse("2016-06-07T10:00:00Z"));
    assert_eq!(post.author, "Clara Weir");
    assert_eq!(post.tags, ["Sea", "Moon"]);
    assert_eq!(post.excerpt, "When the water comes");
    assert_eq!(post.comments, Comments::Closed);
}

#[test]
fn the_blog_says_its_name_in_words() {
    let Entry::Blog { title, description } = &read(EXPORT)[0] else {
        panic!("no blog");
    };
    assert_eq!(title, "Tide & Time");
    assert_eq!(description, "By the water");
}

#[test]
fn the_classic_editor_gets_its_paragraphs_and_blocks_stay_byte_for_byte() {
    assert!(
        post("Tides & moons")
            .source
            .starts_with("<p>High water<br>\nat noon.</p>\n<p>Low water")
    );
    assert_eq!(
        post("About").source,
        "<!-- wp:paragraph -->\n<p>We live by the water.</p>\n\n<!-- /wp:paragraph -->"
    );
}

#[test]
fn nothing_becomes_public_that_was_not() {
    assert_eq!(post("By number").status, Status::Published);
    for title in ["Unfinished", "Secret"] {
        assert_eq!(post(title).status, Status::Draft, "{title}");
    }
    let thrown_away = post("Thrown away");
    assert_eq!(thrown_away.status, Status::Trashed);
    assert_eq!(thrown_away.path.as_deref(), Some("/2016/02/away/"));
    assert_eq!(post("Thrown away unseen").path, None);
    let changed: Vec<String> = read(EXPORT)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Changed(note) => Some(note.which),
            _ => None,
        })
        .collect();
    assert_eq!(changed, ["“Secret”"]);
}

#[test]
fn what_was_decided_about_a_comment_is_kept() {
    let expected = [
        ("Ada & Co", State::Approved),
        ("Ben", State::Approved),
        ("Cleo", State::Waiting),
        ("Pills", State::Spam),
        ("Eve", State::Deleted),
    ];
    for (name, state) in expected {
        assert_eq!(comment(name).state, state, "{name}");
    }
    let answer = comment("Ben");
    assert_eq!(answer.parent, Some(comment("Ada & Co").origin));
    assert_eq!(answer.on, On::Origin(post("Tides & moons").origin));
}

#[test]
fn a_reusable_block_that_nobody_saw_stays_out() {
    let block = |id: u32, fields: &str| {
        format!(
            "<item><wp:post_type>wp_block</wp:post_type><wp:post_id>{id}</wp:post_id>{fields}\
             <content:encoded>Words {id}</content:encoded></item>"
        )
    };
    let items = [
        block(1, "<wp:status>publish</wp:status>"),
        block(2, "<wp:status>draft</wp:status>"),
        block(
            3,
            "<wp:status>publish</wp:status><wp:post_password>x</wp:post_password>",
        ),
        item(
            "<wp:post_id>4</wp:post_id><content:encoded><![CDATA[\
             <!-- wp:block {\"ref\":1} /--><!-- wp:block {\"ref\":2} /--><!-- wp:block {\"ref\":3} /-->\
             ]]></content:encoded>",
        ),
    ];
    let source = &posts(&export(&items.concat()))[0].source;
    assert!(source.contains("Words 1"), "{source}");
    assert!(!source.contains("Words 2") && !source.contains("Words 3"));
}

#[test]
fn each_kind_that_is_left_out_has_a_reason_that_is_true() {
    let items = [
        "<item><wp:post_type>post</wp:post_type><wp:status>auto-draft</wp:status></item>"
            .to_owned(),
        item(
            "<wp:post_id>4</wp:post_id><content:encoded>[box a=1][/box] [box a=1][/box]</content:encoded>\
             <wp:comment><wp:comment_type>review</wp:comment_type></wp:comment>",
        ),
    ];
    let notes: Vec<(About, u64, String)> = read_for(&export(&items.concat()), Pass::Survey)
        .unwrap()
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Skipped(note) | Entry::Changed(note) => {
                Some((note.about, note.count, note.reason))
            }
            _ => None,
        })
        .filter(|(.., why)| !why.contains("date"))
        .collect();
    let note = |about, why: &str| (about, 1, why.to_owned());
    assert_eq!(
        notes,
        [
            note(About::Post, "WordPress began it, and nobody wrote in it"),
            note(About::Comment, "review: neither a comment nor a pingback"),
            note(
                About::Post,
                "the shortcode [box] of a plugin stays as words"
            ),
        ]
    );
}

#[test]
fn what_is_no_post_and_no_comment_is_counted_by_its_kind() {
    let counted: Vec<(String, u64)> = read(EXPORT)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Skipped(note) if note.count > 0 && note.which.is_empty() => note
                .reason
                .split_once(':')
                .map(|(kind, _)| (kind.to_owned(), note.count)),
            _ => None,
        })
        .collect();
    let expected = [("nav_menu_item", 1)];
    assert_eq!(
        counted,
        expected.map(|(kind, count)| (kind.to_owned(), count))
    );
}

#[test]
fn a_file_that_is_cut_off_ends_in_an_error() {
    let full_text = EXPORT.trim_end().len();
    for end in [full_text / 2, full_text * 2 / 3, full_text - 3] {
        let cut = &EXPORT[..EXPORT.floor_char_boundary(end)];
        let why = read_for(cut, Pass::Survey).unwrap_err();
        let why = format!("{why:#}");
        assert!(why.contains("ends in the middle"), "{why}");
        // The first item is still read in the middle.
        let is_first = end == full_text / 2;
        assert_eq!(why.contains("after the item “"), !is_first, "{why}");
    }
}

#[test]
fn another_feed_is_no_export() {
    for other in [
        "",
        "<feed/>",
        "<rss><channel><title>News</title><item><title>x</title></item></channel></rss>",
        "{}",
    ] {
        let library = Library::default();
        let given = given();
        let opened = WordPress::open(other.as_bytes(), &given, &library, Pass::Survey);
        let error = opened.err().unwrap();
        assert!(error.is::<NotAnExport>(), "{other}: {error}");
        let said = error.to_string();
        assert!(said.contains("not a WordPress export"), "{other}: {said}");
    }
}

#[test]
fn an_address_that_names_no_post_alone_is_none() {
    for (link, path) in [
        ("http://old.example.org/blog/?p=3", None),
        ("http://old.example.org/blog/", None),
        ("", None),
        ("http://old.example.org/blog/a/?lang=de", Some("/blog/a/")),
        (
            "http://old.example.org/blog/%e6%b8%af/",
            Some("/blog/%e6%b8%af/"),
        ),
    ] {
        let fields = format!("<link>{link}</link><wp:post_id>3</wp:post_id>");
        let posts = posts(&export(&item(&fields)));
        assert_eq!(posts[0].path.as_deref(), path, "{link}");
        assert_eq!(posts[0].status, Status::Published);
        assert!(
            posts[0].old_addresses.contains(&"/blog/?p=3".to_owned()),
            "{link}"
        );
    }
}

#[test]
fn the_date_is_that_of_the_publication_and_never_that_of_a_change() {
    let zero = "<wp:post_date_gmt>0000-00-00 00:00:00</wp:post_date_gmt><wp:post_modified_gmt>2020-01-02 03:04:05</wp:post_modified_gmt>";
    for (fields, at) in [
        (
            "<wp:post_date_gmt>2016-06-05 10:00:00</wp:post_date_gmt><pubDate>Mon, 06 Jun 2016 10:00:00 +0000</pubDate>",
            "2016-06-05T10:00:00Z",
        ),
        (
            "<pubDate>Sun, 05 Jun 2016 12:00:00 +0200</pubDate><wp:post_date>2016-06-05 09:00:00</wp:post_date>",
            "2016-06-05T10:00:00Z",
        ),
        (
            "<pubDate>Thu, 01 Jan 1970 00:00:00 +0000</pubDate><wp:post_date>2016-06-05 12:00:00</wp:post_date>",
            "2016-06-05T10:00:00Z",
        ),
        (
            "<pubDate>Wed, 30 Nov -0001 00:00:00 +0000</pubDate><wp:post_date>2016-01-05 11:00:00</wp:post_date>",
            "2016-01-05T10:00:00Z",
        ),
        ("", "2027-01-15T08:00:00Z"),
    ] {
        let fields = format!("{fields}{}", if fields.contains("gmt") { "" } else { zero });
        let posts = posts(&export(&item(&fields)));
        assert_eq!(posts[0].published_at, Millis::parse(at), "{fields}");
    }
}

#[test]
fn numbers_that_say_nothing_are_no_names() {
    let twice = "<wp:post_id>7</wp:post_id>";
    let items = [
        "<wp:post_id>0</wp:post_id><guid>http://x.example/?p=1</guid>",
        "<guid>https://x.example/?p=2</guid>",
        &format!("{twice}<link>http://x.example/a/</link>"),
        &format!("{twice}<link>http://x.example/b/</link>"),
        "<title>c</title><wp:post_name>c</wp:post_name><wp:post_date>2016-06-05 12:00:00</wp:post_date>",
        "<wp:post_id>8</wp:post_id>",
    ]
    .map(item)
    .concat();
    let origins: Vec<String> = posts(&export(&items))
        .into_iter()
        .map(|post| post.origin)
        .collect();
    let named = |name: &str| format!("wordpress:old.example.org/blog/{name}");
    assert_eq!(
        origins,
        [
            named("guid:x.example/?p=1"),
            named("guid:x.example/?p=2"),
            named("link:x.example/a/"),
            named("link:x.example/b/"),
            named("name:c c 2016-06-05 12:00:00"),
            named("post-8"),
        ]
    );
}

#[test]
fn two_comments_of_one_number_are_known_by_date_and_author() {
    let comment = |fields: &str| {
        format!("<wp:comment>{fields}<wp:comment_approved>1</wp:comment_approved></wp:comment>")
    };
    let comments = [
        "<wp:comment_id>1</wp:comment_id><wp:comment_author>Ada</wp:comment_author><wp:comment_date>2016-06-05 12:00:00</wp:comment_date>",
        "<wp:comment_id>1</wp:comment_id><wp:comment_author>Ben</wp:comment_author><wp:comment_date>2016-06-05 12:00:00</wp:comment_date>",
        "<wp:comment_id>2</wp:comment_id><wp:comment_parent>1</wp:comment_parent><wp:comment_date>2016-06-05 12:00:00</wp:comment_date>",
    ]
    .map(comment)
    .concat();
    let found: Vec<Comment> = read(&export(&item(&format!(
        "<wp:post_id>3</wp:post_id>{comments}"
    ))))
    .into_iter()
    .filter_map(|entry| match entry {
        Entry::Comment(comment) => Some(*comment),
        _ => None,
    })
    .collect();
    let named = |name: &str| format!("wordpress:old.example.org/blog/comment-{name}");
    assert_eq!(found[0].origin, named("1 2016-06-05 12:00:00 Ada"));
    assert_eq!(found[1].origin, named("1 2016-06-05 12:00:00 Ben"));
    assert_eq!(found[2].origin, named("2"));
    assert_eq!(found[2].parent.as_ref(), Some(&found[0].origin));
    assert_eq!(
        found[0].created_at,
        Millis::parse("2016-06-05T10:00:00Z").unwrap()
    );
}

#[test]
fn old_addresses_lead_to_what_is_here() {
    let head = "<wp:author><wp:author_id>4</wp:author_id><wp:author_login>bob</wp:author_login>\
        <wp:author_display_name>Bob Hull</wp:author_display_name></wp:author>\
        <wp:category><wp:term_id>9</wp:term_id><wp:category_nicename>sea</wp:category_nicename><wp:cat_name>Sea &amp; sand</wp:cat_name></wp:category>";
    let fields = "<wp:post_id>3</wp:post_id><category domain='category' nicename='sea'>Sea &amp; sand</category>\
        <content:encoded><![CDATA[<img src=\"http://old.example.org/blog/wp-content/uploads/a-300x200.jpg\">]]></content:encoded>";
    let found: Vec<(String, String)> = read(&export(&format!("{head}{}", item(fields))))
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Address { from, to } => Some((from, to)),
            _ => None,
        })
        .collect();
    for (from, to) in [
        ("/blog", "/"),
        ("/blog/category/sea/", "/tags/sea-sand/"),
        ("/blog/?cat=9", "/tags/sea-sand/"),
        ("/blog/author/bob/", "/authors/bob-hull/"),
        (
            "/blog/wp-content/uploads/a-300x200.jpg",
            "http://old.example.org/blog/wp-content/uploads/a.jpg",
        ),
    ] {
        assert!(
            found.contains(&(from.to_owned(), to.to_owned())),
            "{from}: {found:?}"
        );
    }
}
