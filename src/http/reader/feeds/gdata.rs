//! A feed as Blogger's JSON, for the widgets that read it: Atom's elements as objects, their texts called `$t`, colons
//! written as `$`.

use super::{Entry, Feed, Format};
use serde_json::{Value, json};

const LABELS: &str = "http://www.blogger.com/atom/ns#";

impl Feed {
    pub(super) fn gdata(&self) -> String {
        let mut links = vec![
            link("self", Format::Atom.kind(), &self.own),
            link("alternate", "text/html", &self.page),
        ];
        for (relation, address) in &self.paging_links {
            links.push(link(relation, Format::Atom.kind(), address));
        }
        let mut feed = json!({
            "xmlns": "http://www.w3.org/2005/Atom",
            "xmlns$openSearch": "http://a9.com/-/spec/opensearchrss/1.0/",
            "xmlns$thr": "http://purl.org/syndication/thread/1.0",
            "id": text(&self.id),
            "updated": text(&self.updated_at.rfc3339_exact()),
            "title": { "type": "text", "$t": self.title },
            "subtitle": { "type": "text", "$t": self.subtitle },
            "link": links,
            "generator": text("Daybook"),
            "entry": self.entries.iter().map(entry).collect::<Vec<Value>>(),
        });
        if let Some(counted) = self.counted {
            // Blogger gives numbers as texts.
            feed["openSearch$totalResults"] = text(&counted.total.to_string());
            feed["openSearch$startIndex"] = text(&counted.start.to_string());
            feed["openSearch$itemsPerPage"] = text(&counted.per_page.to_string());
        }
        json!({ "version": "1.0", "encoding": "UTF-8", "feed": feed }).to_string()
    }
}

fn text(text: &str) -> Value {
    json!({ "$t": text })
}

fn link(relation: &str, kind: &str, address: &str) -> Value {
    json!({ "rel": relation, "type": kind, "href": address })
}

fn entry(entry: &Entry) -> Value {
    let mut alternate = link("alternate", "text/html", &entry.address);
    alternate["title"] = Value::from(entry.title.as_str());
    let mut links = vec![alternate];
    let mut author = json!({ "name": text(&entry.author) });
    if !entry.author_page.is_empty() {
        author["uri"] = text(&entry.author_page);
    }
    let tags: Vec<Value> = entry
        .tags
        .iter()
        .map(|tag| json!({ "scheme": LABELS, "term": tag }))
        .collect();
    let mut out = json!({
        "id": text(&entry.id),
        "published": text(&entry.published_at.rfc3339_exact()),
        "updated": text(&entry.updated_at.rfc3339_exact()),
        "title": { "type": "text", "$t": entry.title },
        "author": [author],
    });
    if !tags.is_empty() {
        out["category"] = Value::from(tags);
    }
    match &entry.html {
        Some(html) => out["content"] = json!({ "type": "html", "$t": html }),
        None => out["summary"] = json!({ "type": "text", "$t": entry.summary }),
    }
    if !entry.picture.is_empty() {
        out["media$thumbnail"] = json!({
            "xmlns$media": "http://search.yahoo.com/mrss/", "url": entry.picture
        });
    }
    for enclosure in &entry.enclosures {
        let mut way = link("enclosure", enclosure.content_type, &enclosure.address);
        way["length"] = Value::from(enclosure.bytes.to_string());
        links.push(way);
    }
    if let Some(replies) = &entry.replies {
        links.insert(0, link("replies", "text/html", &replies.page));
        links.insert(0, link("replies", Format::Atom.kind(), &replies.feed));
        out["thr$total"] = text(&replies.number.to_string());
    }
    if let Some(answered) = &entry.answers {
        out["thr$in-reply-to"] = json!({
            "ref": answered.id, "href": answered.address, "type": "text/html"
        });
    }
    out["link"] = Value::from(links);
    out
}
