//! Pictures: how they come in, what posts show of them, and the library.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT, ORIGIN};
use axum::http::{Method, Request};
use daybook::jobs;
use hyper::body::Frame;
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::io::Cursor;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

pub const UPLOAD: &str = "/admin/media/upload";

/// A picture with so many colours that it counts as a photo.
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    let picture = RgbaImage::from_fn(width, height, |x, y| {
        let part = |value: u32| u8::try_from(value % 251).unwrap();
        Rgba([part(x), part(y), part(x * 7 + y * 13), 255])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgba8(picture)
        .into_rgb8()
        .write_to(&mut bytes, ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

/// The same with notes of a camera.
fn photo_with_notes(width: u32, height: u32) -> Vec<u8> {
    let jpeg = photo(width, height);
    let mut notes = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    notes.extend_from_slice(b"GPSLatitude UserComment=<script>alert(1)</script>");
    let length = u16::try_from(notes.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &notes, &jpeg[2..]].concat()
}

pub async fn token(person: &Person) -> String {
    let page = person.open("/admin/media/").await;
    page.attribute("form.upload [name=csrf]", "value").unwrap()
}

/// A request as the editor's script makes it.
pub fn by_script(person: &Person, token: &str, name: &str, body: Body) -> Request<Body> {
    let query: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let mut request = person.request(&Method::POST, &format!("{UPLOAD}?name={query}"));
    let headers = request.headers_mut();
    headers.insert(ORIGIN, "http://blog.example".parse().unwrap());
    headers.insert(CONTENT_TYPE, "image/jpeg".parse().unwrap());
    headers.insert("x-csrf", token.parse().unwrap());
    *request.body_mut() = body;
    request
}

pub async fn send(person: &Person, name: &str, bytes: Vec<u8>) -> Page {
    let token = token(person).await;
    let request = by_script(person, &token, name, Body::from(bytes));
    person.send(request).await
}

fn json_of(page: &Page) -> serde_json::Value {
    serde_json::from_slice(&page.body)
        .unwrap_or_else(|_| panic!("{}: {}", page.status, page.text()))
}

/// Sends a picture as the script does; gives the answer that the script gets.
pub async fn uploaded(person: &Person, name: &str, bytes: Vec<u8>) -> serde_json::Value {
    let page = send(person, name, bytes).await;
    assert_eq!(page.status, 200, "{}", page.source());
    json_of(&page)
}

pub fn address(answer: &serde_json::Value) -> String {
    answer["address"].as_str().unwrap().to_owned()
}

/// A form with a file, as browsers send it.
pub async fn send_form(person: &Person, token: &str, name: &str, bytes: &[u8]) -> Page {
    send_form_to(UPLOAD, person, (token, name, bytes)).await
}

/// The same to another address.
pub async fn send_form_to(
    address: &str,
    person: &Person,
    (token, name, bytes): (&str, &str, &[u8]),
) -> Page {
    let mut body = Vec::new();
    for (head, content) in [
        ("name=\"csrf\"".to_owned(), token.as_bytes()),
        (
            format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/jpeg"),
            bytes,
        ),
    ] {
        body.extend_from_slice(b"--line\r\nContent-Disposition: form-data; ");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(b"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--line--\r\n");
    let mut request = person.request(&Method::POST, address);
    let headers = request.headers_mut();
    headers.insert(ORIGIN, "http://blog.example".parse().unwrap());
    headers.insert(
        CONTENT_TYPE,
        "multipart/form-data; boundary=line".parse().unwrap(),
    );
    *request.body_mut() = Body::from(body);
    person.send(request).await
}

#[tokio::test]
async fn an_uploaded_picture_is_in_a_post_in_several_sizes() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "harbour.jpg", photo(1200, 800)).await;
    assert_eq!(
        (&sent["width"], &sent["height"], &sent["name"]),
        (&1200.into(), &800.into(), &"harbour.jpg".into())
    );
    let body = format!("![The harbour]({})\n\nWords.", address(&sent));
    let path = nora.publish("Harbour", &body).await;
    let page = blog.reader().open(&path).await;
    let of = |name: &str| page.attribute(".text img", name).unwrap_or_default();
    assert_eq!(of("alt"), "The harbour");
    assert_eq!((of("width"), of("height")), ("1200".into(), "800".into()));
    assert_eq!(of("sizes"), "(max-width: 48em) 100vw, 48em");
    assert_eq!(of("loading"), "", "the first is not waited for");
    let copies = of("srcset");
    let copies: Vec<(&str, &str)> = copies
        .split(", ")
        .map(|copy| copy.split_once(' ').unwrap())
        .collect();
    let widths: Vec<&str> = copies.iter().map(|copy| copy.1).collect();
    assert_eq!(widths, ["480w", "960w", "1200w"]);
    for (copy, width) in copies {
        let file = blog.reader().get(copy).await;
        assert_eq!(file.header("content-type"), Some("image/webp"), "{copy}");
        assert!(file.header("cache-control").unwrap().contains("immutable"));
        let picture = image::load_from_memory(&file.body).unwrap();
        assert_eq!(format!("{}w", picture.width()), width);
    }
}

#[tokio::test]
async fn the_same_picture_is_stored_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let first = uploaded(&nora, "a.jpg", photo(640, 480)).await;
    let again = uploaded(&nora, "b.jpg", photo(640, 480)).await;
    assert_eq!(first, again, "it keeps its first name");
    // The notes of a camera make another file, but no other picture.
    let noted = uploaded(&nora, "c.jpg", photo_with_notes(640, 480)).await;
    assert_eq!(address(&noted), address(&first));
    assert_eq!(blog.number("select count(*) from media").await, 1);
    assert_eq!(blog.app.media.names().await.unwrap().len(), 2, "and a copy");
}

#[tokio::test]
async fn two_who_send_the_same_at_once_get_one_picture() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let token = token(&nora).await;
    let request = || by_script(&nora, &token, "a.jpg", Body::from(photo(640, 480)));
    let (one, other) = tokio::join!(nora.send(request()), nora.send(request()));
    assert_eq!(json_of(&one), json_of(&other));
    assert_eq!(blog.number("select count(*) from media").await, 1);
    assert_eq!(blog.app.media.problems().unwrap(), Vec::<String>::new());
}

