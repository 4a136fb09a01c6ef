//! What the reader's door says, in the language of the blog: every phrase of its pages, of the commenter's forms and of
//! the feeds. A phrase that a language lacks does not compile.
//!
//! `en` is the one that all others are translated from. A blog in a language that is not here speaks English.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod ja;
mod messages;
mod ru;

#[cfg(test)]
mod tests;

pub use messages::{Messages, fill};

/// All phrases in one language, by where they are. `{name}` in a phrase is a gap, see [`fill`]; `[words]` are those that
/// become a link, see [`Messages::linked`].
#[derive(Debug)]
pub struct Phrases {
    /// What frames every page: menu, foot.
    pub frame: Frame,
    /// Pages that list posts.
    pub lists: Lists,
    /// The page of one post.
    pub post: Post,
    /// Posts that are read with a password.
    pub locked: Locked,
    /// Archives and pages of authors.
    pub archive: Archive,
    pub search: Search,
    pub feeds: Feeds,
    /// The blocks of the sidebar.
    pub blocks: Blocks,
    pub thread: Thread,
    pub form: Form,
    pub errors: Errors,
    pub refused: Refused,
    /// Ways on from a page: to what is like it, and to what somebody may have looked for.
    pub suggestions: Suggestions,
    /// What the text of a post says of itself.
    pub text: Text,
    pub held: Held,
    pub own: Own,
    pub mail: Mail,
}

#[derive(Debug)]
pub struct Frame {
    pub home: &'static str,
    pub tags: &'static str,
    pub search: &'static str,
    pub skip_to_content: &'static str,
    pub menu: &'static str,
    pub written_with: &'static str,
    /// The link to the sign-in, for those who write.
    pub sign_in: &'static str,
}

#[derive(Debug)]
pub struct Lists {
    pub newer_posts: &'static str,
    pub older_posts: &'static str,
    pub pages: &'static str,
    pub pinned: &'static str,
    pub tagged: &'static str,
    pub nothing_yet: &'static str,
    pub read_more: &'static str,
    pub of_post: &'static str,
    pub on_post: &'static str,
    pub no_tags: &'static str,
    pub posts_label: Counted,
}

#[derive(Debug)]
pub struct Post {
    pub comments: Counted,
    pub untitled: &'static str,
    pub adjacent_posts: &'static str,
    pub newer: &'static str,
    pub older: &'static str,
    pub by_link: &'static str,
}

#[derive(Debug)]
pub struct Locked {
    /// The title of its page, `{name}` being that of the post.
    pub title: &'static str,
    pub note: &'static str,
    pub password: &'static str,
    pub open: &'static str,
    pub wrong: &'static str,
    /// In place of its text, on pages that list posts.
    pub listed: &'static str,
    /// To somebody who sends a comment after the password has changed or their time is over.
    pub closed_again: &'static str,
}

#[derive(Debug)]
pub struct Archive {
    pub title: &'static str,
    pub posts: Counted,
    pub posts_by: &'static str,
    pub authors: &'static str,
    pub months: &'static str,
    pub days: &'static str,
    pub adjacent: &'static str,
    pub most_used: &'static str,
    pub letters: &'static str,
    pub all_of: &'static str,
}

#[derive(Debug)]
pub struct Search {
    pub title: &'static str,
    pub label: &'static str,
    pub label_short: &'static str,
    pub button: &'static str,
    pub nothing_found: &'static str,
    pub in_comments: &'static str,
    pub in_comment_of: &'static str,
    pub hint: &'static str,
    pub results: Counted,
    pub more_than: &'static str,
    pub page_of: &'static str,
    pub previous: &'static str,
    pub next: &'static str,
    pub wider: &'static str,
    pub no_tag: &'static str,
    /// Above the same search with words that are spelled otherwise.
    pub did_you_mean: &'static str,
    pub fewer_words: &'static str,
    pub without: &'static str,
    pub tags_like: &'static str,
    pub or_archive: &'static str,
}

#[derive(Debug)]
pub struct Feeds {
    pub title: &'static str,
    /// What a feed of comments is called; `{name}` is the title of the blog or of a post.
    pub comments_on: &'static str,
    /// What a comment is called in a feed: `{name}` wrote it, on `{title}`.
    pub name_on: &'static str,
    /// What feeds are for.
    pub what: &'static str,
    pub how: &'static str,
    pub posts: &'static str,
    pub comments: &'static str,
    /// That each post has a feed of its own comments.
    pub comments_on_one: &'static str,
    pub one_tag: &'static str,
}

