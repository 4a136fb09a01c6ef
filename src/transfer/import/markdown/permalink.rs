//! Where a program served a text: its own pattern, filled with what the text says.

use super::config::{Config, Program};
use crate::blog::time::Millis;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// What an address is made of.
#[derive(Debug, Default)]
pub struct Parts<'p> {
    /// The folders below that of the texts, without slashes at their ends: `blog/2016`, or empty.
    pub folder: &'p str,
    /// The name of the file without its ending and its date.
    pub name: &'p str,
    /// The same with its date.
    pub whole_name: &'p str,
    pub title: &'p str,
    /// What the text says its last part is.
    pub slug: Option<&'p str>,
    pub categories: &'p [String],
    pub is_page: bool,
}

/// The styles that Jekyll has names for.
const STYLES: &[(&str, &str)] = &[
    ("date", "/:categories/:year/:month/:day/:title.html"),
    ("pretty", "/:categories/:year/:month/:day/:title/"),
    ("ordinal", "/:categories/:year/:y_day/:title.html"),
    (
        "weekdate",
        "/:categories/:year/W:week/:short_day/:title.html",
    ),
    ("none", "/:categories/:title.html"),
];
/// What Jekyll does where nothing is configured.
const DATE: &str = "/:categories/:year/:month/:day/:title.html";
/// What Pelican does.
const PELICAN: &str = "{slug}.html";
const PELICAN_PAGE: &str = "pages/{slug}.html";

/// The address of a text, below the site's own path.
pub fn of(config: &Config, parts: &Parts<'_>, at: Option<Millis>, zone: &TimeZone) -> String {
    let day = at.map(|at| at.day(zone));
    match config.program {
        Program::Jekyll => jekyll(config, parts, at, zone),
        Program::Hugo => hugo(config, parts, day),
        Program::Zola => place(&slugified(parts.folder), &slugified(last(parts))),
        Program::Pelican => pelican(config, parts, day),
        Program::Astro => astro(parts),
        Program::Eleventy | Program::Obsidian | Program::Plain => {
            place(parts.folder, parts.slug.unwrap_or(parts.name))
        }
    }
}

fn last<'p>(parts: &Parts<'p>) -> &'p str {
    parts.slug.unwrap_or(parts.name)
}

/// A folder and a name in it, as the address of a page.
fn place(folder: &str, name: &str) -> String {
    let path: Vec<&str> = [folder, name]
        .into_iter()
        .filter(|part| !part.is_empty() && *part != "index")
        .collect();
    if path.is_empty() {
        "/".to_owned()
    } else {
        format!("/{}/", encoded(&path.join("/")))
    }
}

/// A name of a file as part of an address: what would end the address, or begin another part, is encoded.
fn encoded(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '%' => path.push_str("%25"),
            '#' => path.push_str("%23"),
            '?' => path.push_str("%3F"),
            ' ' => path.push_str("%20"),
            '"' => path.push_str("%22"),
            '<' => path.push_str("%3C"),
            '>' => path.push_str("%3E"),
            '\\' => path.push_str("%5C"),
            c => path.push(c),
        }
    }
    path
}

fn jekyll(config: &Config, parts: &Parts<'_>, at: Option<Millis>, zone: &TimeZone) -> String {
    let pattern = config.pattern.as_deref().unwrap_or(DATE);
    let style = STYLES.iter().find(|(name, _)| *name == pattern);
    let pattern = style.map_or(pattern, |(_, pattern)| pattern);
    if parts.is_page {
        let is_pretty = pattern.ends_with('/');
        let folder = place(parts.folder, "");
        return match (parts.name, is_pretty) {
            ("index", _) => folder,
            (name, true) => place(parts.folder, name),
            (name, false) => format!("{folder}{}.html", encoded(name)),
        };
    }
    filled(pattern, parts, at, zone)
}

