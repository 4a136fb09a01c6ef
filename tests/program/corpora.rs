//! Blogs moved in from Blogger, WordPress, Ghost and Markdown folders, compared over HTTP with what an independent reader of
//! the same files found.

use crate::support::crawl::crawl;
use crate::support::program::{Answer, FIXTURES, Home, Server, fixture};
use scraper::{Html, Selector};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What differs between a blog that came in and what was expected.
#[derive(Default)]
struct Differences(Vec<String>);

impl Differences {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.0
                .push(format!("{what}: found {found:?}, expected {expected:?}"));
        }
    }
}

/// Imports an export, serves it, and compares it with the JSON file; gives what differs.
fn compare(format: &str, export: &Path, expected: &Path) -> Vec<String> {
    let expected: Value = serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
    let home = Home::new();
    let import = || home.done(&["import", format, &export.to_string_lossy()]);
    import();
    home.done(&["user", "add", "ada@example.org", "--name", "Ada"]);
    let mut differences = Differences::default();
    compare_counts(&home, &expected, &mut differences);
    compare_tags(&home, &expected, &mut differences);
    let server = Server::start(&home);
    for item in expected["items"].as_array().unwrap() {
        compare_item(&home, &server, item, &mut differences);
    }
    compare_links(&server, &mut differences);
    save_unchanged(&home, &server, &mut differences);
    drop(server);
    let before = home.dump();
    import();
    differences.compare(
        "rows after a second import",
        &(home.dump() == before),
        &true,
    );
    differences.0
}

/// Every link of the blog leads somewhere, except what its author wrote: that may name what is not in the export.
fn compare_links(server: &Server, differences: &mut Differences) {
    let crawled = crawl(server);
    println!(
        "{} addresses, {} links in texts to what the export does not hold",
        crawled.addresses,
        crawled.dead_in_texts.len()
    );
    differences.0.extend(crawled.dead);
}

/// Opens every post and page in the editor and saves it as it is, as a browser without scripts does: its source must stay
/// the same to the byte.
fn save_unchanged(home: &Home, server: &Server, differences: &mut Differences) {
    let link = home.done(&["user", "reset", "ada@example.org"]);
    let key = link
        .split("key=")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    let entered = server.ask(
        "POST",
        "/admin/sign-in/link",
        "",
        &[
            ("key".to_owned(), key.to_owned()),
            ("name".to_owned(), "Ada".to_owned()),
            ("password".to_owned(), "seven slow grey herons".to_owned()),
        ],
    );
    let cookie = entered
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let texts = || {
        home.rows("select id, kind, source, title, coalesce(path, ''), coalesce(published_at, 0), excerpt from posts order by id")
    };
    let before = texts();
    for row in &before {
        let address = format!("/admin/{}s/{}", row[1], row[0]);
        let page = Html::parse_document(&server.ask("GET", &address, &cookie, &[]).body);
        let mut fields = fields_of(&page, "form.editor");
        fields.push(("act".to_owned(), "save".to_owned()));
        let answer = server.ask("POST", &address, &cookie, &fields);
        differences.compare(&format!("{address}: saved"), &answer.status, &303);
    }
    for (after, before) in texts().iter().zip(&before) {
        differences.compare(
            &format!("post {} after it was saved", before[0]),
            after,
            before,
        );
    }
    let pending = home.number("select count(*) from posts where pending = 1");
    differences.compare("pending changes after saving nothing new", &pending, &0);
}

/// What a browser sends of a form (HTML, 4.10.21.4), its line ends as it sends them.
fn fields_of(page: &Html, form: &str) -> Vec<(String, String)> {
    let selector = Selector::parse(&format!("{form} :is(input, textarea, select)[name]")).unwrap();
    let chosen = Selector::parse("option[selected]").unwrap();
    page.select(&selector)
        .filter_map(|control| {
            let name = control.attr("name")?.to_owned();
            let is_choice = matches!(control.attr("type"), Some("radio" | "checkbox"));
            if is_choice && control.attr("checked").is_none() {
                return None;
            }
            let value = match control.value().name() {
                "textarea" => control.text().collect(),
                "select" => control
                    .select(&chosen)
                    .next()
                    .and_then(|option| option.attr("value"))
                    .unwrap_or_default()
                    .to_owned(),
                _ => control.attr("value").unwrap_or_default().to_owned(),
            };
            Some((name, value.replace('\n', "\r\n")))
        })
        .collect()
}

