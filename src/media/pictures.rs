//! From the bytes that somebody sent to a picture that can be shown: what the bytes are decides, never their name.
//!
//! Everything is decoded within bounds, turned upright, and written anew, so that nothing else that the file held comes
//! along: no place where it was taken, no name, no script. What stands still becomes WebP, at most 2,560 pixels wide, with
//! smaller copies. What moves is decoded too, but keeps its kind and its frames byte by byte: written anew they would look
//! worse or grow, so only the parts that show something are copied (see [`containers`]), and it has no copies.

use super::containers;
use crate::blog::media::{EMPTY, SENT_MAX_BYTES, TOO_HEAVY};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::gif::GifDecoder;
use image::codecs::webp::WebPDecoder;
use image::error::ImageError;
use image::{
    AnimationDecoder, DynamicImage, Frames, ImageDecoder, ImageFormat, ImageReader, Limits,
    RgbaImage,
};
use std::collections::HashSet;
use std::io::Cursor;
use std::time::{Duration, Instant};

const SIDE_MAX: u32 = 12_000;
const PIXELS_MAX: u64 = 40_000_000;
/// What a decoder may take; 40 megapixels of a photo fit.
const DECODER_MAX_BYTES: u64 = 128 * 1024 * 1024;
/// The longest that looking at one file may take.
pub const TIME_MAX: Duration = Duration::from_secs(10);
/// All frames of a moving picture together: a minute of a small film.
const MOVING_PIXELS_MAX: u64 = 400_000_000;

/// Two pixels of a dense screen to each pixel of a page twice as wide as our column.
const WIDTH_MAX: u32 = 2560;
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

const NO_PICTURE: &str =
    "This file is no picture that a blog can show. JPEG, PNG, GIF and WebP can be shown.";
pub const DAMAGED: &str = "This picture is damaged, or cut off: it could not be read to its end.";
const TOO_LARGE: &str = "This picture has too many pixels. At most 12,000 on a side and 40 million in all can be taken; \
     save it smaller and send it again.";
const TOO_LONG: &str =
    "This moving picture has too many frames. Make it shorter or smaller and send it again.";
pub const TOO_LITTLE_MEMORY: &str =
    "This server has too little memory for so large a picture. Save it smaller and send it again.";
pub const TOO_SLOW: &str = "This picture took too long to read. Save it smaller and send it again.";

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
pub struct Made {
    pub whole: File,
    /// The smaller copies, smallest first.
    pub sizes: Vec<File>,
    pub moving: bool,
    /// How large it was before anything was made smaller: width and height, upright.
    pub sent: (u32, u32),
}

/// Makes of what was sent a picture that can be shown. Takes up to some seconds, and up to 300 MiB for a moment.
pub fn make(sent: &[u8]) -> Result<Made, Refused> {
    let begun = Instant::now();
    if sent.is_empty() {
        return Err(Refused(EMPTY));
    }
    if sent.len() > SENT_MAX_BYTES {
        return Err(Refused(TOO_HEAVY));
    }
    let format = format(sent).ok_or(Refused(NO_PICTURE))?;
    match moving(format, sent, begun)? {
        Some(made) => Ok(made),
        None => still(format, sent),
    }
}

/// How many pixels a picture says that it has; `None` where it does not say so.
#[must_use]
pub fn pixels(sent: &[u8]) -> Option<u64> {
    let reader = ImageReader::with_format(Cursor::new(sent), format(sent)?);
    let (width, height) = reader.into_dimensions().ok()?;
    Some(u64::from(width) * u64::from(height))
}

/// What the bytes are, by how each kind begins.
fn format(sent: &[u8]) -> Option<ImageFormat> {
    let is_webp = sent.starts_with(b"RIFF") && sent.get(8..12) == Some(b"WEBP");
    match sent {
        [0xFF, 0xD8, 0xFF, ..] => Some(ImageFormat::Jpeg),
        _ if sent.starts_with(b"\x89PNG\r\n\x1a\n") => Some(ImageFormat::Png),
        _ if sent.starts_with(b"GIF87a") || sent.starts_with(b"GIF89a") => Some(ImageFormat::Gif),
        _ if is_webp => Some(ImageFormat::WebP),
        _ => None,
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_MAX);
    limits.max_image_height = Some(SIDE_MAX);
    limits.max_alloc = Some(DECODER_MAX_BYTES);
    limits
}

fn refused(error: &ImageError) -> Refused {
    match error {
        ImageError::Limits(_) => Refused(TOO_LARGE),
        _ => Refused(DAMAGED),
    }
}

fn fits(width: u32, height: u32) -> Result<(), Refused> {
    let pixels = u64::from(width) * u64::from(height);
    if width > SIDE_MAX || height > SIDE_MAX || pixels > PIXELS_MAX {
        return Err(Refused(TOO_LARGE));
    }
    if pixels == 0 {
        return Err(Refused(DAMAGED));
    }
    Ok(())
}

