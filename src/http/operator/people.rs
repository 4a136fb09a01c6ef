//! The people of the blog: who may sign in and as what. An invitation is a link that the operator hands over in person, by
//! messenger or by mail; the blog itself sends none.

use crate::app::App;
use crate::blog::audit::Act;
use crate::blog::author::{self, Role};
use crate::blog::{AuthorId, Problems};
use crate::error::Error;
use crate::http::auth::admin_layout::AdminLayout;
use crate::http::auth::csrf_form::{ActForm, CsrfForm, HasCsrf};
use crate::http::auth::{return_to, session};
use crate::http::page::render::{self, Result};
use crate::secrets;
use crate::store::Person;
use askama::Template;
use axum::extract::{Path, Query, State};

const HERE: &str = "/admin/people/";
/// What an operator reads once after the upgrade that brought three roles.
const ROLES_NEWS: &str = "With this version, authors edit and publish only their own posts and moderate only the comments on \
    them. Only operators can change settings, pages and everybody’s posts. To let somebody keep doing all of that, make them an operator here.";
/// How long an invitation works.
const INVITATION_DAYS: i64 = 7;

#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InviteForm {
    csrf: String,
    name: String,
    email: String,
    role: String,
}

impl HasCsrf for InviteForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct PeopleParams {
    /// Whom something was done to, and what: `role`, `codes`, `removed`, `last`.
    who: Option<AuthorId>,
    done: String,
    name: String,
    email: String,
    role: String,
}

#[derive(Template)]
#[template(path = "operator/people.html")]
struct PeoplePage {
    admin: AdminLayout,
    people: Vec<Person>,
    form: InviteForm,
    problems: Problems,
    message: Option<String>,
    /// Somebody who was just removed, to be invited again with one button.
    removed: Option<InviteForm>,
    /// By-lines of imported posts that belong to nobody.
    bylines: Vec<String>,
}

impl PeoplePage {
    async fn new(app: &App, admin: AdminLayout, form: InviteForm) -> Result<Self> {
        Ok(Self {
            people: app.store.authors().people(app.now()).await?,
            bylines: app.store.access().unclaimed_bylines().await?,
            admin,
            form,
            problems: Problems::default(),
            message: None,
            removed: None,
        })
    }

    fn is_me(&self, person: &Person) -> bool {
        person.id == self.admin.signed_in.author.id
    }

    fn is_operator(person: &Person) -> bool {
        person.role.is_operator()
    }

    /// The roles that a person could have instead.
    fn other_roles(person: &Person) -> Vec<Role> {
        Role::ALL
            .iter()
            .copied()
            .filter(|role| *role != person.role)
            .collect()
    }

    /// The role that is chosen in the form.
    fn chosen(&self) -> Role {
        Role::of(&self.form.role).unwrap_or(Role::Author)
    }

    /// Whether the blog would be left without an operator if this one went.
    fn is_needed(&self, person: &Person) -> bool {
        Self::is_operator(person)
            && self
                .people
                .iter()
                .filter(|one| Self::is_operator(one))
                .count()
                == 1
    }

    /// How somebody signs in, in words.
    fn ways_in(person: &Person) -> String {
        let mut ways = Vec::new();
        if person.password {
            ways.push(if person.codes {
                "password and code".to_owned()
            } else {
                "password".to_owned()
            });
        }
        match person.passkeys {
            0 => {}
            1 => ways.push("1 passkey".to_owned()),
            number => ways.push(format!("{number} passkeys")),
        }
        if person.link_until.is_some() {
            ways.push(if person.password {
                "link".to_owned()
            } else {
                "invited".to_owned()
            });
        } else if ways.is_empty() {
            ways.push("can’t sign in: create a new link".to_owned());
        }
        ways.join(", ")
    }
}

pub async fn list(
    State(app): State<App>,
    admin: AdminLayout,
    Query(params): Query<PeopleParams>,
) -> Result {
    let form = InviteForm {
        csrf: String::new(),
        name: params.name,
        email: params.email,
        role: params.role,
    };
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(&with_typed(&form));
    }
    let removed = params.done == "removed";
    let form_kept = if removed {
        InviteForm::default()
    } else {
        form.clone()
    };
    let mut page = PeoplePage::new(&app, admin, form_kept).await?;
    let who = page
        .people
        .iter()
        .find(|person| Some(person.id) == params.who)
        .map(|person| person.name.clone());
    page.message = match (params.done.as_str(), who) {
        ("role", Some(name)) => Some(format!("{name} has a new role.")),
        ("given", Some(name)) => Some(format!("The imported posts now belong to {name}.")),
        ("roles", _) => Some(ROLES_NEWS.to_owned()),
        ("codes", Some(name)) => Some(format!("One-time codes are now off for {name}.")),
        ("last", Some(name)) => Some(format!(
            "Nothing was changed: {name} is the only operator. Make somebody else an operator first."
        )),
        _ => None,
    };
    page.removed = (removed && !form.name.is_empty()).then_some(form);
    render::page(&page)
}

