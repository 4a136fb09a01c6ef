//! How the blog looks: themes, the author's own style sheet, the picture at the top, the sidebar.

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use crate::pictures::{photo, send_form_to, token, uploaded};
use crate::recordings::mp3;

const APPEARANCE: &str = "/admin/appearance";
const MENU: &str = "/admin/appearance/menu";
const THEMES: [&str; 6] = [
    "Book",
    "Plain",
    "Newspaper",
    "Typewriter",
    "Sepia",
    "High contrast",
];

/// Saves a look: choices by their labels, then fields by theirs.
pub async fn look(author: &Person, choices: &[&str], fields: &[(&str, &str)]) -> Page {
    let mut form = author.open(APPEARANCE).await.form("Appearance");
    for choice in choices {
        form.choose(choice);
    }
    form.fill_all(fields);
    author.press(&form, "Save").await
}

/// The address of the style sheet of a page; there is only one.
fn sheet_address(page: &Page) -> String {
    assert_eq!(page.number_of("link[rel=stylesheet]"), 1);
    page.attribute("link[rel=stylesheet]", "href").unwrap()
}

/// The style sheet that readers of the first page get.
async fn sheet(reader: &Person) -> String {
    let address = sheet_address(&reader.open("/").await);
    reader.get(&address).await.source()
}

/// The headings of the sidebar's blocks.
fn blocks(page: &Page) -> Vec<String> {
    page.texts("aside h3")
}

fn sidebar(page: &Page) -> String {
    page.texts("aside").concat()
}

#[tokio::test]
async fn readers_see_the_theme_that_the_author_chose_in_one_sheet_that_stays_for_ever() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let mut seen = Vec::new();
    for theme in THEMES {
        let page = look(&nora, &[theme], &[]).await;
        assert_eq!(page.status_line(), "Saved. Readers see it now.");
        assert!(page.form("Appearance").is_chosen(theme));
        let address = sheet_address(&reader.open("/").await);
        let answer = reader.get(&address).await;
        assert_eq!(
            answer.header("content-type"),
            Some("text/css; charset=utf-8")
        );
        assert!(
            answer
                .header("cache-control")
                .unwrap()
                .contains("immutable")
        );
        assert!(!seen.contains(&address), "{theme} is another sheet");
        seen.push(address);
    }
    for address in seen {
        let page = reader.get(&address).await;
        assert_eq!(
            page.status, 200,
            "a page that was opened before finds its sheet"
        );
    }
    let unknown = reader.get("/assets/daybook.00000000.css").await;
    assert_eq!(unknown.source(), sheet(&reader).await);
    assert_eq!(unknown.header("cache-control"), Some("public, max-age=60"));
    assert_eq!(reader.get("/assets/daybook.css").await.status, 404);
    assert_eq!(reader.get("/assets/other.00000000.css").await.status, 404);
}

#[tokio::test]
async fn what_of_the_own_sheet_would_ask_elsewhere_never_reaches_a_reader() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let css = "h1 { color: teal }\n\
        @import url(https://evil.example/a.css);\n\
        p { background: url(https://evil.example/b.png); margin: 0 }\n\
        p::before { content: \"</style>\" }\n\
        em { color: red";
    let page = look(&nora, &[], &[("CSS", css)]).await;
    let messages: Vec<String> = page.texts(".dropped-css li strong").into_iter().collect();
    assert_eq!(messages, ["Line 2:", "Line 3:", "Line 4:"]);
    assert!(page.says("A style sheet can’t load another one."));
    let kept = page.form("Appearance").value("CSS").replace("\r\n", "\n");
    assert_eq!(kept, css, "the author's own text is as it was");
    let sheet = sheet(&blog.reader()).await;
    assert!(sheet.ends_with("h1{color:teal;}p{margin:0;}p::before{}em{color:red;}"));
    assert!(!sheet.contains("evil.example") && !sheet.contains("</"));
    let admin = nora.open("/admin/posts/").await;
    for link in admin.links_of("link[rel=stylesheet]") {
        assert!(!nora.get(&link).await.source().contains("teal"), "{link}");
    }
    let lost = nora.get("/admin/nowhere").await;
    let plain = nora.get(&sheet_address(&lost)).await;
    assert!(
        !plain.source().contains("teal"),
        "nor do error pages of the admin area"
    );
}

