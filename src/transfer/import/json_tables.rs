//! Exports that are one JSON object of tables (Ghost's, our own), read as a stream: one row is in memory at a time.
//!
//! Only the frame is read here: where tables begin and rows end. Each row is handed on as it is written.

use anyhow::{Result, bail};
use serde_json::{Map, Value};
use std::io::BufRead;

/// A row is a post with its text at most; this is far beyond the longest.
const ROW_MAX_BYTES: usize = 64 * 1024 * 1024;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A row of a table, or a value that belongs to no table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the table, or of the value itself.
    pub table: String,
    pub value: Value,
}

/// What the reader is inside of.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Frame {
    /// An object whose members are tables.
    Tables,
    /// A list of such objects.
    List,
    /// A table.
    Rows(String),
}

/// Reads the rows of all tables in the order of the file.
pub struct JsonTables<R> {
    reader: R,
    /// The names of members that hold the tables: an object, or a list of one.
    inside: &'static [&'static str],
    frames: Vec<Frame>,
    /// Whether the value that begins next is the first of its frame.
    is_first: bool,
    line: u64,
    is_over: bool,
}

impl<R: BufRead> JsonTables<R> {
    /// Begins to read; what does not begin with an object holds no tables, and `None` says so. Members that are named in
    /// `inside` are entered, all others are tables or single values.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn open(mut reader: R, inside: &'static [&'static str]) -> Result<Option<Self>> {
        if reader.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
            reader.consume(BYTE_ORDER_MARK.len());
        }
        let mut tables = Self {
            reader,
            inside,
            frames: vec![Frame::Tables],
            is_first: true,
            line: 1,
            is_over: false,
        };
        match tables.peek()? {
            Some(b'{') => tables.step(),
            _ => return Ok(None),
        }
        Ok(Some(tables))
    }

    /// The next byte that is no white space.
    fn peek(&mut self) -> Result<Option<u8>> {
        loop {
            let bytes = self.reader.fill_buf()?;
            let Some(&byte) = bytes.first() else {
                return Ok(None);
            };
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.line += u64::from(byte == b'\n');
            self.reader.consume(1);
        }
    }

    fn step(&mut self) {
        self.reader.consume(1);
    }

    fn need(&mut self) -> Result<u8> {
        match self.peek()? {
            Some(byte) => Ok(byte),
            None => bail!("The file ends in the middle. Export it again."),
        }
    }

    fn expect(&mut self, wanted: u8) -> Result<()> {
        if self.need()? != wanted {
            bail!("Line {} is damaged: this is not JSON.", self.line);
        }
        self.step();
        Ok(())
    }

    fn row(&mut self) -> Result<Option<Row>> {
        loop {
            let Some(frame) = self.frames.last().cloned() else {
                return Ok(None);
            };
            let end = if frame == Frame::Tables { b'}' } else { b']' };
            if self.need()? == end {
                self.step();
                self.frames.pop();
                self.is_first = false;
                continue;
            }
            if !std::mem::take(&mut self.is_first) {
                self.expect(b',')?;
            }
            let row = match frame {
                Frame::Tables => self.member()?,
                Frame::List => self.object_of_list()?,
                Frame::Rows(table) => Some(Row {
                    value: self.value()?,
                    table,
                }),
            };
            if row.is_some() {
                return Ok(row);
            }
        }
    }

    /// Reads a member as far as its table begins, or all of it where it is none.
    fn member(&mut self) -> Result<Option<Row>> {
        let Value::String(name) = self.value()? else {
            bail!("Line {} is damaged: this is not JSON.", self.line);
        };
        self.expect(b':')?;
        let begins = self.need()?;
        let is_entered = self.inside.contains(&name.as_str());
        let frame = match begins {
            b'{' if is_entered => Frame::Tables,
            b'[' if is_entered => Frame::List,
            b'[' => Frame::Rows(name),
            _ => {
                return Ok(Some(Row {
                    table: name,
                    value: self.value()?,
                }));
            }
        };
        self.enter(frame);
        Ok(None)
    }

    fn object_of_list(&mut self) -> Result<Option<Row>> {
        if self.need()? == b'{' {
            self.enter(Frame::Tables);
        } else {
            self.value()?;
        }
        Ok(None)
    }

    fn enter(&mut self, frame: Frame) {
        self.step();
        self.frames.push(frame);
        self.is_first = true;
    }

    fn value(&mut self) -> Result<Value> {
        // Blank lines before it are passed first.
        self.need()?;
        let line = self.line;
        let bytes = self.bytes_of_value()?;
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(value),
            Err(error) => bail!("Line {line} is damaged: {error}."),
        }
    }

    /// The bytes of one value, to its closing bracket or quote.
    fn bytes_of_value(&mut self) -> Result<Vec<u8>> {
        let first = self.need()?;
        let is_bare = !matches!(first, b'{' | b'[' | b'"');
        let mut scan = Scan::default();
        let mut value = Vec::new();
        loop {
            let bytes = self.reader.fill_buf()?;
            if bytes.is_empty() {
                if is_bare {
                    return Ok(value);
                }
                bail!("The file ends in the middle. Export it again.");
            }
            let length = bytes.len();
            let end = bytes.iter().position(|&byte| {
                if is_bare {
                    matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace()
                } else {
                    scan.ends_with(byte)
                }
            });
            let taken = end.map_or(length, |end| end + usize::from(!is_bare));
            value.extend_from_slice(&bytes[..taken]);
            let lines = memchr::memchr_iter(b'\n', &bytes[..taken]).count();
            self.line += lines as u64;
            self.reader.consume(taken);
            if end.is_some() {
                return Ok(value);
            }
            if value.len() > ROW_MAX_BYTES {
                bail!("Line {} is longer than a post can be.", self.line);
            }
        }
    }
}

