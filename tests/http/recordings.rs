//! Recordings: how sound and film come in, how posts play them, the library, and what is refused.

use crate::blog::{Person, TestBlog};
use crate::pictures::{by_script, photo, send, send_form, token, uploaded};
use axum::body::Body;
use axum::http::Method;
use axum::http::header::CONTENT_LENGTH;
use daybook::jobs;
use daybook::transfer::export::{self, Format, Outgoing};

/// Frames of MPEG audio, layer III, 128 kbit/s, 44.1 kHz; `tone` makes the content another one.
pub fn mp3(frames: usize, tone: u8) -> Vec<u8> {
    let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
    frame.resize(417, tone);
    frame.repeat(frames)
}

/// Whether an address has the ending of a kind of files.
fn ends_in(address: &str, ending: &str) -> bool {
    address
        .rsplit_once('.')
        .is_some_and(|(_, own)| own == ending)
}

fn mp4(brand: [u8; 4]) -> Vec<u8> {
    let mut bytes = [b"\0\0\0\x18ftyp".as_slice(), &brand, &[0; 12]].concat();
    bytes.resize(9000, 7);
    bytes
}

fn webm() -> Vec<u8> {
    let mut bytes = [&[0x1A, 0x45, 0xDF, 0xA3, 0x9F][..], b"\x42\x82\x84webm"].concat();
    bytes.resize(9000, 3);
    bytes
}

async fn address_of(person: &Person, name: &str, bytes: Vec<u8>) -> String {
    let answer = uploaded(person, name, bytes).await;
    answer["address"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_recording_is_no_feature_picture() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Sounds", "Words.").await;
    let sound = address_of(&nora, "sea.mp3", mp3(700, 1)).await;
    let name = sound.trim_start_matches("/media/");
    let fields = [("csrf", &*token(&nora).await), ("picture", name)];
    let page = nora.post("/admin/posts/1/picture", &fields).await;
    assert_eq!(page.status, 422);
    assert!(page.alert().unwrap().contains("This is a recording."));
    let used = blog.number("select count(*) from media_uses").await;
    assert_eq!(used, 0);
}

#[tokio::test]
async fn an_uploaded_recording_is_played_in_a_post() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sound = mp3(700, 1);
    let answer = uploaded(&nora, "Sea [at] night.mp3", sound.clone()).await;
    assert_eq!(answer["kind"], "audio");
    let address = answer["address"].as_str().unwrap();
    assert!(address.starts_with("/media/") && ends_in(address, "mp3"));
    let film = address_of(&nora, "walk.webm", webm()).await;
    let path = nora
        .publish(
            "Sounds",
            &format!("![The sea]({address})\n\n![A walk]({film})"),
        )
        .await;
    let reader = blog.reader();
    let page = reader.open(&path).await;
    assert_eq!(
        page.attribute(".text audio", "src").as_deref(),
        Some(address)
    );
    assert_eq!(
        page.attribute(".text audio", "title").as_deref(),
        Some("The sea")
    );
    assert_eq!(page.attribute(".text video", "src"), Some(film));
    for attribute in ["controls", "playsinline"] {
        assert!(page.attribute(".text video", attribute).is_some());
    }
    assert_eq!(
        page.attribute(".text video", "preload").as_deref(),
        Some("metadata")
    );
    assert!(
        page.header("content-security-policy")
            .unwrap()
            .contains("media-src 'self'")
    );
    assert!(
        !page
            .source()
            .contains("og:image\" content=\"http://blog.example/media")
    );

    let whole = reader.get(address).await;
    for (name, value) in [
        ("content-type", "audio/mpeg"),
        ("x-content-type-options", "nosniff"),
        ("accept-ranges", "bytes"),
        ("content-length", &*sound.len().to_string()),
        ("cache-control", "public, max-age=31536000, immutable"),
    ] {
        assert_eq!(whole.header(name), Some(value), "{name}");
    }
    let tag = whole.header("etag").unwrap().to_owned();
    assert!(tag.starts_with('"'), "{tag}");
    assert!(
        whole
            .header("content-security-policy")
            .unwrap()
            .contains("sandbox")
    );
    let part = [("range", "bytes=417-420"), ("if-range", &*tag)];
    let part = reader.ask(Method::GET, address, &part).await;
    assert_eq!(part.status, 206);
    let range = format!("bytes 417-420/{}", sound.len());
    assert_eq!(part.header("content-range"), Some(&*range));
    let beyond = [("range", "bytes=999999999-")];
    assert_eq!(reader.ask(Method::GET, address, &beyond).await.status, 416);
    let other = [("range", "bytes=0-1"), ("if-range", "\"x\"")];
    assert_eq!(reader.ask(Method::GET, address, &other).await.status, 200);
}

