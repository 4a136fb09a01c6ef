//! What the server counts while it works, and the text in which Prometheus reads it.
//!
//! Counting costs some nanoseconds: plain atomics, no lock, no allocation. Counting never waits.

use std::fmt::{Display, Write as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// The kind of media that Prometheus asks for, its text format 0.0.4.
pub const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// By which door a request comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Reader,
    Author,
    Operator,
    /// `/healthz` and `/readyz`, which would drown the readers of a small blog.
    Machine,
}

impl Door {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Reader, "reader"),
        (Self::Author, "author"),
        (Self::Operator, "operator"),
        (Self::Machine, "machine"),
    ];

    /// What the operator's addresses begin with.
    const OPERATORS: [&'static str; 11] = [
        "/admin/addresses/",
        "/admin/appearance",
        "/admin/audit/",
        "/admin/backup/",
        "/admin/comments/bans",
        "/admin/comments/filter.json",
        "/admin/comments/rules",
        "/admin/outbox/",
        "/admin/people/",
        "/admin/settings",
        "/admin/transfer/",
    ];

    /// The door that a path belongs to, whether there is anything at it or not.
    #[must_use]
    pub fn of(path: &str) -> Self {
        if matches!(path, "/healthz" | "/readyz") {
            return Self::Machine;
        }
        match path.strip_prefix("/admin") {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => {
                let operators = Self::OPERATORS.iter().any(|begin| path.starts_with(begin));
                if operators {
                    Self::Operator
                } else {
                    Self::Author
                }
            }
            _ => Self::Reader,
        }
    }
}

/// 1xx to 5xx.
const CLASSES: usize = 5;

/// The upper ends of the classes of a histogram in microseconds: a warm query, a page, a write, a slow disk, a slow machine.
const BOUNDS_MICROS: [u64; 10] = [
    100, 250, 1_000, 2_500, 10_000, 25_000, 100_000, 250_000, 1_000_000, 5_000_000,
];

/// How long something took, counted by classes.
#[derive(Debug, Default)]
pub struct Histogram {
    /// One more than there are bounds: what took longer than all of them.
    classes: [AtomicU64; BOUNDS_MICROS.len() + 1],
    micros: AtomicU64,
}

impl Histogram {
    pub fn took(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS_MICROS.partition_point(|bound| *bound < micros);
        add(&self.classes[class], 1);
        add(&self.micros, micros);
    }
}

/// What is counted in this process since it started. Every field may be read and written at any time.
#[derive(Debug, Default)]
pub struct Metrics {
    requests: [[AtomicU64; CLASSES]; Door::ALL.len()],
    hits: AtomicU64,
    misses: AtomicU64,
    cached: AtomicU64,
    cached_bytes: AtomicU64,
    connections: AtomicU64,
    connected: AtomicU64,
    scheduler_runs: AtomicU64,
    failed_scheduler_runs: AtomicU64,
    tick_micros: AtomicU64,
    /// When the scheduler last ended a run, in milliseconds since 1970; 0 before the first.
    ticked_at: AtomicI64,
    /// How long pages took that were not in the cache, from the handler to the last byte.
    pub renders: Histogram,
}

impl Metrics {
    /// Counts an answer: `http/trace.rs` does it, and `http/front.rs` where it answers in front of that.
    pub fn answered(&self, door: Door, status: u16) {
        let class = usize::from(status / 100).clamp(1, CLASSES) - 1;
        add(&self.requests[door as usize][class], 1);
    }

    /// A page came out of the cache.
    pub fn hit(&self) {
        add(&self.hits, 1);
    }

    /// A page was not in the cache and had to be made.
    pub fn missed(&self) {
        add(&self.misses, 1);
    }

    /// So many pages of so many bytes are in the cache now.
    pub fn holds(&self, pages: usize, bytes: u64) {
        self.cached.store(pages as u64, Ordering::Relaxed);
        self.cached_bytes.store(bytes, Ordering::Relaxed);
    }