/// A picture of more than one frame; `None` where it stands still.
fn moving(format: ImageFormat, sent: &[u8], begun: Instant) -> Result<Option<Made>, Refused> {
    let kept = match format {
        ImageFormat::Gif => containers::gif(sent),
        ImageFormat::WebP => containers::moving_webp(sent),
        _ => return Ok(None),
    };
    let Some(kept) = kept else {
        return Err(Refused(DAMAGED));
    };
    if kept.frames < 2 {
        return Ok(None);
    }
    fits(kept.width, kept.height)?;
    let pixels = u64::from(kept.width) * u64::from(kept.height);
    if kept.frames.saturating_mul(pixels) > MOVING_PIXELS_MAX {
        return Err(Refused(TOO_LONG));
    }
    let ending = if format == ImageFormat::Gif {
        let mut decoder = GifDecoder::new(Cursor::new(&kept.bytes)).map_err(|e| refused(&e))?;
        decoder.set_limits(limits()).map_err(|e| refused(&e))?;
        see_all(decoder.into_frames(), begun)?;
        "gif"
    } else {
        let mut decoder = WebPDecoder::new(Cursor::new(&kept.bytes)).map_err(|e| refused(&e))?;
        decoder.set_limits(limits()).map_err(|e| refused(&e))?;
        see_all(decoder.into_frames(), begun)?;
        "webp"
    };
    Ok(Some(Made {
        whole: File {
            bytes: kept.bytes,
            ending,
            width: kept.width,
            height: kept.height,
        },
        sizes: Vec::new(),
        moving: true,
        sent: (kept.width, kept.height),
    }))
}

fn see_all(frames: Frames, begun: Instant) -> Result<(), Refused> {
    for frame in frames {
        frame.map_err(|error| refused(&error))?;
        if begun.elapsed() > TIME_MAX {
            return Err(Refused(TOO_SLOW));
        }
    }
    Ok(())
}

fn still(format: ImageFormat, sent: &[u8]) -> Result<Made, Refused> {
    let (pixels, profile) = upright(format, sent)?;
    let sent_size = pixels.dimensions();
    let pixels = match width_of(&pixels, WIDTH_MAX) {
        Some(width) => smaller(&pixels, width)?,
        None => pixels,
    };
    let whole = whole(format, &pixels, profile.as_deref())?;
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
    Ok(Made {
        whole,
        sizes,
        moving: false,
        sent: sent_size,
    })
}

/// Decodes a picture and turns it the way that its camera was held. Gives its colour profile too, where that says more
/// than that the colours are those of the web.
fn upright(format: ImageFormat, sent: &[u8]) -> Result<(RgbaImage, Option<Vec<u8>>), Refused> {
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(|e| refused(&e))?;
    let (width, height) = decoder.dimensions();
    fits(width, height)?;
    if decoder.total_bytes() > DECODER_MAX_BYTES {
        return Err(Refused(TOO_LARGE));
    }
    // A picture whose notes cannot be read is shown as it lies.
    let orientation = decoder.orientation().ok();
    let profile = decoder.icc_profile().ok().flatten();
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| refused(&e))?;
    if let Some(orientation) = orientation {
        picture.apply_orientation(orientation);
    }
    Ok((picture.into_rgba8(), profile.filter(|p| is_needed(p))))
}

/// Whether a profile (ICC.1, 7.2) tells of other colours than those that pictures without any have, and is no burden.
fn is_needed(profile: &[u8]) -> bool {
    const PROFILE_MAX_BYTES: usize = 16 * 1024;
    let is_rgb = profile.get(16..20) == Some(b"RGB ") && profile.get(36..40) == Some(b"acsp");
    // Without zeros, so that the name is found in both ways of writing it.
    let letters: Vec<u8> = profile.iter().copied().filter(|byte| *byte != 0).collect();
    is_rgb
        && profile.len() <= PROFILE_MAX_BYTES
        && !letters.windows(4).any(|letters| letters == b"sRGB")
}

/// The width to make a picture smaller to, if it is wider.
fn width_of(pixels: &RgbaImage, max: u32) -> Option<u32> {
    (pixels.width() > max).then_some(max)
}

fn smaller(pixels: &RgbaImage, width: u32) -> Result<RgbaImage, Refused> {
    let whole = u64::from(pixels.width());
    let height = (u64::from(pixels.height()) * u64::from(width) + whole / 2) / whole;
    let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
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

/// The picture itself: a drawing with every bit kept where that is not much heavier, anything else as a photo.
fn whole(format: ImageFormat, pixels: &RgbaImage, profile: Option<&[u8]>) -> Result<File, Refused> {
    let photo = webp(pixels, false, profile)?;
    if format == ImageFormat::Jpeg || !is_drawing(pixels) {
        return Ok(photo);
    }
    let drawing = webp(pixels, true, profile)?;
    let is_light = drawing.bytes.len() <= photo.bytes.len() + photo.bytes.len() / 2;
    Ok(if is_light { drawing } else { photo })
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
    let bytes = profile
        .and_then(|profile| containers::with_profile(&plain, profile, width, height))
        .unwrap_or_else(|| plain.to_vec());
    Ok(File {
        bytes,
        ending: "webp",
        width,
        height,
    })
}

#[cfg(test)]
mod tests;
