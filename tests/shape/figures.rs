//! How large things are, as figures that are printed and have a limit: `make shape` shows them.

use super::papers::has_extension;
use super::source::{Source, files, read, refuse, root, tracked};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A function as `rustfmt` sets it: from its `fn` to the brace that closes at the same depth.
struct Function {
    path: String,
    line: usize,
    lines: usize,
    is_public: bool,
    is_async: bool,
    has_docs: bool,
    parameters: usize,
    /// The type whose `impl` it is in.
    owner: Option<String>,
}

fn functions(source: &Source) -> Vec<Function> {
    let code = match source.text.split_once("#[cfg(test)]\nmod ") {
        _ if source.is_tests() => return Vec::new(),
        Some((code, _)) => code,
        None => &source.text,
    };
    let lines: Vec<&str> = code.lines().collect();
    let mut owner = None;
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if let Some(named) = implemented(line) {
            owner = Some(named);
        } else if *line == "}" {
            owner = None;
        }
        let depth = line.len() - line.trim_start().len();
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(place) = words.iter().position(|word| *word == "fn") else {
            continue;
        };
        let modifiers = &words[..place];
        let is_signature = modifiers.iter().all(|word| {
            matches!(*word, "pub" | "const" | "async")
                || word.starts_with("pub(")
                || word.ends_with(')')
        });
        if !is_signature {
            continue;
        }
        let closing = format!("{}}}", " ".repeat(depth));
        let ends_at_once = line.ends_with('}') || line.ends_with(';');
        let rest = &lines[at..];
        let length = if ends_at_once {
            1
        } else {
            rest.iter()
                .position(|line| *line == closing)
                .map_or(1, |end| end + 1)
        };
        let head: String = rest
            .iter()
            .take(length)
            .flat_map(|line| [line.trim(), " "])
            .collect();
        found.push(Function {
            path: source.path.clone(),
            line: at + 1,
            lines: length,
            is_public: modifiers.contains(&"pub"),
            is_async: modifiers.contains(&"async"),
            has_docs: documented(&lines[..at]),
            parameters: parameters(&head),
            owner: if depth == 0 { None } else { owner.clone() },
        });
    }
    found
}

/// `impl<'a> Posts<'a> {` is of `Posts`; what implements a trait is of no type's own.
fn implemented(line: &str) -> Option<String> {
    let rest = line.strip_prefix("impl")?;
    if line.contains(" for ") {
        return None;
    }
    let rest = rest
        .split_once("> ")
        .filter(|_| rest.starts_with('<'))
        .map_or(rest, |(_, rest)| rest);
    let name = rest.trim().split(['<', ' ', '{']).next()?;
    Some(name.to_owned()).filter(|name| !name.is_empty())
}

/// Whether the lines above a function, without its attributes, end in a comment for its docs.
fn documented(above: &[&str]) -> bool {
    above
        .iter()
        .rev()
        .map(|line| line.trim())
        .find(|line| !line.starts_with("#[") && !line.ends_with(")]"))
        .is_some_and(|line| line.starts_with("///"))
}

/// How many parameters a function has, `self` not among them.
fn parameters(head: &str) -> usize {
    let Some((_, list)) = head.split_once('(') else {
        return 0;
    };
    let (mut depth, mut given, mut current) = (0_i32, Vec::new(), String::new());
    for sign in list.chars() {
        match sign {
            ')' if depth == 0 => break,
            ',' if depth == 0 => given.push(std::mem::take(&mut current)),
            '(' | '<' | '[' => depth += 1,
            ')' | '>' | ']' => depth -= 1,
            _ => {}
        }
        current.push(sign);
    }
    given.push(current);
    given
        .iter()
        .map(|one| one.trim_start_matches(',').trim())
        .filter(|one| !one.is_empty() && !one.ends_with("self"))
        .count()
}

struct Spread {
    median: usize,
    p90: usize,
    longest: usize,
}

fn spread(mut lengths: Vec<usize>) -> Spread {
    lengths.sort_unstable();
    let at = |percent: usize| lengths[(lengths.len() - 1) * percent / 100];
    Spread {
        median: at(50),
        p90: at(90),
        longest: at(100),
    }
}

/// Figures with their limits; what is over one is said.
#[derive(Default)]
struct Figures {
    report: String,
    over: Vec<String>,
}

impl Figures {
    fn shows(&mut self, what: &str, figure: usize) {
        writeln!(self.report, "{figure:>6}  {what}").unwrap();
    }