#[tokio::test]
async fn a_sheet_that_is_too_long_comes_back_with_its_words() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let css = format!("p {{ color: red }} /* {} */", "x".repeat(70_000));
    let page = look(&nora, &["Sepia"], &[("CSS", &css), ("About", "0")]).await;
    assert_eq!(page.status, 422);
    assert_eq!(
        page.problem_of("CSS").unwrap(),
        "Please keep your CSS under 64 KiB."
    );
    assert!(page.problem_of("About").is_some());
    let form = page.form("Appearance");
    assert_eq!(form.value("CSS"), css);
    assert_eq!(form.value("About"), "0");
    assert!(form.is_chosen("Sepia"));
    assert!(!sheet(&blog.reader()).await.contains("xxxx"));
}

#[tokio::test]
async fn a_look_is_tried_before_it_is_saved() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.publish("Ebb", "The quay.").await;
    let before = sheet_address(&blog.reader().open("/").await);
    let mut form = nora.open(APPEARANCE).await.form("Appearance");
    form.choose("Sepia")
        .choose("On the left")
        .fill("CSS", "em { color: teal }");
    let tried = nora.press_once(&form, "Preview").await;
    assert_eq!(tried.status, 200);
    assert!(tried.says("This is a preview. Nothing has been saved."));
    assert!(tried.says("The quay."));
    assert_eq!(tried.header("x-frame-options"), Some("SAMEORIGIN"));
    let sheet = nora.get(&sheet_address(&tried)).await.source();
    assert!(sheet.ends_with("em{color:teal;}"));
    assert!(!blocks(&tried).is_empty());
    let page = blog.reader().open("/").await;
    assert_eq!(sheet_address(&page), before, "nothing is saved");
    assert!(blocks(&page).is_empty());
    form.fill("Links", "x");
    let refused = nora.press_once(&form, "Preview").await;
    assert_eq!(refused.status, 422);
    assert!(refused.says("No preview"));
}

#[tokio::test]
async fn the_last_change_of_the_look_can_be_undone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    assert!(!nora.open(APPEARANCE).await.has_button("Undo last change"));
    look(&nora, &["Sepia"], &[]).await;
    let page = look(&nora, &["Plain"], &[("CSS", "p {}")]).await;
    let page = nora
        .press(&page.form("Appearance"), "Undo last change")
        .await;
    assert_eq!(
        page.status_line(),
        "The previous appearance has been restored."
    );
    let form = page.form("Appearance");
    assert!(form.is_chosen("Sepia"));
    assert_eq!(form.value("CSS"), "");
    let page = nora.press(&form, "Undo last change").await;
    assert!(page.form("Appearance").is_chosen("Plain"));
}

/// The menu that readers have, as names and addresses.
async fn menu(reader: &Person) -> Vec<(String, String)> {
    let page = reader.open("/").await;
    let names = page.texts("header nav li a");
    names
        .into_iter()
        .zip(page.links_of("header nav a"))
        .collect()
}

/// Saves the menu with a link at its end; empty for none.
async fn add_link(author: &Person, label: &str, address: &str) -> Page {
    let mut form = author.open(MENU).await.form("Menu of the blog");
    form.fill_all(&[("New label", label), ("New address", address)]);
    author.press(&form, "Save menu").await
}

