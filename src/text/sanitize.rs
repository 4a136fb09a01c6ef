//! The allow-lists: the one place that decides which HTML is safe to show.
//!
//! Whatever wrote the HTML, Markdown, an import or our own layout, passes here last. What is not on a list is not shown.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::Builder;

use super::picture::Size;
use super::{address, anchor_ids, code, inline_styles, runs};

/// The elements of a post.
pub const TAGS: &[&str] = &[
    "a",
    "abbr",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "ol",
    "p",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "small",
    "source",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// The attributes that any element of a post may have.
pub const COMMON_ATTRIBUTES: &[&str] = &["class", "dir", "lang", "title"];

/// What any element may have besides where a text is on a page of its own.
const ID: &str = "id";

/// The attributes that single elements of a post may have besides; [`kept`] judges their values.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("audio", &["controls", "preload", "src"]),
    ("blockquote", &["cite"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    ("img", &["src", "srcset", "sizes", "alt", "width", "height"]),
    ("ins", &["cite", "datetime"]),
    ("li", &["value"]),
    ("ol", &["reversed", "start", "type"]),
    ("q", &["cite"]),
    ("source", &["src"]),
    ("td", &["colspan", "rowspan"]),
    ("th", &["colspan", "rowspan", "scope"]),
    ("time", &["datetime"]),
    (
        "video",
        &[
            "controls",
            "height",
            "playsinline",
            "poster",
            "preload",
            "src",
            "width",
        ],
    ),
];

/// What lets a keyboard reach an element that scrolls inside itself, as code does whose lines are long.
const REACHED: (&str, &str) = ("tabindex", "0");

/// What makes a wide table scroll inside itself, by keyboard too. No other value of these attributes is kept.
pub const SCROLL: [(&str, &str); 3] = [REACHED, ("role", "group"), ("aria-label", "Table")];

/// Each picture of ours says that the text need not wait for it.
pub const DECODING: (&str, &str) = ("decoding", "async");

/// Each but one at the beginning of a text waits until it is nearly in sight.
pub const LOADING: (&str, &str) = ("loading", "lazy");

/// That one comes before whatever else the page could wait for.
pub const PRIORITY: (&str, &str) = ("fetchpriority", "high");

/// The width in pixels of the place that is left free for a picture whose size nobody says, and for one that floats.
pub const COLUMN: i64 = 608;
pub const FLOAT: i64 = 304;

/// The widest column that a theme gives readers (`--column`, at the largest size of its text), and of what floats in it,
/// which narrow screens do not. In `em`, which in `sizes` and in `@media` is the size of text that the reader's browser is
/// set to (HTML, 4.8.4.2.1): so both grow with it. A face is never asked, since no two have digits of one width.
pub const COLUMN_EM: i64 = 48;
const FLOAT_EM: i64 = 24;
const FLOATS_FROM_EM: i64 = 36;
/// Pixels of an `em` in browsers that nobody has set otherwise.
const EM: i64 = 16;

/// The place that a page has for a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    Column,
    /// Text runs next to it.
    Float,
    /// A square of a gallery with so many in a row.
    Cell(i64),
}

/// How wide a picture of a size is on the page, as the attribute `sizes`. No other value of it is kept.
pub fn sizes(size: Size, room: Room) -> String {
    let width = size.width;
    let (most, from) = match room {
        Room::Float => (FLOAT_EM, Some(FLOATS_FROM_EM)),
        Room::Column => (COLUMN_EM, None),
        Room::Cell(columns) => return sizes_in_cell(size, columns),
    };
    let shown = if width < most * EM {
        format!("{width}px")
    } else {
        format!("{most}em")
    };
    let from = from.map_or_else(|| shown.clone(), |from| format!("{from}em"));
    format!("(max-width: {from}) 100vw, {shown}")
}

/// The same of a picture that fills a square of a gallery: a wide one is as much wider as it is wider than high.
fn sizes_in_cell(Size { width, height }: Size, columns: i64) -> String {
    let percent = (width * 100 / height.max(1)).clamp(100, CELL_MAX_PERCENT);
    let narrow = 50 * percent / 100;
    let wide = COLUMN_EM * percent / 100 / columns.max(1);
    format!("(max-width: {FLOATS_FROM_EM}em) {narrow}vw, {wide}em")
}

/// A picture that is wider than this in proportion is a panorama, of which a square shows a small part anyway.
const CELL_MAX_PERCENT: i64 = 200;

fn is_sizes_in_cell(value: &str) -> bool {
    let numbers = value
        .strip_prefix(&format!("(max-width: {FLOATS_FROM_EM}em) "))
        .and_then(|rest| rest.strip_suffix("em")?.split_once("vw, "));
    numbers.is_some_and(|(narrow, wide)| {
        [narrow, wide]
            .iter()
            .all(|number| number.parse::<u8>().is_ok_and(|number| number <= 100))
    })
}

fn is_sizes(value: &str) -> bool {
    if is_sizes_in_cell(value) {
        return true;
    }
    let shown = value.rsplit(' ').next().unwrap_or_default();
    let width = match shown.strip_suffix("px") {
        Some(width) => whole_number(width).and_then(|width| width.parse().ok()),
        None => Some(i64::MAX),
    };
    width.is_some_and(|width| {
        let size = Size { width, height: 1 };
        [Room::Column, Room::Float]
            .iter()
            .any(|room| value == sizes(size, *room))
    })
}

/// The elements of a comment, typed or imported.
pub const COMMENT_TAGS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "em",
    "i",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
];

