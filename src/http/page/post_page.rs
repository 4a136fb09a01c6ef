//! The page of one post: what a reader finds at its permalink, what a commenter gets back with problems,
//! and what the author sees as preview.

use super::layout::Layout;
use super::metadata::Sharing;
use crate::app::App;
use crate::app::publishing::render_whole_post;
use crate::blog::comment::{self, Comment, CommentForm, Node, Policy};
use crate::blog::phrases::fill;
use crate::blog::post::{Kind, Link, NewPost, Post, State};
use crate::blog::time::Millis;
use crate::blog::{CommentId, PostId, Problems, TagId, slug};
use crate::error::Result;
use crate::store::{PingLine, RelatedPost, Tag};
use crate::text;
use askama::Template;
use std::borrow::Cow;

#[derive(Template)]
#[template(path = "reader/post.html")]
pub struct PostPage {
    pub layout: Layout,
    pub post: Post,
    pub tags: Vec<Tag>,
    /// The comments of one page.
    pub thread: Vec<Node>,
    /// Which page of comments this is, from 1, and how many there are.
    pub comments_page: i64,
    pub comments_pages: i64,
    pub newer: Option<Link>,
    pub older: Option<Link>,
    /// Posts that are like this one.
    pub related: Vec<RelatedPost>,
    /// Pages elsewhere that link to this one.
    pub pings: Vec<PingLine>,
    /// What holds for comments here today.
    pub policy: Policy,
    pub form: CommentForm,
    pub problems: Problems,
    /// The commenter's own words as they will look.
    pub comment_preview: Option<String>,
    /// Where the same words of the same name are already.
    pub said_at: Option<String>,
    /// Whose comment the form answers.
    pub replying_to: Option<String>,
    /// What is said above a text that is not published, to the few who see it.
    pub preview: Option<&'static str>,
}

impl PostPage {
    pub fn new(layout: Layout, mut post: Post, now: Millis) -> Self {
        let films = layout.site.settings.films;
        if let Cow::Owned(html) = text::fill_placeholders(&post.html, films, layout.messages()) {
            post.html = html;
        }
        show_feature(&layout, &mut post);
        Self {
            policy: comment::policy(
                &layout.site.settings,
                post.comments,
                now.days_since(post.published_at.unwrap_or(now)),
            ),
            form: CommentForm {
                post: post.id.to_string(),
                ..CommentForm::default()
            },
            layout,
            post,
            tags: Vec::new(),
            thread: Vec::new(),
            comments_page: 1,
            comments_pages: 1,
            newer: None,
            older: None,
            related: Vec::new(),
            pings: Vec::new(),
            problems: Problems::default(),
            comment_preview: None,
            said_at: None,
            replying_to: None,
            preview: None,
        }
    }

    /// What the page says of itself to machines.
    fn sharing(&self) -> Sharing {
        let tags = self.tags.iter().map(|tag| tag.name.as_str());
        Sharing::of_post(&self.layout, &self.post, tags)
    }

    /// What the window is called that shows it.
    fn named(&self) -> String {
        let post = &self.post;
        let words = &post.auto_excerpt;
        self.layout
            .title_or_words(&post.title, words, post.published_at)
    }

    /// How many pages elsewhere link to this one.
    fn ping_count(&self) -> String {
        fill(
            self.layout.messages().thread.pings,
            &[("n", &self.pings.len().to_string())],
        )
    }

    /// Whether new comments are taken.
    pub fn is_open(&self) -> bool {
        self.policy < Policy::Closed
    }

    fn is_post(&self) -> bool {
        self.post.kind == Kind::Post
    }

    /// The minutes that its text takes to read, where they are worth a word.
    fn minutes(&self) -> Option<String> {
        let messages = self.layout.messages();
        let minutes = text::reading_minutes(self.post.words)?;
        Some(messages.count(&messages.text.minutes, minutes))
    }

    /// Whether everybody sees it: only then it says anything of itself to machines.
    fn is_public(&self) -> bool {
        self.preview.is_none() && !self.post.details.is_protected()
    }

    fn has_blocks(&self) -> bool {
        !self.post.feature.is_empty() || text::has_blocks(&self.post.html)
    }

    fn has_gallery(&self) -> bool {
        text::has_gallery(&self.post.html)
    }

    fn can_play(&self) -> bool {
        text::can_play(&self.post.html)
    }

    fn path(&self) -> &str {
        self.post.path.as_deref().unwrap_or_default()
    }

