//! Which redirects are refused, where the others lead, and how lists of them are read.

use super::*;
use proptest::prelude::*;

fn ours() -> Url {
    Url::parse("https://blog.example").unwrap()
}

fn parsed(path: &str, target: &str) -> Result<Redirect, Problems> {
    Redirect::parse(path, target, true, &ours())
}

fn redirect(path: &str, target: &str) -> Redirect {
    parsed(path, target).unwrap_or_else(|problems| panic!("{path} {target}: {problems:?}"))
}

#[test]
fn an_old_address_is_one_however_it_is_written() {
    for typed in [
        "/café/",
        "/caf%C3%A9",
        "/caf%c3%a9#top",
        "https://blog.example/café",
        " /café ",
    ] {
        assert_eq!(redirect(typed, "/new").path, "/café", "{typed}");
    }
    assert_eq!(redirect("/?p=12", "/new").path, "/?p=12");
    assert_eq!(redirect("/index.php?p=%31", "/new").path, "/index.php?p=1");
    assert_eq!(redirect("/a%0d%0aX", "/new").path, "/a%0d%0aX");
    assert_eq!(redirect("/100%", "/new").path, "/100%");
}

#[test]
fn what_cannot_be_an_old_address_is_refused() {
    for typed in [
        "",
        "old",
        "//evil.example/x",
        "https://evil.example/x",
        "/admin/",
        "/Admin/posts",
        "/assets/x.css",
        "/",
        "/*",
        "/a*b",
        "/*/b",
        "/a/*?x",
        "/a\r\nSet-Cookie: x",
        "/a\\b",
    ] {
        let problems = parsed(typed, "/new").unwrap_err();
        assert!(problems.of("path").is_some(), "{typed}");
    }
}

#[test]
fn a_target_is_ours_or_a_whole_address_of_the_web() {
    for (typed, wanted) in [
        ("/2016/06/tides.html#c5", "/2016/06/tides.html#c5"),
        ("/łódź", "/%C5%82%C3%B3d%C5%BA"),
        ("https://blog.example/x?y=1", "/x?y=1"),
        ("HTTPS://Other.example", "https://other.example/"),
        ("http://other.example/a b", "http://other.example/a%20b"),
    ] {
        assert_eq!(redirect("/old", typed).target, wanted);
    }
    for typed in [
        "",
        "new",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/.//evil.example",
        "/\t/evil.example",
        "/x\r\nSet-Cookie: a=1",
        "java\nscript:alert(1)",
        "https://blog.example@evil.example/",
        "https://",
        "/new/*",
        "/old",
        "/old/#x",
    ] {
        let problems = parsed("/old", typed).unwrap_err();
        assert!(problems.of("target").is_some(), "{typed}");
    }
}

#[test]
fn a_folder_leads_with_all_that_follows() {
    let all = redirect("/old/*", "/new/*");
    for (from, wanted) in [
        ("/old/a/b.html?x=1", "/new/a/b.html"),
        ("/old", "/new/"),
        ("/old/", "/new/"),
        ("/old//evil.example", "/new/evil.example"),
    ] {
        assert!(candidates(from).contains(&all.path), "{from}");
        assert_eq!(all.location(from), wanted, "{from}");
    }
    let top = Redirect {
        target: "/*".to_owned(),
        ..all.clone()
    };
    for from in [
        "/old//evil.example",
        "/old/\\evil.example",
        "/old///evil.example",
    ] {
        assert_eq!(top.location(from), "/evil.example", "{from}");
    }
    let one = redirect("/old/*", "https://other.example/");
    assert_eq!(one.location("/old/a/b"), "https://other.example/");
    assert!(!candidates("/older/a").contains(&all.path));
}

#[test]
fn the_most_exact_address_comes_first() {
    assert_eq!(
        candidates("/a/b%20c/?x=1"),
        ["/a/b c?x=1", "/a/b c", "/a/b c/*", "/a/*"]
    );
    assert_eq!(candidates("/?p=1"), ["/?p=1", "/", "//*"]);
    assert_eq!(candidates(&"/x".repeat(40)).len(), 1 + FOLDERS_MAX);
}

