//! What the files of pictures are made of, as far as it takes to copy the parts that show something and leave the rest:
//! comments, notes of cameras, data of other programs, small pictures within, and whatever is after the end. No decoder
//! sees anything else, so none can be made to hold or to unpack it.

use flate2::{Decompress, FlushDecompress, Status};

/// The largest colour profile (ICC.1) that is kept, and the most that one may become when it is unpacked.
pub const PROFILE_MAX_BYTES: usize = 16 * 1024;
/// The most that is read of what a camera wrote.
const NOTES_MAX_BYTES: usize = 64 * 1024;

/// A still picture, without anything but its pixels; and what else of its file matters.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bare {
    pub bytes: Vec<u8>,
    /// What a camera wrote: EXIF, from its TIFF header on.
    pub notes: Option<Vec<u8>>,
    pub profile: Option<Vec<u8>>,
}

/// The frame and the scans of a JPEG (T.81, annex B).
pub fn jpeg(sent: &[u8]) -> Option<Bare> {
    let mut bare = Bare::default();
    let mut profile: Vec<(u8, &[u8])> = Vec::new();
    bare.bytes.reserve(sent.len());
    bare.bytes.extend_from_slice(&[0xFF, 0xD8]);
    let mut rest = sent.get(2..)?;
    while let Some(at) = rest.iter().position(|byte| *byte == 0xFF) {
        rest = &rest[at + 1..];
        let Some((marker, after)) = rest.split_first() else {
            break;
        };
        match marker {
            0xFF => continue,
            0xD9 => break,
            // Between segments nothing else means anything.
            0 | 1 | 0xD0..=0xD8 => {
                rest = after;
                continue;
            }
            _ => {}
        }
        let length = usize::from(u16::from_be_bytes(*after.first_chunk()?));
        let (segment, after) = after.split_at_checked(length.max(2))?;
        let content = &segment[2..];
        rest = after;
        match marker {
            0xE1 => {
                if let Some(notes) = content.strip_prefix(b"Exif\0\0") {
                    bare.notes.get_or_insert_with(|| notes.to_vec());
                }
            }
            0xE2 => {
                let part = content.strip_prefix(b"ICC_PROFILE\0");
                if let Some([number, _, part @ ..]) = part
                    && profile.len() < 256
                {
                    profile.push((*number, part));
                }
            }
            // Which colours the components are.
            0xEE if content.starts_with(b"Adobe") => {
                copy_segment(&mut bare.bytes, *marker, segment);
            }
            0xE0..=0xEF | 0xFE => {}
            0xDA => {
                copy_segment(&mut bare.bytes, *marker, segment);
                let end = end_of_scan(rest);
                bare.bytes.extend_from_slice(&rest[..end]);
                rest = &rest[end..];
            }
            _ => copy_segment(&mut bare.bytes, *marker, segment),
        }
    }
    bare.bytes.extend_from_slice(&[0xFF, 0xD9]);
    profile.sort_by_key(|(number, _)| *number);
    bare.profile = joined(&profile);
    Some(bare)
}

fn copy_segment(out: &mut Vec<u8>, marker: u8, segment: &[u8]) {
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(segment);
}

/// Where the next marker is after coded bits.
fn end_of_scan(bits: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = bits[at..].iter().position(|byte| *byte == 0xFF) {
        at += found;
        match bits.get(at + 1) {
            Some(0 | 0xD0..=0xD7) => at += 2,
            _ => return at,
        }
    }
    bits.len()
}

/// A profile from its parts, if it is small enough.
fn joined(parts: &[(u8, &[u8])]) -> Option<Vec<u8>> {
    let bytes: usize = parts.iter().map(|(_, part)| part.len()).sum();
    let fits = (1..=PROFILE_MAX_BYTES).contains(&bytes);
    fits.then(|| parts.iter().flat_map(|(_, part)| *part).copied().collect())
}

