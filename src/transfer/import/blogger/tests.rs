//! What the two exports of Blogger become, trap by trap, and which files are refused.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

use serde_json::{Value, json};

use super::*;

const OLD: &str = include_str!("../../../../tests/fixtures/blogger/old-export.xml");
const OLD_EXPECTED: &str =
    include_str!("../../../../tests/fixtures/blogger/old-export.expected.json");
const TAKEOUT: &str = include_str!("../../../../tests/fixtures/blogger/takeout-feed.atom");
const TAKEOUT_EXPECTED: &str =
    include_str!("../../../../tests/fixtures/blogger/takeout-feed.expected.json");

const TAKEOUT_HEAD: &str = "<feed xmlns='http://www.w3.org/2005/Atom' \
    xmlns:blogger='http://schemas.google.com/blogger/2018'>\
    <id>tag:blogger.com,1999:blog-1</id><title>Small blog</title>";

fn read(export: &str) -> Vec<Entry> {
    Blogger::open(export.as_bytes())
        .expect("an export")
        .collect::<Result<_, _>>()
        .expect("a whole export")
}

/// Reads to the end and gives the error that it ends in.
fn failure(export: impl BufRead) -> Option<Error> {
    match Blogger::open(export) {
        Ok(mut blogger) => blogger.find_map(Result::err),
        Err(error) => Some(error),
    }
}

fn posts<'a>(entries: &'a [Entry]) -> Vec<&'a Post> {
    let post = |entry: &'a Entry| match entry {
        Entry::Post(post) => Some(&**post),
        _ => None,
    };
    entries.iter().filter_map(post).collect()
}

fn comments_of<'a>(entries: &'a [Entry]) -> Vec<&'a Comment> {
    let comment = |entry: &'a Entry| match entry {
        Entry::Comment(comment) => Some(&**comment),
        _ => None,
    };
    entries.iter().filter_map(comment).collect()
}

fn skipped(entries: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| match entry {
        Entry::Skipped(note) | Entry::Changed(note) => {
            Some(format!("{}: {}", note.which, note.reason))
        }
        _ => None,
    };
    entries.iter().filter_map(line).collect()
}

fn takeout(entries: &str) -> Vec<Entry> {
    read(&format!("{TAKEOUT_HEAD}{entries}</feed>"))
}

/// An entry of the Takeout form, published at noon, from what else it says.
fn entry(kind: &str, number: u32, more: &str) -> String {
    format!(
        "<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><blogger:type>{kind}</blogger:type>{more}\
         <published>2020-01-01T12:00:00Z</published></entry>"
    )
}

fn one_post(more: &str) -> Post {
    let entries = takeout(&entry("POST", 7, more));
    posts(&entries)[0].clone()
}

fn one_comment(more: &str) -> Comment {
    let entries = takeout(&entry("COMMENT", 7, more));
    comments_of(&entries)[0].clone()
}

fn body(content: &str) -> String {
    one_post(&format!("<content type='html'>{content}</content>")).source
}

/// What a comment calls its post.
fn name_of(comment: &Comment) -> &str {
    match &comment.on {
        On::Origin(name) | On::Path(name) => name,
    }
}

fn number(origin: &str) -> &str {
    origin.rsplit('-').next().unwrap_or_default()
}

/// What an independent reader counts: approved comments that belong to a post, published posts and pages by date.
fn summary(entries: &[Entry]) -> Value {
    let (posts, comments) = (posts(entries), comments_of(entries));
    let mut public: Vec<_> = posts
        .iter()
        .filter(|post| post.status == Status::Published)
        .collect();
    public.sort_by_key(|post| post.published_at);
    let of = |kind| public.iter().filter(|post| post.kind == kind).count();
    let approved = |post: &Post| {
        let belongs = |comment: &&&Comment| {
            comment.state == State::Approved && number(name_of(comment)) == number(&post.origin)
        };
        comments.iter().filter(belongs).count()
    };
    let sorted = |tags: &[String]| tags.iter().cloned().collect::<BTreeSet<_>>();
    let item = |post: &&&Post| {
        json!({
            "kind": post.kind.word(), "old_path": post.path, "title": post.title,
            "published_utc": post.published_at.map(Millis::rfc3339),
            "comments": approved(post), "labels": sorted(&post.tags),
        })
    };
    let is_draft = |post: &&&Post| post.kind == Kind::Post && post.status == Status::Draft;
    json!({
        "published_posts": of(Kind::Post), "pages": of(Kind::Page),
        "drafts": posts.iter().filter(is_draft).count(),
        "comments": posts.iter().map(|post| approved(post)).sum::<usize>(),
        "comments_total": comments.len(),
        "labels": public.iter().flat_map(|post| sorted(&post.tags)).collect::<BTreeSet<_>>(),
        "items": public.iter().map(item).collect::<Vec<_>>(),
    })
}

