//! Three roles: what a contributor and an author may act on, in every way that there is to act.

use crate::blog::{AUTHOR, PASSWORD, Person, TestBlog};
use daybook::blog::author::Role;

/// Nora's published post, her draft and a comment that waits on her post; Wanda's post with a comment.
struct Harbour {
    blog: TestBlog,
    otto: Person,
    wanda: Person,
    cora: Person,
}

const NORAS_POST: i64 = 1;
const NORAS_DRAFT: i64 = 2;
const WANDAS_POST: i64 = 3;
const CORAS_DRAFT: i64 = 4;

async fn harbour() -> Harbour {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let noras = nora.publish("Ebb", "Nora's words.").await;
    nora.write("Save", &[("Title", "Secret"), ("Body", "Nora's draft.")])
        .await;
    let wanda = blog.person("Wanda", Role::Author).await;
    let wandas = wanda.publish("Flow", "Wanda's words.").await;
    let cora = blog.person("Cora", Role::Contributor).await;
    cora.write("Save", &[("Title", "Slack"), ("Body", "Cora's draft.")])
        .await;
    blog.commenter("Ada").comment(&noras, "On ebb.").await;
    blog.commenter("Ben").comment(&wandas, "On flow.").await;
    Harbour {
        otto: blog.operator().await,
        blog,
        wanda,
        cora,
    }
}

/// The token of somebody's forms.
async fn csrf(person: &Person) -> String {
    let page = person.open("/admin/posts/new").await;
    page.attribute("input[name=csrf]", "value").unwrap()
}

async fn state(blog: &TestBlog, id: i64) -> String {
    let sql = "select state from posts where id = $1";
    let (state,): (String,) = sqlx::query_as(sql)
        .bind(id)
        .fetch_one(&mut blog.database().await)
        .await
        .unwrap();
    state
}

/// All that readers' pages, admin pages and the log contain, as one text.
async fn everything(blog: &TestBlog) -> String {
    let sql = "select group_concat(x, '|') from (\
        select id || state || title || source || coalesce(author_id, '') || comments as x from posts \
        union all select id || source || title from revisions \
        union all select id || state || source from comments \
        union all select id || name || coalesce(withdrawn_at, '') from preview_links \
        union all select name || value from settings)";
    let (all,): (String,) = sqlx::query_as(sql)
        .fetch_one(&mut blog.database().await)
        .await
        .unwrap();
    all
}

/// Comment 1 is on a post of Nora: nobody else decides about it, edits it or replies to it.
async fn no_form_changes_comment_1(person: &Person, token: &str) {
    for act in ["approve", "spam", "delete"] {
        let fields = [
            ("csrf", token),
            ("act", act),
            ("seen", "1:waiting::"),
            ("back", ""),
        ];
        assert_eq!(person.post("/admin/comments/1", &fields).await.status, 404);
        let fields = [
            ("csrf", token),
            ("act", act),
            ("picked", "1:waiting::"),
            ("back", ""),
        ];
        let status = person.post("/admin/comments/", &fields).await.status;
        assert!([403, 404].contains(&status), "{status}");
    }
    for rest in ["/edit", "/reply"] {
        let fields = [
            ("csrf", token),
            ("body", "x"),
            ("name", "x"),
            ("url", ""),
            ("seen", "1:waiting::"),
        ];
        let path = format!("/admin/comments/1{rest}");
        assert_eq!(person.post(&path, &fields).await.status, 404);
    }
}