    /// What the addresses of the feeds of its comments begin with.
    fn feed_path(&self) -> &str {
        self.path().trim_end_matches('/')
    }

    /// Whether comments are below the one at this place, which begins a thread that has a feed.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    fn begins_thread(&self, place: &usize) -> bool {
        let depth = |place: usize| self.thread.get(place).map(|node| node.depth);
        self.is_public()
            && depth(*place) == Some(0)
            && depth(place + 1).is_some_and(|depth| depth > 0)
    }

    fn thread_feed(&self, comment: &Comment) -> String {
        thread_feed(self.path(), comment.id)
    }

    /// The address of this page of comments; the first is the permalink.
    fn address(&self) -> String {
        comment::page_address(self.path(), self.comments_page)
    }

    /// The address of this page with a form that answers a comment.
    fn reply_address(&self, comment: &Comment) -> String {
        let address = self.address();
        let joint = if address.contains('?') { '&' } else { '?' };
        format!("{address}{joint}reply={}#comment-form", comment.id)
    }

    /// The way to the other pages of comments: the neighbours of this one, the first and the last.
    fn page_links(&self) -> Vec<PageLink> {
        let mut before = 0;
        (1..=self.comments_pages)
            .filter(|&number| {
                number == 1
                    || number == self.comments_pages
                    || (number - self.comments_page).abs() <= PAGES_BESIDE
            })
            .map(|number| PageLink {
                number,
                address: format!("{}#comments", comment::page_address(self.path(), number)),
                is_here: number == self.comments_page,
                after_gap: number > std::mem::replace(&mut before, number) + 1,
            })
            .collect()
    }

    fn shows_comments(&self) -> bool {
        self.policy != Policy::Hidden
            && self.preview.is_none()
            && (self.is_open() || self.post.approved_comments > 0 || self.is_post())
    }

    fn comment_count(&self) -> String {
        let messages = self.layout.messages();
        messages.count(&messages.post.comments, self.post.approved_comments)
    }
}

/// Leaves a post its feature picture where the settings want it at the top and the text does not show the same picture.
fn show_feature(layout: &Layout, post: &mut Post) {
    let shown = layout.site.settings.feature_pictures;
    if !shown.in_posts() || text::shows(&post.html, &post.feature) {
        post.feature.clear();
    }
    if post.feature.is_empty() {
        return;
    }
    if let Cow::Owned(html) = text::below_others(&post.html) {
        post.html = html;
    }
}

/// A text that is not published.
pub struct Unpublished {
    pub text: NewPost,
    /// The name below it.
    pub author: String,
    /// What is said above it.
    pub note: &'static str,
}

/// The page of a text that is not published, as its readers would see it.
pub async fn preview(app: &App, layout: Layout, unpublished: Unpublished) -> Result<PostPage> {
    let Unpublished { text, author, note } = unpublished;
    let rendered = render_whole_post(app, text.source.clone(), text.markup, &text.details).await?;
    let now = app.now();
    let tags = text.tags.iter().map(|name| Tag {
        id: TagId(0),
        name: name.clone(),
        slug: slug::of(name),
    });
    let tags = tags.collect();
    let post = Post {
        id: PostId(0),
        kind: text.kind,
        state: State::Draft,
        title: text.title,
        path: None,
        slug: String::new(),
        markup: text.markup,
        comments: text.comments,
        excerpt: text.excerpt,
        auto_excerpt: rendered.excerpt,
        feature: rendered.feature,
        author_id: None,
        author,
        writer: None,
        published_at: Some(text.published_at.unwrap_or(now)),
        updated_at: now,
        approved_comments: 0,
        revision_id: None,
        pending: false,
        due_at: None,
        pinned: text.pinned,
        details: text.details,
        words: rendered.word_count,
        picture: rendered.picture,
        contents: rendered.contents,
        source: text.source,
        html: rendered.html,
    };
    let mut page = PostPage::new(layout, post, now);
    page.tags = tags;
    page.preview = Some(note);
    Ok(page)
}

/// The feed of a comment and all below it, on the post that lives at a path.
pub fn thread_feed(path: &str, comment: CommentId) -> String {
    format!(
        "{}/comments.atom?thread={comment}",
        path.trim_end_matches('/')
    )
}

/// How many pages before and after the one that is open are linked by their number.
const PAGES_BESIDE: i64 = 2;

/// A link to one page of comments.
struct PageLink {
    number: i64,
    address: String,
    is_here: bool,
    /// Whether pages between the link before and this one are left out.
    after_gap: bool,
}
