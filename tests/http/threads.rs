//! The comments below a post as readers and commenters see them: pages of a hundred with addresses that stay, replies
//! across pages, who speaks, and the form.

use crate::blog::{NOW, TestBlog};
use crate::page::Page;
use daybook::blog::comment::State;
use daybook::blog::post::Markup;
use daybook::blog::settings::Settings;
use daybook::blog::{CommentId, PostId};
use daybook::store::{CommentImportOutcome, DecisionOutcome, ImportedComment};

/// A blog that shows every comment at once, with one post, and its permalink.
async fn open_blog() -> (TestBlog, String) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = nora.publish("Ebb", "Words.").await;
    (blog, path)
}

/// Comments on the first post, a minute apart and shown: `Word 1.`, `Word 2.` and so on.
pub async fn talk(blog: &TestBlog, numbers: std::ops::RangeInclusive<i64>) -> Vec<CommentId> {
    let comments: Vec<ImportedComment> = numbers
        .map(|number| ImportedComment {
            origin: format!("talk:{number}"),
            post: PostId(1),
            parent: None,
            state: State::Approved,
            name: format!("Voice {number}"),
            email: format!("voice{number}@example.org"),
            url: String::new(),
            created_at: NOW.plus_seconds(number * 60),
            markup: Markup::Markdown,
            source: format!("Word {number}."),
            html: format!("<p>Word {number}.</p>"),
            words: format!("Word {number}."),
            renderer: 1,
            other_origins: Vec::new(),
        })
        .collect();
    let store = &blog.app.store;
    let landed = store.imports().comments(&comments, NOW).await.unwrap();
    store.imports().place_comments(NOW).await.unwrap();
    landed
        .into_iter()
        .map(|one| match one {
            CommentImportOutcome::New(id)
            | CommentImportOutcome::Orphan(id)
            | CommentImportOutcome::Known(id)
            | CommentImportOutcome::Unlinked(id) => id,
        })
        .collect()
}

async fn settle(blog: &TestBlog, change: impl FnOnce(&mut Settings)) {
    let mut settings = blog.app.store.settings().load().await.unwrap();
    change(&mut settings);
    let store = &blog.app.store;
    store
        .settings()
        .save(&settings, blog.app.now())
        .await
        .unwrap();
}

async fn decide(blog: &TestBlog, id: CommentId, state: State) {
    let store = &blog.app.store;
    let decided = store
        .moderation()
        .decide(id, state, "Nora", blog.app.now())
        .await;
    assert!(matches!(decided.unwrap(), DecisionOutcome::Done(_)));
}

/// Answers a comment through the form that its `Reply` leads to.
async fn reply(blog: &TestBlog, page: &Page, name: &str, words: &str) -> Page {
    let bo = blog.commenter("Bo");
    let opened = bo.open(&page.link(&format!("Reply to {name}"))).await;
    assert!(opened.says(&format!("Replying to {name}.")));
    let mut form = opened.form("Post a comment");
    form.fill("Name", "Bo").fill("Comment", words);
    bo.post_comment(&form).await
}

fn words(page: &Page) -> Vec<String> {
    page.comments()
        .into_iter()
        .map(|(_, words)| words)
        .collect()
}

#[tokio::test]
async fn a_long_thread_is_shown_on_pages_of_a_hundred() {
    let (blog, path) = open_blog().await;
    talk(&blog, 1..=250).await;
    let reader = blog.reader();
    let first = reader.open(&path).await;
    let mut page = first.clone();
    for (number, from, to) in [(1, 1, 100), (2, 101, 200), (3, 201, 250)] {
        assert_eq!(page.headings_of(2)[0], "250 comments", "of all pages");
        let wanted: Vec<String> = (from..=to).map(|n| format!("Word {n}.")).collect();
        assert_eq!(words(&page), wanted);
        let own = match number {
            1 => path.clone(),
            n => format!("{path}?comments={n}"),
        };
        assert_eq!(
            page.attribute("link[rel=canonical]", "href"),
            Some(format!("http://blog.example{own}"))
        );
        assert_eq!(
            page.texts("nav [aria-current=page]"),
            vec![format!("Page {number}"); 2]
        );
        assert_eq!(
            page.document_labels("section nav"),
            ["Pages of comments", "More pages of comments"]
        );
        if let Some(next) = page.attribute("nav.pages a[rel=next]", "href") {
            page = reader.open(&next).await;
        }
    }
    assert_eq!(page.address, format!("{path}?comments=3"));
    assert_eq!(page.attribute("nav.pages a[rel=next]", "href"), None);
    assert_eq!(page.link("Page 1"), format!("{path}#comments"));
    assert_ne!(page.title(), first.title());
}

