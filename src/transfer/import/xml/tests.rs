//! Exports as they are found, and what cannot be repaired.

use super::*;

fn read(bytes: &[u8]) -> anyhow::Result<(Vec<Element>, Repaired)> {
    let mut records = Records::new(bytes, &["rss", "channel"]);
    let mut all = Vec::new();
    while let Some(record) = records.next("WordPress")? {
        all.push(record);
    }
    Ok((all, records.repaired()))
}

fn item(body: &str) -> String {
    format!("<?xml version='1.0'?><rss><channel><item>{body}</item></channel></rss>")
}

fn text_of(file: &str) -> String {
    read(file.as_bytes()).unwrap().0[0].full_text("x")
}

#[test]
fn what_is_around_an_export_is_passed_over() {
    let file = format!(
        "<br />\n<b>Notice</b>: 1 < 2\n{}\n<script>var a</script>",
        item("<x>a</x>")
    );
    let (records, repaired) = read(file.as_bytes()).unwrap();
    assert_eq!(records[0].of("x"), "a");
    assert!(repaired.preceded);
    let plain = format!(
        "\u{FEFF} <!-- made by --><!DOCTYPE rss>{}",
        item("<x>a</x>")
    );
    let (records, _) = read(plain.as_bytes()).unwrap();
    assert_eq!(records.len(), 1);
}

#[test]
fn a_section_within_a_section_ends_with_its_element() {
    for (inside, words) in [
        (
            "<![CDATA[a<s><![CDATA[//b//]]></s>c]]>",
            "a<s><![CDATA[//b//]]></s>c",
        ),
        ("<![CDATA[a ]]> b]]>", "a ]]> b"),
        ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
        ("<![CDATA[<![CDATA[x]]]]><![CDATA[>]]>", "<![CDATA[x]]>"),
        ("<![CDATA[a]]><![CDATA[b]]>", "ab"),
        ("<![CDATA[a]]> b <![CDATA[c]]>", "a b c"),
        (
            "<![CDATA[<item><wp:post_id>1</wp:post_id></item>]]>",
            "<item><wp:post_id>1</wp:post_id></item>",
        ),
        ("<![CDATA[]]>", ""),
    ] {
        assert_eq!(
            text_of(&item(&format!("<x>{inside}\n</x>"))).trim_end(),
            words
        );
    }
}

#[test]
fn stray_markup_is_passed_over() {
    let file = item(
        "<y><!DOCTYPE html><html><b>no</y><x a='1>2' b>3 < 4 &amp; &nbsp; & &#x41;&#0;</x></z>",
    );
    let (records, _) = read(file.as_bytes()).unwrap();
    assert_eq!(records[0].of("x"), "3 < 4 & &nbsp; & A&#0;");
    let x = records[0].child("x").unwrap();
    assert_eq!((x.attribute("a"), x.attribute("b")), ("1>2", ""));
}

#[test]
fn bytes_that_are_no_characters_and_zeros_do_not_stop_an_export() {
    let mut bytes = item("<x>Caf?\0 z</x>").into_bytes();
    let at = bytes.iter().rposition(|byte| *byte == b'?').unwrap();
    bytes[at] = 0xe9;
    let (records, repaired) = read(&bytes).unwrap();
    assert_eq!(records[0].of("x"), "Caf\u{FFFD} z");
    assert_eq!((repaired.bad_bytes, repaired.zeros), (1, 1));
    bytes = b"<?xml version='1.0' encoding=\"ISO-8859-1\"?><rss><channel><item><x>Caf\xe9</x></item></channel></rss>".to_vec();
    assert_eq!(read(&bytes).unwrap().0[0].of("x"), "Café");
    let wide: Vec<u8> = format!("\u{FEFF}{}", item("<x>港</x>"))
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(read(&wide).unwrap().0[0].of("x"), "港");
}

#[test]
fn what_cannot_be_repaired_names_its_line() {
    for (body, why) in [
        ("\n<wp:x>a\n", "near line 3: <wp:x> has no end"),
        (
            "\n<x><![CDATA[a</x></item><item><x><![CDATA[b]]></x>",
            "the text that begins in line 2 has no end",
        ),
        ("<item>", "<item> has no end"),
    ] {
        let error = read(item(body).as_bytes()).unwrap_err().to_string();
        assert!(error.contains(why), "{body}: {error}");
    }
    let whole = item("<x>a</x>");
    for end in [whole.len() / 2, whole.len() - 3] {
        let error = read(&whole.as_bytes()[..end]).unwrap_err().to_string();
        assert!(error.contains("ends in the middle"), "{error}");
    }
}

#[test]
fn another_file_is_no_export() {
    for other in ["", "{}", "<feed/>", "<html><body></body></html>", "hello"] {
        assert!(
            read(other.as_bytes()).unwrap_err().is::<NotAnExport>(),
            "{other}"
        );
    }
}

#[test]
fn small_pieces_read_the_same() {
    let file = item("<x><![CDATA[a<s><![CDATA[//港//]]></s>c]]>\n </x><y a='>'>1 &lt; 2</y>");
    let whole = read(file.as_bytes()).unwrap().0;
    for size in [1, 2, 3, 7] {
        let reader = io::BufReader::with_capacity(size, file.as_bytes());
        let mut records = Records::new(reader, &["rss", "channel"]);
        assert_eq!(records.next("WordPress").unwrap().as_ref(), whole.first());
    }
}
