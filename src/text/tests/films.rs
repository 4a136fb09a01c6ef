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

#[test]
fn a_recording_of_ours_is_written_like_a_picture_and_played() {
    let name = "00112233445566778899aabbccddeeff";
    assert_eq!(
        markdown(&format!("![The \"sea\" & wind](/media/{name}.mp3)")),
        format!(
            "<p><audio title=\"The &quot;sea&quot; &amp; wind\" controls=\"\" preload=\"metadata\" \
             src=\"/media/{name}.mp3\"><a href=\"/media/{name}.mp3\">The \"sea\" &amp; wind</a></audio></p>\n"
        )
    );
    let film = html(&format!("<img src=\"/media/{name}.webm\">"));
    assert_eq!(
        film,
        format!(
            "<video title=\"/media/{name}.webm\" controls=\"\" playsinline=\"\" preload=\"metadata\" \
             src=\"/media/{name}.webm\"><a href=\"/media/{name}.webm\">/media/{name}.webm</a></video>"
        )
    );
    assert_eq!(html(&film), film, "what was exported comes in again");
    // A link cannot hold a player, and a picture elsewhere or by another name is a picture.
    let linked = markdown(&format!("[![sea](/media/{name}.mp3)](https://a.example/)"));
    assert_eq!(linked, "<p><a href=\"https://a.example/\">sea</a></p>\n");
    for other in ["https://a.example/x.mp3", "/media/x.mp3", "/media/../x.mp3"] {
        assert!(
            markdown(&format!("![x]({other})")).contains("<img"),
            "{other}"
        );
    }
    let post = html_of(&format!("<img src=\"/media/{name}.mp3\">"));
    assert_eq!(post.picture, "", "it is not the picture of the post");
}

#[test]
fn players_of_an_author_have_controls_and_fetch_little() {
    assert_eq!(
        html("<audio src=\"https://a.example/b.ogg\" autoplay loop onplay=x>c</audio>"),
        "<audio src=\"https://a.example/b.ogg\" controls=\"\" preload=\"metadata\">c</audio>"
    );
    assert_eq!(
        html("<video preload=none playsinline><source src=\"/media/a.mp4\" type=x></video>"),
        "<video playsinline=\"\" preload=\"none\" controls=\"\"><source src=\"/media/a.mp4\"></video>"
    );
    assert!(!html("<video preload=\"x\" src=/a></video>").contains("\"x\""));
}
