//! The scans of a JPEG: what each holds, and the frequencies that it brings (T.81, F.2 and G.2).

use super::bits::{Bits, Code};
use super::idct::Block;
use super::{Broken, Jpeg, VISITS_MAX, ZIGZAG};
use crate::media::pictures::{DAMAGED, Refused, TOO_SLOW};

/// What a scan holds.
pub struct Scan {
    pub parts: Vec<Part>,
    /// The first and the last frequency.
    first: usize,
    last: usize,
    /// Bits that came before, and that come after.
    high: u32,
    low: u32,
    /// Where its bits begin.
    pub begin: usize,
}

/// A component of a scan.
pub struct Part {
    pub component: usize,
    pub codes: (usize, usize),
}

impl Scan {
    /// Reads the head of a scan whose bits begin at a place.
    pub fn read(jpeg: &Jpeg<'_>, content: &[u8], begin: usize) -> Result<Self, Broken> {
        let number = usize::from(*content.first().ok_or(Broken)?);
        let about = content.get(1..1 + number * 2).ok_or(Broken)?;
        let rest = content.get(1 + number * 2..4 + number * 2).ok_or(Broken)?;
        let mut parts: Vec<Part> = Vec::new();
        for part in about.chunks(2) {
            let mut components = jpeg.components.iter();
            let component = components.position(|one| one.id == part[0]).ok_or(Broken)?;
            let codes = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
            if codes.0 > 3 || codes.1 > 3 || parts.iter().any(|one| one.component == component) {
                return Err(Broken);
            }
            parts.push(Part { component, codes });
        }
        let scan = Self {
            parts,
            first: usize::from(rest[0]),
            last: usize::from(rest[1]),
            high: u32::from(rest[2] >> 4),
            low: u32::from(rest[2] & 15),
            begin,
        };
        let whole = scan.first == 0 && scan.last == 63;
        let part = scan.first <= scan.last
            && scan.last < 64
            && scan.low < 14
            && if scan.first == 0 {
                scan.last == 0
            } else {
                scan.parts.len() == 1
            };
        let fits = if jpeg.progressive { part } else { whole };
        (fits && !scan.parts.is_empty())
            .then_some(scan)
            .ok_or(Broken)
    }
}

/// Reads a block that comes at once: gives each frequency that is not zero by its place.
#[inline]
pub fn sequential(
    bits: &mut Bits<'_>,
    (dc, ac): (&Code, &Code),
    before: &mut i32,
    mut give: impl FnMut(usize, i32),
) -> Result<(), Broken> {
    let length = bits.symbol(dc)?;
    *before = before.wrapping_add(bits.signed(length_of(length)?));
    give(0, *before);
    let mut place = 1;
    while place < 64 {
        let symbol = bits.symbol(ac)?;
        let (zeros, length) = (usize::from(symbol >> 4), u32::from(symbol & 15));
        if length == 0 {
            if zeros < 15 {
                break;
            }
            place += 16;
            continue;
        }
        place += zeros;
        if place > 63 {
            return Err(Broken);
        }
        give(place, bits.signed(length));
        place += 1;
    }
    Ok(())
}

/// No difference of 8 bits needs more than 11; up to 15 harm nothing.
fn length_of(symbol: u8) -> Result<u32, Broken> {
    if symbol > 15 {
        return Err(Broken);
    }
    Ok(u32::from(symbol))
}

/// What several scans bring of a component: of each block the frequencies that the wanted size shows, and of all of them
/// which are not zero, since later scans are read by that.
pub struct Store {
    across: usize,
    /// So many frequencies of each block, row by row.
    size: (usize, usize),
    kept: Vec<i16>,
    /// By the order in which they come.
    seen: Vec<u64>,
}

impl Store {
    pub fn new((across, down): (usize, usize), size: (usize, usize)) -> Self {
        let blocks = across * down;
        Self {
            across,
            size,
            kept: vec![0; blocks * size.0 * size.1],
            seen: vec![0; blocks],
        }
    }

    /// How many bytes so many blocks take.
    pub fn bytes(blocks: usize, size: (usize, usize)) -> usize {
        blocks * (size.0 * size.1 * size_of::<i16>() + size_of::<u64>())
    }

    /// Where a frequency of a block is kept, by its place in the order in which they come.
    #[inline]
    fn slot(&mut self, block: usize, place: usize) -> Option<&mut i16> {
        let at = usize::from(ZIGZAG[place]);
        let (u, v) = (at % 8, at / 8);
        let (width, height) = self.size;
        if u >= width || v >= height {
            return None;
        }
        self.kept.get_mut(block * width * height + v * width + u)
    }

    #[inline]
    fn set(&mut self, block: usize, place: usize, value: i32) {
        self.seen[block] |= 1 << place;
        if let Some(slot) = self.slot(block, place) {
            *slot = value as i16;
        }
    }

    /// The frequencies of a block.
    pub fn read(&self, (column, line): (usize, usize), factors: &[f32; 64], block: &mut Block) {
        *block = [0.0; 64];
        let (width, height) = self.size;
        let number = line * self.across + column;
        let kept = &self.kept[number * width * height..(number + 1) * width * height];
        let mut seen = self.seen[number] | 1;
        while seen != 0 {
            let place = seen.trailing_zeros() as usize;
            seen &= seen - 1;
            let at = usize::from(ZIGZAG[place]);
            let (u, v) = (at % 8, at / 8);
            if u < width && v < height {
                block[at] = f32::from(kept[v * width + u]) * factors[place];
            }
        }
    }
}

/// What goes on from block to block within a scan.
#[derive(Default)]
struct Run {
    /// Blocks that bring nothing new.
    empty: u32,
}

