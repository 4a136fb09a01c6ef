//! What is kept of an author's style sheet, and that nothing in it can do harm.

use super::*;

const PICTURE: &str = "/media/00112233445566778899aabbccddeeff.webp";

fn css(source: &str) -> String {
    author_css(source).css
}

#[test]
fn good_sheets_come_through() {
    for (source, written) in [
        ("p{color:red}", "p{color:red;}"),
        (
            "h1, h2 > a:not(.x)::before { content: \"→ \"; margin: -1px auto !important }",
            "h1, h2 > a:not(.x)::before{content:\"→ \";margin:-1px auto !important;}",
        ),
        (
            "@media (prefers-color-scheme: dark) { :root { --paper: #000; } }",
            "@media (prefers-color-scheme: dark){:root{--paper:#000;}}",
        ),
        (
            ".post { color: red; &:hover { color: blue } a:hover { x: y } @media print { x: z } }",
            ".post{color:red;&:hover{color:blue;}a:hover{x:y;}@media print{x:z;}}",
        ),
        (
            "@keyframes turn { from { rotate: 0deg } 50.5% { rotate: 1turn } }",
            "@keyframes turn{from{rotate:0deg;}50.5%{rotate:1turn;}}",
        ),
        (
            "@layer a, b; @layer a { p { x: y } }",
            "@layer a, b;@layer a{p{x:y;}}",
        ),
        (
            "p { width: calc(100% - (2 * 1rem)); grid-template-columns: [a] 1fr [b] }",
            "p{width:calc(100% - (2 * 1rem));grid-template-columns:[a] 1fr [b];}",
        ),
        (
            "@supports (display: grid) and (not (x: y)) { p { overscroll-behavior: none } }",
            "@supports (display: grid) and (not (x: y)){p{overscroll-behavior:none;}}",
        ),
    ] {
        let read = author_css(source);
        assert_eq!(read.left_out, [], "{source}");
        assert_eq!(read.css, written);
        assert_eq!(css(&read.css), read.css, "what was written is read again");
    }
}

#[test]
fn pictures_come_from_the_blog_or_from_the_sheet() {
    for good in [
        format!("url({PICTURE})"),
        format!("url(\"{PICTURE}\")"),
        format!("image-set(\"{PICTURE}\" 1x, url({PICTURE}) 2x type(\"image/webp\"))"),
        "url(data:image/png;base64,AAAA)".to_owned(),
        "url('data:image/svg+xml,%3Csvg/%3E')".to_owned(),
        format!("src(\"{PICTURE}\")"),
    ] {
        let read = author_css(&format!("p {{ background: {good} }}"));
        assert_eq!(read.left_out, [], "{good}");
        assert!(read.css.contains("background:"), "{good}");
    }
    for bad in [
        "url(https://evil.example/x)",
        "url( \"https://evil.example/x\" )",
        "url('//evil.example/x')",
        "URL(https://evil.example/x)",
        "\\75rl(https://evil.example/x)",
        "u\\72 l(https://evil.example/x)",
        "url(\\68ttps://evil.example/x)",
        "url(/media/../admin/)",
        "url(x.png)",
        "url(#filter)",
        "url(javascript:alert(1))",
        "url(data:text/html,x)",
        "url(data:image/pngx,)",
        "url(var(--x))",
        "url(\"/media/x\" var(--x))",
        "src(var(--x))",
        "src(\"https://evil.example/\")",
        "image-set(\"https://evil.example/x\" 1x)",
        "image-set(var(--x) 1x)",
        "-webkit-image-set(url(https://evil.example/x) 1x)",
        "-webkit-image-set(attr(href) 1x)",
        "image(\"https://evil.example/x\")",
        "cross-fade(url(https://evil.example/x), red)",
        "linear-gradient(red, blue), url(https://evil.example/x)",
        "expression(alert(1))",
        "EXPRESSION(alert(1))",
        "ex\\70ression(alert(1))",
    ] {
        for property in ["background", "--x", "cursor", "content"] {
            let read = author_css(&format!("p {{ {property}: {bad}; color: red }}"));
            assert_eq!(read.css, "p{color:red;}", "{bad}");
            assert_eq!(read.left_out.len(), 1, "{bad}: {:?}", read.left_out);
            assert_eq!(read.left_out[0].line, 1);
        }
    }
}

