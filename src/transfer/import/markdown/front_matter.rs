//! What comes before the text of a Markdown file: YAML, TOML or JSON, or the headers that Pelican reads.

use crate::blog::time::Millis;
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use yaml_rust2::{Yaml, YamlLoader};

/// Front matter says some lines about a text; what is longer is none.
const MAX_BYTES: usize = 256 * 1024;
/// Each use of an anchor repeats its value. Real front matter has none or a few.
const ALIASES_MAX: usize = 10;
/// What a first line of Pelican's headers names.
const HEADERS: &[&str] = &[
    "title", "date", "slug", "author", "category", "tags", "status",
];

/// A file cut into what it says about itself and its text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub meta: Meta,
    pub body: String,
    /// Whether there was front matter, even an empty one.
    pub has_meta: bool,
}

/// Names, in lower case, and values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meta(pub Map<String, Value>);

/// Cuts a file. Front matter that is broken is read line by line, as far as that goes.
pub fn split(text: &str) -> Document {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let cut = fenced(&text, "---", &["---", "..."])
        .map(|(front, body)| (yaml(front), body))
        .or_else(|| fenced(&text, "+++", &["+++"]).map(|(front, body)| (toml(front), body)))
        .or_else(|| fenced(&text, "---json", &["---"]).map(|(front, body)| (json(front), body)))
        .or_else(|| braced(&text))
        .or_else(|| headers(&text));
    match cut {
        Some((meta, body)) => Document {
            meta: Meta::of(meta),
            body: body.trim_start_matches('\n').to_owned(),
            has_meta: true,
        },
        None => Document {
            body: text,
            ..Document::default()
        },
    }
}

/// What is between a first line and the next line that ends it.
fn fenced<'t>(text: &'t str, open: &str, close: &[&str]) -> Option<(&'t str, &'t str)> {
    let first = text.lines().next()?;
    if first.trim_end() != open {
        return None;
    }
    let start = (first.len() + 1).min(text.len());
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if close.contains(&line.trim_end()) {
            return Some((&text[start..at], &text[at + line.len()..]));
        }
        at += line.len();
        if at > MAX_BYTES {
            break;
        }
    }
    None
}

/// JSON that begins the file, as Hugo reads it.
fn braced(text: &str) -> Option<(Map<String, Value>, &str)> {
    if !text.starts_with("{\n") && !text.starts_with("{ ") && !text.starts_with("{\"") {
        return None;
    }
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(Value::Object(meta))) = values.next() else {
        return None;
    };
    Some((meta, &text[values.byte_offset()..]))
}

/// Lines `Name: value` up to the first empty line, as Pelican reads them.
fn headers(text: &str) -> Option<(Map<String, Value>, &str)> {
    let first = text
        .lines()
        .next()?
        .split_once(':')?
        .0
        .trim()
        .to_lowercase();
    if !HEADERS.contains(&first.as_str()) {
        return None;
    }
    let end = text.find("\n\n").unwrap_or(text.len());
    Some((by_lines(&text[..end]), &text[end..]))
}

fn json(text: &str) -> Map<String, Value> {
    match serde_json::from_str(text) {
        Ok(Value::Object(meta)) => meta,
        _ => by_lines(text),
    }
}

fn toml(text: &str) -> Map<String, Value> {
    match text.parse::<toml::Table>() {
        Ok(table) => of_toml(table),
        Err(_) => by_lines(text),
    }
}

/// The values of a TOML file.
pub fn of_toml(table: toml::Table) -> Map<String, Value> {
    table
        .into_iter()
        .map(|(name, value)| (name, toml_value(value)))
        .collect()
}

fn toml_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.to_string().into(),
        toml::Value::Boolean(is) => is.into(),
        toml::Value::Datetime(at) => at.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(toml_value).collect(),
        toml::Value::Table(table) => Value::Object(of_toml(table)),
    }
}

