//! Follows every link of a blog as a search engine would: pages, style sheets, pictures, feeds, the site map.

use super::program::Server;
use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use scraper::{ElementRef, Html, Selector};
use std::collections::{BTreeMap, VecDeque};
use url::Url;

/// More than a redirect to a redirect is no way to a page.
const REDIRECTS_MAX: usize = 2;

/// What was found on the way.
#[derive(Debug, Default)]
pub struct Crawled {
    /// How many addresses were asked for.
    pub addresses: usize,
    /// Links that lead nowhere: what leads there, and what it answers.
    pub dead: Vec<String>,
    /// The same where only the words of an author or a commenter lead there: they may name what was never on this blog.
    pub dead_in_texts: Vec<String>,
}

/// Where an address of this blog was found.
struct Found {
    on: String,
    in_text: bool,
    status: u16,
}

/// Asks for the home page and for all that it leads to.
pub fn crawl(server: &Server) -> Crawled {
    let base = Url::parse(&format!("http://{}/", server.address)).unwrap();
    let mut found: BTreeMap<String, Found> = BTreeMap::new();
    let mut waiting = VecDeque::new();
    let begin = ["/", "/sitemap.xml", "/robots.txt"].map(|path| (path.to_owned(), false));
    let mut links = ("nowhere".to_owned(), begin.to_vec());
    loop {
        let (on, on_page) = links;
        for (address, in_text) in on_page {
            if let Some(known) = found.get_mut(&address) {
                known.in_text &= in_text;
                continue;
            }
            let on = on.clone();
            found.insert(
                address.clone(),
                Found {
                    on,
                    in_text,
                    status: 0,
                },
            );
            waiting.push_back(address);
        }
        let Some(address) = waiting.pop_front() else {
            break;
        };
        let (status, on_page) = follow(server, &base, &address);
        if let Some(known) = found.get_mut(&address) {
            known.status = status;
        }
        links = (address, on_page);
    }
    let mut crawled = Crawled {
        addresses: found.len(),
        ..Crawled::default()
    };
    for (
        address,
        Found {
            on,
            in_text,
            status,
        },
    ) in found
    {
        if status != 200 {
            let line = format!("{on} leads to {address}, which answers {status}");
            if in_text {
                crawled.dead_in_texts.push(line);
            } else {
                crawled.dead.push(line);
            }
        }
    }
    crawled
}

/// What an address answers at the end of its redirects, and the links of what it answers with.
fn follow(server: &Server, base: &Url, address: &str) -> (u16, Vec<(String, bool)>) {
    let mut here = base.join(address).unwrap();
    let mut status = 0;
    for _ in 0..=REDIRECTS_MAX {
        let path = path_of(&here);
        if path.starts_with("/media/") || path.starts_with("/favicon") {
            return (server.ask("HEAD", &path, "", &[]).status, Vec::new());
        }
        let answer = server.get(&path);
        status = answer.status;
        if let (301 | 302 | 307 | 308, Some(location)) = (status, answer.header("location")) {
            here = here.join(location).unwrap();
            if here.origin() != base.origin() {
                return (200, Vec::new());
            }
            continue;
        }
        let kind = answer.header("content-type").unwrap_or_default();
        let links = match kind {
            _ if kind.starts_with("text/html") => links_of_page(&answer.body),
            _ if kind.contains("xml") => links_of_feed(&answer.body),
            _ => Vec::new(),
        };
        let ours = links.into_iter().filter_map(|(link, in_text)| {
            let to = here.join(&link).ok()?;
            // Each comment has a page with a form that answers it; those are not for machines.
            // A link of a page to itself, as to its main part, says nothing of where else it is linked.
            let fits = to.origin() == base.origin()
                && !path_of(&to).starts_with("/admin/")
                && path_of(&to) != path;
            fits.then(|| (path_of(&to), in_text))
        });
        return (status, ours.collect());
    }
    (status, Vec::new())
}

fn path_of(url: &Url) -> String {
    url[url::Position::BeforePath..url::Position::AfterQuery].to_owned()
}

/// All addresses in a page, and whether each is in a text that somebody wrote.
fn links_of_page(html: &str) -> Vec<(String, bool)> {
    let page = Html::parse_document(html);
    let linking = Selector::parse("[href], [src], [srcset]").unwrap();
    let mut links = Vec::new();
    for element in page.select(&linking) {
        let rel = element.attr("rel").unwrap_or_default();
        if rel
            .split(' ')
            .any(|word| matches!(word, "nofollow" | "preconnect" | "dns-prefetch"))
        {
            continue;
        }
        let in_text = is_in_text(element);
        let single = ["href", "src"]
            .into_iter()
            .filter_map(|name| element.attr(name));
        links.extend(single.map(|address| (address.to_owned(), in_text)));
        let many = element.attr("srcset").unwrap_or_default().split(',');
        let addresses = many.filter_map(|one| one.split_whitespace().next());
        links.extend(addresses.map(|address| (address.to_owned(), in_text)));
    }
    links
}

fn is_in_text(element: ElementRef) -> bool {
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .any(|above| above.value().classes().any(|class| class == "text"))
}

/// The addresses of a feed or a site map: in attributes of links, and as words of their own elements.
fn links_of_feed(xml: &str) -> Vec<(String, bool)> {
    let mut reader = Reader::from_str(xml);
    let mut links = Vec::new();
    let mut words = String::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) | Event::Empty(element) => {
                words.clear();
                for attribute in element.attributes().flatten() {
                    if matches!(attribute.key.as_ref(), "href" | "ref") {
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap();
                        links.push((value.into_owned(), false));
                    }
                }
            }
            Event::Text(text) => words.push_str(&text),
            // No other character of an address is written as an entity.
            Event::GeneralRef(_) => words.push('&'),
            Event::End(element) => {
                if matches!(element.local_name().as_ref(), "loc" | "link" | "comments") {
                    links.push((words.trim().to_owned(), false));
                }
                words.clear();
            }
            Event::Eof => return links,
            _ => {}
        }
    }
}
