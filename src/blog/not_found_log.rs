//! Addresses that were not found: which of them are worth an author's look, and how many wait to be written.

use super::words;
use std::collections::HashMap;

/// Longer addresses are cut; nobody reads on.
pub const PATH_MAX_CHARS: usize = 300;
/// So many wait to be written; what comes beyond is somebody's flood.
const WAITING_MAX: usize = 2_000;

/// The addresses that were not found since the last write.
#[derive(Debug, Default)]
pub struct NotFoundLog {
    times: HashMap<String, i64>,
}

impl NotFoundLog {
    /// Notes an address, decoded and without its query.
    pub fn note(&mut self, path: &str) {
        if is_noise(path) {
            return;
        }
        let path: String = path.chars().take(PATH_MAX_CHARS).collect();
        if let Some(times) = self.times.get_mut(&path) {
            *times += 1;
        } else if self.times.len() < WAITING_MAX {
            self.times.insert(path, 1);
        }
    }

    /// Takes out what is to be written.
    pub fn take(&mut self) -> Vec<(String, i64)> {
        self.times.drain().collect()
    }

    /// Puts back what could not be written.
    pub fn put_back(&mut self, times: Vec<(String, i64)>) {
        for (path, number) in times {
            *self.times.entry(path).or_default() += number;
        }
    }
}

/// The words of an address that may be in the title or the text that it once led to: those of its last part, or of the
/// part before it, folded as the search index has them. `path` is decoded.
#[must_use]
pub fn words_of(path: &str) -> Vec<String> {
    /// What ends an address, and words that are in every text.
    const SAY_NOTHING: &[&str] = &[
        "html", "htm", "php", "index", "the", "and", "for", "with", "from", "und", "der", "die",
        "das", "les", "des", "que", "los", "las",
    ];
    let says_something = |word: &str| {
        let chars = word.chars().count();
        let least = if word.is_ascii() { 3 } else { 2 };
        chars >= least && !word.chars().all(char::is_numeric) && !SAY_NOTHING.contains(&word)
    };
    let of_part = |part: &str| {
        let mut words: Vec<String> = Vec::new();
        for word in words::normalize(part)
            .split(' ')
            .filter(|word| says_something(word))
        {
            if !words.iter().any(|known| known == word) {
                words.push(word.to_owned());
            }
        }
        words
    };
    let parts = path.rsplit('/').filter(|part| !part.is_empty()).take(2);
    parts
        .map(of_part)
        .find(|words| !words.is_empty())
        .unwrap_or_default()
}

/// What addresses that only programs ask for hold, in lower case, see [`is_noise`].
const NOISE_PARTS: &[&str] = &[
    "/.",
    "wp-login",
    "wp-admin",
    "wp-includes",
    "wp-json",
    "wp-config",
    "xmlrpc",
    "wlwmanifest",
    "phpmyadmin",
    "/pma/",
    "cgi-bin",
    "/vendor/",
    "/actuator",
    "/solr/",
    "/boaform",
    "/hnap1",
    "/owa/",
    "/autodiscover",
    "phpunit",
    "eval-stdin",
    "/shell",
    "etc/passwd",
    "../",
    "<",
    "\"",
    "\\",
];
/// How such addresses end.
const NOISE_ENDINGS: &[&str] = &[
    ".env",
    ".sql",
    ".bak",
    ".old",
    ".zip",
    ".tar.gz",
    ".tgz",
    ".rar",
    ".7z",
    ".asp",
    ".aspx",
    ".jsp",
    ".cgi",
    ".ini",
    ".yml",
    ".yaml",
    ".pem",
    ".key",
    ".db",
    ".sqlite",
    ".log",
    "/ads.txt",
    "/app-ads.txt",
    "/sellers.json",
    "/browserconfig.xml",
    "/security.txt",
    "/humans.txt",
    ".map",
];

/// Whether an address is asked for by programs that look for vulnerabilities, or by browsers of their own accord: no link leads there.
#[must_use]
pub fn is_noise(path: &str) -> bool {
    let path = path.to_lowercase();
    let script = path.rsplit('.').next() == Some("php") && path != "/index.php";
    path.chars().any(char::is_control)
        || script
        || path.starts_with("/apple-touch-icon")
        || NOISE_PARTS.iter().any(|part| path.contains(part))
        || NOISE_ENDINGS.iter().any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_an_address_are_those_of_its_last_part_that_says_something() {
        for (path, wanted) in [
            (
                "/2016/06/old-maps-of-the-harbour.html",
                vec!["old", "maps", "harbour"],
            ),
            ("/blog/Łódź_by_night/", vec!["lodz", "night"]),
            ("/tide-mill/2016/", vec!["tide", "mill"]),
            ("/2016/06/05/", vec![]),
            ("/index.php", vec![]),
            ("/東京都", vec!["東京", "京都"]),
            ("/ebb-ebb", vec!["ebb"]),
        ] {
            assert_eq!(words_of(path), wanted, "{path}");
        }
    }

    #[test]
    fn what_no_link_leads_to_is_noise() {
        for path in [
            "/wp-login.php",
            "/blog/wp-admin/setup.php",
            "/.env",
            "/api/.env",
            "/.git/config",
            "/.well-known/traffic-advice",
            "/backup.zip",
            "/cgi-bin/luci",
            "/x\r\nSet-Cookie: a",
            "/<script>",
            "/shop.php",
        ] {
            assert!(is_noise(path), "{path}");
        }
        for path in [
            "/2015/03/tides.html",
            "/about",
            "/wp-content/uploads/2016/tide.jpg",
            "/index.php",
            "/feed/",
            "/Łódź",
        ] {
            assert!(!is_noise(path), "{path}");
        }
    }

    #[test]
    fn a_flood_of_addresses_has_an_end() {
        let mut not_found = NotFoundLog::default();
        for number in 0..3 * WAITING_MAX {
            not_found.note(&format!("/{number}"));
        }
        not_found.note(&format!("/{}", "ä".repeat(1000)));
        not_found.note("/0");
        let taken = not_found.take();
        assert_eq!(taken.len(), WAITING_MAX);
        assert!(taken.contains(&("/0".to_owned(), 2)));
        not_found.note(&format!("/{}", "ä".repeat(1000)));
        assert_eq!(not_found.take()[0].0.chars().count(), PATH_MAX_CHARS);
    }
}