/// The values of a YAML text.
pub fn yaml(text: &str) -> Map<String, Value> {
    let aliases = text
        .lines()
        .filter(|line| {
            let value = line.split_once([':', '-']).map_or("", |(_, value)| value);
            value.trim_start_matches([' ', '[']).starts_with('*')
        })
        .count();
    if aliases > ALIASES_MAX {
        return by_lines(text);
    }
    match YamlLoader::load_from_str(text).map(|mut documents| {
        if documents.is_empty() {
            Yaml::Null
        } else {
            documents.swap_remove(0)
        }
    }) {
        Ok(Yaml::Hash(values)) => values
            .into_iter()
            .filter_map(|(name, value)| Some((scalar(&yaml_value(name))?, yaml_value(value))))
            .collect(),
        Ok(Yaml::Null) => Map::new(),
        _ => by_lines(text),
    }
}

/// The values of a list in YAML; none of an empty text.
///
/// # Errors
/// Where it is not YAML, or no list.
pub fn yaml_list(text: &str) -> Result<Vec<Value>> {
    let document = YamlLoader::load_from_str(text)
        .context("this list is damaged")?
        .into_iter()
        .next();
    match document.map(yaml_value) {
        Some(Value::Array(values)) => Ok(values),
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(_) => bail!("this list is damaged"),
    }
}

fn yaml_value(value: Yaml) -> Value {
    match value {
        // A number with a point may be a version or a tag: `1.10`.
        Yaml::Real(text) | Yaml::String(text) => text.into(),
        Yaml::Integer(number) => number.into(),
        Yaml::Boolean(is) => is.into(),
        Yaml::Array(values) => values.into_iter().map(yaml_value).collect(),
        Yaml::Hash(values) => Value::Object(
            values
                .into_iter()
                .filter_map(|(name, value)| Some((scalar(&yaml_value(name))?, yaml_value(value))))
                .collect(),
        ),
        _ => Value::Null,
    }
}

/// Lines `name: value`, and lists below a name.
fn by_lines(text: &str) -> Map<String, Value> {
    let mut meta: Map<String, Value> = Map::new();
    let mut last = String::new();
    for line in text.lines() {
        if let Some(item) = line.trim_start().strip_prefix("- ") {
            if let Some(Value::Array(list)) = meta.get_mut(&last) {
                list.push(unquoted(item).into());
            } else if meta.get(&last).is_some_and(|value| value == "") {
                let values = vec![Value::from(unquoted(item))];
                meta.insert(last.clone(), Value::Array(values));
            }
            continue;
        }
        let Some((name, value)) = line.split_once([':', '=']) else {
            continue;
        };
        if name.starts_with([' ', '\t', '#']) || name.trim().is_empty() {
            continue;
        }
        name.trim().clone_into(&mut last);
        meta.insert(last.clone(), unquoted(value).into());
    }
    meta
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(value)
}

/// A single value as text.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        _ => None,
    }
}

