//! Moving in and out in the admin pages: a file is sent, looked through, and comes in; exports go out packed.

use crate::blog::{PASSWORD, Person, TestBlog};
use crate::page::Page;
use axum::body::Body;
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use daybook::blog::author::Role;
use daybook::jobs;
use std::io::Read;

const HERE: &str = "/admin/transfer/";
const UPLOAD: &str = "/admin/transfer/upload";

/// An export of WordPress with two posts and a comment.
fn wordpress(end: &str) -> String {
    let item = |number: u32, title: &str, comment: &str| {
        format!(
            "<item><title>{title}</title><link>https://old.example/2016/06/n{number}/</link>\
             <wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2016-06-05 10:00:00</wp:post_date_gmt>\
             <wp:post_name>n{number}</wp:post_name><wp:status>publish</wp:status>\
             <wp:post_type>post</wp:post_type><content:encoded><![CDATA[Words of {title}.]]></content:encoded>\
             {comment}</item>"
        )
    };
    let comment = "<wp:comment><wp:comment_id>1</wp:comment_id><wp:comment_author>Ada</wp:comment_author>\
        <wp:comment_date_gmt>2016-06-06 10:00:00</wp:comment_date_gmt><wp:comment_content>A thought.</wp:comment_content>\
        <wp:comment_approved>1</wp:comment_approved></wp:comment>";
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Old</title><link>https://old.example</link>\
         <wp:wxr_version>1.2</wp:wxr_version>{}{}{end}",
        item(1, "Ebb", comment),
        item(2, "Flow", "")
    )
}

