//! Publishing: at a time to come, taken back, with the checks and details that go with it.

use super::{autosave, editor};
use crate::blog::TestBlog;
use daybook::blog::time::Millis;
use daybook::jobs;

#[tokio::test]
async fn a_post_appears_at_its_time_and_only_once() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write(
            "Publish",
            &[
                ("Title", "Ebb"),
                ("Body", "Words."),
                ("Published on", "2016-06-05T15:00"),
            ],
        )
        .await;
    assert!(
        page.status_line().starts_with("Scheduled"),
        "{}",
        page.status_line()
    );
    assert!(page.says("Scheduled for"));
    let version = blog.app.store.content_version();
    blog.clock.advance(30 * 60 - 1);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
    assert_eq!(blog.app.store.content_version(), version);
    blog.clock.advance(1);
    jobs::run_due(&blog.app).await.unwrap();
    let shown = reader.open("/2016/06/ebb.html").await;
    assert_eq!(shown.status, 200);
    assert!(reader.open("/").await.listed().contains(&"Ebb".to_owned()));
    let version = blog.app.store.content_version();
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(blog.app.store.content_version(), version, "it fires once");
    assert_eq!(
        blog.number("select published_at from posts").await,
        blog.app.now().0,
        "its time is the one that was set"
    );
}

#[tokio::test]
async fn a_time_that_passed_while_nobody_ran_is_made_good() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    blog.clock.advance(30 * 24 * 3600);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
}

#[tokio::test]
async fn a_schedule_is_in_the_blogs_zone_across_the_change_of_clocks() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Time zone", "Europe/Lisbon")])
        .await;
    // Lisbon: summer time until 30 October 2016, 02:00.
    for (local, utc) in [
        ("2016-10-29T09:00", "2016-10-29T08:00:00Z"),
        ("2016-10-30T09:00", "2016-10-30T09:00:00Z"),
    ] {
        nora.write(
            "Publish",
            &[
                ("Title", local),
                ("Body", "Words."),
                ("Published on", local),
            ],
        )
        .await;
        let due = blog
            .number("select due_at from posts order by id desc limit 1")
            .await;
        assert_eq!(Millis(due).rfc3339(), utc);
    }
}

#[tokio::test]
async fn changes_are_shown_at_the_time_that_was_set_for_them() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let page = nora
        .revise(
            "Ebb",
            "Update",
            &[("Body", "New words."), ("Update on", "2016-06-05T16:00")],
        )
        .await;
    assert!(page.says("update scheduled for"));
    jobs::run_due(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("Old words."));
    blog.clock.advance(2 * 3600);
    jobs::run_due(&blog.app).await.unwrap();
    assert!(reader.open(&path).await.says("New words."));
    assert!(!nora.editor("Ebb").await.says("update scheduled"));
}

#[tokio::test]
async fn what_was_shown_by_mistake_is_taken_back() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let page = nora
        .write("Publish", &[("Title", "Ebb"), ("Body", "Old words.")])
        .await;
    let path = page.link("View post");
    let back = nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(back.says("Draft"));
    assert_eq!(reader.open(&path).await.status, 404);
    nora.press(&back.form_with("Body"), "Publish").await;
    let page = nora
        .revise("Ebb", "Update", &[("Body", "New words.")])
        .await;
    let back = nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(reader.open(&path).await.says("Old words."));
    assert_eq!(
        back.form_with("Body").value("Body"),
        "New words.",
        "the text stays a working copy"
    );
    assert!(back.says("unpublished changes"));
}

#[tokio::test]
async fn what_is_easily_forgotten_is_listed_before_publishing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    nora.write(
        "Save",
        &[(
            "Body",
            "TK here, [gone](/2016/06/gone.html), [there](/2016/06/ebb.html), ![](https://pictures.example/a.png)",
        )],
    )
    .await;
    let page = nora.get("/admin/posts/2/checks").await;
    let answer: serde_json::Value = serde_json::from_str(&page.source()).unwrap();
    let said: Vec<&str> = answer["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| check["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "There’s no title.",
            "There are no tags.",
            "A picture has no alternative text.",
            "Broken link: there’s no page at /2016/06/gone.html.",
            "“TK” is still in the text.",
        ]
    );
    // The editor's script finds the places by these, whatever the message says.
    let link = &answer["checks"][3];
    assert_eq!(link["kind"], "broken-link");
    assert_eq!(link["what"], "/2016/06/gone.html");
    assert_eq!(answer["checks"][2]["kind"], "no-alternative-text");
    assert_eq!(
        answer["checks"][2]["pictures"],
        serde_json::json!(["https://pictures.example/a.png"])
    );
    assert_eq!(answer["checks"][4]["what"], "TK");
}

#[tokio::test]
async fn a_permalink_that_is_taken_is_shown_while_its_author_writes() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "Words.").await;
    let form = nora.open("/admin/posts/new").await.form_with("Body");
    let fields = [("Title", "Other"), ("Body", "Words."), ("Permalink", "ebb")];
    let (page, answer) = autosave(&nora, &form, &fields).await;
    assert_eq!(page.status, 200, "the text is kept all the same");
    assert_eq!(answer["problems"][0]["field"], "permalink");
    assert_eq!(
        answer["problems"][0]["message"],
        "/2016/06/ebb.html is already used by “Ebb”."
    );
    let page = nora.press(&editor(&nora, "Other").await, "Publish").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Permalink").is_some());
}

