//! The menu of the blog: links to own pages and to other sites, in any order.

use crate::app::App;
use crate::blog::appearance::Appearance;
use crate::blog::audit::Act;
use crate::blog::menu::{self, ITEMS_MAX, MenuAction, MenuRow};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{CsrfForm, HasCsrf};
use crate::http::page::layout::MenuItem;
use crate::http::page::render::{self, Result};
use askama::Template;
use axum::extract::{Query, State};

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct MenuParams {
    did: String,
}

/// The lines of the form, as `label-0`, `address-0`, `label-1` and so on, and the button that sent it.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub struct MenuForm {
    csrf: String,
    act: String,
    rows: Vec<MenuRow>,
}

impl TryFrom<Vec<(String, String)>> for MenuForm {
    type Error = &'static str;

    fn try_from(fields: Vec<(String, String)>) -> std::result::Result<Self, &'static str> {
        let mut form = Self::default();
        for (name, value) in fields {
            match name.split_once('-') {
                None if name == "csrf" => form.csrf = value,
                None if name == "act" => form.act = value,
                Some((field @ ("label" | "address"), line)) => {
                    let line: usize = line.parse().map_err(|_| "a line without a number")?;
                    // One more than is saved, so that the page can say that it is too much.
                    if line > ITEMS_MAX {
                        return Err("more lines than the form has");
                    }
                    if form.rows.len() <= line {
                        form.rows.resize_with(line + 1, MenuRow::default);
                    }
                    let row = &mut form.rows[line];
                    *(if field == "label" {
                        &mut row.label
                    } else {
                        &mut row.address
                    }) = value;
                }
                _ => return Err("an unknown form field"),
            }
        }
        Ok(form)
    }
}

impl HasCsrf for MenuForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Template)]
#[template(path = "operator/menu.html")]
struct BlogMenuPage {
    admin: AdminLayout,
    rows: Vec<MenuRow>,
    status: &'static str,
}

impl BlogMenuPage {
    /// The lines, and an empty one at the end to add a link in.
    fn new(admin: AdminLayout, mut rows: Vec<MenuRow>, status: &'static str) -> Self {
        if rows.len() < ITEMS_MAX {
            rows.push(MenuRow::default());
        }
        Self {
            admin,
            rows,
            status,
        }
    }

    fn has_problems(&self) -> bool {
        self.rows.iter().any(|row| row.problem.is_some())
    }

    /// Whether the author made a menu, so that there is the usual one to go back to.
    fn is_own(&self) -> bool {
        !self.admin.layout.site.settings.appearance.menu.is_empty()
    }

    /// What a link is called that has no label: an own page has a name.
    fn own_name(&self, row: &MenuRow) -> &str {
        self.admin
            .layout
            .page_name(&row.address)
            .map_or("", |(name, _)| name)
    }

    /// Whether a line of the menu leads to a page that is not published now.
    fn is_gone(&self, row: &MenuRow) -> bool {
        !Self::is_new(row)
            && self
                .admin
                .layout
                .menu_item(&row.address, &row.label)
                .is_gone
    }

    /// The own pages that a menu may lead to: their addresses and names.
    fn own_pages(&self) -> Vec<MenuItem<'_>> {
        self.admin.layout.usual_menu()
    }

    /// Whether a line is the empty one at the end.
    fn is_new(row: &MenuRow) -> bool {
        row.label.is_empty() && row.address.is_empty()
    }

    /// How many lines can be moved: all but the empty one.
    fn last(&self) -> usize {
        self.rows
            .iter()
            .filter(|row| !Self::is_new(row))
            .count()
            .saturating_sub(1)
    }
}

/// The lines of the menu that the blog has now.
fn rows_of(admin: &AdminLayout) -> Vec<MenuRow> {
    let row = |item: MenuItem| MenuRow {
        label: item.label.to_owned(),
        address: item.address.to_owned(),
        problem: None,
    };
    admin.layout.whole_menu().into_iter().map(row).collect()
}

pub async fn show(admin: AdminLayout, Query(params): Query<MenuParams>) -> Result {
    let status = match params.did.as_str() {
        "save" => "Saved. Readers see it now.",
        "reset" => "The blog has its usual menu again.",
        _ => "",
    };
    let rows = rows_of(&admin);
    render::page(&BlogMenuPage::new(admin, rows, status))
}

pub async fn save(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<MenuForm>,
) -> Result {
    let Some(act) = MenuAction::parse(&form.act) else {
        return Err(Error::BadRequest("This action isn’t available."));
    };
    let mut rows = form.rows;
    act.apply(&mut rows);
    let current = &admin.layout.site.settings.appearance;
    // A page that is not published now has its name again when it is.
    let is_named = |address: &str| {
        admin.layout.page_name(address).is_some()
            || current
                .menu
                .iter()
                .any(|link| link.name.is_empty() && link.address == address)
    };
    let links = match act {
        MenuAction::Reset => Vec::new(),
        _ => match menu::parse(&mut rows, is_named) {
            Some(links) => links,
            None => return render::problem_page(&BlogMenuPage::new(admin, rows, "")),
        },
    };
    let is_empty = links.is_empty();
    // What is the usual menu stays it, so that new pages appear in it by themselves.
    let usual = admin.layout.usual_menu();
    let is_usual = links.len() == usual.len()
        && links.iter().zip(&usual).all(|(link, usual)| {
            link.address == usual.address && (link.name.is_empty() || link.name == usual.name)
        });
    let menu = if is_usual { Vec::new() } else { links };
    if menu != current.menu {
        let note = admin.signed_in.note(Act::Appearance, app.now());
        let appearance = Appearance {
            menu,
            ..current.clone()
        };
        app.store
            .noting(note.about("menu"))
            .settings()
            .save_appearance(&appearance, app.now())
            .await?;
    }
    // Without a line the blog has its usual menu.
    render::see_other(if is_empty {
        "/admin/appearance/menu?did=reset"
    } else {
        "/admin/appearance/menu?did=save"
    })
}