fn compare_counts(home: &Home, expected: &Value, differences: &mut Differences) {
    // Files that may come in or not.
    let unclear: Vec<&str> = expected["unclear"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let posts = home.rows("select kind, state, coalesce(origin, '') from posts");
    let count = |kind: &str, state: &str| {
        let clear = posts.iter().filter(|post| {
            post[0] == kind
                && post[1] == state
                && !unclear.iter().any(|name| post[2].ends_with(name))
        });
        clear.count() as u64
    };
    for (name, found) in [
        ("published_posts", count("post", "published")),
        ("pages", count("page", "published")),
        ("drafts", count("post", "draft")),
        (
            "comments",
            home.number("select count(*) from comments where state = 'approved'"),
        ),
    ] {
        differences.compare(name, &found, &expected[name].as_u64().unwrap());
    }
}

/// Tags that differ in case alone are one here.
fn compare_tags(home: &Home, expected: &Value, differences: &mut Differences) {
    let found: BTreeSet<String> = home
        .rows(
            "select distinct t.name from tags t join post_tags pt on pt.tag_id = t.id \
             join posts p on p.id = pt.post_id where p.state = 'published'",
        )
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    differences.compare("labels", &found, &labels(&expected["labels"]));
}

fn labels(list: &Value) -> BTreeSet<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|label| normal(label.as_str().unwrap()).to_lowercase())
        .collect()
}

fn compare_item(home: &Home, server: &Server, item: &Value, differences: &mut Differences) {
    let path = item["old_path"].as_str().unwrap();
    let (answer, path) = followed(server, path);
    let path = path.as_str();
    if answer.status != 200 {
        differences
            .0
            .push(format!("{path}: status {}", answer.status));
        return;
    }
    for alias in item["aliases"].as_array().into_iter().flatten() {
        let alias = alias.as_str().unwrap();
        let (answer, end) = followed(server, alias);
        differences.compare(&format!("{alias}: status"), &answer.status, &200);
        differences.compare(&format!("{alias}: leads to"), &end.as_str(), &path);
    }
    let page = Html::parse_document(&answer.body);
    let title = normal(item["title"].as_str().unwrap());
    let heading = texts(&page, "main h1").join(" | ");
    if title.is_empty() {
        differences.compare(&format!("{path}: a heading"), &heading.is_empty(), &false);
    } else {
        differences.compare(&format!("{path}: title"), &heading, &title);
    }
    let published = item["published_utc"].as_str().unwrap();
    let published_at = published.parse::<jiff::Timestamp>().unwrap().as_second();
    let found = if item["kind"] == "post" {
        let moment = attribute(&page, "article.post > footer time", "datetime");
        moment
            .and_then(|moment| moment.parse::<jiff::Timestamp>().ok())
            .map(jiff::Timestamp::as_second)
    } else {
        // A page shows no time.
        home.rows("select path, published_at / 1000 from posts where kind = 'page'")
            .into_iter()
            .find(|row| row[0] == percent_encoding::percent_decode_str(path).decode_utf8_lossy())
            .and_then(|row| row[1].parse().ok())
    };
    let is_day = item["precision"] == "day";
    let precise = |seconds: i64| if is_day { seconds / 86_400 } else { seconds };
    differences.compare(
        &format!("{path}: time"),
        &found.map(precise),
        &Some(precise(published_at)),
    );
    let mut comments = comments_on(&page);
    for number in 2.. {
        let more = server.get(&format!("{path}?comments={number}"));
        if more.status != 200 {
            break;
        }
        comments += comments_on(&Html::parse_document(&more.body));
    }
    differences.compare(
        &format!("{path}: comments"),
        &comments,
        &item["comments"].as_u64().unwrap(),
    );
    if item["kind"] == "post" && item["labels"].is_array() {
        let tags = texts(&page, "a[rel=tag]")
            .iter()
            .map(|tag| tag.to_lowercase())
            .collect();
        differences.compare(&format!("{path}: labels"), &tags, &labels(&item["labels"]));
    }
}

/// What an old address answers, and where its answer is: it may lead on once, for ever.
fn followed(server: &Server, address: &str) -> (Answer, String) {
    let answer = server.get(address);
    match answer.header("location") {
        Some(location) if matches!(answer.status, 301 | 308) => {
            let path = location.split_once("://").map(|(_, rest)| rest);
            let path = path.and_then(|rest| Some(&rest[rest.find('/')?..]));
            let location = path.unwrap_or(location).to_owned();
            (server.get(&location), location)
        }
        _ => (answer, address.to_owned()),
    }
}

