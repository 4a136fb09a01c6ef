//! Code in colours: the parts of a program in a few classes, whatever its language.
//!
//! Grammars are read when the first code comes along, each when its language does, and given up when none has come for a
//! while: with the patterns that they compile they take more memory than all the rest of the program. What is too long, or
//! would become so, stays plain; so does a language that nobody here knows.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};
use syntect::util::LinesWithEndings;

use super::escape;

/// The longest block in bytes that is read part by part.
const MAX_BYTES: usize = 20 * 1024;

/// Grammars look back and forth within a line, so a long one costs its square: such code was written by a program.
const MAX_LINE_BYTES: usize = 500;

/// Coloured, code may become this many times longer, and short code by so many bytes whatever its length.
const MAX_GROWTH: usize = 6;
const FREE_GROWTH: usize = 300;

/// All classes that parts of code have: attribute, comment, name of a function, heading, inserted, keyword, number, removed,
/// string, type or tag.
pub const CLASSES: &[&str] = &["a", "c", "f", "h", "i", "k", "n", "r", "s", "t"];

/// What grammars call the parts of a program, and our class for it; the first that fits counts.
const SCOPES: &[(&str, &str)] = &[
    ("comment", "c"),
    ("constant.character.escape", "n"),
    ("string", "s"),
    ("constant", "n"),
    ("keyword.operator.word", "k"),
    ("keyword.operator", ""),
    ("keyword", "k"),
    ("storage", "k"),
    ("variable.language", "k"),
    ("entity.name.function", "f"),
    ("support.function", "f"),
    ("variable.function", "f"),
    ("entity.other.attribute-name", "a"),
    ("support.type.property-name", "a"),
    ("entity.name", "t"),
    ("entity.other.inherited-class", "t"),
    ("support", "t"),
    ("markup.heading", "h"),
    ("markup.inserted", "i"),
    ("markup.deleted", "r"),
    ("meta.diff.range", "h"),
    ("meta.diff.header", "h"),
];

/// Languages by names that the grammars do not know, and the grammar that comes closest.
const ALIASES: &[(&str, &str)] = &[
    ("console", "bash"),
    ("csharp", "cs"),
    ("golang", "go"),
    ("ini", "properties"),
    ("jscript", "js"),
    ("jsx", "js"),
    ("mjs", "js"),
    ("shell", "bash"),
    ("toml", "properties"),
    ("ts", "js"),
    ("tsx", "js"),
    ("typescript", "js"),
    ("zsh", "bash"),
];

struct Grammars {
    set: SyntaxSet,
    scopes: Vec<(Scope, &'static str)>,
}

/// The grammars while they are loaded.
struct CachedGrammars {
    grammars: Arc<Grammars>,
    used_at: Instant,
    /// How many blocks of code they have read.
    blocks: usize,
}

static CACHE: Mutex<Option<CachedGrammars>> = Mutex::new(None);

/// Patterns keep what they learn while they match, for each thread and language. After so many blocks they begin again, which
/// costs some hundredths of a second: rendering ten thousand posts stays within the memory of a small machine.
const BLOCKS_MAX: usize = 300;
/// Who writes code sees it rendered again within this, mostly.
const IDLE: Duration = Duration::from_secs(30);

/// Gives the grammars up where no code has come for a while. Anyone who reads code right now keeps them to the end.
pub fn forget_idle_grammars() {
    forget_idle(&CACHE, Instant::now());
}

fn forget_idle(kept: &Mutex<Option<CachedGrammars>>, now: Instant) {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let is_idle = |kept: &mut CachedGrammars| now.duration_since(kept.used_at) > IDLE;
    drop(kept.take_if(is_idle));
}

/// The grammars for one block of code.
fn grammars(kept: &Mutex<Option<CachedGrammars>>, now: Instant) -> Arc<Grammars> {
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    let known = kept.take().filter(|kept| kept.blocks < BLOCKS_MAX);
    let (grammars, blocks) = known.map_or_else(
        || (Arc::new(Grammars::load()), 0),
        |kept| (kept.grammars, kept.blocks),
    );
    *kept = Some(CachedGrammars {
        grammars: Arc::clone(&grammars),
        used_at: now,
        blocks: blocks + 1,
    });
    grammars
}

impl Grammars {
    fn load() -> Self {
        Self {
            set: SyntaxSet::load_defaults_newlines(),
            scopes: SCOPES
                .iter()
                .filter_map(|(name, class)| Some((Scope::new(name).ok()?, *class)))
                .collect(),
        }
    }

