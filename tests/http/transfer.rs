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
    wordpress_of(2, end)
}

/// The same with so many posts, each of which but the second has a comment.
fn wordpress_of(posts: u32, end: &str) -> String {
    let item = |number: u32, title: &str, comment: &str| {
        format!(
            "<item><title>{title}</title><link>https://old.example/2016/06/n{number}/</link>\
             <wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2016-06-05 10:00:00</wp:post_date_gmt>\
             <wp:post_name>n{number}</wp:post_name><wp:status>publish</wp:status>\
             <wp:post_type>post</wp:post_type><content:encoded><![CDATA[Words of {title}.]]></content:encoded>\
             {comment}</item>"
        )
    };
    let comment = |number: u32| {
        format!(
            "<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Ada</wp:comment_author>\
        <wp:comment_date_gmt>2016-06-06 10:00:00</wp:comment_date_gmt><wp:comment_content>A thought.</wp:comment_content>\
        <wp:comment_approved>1</wp:comment_approved></wp:comment>"
        )
    };
    let items = (1..=posts).map(|number| match number {
        1 => item(1, "Ebb", &comment(1)),
        2 => item(2, "Flow", ""),
        _ => item(number, &format!("Tide {number}"), &comment(number)),
    });
    let items: String = items.collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:wp=\"http://wordpress.org/export/1.2/\"><channel><title>Old</title><link>https://old.example</link>\
         <wp:wxr_version>1.2</wp:wxr_version>{items}{end}"
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
    blog.app.write_tally().await.unwrap();
    let read = "select (select count(*) from views) + (select count(*) from missing)";
    assert_eq!(blog.number(read).await, 0, "nobody read");
    assert_eq!(blog.number("select count(*) from posts").await, 2);
    assert_eq!(blog.comments().await, 1);
    assert!(
        blog.reader()
            .open("/2016/06/n1/")
            .await
            .says("Words of Ebb.")
    );
    assert_eq!(left(&blog), ["import.json"], "the file is not kept");
    let counts = page.texts(".transfer-counts tr");
    let says = |name: &str, end: char| {
        counts
            .iter()
            .any(|row| row.starts_with(name) && row.ends_with(end))
    };
    assert!(says("of them with a page", '2'), "{counts:?}");
    assert!(says("of them leading on", '2'), "{counts:?}");
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

/// What both of two blogs have to hold, by their names in the export.
const CAME_IN: &str = "select group_concat(line, char(10)) from (\
     select origin || ' ' || state || ' ' || path || ' ' || title || ' ' || approved_comments || ' ' || \
       coalesce((select group_concat(c.origin || ' ' || c.place || ' ' || c.html) \
         from comments c where c.post_id = p.id), '') as line \
     from posts p order by origin)";

#[tokio::test]
async fn a_cancelled_import_leaves_nothing_by_half_and_continue_brings_the_rest() {
    const POSTS: u32 = 1500;
    let file = wordpress_of(POSTS, "</channel></rss>");
    let whole = TestBlog::new().await;
    let otto = whole.operator().await;
    send(&otto, &[], "old.xml", file.as_bytes()).await;
    when_done(&whole, &otto).await;
    press(&whole, &otto, "Import now").await;

    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    send(&otto, &[], "old.xml", file.as_bytes()).await;
    when_done(&blog, &otto).await;
    let begin = otto.open(HERE).await.form_with_button("Import now");
    otto.press_once(&begin, "Import now").await;
    while blog.number("select count(*) from posts").await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    let page = otto.open(HERE).await;
    assert!(page.says("Importing."), "{}", page.main());
    assert_eq!(
        page.attribute("progress", "aria-label").as_deref(),
        Some("Import")
    );
    let cancel = page.form_with_button("Cancel");
    let answer = otto.press_once(&cancel, "Cancel").await;
    assert!(
        answer
            .header("location")
            .unwrap()
            .ends_with("done=cancelled")
    );
    let page = when_done(&blog, &otto).await;
    assert!(page.says("The import was cancelled."), "{}", page.main());

    let came = blog.number("select count(*) from posts").await;
    assert!(came > 0 && came < i64::from(POSTS), "{came}");
    assert_eq!(
        blog.app.store.problems().await.unwrap(),
        Vec::<String>::new()
    );
    let half = "select count(*) from posts where path is null or html = '' or day is null";
    assert_eq!(blog.number(half).await, 0);
    assert!(
        blog.reader()
            .open("/2016/06/n1/")
            .await
            .says("Words of Ebb.")
    );
    assert_eq!(left(&blog), ["import.file", "import.json"]);

    let page = press(&blog, &otto, "Continue").await;
    assert!(page.says("The import is done."), "{}", page.main());
    assert_eq!(blog.text(CAME_IN).await, whole.text(CAME_IN).await);
    assert_eq!(
        blog.number("select count(*) from posts").await,
        i64::from(POSTS)
    );
    assert_eq!(left(&blog), ["import.json"]);
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

/// What a script sends: a piece of a file, or that one begins.
async fn piece(person: &Person, about: &str, token: &str, bytes: &[u8]) -> Page {
    let address = format!("/admin/transfer/pieces?{about}");
    let mut request = person.request(&Method::POST, &address);
    let headers = request.headers_mut();
    headers.insert(ORIGIN, "http://blog.example".parse().unwrap());
    headers.insert("x-csrf", token.parse().unwrap());
    *request.body_mut() = Body::from(bytes.to_vec());
    person.send(request).await
}

async fn token(person: &Person) -> String {
    let page = person.open(HERE).await;
    page.attribute("#import-form [name=csrf]", "value").unwrap()
}

fn said(page: &Page) -> serde_json::Value {
    serde_json::from_slice(&page.body).unwrap()
}

#[tokio::test]
async fn a_file_in_pieces_goes_on_where_it_broke_and_is_imported_by_its_key() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let csrf = token(&otto).await;
    let file = wordpress("</channel></rss>");
    let (first, second) = file.as_bytes().split_at(700);
    let begun = piece(&otto, "kind=export", &csrf, b"").await;
    let key = said(&begun)["key"].as_str().unwrap().to_owned();
    assert_eq!((begun.status, said(&begun)["at"].as_u64()), (200, Some(0)));
    let at = |place: usize| format!("kind=export&key={key}&at={place}");
    let sent = piece(&otto, &at(0), &csrf, first).await;
    assert_eq!((sent.status, said(&sent)["at"].as_u64()), (200, Some(700)));
    // Its answer was lost: the same piece again is not taken twice, and another one not out of its place.
    for place in [0, 100, 900] {
        let again = piece(&otto, &at(place), &csrf, first).await;
        let now = said(&again)["at"].as_u64();
        assert_eq!((again.status, now), (409, Some(700)), "{place}");
    }
    let asked = otto
        .get(&format!("/admin/transfer/pieces?kind=export&key={key}"))
        .await;
    assert_eq!(said(&asked)["at"], 700);
    assert_eq!(piece(&otto, &at(700), &csrf, second).await.status, 200);

    let fields = [
        ("from", ""),
        ("sent", key.as_str()),
        ("called", "C:\\old.xml"),
    ];
    let page = send(&otto, &fields, "", b"").await;
    assert_eq!(page.status, 303, "{}", page.text());
    let page = when_done(&blog, &otto).await;
    assert!(page.says("WordPress: old.xml"), "{}", page.main());
    assert_eq!(left(&blog), ["import.file", "import.json"]);
    press(&blog, &otto, "Import now").await;
    assert_eq!(blog.number("select count(*) from posts").await, 2);
    let gone = send(&otto, &fields, "", b"").await;
    assert_eq!(gone.status, 422);
    assert!(gone.alert().unwrap().contains("incomplete"));
}

#[tokio::test]
async fn pieces_are_taken_from_operators_with_their_token_and_no_longer_than_a_file_may_be() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let csrf = token(&otto).await;
    let begun = piece(&otto, "kind=export", &csrf, b"").await;
    let key = said(&begun)["key"].as_str().unwrap().to_owned();
    let about = format!("kind=export&key={key}&at=0");
    assert_eq!(piece(&otto, &about, "guessed", b"x").await.status, 403);
    let odd = "kind=export&key=..%2Fimport.json&at=0";
    assert_eq!(piece(&otto, odd, &csrf, b"x").await.status, 404);
    let other_kind = format!("kind=files&key={key}&at=0");
    assert_eq!(piece(&otto, &other_kind, &csrf, b"x").await.status, 404);
    assert_eq!(piece(&otto, "kind=else", &csrf, b"").await.status, 400);
    let long = vec![b'x'; 8 * 1024 * 1024 + 1];
    assert!(matches!(
        piece(&otto, &about, &csrf, &long).await.status,
        413 | 422
    ));
    assert_eq!(piece(&otto, &about, &csrf, &long[1..]).await.status, 200);
    // As if all of it were there already: no disk has room for this.
    let name = left(&blog)
        .into_iter()
        .find(|name| name.contains(&key))
        .unwrap();
    let path = blog.app.config.data.join("transfer").join(name);
    let two_gb = 2 * 1024 * 1024 * 1024;
    std::fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_len(two_gb - 1)
        .unwrap();
    let end = format!("kind=export&key={key}&at={}", two_gb - 1);
    let refused = piece(&otto, &end, &csrf, b"xx").await;
    assert_eq!(refused.status, 413);
    assert!(said(&refused)["problem"].as_str().unwrap().contains("2 GB"));

    // Another one of the same person replaces it, and what nobody goes on with is gone after a day.
    piece(&otto, "kind=export", &csrf, b"").await;
    piece(&otto, "kind=files", &csrf, b"").await;
    assert_eq!(piece(&otto, &end, &csrf, b"x").await.status, 404);
    assert_eq!(left(&blog).len(), 2, "{:?}", left(&blog));
    let folder = blog.app.config.data.join("transfer");
    for name in left(&blog) {
        let old = u64::try_from(blog.app.now().plus_seconds(-25 * 3600).0).unwrap();
        let old = std::time::UNIX_EPOCH + std::time::Duration::from_millis(old);
        let file = std::fs::File::options().write(true).open(folder.join(name));
        file.unwrap().set_modified(old).unwrap();
    }
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(left(&blog), Vec::<String>::new());
    blog.give_role(crate::blog::OPERATOR, Role::Author).await;
    assert_eq!(piece(&otto, "kind=export", &csrf, b"").await.status, 403);
}