/// Where in a value the reader is.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    is_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Takes the next byte; whether the value ends with it.
    fn ends_with(&mut self, byte: u8) -> bool {
        if self.is_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_string = false,
                _ => {}
            }
            return !self.is_string && self.depth == 0;
        }
        match byte {
            b'"' => self.is_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

impl<R: BufRead> Iterator for JsonTables<R> {
    type Item = Result<Row>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.row().transpose();
        self.is_over = !matches!(row, Some(Ok(_)));
        row
    }
}

/// The columns of a row, whatever types their values have.
#[derive(Debug, Clone, Default)]
pub struct Columns(Map<String, Value>);

impl From<Value> for Columns {
    fn from(value: Value) -> Self {
        Self(match value {
            Value::Object(columns) => columns,
            _ => Map::new(),
        })
    }
}

impl Columns {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// A text; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number or a text that names a row.
    pub fn id(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// Yes or no, however it is written.
    pub fn is(&self, name: &str) -> bool {
        match self.get(name) {
            Some(Value::Bool(is)) => *is,
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::String(text)) => matches!(text.as_str(), "1" | "true"),
            _ => false,
        }
    }

    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::io::BufReader;

    fn rows(text: &str) -> Result<Vec<(String, Value)>> {
        // One byte at a time: every value is cut everywhere.
        let reader = BufReader::with_capacity(1, text.as_bytes());
        let Some(tables) = JsonTables::open(reader, &["db", "data"])? else {
            bail!("no object");
        };
        tables
            .map(|row| row.map(|row| (row.table, row.value)))
            .collect()
    }

    fn row(table: &str, value: Value) -> (String, Value) {
        (table.to_owned(), value)
    }

    #[test]
    fn tables_are_found_bare_and_wrapped() {
        let bare = "{\"posts\": [ {\"id\":1}, {\"id\":\"]}\\\"\"} ], \"tags\":[], \"n\": 7 }";
        let expected = [
            row("posts", json!({"id": 1})),
            row("posts", json!({"id": "]}\""})),
            row("n", json!(7)),
        ];
        assert_eq!(rows(bare).unwrap(), expected);
        let wrapped = format!("{{\"db\":[{{\"meta\":{{\"version\":\"6\"}},\"data\":{bare}}}]}}");
        let found = rows(&wrapped).unwrap();
        assert_eq!(found[0], row("meta", json!({"version": "6"})));
        assert_eq!(found[1..], expected);
    }

    #[test]
    fn a_file_that_is_cut_off_or_damaged_ends_in_an_error_that_names_its_line() {
        let whole = "{\"posts\":[\n{\"id\":1},\n{\"id\":2}\n]}";
        for end in 1..whole.len() {
            assert!(rows(&whole[..end]).is_err(), "{}", &whole[..end]);
        }
        let why = rows("{\"posts\":[\n{\"id\":1},\n{id:2}\n]}").unwrap_err();
        assert!(why.to_string().starts_with("Line 3 is damaged"), "{why}");
        assert!(rows("[1]").is_err());
    }

    #[test]
    fn columns_are_read_whatever_their_types() {
        let columns =
            Columns::from(json!({"a": 1, "b": "1", "c": true, "d": null, "e": "x", "f": 0}));
        assert!(columns.is("a") && columns.is("b") && columns.is("c"));
        assert!(!columns.is("d") && !columns.is("e") && !columns.is("f") && !columns.is("g"));
        assert_eq!(columns.id("a").as_deref(), Some("1"));
        assert_eq!(columns.id("e").as_deref(), Some("x"));
        assert_eq!(columns.number("b"), Some(1));
        assert_eq!(columns.text("d"), "");
    }
}
