//! Links that open something for anybody who has them, and the ids in them: no later row gets such an id.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::blog::comment::Policy;
use daybook::mail::Delivered;
use sqlx::AssertSqlSafe;

const ADA: &str = "ada@example.org";

/// Every kind of link to one row, as addresses of the blog.
struct Links {
    own: String,
    act: String,
    confirm: String,
    stop: String,
    preview: String,
}

impl Links {
    fn all(&self) -> [(&'static str, &str); 5] {
        [
            ("own page", &self.own),
            ("act", &self.act),
            ("confirm", &self.confirm),
            ("stop", &self.stop),
            ("preview", &self.preview),
        ]
    }
}

/// The first address in a text that begins so, as a path of the blog.
fn address(text: &str, beginning: &str) -> String {
    let begins = format!("http://blog.example{beginning}");
    let at = text
        .find(&begins)
        .unwrap_or_else(|| panic!("no {beginning} in: {text}"));
    let found = text[at..].split(char::is_whitespace).next().unwrap();
    found.trim_start_matches("http://blog.example").to_owned()
}

fn in_mail(mail: &[Delivered], beginning: &str) -> String {
    let texts: Vec<String> = mail
        .iter()
        .map(|one| {
            let stop = one.mail.unsubscribe.clone().unwrap_or_default();
            format!("{}\n{stop}", one.mail.text)
        })
        .collect();
    address(&texts.join("\n"), beginning)
}

/// Leaves a comment with an address and asks for mail; gives the commenter's own page.
async fn subscribe(blog: &TestBlog, path: &str, name: &str, email: &str) -> Page {
    blog.clock.advance(60);
    let person = blog.commenter(name);
    let words = format!("Words of {name}.");
    let mut form = person.comment_form(path, &words).await;
    form.fill("Email", email).tamper("notify", "all");
    person.press(&form, "Post comment").await
}

/// A blog on which a comment waits, with every link that is out in the world.
async fn with_links() -> (TestBlog, Person, Links) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    let own = subscribe(&blog, &path, "Ada", ADA).await.address;
    let mail = blog.mail().await;
    let id = blog.number("select max(id) from posts").await;
    let page = nora.open(&format!("/admin/posts/{id}/links")).await;
    let page = nora
        .press(&page.form_with_button("Create link"), "Create link")
        .await;
    let links = Links {
        own,
        act: in_mail(&mail, "/mail/act?"),
        confirm: in_mail(&mail, "/mail/confirm?"),
        stop: in_mail(&mail, "/mail/stop?"),
        preview: address(&page.source().replace(['"', '<'], " "), "/preview/"),
    };
    (blog, nora, links)
}

async fn run(blog: &TestBlog, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&mut blog.database().await)
        .await
        .unwrap();
}

/// Whether a link still opens what it was made for. A notice whose comment is gone says so.
async fn opens(blog: &TestBlog, link: &str) -> bool {
    match blog.reader().open(link).await.status {
        200 => true,
        404 | 410 => false,
        other => panic!("{link}: {other}"),
    }
}

#[tokio::test]
async fn no_link_is_answered_by_a_later_row_that_has_its_number() {
    let (blog, _, links) = with_links().await;
    for (kind, link) in links.all() {
        assert!(opens(&blog, link).await, "{kind}: {link}");
    }
    // As if the rows were others that came later.
    for table in ["comments", "subscriptions", "preview_links"] {
        run(
            &blog,
            &format!("update {table} set created_at = created_at + 1"),
        )
        .await;
    }
    for (kind, link) in links.all() {
        assert!(!opens(&blog, link).await, "{kind}: {link}");
    }
}

/// The links that an earlier release made for the newest rows: signed over what they say and nothing else.
async fn signed_alone(blog: &TestBlog) -> Vec<String> {
    let comment = blog.number("select max(id) from comments").await;
    let subscription = blog.number("select max(id) from subscriptions").await;
    let preview = blog.number("select max(id) from preview_links").await;
    let author = blog.number("select min(id) from authors").await;
    let until = blog.clock.now().plus_seconds(3600).0;
    let code = |purpose: &str, subject: String| blog.app.code(purpose, &subject).unwrap();
    let act = code("mail act", format!("{comment} spam {author} {until}"));
    vec![
        format!(
            "/comments/{comment}?key={}",
            code("comment", comment.to_string())
        ),
        format!("/mail/act?c={comment}&act=spam&by={author}&until={until}&key={act}"),
        format!(
            "/mail/confirm?c={comment}&key={}",
            code("mail confirm", format!("{comment} {ADA}"))
        ),
        format!(
            "/mail/stop?s={subscription}&key={}",
            code("mail stop", subscription.to_string())
        ),
        format!(
            "/preview/{preview}/{}",
            code("preview link", preview.to_string())
        ),
    ]
}

