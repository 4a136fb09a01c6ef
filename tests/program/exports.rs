//! `daybook export`, run as the real program: what goes out is what the database holds, read again by real parsers.

use crate::support::program::{FIXTURES, Home, Server, contents, fixture, text};
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::path::Path;

/// A blog with posts, drafts, pages, tags, and comments of every state.
fn imported() -> Home {
    let home = Home::set_up();
    home.import(&fixture(FIXTURES[1]));
    home.rows(
        "update comments set state = case id % 5 when 0 then 'waiting' when 1 then 'approved' when 2 then 'spam' \
         when 3 then 'deleted' else 'hidden' end",
    );
    assert_eq!(home.number("select count(distinct state) from comments"), 5);
    home.rows("update posts set state = 'trashed' where id = 2");
    home
}

/// Exports into a directory next to the data directory; gives what the program prints.
fn export(home: &Home, directory: &str, format: &str) -> String {
    let directory = home.file(directory).to_string_lossy().into_owned();
    home.done(&["export", &directory, "--format", format])
}

fn json(home: &Home) -> Value {
    export(home, "as-json", "json");
    read_json(&home.file("as-json"))
}

fn read_json(directory: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(directory.join("blog.json")).unwrap()).unwrap()
}

fn wordpress(home: &Home) -> Node {
    export(home, "as-wxr", "wordpress");
    let file = std::fs::read_to_string(home.file("as-wxr").join("wordpress.xml")).unwrap();
    let document = Node::read(&file);
    document.child("rss").child("channel").clone()
}

/// An element of an XML file.
#[derive(Debug, Clone, Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    /// Reads a whole file; gives what holds its first element.
    fn read(file: &str) -> Self {
        let mut reader = quick_xml::Reader::from_str(file);
        let mut open = vec![Self::default()];
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) => open.push(Self::of(&start)),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                }
                Event::Text(text) => open.last_mut().unwrap().text += &text.xml10_content(),
                Event::CData(text) => open.last_mut().unwrap().text += &text.xml10_content(),
                Event::GeneralRef(name) => {
                    let known = [
                        ("amp", "&"),
                        ("lt", "<"),
                        ("gt", ">"),
                        ("quot", "\""),
                        ("apos", "'"),
                    ];
                    let (_, text) = known.iter().find(|(known, _)| **known == *name).unwrap();
                    open.last_mut().unwrap().text += text;
                }
                Event::Decl(_) => {}
                Event::Eof => break,
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(open.len(), 1, "every element is closed");
        open.remove(0)
    }

    fn of(start: &BytesStart) -> Self {
        Self {
            name: start.name().as_ref().to_owned(),
            attributes: start
                .attributes()
                .map(|attribute| attribute.unwrap())
                .map(|attribute| {
                    let value = attribute.value.to_string();
                    (attribute.key.as_ref().to_owned(), value)
                })
                .collect(),
            ..Self::default()
        }
    }

    fn all(&self, name: &'static str) -> impl Iterator<Item = &Node> {
        self.children.iter().filter(move |node| node.name == name)
    }

    fn child(&self, name: &'static str) -> &Node {
        let mut found = self.all(name);
        let first = found
            .next()
            .unwrap_or_else(|| panic!("no {name} in {}", self.name));
        assert!(found.next().is_none(), "{name} is there twice");
        first
    }

    fn says(&self, name: &'static str) -> &str {
        &self.child(name).text
    }
}

/// The comments of all items, with the number of their item.
fn comments(channel: &Node) -> Vec<(&str, &Node)> {
    channel
        .all("item")
        .flat_map(|item| {
            let post = item.says("wp:post_id");
            item.all("wp:comment").map(move |comment| (post, comment))
        })
        .collect()
}