/// S12: notes of the camera are dropped, and a caption is text.
#[tokio::test]
async fn nothing_that_a_camera_wrote_comes_along() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "a.jpg", photo_with_notes(600, 400)).await;
    for name in blog.app.media.names().await.unwrap() {
        let file = blog.reader().get(&format!("/media/{name}")).await;
        for words in [b"script".as_slice(), b"GPS", b"Exif"] {
            assert!(!file.body.windows(words.len()).any(|part| part == words));
        }
    }
    let evil = "<script>alert(1)</script>\" onload=\"x";
    let one = format!("/admin/media/{}", sent["id"]);
    let mut form = nora.open(&one).await.form("About this picture");
    form.fill_all(&[("Alternative text", evil), ("Caption", evil)]);
    let page = nora.press(&form, "Save").await;
    assert_eq!(page.status_line(), "Saved");
    assert_eq!(
        page.form("About this picture").value("Alternative text"),
        evil
    );
    for page in [page, nora.open("/admin/media/?q=alert").await] {
        assert_eq!(page.number_of("main script, [onload]"), 0);
        assert_eq!(page.number_of("main img"), 1);
    }
}

/// S50: no address leads out of the folder, and no answer says where it is.
#[tokio::test]
async fn no_address_leads_out_of_the_media_directory() {
    let blog = TestBlog::new().await;
    let reader = blog.reader();
    for path in [
        "/media/../daybook.db",
        "/media/%2e%2e/daybook.db",
        "/media/..%2fdaybook.db",
        "/media/..%5cdaybook.db",
        "/media/%252e%252e%252fdaybook.db",
        "/media/%25252e%25252e%25252fdaybook.db",
        "/media/....//daybook.db",
        "/media/..;/daybook.db",
        "/media//etc/passwd",
        "/media/%00.png",
        "/media/a%00.png",
        "/media/%c0%ae%c0%ae/daybook.db",
        "/media/..%25c1%259cdaybook.db",
        "/media/00112233445566778899aabbccddeeff.png/",
        "/media/00112233445566778899aabbccddeeff.png%00.html",
    ] {
        let page = reader.get(path).await;
        assert!([400, 404].contains(&page.status), "{path}: {}", page.status);
        let source = String::from_utf8_lossy(&page.body).into_owned();
        for part in ["daybook.db:", "/tmp/", "No such file", "SQLite format"] {
            assert!(!source.contains(part), "{path} shows {part}");
        }
    }
}

