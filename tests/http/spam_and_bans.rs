//! The spam rules, what the blog learned, and bans: tried first, then saved, and always to be taken back.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::blog::CommentId;
use daybook::blog::comment::State;
use daybook::blog::spam::{Facts, Rules};
use daybook::jobs;

const RULES: &str = "/admin/comments/rules";
const BANS: &str = "/admin/comments/bans";
/// What the script of the comment form keeps in a browser.
const PASS_OF_BOB: &str = "00112233445566778899aabbccddeeff";
const DAY_SECONDS: i64 = 24 * 3600;

/// A blog with comments that wait, each by a commenter of its own, a minute after the other.
async fn blog_with(comments: &[(&str, &str)]) -> (TestBlog, Person) {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora.publish("Ebb", "Words.").await;
    for (name, words) in comments {
        blog.clock.advance(60);
        blog.commenter(name).comment(&path, words).await;
    }
    (blog, nora)
}

async fn id_of(blog: &TestBlog, words: &str) -> i64 {
    let (id,): (i64,) = sqlx::query_as("select id from comments where source = $1")
        .bind(words)
        .fetch_one(&mut blog.database().await)
        .await
        .unwrap();
    id
}

/// Puts what was known of a comment when it came in its row.
async fn give_facts(blog: &TestBlog, words: &str, facts: &Facts) {
    sqlx::query("update comments set facts = $2 where source = $1")
        .bind(words)
        .bind(serde_json::to_string(facts).unwrap())
        .execute(&mut blog.database().await)
        .await
        .unwrap();
}

async fn press_rules(person: &Person, text: &str, button: &str) -> Page {
    let mut form = person.open(RULES).await.form("Spam rules");
    form.fill("Rules", text);
    person.press(&form, button).await
}

fn rules_on(page: &Page) -> String {
    page.form("Spam rules").value("Rules").to_owned()
}

/// The table of a trial: for each set of rules shown, held, spam, approved but kept back, spam but shown.
fn counts(page: &Page) -> Vec<Vec<String>> {
    let cells = page.texts("section.trial-results td");
    cells.chunks(5).map(<[String]>::to_vec).collect()
}

fn changes(page: &Page) -> Vec<(String, String)> {
    let names = page.texts("section.trial-results article h3");
    names
        .into_iter()
        .zip(page.texts("section.trial-results .change"))
        .collect()
}

async fn fingerprint(blog: &TestBlog) -> (i64, i64, i64, Rules, u64) {
    (
        blog.number("select coalesce(sum(id * length(state) * (1 + points)), 0) from comments")
            .await,
        blog.number("select count(*) from bans").await,
        blog.number("select count(*) from acts").await,
        blog.app.store.settings().load().await.unwrap().spam_rules,
        blog.app.store.content_version(),
    )
}

// Rules

#[tokio::test]
async fn rules_that_are_tried_say_what_they_would_do_and_change_nothing() {
    let (blog, nora) = blog_with(&[
        ("Ada", "Lovely tides."),
        ("Ben", "A lantern, cheap."),
        ("Cleo", "Lanterns and more lanterns."),
    ])
    .await;
    nora.moderate("Lovely tides.", "Approve").await;
    nora.moderate("A lantern, cheap.", "Approve").await;
    nora.moderate("Lanterns and more", "Spam").await;
    let before = fingerprint(&blog).await;

    let page = press_rules(&nora, "hold at 5\nword lantern 4 # mine\n", "Test").await;

    assert_eq!(page.status, 200);
    assert!(page.says("Nothing has been changed or saved."));
    assert!(page.says("the last 3 comments"));
    assert_eq!(
        counts(&page),
        [["3", "0", "0", "0", "1"], ["2", "1", "0", "1", "1"]]
    );
    let [(name, change)] = &changes(&page)[..] else {
        panic!("{:?}", changes(&page));
    };
    assert_eq!(name, "Ben");
    assert_eq!(
        change,
        "approved → waiting with 5 points: first comment (+1), contains the word “lantern” (+4)"
    );
    assert_eq!(
        rules_on(&page).replace('\r', ""),
        "hold at 5\nword lantern 4 # mine\n"
    );
    assert_eq!(fingerprint(&blog).await, before);
}

