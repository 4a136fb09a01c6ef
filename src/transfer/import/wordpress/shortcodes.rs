//! WordPress's shortcodes, `[caption]…[/caption]`, as the HTML that readers saw. Those of plugins stay as words and are
//! counted by name.

use super::library::{Attachment, Library};
use crate::text;
use crate::text::Film;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Elements in which a bracket is a bracket.
const VERBATIM: [&str; 4] = ["pre", "code", "script", "style"];
/// The languages that shortcodes for code are named after.
const LANGUAGES: &[&str] = &[
    "bash",
    "c",
    "coldfusion",
    "cpp",
    "csharp",
    "css",
    "delphi",
    "diff",
    "erlang",
    "go",
    "groovy",
    "haskell",
    "html",
    "java",
    "javascript",
    "js",
    "matlab",
    "objc",
    "perl",
    "php",
    "plain",
    "powershell",
    "python",
    "ruby",
    "scala",
    "shell",
    "sql",
    "swift",
    "vb",
    "xml",
];
/// The names of attributes by which `[audio]` and `[video]` say their address.
const SOURCES: &[&str] = &[
    "src", "mp3", "m4a", "ogg", "wav", "wma", "flac", "mp4", "m4v", "webm", "ogv", "flv", "wmv",
    "mov",
];

/// What texts are written out with.
pub struct Writing<'a> {
    pub library: &'a Library,
    /// The number of the post.
    pub post: &'a str,
    /// How often each shortcode of a plugin was met.
    pub unknown: &'a mut BTreeMap<String, u64>,
    /// Galleries and playlists whose files are not in the export.
    pub lost_galleries: &'a mut u64,
}

/// A shortcode in a text.
struct Shortcode<'s> {
    name: &'s str,
    attributes: Vec<(String, String)>,
    /// What is between it and its end, where it has one.
    content: Option<&'s str>,
    /// How much of the text it is.
    length: usize,
}

impl Shortcode<'_> {
    fn attribute(&self, name: &str) -> &str {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// What was given without a name: `[youtube ADDRESS]`.
    fn nameless(&self) -> &str {
        self.attribute("")
    }
}

impl Writing<'_> {
    /// The text with its shortcodes written out.
    pub fn expanded(&mut self, source: &str) -> String {
        let mut out = String::with_capacity(source.len());
        let mut notes = Vec::new();
        let mut rest = source;
        while let Some(at) = rest.find(['[', '<']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('<') {
                let length = passed_over(rest);
                out.push_str(&rest[..length]);
                rest = &rest[length..];
                continue;
            }
            if let Some(escaped) = escaped(rest) {
                out.push_str(&escaped[1..escaped.len() - 1]);
                rest = &rest[escaped.len()..];
                continue;
            }
            let Some(code) = read(rest) else {
                out.push('[');
                rest = &rest[1..];
                continue;
            };
            let (code_text, after) = rest.split_at(code.length);
            let is_alone = stands_alone(&out, after);
            let html = match code.name {
                "more" | "nextpage" if !is_alone => None,
                _ => self.html(&code, &mut notes),
            };
            if let Some(html) = html {
                out.push_str(&html);
                rest = after;
            } else {
                let tag = tag_length(code_text).unwrap_or(1);
                out.push_str(&code_text[..tag]);
                rest = &rest[tag..];
            }
        }
        out.push_str(rest);
        with_notes(out, &notes)
    }

    /// What a shortcode shows; `None` where it stays as words.
    fn html(&mut self, code: &Shortcode, notes: &mut Vec<String>) -> Option<String> {
        let content = code.content.unwrap_or_default();
        Some(match code.name {
            "caption" | "wp_caption" => self.captioned(code, code.content?),
            "gallery" => self.gallery(code),
            "playlist" => self.playlist(code),
            "audio" | "video" => sound(code)?,
            "embed" | "youtube" | "vimeo" => {
                let address = [
                    content.trim(),
                    code.nameless(),
                    code.attribute("src"),
                    code.attribute("url"),
                ];
                let address = address
                    .into_iter()
                    .find(|one| !one.is_empty())
                    .unwrap_or_default();
                film(code.name, code.attribute("id"), address)?
            }
            "sourcecode" | "code" if code.content.is_some() => {
                let language = [
                    code.attribute("language"),
                    code.attribute("lang"),
                    code.nameless(),
                ];
                listing(
                    language
                        .into_iter()
                        .find(|one| !one.is_empty())
                        .unwrap_or_default(),
                    content,
                )
            }
            language if code.content.is_some() && LANGUAGES.contains(&language) => {
                listing(language, content)
            }
            "footnote" | "ref" | "fn" if code.content.is_some() => {
                notes.push(content.trim().to_owned());
                format!("<sup>{}</sup>", notes.len())
            }
            "more" => "\n<!--more-->\n".to_owned(),
            "nextpage" => "\n\n".to_owned(),
            name => {
                let is_certain = code.content.is_some()
                    || code.attributes.iter().any(|(name, _)| !name.is_empty());
                if is_certain {
                    *self.unknown.entry(name.to_owned()).or_default() += 1;
                }
                return None;
            }
        })
    }

    fn captioned(&mut self, code: &Shortcode, content: &str) -> String {
        let content = content.trim();
        let (picture, words) = content.split_at(picture_end(content));
        let words = match words.trim() {
            "" => code.attribute("caption"),
            words => words,
        };
        let picture = picture.trim();
        let words = self.expanded(words);
        format!("\n\n<figure>{picture}<figcaption>{words}</figcaption></figure>\n\n")
    }

    /// The numbers that a gallery or playlist names; else those of the post.
    fn numbers(&self, code: &Shortcode) -> Vec<String> {
        let named = [code.attribute("ids"), code.attribute("include")];
        if let Some(ids) = named.into_iter().find(|ids| !ids.is_empty()) {
            return ids.split(',').map(|id| id.trim().to_owned()).collect();
        }
        let post = match code.attribute("id") {
            "" => self.post,
            id => id,
        };
        self.library.files_of(post).to_vec()
    }

    fn gallery(&mut self, code: &Shortcode) -> String {
        let mut html = String::from("\n\n");
        let excluded: Vec<&str> = code
            .attribute("exclude")
            .split(',')
            .map(str::trim)
            .collect();
        for id in self.numbers(code) {
            if let Some(file) = self
                .library
                .file(&id)
                .filter(|_| !excluded.contains(&id.as_str()))
                && !is_sound(&file.address)
            {
                html.push_str(&figure(file));
                html.push('\n');
            }
        }
        self.or_lost(html)
    }

    fn playlist(&mut self, code: &Shortcode) -> String {
        let mut html = String::from("\n\n");
        for id in self.numbers(code) {
            if let Some(file) = self.library.file(&id) {
                let address = text::escape(&file.address);
                let _ = writeln!(
                    html,
                    "<figure><audio controls src=\"{address}\"></audio></figure>"
                );
            }
        }
        self.or_lost(html)
    }

    fn or_lost(&mut self, html: String) -> String {
        if html.trim().is_empty() {
            *self.lost_galleries += 1;
        }
        html + "\n"
    }
}