    fn at_most(&mut self, what: &str, figure: usize, limit: usize, which: &[String]) {
        writeln!(self.report, "{figure:>6}  {what} (at most {limit})").unwrap();
        if figure > limit {
            self.over.push(format!(
                "{what}: {figure}, at most {limit}: {}",
                which.join(", ")
            ));
        }
    }
}

#[test]
fn figures_of_the_code_are_within_their_limits() {
    let sources = files("src", ".rs");
    let all: Vec<Function> = sources.iter().flat_map(functions).collect();
    let mut figures = Figures::default();
    figures.of_files(&sources);
    figures.of_functions(&all);
    figures.of_folders();
    figures.of_templates();
    figures.of_words();
    println!("{}", figures.report);
    refuse(&figures.over);
}

impl Figures {
    fn of_files(&mut self, sources: &[Source]) {
        let length = |source: &Source| source.text.lines().count();
        let lengths = spread(sources.iter().map(length).collect());
        self.shows("lines of a file, median", lengths.median);
        self.shows("lines of a file, 90 % have fewer", lengths.p90);
        self.shows("lines of the longest file", lengths.longest);
        let long: Vec<String> = sources
            .iter()
            .filter(|source| length(source) > 600)
            .map(|source| format!("{} ({})", source.path, length(source)))
            .collect();
        self.at_most("files over 600 lines", long.len(), 6, &long);
    }

    fn of_functions(&mut self, all: &[Function]) {
        let lengths = spread(all.iter().map(|one| one.lines).collect());
        self.shows("lines of a function, median", lengths.median);
        self.shows("lines of a function, 90 % have fewer", lengths.p90);
        self.shows("lines of the longest function", lengths.longest);
        let place = |one: &Function| format!("{}:{}", one.path, one.line);
        let long: Vec<String> = all.iter().filter(|one| one.lines > 60).map(place).collect();
        self.at_most("functions over 60 lines", long.len(), 10, &long);

        let handlers: Vec<String> = all
            .iter()
            .filter(|one| one.path.starts_with("src/http/") && one.is_public && one.is_async)
            .filter(|one| one.owner.is_none() && one.parameters > 4)
            .map(place)
            .collect();
        self.at_most(
            "handlers with more than four parameters",
            handlers.len(),
            0,
            &handlers,
        );

        let mut methods: BTreeMap<&str, usize> = BTreeMap::new();
        for owner in all
            .iter()
            .filter(|one| one.is_public)
            .filter_map(|one| one.owner.as_deref())
        {
            *methods.entry(owner).or_default() += 1;
        }
        let most = methods.iter().max_by_key(|(_, methods)| **methods).unwrap();
        let name = [(*most.0).to_owned()];
        self.at_most("public methods of a type", *most.1, 60, &name);

        let public: Vec<&Function> = all.iter().filter(|one| one.is_public).collect();
        let documented = public.iter().filter(|one| one.has_docs).count();
        let bare = 100 - documented * 100 / public.len();
        self.at_most("percent of public functions without docs", bare, 20, &[]);
    }

    fn of_folders(&mut self) {
        for (folder, limit) in [("src/http", 12), ("src/http/author", 8)] {
            let mut entries: Vec<String> = files(folder, ".rs")
                .iter()
                .filter_map(|source| {
                    source
                        .path
                        .strip_prefix(&format!("{folder}/"))
                        .map(str::to_owned)
                })
                .filter(|path| folder != "src/http" || !path.contains('/'))
                .filter_map(|path| path.split('/').next().map(str::to_owned))
                .collect();
            entries.dedup();
            self.at_most(
                &format!("entries in {folder}"),
                entries.len(),
                limit,
                &entries,
            );
        }
    }

    fn of_templates(&mut self) {
        for (text, limit) in [("problems.of(", 20), ("aria-invalid", 20)] {
            let by_hand: Vec<String> = files("templates", ".html")
                .into_iter()
                .filter(|template| {
                    template.path != "templates/macros.html" && template.text.contains(text)
                })
                .map(|template| {
                    format!("{}: {}", template.path, template.text.matches(text).count())
                })
                .collect();
            let count = |line: &String| {
                line.rsplit(' ')
                    .next()
                    .and_then(|count| count.parse::<usize>().ok())
            };
            let sum = by_hand.iter().filter_map(count).sum();
            self.at_most(&format!("`{text}` in templates"), sum, limit, &by_hand);
        }
    }