#[tokio::test]
async fn rules_are_tried_on_what_was_known_when_a_comment_came() {
    let (blog, nora) = blog_with(&[("Ada", "Lovely tides."), ("Ben", "Another word.")]).await;
    let known = |facts: Facts| Facts {
        form_age_seconds: Some(90),
        ..facts
    };
    let caught = known(Facts {
        trap: true,
        ..Facts::default()
    });
    give_facts(&blog, "Lovely tides.", &caught).await;
    give_facts(&blog, "Another word.", &known(Facts::default())).await;
    let page = press_rules(&nora, "hold at 20\nspam at 20", "Test").await;
    assert_eq!(
        counts(&page),
        [["1", "1", "0", "0", "0"], ["2", "0", "0", "0", "0"]]
    );
    assert_eq!(changes(&page)[0].0, "Ada");
    assert!(
        changes(&page)[0]
            .1
            .starts_with("waiting → approved with 8 points")
    );
}

#[tokio::test]
async fn what_authors_write_themselves_is_not_judged() {
    let (blog, nora) = blog_with(&[("Ada", "Lovely tides.")]).await;
    let path = "/2016/06/ebb.html";
    let mut form = nora.open(path).await.form("Post a comment");
    form.fill("Name", "Nora").fill("Comment", "My own lantern.");
    nora.press(&form, "Post comment").await;
    assert_eq!(blog.comments().await, 2);
    let page = press_rules(&nora, "word lantern 9", "Test").await;
    assert!(page.says("Tested on the last comment by commenters"));
    assert_eq!(changes(&page), []);
}

#[tokio::test]
async fn saved_rules_are_what_new_comments_are_judged_by() {
    let (blog, nora) = blog_with(&[]).await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let path = "/2016/06/ebb.html";
    let ben = blog.commenter("Ben");
    let shown = ben.comment(path, "My first lantern.").await;
    assert!(shown.address.contains("#comment-"), "{}", shown.address);
    press_rules(
        &nora,
        "hold at 6\nspam at 40\nword lantern 6\nword lanterns 50",
        "Save rules",
    )
    .await;
    blog.clock.advance(60);
    ben.comment(path, "My second lantern.").await;
    blog.clock.advance(60);
    ben.comment(path, "All my lanterns.").await;
    let states = async |state: &str| {
        let page = nora.open(&format!("/admin/comments/?state={state}")).await;
        page.texts("ol.moderation .text")
    };
    assert_eq!(states("approved").await, ["My first lantern."]);
    assert_eq!(states("waiting").await, ["My second lantern."]);
    assert_eq!(states("spam").await, ["All my lanterns."]);
}

#[tokio::test]
async fn saved_rules_keep_their_remarks_and_other_settings_leave_them_alone() {
    let (blog, nora) = blog_with(&[]).await;
    let text = "# for the lantern people\nhold at 4\nword lantern 4\n";
    let page = press_rules(&nora, text, "Save rules").await;
    assert!(
        page.status_line().contains("Saved."),
        "{}",
        page.status_line()
    );
    assert_eq!(rules_on(&page).replace('\r', ""), text);
    let saved = blog.app.store.settings().load().await.unwrap().spam_rules;
    assert_eq!(saved, Rules::parse(text).unwrap());
    nora.change_settings(&[("Blog title", "Ebb Notes")]).await;
    assert_eq!(
        rules_on(&nora.open(RULES).await).replace('\r', ""),
        text,
        "other settings leave them alone"
    );
    let trial = press_rules(&nora, text, "Test").await;
    assert!(trial.says("There are no comments to test them on yet."));
}

#[tokio::test]
async fn wrong_rules_come_back_whole_with_the_line_of_each_mistake() {
    let (blog, nora) = blog_with(&[]).await;
    let before = fingerprint(&blog).await;
    let text = "hold at many\n</textarea><script>alert(1)</script>\nword lantern 4";
    for button in ["Test", "Save rules"] {
        let page = press_rules(&nora, text, button).await;
        assert_eq!(page.status, 422, "{button}");
        let problem = page.problem_of("Rules").expect("a message about the rules");
        assert!(
            problem.contains("Line 1: “many” must be a whole number"),
            "{problem}"
        );
        assert!(problem.contains("Line 2: “</textarea>"), "{problem}");
        assert_eq!(rules_on(&page).replace('\r', ""), text);
        assert_eq!(page.number_of("script:not([src])"), 0);
        assert!(
            page.alert()
                .is_some_and(|alert| alert.contains("Not saved."))
        );
    }
    assert_eq!(fingerprint(&blog).await, before);
}