/// S51: bytes decide; what is served can run nowhere.
#[tokio::test]
async fn a_file_that_is_no_picture_is_refused_whatever_it_is_called() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (name, bytes) in [
        (
            "a.png",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(),
        ),
        ("a.jpg", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("a.gif", b"GIF89a/*<script>alert(1)</script>*/=1;"),
        ("a.png", b"\x89PNG\r\n\x1a\nPK\x03\x04"),
        (
            "a.webp",
            b"<html xmlns='http://www.w3.org/1999/xhtml'><script/></html>",
        ),
        ("a.jpg", b"0123456789"),
        ("a.jpg", b""),
    ] {
        let page = send(&nora, name, bytes.to_vec()).await;
        assert_eq!(page.status, 422, "{bytes:?}");
        let problem = json_of(&page)["problem"].as_str().unwrap().to_owned();
        assert!(problem.ends_with('.'), "{problem}");
    }
    assert_eq!(blog.number("select count(*) from media").await, 0);
    assert_eq!(blog.app.media.names().await.unwrap(), Vec::<String>::new());
    let mut polyglot = photo(64, 64);
    polyglot.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
    let sent = uploaded(&nora, "a.html", polyglot).await;
    let file = blog.reader().get(&address(&sent)).await;
    assert!(!String::from_utf8_lossy(&file.body).contains("script"));
    assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(
        file.header("content-security-policy"),
        Some("default-src 'none'; sandbox; frame-ancestors 'none'")
    );
}

/// S52: what would fill the memory is refused by its first bytes.
#[tokio::test]
async fn a_picture_of_too_many_pixels_is_refused() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut png = Vec::new();
    let encoder = png::Encoder::new(&mut png, 30_000, 30_000);
    let mut writer = encoder.write_header().unwrap();
    writer.write_chunk(png::chunk::IDAT, &[0; 64]).unwrap();
    drop(writer);
    let gif = b"GIF87a\xFF\xFF\xFF\xFF\0\0\0\x3B".to_vec();
    for bytes in [png, gif] {
        assert_eq!(send(&nora, "bomb", bytes).await.status, 422);
    }
    let heavy = vec![0xFF; 10 * 1024 * 1024 + 1];
    let page = send(&nora, "heavy.jpg", heavy.clone()).await;
    assert_eq!(page.status, 413);
    assert!(
        json_of(&page)["problem"]
            .as_str()
            .unwrap()
            .contains("10 MiB")
    );
    let page = send_form(&nora, &token(&nora).await, "heavy.jpg", &heavy).await;
    assert_eq!(page.status, 422);
    assert!(page.alert().unwrap().contains("10 MiB"));
}

/// S53 and S54: the name of a stored file is ours; the one that it came with is shown as text.
#[tokio::test]
async fn the_name_of_a_file_is_only_ever_text() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = "x".repeat(5000);
    for (number, (name, shown)) in [
        ("a.php\0.jpg", "a.php .jpg"),
        (".htaccess", ".htaccess"),
        ("CON", "CON"),
        ("photo\u{202E}gpj.exe", "photogpj.exe"),
        ("../../config/deploy.yml", "deploy.yml"),
        ("<script>alert(1)<", "<script>alert(1)<"),
        (long.as_str(), &long[..255]),
        ("", "Untitled picture"),
    ]
    .into_iter()
    .enumerate()
    {
        let width = 40 + u32::try_from(number).unwrap();
        let sent = uploaded(&nora, name, photo(width, 40)).await;
        let file = address(&sent);
        let file = file.strip_prefix("/media/").unwrap();
        assert_eq!((file.len(), &file[32..]), (37, ".webp"), "{name:?}");
        let page = nora.open(&format!("/admin/media/{}", sent["id"])).await;
        assert_eq!(page.headings_of(1), [shown], "{name:?}");
        assert_eq!(page.number_of("main script"), 0);
    }
}

/// A body that notes whether anybody began to read it.
struct Watched(Arc<AtomicBool>);

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        self.0.store(true, Ordering::Relaxed);
        Poll::Ready(None)
    }
}

