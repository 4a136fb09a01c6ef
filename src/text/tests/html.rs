//! HTML of authors and of other systems: styles, tables, lists and code, as our pages show them.

use super::*;

#[test]
fn styles_become_classes() {
    assert_eq!(
        html(
            "<div style=\"clear: both; text-align: center;\">a</div><center>b</center><p align=right>c</p>"
        ),
        "<div class=\"clear center\">a</div><div class=\"center\">b</div><p class=\"right\">c</p>"
    );
    assert_eq!(
        html(
            "<span style=\"font-size: x-large; font-weight:bold\">a</span><span style=\"color: red\">b</span>"
        ),
        "<span class=\"large\"><b>a</b></span>b"
    );
    assert_eq!(
        html(
            "<font size=1 color=red face=Arial>a</font><big>b</big><tt>c</tt><strike>d</strike><u>e</u>"
        ),
        "<span class=\"small\">a</span><span class=\"large\">b</span><code>c</code><s>d</s><u>e</u>"
    );
    assert_eq!(
        html(
            "<span style=\"font-family: 'Courier New', monospace; text-decoration: underline\">a</span>"
        ),
        "<span class=\"mono\"><u>a</u></span>"
    );
}

#[test]
fn a_caption_table_becomes_a_figure() {
    let figure = html(
        "<table align=\"center\" cellpadding=\"0\" class=\"tr-caption-container\" style=\"margin-left: auto; margin-right: auto;\">\
         <tbody>\n<tr><td style=\"text-align: center;\"><a href=\"http://x.org/a\"><img src=\"/a.png\" alt=\"A\" /></a></td></tr>\
         <tr><td class=\"tr-caption\" style=\"text-align: center;\">A <i>caption</i></td></tr></tbody></table>",
    );
    assert!(
        figure.starts_with(
            "<figure class=\"center\"><a href=\"http://x.org/a\"><img class=\"unsized\" src=\"/a.png\" alt=\"A\""
        ),
        "{figure}"
    );
    assert!(
        figure.ends_with("</a><figcaption>A <i>caption</i></figcaption></figure>"),
        "{figure}"
    );
}

#[test]
fn a_table_scrolls_inside_itself() {
    let table = markdown("|a|b|\n|-|-:|\n|1|2|\n");
    assert!(
        table.starts_with(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>"
        ),
        "{table}"
    );
    assert!(table.contains("<td class=\"right\">2</td>"), "{table}");
    let nested = html("<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>");
    assert_eq!(nested.matches("scroll").count(), 1);
}

#[test]
fn a_table_of_many_cells_is_one_unless_hardly_any_of_them_is_written() {
    let of = |columns: usize, rows: usize, row: &str| {
        let head = "|h".repeat(columns) + "|\n" + &"|-".repeat(columns) + "|\n";
        markdown(&(head + &row.repeat(rows)))
    };
    let whole = of(30, 2000, &("|1".repeat(30) + "|\n"));
    assert_eq!(whole.matches("<td>").count(), 60_000);
    assert!(of(10, 50, "|1|2|3|4|\n").contains("<table>"), "a short one");
    let sparse = of(200, 4000, "|1|\n");
    assert!(!sparse.contains("<table>") && sparse.contains("|1|"));
    let quoted = markdown(
        &("> ".to_owned()
            + &"|h".repeat(200)
            + "|\n> "
            + &"|-".repeat(200)
            + "|\n"
            + &"> |1|\n".repeat(4000)),
    );
    assert!(!quoted.contains("<table>") && quoted.contains("|1|"));
}

#[test]
fn line_breaks_between_rows_and_items_are_left_out() {
    assert_eq!(
        html("<ul><br /><li>a</li><br /></ul>"),
        "<ul><li>a</li></ul>"
    );
    assert!(html("<table><br /><tr><br /><td>a<br>b</td></tr></table>").starts_with("<div"));
}

#[test]
fn code_in_old_elements_is_shown_as_code() {
    assert_eq!(
        html("<textarea rows=3>\n\na < b</textarea>"),
        "<pre tabindex=\"0\">a &lt; b</pre>"
    );
    assert_eq!(
        html("<xmp><b>x</b></xmp>"),
        "<pre tabindex=\"0\">&lt;b&gt;x&lt;/b&gt;</pre>"
    );
}

#[test]
fn code_in_a_known_language_is_coloured() {
    assert_eq!(
        markdown("```rust\nlet a = 1 < 2;\n```\n"),
        "<pre tabindex=\"0\"><code class=\"language-rust\"><span class=\"k\">let</span> a = \
         <span class=\"n\">1 </span>&lt; <span class=\"n\">2</span>;\n</code></pre>\n"
    );
    let plain = "<pre tabindex=\"0\"><code class=\"language-klingon\">let a = 1;\n</code></pre>\n";
    assert_eq!(markdown("```klingon\nlet a = 1;\n```\n"), plain);
    let inline = "<p><code class=\"language-rust\">let</code></p>";
    assert_eq!(html(inline), inline);
    let marked = "<pre tabindex=\"0\"><code class=\"language-rust\">let <b>a</b></code></pre>";
    assert_eq!(html(marked), marked);
    assert_eq!(html("<p><span class=\"k\">a</span></p>"), "<p>a</p>");
}

#[test]
fn cards_and_wide_pictures_keep_their_classes_and_no_other() {
    assert_eq!(
        html("<aside class=\"callout x\"><p>a</p></aside>"),
        "<div class=\"callout\"><p>a</p></div>"
    );
    assert_eq!(
        html(
            "<div class=\"bookmark\"><p><a href=\"https://example.org/\">b</a></p><p><small>example.org</small></p></div>"
        ),
        "<div class=\"bookmark\"><p><a href=\"https://example.org/\">b</a></p><p><small>example.org</small></p></div>"
    );
    assert!(
        html("<figure class=\"wide y\"><img src=\"/media/a.webp\" alt=\"\"></figure>")
            .starts_with("<figure class=\"wide\">")
    );
    assert_eq!(html("<p class=\"callout wide\">c</p>"), "<p>c</p>");
    assert_eq!(
        markdown("<aside class=\"callout\">\n\n*d*\n\n</aside>\n"),
        "<div class=\"callout\">\n<p><em>d</em></p>\n</div>\n"
    );
}
