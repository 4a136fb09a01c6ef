//! The export for WordPress: WXR 1.2, an RSS file with names of its own. Texts go out as the safe HTML that readers see,
//! without what only our pages have, and with the blog's own addresses made whole. Files of the library are attachments,
//! which WordPress fetches from their addresses here, and then puts its own in their place.

use super::{Comments, Exported, Outgoing, Posts, is_erased, takes_comments};
use crate::blog::comment::{self, Comment};
use crate::blog::media::FOLDER;
use crate::blog::phrases::Messages;
use crate::blog::post::{self, Kind, State};
use crate::blog::settings::{Films, Settings};
use crate::blog::time::Millis;
use crate::blog::{MediaId, PostId};
use crate::store::{ExportedFile, ExportedPing, ExportedPost, Store, Tag};
use crate::text;
use crate::text::absolutize::{absolutize, clean};
use anyhow::Result;
use jiff::tz::TimeZone;
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::HashSet;
use std::io::{self, Write};

/// The names that WXR adds to RSS.
const NAMES: [(&str, &str); 5] = [
    ("version", "2.0"),
    ("xmlns:excerpt", "http://wordpress.org/export/1.2/excerpt/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:wp", "http://wordpress.org/export/1.2/"),
];

/// Files of the library that are held in memory at once.
const FILES: i64 = 500;
/// Posts, attachments and comments are numbered in WordPress; what has no number of that kind here is far behind them.
const ATTACHMENTS_FROM: i64 = 1_000_000_000;
const FEATURES_FROM: i64 = 2_000_000_000;
const PINGS_FROM: i64 = 1_000_000_000;

pub async fn write(
    blog: Outgoing<'_>,
    settings: &Settings,
    out: &mut impl Write,
) -> Result<Exported> {
    let mut exported = Exported::default();
    let zone = settings.time_zone();
    let mut wxr = Wxr {
        xml: Writer::new(out),
        origin: blog.origin,
        zone: &zone,
        messages: Messages::of(&settings.language),
        last_in_menu: blog.store.export().last_in_menu().await?,
    };
    wxr.begin(settings, blog.now)?;
    for tag in blog.store.export().tags().await? {
        wxr.tag(&tag)?;
    }
    let mut posts = Posts::of(blog.store);
    while let Some(post) = posts.next().await? {
        let tags = blog.store.tags().of_post(post.id).await?;
        wxr.open("item", &[])?;
        wxr.post(&post, takes_comments(&post, settings))?;
        for tag in &tags {
            wxr.tag_of_post(tag)?;
        }
        let feature = Feature::of(&post, blog.store).await?;
        wxr.metas(&post, feature.as_ref())?;
        exported.comments += wxr.comments_on(post.id, blog.store).await?;
        wxr.close("item")?;
        if let Some(feature) = feature.filter(|feature| feature.is_alone) {
            wxr.feature(&post, feature)?;
        }
        exported.count_post(&post);
    }
    wxr.library(blog.store).await?;
    wxr.close("channel")?;
    wxr.close("rss")?;
    Ok(exported)
}

/// The feature picture of a post as an attachment.
#[derive(Debug, Clone, Copy)]
struct Feature {
    number: i64,
    /// Whether it is no attachment of the library: it is not in it, or says something else there.
    is_alone: bool,
}

impl Feature {
    /// `None` where a post has none that is here to be fetched.
    async fn of(post: &ExportedPost, store: &Store) -> Result<Option<Self>> {
        let details = &post.details;
        let Some(name) = details.picture.strip_prefix(FOLDER) else {
            return Ok(None);
        };
        let file = store.media().by_name(name).await?;
        let file = file.filter(|file| file.alt == details.picture_alt);
        Ok(Some(Self {
            number: file
                .as_ref()
                .map_or(FEATURES_FROM + post.id.0, |file| number_of_file(file.id)),
            is_alone: file.is_none(),
        }))
    }
}

fn number_of_file(id: MediaId) -> i64 {
    ATTACHMENTS_FROM + id.0
}

/// The file as it grows.
struct Wxr<'a, W> {
    xml: Writer<W>,
    origin: &'a str,
    zone: &'a TimeZone,
    messages: Messages,
    /// The place of the last page that has one in the menu; 0 where none has.
    last_in_menu: i64,
}

/// What a comment or a pingback says.
struct Said<'a> {
    number: i64,
    parent: i64,
    kind: &'static str,
    state: comment::State,
    at: Millis,
    name: &'a str,
    email: &'a str,
    url: &'a str,
    html: &'a str,
}