/// A picture with its caption.
pub fn figure(file: &Attachment) -> String {
    let (address, alt) = (text::escape(&file.address), text::escape(&file.alt));
    let caption = if file.caption.is_empty() {
        String::new()
    } else {
        format!("<figcaption>{}</figcaption>", file.caption)
    };
    format!("<figure><img src=\"{address}\" alt=\"{alt}\">{caption}</figure>")
}

fn is_sound(address: &str) -> bool {
    let ending = address.rsplit('.').next().unwrap_or_default();
    SOURCES[1..].contains(&ending.to_ascii_lowercase().as_str())
        || ending.eq_ignore_ascii_case("pdf")
}

fn sound(code: &Shortcode) -> Option<String> {
    let named = SOURCES.iter().map(|name| code.attribute(name));
    let mut addresses = named.chain([code.nameless(), code.content.unwrap_or_default().trim()]);
    let address = addresses.find(|one| one.contains('/'))?;
    let (tag, address) = (code.name, text::escape(address));
    Some(format!(
        "\n\n<figure><{tag} controls src=\"{address}\"></{tag}></figure>\n\n"
    ))
}

/// A film in the place of its address; anything else of the web as a link.
fn film(service: &str, id: &str, address: &str) -> Option<String> {
    let given = address.trim().replace("&amp;", "&").replace("&#038;", "&");
    let address = match service {
        _ if given.contains("//") => given,
        _ if given.is_empty() && id.is_empty() => return None,
        "youtube" => format!(
            "https://www.youtube.com/watch?v={}",
            if id.is_empty() { given.as_str() } else { id }
        ),
        "vimeo" => format!(
            "https://vimeo.com/{}",
            if id.is_empty() { given.as_str() } else { id }
        ),
        _ => return None,
    };
    // An old shortcode of WordPress.com carries the width behind the address.
    let address = address
        .split(['|', ' '])
        .next()
        .unwrap_or_default()
        .to_owned();
    let is_whole = address.starts_with("http");
    is_whole.then(|| format!("\n\n{}\n\n", embedded(&address)))
}

