//! Backups as an operator meets them: made at the press of a button or at their hour, proven, carried away, damaged.

use crate::blog::{PASSWORD, Person, TestBlog};
use crate::page::Page;
use daybook::app::backups::Step;
use daybook::blog::backup::State;
use daybook::blog::time::Millis;
use daybook::jobs;
use std::path::PathBuf;

const HERE: &str = "/admin/backup/";
const DOWNLOAD: &str = "Download the backup of 5 June 2016, 14:30";

/// Waits until nothing is worked on; gives the page as it is then.
async fn when_done(blog: &TestBlog, otto: &Person) -> Page {
    while blog.app.backups.doing().is_some() {
        tokio::task::yield_now().await;
    }
    otto.open(HERE).await
}

async fn back_up(blog: &TestBlog, otto: &Person) -> Page {
    let form = otto.open(HERE).await.form_with_button("Back up now");
    let answer = otto.press_once(&form, "Back up now").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), Some("/admin/backup/?done=begun"));
    when_done(blog, otto).await
}

/// The files of all backups, newest first.
async fn files(blog: &TestBlog) -> Vec<PathBuf> {
    let backups = blog.app.backup_list().await.unwrap();
    backups
        .into_iter()
        .map(|backup| blog.app.config.backups.join(backup.name))
        .collect()
}

#[tokio::test]
async fn a_new_blog_is_not_without_a_backup_until_the_first_is_late() {
    let blog = TestBlog::new().await;
    let is_ok = async || blog.app.last_proven_backup().await.unwrap().ok;
    assert!(is_ok().await, "nothing is due yet");
    // Past three in the night, when it is due, and then past the time that it may take.
    blog.clock.advance(13 * 3600);
    assert!(blog.app.is_backup_due().await.unwrap());
    assert!(is_ok().await, "it is being made");
    blog.clock.advance(3600);
    assert!(!is_ok().await, "it is late");
    jobs::back_up_when_due(&blog.app).await.unwrap();
    assert!(is_ok().await);
}

#[tokio::test]
async fn an_operator_backs_up_and_sees_that_it_is_proven() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let path = otto.publish("Ebb", "Words.").await;
    blog.commenter("Ada").comment(&path, "A thought.").await;
    let none = otto.open(HERE).await;
    assert!(none.says("No backup has been verified yet."));
    assert_eq!(blog.app.last_proven_backup().await.unwrap().at, None);

    let page = back_up(&blog, &otto).await;
    assert!(
        page.says("5 June 2016, 14:30: 1 post, 1 comment, 0 files"),
        "{}",
        page.main()
    );
    assert_eq!(page.number_of(".backups tbody tr"), 1);
    assert!(page.texts(".backups tbody tr")[0].contains("Verified"));
    let last = blog.app.last_proven_backup().await.unwrap();
    assert!(last.ok && last.at == Some(blog.app.now()));
    let left: Vec<String> = std::fs::read_dir(&blog.app.config.backups)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(left.len(), 2, "the backup and its record: {left:?}");
}

#[tokio::test]
async fn while_a_backup_is_made_the_page_says_so_and_a_second_is_not_begun() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let form = otto.open(HERE).await.form_with_button("Back up now");
    let turn = blog
        .app
        .backups
        .begin(Step::Writing, blog.app.now())
        .unwrap();
    let page = otto.open(HERE).await;
    assert!(
        page.status_line()
            .starts_with("Backup in progress, since 5 June 2016, 14:30"),
        "{}",
        page.main()
    );
    assert_eq!(page.number_of("meta[http-equiv=refresh]"), 1);
    let second = otto.press(&form, "Back up now").await;
    assert!(
        second.status_line().starts_with("Nothing was started"),
        "{}",
        second.main()
    );
    jobs::back_up_when_due(&blog.app).await.unwrap();
    drop(turn);
    let page = otto.open(HERE).await;
    assert_eq!(page.number_of("meta[http-equiv=refresh]"), 0);
    assert!(files(&blog).await.is_empty());
    back_up(&blog, &otto).await;
    assert_eq!(files(&blog).await.len(), 1);
}

#[tokio::test]
async fn a_backup_is_carried_away_whole_by_who_has_just_shown_the_password() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    back_up(&blog, &otto).await;
    let file = files(&blog).await.remove(0);
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let form = otto.open(HERE).await.form_with_button(DOWNLOAD);
    let answer = otto.press_once(&form, DOWNLOAD).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body == std::fs::read(&file).unwrap());
    assert_eq!(answer.header("content-type"), Some("application/x-tar"));
    assert_eq!(
        answer.header("content-disposition"),
        Some(format!("attachment; filename=\"{name}\"").as_str())
    );
    let noted = otto.open("/admin/audit/").await;
    assert!(
        noted.says("downloaded") && noted.says(&name) && noted.says("backed up"),
        "{}",
        noted.main()
    );

    blog.clock.advance(16 * 60);
    let asked = otto.press(&form, DOWNLOAD).await;
    assert!(
        asked.address.starts_with("/admin/confirm"),
        "{}",
        asked.address
    );
    let mut password = asked.form_with("Password");
    password.fill("Password", PASSWORD);
    assert_eq!(otto.press(&password, "Continue").await.address, HERE);
    assert_eq!(otto.press_once(&form, DOWNLOAD).await.status, 200);
    let (_, fields) = form.pressed(DOWNLOAD);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    for other in [
        "daybook.db",
        "..%2Fdaybook.db",
        "daybook-20160605T143000Z.tar.json",
    ] {
        let answer = otto.post(&format!("{HERE}{other}"), &fields).await;
        assert_eq!(answer.status, 404, "{other}");
    }
}

