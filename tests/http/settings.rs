//! Settings: what each of them changes for readers, and nonsense that is refused.

use crate::blog::TestBlog;

#[tokio::test]
async fn settings_come_back_as_they_were_saved() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Blog title", "Quay <Notes>"),
        ("Description", "Seen from & the quay"),
        ("Time zone", "Asia/Tokyo"),
        ("Language", "pt-BR"),
        ("Posts per page", "7"),
        ("Days per page", "3"),
        ("Footer", "[About](/p/about.html)\nand more"),
        (
            "Sites that pictures can come from",
            "1.pictures.example\npictures.example",
        ),
    ];
    let page = nora.change_settings(&fields).await;
    assert_eq!(page.status_line(), "Saved.");
    let form = page.form_with("Blog title");
    for (label, value) in fields {
        assert_eq!(form.value(label), value, "{label}");
    }
    assert_eq!(blog.reader().open("/").await.title(), "Quay <Notes>");
}

#[tokio::test]
async fn pictures_may_come_from_the_hosts_of_the_settings_alone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let policy = async || {
        blog.reader()
            .open("/")
            .await
            .header("content-security-policy")
            .unwrap()
            .to_owned()
    };
    assert!(!policy().await.contains("pictures.example"));
    nora.change_settings(&[("Sites that pictures can come from", "pictures.example")])
        .await;
    let pictures = policy().await;
    let pictures = pictures
        .split("; ")
        .find(|part| part.starts_with("img-src"))
        .unwrap();
    assert_eq!(pictures, "img-src 'self' data: pictures.example");
    let page = nora
        .change_settings(&[(
            "Sites that pictures can come from",
            "a.example; script-src *",
        )])
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.problem_of("Sites that pictures can come from")
            .is_some()
    );
    assert!(!policy().await.contains("script-src *"));
}

#[tokio::test]
async fn new_posts_live_where_the_settings_say_and_old_ones_where_they_were() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let old = nora.publish("Ebb", "Words.").await;
    for (pattern, path) in [
        ("Day: /2016/06/05/spring-tides/", "/2016/06/05/flood/"),
        ("Year: /2016/spring-tides/", "/2016/flood/"),
        ("Title only: /spring-tides/", "/flood/"),
    ] {
        nora.change_settings(&[(pattern, "")]).await;
        assert_eq!(nora.publish("Flood", "Words.").await, path);
        let page = reader.open(path).await;
        assert_eq!(
            page.attribute("link[rel=canonical]", "href").unwrap(),
            format!("http://blog.example{path}")
        );
        assert_eq!(
            reader
                .get(path.trim_end_matches('/'))
                .await
                .header("location"),
            Some(path)
        );
        let feed = page.link("Feed of these comments");
        assert_eq!(
            (feed.clone(), reader.get(&feed).await.status),
            (format!("{path}comments.atom"), 200)
        );
        let shown = blog.commenter("Ada").comment(path, "A thought.").await;
        assert_eq!(shown.status, 200, "a comment finds its way back");
        // A changed permalink keeps to the pattern, and the old one leads to it.
        let page = nora
            .revise("Flood", "Update", &[("Permalink", "tide")])
            .await;
        let moved = page.link("View post");
        assert_eq!(moved, path.replace("flood", "tide"));
        assert_eq!(
            reader.get(path).await.header("location"),
            Some(moved.as_str())
        );
        nora.revise("Flood", "Move to trash", &[]).await;
    }
    assert_eq!(reader.get(&old).await.status, 200);
    nora.revise("Ebb", "Update", &[("Body", "Other words.")])
        .await;
    assert_eq!(reader.get(&old).await.status, 200);
    assert_eq!(nora.publish("Search", "Words.").await, "/search-2/");
    let page = nora
        .write(
            "Publish",
            &[("Title", "x"), ("Body", "y"), ("Permalink", "admin")],
        )
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("Permalink").as_deref(),
        Some("/admin/ is already used by “the blog itself”.")
    );
}