#[tokio::test]
async fn links_of_an_earlier_release_open_rows_of_then_and_no_later_ones() {
    let (blog, _, _) = with_links().await;
    for link in signed_alone(&blog).await {
        assert!(!opens(&blog, &link).await, "made after the change: {link}");
    }
    run(
        &blog,
        "update numbers set signed_alone = last where name in ('comments', 'subscriptions', 'preview_links')",
    )
    .await;
    for link in signed_alone(&blog).await {
        assert!(opens(&blog, &link).await, "made before the change: {link}");
    }
    let path = blog.reader().open("/").await.link("Ebb");
    subscribe(&blog, &path, "Bo", ADA).await;
    let later = signed_alone(&blog).await;
    for link in &later[..4] {
        assert!(!opens(&blog, link).await, "made after the change: {link}");
    }
}

#[tokio::test]
async fn an_old_stop_link_never_ends_the_mail_of_somebody_else() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    let own = subscribe(&blog, &path, "Ada", ADA).await;
    let stop = in_mail(&blog.mail_to(ADA).await, "/mail/stop?");
    let erase = [("act", "erase"), ("sure", "yes")];
    assert_eq!(blog.reader().post(&own.address, &erase).await.status, 303);
    subscribe(&blog, &path, "Bo", "bo@example.org").await;
    assert_eq!(blog.reader().post(&stop, &[]).await.status, 404);
    let live = "select count(*) from subscriptions where ended_at is null";
    assert_eq!(blog.number(live).await, 1, "Bo still gets mail");
}

#[tokio::test]
async fn what_replaces_deleted_rows_has_numbers_and_feed_ids_of_its_own() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    nora.publish("Ebb", "Words.").await;
    let mut seen = std::collections::BTreeSet::new();
    for round in 0..3 {
        let path = nora.publish(&format!("Tide {round}"), "Words.").await;
        blog.clock.advance(60);
        blog.commenter("Ada").comment(&path, "Late.").await;
        for feed in ["/feed.atom", "/comments.atom"] {
            let source = blog.reader().open(feed).await.source();
            let ids = source.split("<entry>").skip(1).map(|entry| {
                let (_, rest) = entry.split_once("<id>").unwrap();
                rest.split_once("</id>").unwrap().0.to_owned()
            });
            for id in ids.filter(|id| !id.ends_with(":post-1")) {
                assert!(seen.insert(id.clone()), "{id} is given twice");
            }
        }
        let post = blog.number("select max(id) from posts").await;
        let trash =
            "update posts set state = 'trashed', state_before_trash = 'published', trashed_at = 1";
        run(&blog, &format!("{trash} where id = {post}")).await;
        daybook::jobs::tidy(&blog.app).await.unwrap();
        assert_eq!(
            blog.number("select count(*) from posts where state = 'trashed'")
                .await,
            0
        );
    }
    assert_eq!(seen.len(), 6);
}

#[tokio::test]
async fn who_sends_the_words_of_another_comment_gets_no_key_to_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    assert_eq!(
        blog.app.site().await.unwrap().settings.comments,
        Policy::Open
    );
    let path = nora.publish("Ebb", "Words.").await;
    let ada = blog.commenter("Ada");
    let post = async || {
        let form = ada.comment_form(&path, "Late.").await;
        ada.press(&form, "Post comment").await
    };
    let own = post().await;
    assert!(own.address.contains("key="), "{}", own.address);
    blog.clock.advance(10);
    let again = post().await;
    assert_eq!(again.address, own.address, "a second press");
    blog.clock.advance(60);
    let copied = post().await;
    assert!(!copied.address.contains("key="), "{}", copied.address);
    assert_eq!(copied.status, 200);
    assert_eq!(blog.comments().await, 1);
}