/// The pixels of a still PNG (its specification, 5.6). Of one that moves the picture for programs that show no
/// others.
pub fn png(sent: &[u8]) -> Option<Bare> {
    const HEAD: usize = 8;
    let mut bare = Bare::default();
    bare.bytes.reserve(sent.len());
    bare.bytes.extend_from_slice(sent.get(..HEAD)?);
    let mut rest = &sent[HEAD..];
    let mut known = (false, false);
    loop {
        let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
        // The length, the kind, the content, and a sum over it.
        let (chunk, after) = rest.split_at_checked(length.checked_add(12)?)?;
        let content = &chunk[8..8 + length];
        rest = after;
        match &chunk[4..8] {
            b"IHDR" | b"IDAT" => bare.bytes.extend_from_slice(chunk),
            b"PLTE" if !known.0 => {
                known.0 = true;
                bare.bytes.extend_from_slice(chunk);
            }
            b"tRNS" if !known.1 => {
                known.1 = true;
                bare.bytes.extend_from_slice(chunk);
            }
            b"iCCP" if bare.profile.is_none() => bare.profile = unpacked_profile(content),
            b"eXIf" if length <= NOTES_MAX_BYTES => bare.notes = Some(content.to_vec()),
            b"IEND" => {
                bare.bytes.extend_from_slice(chunk);
                return Some(bare);
            }
            _ => {}
        }
    }
}

/// A profile of a PNG: its name, how it is packed, and the packed bytes.
fn unpacked_profile(content: &[u8]) -> Option<Vec<u8>> {
    let name = content.iter().position(|byte| *byte == 0)?;
    let (method, packed) = content.get(name + 1..)?.split_first()?;
    let mut profile = Vec::with_capacity(PROFILE_MAX_BYTES);
    let status =
        Decompress::new(true).decompress_vec(packed, &mut profile, FlushDecompress::Finish);
    // It writes no further than there is room.
    (*method == 0 && status.ok()? == Status::StreamEnd).then_some(profile)
}

/// The pixels of a still WebP, or of one with one frame (RFC 9649). `None` where its parts do not say the same of its
/// size: decoders make room for what the pixels say.
pub fn webp(sent: &[u8]) -> Option<Bare> {
    let all = parts_of_file(sent)?;
    let small = |kind: &[u8; 4], most: usize| {
        let part = part(&all, *kind).filter(|part| part.len() <= most);
        part.map(<[u8]>::to_vec)
    };
    let mut bare = Bare {
        notes: small(b"EXIF", NOTES_MAX_BYTES),
        profile: small(b"ICCP", PROFILE_MAX_BYTES),
        bytes: Vec::new(),
    };
    let shown = match part(&all, *b"ANMF") {
        Some(frame) => parts(frame.get(PLACE..)?)?,
        None => all,
    };
    let kind = if part(&shown, *b"VP8 ").is_some() {
        *b"VP8 "
    } else {
        *b"VP8L"
    };
    let pixels = part(&shown, kind)?;
    let size = pixels_size(kind, pixels)?;
    if let Some(about) = part(&shown, *b"VP8X")
        && (about.len() != 10 || canvas(about) != size)
    {
        return None;
    }
    let mut kept = Vec::new();
    // A lossless picture holds its transparency itself.
    if let Some(alpha) = part(&shown, *b"ALPH").filter(|_| &kind == b"VP8 ") {
        kept.push((*b"VP8X", extended(HAS_ALPHA, size)?));
        kept.push((*b"ALPH", alpha.to_vec()));
    }
    kept.push((kind, pixels.to_vec()));
    bare.bytes = file(&kept)?;
    Some(bare)
}

fn part<'a>(parts: &[Part<'a>], kind: [u8; 4]) -> Option<&'a [u8]> {
    let mut parts = parts.iter();
    parts.find(|(own, _)| *own == kind).map(|(_, part)| *part)
}

/// The head of an extended WebP.
fn extended(flags: u8, (width, height): (u32, u32)) -> Option<Vec<u8>> {
    let mut about = vec![flags, 0, 0, 0];
    about.extend_from_slice(&width.checked_sub(1)?.to_le_bytes()[..3]);
    about.extend_from_slice(&height.checked_sub(1)?.to_le_bytes()[..3]);
    Some(about)
}

/// Width and height that the pixels of a WebP have.
pub fn pixels_size(kind: [u8; 4], pixels: &[u8]) -> Option<(u32, u32)> {
    match &kind {
        // RFC 6386, 9.1: a tag, a start code, then both.
        b"VP8 " => {
            let side = |at: usize| {
                Some(u32::from(u16::from_le_bytes([
                    *pixels.get(at)?,
                    *pixels.get(at + 1)?,
                ])))
            };
            Some((side(6)? & 0x3FFF, side(8)? & 0x3FFF))
        }
        b"VP8L" => {
            let bits = u32::from_le_bytes(*pixels.get(1..)?.first_chunk()?);
            Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
        }
        _ => None,
    }
}

/// Width and height that the head of an extended WebP says.
fn canvas(about: &[u8]) -> (u32, u32) {
    let side = |at: usize| 1 + u32::from_le_bytes([about[at], about[at + 1], about[at + 2], 0]);
    (side(4), side(7))
}