    fn of(&self, language: &str) -> Option<&SyntaxReference> {
        let alias = ALIASES.iter().find(|(name, _)| *name == language);
        let name = alias.map_or(language, |(_, known)| known);
        self.set
            .find_syntax_by_token(name)
            .filter(|grammar| grammar.name != "Plain Text")
    }

    /// The class of what is in these scopes, the innermost first; empty for what has none.
    fn class_in(&self, stack: &ScopeStack) -> &'static str {
        let class_of = |scope: &Scope| {
            let known = self
                .scopes
                .iter()
                .find(|(known, _)| known.is_prefix_of(*scope))?;
            Some(known.1)
        };
        stack
            .scopes
            .iter()
            .rev()
            .find_map(class_of)
            .unwrap_or_default()
    }
}

/// The HTML of code with its parts in classes; `None` where it stays plain.
pub fn coloured(code: &str, language: &str) -> Option<String> {
    let is_long = |line: &str| line.len() > MAX_LINE_BYTES;
    if code.len() > MAX_BYTES || code.lines().any(is_long) {
        return None;
    }
    let grammars = grammars(&CACHE, Instant::now());
    let mut state = ParseState::new(grammars.of(language)?);
    let mut stack = ScopeStack::new();
    let mut out = Spans::default();
    for line in LinesWithEndings::from(code) {
        let mut at = 0;
        for (to, change) in state.parse_line(line, &grammars.set).ok()? {
            out.add(line.get(at..to)?, grammars.class_in(&stack));
            stack.apply(&change).ok()?;
            at = to;
        }
        out.add(&line[at..], grammars.class_in(&stack));
        if out.html.len() > MAX_GROWTH * code.len() + FREE_GROWTH {
            return None;
        }
    }
    out.begin("");
    Some(out.html)
}

/// HTML with one span for all adjacent text in one class.
#[derive(Default)]
struct Spans {
    html: String,
    class: &'static str,
}

impl Spans {
    fn add(&mut self, words: &str, class: &'static str) {
        // Blanks have no colour.
        if !words.trim().is_empty() {
            self.begin(class);
        }
        self.html.push_str(&escape(words));
    }

