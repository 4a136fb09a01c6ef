//! What is pasted from Word, Google Docs or the web, made clean: headings, lists, links, bold, italic, struck and raised
//! words, tables, code, quotes and pictures stay; fonts, colours, spans and classes go.
//!
//! The tree of what was pasted is written anew as plain HTML, passes the sanitiser, and becomes Markdown where the post is
//! written in it. Also the way from one markup to the other, where an author asks for it.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt::Write;

use htmd::element_handler::Handlers;
use htmd::options::{BrStyle, BulletListMarker, HrStyle, Options, TranslationMode};
use htmd::{Element as Written, HtmlToMarkdown, HtmlToMarkdownBuilder};
use url::Url;

use super::body::{is_block, is_dropped};
use super::embed::Film;
use super::tree::{Element, Id, Kind, Tree};
use super::{address, escape, markdown, sanitize};
use crate::blog::post::Markup;

/// The clean text of pasted HTML in the markup of a post; `None` where reading it would cost too much.
///
/// A phrase comes back as a phrase, without a paragraph around it.
pub fn pasted(html: &str, markup: Markup) -> Option<String> {
    let tree = Tree::of(html)?;
    let mut paste = Paste::of(&tree);
    paste.blocks(tree.children(tree.top()).collect());
    let clean = sanitize::pasted(alone(paste.out.trim()));
    match markup {
        Markup::Html => Some(clean.trim().to_owned()),
        Markup::Markdown => to_markdown(TranslationMode::Pure, &clean),
    }
}

/// A text in the other markup; `None` where that cannot be done within bounds.
pub fn converted(source: &str, from: Markup) -> Option<String> {
    match from {
        Markup::Markdown => markdown::post(source),
        Markup::Html => {
            // Only a text that can be read within bounds is handed on.
            Tree::of(source)?;
            to_markdown(TranslationMode::Faithful, source)
        }
    }
}

fn to_markdown(translation_mode: TranslationMode, html: &str) -> Option<String> {
    let options = Options {
        hr_style: HrStyle::Dashes,
        br_style: BrStyle::Backslash,
        bullet_list_marker: BulletListMarker::Dash,
        ul_bullet_spacing: 1,
        ol_number_spacing: 1,
        translation_mode,
        ..Options::default()
    };
    let text = with_marks(HtmlToMarkdown::builder().options(options))
        .build()
        .convert(html)
        .ok()?;
    let text = text.replace("\n- - -\n", "\n---\n");
    Some(text.replace("\n> \n", "\n>\n").trim().to_owned())
}

/// What Markdown has no mark for is written as the HTML it is; `~~` is the mark of the extension that posts have.
fn with_marks(builder: HtmlToMarkdownBuilder) -> HtmlToMarkdownBuilder {
    builder
        .add_handler(
            vec!["sub", "sup"],
            |handlers: &dyn Handlers, element: Written| {
                let inside = handlers.walk_children(element.node).content;
                Some(format!("<{0}>{inside}</{0}>", element.tag).into())
            },
        )
        .add_handler(
            vec!["s", "del", "strike"],
            |handlers: &dyn Handlers, element: Written| {
                let inside = handlers.walk_children(element.node).content;
                Some(format!("~~{inside}~~").into())
            },
        )
}

/// The words of a single paragraph; everything else as it is.
fn alone(html: &str) -> &str {
    html.strip_prefix("<p>")
        .and_then(|rest| rest.strip_suffix("</p>"))
        .filter(|words| !words.contains("<p>"))
        .unwrap_or(html)
}

/// What a style says about letters; `None`: nothing.
#[derive(Default)]
struct Letters {
    bold: Option<bool>,
    italic: Option<bool>,
    struck: bool,
    raised: Option<&'static str>,
}

impl Letters {
    fn of(element: &Element) -> Self {
        let mut letters = Self::default();
        let style = style(element);
        for (property, value) in style.split(';').filter_map(|one| one.split_once(':')) {
            let value = value.trim();
            match property.trim() {
                "font-weight" => {
                    let is_bold =
                        matches!(value, "bold" | "bolder" | "600" | "700" | "800" | "900");
                    letters.bold = Some(is_bold);
                }
                "font-style" => letters.italic = Some(matches!(value, "italic" | "oblique")),
                "text-decoration" | "text-decoration-line" => {
                    letters.struck = value.contains("line-through");
                }
                "vertical-align" if value == "super" => letters.raised = Some("sup"),
                "vertical-align" if value == "sub" => letters.raised = Some("sub"),
                _ => {}
            }
        }
        letters
    }