/// A file of the same frames without anything else.
#[derive(Debug, PartialEq, Eq)]
pub struct StrippedImage {
    pub bytes: Vec<u8>,
    pub frames: u64,
    pub width: u32,
    pub height: u32,
    /// Pixels of the largest frame.
    pub largest: u64,
}

struct Reader<'a> {
    rest: &'a [u8],
    kept: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn take(&mut self, number: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(number)?;
        self.rest = rest;
        Some(taken)
    }

    fn keep(&mut self, number: usize) -> Option<&'a [u8]> {
        let taken = self.take(number)?;
        self.kept.extend_from_slice(taken);
        Some(taken)
    }

    /// The blocks of a GIF up to the empty one: each says its length first.
    fn blocks(&mut self) -> Option<&'a [u8]> {
        let begun = self.rest;
        loop {
            let length = usize::from(self.take(1)?[0]);
            if length == 0 {
                return Some(&begun[..begun.len() - self.rest.len()]);
            }
            self.take(length)?;
        }
    }
}

/// The bytes of a colour table whose size is in some flags; none where they say that there is none.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// The frames of a GIF (its specification of 1989) with their times, and how often they are shown.
pub fn gif(sent: &[u8]) -> Option<StrippedImage> {
    const HEAD: usize = 13;
    let mut reader = Reader {
        rest: sent,
        kept: Vec::with_capacity(sent.len()),
    };
    let head = reader.keep(HEAD)?;
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let (width, height) = (side(6), side(8));
    reader.keep(table(head[10]))?;
    let (mut frames, mut largest) = (0, 0);
    // A file that just stops after a whole frame is shown by every browser, so it is taken.
    while let Some(kind) = reader.take(1) {
        match (kind[0], reader.rest.first().copied()) {
            (0x3B, _) => break,
            (0x2C, _) => {
                reader.kept.push(0x2C);
                let described = reader.keep(9)?;
                let side =
                    |at: usize| u64::from(u16::from_le_bytes([described[at], described[at + 1]]));
                largest = largest.max(side(4) * side(6));
                reader.keep(table(described[8]))?;
                reader.keep(1)?;
                let data = reader.blocks()?;
                reader.kept.extend_from_slice(data);
                frames += 1;
            }
            (0x21, Some(label)) => {
                reader.take(1)?;
                let data = reader.blocks()?;
                // How long a frame is shown, or how often all are shown.
                if label == 0xF9 || (label == 0xFF && is_loop(data)) {
                    reader.kept.extend_from_slice(&[0x21, label]);
                    reader.kept.extend_from_slice(data);
                }
            }
            _ => return None,
        }
    }
    reader.kept.push(0x3B);
    (frames > 0).then_some(StrippedImage {
        bytes: reader.kept,
        frames,
        width,
        height,
        largest,
    })
}

fn is_loop(data: &[u8]) -> bool {
    data.len() == 17 && &data[..12] == b"\x0bNETSCAPE2.0" && data[12..14] == [3, 1]
}

/// A part of a RIFF file: what it is, and its content.
pub type Part<'a> = ([u8; 4], &'a [u8]);

/// The parts that a WebP file or one of its frames holds.
fn parts(mut rest: &[u8]) -> Option<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    while !rest.is_empty() {
        let (kind, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let content = after.get(..length)?;
        parts.push((*kind, content));
        // Parts begin at even places.
        rest = after.get(length + length % 2..).unwrap_or_default();
    }
    Some(parts)
}

/// The parts of a whole WebP file; what is after its end is left.
fn parts_of_file(webp: &[u8]) -> Option<Vec<Part<'_>>> {
    let length = webp.get(4..8)?.try_into().ok()?;
    let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
    parts(webp.get(12..(8 + length).min(webp.len()))?)
}

fn push(out: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) -> Option<()> {
    out.extend_from_slice(&kind);
    out.extend_from_slice(&u32::try_from(content.len()).ok()?.to_le_bytes());
    out.extend_from_slice(content);
    if content.len() % 2 == 1 {
        out.push(0);
    }
    Some(())
}

fn file(parts: &[([u8; 4], Vec<u8>)]) -> Option<Vec<u8>> {
    let mut content = b"WEBP".to_vec();
    for (kind, part) in parts {
        push(&mut content, *kind, part)?;
    }
    let mut file = Vec::with_capacity(content.len() + 8);
    push(&mut file, *b"RIFF", &content)?;
    Some(file)
}

