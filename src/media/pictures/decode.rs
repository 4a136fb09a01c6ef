//! The decoders: each gives its rows to a [`Shrinker`], and sees nothing but pixels.

use super::jpeg::Jpeg;
use super::shrink::Shrinker;
use super::{
    DAMAGED, GIF_PIXELS_MAX, GIF_TOO_LARGE, INTERLACED_PIXELS_MAX, INTERLACED_TOO_LARGE,
    KEPT_PIXELS_MAX, PHOTO_PIXELS_MAX, PIXELS_MAX, Refused, TIME_MAX, TOO_LARGE, TOO_SLOW,
    WEBP_CODES_MAX_BYTES, WEBP_HEAVY_PIXELS_MAX, WEBP_PIXELS_MAX, WEBP_TOO_COSTLY, WEBP_TOO_LARGE,
    fits, kept_size, vp8l,
};
use crate::media::strip_metadata::{self, Bare};
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, ColorType, ImageDecoder, ImageFormat, RgbaImage};
use std::io::Cursor;
use std::num::NonZeroU64;
use std::time::Instant;

/// What the PNG decoder may hold besides its rows.
const PNG_MAX_BYTES: usize = 16 * 1024 * 1024;
/// Rows that are made four bytes a pixel at once.
const ROWS: usize = 16;

fn damaged<E>(_: E) -> Refused {
    Refused(DAMAGED)
}

fn in_time(begun: Instant) -> Result<(), Refused> {
    if begun.elapsed() > TIME_MAX {
        return Err(Refused(TOO_SLOW));
    }
    Ok(())
}

/// The pixels of a still picture, without anything else of its file.
pub fn bare(format: ImageFormat, sent: &[u8]) -> Option<Bare> {
    match format {
        ImageFormat::Jpeg => strip_metadata::jpeg(sent),
        ImageFormat::Png => strip_metadata::png(sent),
        ImageFormat::WebP => strip_metadata::webp(sent),
        _ => strip_metadata::gif(sent).map(|kept| Bare {
            bytes: kept.bytes,
            ..Bare::default()
        }),
    }
}

/// Of how many pixels a picture is kept at most; one of another kind may be a drawing, which takes less.
pub fn pixels_max(format: ImageFormat) -> u64 {
    if format == ImageFormat::Jpeg {
        PHOTO_PIXELS_MAX
    } else {
        KEPT_PIXELS_MAX
    }
}

/// Reads a still picture, as large as it is kept; gives it as it is stored, and how large it was.
pub fn read(
    format: ImageFormat,
    bytes: &[u8],
    is_turned: bool,
    begun: Instant,
) -> Result<(RgbaImage, (u32, u32)), Refused> {
    match format {
        ImageFormat::Jpeg => jpeg(bytes, is_turned, begun),
        ImageFormat::Png => png(bytes, is_turned, begun),
        ImageFormat::WebP => webp(bytes, is_turned),
        _ => gif(bytes),
    }
}

/// How large a picture is, and what its decoder takes besides the picture as it was sent and as it is kept. Refuses what has
/// too many pixels.
pub fn cost(format: ImageFormat, sent: &[u8]) -> Result<((u32, u32), u64), Refused> {
    match format {
        ImageFormat::Jpeg => {
            let jpeg = Jpeg::new(sent, Instant::now())?;
            let size = jpeg.size();
            fits(size, PIXELS_MAX, TOO_LARGE)?;
            let memory = |is_turned| jpeg.memory(kept_size(size, is_turned, PHOTO_PIXELS_MAX));
            Ok((size, memory(false).max(memory(true))))
        }
        ImageFormat::Png => {
            let (size, is_interlaced) = png_head(sent)?;
            let pixels = u64::from(size.0) * u64::from(size.1);
            Ok((size, if is_interlaced { pixels * 4 } else { 0 }))
        }
        ImageFormat::WebP => webp_cost(sent),
        _ => {
            let kept = strip_metadata::gif(sent).ok_or(Refused(DAMAGED))?;
            let size = (kept.width, kept.height);
            fits(size, GIF_PIXELS_MAX, GIF_TOO_LARGE)?;
            // Its own frames are as large as they say.
            if kept.largest > GIF_PIXELS_MAX {
                return Err(Refused(GIF_TOO_LARGE));
            }
            Ok((size, kept.largest * 2))
        }
    }
}

fn jpeg(bytes: &[u8], is_turned: bool, begun: Instant) -> Result<(RgbaImage, (u32, u32)), Refused> {
    let jpeg = Jpeg::new(bytes, begun)?;
    let size = jpeg.size();
    fits(size, PIXELS_MAX, TOO_LARGE)?;
    let kept = kept_size(size, is_turned, PHOTO_PIXELS_MAX);
    let mut shrinker = Shrinker::new(jpeg.rows_for(kept), kept, false);
    jpeg.read(kept, &mut |rows| shrinker.push(rows))?;
    Ok((shrinker.finish()?, size))
}