/// The address of the list with what was typed, so that asking for the password loses nothing.
fn with_typed(form: &InviteForm) -> String {
    if form.name.is_empty() && form.email.is_empty() {
        return HERE.to_owned();
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("name", &form.name)
        .append_pair("email", &form.email)
        .append_pair("role", &form.role)
        .finish();
    format!("{HERE}?{query}")
}

#[derive(Template)]
#[template(path = "operator/invitation.html")]
struct LinkPage {
    admin: AdminLayout,
    name: String,
    email: String,
    link: String,
    invited: bool,
    days: i64,
}

/// Makes a one-time address. It is the answer to the change itself, since only its hash is kept.
async fn hand_over(app: &App, admin: AdminLayout, id: AuthorId) -> Result {
    let people = app.store.authors().people(app.now()).await?;
    let person = people
        .into_iter()
        .find(|person| person.id == id)
        .ok_or(Error::NotFound)?;
    let key = secrets::token()?;
    let until = app.now().plus_seconds(INVITATION_DAYS * 24 * 3600);
    let note = admin
        .signed_in
        .note(Act::Link, app.now())
        .about(&person.name);
    app.store
        .noting(note)
        .sign_in_links()
        .add(&secrets::hash(&key), Some(id), until)
        .await?;
    render::page(&LinkPage {
        admin,
        link: app.config.link(&format!("/admin/sign-in/link?key={key}")),
        invited: !person.password,
        name: person.name,
        email: person.email,
        days: INVITATION_DAYS,
    })
}

pub async fn invite(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<InviteForm>,
) -> Result {
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(&with_typed(&form));
    }
    let mut problems = Problems::default();
    let role = Role::of(&form.role);
    if role.is_none() {
        problems.add("role", "Please choose a role.");
    }
    let person =
        author::parse_person(&form.name, &form.email).map_err(|wrong| problems.0.extend(wrong.0));
    if let (Ok((name, email)), Some(role)) = (&person, role) {
        let note = admin.signed_in.note(Act::Invite, app.now());
        let added = app
            .store
            .noting(note.about(&format!("{name}, {role}")))
            .authors()
            .add(name, email, role, None, app.now())
            .await?;
        if let Some(id) = added {
            return hand_over(&app, admin, id).await;
        }
        problems.add("email", "This email address is already in use.");
    }
    let page = PeoplePage::new(&app, admin, form).await?;
    render::problem_page(&PeoplePage { problems, ..page })
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BylineForm {
    csrf: String,
    byline: String,
    author: i64,
}

impl HasCsrf for BylineForm {
    fn csrf(&self) -> &str {
        &self.csrf
    }
}

/// Gives the imported posts of a by-line to somebody.
pub async fn give_byline(
    State(app): State<App>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<BylineForm>,
) -> Result {
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(HERE);
    }
    let person = app
        .store
        .authors()
        .by_id(AuthorId(form.author))
        .await?
        .ok_or(Error::NotFound)?;
    let note = admin.signed_in.note(Act::Role, app.now());
    let about = format!("{}: posts by {}", person.name, form.byline);
    app.store
        .noting(note.about(&about))
        .access()
        .assign_byline(&form.byline, person.id)
        .await?;
    render::see_other(&format!("{HERE}?who={}&done=given", person.id))
}

pub async fn act(
    State(app): State<App>,
    Path(id): Path<i64>,
    admin: AdminLayout,
    CsrfForm(form): CsrfForm<ActForm>,
) -> Result {
    if !admin.signed_in.is_confirmed(app.now()) {
        return session::confirm_first(HERE);
    }
    let person = app
        .store
        .authors()
        .by_id(AuthorId(id))
        .await?
        .ok_or(Error::NotFound)?;
    let me = admin.signed_in.author.id;
    let noting = |act, about: &str| {
        let note = admin.signed_in.note(act, app.now());
        app.store
            .noting(note.about(&format!("{}{about}", person.name)))
    };
    let (changed, done) = match (form.act.as_str(), Role::of(&form.act)) {
        ("link", _) => return hand_over(&app, admin, person.id).await,
        ("codes", _) => {
            noting(Act::Codes, ": off")
                .credentials()
                .disable_totp(person.id)
                .await?;
            (true, "codes")
        }
        (_, Some(role)) => {
            let store = noting(Act::Role, &format!(": {role}"));
            (
                store.authors().set_role(person.id, role, app.now()).await?,
                "role",
            )
        }
        ("remove", _) => {
            let store = noting(Act::Remove, "");
            if store.authors().remove(person.id, app.now()).await? {
                let typed = with_typed(&InviteForm {
                    csrf: String::new(),
                    name: person.name,
                    email: person.email,
                    role: person.role.word().to_owned(),
                });
                return render::see_other(&format!("{typed}&done=removed"));
            }
            (false, "")
        }
        _ => return Err(Error::BadRequest("This action isn’t available.")),
    };
    if changed && person.id == me && done == "role" {
        // Anyone who gave the role up does not see this list any more.
        return render::see_other(return_to::HOME);
    }
    let done = if changed { done } else { "last" };
    render::see_other(&format!("{HERE}?who={id}&done={done}"))
}