    /// The elements that an element and its style ask for, outermost first.
    fn tags(&self, name: &str) -> Vec<&'static str> {
        let mut tags = Vec::new();
        let by_name = |names: &[&str]| names.contains(&name);
        if self.bold.unwrap_or(by_name(&["b", "strong"])) {
            tags.push("strong");
        }
        if self.italic.unwrap_or(by_name(&["i", "em", "cite", "dfn"])) {
            tags.push("em");
        }
        if self.struck || by_name(&["s", "strike", "del"]) {
            tags.push("s");
        }
        if by_name(&["code", "tt", "kbd", "samp"]) {
            tags.push("code");
        }
        if by_name(&["sup"]) {
            tags.push("sup");
        } else if by_name(&["sub"]) {
            tags.push("sub");
        } else {
            tags.extend(self.raised);
        }
        tags
    }
}

/// One paragraph of Word that is an item of a list, which Word writes as a paragraph with a mark in front.
struct WordItem {
    level: usize,
    ordered: bool,
    html: String,
}

struct Paste<'t> {
    tree: &'t Tree,
    /// What holds a block somewhere inside, such as the `b` that Google Docs puts around everything.
    holders: HashSet<Id>,
    /// Headings go down one level where the text has some of the first, which is that of a post's title.
    down: usize,
    /// The letters that are open.
    open: Vec<&'static str>,
    out: String,
}

impl<'t> Paste<'t> {
    fn of(tree: &'t Tree) -> Self {
        let mut holders = HashSet::new();
        let mut down = 0;
        for id in tree.descendants(tree.top()) {
            let name = tree.name(id);
            if name == "h1" {
                down = 1;
            }
            if !is_block_here(name) {
                continue;
            }
            let mut above = tree.parent(id);
            while let Some(holder) = above.filter(|holder| holders.insert(*holder)) {
                above = tree.parent(holder);
            }
        }
        Self {
            tree,
            holders,
            down,
            open: Vec::new(),
            out: String::new(),
        }
    }

    /// Writes nodes as blocks; words between blocks become paragraphs.
    fn blocks(&mut self, ids: Vec<Id>) {
        let mut words = Vec::new();
        let mut items = Vec::new();
        for id in ids {
            if let Some(item) = self.word_item(id) {
                self.paragraphs(&std::mem::take(&mut words));
                items.push(item);
                continue;
            }
            if !items.is_empty() && self.is_blank(id) {
                continue;
            }
            self.word_list(&std::mem::take(&mut items));
            if is_block_here(self.tree.name(id)) || self.holders.contains(&id) {
                self.paragraphs(&std::mem::take(&mut words));
                self.block(id);
            } else {
                words.push(id);
            }
        }
        self.word_list(&items);
        self.paragraphs(&words);
    }

    fn is_blank(&self, id: Id) -> bool {
        match self.tree.kind(id) {
            Kind::Text(text) => text.trim().is_empty(),
            Kind::Element(_) => false,
            Kind::Break | Kind::Other => true,
        }
    }

    fn children(&self, id: Id) -> Vec<Id> {
        self.tree.children(id).collect()
    }

    fn block(&mut self, id: Id) {
        let tree = self.tree;
        let Some(element) = tree.element(id) else {
            return;
        };
        match element.name() {
            name if is_dropped(name) && !is_player(name) => {}
            name @ ("h1" | "h2" | "h3" | "h4" | "h5" | "h6") => self.heading(id, name),
            "ul" | "ol" => self.list(id, element),
            "blockquote" => {
                let inside = self.inside(id);
                if !inside.is_empty() {
                    let _ = write!(self.out, "<blockquote>\n{inside}\n</blockquote>\n\n");
                }
            }
            "pre" | "listing" | "xmp" => self.code(id),
            "table" => self.table(id),
            "hr" => self.out.push_str("<hr>\n\n"),
            "dt" => {
                self.open.push("strong");
                let words = self.words(&self.children(id));
                self.open.pop();
                if !words.is_empty() {
                    let _ = write!(self.out, "<p><strong>{words}</strong></p>\n\n");
                }
            }
            name if is_player(name) => self.player(element),
            _ => self.blocks(self.children(id)),
        }
    }