#[tokio::test]
async fn a_short_thread_has_no_pages() {
    let (blog, path) = open_blog().await;
    talk(&blog, 1..=100).await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.comments().len(), 100);
    assert_eq!(page.number_of("nav.pages"), 0);
}

#[tokio::test]
async fn each_page_of_comments_has_one_address() {
    let (blog, path) = open_blog().await;
    talk(&blog, 1..=150).await;
    let reader = blog.reader();
    let first = reader.get(&format!("{path}?comments=1")).await;
    assert_eq!(
        (first.status, first.header("location")),
        (301, Some(path.as_str()))
    );
    for number in [
        "3",
        "0",
        "-1",
        "02",
        "+2",
        "x",
        "2.0",
        "9223372036854775807",
    ] {
        let page = reader.get(&format!("{path}?comments={number}")).await;
        assert_eq!(page.status, 404, "{number}");
    }
    settle(&blog, |settings| {
        settings.comments = daybook::blog::comment::Policy::Hidden;
    })
    .await;
    let hidden = reader.get(&format!("{path}?comments=2")).await;
    assert_eq!(hidden.status, 404, "no pages of what is hidden");
}

#[tokio::test]
async fn a_comment_keeps_its_page_whatever_becomes_of_others() {
    let (blog, path) = open_blog().await;
    let ids = talk(&blog, 1..=150).await;
    let address = format!("{path}?comments=2#comment-{}", ids[119]);
    for id in &ids[..60] {
        decide(&blog, *id, State::Deleted).await;
    }
    let second = blog.reader().open(&address).await;
    assert_eq!(second.number_of(&format!("#comment-{}", ids[119])), 1);
    assert_eq!(second.headings_of(2)[0], "90 comments");
    assert_eq!(blog.reader().open(&path).await.comments().len(), 40);
    for id in &ids[100..] {
        decide(&blog, *id, State::Spam).await;
    }
    let emptied = blog.reader().open(&address).await;
    assert_eq!((emptied.status, emptied.comments().len()), (200, 0));
    assert!(emptied.says("The comments on this page are no longer visible."));
    decide(&blog, ids[119], State::Approved).await;
    let again = blog.reader().open(&address).await;
    assert_eq!(words(&again), ["Word 120."], "back where it stood");
}

#[tokio::test]
async fn a_comment_that_was_held_long_gets_the_next_place() {
    let (blog, path) = open_blog().await;
    settle(&blog, |settings| {
        settings.comments = daybook::blog::comment::Policy::All;
    })
    .await;
    let own = blog.commenter("Ada").comment(&path, "Held.").await.address;
    talk(&blog, 1..=100).await;
    decide(&blog, CommentId(1), State::Approved).await;
    let own = blog.reader().open(&own).await;
    assert_eq!(
        own.link("see it below"),
        format!("{path}?comments=2#comment-1")
    );
    let page = blog.reader().open(&own.link("see it below")).await;
    assert_eq!(words(&page), ["Held."]);
}

#[tokio::test]
async fn a_reply_across_pages_links_to_what_it_answers() {
    let (blog, path) = open_blog().await;
    let ids = talk(&blog, 1..=100).await;
    let page = reply(
        &blog,
        &blog.reader().open(&path).await,
        "Voice 7",
        "I agree.",
    )
    .await;
    let id = CommentId(101);
    assert_eq!(page.address, format!("{path}?comments=2#comment-{id}"));
    assert_eq!(
        page.attribute(&format!("#comment-{id}"), "class")
            .as_deref(),
        Some("depth-0")
    );
    let said = page.texts(&format!("#comment-{id} .about")).concat();
    assert!(said.contains("in reply to Voice 7"), "{said}");
    assert_eq!(page.link("Voice 7"), format!("{path}#comment-{}", ids[6]));

    let page = reply(&blog, &page, "Bo", "So do I.").await;
    assert_eq!(words(&page), ["I agree.", "So do I."]);
    assert_eq!(
        page.attribute("#comment-102", "class").as_deref(),
        Some("depth-1"),
        "on one page it is below"
    );

    decide(&blog, ids[6], State::Deleted).await;
    let page = blog.reader().open(&page.address).await;
    let said = page.texts("#comment-101 .about").concat();
    assert!(
        said.contains("in reply to a comment that is no longer visible"),
        "{said}"
    );
    assert!(!page.source().contains("Voice 7"));
}

#[tokio::test]
async fn reply_keeps_the_page_of_comments() {
    let (blog, path) = open_blog().await;
    let ids = talk(&blog, 1..=150).await;
    let second = blog.reader().open(&format!("{path}?comments=2")).await;
    let link = second.link("Reply to Voice 120");
    assert_eq!(
        link,
        format!("{path}?comments=2&reply={}#comment-form", ids[119])
    );
    let opened = blog.reader().open(&link).await;
    assert_eq!(words(&opened)[0], "Word 101.");
    assert_eq!(
        opened.link("Comment on the post instead"),
        format!("{path}?comments=2#comment-form")
    );
    let elsewhere = blog
        .reader()
        .open(&format!("{path}?reply={}", ids[119]))
        .await;
    assert!(elsewhere.says("Replying to Voice 120."), "found by its id");
    let page = reply(&blog, &second, "Voice 120", "Quite.").await;
    assert_eq!(page.address, format!("{path}?comments=2#comment-151"));
}