#[tokio::test]
async fn the_menu_has_any_link_in_any_order_and_goes_back_to_the_usual_one() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    nora.publish_page("About", "Words.").await;
    let usual = menu(&reader).await;
    let addresses: Vec<&str> = usual.iter().map(|(_, address)| address.as_str()).collect();
    assert_eq!(
        addresses,
        ["/", "/p/about.html", "/archive/", "/tags/", "/search"]
    );
    // Saving what is there changes nothing, so a new page still appears by itself.
    add_link(&nora, "", "").await;
    nora.publish_page("Boats", "Words.").await;
    assert_eq!(menu(&reader).await.len(), usual.len() + 1);

    let page = add_link(&nora, "Tide tables", "https://tides.example/?a=1&b=2").await;
    assert_eq!(page.status_line(), "Saved. Readers see it now.");
    let last = (
        "Tide tables".to_owned(),
        "https://tides.example/?a=1&b=2".to_owned(),
    );
    assert_eq!(menu(&reader).await.last(), Some(&last));
    let form = page.form("Menu of the blog");
    let page = nora.press(&form, "Up: line 7").await;
    assert_eq!(menu(&reader).await[5], last);
    let mut form = page.form("Menu of the blog");
    form.fill("Label of line 1", "Harbour");
    let page = nora.press(&form, "Remove: line 7").await;
    let now = menu(&reader).await;
    assert_eq!(now[0], ("Harbour".to_owned(), "/".to_owned()));
    assert_eq!(now.len(), 6);
    assert!(nora.open("/admin/pages/").await.says("its own menu"));

    nora.press(&page.form("Menu of the blog"), "Use the usual menu")
        .await;
    assert_eq!(menu(&reader).await.len(), usual.len() + 1);
    // What was made is a look, so it is in the log and is kept by another change of looks.
    add_link(&nora, "Tides", "https://tides.example/").await;
    look(&nora, &["Sepia"], &[]).await;
    assert_eq!(menu(&reader).await.last().unwrap().0, "Tides");
}

#[tokio::test]
async fn a_menu_with_a_mistake_comes_back_with_all_that_was_typed() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    for (label, address) in [
        ("Tides", "javascript:alert(1)"),
        ("Tides", "//tides.example/"),
        ("", "https://tides.example/"),
    ] {
        let page = add_link(&nora, label, address).await;
        assert_eq!(page.status, 422, "{address}");
        assert!(page.alert().unwrap().contains("Nothing is saved yet"));
        assert_eq!(
            page.form("Menu of the blog").value("Address of line 5"),
            address
        );
    }
    assert_eq!(menu(&blog.reader()).await.len(), 4);
}

#[tokio::test]
async fn the_menu_follows_a_page_that_moves_and_leaves_out_one_that_is_gone() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    for title in ["About", "Boats"] {
        nora.publish_page(title, "Words.").await;
    }
    add_link(&nora, "The boats", "/p/boats.html").await;
    let pages = async || {
        let mut items = menu(&reader).await;
        items.retain(|(_, address)| address.starts_with("/p/"));
        items
    };
    let item = |name: &str, address: &str| (name.to_owned(), address.to_owned());
    let about = item("About", "/p/about.html");
    let boats = item("Boats", "/p/boats.html");
    let labelled = item("The boats", "/p/boats.html");
    assert_eq!(pages().await, [about.clone(), boats, labelled]);

    let revise = async |button: &str, fields: &[(&str, &str)]| {
        let list = nora.open("/admin/pages/").await;
        let mut form = nora.open(&list.link("Boats")).await.form_with("Body");
        form.fill_all(fields);
        nora.press(&form, button).await
    };
    revise("Update", &[("Permalink", "ships")]).await;
    let (ships, labelled) = (
        item("Boats", "/p/ships.html"),
        item("The boats", "/p/ships.html"),
    );
    assert_eq!(
        pages().await,
        [about.clone(), ships.clone(), labelled.clone()]
    );
    // The form has the new address, and saves it.
    let page = add_link(&nora, "Tides", "https://tides.example/").await;
    assert_eq!(page.status_line(), "Saved. Readers see it now.");
    let form = page.form("Menu of the blog");
    assert_eq!(form.value("Address of line 3"), "/p/ships.html");

    revise("Move to trash", &[]).await;
    assert_eq!(pages().await, std::slice::from_ref(&about));
    let page = add_link(&nora, "Moon", "https://moon.example/").await;
    assert_eq!(page.status_line(), "Saved. Readers see it now.");
    assert_eq!(page.source().matches("No page is published").count(), 2);
    assert_eq!(pages().await, std::slice::from_ref(&about));
    let trash = nora.open("/admin/pages/?state=trashed").await;
    let mut form = trash.form("Selected pages");
    form.tick("Select Boats");
    nora.press(&form, "Restore selected").await;
    assert_eq!(pages().await, [about, ships, labelled]);
}

