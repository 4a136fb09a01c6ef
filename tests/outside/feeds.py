"""Programs of others read a running blog: feedparser every feed and its whole history, xmlschema the map of the site,
mf2py and a JSON parser every post that the map names. Usage: feeds.py ORIGIN"""

import json
import re
import sys
import warnings
from pathlib import Path
from urllib.request import Request, urlopen

import feedparser
import mf2py
import xmlschema

ORIGIN = sys.argv[1].rstrip("/")
SCHEMA = xmlschema.XMLSchema(str(Path(__file__).with_name("sitemap.xsd")))
problems = []


def check(truth, words):
    if not truth:
        problems.append(words)


def get(address):
    request = Request(address, headers={"User-Agent": "daybook-outside"})
    with urlopen(request, timeout=60) as answer:
        return answer.read(), dict(answer.headers)


def read_feed(address):
    """Reads an Atom or RSS document; gives it and the way to what came before."""
    body, headers = get(address)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        feed = feedparser.parse(body, response_headers={k.lower(): v for k, v in headers.items()})
    check(not said, f"{address}: {[str(one.message) for one in said]}")
    check(not feed.bozo, f"{address}: {feed.get('bozo_exception')}")
    check(feed.version in ("atom10", "rss20"), f"{address}: {feed.version}")
    check(feed.feed.get("title"), f"{address}: no title")
    links = {link.rel: link.href for link in feed.feed.get("links", [])}
    check(links.get("self") == address, f"{address} calls itself {links.get('self')}")
    for entry in feed.entries:
        for part in ("id", "link", "published_parsed", "updated_parsed", "author"):
            check(entry.get(part), f"{address}: an entry without {part}: {entry.get('link')}")
        check(entry.get("content") or entry.get("summary"), f"{address}: nothing in {entry.get('link')}")
        check(entry.get("link", "").startswith(ORIGIN + "/"), f"{address}: {entry.get('link')}")
    return feed, links.get("prev-archive")


def read_json_feed(address):
    feed = json.loads(get(address)[0])
    check(feed["version"] == "https://jsonfeed.org/version/1.1", f"{address}: {feed['version']}")
    check(feed["feed_url"] == address, f"{address} calls itself {feed['feed_url']}")
    for item in feed["items"]:
        check(item["id"] and item["url"], f"{address}: an item without a name or address")
        check("content_html" in item or "content_text" in item, f"{address}: nothing in {item['url']}")
        check(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", item["date_published"]), f"{address}: {item['date_published']}")
    return feed, feed.get("next_url")


def whole_history(start):
    """Every id in a feed and its history."""
    ids, documents, next_one = set(), 0, start
    while next_one:
        if ".json" in next_one:
            feed, next_one = read_json_feed(next_one)
            ids |= {item["id"] for item in feed["items"]}
        else:
            feed, next_one = read_feed(next_one)
            ids |= {entry.id for entry in feed.entries}
        documents += 1
    print(f"{start}: {len(ids)} entries in {documents} documents")
    return ids


def of_all_formats(base):
    atom, rss, other = (whole_history(f"{base}.{ending}") for ending in ("atom", "rss", "json"))
    check(atom == rss == other, f"{base}: the formats do not say the same")
    return atom


def read_map(address):
    """The addresses in the map of the site, whose parts are read as well."""
    document = SCHEMA.decode(get(address)[0].decode(), validation="lax")
    found, errors = document
    check(not errors, f"{address}: {errors[:3]}")
    if "sitemap" in found:
        return [location for part in found["sitemap"] for location in read_map(part["loc"])]
    return [url["loc"] for url in found["url"]]


def read_post(address):
    body = get(address)[0].decode()
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', body, re.S)
    check(len(blocks) == 1, f"{address}: {len(blocks)} blocks of data")
    data = json.loads(blocks[0])
    if data["@type"] not in ("BlogPosting", "WebPage"):
        return
    for part in ("headline", "url", "author", "inLanguage"):
        check(data.get(part), f"{address}: the data lacks {part}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        items = mf2py.parse(doc=body, url=address)["items"]
    entries = [item for item in items if "h-entry" in item["type"]]
    check(len(entries) == 1, f"{address}: {len(entries)} entries")
    if len(entries) != 1:
        return
    entry = entries[0]["properties"]
    check(entry.get("url") == [address], f"{address}: {entry.get('url')}")
    for part in ("name", "content", "published", "updated"):
        check(entry.get(part), f"{address}: the entry lacks {part}")
    if data["@type"] == "BlogPosting":
        check(len(entry.get("author", [])) == 1, f"{address}: {entry.get('author')}")
        shown = body.count('class="u-comment h-cite"')
        comments = entry.get("comment", [])
        check(len(comments) == shown, f"{address}: {len(comments)} of {shown} comments")
        for comment in comments:
            for part in ("author", "url", "published", "content"):
                check(comment["properties"].get(part), f"{address}: a comment lacks {part}")


posts = of_all_formats(f"{ORIGIN}/feed")
of_all_formats(f"{ORIGIN}/comments")
locations = read_map(f"{ORIGIN}/sitemap.xml")
print(f"{ORIGIN}/sitemap.xml: {len(locations)} addresses")
tags = [address for address in locations if re.match(rf"{re.escape(ORIGIN)}/tags/[^/]+/$", address)]
for tag in tags:
    of_all_formats(f"{tag}feed")
lists = [address for address in locations if address.endswith("/")]
pages = [address for address in locations if address.endswith(".html")]
for page in pages:
    read_post(page)
print(f"{len(pages)} posts and pages read")
feed, _ = read_feed(f"{ORIGIN}/feeds/posts/default?max-results=5&start-index=2")
check(len(feed.entries) == 5, "Blogger's feed does not count")
with_comments = next((page for page in pages if 'u-comment' in get(page)[0].decode()), None)
if with_comments:
    of_all_formats(f"{with_comments}/comments")

if problems:
    print("\n".join(problems[:40]))
    sys.exit(f"{len(problems)} problems")
print("no problem")