/// The elements of a text that is pasted into a post.
const PASTED_TAGS: &[&str] = &[
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements that go together with what is inside them.
const DROPPED: &[&str] = &[
    "math", "noembed", "noframes", "object", "script", "select", "style", "svg", "template",
    "textarea", "title",
];

/// A text on its own page.
static POST: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = part_of_page();
    builder.add_generic_attributes([ID]);
    builder
});

/// A text that others are next to: nothing in it has an id.
static PART: LazyLock<Builder<'static>> = LazyLock::new(part_of_page);

fn part_of_page() -> Builder<'static> {
    let mut builder = Builder::empty();
    builder
        .tags(TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .generic_attributes(COMMON_ATTRIBUTES.iter().copied().collect())
        .tag_attributes(attributes_by_tag())
        .tag_attribute_values(HashMap::from([
            (
                "div",
                SCROLL
                    .iter()
                    .map(|(name, value)| (*name, HashSet::from([*value])))
                    .collect(),
            ),
            (
                "img",
                HashMap::from(
                    [DECODING, LOADING, PRIORITY]
                        .map(|(name, value)| (name, HashSet::from([value]))),
                ),
            ),
        ]))
        .set_tag_attribute_value("pre", REACHED.0, REACHED.1)
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "data"]))
        .link_rel(None)
        .attribute_filter(kept);
    builder
}

static COMMENT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(COMMENT_TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .set_tag_attribute_value("pre", REACHED.0, REACHED.1)
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .link_rel(Some("ugc nofollow noopener"))
        .attribute_filter(kept_in_comment);
    builder
});

/// What stays of a text that is pasted: what it says, not how it looked elsewhere.
static PASTED: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(PASTED_TAGS.iter().copied().collect())
        .clean_content_tags(DROPPED.iter().copied().collect())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("code", HashSet::from(["class"])),
            ("img", HashSet::from(["src", "alt"])),
            ("ol", HashSet::from(["start"])),
            ("td", HashSet::from(["colspan", "rowspan"])),
            ("th", HashSet::from(["colspan", "rowspan"])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel"]))
        .link_rel(None)
        .attribute_filter(kept);
    builder
});

/// Makes the HTML of a post or page safe.
pub fn post(html: &str) -> String {
    POST.clean(&runs::cut(html)).to_string()
}

/// Makes the HTML of a text safe that is on a page with others: the beginning of a post, the foot of the page.
pub fn part(html: &str) -> String {
    PART.clean(&runs::cut(html)).to_string()
}

/// Makes pasted HTML safe, and plain.
pub fn pasted(html: &str) -> String {
    PASTED.clean(&runs::cut(html)).to_string()
}

/// Makes the HTML of a comment safe.
pub fn comment(html: &str) -> String {
    COMMENT.clean(&runs::cut(html)).to_string()
}