#[test]
fn a_chain_becomes_one_step_and_a_circle_none() {
    let mut all = Redirects::default();
    all.put(redirect("/b", "/c#here")).unwrap();
    all.put(redirect("/a", "/b")).unwrap();
    assert_eq!(all.of("/a").unwrap().target, "/c#here");
    all.put(redirect("/z", "/a")).unwrap();
    assert_eq!(all.of("/z").unwrap().target, "/c#here");
    // What was at the end moves on.
    let mut moved = Redirects::new(vec![redirect("/a", "/c"), redirect("/b", "/c/")]);
    moved.put(redirect("/c", "/d")).unwrap();
    assert_eq!(moved.of("/a").unwrap().target, "/d");
    assert_eq!(moved.of("/b").unwrap().target, "/d");
    assert_eq!(moved.changed().len(), 3);
    let before = moved.changed();
    for (path, target) in [("/d", "/a"), ("/d", "/b/#x"), ("/d", "/c")] {
        assert_eq!(
            moved.put(redirect(path, target)),
            Err(ENDLESS),
            "{path} {target}"
        );
    }
    assert_eq!(moved.changed(), before);
}

#[test]
fn folders_do_not_lead_in_circles_either() {
    assert_eq!(
        Redirects::default().put(redirect("/old/*", "/old/new/*")),
        Err(ENDLESS)
    );
    let mut all = Redirects::new(vec![redirect("/old/*", "/new/*")]);
    assert_eq!(all.put(redirect("/new/*", "/old/*")), Err(ENDLESS));
    assert_eq!(all.put(redirect("/new/a", "/old/a")), Err(ENDLESS));
    all.put(redirect("/new/a", "/else")).unwrap();
    let mut all = Redirects::new(vec![redirect("/b/*", "/c/*"), redirect("/c/q", "/a/q")]);
    assert_eq!(all.put(redirect("/a/*", "/b/*")), Err(ENDLESS));
}

#[test]
fn a_list_says_of_each_line_what_it_would_do() {
    let list = "\u{feff}# moved\n/a /new 301\n\n/b,https://other.example/\n/c\t/d\t302\n/old /else\n/same /there\n\
                /a /other\n\"/q\", \"/r\"\n/x /y 200\n/only\njavascript:x /y\n/y javascript:alert(1)\n/d /c\n\
                /blog/* /notes/:splat 301!\n/:year/x /y\n/a /new";
    let mut all = Redirects::new(vec![redirect("/old", "/new"), redirect("/same", "/there")]);
    let lines = add_list(list, &ours(), false, &mut all);
    let fates: Vec<(usize, &str)> = lines
        .iter()
        .map(|line| {
            let fate = match &line.fate {
                Fate::New => "new",
                Fate::Same => "same",
                Fate::Conflict(standing) => standing,
                Fate::Wrong(_) => "wrong",
            };
            (line.number, fate)
        })
        .collect();
    assert_eq!(
        fates,
        [
            (2, "new"),
            (4, "new"),
            (5, "new"),
            (6, "/new"),
            (7, "same"),
            (8, "wrong"),
            (9, "new"),
            (10, "wrong"),
            (11, "wrong"),
            (12, "wrong"),
            (13, "wrong"),
            (14, "wrong"),
            (15, "new"),
            (16, "wrong"),
            (17, "same"),
        ]
    );
    assert!(!all.of("/c").unwrap().permanent);
    assert_eq!(all.of("/blog/*").unwrap().target, "/notes/*");
    assert_eq!(all.of("/q").unwrap().target, "/r");
    assert_eq!(all.of("/old").unwrap().target, "/new");
    add_list("/old /else", &ours(), true, &mut all);
    assert_eq!(all.of("/old").unwrap().target, "/else");
}

proptest! {
    #[test]
    fn a_redirect_leads_to_no_other_site_than_it_says(path in "/old/[ -~]{0,40}", typed in "[ -~]{0,40}") {
        if let Ok(one) = parsed("/old/*", &typed) {
            let from = ours().join(&path).unwrap();
            let led = ours().join(&one.location(from.path())).unwrap();
            let meant = ours().join(one.target.trim_end_matches('*')).unwrap();
            prop_assert_eq!(led.origin(), meant.origin(), "{} {}", path, typed);
        }
    }
}