#[tokio::test]
async fn the_usual_rules_come_back_into_the_field_and_are_not_saved() {
    let (blog, nora) = blog_with(&[]).await;
    press_rules(&nora, "hold at 3", "Save rules").await;
    let page = press_rules(&nora, "nonsense", "Reset to default rules").await;
    assert_eq!(page.status, 200);
    assert_eq!(Rules::parse(&rules_on(&page)), Ok(Rules::default()));
    let saved = blog.app.store.settings().load().await.unwrap().spam_rules;
    assert_eq!(saved.hold_at, 3);
    let page = nora.press(&page.form("Spam rules"), "Save rules").await;
    assert_eq!(Rules::parse(&rules_on(&page)), Ok(Rules::default()));
    let saved = blog.app.store.settings().load().await.unwrap().spam_rules;
    assert_eq!(saved, Rules::default());
}

// What the blog learned

#[tokio::test]
async fn the_page_says_what_the_blog_learned_and_whether_it_counts() {
    let words: Vec<(String, bool)> = (0..20)
        .flat_map(|n| {
            [
                (format!("cheap pills {n}"), true),
                (format!("old harbour {n}"), false),
            ]
        })
        .collect();
    let comments: Vec<(&str, &str)> = words.iter().map(|(words, _)| ("Ada", &**words)).collect();
    let (blog, nora) = blog_with(&comments).await;
    let page = nora.open(RULES).await;
    assert!(page.says("It has learned from 0 spam comments and 0 approved comments"));
    assert!(page.says("That isn’t enough to count yet: it needs 20 of each."));
    for (words, spam) in &words {
        let id = CommentId(id_of(&blog, words).await);
        let state = if *spam { State::Spam } else { State::Approved };
        let now = blog.app.now();
        let store = &blog.app.store;
        store
            .moderation()
            .decide(id, state, "Nora", now)
            .await
            .unwrap();
    }
    let page = nora.open(RULES).await;
    assert!(
        page.says("It has learned from 20 spam comments and 20 approved comments. That’s enough for it to count")
    );
    let signs = page.texts("table.summary-table td");
    let place = |sign: [&str; 3]| signs.windows(3).position(|cells| cells == sign);
    let spam = place(["“cheap pills”", "20", "0"]).expect("a sign of spam");
    let good = place(["“old harbour”", "0", "20"]).expect("a sign of a good comment");
    assert!(spam < good);
    assert!(
        !signs.iter().any(|sign| sign == "“pills 7”"),
        "once is no sign"
    );
}

#[tokio::test]
async fn a_decision_is_a_lesson_and_taking_it_back_takes_the_lesson_back() {
    let (blog, nora) = blog_with(&[("Ada", "cheap pills")]).await;
    let learned = async || nora.open(RULES).await.texts("section.learned-words p")[1].clone();
    let page = nora.moderate("cheap pills", "Spam").await;
    assert!(
        learned()
            .await
            .contains("from 1 spam comment and 0 approved comments")
    );
    let page = nora
        .press(&page.form_near("marked as spam", "Undo"), "Undo")
        .await;
    assert_eq!(page.status, 200);
    assert!(
        learned()
            .await
            .contains("from 0 spam comments and 0 approved comments")
    );
    assert_eq!(blog.number("select count(*) from spam_features").await, 0);
}

#[tokio::test]
async fn who_is_approved_and_edits_spam_in_teaches_the_filter_nothing() {
    let (blog, nora) = blog_with(&[]).await;
    let ben = blog.commenter("Ben");
    let own = ben.comment("/2016/06/ebb.html", "Lovely tides.").await;
    nora.moderate("Lovely tides.", "Approve").await;
    assert_eq!(blog.number("select count(*) from spam_lessons").await, 1);
    let page = ben.open(&own.address).await;
    let page = ben.press(&page.form_with_button("Edit"), "Edit").await;
    let mut form = page.form_with("Comment");
    form.fill("Comment", "Cheap pills of all kinds.");
    ben.press(&form, "Save").await;
    let waits = "select count(*) from comment_changes where source like 'Cheap pills%'";
    assert_eq!(blog.number(waits).await, 1);
    let shown = "select count(*) from comments where source like 'Cheap pills%'";
    assert_eq!(blog.number(shown).await, 0);
    let lessons = "select count(*) from spam_lessons";
    assert_eq!(blog.number(lessons).await, 1, "that of the approved words");
    let features = "select count(*) from spam_features where feature like '%pills%'";
    assert_eq!(blog.number(features).await, 0);
}

