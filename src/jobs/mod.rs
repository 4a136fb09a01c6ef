//! Everything that happens without a request: the scheduler, which runs idempotent steps. A loop calls it; tests call it directly.

mod fetches;
mod mailing;
pub mod pictures;

pub use fetches::fetch;
pub use mailing::send as send_mail;

use crate::app::App;
use crate::app::backups::Step;
use crate::app::publishing::render_whole_post;
use crate::blog::ban;
use crate::blog::post::{Details, Markup};
use crate::blog::visits;
use crate::blog::{CommentId, PostId};
use crate::error::Result;
use crate::store::{RenderedComment, TRASH_KEPT_SECONDS};
use crate::text;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How soon a change that another process made is seen.
const TICK_EVERY: Duration = Duration::from_millis(500);
/// Ticks between two rounds of tidying: an hour.
const TIDY_EVERY_TICKS: u64 = 7200;
/// Ticks between two rounds of thinning revisions: a minute.
const THIN_EVERY_TICKS: u64 = 120;
/// Ticks between two writings of what was counted: five seconds, which a crash may lose.
const TALLY_EVERY_TICKS: u64 = 10;
/// Ticks between two looks whether a backup is due: a minute.
const BACK_UP_EVERY_TICKS: u64 = 120;
/// Views of so many days make a post popular …
const POPULAR_DAYS: usize = 30;
/// … and so many posts are.
const POPULAR: i64 = 10;
/// Views of this month and so many before it are kept by day.
const MONTHS_BY_DAY: usize = 25;
/// What the author took away of the redirects can be brought back this long.
const REDIRECTS_KEPT_SECONDS: i64 = 30 * 24 * 3600;
/// Texts rendered again in one transaction, so that readers do not notice an upgrade: each one makes their pages old.
const RENDER_AT_ONCE: i64 = 20;

/// Posts put into the archive in one transaction: a commenter who waits for it waits a moment only.
const PLACED_AT_ONCE: i64 = 200;

/// A text that is saved by itself every few seconds is rendered once its author pauses.
const QUIET_SECONDS: i64 = 10;

/// Where a comment came from is known this long; then nobody can find out any more.
const NETWORKS_KEPT_SECONDS: i64 = ban::NETWORK_DAYS_MAX * 24 * 3600;

/// Ticks until the future is dropped.
pub async fn run(app: App) {
    if let Err(error) = app.store.outbox().make_all_due(app.now()).await {
        tracing::error!(%error, "waiting emails could not be made due now");
    }
    if let Err(error) = app.store.fetches().reset_interrupted(app.now()).await {
        tracing::error!(%error, "interrupted fetches will be continued in a few minutes");
    }
    spawn_adopt(&app);
    let mut interval = tokio::time::interval(TICK_EVERY);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for number in 1_u64.. {
        interval.tick().await;
        if let Err(error) = run_due(&app).await {
            tracing::error!(%error, "a scheduler run failed; the next run tries again");
        }
        text::forget_idle_grammars();
        spawn_send_mail(&app);
        spawn_fetch(&app);
        spawn_rerender(&app);
        spawn_relate(&app);
        spawn_release_memory(&app);
        if number.is_multiple_of(TALLY_EVERY_TICKS) {
            spawn_write_tally(&app);
        }
        if number.is_multiple_of(BACK_UP_EVERY_TICKS) {
            spawn_back_up(&app);
        }
        if number % TIDY_EVERY_TICKS == 1
            && let Err(error) = find_popular(&app).await
        {
            tracing::error!(%error, "popular posts could not be found; trying again in an hour");
        }
        if number.is_multiple_of(THIN_EVERY_TICKS)
            && let Err(error) = app.store.revisions().thin(app.now()).await
        {
            tracing::error!(%error, "old revisions were not thinned out; trying again in a minute");
        }
        if number.is_multiple_of(TIDY_EVERY_TICKS)
            && let Err(error) = tidy(&app).await
        {
            tracing::error!(%error, "cleaning up failed; trying again in an hour");
        }
    }
}

/// Sends mail in the background, which does not wait for a slow server. One sender works at a time.
fn spawn_send_mail(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = send_mail(&app).await {
            tracing::error!(%error, "mail could not be sent; the next run tries again");
        }
    });
}

/// Fetches pictures in the background, which may take a minute.
fn spawn_fetch(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = fetch(&app).await {
            tracing::error!(%error, "pictures could not be fetched; the next run tries again");
        }
    });
}

