//! Settings, the theme, and the names that a blog has.

use crate::blog::{Blog, NOON};
use daybook::blog::appearance::{Appearance, Theme};
use daybook::blog::comment::Policy;
use daybook::blog::settings::Settings;

#[tokio::test]
async fn a_theme_is_kept_and_so_is_the_one_before_it() {
    let blog = Blog::new().await;
    let look = |theme| Appearance {
        theme,
        css: "p { color: red }\r\n".to_owned(),
        ..Appearance::default()
    };
    assert_eq!(
        blog.store.settings().previous_appearance().await.unwrap(),
        None
    );
    blog.store.settings().undo_appearance(NOON).await.unwrap();
    let before = blog.store.content_version();
    for theme in [Theme::Sepia, Theme::Plain] {
        let later = NOON.plus_seconds(60);
        blog.store
            .settings()
            .save_appearance(&look(theme), later)
            .await
            .unwrap();
    }
    assert!(blog.store.content_version() > before);
    let now = async || blog.store.settings().load().await.unwrap().appearance;
    assert_eq!(now().await, look(Theme::Plain));
    let earlier = blog.store.settings().previous_appearance().await.unwrap();
    assert_eq!(earlier, Some(look(Theme::Sepia)));
    blog.store.settings().undo_appearance(NOON).await.unwrap();
    assert_eq!(now().await, look(Theme::Sepia));
    blog.store.settings().undo_appearance(NOON).await.unwrap();
    assert_eq!(now().await, look(Theme::Plain));
}

#[tokio::test]
async fn settings_come_back_as_they_were_saved_and_never_touch_the_secret() {
    let blog = Blog::new().await;
    assert_eq!(
        blog.store.settings().load().await.unwrap(),
        Settings::default()
    );
    assert_eq!(
        blog.store.settings().secret("first").await.unwrap(),
        "first"
    );
    assert_eq!(
        blog.store.settings().secret("second").await.unwrap(),
        "first"
    );
    let settings = Settings {
        title: "Ebb & flow «潮»".to_owned(),
        comments: Policy::All,
        posts_per_page: 7,
        ..Settings::default()
    };
    blog.store.settings().save(&settings, NOON).await.unwrap();
    assert_eq!(blog.store.settings().load().await.unwrap(), settings);
    assert_eq!(
        blog.store.settings().secret("third").await.unwrap(),
        "first"
    );
    assert!(
        !blog
            .store
            .settings()
            .name_blog("Other", "", NOON)
            .await
            .unwrap(),
        "it has a title of its own"
    );
    let hosts = ["pictures.example.org"];
    assert!(
        blog.store
            .settings()
            .allow_picture_hosts(hosts, NOON)
            .await
            .unwrap()
    );
    assert!(
        !blog
            .store
            .settings()
            .allow_picture_hosts(hosts, NOON)
            .await
            .unwrap()
    );
    assert_eq!(
        blog.store.settings().load().await.unwrap().picture_hosts,
        hosts
    );
}

#[tokio::test]
async fn a_blog_without_a_title_takes_the_one_that_is_offered() {
    let blog = Blog::new().await;
    assert!(
        blog.store
            .settings()
            .name_blog("Old name", "What it was", NOON)
            .await
            .unwrap()
    );
    let settings = blog.store.settings().load().await.unwrap();
    assert_eq!(
        (settings.title.as_str(), settings.description.as_str()),
        ("Old name", "What it was")
    );
}

#[tokio::test]
async fn the_first_host_that_lasts_names_a_blog_for_good() {
    let blog = Blog::new().await;
    let host =
        async |host: &str, lasts| blog.store.settings().feed_host(host, lasts).await.unwrap();
    assert_eq!(host("127.0.0.1", false).await, "127.0.0.1");
    assert_eq!(host("blog.example", true).await, "blog.example");
    assert_eq!(host("other.example", true).await, "blog.example");
    assert_eq!(host("localhost", false).await, "blog.example");
    let settings = blog.store.settings().load().await.unwrap();
    blog.store.settings().save(&settings, NOON).await.unwrap();
    assert_eq!(host("other.example", true).await, "blog.example");
}