#[tokio::test]
async fn nothing_of_somebody_elses_is_changed_by_any_form() {
    let Harbour {
        blog,
        otto,
        wanda,
        cora,
    } = harbour().await;
    otto.post(
        &format!("/admin/posts/{NORAS_DRAFT}/links"),
        &[
            ("csrf", &csrf(&otto).await),
            ("name", "for Bo"),
            ("until", ""),
        ],
    )
    .await;
    let before = everything(&blog).await;
    for person in [&wanda, &cora] {
        let token = csrf(person).await;
        for id in [NORAS_POST, NORAS_DRAFT] {
            let post = |rest: &str| format!("/admin/posts/{id}{rest}");
            let text = [
                ("csrf", token.as_str()),
                ("title", "Taken over"),
                ("body", "Other words."),
                ("markup", "markdown"),
                ("comments", "hidden"),
                ("base", "1"),
            ];
            for act in [
                "save",
                "publish",
                "update",
                "trash",
                "restore",
                "discard",
                "undo",
                "unpublish",
            ] {
                let fields = [&text[..], &[("act", act)]].concat();
                assert_eq!(person.post(&post(""), &fields).await.status, 404, "{act}");
                let page = format!("/admin/pages/{id}");
                assert_eq!(person.post(&page, &fields).await.status, 403, "{act}");
            }
            assert_eq!(person.post(&post("/autosave"), &text).await.status, 404);
            for (rest, fields) in [
                ("/open", [("editor", "x"), ("base", "1")]),
                ("/revisions/1", [("act", "restore"), ("name", "")]),
                ("/links", [("name", "x"), ("until", "")]),
                ("/links/1", [("name", ""), ("until", "")]),
            ] {
                let fields = [&[("csrf", token.as_str())][..], &fields].concat();
                assert_eq!(
                    person.post(&post(rest), &fields).await.status,
                    404,
                    "{rest}"
                );
            }
            for act in [
                "trash",
                "restore",
                "draft",
                "publish",
                "add-tag",
                "remove-tag",
                "comments",
                "copy",
            ] {
                let picked = id.to_string();
                let fields = [
                    ("csrf", token.as_str()),
                    ("act", act),
                    ("tag", "Tides"),
                    ("comments", "hidden"),
                    ("picked", &picked),
                    ("back", ""),
                ];
                let status = person.post("/admin/posts/", &fields).await.status;
                assert!([303, 404, 422].contains(&status), "{act}: {status}");
            }
        }
        no_form_changes_comment_1(person, &token).await;
    }
    assert_eq!(everything(&blog).await, before);
}

#[tokio::test]
async fn lists_show_what_somebody_may_act_on_and_nothing_else() {
    let Harbour {
        wanda, cora, otto, ..
    } = harbour().await;
    for address in [
        "/admin/posts/",
        "/admin/posts/?q=words",
        "/admin/posts/?q=draft",
        "/admin/posts/?author=2",
        "/admin/posts/?author=1&state=published",
        "/admin/posts/?state=trashed",
        "/admin/posts/calendar?month=2016-06",
        "/admin/media/",
        "/admin/comments/",
        "/admin/comments/?q=post:1",
        "/admin/comments/?q=ebb",
        "/admin/comments/?state=approved",
        "/admin/comments/?met=1",
        "/admin/comments/?done=1-99",
        "/admin/comments/log",
    ] {
        for person in [&wanda, &cora] {
            let page = person.open(address).await;
            for hidden in ["Ebb", "Secret", "On ebb.", "Nora"] {
                assert!(!page.says(hidden), "{address}: {hidden}");
            }
        }
        let cora_sees = cora.open(address).await;
        assert!(!cora_sees.says("Flow") && !cora_sees.says("On flow."));
    }
    assert!(wanda.open("/admin/posts/").await.says("Flow"));
    assert!(wanda.open("/admin/comments/").await.says("On flow."));
    assert!(cora.open("/admin/posts/").await.says("Slack"));
    for title in ["Ebb", "Secret", "Flow", "Slack"] {
        assert!(otto.open("/admin/posts/").await.says(title), "{title}");
    }
}

#[tokio::test]
async fn navigation_and_lists_hold_no_link_that_leads_to_a_refusal() {
    let Harbour {
        otto, wanda, cora, ..
    } = harbour().await;
    for person in [&otto, &wanda, &cora] {
        let mut waiting = vec!["/admin/posts/".to_owned()];
        let mut seen = std::collections::BTreeSet::new();
        while let Some(address) = waiting.pop() {
            let place = address.split(['?', '#']).next().unwrap().to_owned();
            if !place.starts_with("/admin/") || !seen.insert(place) || seen.len() > 60 {
                continue;
            }
            let page = person.open(&address).await;
            assert!(page.status < 400, "{address} gives {}", page.status);
            waiting.extend(page.links().into_iter().map(|(_, target)| target));
        }
        assert!(seen.len() >= 5, "{seen:?}");
    }
}