/// Width and height of a PNG, and whether its rows come several times.
fn png_head(bytes: &[u8]) -> Result<((u32, u32), bool), Refused> {
    let head = bytes.get(12..29).filter(|head| head.starts_with(b"IHDR"));
    let head = head.ok_or(Refused(DAMAGED))?;
    let number =
        |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (size, is_interlaced) = ((number(4), number(8)), head[16] != 0);
    if is_interlaced {
        fits(size, INTERLACED_PIXELS_MAX, INTERLACED_TOO_LARGE)?;
    } else {
        fits(size, PIXELS_MAX, TOO_LARGE)?;
    }
    Ok((size, is_interlaced))
}

fn png(bytes: &[u8], is_turned: bool, begun: Instant) -> Result<(RgbaImage, (u32, u32)), Refused> {
    let (size, is_interlaced) = png_head(bytes)?;
    let limits = png::Limits {
        bytes: PNG_MAX_BYTES,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::EXPAND | png::Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let samples = match reader.output_color_type() {
        (png::ColorType::Grayscale, png::BitDepth::Eight) => 1,
        (png::ColorType::GrayscaleAlpha, png::BitDepth::Eight) => 2,
        (png::ColorType::Rgb, png::BitDepth::Eight) => 3,
        (png::ColorType::Rgba, png::BitDepth::Eight) => 4,
        _ => return Err(Refused(DAMAGED)),
    };
    let kept = kept_size(size, is_turned, KEPT_PIXELS_MAX);
    let mut shrinker = Shrinker::new(size, kept, samples % 2 == 0);
    if is_interlaced {
        let room = reader.output_buffer_size().ok_or(Refused(DAMAGED))?;
        let mut all = vec![0; room];
        reader.next_frame(&mut all).map_err(damaged)?;
        push_all(&mut shrinker, &all, size.0 as usize * samples, samples)?;
        return Ok((shrinker.finish()?, size));
    }
    let mut rows = Vec::new();
    for number in 1..=size.1 as usize {
        let row = reader
            .next_row()
            .map_err(damaged)?
            .ok_or(Refused(DAMAGED))?;
        rgba(row.data(), samples, &mut rows);
        if number % ROWS == 0 {
            shrinker.push(&rows)?;
            rows.clear();
            in_time(begun)?;
        }
    }
    shrinker.push(&rows)?;
    Ok((shrinker.finish()?, size))
}

/// Puts pixels of one to four samples behind others, as red, green, blue and how little can be seen through.
fn rgba(pixels: &[u8], samples: usize, out: &mut Vec<u8>) {
    match samples {
        1 => out.extend(pixels.iter().flat_map(|grey| [*grey, *grey, *grey, 255])),
        2 => out.extend(
            pixels
                .chunks_exact(2)
                .flat_map(|one| [one[0], one[0], one[0], one[1]]),
        ),
        3 => out.extend(
            pixels
                .chunks_exact(3)
                .flat_map(|one| [one[0], one[1], one[2], 255]),
        ),
        _ => out.extend_from_slice(pixels),
    }
}

/// Gives all rows of a picture that is in memory as a whole.
fn push_all(
    shrinker: &mut Shrinker,
    all: &[u8],
    row: usize,
    samples: usize,
) -> Result<(), Refused> {
    let mut rows = Vec::new();
    for some in all.chunks(row * ROWS) {
        rows.clear();
        rgba(some, samples, &mut rows);
        shrinker.push(&rows)?;
    }
    Ok(())
}

/// Whether the parts of a WebP are what its decoder can be given: small enough, and of codes that are few enough.
fn webp_cost(sent: &[u8]) -> Result<((u32, u32), u64), Refused> {
    let parts = strip_metadata::visible_parts(sent).ok_or(Refused(DAMAGED))?;
    let moves = strip_metadata::moving_webp(sent).filter(|kept| kept.frames > 1);
    let (_, mut size) = *parts.first().ok_or(Refused(DAMAGED))?;
    let mut codes = 0;
    let mut is_heavy = false;
    for ((kind, content), size) in &parts {
        fits(*size, WEBP_PIXELS_MAX, WEBP_TOO_LARGE)?;
        let found = match (kind, content.first()) {
            (b"VP8L", _) => vp8l::code_bytes(content, None, WEBP_CODES_MAX_BYTES),
            // RFC 9649, 2.7.1.2: the lowest bits say whether it is packed, and then it is as a lossless picture is.
            (b"ALPH", Some(head)) if head & 3 == 1 => {
                vp8l::code_bytes(&content[1..], Some(*size), WEBP_CODES_MAX_BYTES)
            }
            _ => Some(0),
        };
        is_heavy |= kind != b"VP8 ";
        codes = codes.max(found.ok_or(Refused(DAMAGED))?);
    }
    if codes >= WEBP_CODES_MAX_BYTES {
        return Err(Refused(WEBP_TOO_COSTLY));
    }
    let pixels = |size: (u32, u32)| u64::from(size.0) * u64::from(size.1);
    let decoder = if let Some(kept) = moves {
        size = (kept.width, kept.height);
        pixels(size) * 16
    } else if is_heavy {
        fits(size, WEBP_HEAVY_PIXELS_MAX, WEBP_TOO_LARGE)?;
        pixels(size) * 12
    } else {
        pixels(size) * 9 / 2
    };
    Ok((size, decoder + codes))
}

fn webp(bytes: &[u8], is_turned: bool) -> Result<(RgbaImage, (u32, u32)), Refused> {
    let (size, _) = webp_cost(bytes)?;
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    if decoder.dimensions() != size {
        return Err(Refused(DAMAGED));
    }
    let samples = if decoder.color_type() == ColorType::Rgba8 {
        4
    } else {
        3
    };
    let row = size.0 as usize * samples;
    let mut all = vec![0; row * size.1 as usize];
    decoder.read_image(&mut all).map_err(damaged)?;
    let mut shrinker = Shrinker::new(
        size,
        kept_size(size, is_turned, KEPT_PIXELS_MAX),
        samples == 4,
    );
    push_all(&mut shrinker, &all, row, samples)?;
    Ok((shrinker.finish()?, size))
}

/// Decodes every frame of a moving WebP.
pub fn count_webp_frames(bytes: &[u8], begun: Instant) -> Result<(), Refused> {
    webp_cost(bytes)?;
    let decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
    for frame in decoder.into_frames() {
        frame.map_err(damaged)?;
        in_time(begun)?;
    }
    Ok(())
}

/// A decoder that gives numbers of colours, a byte for each pixel.
fn gif_decoder(bytes: &[u8]) -> Result<gif::Decoder<&[u8]>, Refused> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::Indexed);
    if let Some(most) = NonZeroU64::new(GIF_PIXELS_MAX) {
        options.set_memory_limit(gif::MemoryLimit::Bytes(most));
    }
    options.read_info(bytes).map_err(damaged)
}