/// The same for an export of WordPress, whose old addresses may lead on, and are asked in each spelling.
fn compare_wordpress(export: &Path, expected: &Path) -> Vec<String> {
    let expected: Value = serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
    let home = Home::set_up();
    let import = || {
        home.done(&[
            "import",
            "wordpress",
            &export.to_string_lossy(),
            "--no-fetch",
        ])
    };
    println!("{}", import());
    let mut differences = Differences::default();
    let by_status = |status: &str| expected["posts_by_status"][status].as_u64().unwrap_or(0);
    let drafts: u64 = ["draft", "pending", "private"].map(by_status).iter().sum();
    for (name, wanted, sql) in [
        (
            "posts",
            by_status("publish"),
            "select count(*) from posts where kind = 'post' and state = 'published'",
        ),
        (
            "pages",
            expected["pages"].as_u64().unwrap(),
            "select count(*) from posts where kind = 'page' and state = 'published'",
        ),
        (
            "drafts",
            drafts,
            "select count(*) from posts where kind = 'post' and state = 'draft'",
        ),
        (
            "scheduled",
            by_status("future"),
            "select count(*) from posts where kind = 'post' and state = 'scheduled'",
        ),
        (
            "trash",
            by_status("trash"),
            "select count(*) from posts where kind = 'post' and state = 'trashed'",
        ),
        (
            "comments",
            expected["comments"].as_u64().unwrap(),
            "select count(*) from comments where state = 'approved'",
        ),
    ] {
        differences.compare(name, &home.number(sql), &wanted);
    }
    let counts = expected["comments_by_type_status"].as_object().unwrap();
    let pings = counts
        .iter()
        .filter(|(name, _)| !name.starts_with("comment:"));
    let pings: u64 = pings.map(|(_, count)| count.as_u64().unwrap()).sum();
    differences.compare("pings", &home.number("select count(*) from pings"), &pings);
    let server = Server::start(&home);
    for item in expected["items"].as_array().unwrap() {
        compare_moved(&home, &server, item, &mut differences);
    }
    compare_links(&server, &mut differences);
    drop(server);
    let before = home.dump();
    import();
    let same = home.dump() == before;
    differences.compare("rows after a second import", &same, &true);
    differences.0
}

/// Where an item is now: at its old address in each spelling, or where that leads for ever; by its title where it had none.
fn found(
    home: &Home,
    server: &Server,
    item: &Value,
    differences: &mut Differences,
) -> Option<String> {
    let title = normal(item["title"].as_str().unwrap());
    let old = item["old_path"].as_str().unwrap();
    if old.is_empty() {
        let rows = home.rows("select title, path from posts where state = 'published'");
        return rows
            .into_iter()
            .find(|row| row[0] == title)
            .map(|row| row[1].clone());
    }
    let mut places = BTreeSet::new();
    for spelling in [old.to_owned(), capitals(old)] {
        let mut answer = server.get(&spelling);
        let mut place = spelling.clone();
        if answer.status == 301 {
            answer.header("location").unwrap().clone_into(&mut place);
            answer = server.get(&place);
        }
        differences.compare(&format!("{spelling}: status"), &answer.status, &200);
        places.insert(capitals(&place));
    }
    differences.compare(&format!("{old}: one place"), &places.len(), &1);
    places.pop_first()
}

/// Percent-encoding in capitals, as browsers write it.
fn capitals(path: &str) -> String {
    let mut parts = path.split('%');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |path, part| {
        let (digits, rest) = part.split_at(2);
        format!("{path}%{}{rest}", digits.to_uppercase())
    })
}

fn compare_moved(home: &Home, server: &Server, item: &Value, differences: &mut Differences) {
    let Some(place) = found(home, server, item, differences) else {
        differences.0.push(format!("{}: nowhere", item["title"]));
        return;
    };
    let mut there = item.clone();
    there["old_path"] = Value::String(place);
    there["labels"] = item["labels"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|label| *label != "Uncategorized")
        .cloned()
        .collect();
    compare_item(home, server, &there, differences);
}

fn comments_on(page: &Html) -> u64 {
    texts(page, "#comments ol.thread > li").len() as u64
}

/// The text of each element that fits, its white space made single.
fn texts(page: &Html, selector: &str) -> Vec<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector)
        .map(|element| normal(&element.text().collect::<String>()))
        .collect()
}

fn attribute(page: &Html, selector: &str, name: &str) -> Option<String> {
    let selector = Selector::parse(selector).unwrap();
    page.select(&selector).next()?.attr(name).map(str::to_owned)
}

fn normal(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn refuse(differences: &[String]) {
    assert!(differences.is_empty(), "\n{}\n", differences.join("\n"));
}

#[test]
fn our_fixtures_come_in_item_by_item() {
    for name in FIXTURES {
        let expected = format!("{}.expected.json", name.split('.').next().unwrap());
        refuse(&compare("blogger", &fixture(name), &fixture(&expected)));
    }
}

#[test]
#[ignore = "needs the real exports: make corpora CORPORA=…"]
fn the_real_exports_come_in_item_by_item() {
    let corpora = std::env::var_os("CORPORA").expect("CORPORA names the directory of the exports");
    let corpora = std::path::absolute(corpora).unwrap();
    let mut differences = Vec::new();
    for format in ["blogger", "wordpress", "ghost", "markdown"] {
        let mut exports: Vec<_> = std::fs::read_dir(corpora.join(format))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        exports.sort();
        assert!(!exports.is_empty());
        for export in exports {
            let name = export.file_name().unwrap().to_string_lossy().into_owned();
            let expected = corpora.join("expected").join(format!("{name}.json"));
            let found = match format {
                "wordpress" => compare_wordpress(&export, &expected),
                format => compare(format, &export, &expected),
            };
            println!("{name}: {} differences", found.len());
            let named = found.into_iter().map(|found| format!("{name}: {found}"));
            differences.extend(named);
        }
    }
    refuse(&differences);
}
