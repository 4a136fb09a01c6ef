//! What a comment form is refused for, and what becomes of what is typed into it.

use super::*;

fn form(name: &str, body: &str) -> CommentForm {
    CommentForm {
        post: "1".to_owned(),
        name: name.to_owned(),
        body: body.to_owned(),
        ..CommentForm::default()
    }
}

fn parse(form: &CommentForm) -> Result<NewComment, Problems> {
    NewComment::parse(form, &Settings::default(), ADMIN)
}

pub(super) fn comment(id: i64, parent: Option<i64>) -> Comment {
    Comment {
        id: CommentId(id),
        post_id: PostId(1),
        parent_id: parent.map(CommentId),
        state: State::Approved,
        name: format!("N{id}"),
        email: String::new(),
        url: String::new(),
        author_id: None,
        created_at: Millis(id),
        markup: Markup::Markdown,
        source: String::new(),
        html: String::new(),
        reason: String::new(),
        place: Some(id),
        decided_at: None,
        decided_by: String::new(),
        edited_at: None,
        confirmed: false,
        origin: None,
    }
}

#[test]
fn a_comment_needs_a_name_and_words() {
    let problems = parse(&form(" \u{200b} ", " \n ")).unwrap_err();
    assert!(problems.of("name").is_some());
    assert!(problems.of("body").is_some());
    assert!(parse(&form("Ada", "Hello")).is_ok());
}

#[test]
fn a_website_is_a_web_address_or_nothing() {
    let parsed = |url: &str| {
        parse(&CommentForm {
            url: url.to_owned(),
            ..form("Ada", "Hello")
        })
        .map(|comment| comment.url)
    };
    assert_eq!(parsed("example.org").unwrap(), "https://example.org/");
    for bad in [
        "javascript:alert(1)",
        "JaVaScRiPt://x.org/%0Aalert(1)",
        "data:text/html,x",
        "//evil.example",
        "java\nscript:x",
        "https://a:b@x.org/",
    ] {
        assert!(parsed(bad).is_err(), "{bad}");
    }
    let url = parsed("http://x.com/?'onmouseover='alert(1)'x='").unwrap();
    assert!(!url.contains('"'));
}

#[test]
fn an_email_is_one_plain_address() {
    assert!(is_email("ada@example.org"));
    for bad in [
        "ada",
        "\"-oQ/tmp -X\"@x.com",
        "a@b.com, c@d.com",
        "a@b.com\r\nBcc: c@d",
        "-x@b.com",
    ] {
        assert!(!is_email(bad), "{bad}");
    }
}

#[test]
fn a_name_cannot_hide_characters() {
    assert_eq!(visible("Admin\u{202e} \u{200b}x"), "Admin x");
    assert_eq!(visible("\u{3164}"), "");
    assert!(
        visible(&format!("a{}", "\u{0301}".repeat(500)))
            .chars()
            .count()
            < 6
    );
}

fn verdict(band: Band) -> Verdict {
    Verdict {
        points: 0,
        reasons: Vec::new(),
        band,
    }
}

#[test]
fn a_first_comment_is_held_and_that_of_a_known_browser_shown() {
    let stranger = Writer::default();
    let known = Writer {
        trusted: true,
        ..stranger
    };
    let staff = Writer {
        staff: true,
        ..known
    };
    let good = verdict(Band::Show);
    let decided = |policy, writer| decide(policy, writer, &good).0;
    assert_eq!(decided(Policy::Open, stranger), State::Approved);
    assert_eq!(decided(Policy::First, stranger), State::Waiting);
    assert_eq!(decided(Policy::First, known), State::Approved);
    assert_eq!(decided(Policy::All, known), State::Waiting);
    assert_eq!(decided(Policy::All, staff), State::Approved);
}

#[test]
fn the_filter_holds_and_bins_whatever_the_policy() {
    let known = Writer {
        trusted: true,
        ..Writer::default()
    };
    for policy in [Policy::Open, Policy::First, Policy::All] {
        assert_eq!(decide(policy, known, &verdict(Band::Spam)).0, State::Spam);
        let (state, reason) = decide(policy, known, &verdict(Band::Hold));
        assert_eq!(state, State::Waiting);
        assert!(!reason.is_empty());
    }
    let first = decide(Policy::First, Writer::default(), &verdict(Band::Show)).1;
    assert_eq!(
        decide(Policy::First, Writer::default(), &verdict(Band::Spam)).1,
        first,
        "a spammer learns nothing else"
    );
}

#[test]
fn a_name_that_looks_like_an_authors_is_known() {
    let people = ["Nora Field".to_owned()];
    for like in [
        "nora field",
        "Nоra Field",
        "N0ra Fie1d",
        "NoraField",
        "Nóra  Field",
    ] {
        assert!(looks_like_one_of(like, &people), "{like}");
    }
    for other in ["Nora", "Nora Fields", "", "Ada"] {
        assert!(!looks_like_one_of(other, &people), "{other}");
    }
}

#[test]
fn a_post_follows_the_blog_unless_it_says_otherwise() {
    let blog = Settings {
        comments: Policy::First,
        ..Settings::default()
    };
    assert_eq!(policy(&blog, Comments::Blog, 0), Policy::First);
    assert_eq!(policy(&blog, Comments::Open, 0), Policy::Open);
    assert_eq!(policy(&blog, Comments::Hidden, 0), Policy::Hidden);
    let closed = Settings {
        comments: Policy::Closed,
        ..Settings::default()
    };
    assert_eq!(policy(&closed, Comments::Open, 0), Policy::Closed);
    assert_eq!(policy(&closed, Comments::Hidden, 0), Policy::Hidden);
    let stopped = Settings {
        comments_stopped: true,
        ..blog
    };
    assert_eq!(policy(&stopped, Comments::Open, 0), Policy::Closed);
}

#[test]
fn an_old_post_holds_and_then_closes() {
    let blog = Settings {
        comments: Policy::Open,
        hold_after_days: 14,
        close_after_days: 90,
        ..Settings::default()
    };
    for (age, expected) in [
        (13, Policy::Open),
        (14, Policy::All),
        (89, Policy::All),
        (90, Policy::Closed),
    ] {
        assert_eq!(policy(&blog, Comments::Blog, age), expected, "{age} days");
    }
}
