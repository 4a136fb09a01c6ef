//! What the tables of an export become.

use super::*;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

fn read(export: &Value) -> Vec<Entry> {
    let text = export.to_string();
    read_with(&text, None)
}

fn read_with(text: &str, old_url: Option<&str>) -> Vec<Entry> {
    let given = Given {
        old_url: old_url.map(str::to_owned),
        zone: TimeZone::UTC,
        now: Millis(1_600_000_000_000),
    };
    let index = Index::read(text.as_bytes()).unwrap();
    let entries = Ghost::open(&index, text.as_bytes(), &given).unwrap();
    entries.collect::<Result<_>>().unwrap()
}

fn posts(export: &Value) -> Vec<Post> {
    read(export)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Post(post) => Some(*post),
            _ => None,
        })
        .collect()
}

fn reasons(export: &Value) -> Vec<String> {
    read(export)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Changed(note) | Entry::Skipped(note) => {
                Some(format!("{} × {}: {}", note.count, note.which, note.reason))
            }
            _ => None,
        })
        .collect()
}

/// An export with one post, wrapped as Ghost 2 and later do, with other columns than a plain post has.
fn with(columns: &Value) -> Value {
    let mut post = json!({
        "id": "5e1f", "uuid": "u-1", "title": "Tides", "slug": "tides", "html": "<p>Water</p>", "type": "post",
        "status": "published", "visibility": "public", "published_at": "2016-06-05T23:30:00.000Z",
        "created_at": "2016-06-01T10:00:00.000Z", "updated_at": "2016-06-06T10:00:00.000Z",
    });
    if let (Some(post), Some(columns)) = (post.as_object_mut(), columns.as_object()) {
        post.extend(columns.clone());
    }
    json!({"db": [{"meta": {"version": "5.0.0"}, "data": {
        "posts": [post],
        "posts_authors": [{"post_id": "5e1f", "author_id": "b", "sort_order": 1}, {"post_id": "5e1f", "author_id": "a", "sort_order": 0}],
        "posts_meta": [{"post_id": "5e1f", "feature_image_alt": "Sea", "feature_image_caption": "<i>c</i>", "meta_description": "About"}],
        "posts_tags": [{"post_id": "5e1f", "tag_id": "t2", "sort_order": 1}, {"post_id": "5e1f", "tag_id": "t1", "sort_order": 0}, {"post_id": "5e1f", "tag_id": "t3", "sort_order": 2}],
        "settings": [{"key": "title", "value": "Weir"}, {"key": "timezone", "value": "Asia/Tokyo"}],
        "tags": [{"id": "t1", "name": "Sea & Sky", "slug": "sea"}, {"id": "t2", "name": "Ebb", "slug": "ebb"}, {"id": "t3", "name": "#feature", "slug": "hash-feature"}],
        "users": [{"id": "a", "name": "Ada", "slug": "ada", "password": "x"}, {"id": "b", "name": "Ben", "slug": "ben"}],
    }}]})
}

fn one(columns: &Value) -> Post {
    posts(&with(columns)).remove(0)
}

#[test]
fn a_post_has_its_address_tags_writers_and_description() {
    let post = one(&json!({}));
    assert_eq!(post.origin, "ghost:post-u-1");
    assert_eq!(post.path.as_deref(), Some("/tides/"));
    assert_eq!(post.tags, ["Sea & Sky", "Ebb"]);
    assert_eq!(post.author, "Ada, Ben");
    assert_eq!(post.excerpt, "About");
    assert_eq!((post.kind, post.status), (Kind::Post, Status::Published));
    assert_eq!(post.published_at, Millis::parse("2016-06-05T23:30:00Z"));
    assert_eq!(
        reasons(&with(&json!({}))),
        ["1 × Tides: internal tags were left out: #feature"]
    );
}