#[tokio::test]
async fn nobody_answers_what_is_not_shown_here() {
    let (blog, path) = open_blog().await;
    let ids = talk(&blog, 1..=2).await;
    let other = blog.author().await.publish("Flood", "Words.").await;
    decide(&blog, ids[1], State::Deleted).await;
    let refused = [
        format!("{path}?reply={}", ids[1]),
        format!("{other}?reply={}", ids[0]),
        format!("{path}?reply=99"),
        format!("{path}?reply=x"),
    ];
    for address in refused {
        let page = blog.reader().open(&address).await;
        assert_eq!(page.status, 200, "{address}");
        assert_eq!(page.number_of(".answering:not([hidden])"), 0, "{address}");
        assert_eq!(
            page.attribute("input[name=parent]", "value").as_deref(),
            Some("")
        );
    }
}

#[tokio::test]
async fn what_search_finds_in_a_comment_leads_to_its_page() {
    let (blog, path) = open_blog().await;
    talk(&blog, 1..=150).await;
    let ada = blog.commenter("Ada");
    ada.comment(&path, "A remarkable umbrella.").await;
    let page = blog.reader().open("/search?q=umbrella").await;
    assert_eq!(page.link("Ebb"), format!("{path}?comments=2#comment-151"));
    let page = blog.reader().open("/search?q=ebb").await;
    assert_eq!(page.link("Ebb"), path, "the post itself");
    settle(&blog, |settings| {
        settings.comments = daybook::blog::comment::Policy::Hidden;
    })
    .await;
    let page = blog.reader().open("/search?q=umbrella").await;
    assert_eq!(page.number_of("ol.hits > li"), 0, "{}", page.main());
}

#[tokio::test]
async fn a_comment_has_initials_in_a_colour_of_the_name() {
    let (blog, path) = open_blog().await;
    for (name, words) in [
        ("Ada Ferry", "One."),
        ("Bo", "Two."),
        ("ada ferry", "Three."),
    ] {
        blog.commenter(name).comment(&path, words).await;
    }
    let page = blog.reader().open(&path).await;
    assert_eq!(page.texts(".avatar[aria-hidden=true]"), ["AF", "B", "AF"]);
    let hue = |id: i64| page.attribute(&format!("#comment-{id} .avatar"), "class");
    assert_eq!(hue(1), hue(3), "one name, one colour");
    assert_ne!(hue(1), hue(2));
    assert_eq!(page.number_of("section[aria-label=Comments] img"), 0);
}

#[tokio::test]
async fn the_mark_of_an_author_is_tied_to_the_account_and_never_to_the_name() {
    let (blog, path) = open_blog().await;
    blog.commenter("Nora").comment(&path, "I am Nora.").await;
    let nora = blog.author().await;
    let mut form = nora.open(&path).await.form("Post a comment");
    form.fill("Name", "Somebody")
        .fill("Comment", "I really am.");
    nora.press(&form, "Post comment").await;
    let page = blog.reader().open(&path).await;
    let marks = |id: i64| page.texts(&format!("#comment-{id} .mark"));
    assert_eq!((marks(1), marks(2)), (vec![], vec!["Author".to_owned()]));
}

#[tokio::test]
async fn a_changed_comment_says_when_it_was_changed() {
    let (blog, path) = open_blog().await;
    let ids = talk(&blog, 1..=2).await;
    sqlx::query("update comments set edited_at = $1 where id = $2")
        .bind(NOW.plus_seconds(3600))
        .bind(ids[1])
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let page = blog.reader().open(&path).await;
    let about = |id: CommentId| page.texts(&format!("#comment-{id} h3 + .about")).concat();
    assert!(!about(ids[0]).contains("edited"));
    assert!(about(ids[1]).contains("edited"), "{}", about(ids[1]));
    assert_eq!(
        page.attribute(&format!("#comment-{} .about > time", ids[1]), "datetime")
            .as_deref(),
        Some("2016-06-05T15:30:00Z")
    );
}