    /// The blocks inside of an element, by themselves.
    fn inside(&mut self, id: Id) -> String {
        let before = std::mem::take(&mut self.out);
        self.blocks(self.children(id));
        let inside = std::mem::replace(&mut self.out, before);
        inside.trim_end().to_owned()
    }

    /// Headings are bold already.
    fn heading(&mut self, id: Id, name: &str) {
        let level = name[1..].parse::<usize>().unwrap_or(2) + self.down;
        self.open.push("strong");
        let words = self.words(&self.children(id));
        self.open.pop();
        if !words.is_empty() {
            let level = level.min(6);
            let _ = write!(self.out, "<h{level}>{words}</h{level}>\n\n");
        }
    }

    /// Writes words as paragraphs, which two line breaks in a row divide.
    fn paragraphs(&mut self, ids: &[Id]) {
        let words = self.words(ids);
        for paragraph in words.split("<br><br>") {
            let paragraph = trim_breaks(paragraph);
            if !paragraph.is_empty() {
                let _ = write!(self.out, "<p>{paragraph}</p>\n\n");
            }
        }
    }

    /// Inline HTML of nodes, without blanks and line breaks at its ends.
    fn words(&mut self, ids: &[Id]) -> String {
        let before = std::mem::take(&mut self.out);
        for &id in ids {
            self.inline(id);
        }
        let words = std::mem::replace(&mut self.out, before);
        trim_breaks(&joined(words)).to_owned()
    }

    fn inline(&mut self, id: Id) {
        let tree = self.tree;
        match tree.kind(id) {
            Kind::Text(text) => self.text(text),
            Kind::Element(element) => self.inline_element(id, element),
            Kind::Break | Kind::Other => {}
        }
    }

