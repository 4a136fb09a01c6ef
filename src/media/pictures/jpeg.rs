//! Reads a JPEG (ITU-T T.81) from its top to its bottom, as rows of pixels in about the size that is wanted, so that a large
//! picture is never in memory as a whole. Decoders that can be had make all of it first: 150 MB for 50 megapixels, and
//! three times that where the picture comes in several scans. Of those the frequencies are kept that the wanted size shows.
//!
//! What is read: sequential and progressive pictures of 8 bits, with Huffman codes, of one, three or four components.
//! Notes are no business of this file: [`super::super::strip_metadata::jpeg`] has taken them out before.

// Sides of a picture, samples and tables are small: what is cast was checked against the limits of the format before.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

mod bits;
mod idct;
mod scan;

use super::{DAMAGED, Refused, TIME_MAX, TOO_SLOW};
use bits::{Bits, Code};
use idct::{Block, Transform};
use scan::{Scan, Store};
use std::time::Instant;

/// The data is not what T.81 describes, or a kind that nobody uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl From<Broken> for Refused {
    fn from(_: Broken) -> Self {
        Self(DAMAGED)
    }
}

/// Where each frequency of a block is, in the order in which they come (figure 5).
const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A block on a side.
const SIDE: usize = 8;
/// Blocks that all scans of one picture visit together: five times those of 50 megapixels in the usual ten scans.
const VISITS_MAX: u64 = 64_000_000;

/// A component: the brightness, say.
struct Component {
    id: u8,
    /// Blocks to a unit of the picture, in both directions.
    h: usize,
    v: usize,
    quantiser: usize,
    /// What each frequency is multiplied by, in the order in which they come; known from its first scan on.
    factors: Option<[f32; 64]>,
    /// How many pixels a block becomes.
    block: (usize, usize),
    /// Blocks with anything of the picture in them, which is what a scan of this component alone holds.
    blocks: (usize, usize),
    codes: (usize, usize),
    before: i32,
    store: Option<Store>,
}

/// A picture whose head was read.
pub struct Jpeg<'a> {
    data: &'a [u8],
    at: usize,
    width: usize,
    height: usize,
    progressive: bool,
    components: Vec<Component>,
    /// The most blocks to a unit.
    h: usize,
    v: usize,
    quantisers: [Option<[f32; 64]>; 4],
    dc: [Option<Code>; 4],
    ac: [Option<Code>; 4],
    /// Units between restarts; none where there are no restarts.
    interval: usize,
    /// Of Adobe's marker: which colours the components are.
    adobe: Option<u8>,
    visits: u64,
    begun: Instant,
}

fn be16(data: &[u8], at: usize) -> Result<usize, Broken> {
    let two = data.get(at..at + 2).ok_or(Broken)?;
    Ok(usize::from(u16::from_be_bytes([two[0], two[1]])))
}

impl<'a> Jpeg<'a> {
    /// Reads up to the first scan.
    pub fn new(data: &'a [u8], begun: Instant) -> Result<Self, Broken> {
        let mut jpeg = Self {
            data,
            at: 2,
            width: 0,
            height: 0,
            progressive: false,
            components: Vec::new(),
            h: 1,
            v: 1,
            quantisers: [None; 4],
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            interval: 0,
            adobe: None,
            visits: 0,
            begun,
        };
        if !jpeg.find_scan()? || jpeg.components.is_empty() {
            return Err(Broken);
        }
        Ok(jpeg)
    }

    /// Width and height as they are stored, in pixels.
    pub fn size(&self) -> (u32, u32) {
        (self.width as u32, self.height as u32)
    }

    /// Whether it comes in one scan, which is read row by row.
    fn is_streamed(&self) -> bool {
        let number = self.data.get(self.at + 4).copied().map(usize::from);
        !self.progressive && number == Some(self.components.len())
    }

