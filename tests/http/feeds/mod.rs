//! Feeds, as feed readers read them.

mod blogger;
mod comments;
mod posts;

use crate::blog::{NOW, TestBlog};
use crate::page::Page;
use daybook::blog::post::{Comments, Kind, Markup, Rendered, State};
use daybook::store::ImportedPost;
use serde_json::Value;

const ORIGIN: &str = "http://blog.example";

fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Brings posts in, an hour after each other, the last of them now. Every second carries the tag *Even*.
async fn fill(blog: &TestBlog, numbers: std::ops::RangeInclusive<i64>) {
    let last = *numbers.end();
    let posts: Vec<ImportedPost> = numbers.map(|number| post(number, last)).collect();
    blog.app.store.imports().posts(&posts, NOW).await.unwrap();
}

fn post(number: i64, last: i64) -> ImportedPost {
    let at = NOW.plus_seconds((number - last) * 3600);
    let tags = if number % 2 == 0 {
        vec!["Even".to_owned()]
    } else {
        Vec::new()
    };
    ImportedPost {
        origin: format!("made-up:{number}"),
        kind: Kind::Post,
        state: State::Published,
        state_before_trash: None,
        title: format!("Number {number}"),
        path: Some(format!("/2016/06/number-{number}.html")),
        markup: Markup::Markdown,
        tags,
        author: None,
        byline: "Nora".to_owned(),
        excerpt: String::new(),
        comments: Comments::Blog,
        published_at: Some(at),
        updated_at: at,
        source: format!("Words {number}."),
        rendered: Rendered {
            html: format!("<p>Words {number}.</p>"),
            words: format!("Words {number}."),
            excerpt: format!("Words {number}."),
            ..Rendered::default()
        },
        renderer: daybook::text::RENDERER,
        extras: daybook::store::ImportedExtras::default(),
    }
}