#[tokio::test]
async fn a_contributor_writes_drafts_and_publishes_nothing() {
    let Harbour {
        blog, otto, cora, ..
    } = harbour().await;
    let editor = cora.editor("Slack").await;
    assert!(!editor.form_with("Body").has_button("Publish"));
    let page = cora
        .revise("Slack", "Save", &[("Body", "Better words.")])
        .await;
    assert_eq!(page.status, 200);
    let token = csrf(&cora).await;
    for (act, date) in [
        ("publish", ""),
        ("publish", "2030-01-01T10:00"),
        ("update", ""),
    ] {
        let fields = [
            ("csrf", token.as_str()),
            ("title", "Slack"),
            ("body", "Better words."),
            ("markup", "markdown"),
            ("comments", "blog"),
            ("published_at", date),
            ("act", act),
        ];
        let path = format!("/admin/posts/{CORAS_DRAFT}");
        let page = cora.post(&path, &fields).await;
        assert!([422, 409].contains(&page.status), "{}", page.status);
        let other = [&[("title", "Other")][..], &fields].concat();
        let other: Vec<_> = other
            .iter()
            .enumerate()
            .filter(|(place, field)| *place == 0 || field.0 != "title")
            .map(|(_, field)| *field)
            .collect();
        let page = cora.post("/admin/posts/new", &other).await;
        assert_eq!(page.status, 422);
        let picked = CORAS_DRAFT.to_string();
        let fields = [
            ("csrf", token.as_str()),
            ("act", "publish"),
            ("picked", &picked),
        ];
        assert_eq!(cora.post("/admin/posts/", &fields).await.status, 422);
    }
    let drafts = "select count(*) from posts where author_id = \
        (select id from authors where name = 'Cora') and state <> 'draft'";
    assert_eq!(blog.number(drafts).await, 0);
    // Once somebody published it, it is not the contributor's to change.
    otto.revise("Slack", "Publish", &[("Published on", "")])
        .await;
    assert_eq!(state(&blog, CORAS_DRAFT).await, "published");
    let path = format!("/admin/posts/{CORAS_DRAFT}");
    assert_eq!(cora.get(&path).await.status, 404);
}

#[tokio::test]
async fn an_author_publishes_moderates_and_signs_what_is_their_own() {
    let Harbour { blog, wanda, .. } = harbour().await;
    wanda
        .revise("Flow", "Update", &[("Body", "Better words.")])
        .await;
    wanda.moderate("On flow.", "Approve").await;
    let page = blog.reader().open("/2016/06/flow.html").await;
    assert!(page.says("Better words.") && page.says("On flow."));
    let token = csrf(&wanda).await;
    let fields = [
        ("csrf", token.as_str()),
        ("title", "Flow"),
        ("body", "Words."),
        ("markup", "markdown"),
        ("comments", "blog"),
        ("author", "1"),
        ("act", "publish"),
    ];
    wanda.post("/admin/posts/new", &fields).await;
    let path = format!("/admin/posts/{WANDAS_POST}");
    wanda.post(&path, &fields).await;
    let sql = "select count(*) from posts where author_id = 1";
    assert_eq!(
        blog.number(sql).await,
        0,
        "nobody signs with another's name"
    );
}