const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const MOVES: u8 = 0x02;

/// The frames of a WebP file that moves (RFC 9649), its colours and how often it is shown; no frames where it does not.
pub fn moving_webp(sent: &[u8]) -> Option<StrippedImage> {
    let parts_sent = parts_of_file(sent)?;
    let about = parts_sent.iter().find(|(kind, _)| kind == b"VP8X");
    let Some((_, about)) = about.filter(|(_, about)| about.len() == 10 && about[0] & MOVES != 0)
    else {
        return Some(StrippedImage {
            bytes: Vec::new(),
            frames: 0,
            width: 0,
            height: 0,
            largest: 0,
        });
    };
    let (width, height) = canvas(about);
    let mut kept = Vec::new();
    let mut frames = 0;
    for (kind, content) in &parts_sent {
        match kind {
            b"VP8X" => {
                let mut about = content.to_vec();
                about[0] &= HAS_PROFILE | HAS_ALPHA | MOVES;
                kept.push((*kind, about));
            }
            b"ICCP" if content.len() > PROFILE_MAX_BYTES => {}
            b"ICCP" | b"ANIM" => kept.push((*kind, content.to_vec())),
            b"ANMF" => {
                kept.push((*kind, frame(content)?));
                frames += 1;
            }
            _ => {}
        }
    }
    Some(StrippedImage {
        bytes: file(&kept)?,
        frames,
        width,
        height,
        largest: u64::from(width) * u64::from(height),
    })
}

/// One frame: where it is and how long, then its pixels.
fn frame(content: &[u8]) -> Option<Vec<u8>> {
    let mut kept = content.get(..PLACE)?.to_vec();
    for (kind, pixels) in parts(&content[PLACE..])? {
        if matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
            push(&mut kept, kind, pixels)?;
        }
    }
    Some(kept)
}

/// Of a frame: where it is, its size, how long it is shown.
const PLACE: usize = 16;

/// What shows something within a WebP file, in its frames too: the kind, the content, and the size that its frame has.
pub type VisiblePart<'a> = (Part<'a>, (u32, u32));

/// All of it; `None` where a frame does not have the size that it says.
pub fn visible_parts(webp: &[u8]) -> Option<Vec<VisiblePart<'_>>> {
    let mut shown = Vec::new();
    let all = parts_of_file(webp)?;
    let frames = all.iter().filter(|(kind, _)| kind == b"ANMF");
    for (_, content) in frames {
        let number =
            |at: usize| 1 + u32::from_le_bytes([content[at], content[at + 1], content[at + 2], 0]);
        let size = (content.len() >= PLACE).then(|| (number(6), number(9)))?;
        let frame = visible_of(&parts(&content[PLACE..])?)?;
        if frame.iter().any(|(_, own)| *own != size) {
            return None;
        }
        shown.extend(frame);
    }
    if shown.is_empty() {
        shown = visible_of(&all)?;
    }
    Some(shown)
}

/// Those of one frame, with the size that its pixels have.
fn visible_of<'a>(parts: &[Part<'a>]) -> Option<Vec<VisiblePart<'a>>> {
    let mut sizes = parts.iter();
    let size = sizes.find_map(|(kind, content)| pixels_size(*kind, content))?;
    let shown = parts
        .iter()
        .filter(|(kind, _)| matches!(kind, b"ALPH" | b"VP8 " | b"VP8L"));
    Some(shown.map(|part| (*part, size)).collect())
}

/// Puts a colour profile into a WebP file of one frame.
pub fn with_profile(webp: &[u8], profile: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let pixels: Vec<Part> = parts_of_file(webp)?
        .into_iter()
        .filter(|(kind, _)| matches!(kind, b"ALPH" | b"VP8 " | b"VP8L"))
        .collect();
    let is_clear = |(kind, content): &Part| match kind {
        b"ALPH" => true,
        // RFC 9649, 3.4: the 29th bit behind the signature.
        b"VP8L" => content.get(4).is_some_and(|bits| bits & 0x10 != 0),
        _ => false,
    };
    let alpha = if pixels.iter().any(is_clear) {
        HAS_ALPHA
    } else {
        0
    };
    let about = extended(HAS_PROFILE | alpha, (width, height))?;
    let mut parts = vec![(*b"VP8X", about), (*b"ICCP", profile.to_vec())];
    parts.extend(
        pixels
            .into_iter()
            .map(|(kind, content)| (kind, content.to_vec())),
    );
    file(&parts)
}