#[tokio::test]
async fn a_menu_without_a_line_is_the_usual_one_and_says_so() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let mut page = nora.open(MENU).await;
    for _ in 0..4 {
        page = nora
            .press(&page.form("Menu of the blog"), "Remove: line 1")
            .await;
    }
    assert_eq!(page.status_line(), "The blog has its usual menu again.");
    assert_eq!(menu(&blog.reader()).await.len(), 4);
}

#[tokio::test]
async fn a_logo_stands_for_the_title_and_an_icon_comes_in_every_size() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let reader = blog.reader();
    let plain = reader.get("/favicon.ico").await;
    let sent = uploaded(&nora, "boat.jpg", photo(1200, 600)).await;
    let name = sent["address"].as_str().unwrap().replace("/media/", "");
    let mut form = nora.open(APPEARANCE).await.form("Appearance");
    form.tamper("logo", &name).tamper("icon", &name);
    let page = nora.press(&form, "Save").await;
    assert_eq!(page.status_line(), "Saved. Readers see it now.");

    let home = reader.open("/").await;
    let image = |attribute: &str| home.attribute(".site-title img", attribute).unwrap();
    assert_eq!(image("alt"), "Harbour Notes");
    assert_eq!(
        (image("width"), image("height")),
        ("144".to_owned(), "72".to_owned())
    );
    assert_eq!(reader.get(&image("src")).await.status, 200);
    for (path, side) in [
        ("/icon-192.png", 192),
        ("/icon-512.png", 512),
        ("/icon-maskable-512.png", 512),
        ("/apple-touch-icon.png", 180),
    ] {
        let icon = reader.get(path).await;
        assert_eq!(icon.header("content-type"), Some("image/png"));
        let picture = image::load_from_memory(&icon.body).unwrap();
        assert_eq!((picture.width(), picture.height()), (side, side), "{path}");
    }
    assert!(
        reader
            .get("/favicon.svg")
            .await
            .source()
            .contains("data:image/png")
    );
    let own = reader.get("/favicon.ico").await;
    assert_ne!(own.body, plain.body);
    assert_ne!(own.header("etag"), plain.header("etag"));
    assert!(own.header("last-modified").is_some());

    let mut form = page.form("Appearance");
    form.choose("The blog’s title as text")
        .choose("Daybook’s icon");
    let page = nora.press(&form, "Save").await;
    assert_eq!(reader.get("/favicon.ico").await.body, plain.body);
    let mut form = page.form("Appearance");
    form.tamper("logo", "../../etc/passwd");
    assert_eq!(nora.press(&form, "Save").await.status, 422);
}