/// Jekyll's names in a pattern, each replaced. Also of a pattern in front matter.
pub fn filled(pattern: &str, parts: &Parts<'_>, at: Option<Millis>, zone: &TimeZone) -> String {
    let zoned = at.map(|at| at.timestamp().to_zoned(zone.clone()));
    let moment = |format: &str| {
        zoned
            .as_ref()
            .map_or(String::new(), |at| at.strftime(format).to_string())
    };
    let bare = |format: &str| moment(format).trim_start_matches('0').to_owned();
    let categories: Vec<String> = parts
        .categories
        .iter()
        .map(|category| encoded(&category.to_lowercase()))
        .collect();
    let slugs: Vec<String> = parts.categories.iter().map(|one| slugified(one)).collect();
    // Longer names first: `:year` is no `:y`, and `:title` may hold anything.
    let values = [
        ("slugified_categories", slugs.join("/")),
        ("categories", categories.join("/")),
        ("short_year", moment("%y")),
        ("long_month", moment("%B")),
        ("short_month", moment("%b")),
        ("i_month", bare("%m")),
        ("i_day", bare("%d")),
        ("long_day", moment("%A")),
        ("short_day", moment("%a")),
        ("y_day", moment("%j")),
        ("w_year", moment("%G")),
        ("w_day", moment("%u")),
        ("year", moment("%Y")),
        ("month", moment("%m")),
        ("day", moment("%d")),
        ("hour", moment("%H")),
        ("minute", moment("%M")),
        ("second", moment("%S")),
        ("week", moment("%V")),
        ("output_ext", ".html".to_owned()),
        ("title", encoded(last(parts))),
        ("slug", slugified(last(parts))),
        ("name", encoded(parts.whole_name)),
        ("basename", encoded(parts.name)),
        ("path", encoded(parts.folder)),
    ];
    let mut path = String::new();
    let mut pieces = pattern.split(':');
    path.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        match values.iter().find(|(name, _)| piece.starts_with(name)) {
            Some((name, value)) => {
                path.push_str(value);
                path.push_str(&piece[name.len()..]);
            }
            None => path.extend([":", piece]),
        }
    }
    path
}

fn hugo(config: &Config, parts: &Parts<'_>, day: Option<Date>) -> String {
    let section = parts.folder.split('/').next().unwrap_or_default();
    let name = last(parts);
    let Some(pattern) = config.patterns.get(section) else {
        let path = place(&urlized(parts.folder), &urlized(name));
        return if config.is_ugly && !path.ends_with("//") && path != "/" {
            format!("{}.html", path.trim_end_matches('/'))
        } else {
            path
        };
    };
    let date = |format: &str| day.map_or(String::new(), |day| day.strftime(format).to_string());
    let title = urlized(parts.title);
    let values = [
        ("slugorcontentbasename", urlized(name)),
        ("slugorfilename", urlized(name)),
        ("contentbasename", urlized(parts.name)),
        ("filename", urlized(parts.name)),
        ("monthname", date("%B").to_lowercase()),
        ("weekdayname", date("%A").to_lowercase()),
        ("weekday", date("%w")),
        ("yearday", date("%j").trim_start_matches('0').to_owned()),
        ("year", date("%Y")),
        ("month", date("%m")),
        ("day", date("%d")),
        ("sections", urlized(parts.folder)),
        ("section", urlized(section)),
        ("title", title.clone()),
        ("slug", parts.slug.map_or(title, urlized)),
    ];
    let mut pieces = pattern.split(':');
    let mut path = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match values.iter().find(|(name, _)| piece.starts_with(name)) {
            Some((name, value)) => path.extend([value.as_str(), &piece[name.len()..]]),
            None => path.extend([":", piece]),
        }
    }
    format!("/{}", path.trim_start_matches('/'))
}

/// A name as Hugo writes it into addresses: in lower case, with dashes for blanks, without most other signs.
fn urlized(name: &str) -> String {
    let mut path = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        match c {
            ' ' if !path.ends_with('-') => path.push('-'),
            c if c.is_alphanumeric() || "./\\_+~-".contains(c) => path.push(c),
            _ => {}
        }
    }
    path
}

/// A name as Jekyll, Zola and Pelican make it: ASCII in lower case, with dashes between words.
pub fn slugified(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in deunicode::deunicode(name).to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' | '/' | '_' | '.' => slug.push(c),
            _ if !slug.ends_with('-') && !slug.is_empty() => slug.push('-'),
            _ => {}
        }
    }
    slug.trim_matches(['-', '.']).to_owned()
}