#[tokio::test]
async fn files_of_the_old_blog_and_files_on_the_server_are_taken() {
    let blog = TestBlog::new().await;
    let otto = blog.operator().await;
    let data = blog.app.config.data.clone();
    let picture = "<img src=\"https://old.example/wp-content/uploads/2016/06/boat.jpg\"> \
         <img src=\"https://old.example/wp-content/uploads/lost.jpg\">";
    let file = wordpress("</channel></rss>").replace("Words of Ebb.", picture);
    std::fs::create_dir_all(data.join("import/old")).unwrap();
    std::fs::write(data.join("import/old.xml"), &file).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", data.join("import/passwd")).unwrap();
    std::fs::write(data.join("import/.hidden"), "x").unwrap();
    let photo = data.join("boat");
    std::fs::write(&photo, crate::pictures::photo(64, 48)).unwrap();
    let mut zip = Vec::new();
    let packed = [("uploads/2016/06/boat.jpg".to_owned(), photo)];
    daybook::transfer::export::zip::write(&packed, &mut zip).unwrap();
    std::fs::write(data.join("import/pictures.zip"), &zip).unwrap();

    let page = otto.open(HERE).await;
    let offered = ["None", "old.xml", "old/", "pictures.zip"];
    assert_eq!(page.texts("#place option"), offered);
    for (field, odd) in [
        ("place", "../daybook.db"),
        ("place", "passwd"),
        ("files_place", "/etc/"),
    ] {
        let fields = [("place", "old.xml"), ("stay", "yes"), (field, odd)];
        let refused = send(&otto, &fields, "", b"").await;
        assert_eq!(refused.status, 422, "{odd}");
        assert!(
            refused.alert().unwrap().contains("not in the folder"),
            "{odd}"
        );
    }
    let fields = [
        ("place", "old.xml"),
        ("stay", "yes"),
        ("files_place", "pictures.zip"),
    ];
    let sent = send(&otto, &fields, "", b"").await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let page = when_done(&blog, &otto).await;
    assert!(page.says("WordPress: old.xml"), "{}", page.main());
    assert!(page.says("pictures.zip"), "{}", page.main());
    let page = press(&blog, &otto, "Import now").await;
    assert!(page.says("The import is done."), "{}", page.main());
    assert!(
        page.says("Stored here1") || page.says("Stored here 1"),
        "{}",
        page.main()
    );
    assert_eq!(blog.number("select count(*) from media").await, 1);
    let waits = "select count(*) from fetches where media_id is null";
    assert_eq!(
        blog.number(waits).await,
        0,
        "the other one stays where it is"
    );
    jobs::rerender(&blog.app).await.unwrap();
    let post = blog.reader().open("/2016/06/n1/").await;
    assert!(post.source().contains("/media/"), "{}", post.main());
    assert!(
        post.source()
            .contains("https://old.example/wp-content/uploads/lost.jpg")
    );
    assert!(
        data.join("import/old.xml").exists(),
        "what somebody put there stays"
    );
    assert_eq!(left(&blog), ["import.json"]);

    let fields = [("place", "old.xml"), ("files_place", "old.xml")];
    assert_eq!(send(&otto, &fields, "", b"").await.status, 303);
    when_done(&blog, &otto).await;
    press(&blog, &otto, "Discard the file").await;
    std::fs::write(data.join("import/pictures.zip"), &zip[..zip.len() / 2]).unwrap();
    let fields = [("place", "old.xml"), ("files_place", "pictures.zip")];
    let refused = send(&otto, &fields, "", b"").await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.alert().unwrap().contains("pictures.zip"),
        "{:?}",
        refused.alert()
    );
    assert_eq!(left(&blog), Vec::<String>::new());
}
