//! Makes a picture smaller while its rows come in, so that the large one is never in memory as a whole.

// Sides of a picture, samples and tables are small: what is cast was checked against the limits of the format before.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

use super::{DAMAGED, Refused};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, MulDiv, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::RgbaImage;

const BYTES: usize = 4;
/// How far Lanczos' filter of three lobes looks, in pixels of the smaller picture.
const LOBES: f64 = 3.0;
/// Rows are taken in strips of so many at least, since each costs a few tables.
const STRIP: usize = 32;

/// Takes the rows of a picture from its top; gives it in another size, by Lanczos' filter. The two directions are taken one
/// after the other, as [`Resizer`] does it with a whole picture: first each strip becomes as narrow as it shall be, and then
/// the rows that those of the result need are taken together.
pub struct Shrinker {
    source: (usize, usize),
    target: (usize, usize),
    /// Whether colours count as much as they can be seen.
    alpha: bool,
    resizer: Resizer,
    /// Rows that are too few for a strip yet, as wide as they came.
    strip: Vec<u8>,
    /// Rows that are as narrow as they shall be, from `first` on.
    window: Vec<u8>,
    first: usize,
    made: Vec<u8>,
}

fn damaged<E>(_: E) -> Refused {
    Refused(DAMAGED)
}

impl Shrinker {
    /// From one size to another, in pixels; `alpha` where some can be seen through.
    pub fn new(source: (u32, u32), target: (u32, u32), alpha: bool) -> Self {
        let size = |(width, height): (u32, u32)| (width as usize, height as usize);
        let (source, target) = (size(source), size(target));
        Self {
            alpha: alpha && source != target,
            source,
            target,
            resizer: Resizer::new(),
            strip: Vec::new(),
            window: Vec::new(),
            first: 0,
            made: Vec::with_capacity(target.0 * target.1 * BYTES),
        }
    }

    /// Takes further whole rows, four bytes a pixel; what is more than the picture has is left.
    pub fn push(&mut self, rows: &[u8]) -> Result<(), Refused> {
        if self.source == self.target {
            let room = self.target.0 * self.target.1 * BYTES - self.made.len();
            self.made.extend_from_slice(&rows[..rows.len().min(room)]);
            return Ok(());
        }
        self.strip.extend_from_slice(rows);
        if self.strip.len() >= STRIP * self.source.0 * BYTES {
            self.narrow()?;
            self.lower(false)?;
        }
        Ok(())
    }

    /// The picture, once all rows are there.
    pub fn finish(mut self) -> Result<RgbaImage, Refused> {
        if self.source != self.target {
            self.narrow()?;
            self.lower(true)?;
        }
        let (width, height) = self.target;
        if self.made.len() != width * height * BYTES {
            return Err(Refused(DAMAGED));
        }
        if self.alpha {
            let made = std::mem::take(&mut self.made);
            let mut image = Image::from_vec_u8(width as u32, height as u32, made, PixelType::U8x4)
                .map_err(damaged)?;
            MulDiv::new()
                .divide_alpha_inplace(&mut image)
                .map_err(damaged)?;
            self.made = image.into_vec();
        }
        RgbaImage::from_raw(width as u32, height as u32, self.made).ok_or(Refused(DAMAGED))
    }

    /// Makes the strip as narrow as the result, and puts it behind the others.
    fn narrow(&mut self) -> Result<(), Refused> {
        let row = self.source.0 * BYTES;
        let rows = self.strip.len() / row;
        let wanted = self.source.1 - self.first - self.window.len() / (self.target.0 * BYTES);
        let rows = rows.min(wanted);
        if rows == 0 {
            return Ok(());
        }
        let width = self.source.0 as u32;
        let strip = &mut self.strip[..rows * row];
        if self.alpha {
            let mut image = Image::from_slice_u8(width, rows as u32, strip, PixelType::U8x4)
                .map_err(damaged)?;
            MulDiv::new()
                .multiply_alpha_inplace(&mut image)
                .map_err(damaged)?;
        }
        let strip = ImageRef::new(width, rows as u32, strip, PixelType::U8x4).map_err(damaged)?;
        let target = self.target.0 as u32;
        let whole = (0.0, 0.0, f64::from(width), rows as f64);
        let narrow = resized(&mut self.resizer, &strip, (target, rows as u32), whole)?;
        self.window.extend_from_slice(&narrow);
        self.strip.drain(..rows * row);
        Ok(())
    }

    /// Makes those rows of the result of which everything is there.
    fn lower(&mut self, all: bool) -> Result<(), Refused> {
        let row = self.target.0 * BYTES;
        let there = self.first + self.window.len() / row;
        let ratio = self.source.1 as f64 / self.target.1 as f64;
        let reach = LOBES * ratio.max(1.0);
        let begin = self.made.len() / row;
        // Row `y` looks as far as `(y + 0.5) * ratio + reach`.
        let end = if all {
            self.target.1
        } else {
            let last = (there as f64 - reach) / ratio - 0.5;
            (last.floor().max(0.0) as usize).min(self.target.1)
        };
        if end <= begin || there == self.first {
            return Ok(());
        }
        let window = ImageRef::new(
            self.target.0 as u32,
            (there - self.first) as u32,
            &self.window,
            PixelType::U8x4,
        )
        .map_err(damaged)?;
        let top = begin as f64 * ratio - self.first as f64;
        let height = ((end - begin) as f64 * ratio).min((there - self.first) as f64 - top);
        let part = (0.0, top, self.target.0 as f64, height);
        let size = (self.target.0 as u32, (end - begin) as u32);
        let lower = resized(&mut self.resizer, &window, size, part)?;
        self.made.extend_from_slice(&lower);
        let needed = ((end as f64 + 0.5) * ratio - reach).floor().max(0.0) as usize;
        let needed = needed.saturating_sub(1).clamp(self.first, there);
        self.window.drain(..(needed - self.first) * row);
        self.first = needed;
        Ok(())
    }
}

/// A part of an image (left, top, width, height) in another size.
fn resized(
    resizer: &mut Resizer,
    image: &ImageRef<'_>,
    (width, height): (u32, u32),
    part: (f64, f64, f64, f64),
) -> Result<Vec<u8>, Refused> {
    let mut target = Image::new(width, height, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(part.0, part.1, part.2, part.3)
        .use_alpha(false);
    resizer
        .resize(image, &mut target, &options)
        .map_err(damaged)?;
    Ok(target.into_vec())
}