/// Decodes every frame of a moving GIF.
pub fn count_gif_frames(bytes: &[u8], begun: Instant) -> Result<(), Refused> {
    let mut decoder = gif_decoder(bytes)?;
    while decoder.read_next_frame().map_err(damaged)?.is_some() {
        in_time(begun)?;
    }
    Ok(())
}

/// The only frame of a GIF, where it lies within the whole.
fn gif(bytes: &[u8]) -> Result<(RgbaImage, (u32, u32)), Refused> {
    let (size, _) = cost(ImageFormat::Gif, bytes)?;
    let mut decoder = gif_decoder(bytes)?;
    let all_colours = decoder.global_palette().map(<[u8]>::to_vec);
    let frame = decoder.read_next_frame().map_err(damaged)?;
    let frame = frame.ok_or(Refused(DAMAGED))?;
    let colours = frame.palette.as_deref().or(all_colours.as_deref());
    let colours = colours.unwrap_or_default();
    let colour = |number: u8| {
        let at = usize::from(number) * 3;
        match colours.get(at..at + 3) {
            Some(one) if frame.transparent != Some(number) => [one[0], one[1], one[2], 255],
            _ => [0; 4],
        }
    };
    let table: Vec<[u8; 4]> = (0..=255).map(colour).collect();
    let mut shrinker = Shrinker::new(size, kept_size(size, false, KEPT_PIXELS_MAX), true);
    let (left, top) = (usize::from(frame.left), usize::from(frame.top));
    let width = usize::from(frame.width);
    let mut row = vec![0; size.0 as usize * 4];
    for y in 0..size.1 as usize {
        row.fill(0);
        let begin = y.checked_sub(top).map(|y| y * width);
        let numbers = begin.and_then(|begin| frame.buffer.get(begin..begin + width));
        let place = row.get_mut(left * 4..).unwrap_or_default();
        for (pixel, number) in place.chunks_exact_mut(4).zip(numbers.unwrap_or_default()) {
            pixel.copy_from_slice(&table[usize::from(*number)]);
        }
        shrinker.push(&row)?;
    }
    Ok((shrinker.finish()?, size))
}
