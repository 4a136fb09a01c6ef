//! How readers' pages look: theme, own style sheet, picture at the top, sidebar; tried before it is saved, and taken back.

use crate::app::App;
use crate::app::theme::ReaderTheme;
use crate::blog::action::{AppearanceAction, UnknownAction};
use crate::blog::appearance::{Appearance, AppearanceForm, Block, Side, Theme};
use crate::blog::audit::Act;
use crate::blog::author::Scope;
use crate::blog::feed::Of;
use crate::blog::media::{FOLDER, search_words};
use crate::blog::post::{Comments, Details, Kind, Markup, NewPost};
use crate::blog::{PostId, Problems};
use crate::error::Error;
use crate::http::assets;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::layers::security_headers::in_own_frame;
use crate::http::operator::look_pictures::called;
use crate::http::page::layout::Layout;
use crate::http::page::post_page::{self, PostPage, Unpublished};
use crate::http::page::render::{self, Result};
use crate::store::{LibraryFilter, MediaLine, PageDirection as Start};
use crate::text::css::{self, LeftOut};
use askama::Template;
use axum::extract::{Query, State};

/// Pictures to choose from; any other is named by its address.
const PICTURES: i64 = 12;

/// What is in the preview of a blog without posts.
const SAMPLE: &str = "The tide comes in twice a day, and each time a little later.\n\n\
     > A quotation is indented a little.\n\n## A heading\n\nAnd [a link](/) among words.";

impl HasCsrf for AppearanceForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// The themes in the author's words.
const THEMES: &[(Theme, &str, &str)] = &[
    (Theme::Book, "Book", "Calm, like a well-set book"),
    (Theme::Plain, "Plain", "One clean typeface on white"),
    (
        Theme::Newspaper,
        "Newspaper",
        "A masthead between rules, justified text",
    ),
    (
        Theme::Typewriter,
        "Typewriter",
        "Monospaced; looks like a terminal in dark mode",
    ),
    (
        Theme::Sepia,
        "Sepia",
        "Warm paper, brown ink, titles in italic",
    ),
    (
        Theme::Contrast,
        "High contrast",
        "Black and white, large text, underlined links",
    ),
];

const SIDES: &[(Side, &str)] = &[
    (Side::None, "No sidebar"),
    (Side::Left, "On the left"),
    (Side::Right, "On the right"),
];

/// The blocks in the author's words.
const BLOCKS: &[(Block, &str)] = &[
    (Block::About, "About"),
    (Block::Search, "Search"),
    (Block::Archive, "Archive"),
    (Block::Tags, "Tags"),
    (Block::Comments, "Recent comments"),
    (Block::Popular, "Popular posts"),
    (Block::Links, "Links"),
];

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct AppearanceParams {
    did: String,
}

#[derive(Template)]
#[template(path = "operator/appearance.html")]
struct AppearancePage {
    admin: AdminLayout,
    form: AppearanceForm,
    problems: Problems,
    status: &'static str,
    /// Whether there is an earlier look to go back to.
    can_undo: bool,
    pictures: Vec<MediaLine>,
    /// What readers get of the own style sheet, and what they do not.
    author_css: css::AuthorCss,
}

impl AppearancePage {
    async fn new(
        app: &App,
        admin: AdminLayout,
        form: AppearanceForm,
        problems: Problems,
        status: &'static str,
    ) -> Result<Self> {
        let none = search_words("");
        let page = app
            .store
            .media()
            .list(
                Scope::Everything,
                LibraryFilter::Pictures,
                &none,
                Start::Start,
                PICTURES,
            )
            .await?;
        let mut pictures = page.items;
        // Those that are chosen are always among them.
        for name in [&form.picture, &form.logo, &form.icon] {
            if !name.is_empty() && pictures.iter().all(|line| line.name != *name) {
                pictures.extend(app.store.media().by_name(name).await?);
            }
        }
        Ok(Self {
            can_undo: app.store.settings().previous_appearance().await?.is_some(),
            author_css: css::author_css(&form.css),
            admin,
            form,
            problems,
            status,
            pictures,
        })
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn themes(&self) -> &'static [(Theme, &'static str, &'static str)] {
        THEMES
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn sides(&self) -> &'static [(Side, &'static str)] {
        SIDES
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn blocks(&self) -> &'static [(Block, &'static str)] {
        BLOCKS
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn samples_css(&self) -> &'static str {
        assets::samples_address()
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn called(&self, line: &MediaLine) -> String {
        called(line)
    }

    #[expect(clippy::unused_self, reason = "templates call methods of their page")]
    fn thumbnail(&self, line: &MediaLine) -> String {
        format!("{FOLDER}{}", line.thumbnail)
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass references"
    )]
    fn place(&self, block: &Block) -> &str {
        self.form.place(*block)
    }

    fn left_out(&self) -> &[LeftOut] {
        &self.author_css.left_out
    }
}

