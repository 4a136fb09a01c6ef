//! What an export of WordPress becomes, and which files are refused.

use super::*;

const EXPORT: &str = include_str!("../../../../tests/fixtures/wordpress/export.xml");

fn read(export: &str) -> Vec<Entry> {
    WordPress::open(export.as_bytes())
        .unwrap()
        .collect::<Result<_>>()
        .unwrap()
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
    assert_eq!(post.origin, "wordpress:https://old.example.org/post-12");
    assert_eq!(post.path.as_deref(), Some("/2016/06/tides/"));
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
    for title in ["Unfinished", "By number", "Secret"] {
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
    assert_eq!(changed, ["post “By number”", "post “Secret”"]);
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
    let expected = [("attachment", 2), ("nav_menu_item", 1), ("pingback", 1)];
    assert_eq!(
        counted,
        expected.map(|(kind, count)| (kind.to_owned(), count))
    );
}

#[test]
fn a_file_that_is_cut_off_ends_in_an_error() {
    let full_text = EXPORT.trim_end().len();
    for end in [full_text / 2, full_text * 2 / 3, full_text - 3] {
        let cut = EXPORT.floor_char_boundary(end);
        let why = WordPress::open(&EXPORT.as_bytes()[..cut])
            .and_then(Iterator::collect::<Result<Vec<Entry>>>)
            .unwrap_err()
            .to_string();
        assert!(why.contains("ends in the middle"), "{why}");
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
        let error = WordPress::open(other.as_bytes()).err().unwrap().to_string();
        assert!(error.contains("not a WordPress export"), "{other}: {error}");
    }
}