#[test]
fn both_exports_come_whole() {
    for (export, expected) in [(OLD, OLD_EXPECTED), (TAKEOUT, TAKEOUT_EXPECTED)] {
        let expected: Value = serde_json::from_str(expected).expect("JSON");
        assert_eq!(summary(&read(export)), expected);
        assert_eq!(skipped(&read(export)), [] as [&str; 0]);
    }
}

#[test]
fn the_blog_comes_first_and_its_settings_know_it_best() {
    let blog = |export: &str| match read(export).swap_remove(0) {
        Entry::Blog { title, description } => (title, description),
        other => panic!("{other:?} comes first"),
    };
    let described = "Notes from behind the house & beyond".to_owned();
    assert_eq!(blog(OLD), ("The Garden Gate".into(), described));
    assert_eq!(blog(TAKEOUT), ("The Garden Gate".into(), String::new()));
    let renamed = OLD.replace(
        "<content type='text'>The Garden Gate<",
        "<content type='text'>The Open Gate<",
    );
    assert_eq!(blog(&renamed).0, "The Open Gate");
    assert_eq!(
        blog(&format!("{TAKEOUT_HEAD}</feed>")),
        ("Small blog".into(), String::new())
    );
}

#[test]
fn a_comment_keeps_the_name_of_its_post_even_before_it_and_on_a_page() {
    let entries = read(OLD);
    let (pages, comments) = (posts(&entries), comments_of(&entries));
    assert!(matches!(entries[1], Entry::Comment(_)));
    let on_page = comments
        .iter()
        .find(|comment| comment.name == "Clara")
        .expect("Clara");
    assert!(name_of(on_page).ends_with(".post-1011"));
    assert!(pages.iter().any(|page| page.origin.ends_with(".page-1011")));
}

#[test]
fn a_comment_without_the_name_of_its_post_is_there_all_the_same() {
    assert_eq!(name_of(&one_comment("<content>Hello</content>")), "");
}

#[test]
fn a_reply_names_the_comment_that_it_answers() {
    for (export, reply, answered) in [
        (OLD, "post-2003", "post-2002"),
        (TAKEOUT, "post-4002", "post-4001"),
    ] {
        let entries = read(export);
        let comments = comments_of(&entries);
        let origin = |end: &str| {
            let found = comments
                .iter()
                .find(|comment| comment.origin.ends_with(end));
            (*found.expect("a comment")).clone()
        };
        assert_eq!(origin(reply).parent, Some(origin(answered).origin));
        assert_eq!(origin(answered).parent, None);
    }
}

#[test]
fn comments_keep_their_state_and_an_unknown_one_waits() {
    for (word, state) in [
        ("LIVE", State::Approved),
        ("SPAM_COMMENT", State::Spam),
        ("GHOSTED_COMMENT", State::Hidden),
        ("PENDING_MODERATION", State::Waiting),
        ("SOMETHING_NEW", State::Waiting),
    ] {
        let status = format!("<blogger:status>{word}</blogger:status><blogger:trashed/>");
        assert_eq!(one_comment(&status).state, state, "{word}");
    }
    let trashed = "<blogger:status>LIVE</blogger:status>\
        <blogger:trashed>2020-02-02T00:00:00Z</blogger:trashed>";
    assert_eq!(one_comment(trashed).state, State::Deleted);
}

#[test]
fn posts_keep_their_status_and_an_unknown_one_is_a_draft() {
    for (word, status) in [
        ("LIVE", Status::Published),
        ("SCHEDULED", Status::Published),
        ("DRAFT", Status::Draft),
        ("SOFT_TRASHED", Status::Trashed),
        ("SOMETHING_NEW", Status::Draft),
    ] {
        let said = format!("<blogger:status>{word}</blogger:status>");
        assert_eq!(one_post(&said).status, status, "{word}");
    }
    let trashed = "<blogger:status>LIVE</blogger:status>\
        <blogger:trashed>2020-02-02T00:00:00Z</blogger:trashed>";
    assert_eq!(one_post(trashed).status, Status::Trashed);
}