/// S56: somebody who may not upload is refused before anything is read.
#[tokio::test]
async fn nothing_is_read_of_what_a_stranger_sends() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let right = token(&nora).await;
    let strange = token(&blog.operator().await).await;
    let nobody = blog.reader();
    for (person, token, length, status) in [
        (&nobody, right.as_str(), 1_u64 << 30, 403),
        (&nobody, right.as_str(), 100, 403),
        (&nora, strange.as_str(), 100, 403),
        (&nora, "", 100, 403),
        (&nora, right.as_str(), 1 << 30, 413),
    ] {
        let read = Arc::new(AtomicBool::new(false));
        let body = Body::new(Watched(Arc::clone(&read)));
        let mut request = by_script(person, token, "a.jpg", body);
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, length.into());
        headers.insert(EXPECT, "100-continue".parse().unwrap());
        let page = person.send(request).await;
        assert_eq!(page.status, status, "{length}");
        assert!(!read.load(Ordering::Relaxed), "{length} {status}");
    }
    let page = send_form(&nora, &strange, "a.jpg", &photo(40, 40)).await;
    assert_eq!(page.status, 403);
    assert_eq!(blog.number("select count(*) from media").await, 0);
}

#[tokio::test]
async fn a_picture_can_be_added_without_script() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let token = token(&nora).await;
    let page = send_form(&nora, &token, "boat.jpg", &photo(300, 200)).await;
    assert_eq!(page.status, 303);
    let page = nora.open(page.header("location").unwrap()).await;
    assert_eq!(page.headings_of(1), ["boat.jpg"]);
    assert!(page.status_line().starts_with("Added to the library."));
    let page = send_form(&nora, &token, "boat.jpg", b"no boat").await;
    assert_eq!(page.status, 422);
    assert!(
        page.alert()
            .unwrap()
            .starts_with("Daybook can’t read this file as a picture.")
    );
}

#[tokio::test]
async fn the_library_finds_pictures_by_what_is_said_of_them() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let boat = uploaded(&nora, "IMG 1.jpg", photo(300, 200)).await;
    blog.clock.advance(1);
    uploaded(&nora, "Évora.jpg", photo(301, 200)).await;
    let mut form = nora
        .open(&format!("/admin/media/{}", boat["id"]))
        .await
        .form("About this picture");
    form.fill("Alternative text", "A boat, red");
    nora.press(&form, "Save").await;
    let names = |page: &Page| page.texts(".pictures .name");
    assert_eq!(
        names(&nora.open("/admin/media/").await),
        ["Évora.jpg", "IMG 1.jpg"],
        "newest first"
    );
    assert_eq!(
        names(&nora.open("/admin/media/?q=evo").await),
        ["Évora.jpg"]
    );
    let found = nora.open("/admin/media/?q=red+bo").await;
    assert_eq!(names(&found), ["IMG 1.jpg"]);
    let none = nora.open("/admin/media/?q=%25").await;
    assert_eq!(names(&none).len(), 2, "no word is no search");
    assert!(
        nora.open("/admin/media/?q=train")
            .await
            .says("No files match.")
    );
    let json = json_of(&nora.open("/admin/media/?format=json&q=boat").await);
    assert_eq!(json["pictures"][0]["alt"], "A boat, red");
    assert_eq!(json["pictures"].as_array().unwrap().len(), 1);
    assert_eq!(json["older"], serde_json::Value::Null);
}

#[tokio::test]
async fn an_alternative_text_that_is_too_long_is_not_lost() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "a.jpg", photo(300, 200)).await;
    let long = "word ".repeat(300);
    let mut form = nora
        .open(&format!("/admin/media/{}", sent["id"]))
        .await
        .form("About this picture");
    form.fill("Alternative text", &long);
    let page = nora.press(&form, "Save").await;
    assert_eq!(page.status, 422);
    assert!(page.problem_of("Alternative text").is_some());
    assert_eq!(
        page.form("About this picture").value("Alternative text"),
        long
    );
}

