//! From the bytes that somebody sent to a picture that can be shown: what the bytes are decides, never their name.
//!
//! Everything is decoded within bounds, turned upright, and encoded again, so that nothing else that the file held comes
//! along: no place where it was taken, no name, no script. A still picture becomes WebP, at most 2,560 pixels wide, with
//! smaller copies. What moves is decoded too, but keeps its kind and its frames byte by byte: encoded again they would look
//! worse or grow, so only the parts that show something are copied (see [`strip_metadata`]), and it has no copies.
//!
//! The bounds are those of [`cost`]: no file of 10 MiB takes more than 96 MiB. Decoders see nothing but pixels (again
//! [`strip_metadata`]), large pictures are made smaller while their rows are read ([`shrink`]), and what cannot be read by rows
//! may have fewer pixels.

mod decode;
pub mod icons;
mod jpeg;
mod shrink;
mod vp8l;

use super::strip_metadata;
use crate::blog::media::{EMPTY, SENT_MAX_BYTES, TOO_HEAVY};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageFormat, RgbaImage};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const SIDE_MAX: u32 = 12_000;
/// Of a JPEG or PNG: a photo of the largest usual cameras.
const PIXELS_MAX: u64 = 52_000_000;
/// Of a PNG whose rows come several times, finer each time: all of it is in memory.
const INTERLACED_PIXELS_MAX: u64 = 10_000_000;
/// Of a WebP, which no decoder reads by rows; and of one that is lossless or can be seen through, which takes more.
const WEBP_PIXELS_MAX: u64 = 16_000_000;
const WEBP_HEAVY_PIXELS_MAX: u64 = 6_000_000;
/// Of a WebP that moves: two of its frames are in memory, each twice.
const WEBP_FRAME_PIXELS_MAX: u64 = 4_000_000;
const GIF_PIXELS_MAX: u64 = 16_000_000;
/// What the codes of a lossless WebP may take; libwebp writes files that take a tenth.
const WEBP_CODES_MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The longest that looking at one file may take; a build that is not optimised takes several times as long.
pub const TIME_MAX: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 10 });
/// All frames of a moving picture together: a minute of a small film. A WebP takes four times as long as a GIF.
const GIF_MOVING_PIXELS_MAX: u64 = 400_000_000;
const WEBP_MOVING_PIXELS_MAX: u64 = 100_000_000;

/// Two pixels of a dense screen to each pixel of a page twice as wide as our column.
const WIDTH_MAX: u32 = 2560;
/// A picture that is kept: high ones become narrower than that …
const KEPT_PIXELS_MAX: u64 = 7_500_000;
/// … and photos, whose encoder takes more memory, still narrower.
const PHOTO_PIXELS_MAX: u64 = 5_500_000;
/// The widths of the copies: half a column, a column on most screens, a column on the densest.
const WIDTHS: [u32; 3] = [480, 960, 1600];
/// A copy must be smaller than its original by a tenth to be worth its room.
const COPY_MAX_PERCENT: u32 = 90;
/// Of WebP, from 0 to 100: artefacts cannot be seen at arm's length.
const QUALITY: f32 = 82.0;
/// How hard the encoder tries where every bit is kept, from 0 to 100.
const EFFORT: f32 = 60.0;
/// A drawing has fewer colours than this among those that are looked at, a photo many more.
const DRAWING_COLOURS: usize = 2048;
const COLOURS_LOOKED_AT: usize = 65_536;

const NO_PICTURE: &str = "Daybook can’t read this file as a picture. Save it as JPEG, PNG, GIF or WebP and \
     upload it again.";
/// Said by `assets/upload_rules.js` too, before such a file is sent.
const AVIF: &str =
    "Daybook can’t read AVIF pictures yet. Save it as JPEG, PNG or WebP and upload it again.";
const HEIC: &str = "Daybook can’t read HEIC pictures, and most browsers can’t show them. Save it as JPEG, PNG or \
     WebP and upload it again.";
pub const DAMAGED: &str = "This picture is damaged or incomplete.";
const TOO_LARGE: &str = "This picture has too many pixels. The limit is 12,000 pixels per side and 52 million in \
     total. Make it smaller and upload it again.";
const INTERLACED_TOO_LARGE: &str = "This PNG is interlaced and has more than 10 million pixels. Save it without \
     interlacing, or make it smaller, and upload it again.";
const WEBP_TOO_LARGE: &str = "This WebP has too many pixels. The limit is 16 million, 6 million if it’s lossless \
     or transparent, and 4 million if it’s animated. Make it smaller, or save it as JPEG or PNG, and upload it \
     again.";
const WEBP_TOO_COSTLY: &str = "This WebP needs too much memory to read. Save it with another program, or as JPEG \
     or PNG, and upload it again.";