#[test]
fn an_address_is_a_path_and_a_draft_may_have_none() {
    let link = |href: &str| one_post(&format!("<link rel='alternate' href='{href}'/>")).path;
    let plain = Some("/2012/12/%D1%81.html".to_owned());
    assert_eq!(
        link("https://b.example.com/2012/12/%D1%81.html?m=1#c2"),
        plain
    );
    assert_eq!(link("//b.example.com/2012/12/%D1%81.html"), plain);
    assert_eq!(link("http://b.example.com"), None);
    assert_eq!(link("http://b.example.com/"), None);
    let filename = |path: &str| {
        one_post(&format!(
            "<blogger:filename>{path}</blogger:filename><link/>"
        ))
        .path
    };
    assert_eq!(filename("/2012/12/%D1%81.html"), plain);
    assert_eq!(filename(""), None);
}

#[test]
fn names_may_be_empty_and_nobodys_address_is_none() {
    let somebody = "<author><name></name><uri>http://a.example.com/</uri><email>noreply@blogger.com</email>\
        <blogger:type>BLOGGER</blogger:type></author>";
    let comment = one_comment(somebody);
    assert_eq!((&*comment.name, &*comment.email), ("", ""));
    assert_eq!(comment.url, "http://a.example.com/");
    let clara = read(OLD);
    assert!(
        comments_of(&clara)
            .iter()
            .any(|comment| comment.email == "clara@example.com")
    );
}

#[test]
fn a_body_is_kept_byte_for_byte() {
    assert_eq!(body("  &lt;b&gt;Tea&lt;/b&gt;\n\n "), "  <b>Tea</b>\n\n ");
    assert_eq!(
        body("Salt &amp;amp; pepper&amp;#39;s"),
        "Salt &amp; pepper&#39;s"
    );
    assert_eq!(body("&#x44F;&#233;&apos;&quot;"), "\u{44F}\u{E9}'\"");
    assert_eq!(
        body("&nbsp;&#0;&#xD800; & alone"),
        "&nbsp;&#0;&#xD800; & alone"
    );
    assert_eq!(
        body("<![CDATA[<i>&amp;</i>]]> &lt;br&gt;"),
        "<i>&amp;</i> <br>"
    );
    assert_eq!(body(""), "");
}

#[test]
fn a_body_that_is_markup_of_the_feed_is_kept_as_it_is_written() {
    let xhtml =
        "<div xmlns='http://www.w3.org/1999/xhtml'>Tea<br/> &amp; <b title='x'>more</b></div>";
    assert_eq!(body(xhtml), xhtml);
}

#[test]
fn a_title_is_plain_words() {
    let title = |written: &str| one_post(written).title;
    assert_eq!(
        title("<title type='text'>A &amp;amp; B</title>"),
        "A &amp; B"
    );
    assert_eq!(title("<title> Tea </title>"), "Tea");
    assert_eq!(
        title("<title type='html'>&lt;i&gt;Tea&lt;/i&gt; &amp;amp; 1 &amp;lt; 2, R&amp;D</title>"),
        "Tea & 1 < 2, R&D"
    );
    assert_eq!(title("<title type='html'>1 &lt; 2</title>"), "1 < 2");
    assert_eq!(title("<title/>"), "");
}

#[test]
fn labels_come_once_each_and_empty_ones_not_at_all() {
    let post = one_post(
        "<category/><category scheme='tag:blogger.com,1999:blog-1' term='Tea &amp; biscuits'/>\
         <category term='Tea &amp; biscuits'/><category term=' '/><category term='Walks'/>",
    );
    assert_eq!(post.tags, ["Tea & biscuits", "Walks"]);
}

#[test]
fn a_post_brings_its_search_description_and_its_choice_about_comments() {
    let entries = read(TAKEOUT);
    let described = "A kettle, and the note that it sings";
    assert!(posts(&entries).iter().any(|post| post.excerpt == described));
    for (word, choice) in [
        ("ALLOW", Comments::Blog),
        ("DONT_ALLOW_SHOW_EXISTING", Comments::Closed),
        ("DONT_ALLOW_HIDE_EXISTING", Comments::Hidden),
    ] {
        let said = format!("<blogger:readerComments>{word}</blogger:readerComments>");
        assert_eq!(one_post(&said).comments, choice);
    }
}