    /// Counts a connection until the returned value is dropped.
    pub fn connected(self: &std::sync::Arc<Self>) -> Connected {
        add(&self.connected, 1);
        add(&self.connections, 1);
        Connected(std::sync::Arc::clone(self))
    }

    /// The scheduler has ended a run; `at` is in milliseconds since 1970.
    pub fn scheduler_ran(&self, at: i64, took: Duration, well: bool) {
        add(&self.scheduler_runs, 1);
        add(&self.failed_scheduler_runs, u64::from(!well));
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.tick_micros.store(micros, Ordering::Relaxed);
        self.ticked_at.store(at, Ordering::Relaxed);
    }

    /// Writes down all that is counted here.
    pub fn write_to(&self, text: &mut Text) {
        text.family(
            "daybook_requests_total",
            "counter",
            "Responses by door and status class.",
        );
        for (door, name) in Door::ALL {
            for (class, number) in self.requests[door as usize].iter().enumerate() {
                let labels = format!("{{door=\"{name}\",status=\"{}xx\"}}", class + 1);
                text.line("daybook_requests_total", &labels, read(number));
            }
        }
        text.histogram(
            "daybook_page_render_seconds",
            "Time to render a page that was not in the cache, database reads included.",
            &self.renders,
        );
        for (name, kind, help, number) in [
            (
                "daybook_page_cache_hits_total",
                "counter",
                "Page cache hits.",
                &self.hits,
            ),
            (
                "daybook_page_cache_misses_total",
                "counter",
                "Page cache misses.",
                &self.misses,
            ),
            (
                "daybook_page_cache_entries",
                "gauge",
                "Pages in the page cache.",
                &self.cached,
            ),
            (
                "daybook_page_cache_bytes",
                "gauge",
                "Size of the page cache.",
                &self.cached_bytes,
            ),
            (
                "daybook_connections",
                "gauge",
                "Open connections.",
                &self.connections,
            ),
            (
                "daybook_connections_total",
                "counter",
                "Accepted connections.",
                &self.connected,
            ),
            (
                "daybook_ticks_total",
                "counter",
                "Scheduler runs.",
                &self.scheduler_runs,
            ),
            (
                "daybook_tick_errors_total",
                "counter",
                "Scheduler runs that failed.",
                &self.failed_scheduler_runs,
            ),
        ] {
            text.one(name, kind, help, read(number));
        }
        let took = seconds(read(&self.tick_micros));
        text.one(
            "daybook_tick_duration_seconds",
            "gauge",
            "How long the last scheduler run took.",
            took,
        );
        let at = self.ticked_at.load(Ordering::Relaxed);
        text.moment(
            "daybook_tick_last_timestamp_seconds",
            "When the last scheduler run ended.",
            at,
        );
    }
}

/// A connection that is open.
#[derive(Debug)]
pub struct Connected(std::sync::Arc<Metrics>);