#[tokio::test]
async fn the_filter_learns_nothing_from_its_own_verdicts() {
    let (blog, nora) = blog_with(&[]).await;
    press_rules(&nora, "word lantern 100", "Save rules").await;
    blog.commenter("Ben")
        .comment("/2016/06/ebb.html", "A lantern.")
        .await;
    assert_eq!(
        blog.number("select count(*) from comments where state = 'spam'")
            .await,
        1
    );
    assert_eq!(blog.number("select count(*) from spam_lessons").await, 0);
}

#[tokio::test]
async fn what_was_learned_can_be_taken_along() {
    let (blog, nora) = blog_with(&[("Ada", "cheap pills"), ("Ben", "old pills")]).await;
    nora.moderate("cheap pills", "Spam").await;
    nora.moderate("old pills", "Approve").await;
    let link = nora
        .open(RULES)
        .await
        .link("Download everything it has learned");
    let file = nora.open(&link).await;
    assert_eq!(file.header("content-type"), Some("application/json"));
    assert_eq!(
        file.header("content-disposition"),
        Some("attachment; filename=\"daybook-filter.json\"")
    );
    let json: serde_json::Value = serde_json::from_slice(&file.body).unwrap();
    assert_eq!(json["lessons"], serde_json::json!({"spam": 1, "good": 1}));
    assert_eq!(
        json["features"]["word:cheap"],
        serde_json::json!({"spam": 1, "good": 0})
    );
    assert_eq!(
        json["features"]["word:pills"],
        serde_json::json!({"spam": 1, "good": 1})
    );
    let kept = blog.number("select count(*) from spam_features").await;
    let sent = json["features"].as_object().unwrap().len();
    assert_eq!(i64::try_from(sent).unwrap(), kept);
}

// Bans

fn banned(page: &Page) -> Vec<String> {
    page.texts("table.bans tbody tr")
}

async fn applies(blog: &TestBlog, name: &str, email: &str) -> bool {
    let key = daybook::blog::ban::name_key(name);
    let now = blog.app.now();
    let store = &blog.app.store;
    store
        .bans()
        .applies(&key, email, &[], "", now)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_ban_that_is_tried_shows_whom_it_would_catch_and_changes_nothing() {
    let (blog, nora) = blog_with(&[
        ("Bob Reed", "First."),
        ("BOB  Reéd", "Second."),
        ("Rob Reed", "Other."),
    ])
    .await;
    let before = fingerprint(&blog).await;
    let mut form = nora.open(BANS).await.form("New ban");
    form.choose("Name").fill("Name or address", "Bob Reed");
    let page = nora.press(&form, "Test").await;
    assert_eq!(page.status, 200);
    assert!(
        page.says("2 comments in the last 30 days"),
        "{}",
        page.main()
    );
    assert_eq!(
        page.texts("section.trial-results article .text"),
        ["Second.", "First."]
    );
    assert_eq!(page.form("New ban").value("Name or address"), "Bob Reed");
    assert!(page.says("Nobody is banned."));
    assert_eq!(fingerprint(&blog).await, before);

    blog.clock.advance(31 * DAY_SECONDS);
    let nora = blog.author().await;
    let mut form = nora.open(BANS).await.form("New ban");
    form.choose("Name").fill("Name or address", "Bob Reed");
    let page = nora.press(&form, "Test").await;
    assert!(
        page.says("No comments in the last 30 days"),
        "{}",
        page.main()
    );
}

#[tokio::test]
async fn a_ban_takes_hold_from_then_on_and_ends_with_its_day() {
    let (blog, nora) = blog_with(&[("Bob", "First.")]).await;
    let mut form = nora.open(BANS).await.form("New ban");
    assert_eq!(form.value("Until"), "2016-07-05", "thirty days on");
    form.choose("Email")
        .fill("Name or address", "Bob@Example.org")
        .fill("Until", "2016-06-07")
        .fill("Note", "rude <b>again</b>");
    let page = nora.press(&form, "Ban").await;
    assert!(page.status_line().starts_with("Banned."));
    assert_eq!(
        banned(&page),
        ["bob@example.org rude <b>again</b> Email 7 June 2016 Nora End ban of bob@example.org"]
    );
    assert!(applies(&blog, "", "BOB@example.org").await);
    assert!(!applies(&blog, "Bob", "").await);
    assert_eq!(
        blog.number("select count(*) from comments where state = 'waiting'")
            .await,
        1,
        "what is here stays"
    );
    let say = async |words: &str| {
        let bob = blog.commenter("Bob");
        let mut form = bob.comment_form("/2016/06/ebb.html", words).await;
        form.fill("Email", "bob@example.ORG");
        bob.press(&form, "Post comment").await
    };
    let spam = "select count(*) from comments where state = 'spam'";
    blog.clock.advance(2 * DAY_SECONDS);
    let answer = say("Second.").await;
    assert!(
        !answer.main().to_lowercase().contains("ban"),
        "{}",
        answer.main()
    );
    assert_eq!(blog.number(spam).await, 1);
    blog.clock.advance(DAY_SECONDS);
    say("Third.").await;
    assert_eq!(blog.number(spam).await, 1, "the ban has ended");
    assert_eq!(banned(&nora.open(BANS).await), Vec::<String>::new());
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number("select count(*) from bans").await, 0);
}