#[tokio::test]
async fn a_picture_is_counted_where_posts_use_it_and_found_where_none_does() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let used = uploaded(&nora, "used.jpg", photo(600, 400)).await;
    blog.clock.advance(1);
    uploaded(&nora, "unused.jpg", photo(601, 400)).await;
    let body = format!("<img src=\"{}\">", address(&used));
    nora.publish("One", &body).await;
    nora.write("Save", &[("Title", "Two"), ("Body", &body)])
        .await;
    let unused = nora.open("/admin/media/?show=unused").await;
    assert_eq!(unused.texts(".pictures .name"), ["unused.jpg"]);
    assert_eq!(unused.texts(".tabs .count"), ["2", "1"]);
    let page = nora.open(&format!("/admin/media/{}", used["id"])).await;
    assert!(page.headings_of(2).contains(&"Used in 2 posts".to_owned()));
    assert_eq!(page.link("One"), "/admin/posts/1");
    // A text that shows it no more leaves it to the older versions; without those, to nobody.
    nora.revise("One", "Update", &[("Body", "Words.")]).await;
    let page = nora.open(&format!("/admin/media/{}", used["id"])).await;
    assert!(page.says("One in older revisions"));
    jobs::tidy(&blog.app).await.unwrap();
    let page = nora.open(&format!("/admin/media/{}", used["id"])).await;
    assert!(
        page.says("One in older revisions"),
        "what was published is kept for ever"
    );
    forget_older_versions(&blog).await;
    jobs::tidy(&blog.app).await.unwrap();
    let page = nora.open(&format!("/admin/media/{}", used["id"])).await;
    assert!(page.headings_of(2).contains(&"Used in 1 post".to_owned()));
}

/// Deletes all revisions of each post but its working copy.
async fn forget_older_versions(blog: &TestBlog) {
    sqlx::query("delete from revisions where id not in (select revision_id from posts where revision_id is not null)")
        .execute(&mut blog.database().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn only_a_picture_that_no_post_uses_can_be_deleted_and_only_on_purpose() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "a.jpg", photo(600, 400)).await;
    let one = format!("/admin/media/{}", sent["id"]);
    let page = nora.open(&one).await;
    assert!(!page.has_button("Delete permanently"));
    let asked = nora.open(&page.link("Delete this picture")).await;
    let question = asked.form("Delete");

    let body = format!("![]({})", address(&sent));
    nora.publish("One", &body).await;
    let page = nora.press(&question, "Delete permanently").await;
    assert_eq!(page.status, 409, "a post uses it by now");
    assert_eq!(blog.reader().get(&address(&sent)).await.status, 200);

    nora.revise("One", "Update", &[("Body", "Words.")]).await;
    forget_older_versions(&blog).await;
    jobs::tidy(&blog.app).await.unwrap();
    let page = nora.press(&question, "Delete permanently").await;
    assert!(page.says("Deleted."), "{}", page.text());
    assert_eq!(blog.reader().get(&address(&sent)).await.status, 404);
    assert_eq!(blog.app.media.names().await.unwrap(), Vec::<String>::new());
    assert_eq!(nora.open(&one).await.status, 404);
}

#[tokio::test]
async fn a_file_that_a_crash_left_without_a_row_is_swept_away_after_a_day() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "a.jpg", photo(300, 200)).await;
    let orphan = blog.app.media.keep(&photo(50, 50), "jpg").unwrap();
    let named = blog.app.media.keep(&photo(51, 50), "jpg").unwrap();
    nora.publish("One", &format!("![]({named})")).await;
    let reader = blog.reader();
    // The clock of the blog says 2016; the times of its files are real.
    jobs::tidy(&blog.app).await.unwrap();
    assert_eq!(reader.get(&orphan).await.status, 200, "it is not old yet");
    blog.clock.advance(200 * 365 * 24 * 3600);
    jobs::pictures::sweep(&blog.app).await.unwrap();
    assert_eq!(reader.get(&orphan).await.status, 404);
    for kept in [address(&sent), named] {
        assert_eq!(reader.get(&kept).await.status, 200, "{kept}");
    }
}

#[tokio::test]
async fn a_picture_that_was_moved_in_gets_its_copies_later() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let moved = blog.app.media.keep(&photo(1100, 700), "jpg").unwrap();
    let path = nora.publish("One", &format!("![A]({moved})")).await;
    let srcset = async || {
        let page = blog.reader().open(&path).await;
        assert_eq!(page.attribute(".text img", "src"), Some(moved.clone()));
        page.attribute(".text img", "srcset")
    };
    assert_eq!(srcset().await, None);
    jobs::pictures::adopt(&blog.app).await.unwrap();
    assert!(srcset().await.unwrap().contains(" 480w, "));
    let list = nora.open("/admin/media/").await;
    assert!(list.says("Used in 1 post"), "{}", list.text());
    // Nothing is left to do.
    let version = blog.app.store.content_version();
    jobs::pictures::adopt(&blog.app).await.unwrap();
    assert_eq!(blog.app.store.content_version(), version);
}

