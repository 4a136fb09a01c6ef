//! The head of a JPEG, and whatever is between its scans: its size, its components, its tables (T.81, B.2).

use super::bits::Code;
use super::scan::Scan;
use super::{Broken, Component, Jpeg, SIDE};

fn be16(data: &[u8], at: usize) -> Result<usize, Broken> {
    let two = data.get(at..at + 2).ok_or(Broken)?;
    Ok(usize::from(u16::from_be_bytes([two[0], two[1]])))
}

impl<'a> Jpeg<'a> {
    /// Reads segments up to the next scan, and stays before it; false at the end of the picture.
    pub(super) fn find_scan(&mut self) -> Result<bool, Broken> {
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
    pub(super) fn next_scan(&mut self) -> Result<Option<Scan>, Broken> {
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
