//! A blog for one test: a directory of its own, a clock that only moves when the test says so, and the people who use the blog.
//!
//! People act as browsers do: they keep cookies, send the headers that browsers send, and submit forms as rendered.

use crate::page::{Form, Page};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request};
use daybook::app::App;
use daybook::blog::AuthorId;
use daybook::blog::author::Role;
use daybook::blog::settings::Settings;
use daybook::blog::time::Millis;
use daybook::clock::Clock;
use daybook::config::{Config, LogFormat};
use daybook::http::Server;
use daybook::jobs;
use daybook::mail::{Delivered, Mailer};
use daybook::secrets::{self, Passwords};
use daybook::store::Store;
use http_body_util::BodyExt;
use sqlx::{Connection, SqliteConnection};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// Sunday, 5 June 2016, 14:30 in UTC.
pub const NOW: Millis = Millis(1_465_137_000_000);
pub const PASSWORD: &str = "the tide comes in at six";
pub const AUTHOR: &str = "nora@harbour.example";
pub const OPERATOR: &str = "otto@harbour.example";
const URL: &str = "http://blog.example";

pub struct TestBlog {
    pub app: App,
    pub clock: Clock,
    front: Server,
    origin: String,
    directory: TempDir,
    /// How many people there are, each with a network of their own.
    people: AtomicU32,
    /// How much of the mail that arrived was read.
    read: Cell<usize>,
}

impl TestBlog {
    /// The blog “Harbour Notes” in UTC and English, with two operators: Otto, and Nora, who writes.
    pub async fn new() -> Self {
        Self::at(URL).await
    }

    /// The same blog under another public address.
    pub async fn at(url: &str) -> Self {
        let blog = Self::bare(url).await;
        let hash = blog.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
        let settings = Settings {
            title: "Harbour Notes".to_owned(),
            zone: "UTC".to_owned(),
            language: "en".to_owned(),
            ..Settings::default()
        };
        let store = &blog.app.store;
        store
            .authors()
            .set_up("Otto", OPERATOR, &hash, &settings.rows(), NOW)
            .await
            .unwrap()
            .unwrap();
        store
            .authors()
            .add("Nora", AUTHOR, Role::Operator, Some(&hash), NOW)
            .await
            .unwrap()
            .unwrap();
        blog
    }

    /// A blog that nobody has set up yet.
    pub async fn unborn() -> Self {
        Self::bare(URL).await
    }

    /// The same blog without a way for mail.
    pub async fn without_mail() -> Self {
        let blog = Self::new().await;
        let Self { app, clock, .. } = &blog;
        let (config, store) = (app.config.clone(), app.store.clone());
        let app = App::new(config, store, clock.clone(), app.passwords.clone())
            .await
            .unwrap();
        Self {
            front: daybook::http::server(app.clone()),
            app,
            ..blog
        }
    }

    /// The same blog, started again under another public address.
    pub async fn moved_to(self, url: &str) -> Self {
        let mut config = self.app.config.clone();
        config.url = url.parse().unwrap();
        let origin = config.origin();
        let (store, passwords) = (self.app.store.clone(), self.app.passwords.clone());
        let app = App::with_mailer(config, store, self.clock.clone(), passwords, Mailer::kept())
            .await
            .unwrap();
        Self {
            front: daybook::http::server(app.clone()),
            app,
            origin,
            ..self
        }
    }

    /// The same blog, whose pictures may come from this machine too, at any port.
    pub async fn fetching_from_here(self) -> Self {
        let mut config = self.app.config.clone();
        config.fetch_private = true;
        let (store, passwords) = (self.app.store.clone(), self.app.passwords.clone());
        let app = App::with_mailer(config, store, self.clock.clone(), passwords, Mailer::kept())
            .await
            .unwrap();
        Self {
            front: daybook::http::server(app.clone()),
            app,
            ..self
        }
    }

    /// Sends the outbox as the scheduler would; gives what arrived since the last time.
    pub async fn mail(&self) -> Vec<Delivered> {
        loop {
            let before = self.app.mailer.delivered().len();
            jobs::send_mail(&self.app).await.unwrap();
            if self.app.mailer.delivered().len() == before {
                return self
                    .app
                    .mailer
                    .delivered()
                    .split_off(self.read.replace(before));
            }
        }
    }

    /// The mail to one address among what arrived.
    pub async fn mail_to(&self, address: &str) -> Vec<Delivered> {
        let mut mail = self.mail().await;
        mail.retain(|arrived| arrived.mail.to == address);
        mail
    }

