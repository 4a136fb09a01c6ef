//! Galleries in both markups, and what is none.

use super::*;

const SEA: &str = "/media/00112233445566778899aabbccddeeff.webp";

fn pictures() -> Pictures {
    let copy = |width: i64| (width, format!("{width:032}.webp"));
    let picture = crate::blog::media::Picture {
        width: 2000,
        height: 1500,
        sizes: vec![copy(480), copy(960)],
    };
    let name = SEA.strip_prefix("/media/").unwrap();
    Pictures::from([(name.to_owned(), picture)])
}

fn rendered(source: &str, markup: Markup) -> String {
    post(source, markup, &pictures()).html
}

#[test]
fn both_markups_give_the_same_grid_of_links() {
    let markdown = format!(
        "<div class=\"gallery\">\n\n![The sea]({SEA} \"At \\\"noon\\\"\")\n![Again]({SEA})\n\n</div>\n\nAfter."
    );
    let html = format!(
        "<div class=\"gallery\">\n<figure><img src=\"{SEA}\" alt=\"The sea\"><figcaption>At &quot;noon&quot;</figcaption></figure>\n\
         <figure><img src=\"{SEA}\" alt=\"Again\"></figure>\n</div>\n<p>After.</p>"
    );
    let (one, other) = (
        rendered(&markdown, Markup::Markdown),
        rendered(&html, Markup::Html),
    );
    for written in [&one, &other] {
        assert!(has_gallery(written) && has_blocks(written), "{written}");
        assert_eq!(written.matches("<figure>").count(), 2, "{written}");
        assert_eq!(
            written.matches(&format!("<a href=\"{SEA}\"><img ")).count(),
            2,
            "{written}"
        );
        assert_eq!(
            written
                .matches("<figcaption>At &quot;noon&quot;</figcaption></figure>")
                .count()
                + written
                    .matches("<figcaption>At \"noon\"</figcaption></figure>")
                    .count(),
            1,
            "{written}"
        );
        // A square is a third of the column, and a picture of four to three is a third wider than its square.
        assert!(
            written.contains("sizes=\"(max-width: 36em) 66vw, 21em\""),
            "{written}"
        );
        assert!(
            written.contains("width=\"2000\" height=\"1500\""),
            "{written}"
        );
        assert!(written.contains("<p>After.</p>"), "{written}");
        assert!(!written.contains("<p><a"), "{written}");
    }
}

#[test]
fn columns_links_and_galleries_of_wordpress_are_kept() {
    let written = rendered(
        &format!(
            "<figure class=\"wp-block-gallery has-nested-images columns-4 is-cropped\">\
             <figure class=\"wp-block-image\"><a href=\"https://a.example/\"><img src=\"{SEA}\"></a></figure>\
             <figure class=\"wp-block-image\"><img src=\"https://b.example/b.jpg\"></figure></figure>"
        ),
        Markup::Html,
    );
    assert!(
        written
            .starts_with("<div class=\"gallery columns-4\"><figure><a href=\"https://a.example/\""),
        "{written}"
    );
    assert!(
        written.contains("<a href=\"https://b.example/b.jpg\"><img "),
        "{written}"
    );
    assert_eq!(written.matches("<a ").count(), 2, "{written}");
}

#[test]
fn what_holds_words_or_nothing_is_no_gallery() {
    for source in [
        "<div class=\"gallery\">Only words</div>",
        "<div class=\"gallery\"></div>",
        "<div class=\"gallery\"><h2>Ebb</h2><img src=\"/a.png\"></div>",
        "<div class=\"gallery\"><img src=\"/a.png\"><img src=\"/b.png\"><figcaption>Of both</figcaption></div>",
        "<div class=\"gallery\"><img src=\"/a.png\"><!--more--><img src=\"/b.png\"></div>",
    ] {
        let written = rendered(source, Markup::Html);
        assert!(!has_gallery(&written), "{written}");
        assert_eq!(
            written.matches("<img ").count(),
            source.matches("<img ").count(),
            "{written}"
        );
    }
    assert!(!has_gallery(
        &comment("<div class=\"gallery\"><img src=\"/a.png\"></div>").unwrap_or_default()
    ));
}

#[test]
fn a_hostile_gallery_gives_safe_links() {
    let written = rendered(
        "<div class=gallery><img src=\"javascript:alert(1)\" alt=\"<b>a\" title='\"><script>'>\
         <a href=\"javascript:alert(2)\"><img src=\"/b.png\" onerror=alert(3)></a></div>",
        Markup::Html,
    );
    for forbidden in ["javascript", "onerror", "<script", "<b>"] {
        assert!(!written.contains(forbidden), "{forbidden} in {written}");
    }
}