/// A film as its address, which has a paragraph of its own; anything else as a link.
pub fn embedded(address: &str) -> String {
    let escaped = text::escape(address);
    match Film::of(address) {
        Some(_) => format!("<p>{escaped}</p>"),
        None => format!("<p><a href=\"{escaped}\">{escaped}</a></p>"),
    }
}

/// Code with its white space.
fn listing(language: &str, code: &str) -> String {
    let code = code
        .strip_prefix("\r\n")
        .or(code.strip_prefix('\n'))
        .unwrap_or(code);
    let code = code.trim_end();
    // The editor that showed words wrote them escaped, the one that showed HTML did not.
    let code = code
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-');
    let class = if !language.is_empty() && language.chars().all(is_name) {
        format!(" class=\"language-{}\"", language.to_ascii_lowercase())
    } else {
        String::new()
    };
    format!(
        "\n\n<pre><code{class}>{}</code></pre>\n\n",
        text::escape(&code)
    )
}

fn with_notes(mut html: String, notes: &[String]) -> String {
    if notes.is_empty() {
        return html;
    }
    html.push_str("\n\n<ol>\n");
    for note in notes {
        let _ = writeln!(html, "<li>{note}</li>");
    }
    html.push_str("</ol>\n");
    html
}

/// How much of a text from a `<` on has no shortcodes: a tag, a comment, or an element with code.
fn passed_over(text: &str) -> usize {
    if text.starts_with("<!--") {
        return text.find("-->").map_or(1, |end| end + 3);
    }
    let name: String = text[1..]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let name = name.to_ascii_lowercase();
    if VERBATIM.contains(&name.as_str())
        && let Some(end) = super::end_tag(text, &name)
    {
        return end;
    }
    let is_tag = text[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    if is_tag {
        text.find('>').map_or(1, |end| end + 1)
    } else {
        1
    }
}

/// Where the picture of a caption ends, with the link around it.
fn picture_end(content: &str) -> usize {
    let lower = content.to_ascii_lowercase();
    let behind = |end: &str, from: usize| lower[from..].find(end).map(|at| from + at + end.len());
    let Some(image) = lower.find("<img") else {
        return 0;
    };
    let image_end = behind(">", image).unwrap_or(content.len());
    if lower[..image].contains("<a ") {
        return behind("</a>", image_end).unwrap_or(image_end);
    }
    image_end
}

/// Whether nothing else is in the line or the paragraph of a shortcode, given what is before and behind it.
fn stands_alone(before: &str, after: &str) -> bool {
    let is_blank =
        |line: Option<&str>| line.is_none_or(|line| matches!(line.trim(), "" | "<p>" | "</p>"));
    is_blank(before.rsplit('\n').next()) && is_blank(after.split('\n').next())
}

/// A shortcode in double brackets, which is no shortcode: `[[gallery]]`.
fn escaped(text: &str) -> Option<&str> {
    let end = text.strip_prefix("[[")?.find("]]")? + 4;
    let inside = &text[2..end - 2];
    (inside.starts_with(|c: char| c.is_ascii_alphabetic()) && !inside.contains(['\n', '[']))
        .then(|| &text[..end])
}

/// How long the opening tag of a shortcode is.
fn tag_length(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in text.char_indices().skip(1) {
        match (quote, c) {
            (None, ']') => return Some(at + 1),
            (None, '[') => return None,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    text.find(']').map(|at| at + 1)
}

/// Reads the shortcode that a text begins with.
fn read(text: &str) -> Option<Shortcode<'_>> {
    let end = tag_length(text)?;
    let inside = &text[1..end - 1];
    let closes_itself = inside.ends_with('/') && !inside.contains("://");
    let inside = if closes_itself {
        &inside[..inside.len() - 1]
    } else {
        inside
    };
    let length = inside
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
        .unwrap_or(inside.len());
    let name = &inside[..length];
    let is_name = name.starts_with(|c: char| c.is_ascii_lowercase());
    let after = &inside[length..];
    if !is_name || !(after.is_empty() || after.starts_with([' ', '=', '\n', '\u{a0}'])) {
        return None;
    }
    let close = format!("[/{name}]");
    let content = text[end..].find(&close).filter(|_| !closes_itself);
    Some(Shortcode {
        name,
        attributes: attributes(after),
        content: content.map(|at| &text[end..end + at]),
        length: content.map_or(end, |at| end + at + close.len()),
    })
}

/// Reads `name="value"` and values alone, whose name is empty.
fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches(['=', ' ', '\n', '\t', '\u{a0}']);
    while !rest.is_empty() {
        let name_end = rest
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '_'))
            .unwrap_or(rest.len());
        let (name, value) = match rest[name_end..].trim_start().strip_prefix('=') {
            Some(value) if name_end > 0 => (&rest[..name_end], value.trim_start()),
            _ => ("", rest),
        };
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (value, after) = match quote {
            Some(quote) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        found.push((name.to_ascii_lowercase(), value.to_owned()));
        rest = after.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out(source: &str) -> (String, BTreeMap<String, u64>) {
        let library = Library::default();
        let (mut unknown, mut lost) = (BTreeMap::new(), 0);
        let mut writing = Writing {
            library: &library,
            post: "1",
            unknown: &mut unknown,
            lost_galleries: &mut lost,
        };
        let html = writing.expanded(source);
        (html.trim().to_owned(), unknown)
    }

    #[test]
    fn what_readers_saw_is_written_out() {
        for (source, html) in [
            (
                "[caption id=\"a\" width=\"3\"]<a href=\"/b\"><img src=\"/s.jpg\" /></a> At <em>noon</em>[/caption]",
                "<figure><a href=\"/b\"><img src=\"/s.jpg\" /></a><figcaption>At <em>noon</em></figcaption></figure>",
            ),
            (
                "[caption caption=\"Old\"]<img src=\"/s.jpg\">[/caption]",
                "<figure><img src=\"/s.jpg\"><figcaption>Old</figcaption></figure>",
            ),
            (
                "[youtube https://www.youtube.com/watch?v=abcdefghijk]",
                "<p>https://www.youtube.com/watch?v=abcdefghijk</p>",
            ),
            (
                "[youtube=http://www.youtube.com/watch?v=abcdefghijk&w=5]",
                "<p>http://www.youtube.com/watch?v=abcdefghijk&amp;w=5</p>",
            ),
            (
                "[youtube id=\"abcdefghijk\"]",
                "<p>https://www.youtube.com/watch?v=abcdefghijk</p>",
            ),
            ("[vimeo 1234567]", "<p>https://vimeo.com/1234567</p>"),
            (
                "[embed]https://a.example/x[/embed]",
                "<p><a href=\"https://a.example/x\">https://a.example/x</a></p>",
            ),
            (
                "[audio src=\"https://a.example/a.mp3\"]",
                "<figure><audio controls src=\"https://a.example/a.mp3\"></audio></figure>",
            ),
            (
                "[audio https://a.example/a.mp3]",
                "<figure><audio controls src=\"https://a.example/a.mp3\"></audio></figure>",
            ),
            (
                "[video mp4=\"https://a.example/v.mp4\"][/video]",
                "<figure><video controls src=\"https://a.example/v.mp4\"></video></figure>",
            ),
            (
                "[sourcecode language=\"python\"]\nif a < b:\n    x()\n\n    y\n[/sourcecode]",
                "<pre><code class=\"language-python\">if a &lt; b:\n    x()\n\n    y</code></pre>",
            ),
            (
                "[php]$a &lt; 1;[/php]",
                "<pre><code class=\"language-php\">$a &lt; 1;</code></pre>",
            ),
        ] {
            assert_eq!(out(source).0, html);
        }
    }

    #[test]
    fn what_is_no_shortcode_stays() {
        for source in [
            "[brackets] in words",
            "a[0] = [1, 2]",
            "<code>[gallery]</code>",
            "[]",
            "[Sic]",
            "x [python] y",
            "see [more] of it",
            "[nextpage] of words",
            "[caption id=\"a\"] has no end",
            "<a title=\"[x y='z']\">",
            "[",
        ] {
            let (html, unknown) = out(source);
            assert_eq!(html, source);
            assert!(unknown.is_empty(), "{source}");
        }
        assert_eq!(out("[[gallery]]").0, "[gallery]");
        let (html, unknown) = out("[contact-form-7 id=\"3\"] and [box]in <b>it</b>[/box]");
        assert_eq!(
            html,
            "[contact-form-7 id=\"3\"] and [box]in <b>it</b>[/box]"
        );
        assert_eq!(
            unknown.keys().collect::<Vec<_>>(),
            ["box", "contact-form-7"]
        );
    }

    #[test]
    fn a_text_is_cut_where_a_word_stands_alone() {
        assert_eq!(
            out("One\n\n[more]\n\ntwo").0,
            "One\n\n\n<!--more-->\n\n\ntwo"
        );
        assert_eq!(out("One\n[nextpage]\ntwo").0, "One\n\n\n\ntwo");
    }

    #[test]
    fn footnotes_are_a_list_at_the_end() {
        assert_eq!(
            out("One[footnote]a[/footnote] two[footnote]b[/footnote]").0,
            "One<sup>1</sup> two<sup>2</sup>\n\n<ol>\n<li>a</li>\n<li>b</li>\n</ol>"
        );
    }
}