/// Without a script, on pages that the appearance leads to.
#[tokio::test]
async fn a_logo_is_uploaded_and_an_icon_chosen_from_the_library() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = nora.open(APPEARANCE).await;
    let own_page = page.link("Upload a logo, or choose another picture");
    let upload = nora.open(&own_page).await;
    let action = upload.attribute("form.upload", "action").unwrap();
    let csrf = token(&nora).await;
    let answer = send_form_to(&action, &nora, (&csrf, "boat.jpg", &photo(1200, 600))).await;
    assert_eq!(answer.status, 303, "{}", answer.source());
    let sent = nora.open(answer.header("location").unwrap()).await;
    assert!(
        blog.reader()
            .open("/")
            .await
            .attribute(".site-title img", "src")
            .is_none()
    );
    let form = sent.form("The uploaded picture");
    let saved = nora.press(&form, "Use this picture").await;
    assert_eq!(saved.status_line(), "Saved. Readers see it now.");
    let home = blog.reader().open("/").await;
    assert_eq!(
        home.attribute(".site-title img", "width").as_deref(),
        Some("144")
    );

    let plain = blog.reader().get("/favicon.ico").await;
    let library = nora
        .open("/admin/appearance/picture?look=icon&q=boat")
        .await;
    let form = library.form("Library");
    nora.press(&form, "boat.jpg").await;
    assert_ne!(blog.reader().get("/favicon.ico").await.body, plain.body);
    let in_use = nora.open("/admin/appearance/picture?look=icon").await;
    nora.press(&in_use.form("In use"), "Daybook’s icon").await;
    assert_eq!(blog.reader().get("/favicon.ico").await.body, plain.body);

    let sound = uploaded(&nora, "sea.mp3", mp3(20, 1)).await;
    let name = sound["address"].as_str().unwrap().replace("/media/", "");
    let fields = [("csrf", &*csrf), ("look", "logo"), ("picture", &*name)];
    let refused = nora.post("/admin/appearance/picture", &fields).await;
    assert_eq!(refused.status, 400);
    let answer = send_form_to(&action, &nora, (&csrf, "sea.mp3", &mp3(20, 2))).await;
    let refused = nora.open(answer.header("location").unwrap()).await;
    assert!(refused.alert().unwrap().contains("This is a recording."));
    let home = blog.reader().open("/").await;
    assert!(
        home.attribute(".site-title img", "src").is_some(),
        "the logo stays"
    );
}

#[tokio::test]
async fn the_picture_at_the_top_is_sized_leads_home_and_cannot_be_deleted() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let sent = uploaded(&nora, "harbour.jpg", photo(1000, 250)).await;
    let address = sent["address"].as_str().unwrap();
    let fields = [
        ("Another image, by address", address),
        ("Alternative text", "The harbour at dawn"),
    ];
    look(&nora, &[], &fields).await;
    for path in ["/", "/tags/", "/nowhere"] {
        let page = blog.reader().open(path).await;
        let of = |name: &str| page.attribute("header a[href='/'] img", name).unwrap();
        assert_eq!(of("src"), address);
        assert_eq!(
            (of("width").as_str(), of("height").as_str()),
            ("1000", "250")
        );
        assert_eq!(of("alt"), "The harbour at dawn");
        assert!(of("srcset").contains("480w") && of("srcset").contains("1000w"));
    }
    let picture = nora
        .open(&format!("/admin/media/{}?ask=delete", sent["id"]))
        .await;
    let refused = nora
        .press(
            &picture.form_with_button("Delete permanently"),
            "Delete permanently",
        )
        .await;
    assert_eq!(refused.status, 409);
    assert_eq!(nora.get(address).await.status, 200);
    let elsewhere = "/media/00112233445566778899aabbccddeeff.webp";
    let page = look(&nora, &[], &[("Another image, by address", elsewhere)]).await;
    assert_eq!(page.status, 422);
    let page = look(&nora, &["No image"], &[]).await;
    assert_eq!(page.status, 200);
    assert_eq!(blog.reader().open("/").await.number_of("header img"), 0);
}

#[tokio::test]
async fn a_new_comment_is_named_in_the_sidebar_of_every_page_at_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Publish every comment immediately", "")])
        .await;
    let ebb = nora.publish("Ebb", "Words.").await;
    let flood = nora.publish("Flood", "Words.").await;
    look(&nora, &["On the left"], &[("Recent comments", "1")]).await;
    assert!(!sidebar(&blog.reader().open(&flood).await).contains("Ada"));
    blog.commenter("Ada").comment(&ebb, "At six.").await;
    assert!(sidebar(&blog.reader().open(&flood).await).contains("Ada"));
}