#[tokio::test]
async fn a_scheduled_post_with_another_date_appears_then() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    nora.revise("Ebb", "Save", &[("Published on", "2016-06-05T16:00")])
        .await;
    blog.clock.advance(45 * 60);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
    blog.clock.advance(45 * 60);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 200);
}

#[tokio::test]
async fn an_update_without_changes_can_be_taken_back_and_the_post_stays() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Words.").await;
    let page = nora.revise("Ebb", "Update", &[]).await;
    nora.press(&page.form_with_button("Undo"), "Undo").await;
    assert!(reader.open(&path).await.says("Words."));
}

#[tokio::test]
async fn a_scheduled_post_moves_with_the_date_that_is_saved_by_itself() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    nora.write(
        "Publish",
        &[
            ("Title", "Ebb"),
            ("Body", "Words."),
            ("Published on", "2016-06-05T15:00"),
        ],
    )
    .await;
    let form = editor(&nora, "Ebb").await;
    let (_, answer) = autosave(&nora, &form, &[("Published on", "2016-06-05T16:00")]).await;
    assert!(
        answer["state_in_words"].as_str().unwrap().contains("16:00"),
        "{answer}"
    );
    blog.clock.advance(45 * 60);
    jobs::run_due(&blog.app).await.unwrap();
    assert_eq!(reader.open("/2016/06/ebb.html").await.status, 404);
}

#[tokio::test]
async fn details_that_an_author_gives_reach_the_page() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Worte."),
        ("Location", "Lisbon"),
        ("Language of the text", "de"),
        ("First published at", "https://elsewhere.example/ebb"),
        (
            "Path of the feature picture",
            "https://pictures.example/ebb.jpg",
        ),
    ])
    .tick("Hide from search engines");
    let path = nora.press(&form, "Publish").await.link("View post");
    let page = reader.open(&path).await;
    assert_eq!(
        page.attribute("article.post .text", "lang").as_deref(),
        Some("de")
    );
    assert_eq!(
        page.attribute("meta[name=robots]", "content").as_deref(),
        Some("noindex")
    );
    assert_eq!(
        page.attribute("link[rel=canonical]", "href").as_deref(),
        Some("https://elsewhere.example/ebb")
    );
    assert_eq!(
        page.attribute("meta[property='og:image']", "content")
            .as_deref(),
        Some("https://pictures.example/ebb.jpg")
    );
    assert!(page.says("Lisbon"));
    let again = nora.editor("Ebb").await.form_with("Body");
    assert_eq!(again.value("Location"), "Lisbon");
    let mut wrong = again;
    wrong.fill("First published at", "elsewhere");
    let page = nora.press(&wrong, "Update").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("First published at").is_some());
}

#[tokio::test]
async fn an_author_may_put_somebody_else_and_fields_of_their_own_below_a_post() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[
        ("Title", "Ebb"),
        ("Body", "Words."),
        ("Author", "Otto"),
        ("Custom fields", "Listening to: rain\nWeather: mild: very"),
    ]);
    let path = nora.press(&form, "Publish").await.link("View post");
    let page = reader.open(&path).await;
    assert!(page.says("Otto") && !page.says("Nora"), "{}", page.main());
    assert_eq!(page.texts(".fields-of dt"), ["Listening to", "Weather"]);
    assert_eq!(page.texts(".fields-of dd"), ["rain", "mild: very"]);
    let mut form = nora.editor("Ebb").await.form_with("Body");
    assert_eq!(
        form.value("Custom fields"),
        "Listening to: rain\nWeather: mild: very"
    );
    form.tamper("author", "4711");
    nora.press(&form, "Update").await;
    assert!(
        reader.open(&path).await.says("Otto"),
        "nobody is not somebody"
    );
    let mut form = nora.editor("Ebb").await.form_with("Body");
    form.fill("Custom fields", "rain");
    let page = nora.press(&form, "Update").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Custom fields").is_some());
}

#[tokio::test]
async fn a_pinned_post_comes_first() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let mut form = nora.open("/admin/posts/new").await.form_with("Body");
    form.fill_all(&[("Title", "Read me first"), ("Body", "Words.")])
        .tick("Pin to the top of the home page");
    nora.press(&form, "Publish").await;
    blog.clock.advance(3 * 24 * 3600);
    nora.publish("Newer", "Words.").await;
    assert_eq!(reader.open("/").await.listed(), ["Read me first", "Newer"]);
}

#[tokio::test]
async fn a_published_post_is_not_published_again_at_a_time_to_come() {
    let blog = TestBlog::new().await;
    let (nora, reader) = (blog.author().await, blog.reader());
    let path = nora.publish("Ebb", "Old words.").await;
    let page = nora
        .revise(
            "Ebb",
            "Update",
            &[("Body", "New words."), ("Published on", "2031-01-01T10:00")],
        )
        .await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("Published on").unwrap(),
        "This is already published, so its date can’t be in the future. To publish it later, move it back to draft first."
    );
    assert_eq!(page.form_with("Body").value("Body"), "New words.");
    assert!(reader.open(&path).await.says("Old words."));
}