#[test]
fn times_are_moments_wherever_they_were_written() {
    let entries = read(OLD);
    let bread = posts(&entries)
        .into_iter()
        .find(|post| post.path.as_deref() == Some("/2009/01/bread_19.html"))
        .expect("bread");
    assert_eq!(
        bread.published_at.map(Millis::rfc3339).as_deref(),
        Some("2009-01-19T07:30:00Z")
    );
}

#[test]
fn an_invalid_date_is_reported_and_another_one_is_used() {
    let dated = |published: &str, updated: &str| {
        takeout(&format!(
            "<entry><id>post-1</id><blogger:type>POST</blogger:type><title>Tea</title>\
             <published>{published}</published><updated>{updated}</updated></entry>{}",
            entry("POST", 2, "")
        ))
    };
    let entries = dated("0000-00-00", "2020-05-05T00:00:00Z");
    assert_eq!(
        posts(&entries)[0].published_at,
        Millis::parse("2020-05-05T00:00:00Z")
    );
    assert_eq!(
        skipped(&entries),
        [
            "post “Tea”: `0000-00-00`, so 2020-05-05T00:00:00Z: its date cannot be read, so another one of it is used"
        ]
    );
    let entries = dated(&"(".repeat(100_000), "-0001-01-01T00:00:00Z");
    assert_eq!(posts(&entries).len(), 1, "the import goes on");
    assert_eq!(skipped(&entries), ["post “Tea”: its date cannot be read"]);
}

#[test]
fn what_is_neither_post_nor_page_nor_comment_is_skipped_with_its_name() {
    let entries = takeout(&format!(
        "{}{}<entry><blogger:type>POST</blogger:type><title>Nameless</title></entry>",
        entry("EVENT", 1, "<title>Tea</title>"),
        entry("", 2, "")
    ));
    assert_eq!(
        skipped(&entries),
        [
            "event “Tea”: neither a post nor a page nor a comment",
            "entry tag:blogger.com,1999:blog-1.post-2: the export does not say what it is",
            "post “Nameless”: it has no id, so a second import would create it twice",
        ]
    );
}

#[test]
fn a_name_in_the_report_is_short_and_cannot_steer_the_terminal() {
    let title = format!("<title>\u{1b}[2J{}</title>", "x".repeat(1000));
    let lines = skipped(&takeout(&entry("EVENT", 1, &title)));
    assert!(lines[0].starts_with("event “ [2Jxxx"), "{}", lines[0]);
    assert!(lines[0].contains("x…”: ") && lines[0].chars().count() < 200);
}

#[test]
fn names_of_other_vocabularies_are_passed_over_and_unbound_ones_count() {
    let post = one_post(
        "<m:title xmlns:m='http://search.yahoo.com/mrss/'>Not this</m:title><title>This</title>\
         <title>Nor this</title><author><name>Rosa</name></author><author><name>Ben</name></author>\
         <app:control><app:draft>yes</app:draft></app:control>",
    );
    assert_eq!((&*post.title, &*post.author), ("This", "Rosa"));
    assert_eq!(post.status, Status::Draft);
}

#[test]
fn a_file_without_any_namespace_is_read_by_its_local_names() {
    let bare = TAKEOUT.replace(" xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'", "");
    assert_ne!(bare, TAKEOUT);
    assert_eq!(summary(&read(&bare)), summary(&read(TAKEOUT)));
}

#[test]
fn a_file_cut_off_anywhere_ends_in_an_error() {
    let full_text = |export: &str| export.trim_end().len();
    let cuts = |export: &'static str, step| {
        (0..full_text(export))
            .step_by(step)
            .map(move |at| &export.as_bytes()[..at])
    };
    let small = concat!(
        "<?xml version='1.0'?><feed><id>blogger.com</id><!-- x --><entry><id>a&amp;\u{44F}</id>",
        "<content type='x'><![CDATA[ ]]></content></entry></feed>"
    );
    for cut in cuts(small, 1)
        .chain(cuts(OLD, 211))
        .chain(cuts(TAKEOUT, 211))
    {
        assert!(failure(cut).is_some(), "cut at byte {}", cut.len());
    }
    assert_eq!(failure(small.as_bytes()), None);
}