#[test]
fn the_json_holds_every_post_and_every_comment_with_its_source() {
    let home = imported();
    home.rows(
        "update comments set network = 'NETWORK', pass = 'PASS', email = 'kim@example.org', confirmed = 1",
    );
    home.rows("insert or replace into settings (name, value) values ('secret', 'SECRET')");
    let blog = json(&home);
    let posts = blog["posts"].as_array().unwrap();
    let stored = home.rows(
        "select id, kind, state, title, coalesce(path, ''), markup, comments, source from posts order by id",
    );
    assert!(stored.len() > 8);
    let written: Vec<Vec<String>> = posts
        .iter()
        .map(|post| {
            let word = |name: &str| post[name].as_str().unwrap_or_default().to_owned();
            let names = [
                "kind", "state", "title", "path", "markup", "comments", "source",
            ];
            let id = post["id"].to_string();
            std::iter::once(id).chain(names.map(word)).collect()
        })
        .collect();
    assert_eq!(written, stored);

    let comments = blog["comments"].as_array().unwrap();
    let stored = home.rows(
        "select id, post_id, coalesce(parent_id, 'null'), state, name, email, url, markup, source from comments \
         order by post_id, created_at, id",
    );
    assert!(stored.len() > 5);
    let written: Vec<Vec<String>> = comments
        .iter()
        .map(|comment| {
            let number = |name: &str| comment[name].to_string();
            let word = |name: &str| comment[name].as_str().unwrap().to_owned();
            let numbers = ["id", "post", "parent"].map(number);
            let words = ["state", "name", "email", "url", "markup", "source"].map(word);
            numbers.into_iter().chain(words).collect()
        })
        .collect();
    assert_eq!(written, stored);
    assert_eq!(comments[0]["confirmed"], true);

    let tags: usize = posts
        .iter()
        .map(|post| post["tags"].as_array().unwrap().len())
        .sum();
    assert_eq!(tags as u64, home.number("select count(*) from post_tags"));
    assert_eq!(
        blog["blog"]["title"].as_str().unwrap(),
        home.rows("select value from settings where name = 'title'")[0][0]
    );
    export(&home, "as-wxr", "wordpress");
    for file in ["as-json/blog.json", "as-wxr/wordpress.xml"] {
        let file = std::fs::read_to_string(home.file(file)).unwrap();
        assert!(file.contains("kim@example.org"));
        for kept in ["NETWORK", "PASS", "SECRET"] {
            assert!(!file.contains(kept), "{kept}");
        }
    }
}

#[test]
fn times_go_out_to_the_millisecond() {
    let home = imported();
    home.rows("update posts set published_at = 1465136789012 where id = 1");
    let blog = json(&home);
    assert_eq!(blog["posts"][0]["published_at"], "2016-06-05T14:26:29.012Z");
}

#[test]
fn the_wordpress_file_holds_every_post_every_tag_and_every_comment() {
    let home = imported();
    home.rows("insert or replace into settings (name, value) values ('zone', 'Asia/Tokyo')");
    home.rows("update posts set published_at = 1465136789012 where id = 1");
    let channel = wordpress(&home);
    assert_eq!(channel.says("wp:wxr_version"), "1.2");
    let all_tags: Vec<&str> = channel
        .all("wp:tag")
        .map(|tag| tag.says("wp:tag_name"))
        .collect();
    let stored = home.rows("select name from tags order by key");
    assert!(!stored.is_empty());
    assert_eq!(all_tags, stored.concat());

    let items: Vec<Vec<&str>> = channel
        .all("item")
        .map(|item| {
            ["wp:post_id", "wp:post_type", "wp:status", "title"]
                .map(|name| item.says(name))
                .to_vec()
        })
        .collect();
    let stored = home.rows(
        "select id, kind, case state when 'published' then 'publish' when 'trashed' then 'trash' else state end, \
         title from posts order by id",
    );
    assert_eq!(items, stored);

    let first = channel.all("item").next().unwrap();
    assert_eq!(first.says("wp:post_date_gmt"), "2016-06-05 14:26:29");
    assert_eq!(first.says("wp:post_date"), "2016-06-05 23:26:29");
    let path = &home.rows("select path from posts where id = 1")[0][0];
    assert!(first.says("link").starts_with("http://") && first.says("link").ends_with(path));
    let tags = channel.all("item").flat_map(|item| item.all("category"));
    let domain = ("domain".to_owned(), "post_tag".to_owned());
    let tags = tags.filter(|tag| tag.attributes.contains(&domain)).count();
    assert_eq!(tags as u64, home.number("select count(*) from post_tags"));

    let written: Vec<Vec<&str>> = comments(&channel)
        .into_iter()
        .map(|(post, comment)| {
            let names = [
                "wp:comment_id",
                "wp:comment_parent",
                "wp:comment_approved",
                "wp:comment_author_email",
                "wp:comment_author_url",
            ];
            let said = names.map(|name| comment.says(name));
            std::iter::once(post).chain(said).collect()
        })
        .collect();
    let stored = home.rows(
        "select post_id, id, coalesce(parent_id, 0), case state when 'approved' then '1' when 'spam' then 'spam' \
         when 'deleted' then 'trash' else '0' end, email, url from comments order by post_id, created_at, id",
    );
    assert!(stored.len() > 5);
    assert_eq!(written, stored);
    assert!(stored.iter().any(|row| row[2] != "0"), "some are answers");
}