/// The attributes that an element of a post may have, besides the common ones.
pub fn attributes_of(tag: &str) -> &'static [&'static str] {
    ATTRIBUTES
        .iter()
        .find(|(name, _)| *name == tag)
        .map_or(&[], |(_, attributes)| attributes)
}

/// What is kept of the value of an attribute that a post may have; `None` drops the attribute.
pub fn kept<'a>(tag: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    let is_written_out = attribute == "src" && value.trim_start().starts_with("data:");
    let is_address = matches!(attribute, "href" | "cite" | "src" | "poster" | "srcset");
    if is_address && !is_written_out && value.len() > runs::ADDRESS_MAX_BYTES {
        return None;
    }
    match attribute {
        "href" | "cite" => address::link(value).map(Cow::Owned),
        "src" if tag == "img" => address::picture(value).map(Cow::Owned),
        "src" | "poster" => address::media(value).map(Cow::Owned),
        "srcset" => address::pictures(value).map(Cow::Owned),
        "sizes" => is_sizes(value).then_some(Cow::Borrowed(value)),
        "class" => kept_classes(tag, value).map(Cow::Owned),
        ID => is_kept_id(tag, value).then_some(Cow::Borrowed(value)),
        "controls" | "open" | "playsinline" | "reversed" => Some(Cow::Borrowed("")),
        "dir" => one_of(&["ltr", "rtl", "auto"], value),
        "preload" => one_of(&["none", "metadata", "auto"], value),
        "scope" => one_of(&["row", "col", "rowgroup", "colgroup"], value),
        "type" => one_of(&["1", "a", "A", "i", "I"], value),
        "start" | "value" => {
            whole_number(value.strip_prefix('-').unwrap_or(value)).map(|_| Cow::Borrowed(value))
        }
        "width" | "height" => whole_number(value.strip_suffix("px").unwrap_or(value)),
        "colspan" | "rowspan" | "span" => whole_number(value),
        _ => Some(Cow::Borrowed(runs::bounded(value))),
    }
}

/// Whether an element of a post may have an id: its author's, that of a heading, a footnote or the jump break.
fn is_kept_id(tag: &str, id: &str) -> bool {
    match tag {
        "span" if id == anchor_ids::BREAK => true,
        "a" | "li" if anchor_ids::is_note(id) => true,
        _ => anchor_ids::is_free(id),
    }
}

fn kept_in_comment<'a>(_tag: &str, attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    match attribute {
        "href" if value.len() > runs::ADDRESS_MAX_BYTES => None,
        "href" => address::foreign(value).map(Cow::Owned),
        _ => Some(Cow::Borrowed(runs::bounded(value))),
    }
}

fn kept_classes(tag: &str, value: &str) -> Option<String> {
    let language = (tag == "code")
        .then(|| inline_styles::language(value))
        .flatten();
    let ours = value.split_ascii_whitespace().filter(|class| {
        inline_styles::CLASSES.contains(class)
            || (tag == "div" && inline_styles::OUR_CLASSES.contains(class))
            || (tag == "div" && inline_styles::CARDS.contains(class))
            || (tag == "figure" && *class == inline_styles::WIDE)
            || (tag == "blockquote" && *class == inline_styles::ARTICLE)
            || (tag == "a" && *class == inline_styles::ANCHOR)
            || (tag == "img" && *class == inline_styles::UNSIZED)
            || (tag == "span" && code::CLASSES.contains(class))
    });
    let classes: Vec<&str> = language.into_iter().chain(ours).collect();
    (!classes.is_empty()).then(|| classes.join(" "))
}

fn one_of<'a>(allowed: &[&str], value: &'a str) -> Option<Cow<'a, str>> {
    allowed.contains(&value).then_some(Cow::Borrowed(value))
}

/// Up to four digits that do not begin with a zero: what sizes, spans and numbers of lists need.
pub fn whole_number(value: &str) -> Option<Cow<'_, str>> {
    let plain = (1..=4).contains(&value.len())
        && value.bytes().all(|byte| byte.is_ascii_digit())
        && !value.starts_with('0');
    plain.then_some(Cow::Borrowed(value))
}

fn attributes_by_tag() -> HashMap<&'static str, HashSet<&'static str>> {
    ATTRIBUTES
        .iter()
        .map(|(tag, attributes)| (*tag, attributes.iter().copied().collect()))
        .collect()
}