fn pelican(config: &Config, parts: &Parts<'_>, day: Option<Date>) -> String {
    let pattern = match (&config.pattern, parts.is_page) {
        (_, true) => PELICAN_PAGE,
        (Some(pattern), false) => pattern,
        (None, false) => PELICAN,
    };
    let slug = parts.slug.map_or_else(
        || {
            slugified(if parts.title.is_empty() {
                parts.name
            } else {
                parts.title
            })
        },
        str::to_owned,
    );
    let category = parts
        .categories
        .first()
        .map_or_else(String::new, |name| slugified(name));
    let mut path = String::from("/");
    let mut rest = pattern.trim_start_matches('/');
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        rest = behind;
        match name.split_once(':') {
            Some(("date", format)) => {
                path += &day.map_or(String::new(), |day| day.strftime(format).to_string());
            }
            _ if name == "category" => path.push_str(&category),
            _ if name == "slug" => path.push_str(&slug),
            _ => {}
        }
    }
    path + rest
}

/// `content/blog/x.md` is `/blog/x/`, and so is `pages/blog/x.md`.
fn astro(parts: &Parts<'_>) -> String {
    let folder = ["content/", "pages/", "data/"]
        .iter()
        .find_map(|folder| {
            format!("{}/", parts.folder)
                .strip_prefix(folder)
                .map(str::to_owned)
        })
        .unwrap_or_else(|| parts.folder.to_owned());
    let name = parts.slug.unwrap_or(parts.whole_name);
    place(&urlized(folder.trim_matches('/')), &urlized(name))
}

/// A path that leaves nothing: no part climbs, in whatever spelling.
pub fn inside(path: &str) -> String {
    let (path, query) = path
        .split_once(['?', '#'])
        .map_or((path, ""), |(path, _)| (path, ""));
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part.to_lowercase().replace("%2e", ".").as_str() {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    let end = if path.ends_with('/') && !parts.is_empty() {
        "/"
    } else {
        ""
    };
    format!("/{}{end}{query}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(program: Program, pattern: Option<&str>) -> Config {
        Config {
            program,
            root: String::new(),
            content: String::new(),
            base_path: String::new(),
            url: String::new(),
            title: String::new(),
            description: String::new(),
            zone: None,
            pattern: pattern.map(str::to_owned),
            patterns: [("posts".to_owned(), "/:year/:month/:slug/".to_owned())].into(),
            is_ugly: false,
            break_mark: None,
        }
    }

    fn address(program: Program, pattern: Option<&str>, folder: &str, name: &str) -> String {
        let categories = ["Sea".to_owned(), "b c".to_owned()];
        let parts = Parts {
            folder,
            name,
            whole_name: name,
            title: "Ébb & Flow",
            categories: &categories,
            ..Parts::default()
        };
        let at = Millis::parse("2016-06-05T23:00:00Z");
        of(&config(program, pattern), &parts, at, &TimeZone::UTC)
    }

    #[test]
    fn every_program_has_its_own_addresses() {
        for (program, pattern, folder, expected) in [
            (
                Program::Jekyll,
                None,
                "",
                "/sea/b%20c/2016/06/05/Low-#1.html",
            ),
            (
                Program::Jekyll,
                Some("pretty"),
                "",
                "/sea/b%20c/2016/06/05/Low-#1/",
            ),
            (
                Program::Jekyll,
                Some("/blog/:short_year/:i_month/:title/"),
                "",
                "/blog/16/6/Low-#1/",
            ),
            (Program::Hugo, None, "Notes", "/notes/low-1/"),
            (Program::Hugo, None, "posts", "/2016/06/ébb-flow/"),
            (Program::Zola, None, "blog", "/blog/low-1/"),
            (Program::Pelican, None, "x", "/ebb-flow.html"),
            (
                Program::Pelican,
                Some("{date:%Y}/{category}/{slug}/"),
                "x",
                "/2016/sea/ebb-flow/",
            ),
            (Program::Eleventy, None, "posts", "/posts/Low-#1/"),
            (Program::Astro, None, "content/blog", "/blog/low-1/"),
            (Program::Plain, None, "a/b", "/a/b/Low-#1/"),
        ] {
            let expected = expected.replace('#', "%23");
            assert_eq!(
                address(program, pattern, folder, "Low-#1"),
                expected,
                "{program:?}"
            );
        }
    }

    #[test]
    fn no_address_climbs() {
        for path in [
            "/%2e%2e/%2E./baddie.html",
            "/../baddie.html",
            "/a/./../baddie.html",
        ] {
            assert_eq!(inside(path), "/baddie.html");
        }
        assert_eq!(inside("blog/x/?a"), "/blog/x/");
        assert_eq!(inside("/"), "/");
    }
}
