//! Pictures: their sizes, the place that is kept for them, and when browsers load them.

use super::*;

#[test]
fn a_picture_of_blogger_keeps_its_place_and_size() {
    let picture = html(
        "<a href=\"http://x.org/a.png\" imageanchor=\"1\" style=\"clear: left; float: left; margin-right: 1em;\">\
         <img border=\"0\" height=\"200\" src=\"//x.org/b.png\" width=\"320px\" /></a>",
    );
    assert!(
        picture.starts_with("<a class=\"clear float-left\" href=\"http://x.org/a.png\"><img "),
        "{picture}"
    );
    for attribute in [
        "src=\"https://x.org/b.png\"",
        "width=\"320\" height=\"200\"",
        "alt=\"\"",
        "decoding=\"async\" fetchpriority=\"high\"",
    ] {
        assert!(picture.contains(attribute), "{attribute} in {picture}");
    }
    assert!(!picture.contains("border") && !picture.contains("imageanchor"));
}

#[test]
fn a_picture_that_only_counts_readers_is_dropped() {
    assert_eq!(
        html(
            "a<img width='1' height='1' src='https://blogger.googleusercontent.com/tracker/1-2' alt=''/>"
        ),
        "a"
    );
}

#[test]
fn the_hosts_of_pictures_are_known() {
    let text = "<img src=\"https://A.example:8443/x.png\" srcset=\"http://b.example/y.png 1x, /z.png 2x\"><img src=\"/own.png\">\
         <img src=\"data:image/png;base64,eA==\"><a href=\"https://c.example/\">c</a>";
    let hosts: Vec<String> = picture_hosts(text).into_iter().collect();
    assert_eq!(hosts, ["a.example:8443", "b.example"]);
}

const SEA: &str = "00112233445566778899aabbccddeeff.webp";

fn sea() -> Pictures {
    let copy = |width: i64| (width, format!("{width:032}.webp"));
    let picture = crate::blog::media::Picture {
        width: 2000,
        height: 1500,
        sizes: vec![copy(480), copy(960)],
    };
    Pictures::from([(SEA.to_owned(), picture)])
}

#[test]
fn a_picture_of_ours_comes_in_sizes_and_leaves_its_place_free() {
    let source = format!("![The sea](/media/{SEA})\n\n![Again](/media/{SEA})");
    let written = post(&source, Markup::Markdown, &sea()).html;
    let (first, second) = written.split_once("</p>").unwrap();
    assert_eq!(
        first,
        format!(
            "<p><img src=\"/media/{SEA}\" alt=\"The sea\" srcset=\"/media/{:032}.webp 480w, \
             /media/{:032}.webp 960w, /media/{SEA} 2000w\" sizes=\"(max-width: 48em) 100vw, 48em\" \
             width=\"2000\" height=\"1500\" decoding=\"async\" fetchpriority=\"high\">",
            480, 960
        ),
        "the first does not wait"
    );
    assert!(second.contains(" loading=\"lazy\">"), "{second}");
}

#[test]
fn a_width_that_the_author_gave_stays() {
    let source = format!(
        "<figure class=float-left><img class=float-left width=320 height=9 sizes=x srcset='/y 1x' src='/media/{SEA}'>"
    );
    let written = post(&source, Markup::Html, &sea()).html;
    assert!(
        written.contains(" sizes=\"(max-width: 36em) 100vw, 320px\" width=\"320\" height=\"240\""),
        "{written}"
    );
    assert_eq!(written.matches("srcset").count(), 1);
}

/// The number that a theme gives one of its properties.
fn number_of(css: &str, property: &str, unit: &str) -> Option<f64> {
    let (_, after) = css.split_once(&format!("{property}: "))?;
    let value = after.split(';').next()?.trim();
    let value = value.strip_suffix(unit);
    Some(
        value
            .unwrap_or_else(|| panic!("{property} in {unit}: {after:.20}"))
            .parse()
            .unwrap(),
    )
}

