//! Recordings, sound and film: which of them browsers play, recognised by their first bytes and never by their name alone. They are
//! stored as they are, so nothing here reads further than the beginning.

/// So much of a file is looked at: the longest frame of an MP3 and the head of the next one are in it.
pub const HEAD_BYTES: usize = 4096;

/// What a file is that browsers do not play, in a sentence to who sent it.
pub const UNPLAYABLE: &str = "Browsers can’t play this kind of recording. Save it as MP3, M4A, Ogg, WAV, FLAC, MP4 or WebM and upload it again.";

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognized {
    /// A recording, and the ending that its name gets.
    Recording(&'static str),
    /// A recording that few browsers play.
    Unplayable,
    /// No recording: perhaps a picture.
    Other,
}

use Recognized::{Other, Recording, Unplayable};

/// Looks at the beginning of a file. `called` is the name under which it came: it only decides between sound and film in a
/// container that may hold both.
#[must_use]
pub fn recognize(head: &[u8], called: &str) -> Recognized {
    match head {
        [b'I', b'D', b'3', rest @ ..] if is_id3(rest) => Recording("mp3"),
        [b'O', b'g', b'g', b'S', 0, ..] => ogg(head),
        [b'f', b'L', b'a', b'C', ..] => Recording("flac"),
        [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] if kind.starts_with(b"WAVE") => {
            Recording("wav")
        }
        [b'R', b'I', b'F', b'F', _, _, _, _, kind @ ..] if kind.starts_with(b"AVI ") => Unplayable,
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => mp4(brand, called),
        [0x1A, 0x45, 0xDF, 0xA3, rest @ ..] => matroska(rest),
        [0xFF, second, ..] if second & 0xE0 == 0xE0 => frames(head),
        [b'F', b'O', b'R', b'M', _, _, _, _, b'A', b'I', b'F', ..]
        // ASF, in which Windows Media is.
        | [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..]
        // Flash, and the MPEG streams of discs and of television.
        | [b'F', b'L', b'V', 1, ..]
        | [0, 0, 1, 0xBA, ..] => Unplayable,
        _ => Other,
    }
}

/// What follows `ID3` (id3.org, 2.3 and 2.4): two bytes of version, one of flags, four of seven bits.
fn is_id3(rest: &[u8]) -> bool {
    matches!(rest, [2..=4, revision, _, a, b, c, d, ..]
        if *revision != 0xFF && [a, b, c, d].into_iter().all(|part| part & 0x80 == 0))
}

/// The first page of an Ogg file (RFC 3533) holds the head of its first stream.
fn ogg(head: &[u8]) -> Recognized {
    let begins =
        |at: usize, words: &[u8]| head.get(at..).is_some_and(|rest| rest.starts_with(words));
    // The table of segments of such a page has one entry.
    let sounds: [&[u8]; 4] = [b"OpusHead", b"\x01vorbis", b"\x7FFLAC", b"Speex   "];
    if sounds.iter().any(|words| begins(28, words)) {
        Recording("ogg")
    } else {
        Unplayable
    }
}

/// The brand of an MP4 file (ISO/IEC 14496-12): pictures come in the same box.
fn mp4(brand: &[u8], called: &str) -> Recognized {
    let Some(brand) = brand.get(..4) else {
        return Other;
    };
    let is_called_sound = called
        .rsplit('.')
        .next()
        .is_some_and(|ending| ["m4a", "m4b"].contains(&ending.to_ascii_lowercase().as_str()));
    match brand {
        b"M4A " | b"M4B " => Recording("m4a"),
        b"isom" | b"iso2" | b"iso3" | b"iso4" | b"iso5" | b"iso6" | b"mp41" | b"mp42" | b"avc1"
        | b"dash" | b"MSNV" | b"M4V " | b"M4VH" | b"M4VP" => {
            Recording(if is_called_sound { "m4a" } else { "mp4" })
        }
        b"qt  " | b"3gp4" | b"3gp5" | b"3gp6" | b"3g2a" | b"F4V " => Unplayable,
        _ => Other,
    }
}

/// The document type in the head of a Matroska file (RFC 8794, 11.2.5): element `4282`.
fn matroska(rest: &[u8]) -> Recognized {
    let head = &rest[..rest.len().min(64)];
    let kind = |words: &[u8]| head.windows(words.len()).any(|part| part == words);
    if kind(b"\x42\x82\x84webm") {
        Recording("webm")
    } else {
        Unplayable
    }
}

/// A stream of bare frames: two of them in a row, since eleven bits alone are in many files.
fn frames(head: &[u8]) -> Recognized {
    let again =
        |length: usize, same: fn(&[u8]) -> bool| length > 0 && head.get(length..).is_some_and(same);
    if is_adts(head) {
        let length = (usize::from(head[3] & 0x03) << 11)
            | (usize::from(head[4]) << 3)
            | (usize::from(head[5]) >> 5);
        return if again(length, is_adts) {
            Recording("aac")
        } else {
            Other
        };
    }
    match mp3_frame(head) {
        Some(length) if again(length, |rest| mp3_frame(rest).is_some()) => Recording("mp3"),
        _ => Other,
    }
}

/// The head of a frame of AAC (ISO/IEC 13818-7, ADTS).
fn is_adts(head: &[u8]) -> bool {
    matches!(head, [0xFF, second, third, _, _, _, ..]
        if second & 0xF6 == 0xF0 && (third >> 2) & 0x0F < 13)
}

/// The length of a frame of MPEG audio, layer III (ISO/IEC 11172-3, 13818-3).
fn mp3_frame(head: &[u8]) -> Option<usize> {
    /// Kilobits a second by the index of the head, for version 1 and for the others.
    const RATES: [[usize; 15]; 2] = [
        [
            0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
        ],
        [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    const SAMPLES: [usize; 3] = [44_100, 48_000, 32_000];
    let [0xFF, second, third, ..] = *head else {
        return None;
    };
    let (version, layer) = ((second >> 3) & 3, (second >> 1) & 3);
    if second & 0xE0 != 0xE0 || version == 1 || layer != 1 {
        return None;
    }
    let is_first = version == 3;
    let rates = RATES[usize::from(!is_first)];
    let rate = *rates
        .get(usize::from(third >> 4))
        .filter(|rate| **rate > 0)?;
    let samples = SAMPLES.get(usize::from((third >> 2) & 3))?;
    let samples = match version {
        3 => *samples,
        2 => samples / 2,
        _ => samples / 4,
    };
    let padding = usize::from((third >> 1) & 1);
    let slots = if is_first { 144 } else { 72 };
    Some(slots * rate * 1000 / samples + padding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = parts.concat();
        bytes.resize(bytes.len().max(HEAD_BYTES), 0);
        bytes
    }

    /// A frame of MPEG audio 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes.
    fn mp3_frames(number: usize) -> Vec<u8> {
        let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
        frame.resize(417, 0);
        frame.repeat(number)
    }

    fn ogg_page(words: &[u8]) -> Vec<u8> {
        bytes(&[b"OggS\0\x02", &[0; 20], &[1, 19], words])
    }

    #[test]
    fn recordings_are_known_by_their_bytes() {
        let adts = [0xFF, 0xF1, 0x50, 0x80, 0x01, 0x1F, 0xFC, 0x00];
        for (head, called, wanted) in [
            (bytes(&[b"ID3\x04\0\0\0\0\x02\x01"]), "a.mp3", "mp3"),
            (mp3_frames(3), "a", "mp3"),
            (adts.repeat(3), "a.aac", "aac"),
            (ogg_page(b"OpusHead"), "a.opus", "ogg"),
            (ogg_page(b"\x01vorbis"), "a.ogg", "ogg"),
            (bytes(&[b"fLaC"]), "a.flac", "flac"),
            (bytes(&[b"RIFF\0\0\0\0WAVEfmt "]), "a.wav", "wav"),
            (bytes(&[b"\0\0\0\x20ftypM4A "]), "a.mp4", "m4a"),
            (bytes(&[b"\0\0\0\x20ftypmp42"]), "a.M4A", "m4a"),
            (bytes(&[b"\0\0\0\x20ftypisom"]), "a.mp4", "mp4"),
            (
                bytes(&[
                    &[0x1A, 0x45, 0xDF, 0xA3, 0x9F, 0x42, 0x86, 0x81, 1],
                    b"\x42\x82\x84webm",
                ]),
                "a.mkv",
                "webm",
            ),
        ] {
            assert_eq!(recognize(&head, called), Recording(wanted), "{called}");
        }
    }

    #[test]
    fn what_browsers_do_not_play_is_said_to_be_that() {
        for head in [
            bytes(&[b"RIFF\0\0\0\0AVI LIST"]),
            bytes(&[b"\0\0\0\x14ftypqt  "]),
            bytes(&[&[0x1A, 0x45, 0xDF, 0xA3], b"\x42\x82\x88matroska"]),
            bytes(&[&[0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11]]),
            bytes(&[b"FORM\0\0\0\0AIFF"]),
            ogg_page(b"\x80theora"),
        ] {
            assert_eq!(recognize(&head, "a.mp4"), Unplayable);
        }
    }

    #[test]
    fn a_name_makes_no_recording_and_neither_do_eleven_bits() {
        let html = b"<!doctype html><script>alert(1)</script>";
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        for head in [
            bytes(&[html]),
            bytes(&[svg]),
            // A byte order mark of UTF-16, and one frame without a second.
            bytes(&[&[0xFF, 0xFE], html]),
            bytes(&[&mp3_frames(1), html]),
            bytes(&[b"ID3", html]),
            bytes(&[b"\0\0\0\x20ftypavif"]),
            bytes(&[b"\0\0\0\x20ftypheic"]),
            bytes(&[b"\xFF\xD8\xFF\xE0"]),
            bytes(&[b"\x89PNG\r\n\x1a\n"]),
            b"ID3".to_vec(),
            b"\0\0\0\x20ftyp".to_vec(),
            vec![0xFF, 0xFB],
            Vec::new(),
        ] {
            assert_eq!(recognize(&head, "a.mp3"), Other, "{head:?}");
        }
    }
}