#[test]
fn a_cut_is_reported_with_the_last_whole_entry() {
    let at = TAKEOUT.find("A tone apart").expect("the first comment");
    let before_any = failure(&TAKEOUT.as_bytes()[..at]).expect("an error");
    assert!(before_any.to_string().contains("within its first entry"));
    let at = OLD.rfind("<entry>").expect("the last entry") + 100;
    let message = failure(&OLD.as_bytes()[..at])
        .expect("an error")
        .to_string();
    assert!(
        message.starts_with(&format!(
            "The file ends in the middle, at byte {at}, after the comment “"
        )),
        "{message}"
    );
}

#[test]
fn nothing_follows_an_error_and_what_came_before_it_stays() {
    let damaged = OLD.replacen("</entry>", "</enrty>", 9);
    let damaged = damaged.replacen("</enrty>", "</entry>", 8);
    let mut blogger = Blogger::open(damaged.as_bytes()).expect("an export");
    let before = blogger.by_ref().take_while(Result::is_ok).count();
    assert!(before > 3);
    assert!(blogger.next().is_none());
    assert!(matches!(
        failure(damaged.as_bytes()),
        Some(Error::Broken { .. })
    ));
}

#[test]
fn what_is_not_an_export_of_blogger_is_refused() {
    for other in [
        "",
        " ",
        "{\"db\": []}",
        "PK\u{3}\u{4}\u{14}",
        "<",
        "<!-- x -->",
        "<rss version='2.0'><channel/></rss>",
        "<html><body>Hello</body></html>",
        "&lt;",
        "<feed xmlns='http://www.w3.org/2005/Atom'><id>urn:x</id></feed>",
        "<feed xmlns='urn:other'><id>tag:blogger.com,1999:blog-1</id></feed>",
    ] {
        assert_eq!(
            failure(other.as_bytes()),
            Some(Error::NotBlogger),
            "{other}"
        );
    }
    assert_eq!(
        failure(&b"PK\x03\x04\xff\xfe\x80"[..]),
        Some(Error::NotBlogger)
    );
}

#[test]
fn a_document_type_is_refused() {
    let export =
        format!("<!DOCTYPE feed [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>{TAKEOUT_HEAD}</feed>");
    assert_eq!(failure(export.as_bytes()), Some(Error::DocumentType));
    let inside = format!("{TAKEOUT_HEAD}<!DOCTYPE feed></feed>");
    assert_eq!(failure(inside.as_bytes()), Some(Error::DocumentType));
}

#[test]
fn a_file_made_to_harm_ends_in_an_error_or_soon() {
    let deep = format!("{TAKEOUT_HEAD}{}", "<a>".repeat(1_000_000));
    assert!(matches!(
        failure(deep.as_bytes()),
        Some(Error::TooDeep { .. })
    ));
    let repeated = |count, one: fn(u32) -> String| (0..count).map(one).collect::<Vec<_>>().concat();
    let bindings = repeated(1000, |n| format!(" xmlns:n{n}='u'"));
    let bound = format!("{TAKEOUT_HEAD}<entry{bindings}/></feed>");
    assert!(matches!(
        failure(bound.as_bytes()),
        Some(Error::Broken { .. })
    ));
    let attributes = repeated(100_000, |n| format!(" a{n}=''"));
    let wide = format!("{TAKEOUT_HEAD}<link{attributes}/></feed>");
    assert_eq!(failure(wide.as_bytes()), None);
}

#[test]
fn an_entry_without_end_is_refused() {
    let endless = format!("{TAKEOUT_HEAD}<entry><content>");
    let endless = BufReader::new(endless.as_bytes().chain(io::repeat(b'x')));
    let error = failure(endless).expect("an error");
    assert!(matches!(error, Error::TooLarge { .. }));
    assert!(error.to_string().ends_with("is larger than 64 MiB."));
}

#[test]
fn the_position_runs_to_the_end_of_the_feed() {
    let mut blogger = Blogger::open(OLD.as_bytes()).expect("an export");
    let begin = blogger.position();
    assert!(blogger.by_ref().all(|entry| entry.is_ok()));
    assert!(begin > 0 && blogger.position() == OLD.trim_end().len() as u64);
}