/// What `sizes` says must hold whatever face a reader has: a picture is never shown larger than its copy was chosen for.
#[test]
fn no_theme_gives_pictures_more_room_than_they_say_that_they_take() {
    // The largest text (`font-size` of `html`), against what the browser is set to.
    const LARGEST: f64 = 1.25;
    let base = include_str!("../../../assets/daybook.css");
    assert!(
        base.contains("font-size: calc(clamp(1.125rem, 1.05rem + .35vw, 1.25rem) * var(--size))")
    );
    assert!(
        base.contains("@media (max-width: 36rem) {\n"),
        "where nothing floats any more"
    );
    let column = number_of(base, "--column", "rem").unwrap();
    let size = number_of(base, "--size", "").unwrap();
    let themes = [
        ("", ""),
        (
            "contrast",
            include_str!("../../../assets/themes/contrast.css"),
        ),
        (
            "newspaper",
            include_str!("../../../assets/themes/newspaper.css"),
        ),
        ("plain", include_str!("../../../assets/themes/plain.css")),
        ("sepia", include_str!("../../../assets/themes/sepia.css")),
        (
            "typewriter",
            include_str!("../../../assets/themes/typewriter.css"),
        ),
    ];
    for (name, css) in themes {
        let column = number_of(css, "--column", "rem").unwrap_or(column);
        let size = number_of(css, "--size", "").unwrap_or(size);
        let em = column * size * LARGEST;
        let most = f64::from(i32::try_from(crate::text::sanitize::COLUMN_EM).unwrap());
        assert!(em <= most && em > most * 0.8, "{name}: {em} em");
    }
}

#[test]
fn nobody_else_says_how_wide_a_picture_is() {
    let written = html("<img src=/a.png sizes='(max-width: 1px) 1000000px'>");
    assert!(!written.contains("sizes"), "{written}");
}

#[test]
fn a_text_knows_its_length_and_its_first_picture() {
    let rendered = html_of(
        "<p>One <b>two</b> three.</p><img src=\"data:image/png;base64,eA==\"><img width=1 height=1 src=/count.png>\
         <p><img src=\"//a.example/b.png\"><img src=/c.png></p>",
    );
    assert_eq!(rendered.word_count, 3);
    assert_eq!(rendered.picture, "https://a.example/b.png");
    assert_eq!(html_of("<p>x").picture, "");
}

#[test]
fn a_picture_from_elsewhere_has_its_place_before_it_comes() {
    let shown = |source: &str| html(source);
    assert!(shown("<p><img src=//a.example/b.png></p>").contains(
        "<img class=\"unsized\" src=\"https://a.example/b.png\" width=\"608\" height=\"405\" alt=\"\""
    ), "{}", shown("<p><img src=//a.example/b.png></p>"));
    assert!(
        shown("<p><a href=/x><img src=//a.example/b-300x200.png></a></p>")
            .contains(" width=\"300\" height=\"200\"")
    );
    for amid in [
        "<p>A <img src=/smile.gif> smile</p>",
        "<p><b>A</b> <a href=/x><img src=/smile.gif></a></p>",
    ] {
        assert!(!shown(amid).contains("unsized"), "{amid}");
    }
    for alone in [
        "<p>A<br><img src=/sea.jpg><br>smile</p>",
        "<div><p>A</p><a href=/x><img src=/sea.jpg></a></div>",
        "<p><img src=/sea.jpg><img src=/sea.jpg></p>",
    ] {
        assert!(shown(alone).contains("class=\"unsized\""), "{alone}");
    }
    assert!(!shown("<img src=\"data:image/png;base64,eA==\">").contains("unsized"));
    assert_eq!(shown("<p class=\"unsized anchor k\">a</p>"), "<p>a</p>");
}

#[test]
fn no_picture_far_down_hurries() {
    let near = html("<p>a</p><img src=/a.png width=2 height=2>");
    assert!(near.contains("fetchpriority") && !near.contains("lazy"));
    let far = html(&format!(
        "<p>{}</p><img src=/a.png width=2 height=2>",
        "a ".repeat(900)
    ));
    assert!(!far.contains("fetchpriority") && far.contains("lazy"));
    assert_eq!(
        below_others(&near),
        near.replace("fetchpriority=\"high\"", "loading=\"lazy\"")
    );
}
