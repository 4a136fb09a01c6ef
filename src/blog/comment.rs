//! Comments: what a commenter may send, whether it is shown at once, how a thread is laid out.

mod avatar;
mod thread;

#[cfg(test)]
mod tests;

pub use avatar::initials;
pub use thread::{
    Answered, Node, PER_PAGE, Parent, comment_address, page_address, page_of, thread,
};

use super::moderation::Seen;
use super::phrases::{ADMIN, Phrases, fill};
use super::post::{Comments, Markup};
use super::settings::Settings;
use super::spam::{self, Band, Verdict};
use super::time::Millis;
use super::{AuthorId, CommentId, PostId, Problems, named};

named! {
    State {
        Waiting = "waiting",
        Approved = "approved",
        Spam = "spam",
        Deleted = "deleted",
        /// Stored, but nobody sees it, such as Blogger's "ghosted" comments.
        Hidden = "hidden",
    }
}

named! {
    /// When comments are shown without the author having read them.
    Policy {
        /// Every comment is shown at once.
        Open = "open",
        /// A first comment waits for the author; who was approved before is shown at once.
        First = "first",
        /// Every comment waits for the author.
        All = "all",
        /// Comments are shown, and no new ones taken.
        Closed = "closed",
        /// None are shown and none taken.
        Hidden = "hidden",
    }
}

/// What holds for the comments of one post: what was chosen for it, unless the blog as a whole is closed or hidden.
///
/// `age_days` is how long ago the post was published; a post without a time is new.
#[must_use]
pub fn policy(settings: &Settings, post: Comments, age_days: i64) -> Policy {
    let blog = settings.comments;
    let own = match post {
        Comments::Blog => blog,
        Comments::Open => Policy::Open,
        Comments::First => Policy::First,
        Comments::All => Policy::All,
        Comments::Closed => Policy::Closed,
        Comments::Hidden => Policy::Hidden,
    };
    let older_than = |days: i64| days > 0 && age_days >= days;
    let mut strictest = own;
    if blog >= Policy::Closed {
        strictest = strictest.max(blog);
    }
    if older_than(settings.hold_after_days) {
        strictest = strictest.max(Policy::All);
    }
    if settings.comments_stopped || older_than(settings.close_after_days) {
        strictest = strictest.max(Policy::Closed);
    }
    strictest
}

/// Represents the writer of a comment where the log and `decided_by` name somebody.
pub const COMMENTER: &str = "commenter";
/// The longest comment, in bytes: some 1,300 words, and cheap to render whatever it holds.
pub const BODY_MAX_BYTES: usize = 8 * 1024;
pub const NAME_MAX_CHARS: usize = 60;
/// RFC 5321, 4.5.3.1.3: a path of 256 octets less its angle brackets.
pub const EMAIL_MAX_BYTES: usize = 254;
pub const URL_MAX_BYTES: usize = 200;
/// Replies are set in up to this depth and are flat below it.
pub const DEPTH_MAX: usize = 4;
/// A second comment of the same words within this time is the first one sent twice.
pub const TWICE_WITHIN_SECONDS: i64 = 10 * 60;
/// Within this time who sends the same again without a mark of their own is taken for its writer: a second press, a
/// network that failed. Later it may be somebody who shares the network and copies what is shown.
pub const SENT_AGAIN_WITHIN_SECONDS: i64 = 30;
/// The same words under the same name on the same post within this time, from elsewhere or later, are not new.
pub const SAID_WITHIN_SECONDS: i64 = 24 * 3600;

/// The fields of the comment form exactly as they were sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CommentForm {
    pub post: String,
    /// The comment that is answered; empty for a comment on the post.
    pub parent: String,
    pub name: String,
    pub email: String,
    pub url: String,
    pub body: String,
    /// Which mail is wanted, see [`Notify`]; empty: none.
    pub notify: String,
    /// When the form was made, signed: counts for the filter only.
    pub form: String,
    /// What a script keeps in the browser, so that the next comment is known to come from the same one.
    pub pass: String,
    /// That the post was opened with its password, signed; empty where it has none.
    pub opened: String,
    /// A field that people do not see; programs fill it in.
    pub subject: String,
    /// Which button sent the form.
    pub act: String,
}

named! {
    /// What mail a commenter asks for.
    Notify {
        /// Answers to this comment, and answers to those.
        Replies = "replies",
        /// Every new comment on the post.
        All = "all",
    }
}

/// A comment as its writer wants it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewComment {
    pub post: PostId,
    pub parent: Option<CommentId>,
    pub name: String,
    pub email: String,
    pub url: String,
    pub source: String,
    pub notify: Option<Notify>,
    /// Empty where the browser keeps none.
    pub pass: String,
}

/// What a comment says, checked by the same rules when it is new and whenever somebody changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub name: String,
    pub url: String,
    pub source: String,
}

