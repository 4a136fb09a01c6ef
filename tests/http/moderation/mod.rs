//! Moderation: reading what came in, deciding, and taking a decision back.

mod decisions;
mod forms;
mod log;
mod many;
mod search;
mod words;

use crate::blog::{Person, TestBlog};
use crate::page::Page;

const SEARCH: &str = "Search text, name, email, network and post";

async fn blog_with_comments(words: &[&str]) -> (TestBlog, Person, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    for words in words {
        blog.clock.advance(1);
        blog.commenter("Ada").comment(&path, words).await;
    }
    (blog, nora, path)
}

fn tabs(page: &Page) -> Vec<String> {
    page.texts("nav[aria-label=States] li")
}

fn in_list(page: &Page) -> Vec<String> {
    page.texts("ol.moderation .text")
}

/// The form of the selected comments, with the boxes of these ticked by the names of their writers.
fn picked(page: &Page, by: &[&str]) -> crate::page::Form {
    let mut form = page.form("Selected comments");
    for name in by {
        form.tick(&format!("Select the comment by {name}"));
    }
    form
}

async fn blog_with_people(names: &[&str]) -> (TestBlog, Person, String) {
    let (blog, nora, path) = blog_with_comments(&[]).await;
    for name in names {
        blog.clock.advance(1);
        blog.commenter(name)
            .comment(&path, &format!("Words of {name}."))
            .await;
    }
    (blog, nora, path)
}

async fn edit(person: &Person, words: &str, fields: &[(&str, &str)]) -> Page {
    let list = person.open("/admin/comments/").await;
    let mut form = list.form_with(SEARCH);
    form.fill(SEARCH, words);
    let list = person.press(&form, "Search").await;
    let mut form = person.open(&list.link("Edit")).await.form("Edit");
    form.fill_all(fields);
    person.press(&form, "Save").await
}

fn csrf(page: &Page) -> String {
    page.attribute("input[name=csrf]", "value").unwrap()
}