#[test]
fn dates_in_an_address_are_those_of_the_blogs_zone() {
    let mut export = with(&json!({}));
    let settings = export["db"][0]["data"]["settings"].as_array_mut().unwrap();
    settings.push(json!({"key": "permalinks", "value": "/:year/:month/:day/:slug/"}));
    assert_eq!(
        posts(&export)[0].path.as_deref(),
        Some("/2016/06/06/tides/")
    );
    export["db"][0]["data"]["posts"][0]["type"] = json!("page");
    assert_eq!(posts(&export)[0].path.as_deref(), Some("/tides/"));
    let pattern = &mut export["db"][0]["data"]["settings"][2]["value"];
    *pattern = json!("/{primary_tag}/{author}/{slug}/");
    export["db"][0]["data"]["posts"][0]["type"] = json!("post");
    assert_eq!(posts(&export)[0].path.as_deref(), Some("/sea/ada/tides/"));
}

#[test]
fn an_old_export_is_bare_and_has_numbers() {
    let export = json!({"meta": {"version": "003"}, "data": {
        "posts": [{"id": 7, "title": "Ebb", "slug": "ebb", "markdown": "*Low*", "html": "", "image": "/content/images/2014/a.jpg",
                   "page": 1, "status": "published", "author_id": 1, "published_at": 1_465_128_000_000_i64}],
        "settings": [{"key": "activeTimezone", "value": "Etc/UTC"}], "users": [{"id": 1, "name": "Ada"}],
    }});
    let post = posts(&export).remove(0);
    assert_eq!((post.kind, post.markup), (Kind::Page, Markup::Markdown));
    assert_eq!(post.published_at, Some(Millis(1_465_128_000_000)));
    assert_eq!(
        post.source,
        "<figure><img src=\"/content/images/2014/a.jpg\" alt=\"\"></figure>\n*Low*"
    );
    assert_eq!(post.origin, "ghost:ebb/post-7");
}

#[test]
fn the_text_is_what_was_rendered_else_what_was_written() {
    let lexical = json!({"root": {"children": [{"type": "paragraph", "children": [{"type": "text", "text": "L"}]}]}});
    let mobiledoc = json!({"version": "0.3.1", "markups": [], "atoms": [], "cards": [], "sections": [[1, "p", [[0, [], 0, "M"]]]]});
    let (lexical, mobiledoc) = (lexical.to_string(), mobiledoc.to_string());
    let all = json!({"lexical": lexical, "mobiledoc": mobiledoc, "markdown": "W"});
    assert_eq!(one(&all).source, "<p>Water</p>");
    for (columns, source) in [
        (
            json!({"html": null, "lexical": lexical, "mobiledoc": mobiledoc}),
            "<p>L</p>\n",
        ),
        (
            json!({"html": null, "lexical": null, "mobiledoc": mobiledoc, "markdown": "W"}),
            "<p>M</p>\n",
        ),
        (json!({"html": "", "markdown": "W"}), "W"),
        (json!({"html": null}), ""),
    ] {
        assert_eq!(one(&columns).source, source);
    }
}

#[test]
fn addresses_of_the_blog_and_of_copies_become_local() {
    let html = "<a href=\"__GHOST_URL__/ebb/\">x</a><a href=\"__GHOST_URL__\">y</a>\
                <img src=\"__GHOST_URL__/content/images/size/w600/2021/a.png\">\
                <img src=\"/content/images/size/w600h400/format/webp/2021/b.png\"><img src=\"/content/images/size/x.png\">";
    assert_eq!(
        one(&json!({ "html": html })).source,
        "<a href=\"/ebb/\">x</a><a href=\"/\">y</a><img src=\"/content/images/2021/a.png\">\
         <img src=\"/content/images/2021/b.png\"><img src=\"/content/images/size/x.png\">"
    );
}

