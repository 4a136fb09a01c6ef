//! Pictures and recordings: their names, which of them a text shows, what a page has to know to show a picture without a jump.

use super::comment::visible;
use super::{Problems, words};
use std::collections::{BTreeSet, HashMap};

/// Where pictures are served, and how every address of one begins.
pub const FOLDER: &str = "/media/";

/// Hexadecimal digits of the digest that make a name: 128 bits never meet by chance.
pub const NAME_DIGITS: usize = 32;

/// What a file is to those who read a post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaKind {
    Picture,
    Audio,
    Video,
}

impl MediaKind {
    /// What the admin pages call one.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

/// The files that are served, by the ending of their names.
const KINDS: &[(&str, &str, MediaKind)] = &[
    ("png", "image/png", MediaKind::Picture),
    ("jpg", "image/jpeg", MediaKind::Picture),
    ("gif", "image/gif", MediaKind::Picture),
    ("webp", "image/webp", MediaKind::Picture),
    ("mp3", "audio/mpeg", MediaKind::Audio),
    ("m4a", "audio/mp4", MediaKind::Audio),
    ("aac", "audio/aac", MediaKind::Audio),
    ("ogg", "audio/ogg", MediaKind::Audio),
    ("wav", "audio/wav", MediaKind::Audio),
    ("flac", "audio/flac", MediaKind::Audio),
    ("mp4", "video/mp4", MediaKind::Video),
    ("webm", "video/webm", MediaKind::Video),
];

/// The most that one picture may weigh.
pub const SENT_MAX_BYTES: usize = 10 * 1024 * 1024;
pub const TOO_HEAVY: &str =
    "This file is larger than 10 MiB. Please make the picture smaller and upload it again.";
/// The most that one recording may weigh: three hours of speech, or ten minutes of film. It is never in memory.
pub const RECORDING_MAX_BYTES: u64 = 200 * 1024 * 1024;
pub const TOO_LONG: &str = "This file is larger than 200 MiB. Please make the recording shorter or smaller and upload it again.";
pub const EMPTY: &str = "This file is empty.";

/// A text for those who cannot see a picture: some screen readers stop after this many characters and more.
pub const ALT_MAX_CHARS: usize = 1000;
pub const CAPTION_MAX_CHARS: usize = 2000;
/// The longest name of a file that file systems take.
const FILE_NAME_MAX_CHARS: usize = 255;

/// Words of one search in the library that count.
pub const SEARCH_WORDS_MAX: usize = 4;

/// What a page has to know of a picture: its size in pixels, and the smaller copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub width: i64,
    pub height: i64,
    /// Width in pixels and name of each copy, smallest first.
    pub sizes: Vec<(i64, String)>,
}

/// The pictures of a text by their names.
pub type Pictures = HashMap<String, Picture>;

/// The content type of a name that we give to a file; any other name is nobody's.
#[must_use]
pub fn content_type(name: &str) -> Option<&'static str> {
    known(name).map(|(content_type, _)| content_type)
}

/// What the file of a name is; `None` for a name that is nobody's.
#[must_use]
pub fn kind(name: &str) -> Option<MediaKind> {
    known(name).map(|(_, kind)| kind)
}

/// Whether a name is that of a picture.
#[must_use]
pub fn is_picture(name: &str) -> bool {
    kind(name) == Some(MediaKind::Picture)
}

fn known(name: &str) -> Option<(&'static str, MediaKind)> {
    let (digest, ending) = name.split_once('.')?;
    let ours =
        digest.len() == NAME_DIGITS && digest.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
    KINDS
        .iter()
        .find(|(known, ..)| ours && *known == ending)
        .map(|(_, content_type, kind)| (*content_type, *kind))
}

/// The names of all files of ours that a source mentions, in whatever language it is written.
#[must_use]
pub fn names(source: &str) -> BTreeSet<String> {
    source
        .split(FOLDER)
        .skip(1)
        .filter_map(|after| {
            let end = after
                .find(|c: char| !c.is_ascii_lowercase() && !c.is_ascii_digit() && c != '.')
                .unwrap_or(after.len());
            // A full stop behind an address belongs to the sentence.
            let name = after[..end].trim_end_matches('.');
            content_type(name).map(|_| name.to_owned())
        })
        .collect()
}

/// The names of the recordings of ours that HTML plays or links to, each once, in the order of the text.
#[must_use]
pub fn recordings(html: &str) -> Vec<String> {
    const BEGIN: &str = "=\"/media/";
    let mut found: Vec<String> = Vec::new();
    for at in memchr::memmem::find_iter(html.as_bytes(), BEGIN) {
        let name = html[at + BEGIN.len()..].split('"').next();
        let name = name.unwrap_or_default();
        let plays = matches!(kind(name), Some(MediaKind::Audio | MediaKind::Video));
        if plays && !found.iter().any(|known| known == name) {
            found.push(name.to_owned());
        }
    }
    found
}

/// The name under which somebody's file came, as text that can be shown: without folders and without characters that
/// turn the reading around.
#[must_use]
pub fn file_name(sent: &str) -> String {
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    visible(name).chars().take(FILE_NAME_MAX_CHARS).collect()
}

