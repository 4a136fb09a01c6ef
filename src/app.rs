//! The running blog: config, store, clock, secrets, and what every page knows of the site.

pub mod actor;
pub mod backups;
pub mod comments;
mod compute;
pub mod exports;
pub mod imports;
pub mod incoming;
pub mod old_files;
pub mod pictures;
pub mod post_password;
pub mod proxies;
pub mod publishing;
pub mod recordings;
mod related_posts;
pub mod saving;
pub mod signed;
pub mod site_icons;
pub mod spam_check;
pub mod theme;
pub mod unsaved;

use crate::blog::feed;
use crate::blog::network;
use crate::blog::not_found_log::NotFoundLog;
use crate::blog::phrases::Messages;
use crate::blog::post::Link;
use crate::blog::redirect::RedirectedQueries;
use crate::blog::settings::Settings;
use crate::blog::time::Millis;
use crate::blog::visits::Views;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::fetch::Fetcher;
use crate::mail::Mailer;
use crate::media::Media;
use crate::metrics::Metrics;
use crate::secrets::{self, Passwords};
use crate::store::{LeftAddress, Shows, Store};
use crate::text::{self, dates::Dates};
use backups::Backups;
use compute::Compute;
use imports::Imports;
use jiff::tz::TimeZone;
use proxies::UnnamedProxy;
use site_icons::SiteIcons;
use std::net::IpAddr;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use theme::{ReaderTheme, StylesheetCache};
use unsaved::Unsaved;

/// How long one key makes the hashes of networks.
const NETWORK_KEY_DAYS: i64 = 30;

/// Rendering, packing or reading more than this takes longer than a thread that answers readers may be held up.
pub const LARGE_BYTES: usize = 128 * 1024;

/// Cheap to clone; every handler has one.
#[derive(Debug, Clone)]
pub struct App(Arc<AppState>);

#[derive(Debug)]
pub struct AppState {
    pub config: Config,
    pub store: Store,
    pub clock: Clock,
    pub passwords: Passwords,
    pub media: Media,
    pub mailer: Mailer,
    pub fetcher: Fetcher,
    /// What names in feeds begin with, see [`feed::name`].
    pub feed_host: String,
    /// The pages that were opened and the addresses that were not found since the last write.
    pub tally: Tally,
    pub metrics: Arc<Metrics>,
    pub stylesheets: StylesheetCache,
    pub icons: SiteIcons,
    pub backups: Backups,
    imports: Imports,
    compute: Compute,
    /// Held while texts are rendered again in the background: two tasks would do the same work.
    pub rendering: tokio::sync::Mutex<()>,
    pub unnamed_proxy: Arc<UnnamedProxy>,
    /// What signing in could not write.
    pub unsaved: Unsaved,
    secret: String,
    site: RwLock<Option<Arc<Site>>>,
    pub started_at: Millis,
    /// Whether the server was asked to stop.
    stopping: AtomicBool,
    /// Whether somebody can sign in, as far as the site was read.
    set_up: AtomicBool,
    /// Whether pages are made although nobody can.
    open_to_itself: AtomicBool,
}

/// What readers' requests leave behind until the scheduler writes it down; a crash loses a few seconds of it and nothing else.
#[derive(Debug, Default)]
pub struct Tally {
    /// Whether views are not counted.
    paused: AtomicBool,
    views: Mutex<Views>,
    not_found: Mutex<NotFoundLog>,
    /// Held while it is written, so that the last writing at a stop comes after all others.
    writing: tokio::sync::Mutex<()>,
}

impl Tally {
    /// Notes that somebody opened a page.
    pub fn opened(&self, path: &str, client: IpAddr, agent: &str) {
        if !self.paused.load(Ordering::Relaxed) {
            let mut views = self.views.lock().unwrap_or_else(PoisonError::into_inner);
            views.note(path, client, agent);
        }
    }

    /// Notes that an address was not found.
    pub fn not_found(&self, path: &str) {
        let mut not_found = self
            .not_found
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        not_found.note(path);
    }
}