#[test]
fn pictures_lead_to_the_old_blog_where_it_is_known() {
    let html =
        "<img src=\"__GHOST_URL__/content/images/a.png\"><a href=\"/content/images/b.png\">b</a>";
    let export = with(&json!({ "html": html })).to_string();
    let entries = read_with(&export, Some("https://example.org/blog/"));
    let addresses: Vec<(&str, &str)> = entries
        .iter()
        .filter_map(|entry| match entry {
            Entry::Address { from, to } => Some((from.as_str(), to.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        addresses,
        [
            (
                "/content/images/a.png",
                "https://example.org/blog/content/images/a.png"
            ),
            (
                "/content/images/b.png",
                "https://example.org/blog/content/images/b.png"
            ),
        ]
    );
    let Some(Entry::Post(post)) = entries.last() else {
        panic!("{entries:?}");
    };
    assert_eq!(post.path.as_deref(), Some("/blog/tides/"));
    assert!(
        post.source
            .contains("src=\"https://example.org/blog/content/images/a.png\"")
    );
    let left = reasons(&with(&json!({ "html": html })));
    assert!(
        left[1].starts_with("1 × /content/images/a.png: the export does not hold it"),
        "{left:?}"
    );
}

#[test]
fn the_feature_picture_comes_first_with_its_words() {
    let post = one(&json!({"feature_image": "__GHOST_URL__/content/images/a.png"}));
    assert_eq!(
        post.source,
        "<figure><img src=\"/content/images/a.png\" alt=\"Sea\"><figcaption><i>c</i></figcaption></figure>\n<p>Water</p>"
    );
}

#[test]
fn what_not_everybody_could_read_is_a_draft_that_the_report_names() {
    for (columns, why) in [
        (json!({"visibility": "paid"}), "only members could read it"),
        (
            json!({"visibility": "members"}),
            "only members could read it",
        ),
        (json!({"status": "sent"}), "it was only sent by mail"),
    ] {
        assert_eq!(one(&columns).status, Status::Draft);
        let line = format!("1 × Tides: imported as a draft, because {why}");
        assert!(reasons(&with(&columns)).contains(&line), "{columns}");
    }
}

#[test]
fn what_is_left_out_is_named() {
    let mut export = with(&json!({"codeinjection_foot": "<script>x</script>"}));
    let data = &mut export["db"][0]["data"];
    data["members"] = json!([{"id": "m1", "name": "Dora", "email": "dora@example.org"}]);
    let settings = data["settings"].as_array_mut().unwrap();
    settings.push(json!({"key": "codeinjection_head", "value": "<style></style>"}));
    let reasons = reasons(&export);
    for line in [
        "1 × Tides: its code injection was left out",
        "1 × code injection of the blog: scripts and styles of other programs are not imported",
        "1 × : members and their addresses are not imported",
    ] {
        assert!(reasons.contains(&line.to_owned()), "{line}: {reasons:?}");
    }
}

#[test]
fn comments_keep_their_names_states_and_parents() {
    let mut export = with(&json!({}));
    let data = &mut export["db"][0]["data"];
    data["members"] = json!([{"id": "m1", "name": "Dora", "email": "dora@example.org"}]);
    let at = "2022-06-05T12:00:00.000Z";
    data["comments"] = json!([
        {"id": "c1", "post_id": "5e1f", "member_id": "m1", "status": "published", "html": "<p>Hi</p>", "created_at": at},
        {"id": "c2", "post_id": "5e1f", "member_id": null, "parent_id": "c1", "status": "hidden", "html": "<p>x</p>", "created_at": at},
        {"id": "c3", "post_id": "gone", "status": "published", "html": "", "created_at": at},
    ]);
    let comments: Vec<Comment> = read(&export)
        .into_iter()
        .filter_map(|entry| match entry {
            Entry::Comment(comment) => Some(*comment),
            _ => None,
        })
        .collect();
    assert_eq!(comments.len(), 2);
    assert_eq!(
        (comments[0].name.as_str(), comments[0].email.as_str()),
        ("Dora", "")
    );
    assert_eq!(comments[0].state, State::Approved);
    assert_eq!(comments[1].state, State::Hidden);
    assert_eq!(comments[1].parent.as_deref(), Some("ghost:comment-c1"));
    assert!(
        reasons(&export)
            .iter()
            .any(|line| line.starts_with("1 × comment c3"))
    );
}

#[test]
fn another_file_is_no_export() {
    for other in ["", "[]", "{}", "{\"posts\": 1}", "<rss/>"] {
        let why = Index::read(other.as_bytes()).unwrap_err();
        assert!(
            why.to_string().contains("not an export of Ghost"),
            "{other}: {why}"
        );
    }
}
