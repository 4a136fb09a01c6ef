//! Films and other embeds.

use super::*;

const FILM: &str = "<div class=\"embed\"><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\">\
    www.youtube.com/watch?v=dQw4w9WgXcQ</a></div>";

#[test]
fn of_a_film_nothing_but_its_number_is_kept() {
    for embed in [
        "<iframe onload=x width=\"1\" src=\"//www.youtube.com/embed/dQw4w9WgXcQ?rel=0\" srcdoc=\"x\">x</iframe>",
        "<object width=\"1\"><param name=\"movie\" value=\"http://www.youtube.com/v/dQw4w9WgXcQ&hl=en\"></param>\
         <embed src=\"http://www.youtube.com/v/dQw4w9WgXcQ&hl=en\" type=\"application/x-shockwave-flash\"></embed></object>",
        "<embed src=\"http://www.youtube.com/v/dQw4w9WgXcQ\">",
    ] {
        assert_eq!(html(embed), FILM, "{embed}");
        assert_eq!(
            markdown(&format!("<div>{embed}</div>")).trim_end(),
            format!("<div>{FILM}</div>"),
            "{embed}"
        );
    }
    assert_eq!(
        html(&format!(
            "<p>{}</p>",
            "<iframe src=\"https://youtu.be/dQw4w9WgXcQ\"></iframe>"
        )),
        format!("<div>{FILM}</div>")
    );
    assert!(
        html("<iframe src=\"https://player.vimeo.com/video/1\"></iframe>")
            .contains("\"https://vimeo.com/1\"")
    );
    assert_eq!(html(FILM), FILM, "what was exported comes in again");
}

#[test]
fn a_page_gives_films_a_place_to_play_and_speaks_its_language() {
    use crate::blog::phrases::Messages;
    use crate::blog::settings::Films;
    let stored = markdown(
        "Ebb[^a] and[^a] flow.\n\nhttps://youtu.be/dQw4w9WgXcQ\n\n|a|\n|-|\n|b|\n\n[^a]: Twice.\n\n\
         <blockquote class=\"article\" cite=\"https://a.example/\">\n\nx\n\n</blockquote>\n",
    );
    let page = |films| fill_placeholders(&stored, films, &Messages::of("de")).into_owned();
    let all = page(Films::All);
    assert!(can_play(&all) && !can_play(&page(Films::None)) && !can_play(&stored));
    for said in [
        ">Video von YouTube abspielen</a>",
        "aria-label=\"Tabelle\">",
        "<h2>Quellen</h2>",
        "title=\"Zurück zu Anmerkung 1 im Text\">",
        "title=\"Zurück zu Anmerkung 1-2 im Text\">",
    ] {
        assert!(all.contains(said), "{said} in {all}");
    }
    assert!(!all.contains("iframe"));
    let about_us = markdown(
        "`<div class=\"sources\"><h2>Sources</h2>` ` role=\"group\" aria-label=\"Table\">`",
    );
    assert_eq!(
        fill_placeholders(&about_us, Films::All, &Messages::of("de")),
        about_us
    );
}

#[test]
fn any_other_embed_becomes_a_link() {
    assert_eq!(
        html("<iframe src=\"https://www.blogger.com/video.g?token=abc\"></iframe>"),
        "<p><a href=\"https://www.blogger.com/video.g?token=abc\">www.blogger.com/video.g</a></p>"
    );
    for embed in [
        "<iframe src=\"https://youtube.com.evil.example/embed/dQw4w9WgXcQ\"></iframe>",
        "<iframe src=\"https://youtube.com@evil.example/embed/dQw4w9WgXcQ\"></iframe>",
    ] {
        assert!(
            html(embed).starts_with("<p><a href=\"https://youtube.com"),
            "{embed}"
        );
    }
    assert_eq!(
        html("<object data=\"javascript:x\">instead</object>"),
        "instead"
    );
}

#[test]
fn the_address_of_a_film_alone_in_a_paragraph_is_its_player() {
    let film = "https://www.youtube.com/watch?v=dQw4w9WgXcQ";
    for shown in [
        markdown(&format!("Look:\n\n{film}\n\nThere.")),
        html(&format!("<p>{film}</p>")),
        html(&format!("<p>\n<a href=\"{film}\">{film}</a> </p>")),
    ] {
        assert!(
            shown.contains(
                "<div class=\"embed\"><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\""
            ),
            "{shown}"
        );
    }
    for shown in [
        markdown(&format!("Look: {film}")),
        html(&format!("<p><a href=\"{film}\">a film</a></p>")),
        html("<p>https://example.org/</p>"),
    ] {
        assert!(!shown.contains("embed"), "{shown}");
    }
}
