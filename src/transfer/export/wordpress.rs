//! The export for WordPress: WXR 1.2, an RSS file with names of its own. Texts go out as the safe HTML that readers see,
//! with the blog's own addresses made whole.

use super::{Comments, Exported, Outgoing, Posts, is_erased, takes_comments};
use crate::blog::comment::{self, Comment};
use crate::blog::media::FOLDER;
use crate::blog::post::{self, Kind, State};
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::store::{ExportedPost, Tag};
use crate::text::absolutize::{absolutize, clean};
use anyhow::Result;
use jiff::tz::TimeZone;
use quick_xml::Writer;
use quick_xml::events::{BytesCData, BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{self, Write};

/// The names that WXR adds to RSS.
const NAMES: [(&str, &str); 5] = [
    ("version", "2.0"),
    ("xmlns:excerpt", "http://wordpress.org/export/1.2/excerpt/"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    ("xmlns:wp", "http://wordpress.org/export/1.2/"),
];

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
        if has_feature(&post) {
            let picture = (ATTACHMENTS_FROM + post.id.0).to_string();
            wxr.meta("_thumbnail_id", &picture)?;
        }
        let mut comments = Comments::of(blog.store, post.id, post.id);
        while let Some(comment) = comments.next().await? {
            wxr.comment(&comment)?;
            exported.comments += 1;
        }
        wxr.close("item")?;
        if has_feature(&post) {
            wxr.feature(&post)?;
        }
        exported.count_post(&post);
    }
    wxr.close("channel")?;
    wxr.close("rss")?;
    Ok(exported)
}

/// The file as it grows.
struct Wxr<'a, W> {
    xml: Writer<W>,
    origin: &'a str,
    zone: &'a TimeZone,
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
        let at = post.published_at.unwrap_or(post.updated_at);
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
        self.start("guid", &[("isPermaLink", "false")])?;
        self.xml.write_event(Event::Text(BytesText::new(&own)))?;
        self.close("guid")?;
        self.text("description", "")?;
        self.cdata("content:encoded", &absolutize(self.origin, &post.html))?;
        self.cdata("excerpt:encoded", &post.excerpt)?;
        self.text("wp:post_id", &post.id.to_string())?;
        self.moment("wp:post_date", at)?;
        self.moment("wp:post_modified", post.updated_at)?;
        self.text("wp:comment_status", open_or_closed)?;
        self.text("wp:ping_status", "closed")?;
        self.cdata("wp:post_name", slug(post))?;
        self.text("wp:status", status(post.state))?;
        self.text("wp:post_parent", "0")?;
        self.text("wp:menu_order", "0")?;
        self.text("wp:post_type", kind(post.kind))?;
        self.text("wp:post_password", &post.details.password)?;
        self.text("wp:is_sticky", "0")
    }

    /// The feature picture of a post as an attachment of its own, which WordPress fetches from here.
    fn feature(&mut self, post: &ExportedPost) -> io::Result<()> {
        let address = format!("{}{}", self.origin, post.details.picture);
        self.open("item", &[])?;
        self.cdata("title", &post.details.picture_alt)?;
        self.text("link", &address)?;
        self.cdata("dc:creator", &post.author)?;
        self.text("wp:post_id", &(ATTACHMENTS_FROM + post.id.0).to_string())?;
        self.moment("wp:post_date", post.created_at)?;
        self.text("wp:status", "inherit")?;
        self.text("wp:post_parent", &post.id.to_string())?;
        self.text("wp:post_type", "attachment")?;
        self.text("wp:attachment_url", &address)?;
        self.meta("_wp_attachment_image_alt", &post.details.picture_alt)?;
        self.close("item")
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
        let parent = comment.parent_id.map_or(0, |parent| parent.0);
        self.open("wp:comment", &[])?;
        self.text("wp:comment_id", &comment.id.to_string())?;
        self.cdata("wp:comment_author", name)?;
        self.text("wp:comment_author_email", &comment.email)?;
        self.text("wp:comment_author_url", &comment.url)?;
        self.text("wp:comment_author_IP", "")?;
        self.moment("wp:comment_date", comment.created_at)?;
        self.cdata(
            "wp:comment_content",
            &absolutize(self.origin, &comment.html),
        )?;
        self.text("wp:comment_approved", approved(comment.state))?;
        self.text("wp:comment_type", "comment")?;
        self.text("wp:comment_parent", &parent.to_string())?;
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

/// Attachments are numbered like posts in WordPress; ours are far behind every post.
const ATTACHMENTS_FROM: i64 = 1_000_000_000;

/// Whether a post has a feature picture that is here to be fetched.
fn has_feature(post: &ExportedPost) -> bool {
    post.details.picture.starts_with(FOLDER)
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