const GIF_TOO_LARGE: &str = "This GIF has too many pixels. The limit is 16 million. Make it smaller and upload \
     it again.";
const TOO_LONG: &str =
    "This animation has too many frames. Make it shorter or smaller and upload it again.";
pub const TOO_LITTLE_MEMORY: &str = "This server doesn’t have enough memory for a picture this large. Make it \
     smaller and upload it again.";
pub const TOO_SLOW: &str =
    "This picture took too long to read. Make it smaller and upload it again.";

/// Why a file was not taken; a sentence for who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub &'static str);

/// One file as it will lie on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub bytes: Vec<u8>,
    pub ending: &'static str,
    pub width: u32,
    pub height: u32,
}

/// A picture that can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessedPicture {
    pub whole: File,
    /// The smaller copies, smallest first.
    pub sizes: Vec<File>,
    pub moving: bool,
    /// How large it was before anything was made smaller: width and height, upright.
    pub sent: (u32, u32),
}

/// Makes of what was sent a picture that can be shown. Takes up to some seconds, and up to [`cost`] for a moment.
pub fn make(sent: Vec<u8>) -> Result<ProcessedPicture, Refused> {
    let begun = Instant::now();
    let format = format(&sent)?;
    if let Some(made) = moving(format, &sent, begun)? {
        return Ok(made);
    }
    still(format, sent, begun)
}

/// The most memory that making a picture of what was sent takes, with what was sent, in bytes. Nothing is decoded for it.
pub fn cost(sent: &[u8]) -> Result<u64, Refused> {
    /// Tables, rows on their way, and the allocator.
    const REST: u64 = 8 * 1024 * 1024;
    let weight = sent.len() as u64;
    let format = format(sent)?;
    let (size, decoding) = decode::cost(format, sent)?;
    let most = decode::pixels_max(format);
    let pixels = |is_turned| {
        let (width, height) = kept_size(size, is_turned, most);
        u64::from(width) * u64::from(height)
    };
    let kept = pixels(false).max(pixels(true));
    let decoded = weight + decoding + kept * 4;
    // It is turned, or made a photo's size, from one picture into another; or a large drawing, for which the encoder of
    // drawings makes another two.
    let several = if most == KEPT_PIXELS_MAX {
        kept * 12
    } else {
        kept * 8
    };
    let photo = kept.min(PHOTO_PIXELS_MAX) * (4 + LOSSY_BYTES);
    let drawing = kept.min(LOSSLESS_PIXELS_MAX) * (4 + LOSSLESS_BYTES);
    Ok(REST + decoded.max(several).max(photo).max(drawing).max(weight * 2))
}

/// What the bytes are, by how each kind begins.
fn format(sent: &[u8]) -> Result<ImageFormat, Refused> {
    if sent.is_empty() {
        return Err(Refused(EMPTY));
    }
    if sent.len() > SENT_MAX_BYTES {
        return Err(Refused(TOO_HEAVY));
    }
    let is_webp = sent.starts_with(b"RIFF") && sent.get(8..12) == Some(b"WEBP");
    match sent {
        [0xFF, 0xD8, 0xFF, ..] => Ok(ImageFormat::Jpeg),
        _ if sent.starts_with(b"\x89PNG\r\n\x1a\n") => Ok(ImageFormat::Png),
        _ if sent.starts_with(b"GIF87a") || sent.starts_with(b"GIF89a") => Ok(ImageFormat::Gif),
        _ if is_webp => Ok(ImageFormat::WebP),
        _ => Err(Refused(stranger(sent))),
    }
}

/// What to say of a file of another kind: the first box of a picture of ISO 14496-12 names its brand, and others that it is
/// compatible with.
fn stranger(sent: &[u8]) -> &'static str {
    /// More brands than any file has.
    const BRANDS_MAX: usize = 32;
    if sent.get(4..8) != Some(b"ftyp") {
        return NO_PICTURE;
    }
    let brands = sent.get(8..).unwrap_or_default().chunks_exact(4);
    let length = sent
        .first_chunk()
        .map_or(0, |length| u32::from_be_bytes(*length));
    let inside = (length as usize / 4).saturating_sub(2).min(BRANDS_MAX);
    let brands: Vec<&[u8]> = brands.take(inside.max(1)).collect();
    let has = |names: &[&[u8]]| brands.iter().any(|brand| names.contains(brand));
    if has(&[b"avif", b"avis"]) {
        AVIF
    } else if has(&[b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"]) {
        HEIC
    } else {
        NO_PICTURE
    }
}

fn fits((width, height): (u32, u32), most: u64, words: &'static str) -> Result<(), Refused> {
    let pixels = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(Refused(TOO_LARGE));
    }
    if pixels > most {
        return Err(Refused(words));
    }
    if pixels == 0 {
        return Err(Refused(DAMAGED));
    }
    Ok(())
}