    async fn bare(url: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = config(directory.path(), url);
        let store = Store::open(&config.database, true).await.unwrap();
        Self::serving(directory, config, store, NOW).await
    }

    /// A blog that an earlier release left, brought to the newest schema as a start does it.
    pub async fn upgraded(database: &[u8], now: Millis) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = config(directory.path(), URL);
        std::fs::write(&config.database, database).unwrap();
        let migrations = &daybook::store::file::MIGRATIONS;
        daybook::cli::upgrade::upgrade(&config, migrations, &Clock::frozen(now), &mut |_| {})
            .await
            .unwrap();
        let store = Store::open(&config.database, true).await.unwrap();
        Self::serving(directory, config, store, now).await
    }

    /// The same blog, started again on a disk that can only be read.
    pub async fn on_a_disk_that_can_only_be_read(self) -> Self {
        let config = self.app.config.clone();
        self.app.store.close().await;
        let store = Store::open_to_read(&config.database).await.unwrap();
        Self::serving(self.directory, config, store, self.app.now()).await
    }

    async fn serving(directory: TempDir, config: Config, store: Store, now: Millis) -> Self {
        let clock = Clock::frozen(now);
        let origin = config.origin();
        let passwords = Passwords::with_memory(64);
        let app = App::with_mailer(config, store, clock.clone(), passwords, Mailer::kept())
            .await
            .unwrap();
        Self {
            front: daybook::http::server(app.clone()),
            app,
            clock,
            origin,
            directory,
            people: AtomicU32::new(0),
            read: Cell::default(),
        }
    }

    /// How long requests held the threads that answer others.
    pub fn polls(&self) -> &daybook::http::Polls {
        self.front.polls()
    }

    pub fn reader(&self) -> Person {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        Person {
            client: IpAddr::from((0x0a00_0001 + number * 256).to_be_bytes()),
            front: self.front.clone(),
            origin: self.origin.clone(),
            jar: RefCell::default(),
            name: String::new(),
        }
    }

    /// A reader with a name to comment under.
    pub fn commenter(&self, name: &str) -> Person {
        Person {
            name: name.to_owned(),
            ..self.reader()
        }
    }

    /// Gives somebody another role.
    pub async fn give_role(&self, email: &str, role: Role) {
        let store = &self.app.store;
        let author = store.authors().by_email(email).await.unwrap().unwrap();
        assert!(
            store
                .authors()
                .set_role(author.id, role, self.app.now())
                .await
                .unwrap()
        );
    }

    /// Somebody new with a role, signed in through the sign-in form.
    pub async fn person(&self, name: &str, role: Role) -> Person {
        let email = format!("{}@harbour.example", name.to_lowercase());
        let hash = self.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
        let store = &self.app.store;
        let added = store
            .authors()
            .add(name, &email, role, Some(&hash), self.app.now());
        assert!(added.await.unwrap().is_some());
        self.signed_in(&email).await
    }

    /// Nora, signed in through the sign-in form.
    pub async fn author(&self) -> Person {
        self.signed_in(AUTHOR).await
    }

    /// Otto, signed in through the sign-in form.
    pub async fn operator(&self) -> Person {
        self.signed_in(OPERATOR).await
    }

    async fn signed_in(&self, email: &str) -> Person {
        let person = self.reader();
        let page = person.sign_in(email, PASSWORD).await;
        assert_eq!(page.status, 200, "{}", page.text());
        person
    }

    /// A set-up address as the start prints it.
    pub async fn set_up_address(&self) -> String {
        format!("/admin/setup?key={}", self.link(None).await)
    }

    /// A one-time sign-in address as `daybook user reset` prints it.
    pub async fn sign_in_address(&self, email: &str) -> String {
        let author = self
            .app
            .store
            .authors()
            .by_email(email)
            .await
            .unwrap()
            .unwrap();
        format!(
            "/admin/sign-in/link?key={}",
            self.link(Some(author.id)).await
        )
    }

    async fn link(&self, author: Option<AuthorId>) -> String {
        let key = secrets::token().unwrap();
        let until = self.app.now().plus_seconds(3600);
        self.app
            .store
            .sign_in_links()
            .add(&secrets::hash(&key), author, until)
            .await
            .unwrap();
        key
    }

    /// A look at the database from outside the program.
    pub async fn database(&self) -> SqliteConnection {
        let path = self.directory.path().join("daybook.db");
        SqliteConnection::connect(&format!("sqlite://{}", path.display()))
            .await
            .unwrap()
    }

    /// The number that a query of the database gives.
    pub async fn number(&self, sql: &'static str) -> i64 {
        let (number,): (i64,) = sqlx::query_as(sql)
            .fetch_one(&mut self.database().await)
            .await
            .unwrap();
        number
    }

    /// The words that a query of the database gives.
    pub async fn text(&self, sql: &'static str) -> String {
        let (text,): (String,) = sqlx::query_as(sql)
            .fetch_one(&mut self.database().await)
            .await
            .unwrap();
        text
    }

    pub async fn comments(&self) -> i64 {
        self.number("select count(*) from comments").await
    }
}