/// What an attachment says.
struct Attachment<'a> {
    number: i64,
    title: &'a str,
    author: &'a str,
    alt: &'a str,
    caption: &'a str,
    /// The path of the file.
    path: &'a str,
    parent: Option<PostId>,
    at: Millis,
}

impl<W: Write> Wxr<'_, W> {
    fn begin(&mut self, settings: &Settings, now: Millis) -> io::Result<()> {
        self.xml
            .write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        self.line()?;
        self.open("rss", &NAMES)?;
        self.open("channel", &[])?;
        self.text("title", &settings.title)?;
        self.text("link", self.origin)?;
        self.text("description", &settings.description)?;
        self.text("pubDate", &rfc2822(now))?;
        self.text("language", &settings.language)?;
        self.text("wp:wxr_version", "1.2")?;
        self.text("wp:base_site_url", self.origin)?;
        self.text("wp:base_blog_url", self.origin)
    }

    fn tag(&mut self, tag: &Tag) -> io::Result<()> {
        self.open("wp:tag", &[])?;
        self.text("wp:term_id", &tag.id.to_string())?;
        self.cdata("wp:tag_slug", &tag.slug)?;
        self.cdata("wp:tag_name", &tag.name)?;
        self.close("wp:tag")
    }

    fn tag_of_post(&mut self, tag: &Tag) -> io::Result<()> {
        self.start(
            "category",
            &[("domain", "post_tag"), ("nicename", &tag.slug)],
        )?;
        self.words(&tag.name)?;
        self.close("category")
    }

    fn post(&mut self, post: &ExportedPost, takes_comments: bool) -> io::Result<()> {
        let at = shown_at(post);
        let own = format!("{}/?p={}", self.origin, post.id);
        let link = match &post.path {
            Some(path) => format!("{}{path}", self.origin),
            None => own.clone(),
        };
        let open_or_closed = if takes_comments { "open" } else { "closed" };
        self.cdata("title", &post.title)?;
        self.text("link", &link)?;
        self.text("pubDate", &rfc2822(at))?;
        self.cdata("dc:creator", &post.author)?;
        self.guid(&own)?;
        self.text("description", "")?;
        let html = self.portable(&post.html);
        self.cdata("content:encoded", &html)?;
        self.cdata("excerpt:encoded", &post.excerpt)?;
        self.text("wp:post_id", &post.id.to_string())?;
        self.dates_of(post, at)?;
        self.text("wp:comment_status", open_or_closed)?;
        self.text("wp:ping_status", "closed")?;
        self.cdata("wp:post_name", slug(post))?;
        self.text("wp:status", status(post.state))?;
        self.text("wp:post_parent", "0")?;
        self.text("wp:menu_order", &self.menu_order(post).to_string())?;
        self.text("wp:post_type", kind(post.kind))?;
        self.text("wp:post_password", &post.details.password)?;
        self.text("wp:is_sticky", if post.pinned { "1" } else { "0" })
    }

    fn guid(&mut self, address: &str) -> io::Result<()> {
        self.start("guid", &[("isPermaLink", "false")])?;
        self.xml.write_event(Event::Text(BytesText::new(address)))?;
        self.close("guid")
    }

    /// A draft that has no date of its own gets that of the day when it is published, there too.
    fn dates_of(&mut self, post: &ExportedPost, at: Millis) -> io::Result<()> {
        if post.state == State::Draft && post.published_at.is_none() {
            self.text("wp:post_date", &local(at, self.zone))?;
            self.text("wp:post_date_gmt", NO_DATE)?;
        } else {
            self.moment("wp:post_date", at)?;
        }
        self.moment("wp:post_modified", post.updated_at)
    }

    /// Pages without a place in the menu come after those that have one; in WordPress, 0 comes first.
    fn menu_order(&self, post: &ExportedPost) -> i64 {
        match (post.kind, post.menu_place, self.last_in_menu) {
            (Kind::Post, ..) | (Kind::Page, 0, 0) => 0,
            (Kind::Page, 0, last) => last + 1,
            (Kind::Page, place, _) => place,
        }
    }

    /// A text as WordPress takes it, in the language of the blog.
    fn portable(&self, html: &str) -> String {
        let html = text::portable(html);
        let html = text::fill_placeholders(&html, Films::None, &self.messages);
        absolutize(self.origin, &html)
    }

    /// What WordPress keeps in a table of its own for each post.
    fn metas(&mut self, post: &ExportedPost, feature: Option<&Feature>) -> io::Result<()> {
        if let Some(feature) = feature {
            self.meta("_thumbnail_id", &feature.number.to_string())?;
        }
        // Without it, what has an address was public.
        let before = State::of(&post.state_before_trash).unwrap_or(State::Draft);
        if post.state == State::Trashed && post.path.is_some() && before != State::Published {
            self.meta("_wp_trash_meta_status", status(before))?;
        }
        // Names that begin so are of programs.
        let fields = post.details.fields.iter();
        for (name, value) in fields.filter(|(name, _)| !name.starts_with('_')) {
            self.meta(name, value)?;
        }
        Ok(())
    }

    /// A feature picture that is an attachment of its own.
    fn feature(&mut self, post: &ExportedPost, feature: Feature) -> io::Result<()> {
        let details = &post.details;
        self.attachment(&Attachment {
            number: feature.number,
            title: file_title("", &details.picture),
            author: &post.author,
            alt: &details.picture_alt,
            caption: "",
            path: &details.picture,
            parent: Some(post.id),
            at: post.created_at,
        })
    }

    async fn library(&mut self, store: &Store) -> Result<()> {
        let mut after = MediaId(0);
        // WordPress takes two of the same title and time for one.
        let mut second = Millis(0);
        let mut titles = HashSet::new();
        loop {
            let some = store.export().files(after, FILES).await?;
            let Some(end) = some.last() else {
                return Ok(());
            };
            after = end.id;
            for file in &some {
                if file.created_at.0 / 1000 != second.0 / 1000 {
                    titles.clear();
                    second = file.created_at;
                }
                let title = file_title(&file.file_name, &file.name);
                let is_free = titles.insert(title.to_owned());
                let title = if is_free {
                    title
                } else {
                    file_title("", &file.name)
                };
                self.file(file, title)?;
            }
        }
    }

    fn file(&mut self, file: &ExportedFile, title: &str) -> io::Result<()> {
        self.attachment(&Attachment {
            number: number_of_file(file.id),
            title,
            author: &file.author,
            alt: &file.alt,
            caption: &file.caption,
            path: &format!("{FOLDER}{}", file.name),
            parent: file.post,
            at: file.created_at,
        })
    }

    /// WordPress fetches the file.
    fn attachment(&mut self, file: &Attachment) -> io::Result<()> {
        let address = format!("{}{}", self.origin, file.path);
        let page = format!("{}/?attachment_id={}", self.origin, file.number);
        let parent = file.parent.map_or(0, |post| post.0);
        self.open("item", &[])?;
        self.cdata("title", file.title)?;
        self.text("link", &page)?;
        self.text("pubDate", &rfc2822(file.at))?;
        self.cdata("dc:creator", file.author)?;
        self.guid(&address)?;
        self.text("description", "")?;
        self.cdata("content:encoded", "")?;
        self.cdata("excerpt:encoded", &text::escape(file.caption))?;
        self.text("wp:post_id", &file.number.to_string())?;
        self.moment("wp:post_date", file.at)?;
        self.moment("wp:post_modified", file.at)?;
        self.text("wp:comment_status", "closed")?;
        self.text("wp:ping_status", "closed")?;
        self.cdata("wp:post_name", file.title)?;
        self.text("wp:status", "inherit")?;
        self.text("wp:post_parent", &parent.to_string())?;
        self.text("wp:menu_order", "0")?;
        self.text("wp:post_type", "attachment")?;
        self.text("wp:post_password", "")?;
        self.text("wp:is_sticky", "0")?;
        self.text("wp:attachment_url", &address)?;
        if !file.alt.is_empty() {
            self.meta("_wp_attachment_image_alt", file.alt)?;
        }
        self.close("item")
    }

    /// The comments on a post, and the pages elsewhere that said they link to it; how many comments there are.
    async fn comments_on(&mut self, post: PostId, store: &Store) -> Result<u64> {
        let mut count = 0;
        let mut comments = Comments::of(store, post, post);
        while let Some(comment) = comments.next().await? {
            self.comment(&comment)?;
            count += 1;
        }
        for ping in store.export().pings_of(post).await? {
            self.ping(&ping)?;
        }
        Ok(count)
    }

    fn meta(&mut self, key: &str, value: &str) -> io::Result<()> {
        self.open("wp:postmeta", &[])?;
        self.cdata("wp:meta_key", key)?;
        self.cdata("wp:meta_value", value)?;
        self.close("wp:postmeta")
    }

    /// An erased comment keeps its place, since others may answer it; it says nothing any more.
    fn comment(&mut self, comment: &Comment) -> io::Result<()> {
        let name = if is_erased(comment) {
            ""
        } else {
            comment.display_name()
        };
        let html = self.portable(&comment.html);
        self.said(&Said {
            number: comment.id.0,
            parent: comment.parent_id.map_or(0, |parent| parent.0),
            kind: "comment",
            state: comment.state,
            at: comment.created_at,
            name,
            email: &comment.email,
            url: &comment.url,
            html: &html,
        })
    }

    fn ping(&mut self, ping: &ExportedPing) -> io::Result<()> {
        self.said(&Said {
            number: PINGS_FROM + ping.id,
            parent: 0,
            kind: "pingback",
            state: ping.state,
            at: ping.created_at,
            name: &ping.title,
            email: "",
            url: &ping.url,
            html: "",
        })
    }

    fn said(&mut self, said: &Said) -> io::Result<()> {
        self.open("wp:comment", &[])?;
        self.text("wp:comment_id", &said.number.to_string())?;
        self.cdata("wp:comment_author", said.name)?;
        self.text("wp:comment_author_email", said.email)?;
        self.text("wp:comment_author_url", said.url)?;
        self.text("wp:comment_author_IP", "")?;
        self.moment("wp:comment_date", said.at)?;
        self.cdata("wp:comment_content", said.html)?;
        self.text("wp:comment_approved", approved(said.state))?;
        self.text("wp:comment_type", said.kind)?;
        self.text("wp:comment_parent", &said.parent.to_string())?;
        self.text("wp:comment_user_id", "0")?;
        self.close("wp:comment")
    }

    /// A moment twice, as WordPress keeps it: in the blog's zone, and in UTC under the name with `_gmt`.
    fn moment(&mut self, name: &str, at: Millis) -> io::Result<()> {
        self.text(name, &local(at, self.zone))?;
        self.text(&format!("{name}_gmt"), &local(at, &TimeZone::UTC))
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.start(name, &[])?;
        self.xml
            .write_event(Event::Text(BytesText::new(&clean(text))))?;
        self.close(name)
    }

    fn cdata(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.start(name, &[])?;
        self.words(text)?;
        self.close(name)
    }

    /// Text as it is; where it holds what ends CDATA, in two parts.
    fn words(&mut self, text: &str) -> io::Result<()> {
        for part in BytesCData::escaped(&clean(text)) {
            self.xml.write_event(Event::CData(part))?;
        }
        Ok(())
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        self.start(name, attributes)?;
        self.line()
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
        let start = BytesStart::new(name).with_attributes(attributes.iter().copied());
        self.xml.write_event(Event::Start(start))
    }

    fn close(&mut self, name: &str) -> io::Result<()> {
        self.xml.write_event(Event::End(BytesEnd::new(name)))?;
        self.line()
    }

    fn line(&mut self) -> io::Result<()> {
        self.xml.get_mut().write_all(b"\n")
    }
}

