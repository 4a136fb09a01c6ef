//! The log on standard error: for people, or a JSON object a line. One event is one line, whatever a visitor sent: line ends,
//! escapes of terminals and marks that turn words round come out escaped in both.

mod queue;

use crate::config::LogFormat;
use queue::Queue;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The log of the program. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    lines: Queue,
    /// Whether the log itself colours its words: values are escaped by then.
    in_colour: bool,
}

/// Starts the log. What panics is in it too, as one line.
pub fn start(format: LogFormat) -> Log {
    let wanted = std::env::var(EnvFilter::DEFAULT_ENV).unwrap_or_default();
    let parsed = EnvFilter::builder().parse(&wanted);
    // An empty variable counts as not given.
    let filter = match (&*wanted, &parsed) {
        ("", _) | (_, Err(_)) => EnvFilter::new("info"),
        _ => EnvFilter::new(&wanted),
    };
    let in_colour = format == LogFormat::Text && std::io::stderr().is_terminal();
    let written = Log {
        lines: Queue::to(std::io::stderr()),
        in_colour,
    };
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(written.clone());
    match format {
        LogFormat::Text => log.with_ansi(in_colour).with_target(false).init(),
        LogFormat::Json => log.json().with_span_list(false).init(),
    }
    if let Err(error) = parsed {
        tracing::warn!(%error, "RUST_LOG is not valid and is ignored");
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let words = panic.payload_as_str().unwrap_or("no message");
        tracing::error!(place, words, "panic");
    }));
    written
}

impl Log {
    /// Waits until everything so far is written, but not for ever.
    pub fn finish(&self) {
        self.lines.finish();
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Write for Log {
    /// Takes a whole event.
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = one_line(text.trim_end_matches('\n'), self.in_colour);
        self.lines.write_all(format!("{line}\n").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The text with everything escaped that would make more than a line of it, or another one than it is. The escapes are
/// those of JSON (RFC 8259, 7), so that a string of JSON stays one.
fn one_line(text: &str, in_colour: bool) -> Cow<'_, str> {
    let is_ours = |c: char| in_colour && c == '\x1b';
    let is_plain = |c: char| is_ours(c) || !(c.is_control() || misleads(c));
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut line = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => line.push_str("\\n"),
            c if is_plain(c) => line.push(c),
            // Writing to a string cannot fail.
            c => {
                let _ = write!(line, "\\u{:04x}", u32::from(c));
            }
        }
    }
    Cow::Owned(line)
}

/// Line ends of Unicode, and marks that let words are in another order than they are stored.
fn misleads(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_sent_cannot_begin_a_line_of_its_own() {
        assert_eq!(
            one_line(
                "a\r\n2026-11-22 INFO let in\x1b[2J\u{85}\u{202e}é 東京",
                false
            ),
            "a\\u000d\\n2026-11-22 INFO let in\\u001b[2J\\u0085\\u202eé 東京"
        );
    }

    #[test]
    fn colours_of_the_log_itself_stay_and_line_ends_do_not() {
        assert_eq!(
            one_line("\x1b[32mINFO\x1b[0m\n", true),
            "\x1b[32mINFO\x1b[0m\\n"
        );
    }

    #[test]
    fn an_escaped_string_of_json_is_one_still() {
        let json = serde_json::to_string("a\nb\u{2028}\u{9b}").unwrap();
        let line = one_line(&json, false);
        let back: String = serde_json::from_str(&line).unwrap();
        assert_eq!(back, "a\nb\u{2028}\u{9b}");
    }
}
