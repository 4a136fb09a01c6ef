//! How readers' pages look: the one style sheet, the picture at the top, and what is next to the posts. All of it is
//! read once per content version, so that a page costs no more for it.

use crate::blog::appearance::{Appearance, Block, NamedLink, Side, Theme};
use crate::blog::archive::{Year, years};
use crate::blog::comment::{Policy, comment_address, display_name};
use crate::blog::feed::Of;
use crate::blog::media::{FOLDER, Picture};
use crate::blog::post::Link;
use crate::blog::settings::Settings;
use crate::error::Result;
use crate::media::fingerprint;
use crate::store::{PageDirection as Start, Store, Tag};
use crate::text;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// More of them are no help in finding one: all are on a page of their own.
const TAGS: usize = 24;
const COMMENTS: usize = 5;
const POPULAR: i64 = 5;

/// The look of the blog as pages need it.
#[derive(Debug, Clone)]
pub struct ReaderTheme {
    pub stylesheet: Arc<Stylesheet>,
    pub picture: Option<HeaderPicture>,
    /// What is shown in place of the title.
    pub logo: Option<Logo>,
    pub sidebar: Option<Sidebar>,
    /// Whether the newest comments have a place next to the posts, so that each comment changes every page.
    pub shows_comments: bool,
}

/// The style sheet of readers' pages, under an address that never means other bytes.
#[derive(Debug, PartialEq, Eq)]
pub struct Stylesheet {
    pub address: String,
    pub css: String,
    /// The colour of the paper, light and dark.
    pub paper_colours: [&'static str; 2],
    theme: Theme,
    /// The author's own part, as it was typed.
    source: String,
}

impl Stylesheet {
    fn new(theme: Theme, source: &str) -> Self {
        let css = text::css::sheet(theme, source);
        Self {
            address: asset_address("daybook.css", css.as_bytes()),
            css,
            paper_colours: text::css::papers(theme),
            theme,
            source: source.to_owned(),
        }
    }
}

/// The address of an asset: its name with eight digits of its digest before the ending.
pub fn asset_address(name: &str, bytes: &[u8]) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    format!("/assets/{stem}.{}.{ending}", &fingerprint(bytes)[..8])
}

/// The sheets that pages name, or named a while ago. Each is made once, from the text as it is when the program that runs
/// reads it: a stricter reader of own sheets is strict at once.
#[derive(Debug, Default)]
pub struct StylesheetCache(Mutex<VecDeque<Arc<Stylesheet>>>);

/// As many as an author tries before a reader with an older page has come back for its sheet.
const SHEETS_KEPT: usize = 16;

impl StylesheetCache {
    /// The sheet of a theme with an own part.
    pub fn of(&self, theme: Theme, source: &str) -> Arc<Stylesheet> {
        let mut kept = self.kept();
        let known = kept
            .iter()
            .find(|stylesheet| stylesheet.theme == theme && stylesheet.source == source);
        if let Some(stylesheet) = known {
            return Arc::clone(stylesheet);
        }
        let stylesheet = Arc::new(Stylesheet::new(theme, source));
        kept.push_back(Arc::clone(&stylesheet));
        if kept.len() > SHEETS_KEPT {
            kept.pop_front();
        }
        stylesheet
    }

    /// The sheet of an address, where it is known.
    pub fn at(&self, address: &str) -> Option<Arc<Stylesheet>> {
        let kept = self.kept();
        kept.iter()
            .find(|stylesheet| stylesheet.address == address)
            .cloned()
    }

    /// A thread that stopped while it held them had changed nothing or all.
    fn kept(&self) -> MutexGuard<'_, VecDeque<Arc<Stylesheet>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The picture at the top of every page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderPicture {
    pub address: String,
    /// Each copy with its width, for `srcset`; empty where there is none.
    pub copies: String,
    pub width: i64,
    pub height: i64,
    pub alt: String,
}

