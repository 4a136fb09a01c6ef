//! The look of the blog as its author wants it: a theme, an own style sheet, a picture at the top, and what is next to
//! the posts in which order.

use super::address::is_linkable;
use super::media::{ALT_MAX_CHARS, is_picture, names};
use super::{Problems, named, one_line};
use serde::{Deserialize, Serialize};

named! {
    /// What readers' pages are set in; each is a set of custom properties and a few rules in `assets/themes/`.
    #[derive(Default)]
    Theme {
        /// What all others build on.
        #[default]
        Book = "book",
        Plain = "plain",
        Newspaper = "newspaper",
        Typewriter = "typewriter",
        Sepia = "sepia",
        Contrast = "contrast",
    }
}

named! {
    /// Where the sidebar is on wide screens; on narrow ones it follows what is read.
    #[derive(Default)]
    Side {
        #[default]
        None = "none",
        Left = "left",
        Right = "right",
    }
}

named! {
    /// A part of the sidebar.
    Block {
        About = "about",
        Search = "search",
        Archive = "archive",
        Tags = "tags",
        Comments = "comments",
        Popular = "popular",
        Links = "links",
    }
}

impl Block {
    /// The field in which its place is typed.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::About => "place_about",
            Self::Search => "place_search",
            Self::Archive => "place_archive",
            Self::Tags => "place_tags",
            Self::Comments => "place_comments",
            Self::Popular => "place_popular",
            Self::Links => "place_links",
        }
    }
}

/// As much as a large theme; more is a mistake.
pub const CSS_MAX_BYTES: usize = 64 * 1024;
const BLOCK_TITLE_MAX_CHARS: usize = 80;
/// A few paragraphs.
const ABOUT_MAX_CHARS: usize = 2000;
const LINKS_MAX: usize = 50;
const PLACE_MAX: u32 = 99;

/// One line of the block of links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedLink {
    pub name: String,
    pub address: String,
}

/// The author's choices; stored as JSON in one row of the settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Appearance {
    pub theme: Theme,
    /// The author's own style sheet, byte for byte as it was typed.
    pub css: String,
    /// The name of a picture of the library; empty: none.
    pub picture: String,
    pub picture_alt: String,
    pub side: Side,
    /// What the sidebar shows, from the top.
    pub blocks: Vec<Block>,
    pub about_title: String,
    /// In the Markdown of comments.
    pub about: String,
    pub links: Vec<NamedLink>,
    /// The menu of the blog, see [`super::menu`]; empty: the usual one.
    pub menu: Vec<NamedLink>,
    /// The name of a picture of the library that is shown in place of the title; empty: none.
    pub logo: String,
    /// The name of the picture that the icons of the blog are made of; empty: Daybook's own.
    pub icon: String,
}

impl Default for Appearance {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            css: String::new(),
            picture: String::new(),
            picture_alt: String::new(),
            side: Side::default(),
            blocks: vec![Block::About, Block::Search, Block::Archive, Block::Tags],
            about_title: String::new(),
            about: String::new(),
            links: Vec::new(),
            menu: Vec::new(),
            logo: String::new(),
            icon: String::new(),
        }
    }
}

impl Appearance {
    /// Reads the row of the settings; what cannot be read is the usual look.
    #[must_use]
    pub fn of_row(value: &str) -> Self {
        serde_json::from_str(value).unwrap_or_default()
    }

    #[must_use]
    pub fn row(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Whether a block is shown: it is in the list, and there is a sidebar.
    #[must_use]
    pub fn shows(&self, block: Block) -> bool {
        self.side != Side::None && self.blocks.contains(&block)
    }

    /// Checks the form, which has everything but the menu; whether its pictures are in the library is for the caller to see.
    pub fn parse(form: &AppearanceForm) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let theme = Theme::of(&form.theme);
        let side = Side::of(&form.side);
        for (field, known) in [("theme", theme.is_some()), ("side", side.is_some())] {
            if !known {
                problems.add(field, "Please choose one of the options.");
            }
        }
        if form.css.len() > CSS_MAX_BYTES {
            problems.add("css", "Please keep your CSS under 64 KiB.");
        }
        let appearance = Self {
            theme: theme.unwrap_or_default(),
            css: form.css.clone(),
            picture: parse_picture(form, &mut problems),
            picture_alt: one_line(&form.picture_alt),
            side: side.unwrap_or_default(),
            blocks: parse_places(form, &mut problems),
            about_title: one_line(&form.about_title),
            about: form.about.replace("\r\n", "\n").trim().to_owned(),
            links: parse_links(&form.links, &mut problems),
            menu: Vec::new(),
            logo: parse_name("logo", &form.logo, &mut problems),
            icon: parse_name("icon", &form.icon, &mut problems),
        };
        let lengths = [
            (
                "picture_alt",
                appearance.picture_alt.chars().count(),
                ALT_MAX_CHARS,
            ),
            (
                "about_title",
                appearance.about_title.chars().count(),
                BLOCK_TITLE_MAX_CHARS,
            ),
            ("about", appearance.about.chars().count(), ABOUT_MAX_CHARS),
        ];
        for (field, length, max) in lengths {
            if length > max {
                problems.add(field, format!("Please keep this under {max} characters."));
            }
        }
        if problems.is_empty() {
            Ok(appearance)
        } else {
            Err(problems)
        }
    }
}

