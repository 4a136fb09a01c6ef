//! What all pages share: the blog's name and menu, the address, the way to the style sheet.

use crate::app::theme::ReaderTheme;
use crate::app::{App, Site};
use crate::blog::appearance::Side;
use crate::blog::archive::Period;
use crate::blog::comment;
use crate::blog::phrases::Messages;
use crate::blog::redirect::RedirectedQueries;
use crate::blog::settings::{self, Settings};
use crate::blog::time::Millis;
use crate::error::{Error, Result};
use crate::http::assets;
use crate::text::dates::Dates;
use crate::text::{escape, excerpt};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use jiff::tz::TimeZone;
use std::sync::Arc;

/// The frame of a page. It says nothing about who is reading: public pages are the same for everyone.
#[derive(Debug, Clone)]
pub struct Layout {
    pub site: Arc<Site>,
    /// Scheme, host and port of the public address.
    pub origin: String,
    /// When anything that readers can see changed last.
    pub changed_at: Millis,
}

/// A link of the menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MenuItem<'a> {
    /// What readers see: the label, else the name of an own page, else the address.
    pub name: &'a str,
    /// What the author typed; empty where the page's own name is shown.
    pub label: &'a str,
    pub address: &'a str,
    /// Whether the name is one of our phrases, which are English where the blog's language has none.
    pub is_ours: bool,
    /// Whether no page is there now; readers do not see it.
    pub is_gone: bool,
}

impl Layout {
    pub async fn of(app: &App) -> Result<Self> {
        let site = app.site().await?;
        Ok(Self {
            origin: app.config.origin(),
            changed_at: app.store.changed_at(),
            site,
        })
    }

    /// The frame of a reader's page; there is none before the blog is set up.
    pub async fn for_readers(app: &App) -> Result<Self> {
        let layout = Self::of(app).await?;
        if layout.site.set_up {
            Ok(layout)
        } else {
            Err(Error::NotSetUp)
        }
    }

    /// A frame for when the database does not answer.
    pub fn bare(app: &App) -> Self {
        Self {
            origin: app.config.origin(),
            changed_at: Millis(0),
            site: Arc::new(Site {
                version: 0,
                settings: Settings::default(),
                dates: Dates::new("en", &TimeZone::UTC),
                messages: Messages::of("en"),
                zone: TimeZone::UTC,
                several_writers: false,
                set_up: false,
                footer: String::new(),
                pages: Vec::new(),
                left_addresses: Vec::new(),
                redirected_queries: RedirectedQueries::default(),
                theme: ReaderTheme::plain(&app.stylesheets),
            }),
        }
    }

    pub fn title(&self) -> &str {
        &self.site.settings.title
    }

    /// What the page says, in the blog's language.
    pub fn messages(&self) -> &Messages {
        &self.site.messages
    }

