//! The commands, flags and variables that the papers name are those of the program and of the Makefile.

use crate::papers::{Paper, Part, each, finds};
use crate::source::{files, read, root};
use clap::{Arg, ArgAction, Args, Command, CommandFactory};
use daybook::cli::Cli;
use daybook::config::ConfigArgs;
use std::collections::BTreeSet;

/// Programs of others that the papers call; whether their arguments are right is theirs to say.
const OTHERS: &[&str] = &[
    "chmod",
    "chown",
    "docker",
    "echo",
    "journalctl",
    "sha256sum",
    "sudo",
];

/// What runs the program, where that is not its bare name.
const PREFIXES: [&[&str]; 2] = [
    &["target/dist/daybook"],
    &["sudo", "-u", "daybook", "daybook"],
];

/// The custom properties of CSS look like flags, and are named here.
const PAPER_OF_PROPERTIES: &str = "docs/themes.md";

/// The program as clap knows it, with the flags that every command takes.
fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

/// The words of a command line, as a shell reads them, up to where its output is sent.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = None::<String>;
    let mut quote = None;
    for c in line.chars() {
        match (c, quote) {
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(open)) if c == open => quote = None,
            (' ', None) => words.extend(word.take()),
            ('>', None) => return words,
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The arguments of the program, where a command line runs it.
fn of_program(words: &[String]) -> Option<&[String]> {
    if words.first()? == "daybook" {
        return Some(&words[1..]);
    }
    PREFIXES
        .iter()
        .find(|prefix| {
            words.len() > prefix.len() && words.iter().zip(**prefix).all(|(a, b)| a == b)
        })
        .map(|prefix| &words[prefix.len()..])
}

/// A line of a shell block: a command with values that somebody could really type.
fn wrong_in_shell(line: &str) -> Option<String> {
    let (command, comment) = line.split_once("  # ").unwrap_or((line, ""));
    let command = command.trim_end();
    let is_one = !command.starts_with([' ', '#'])
        && !command.ends_with('\\')
        && ![" && ", "; ", " | ", " # "]
            .iter()
            .any(|sign| command.contains(sign));
    if !is_one || line.contains("  # ") && comment.trim().is_empty() {
        return Some("not one command, with its comment after two spaces".to_owned());
    }
    let words = words(command);
    if let Some(arguments) = of_program(&words) {
        let line = std::iter::once("daybook").chain(arguments.iter().map(String::as_str));
        return match Cli::command().try_get_matches_from(line) {
            Err(error) if error.use_stderr() => Some(error.to_string()),
            _ => None,
        };
    }
    wrong_elsewhere(&words)
}

/// What is wrong with a command that is not ours.
fn wrong_elsewhere(words: &[String]) -> Option<String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (first, rest) = words.split_first()?;
    let lost = rest
        .iter()
        .find(|word| word.starts_with("contrib/") && !root().join(word).exists());
    if let Some(lost) = lost {
        return Some(format!("there is no {lost}"));
    }
    match *first {
        "make" => wrong_in_make(rest),
        "cargo" => wrong_in_cargo(rest),
        other if OTHERS.contains(&other) => None,
        other => Some(format!("{other} is no command that is known here")),
    }
}

/// `make TARGET NAME=VALUE`: the Makefile must have the target and read the variable.
fn wrong_in_make(words: &[&str]) -> Option<String> {
    let makefile = read("Makefile");
    words.iter().find_map(|word| {
        let is_known = match word.split_once('=') {
            Some((name, _)) => [format!("$({name})"), format!("$(or $({name})")]
                .iter()
                .any(|used| makefile.contains(used)),
            None => makefile
                .lines()
                .any(|line| line.starts_with(&format!("{word}:"))),
        };
        (!is_known).then(|| format!("the Makefile has no {word}"))
    })
}

/// `cargo test --test BINARY FILE` and the like: binaries, modules and profiles must exist.
fn wrong_in_cargo(words: &[&str]) -> Option<String> {
    let value = |flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).copied()
    };
    let profile = value("--profile").map(|name| {
        let is_there = read("Cargo.toml").contains(&format!("[profile.{name}]"));
        (name.to_owned(), is_there)
    });
    let binary = value("--test").map(|name| {
        let path = format!("tests/{name}/main.rs");
        (path.clone(), root().join(path).exists())
    });
    // Behind the binary or `--lib` is a part of the names of tests; here it is that of a module.
    let folder = value("--test").map_or("src".to_owned(), |name| format!("tests/{name}"));
    let filtered = words
        .iter()
        .position(|word| *word == "--lib")
        .map(|at| at + 1);
    let filtered = filtered.or(words
        .iter()
        .position(|word| *word == "--test")
        .map(|at| at + 2));
    let filter = filtered.and_then(|at| words.get(at)).map(|filter| {
        let is_module = files(&folder, ".rs")
            .iter()
            .any(|source| source.module().iter().any(|module| module == filter));
        (format!("module {filter} in {folder}"), is_module)
    });
    [profile, binary, filter]
        .into_iter()
        .flatten()
        .find(|(_, is_there)| !is_there)
        .map(|(name, _)| format!("there is no {name}"))
}

