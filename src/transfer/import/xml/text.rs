//! The characters of a file, whatever its encoding: bytes that are none are replaced, U+0000 is left out, and only as much
//! is held as one entry needs.

use super::{ENTRY_MAX_BYTES, Stop};
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};
use std::io::BufRead;

/// Characters that were passed are freed in steps of this many bytes.
const COMPACTED_AT: usize = 1024 * 1024;
/// A declaration of the encoding is within the first bytes, also behind a notice of a plugin.
const DECLARED_WITHIN: usize = 4096;

/// What had to be repaired in a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Repaired {
    /// There were words before the export.
    pub preceded: bool,
    /// Bytes that are no characters in the file's encoding.
    pub bad_bytes: u64,
    pub zeros: u64,
    /// A section of characters within another.
    pub nested: bool,
}

/// A file as text, read as it is needed.
pub(super) struct Text<R> {
    reader: R,
    decoder: Option<Decoder>,
    buffer: String,
    /// How much of the buffer was passed.
    at: usize,
    lines: u64,
    ended: bool,
    /// Bytes that the entry may still have.
    left: u64,
    pub(super) repaired: Repaired,
}

impl<R: BufRead> Text<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            reader,
            decoder: None,
            buffer: String::new(),
            at: 0,
            lines: 1,
            ended: false,
            left: ENTRY_MAX_BYTES,
            repaired: Repaired::default(),
        }
    }

    /// The next entry may be as large as the last.
    pub(super) fn begin_entry(&mut self) {
        self.left = ENTRY_MAX_BYTES;
    }

    /// The line that is being read, counted from 1.
    pub(super) fn line(&self) -> u64 {
        self.lines + line_ends(&self.buffer[..self.at])
    }

    /// What was read and not passed yet.
    pub(super) fn rest(&self) -> &str {
        &self.buffer[self.at..]
    }

    /// Passes so many bytes and gives them.
    pub(super) fn take(&mut self, bytes: usize) -> String {
        let end = self.at + bytes;
        let taken = self.buffer[self.at..end].to_owned();
        self.at = end;
        if self.at >= COMPACTED_AT {
            self.lines += line_ends(&self.buffer[..self.at]);
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        taken
    }

    /// How far ahead some words are; `None` where the file ends before them.
    pub(super) fn find(&mut self, words: &str) -> Result<Option<usize>, Stop> {
        let mut from = 0;
        loop {
            let rest = self.rest();
            if let Some(found) = rest[from..].find(words) {
                return Ok(Some(from + found));
            }
            from = rest.floor_char_boundary(rest.len().saturating_sub(words.len()));
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// How far ahead the end of the tag is that begins here; one within quotation marks is none.
    pub(super) fn find_tag_end(&mut self) -> Result<Option<usize>, Stop> {
        loop {
            let mut quote = None;
            for (at, byte) in self.rest().bytes().enumerate() {
                match (quote, byte) {
                    (None, b'>') => return Ok(Some(at)),
                    (None, b'"' | b'\'') => quote = Some(byte),
                    (Some(open), byte) if byte == open => quote = None,
                    _ => {}
                }
            }
            if !self.fill()? {
                // A quotation mark that nobody closed.
                return Ok(self.rest().find('>'));
            }
        }
    }

    /// The character so many bytes ahead.
    pub(super) fn char_at(&mut self, bytes: usize) -> Result<Option<char>, Stop> {
        self.fill_to(bytes + 4)?;
        Ok(self
            .rest()
            .get(bytes..)
            .and_then(|rest| rest.chars().next()))
    }

    /// Passes some words where they are next.
    pub(super) fn skip_over(&mut self, words: &str) -> Result<bool, Stop> {
        self.fill_to(words.len())?;
        let is_next = self.rest().starts_with(words);
        if is_next {
            self.take(words.len());
        }
        Ok(is_next)
    }

    /// Whether these words are next, but for white space.
    pub(super) fn closes(&mut self, words: &str) -> Result<bool, Stop> {
        let mut ahead = 64;
        loop {
            self.fill_to(ahead + words.len())?;
            let rest = self.rest();
            let bare = rest.trim_start();
            if bare.len() >= words.len() || rest.len() < ahead + words.len() {
                return Ok(bare.starts_with(words));
            }
            ahead *= 2;
        }
    }

    /// Reads until so many bytes are ahead, or the file is over.
    fn fill_to(&mut self, bytes: usize) -> Result<(), Stop> {
        while self.rest().len() < bytes && self.fill()? {}
        Ok(())
    }

    /// Reads on; false at the end of the file.
    fn fill(&mut self) -> Result<bool, Stop> {
        if self.ended {
            return Ok(false);
        }
        let unreadable = |error: std::io::Error| Stop::Unreadable(error.to_string());
        let bytes = self.reader.fill_buf().map_err(unreadable)?;
        let decoder = self
            .decoder
            .get_or_insert_with(|| encoding(bytes).new_decoder());
        let count = bytes.len();
        self.ended = count == 0;
        if self.left == 0 && !self.ended {
            return Err(Stop::TooLarge);
        }
        let before = self.buffer.len();
        let bad = decode(decoder, bytes, self.ended, &mut self.buffer);
        self.reader.consume(count);
        self.left = self.left.saturating_sub(count as u64);
        let new = &self.buffer[before..];
        if bad {
            self.repaired.bad_bytes += new.matches('\u{FFFD}').count() as u64;
        }
        if new.contains('\0') {
            self.repaired.zeros += new.matches('\0').count() as u64;
            let clean = new.replace('\0', "");
            self.buffer.truncate(before);
            self.buffer.push_str(&clean);
        }
        Ok(true)
    }
}

/// Decodes bytes to the end of a text; true where some were none of its characters.
fn decode(decoder: &mut Decoder, mut bytes: &[u8], last: bool, into: &mut String) -> bool {
    let mut bad = false;
    loop {
        into.reserve(
            decoder
                .max_utf8_buffer_length(bytes.len())
                .unwrap_or(bytes.len()),
        );
        let (result, read, replaced) = decoder.decode_to_string(bytes, into, last);
        bad |= replaced;
        bytes = &bytes[read..];
        if result == CoderResult::InputEmpty {
            return bad;
        }
    }
}

/// The encoding that a file has by its first bytes, or by what it declares; UTF-8 where it says nothing.
fn encoding(first: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(first) {
        return encoding;
    }
    let head = &first[..first.len().min(DECLARED_WITHIN)];
    let head = String::from_utf8_lossy(head);
    let declared = head.split_once("<?xml").and_then(|(_, after)| {
        let declaration = after.split("?>").next()?;
        let (_, value) = declaration.split_once("encoding")?;
        let value = value.trim_start_matches(['=', ' ', '\t']);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].split(quote).next()
    });
    // What could be read so far is in no encoding of two bytes.
    declared
        .and_then(|label| Encoding::for_label(label.trim().as_bytes()))
        .filter(|encoding| encoding.is_ascii_compatible())
        .unwrap_or(UTF_8)
}

pub(super) fn line_ends(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u64
}