impl Jpeg<'_> {
    /// Reads one of several scans.
    pub fn store(&mut self, scan: &Scan) -> Result<(), Refused> {
        self.begin(scan)?;
        let units = match &scan.parts[..] {
            [only] => self.components[only.component].blocks,
            _ => self.units(),
        };
        let mut bits = Bits::new(self.data, scan.begin);
        let mut run = Run::default();
        let mut until_restart = self.interval;
        for line in 0..units.1 {
            let blocks = units.0 * scan.parts.len();
            self.visits += blocks as u64;
            if self.visits > VISITS_MAX {
                return Err(Refused(TOO_SLOW));
            }
            for column in 0..units.0 {
                if self.interval > 0 {
                    if until_restart == 0 {
                        self.restart(&mut bits)?;
                        run = Run::default();
                        until_restart = self.interval;
                    }
                    until_restart -= 1;
                }
                self.store_unit(scan, &mut bits, &mut run, (column, line))?;
            }
            if bits.is_past_end() {
                return Err(Refused(DAMAGED));
            }
            self.in_time()?;
        }
        self.at = bits.marker();
        Ok(())
    }

    fn store_unit(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        run: &mut Run,
        (column, line): (usize, usize),
    ) -> Result<(), Broken> {
        let alone = scan.parts.len() == 1;
        for part in &scan.parts {
            let one = &mut self.components[part.component];
            let store = one.store.as_mut().ok_or(Broken)?;
            let (h, v) = if alone { (1, 1) } else { (one.h, one.v) };
            for y in line * v..(line + 1) * v {
                for x in column * h..(column + 1) * h {
                    let block = y * store.across + x;
                    let codes = (
                        self.dc[part.codes.0].as_ref(),
                        self.ac[part.codes.1].as_ref(),
                    );
                    let before = &mut one.before;
                    if self.progressive {
                        store.progressive(scan, bits, codes, before, run, block)?;
                    } else if let (Some(dc), Some(ac)) = codes {
                        sequential(bits, (dc, ac), before, |place, value| {
                            store.set(block, place, value);
                        })?;
                    } else {
                        return Err(Broken);
                    }
                }
            }
        }
        Ok(())
    }
}

impl Store {
    /// Reads what a progressive scan brings of a block.
    #[inline]
    fn progressive(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        (dc, ac): (Option<&Code>, Option<&Code>),
        before: &mut i32,
        run: &mut Run,
        block: usize,
    ) -> Result<(), Broken> {
        match (scan.first, scan.high) {
            (0, 0) => {
                let length = bits.symbol(dc.ok_or(Broken)?)?;
                *before = before.wrapping_add(bits.signed(length_of(length)?));
                self.set(block, 0, before.wrapping_shl(scan.low));
                Ok(())
            }
            (0, _) => {
                if bits.take(1) == 1
                    && let Some(slot) = self.slot(block, 0)
                {
                    *slot |= 1 << scan.low;
                }
                Ok(())
            }
            (_, 0) => self.first(scan, bits, ac.ok_or(Broken)?, run, block),
            (_, _) => self.refine(scan, bits, ac.ok_or(Broken)?, run, block),
        }
    }

    /// G.1.2.2: the high bits of some frequencies.
    #[inline]
    fn first(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        code: &Code,
        run: &mut Run,
        block: usize,
    ) -> Result<(), Broken> {
        if run.empty > 0 {
            run.empty -= 1;
            return Ok(());
        }
        let mut place = scan.first;
        while place <= scan.last {
            let symbol = bits.symbol(code)?;
            let (zeros, length) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if length == 0 {
                if zeros < 15 {
                    run.empty = (1 << zeros) - 1 + bits.take(zeros);
                    return Ok(());
                }
                place += 16;
                continue;
            }
            place += zeros as usize;
            if place > scan.last {
                return Err(Broken);
            }
            self.set(block, place, bits.signed(length) << scan.low);
            place += 1;
        }
        Ok(())
    }

    /// G.1.2.3: one further bit of each frequency.
    fn refine(
        &mut self,
        scan: &Scan,
        bits: &mut Bits<'_>,
        code: &Code,
        run: &mut Run,
        block: usize,
    ) -> Result<(), Broken> {
        let mut place = scan.first;
        while run.empty == 0 && place <= scan.last {
            let symbol = bits.symbol(code)?;
            let (mut zeros, length) = (u32::from(symbol >> 4), symbol & 15);
            let mut value = 0;
            if length == 0 {
                if zeros < 15 {
                    run.empty = (1 << zeros) + bits.take(zeros);
                    break;
                }
            } else {
                value = if bits.take(1) == 1 { 1 } else { -1 } << scan.low;
            }
            while place <= scan.last {
                if self.seen[block] >> place & 1 == 1 {
                    self.refine_one(scan, bits, block, place);
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                place += 1;
            }
            if value != 0 {
                if place > scan.last {
                    return Err(Broken);
                }
                self.set(block, place, value);
            }
            place += 1;
        }
        if run.empty > 0 {
            let within = (u64::MAX << place.min(63)) & (u64::MAX >> (63 - scan.last));
            let mut left = if place > scan.last {
                0
            } else {
                self.seen[block] & within
            };
            while left != 0 {
                let place = left.trailing_zeros() as usize;
                left &= left - 1;
                self.refine_one(scan, bits, block, place);
            }
            run.empty -= 1;
        }
        Ok(())
    }

    #[inline]
    fn refine_one(&mut self, scan: &Scan, bits: &mut Bits<'_>, block: usize, place: usize) {
        if bits.take(1) == 0 {
            return;
        }
        if let Some(slot) = self.slot(block, place) {
            let bit = 1_i16 << scan.low;
            if slot.unsigned_abs() & bit.unsigned_abs() == 0 {
                *slot = slot.saturating_add(if *slot < 0 { -bit } else { bit });
            }
        }
    }
}