/// What an answer says, and its body.
async fn answer_to(person: &Person, method: &Method, path: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = person.request(method, path);
    for (name, value) in headers {
        let name = axum::http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    person.send(request).await
}

#[tokio::test]
async fn a_download_goes_on_where_it_broke_off() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    // Longer than a piece.
    let path = address(&uploaded(&nora, "a.jpg", photo(1000, 900)).await);
    let reader = blog.reader();
    let whole = reader.get(&path).await;
    let length = whole.body.len();
    assert!(length > 70_000, "{length}");
    assert_eq!(whole.header("accept-ranges"), Some("bytes"));
    assert_eq!(whole.header("content-length"), Some(&*length.to_string()));
    let (tag, date) = (
        whole.header("etag").unwrap(),
        whole.header("last-modified").unwrap(),
    );
    let from = length / 3;
    let range = format!("bytes={from}-");
    for if_range in [None, Some(tag), Some(date)] {
        let mut headers = vec![("range", &*range)];
        headers.extend(if_range.map(|known| ("if-range", known)));
        let rest = answer_to(&reader, &Method::GET, &path, &headers).await;
        assert_eq!(rest.status, 206, "{if_range:?}");
        assert!(rest.body[..] == whole.body[from..]);
        let said = format!("bytes {from}-{}/{length}", length - 1);
        assert_eq!(rest.header("content-range"), Some(&*said));
        assert_eq!(
            rest.header("content-length"),
            Some(&*(length - from).to_string())
        );
        assert_eq!(rest.header("etag"), Some(tag));
    }
    let other = [("range", &*range), ("if-range", "\"other\"")];
    let all = answer_to(&reader, &Method::GET, &path, &other).await;
    assert!(all.status == 200 && all.body == whole.body);
    let several = [("range", "bytes=0-1,5-9")];
    let all = answer_to(&reader, &Method::GET, &path, &several).await;
    assert!(all.status == 200 && all.body == whole.body);
    let beyond = format!("bytes={length}-");
    let none = answer_to(&reader, &Method::GET, &path, &[("range", &beyond)]).await;
    assert_eq!(none.status, 416);
    let said = format!("bytes */{length}");
    assert_eq!(none.header("content-range"), Some(&*said));
}

#[tokio::test]
async fn head_and_304_say_everything_of_a_file_and_send_nothing_of_it() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = address(&uploaded(&nora, "a.jpg", photo(300, 200)).await);
    let reader = blog.reader();
    let whole = reader.get(&path).await;
    let length = whole.body.len().to_string();
    for headers in [&[][..], &[("range", "bytes=0-9")]] {
        let head = answer_to(&reader, &Method::HEAD, &path, headers).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), Some(&*length));
        assert_eq!(head.header("content-type"), Some("image/webp"));
        assert_eq!(head.header("etag"), whole.header("etag"));
    }
    let tag = whole.header("etag").unwrap();
    let date = whole.header("last-modified").unwrap();
    for condition in [("if-none-match", tag), ("if-modified-since", date)] {
        let headers = [condition, ("range", "bytes=0-9")];
        let known = answer_to(&reader, &Method::GET, &path, &headers).await;
        assert_eq!((known.status, known.body.len()), (304, 0));
        assert_eq!(known.header("etag"), Some(tag));
    }
}

#[tokio::test]
async fn an_avif_is_refused_with_true_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut avif = b"\0\0\0\x20ftypavif".to_vec();
    avif.resize(4000, 7);
    let page = send(&nora, "photo.avif", avif).await;
    assert_eq!(page.status, 422);
    let problem = json_of(&page)["problem"].as_str().unwrap().to_owned();
    assert!(
        problem.starts_with("Daybook can’t read AVIF pictures yet."),
        "{problem}"
    );
    let script = include_str!("../../assets/upload_rules.js");
    assert!(
        script.contains(&problem),
        "the editor says the same before it sends"
    );
}