    fn begin(&mut self, class: &'static str) {
        if class == self.class {
            return;
        }
        if !self.class.is_empty() {
            self.html.push_str("</span>");
        }
        if !class.is_empty() {
            self.html.extend(["<span class=\"", class, "\">"]);
        }
        self.class = class;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_program_have_classes() {
        assert_eq!(
            coloured("let a = \"b\"; // c\n", "rust").as_deref(),
            Some(
                "<span class=\"k\">let</span> a = <span class=\"s\">&quot;b&quot;</span>; <span class=\"c\">// c\n</span>"
            )
        );
    }

    #[test]
    fn grammars_are_given_up_when_they_are_idle_or_have_learnt_much() {
        let (kept, now) = (Mutex::new(None), Instant::now());
        let first = grammars(&kept, now);
        assert!(Arc::ptr_eq(&first, &grammars(&kept, now)));
        forget_idle(&kept, now + IDLE);
        assert!(Arc::ptr_eq(&first, &grammars(&kept, now)));
        forget_idle(&kept, now + 2 * IDLE);
        assert!(kept.lock().unwrap().is_none());
        let second = grammars(&kept, now);
        assert!(!Arc::ptr_eq(&first, &second));
        for _ in 1..BLOCKS_MAX {
            assert!(Arc::ptr_eq(&second, &grammars(&kept, now)));
        }
        assert!(!Arc::ptr_eq(&second, &grammars(&kept, now)));
    }

    #[test]
    fn many_languages_are_known_by_their_usual_names() {
        for language in [
            "rust",
            "rs",
            "python",
            "py",
            "js",
            "javascript",
            "ts",
            "typescript",
            "html",
            "css",
            "json",
            "yaml",
            "yml",
            "toml",
            "bash",
            "sh",
            "console",
            "c",
            "c++",
            "cpp",
            "csharp",
            "java",
            "go",
            "golang",
            "ruby",
            "php",
            "perl",
            "sql",
            "xml",
            "diff",
            "haskell",
            "lua",
            "r",
            "scala",
            "makefile",
            "markdown",
            "latex",
            "clojure",
            "erlang",
        ] {
            assert!(coloured("a = \"1\"\n", language).is_some(), "{language}");
        }
        for unknown in ["klingon", "text", "plaintext", "plain-text", ""] {
            assert_eq!(coloured("a = 1\n", unknown), None, "{unknown}");
        }
    }

    #[test]
    fn what_is_read_is_written_again() {
        let code = "fn main() {\n    println!(\"<b>&amp;{}\", '\\'');\n}\n\n#[test]\n";
        let html = coloured(code, "rust").unwrap();
        let mut words = String::new();
        for part in html.split('<') {
            words.push_str(part.split_once('>').map_or(part, |(_, words)| words));
        }
        assert_eq!(words, escape(code));
    }

    #[test]
    fn a_class_of_ours_is_all_that_a_grammar_gives() {
        let given = SCOPES.iter().filter(|(_, class)| !class.is_empty());
        for (scope, class) in given {
            assert!(CLASSES.contains(class), "{scope}");
        }
    }

    #[test]
    fn long_code_and_long_lines_stay_plain() {
        assert_eq!(coloured(&"let a;\n".repeat(10_000), "rust"), None);
        assert_eq!(coloured(&"a".repeat(MAX_LINE_BYTES + 1), "rust"), None);
        assert_eq!(
            coloured(&"1,".repeat(400), "js"),
            None,
            "it would grow too much"
        );
    }

    /// Prints what the dearest lines cost: `cargo test --lib -- --ignored --nocapture code_costs`.
    #[test]
    #[ignore = "a measurement"]
    fn code_costs() {
        for language in [
            "rust", "js", "html", "php", "c++", "markdown", "perl", "ruby", "latex", "java",
            "scala", "haskell", "sql", "yaml", "css", "bash", "python", "go", "r", "lisp",
            "textile", "rst", "c", "cs", "d", "groovy", "erlang", "ocaml", "matlab", "tcl",
            "regexp",
        ] {
            for seed in [
                "a",
                "(",
                "((a,",
                "\"",
                "\\",
                "<",
                "<a b=",
                "{",
                "[",
                "[[",
                "<<",
                "*",
                "_",
                "a.",
                "a::",
                "a<b,",
                "  ",
                "\t",
                "(a) ",
                "#",
                "$a",
                "${",
                "/*",
                "//",
                "0x",
                "if a ",
                "a b ",
                "-",
                "=",
                "@a",
                "'",
                "`",
                "%",
                "|",
                "template<",
                "a(b",
                "int a",
                "def a(",
                "!",
                ":",
                "~",
                "^",
            ] {
                let line: String = seed.chars().cycle().take(MAX_LINE_BYTES).collect();
                let code = format!("{line}\n").repeat(40);
                let begun = std::time::Instant::now();
                let grown = coloured(&code, language).map(|html| html.len());
                let took = begun.elapsed();
                if took.as_millis() > 300 {
                    println!("{language} {seed:?} {took:?} {grown:?}");
                }
            }
        }
    }
}
