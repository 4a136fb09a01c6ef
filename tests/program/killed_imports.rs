//! An import that was killed at any point and then begun again ends as the same blog that one whole run makes.

use crate::support::program::{Home, contents};
use std::fmt::Write;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, SystemTime};

/// Of each shape so many runs are killed.
const KILLED: usize = 10;
/// More than come in in one transaction.
const POSTS: usize = 230;
/// An answer that comes before what it answers, so that it is put under it at the end.
const COMMENTS: usize = 1300;

/// The same numbers in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A day of 2015, and the same in an address.
fn day(number: usize) -> (String, String) {
    let (month, day) = (number / 28 % 12 + 1, number % 28 + 1);
    (
        format!("2015-{month:02}-{day:02}"),
        format!("2015/{month:02}"),
    )
}

/// Comments of a post: its number, the comments' numbers, the last one first.
fn numbers_of(post: usize) -> impl Iterator<Item = usize> {
    (0..COMMENTS)
        .rev()
        .filter(move |number| number % POSTS == post)
}

fn wordpress() -> String {
    let mut text = String::from(
        "<?xml version='1.0'?><rss version='2.0' xmlns:excerpt='http://wordpress.org/export/1.2/excerpt/' \
         xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:wp='http://wordpress.org/export/1.2/'><channel><title>Tides</title><link>https://old.example</link>\
         <description>By the water</description><wp:wxr_version>1.2</wp:wxr_version>",
    );
    for number in 0..POSTS {
        // Of every forty, two want one address, one is a draft, one a page and one in the trash.
        let (date, folder) = day(number);
        let name = if number % 40 == 7 { number - 1 } else { number };
        let (state, kind) = match number % 40 {
            11 => ("draft", "post"),
            12 => ("publish", "page"),
            13 => ("trash", "post"),
            _ => ("publish", "post"),
        };
        write!(
            text,
            "<item><title>Tide {number}</title><link>https://old.example/{folder}/tide-{name}/</link>\
             <dc:creator>clara</dc:creator><wp:post_id>{id}</wp:post_id><wp:post_date_gmt>{date} 10:00:00</wp:post_date_gmt>\
             <wp:post_name>tide-{name}</wp:post_name><wp:status>{state}</wp:status><wp:post_type>{kind}</wp:post_type>\
             <category domain='post_tag' nicename='t{tag}'>Tag {tag}</category><content:encoded><![CDATA[High water {number}.\n\n\
             <img src=\"https://old.example/wp-content/uploads/{folder}/{number}.jpg\"> and \
             <a href=\"https://old.example/{folder}/tide-1/\">more</a>]]></content:encoded>",
            id = number + 1,
            tag = number % 9,
        )
        .unwrap();
        for comment in numbers_of(number) {
            let (what, parent) = match comment % 10 {
                0 => ("pingback", 0),
                1 | 2 if comment >= POSTS => ("comment", comment + 1 - POSTS),
                _ => ("comment", 0),
            };
            write!(
                text,
                "<wp:comment><wp:comment_id>{id}</wp:comment_id><wp:comment_author>Ada {comment}</wp:comment_author>\
                 <wp:comment_author_url>https://ada.example/{comment}</wp:comment_author_url>\
                 <wp:comment_date_gmt>{date} 11:{minute:02}:00</wp:comment_date_gmt><wp:comment_content>Word {comment}</wp:comment_content>\
                 <wp:comment_approved>1</wp:comment_approved><wp:comment_type>{what}</wp:comment_type>\
                 <wp:comment_parent>{parent}</wp:comment_parent></wp:comment>",
                id = comment + 1,
                minute = comment / POSTS,
            )
            .unwrap();
        }
        text.push_str("</item>");
    }
    text + "</channel></rss>"
}