    fn of_words(&mut self) {
        let wide: Vec<String> = papers()
            .iter()
            .flat_map(|(path, text)| {
                text.lines()
                    .enumerate()
                    .filter(|(_, line)| line.chars().count() > 200 && !line.starts_with('|'))
                    .map(move |(at, _)| format!("{path}:{}", at + 1))
            })
            .collect();
        self.at_most("lines of prose over 200 characters", wide.len(), 0, &wide);

        let private: Vec<String> = worded()
            .flat_map(|(text, path)| {
                let found = private_words(&text).into_iter();
                found.map(move |(line, word)| format!("{path}:{line}: {word}"))
            })
            .collect();
        self.at_most("private words", private.len(), 79, &private);
    }
}

/// Words that say nothing to those who are new here, each with a point in it so that this file does not hold it. Types have
/// the names that begin with a capital.
const PRIVATE_WORDS: &str = "to.ld te.ll te.lls te.lling so.ught an.ew bes.ide who.ever house.hold house.holds st.and st.ands \
    as.ide ton.gue ton.gues ho.le ho.les me.nd me.nds me.nded me.nding tw.in tw.ins ha.ng ha.ngs sl.ip sl.ips \
    As.ked To.ld Sh.own Ke.pt So.ught Me.t Tw.in Se.at Pa.tient";

/// The same of two words.
const PRIVATE_PAIRS: [&str; 7] = [
    "in v.ain",
    "lies re.ady",
    "given ba.ck",
    "gives ba.ck",
    "give ba.ck",
    "kind wo.rd",
    "kind wo.rds",
];

/// Where a text says one of the private words: the number of the line, and the word.
fn private_words(text: &str) -> Vec<(usize, String)> {
    let without_points = |words: &str| words.replace('.', "");
    let words = without_points(PRIVATE_WORDS);
    let words: Vec<&str> = words.split_whitespace().collect();
    let pairs = PRIVATE_PAIRS.map(without_points);
    let is_in_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let said: Vec<&str> = line.split(|c| !is_in_word(c)).collect();
        for (at, word) in said.iter().enumerate() {
            let lower = word.to_lowercase();
            let next = said.get(at + 1).copied().unwrap_or_default().to_lowercase();
            let pair = format!("{lower} {next}");
            if words.contains(word) || words.contains(&lower.as_str()) {
                found.push((number, (*word).to_owned()));
            } else if pairs.contains(&pair) && line.to_lowercase().contains(&pair) {
                found.push((number, pair));
            }
        }
    }
    found
}

#[test]
fn private_words_are_found_as_words_in_any_case() {
    let said = |text: &str| private_words(&text.replace('.', "")).len();
    assert_eq!(said("It is To.ld\nin V.ain, in an.ew ho.le: a Se.at"), 5);
    assert_eq!(
        said("a to.ld_word, a se.at, in, v.ain, me.nding; a who.le"),
        1
    );
}

/// The files in which private words are counted: code, pages and papers, without data.
fn worded() -> impl Iterator<Item = (String, String)> {
    let paths = tracked().into_iter().filter_map(|path| {
        let path = path
            .strip_prefix(root())
            .ok()?
            .to_string_lossy()
            .into_owned();
        let folders = ["src/", "tests/", "templates/", "assets/"];
        let is_counted =
            folders.iter().any(|folder| path.starts_with(folder)) || has_extension(&path, "md");
        (is_counted && !is_made_up(&path) && !path.starts_with("tests/fixtures/")).then_some(path)
    });
    // Pictures and other files that are no text are passed over.
    paths.filter_map(|path| Some((std::fs::read_to_string(root().join(&path)).ok()?, path)))
}

/// Texts of the demo blog are data.
fn is_made_up(path: &str) -> bool {
    path.starts_with("assets/demo/") || path.starts_with("src/demo/")
}

/// The papers: what is written for people, and is no licence.
fn papers() -> Vec<(String, String)> {
    tracked()
        .iter()
        .filter_map(|path| path.strip_prefix(env!("CARGO_MANIFEST_DIR")).ok())
        .map(|path| path.to_string_lossy().into_owned())
        .filter(|path| {
            has_extension(path, "md") && !is_made_up(path) && !path.starts_with("tests/")
        })
        .map(|path| (path.clone(), read(&path)))
        .collect()
}