/// What the library looks for pictures by; each word begins after a blank.
#[must_use]
pub fn index(file_name: &str, alt: &str, caption: &str) -> String {
    format!(
        " {}",
        words::normalize(&[file_name, alt, caption].join(" "))
    )
}

/// What was typed into the search of the library as patterns of `like`, each of which must be met.
#[must_use]
pub fn search_words(typed: &str) -> [String; SEARCH_WORDS_MAX] {
    let folded = words::normalize(typed);
    let mut words = folded.split(' ').filter(|word| !word.is_empty());
    std::array::from_fn(|_| {
        words
            .next()
            .map_or_else(|| "%".to_owned(), |word| format!("% {word}%"))
    })
}

/// What an author says of a picture, exactly as it was sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AboutForm {
    pub csrf: String,
    /// Which button sent the form.
    pub act: String,
    pub alt: String,
    pub caption: String,
}

/// The same, checked: both in one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    pub alt: String,
    pub caption: String,
}

impl About {
    pub fn parse(form: &AboutForm) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let (alt, caption) = (visible(&form.alt), visible(&form.caption));
        if alt.chars().count() > ALT_MAX_CHARS {
            problems.add(
                "alt",
                format!("Please keep the alternative text under {ALT_MAX_CHARS} characters."),
            );
        }
        if caption.chars().count() > CAPTION_MAX_CHARS {
            problems.add(
                "caption",
                format!("Please keep the caption under {CAPTION_MAX_CHARS} characters."),
            );
        }
        if problems.is_empty() {
            Ok(Self { alt, caption })
        } else {
            Err(problems)
        }
    }
}

/// The weight of a file in words: `812 KB`, `2.4 MB`.
#[must_use]
pub fn weight(bytes: i64) -> String {
    if bytes < 1_000_000 {
        format!("{} KB", (bytes + 999) / 1000)
    } else {
        let tenths = (bytes + 50_000) / 100_000;
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00112233445566778899aabbccddeeff.webp";
    const TWO: &str = "ffeeddccbbaa99887766554433221100.png";

    #[test]
    fn no_name_leads_out_of_the_directory() {
        for bad in [
            "../x.png",
            "",
            ".",
            "ab.png",
            "/etc/passwd",
            "00112233445566778899aabbccddeeff.svg",
            "00112233445566778899AABBCCDDEEFF.png",
        ] {
            assert_eq!(content_type(bad), None, "{bad}");
        }
        assert_eq!(content_type(ONE), Some("image/webp"));
        let sound = ONE.replace("webp", "mp3");
        assert_eq!(content_type(&sound), Some("audio/mpeg"));
        assert!(is_picture(ONE) && !is_picture(&sound));
        assert_eq!(kind("x.mp3"), None);
    }

    #[test]
    fn pictures_are_found_in_any_markup() {
        let source = format!(
            "![a](/media/{ONE} \"t\") <img src=\"https://blog.example/media/{TWO}\"> /media/{ONE}. /media/x.png /media/"
        );
        assert_eq!(
            names(&source).into_iter().collect::<Vec<_>>(),
            [ONE.to_owned(), TWO.to_owned()]
        );
        assert!(names("no /medi/ here").is_empty());
    }

    #[test]
    fn recordings_are_found_where_they_are_played_or_linked() {
        let [sea, walk] = ["mp3", "webm"].map(|ending| ONE.replace("webp", ending));
        let html = format!(
            "<video src=\"/media/{walk}\"><a href=\"/media/{walk}\">x</a></video><p><a href=\"/media/{sea}\">y</a> \
             /media/{sea} <img src=\"/media/{ONE}\"> <audio src=\"https://x.example/media/{sea}\"></audio></p>"
        );
        assert_eq!(recordings(&html), [&*walk, &*sea]);
        assert!(recordings("<p>No sound.</p>").is_empty());
    }

    #[test]
    fn the_name_of_a_file_is_text_and_nothing_else() {
        assert_eq!(file_name("C:\\Users\\nora\\Évora 1.jpg"), "Évora 1.jpg");
        assert_eq!(file_name("../../etc/passwd"), "passwd");
        assert!(!file_name("photo\u{202E}gpj.exe").contains('\u{202E}'));
        assert!(file_name(&"x".repeat(5000)).len() <= 255);
    }

    #[test]
    fn a_weight_is_said_in_few_digits() {
        let said: Vec<String> = [1, 812_000, 999_999, 1_000_000, 2_449_000]
            .map(weight)
            .into();
        assert_eq!(said, ["1 KB", "812 KB", "1000 KB", "1.0 MB", "2.4 MB"]);
    }

    #[test]
    fn every_word_of_a_search_must_be_there() {
        let matches = |typed: &str, text: &str| {
            let index = index(text, "", "");
            search_words(typed)
                .iter()
                .all(|pattern| index.contains(pattern.trim_matches('%')))
        };
        assert!(matches("évo 1", "Evora-1.jpg"));
        assert!(matches("", "anything"));
        assert!(!matches("lisbon", "Evora-1.jpg"));
        assert!(!matches("%", "") || search_words("%")[0] == "%");
    }
}