/// Renders old texts again in the background, which has posts to publish in time: those of a tag that has another name,
/// say, or of a text that was saved by itself. One round is under way at a time.
fn spawn_rerender(app: &App) {
    static RUNNING: AtomicBool = AtomicBool::new(false);
    let app = app.clone();
    spawn_once(&RUNNING, async move {
        if let Err(error) = place_posts(&app).await {
            tracing::error!(%error, "posts could not be put into the archive; the next run tries again");
        }
        match rerender(&app).await {
            Ok(true) => AFTER_WORK.note(),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "old texts could not be rendered again; the next run tries again");
            }
        }
    });
}

/// Finds related posts in the background, some at a time: after an import there are many.
fn spawn_relate(app: &App) {
    static RUNNING: AtomicBool = AtomicBool::new(false);
    let app = app.clone();
    spawn_once(&RUNNING, async move {
        match app.relate_due().await {
            Ok(true) => AFTER_WORK.note(),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(%error, "related posts could not be found; the next run tries again");
            }
        }
    });
}

/// Whether work in the background has read much of the database lately.
struct AfterWork {
    /// Ticks without such work since then; [`Self::RESTED`] where there was none, or its memory is released.
    quiet_ticks: AtomicU64,
}

static AFTER_WORK: AfterWork = AfterWork {
    quiet_ticks: AtomicU64::new(AfterWork::RESTED),
};

impl AfterWork {
    /// Ten seconds: a round that only paused goes on sooner.
    const RESTED: u64 = 20;

    fn note(&self) {
        self.quiet_ticks.store(0, Ordering::Relaxed);
    }

    /// Counts a run of the scheduler; true once, when it has been quiet for long enough after work.
    fn is_over(&self) -> bool {
        let before = self.quiet_ticks.load(Ordering::Relaxed);
        if before >= Self::RESTED {
            return false;
        }
        // Work that was noted just now begins the count again.
        let counted = self.quiet_ticks.compare_exchange(
            before,
            before + 1,
            Ordering::Relaxed,
            Ordering::Relaxed,
        );
        counted.is_ok() && before + 1 == Self::RESTED
    }
}

/// Gives memory back when rendering and relating in the background are over: an import leaves a server as small as a start
/// does.
fn spawn_release_memory(app: &App) {
    if !AFTER_WORK.is_over() {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = app.store.release_memory().await {
            tracing::error!(%error, "memory could not be released; trying again after the next such work");
        }
    });
}

/// Starts a round in the background, unless the last one is still under way.
fn spawn_once(running: &'static AtomicBool, round: impl Future<Output = ()> + Send + 'static) {
    if running.swap(true, Ordering::AcqRel) {
        return;
    }
    tokio::spawn(async move {
        round.await;
        running.store(false, Ordering::Release);
    });
}

/// Writes down what was counted in a task of its own, which a stop does not cut off in the middle.
fn spawn_write_tally(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = app.write_tally().await {
            tracing::error!(%error, "view counts could not be written; trying again in five seconds");
        }
    });
}

/// Backs up in the background where it is time to.
fn spawn_back_up(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = back_up_when_due(&app).await {
            tracing::error!(%error, "could not check whether a backup is due; trying again in a minute");
        }
    });
}

/// Gives pictures that were moved in their copies in the background: each takes a second.
fn spawn_adopt(app: &App) {
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = pictures::adopt(&app).await {
            tracing::error!(%error, "smaller copies of pictures could not be made; the next start tries again");
        }
    });
}

/// One run of the scheduler: sees what other processes changed, and shows what is due.
pub async fn run_due(app: &App) -> Result<()> {
    let begun = Instant::now();
    let done = step(app).await;
    let now = app.now();
    app.metrics
        .scheduler_ran(now.0, begun.elapsed(), done.is_ok());
    done
}

async fn step(app: &App) -> Result<()> {
    app.store.refresh_version().await?;
    app.follow_settings().await?;
    publish_due(app).await
}

/// Makes a backup where the plan wants one, and proves it.
pub async fn back_up_when_due(app: &App) -> Result<()> {
    if app.is_backup_due().await?
        && let Some(turn) = app.backups.begin(Step::Writing, app.now())
    {
        app.back_up(turn).await;
    }
    Ok(())
}

/// Finds out again which posts are read most.
pub async fn find_popular(app: &App) -> Result<()> {
    let today = app.now().day(&app.site().await?.zone);
    let since = visits::first_of_days(today, POPULAR_DAYS);
    app.store
        .views()
        .refresh_popular(&since.to_string(), POPULAR, app.now())
        .await
}

/// Shows every post and every pending change whose time has come.
async fn publish_due(app: &App) -> Result<()> {
    for (id, due_at) in app.store.posts().due(app.now()).await? {
        match app.publish_due(id, due_at).await {
            Ok(Ok(path)) => tracing::info!(%id, %path, "published a scheduled post"),
            // Somebody chose another time, or took it back, just now.
            Ok(Err(_)) => {}
            // One text that cannot be shown must not hold up the others.
            Err(error) => {
                tracing::error!(%error, %id, "a scheduled post could not be published; the next run tries again");
            }
        }
    }
    Ok(())
}