impl HeaderPicture {
    fn new(name: &str, picture: &Picture, alt: &str) -> Self {
        let whole = (picture.width, name.to_owned());
        let copies: Vec<String> = picture
            .sizes
            .iter()
            .chain((!picture.sizes.is_empty()).then_some(&whole))
            .map(|(width, name)| format!("{FOLDER}{name} {width}w"))
            .collect();
        Self {
            address: format!("{FOLDER}{name}"),
            copies: copies.join(", "),
            width: picture.width,
            height: picture.height,
            alt: alt.to_owned(),
        }
    }
}

/// The picture in place of the title, as large as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    pub address: String,
    pub width: i64,
    pub height: i64,
}

impl Logo {
    /// As high as three lines, and as wide as a small phone has room for.
    const HEIGHT_MAX: i64 = 72;
    const WIDTH_MAX: i64 = 280;

    fn new(name: &str, picture: &Picture) -> Self {
        let (width, height) = (picture.width.max(1), picture.height.max(1));
        let shown = (width.min(Self::WIDTH_MAX))
            .min(Self::HEIGHT_MAX * width / height)
            .max(1);
        // The smallest copy that is sharp on a dense screen.
        let copy = picture.sizes.iter().find(|(width, _)| *width >= 2 * shown);
        let name = copy.map_or(name, |(_, name)| name);
        Self {
            address: format!("{FOLDER}{name}"),
            width: shown,
            height: (shown * height / width).max(1),
        }
    }
}

/// What the library knows of a picture; none where no name was chosen, and where it is not there.
async fn known(name: &str, store: &Store) -> Result<Option<Picture>> {
    if name.is_empty() {
        return Ok(None);
    }
    let address = format!("{FOLDER}{name}");
    Ok(store.media().pictures_in(&address).await?.remove(name))
}

/// What is next to the posts.
#[derive(Debug, Clone)]
pub struct Sidebar {
    pub side: Side,
    pub blocks: Vec<SidebarBlock>,
}

/// A block with what it shows.
#[derive(Debug, Clone)]
pub enum SidebarBlock {
    About {
        title: String,
        html: String,
    },
    Search,
    /// The newest first; the months of the newest are shown.
    Archive(Vec<Year>),
    /// The most used, by name, with the number of posts.
    Tags(Vec<(Tag, i64)>),
    Comments(Vec<RecentComment>),
    Popular(Vec<Link>),
    Links(Vec<NamedLink>),
}

/// Somebody's comment as the sidebar names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentComment {
    pub name: String,
    /// The title of its post, which may be empty.
    pub post: String,
    pub address: String,
}

impl ReaderTheme {
    /// What all blogs begin with: for pages that do not show how the author wants the blog to look.
    pub fn plain(stylesheets: &StylesheetCache) -> Self {
        Self {
            stylesheet: stylesheets.of(Theme::default(), ""),
            picture: None,
            logo: None,
            sidebar: None,
            shows_comments: false,
        }
    }

    /// A look with what it needs to know of the blog.
    pub async fn read(
        appearance: &Appearance,
        settings: &Settings,
        store: &Store,
        stylesheets: &StylesheetCache,
    ) -> Result<Self> {
        let alt = match appearance.picture_alt.as_str() {
            "" => &settings.title,
            alt => alt,
        };
        let (picture, logo) = (&appearance.picture, &appearance.logo);
        Ok(Self {
            stylesheet: stylesheets.of(appearance.theme, &appearance.css),
            picture: known(picture, store)
                .await?
                .map(|known| HeaderPicture::new(picture, &known, alt)),
            logo: known(logo, store)
                .await?
                .map(|known| Logo::new(logo, &known)),
            sidebar: sidebar(appearance, settings, store).await?,
            shows_comments: appearance.side != Side::None
                && appearance.blocks.contains(&Block::Comments),
        })
    }
}

/// The sidebar, where there is one and something is in it.
async fn sidebar(
    appearance: &Appearance,
    settings: &Settings,
    store: &Store,
) -> Result<Option<Sidebar>> {
    if appearance.side == Side::None {
        return Ok(None);
    }
    let mut blocks = Vec::new();
    for block in &appearance.blocks {
        blocks.extend(shown(*block, appearance, settings, store).await?);
    }
    Ok((!blocks.is_empty()).then_some(Sidebar {
        side: appearance.side,
        blocks,
    }))
}

