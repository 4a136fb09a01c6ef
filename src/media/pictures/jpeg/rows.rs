//! From the blocks of a JPEG to rows of coloured pixels: every component is brought to one size, then they become colours.

use super::Jpeg;
use super::idct::{Block, Transform};
use crate::media::pictures::Refused;

/// The pixels of one row of units, and how they become colours.
pub(super) struct Rows {
    /// Width and height of the whole, and the height of a row of units.
    size: (usize, usize),
    lines: usize,
    planes: Vec<Plane>,
    colours: Colours,
    transform: Transform,
    row: Vec<u8>,
}

/// The pixels of one component within a row of units.
struct Plane {
    pixels: Vec<u8>,
    width: usize,
    /// For each pixel of the result, the two between which it lies and how near it is to the second, of 256; nothing where
    /// the component is as large as the result.
    across: Vec<(u32, u16)>,
    down: Vec<(u32, u16)>,
    line: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Colours {
    Grey,
    Rgb,
    YCbCr,
    /// Inverted, as Adobe's programs write it and nobody else does.
    Cmyk,
    Ycck,
}

/// Where the pixels of a row of so many lie among those of another, each between two.
fn places(result: usize, own: usize) -> Vec<(u32, u16)> {
    if result == own {
        return Vec::new();
    }
    let ratio = own as f64 / result as f64;
    (0..result)
        .map(|at| {
            let place = ((at as f64 + 0.5) * ratio - 0.5).clamp(0.0, (own - 1) as f64);
            let near = (place.fract() * 256.0) as u16;
            (place as u32, near)
        })
        .collect()
}

impl Plane {
    fn new(size: (usize, usize), result: (usize, usize)) -> Self {
        Self {
            // One more than there are, so that the last one has a neighbour.
            pixels: vec![0; size.0 * size.1 + 1],
            width: size.0,
            across: places(result.0, size.0),
            down: places(result.1, size.1),
            line: vec![0; result.0],
        }
    }

    /// One row as wide as the result.
    fn line(&mut self, y: usize) -> &[u8] {
        let (top, near) = self.down.get(y).copied().unwrap_or((y as u32, 0));
        let begin = top as usize * self.width;
        let above = &self.pixels[begin..=begin + self.width];
        if self.across.is_empty() && near == 0 {
            return above;
        }
        let next = if near > 0 { begin + self.width } else { begin };
        let below = &self.pixels[next..=next + self.width];
        let (from, to) = (256 - u32::from(near), u32::from(near));
        let blend = |at: usize| u32::from(above[at]) * from + u32::from(below[at]) * to;
        if self.across.is_empty() {
            for (at, pixel) in self.line.iter_mut().enumerate() {
                *pixel = (blend(at) >> 8) as u8;
            }
            return &self.line;
        }
        for (pixel, (at, near)) in self.line.iter_mut().zip(&self.across) {
            let (at, near) = (*at as usize, u32::from(*near));
            let sum = blend(at) * (256 - near) + blend(at + 1) * near;
            *pixel = ((sum + (1 << 15)) >> 16) as u8;
        }
        &self.line
    }
}

impl Rows {
    pub(super) fn new(jpeg: &Jpeg<'_>, scale: usize) -> Self {
        let (across, _) = jpeg.units();
        let (width, height) = jpeg.size_at(scale);
        let padded = (across * jpeg.h * scale, jpeg.v * scale);
        let planes = jpeg.components.iter().map(|one| {
            let size = (across * one.h * one.block.0, one.v * one.block.1);
            Plane::new(size, padded)
        });
        let is_rgb = jpeg.adobe == Some(0)
            || jpeg.adobe.is_none() && jpeg.components.iter().map(|one| one.id).eq(*b"RGB");
        let colours = match (jpeg.components.len(), jpeg.adobe) {
            (1, _) => Colours::Grey,
            (3, _) if is_rgb => Colours::Rgb,
            (3, _) => Colours::YCbCr,
            (_, Some(2)) => Colours::Ycck,
            _ => Colours::Cmyk,
        };
        Self {
            size: (width as usize, height as usize),
            lines: padded.1,
            planes: planes.collect(),
            colours,
            transform: Transform::new(),
            row: Vec::new(),
        }
    }

    /// Puts the pixels of a block into its place within the row of units.
    pub(super) fn put(
        &mut self,
        component: usize,
        (column, line): (usize, usize),
        block: &Block,
        size: (usize, usize),
    ) {
        let plane = &mut self.planes[component];
        let width = plane.width;
        let begin = line * size.1 * width + column * size.0;
        let pixels = &mut plane.pixels[begin..];
        self.transform.write(block, size, pixels, width);
    }

    /// Gives the rows of a row of units that are within the picture.
    pub(super) fn give(
        &mut self,
        units: usize,
        give: &mut dyn FnMut(&[u8]) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let begin = units * self.lines;
        let (width, height) = self.size;
        let lines = self.lines.min(height.saturating_sub(begin));
        self.row.resize(width * lines * 4, 0);
        for y in 0..lines {
            let out = &mut self.row[y * width * 4..(y + 1) * width * 4];
            match &mut self.planes[..] {
                [grey] => {
                    let grey = grey.line(y);
                    for (pixel, grey) in out.chunks_exact_mut(4).zip(grey) {
                        pixel.copy_from_slice(&[*grey, *grey, *grey, 255]);
                    }
                }
                [a, b, c, rest @ ..] => {
                    let (a, b, c) = (a.line(y), b.line(y), c.line(y));
                    colour(self.colours, out, (a, b, c));
                    if let [black] = rest {
                        darken(out, black.line(y));
                    }
                }
                _ => {}
            }
        }
        give(&self.row)
    }
}

/// Makes colours of a row of three components.
fn colour(colours: Colours, out: &mut [u8], (a, b, c): (&[u8], &[u8], &[u8])) {
    let pixels = out.chunks_exact_mut(4).zip(a).zip(b).zip(c);
    match colours {
        Colours::Rgb | Colours::Cmyk | Colours::Grey => {
            for (((pixel, a), b), c) in pixels {
                pixel.copy_from_slice(&[*a, *b, *c, 255]);
            }
        }
        Colours::YCbCr => {
            for (((pixel, y), blue), red) in pixels {
                pixel.copy_from_slice(&rgb(*y, *blue, *red));
            }
        }
        Colours::Ycck => {
            for (((pixel, y), blue), red) in pixels {
                let [inks @ .., _] = rgb(*y, *blue, *red);
                let [red, green, blue] = inks.map(|ink| 255 - ink);
                pixel.copy_from_slice(&[red, green, blue, 255]);
            }
        }
    }
}

/// The colour of brightness and two differences (JFIF 1.02, page 3).
#[inline]
fn rgb(y: u8, blue: u8, red: u8) -> [u8; 4] {
    const HALF: i32 = 1 << 15;
    let (y, blue, red) = (
        i32::from(y) << 16,
        i32::from(blue) - 128,
        i32::from(red) - 128,
    );
    let byte = |value: i32| ((value + HALF) >> 16).clamp(0, 255) as u8;
    [
        byte(y + 91_881 * red),
        byte(y - 22_554 * blue - 46_802 * red),
        byte(y + 116_130 * blue),
        255,
    ]
}

/// Takes the black of a print into account.
fn darken(out: &mut [u8], black: &[u8]) {
    for (pixel, black) in out.chunks_exact_mut(4).zip(black) {
        for colour in &mut pixel[..3] {
            *colour = ((u32::from(*colour) * u32::from(*black) + 127) / 255) as u8;
        }
    }
}