    /// What is in a link to a post: its title, or the words for one that has none.
    pub fn titled<'a>(&self, title: &'a str) -> &'a str {
        self.messages().titled(title)
    }

    /// The title of a post for programs, which show it by nothing else: one without a title has its first words, and one
    /// without words its moment. `words` is plain text.
    pub fn title_or_words(&self, title: &str, words: &str, at: Option<Millis>) -> String {
        /// As long as a title.
        const CHARS: usize = 60;
        let title = title.trim();
        if !title.is_empty() {
            return title.to_owned();
        }
        let words = excerpt(words, CHARS);
        match at {
            _ if !words.is_empty() => words,
            Some(at) => self.dates().moment(&at),
            None => self.messages().post.untitled.to_owned(),
        }
    }

    /// Marks what speaks English on the pages of a blog whose language has no phrases here (WCAG 2.2, 3.1.2).
    pub fn in_english(&self) -> &'static str {
        let is_ours =
            self.messages().language == self.language().split('-').next().unwrap_or_default();
        if is_ours { "" } else { " lang=\"en\"" }
    }

    /// What is in the circle next to a comment.
    pub fn initials(&self, name: &str) -> String {
        comment::initials(self.messages().named(name))
    }

    /// What an own page is called that a menu leads to, in the blog's language, and whether the phrase is ours; `None` for any
    /// other address.
    pub fn page_name(&self, address: &str) -> Option<(&str, bool)> {
        let messages = self.messages();
        let ours = match address {
            "/" => messages.frame.home,
            "/archive/" => messages.archive.title,
            "/tags/" => messages.frame.tags,
            "/search" => messages.frame.search,
            "/feeds/" => messages.feeds.title,
            _ => {
                let page = self.site.pages.iter().find(|page| page.path == address);
                return page.map(|page| (self.titled(&page.title), false));
            }
        };
        Some((ours, true))
    }

    /// The menu of a blog whose author made none: home, the pages, archive, tags, search.
    pub fn usual_menu(&self) -> Vec<MenuItem<'_>> {
        let pages = self.site.pages.iter().map(|page| page.path.as_str());
        let addresses = ["/"].into_iter().chain(pages);
        addresses
            .chain(["/archive/", "/tags/", "/search"])
            .map(|address| self.menu_item(address, ""))
            .collect()
    }

    /// The menu at the top of every page.
    pub fn menu(&self) -> Vec<MenuItem<'_>> {
        let mut items = self.whole_menu();
        items.retain(|item| !item.is_gone);
        items
    }

    /// The menu with the pages that are not published now: the author finds them in the form, and they come back by themselves.
    pub fn whole_menu(&self) -> Vec<MenuItem<'_>> {
        let own = &self.site.settings.appearance.menu;
        if own.is_empty() {
            return self.usual_menu();
        }
        own.iter()
            .map(|link| self.menu_item(&link.address, &link.name))
            .collect()
    }

    /// A line of the menu as readers see it: at the address that its page has now.
    pub fn menu_item<'a>(&'a self, address: &'a str, label: &'a str) -> MenuItem<'a> {
        let mut left = self.site.left_addresses.iter();
        let left = left.find(|left| left.address == address);
        let address = left.and_then(|left| left.now.as_deref()).unwrap_or(address);
        let own = self.page_name(address);
        // Without a label it was saved as a page with a name.
        let is_gone =
            left.is_some_and(|left| left.now.is_none()) || label.is_empty() && own.is_none();
        let (name, is_ours) = if label.is_empty() {
            own.unwrap_or((address, false))
        } else {
            (label, false)
        };
        MenuItem {
            name,
            label,
            address,
            is_ours,
            is_gone,
        }
    }

    /// The whole address of something of ours, as machines want it: what is not ASCII is percent-encoded.
    pub fn absolute_url(&self, path: &str) -> String {
        let address = format!("{}{path}", self.origin);
        if address.bytes().all(is_plain) {
            return address;
        }
        url::Url::parse(&address).map_or(address, String::from)
    }

    pub fn dates(&self) -> &Dates {
        &self.site.dates
    }

    /// `3 posts`.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub fn posts(&self, number: &i64) -> String {
        self.messages()
            .count(&self.messages().archive.posts, *number)
    }

    /// `posts`, behind their number.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub fn posts_label(&self, number: &i64) -> String {
        self.messages()
            .count(&self.messages().lists.posts_label, *number)
    }

    /// The address of the archive of a moment's day.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    pub fn day_address(&self, at: &Millis) -> String {
        Period::Day(at.day(&self.site.zone)).address()
    }

    /// The page of a writer, by the slug that a post has of it; worth a link only where there are several.
    pub fn writer_address(&self, slug: Option<&str>) -> Option<String> {
        let slug = slug.filter(|_| self.site.several_writers)?;
        Some(format!("/authors/{slug}/"))
    }

    pub fn language(&self) -> &str {
        &self.site.settings.language
    }

    pub fn direction(&self) -> &'static str {
        settings::direction(self.language())
    }

    /// The attributes of words in the language of one post; nothing where it is the blog's. As safe HTML.
    pub fn lang_attrs(&self, language: &str) -> String {
        if language.is_empty() || language == self.language() {
            return String::new();
        }
        let direction = settings::direction(language);
        format!(" lang=\"{}\" dir=\"{direction}\"", escape(language))
    }

    /// The same frame in another look.
    #[must_use]
    pub fn with_theme(self, theme: ReaderTheme) -> Self {
        let site = Site {
            theme,
            ..(*self.site).clone()
        };
        Self {
            site: Arc::new(site),
            ..self
        }
    }

    /// The style sheet of readers' pages.
    #[expect(clippy::misnamed_getters, reason = "a sheet is known by its address")]
    pub fn css(&self) -> &str {
        &self.site.theme.stylesheet.address
    }

    /// The colours of the paper, light and dark.
    pub fn paper_colours(&self) -> [&'static str; 2] {
        self.site.theme.stylesheet.paper_colours
    }

    /// The style sheet that the pages behind the sign-in build on, whatever the author makes of readers' pages.
    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn plain_css(&self) -> &'static str {
        assets::address("daybook.css")
    }

    /// Where the sidebar is in the direction that the language is written in: the class of the body; empty without one.
    pub fn sidebar_class(&self) -> &'static str {
        let Some(sidebar) = &self.site.theme.sidebar else {
            return "";
        };
        match (sidebar.side, self.direction()) {
            (Side::None, _) => "",
            (Side::Left, "ltr") | (Side::Right, "rtl") => "sidebar-first",
            (Side::Left | Side::Right, _) => "sidebar-last",
        }
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn comments_js(&self) -> &'static str {
        assets::address("comments.js")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn own_comments_js(&self) -> &'static str {
        assets::address("own_comment_page.js")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn gallery_js(&self) -> &'static str {
        assets::address("gallery.js")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn blocks_css(&self) -> &'static str {
        assets::address("blocks.css")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn archive_css(&self) -> &'static str {
        assets::address("archive.css")
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    pub fn video_embeds_js(&self) -> &'static str {
        assets::address("video_embeds.js")
    }
}

/// Whether a byte of an address is written as it is.
const fn is_plain(byte: u8) -> bool {
    matches!(
        byte,
        b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~'
    )
}

impl FromRequestParts<App> for Layout {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self> {
        Self::for_readers(app).await
    }
}
