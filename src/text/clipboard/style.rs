//! What the style of a pasted element says that means something: letters, display, white space, Word's lists.

use super::super::tree::Element;
use super::model::{Format, Script};

/// Longer styles are not read: real ones are short.
const MAX_STYLE_BYTES: usize = 8192;

/// Points of Word's indent for each level of a list.
const POINTS_A_LEVEL: f32 = 36.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    None,
    Inline,
    Block,
}

/// What becomes of white space (CSS Text 3, 3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Space {
    #[default]
    Collapse,
    /// Line ends stay, blanks collapse.
    Lines,
    /// All of it stays.
    Keep,
}

#[derive(Debug, Default)]
pub struct Style {
    pub bold: Option<bool>,
    pub italic: Option<bool>,
    pub struck: bool,
    pub script: Option<Script>,
    pub display: Option<Display>,
    pub space: Option<Space>,
    pub is_monospaced: bool,
    /// Of an item of Word's.
    pub list_level: Option<usize>,
    /// How many levels of a list the left margin is wide.
    pub indent_levels: usize,
    /// What Word says is not to be read: the mark of an item, hidden words.
    pub is_ignored: bool,
}

impl Style {
    pub fn of(element: &Element) -> Self {
        let mut style = Self::default();
        let written = element.attribute("style").unwrap_or_default();
        if written.is_empty() || written.len() > MAX_STYLE_BYTES {
            return style;
        }
        let written = written.to_ascii_lowercase();
        for (property, value) in written.split(';').filter_map(|one| one.split_once(':')) {
            let value = value.trim().trim_end_matches("!important").trim_end();
            style.declare(property.trim(), value);
        }
        style
    }

    fn declare(&mut self, property: &str, value: &str) {
        match property {
            "font-weight" => {
                let weight = value.parse::<f32>().unwrap_or_default();
                self.bold = Some(weight >= 600.0 || matches!(value, "bold" | "bolder"));
            }
            "font-style" => {
                self.italic = Some(value.starts_with("italic") || value.starts_with("oblique"));
            }
            "text-decoration" | "text-decoration-line" => {
                self.struck |= value.contains("line-through");
            }
            "vertical-align" => {
                self.script = match value {
                    "super" => Some(Script::Above),
                    "sub" => Some(Script::Below),
                    _ => None,
                }
            }
            "display" => {
                self.display = match value {
                    "none" => Some(Display::None),
                    "block" | "flex" | "grid" | "flow-root" | "list-item" | "table"
                    | "table-row" | "-webkit-box" => Some(Display::Block),
                    _ => Some(Display::Inline),
                }
            }
            "visibility" if value == "hidden" => self.is_ignored = true,
            "white-space" | "white-space-collapse" => {
                self.space = match value {
                    "pre" | "pre-wrap" | "break-spaces" | "preserve" => Some(Space::Keep),
                    "pre-line" | "preserve-breaks" => Some(Space::Lines),
                    "normal" | "nowrap" | "collapse" => Some(Space::Collapse),
                    _ => None,
                }
            }
            "font-family" => self.is_monospaced = is_monospaced(value),
            "margin-left" => self.indent_levels = levels(value),
            "mso-list" => self.read_list(value),
            "mso-hide" if value == "all" => self.is_ignored = true,
            "mso-element" if value == "comment-list" => self.is_ignored = true,
            _ => {}
        }
    }

    /// `l0 level2 lfo1` is an item, `ignore` the mark in front of one.
    fn read_list(&mut self, value: &str) {
        if value == "ignore" {
            self.is_ignored = true;
            return;
        }
        let level = value
            .split_ascii_whitespace()
            .find_map(|part| part.strip_prefix("level"));
        self.list_level = level.and_then(|level| level.parse().ok());
    }

    /// The letters inside an element of this name and style.
    pub fn applied(&self, name: &str, outside: Format) -> Format {
        let mut format = outside;
        let by_name = |names: &[&str]| names.contains(&name);
        if by_name(&["b", "strong"]) {
            format.bold = true;
        }
        if by_name(&["i", "em", "cite", "dfn", "var"]) {
            format.italic = true;
        }
        format.bold = self.bold.unwrap_or(format.bold);
        format.italic = self.italic.unwrap_or(format.italic);
        format.struck |= self.struck || by_name(&["s", "strike", "del"]);
        format.code |= by_name(&["code", "tt", "kbd", "samp"]);
        if by_name(&["sup"]) {
            format.script = Script::Above;
        } else if by_name(&["sub"]) {
            format.script = Script::Below;
        } else if let Some(script) = self.script {
            format.script = script;
        }
        format
    }
}

fn is_monospaced(families: &str) -> bool {
    ["mono", "consolas", "courier", "menlo", "monaco", "code"]
        .iter()
        .any(|name| families.contains(name))
}

fn levels(length: &str) -> usize {
    let points = |unit: &str, each: f32| {
        let number = length.strip_suffix(unit)?.trim().parse::<f32>().ok()?;
        Some(number * each)
    };
    let points = points("pt", 1.0)
        .or_else(|| points("px", 0.75))
        .or_else(|| points("in", 72.0))
        .or_else(|| points("cm", 28.35))
        .unwrap_or_default();
    let (mut levels, mut next) = (0, POINTS_A_LEVEL * 0.75);
    while levels < 9 && points >= next {
        levels += 1;
        next += POINTS_A_LEVEL;
    }
    levels
}