#[tokio::test]
async fn the_first_page_shows_whole_days_where_the_settings_say_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for day in 1..=5 {
        for hour in 8..=9 {
            let at = format!("2016-06-0{day}T0{hour}:00");
            nora.publish_with(&[
                ("Title", &format!("Post {day}-{hour}")),
                ("Body", "x"),
                ("Published on", &at),
            ])
            .await;
        }
    }
    nora.change_settings(&[
        ("All posts from a number of days", ""),
        ("Days per page", "2"),
    ])
    .await;
    let reader = blog.reader();
    let first = reader.open("/").await;
    assert_eq!(
        first.listed(),
        ["Post 5-9", "Post 5-8", "Post 4-9", "Post 4-8"]
    );
    let second = reader.open(&first.link("Older posts")).await;
    assert_eq!(
        second.listed(),
        ["Post 3-9", "Post 3-8", "Post 2-9", "Post 2-8"]
    );
    let third = reader.open(&second.link("Older posts")).await;
    assert_eq!(third.listed(), ["Post 1-9", "Post 1-8"]);
    assert_eq!(third.link_if_any("Older posts"), None);
    let back = reader.open(&third.link("Newer posts")).await;
    assert_eq!(back.listed(), second.listed());
    let top = reader.open(&back.link("Newer posts")).await;
    assert_eq!(
        (top.listed(), top.link_if_any("Newer posts")),
        (first.listed(), None)
    );
}

#[tokio::test]
async fn films_play_only_from_where_the_settings_allow() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let body = "<iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ\"></iframe>\n\n\
                <iframe src=\"https://player.vimeo.com/video/76979871\"></iframe>";
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", body), ("HTML", "")])
        .await;
    let link = "Play the video from YouTube";
    for (choice, players, frames) in [
        (
            "From YouTube and Vimeo",
            2,
            "frame-src https://www.youtube-nocookie.com https://player.vimeo.com;",
        ),
        ("From Vimeo only", 1, "frame-src https://player.vimeo.com;"),
        ("Never: show a link instead", 0, "frame-src 'none';"),
    ] {
        nora.change_settings(&[(choice, "")]).await;
        for address in [path.as_str(), "/"] {
            let page = reader.open(address).await;
            assert_eq!(page.number_of("a.play"), players, "{choice} on {address}");
            assert_eq!(
                page.link_if_any(link).is_some(),
                players == 2,
                "{choice} on {address}"
            );
            assert!(
                page.header("content-security-policy")
                    .unwrap()
                    .contains(frames)
            );
        }
        let feed = reader.open("/feed.atom").await.source();
        assert!(
            !feed.contains("iframe") && feed.contains("www.youtube.com/watch?v=dQw4w9WgXcQ"),
            "feeds link to films: {feed}"
        );
    }
}

#[tokio::test]
async fn the_feed_holds_excerpts_where_the_settings_say_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let body = format!("Beginning. {} The very end.", "And on it goes. ".repeat(60));
    nora.publish("Ebb", &body).await;
    let feed = async || blog.reader().open("/feed.atom").await.source();
    assert!(feed().await.contains("The very end."));
    nora.change_settings(&[("Excerpts, with a link to the post", "")])
        .await;
    let short = feed().await;
    assert!(short.contains("<summary>Beginning.") && !short.contains("The very end."));
    assert!(!short.contains("<content"));
}

#[tokio::test]
async fn the_foot_of_the_page_holds_links_and_nothing_that_runs() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert_eq!(blog.reader().open("/").await.number_of(".site-footer"), 0);
    let text = "By Nora. [About](/p/about.html) <script>alert(1)</script><b onclick=x>bold</b> [x](javascript:x)";
    nora.change_settings(&[("Footer", text)]).await;
    let page = blog.reader().open("/").await;
    assert_eq!(page.link("About"), "/p/about.html");
    let foot = page.texts(".site-footer").concat();
    assert!(
        foot.starts_with("By Nora. About") && foot.contains("bold"),
        "{foot}"
    );
    assert!(!page.source().contains("alert(1)") && !page.source().contains("onclick"));
    assert!(!page.source().contains("javascript:"));
    let page = nora
        .change_settings(&[("Footer", &"x".repeat(1001)), ("Description", "As it was.")])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Footer").is_some());
    assert_eq!(
        page.form_with("Blog title").value("Description"),
        "As it was."
    );
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused_with_all_fields_kept() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = nora
        .change_settings(&[
            ("Blog title", " "),
            ("Description", "As it was."),
            ("Posts per page", "0"),
            ("Days per page", "51"),
            ("From Vimeo only", ""),
        ])
        .await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Blog title").is_some() && page.problem_of("Posts per page").is_some());
    assert!(page.problem_of("Days per page").is_some());
    let form = page.form_with("Blog title");
    assert_eq!(form.value("Description"), "As it was.");
    assert!(form.is_chosen("From Vimeo only"));
    assert_eq!(blog.reader().open("/").await.title(), "Harbour Notes");
}