/// A picture of more than one frame; `None` where it is still.
fn moving(
    format: ImageFormat,
    sent: &[u8],
    begun: Instant,
) -> Result<Option<ProcessedPicture>, Refused> {
    let kept = match format {
        ImageFormat::Gif => strip_metadata::gif(sent),
        ImageFormat::WebP => strip_metadata::moving_webp(sent),
        _ => return Ok(None),
    };
    let kept = kept.ok_or(Refused(DAMAGED))?;
    if kept.frames < 2 {
        return Ok(None);
    }
    let pixels = u64::from(kept.width) * u64::from(kept.height);
    let pixels = kept.frames.saturating_mul(pixels.max(kept.largest));
    let size = (kept.width, kept.height);
    let ending = if format == ImageFormat::Gif {
        fits(size, GIF_PIXELS_MAX, GIF_TOO_LARGE)?;
        if pixels > GIF_MOVING_PIXELS_MAX {
            return Err(Refused(TOO_LONG));
        }
        decode::count_gif_frames(&kept.bytes, begun)?;
        "gif"
    } else {
        fits(size, WEBP_FRAME_PIXELS_MAX, WEBP_TOO_LARGE)?;
        if pixels > WEBP_MOVING_PIXELS_MAX {
            return Err(Refused(TOO_LONG));
        }
        decode::count_webp_frames(&kept.bytes, begun)?;
        "webp"
    };
    Ok(Some(ProcessedPicture {
        whole: File {
            bytes: kept.bytes,
            ending,
            width: kept.width,
            height: kept.height,
        },
        sizes: Vec::new(),
        moving: true,
        sent: size,
    }))
}

fn still(format: ImageFormat, sent: Vec<u8>, begun: Instant) -> Result<ProcessedPicture, Refused> {
    let (pixels, sent_size, profile) = apply_orientation(format, sent, begun)?;
    let (whole, pixels) = whole(format, pixels, profile.as_deref())?;
    let mut sizes: Vec<File> = Vec::new();
    for width in WIDTHS {
        if width * 100 > whole.width * COPY_MAX_PERCENT {
            break;
        }
        let copy = smaller(&pixels, width)?;
        let copy = webp(&copy, false, profile.as_deref())?;
        // The copy of a drawing can be heavier than the drawing itself.
        if copy.bytes.len() < whole.bytes.len() {
            sizes.push(copy);
        }
    }
    Ok(ProcessedPicture {
        whole,
        sizes,
        moving: false,
        sent: sent_size,
    })
}

/// A picture as large as it is kept, the way that its camera was held, how large it was, and its colour profile where that
/// says more than that the colours are those of the web.
type Oriented = (RgbaImage, (u32, u32), Option<Vec<u8>>);

fn apply_orientation(
    format: ImageFormat,
    sent: Vec<u8>,
    begun: Instant,
) -> Result<Oriented, Refused> {
    let bare = decode::bare(format, &sent).ok_or(Refused(DAMAGED))?;
    drop(sent);
    // A picture whose notes cannot be read is shown as it lies.
    let notes = bare.notes.as_deref();
    let orientation = notes.and_then(Orientation::from_exif_chunk);
    let orientation = orientation.unwrap_or(Orientation::NoTransforms);
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (pixels, (width, height)) = decode::read(format, &bare.bytes, is_turned, begun)?;
    let size = if is_turned {
        (height, width)
    } else {
        (width, height)
    };
    drop(bare.bytes);
    let mut picture = DynamicImage::ImageRgba8(pixels);
    picture.apply_orientation(orientation);
    let profile = bare.profile.filter(|profile| is_needed(profile));
    Ok((picture.into_rgba8(), size, profile))
}

/// How large a picture is kept, of at most so many pixels: its width and height as they are stored. Where it is turned its
/// height becomes its width.
fn kept_size((width, height): (u32, u32), is_turned: bool, most: u64) -> (u32, u32) {
    let (across, down) = if is_turned {
        (height, width)
    } else {
        (width, height)
    };
    let kept = width_within((across, down), most);
    let other = part(down, kept, across);
    if is_turned {
        (other, kept)
    } else {
        (kept, other)
    }
}

/// The width of a picture that is made so small that it has at most so many pixels and is not too wide.
fn width_within((width, height): (u32, u32), most: u64) -> u32 {
    let kept = width.min(WIDTH_MAX);
    let pixels = u64::from(kept) * u64::from(part(height, kept, width));
    if pixels <= most {
        return kept;
    }
    // kept² × most ÷ pixels is the square of the width; what is left of a root is cut off.
    let square = u128::from(kept) * u128::from(kept) * u128::from(most) / u128::from(pixels);
    u32::try_from(square.isqrt()).map_or(kept, |width| width.clamp(1, kept))
}