    /// How many pixels of eight are made in each direction, where a picture of at least this size is wanted.
    fn scale(&self, wanted: (u32, u32)) -> usize {
        let reaches = |size: usize| {
            let (width, height) = self.size_at(size);
            width >= wanted.0 && height >= wanted.1
        };
        (1..SIDE).find(|size| reaches(*size)).unwrap_or(SIDE)
    }

    fn size_at(&self, scale: usize) -> (u32, u32) {
        let side = |pixels: usize| (pixels * scale).div_ceil(SIDE) as u32;
        (side(self.width), side(self.height))
    }

    /// The size of the rows that come, where a picture of at least this size is wanted.
    pub fn rows_for(&self, wanted: (u32, u32)) -> (u32, u32) {
        self.size_at(self.scale(wanted))
    }

    /// About how many bytes reading it takes, where a picture of at least this size is wanted.
    pub fn memory(&self, wanted: (u32, u32)) -> u64 {
        let scale = self.scale(wanted);
        let strip = self.units().0 * self.h * self.v * SIDE * SIDE * 8;
        let stored: usize = if self.is_streamed() {
            0
        } else {
            (0..self.components.len())
                .map(|at| {
                    let blocks = self.padded(at);
                    let block = self.block(at, scale, true);
                    Store::bytes(blocks.0 * blocks.1, block)
                })
                .sum()
        };
        (strip + stored) as u64
    }

    /// Units in both directions.
    fn units(&self) -> (usize, usize) {
        let number = |pixels: usize, blocks: usize| pixels.div_ceil(blocks * SIDE);
        (number(self.width, self.h), number(self.height, self.v))
    }

    /// Blocks of a component in whole units.
    fn padded(&self, at: usize) -> (usize, usize) {
        let (across, down) = self.units();
        let component = &self.components[at];
        (across * component.h, down * component.v)
    }

    /// How many pixels a block of a component becomes: as many as make it as large as the others, at most all. Of colours
    /// that are kept for several scans half as many are enough: no WebP of a photo holds more.
    fn block(&self, at: usize, scale: usize, stored: bool) -> (usize, usize) {
        let component = &self.components[at];
        let part = |all: usize, own: usize| {
            let wanted = scale * all / own;
            let wanted = if stored && at > 0 && at < 3 {
                wanted.div_ceil(2)
            } else {
                wanted
            };
            wanted.clamp(1, SIDE)
        };
        (part(self.h, component.h), part(self.v, component.v))
    }

    /// Gives all rows, some at a time, from the top: four bytes a pixel, nothing to be seen through.
    pub fn read(
        mut self,
        wanted: (u32, u32),
        give: &mut dyn FnMut(&[u8]) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let scale = self.scale(wanted);
        let streamed = self.is_streamed();
        for at in 0..self.components.len() {
            self.components[at].block = self.block(at, scale, !streamed);
        }
        let mut rows = Rows::new(&self, scale);
        if streamed {
            let scan = self.next_scan()?.ok_or(Broken)?;
            return self.stream(&scan, &mut rows, give);
        }
        for at in 0..self.components.len() {
            let (across, down) = self.padded(at);
            let component = &mut self.components[at];
            component.store = Some(Store::new((across, down), component.block));
        }
        while let Some(scan) = self.next_scan()? {
            self.store(&scan)?;
        }
        self.give_stored(&mut rows, give)
    }

    fn in_time(&self) -> Result<(), Refused> {
        if self.begun.elapsed() > TIME_MAX {
            return Err(Refused(TOO_SLOW));
        }
        Ok(())
    }

    /// Reads the only scan, and gives each row of units as it comes.
    fn stream(
        &mut self,
        scan: &Scan,
        rows: &mut Rows,
        give: &mut dyn FnMut(&[u8]) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        self.begin(scan)?;
        let mut bits = Bits::new(self.data, scan.begin);
        let (across, down) = self.units();
        let mut until_restart = self.interval;
        for line in 0..down {
            for unit in 0..across {
                if self.interval > 0 {
                    if until_restart == 0 {
                        self.restart(&mut bits)?;
                        until_restart = self.interval;
                    }
                    until_restart -= 1;
                }
                self.unit(&mut bits, unit, rows)?;
            }
            if bits.is_past_end() {
                return Err(Refused(DAMAGED));
            }
            self.in_time()?;
            rows.give(line, give)?;
        }
        Ok(())
    }