/// Forgets what has run out, and keeps the database file in shape.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.now();
    app.store.sessions().tidy(now).await?;
    app.store.bans().tidy(now).await?;
    app.store.comments().erase_deleted(now).await?;
    app.store
        .posts()
        .erase_trashed(now.plus_seconds(-TRASH_KEPT_SECONDS))
        .await?;
    app.store
        .bans()
        .forget_networks(now.plus_seconds(-NETWORKS_KEPT_SECONDS))
        .await?;
    app.store.outbox().tidy(now).await?;
    app.store.presence().tidy(now).await?;
    app.store.audit_log().tidy(now).await?;
    app.store
        .redirects()
        .tidy(now.plus_seconds(-REDIRECTS_KEPT_SECONDS))
        .await?;
    let today = now.day(&app.site().await?.zone);
    let kept = visits::first_of_months(today, MONTHS_BY_DAY);
    app.store.views().merge_old(&kept.to_string()).await?;
    pictures::sweep(app).await?;
    app.tidy_imports().await?;
    app.store.optimize().await?;
    app.store.checkpoint().await
}

/// Puts posts into the archive that an older program brought along.
pub async fn place_posts(app: &App) -> Result<()> {
    while app
        .store
        .archive()
        .place_missing(PLACED_AT_ONCE, app.now())
        .await?
    {}
    Ok(())
}

/// Renders again what an older renderer rendered, or none yet: those of texts that were saved by themselves and are
/// quiet by now. A few at a time, so that readers do not notice an upgrade. False where there was none.
pub async fn rerender(app: &App) -> Result<bool> {
    let _rendering = app.rendering.lock().await;
    // What is left to do is in the rows themselves; mostly it is nothing.
    if !app.store.posts().has_stale(text::RENDERER).await? {
        return Ok(false);
    }
    let quiet_since = app.now().plus_seconds(-QUIET_SECONDS);
    let mut last = PostId(0);
    loop {
        let stale = app
            .store
            .posts()
            .stale(text::RENDERER, last, quiet_since, RENDER_AT_ONCE)
            .await?;
        let Some(newest) = stale.last() else {
            break;
        };
        last = newest.id;
        let mut rendered = Vec::with_capacity(stale.len());
        for post in stale {
            let details = Details::from(post.details.clone());
            let rendering =
                render_whole_post(app, post.source.clone(), post.markup, &details).await?;
            rendered.push((post, rendering));
        }
        app.store
            .posts()
            .rerender(&rendered, text::RENDERER, app.now())
            .await?;
    }
    rerender_comments(app).await?;
    Ok(true)
}

async fn rerender_comments(app: &App) -> Result<()> {
    let mut last = CommentId(0);
    loop {
        let stale = app
            .store
            .comments()
            .stale(text::RENDERER, last, RENDER_AT_ONCE)
            .await?;
        let Some((newest, ..)) = stale.last() else {
            break;
        };
        last = *newest;
        let rendered = app
            .compute(move || stale.into_iter().map(rendered_comment).collect::<Vec<_>>())
            .await?;
        app.store
            .comments()
            .rerender(&rendered, text::RENDERER, app.now())
            .await?;
    }
    Ok(())
}

fn rendered_comment((id, source, markup): (CommentId, String, Markup)) -> RenderedComment {
    let html = match markup {
        // A comment was accepted once; should a later renderer refuse it, its words are shown as they are.
        Markup::Markdown => {
            text::comment(&source).unwrap_or_else(|_| format!("<p>{}</p>", text::escape(&source)))
        }
        Markup::Html => text::imported_comment(&source),
    };
    RenderedComment {
        words: text::plain(&html),
        id,
        source,
        html,
    }
}

#[cfg(test)]
mod tests {
    use super::AfterWork;
    use std::sync::atomic::AtomicU64;

    #[test]
    fn memory_is_released_once_when_work_is_over() {
        let after_work = AfterWork {
            quiet_ticks: AtomicU64::new(AfterWork::RESTED),
        };
        assert!(!after_work.is_over(), "there was none");
        after_work.note();
        let first: Vec<bool> = (1..AfterWork::RESTED)
            .map(|_| after_work.is_over())
            .collect();
        assert!(!first.contains(&true));
        after_work.note();
        let runs = 1..=3 * AfterWork::RESTED;
        let over: Vec<u64> = runs.filter(|_| after_work.is_over()).collect();
        assert_eq!(over, [AfterWork::RESTED]);
    }
}