/// A side in the proportion of two others, at least one pixel.
fn part(side: u32, of: u32, whole: u32) -> u32 {
    let (of, whole) = (u64::from(of), u64::from(whole).max(1));
    let part = (u64::from(side) * of + whole / 2) / whole;
    u32::try_from(part).unwrap_or(u32::MAX).max(1)
}

/// Whether a profile (ICC.1, 7.2) means other colours than those that pictures without any have, and is no burden.
fn is_needed(profile: &[u8]) -> bool {
    let is_rgb = profile.get(16..20) == Some(b"RGB ") && profile.get(36..40) == Some(b"acsp");
    // Without zeros, so that the name is found in both ways of writing it.
    let letters: Vec<u8> = profile.iter().copied().filter(|byte| *byte != 0).collect();
    is_rgb
        && profile.len() <= strip_metadata::PROFILE_MAX_BYTES
        && !letters.windows(4).any(|letters| letters == b"sRGB")
}

fn smaller(pixels: &RgbaImage, width: u32) -> Result<RgbaImage, Refused> {
    let height = part(pixels.height(), width, pixels.width());
    let source = ImageRef::new(
        pixels.width(),
        pixels.height(),
        pixels.as_raw(),
        PixelType::U8x4,
    )
    .map_err(|_| Refused(DAMAGED))?;
    let mut target = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
    Resizer::new()
        .resize(&source, &mut target, &options)
        .map_err(|_| Refused(DAMAGED))?;
    RgbaImage::from_raw(width, height, target.into_vec()).ok_or(Refused(DAMAGED))
}

/// Bytes that an encoder takes for each pixel: of a photo …
const LOSSY_BYTES: u64 = 12;
/// … and of a drawing of which every bit is kept, by the better encoder; larger ones go through another that needs little.
const LOSSLESS_BYTES: u64 = 22;
const LOSSLESS_PIXELS_MAX: u64 = 3_000_000;

/// The picture itself, and the pixels to make its copies of: a drawing with every bit kept where that is not much heavier,
/// anything else as a photo.
fn whole(
    format: ImageFormat,
    pixels: RgbaImage,
    profile: Option<&[u8]>,
) -> Result<(File, RgbaImage), Refused> {
    let is_drawing = format != ImageFormat::Jpeg && is_drawing(&pixels);
    let number = u64::from(pixels.width()) * u64::from(pixels.height());
    if is_drawing && number > LOSSLESS_PIXELS_MAX {
        return Ok((large_drawing(&pixels, profile)?, pixels));
    }
    let width = width_within(pixels.dimensions(), PHOTO_PIXELS_MAX);
    let pixels = if width < pixels.width() {
        smaller(&pixels, width)?
    } else {
        pixels
    };
    let photo = webp(&pixels, false, profile)?;
    if !is_drawing {
        return Ok((photo, pixels));
    }
    let drawing = webp(&pixels, true, profile)?;
    let is_light = drawing.bytes.len() <= photo.bytes.len() + photo.bytes.len() / 2;
    Ok((if is_light { drawing } else { photo }, pixels))
}

/// A drawing of so many pixels that the better encoder would take too much.
fn large_drawing(pixels: &RgbaImage, profile: Option<&[u8]>) -> Result<File, Refused> {
    let (width, height) = pixels.dimensions();
    let mut plain = Vec::new();
    WebPEncoder::new_lossless(&mut plain)
        .encode(pixels.as_raw(), width, height, ExtendedColorType::Rgba8)
        .map_err(|_| Refused(DAMAGED))?;
    Ok(file(plain, (width, height), profile))
}

fn is_drawing(pixels: &RgbaImage) -> bool {
    let number = pixels.as_raw().len() / 4;
    let step = (number / COLOURS_LOOKED_AT).max(1);
    let colours: HashSet<[u8; 4]> = pixels.pixels().step_by(step).map(|pixel| pixel.0).collect();
    colours.len() <= DRAWING_COLOURS
}

fn webp(pixels: &RgbaImage, lossless: bool, profile: Option<&[u8]>) -> Result<File, Refused> {
    let (width, height) = pixels.dimensions();
    let encoder = webp::Encoder::from_rgba(pixels.as_raw(), width, height);
    let quality = if lossless { EFFORT } else { QUALITY };
    let plain = encoder
        .encode_simple(lossless, quality)
        .map_err(|_| Refused(DAMAGED))?;
    Ok(file(plain.to_vec(), (width, height), profile))
}

/// A WebP with its colour profile.
fn file(plain: Vec<u8>, (width, height): (u32, u32), profile: Option<&[u8]>) -> File {
    let bytes = profile
        .and_then(|profile| strip_metadata::with_profile(&plain, profile, width, height))
        .unwrap_or(plain);
    File {
        bytes,
        ending: "webp",
        width,
        height,
    }
}

#[cfg(test)]
mod tests;