#[test]
fn words_that_would_break_a_file_come_out_whole() {
    let home = imported();
    // What ends CDATA, what begins it, what no XML may hold, what looks like markup of the file itself.
    let hostile = "a]]>b]]]]>c<![CDATA[d</item><!-- &amp; &nbsp; \"e\" ]]";
    let sql = format!("'{hostile}' || char(1, 11, 27, 65534)");
    home.rows(&format!(
        "update posts set title = {sql}, source = {sql}, html = {sql}, excerpt = {sql}, byline = {sql}"
    ));
    home.rows(&format!(
        "update comments set name = {sql}, url = {sql}, source = {sql}, html = {sql}"
    ));
    home.rows(&format!("update tags set name = {sql} where id = 1"));

    let blog = json(&home);
    let stored = format!("{hostile}\u{1}\u{b}\u{1b}\u{fffe}");
    let posts = home.number("select count(*) from posts");
    for (list, fields) in [
        ("posts", ["title", "source"]),
        ("comments", ["name", "source"]),
    ] {
        for entry in blog[list].as_array().unwrap() {
            for field in fields {
                assert_eq!(entry[field], stored, "{list}");
            }
        }
    }

    let channel = wordpress(&home);
    assert_eq!(channel.all("item").count() as u64, posts);
    for item in channel.all("item") {
        for name in ["title", "content:encoded", "excerpt:encoded", "dc:creator"] {
            assert_eq!(item.says(name), hostile, "{name}");
        }
    }
    let comments = comments(&channel);
    assert_eq!(
        comments.len() as u64,
        home.number("select count(*) from comments")
    );
    for (_, comment) in comments {
        for name in [
            "wp:comment_author",
            "wp:comment_author_url",
            "wp:comment_content",
        ] {
            assert_eq!(comment.says(name), hostile, "{name}");
        }
    }
    assert!(
        channel
            .all("wp:tag")
            .any(|tag| tag.says("wp:tag_name") == hostile)
    );
}

#[test]
fn an_erased_comment_leaves_nothing_but_its_place() {
    let home = imported();
    let answered = home.number("select min(parent_id) from comments");
    home.rows(&format!(
        "update comments set state = 'deleted', decided_by = 'commenter', name = '', email = '', url = '', \
         source = '', html = '' where id = {answered}"
    ));
    let blog = json(&home);
    let erased = blog["comments"]
        .as_array()
        .unwrap()
        .iter()
        .find(|comment| comment["id"] == answered)
        .unwrap();
    let left: Vec<&String> = erased.as_object().unwrap().keys().collect();
    assert_eq!(left, ["id", "parent", "post", "state"]);

    let channel = wordpress(&home);
    let comments = comments(&channel);
    let number = answered.to_string();
    let (_, erased) = comments
        .iter()
        .find(|(_, comment)| comment.says("wp:comment_id") == number)
        .unwrap();
    assert_eq!(erased.says("wp:comment_approved"), "trash");
    for name in [
        "wp:comment_author",
        "wp:comment_author_email",
        "wp:comment_content",
    ] {
        assert_eq!(erased.says(name), "", "{name}");
    }
}