/// What every page knows of the blog, read again when any of it has changed.
#[derive(Debug, Clone)]
pub struct Site {
    /// The content version that all this was read from.
    pub version: u64,
    pub settings: Settings,
    pub zone: TimeZone,
    pub dates: Dates,
    /// What the reader's door says, in the blog's language.
    pub messages: Messages,
    /// Whether more than one person wrote what is published, so that names are worth a link.
    pub several_writers: bool,
    /// Whether somebody can sign in; before that readers get a page that says so.
    pub set_up: bool,
    /// The author's lines at the foot of each page, as safe HTML.
    pub footer: String,
    /// The standing pages, for the menu.
    pub pages: Vec<Link>,
    /// The addresses of the author's menu whose page is elsewhere by now, or not published.
    pub left_addresses: Vec<LeftAddress>,
    /// The queries of the first page for which there may be redirects, such as `/?p=12`.
    pub redirected_queries: RedirectedQueries,
    pub theme: ReaderTheme,
}

impl Site {
    /// What is on every page, besides its own content.
    #[must_use]
    pub fn shows(&self) -> Shows {
        if self.theme.shows_comments {
            Shows::All
        } else {
            Shows::Around(Box::default())
        }
    }
}

impl Deref for App {
    type Target = AppState;

    fn deref(&self) -> &AppState {
        &self.0
    }
}

impl App {
    pub async fn new(
        config: Config,
        store: Store,
        clock: Clock,
        passwords: Passwords,
    ) -> Result<Self> {
        let mailer = Mailer::of(&config);
        Self::with_mailer(config, store, clock, passwords, mailer).await
    }

    /// The same with another way for mail than the config names.
    pub async fn with_mailer(
        config: Config,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        mailer: Mailer,
    ) -> Result<Self> {
        let secret = store.settings().secret(&secrets::token()?).await?;
        let host = config.url.host_str().unwrap_or("localhost");
        let feed_host = store
            .settings()
            .feed_host(host, feed::is_lasting(host))
            .await?;
        let set_up = AtomicBool::new(store.authors().any_exist().await?);
        Ok(Self(Arc::new(AppState {
            media: Media::of(&config),
            fetcher: Fetcher::of(&config)?,
            started_at: clock.now(),
            config,
            store,
            clock,
            passwords,
            mailer,
            feed_host,
            tally: Tally::default(),
            metrics: Arc::default(),
            stylesheets: StylesheetCache::default(),
            icons: SiteIcons::default(),
            backups: Backups::default(),
            imports: Imports::default(),
            compute: Compute::default(),
            rendering: tokio::sync::Mutex::default(),
            unnamed_proxy: Arc::default(),
            unsaved: Unsaved::default(),
            secret,
            site: RwLock::new(None),
            stopping: AtomicBool::new(false),
            set_up,
            open_to_itself: AtomicBool::new(false),
        })))
    }