fn blogger() -> String {
    let blog = "tag:blogger.com,1999:blog-1";
    let mut text = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'>\
         <id>{blog}</id><title>Tides</title>"
    );
    // Comments come before their posts, as Takeout has them.
    for post in 0..POSTS {
        for comment in numbers_of(post) {
            let parent = if comment % 10 < 3 && comment >= POSTS {
                format!("{blog}.post-{}", 100_000 + comment - POSTS)
            } else {
                String::new()
            };
            write!(
                text,
                "<entry><id>{blog}.post-{id}</id><blogger:parent>{blog}.post-{post}</blogger:parent>\
                 <blogger:inReplyTo>{parent}</blogger:inReplyTo><blogger:type>COMMENT</blogger:type>\
                 <blogger:status>LIVE</blogger:status><author><name>Ada {comment}</name></author>\
                 <content type='html'>Word {comment}</content><published>{date}T11:{minute:02}:00Z</published></entry>",
                id = 100_000 + comment,
                post = post + 1,
                date = day(post).0,
                minute = comment / POSTS,
            )
            .unwrap();
        }
    }
    for number in 0..POSTS {
        let (date, folder) = day(number);
        let name = if number % 40 == 7 { number - 1 } else { number };
        let state = if number % 40 == 11 { "DRAFT" } else { "LIVE" };
        let kind = if number % 40 == 12 { "PAGE" } else { "POST" };
        write!(
            text,
            "<entry><id>{blog}.post-{id}</id><blogger:type>{kind}</blogger:type><blogger:status>{state}</blogger:status>\
             <author><name>Clara</name></author><title>Tide {number}</title><content type='html'>High water {number}.&lt;br /&gt;\
             &lt;img src='https://1.bp.blogspot.com/a/s320/{number}.jpg'&gt;</content><published>{date}T10:00:00Z</published>\
             <category scheme='{blog}' term='Tag {tag}'/><blogger:filename>/{folder}/tide-{name}.html</blogger:filename></entry>",
            id = number + 1,
            tag = number % 9,
        )
        .unwrap();
    }
    text + "</feed>"
}

/// What a blog holds, without what may differ: when it was written, how often, what it signs with, and how the index lies in its
/// pages, of which `daybook check` says whether it is right.
fn held(home: &Home, since: u128) -> Vec<String> {
    let mut lines: Vec<String> = home
        .dump()
        .into_iter()
        .filter(|line| {
            let differ = ["content: ", "search_", "settings: 'secret'"];
            differ.iter().all(|begins| !line.starts_with(begins))
        })
        .map(|line| without_times(&line, since))
        .collect();
    lines.sort();
    lines
}

/// The same with each time of today as a word.
fn without_times(line: &str, since: u128) -> String {
    let mut out = String::new();
    for part in line.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        match digits.parse::<u128>() {
            Ok(number) if digits.len() == 13 && number >= since => {
                out.push_str("today");
                out.push_str(&part[digits.len()..]);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn begin(home: &Home, format: &str, file: &Path) -> Child {
    let mut command = home.command(&["import", format, &file.to_string_lossy()]);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Kills an import a while after it has said so often how far it is; gives whether it was still at work.
fn kill(mut import: Child, said: usize, then: Duration) -> bool {
    let mut lines = BufReader::new(import.stderr.take().unwrap()).lines();
    for _ in 0..said {
        lines.next();
    }
    std::thread::park_timeout(then);
    // One that is done cannot be killed.
    let _ = import.kill();
    !import.wait().unwrap().success()
}

/// A blog to import into, at another place than the last one: setting one up takes longer than an import.
fn copy_of(empty: &Home) -> Home {
    let home = Home::new();
    for (path, bytes) in contents(&empty.data()) {
        let to = home.data().join(path.strip_prefix(empty.data()).unwrap());
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        if path.is_dir() {
            std::fs::create_dir_all(to).unwrap();
        } else {
            std::fs::write(to, bytes).unwrap();
        }
    }
    home
}

fn ends_the_same(format: &str, text: &str, mut numbers: Numbers) {
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis() - 60_000;
    let empty = Home::set_up();
    let file = empty.file("export.xml");
    std::fs::write(&file, text).unwrap();
    let whole = copy_of(&empty);
    let began = std::time::Instant::now();
    let path = file.to_string_lossy();
    whole.done(&["import", format, &path]);
    let took = began.elapsed();
    let expected = held(&whole, since);
    for table in ["posts", "comments", "tags", "fetches", "old_addresses"] {
        let begins = format!("{table}: ");
        let found = expected.iter().any(|line| line.starts_with(&begins));
        assert!(
            found || (format, table) == ("blogger", "old_addresses"),
            "{table}"
        );
    }
    let mut killed = 0;
    for point in 0..KILLED {
        let home = copy_of(&empty);
        let then = took.mul_f64(f64::from(u32::try_from(numbers.below(100)).unwrap()) / 400.0);
        killed += usize::from(kill(begin(&home, format, &file), point, then));
        home.done(&["import", format, &path]);
        let now = held(&home, since);
        let differs = expected.iter().zip(&now).find(|(one, other)| one != other);
        assert_eq!(
            differs, None,
            "{format}: killed after {point} tenths and {then:?}"
        );
        assert_eq!(now.len(), expected.len(), "{format} at {point}");
        if point % 3 == 0 {
            home.done(&["check"]);
        }
    }
    assert!(killed * 2 > KILLED, "{format}: only {killed} were at work");
}

#[test]
fn an_import_of_wordpress_that_is_killed_ends_as_the_same_blog() {
    ends_the_same("wordpress", &wordpress(), Numbers(7));
}

#[test]
fn an_import_of_blogger_that_is_killed_ends_as_the_same_blog() {
    ends_the_same("blogger", &blogger(), Numbers(11));
}