pub async fn show(
    admin: AdminLayout,
    State(app): State<App>,
    Query(params): Query<AppearanceParams>,
) -> Result {
    let form = AppearanceForm::from(&admin.layout.site.settings.appearance);
    let status = match params.did.as_str() {
        "save" => "Saved. Readers see it now.",
        "undo" => "The previous appearance has been restored.",
        _ => "",
    };
    let page = AppearancePage::new(&app, admin, form, Problems::default(), status).await?;
    Ok(in_own_frame(render::page(&page)?))
}

/// The look that a form asks for, with pictures that are in the library, and with the menu as it is.
async fn parse(
    app: &App,
    admin: &AdminLayout,
    form: &AppearanceForm,
) -> Result<std::result::Result<Appearance, Problems>> {
    let look = match Appearance::parse(form) {
        Ok(look) => look,
        Err(problems) => return Ok(Err(problems)),
    };
    let by_address = !form.picture_address.trim().is_empty();
    let picture = if by_address {
        "picture_address"
    } else {
        "picture"
    };
    for (field, name) in [
        (picture, &look.picture),
        ("logo", &look.logo),
        ("icon", &look.icon),
    ] {
        let address = format!("{FOLDER}{name}");
        if !name.is_empty() && app.store.media().pictures_in(&address).await?.is_empty() {
            return Ok(Err(Problems::one(
                field,
                "This picture isn’t in your library.",
            )));
        }
    }
    Ok(Ok(Appearance {
        menu: admin.layout.site.settings.appearance.menu.clone(),
        ..look
    }))
}

pub async fn save(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<AppearanceForm>,
) -> Result {
    match form.act.parse() {
        Ok(AppearanceAction::Undo) => {
            let note = admin.signed_in.note(Act::Appearance, app.now());
            app.store
                .noting(note.about("back to the one before"))
                .settings()
                .undo_appearance(app.now())
                .await?;
            return render::see_other("/admin/appearance?did=undo");
        }
        Ok(AppearanceAction::Save) => {}
        Err(UnknownAction) => {
            return Err(Error::BadRequest("This action isn’t available."));
        }
    }
    match parse(&app, &admin, &form).await? {
        Ok(look) => {
            let note = admin.signed_in.note(Act::Appearance, app.now());
            app.store
                .noting(note)
                .settings()
                .save_appearance(&look, app.now())
                .await?;
            render::see_other("/admin/appearance?did=save")
        }
        Err(problems) => {
            let page = AppearancePage::new(&app, admin, form, problems, "").await?;
            Ok(in_own_frame(render::problem_page(&page)?))
        }
    }
}

/// What is in the frame where a look could not be tried.
#[derive(Template)]
#[template(path = "operator/preview_refused.html")]
struct NotTried {
    layout: Layout,
    problems: Problems,
}

/// The blog as it is, in the frame of the page.
pub async fn seen(admin: AdminLayout, State(app): State<App>) -> Result {
    let look = admin.layout.site.settings.appearance.clone();
    tried(&app, admin, &look).await
}

/// The blog as it would be with what is in the form; nothing is saved.
pub async fn try_out(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<AppearanceForm>,
) -> Result {
    match parse(&app, &admin, &form).await? {
        Ok(look) => tried(&app, admin, &look).await,
        Err(problems) => {
            let page = render::problem_page(&NotTried {
                layout: admin.layout,
                problems,
            })?;
            Ok(in_own_frame(page))
        }
    }
}

/// The newest post in a look.
async fn tried(app: &App, admin: AdminLayout, look: &Appearance) -> Result {
    let theme = ReaderTheme::read(
        look,
        &admin.layout.site.settings,
        &app.store,
        &app.stylesheets,
    )
    .await?;
    let layout = admin.layout.with_theme(theme);
    let newest = app.store.feeds().places(Of::Posts, Start::Start, 1).await?;
    let newest = match newest.first() {
        Some(place) => app.store.posts().published_by_id(PostId(place.id)).await?,
        None => None,
    };
    let page = if let Some(post) = newest {
        let mut page = PostPage::new(layout, post, app.now());
        page.tags = app.store.tags().of_post(page.post.id).await?;
        page.preview = Some("This is a preview. Nothing has been saved.");
        page
    } else {
        let text = NewPost {
            kind: Kind::Post,
            title: "Spring tides".to_owned(),
            source: SAMPLE.to_owned(),
            markup: Markup::Markdown,
            tags: Vec::new(),
            permalink: String::new(),
            excerpt: String::new(),
            comments: Comments::Blog,
            published_at: None,
            pinned: false,
            details: Details::default(),
        };
        let author = admin.signed_in.author.name;
        let note = "This is a preview with sample text. Nothing has been saved.";
        post_page::preview(app, layout, Unpublished { text, author, note }).await?
    };
    Ok(in_own_frame(render::page(&page)?))
}