/// Sends a file as the form does.
async fn send(person: &Person, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Page {
    let (_, given) = person.open(HERE).await.form("Export").pressed("Markdown");
    let token = given.into_iter().find(|(name, _)| name == "csrf");
    let token = token.unwrap().1;
    let mut body = Vec::new();
    let mut part = |head: &str, content: &[u8]| {
        body.extend_from_slice(b"--line\r\nContent-Disposition: form-data; name=");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    part("\"csrf\"", token.as_bytes());
    for (field, value) in fields {
        part(&format!("\"{field}\""), value.as_bytes());
    }
    part(&format!("\"file\"; filename=\"{name}\""), bytes);
    body.extend_from_slice(b"--line--\r\n");
    let mut request = person.request(&Method::POST, UPLOAD);
    let headers = request.headers_mut();
    headers.insert(ORIGIN, "http://blog.example".parse().unwrap());
    let kind = "multipart/form-data; boundary=line";
    headers.insert(CONTENT_TYPE, kind.parse().unwrap());
    *request.body_mut() = Body::from(body);
    person.send(request).await
}

/// Waits until nothing is worked on; gives the page as it is then.
async fn when_done(blog: &TestBlog, otto: &Person) -> Page {
    loop {
        let state = blog.app.import_state().await.unwrap();
        if state.is_none_or(|state| state.percent.is_none()) {
            return otto.open(HERE).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

async fn press(blog: &TestBlog, otto: &Person, button: &str) -> Page {
    let form = otto.open(HERE).await.form_with_button(button);
    let answer = otto.press_once(&form, button).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    when_done(blog, otto).await
}

/// The files that lie in the folder for what is on its way.
fn left(blog: &TestBlog) -> Vec<String> {
    let folder = std::fs::read_dir(blog.app.config.data.join("transfer"));
    let names = folder.into_iter().flatten();
    let mut names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_file_is_checked_first_and_comes_in_when_an_operator_says_so() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let file = wordpress("</channel></rss>");
    let sent = send(&otto, &[("from", "")], "old.xml", file.as_bytes()).await;
    assert_eq!((sent.status, sent.header("location")), (303, Some(HERE)));
    let page = when_done(&blog, &otto).await;
    assert!(page.says("WordPress: old.xml"), "{}", page.main());
    assert!(page.says("nothing was changed yet"), "{}", page.main());
    assert_eq!(
        page.texts(".transfer-counts caption"),
        ["What will come in"]
    );
    assert!(page.texts(".transfer-counts tr")[0].contains('2'));
    assert_eq!(blog.number("select count(*) from posts").await, 0);
    assert!(!page.has_form("Import"), "one at a time");

    let page = press(&blog, &otto, "Import now").await;
    assert!(page.says("The import is done."), "{}", page.main());
    assert_eq!(page.texts(".transfer-counts caption"), ["What came in"]);
    assert_eq!(blog.number("select count(*) from posts").await, 2);
    assert_eq!(blog.comments().await, 1);
    assert!(
        blog.reader()
            .open("/2016/06/n1/")
            .await
            .says("Words of Ebb.")
    );
    assert_eq!(left(&blog), ["import.json"], "the file is not kept");
    let noted = otto.open("/admin/audit/").await;
    assert!(
        noted.says("imported") && noted.says("old.xml"),
        "{}",
        noted.main()
    );

    send(&otto, &[("from", "wordpress")], "old.xml", file.as_bytes()).await;
    let page = press(&blog, &otto, "Import now").await;
    assert!(
        page.texts(".transfer-counts tr")
            .iter()
            .any(|row| row.starts_with("Already there") && row.ends_with('3'))
    );
    assert_eq!(blog.number("select count(*) from posts").await, 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_file_is_said_and_the_form_is_kept() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let broken = wordpress("<item><title>Cut off");
    for (from, name, bytes, says) in [
        ("", "letter.txt", "Dear Ada,", "doesn’t recognise this file"),
        ("ghost", "old.xml", broken.as_str(), "old.xml"),
        ("", "cut.xml", broken.as_str(), "cut.xml"),
        ("", "none.xml", "", "Please choose a file."),
    ] {
        let page = send(
            &otto,
            &[
                ("from", from),
                ("old_url", "https://old.example/"),
                ("stay", "yes"),
            ],
            name,
            bytes.as_bytes(),
        )
        .await;
        assert_eq!(page.status, 422, "{name}: {}", page.text());
        let alert = page.alert().unwrap_or_default();
        assert!(alert.contains(says), "{name}: {alert}");
        assert!(
            !alert.contains("import.file") && !alert.contains("/transfer/"),
            "{alert}"
        );
        let form = page.form("Import");
        assert_eq!(
            form.value("Address of the old blog"),
            "https://old.example/"
        );
        assert_eq!(
            page.attribute("option[selected]", "value")
                .unwrap_or_default(),
            from
        );
        assert!(page.attribute("input[name=stay]", "checked").is_some());
        assert_eq!(left(&blog), Vec::<String>::new(), "{name}");
    }
    let page = send(
        &otto,
        &[("old_url", "old blog")],
        "old.xml",
        broken.as_bytes(),
    )
    .await;
    assert!(
        page.alert()
            .unwrap()
            .contains("the address of the old blog")
    );
    assert_eq!(blog.number("select count(*) from posts").await, 0);
}

#[tokio::test]
async fn an_interrupted_import_is_found_after_a_restart_and_goes_on() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let file = wordpress("</channel></rss>");
    send(&otto, &[], "old.xml", file.as_bytes()).await;
    when_done(&blog, &otto).await;
    let record = blog.app.config.data.join("transfer/import.json");
    let json = std::fs::read_to_string(&record).unwrap();
    assert!(json.contains("\"checked\""), "{json}");
    std::fs::write(&record, json.replace("\"checked\"", "\"importing\"")).unwrap();
    let page = otto.open(HERE).await;
    assert!(
        page.says("interrupted when the server stopped"),
        "{}",
        page.main()
    );
    assert_eq!(page.attribute("meta[http-equiv=refresh]", "content"), None);
    let page = press(&blog, &otto, "Continue").await;
    assert!(page.says("The import is done."), "{}", page.main());
    assert_eq!(blog.number("select count(*) from posts").await, 2);
}

#[tokio::test]
async fn a_file_is_discarded_by_a_button_and_after_two_weeks() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let file = wordpress("</channel></rss>");
    send(&otto, &[], "old.xml", file.as_bytes()).await;
    when_done(&blog, &otto).await;
    assert_eq!(left(&blog), ["import.file", "import.json"]);
    let page = press(&blog, &otto, "Discard the file").await;
    assert!(page.has_form("Import"));
    assert_eq!(left(&blog), Vec::<String>::new());

    send(&otto, &[], "old.xml", file.as_bytes()).await;
    when_done(&blog, &otto).await;
    blog.clock.advance(13 * 24 * 3600);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(left(&blog), ["import.file", "import.json"]);
    blog.clock.advance(2 * 24 * 3600);
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(left(&blog), Vec::<String>::new());
}

#[tokio::test]
async fn an_export_goes_out_packed_and_comes_in_again() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    otto.publish("Ebb", "Words.").await;
    let form = otto.open(HERE).await.form("Export");
    for (button, file) in [
        ("WordPress", "wordpress.xml"),
        ("Markdown", "daybook.yml"),
        ("Daybook (JSON)", "blog.json"),
    ] {
        let answer = otto.press_once(&form, button).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        assert_eq!(answer.header("cache-control"), Some("private, no-store"));
        let zip = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(zip.path(), &answer.body).unwrap();
        let input = daybook::transfer::input::Input::open(&[zip.path().to_owned()]).unwrap();
        let member = input.members.iter().find(|member| member.name == file);
        let mut text = String::new();
        let mut reader = member.unwrap().open(drop).unwrap();
        reader.read_to_string(&mut text).unwrap();
        assert!(!text.is_empty());
        if file != "blog.json" {
            continue;
        }
        let other = TestBlog::new().await;
        let olga = other.operator().await;
        send(&olga, &[], "daybook.zip", &answer.body).await;
        when_done(&other, &olga).await;
        let page = press(&other, &olga, "Import now").await;
        assert!(page.says("The import is done."), "{}", page.main());
        assert_eq!(other.number("select count(*) from posts").await, 1);
    }
    assert!(left(&blog).is_empty(), "{:?}", left(&blog));
    let noted = otto.open("/admin/audit/").await;
    assert!(noted.says("downloaded") && noted.says("daybook-2016-06-05.zip"));

    blog.clock.advance(16 * 60);
    let asked = otto.press(&form, "Markdown").await;
    assert!(
        asked.address.starts_with("/admin/confirm"),
        "{}",
        asked.address
    );
    let mut password = asked.form_with("Password");
    password.fill("Password", PASSWORD);
    assert_eq!(otto.press(&password, "Continue").await.address, HERE);
}

#[tokio::test]
async fn authors_move_nothing() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    blog.give_role(crate::blog::AUTHOR, Role::Author).await;
    assert_eq!(nora.get(HERE).await.status, 403);
    assert_eq!(nora.post(UPLOAD, &[]).await.status, 403);
    assert_eq!(nora.post("/admin/transfer/export", &[]).await.status, 403);
}