fn config(data: &std::path::Path, url: &str) -> Config {
    Config {
        data: data.to_owned(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: url.parse().unwrap(),
        database: data.join("daybook.db"),
        trusted_proxies: Vec::new(),
        smtp: None,
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 4 * 1024 * 1024,
        backups: data.join("backups"),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    }
}

/// Somebody with a browser.
pub struct Person {
    front: Server,
    origin: String,
    jar: RefCell<BTreeMap<String, String>>,
    name: String,
    client: IpAddr,
}

impl Person {
    /// The same person somewhere else.
    pub fn at(self, client: &str) -> Self {
        Self {
            client: client.parse().unwrap(),
            ..self
        }
    }

    /// Opens an address and goes wherever it leads.
    pub async fn open(&self, address: &str) -> Page {
        self.follow(self.get(address).await).await
    }

    /// One GET, redirects not followed.
    pub async fn get(&self, address: &str) -> Page {
        self.ask(Method::GET, address, &[]).await
    }

    /// One request without a body, with further headers.
    pub async fn ask(&self, method: Method, address: &str, more: &[(&str, &str)]) -> Page {
        let path = address.split('#').next().unwrap_or_default();
        let mut request = self.request(&method, path);
        add(request.headers_mut(), more);
        self.send(request).await
    }

    /// Fills nothing in and sends what is given: for requests that no form of ours makes.
    pub async fn post(&self, address: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(address, fields, &[]).await
    }

    pub async fn post_with(
        &self,
        address: &str,
        fields: &[(&str, &str)],
        more: &[(&str, &str)],
    ) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let mut request = self.request(&Method::POST, address);
        let headers = request.headers_mut();
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        headers.insert(
            CONTENT_TYPE,
            "application/x-www-form-urlencoded".parse().unwrap(),
        );
        add(headers, more);
        *request.body_mut() = Body::from(body);
        self.send(request).await
    }

    /// Presses a button of a form and goes wherever the answer leads.
    pub async fn press(&self, form: &Form, button: &str) -> Page {
        self.follow(self.press_once(form, button).await).await
    }

    /// Presses a button of a form; gives the very answer.
    pub async fn press_once(&self, form: &Form, button: &str) -> Page {
        let (action, fields) = form.pressed(button);
        let pairs: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        if form.method == "post" {
            return self.post(&action, &pairs).await;
        }
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&pairs)
            .finish();
        self.get(&format!("{action}?{query}")).await
    }

    /// Sends what a button of a form sends, with another action than its own, to an address; gives the very answer.
    pub async fn press_as(&self, form: &Form, button: &str, action: &str, address: &str) -> Page {
        let (_, fields) = form.pressed(button);
        let mut pairs: Vec<(&str, &str)> = fields
            .iter()
            .filter(|(name, _)| name != "act")
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        pairs.push(("act", action));
        self.post(address, &pairs).await
    }

    /// Follows redirects within the blog; the fragment stays in the page's address.
    async fn follow(&self, mut page: Page) -> Page {
        for _ in 0..5 {
            let Some(location) = page.header(LOCATION.as_str()).map(str::to_owned) else {
                return page;
            };
            assert!(
                location.starts_with('/'),
                "a redirect leads away: {location}"
            );
            page = self.get(&location).await;
            page.address = location;
        }
        panic!("redirects lead in a circle: {}", page.address);
    }

    /// A request as a browser makes it from a page of the blog.
    pub fn request(&self, method: &Method, address: &str) -> Request<Body> {
        let host = self.origin.split("://").nth(1).unwrap();
        let mut builder = Request::builder()
            .method(method)
            .uri(address)
            .header(HOST, host)
            .header("user-agent", "Mozilla/5.0 (test)")
            .header("accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("sec-fetch-site", "same-origin");
        let jar = self.jar.borrow();
        if !jar.is_empty() {
            let cookies: Vec<String> = jar
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            builder = builder.header(COOKIE, cookies.join("; "));
        }
        builder.body(Body::empty()).unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Page {
        let address = request.uri().to_string();
        let answer = self.front.answer(self.client, request).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = body.collect().await.unwrap().to_bytes();
        Page::new(address, parts.status.as_u16(), parts.headers, body.to_vec())
    }

    fn keep(&self, cookie: &str) {
        let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
        let mut jar = self.jar.borrow_mut();
        if cookie.contains("Max-Age=0") {
            jar.remove(name);
        } else {
            jar.insert(name.to_owned(), value.to_owned());
        }
    }

    pub fn cookies(&self) -> BTreeMap<String, String> {
        self.jar.borrow().clone()
    }

    pub fn set_cookies(&self, cookies: BTreeMap<String, String>) {
        *self.jar.borrow_mut() = cookies;
    }

    /// Signs in through the form.
    pub async fn sign_in(&self, email: &str, password: &str) -> Page {
        let mut form = self.open("/admin/sign-in").await.form_with("Password");
        form.fill("Email", email).fill("Password", password);
        self.press(&form, "Sign in").await
    }

    /// Publishes a post through the editor; gives its permalink.
    pub async fn publish(&self, title: &str, body: &str) -> String {
        self.publish_with(&[("Title", title), ("Body", body)]).await
    }

    /// Publishes a post through the editor with these fields, by their labels; gives its permalink.
    pub async fn publish_with(&self, fields: &[(&str, &str)]) -> String {
        let page = self.write("Publish", fields).await;
        assert_eq!(page.status, 200, "{}", page.text());
        page.link("View post")
    }

    /// Fills the editor of a new post and presses a button.
    pub async fn write(&self, button: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = self.open("/admin/posts/new").await.form_with("Body");
        form.fill_all(fields);
        self.press(&form, button).await
    }

    /// Publishes a standing page through the editor; gives its permalink.
    pub async fn publish_page(&self, title: &str, body: &str) -> String {
        let mut form = self.open("/admin/pages/new").await.form_with("Body");
        form.fill("Title", title).fill("Body", body);
        self.press(&form, "Publish").await.link("View page")
    }

    /// The editor of a post, found by its title in the list of posts.
    pub async fn editor(&self, title: &str) -> Page {
        let list = self.open("/admin/posts/").await;
        self.open(&list.link(title)).await
    }

    /// Changes fields of a post in its editor and presses a button.
    pub async fn revise(&self, title: &str, button: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = self.editor(title).await.form_with("Body");
        form.fill_all(fields);
        self.press(&form, button).await
    }

    /// Changes the blog's settings, each by its label.
    pub async fn change_settings(&self, fields: &[(&str, &str)]) -> Page {
        let mut form = self.open("/admin/settings").await.form_with("Blog title");
        form.fill_all(fields);
        self.press(&form, "Save settings").await
    }

    /// The comment form of a post with name and words filled in.
    pub async fn comment_form(&self, path: &str, words: &str) -> Form {
        let mut form = self.open(path).await.form("Post a comment");
        form.fill("Name", &self.name).fill("Comment", words);
        form
    }

    /// Leaves a comment on a post; gives the comment on its post where it is live, else the commenter's own page.
    pub async fn comment(&self, path: &str, words: &str) -> Page {
        let form = self.comment_form(path, words).await;
        self.post_comment(&form).await
    }

    /// Sends the form of a comment and goes on to the comment where it is live, as the script does.
    pub async fn post_comment(&self, form: &Form) -> Page {
        let page = self.press(form, "Post comment").await;
        match page.attribute(".own .notice a", "href") {
            Some(place) => {
                let mut page = self.open(&place).await;
                page.address = place;
                page
            }
            None => page,
        }
    }

    /// Decides upon a waiting comment that holds these words.
    pub async fn moderate(&self, words: &str, button: &str) -> Page {
        let page = self.open("/admin/comments/").await;
        self.press(&page.form_near(words, button), button).await
    }
}

/// Adds headers; one that is there already is replaced, and an empty value removes it.
fn add(headers: &mut HeaderMap, more: &[(&str, &str)]) {
    for (name, value) in more {
        let name: axum::http::HeaderName = name.parse().unwrap();
        if value.is_empty() {
            headers.remove(name);
        } else {
            headers.insert(name, value.parse().unwrap());
        }
    }
}
