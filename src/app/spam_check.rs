//! What is found out about a comment before it is decided upon: who may have sent it, and what the filter says.

use super::App;
use crate::blog::comment::{self, NewComment, Policy, State, Writer};
use crate::blog::post::Post;
use crate::blog::spam::{self, Facts, Verdict, Words};
use crate::blog::{AuthorId, ban, words};
use crate::error::Result;
use crate::secrets;
use crate::store::HistoryQuery;
use std::net::IpAddr;

/// Letters of a post that show which script it is written in.
const SCRIPT_BYTES: usize = 4096;

/// Where a comment comes from, besides its words.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Hash of the pass that the browser keeps, see [`pass_hash`].
    pub pass: String,
    /// Signed in as author or operator.
    pub staff: Option<AuthorId>,
    pub client: IpAddr,
    /// How old the form was at most; `None` where that is not known.
    pub form_age_seconds: Option<i64>,
    /// The field that people do not see was filled in.
    pub trapped: bool,
}

/// All that is decided about a comment, and on what grounds.
#[derive(Debug)]
pub struct SpamCheck {
    pub state: State,
    pub reason: &'static str,
    pub facts: Facts,
    pub verdict: Verdict,
    pub network: String,
    pub pass: String,
    pub digest: String,
}

/// The hash by which the words of a comment are found again.
pub fn digest(source: &str) -> String {
    secrets::digest(&words::normalize(source))
}

/// What is stored of the pass that a browser keeps.
pub fn pass_hash(pass: &str) -> String {
    if pass.is_empty() {
        String::new()
    } else {
        secrets::digest(pass)
    }
}

pub async fn check_spam(
    app: &App,
    policy: Policy,
    post: &Post,
    new: &NewComment,
    sender: Sender,
) -> Result<SpamCheck> {
    let site = app.site().await?;
    let network_hashes = app.network_hashes(sender.client)?;
    let digest = digest(&new.source);
    let pass = sender.pass;
    let known = app
        .store
        .comments()
        .history(HistoryQuery {
            pass: &pass,
            networks: &network_hashes,
            digest: &digest,
            now: app.now(),
        })
        .await?;
    let facts = Facts {
        form_age_seconds: sender.form_age_seconds,
        trap: sender.trapped,
        duplicates: known.duplicates,
        recent: known.recent,
        first: !known.trusted,
        staff_name: is_named_like_staff(app, new).await?,
        new_language: is_in_another_script(&new.source, post),
        learned: learned(app, new).await?,
        banned: is_banned(app, new, &network_hashes, &pass).await?,
    };
    let verdict = spam::evaluate(
        &facts,
        &Words {
            name: &new.name,
            url: &new.url,
            source: &new.source,
        },
        &site.settings.spam_rules,
    );
    let writer = Writer {
        staff: sender.staff.is_some(),
        trusted: known.trusted,
    };
    let (state, reason) = comment::decide(policy, writer, &verdict);
    let [network, ..] = network_hashes;
    Ok(SpamCheck {
        state,
        reason,
        facts,
        verdict,
        network,
        pass,
        digest,
    })
}

/// Whether a comment bears the name or the address of somebody who writes here.
async fn is_named_like_staff(app: &App, new: &NewComment) -> Result<bool> {
    let authors = app.store.authors().list().await?;
    let names: Vec<String> = authors.iter().map(|author| author.name.clone()).collect();
    let email = new.email.to_lowercase();
    Ok(comment::looks_like_one_of(&new.name, &names)
        || authors.iter().any(|author| author.email == email))
}

/// Whether a ban holds for the name, the address, the network or the browser of a comment.
async fn is_banned(
    app: &App,
    new: &NewComment,
    network_hashes: &[String; 3],
    pass: &str,
) -> Result<bool> {
    let (name, email) = (ban::name_key(&new.name), new.email.to_lowercase());
    app.store
        .bans()
        .applies(&name, &email, network_hashes, pass, app.now())
        .await
}

/// How sure the blog's own decisions make the filter that this is spam, in percent.
async fn learned(app: &App, new: &NewComment) -> Result<Option<u8>> {
    let lessons = app.store.spam_filter().lessons().await?;
    if !lessons.are_enough() {
        return Ok(None);
    }
    let features = spam::features(&new.name, &new.url, &new.source);
    let counts = app.store.spam_filter().feature_counts(&features).await?;
    Ok(spam::learned(&features, lessons, &|feature| {
        counts.get(feature).copied()
    }))
}

fn is_in_another_script(source: &str, post: &Post) -> bool {
    let end = post.source.floor_char_boundary(SCRIPT_BYTES);
    let (ours, theirs) = (spam::script(&post.source[..end]), spam::script(source));
    theirs != "none" && ours != "none" && ours != theirs
}