fn wrong_commands(paper: &Paper) -> Vec<String> {
    let shell = paper
        .lines
        .iter()
        .filter(|line| line.part == Part::Block("sh".to_owned()));
    shell
        .filter(|line| !line.text.trim().is_empty())
        .filter_map(|line| {
            Some(paper.at(line.number, &wrong_in_shell(&line.text)?.replace('\n', " ")))
        })
        .collect()
}

#[test]
fn commands_in_shell_blocks_can_be_run_as_they_are() {
    let lines = [
        ("daybook serve --data /srv/blog  # serves it", true),
        (
            "target/dist/daybook user add ada@example.org --name 'Ada L.'",
            true,
        ),
        ("sudo -u daybook daybook check", true),
        ("daybook --version", true),
        ("make run   # builds and serves", true),
        ("cargo test --test shape papers", true),
        ("echo A=b > .env", true),
        ("daybook serve --date /srv/blog", false),
        ("daybook user add", false),
        ("sudo -u daybook daybook verify", false),
        ("daybook check # one space", false),
        ("daybook check; daybook serve", false),
        ("daybook serve \\", false),
        ("  --data /srv/blog", false),
        ("make nothing", false),
        ("make corpora CORPUS=exports", false),
        ("cargo test --test nothing", false),
        ("cargo test --test shape nothing", false),
        ("cargo build --profile nothing", false),
        ("sudo install contrib/nothing /etc/", false),
        ("dinghy up", false),
    ];
    let block = lines.map(|(line, _)| line).join("\n");
    let wrong: Vec<usize> = lines
        .iter()
        .zip(2..)
        .filter_map(|((_, is_right), number)| (!is_right).then_some(number))
        .collect();
    finds(wrong_commands, &format!("```sh\n{block}\n```\n"), &wrong);
    each(wrong_commands);
}

fn is_placeholder(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_uppercase() || "_.:=-/".contains(c))
}

/// Whether a value may be named as an example: a placeholder, or one of those that the argument takes.
fn fits(word: &str, argument: &Arg) -> bool {
    let possible = argument.get_possible_values();
    is_placeholder(word) || possible.iter().any(|value| value.matches(word, false))
}

/// What is wrong with a command that is named in a text: its words name commands, its flags belong to it, and what is in
/// CAPITALS or one of the values that clap lists fills a place.
fn wrong_in_text(words: &[&str]) -> Option<String> {
    let program = program();
    let mut command = &program;
    let mut words = words.iter().peekable();
    while let Some(sub) = words.peek().and_then(|word| command.find_subcommand(word)) {
        command = sub;
        words.next();
    }
    let mut places = command.get_positionals();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            let of_clap = ["help", "version"].contains(&name);
            let flag = command
                .get_arguments()
                .find(|flag| flag.get_long() == Some(name));
            let Some(flag) = flag else {
                if of_clap {
                    continue;
                }
                return Some(format!("{} has no flag --{name}", command.get_name()));
            };
            if takes_value(flag)
                && words
                    .next_if(|value| !value.starts_with("--"))
                    .is_some_and(|value| !fits(value, flag))
            {
                return Some(format!("--{name} is given something that it does not take"));
            }
        } else if !places.next().is_some_and(|place| fits(word, place)) {
            return Some(format!("{} has no place for {word}", command.get_name()));
        }
    }
    None
}

fn takes_value(flag: &Arg) -> bool {
    matches!(flag.get_action(), ArgAction::Set | ArgAction::Append)
}

fn wrong_spans(paper: &Paper) -> Vec<String> {
    let program = program();
    let mut all_flags: BTreeSet<String> =
        BTreeSet::from(["--help".to_owned(), "--version".to_owned()]);
    let mut commands = vec![&program];
    while let Some(command) = commands.pop() {
        let flags = command.get_arguments().filter_map(Arg::get_long);
        all_flags.extend(flags.map(|flag| format!("--{flag}")));
        commands.extend(command.get_subcommands());
    }
    let styles: String = files("assets", ".css")
        .into_iter()
        .map(|source| source.text)
        .collect();
    let mut problems = Vec::new();
    for (number, span) in paper.spans() {
        let bare = span.replace(['[', ']'], "");
        let words: Vec<&str> = bare.split_whitespace().collect();
        let Some(first) = words.first() else {
            continue;
        };
        let problem = if *first == "daybook" {
            wrong_in_text(&words[1..])
        } else if words.len() > 1 && program.find_subcommand(first).is_some() {
            wrong_in_text(&words)
        } else if first.starts_with("--") {
            let is_known = if paper.path == PAPER_OF_PROPERTIES {
                styles.contains(&format!("{first}:"))
            } else {
                all_flags.contains(*first)
            };
            (!is_known).then(|| format!("there is no {first}"))
        } else if ["make", "cargo"].contains(first) && words.len() > 1 || span.contains(" --") {
            let owned: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            wrong_elsewhere(&owned)
        } else {
            None
        };
        problems.extend(problem.map(|problem| paper.at(number, &problem)));
    }
    problems
}

