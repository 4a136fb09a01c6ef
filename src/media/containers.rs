//! What GIF and WebP files are made of, as far as it takes to copy the parts that show something and leave the rest:
//! comments, notes of cameras, data of other programs, and whatever stands behind the end.

/// A file of the same frames without anything else.
#[derive(Debug, PartialEq, Eq)]
pub struct Kept {
    pub bytes: Vec<u8>,
    pub frames: u64,
    pub width: u32,
    pub height: u32,
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

/// The bytes of a colour table whose size stands in some flags; none where they say that there is none.
fn table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// The frames of a GIF (its specification of 1989) with their times, and how often they are shown.
pub fn gif(sent: &[u8]) -> Option<Kept> {
    const HEAD: usize = 13;
    let mut reader = Reader {
        rest: sent,
        kept: Vec::with_capacity(sent.len()),
    };
    let head = reader.keep(HEAD)?;
    let side = |at: usize| u32::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let (width, height) = (side(6), side(8));
    reader.keep(table(head[10]))?;
    let mut frames = 0;
    // A file that just stops after a whole frame is shown by every browser, so it is taken.
    while let Some(kind) = reader.take(1) {
        match (kind[0], reader.rest.first().copied()) {
            (0x3B, _) => break,
            (0x2C, _) => {
                reader.kept.push(0x2C);
                let described = reader.keep(9)?;
                reader.keep(table(described[8]))?;
                reader.keep(1)?;
                let data = reader.blocks()?;
                reader.kept.extend_from_slice(data);
                frames += 1;
            }
            (0x21, Some(label)) => {
                reader.take(1)?;
                let data = reader.blocks()?;
                // How long a frame stands, or how often all are shown.
                if label == 0xF9 || (label == 0xFF && is_loop(data)) {
                    reader.kept.extend_from_slice(&[0x21, label]);
                    reader.kept.extend_from_slice(data);
                }
            }
            _ => return None,
        }
    }
    reader.kept.push(0x3B);
    (frames > 0).then_some(Kept {
        bytes: reader.kept,
        frames,
        width,
        height,
    })
}

fn is_loop(data: &[u8]) -> bool {
    data.len() == 17 && &data[..12] == b"\x0bNETSCAPE2.0" && data[12..14] == [3, 1]
}

/// A part of a RIFF file: what it is, and its content.
type Part<'a> = ([u8; 4], &'a [u8]);

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

/// The parts of a whole WebP file; what stands behind its end is left.
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
pub fn moving_webp(sent: &[u8]) -> Option<Kept> {
    let parts_sent = parts_of_file(sent)?;
    let about = parts_sent.iter().find(|(kind, _)| kind == b"VP8X");
    let Some((_, about)) = about.filter(|(_, about)| about.len() == 10 && about[0] & MOVES != 0)
    else {
        return Some(Kept {
            bytes: Vec::new(),
            frames: 0,
            width: 0,
            height: 0,
        });
    };
    let side = |at: usize| 1 + u32::from_le_bytes([about[at], about[at + 1], about[at + 2], 0]);
    let (width, height) = (side(4), side(7));
    let mut kept = Vec::new();
    let mut frames = 0;
    for (kind, content) in &parts_sent {
        match kind {
            b"VP8X" => {
                let mut about = content.to_vec();
                about[0] &= HAS_PROFILE | HAS_ALPHA | MOVES;
                kept.push((*kind, about));
            }
            b"ICCP" | b"ANIM" => kept.push((*kind, content.to_vec())),
            b"ANMF" => {
                kept.push((*kind, frame(content)?));
                frames += 1;
            }
            _ => {}
        }
    }
    Some(Kept {
        bytes: file(&kept)?,
        frames,
        width,
        height,
    })
}

/// One frame: where it stands and how long, then its pixels.
fn frame(content: &[u8]) -> Option<Vec<u8>> {
    const PLACE: usize = 16;
    let mut kept = content.get(..PLACE)?.to_vec();
    for (kind, pixels) in parts(&content[PLACE..])? {
        if matches!(&kind, b"ALPH" | b"VP8 " | b"VP8L") {
            push(&mut kept, kind, pixels)?;
        }
    }
    Some(kept)
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
    let mut about = vec![HAS_PROFILE | alpha, 0, 0, 0];
    about.extend_from_slice(&(width - 1).to_le_bytes()[..3]);
    about.extend_from_slice(&(height - 1).to_le_bytes()[..3]);
    let mut parts = vec![(*b"VP8X", about), (*b"ICCP", profile.to_vec())];
    parts.extend(
        pixels
            .into_iter()
            .map(|(kind, content)| (kind, content.to_vec())),
    );
    file(&parts)
}