#[tokio::test]
async fn a_ban_can_be_undone_at_once_and_ended_at_any_time() {
    let (blog, nora) = blog_with(&[]).await;
    let ban = async || {
        let mut form = nora.open(BANS).await.form("New ban");
        form.choose("Name").fill("Name or address", "Bob Reed");
        nora.press(&form, "Ban").await
    };
    let page = ban().await;
    assert!(applies(&blog, "bob reed", "").await);
    let page = nora.press(&page.form_near("Banned.", "Undo"), "Undo").await;
    assert!(page.says("The ban has ended."));
    assert!(!applies(&blog, "bob reed", "").await);
    ban().await;
    let again = ban().await;
    assert!(again.says("This ban already existed."));
    assert_eq!(banned(&again).len(), 1);
    let page = nora
        .press(&again.form_near("Bob Reed", "End ban"), "End ban")
        .await;
    assert!(page.says("Nobody is banned."));
    assert!(!applies(&blog, "bob reed", "").await);
    let (log,): (String,) =
        sqlx::query_as("select group_concat(by || ' ' || act || ' ' || detail, '; ') from acts")
            .fetch_one(&mut blog.database().await)
            .await
            .unwrap();
    assert_eq!(
        log,
        "Nora ban name Bob Reed; Nora end ban name Bob Reed; Nora ban name Bob Reed; \
         Nora ban name Bob Reed; Nora end ban name Bob Reed"
    );
}

/// Says something with a browser that keeps a pass.
async fn say(person: &Person, words: &str, pass: &str) {
    let mut form = person.comment_form("/2016/06/ebb.html", words).await;
    form.tamper("pass", pass);
    person.press(&form, "Post comment").await;
}

async fn words_in_spam(nora: &Person) -> Vec<String> {
    let page = nora.open("/admin/comments/?state=spam").await;
    page.texts("ol.moderation .text")
}

#[tokio::test]
async fn the_writer_of_a_comment_is_banned_by_network_whatever_the_name() {
    let (blog, nora) = blog_with(&[]).await;
    say(&blog.commenter("Bob").at("203.0.113.7"), "First.", "").await;
    say(&blog.commenter("Bert").at("203.0.113.200"), "Second.", "").await;
    say(&blog.commenter("Ada").at("198.51.100.7"), "Third.", "").await;
    let id = id_of(&blog, "First.").await;
    let page = nora.open(&format!("{BANS}?comment={id}")).await;
    let mut form = page.form("Ban a commenter");
    assert!(form.is_chosen("Name: Bob"));
    form.choose("Network: everybody on the same network");
    let page = nora.press(&form, "Test").await;
    assert_eq!(
        page.texts("section.trial-results article .text"),
        ["Second.", "First."]
    );
    let page = nora.press(&page.form("Ban a commenter"), "Ban").await;
    assert!(
        banned(&page)[0].starts_with("Bob Network"),
        "{:?}",
        banned(&page)
    );

    // The key of the hashes changes meanwhile; the ban holds all the same.
    for days in [1, 9, 18] {
        blog.clock.advance(days * DAY_SECONDS);
        let words = format!("After {days} days.");
        say(&blog.commenter("Ben").at("203.0.113.9"), &words, "").await;
    }
    say(
        &blog.commenter("Cleo").at("198.51.100.9"),
        "From elsewhere.",
        "",
    )
    .await;
    let nora = blog.author().await;
    assert_eq!(
        words_in_spam(&nora).await,
        ["After 18 days.", "After 9 days.", "After 1 days."]
    );
    assert_eq!(
        blog.number("select count(*) from acts where act = 'ban' and comment_id = 1 and detail = 'network of Bob'")
            .await,
        1,
        "the log names the comment, never the hash"
    );
}