    /// Reads one unit and makes its pixels.
    fn unit(&mut self, bits: &mut Bits<'_>, unit: usize, rows: &mut Rows) -> Result<(), Broken> {
        for (at, component) in self.components.iter_mut().enumerate() {
            let (dc, ac) = component.codes;
            let (Some(dc), Some(ac)) = (&self.dc[dc], &self.ac[ac]) else {
                return Err(Broken);
            };
            let factors = component.factors.as_ref().ok_or(Broken)?;
            for down in 0..component.v {
                for across in 0..component.h {
                    let mut block: Block = [0.0; 64];
                    scan::sequential(bits, (dc, ac), &mut component.before, |place, value| {
                        block[usize::from(ZIGZAG[place])] = value as f32 * factors[place];
                    })?;
                    let column = unit * component.h + across;
                    rows.put(at, (column, down), &block, component.block);
                }
            }
        }
        Ok(())
    }

    /// What a scan begins with: its codes are there, and its components have their factors.
    fn begin(&mut self, scan: &Scan) -> Result<(), Broken> {
        for part in &scan.parts {
            let component = &mut self.components[part.component];
            component.codes = part.codes;
            component.before = 0;
            if component.factors.is_none() {
                component.factors = self.quantisers[component.quantiser];
            }
            if component.factors.is_none() {
                return Err(Broken);
            }
        }
        Ok(())
    }

    fn restart(&mut self, bits: &mut Bits<'_>) -> Result<(), Broken> {
        bits.restart()?;
        for component in &mut self.components {
            component.before = 0;
        }
        Ok(())
    }

    /// Makes the pixels of everything that was kept.
    fn give_stored(
        &mut self,
        rows: &mut Rows,
        give: &mut dyn FnMut(&[u8]) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let (across, down) = self.units();
        let mut block: Block = [0.0; 64];
        for line in 0..down {
            for (at, component) in self.components.iter().enumerate() {
                let (Some(store), Some(factors)) = (&component.store, &component.factors) else {
                    return Err(Refused(DAMAGED));
                };
                for v in 0..component.v {
                    for column in 0..across * component.h {
                        store.read((column, line * component.v + v), factors, &mut block);
                        rows.put(at, (column, v), &block, component.block);
                    }
                }
            }
            self.in_time()?;
            rows.give(line, give)?;
        }
        Ok(())
    }
}

/// The head: everything between scans.
impl<'a> Jpeg<'a> {
    /// Reads segments up to the next scan, and stays before it; false at the end of the picture.
    fn find_scan(&mut self) -> Result<bool, Broken> {
        loop {
            while self.data.get(self.at..self.at + 2) == Some(&[0xFF, 0xFF]) {
                self.at += 1;
            }
            let Some([0xFF, marker]) = self.data.get(self.at..self.at + 2) else {
                // A file that just stops after a whole scan is shown by every browser.
                return Ok(false);
            };
            match marker {
                0xD9 => return Ok(false),
                0xDA => return Ok(true),
                // Restarts that nobody waits for.
                0x01 | 0xD0..=0xD8 => self.at += 2,
                _ => {
                    let content = self.segment()?;
                    self.read_segment(*marker, content)?;
                }
            }
        }
    }