impl Drop for Connected {
    fn drop(&mut self) {
        self.0.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add(counter: &AtomicU64, number: u64) {
    counter.fetch_add(number, Ordering::Relaxed);
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

/// Microseconds as seconds, as exactly as they were counted.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// The answer to Prometheus, line by line.
#[derive(Debug, Default)]
pub struct Text(String);

impl Text {
    /// What a metric is called, what kind it is, and what it says.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// A value; `labels` are in braces, or are empty.
    pub fn line(&mut self, name: &str, labels: &str, value: impl Display) {
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// A metric of a single value.
    pub fn one(&mut self, name: &str, kind: &str, help: &str, value: impl Display) {
        self.family(name, kind, help);
        self.line(name, "", value);
    }

    /// A moment in milliseconds since 1970; 0 where it never was.
    pub fn moment(&mut self, name: &str, help: &str, millis: i64) {
        let value = format!("{}.{:03}", millis.div_euclid(1000), millis.rem_euclid(1000));
        self.one(name, "gauge", help, value);
    }

    pub fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.family(name, "histogram", help);
        let micros = read(&histogram.micros);
        let mut number = 0;
        for (class, bound) in histogram.classes.iter().zip(BOUNDS_MICROS) {
            number += read(class);
            let labels = format!("{{le=\"{}\"}}", seconds(bound));
            self.line(&format!("{name}_bucket"), &labels, number);
        }
        number += histogram.classes.last().map_or(0, read);
        self.line(&format!("{name}_bucket"), "{le=\"+Inf\"}", number);
        self.line(&format!("{name}_sum"), "", seconds(micros));
        self.line(&format!("{name}_count"), "", number);
    }

    /// What Linux knows of this process, under the names that Prometheus gives it everywhere; nothing elsewhere.
    pub fn process(&mut self) {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if let Some(kib) = number_behind(&status, "VmRSS:") {
            let help = "Memory in use.";
            self.one("process_resident_memory_bytes", "gauge", help, kib * 1024);
        }
        if let Some(threads) = number_behind(&status, "Threads:") {
            self.one(
                "process_threads",
                "gauge",
                "Threads of the process.",
                threads,
            );
        }
        if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
            let help = "Open file descriptors.";
            self.one("process_open_fds", "gauge", help, open.count());
        }
        let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
        if let Some(most) = number_behind(&limits, "Max open files") {
            let help = "Maximum number of open file descriptors.";
            self.one("process_max_fds", "gauge", help, most);
        }
    }

    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// The first number behind a word at the beginning of a line.
fn number_behind(text: &str, word: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_path_belongs_to_a_door() {
        for (path, door) in [
            ("/", Door::Reader),
            ("/2016/06/ebb.html", Door::Reader),
            ("/administration.html", Door::Reader),
            ("/admin", Door::Author),
            ("/admin/posts/7", Door::Author),
            ("/admin/people/7", Door::Operator),
            ("/admin/audit/", Door::Operator),
            ("/readyz", Door::Machine),
        ] {
            assert_eq!(Door::of(path), door, "{path}");
        }
    }

    #[test]
    fn answers_are_counted_by_door_and_class() {
        let metrics = Metrics::default();
        for status in [200, 304, 304, 599, 99, 700] {
            metrics.answered(Door::Operator, status);
        }
        let mut text = Text::default();
        metrics.write_to(&mut text);
        let text = text.into_string();
        for (class, number) in [(1, 1), (2, 1), (3, 2), (4, 0), (5, 2)] {
            let line = format!(
                "daybook_requests_total{{door=\"operator\",status=\"{class}xx\"}} {number}\n"
            );
            assert!(text.contains(&line), "{line}{text}");
        }
        assert!(text.contains("{door=\"reader\",status=\"2xx\"} 0\n"));
    }

    #[test]
    fn a_histogram_adds_up_from_class_to_class() {
        let histogram = Histogram::default();
        for micros in [100, 101, 1_000, 9_000_000] {
            histogram.took(Duration::from_micros(micros));
        }
        let mut text = Text::default();
        text.histogram("x", "X.", &histogram);
        assert_eq!(
            text.into_string(),
            "# HELP x X.\n# TYPE x histogram\n\
             x_bucket{le=\"0.000100\"} 1\nx_bucket{le=\"0.000250\"} 2\nx_bucket{le=\"0.001000\"} 3\n\
             x_bucket{le=\"0.002500\"} 3\nx_bucket{le=\"0.010000\"} 3\nx_bucket{le=\"0.025000\"} 3\n\
             x_bucket{le=\"0.100000\"} 3\nx_bucket{le=\"0.250000\"} 3\nx_bucket{le=\"1.000000\"} 3\n\
             x_bucket{le=\"5.000000\"} 3\nx_bucket{le=\"+Inf\"} 4\nx_sum 9.001201\nx_count 4\n"
        );
    }

    #[test]
    fn a_connection_is_open_until_it_is_dropped() {
        let metrics = std::sync::Arc::new(Metrics::default());
        let one = metrics.connected();
        let two = metrics.connected();
        drop(one);
        assert_eq!(read(&metrics.connections), 1);
        drop(two);
        assert_eq!(
            (read(&metrics.connections), read(&metrics.connected)),
            (0, 2)
        );
    }
}