impl Meta {
    fn of(meta: Map<String, Value>) -> Self {
        Self(
            meta.into_iter()
                .map(|(name, value)| (name.to_lowercase(), value))
                .collect(),
        )
    }

    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The first of some names that has a single value which says something.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        names
            .iter()
            .filter_map(|name| scalar(self.get(name)?))
            .find(|text| !text.is_empty())
    }

    /// Yes or no, as YAML of all ages writes it.
    pub fn is(&self, name: &str) -> Option<bool> {
        match self.text(&[name])?.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    /// A list; one value is a list of one.
    pub fn list(&self, name: &str) -> Vec<String> {
        match self.get(name) {
            Some(Value::Array(values)) => values.iter().filter_map(name_of).collect(),
            Some(value) => name_of(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// A list whose single text names several things: between commas, else between blanks.
    pub fn words(&self, name: &str) -> Vec<String> {
        let words: Vec<String> = match self.get(name) {
            Some(Value::String(text)) => {
                let text = text.trim().trim_start_matches('[').trim_end_matches(']');
                let is_list = text.contains([',', ';']);
                let cut = text.split(|c: char| {
                    if is_list {
                        matches!(c, ',' | ';')
                    } else {
                        c.is_whitespace()
                    }
                });
                cut.map(|word| unquoted(word).to_owned()).collect()
            }
            _ => self.list(name),
        };
        words
            .into_iter()
            .map(|word| word.trim_start_matches('#').trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect()
    }
}

/// A value of a list: a text, or an object with a name, as lists of authors have.
fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => ["name", "title"]
            .iter()
            .find_map(|name| scalar(object.get(*name)?)),
        value => scalar(value),
    }
    .filter(|text| !text.is_empty())
}

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// A moment as authors write it: with or without a time, with or without a zone, the month as a number or in English.
/// `zone` is that of times without one.
pub fn moment(text: &str, zone: &TimeZone) -> Option<Millis> {
    let text = text.trim();
    if let Some(exact) = Millis::parse(text) {
        return Some(exact);
    }
    let (year, month, day, rest) = day_in_numbers(text).or_else(|| day_in_words(text))?;
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    let (clock, offset) = match rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'))
    {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let offset = offset.trim();
    let half = offset.get(..2).map(str::to_lowercase);
    let (is_pm, offset) = match half.as_deref() {
        Some("pm") => (Some(true), offset[2..].trim()),
        Some("am") => (Some(false), offset[2..].trim()),
        _ => (None, offset),
    };
    let mut numbers = clock.split([':', '.']).map(|part| part.parse::<i8>().ok());
    let mut next = || numbers.next().flatten().unwrap_or(0);
    let (mut hour, minute, second) = (next(), next(), next());
    match is_pm {
        Some(true) if hour < 12 => hour += 12,
        Some(false) if hour == 12 => hour = 0,
        _ => {}
    }
    let local = date.at(
        hour.clamp(0, 23),
        minute.clamp(0, 59),
        second.clamp(0, 59),
        0,
    );
    let zone = seconds_east(offset)
        .and_then(|seconds| jiff::tz::Offset::from_seconds(seconds).ok())
        .map_or_else(|| zone.clone(), TimeZone::fixed);
    let at = local.to_zoned(zone).ok()?;
    Some(Millis(at.timestamp().as_millisecond()))
}

/// An offset from UTC: `Z`, `+0200`, `-07:00`, `+9`.
fn seconds_east(offset: &str) -> Option<i32> {
    if matches!(offset, "Z" | "z" | "UTC" | "GMT") {
        return Some(0);
    }
    let sign = match offset.chars().next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let digits: String = offset[1..].chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = minutes
        .get(..2)
        .and_then(|two| two.parse().ok())
        .unwrap_or(0);
    Some(sign * (hours * 60 + minutes) * 60)
}

/// `2017-2-5`, `2017/02/05`, `2017.2.5`, and what comes after it.
pub fn day_in_numbers(text: &str) -> Option<(i16, i8, i8, &str)> {
    let (year, rest) = digits(text, 4)?;
    let (month, rest) = digits(rest.strip_prefix(['-', '/', '.', '_'])?, 2)?;
    let (day, rest) = digits(rest.strip_prefix(['-', '/', '.', '_'])?, 2)?;
    if year < 1000 {
        return None;
    }
    Some((
        year,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        rest,
    ))
}

fn digits(text: &str, most: usize) -> Option<(i16, &str)> {
    let end = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    Some((text[..end].parse().ok()?, &text[end..]))
}

/// `5 June 2016`, `Jun 5, 2016`, `Sun, 05 Jun 2016`, and what comes after it.
fn day_in_words(text: &str) -> Option<(i16, i8, i8, &str)> {
    let (mut year, mut month, mut day) = (None, None, None);
    let mut rest = text;
    while year.is_none() || month.is_none() || day.is_none() {
        rest = rest.trim_start_matches([' ', ',', '-']);
        let end = rest.find([' ', ',', '-']).unwrap_or(rest.len());
        let word = &rest[..end];
        rest = &rest[end..];
        let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        match number.parse::<i16>() {
            Ok(number) if number > 31 => year = Some(number),
            Ok(number) => day = i8::try_from(number).ok(),
            Err(_) if word.is_empty() => return None,
            Err(_) => {
                let word = word.to_lowercase();
                let found = MONTHS.iter().position(|name| word.starts_with(name));
                month = found.and_then(|at| i8::try_from(at + 1).ok()).or(month);
            }
        }
    }
    Some((year?, month?, day?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_kind_of_front_matter_is_cut_from_the_text() {
        for text in [
            "---\ntitle: Tides\ntags: [a, b]\n---\n\nText\n",
            "\u{feff}---\r\ntitle: Tides\r\ntags:\r\n- a\r\n- b\r\n...\r\nText\r\n",
            "+++\ntitle = \"Tides\"\ntags = [\"a\", \"b\"]\n+++\nText\n",
            "{\n\"title\": \"Tides\", \"tags\": [\"a\", \"b\"]\n}\nText\n",
            "---json\n{\"title\": \"Tides\", \"tags\": [\"a\", \"b\"]}\n---\nText\n",
            "Title: Tides\nTags: a, b\n\nText\n",
        ] {
            let document = split(text);
            assert!(document.has_meta, "{text}");
            assert_eq!(document.meta.text(&["title"]).as_deref(), Some("Tides"));
            assert_eq!(document.meta.words("tags"), ["a", "b"], "{text}");
            assert_eq!(document.body, "Text\n", "{text}");
        }
        for text in ["Text\n", "---\ntitle: x\n", "Note: this\n\nText", ""] {
            assert!(!split(text).has_meta, "{text}");
        }
        assert!(split("---\n---\nText").has_meta);
    }

    #[test]
    fn broken_front_matter_is_read_line_by_line() {
        let meta = split("---\ntitle: Foo: a \"story\"\ntags:\n- a\n- b\n---\nx").meta;
        assert_eq!(meta.text(&["title"]).as_deref(), Some("Foo: a \"story\""));
        assert_eq!(meta.words("tags"), ["a", "b"]);
        let bomb: Vec<String> = (0..20).map(|n| format!("a{n}: *x")).collect();
        let meta = split(&format!("---\nx: &x [1, 2]\n{}\n---\n", bomb.join("\n"))).meta;
        assert_eq!(meta.text(&["a1"]).as_deref(), Some("*x"));
    }

    #[test]
    fn values_keep_their_spelling() {
        let meta = split("---\nrelease: 1.10\nyear: 2013\nPublished: no\nempty:\n---\n").meta;
        assert_eq!(meta.text(&["release"]).as_deref(), Some("1.10"));
        assert_eq!(meta.text(&["empty", "year"]).as_deref(), Some("2013"));
        assert_eq!(meta.is("published"), Some(false));
        assert_eq!(meta.list("year"), ["2013"]);
        let authors = Meta::of(
            json!({"authors": [{"name": "Ada"}, "Ben"]})
                .as_object()
                .unwrap()
                .clone(),
        );
        assert_eq!(authors.list("authors"), ["Ada", "Ben"]);
    }

    #[test]
    fn moments_are_read_however_they_are_written() {
        let zurich = TimeZone::get("Europe/Zurich").unwrap();
        let utc = |text: &str| Millis::parse(text);
        for (text, expected) in [
            ("2016-06-05", "2016-06-04T22:00:00Z"),
            ("2016/6/5 12:30", "2016-06-05T10:30:00Z"),
            ("2016-06-05T12:30:15", "2016-06-05T10:30:15Z"),
            ("2016-06-05 12:30:15 +0900", "2016-06-05T03:30:15Z"),
            ("2016-06-05 12:30:15 -07:00", "2016-06-05T19:30:15Z"),
            ("2016-06-05 12:30:15.250Z", "2016-06-05T12:30:15.250Z"),
            ("2016-06-05 12:30:15 UTC", "2016-06-05T12:30:15Z"),
            ("Jun 5, 2016", "2016-06-04T22:00:00Z"),
            ("5 June 2016 3:30 PM", "2016-06-05T13:30:00Z"),
            ("Sun, 05 Jun 2016 12:30:15 +0000", "2016-06-05T12:30:15Z"),
        ] {
            assert_eq!(moment(text, &zurich), utc(expected), "{text}");
        }
        for text in ["", "soon", "2016-13-05", "5"] {
            assert_eq!(moment(text, &zurich), None, "{text}");
        }
    }
}