/// The picture that was ticked, or the one whose address was typed, which counts more.
fn parse_picture(form: &AppearanceForm, problems: &mut Problems) -> String {
    let typed = form.picture_address.trim();
    if !typed.is_empty() {
        return names(typed).into_iter().next().unwrap_or_else(|| {
            problems.add(
                "picture_address",
                "Please enter the address of a picture in your library. You’ll find it on the picture’s page.",
            );
            String::new()
        });
    }
    parse_name("picture", &form.picture, problems)
}

/// The name of a picture that was ticked.
fn parse_name(field: &'static str, name: &str, problems: &mut Problems) -> String {
    if !name.is_empty() && !is_picture(name) {
        problems.add(field, "Please choose one of the pictures.");
        return String::new();
    }
    name.to_owned()
}

/// The blocks that have a place, by their places; of two with one place the first of [`Block::ALL`] is first.
fn parse_places(form: &AppearanceForm, problems: &mut Problems) -> Vec<Block> {
    let mut placed = Vec::new();
    for block in Block::ALL {
        match form.place(*block).trim() {
            "" => {}
            typed => match typed.parse::<u32>() {
                Ok(place) if (1..=PLACE_MAX).contains(&place) => placed.push((place, *block)),
                _ => problems.add(
                    block.field(),
                    "Please enter a number from 1 to 99, or leave it empty to hide the block.",
                ),
            },
        }
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, block)| block).collect()
}

/// Reads lines `Name: address`; empty lines are passed over.
fn parse_links(text: &str, problems: &mut Problems) -> Vec<NamedLink> {
    let mut links = Vec::new();
    let written = text.lines().map(str::trim).zip(1..);
    for (line, number) in written.filter(|(line, _)| !line.is_empty()) {
        match parse_link(line) {
            Some(named) => links.push(named),
            None => problems.add(
                "links",
                format!("Line {number} should look like “Name: https://example.org/”."),
            ),
        }
    }
    if links.len() > LINKS_MAX {
        problems.add(
            "links",
            format!("Please use at most {LINKS_MAX} links. For more, create a page."),
        );
    }
    links
}

fn parse_link(line: &str) -> Option<NamedLink> {
    // An address holds no blank, so the name may hold a colon.
    let (name, address) = line.rsplit_once(": ")?;
    let (name, address) = (one_line(name), address.trim());
    let leads = is_linkable(address, &["http", "https", "mailto"]);
    (!name.is_empty() && leads).then(|| NamedLink {
        name,
        address: address.to_owned(),
    })
}

/// The form exactly as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AppearanceForm {
    pub csrf: String,
    /// Which button sent the form.
    pub act: String,
    pub theme: String,
    pub css: String,
    /// The name of a picture that was ticked.
    pub picture: String,
    /// The address of any other.
    pub picture_address: String,
    pub picture_alt: String,
    /// The names of pictures that were ticked.
    pub logo: String,
    pub icon: String,
    pub side: String,
    pub place_about: String,
    pub place_search: String,
    pub place_archive: String,
    pub place_tags: String,
    pub place_comments: String,
    pub place_popular: String,
    pub place_links: String,
    pub about_title: String,
    pub about: String,
    pub links: String,
}

impl AppearanceForm {
    /// What was typed as the place of a block.
    #[must_use]
    pub fn place(&self, block: Block) -> &str {
        match block {
            Block::About => &self.place_about,
            Block::Search => &self.place_search,
            Block::Archive => &self.place_archive,
            Block::Tags => &self.place_tags,
            Block::Comments => &self.place_comments,
            Block::Popular => &self.place_popular,
            Block::Links => &self.place_links,
        }
    }
}