#[derive(Debug)]
pub struct Blocks {
    pub popular: &'static str,
    /// What the whole sidebar is called.
    pub more: &'static str,
    /// The heading of the author's own words where they have none.
    pub about: &'static str,
    pub recent_comments: &'static str,
    pub links: &'static str,
}

#[derive(Debug)]
pub struct Thread {
    pub title: &'static str,
    pub on_page: &'static str,
    pub pages: &'static str,
    pub more_pages: &'static str,
    pub page: &'static str,
    pub author: &'static str,
    pub edited: &'static str,
    pub in_reply_to: &'static str,
    pub in_reply_to_gone: &'static str,
    pub reply: &'static str,
    pub to_name: &'static str,
    pub none_on_page: &'static str,
    pub closed: &'static str,
    pub feed: &'static str,
    pub anonymous: &'static str,
    pub pings: &'static str,
    pub feed_of_replies: &'static str,
}

#[derive(Debug)]
pub struct Form {
    pub title: &'static str,
    pub comment: &'static str,
    pub body_hint: &'static str,
    pub name: &'static str,
    pub any_name: &'static str,
    pub optional: &'static str,
    pub website: &'static str,
    pub email: &'static str,
    pub email_hint: &'static str,
    pub mail_me: &'static str,
    pub mail_nothing: &'static str,
    pub mail_replies: &'static str,
    pub mail_all: &'static str,
    pub mail_hint: &'static str,
    pub trap: &'static str,
    pub post: &'static str,
    pub preview: &'static str,
    pub preview_title: &'static str,
    pub preview_kicker: &'static str,
    pub you_answer: &'static str,
    pub on_the_post: &'static str,
    pub check_preview: &'static str,
    pub said_before: &'static str,
    pub remember: &'static str,
    pub left: Counted,
}

#[derive(Debug)]
pub struct Errors {
    pub not_found: ErrorText,
    pub not_possible: ErrorText,
    pub too_large: ErrorText,
    pub too_many: ErrorText,
    pub refused: ErrorText,
    pub not_set_up: ErrorText,
    pub busy: ErrorText,
    pub many_searches: ErrorText,
    pub no_room: ErrorText,
    pub not_understood: ErrorText,
    pub went_wrong: ErrorText,
    pub again_in_seconds: Counted,
    pub again_in_minutes: Counted,
    pub newest: &'static str,
    pub status: &'static str,
    /// What a visitor names to the operator, who finds it in the log.
    pub reference: &'static str,
    pub other_site: &'static str,
    /// Above the words of a form that was refused, and below that heading.
    pub typed: &'static str,
    pub typed_hint: &'static str,
}

/// What is said instead of a page.
#[derive(Debug, Clone, Copy)]
pub struct ErrorText {
    pub heading: &'static str,
    pub message: &'static str,
}

#[derive(Debug)]
pub struct Refused {
    pub several_seconds: Counted,
    pub several_minutes: Counted,
    pub name_hidden: &'static str,
    pub name_missing: &'static str,
    pub name_long: &'static str,
    pub empty: &'static str,
    pub too_long: &'static str,
    pub body_hidden: &'static str,
    pub email: &'static str,
    pub email_missing: &'static str,
    pub choice: &'static str,
    pub no_post: &'static str,
    pub url: &'static str,
    pub url_long: &'static str,
    pub too_deep: &'static str,
    pub closed: &'static str,
    pub answered_gone: &'static str,
    pub said_before: &'static str,
    pub sent_before: &'static str,
    pub edit_over: &'static str,
    pub sure: &'static str,
    pub no_such_act: &'static str,
}

#[derive(Debug)]
pub struct Suggestions {
    /// The heading of links to posts that are like this one.
    pub related: &'static str,
    /// The words above links on a page that says there is nothing at an address.
    pub perhaps: &'static str,
}

#[derive(Debug)]
pub struct Text {
    /// How long a post takes to read.
    pub minutes: Counted,
    pub contents: &'static str,
    /// `{service}` is the one that has the film.
    pub play: &'static str,
    /// In the dialog that shows the pictures of a gallery, which is at `{n}` of `{all}`.
    pub close: &'static str,
    pub previous_picture: &'static str,
    pub next_picture: &'static str,
    pub place_of_picture: &'static str,
    /// What a wide table is called, which scrolls.
    pub table: &'static str,
    /// Above the articles that a post quotes.
    pub sources: &'static str,
    /// From a footnote back to the place with its number `{n}`.
    pub back_to_text: &'static str,
    /// From a quoted article to its place `{n}` among the sources, and back.
    pub source: &'static str,
    pub back_to_article: &'static str,
}

#[derive(Debug)]
pub struct Held {
    pub first_comment: &'static str,
    pub every: &'static str,
    pub links: &'static str,
    pub staff_name: &'static str,
    pub duplicates: &'static str,
    pub unread: &'static str,
}