    /// Every gap is one blank, those that must not break too: Word and Docs write them for want of anything better.
    fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c.is_whitespace() {
                if !self.out.ends_with(' ') {
                    self.out.push(' ');
                }
            } else {
                self.out.push_str(&escape(c.encode_utf8(&mut [0; 4])));
            }
        }
    }

    fn inline_element(&mut self, id: Id, element: &Element) {
        match element.name() {
            name if is_dropped(name) => {}
            _ if style(element).contains("mso-list:ignore") => {}
            "br" => self.out.push_str("<br>"),
            "img" => self.picture(element),
            "a" => self.link(id, element),
            name => self.lettered(id, &Letters::of(element).tags(name)),
        }
    }

    /// The content of an element in letters that are not open already; blanks at its ends stay outside.
    fn lettered(&mut self, id: Id, tags: &[&'static str]) {
        let new: Vec<&'static str> = tags
            .iter()
            .copied()
            .filter(|tag| !self.open.contains(tag))
            .collect();
        if new.is_empty() {
            for child in self.children(id) {
                self.inline(child);
            }
            return;
        }
        self.open.extend(&new);
        let before = std::mem::take(&mut self.out);
        for child in self.children(id) {
            self.inline(child);
        }
        let inside = std::mem::replace(&mut self.out, before);
        self.open.truncate(self.open.len() - new.len());
        let words = inside.trim_matches(' ');
        self.out
            .push_str(&inside[..inside.len() - inside.trim_start_matches(' ').len()]);
        if words.is_empty() {
            return;
        }
        for tag in &new {
            let _ = write!(self.out, "<{tag}>");
        }
        self.out.push_str(words);
        for tag in new.iter().rev() {
            let _ = write!(self.out, "</{tag}>");
        }
        if inside.ends_with(' ') {
            self.out.push(' ');
        }
    }

    fn link(&mut self, id: Id, element: &Element) {
        let written = element.attribute("href").unwrap_or_default();
        let target = address::web(&led_on(written))
            .or_else(|| address::link(written).filter(|address| address.contains(':')));
        let before = std::mem::take(&mut self.out);
        self.lettered(id, &Letters::of(element).tags(""));
        let words = std::mem::replace(&mut self.out, before);
        match target {
            Some(target) if !words.trim().is_empty() => {
                let _ = write!(
                    self.out,
                    "<a href=\"{}\">{}</a>",
                    escape(&target),
                    words.trim()
                );
                if words.ends_with(' ') {
                    self.out.push(' ');
                }
            }
            _ => self.out.push_str(&words),
        }
    }

    /// Pictures of the web stay where they are; what Word keeps on somebody's disk is nowhere.
    fn picture(&mut self, element: &Element) {
        let is_counter = ["width", "height"]
            .iter()
            .all(|side| matches!(element.attribute(side), Some("0" | "1")));
        let Some(target) = element.attribute("src").and_then(address::web) else {
            return;
        };
        if !is_counter {
            let alt = element.attribute("alt").unwrap_or_default();
            let _ = write!(
                self.out,
                "<img src=\"{}\" alt=\"{}\">",
                escape(&target),
                escape(alt)
            );
        }
    }

    /// A film becomes its address alone in a paragraph, which a post shows as a player.
    fn player(&mut self, element: &Element) {
        let target = element.attribute("src").and_then(address::web);
        if let Some(target) = target.filter(|target| Film::of(target).is_some()) {
            let _ = write!(self.out, "<p>{}</p>\n\n", escape(&target));
        }
    }

    fn code(&mut self, id: Id) {
        let mut code = String::new();
        for node in self.tree.descendants(id) {
            match self.tree.kind(node) {
                Kind::Text(text) => code.push_str(text),
                Kind::Element(element) if element.name() == "br" => code.push('\n'),
                _ => {}
            }
        }
        let code = code.trim_matches('\n');
        let _ = write!(self.out, "<pre><code>{}\n</code></pre>\n\n", escape(code));
    }

    fn list(&mut self, id: Id, element: &Element) {
        let tag = if element.name() == "ol" { "ol" } else { "ul" };
        let start = self.out.len();
        let number = element
            .attribute("start")
            .and_then(|start| start.parse::<u16>().ok())
            .filter(|&start| tag == "ol" && start > 1);
        match number {
            Some(number) => {
                let _ = writeln!(self.out, "<ol start=\"{number}\">");
            }
            None => {
                let _ = writeln!(self.out, "<{tag}>");
            }
        }
        let empty = self.out.len();
        for child in self.children(id) {
            match self.tree.name(child) {
                "li" => {
                    let inside = self.inside(child);
                    if !inside.is_empty() {
                        let _ = writeln!(self.out, "<li>{}</li>", one_paragraph(&inside));
                    }
                }
                // Google Docs and Word on the web hang a list inside a list, where only items may be.
                "ul" | "ol" => {
                    if self.out.ends_with("</li>\n") {
                        self.out.truncate(self.out.len() - "</li>\n".len());
                        self.out.push('\n');
                    } else {
                        self.out.push_str("<li>\n");
                    }
                    self.block(child);
                    let end = self.out.trim_end().len();
                    self.out.truncate(end);
                    self.out.push_str("</li>\n");
                }
                _ => {}
            }
        }
        if self.out.len() == empty {
            self.out.truncate(start);
        } else {
            let _ = write!(self.out, "</{tag}>\n\n");
        }
    }

    /// Every table gets a head, since Markdown knows none without; a table of one cell is no table.
    fn table(&mut self, id: Id) {
        let rows = self.rows(id);
        if let [row] = rows.as_slice()
            && let [cell] = row.as_slice()
        {
            self.blocks(self.children(*cell));
            return;
        }
        if rows.is_empty() {
            return;
        }
        self.out.push_str("<table>\n<thead>\n");
        for (place, row) in rows.iter().enumerate() {
            let tag = if place == 0 { "th" } else { "td" };
            self.out.push_str("<tr>");
            for &cell in row {
                self.cell(tag, cell);
            }
            self.out.push_str("</tr>\n");
            if place == 0 {
                self.out.push_str("</thead>\n<tbody>\n");
            }
        }
        self.out.push_str("</tbody>\n</table>\n\n");
    }

    /// A cell is one line: what stood in several paragraphs is set apart by blanks.
    fn cell(&mut self, tag: &'static str, cell: Id) {
        if tag == "th" {
            self.open.push("strong");
        }
        let inside = self.inside(cell);
        if tag == "th" {
            self.open.pop();
        }
        let mut line = inside.replace('\n', " ").replace("<br>", " ");
        for paragraph in ["<p>", "</p>"] {
            line = line.replace(paragraph, " ");
        }
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = write!(self.out, "<{tag}");
        for name in ["colspan", "rowspan"] {
            let value = self
                .tree
                .element(cell)
                .and_then(|cell| cell.attribute(name));
            if let Some(number) = value.and_then(|value| value.parse::<u8>().ok())
                && number > 1
            {
                let _ = write!(self.out, " {name}=\"{number}\"");
            }
        }
        let _ = write!(self.out, ">{line}</{tag}>");
    }

    /// The cells of each row of a table, without those of tables inside it.
    fn rows(&self, id: Id) -> Vec<Vec<Id>> {
        let mut rows = Vec::new();
        for child in self.tree.children(id) {
            match self.tree.name(child) {
                "thead" | "tbody" | "tfoot" => rows.extend(self.rows(child)),
                "tr" => {
                    let is_cell = |id: &Id| matches!(self.tree.name(*id), "td" | "th");
                    let cells: Vec<Id> = self.tree.children(child).filter(is_cell).collect();
                    if !cells.is_empty() {
                        rows.push(cells);
                    }
                }
                _ => {}
            }
        }
        rows
    }

    /// The item that a paragraph of Word is.
    fn word_item(&mut self, id: Id) -> Option<WordItem> {
        let element = self.tree.element(id)?;
        if !["p", "div"].contains(&element.name()) {
            return None;
        }
        let style = style(element);
        let list = style
            .split(';')
            .find_map(|one| one.trim().strip_prefix("mso-list:"))?;
        let (_, level) = list.split_once("level")?;
        let digits: String = level.chars().take_while(char::is_ascii_digit).collect();
        let ordered = is_number(&self.mark(id));
        let html = self.words(&self.children(id));
        Some(WordItem {
            level: digits.parse().ok()?,
            ordered,
            html,
        })
    }

    /// The mark in front of an item: a dot, a number.
    fn mark(&self, id: Id) -> String {
        let is_mark = |id: &Id| {
            let element = self.tree.element(*id);
            element.is_some_and(|element| style(element).contains("mso-list:ignore"))
        };
        let Some(mark) = self.tree.descendants(id).find(is_mark) else {
            return String::new();
        };
        let words = self
            .tree
            .descendants(mark)
            .filter_map(|id| match self.tree.kind(id) {
                Kind::Text(text) => Some(&**text),
                _ => None,
            });
        words.collect::<String>().trim().to_owned()
    }

    fn word_list(&mut self, items: &[WordItem]) {
        let mut rest = items;
        while let Some(first) = rest.first() {
            let tag = if first.ordered { "ol" } else { "ul" };
            let of_this_list = |item: &WordItem| {
                item.level > first.level
                    || (item.level == first.level && item.ordered == first.ordered)
            };
            let end = rest
                .iter()
                .position(|item| !of_this_list(item))
                .unwrap_or(rest.len());
            let (list, after) = rest.split_at(end.max(1));
            let _ = writeln!(self.out, "<{tag}>");
            let mut list = list;
            while let Some((item, below)) = list.split_first() {
                let deeper = below
                    .iter()
                    .position(|below| below.level <= item.level)
                    .unwrap_or(below.len());
                let (nested, next) = below.split_at(deeper);
                let _ = write!(self.out, "<li>{}", item.html);
                if !nested.is_empty() {
                    self.out.push('\n');
                    self.word_list(nested);
                    let end = self.out.trim_end().len();
                    self.out.truncate(end);
                }
                self.out.push_str("</li>\n");
                list = next;
            }
            let _ = write!(self.out, "</{tag}>\n\n");
            rest = after;
        }
    }
}

