//! Clipboards whose HTML only colours a text: editors for code and terminals put it next to the words that they hold.

use super::Clipboard;
use super::style::{Space, Style};
use crate::text::tree::{Id, Tree};

/// What a clipboard is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Its HTML says more than its words.
    Rich,
    Markdown,
    Html,
    Text,
    /// Code in this language; empty where nobody says it.
    Code(String),
}

/// Elements that say nothing of the words inside them.
const COLOURS: &[&str] = &[
    "", "meta", "style", "title", "link", "div", "span", "font", "p", "br", "pre",
];

/// What VS Code calls languages whose text is no code.
const MARKDOWN: &[&str] = &["markdown", "mdx", "quarto", "rmd"];
const MARKUP: &[&str] = &["html", "svg", "xml"];

pub fn kind(tree: &Tree, clipboard: &Clipboard) -> Kind {
    let plain = clipboard.plain.trim_matches(['\r', '\n']);
    if plain.trim().is_empty() || !only_colours(tree) {
        return Kind::Rich;
    }
    let is_source = is_source(tree);
    if !is_source && has_letters(tree) {
        return Kind::Rich;
    }
    let has_lines = plain.contains('\n');
    match clipboard.language {
        language if MARKDOWN.contains(&language) => return Kind::Markdown,
        language if MARKUP.contains(&language) => return Kind::Html,
        "" | "plaintext" => {}
        _ if !has_lines => return Kind::Text,
        language => return Kind::Code(language.to_ascii_lowercase()),
    }
    let lines: Vec<&str> = plain
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let says_text = clipboard.language == "plaintext";
    if is_markup(plain) {
        return Kind::Html;
    }
    if is_source && !says_text && has_lines && is_code(&lines) {
        return Kind::Code(String::new());
    }
    if is_markdown(plain) {
        return Kind::Markdown;
    }
    match (is_source, has_lines && !says_text && !is_prose(&lines)) {
        (false, _) => Kind::Rich,
        (true, true) => Kind::Code(String::new()),
        (true, false) => Kind::Text,
    }
}

fn elements(tree: &Tree) -> impl Iterator<Item = Id> {
    tree.descendants(tree.top())
        .filter(|id| tree.element(*id).is_some())
}

fn only_colours(tree: &Tree) -> bool {
    elements(tree).all(|id| {
        let is_wrapper = tree.name(id) == "b"
            && tree
                .element(id)
                .is_some_and(|element| Style::of(element).bold == Some(false));
        is_wrapper || COLOURS.contains(&tree.name(id))
    })
}

/// Whether the words are shown as they were typed, in letters of one width.
fn is_source(tree: &Tree) -> bool {
    elements(tree).any(|id| {
        let Some(element) = tree.element(id) else {
            return false;
        };
        let style = Style::of(element);
        element.name() == "pre" || (style.is_monospaced && style.space == Some(Space::Keep))
    })
}

/// Whether some letters look other than the rest.
fn has_letters(tree: &Tree) -> bool {
    elements(tree).any(|id| {
        tree.element(id).is_some_and(|element| {
            let style = Style::of(element);
            style.bold == Some(true)
                || style.italic == Some(true)
                || style.struck
                || style.script.is_some()
        })
    })
}

/// Whether a text is HTML from its first tag to its last.
fn is_markup(plain: &str) -> bool {
    let plain = plain.trim();
    let begins = plain
        .strip_prefix('<')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!'));
    begins && plain.ends_with('>') && plain.contains("</")
}

/// Whether a text has marks that only Markdown has.
pub fn is_markdown(plain: &str) -> bool {
    let mut items = 0;
    for line in plain.lines() {
        let bare = line.trim_start();
        let hashes = bare.len() - bare.trim_start_matches('#').len();
        let is_heading = (1..=6).contains(&hashes) && bare[hashes..].starts_with(' ');
        let is_fence = bare.starts_with("```") || bare.starts_with("~~~");
        let is_quote = bare.starts_with("> ");
        let is_divider =
            bare.contains("--") && bare.contains('|') && bare.chars().all(|c| "|:- ".contains(c));
        let is_note = bare.starts_with("[^") && bare.contains("]:");
        if is_heading || is_fence || is_quote || is_divider || is_note {
            return true;
        }
        items += usize::from(is_item(bare));
    }
    items > 1 || has_marks(plain)
}

fn is_item(line: &str) -> bool {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let is_point = line.starts_with(['-', '*', '+']) && line[1..].starts_with(' ');
    is_point
        || ((1..=9).contains(&digits)
            && line[digits..].starts_with(['.', ')'])
            && line[digits + 1..].starts_with(' '))
}

/// Marks within lines: a link, a picture, bold words.
fn has_marks(plain: &str) -> bool {
    let first = plain.find('[').unwrap_or(plain.len());
    let last = plain.rfind(')').unwrap_or_default();
    let is_link = plain
        .match_indices("](")
        .any(|(at, _)| first < at && at < last);
    let is_pair = |mark: &str| {
        plain.split_once(mark).is_some_and(|(_, rest)| {
            let begins = rest.starts_with(|c: char| !c.is_whitespace());
            begins
                && rest.split_once(mark).is_some_and(|(words, _)| {
                    !words.is_empty()
                        && !words.contains("\n\n")
                        && !words.ends_with(char::is_whitespace)
                })
        })
    };
    is_link || is_pair("**") || is_pair("~~") || is_pair("__")
}

/// Whether most lines look like those of a program.
fn is_code(lines: &[&str]) -> bool {
    let signs = lines.iter().filter(|line| is_line_of_code(line)).count();
    signs * 2 >= lines.len()
}

fn is_line_of_code(line: &str) -> bool {
    const STARTS: &[&str] = &[
        "let ",
        "const ",
        "var ",
        "fn ",
        "def ",
        "class ",
        "import ",
        "from ",
        "function ",
        "return ",
        "public ",
        "private ",
        "pub ",
        "use ",
        "#include",
        "package ",
        "func ",
        "if (",
        "for (",
        "while (",
        "elif ",
        "else:",
        "$ ",
        "// ",
        "/*",
        "* @",
        "select ",
        "SELECT ",
        "@",
        "#!/",
        "export ",
        "sudo ",
        "echo ",
    ];
    let bare = line.trim();
    let is_item = is_item(bare);
    let ends = bare.ends_with([';', '{', '}', ')']) && !is_item && !bare.contains("](");
    let holds = [
        " = ", " => ", "->", "();", " == ", " != ", " += ", "::", "\": ",
    ]
    .iter()
    .any(|sign| bare.contains(sign));
    ends || (holds && !is_item) || STARTS.iter().any(|start| bare.starts_with(start))
}

/// Whether most lines look like sentences.
fn is_prose(lines: &[&str]) -> bool {
    let sentences = lines.iter().filter(|line| {
        let words = line.split_whitespace().filter(|word| {
            word.chars()
                .all(|c| c.is_alphabetic() || ",.;:!?'’“”\"()-–".contains(c))
        });
        words.count() >= 4 && !line.starts_with(['\t', ' '])
    });
    sentences.count() * 2 > lines.len()
}