#[tokio::test]
async fn notices_and_their_links_go_to_who_may_decide_and_stop_with_the_right() {
    let blog = TestBlog::new().await;
    let wanda = blog.person("Wanda", Role::Author).await;
    blog.person("Cora", Role::Contributor).await;
    let noras = blog.author().await.publish("Ebb", "Words.").await;
    let wandas = wanda.publish("Flow", "Words.").await;
    blog.mail().await;
    blog.commenter("Ada").comment(&noras, "On ebb.").await;
    let to: Vec<String> = blog
        .mail()
        .await
        .into_iter()
        .map(|one| one.mail.to)
        .collect();
    assert!(!to.contains(&"wanda@harbour.example".to_owned()), "{to:?}");
    assert!(to.contains(&AUTHOR.to_owned()), "{to:?}");
    blog.commenter("Ben").comment(&wandas, "On flow.").await;
    let mail = blog.mail().await;
    assert!(mail.iter().all(|one| one.mail.to != "cora@harbour.example"));
    let notice = mail
        .iter()
        .find(|one| one.mail.to == "wanda@harbour.example")
        .unwrap();
    let link = notice
        .mail
        .text
        .split_whitespace()
        .find(|word| word.contains("act=approve"))
        .unwrap()
        .trim_start_matches("http://blog.example")
        .to_owned();
    assert_eq!(blog.reader().open(&link).await.status, 200);
    blog.give_role("wanda@harbour.example", Role::Contributor)
        .await;
    assert_eq!(blog.reader().open(&link).await.status, 410);
}

#[tokio::test]
async fn preview_links_say_whose_they_are_and_end_with_the_person_or_the_right() {
    let Harbour { blog, otto, .. } = harbour().await;
    for removed in [false, true] {
        let name = if removed { "Rita" } else { "Dora" };
        let person = blog.person(name, Role::Operator).await;
        let path = format!("/admin/posts/{NORAS_DRAFT}/links");
        let mut form = person.open(&path).await.form_with("Who is it for?");
        form.fill("Who is it for?", "Bo");
        let page = person.press(&form, "Create link").await;
        assert!(page.says(&format!("by {name}")));
        let link = page.attribute("input[readonly]", "value").unwrap();
        let link = link.trim_start_matches("http://blog.example").to_owned();
        assert!(blog.reader().open(&link).await.says("Nora's draft."));
        let email = format!("{}@harbour.example", name.to_lowercase());
        if removed {
            let people = otto.open("/admin/people/").await;
            otto.press(&people.form_near(name, "Remove"), "Remove")
                .await;
        } else {
            blog.give_role(&email, Role::Author).await;
        }
        assert_eq!(blog.reader().get(&link).await.status, 404, "{name}");
    }
}

#[tokio::test]
async fn imported_posts_are_operators_until_they_are_given_to_an_author() {
    let Harbour {
        blog, otto, wanda, ..
    } = harbour().await;
    sqlx::query("update posts set author_id = null, byline = 'Old Tom' where id = $1")
        .bind(NORAS_POST)
        .execute(&mut blog.database().await)
        .await
        .unwrap();
    let path = format!("/admin/posts/{NORAS_POST}");
    assert_eq!(wanda.get(&path).await.status, 404);
    // A name that is the same gives no rights.
    let mut form = wanda.open("/admin/profile").await.form_with("New password");
    form.fill("Your name", "Old Tom");
    wanda.press(&form, "Save profile").await;
    assert_eq!(wanda.get(&path).await.status, 404);
    assert_eq!(otto.get(&path).await.status, 200);
    let mut form = otto.open("/admin/people/").await.form_with("Posts by");
    form.fill("Assign to", "Old Tom");
    otto.press(&form, "Assign").await;
    assert_eq!(wanda.get(&path).await.status, 200);
    assert!(
        blog.reader()
            .open("/2016/06/ebb.html")
            .await
            .says("Old Tom")
    );
}

#[tokio::test]
async fn the_old_ways_of_an_author_are_closed() {
    let blog = TestBlog::new().await;
    blog.give_role(AUTHOR, Role::Author).await;
    let nora = blog.reader();
    assert_eq!(nora.sign_in(AUTHOR, PASSWORD).await.status, 200);
    for address in ["/admin/settings", "/admin/pages/", "/admin/tags/"] {
        assert_eq!(nora.get(address).await.status, 403, "{address}");
    }
}