#[tokio::test]
async fn the_writer_of_a_comment_is_banned_by_browser_wherever_it_goes() {
    let (blog, nora) = blog_with(&[]).await;
    say(&blog.commenter("Bob"), "First.", PASS_OF_BOB).await;
    let list = nora.open("/admin/comments/").await;
    let page = nora
        .open(&list.link("Ban the author of the comment by Bob"))
        .await;
    let mut form = page.form("Ban a commenter");
    form.choose("Browser: everybody using the same browser");
    nora.press(&form, "Ban").await;
    blog.clock.advance(60);
    say(&blog.commenter("Bert"), "Second.", PASS_OF_BOB).await;
    say(
        &blog.commenter("Ada"),
        "Third.",
        "ffeeddccbbaa99887766554433221100",
    )
    .await;
    assert_eq!(words_in_spam(&nora).await, ["Second."]);
}

#[tokio::test]
async fn a_wrong_ban_comes_back_with_every_word() {
    let (blog, nora) = blog_with(&[]).await;
    let mut form = nora.open(BANS).await.form("New ban");
    form.choose("Email")
        .fill("Name or address", "not an address")
        .fill("Until", "2016-06-01")
        .fill("Note", "why");
    let page = nora.press(&form, "Ban").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Name or address").is_some());
    assert!(
        page.problem_of("Until")
            .is_some_and(|problem| problem.contains("past"))
    );
    let form = page.form("New ban");
    assert_eq!(form.value("Name or address"), "not an address");
    assert_eq!(
        (form.value("Until"), form.value("Note")),
        ("2016-06-01", "why")
    );
    assert!(form.is_chosen("Email"));
    assert_eq!(blog.number("select count(*) from bans").await, 0);
}

#[tokio::test]
async fn a_network_is_banned_for_thirty_days_at_most_and_forgotten_then() {
    let (blog, nora) = blog_with(&[("Bob", "First.")]).await;
    let id = id_of(&blog, "First.").await;
    let page = nora.open(&format!("{BANS}?comment={id}")).await;
    assert!(page.says("Networks can be banned for 30 days at most"));
    let mut form = page.form("Ban a commenter");
    form.choose("Network: everybody on the same network")
        .fill("Until", "2016-07-06");
    let page = nora.press(&form, "Ban").await;
    assert_eq!(page.status, 422);
    let mut form = page.form("Ban a commenter");
    form.fill("Until", "2016-07-05");
    assert_eq!(nora.press(&form, "Ban").await.status, 200);

    let traces = "select count(*) from comments where network <> ''";
    blog.clock.advance(30 * DAY_SECONDS - 120);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number(traces).await, 1);
    blog.clock.advance(180);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(blog.number(traces).await, 0);
    assert_eq!(blog.number("select count(*) from bans").await, 0);
}

#[tokio::test]
async fn nobody_is_banned_by_a_comment_of_an_author() {
    let (blog, nora) = blog_with(&[]).await;
    let mut form = nora.open("/2016/06/ebb.html").await.form("Post a comment");
    form.fill("Name", "Nora").fill("Comment", "Mine.");
    nora.press(&form, "Post comment").await;
    let id = id_of(&blog, "Mine.").await;
    let page = nora.open(&format!("{BANS}?comment={id}")).await;
    assert!(
        page.alert()
            .is_some_and(|alert| alert.contains("no comment with that number"))
    );
    assert!(page.has_form("New ban"));
}