#[test]
fn commands_and_flags_that_texts_name_exist() {
    let spans = [
        ("daybook user add EMAIL --name NAME [--role ROLE]", true),
        ("daybook import blogger FILE [--dry-run]", true),
        ("daybook serve --log json", true),
        ("restore FILE --replace", true),
        ("--metrics ADDR", true),
        ("--help", true),
        ("sha256sum --check SHA256SUMS", true),
        ("make soak MINUTES=60", true),
        ("<!--more-->", true),
        ("daybook verify", false),
        ("daybook user add EMAIL --without-codes", false),
        ("daybook import tumblr FILE", false),
        ("daybook serve --log xml", false),
        ("daybook backup FILE FILE", false),
        ("restore FILE --dry-run", false),
        ("--metric ADDR", false),
        ("make nothing", false),
        ("cargo test --test nothing", false),
        ("dinghy --up", false),
    ];
    let text = spans.map(|(span, _)| format!("`{span}`")).join("\n");
    let wrong: Vec<usize> = spans
        .iter()
        .zip(1..)
        .filter_map(|((_, is_right), number)| (!is_right).then_some(number))
        .collect();
    finds(wrong_spans, &text, &wrong);
    let properties = Paper::new(PAPER_OF_PROPERTIES, "`--paper` `--parchment`\n");
    assert_eq!(wrong_spans(&properties).len(), 1);
    each(wrong_spans);
}

/// The first cells of the rows of a paper's tables, with what is between backticks in the first and the second.
fn rows(path: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let paper = Paper::new(path, &read(path));
    let spans = |cell: Option<&str>| -> Vec<String> {
        let spans = cell.unwrap_or_default().split('`').skip(1).step_by(2);
        spans.map(str::to_owned).collect()
    };
    let rows = paper.lines.iter().filter(|line| line.part == Part::Table);
    rows.map(|line| {
        let mut cells = line.text.trim_matches('|').split(" | ");
        (spans(cells.next()), spans(cells.next()))
    })
    .collect()
}

/// A flag as the papers write it: `--data DIR`.
fn written(flag: &Arg) -> Option<String> {
    let long = flag.get_long()?;
    let value = flag.get_value_names().unwrap_or_default().first();
    Some(match value {
        Some(value) if takes_value(flag) => format!("--{long} {value}"),
        _ => format!("--{long}"),
    })
}

#[test]
fn the_table_of_the_configuration_is_that_of_the_program() {
    let config = ConfigArgs::augment_args(Command::new("config"));
    let taken: BTreeSet<(String, String)> = config
        .get_arguments()
        .map(|flag| {
            let variable = flag
                .get_env()
                .map(|name| name.to_string_lossy().into_owned());
            (written(flag).unwrap(), variable.unwrap())
        })
        .collect();
    let shown: BTreeSet<(String, String)> = rows("docs/configuration.md")
        .into_iter()
        .filter(|(flags, _)| flags.first().is_some_and(|flag| flag.starts_with("--")))
        .map(|(flags, variables)| (flags.concat(), variables.concat()))
        .collect();
    assert!(taken.len() > 8, "{taken:?}");
    assert_eq!(taken, shown);
}

/// How a command is called, as its help and the papers write it.
fn usage(path: &str, command: &Command) -> String {
    let places = command.get_positionals().map(|place| {
        let name = place.get_value_names().unwrap_or_default();
        name.first().map_or_else(String::new, ToString::to_string)
    });
    let own = |flag: &&Arg| {
        !flag.is_global_set() && !["help", "version"].contains(&flag.get_id().as_str())
    };
    let flags = command.get_arguments().filter(own).filter_map(|flag| {
        let written = written(flag)?;
        Some(if flag.is_required_set() {
            written
        } else {
            format!("[{written}]")
        })
    });
    let parts: Vec<String> = std::iter::once(path.to_owned())
        .chain(places)
        .chain(flags)
        .collect();
    parts.join(" ")
}

/// Every command below one that can be called, with how.
fn usages(path: &str, command: &Command) -> BTreeSet<String> {
    let below = command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help");
    let mut all: BTreeSet<String> = below
        .flat_map(|sub| usages(&format!("{path} {}", sub.get_name()), sub))
        .collect();
    if all.is_empty() {
        all.insert(usage(path, command));
    }
    all
}

#[test]
fn the_table_of_the_commands_is_that_of_the_program() {
    let taken = usages("daybook", &program());
    let shown: BTreeSet<String> = rows("docs/commands.md")
        .into_iter()
        .flat_map(|(commands, _)| commands)
        // Without a command it serves.
        .filter(|command| command != "daybook")
        .collect();
    assert!(taken.len() > 10, "{taken:?}");
    assert_eq!(taken, shown);
}