#[tokio::test]
async fn hostile_names_stay_names_wherever_a_comment_is_shown() {
    let (blog, path) = open_blog().await;
    let shown = [
        ("Admin\u{202e}gnp", "Admingnp"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        (
            "\"><img src=x onerror=alert(1)>",
            "\"><img src=x onerror=alert(1)>",
        ),
        ("Ad\u{200b}min", "Admin"),
    ];
    for (name, _) in shown {
        blog.commenter(name)
            .comment(&path, &format!("By {}.", name.len()))
            .await;
    }
    let page = blog.reader().open(&path).await;
    assert_eq!(
        page.texts("ol.thread h3 > bdi"),
        shown.map(|(_, name)| name.to_owned())
    );
    assert_eq!(page.number_of("ol.thread script, ol.thread img"), 0);
    let page = blog.reader().open(&format!("{path}?reply=2")).await;
    assert!(page.says("Replying to <script>alert(1)</script>."));
    assert_eq!(page.number_of("main script:not([src])"), 0);
}

#[tokio::test]
async fn the_form_asks_for_what_the_settings_say() {
    let (blog, path) = open_blog().await;
    let labels = async || {
        let page = blog.reader().open(&path).await;
        let required = page.attribute("#comment-name", "required").is_some();
        (page.texts("#comment-form .fields label"), required)
    };
    assert_eq!(
        labels().await,
        (
            ["Name", "Website", "Email", "Email me"]
                .map(str::to_owned)
                .to_vec(),
            true
        )
    );
    settle(&blog, |settings| {
        settings.ask_website = false;
        settings.need_name = false;
    })
    .await;
    assert_eq!(
        labels().await,
        (
            ["Name", "Email", "Email me"].map(str::to_owned).to_vec(),
            false
        )
    );
    let form = blog.reader().open(&path).await.form("Post a comment");
    assert_eq!(form.buttons(), ["Post comment", "Preview"]);
}

#[tokio::test]
async fn the_wish_for_mail_is_kept_with_everything_else() {
    let (blog, path) = open_blog().await;
    let ada = blog.commenter("");
    for wish in ["About replies to my comment", "About all new comments"] {
        let mut form = ada.comment_form(&path, "My words.").await;
        form.fill("Email me", wish).fill("Email", "ada@example.org");
        for button in ["Post comment", "Preview"] {
            let page = ada.press(&form, button).await;
            assert_eq!(page.status, 422, "no name");
            assert_eq!(page.texts("#comment-notify [selected]"), [wish]);
            let kept = page.form("Post a comment");
            assert_eq!(kept.value("Email"), "ada@example.org");
            assert_eq!(kept.value("Comment"), "My words.");
        }
    }
}

#[tokio::test]
async fn a_trap_for_programs_is_out_of_the_way_of_people() {
    let (blog, path) = open_blog().await;
    let page = blog.reader().open(&path).await;
    let trap = "#comment-form [aria-hidden=true] input[name=subject]";
    assert_eq!(page.number_of(trap), 1);
    assert_eq!(page.attribute(trap, "tabindex").as_deref(), Some("-1"));
    assert_eq!(page.attribute(trap, "autocomplete").as_deref(), Some("off"));
    assert_eq!(page.attribute(trap, "value").as_deref(), Some(""));
}

#[tokio::test]
async fn the_script_is_small_and_only_where_there_is_a_form() {
    let (blog, path) = open_blog().await;
    let page = blog.reader().open(&path).await;
    let script = page.attribute("script[type=module]", "src").unwrap();
    assert_eq!(page.number_of("script[src]"), 1);
    let answer = blog
        .reader()
        .ask(
            axum::http::Method::GET,
            &script,
            &[("accept-encoding", "gzip")],
        )
        .await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, Some("text/javascript; charset=utf-8"))
    );
    assert!(
        answer
            .header("cache-control")
            .unwrap()
            .contains("immutable")
    );
    assert!(answer.body.len() < 4 * 1024, "{} bytes", answer.body.len());
    settle(&blog, |settings| settings.comments_stopped = true).await;
    // What offers Edit to who may is a file of its own there.
    let page = blog.reader().open(&path).await;
    assert_eq!(page.number_of("script[src]"), 1);
    assert_eq!(page.number_of("script[src*=\"/edit_link.\"]"), 1);
    assert_eq!(blog.reader().open("/").await.number_of("script[src]"), 0);
}

#[tokio::test]
async fn post_a_comment_leads_down_to_the_form() {
    let (blog, path) = open_blog().await;
    assert_eq!(
        blog.reader()
            .open(&path)
            .await
            .link_if_any("Post a comment"),
        None,
        "it is right there"
    );
    talk(&blog, 1..=1).await;
    let page = blog.reader().open(&path).await;
    assert_eq!(page.link("Post a comment"), "#comment-form");
}

#[tokio::test]
async fn the_moderators_list_leads_to_the_page_of_a_comment() {
    let (blog, path) = open_blog().await;
    talk(&blog, 1..=101).await;
    let nora = blog.author().await;
    let list = nora.open("/admin/comments/?state=approved").await;
    assert_eq!(list.link("Ebb"), format!("{path}?comments=2#comment-101"));
}