impl From<&Appearance> for AppearanceForm {
    fn from(now: &Appearance) -> Self {
        let place = |block: Block| {
            let place = now.blocks.iter().position(|one| *one == block);
            place.map_or_else(String::new, |place| (place + 1).to_string())
        };
        let line = |link: &NamedLink| format!("{}: {}\n", link.name, link.address);
        let lines: Vec<String> = now.links.iter().map(line).collect();
        Self {
            csrf: String::new(),
            act: String::new(),
            theme: now.theme.word().to_owned(),
            css: now.css.clone(),
            picture: now.picture.clone(),
            picture_address: String::new(),
            picture_alt: now.picture_alt.clone(),
            logo: now.logo.clone(),
            icon: now.icon.clone(),
            side: now.side.word().to_owned(),
            place_about: place(Block::About),
            place_search: place(Block::Search),
            place_archive: place(Block::Archive),
            place_tags: place(Block::Tags),
            place_comments: place(Block::Comments),
            place_popular: place(Block::Popular),
            place_links: place(Block::Links),
            about_title: now.about_title.clone(),
            about: now.about.clone(),
            links: lines.concat(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> AppearanceForm {
        AppearanceForm::from(&Appearance::default())
    }

    #[test]
    fn a_look_comes_back_from_its_row_and_from_its_form() {
        let look = Appearance {
            theme: Theme::Sepia,
            css: "p { color: red }\r\n/* \u{1F30A} \"</style>\" */".to_owned(),
            picture: "00112233445566778899aabbccddeeff.webp".to_owned(),
            picture_alt: "The harbour".to_owned(),
            side: Side::Left,
            blocks: vec![Block::Links, Block::About, Block::Popular],
            about_title: "Nora".to_owned(),
            about: "Two\n\n*lines*".to_owned(),
            links: vec![NamedLink {
                name: "Tides: a table".to_owned(),
                address: "https://tides.example/?a=b:%20c".to_owned(),
            }],
            menu: Vec::new(),
            logo: "00112233445566778899aabbccddeefe.webp".to_owned(),
            icon: "00112233445566778899aabbccddeefd.webp".to_owned(),
        };
        assert_eq!(Appearance::of_row(&look.row()), look);
        assert_eq!(Appearance::parse(&AppearanceForm::from(&look)), Ok(look));
        assert_eq!(Appearance::of_row("no JSON"), Appearance::default());
    }

    #[test]
    fn blocks_are_in_the_order_of_their_numbers() {
        let mut form = form();
        form.place_about = "7".to_owned();
        form.place_search = String::new();
        form.place_archive = "2".to_owned();
        form.place_tags = " 2 ".to_owned();
        form.place_links = "1".to_owned();
        let look = Appearance::parse(&form).unwrap();
        assert_eq!(
            look.blocks,
            [Block::Links, Block::Archive, Block::Tags, Block::About]
        );
        form.place_tags = "first".to_owned();
        let problems = Appearance::parse(&form).unwrap_err();
        assert!(problems.of("place_tags").is_some());
    }

    #[test]
    fn a_link_leads_to_the_web_to_a_mailbox_or_into_the_blog() {
        for good in [
            "Tide tables: https://tides.example/a:b",
            "About me: /p/about.html",
            "Write: mailto:nora@harbour.example",
        ] {
            assert!(parse_link(good).is_some(), "{good}");
        }
        for bad in [
            "https://tides.example/",
            "Script: javascript:alert(1)",
            "Data: data:text/html,x",
            "Else: //evil.example/",
            "Else: /\\evil.example/",
            "No address:",
            ": https://tides.example/",
            "Two: https://a.example/ https://b.example/",
        ] {
            assert!(parse_link(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_style_sheet_that_is_too_long_is_refused() {
        let mut form = form();
        form.css = "a".repeat(CSS_MAX_BYTES);
        assert!(Appearance::parse(&form).is_ok());
        form.css.push('a');
        let problems = Appearance::parse(&form).unwrap_err();
        assert!(problems.of("css").is_some());
    }

    #[test]
    fn a_header_picture_is_one_of_the_library() {
        let mut form = form();
        form.picture_address =
            "https://blog.example/media/00112233445566778899aabbccddeeff.webp".to_owned();
        let look = Appearance::parse(&form).unwrap();
        assert_eq!(look.picture, "00112233445566778899aabbccddeeff.webp");
        form.picture_address = "https://elsewhere.example/picture.png".to_owned();
        assert!(Appearance::parse(&form).is_err());
        form.picture_address.clear();
        form.picture = "../daybook.db".to_owned();
        assert!(Appearance::parse(&form).is_err());
    }
}
