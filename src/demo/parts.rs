//! The parts of a post, written as the author would write them: in Markdown with some HTML, or all in HTML.

use std::fmt::Write as _;

use super::foreign::Passage;
use super::picture;
use crate::blog::post::Markup;

/// Where a picture was stored, and its size. Its place in the list is its number in [`picture`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shot {
    /// Such as `/media/hills-at-dawn.png`.
    pub address: String,
    pub width: u32,
    pub height: u32,
}

/// An article of a made-up newspaper, for a post that quotes it.
pub struct Article<'a> {
    pub heading: &'a str,
    pub by: &'a str,
    pub paper: &'a str,
    pub date: &'a str,
    pub address: &'a str,
    pub paragraphs: &'a [String],
}

/// A source that grows part by part.
pub struct Body {
    pub text: String,
    pub markup: Markup,
}

impl Body {
    pub fn new(markup: Markup) -> Self {
        Self {
            text: String::new(),
            markup,
        }
    }

    fn part(&mut self, markdown: &str, html: &str) {
        let part = match self.markup {
            Markup::Markdown => markdown,
            Markup::Html => html,
        };
        self.html(part);
    }

    /// A part that is HTML in either language.
    fn html(&mut self, part: &str) {
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        self.text.push_str(part);
    }

    pub fn paragraph(&mut self, text: &str) {
        self.part(text, &format!("<p>{text}</p>"));
    }

    pub fn heading(&mut self, text: &str) {
        self.part(&format!("## {text}"), &format!("<h2>{text}</h2>"));
    }

    pub fn jump_break(&mut self) {
        self.html("<!--more-->");
    }

    pub fn link(&self, text: &str, address: &str) -> String {
        match self.markup {
            Markup::Markdown => format!("[{text}]({address})"),
            Markup::Html => format!("<a href=\"{address}\">{text}</a>"),
        }
    }

    pub fn emphasis(&self, text: &str) -> String {
        match self.markup {
            Markup::Markdown => format!("*{text}*"),
            Markup::Html => format!("<em>{text}</em>"),
        }
    }

    pub fn quote(&mut self, text: &str) {
        self.part(
            &format!("> {text}"),
            &format!("<blockquote>\n<p>{text}</p>\n</blockquote>"),
        );
    }

    pub fn list(&mut self, items: &[String]) {
        let mut markdown = String::new();
        let mut html = String::from("<ul>\n");
        for item in items {
            let _ = writeln!(markdown, "- {item}");
            let _ = writeln!(html, "<li>{item}</li>");
        }
        html.push_str("</ul>");
        self.part(markdown.trim_end(), &html);
    }

    pub fn steps(&mut self, items: &[String]) {
        let mut markdown = String::new();
        let mut html = String::from("<ol>\n");
        for (number, item) in (1..).zip(items) {
            let _ = writeln!(markdown, "{number}. {item}");
            let _ = writeln!(html, "<li>{item}</li>");
        }
        html.push_str("</ol>");
        self.part(markdown.trim_end(), &html);
    }

    pub fn table(&mut self, head: [&str; 3], rows: &[[String; 3]]) {
        let [first, second, third] = head;
        let mut markdown = format!("| {first} | {second} | {third} |\n|---|---|---:|\n");
        let mut html = format!(
            "<table>\n<thead><tr><th>{first}</th><th>{second}</th><th>{third}</th></tr></thead>\n<tbody>\n"
        );
        for [first, second, third] in rows {
            let _ = writeln!(markdown, "| {first} | {second} | {third} |");
            let _ = writeln!(
                html,
                "<tr><td>{first}</td><td>{second}</td><td>{third}</td></tr>"
            );
        }
        html.push_str("</tbody>\n</table>");
        self.part(markdown.trim_end(), &html);
    }

    pub fn code(&mut self, language: &str, text: &str) {
        let text = text.trim_end();
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
        self.part(
            &format!("```{language}\n{text}\n```"),
            &format!("<pre><code class=\"language-{language}\">{escaped}\n</code></pre>"),
        );
    }

    pub fn aside(&mut self, text: &str) {
        self.html(&format!("<p><small>* {text}</small></p>"));
    }

    /// The picture with this number, if it was stored.
    pub fn picture(&mut self, shots: &[Shot], number: usize, caption: &str) {
        if let Some(shot) = shots.get(number) {
            self.html(&figure(shot, picture::alt(number), caption));
        }
    }

    pub fn passage(&mut self, passage: &Passage) {
        for text in passage.text {
            self.html(&format!(
                "<p lang=\"{}\"{}>{text}</p>",
                passage.lang,
                passage.dir()
            ));
        }
    }

    pub fn video(&mut self, address: &str, title: &str) {
        self.html(&format!(
            "<iframe src=\"{address}\" title=\"{title}\" width=\"640\" height=\"360\" allowfullscreen></iframe>"
        ));
    }

    /// Heading, by-line with source and date, and the quoted paragraphs.
    pub fn article(&mut self, article: &Article) {
        let Article {
            heading,
            by,
            paper,
            date,
            address,
            paragraphs,
        } = article;
        self.heading(heading);
        self.html(&format!(
            "<p><small>By {by} · <a href=\"{address}\">{paper}</a> · {date}</small></p>"
        ));
        self.html(&format!("<blockquote cite=\"{address}\">"));
        for text in *paragraphs {
            self.paragraph(text);
        }
        self.html("</blockquote>");
    }
}

fn figure(shot: &Shot, alt: &str, caption: &str) -> String {
    format!(
        "<figure><img src=\"{}\" alt=\"{alt}\" width=\"{}\" height=\"{}\" loading=\"lazy\"><figcaption>{caption}</figcaption></figure>",
        shot.address, shot.width, shot.height
    )
}