fn style(element: &Element) -> String {
    let style = element.attribute("style").unwrap_or_default();
    style
        .to_ascii_lowercase()
        .replace("mso-list: ", "mso-list:")
}

/// `1.`, `iv)`, `(a)`: not the letter o, which Word uses as a ring.
fn is_number(mark: &str) -> bool {
    let inside = mark.trim_start_matches('(').trim_end_matches(['.', ')']);
    inside.len() < mark.len()
        && (1..=5).contains(&inside.len())
        && inside.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_block_here(name: &str) -> bool {
    is_block(name) || is_player(name) || name == "dt" || name == "dd"
}

fn is_player(name: &str) -> bool {
    matches!(name, "iframe" | "embed")
}

/// Runs of one kind that stand side by side are one run.
fn joined(words: String) -> String {
    let mut words = words;
    for tag in ["strong", "em", "s", "code"] {
        let seam = format!("</{tag}><{tag}>");
        if words.contains(&seam) {
            words = words.replace(&seam, "");
        }
        let seam = format!("</{tag}> <{tag}>");
        if words.contains(&seam) {
            words = words.replace(&seam, " ");
        }
    }
    words
}

fn trim_breaks(words: &str) -> &str {
    let mut words = words.trim();
    while let Some(rest) = words.strip_prefix("<br>").or(words.strip_suffix("<br>")) {
        words = rest.trim();
    }
    words
}

/// An item of one paragraph needs no paragraph.
fn one_paragraph(inside: &str) -> Cow<'_, str> {
    match inside.strip_prefix("<p>") {
        Some(rest) if !rest.contains("<p>") => {
            let rest = rest.replacen("</p>", "", 1);
            Cow::Owned(rest.replacen("\n\n<", "\n<", 1))
        }
        _ => Cow::Borrowed(inside),
    }
}