#[tokio::test]
async fn the_library_plays_a_recording_and_says_where_it_is_used() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let answer = uploaded(&nora, "Sea [at] night.mp3", mp3(40, 1)).await;
    let (id, address) = (
        answer["id"].to_string(),
        answer["address"].as_str().unwrap(),
    );
    uploaded(&nora, "map.jpg", photo(300, 200)).await;
    let library = nora.open("/admin/media/").await;
    assert!(
        library.says("audio") && library.says("17 KB"),
        "{}",
        library.main()
    );
    assert_eq!(library.number_of(".pictures img"), 1);
    let page = nora.open(&format!("/admin/media/{id}")).await;
    assert_eq!(
        page.attribute("main audio", "src").as_deref(),
        Some(address)
    );
    assert_eq!(
        page.attribute("#markdown", "value"),
        Some(format!("![Sea at night.mp3]({address})"))
    );
    assert_eq!(page.number_of("#alt"), 0, "there is nothing to see in it");
    assert!(page.says("Unused"));
    let mut about = page.form("About this audio");
    about.fill("Caption", "From the pier");
    assert_eq!(nora.press(&about, "Save").await.status, 200);
    nora.publish("Sounds", &format!("<audio src=\"{address}\"></audio>"))
        .await;
    assert!(
        nora.open(&format!("/admin/media/{id}"))
            .await
            .says("Used in 1 post")
    );
    // The dialog of the editor is about pictures.
    let dialog = nora.get("/admin/media/?format=json").await;
    let listed: serde_json::Value = serde_json::from_str(&dialog.source()).unwrap();
    assert_eq!(listed["pictures"].as_array().unwrap().len(), 1);
    assert_eq!(listed["pictures"][0]["kind"], "picture");
    let dialog = nora.get("/admin/media/?format=json&show=all").await;
    let listed: serde_json::Value = serde_json::from_str(&dialog.source()).unwrap();
    let kinds = listed["pictures"].as_array().unwrap().iter();
    assert!(kinds.map(|one| &one["kind"]).any(|kind| kind == "audio"));
    // What was sent before is there already, and nothing is left of the second.
    let again = uploaded(&nora, "other.mp3", mp3(40, 1)).await;
    assert_eq!(again["id"], answer["id"]);
    let unfinished = blog.app.config.media_directory().join("incoming");
    assert_eq!(std::fs::read_dir(unfinished).unwrap().count(), 0);
}

#[tokio::test]
async fn a_form_sends_a_recording_without_a_script() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = send_form(&nora, &token(&nora).await, "walk.mp4", &mp4(*b"isom")).await;
    assert_eq!(sent.status, 303);
    let page = nora.open(sent.header("location").unwrap()).await;
    assert_eq!(page.status_line(), "Added to the library.");
    let source = page.attribute("main video", "src").unwrap();
    assert!(ends_in(&source, "mp4"), "{source}");
    let refused = send_form(&nora, &token(&nora).await, "walk.mov", &mp4(*b"qt  ")).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .alert()
            .unwrap()
            .starts_with("Browsers can’t play this kind")
    );
    assert_eq!(blog.number("select count(*) from media").await, 1);
}

#[tokio::test]
async fn s51_no_name_makes_a_recording_and_no_recording_is_too_long() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = b"<!doctype html><script>alert(1)</script>".to_vec();
    for (name, bytes, words) in [
        ("a.mp3", page.clone(), "can’t read this file as a picture"),
        ("a.mp4", page, "can’t read this file as a picture"),
        ("a.mp3", mp4(*b"qt  "), "Browsers can’t play"),
        ("a.mp3", Vec::new(), "empty"),
    ] {
        let answer = send(&nora, name, bytes).await;
        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.source().contains(words), "{}", answer.source());
    }
    let mut long = by_script(&nora, &token(&nora).await, "a.mp3", Body::from(mp3(20, 1)));
    long.headers_mut()
        .insert(CONTENT_LENGTH, (200 * 1024 * 1024 + 1).into());
    let answer = nora.send(long).await;
    assert_eq!(answer.status, 413);
    assert!(answer.source().contains("larger than 200 MiB"));
    assert_eq!(blog.number("select count(*) from media").await, 0);
    let mut missing = blog.reader().request(&Method::POST, "/admin/media/upload");
    *missing.body_mut() = Body::from(mp3(20, 1));
    assert_eq!(blog.reader().send(missing).await.status, 403);
}

#[tokio::test]
async fn a_recording_longer_than_a_picture_may_be_comes_in_whole() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let long = mp3(28_000, 9);
    assert!(long.len() > 11 * 1024 * 1024);
    let address = address_of(&nora, "talk.mp3", long.clone()).await;
    let part = [("range", "bytes=-417")];
    let end = blog.reader().ask(Method::GET, &address, &part).await;
    assert_eq!(
        (end.status, end.header("content-length")),
        (206, Some("417"))
    );
    assert!(blog.app.media.problems().unwrap().is_empty());
    // Exports and backups take whatever has a name of ours.
    let directory = tempfile::tempdir().unwrap();
    let outgoing = Outgoing {
        store: &blog.app.store,
        media: &blog.app.media,
        origin: "http://blog.example",
        now: blog.app.now(),
    };
    let to = directory.path().join("out");
    let exported = export::export(outgoing, Format::Json, &to).await.unwrap();
    assert_eq!(exported.files, 1);
    let name = address.strip_prefix("/media/").unwrap();
    assert_eq!(std::fs::read(to.join("media").join(name)).unwrap(), long);
}

#[tokio::test]
async fn a_recording_that_was_moved_in_without_a_row_gets_one() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let address = blog.app.media.keep(&mp3(50, 4), "mp3").unwrap();
    nora.publish("Sounds", &format!("![The sea]({address})"))
        .await;
    assert_eq!(blog.number("select count(*) from media_uses").await, 0);
    jobs::pictures::adopt(&blog.app).await.unwrap();
    assert_eq!(
        blog.number("select count(*) from media where width = 0 and bytes = 20850")
            .await,
        1
    );
    assert_eq!(
        blog.number("select count(*) from media_uses where now")
            .await,
        1
    );
    jobs::pictures::sweep(&blog.app).await.unwrap();
    assert_eq!(blog.reader().get(&address).await.status, 200);
}