#[test]
fn many_comments_of_one_moment_go_out_once_each() {
    let home = imported();
    home.rows(
        "insert into comments (post_id, state, name, created_at, renderer, markup, html, source) \
         with recursive n (i) as (select 1 union all select i + 1 from n where i < 1203) \
         select 1 + i % 2, 'approved', 'Kim', 1000, 1, 'markdown', '<p>x</p>', 'x' from n",
    );
    let stored = home.number("select count(*) from comments");
    let blog = json(&home);
    let mut ids: Vec<i64> = blog["comments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|comment| comment["id"].as_i64().unwrap())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len() as u64, stored);
    let channel = wordpress(&home);
    assert_eq!(comments(&channel).len() as u64, stored);
}

#[test]
fn media_go_out_under_the_names_of_their_addresses() {
    let home = imported();
    let name = "00112233445566778899aabbccddeeff.png";
    let media = home.data().join("media");
    std::fs::create_dir_all(media.join("00")).unwrap();
    std::fs::write(media.join("00").join(name), b"picture").unwrap();
    std::fs::write(media.join("00").join(format!("{name}.new")), b"pict").unwrap();
    home.rows(&format!(
        "update posts set html = '<img src=\"/media/{name}\">' where id = 1"
    ));
    for format in ["json", "wordpress"] {
        export(&home, format, format);
        let copied = contents(&home.file(format).join("media"));
        let copy = home.file(format).join("media").join(name);
        assert_eq!(copied, [(copy, b"picture".to_vec())]);
    }
    let file = std::fs::read_to_string(home.file("wordpress").join("wordpress.xml")).unwrap();
    let whole = format!("<img src=\"http://127.0.0.1:8080/media/{name}\">");
    assert!(file.contains(&whole), "the picture has a whole address");
}

#[test]
fn an_export_next_to_a_running_server_says_what_it_wrote_and_changes_nothing() {
    let home = imported();
    let _server = Server::start(&home);
    // The server finds related and popular posts in the background, each of which raises the version, and asks for pictures.
    let rows = || {
        let mut rows = home.dump();
        rows.retain(|row| {
            let found_in_background = ["related", "popular", "content", "fetches"];
            !found_in_background
                .iter()
                .any(|table| row.starts_with(table))
        });
        rows
    };
    let before = rows();
    let said = export(&home, "out", "json");
    let reported = |name: &str| -> u64 {
        let line = said.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    };
    assert_eq!(
        reported("Posts"),
        home.number("select count(*) from posts where kind = 'post'")
    );
    assert_eq!(
        reported("Pages"),
        home.number("select count(*) from posts where kind = 'page'")
    );
    assert_eq!(
        reported("Comments"),
        home.number("select count(*) from comments")
    );
    assert_eq!(reported("Files"), 0);
    assert!(said.contains("blog.json"), "{said}");
    let written = contents(&home.file("out"));
    assert_eq!(written.len(), 1, "nothing unfinished is left");
    export(&home, "wxr", "wordpress");
    assert_eq!(rows(), before);
}

#[test]
fn an_export_goes_into_an_empty_directory_only() {
    let home = imported();
    let empty = home.file("empty");
    std::fs::create_dir(&empty).unwrap();
    // Without a word about the format it is JSON.
    home.done(&["export", &empty.to_string_lossy()]);
    assert!(!read_json(&empty)["posts"].as_array().unwrap().is_empty());

    let before = contents(&empty);
    let sentence = home.refused(&["export", &empty.to_string_lossy()]);
    assert!(sentence.contains("is not empty"), "{sentence}");
    assert_eq!(contents(&empty), before);

    let cut_off = home.file("cut-off");
    std::fs::create_dir_all(cut_off.join("unfinished")).unwrap();
    let sentence = home.refused(&["export", &cut_off.to_string_lossy()]);
    assert!(
        sentence.contains("was interrupted or is still running"),
        "{sentence}"
    );

    let file = home.file("file");
    std::fs::write(&file, "words").unwrap();
    let sentence = home.refused(&["export", &file.to_string_lossy()]);
    assert!(sentence.contains("not a directory"), "{sentence}");
    assert_eq!(std::fs::read(&file).unwrap(), b"words");

    let format = ["export", "out", "--format", "html"];
    let sentence = home.refused(&format);
    assert!(sentence.contains("json, wordpress, markdown"), "{sentence}");
}

#[test]
fn an_export_that_fails_leaves_nothing_behind() {
    let home = imported();
    // A folder where a picture should be cannot be copied.
    let place = home
        .data()
        .join("media/00/00112233445566778899aabbccddeeff.png");
    std::fs::create_dir_all(place).unwrap();
    let out = home.file("out");
    let sentence = home.refused(&["export", &out.to_string_lossy()]);
    assert!(sentence.contains("cannot be written"), "{sentence}");
    assert!(!out.exists());
}

#[test]
fn without_a_blog_nothing_is_written() {
    let home = Home::new();
    let out = home.file("out");
    let output = home.run(&["export", &out.to_string_lossy()]);
    let said = text(&output.stderr);
    assert!(said.starts_with("daybook: there is no blog at"), "{said}");
    assert!(!output.status.success() && !out.exists() && !home.data().exists());
}

#[test]
fn the_feature_picture_of_a_post_goes_out() {
    let home = imported();
    let picture = format!("/media/{:032x}.webp", 7);
    home.rows(&format!(
        "update posts set details = '{{\"picture\":\"{picture}\",\"picture_alt\":\"A boat\"}}' where id = 1",
    ));
    let blog = json(&home);
    let posts = blog["posts"].as_array().unwrap();
    let with: Vec<&Value> = posts
        .iter()
        .filter(|post| post.get("picture").is_some())
        .collect();
    assert_eq!(with.len(), 1, "posts without one say nothing of it");
    assert_eq!(with[0]["id"], 1);
    assert_eq!(with[0]["picture"], picture.as_str());
    assert_eq!(with[0]["picture_alt"], "A boat");

    let channel = wordpress(&home);
    let attachments: Vec<&Node> = channel
        .all("item")
        .filter(|item| item.says("wp:post_type") == "attachment")
        .collect();
    assert_eq!(attachments.len(), 1);
    let attachment = attachments[0];
    assert!(attachment.says("wp:attachment_url").ends_with(&picture));
    assert_eq!(attachment.says("wp:post_parent"), "1");
    assert_eq!(
        attachment.child("wp:postmeta").says("wp:meta_value"),
        "A boat"
    );
    let post = channel
        .all("item")
        .find(|item| item.says("wp:post_id") == "1");
    let meta = post.unwrap().child("wp:postmeta");
    assert_eq!(meta.says("wp:meta_key"), "_thumbnail_id");
    assert_eq!(meta.says("wp:meta_value"), attachment.says("wp:post_id"));
}

/// The values of a post's own table in a file for `WordPress`.
fn metas(item: &Node) -> Vec<(&str, &str)> {
    item.all("wp:postmeta")
        .map(|meta| (meta.says("wp:meta_key"), meta.says("wp:meta_value")))
        .collect()
}

#[test]
fn wordpress_learns_what_it_has_a_place_for() {
    let home = imported();
    let name = format!("{:032x}.webp", 7);
    home.rows(&format!(
        "insert into media (id, name, digest, width, height, bytes, moving, file_name, alt, caption, words, created_at) \
           values (5, '{name}', 'd', 1, 1, 1, 0, 'boat.png', 'A boat', 'At <low> water', '', 1465120800000), \
           (6, 'x{name}', 'e', 1, 1, 1, 0, 'boat.png', '', '', '', 1465120800000)"
    ));
    home.rows(&format!(
        "update posts set state = 'scheduled', due_at = 4102444800000, published_at = 1465136789012, pinned = 1, \
           details = json_object('picture', '/media/{name}', 'picture_alt', 'A boat', \
           'fields', json_array(json_array('Mood', 'calm'), json_array('_hidden', 'x'))) where id = 1"
    ));
    home.rows("insert into media_uses (post_id, media_id, now) values (1, 5, 1)");
    home.rows("update posts set state = 'draft', published_at = null, path = null where id = 3");
    home.rows(
        "insert into pings (id, post_id, state, origin, title, url, created_at) \
           values (1, 1, 'approved', 'p', 'A link', 'https://example.org/a', 1465120800000)",
    );
    let channel = wordpress(&home);
    let item = |number: &str| {
        let mut items = channel.all("item");
        items
            .find(|item| item.says("wp:post_id") == number)
            .unwrap()
    };
    let first = item("1");
    assert_eq!(first.says("wp:post_date_gmt"), "2100-01-01 00:00:00");
    assert_eq!(first.says("wp:is_sticky"), "1");
    assert_eq!(
        metas(first),
        [("_thumbnail_id", "1000000005"), ("Mood", "calm")]
    );
    let ping = first.all("wp:comment").last().unwrap();
    assert_eq!(ping.says("wp:comment_type"), "pingback");
    assert_eq!(ping.says("wp:comment_author_url"), "https://example.org/a");
    assert_eq!(item("3").says("wp:post_date_gmt"), "0000-00-00 00:00:00");

    let file = item("1000000005");
    let address = format!("http://127.0.0.1:8080/media/{name}");
    for (field, value) in [
        ("wp:post_type", "attachment"),
        ("wp:attachment_url", &address),
        ("guid", &address),
        ("wp:post_parent", "1"),
        ("title", "boat"),
        ("excerpt:encoded", "At &lt;low&gt; water"),
    ] {
        assert_eq!(file.says(field), value);
    }
    assert_eq!(metas(file), [("_wp_attachment_image_alt", "A boat")]);
    // Two of the same title and time would be one there.
    let other = item("1000000006");
    assert_eq!(other.says("title"), format!("x{:032x}", 7));
    assert_eq!(other.says("wp:post_parent"), "0");
}

#[test]
fn pages_keep_their_order_on_their_way_through_wordpress() {
    let home = imported();
    home.rows(
        "update posts set kind = 'page', state = 'published', path = '/p/' || id where id > 4",
    );
    home.rows("update posts set menu_place = 20 - id where id > 6");
    export(&home, "out", "wordpress");
    let to = Home::set_up();
    let file = home.file("out/wordpress.xml");
    to.done(&["import", "wordpress", &file.to_string_lossy()]);
    let order = "select path from posts where kind = 'page' and state = 'published' \
                 order by menu_place = 0, menu_place, title, path";
    assert!(home.rows(order).len() > 3);
    assert_eq!(to.rows(order), home.rows(order));
}