/// Where a link leads that Google Docs sends through a page of its own.
fn led_on(written: &str) -> String {
    let through = Url::parse(written).ok().filter(|url| {
        url.path() == "/url"
            && url
                .host_str()
                .is_some_and(|host| host.ends_with("google.com"))
    });
    through
        .and_then(|url| {
            let mut query = url.query_pairs();
            query
                .find(|(name, _)| name == "q" || name == "url")
                .map(|(_, target)| target.into_owned())
        })
        .unwrap_or_else(|| written.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown_of(html: &str) -> String {
        pasted(html, Markup::Markdown).unwrap()
    }

    fn html_of(html: &str) -> String {
        pasted(html, Markup::Html).unwrap()
    }

    const WORD: &str = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!-- p.MsoNormal {margin:0} --></style></head>\
        <body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->\
        <h1 style='color:#2F5496'>The tide<o:p></o:p></h1>\
        <p class=MsoNormal><span style='font-size:11.0pt;font-family:\"Calibri\",sans-serif'>It comes <b>twice</b>\n a day,\
        <i> mostly</i>. H<sub>2</sub>O.<o:p></o:p></span></p>\
        <p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]>\
        <span style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp; </span></span></span>\
        <![endif]>Springs<o:p></o:p></p>\n\
        <p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp; </span></span>in March</p>\n\
        <p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·</span>Neaps</p>\
        <p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><span style='mso-list:Ignore'>1.<span>&nbsp;</span></span>Look</p>\
        <p class=MsoNormal><o:p>&nbsp;</o:p></p>\
        <table class=MsoTableGrid border=1><tr><td><p class=MsoNormal><b>Port</b></p></td><td><p>Hour</p></td></tr>\
        <tr><td><p>Quay</p></td><td><p>7:20</p></td></tr></table><!--EndFragment--></body></html>";

    #[test]
    fn a_page_of_word_keeps_what_it_says_and_nothing_of_how() {
        assert_eq!(
            markdown_of(WORD),
            "## The tide\n\nIt comes **twice** a day, *mostly*. H<sub>2</sub>O.\n\n- Springs\n  - in March\n- Neaps\n\n1. Look\n\n\
             | Port | Hour |\n| ---- | ---- |\n| Quay | 7:20 |"
        );
        let html = html_of(WORD);
        assert!(html.starts_with("<h2>The tide</h2>\n\n<p>It comes <strong>twice</strong> a day, <em>mostly</em>. H<sub>2</sub>O.</p>"), "{html}");
        assert!(
            html.contains("<li>Springs\n<ul>\n<li>in March</li>\n</ul></li>\n<li>Neaps</li>"),
            "{html}"
        );
        for gone in ["style", "class", "mso", "span", "o:p"] {
            assert!(!html.contains(gone), "{gone} in {html}");
        }
    }

    const DOCS: &str = "<meta charset='utf-8'><b style=\"font-weight:normal;\" id=\"docs-internal-guid-1a2b\">\
        <h2 dir=\"ltr\" style=\"line-height:1.38\"><span style=\"font-size:16pt;font-weight:700;color:#000\">Harbours</span></h2>\
        <p dir=\"ltr\"><span style=\"font-weight:400\">Plain, </span><span style=\"font-weight:700;font-style:italic\">both</span>\
        <span style=\"font-weight:400\"> and </span><span style=\"text-decoration:line-through\">gone</span>\
        <span style=\"font-weight:400\"> and </span><a href=\"https://www.google.com/url?q=https://example.org/a%3Fb%3Dc&amp;sa=D\" \
        style=\"text-decoration:none\"><span style=\"color:#1155cc;text-decoration:underline\">a link</span></a></p><br>\
        <ul style=\"margin:0\"><li dir=\"ltr\" aria-level=\"1\"><p dir=\"ltr\" role=\"presentation\"><span>One</span></p></li>\
        <ul><li dir=\"ltr\" aria-level=\"2\"><p><span>Deeper</span></p></li></ul><li><p>Two</p></li></ul></b>\
        <br class=\"Apple-interchange-newline\">";

    #[test]
    fn a_page_of_google_docs_keeps_bold_and_italic_that_only_its_styles_know() {
        assert_eq!(
            markdown_of(DOCS),
            "## Harbours\n\nPlain, ***both*** and ~~gone~~ and [a link](https://example.org/a?b=c)\n\n- One\n  - Deeper\n- Two"
        );
    }

    #[test]
    fn a_page_of_the_web_loses_its_scripts_pixels_and_colours() {
        let web = "<div class=\"article-body\" onclick=\"x()\"><div><h1>Big</h1><h2>Small</h2></div><script>alert(1)</script>\
            <p style=\"color:red\">Words <font color=blue>in blue</font> and <a href=\"javascript:alert(1)\">none</a>.</p>\
            <figure><img src=\"https://example.org/a.png\" alt=\"A quay\" class=x><figcaption>The quay</figcaption></figure>\
            <img src=\"https://example.org/p.gif\" width=1 height=1><img src=\"file:///C:/x.png\">\
            <blockquote><p>Said.</p><p>Twice.</p></blockquote><pre class=\"hl\"><span>fn</span> main() {}\n</pre><hr>\
            <iframe src=\"https://www.youtube.com/embed/dQw4w9WgXcQ\"></iframe></div>";
        assert_eq!(
            markdown_of(web),
            "## Big\n\n### Small\n\nWords in blue and none.\n\n![A quay](https://example.org/a.png)\n\nThe quay\n\n\
             > Said.\n>\n> Twice.\n\n```\nfn main() {}\n```\n\n---\n\nhttps://www.youtube.com/embed/dQw4w9WgXcQ"
        );
    }

    #[test]
    fn a_phrase_stays_a_phrase() {
        let phrase = "<meta charset='utf-8'><span style='color:red'>two <b>bold</b> words</span>";
        assert_eq!(html_of(phrase), "two <strong>bold</strong> words");
        assert_eq!(markdown_of(phrase), "two **bold** words");
    }

    #[test]
    fn what_looks_like_markdown_is_pasted_as_what_it_looks_like() {
        assert_eq!(
            markdown_of("<p>2 * 3 * 4 and snake_case_name</p>"),
            "2 \\* 3 \\* 4 and snake\\_case\\_name"
        );
    }

    #[test]
    fn a_text_goes_to_the_other_markup_with_its_jump_break() {
        let source = "## A\n\nSome **bold** words.\n\n<!--more-->\n\n- one\n- two\n";
        let html = converted(source, Markup::Markdown).unwrap();
        assert!(
            html.contains("<h2>A</h2>") && html.contains("<!--more-->"),
            "{html}"
        );
        let back = converted(&html, Markup::Html).unwrap();
        assert!(
            back.contains("## A") && back.contains("**bold**") && back.contains("<!--more-->"),
            "{back}"
        );
        assert!(back.contains("- one\n- two"), "{back}");
    }
}