#[test]
fn a_sheet_fetches_nothing_and_runs_nothing() {
    for bad in [
        "@import \"https://evil.example/x.css\";",
        "@import url(https://evil.example/x.css) screen;",
        "@\\69mport 'x';",
        "@font-face { font-family: X; src: url(https://evil.example/x) }",
        "@namespace url(https://evil.example/);",
        "@property --x { syntax: \"<url>\"; initial-value: url(https://evil.example/) }",
        "@counter-style x { symbols: url(https://evil.example/) }",
        "@document url(https://evil.example/) { p { x: y } }",
        "@media screen;",
        "p { behavior: url(#default#time2) }",
        "p { -moz-binding: none }",
        "p { BEHAVIOR: x }",
        "p { @import \"x\"; }",
        "p[a=\"</style>\"] { x: y }",
        "p { content: \"</style><script>alert(1)</script>\" }",
        "p { content: \"<\\/style>\" }",
    ] {
        let read = author_css(bad);
        let empty = ["", "p{}"];
        assert!(empty.contains(&read.css.as_str()), "{bad}: {}", read.css);
        assert_eq!(read.left_out.len(), 1, "{bad}: {:?}", read.left_out);
    }
    assert_eq!(css("@charset \"utf-8\"; p { x: y }"), "p{x:y;}");
}

#[test]
fn nothing_is_outside_of_what_was_read() {
    for (source, written) in [
        ("p { content: \"unclosed", "p{content:\"unclosed\";}"),
        ("p { content: \"broken\n; color: red }", "p{color:red;}"),
        ("p { color: red", "p{color:red;}"),
        ("p { color: rgb(1, 2", "p{color:rgb(1, 2);}"),
        ("} p { color: red }", ""),
        ("p { color: red } }  q { x: y }", "p{color:red;}"),
        ("p { x: y) } q { x: z }", "p{}q{x:z;}"),
        ("p { x: a/**/b /* ; } */ c }", "p{x:a/**/b c;}"),
        (
            "p { x: u/**/rl(//evil.example) }",
            "p{x:u/**/rl(//evil.example);}",
        ),
        ("<!-- p { x: y } -->", "p{x:y;}"),
        ("p { x: \\; y }", "p{x:\\; y;}"),
        ("\u{0}p { x: y }", "\u{FFFD}p{x:y;}"),
        ("/* unclosed p { x: y }", ""),
        ("p { --x: { a: b }; y: z }", "p{y:z;}"),
        ("p { x: url(", "p{}"),
        ("p\\\n{ x: y } q { x: y }", "q{x:y;}"),
        ("p { x: y \\\n; z: a }", "p{z:a;}"),
        ("p { color: r\\65 d; x\\: : y }", "p{color:red;x\\::y;}"),
    ] {
        assert_eq!(css(source), written, "{source}");
        assert_eq!(css(&css(source)), written, "{source}");
    }
}

#[test]
fn what_is_left_out_is_reported_by_its_line() {
    let read = author_css(
        "p {\n  color: red;\n  background:\n    url(http://evil.example);\n}\n\n@import 'x';\nq { : }",
    );
    let reported: Vec<(u32, &str)> = read
        .left_out
        .iter()
        .map(|one| (one.line, one.what.as_str()))
        .collect();
    assert_eq!(reported, [(3, "background:"), (7, "@import 'x'"), (8, ":")]);
    assert_eq!(read.css, "p{color:red;}q{}");
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("a{", "}"),
        ("@media x{", "}"),
    ] {
        let source = format!(
            "p {{ x: {} {} }} q {{ x: y }}",
            open.repeat(20_000),
            close.repeat(20_000)
        );
        let read = author_css(&source);
        assert!(!read.left_out.is_empty(), "{open}");
        assert!(read.css.len() < 2_000, "{open}");
        assert!(author_css(&open.repeat(30_000)).css.len() < 2_000, "{open}");
    }
}

#[test]
fn a_blank_that_belongs_to_a_name_stays_with_it() {
    for source in [
        "\\ {",
        "a\\  { color: red }",
        "@layer a\\ ;",
        "p { font-family: a\\ }",
        "p { --x: a\\ ; color: red }",
    ] {
        let css = author_css(source).css;
        assert_eq!(author_css(&css).left_out, [], "{source}: {css}");
        assert_eq!(author_css(&css).css, css, "{source}");
    }
    assert_eq!(trimmed(" a\\  "), "a\\ ");
    assert_eq!(trimmed(" a\\\\  "), "a\\\\");
    assert_eq!(trimmed(" a  "), "a");
}

proptest::proptest! {
    #[test]
    fn whatever_is_typed_what_readers_get_holds_nothing_to_leave_out(source in "[-a-z@{}()\\[\\];:,.#!/*\\\\\"' \n0-9<>u=r|l~%&]{0,120}") {
        let css = author_css(&source).css;
        proptest::prop_assert_eq!(author_css(&css).left_out, []);
        proptest::prop_assert!(!css.contains("</"));
    }
}