#[tokio::test]
async fn an_author_sees_nothing_of_backups() {
    let blog = TestBlog::new().await;
    let role = daybook::blog::author::Role::Author;
    blog.give_role(crate::blog::AUTHOR, role).await;
    let (nora, otto) = (blog.author().await, blog.operator().await);
    assert!(
        otto.open("/admin/posts/")
            .await
            .link_if_any("Backups")
            .is_some()
    );
    assert!(
        nora.open("/admin/posts/")
            .await
            .link_if_any("Backups")
            .is_none()
    );
    assert_eq!(nora.get(HERE).await.status, 403);
}

#[tokio::test]
async fn a_damaged_backup_says_so_and_what_is_damaged() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    back_up(&blog, &otto).await;
    let file = files(&blog).await.remove(0);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let page = otto.open(HERE).await;
    let form = page.form_with_button("Verify the backup of 5 June 2016, 14:30");
    otto.press_once(&form, "Verify the backup of 5 June 2016, 14:30")
        .await;
    let page = when_done(&blog, &otto).await;
    let damaged = page.texts(".backups .problem");
    assert!(
        damaged.len() == 1
            && damaged[0].starts_with("Damaged: ")
            && damaged[0].contains("daybook.db"),
        "{damaged:?}"
    );
    assert!(page.says("No backup has been verified yet."));
    let last = blog.app.last_proven_backup().await.unwrap();
    assert!(!last.ok && last.at.is_none());
    let problems = daybook::app::backups::problems(&blog.app.config.backups).unwrap();
    assert!(
        problems.len() == 1 && problems[0].contains("is damaged"),
        "{problems:?}"
    );
}

#[tokio::test]
async fn a_backup_that_fails_says_why_and_is_tried_again_in_an_hour() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    blog.clock.advance(13 * 3600);
    let name = daybook::blog::backup::file_name(blog.app.now());
    // A directory where the file is to be written.
    std::fs::create_dir_all(blog.app.config.backups.join(format!("{name}.new/in"))).unwrap();
    assert!(blog.app.is_backup_due().await.unwrap());
    jobs::back_up_when_due(&blog.app).await.unwrap();
    let page = otto.open(HERE).await;
    let alert = page.alert().unwrap_or_else(|| panic!("{}", page.main()));
    assert!(
        alert.contains("The backup of 6 June 2016, 03:30 failed"),
        "{alert}"
    );
    assert!(!blog.app.last_proven_backup().await.unwrap().ok);
    assert!(!blog.app.is_backup_due().await.unwrap(), "not at once");
    blog.clock.advance(3600);
    assert!(blog.app.is_backup_due().await.unwrap());
    std::fs::remove_dir_all(blog.app.config.backups.join(format!("{name}.new"))).unwrap();
    jobs::back_up_when_due(&blog.app).await.unwrap();
    let page = otto.open(HERE).await;
    assert_eq!(page.alert(), None, "{}", page.main());
    assert!(blog.app.last_proven_backup().await.unwrap().ok);
}

#[tokio::test]
async fn the_plan_is_kept_and_nonsense_is_refused() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let mut form = otto.open(HERE).await.form_with("Hour of the day");
    assert!(
        form.is_chosen("Back up every day"),
        "it is on from the first"
    );
    form.fill("Hour of the day", "24")
        .fill("Backups to keep", "0");
    let again = otto.press(&form, "Save").await;
    assert_eq!(again.status, 422);
    assert!(again.problem_of("Hour of the day").is_some());
    assert!(again.problem_of("Backups to keep").is_some());
    assert_eq!(
        again.form_with("Hour of the day").value("Hour of the day"),
        "24"
    );
    form.fill("Hour of the day", "5")
        .fill("Backups to keep", "2");
    let saved = otto.press(&form, "Save").await;
    assert_eq!(saved.status_line(), "Saved.");
    assert_eq!(
        saved.form_with("Hour of the day").value("Hour of the day"),
        "5"
    );
}

#[tokio::test]
async fn a_backup_is_made_at_its_hour_and_the_oldest_go() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let mut form = otto.open(HERE).await.form_with("Hour of the day");
    form.fill("Backups to keep", "2");
    otto.press(&form, "Save").await;
    jobs::back_up_when_due(&blog.app).await.unwrap();
    assert!(files(&blog).await.is_empty(), "a new blog has a day");
    // From 14:30 to 03:00.
    blog.clock.advance(12 * 3600 + 1800);
    let mut made = Vec::new();
    for _ in 0..3 {
        jobs::back_up_when_due(&blog.app).await.unwrap();
        jobs::back_up_when_due(&blog.app).await.unwrap();
        made.push(blog.app.now());
        blog.clock.advance(24 * 3600);
    }
    let backups = blog.app.backup_list().await.unwrap();
    let times: Vec<Millis> = backups.iter().map(|backup| backup.made_at).collect();
    assert_eq!(times, [made[2], made[1]], "one a day, and two are kept");
    assert!(backups.iter().all(|backup| backup.state() == State::Proven));
    let files = std::fs::read_dir(&blog.app.config.backups).unwrap().count();
    assert_eq!(files, 4, "no record is left of what is gone");
}

#[tokio::test]
async fn before_somebody_can_sign_in_there_is_nothing_to_back_up() {
    let blog = TestBlog::unborn().await;
    blog.clock.advance(48 * 3600);
    assert!(!blog.app.is_backup_due().await.unwrap());
}