impl Said {
    pub fn parse(
        name: &str,
        url: &str,
        body: &str,
        need_name: bool,
        phrases: &Phrases,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let said = Self::check(name, url, body, need_name, phrases, &mut problems);
        if problems.is_empty() {
            Ok(said)
        } else {
            Err(problems)
        }
    }

    fn check(
        name: &str,
        url: &str,
        body: &str,
        need_name: bool,
        phrases: &Phrases,
        problems: &mut Problems,
    ) -> Self {
        Self {
            name: check_name(name, need_name, phrases, problems),
            url: parse_url(url, phrases).unwrap_or_else(|message| {
                problems.add("url", message);
                String::new()
            }),
            source: check_source(body, phrases, problems),
        }
    }
}

fn check_name(text: &str, need_name: bool, phrases: &Phrases, problems: &mut Problems) -> String {
    let name = visible(text);
    if text.chars().any(cannot_be_shown) {
        problems.add("name", phrases.refused.name_hidden);
    } else if name.is_empty() && need_name {
        problems.add("name", phrases.refused.name_missing);
    } else if name.chars().count() > NAME_MAX_CHARS {
        problems.add(
            "name",
            fill(
                phrases.refused.name_long,
                &[("n", &NAME_MAX_CHARS.to_string())],
            ),
        );
    }
    name
}

/// The words of a comment; problems are at the field `body`.
pub fn check_source(body: &str, phrases: &Phrases, problems: &mut Problems) -> String {
    let source = body.replace("\r\n", "\n").trim_end().to_owned();
    if source.trim().is_empty() {
        problems.add("body", phrases.refused.empty);
    } else if source.len() > BODY_MAX_BYTES {
        problems.add("body", phrases.refused.too_long);
    } else if source
        .chars()
        .any(|c| cannot_be_shown(c) && !matches!(c, '\n' | '\t'))
    {
        problems.add("body", phrases.refused.body_hidden);
    }
    source
}

impl NewComment {
    /// Checks a form as the settings ask for it; what is in the way is said with these phrases.
    pub fn parse(
        form: &CommentForm,
        settings: &Settings,
        phrases: &Phrases,
    ) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let said = Said::check(
            &form.name,
            &form.url,
            &form.body,
            settings.need_name,
            phrases,
            &mut problems,
        );
        let email = form.email.trim().to_owned();
        if !email.is_empty() && !is_email(&email) {
            problems.add("email", phrases.refused.email);
        }
        let notify = Notify::of(&form.notify);
        if notify.is_some() && email.is_empty() {
            problems.add("email", phrases.refused.email_missing);
        }
        if notify.is_none() && !form.notify.is_empty() {
            problems.add("notify", phrases.refused.choice);
        }
        let post = form.post.parse().map(PostId);
        let parent = match form.parent.as_str() {
            "" => Ok(None),
            id => id.parse().map(|id| Some(CommentId(id))),
        };
        let (Ok(post), Ok(parent)) = (post, parent) else {
            problems.add("body", phrases.refused.no_post);
            return Err(problems);
        };
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            post,
            parent,
            name: said.name,
            email,
            url: said.url,
            source: said.source,
            notify,
            pass: if is_pass(&form.pass) {
                form.pass.clone()
            } else {
                String::new()
            },
        })
    }
}

/// Control characters, the two of Unicode's first plane that are none, and the replacement for bytes that were no text.
fn cannot_be_shown(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fffd}'..='\u{ffff}')
}

/// Whether a text is what our script makes as a pass: 128 bits in hexadecimal digits.
fn is_pass(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// One line of what can be seen: spaces folded, and without control, zero-width and direction characters,
/// which would let one name pass for another.
#[must_use]
pub fn visible(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let shown: String = text
        .nfc()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| {
            !matches!(*c,
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
                | '\u{feff}' | '\u{00ad}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
                | '\u{fffe}' | '\u{ffff}')
        })
        .collect();
    let line = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    keep_few_marks(&line)
}

/// Allows at most three combining marks on one letter, as living scripts need them; more climb over other lines.
fn keep_few_marks(text: &str) -> String {
    let mut run = 0;
    text.chars()
        .filter(|&c| {
            run = if unicode_normalization::char::is_combining_mark(c) {
                run + 1
            } else {
                0
            };
            run <= 3
        })
        .collect()
}

/// Whether a text has the shape of one address that mail can be sent to: no quoted local parts, no lists.
#[must_use]
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    text.len() <= EMAIL_MAX_BYTES
        && !local.is_empty()
        && !local.starts_with(['.', '-'])
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

/// Reads the website of a commenter; `example.org` is taken for `https://example.org/`.
fn parse_url(text: &str, phrases: &Phrases) -> Result<String, &'static str> {
    let wrong = phrases.refused.url;
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.len() > URL_MAX_BYTES {
        return Err(phrases.refused.url_long);
    }
    let whole = if text.contains("://") {
        text.to_owned()
    } else if text.contains(':') || text.starts_with('/') {
        return Err(wrong);
    } else {
        format!("https://{text}")
    };
    let url = url::Url::parse(&whole).map_err(|_| wrong)?;
    let named = url.host_str().is_some_and(|host| host.contains('.'));
    let anonymous = url.username().is_empty() && url.password().is_none();
    if matches!(url.scheme(), "http" | "https") && named && anonymous {
        Ok(url.to_string())
    } else {
        Err(wrong)
    }
}