/// A block with what it shows; `None` where it would be empty.
async fn shown(
    block: Block,
    appearance: &Appearance,
    settings: &Settings,
    store: &Store,
) -> Result<Option<SidebarBlock>> {
    Ok(match block {
        Block::About if appearance.about.is_empty() => None,
        Block::About => Some(SidebarBlock::About {
            title: appearance.about_title.clone(),
            html: text::sidebar_text(
                &appearance.about,
                &store.media().pictures_in(&appearance.about).await?,
            ),
        }),
        Block::Search => Some(SidebarBlock::Search),
        Block::Archive => {
            let years = years(&store.archive().months().await?);
            (!years.is_empty()).then_some(SidebarBlock::Archive(years))
        }
        Block::Tags => {
            let tags = most_used(store.tags().counts().await?);
            (!tags.is_empty()).then_some(SidebarBlock::Tags(tags))
        }
        Block::Comments if settings.comments == Policy::Hidden => None,
        Block::Comments => {
            let of = Of::Comments;
            let places = store.feeds().places(of, Start::Start, COMMENTS).await?;
            let newest = store.feeds().comments(of, &places).await?;
            let comments: Vec<RecentComment> = newest
                .into_iter()
                .map(|one| RecentComment {
                    name: display_name(&one.name).to_owned(),
                    post: one.post_title,
                    address: comment_address(&one.post_path, one.place, one.id),
                })
                .collect();
            (!comments.is_empty()).then_some(SidebarBlock::Comments(comments))
        }
        Block::Popular => {
            let posts = store.views().popular(POPULAR).await?;
            (!posts.is_empty()).then_some(SidebarBlock::Popular(posts))
        }
        Block::Links => {
            let links = appearance.links.clone();
            (!links.is_empty()).then_some(SidebarBlock::Links(links))
        }
    })
}

/// The tags that most posts carry, by name again.
fn most_used(mut tags: Vec<(Tag, i64)>) -> Vec<(Tag, i64)> {
    let mut counts: Vec<i64> = tags.iter().map(|(_, posts)| *posts).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let Some(least) = counts.get(TAGS) else {
        return tags;
    };
    // Of those that are used as often as the first that has no room, only so many as there is room for.
    let mut room = TAGS - counts.iter().filter(|count| *count > least).count();
    tags.retain(|(_, posts)| {
        let stays = posts > least || posts == least && room > 0;
        if stays && posts == least {
            room -= 1;
        }
        stays
    });
    tags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blog::TagId;

    #[test]
    fn the_most_used_tags_are_shown_by_name() {
        let tags: Vec<(Tag, i64)> = (0..40)
            .map(|number| {
                let tag = Tag {
                    id: TagId(number),
                    name: format!("{number:02}"),
                    slug: String::new(),
                };
                (tag, if number % 10 == 0 { 9 } else { 1 })
            })
            .collect();
        let used = most_used(tags.clone());
        assert_eq!(used.len(), TAGS);
        assert!(used.is_sorted_by_key(|(tag, _)| tag.name.clone()));
        assert_eq!(used.iter().filter(|(_, posts)| *posts == 9).count(), 4);
        assert_eq!(most_used(tags[..5].to_vec()), tags[..5]);
    }

    #[test]
    fn a_sheet_is_made_once_and_known_by_its_address() {
        let stylesheets = StylesheetCache::default();
        let one = stylesheets.of(Theme::Sepia, "p{x:y}");
        assert!(Arc::ptr_eq(&one, &stylesheets.of(Theme::Sepia, "p{x:y}")));
        assert_eq!(stylesheets.at(&one.address), Some(one.clone()));
        assert!(one.css.ends_with("p{x:y;}"));
        let other = stylesheets.of(Theme::Sepia, "");
        assert_ne!(other.address, one.address);
        assert_eq!(stylesheets.at("/assets/daybook.00000000.css"), None);
        for number in 0..SHEETS_KEPT {
            stylesheets.of(Theme::Book, &format!("a{number}{{}}"));
        }
        assert_eq!(stylesheets.at(&one.address), None);
    }
}
