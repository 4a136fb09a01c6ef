//! The words of a text without its markup, and excerpts of them.

use super::*;

#[test]
fn words_lose_their_markup_but_not_their_gaps() {
    assert_eq!(
        plain(
            "<h2>A&amp;B</h2><p>b<b>o</b>ld<br>next  line</p><ul><li>x</li><li>y</li></ul><table><tr><td>1</td><td>2</td></tr></table>"
        ),
        "A&B\nbold\nnext line\nx\ny\n1 2"
    );
    assert_eq!(
        plain("&lt;img src=x onerror=alert(1)&gt; needle"),
        "<img src=x onerror=alert(1)> needle"
    );
}

#[test]
fn an_excerpt_ends_with_a_word() {
    assert_eq!(excerpt("one two three", 50), "one two three");
    assert_eq!(excerpt("one two\nthree", 13), "one two three");
    assert_eq!(excerpt("one two three", 12), "one two…");
    assert_eq!(excerpt("one two three", 8), "one two…");
    assert_eq!(excerpt("one, two", 6), "one…");
    assert_eq!(excerpt("東京都は日本の首都", 5), "東京都は…");
}

#[test]
fn an_excerpt_tears_no_character_apart() {
    assert_eq!(excerpt("ae\u{301}e\u{301}e\u{301}", 4), "ae\u{301}…");
    assert_eq!(excerpt("ab👨\u{200d}👩\u{200d}👧cd", 5), "ab…");
    assert_eq!(excerpt("a🇩🇪🇫🇷b", 5), "a🇩🇪…");
    assert_eq!(excerpt("", 5), "");
}