    /// From now on the server ends what it has begun, and answers health checks so that nothing new comes.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.backups.stop();
    }

    #[must_use]
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Makes readers' pages although nobody can sign in yet: for a program that looks at them by itself and serves nobody.
    pub fn open_to_itself(&self) {
        self.open_to_itself.store(true, Ordering::Relaxed);
    }

    /// Whether somebody can sign in. It costs nothing to ask; what another process changed is seen when the scheduler next runs.
    #[must_use]
    pub fn is_set_up(&self) -> bool {
        self.set_up.load(Ordering::Relaxed)
    }

    #[must_use]
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// The site as it is now.
    pub async fn site(&self) -> Result<Arc<Site>> {
        if let Some(site) = self.fresh_site() {
            return Ok(site);
        }
        // What is read now is at least as new as `version`.
        let version = self.store.content_version();
        let settings = self.store.settings().load().await?;
        let site = Arc::new(Site {
            version,
            dates: Dates::new(&settings.language, &settings.time_zone()),
            messages: Messages::of(&settings.language),
            zone: settings.time_zone(),
            several_writers: self.store.archive().has_several_writers().await?,
            set_up: self.open_to_itself.load(Ordering::Relaxed)
                || self.store.authors().any_exist().await?,
            footer: text::footer(&settings.footer),
            pages: self.store.posts().page_links().await?,
            left_addresses: self.left_addresses(&settings).await?,
            redirected_queries: self.store.redirects().query_names().await?,
            theme: self.theme(&settings).await?,
            settings,
        });
        self.set_up.store(site.set_up, Ordering::Relaxed);
        *self.site.write().map_err(poisoned)? = Some(Arc::clone(&site));
        Ok(site)
    }

    /// What is kept of where a comment comes from: a keyed hash of the network, under the key of these thirty days and of
    /// the two times thirty days before, so that what was kept then is found again until it is forgotten.
    pub fn network_hashes(&self, client: IpAddr) -> Result<[String; 3]> {
        let network = network::ban_prefix(client);
        let period = self.now().days_since(Millis(0)) / NETWORK_KEY_DAYS;
        let hash = |age: i64| self.code("network", &format!("{} {network}", period - age));
        Ok([hash(0)?, hash(1)?, hash(2)?])
    }

    /// What became of the addresses in the author's menu; nothing is asked where there is none.
    async fn left_addresses(&self, settings: &Settings) -> Result<Vec<LeftAddress>> {
        let menu = &settings.appearance.menu;
        let own = menu.iter().map(|link| link.address.as_str());
        let own: Vec<&str> = own.filter(|address| address.starts_with('/')).collect();
        if own.is_empty() {
            return Ok(Vec::new());
        }
        self.store.posts().left_addresses(&own).await
    }

    async fn theme(&self, settings: &Settings) -> Result<ReaderTheme> {
        ReaderTheme::read(
            &settings.appearance,
            settings,
            &self.store,
            &self.stylesheets,
        )
        .await
    }

    /// The site as it is now, where it need not be read again.
    #[must_use]
    pub fn fresh_site(&self) -> Option<Arc<Site>> {
        let site = self.site.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |site: &&Arc<Site>| self.store.is_fresh(site.version, &site.shows());
        site.as_ref().filter(is_fresh).cloned()
    }

    /// A code that only this blog can make, see [`secrets::code`].
    pub fn code(&self, purpose: &str, subject: &str) -> Result<String> {
        secrets::code(&self.secret, purpose, subject)
    }

    /// The same as bytes.
    pub fn code_bytes(&self, purpose: &str, subject: &str) -> Result<[u8; 16]> {
        secrets::code_bytes(&self.secret, purpose, subject)
    }
}

impl App {
    /// Begins or ends counting views as the settings say.
    pub async fn follow_settings(&self) -> Result<()> {
        let counts = self.site().await?.settings.count_views;
        self.tally.paused.store(!counts, Ordering::Relaxed);
        Ok(())
    }

    /// Writes down the pages that were opened and the addresses that were not found.
    pub async fn write_tally(&self) -> Result<()> {
        let _writing = self.tally.writing.lock().await;
        let now = self.now();
        let lock = || {
            let views = &self.tally.views;
            views.lock().unwrap_or_else(PoisonError::into_inner)
        };
        let views = lock().take(now);
        if !views.is_empty() {
            let day = now.day(&self.site().await?.zone).to_string();
            if let Err(error) = self.store.views().add(&views, &day).await {
                lock().put_back(views);
                return Err(error);
            }
        }
        let not_found = &self.tally.not_found;
        let lock = || not_found.lock().unwrap_or_else(PoisonError::into_inner);
        let times = lock().take();
        if let Err(error) = self.store.not_found_log().add(&times, now).await {
            lock().put_back(times);
            return Err(error);
        }
        Ok(())
    }
}

fn poisoned<T>(_: T) -> Error {
    Error::Internal("a thread panicked while it changed the site".to_owned())
}