    /// The content of the segment that begins here; goes behind it.
    fn segment(&mut self) -> Result<&'a [u8], Broken> {
        let begin = self.at + 2;
        let length = be16(self.data, begin)?.max(2);
        self.at = begin + length;
        self.data.get(begin + 2..self.at).ok_or(Broken)
    }

    fn read_segment(&mut self, marker: u8, content: &[u8]) -> Result<(), Broken> {
        match marker {
            0xC0..=0xC2 => self.frame(marker, content)?,
            0xC4 => self.read_codes(content)?,
            0xDB => self.read_quantisers(content)?,
            0xDD => self.interval = be16(content, 0)?,
            0xEE if content.starts_with(b"Adobe") => self.adobe = content.get(11).copied(),
            // Other kinds of frames: lossless, hierarchical, coded by arithmetic; and lines that are counted later.
            0xC3 | 0xC5..=0xCF | 0xDC => return Err(Broken),
            _ => {}
        }
        Ok(())
    }

    /// The next scan; `None` at the end of the picture.
    fn next_scan(&mut self) -> Result<Option<Scan>, Broken> {
        if !self.find_scan()? {
            return Ok(None);
        }
        let content = self.segment()?;
        Scan::read(self, content, self.at).map(Some)
    }

    fn frame(&mut self, marker: u8, content: &[u8]) -> Result<(), Broken> {
        let number = usize::from(*content.get(5).ok_or(Broken)?);
        if !self.components.is_empty() || content[0] != 8 || !matches!(number, 1 | 3 | 4) {
            return Err(Broken);
        }
        self.progressive = marker == 0xC2;
        self.height = be16(content, 1)?;
        self.width = be16(content, 3)?;
        if self.width == 0 || self.height == 0 {
            return Err(Broken);
        }
        for about in content.get(6..6 + number * 3).ok_or(Broken)?.chunks(3) {
            // One component alone is coded block by block, whatever it says (A.2.2).
            let (h, v) = match number {
                1 => (1, 1),
                _ => (usize::from(about[1] >> 4), usize::from(about[1] & 15)),
            };
            if !(1..=4).contains(&h) || !(1..=4).contains(&v) || about[2] > 3 {
                return Err(Broken);
            }
            self.h = self.h.max(h);
            self.v = self.v.max(v);
            self.components.push(Component {
                id: about[0],
                h,
                v,
                quantiser: usize::from(about[2]),
                factors: None,
                block: (0, 0),
                blocks: (0, 0),
                codes: (0, 0),
                before: 0,
                store: None,
            });
        }
        let blocks = |pixels: usize, own: usize, all: usize| (pixels * own).div_ceil(all * SIDE);
        for one in &mut self.components {
            one.blocks = (
                blocks(self.width, one.h, self.h),
                blocks(self.height, one.v, self.v),
            );
        }
        Ok(())
    }

    fn read_codes(&mut self, mut content: &[u8]) -> Result<(), Broken> {
        while let Some((head, rest)) = content.split_first_chunk::<17>() {
            let mut lengths = [0; 16];
            lengths.copy_from_slice(&head[1..]);
            let number = lengths.iter().map(|length| usize::from(*length)).sum();
            let symbols = rest.get(..number).ok_or(Broken)?;
            let code = Code::new(&lengths, symbols)?;
            let place = usize::from(head[0] & 15);
            let codes = if head[0] >> 4 == 0 {
                &mut self.dc
            } else {
                &mut self.ac
            };
            *codes.get_mut(place).ok_or(Broken)? = Some(code);
            content = &rest[number..];
        }
        Ok(())
    }

    fn read_quantisers(&mut self, mut content: &[u8]) -> Result<(), Broken> {
        while let Some((head, rest)) = content.split_first() {
            let bytes = if head >> 4 == 0 { 1 } else { 2 };
            let numbers = rest.get(..64 * bytes).ok_or(Broken)?;
            let mut factors = [0.0; 64];
            for (factor, number) in factors.iter_mut().zip(numbers.chunks(bytes)) {
                *factor = number
                    .iter()
                    .fold(0.0, |sum, byte| sum * 256.0 + f32::from(*byte));
            }
            let place = usize::from(head & 15);
            *self.quantisers.get_mut(place).ok_or(Broken)? = Some(factors);
            content = &rest[64 * bytes..];
        }
        Ok(())
    }
}

/// The pixels of one row of units, and how they become colours.
struct Rows {
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
    fn new(jpeg: &Jpeg<'_>, scale: usize) -> Self {
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
    fn put(
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
    fn give(
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
