//! Mail: who gets what and when, the links that mails carry, and the outbox that loses nothing.

mod outbox;
mod to_authors;
mod to_commenters;
mod wording;

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::blog::CommentId;
use daybook::mail::Delivered;
use sqlx::SqliteConnection;

const ADA: &str = "ada@example.org";
const BO: &str = "bo@example.org";

/// A blog with a post, its author, and the post's permalink.
async fn blog_with_post() -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    (blog, nora, path)
}

type Who<'a> = (&'a str, &'a str);

/// Leaves a comment with an address; gives its number.
async fn comment(blog: &TestBlog, path: &str, who: Who<'_>, words: &str) -> CommentId {
    comment_asking(blog, path, who, words, "Never").await
}

/// The same as an answer to another comment.
async fn answer(
    blog: &TestBlog,
    path: &str,
    to: CommentId,
    who: Who<'_>,
    words: &str,
) -> CommentId {
    comment(blog, &format!("{path}?reply={to}"), who, words).await
}

/// The same with a choice of mail, in the words of the form.
async fn comment_asking(
    blog: &TestBlog,
    path: &str,
    (name, email): Who<'_>,
    words: &str,
    mail: &str,
) -> CommentId {
    blog.clock.advance(1);
    let person = blog.commenter(name);
    let mut form = person.comment_form(path, words).await;
    form.fill("Email", email).fill("Email me", mail);
    let page = person.press(&form, "Post comment").await;
    assert_eq!(page.status, 200, "{}", page.text());
    CommentId(blog.number("select max(id) from comments").await)
}

const ANSWERS: &str = "About replies to my comment";
const EVERYTHING: &str = "About all new comments";

/// The address that follows a word in an email, as a path of the blog.
fn link(arrived: &Delivered, word: &str) -> String {
    let text = &arrived.mail.text;
    let at = text
        .find(word)
        .unwrap_or_else(|| panic!("no “{word}” in: {text}"));
    let address = text[at..]
        .split_whitespace()
        .find(|part| part.starts_with("http"));
    let address = address.unwrap_or_else(|| panic!("no address behind “{word}” in: {text}"));
    address
        .strip_prefix("http://blog.example")
        .unwrap()
        .to_owned()
}

/// Opens a link of a mail and presses its one button.
async fn follow(blog: &TestBlog, address: &str, button: &str) -> Page {
    let person = blog.reader();
    let page = person.open(address).await;
    assert_eq!(page.status, 200, "{}", page.text());
    person.press(&page.form(form_name(button)), button).await
}

fn form_name(button: &str) -> &str {
    match button {
        "Confirm" => "Is this your email address?",
        "Unsubscribe" => "Unsubscribe?",
        other => other,
    }
}

/// Ada asks for mail about answers and confirms her address; all mail so far is read.
async fn ada_listens(blog: &TestBlog, path: &str, mail: &str) -> CommentId {
    let id = comment_asking(blog, path, ("Ada", ADA), "A thought of Ada.", mail).await;
    let question = blog.mail_to(ADA).await.remove(0);
    follow(blog, &link(&question, "Confirm:"), "Confirm").await;
    id
}

async fn states(blog: &TestBlog) -> Vec<String> {
    let rows: Vec<(String,)> = sqlx::query_as("select state from comments order by id")
        .fetch_all(&mut blog.database().await)
        .await
        .unwrap();
    rows.into_iter().map(|(state,)| state).collect()
}

async fn commits(database: &mut SqliteConnection) -> i64 {
    let (number,): (i64,) = sqlx::query_as("pragma data_version")
        .fetch_one(database)
        .await
        .unwrap();
    number
}