#[tokio::test]
async fn the_sidebar_shows_its_blocks_in_the_order_that_the_author_sets() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let path = nora
        .publish_with(&[("Title", "Ebb"), ("Body", "Words."), ("Tags", "Tides")])
        .await;
    blog.commenter("Ada").comment(&path, "A thought.").await;
    nora.moderate("A thought.", "Approve").await;
    assert!(blocks(&blog.reader().open("/").await).is_empty());
    let fields = [
        ("Links", "1"),
        ("Recent comments", "2"),
        ("Tags", "3"),
        ("Search", "4"),
        ("Archive", "5"),
        ("About", "6"),
        ("Popular posts", "7"),
        ("Heading of the About block", "Who writes"),
        (
            "Text of the About block",
            "Nora, of *the harbour*.\n\n# Loud",
        ),
        (
            "Links in the Links block",
            "Tide tables: https://tides.example/\nAbout: /p/about.html",
        ),
    ];
    look(&nora, &["On the left"], &fields).await;
    for address in ["/", &path, "/search?q=words", "/nowhere"] {
        let page = blog.reader().open(address).await;
        assert_eq!(
            blocks(&page),
            [
                "Links",
                "Recent comments",
                "Tags",
                "Search this blog",
                "Archive",
                "Who writes"
            ],
            "nothing was read yet, so nothing is popular"
        );
        assert_eq!(page.attribute("body", "class").unwrap(), "sidebar-first");
        assert_eq!(page.link("Tide tables"), "https://tides.example/");
        assert_eq!(page.link("Ada · Ebb"), format!("{path}#comment-1"));
        assert_eq!(page.texts("aside h4"), ["Loud"]);
        assert!(sidebar(&page).contains("2016 (1)"));
        assert_eq!(page.link("Tides"), "/tags/tides/");
    }
    look(
        &nora,
        &["On the right"],
        &[("Links", ""), ("Tags", ""), ("Archive", "1")],
    )
    .await;
    let page = blog.reader().open("/").await;
    assert_eq!(
        blocks(&page),
        [
            "Archive",
            "Recent comments",
            "Search this blog",
            "Who writes"
        ]
    );
    assert_eq!(page.attribute("body", "class").unwrap(), "sidebar-last");
    look(&nora, &["No sidebar"], &[]).await;
    assert!(blocks(&blog.reader().open("/").await).is_empty());
}

#[tokio::test]
async fn the_sidebar_speaks_the_language_of_the_blog_and_is_on_the_chosen_side() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    nora.change_settings(&[("Language", "ar")]).await;
    look(&nora, &["On the left"], &[]).await;
    let page = blog.reader().open("/").await;
    assert_eq!(page.attribute("body", "class").unwrap(), "sidebar-last");
    assert_eq!(blocks(&page), ["ابحث في هذه المدونة"]);
}

/// S44: what is hidden is in no block, and comes and goes with what shows it.
#[tokio::test]
async fn nothing_hidden_is_in_a_block() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let fields = [
        ("Recent comments", "1"),
        ("Popular posts", "2"),
        ("Tags", "3"),
        ("Archive", "4"),
        ("Search", ""),
    ];
    look(&nora, &["On the right"], &fields).await;
    nora.write(
        "Save",
        &[
            ("Title", "Xyzzy one"),
            ("Body", "Words."),
            ("Tags", "xyzzy-two"),
        ],
    )
    .await;
    let path = nora.publish("Ebb", "Words.").await;
    blog.commenter("Xyzzy three").comment(&path, "Held.").await;
    let silent = nora.publish("Quiet", "Words.").await;
    blog.commenter("Xyzzy four").comment(&silent, "Seen.").await;
    nora.moderate("Seen.", "Approve").await;
    assert!(sidebar(&blog.reader().open("/").await).contains("Xyzzy four · Quiet"));
    let mut form = nora.editor("Quiet").await.form_with("Body");
    form.choose("Hide all comments");
    nora.press(&form, "Update").await;
    let page = blog.reader().open("/").await;
    assert!(
        !page.source().to_lowercase().contains("xyzzy"),
        "{}",
        sidebar(&page)
    );
    assert_eq!(blocks(&page).first().map(String::as_str), Some("Archive"));
}