/// What WordPress calls the time of what has none.
const NO_DATE: &str = "0000-00-00 00:00:00";

/// The date that readers see, or will see: what is scheduled is not published sooner there.
fn shown_at(post: &ExportedPost) -> Millis {
    let due_at = post.due_at.filter(|_| post.state == State::Scheduled);
    due_at.or(post.published_at).unwrap_or(post.updated_at)
}

/// What a file is called: the name under which it came, or that of its address.
fn file_title<'a>(file_name: &'a str, path: &'a str) -> &'a str {
    let name = if file_name.is_empty() {
        path
    } else {
        file_name
    };
    let last = name.rsplit('/').next().unwrap_or(name);
    last.rsplit_once('.').map_or(last, |(title, _)| title)
}

/// The last part of the address, which WordPress makes its own addresses of.
fn slug(post: &ExportedPost) -> &str {
    post.path.as_deref().map_or(&post.slug, post::slug_of_path)
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Post => "post",
        Kind::Page => "page",
    }
}

fn status(state: State) -> &'static str {
    match state {
        State::Published => "publish",
        State::Scheduled => "future",
        State::Draft => "draft",
        State::Trashed => "trash",
    }
}

/// What WordPress calls the state. A hidden comment waits there: it is kept and not shown, and a trash is emptied some day.
fn approved(state: comment::State) -> &'static str {
    match state {
        comment::State::Approved => "1",
        comment::State::Waiting | comment::State::Hidden => "0",
        comment::State::Spam => "spam",
        comment::State::Deleted => "trash",
    }
}

fn local(at: Millis, zone: &TimeZone) -> String {
    let there = at.timestamp().to_zoned(zone.clone());
    there.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

fn rfc2822(at: Millis) -> String {
    at.timestamp()
        .strftime("%a, %d %b %Y %H:%M:%S +0000")
        .to_string()
}