/// A comment with all that its page or the moderator's list shows.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow, serde::Deserialize)]
pub struct Comment {
    pub id: CommentId,
    pub post_id: PostId,
    pub parent_id: Option<CommentId>,
    pub state: State,
    pub name: String,
    pub email: String,
    pub url: String,
    /// The author or operator who wrote it while signed in.
    pub author_id: Option<AuthorId>,
    pub created_at: Millis,
    pub markup: Markup,
    pub source: String,
    pub html: String,
    /// Why it was not shown at once, in words for its writer; empty where it was.
    pub reason: String,
    /// Its number on the post, from 1; given when it is first shown and kept for ever.
    pub place: Option<i64>,
    pub decided_at: Option<Millis>,
    /// Who decided last: an author's name, `commenter`, or nobody.
    pub decided_by: String,
    pub edited_at: Option<Millis>,
    /// Its writer has proved that the address is theirs.
    pub confirmed: bool,
    /// Its name in the system that it was brought in from.
    pub origin: Option<String>,
}

impl Comment {
    #[must_use]
    pub fn display_name(&self) -> &str {
        display_name(&self.name)
    }

    /// As it is now, for the forms of a page that shows it.
    #[must_use]
    pub fn seen(&self) -> Seen {
        Seen {
            id: self.id,
            state: self.state,
            decided_at: self.decided_at,
            edited_at: self.edited_at,
            changed_at: None,
        }
    }

    /// Where it is on its post.
    #[must_use]
    pub fn address(&self, path: &str) -> String {
        comment_address(path, self.place, self.id)
    }

    /// The number that it had on Blogger, by which old links name it: `#c123`.
    #[must_use]
    pub fn blogger_number(&self) -> Option<&str> {
        let origin = self.origin.as_deref()?.strip_prefix("tag:blogger.com,")?;
        let (_, number) = origin.rsplit_once(".post-")?;
        number
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then_some(number)
    }

    /// The number of its writer's colour.
    #[must_use]
    pub fn hue(&self) -> u32 {
        avatar::hue(&self.name)
    }
}

/// What takes the place of a name that was not given, behind the sign-in and in what leaves the blog.
#[must_use]
pub fn display_name(name: &str) -> &str {
    if name.is_empty() {
        ADMIN.thread.anonymous
    } else {
        name
    }
}

/// What is known of the writer of a comment when it is decided upon.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Writer {
    /// Signed in as author or operator.
    pub staff: bool,
    /// The same browser or a confirmed address has an approved comment. What somebody typed is no proof of anything.
    pub trusted: bool,
}

/// The one reason to wait that its writer can lift: by proving to be somebody who was approved before.
pub const FIRST_COMMENT: &str = ADMIN.held.first_comment;

/// Whether a comment is shown at once, and if not, why: in the words of the admin pages, which [`Messages::reason`] finds again for its
/// writer.
///
/// [`Messages::reason`]: super::phrases::Messages::reason
#[must_use]
pub fn decide(policy: Policy, writer: Writer, verdict: &Verdict) -> (State, &'static str) {
    if writer.staff {
        return (State::Approved, "");
    }
    let by_policy = match policy {
        Policy::Open => "",
        Policy::First if writer.trusted => "",
        Policy::First => FIRST_COMMENT,
        Policy::All | Policy::Closed | Policy::Hidden => ADMIN.held.every,
    };
    match verdict.band {
        // Anyone who sends spam learns no more from the answer than anybody whose comment waits.
        Band::Spam if by_policy.is_empty() => (State::Spam, by_filter(verdict)),
        Band::Spam => (State::Spam, by_policy),
        Band::Hold => (State::Waiting, by_filter(verdict)),
        _ if by_policy.is_empty() => (State::Approved, ""),
        Band::Show => (State::Waiting, by_policy),
    }
}

/// The reason that the filter held a comment for, as far as its writer can do something about it.
fn by_filter(verdict: &Verdict) -> &'static str {
    let most = verdict.reasons.iter().max_by_key(|reason| reason.points);
    match most.map(|reason| reason.rule.as_str()) {
        Some("links") => ADMIN.held.links,
        Some("staff-name") => ADMIN.held.staff_name,
        Some("twins") => ADMIN.held.duplicates,
        _ => ADMIN.held.unread,
    }
}

/// Whether a name is, to the eye, that of one of these people: letters of other scripts and digits that look alike
/// count as alike, case, accents and spaces do not count.
#[must_use]
pub fn looks_like_one_of(name: &str, people: &[String]) -> bool {
    let look = spam::look(name);
    !look.is_empty() && people.iter().any(|person| spam::look(person) == look)
}