#[derive(Debug)]
pub struct Own {
    pub title: &'static str,
    pub erased: &'static str,
    pub shown: &'static str,
    pub waits: &'static str,
    pub you_deleted: &'static str,
    pub not_shown: &'static str,
    pub edited: &'static str,
    pub edit_form: &'static str,
    pub may_wait: &'static str,
    pub will_say: &'static str,
    pub save: &'static str,
    pub cancel: &'static str,
    pub edit: &'static str,
    pub undo: &'static str,
    pub delete: &'static str,
    pub edit_for: &'static str,
    pub keep_address: &'static str,
    pub mail: &'static str,
    pub confirm_first: &'static str,
    pub save_mail: &'static str,
    pub all_mine: &'static str,
    pub my_data: &'static str,
    pub this_one: &'static str,
    pub on_post: &'static str,
    pub on_hidden_post: &'static str,
    pub state_shown: &'static str,
    pub state_waits: &'static str,
    pub state_not_shown: &'static str,
    pub mine_hint: &'static str,
    pub download_them: &'static str,
    pub download_it: &'static str,
    pub erase: &'static str,
    pub erase_hint: &'static str,
    pub sure: &'static str,
    pub erase_this: &'static str,
    pub erase_all: Counted,
    pub back: &'static str,
    pub done_saved: &'static str,
    pub done_deleted: &'static str,
    pub done_mail: &'static str,
    pub done_undone: &'static str,
    pub done_erased: &'static str,
    pub change_waits: &'static str,
    pub change_refused: &'static str,
    pub your_change: &'static str,
    pub thread_feed: &'static str,
}

#[derive(Debug)]
pub struct Mail {
    pub is_it_yours: &'static str,
    pub asked_replies: &'static str,
    pub asked_all: &'static str,
    pub confirm: &'static str,
    pub confirmed: &'static str,
    pub stopped_before: &'static str,
    pub stop_these: &'static str,
    pub gets_replies: &'static str,
    pub gets_all: &'static str,
    pub stop: &'static str,
    pub stopped: &'static str,
    pub confirm_subject: &'static str,
    pub somebody_replies: &'static str,
    pub somebody_all: &'static str,
    pub was_it_you: &'static str,
    pub if_not: &'static str,
    pub shown_subject: &'static str,
    pub wrote: &'static str,
    pub read_it: &'static str,
    pub why_replies: &'static str,
    pub why_all: &'static str,
    pub stop_by: &'static str,
    pub replied_to_you: &'static str,
    pub replied_to: &'static str,
    pub you_wrote: &'static str,
    pub other_wrote: &'static str,
    pub manage: &'static str,
    pub manage_it: &'static str,
}

/// A phrase about a number of things, in the forms that a language has (CLDR's plural categories). `{n}` is the number.
/// A form that stays empty is `other`.
#[derive(Debug, Default)]
pub struct Counted {
    /// For none at all, where there is a phrase of its own: `No comments`. No plural category.
    pub none: &'static str,
    pub zero: &'static str,
    pub one: &'static str,
    pub two: &'static str,
    pub few: &'static str,
    pub many: &'static str,
    pub other: &'static str,
}

impl Counted {
    /// No forms at all, for those that a language does not have.
    pub const NONE: Self = Self {
        none: "",
        zero: "",
        one: "",
        two: "",
        few: "",
        many: "",
        other: "",
    };
}

/// The admin pages are in English whatever the language of the blog: what the author reads, and what is written down for the author.
pub const ADMIN: &Phrases = &en::PHRASES;

/// The reasons as version 0.1.0 stored them with a comment, in the order of [`Held::all`].
const EARLIER_REASONS: [&str; 6] = [
    "It is your first comment here, and the author reads first comments before they are shown.",
    "The author reads every comment before it is shown.",
    "It holds several links, so the author reads it before it is shown.",
    "Its name looks like that of an author of this blog, so the author reads it before it is shown.",
    "The same words stand here already, so the author reads it before it is shown.",
    "The author reads it before it is shown.",
];

/// The reason in today's words, for one that was stored with a comment by an earlier version.
#[must_use]
pub fn current_reason(stored: &str) -> &str {
    let known = EARLIER_REASONS.iter().position(|reason| *reason == stored);
    known.map_or(stored, |known| ADMIN.held.all()[known])
}

impl Held {
    fn all(&self) -> [&'static str; 6] {
        [
            self.first_comment,
            self.every,
            self.links,
            self.staff_name,
            self.duplicates,
            self.unread,
        ]
    }
}
