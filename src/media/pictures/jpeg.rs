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
mod head;
mod idct;
mod rows;
mod scan;

use super::{DAMAGED, Refused, TIME_MAX, TOO_SLOW};
use bits::{Bits, Code};
use idct::Block;
use rows::Rows;
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
