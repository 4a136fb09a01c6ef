//! How much memory the codes of a lossless WebP take (RFC 9649, 3). A file may name 65,536 groups of five codes, each of which
//! its decoder makes a table of four kilobytes and more from a dozen bytes: 1.3 GB for a picture of one pixel. So its head is
//! read first, up to the codes of the pixels.

// Sides of a picture, samples and tables are small: what is cast was checked against the limits of the format before.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss
)]

/// How many symbols each of the five codes has, before those of the colour cache.
const SYMBOLS: [usize; 5] = [256 + 24, 256, 256, 256, 40];
const LENGTHS: usize = 19;
const LENGTH_ORDER: [usize; LENGTHS] = [
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
];
const LENGTH_MAX: usize = 15;
/// Of the decoder: codes up to so many bits are found in a table of 32 bits each, longer ones in nodes of 16 bytes.
const TABLE_BITS: usize = 10;

/// The bytes that a decoder takes for the codes of a picture, or `most` where it is that many or more; `None` where it is
/// broken. `size` is given where the data begins without one, as transparency does.
pub fn code_bytes(data: &[u8], size: Option<(u32, u32)>, most: u64) -> Option<u64> {
    let mut bits = Bits { data, at: 0 };
    let (mut width, height) = if let Some((width, height)) = size {
        (width as usize, height as usize)
    } else {
        if bits.take(8)? != 0x2F {
            return None;
        }
        let size = (bits.take(14)? + 1, bits.take(14)? + 1);
        bits.take(4)?;
        size
    };
    let mut known = [false; 4];
    while bits.take(1)? == 1 {
        let kind = bits.take(2)?;
        if std::mem::replace(&mut known[kind], true) {
            return None;
        }
        match kind {
            0 | 1 => {
                let block = bits.take(3)? + 2;
                let size = (parts(width, block), parts(height, block));
                pixels(&mut bits, size)?;
            }
            3 => {
                let colours = bits.take(8)? + 1;
                pixels(&mut bits, (colours, 1))?;
                let packed = match colours {
                    0..=2 => 3,
                    3..=4 => 2,
                    5..=16 => 1,
                    _ => 0,
                };
                width = parts(width, packed);
            }
            _ => {}
        }
    }
    let cache = cache_bits(&mut bits)?;
    let mut groups = 1;
    if bits.take(1)? == 1 {
        let block = bits.take(3)? + 2;
        let image = pixels(&mut bits, (parts(width, block), parts(height, block)))?;
        let largest = image.iter().map(|pixel| pixel >> 8 & 0xFFFF).max()?;
        groups += largest as usize;
    }
    let mut bytes = 0;
    for _ in 0..groups {
        for code in group(&mut bits, cache)? {
            bytes += code.bytes();
        }
        if bytes >= most {
            return Some(most);
        }
    }
    Some(bytes)
}

/// How many blocks of `1 << bits` there are on a side.
fn parts(side: usize, bits: usize) -> usize {
    side.div_ceil(1 << bits)
}

/// Bits from the least significant on.
struct Bits<'a> {
    data: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    #[inline]
    fn take(&mut self, number: usize) -> Option<usize> {
        let mut value = 0;
        for bit in 0..number {
            let byte = *self.data.get(self.at / 8)?;
            value |= usize::from(byte >> (self.at % 8) & 1) << bit;
            self.at += 1;
        }
        Some(value)
    }
}

fn cache_bits(bits: &mut Bits<'_>) -> Option<usize> {
    if bits.take(1)? == 0 {
        return Some(0);
    }
    let cache = bits.take(4)?;
    (1..=11).contains(&cache).then_some(cache)
}

/// A canonical code.
struct Code {
    /// How many there are of each length, and the symbols by length.
    numbers: [usize; LENGTH_MAX + 1],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let mut numbers = [0; LENGTH_MAX + 1];
        let mut symbols = Vec::new();
        for (length, number) in numbers.iter_mut().enumerate().skip(1) {
            let own = (0_u16..)
                .zip(lengths)
                .filter(|(_, one)| usize::from(**one) == length);
            let before = symbols.len();
            symbols.extend(own.map(|(symbol, _)| symbol));
            *number = symbols.len() - before;
        }
        Self { numbers, symbols }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        if let [only] = self.symbols[..] {
            return Some(usize::from(only));
        }
        let (mut code, mut first, mut at) = (0, 0, 0);
        for number in &self.numbers[1..] {
            code |= bits.take(1)?;
            if code < first + number {
                return self
                    .symbols
                    .get(at + code - first)
                    .map(|one| usize::from(*one));
            }
            at += number;
            first = (first + number) << 1;
            code <<= 1;
        }
        None
    }

    /// What the decoder takes for it.
    fn bytes(&self) -> u64 {
        const BASE: usize = 64;
        if self.symbols.len() < 2 {
            return BASE as u64;
        }
        let longest = self.numbers.iter().rposition(|number| *number > 0);
        let table = 4 << longest.unwrap_or(0).min(TABLE_BITS);
        let long: usize = self.numbers[TABLE_BITS + 1..].iter().sum();
        (BASE + table + long * 2 * 16) as u64
    }
}

fn group(bits: &mut Bits<'_>, cache: usize) -> Option<[Code; 5]> {
    let cached = if cache > 0 { 1 << cache } else { 0 };
    let mut next = |symbols| read_code(bits, symbols);
    Some([
        next(SYMBOLS[0] + cached)?,
        next(SYMBOLS[1])?,
        next(SYMBOLS[2])?,
        next(SYMBOLS[3])?,
        next(SYMBOLS[4])?,
    ])
}

/// 3.7.2.1.
fn read_code(bits: &mut Bits<'_>, symbols: usize) -> Option<Code> {
    let mut lengths = vec![0; symbols];
    if bits.take(1)? == 1 {
        let two = bits.take(1)? == 1;
        let wide = bits.take(1)?;
        *lengths.get_mut(bits.take(1 + 7 * wide)?)? = 1;
        if two {
            *lengths.get_mut(bits.take(8)?)? = 1;
        }
        return Some(Code::new(&lengths));
    }
    let mut code = [0; LENGTHS];
    let number = 4 + bits.take(4)?;
    for place in LENGTH_ORDER.get(..number)? {
        code[*place] = bits.take(3)? as u8;
    }
    let code = Code::new(&code);
    let mut left = symbols;
    if bits.take(1)? == 1 {
        let wide = 2 + 2 * bits.take(3)?;
        left = 2 + bits.take(wide)?;
    }
    let (mut at, mut before) = (0, 8);
    while at < symbols && left > 0 {
        left -= 1;
        let (length, repeat) = match code.symbol(bits)? {
            16 => (before, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        if length > 0 {
            before = length;
        }
        lengths.get_mut(at..at + repeat)?.fill(length);
        at += repeat;
    }
    Some(Code::new(&lengths))
}

/// The pixels of an image that the head holds, as alpha, red, green and blue.
fn pixels(bits: &mut Bits<'_>, (width, height): (usize, usize)) -> Option<Vec<u32>> {
    let cache_bits = cache_bits(bits)?;
    let [green, red, blue, alpha, distance] = group(bits, cache_bits)?;
    let mut cache = vec![0_u32; 1 << cache_bits];
    let slot = |pixel: u32| (pixel.wrapping_mul(0x1E35_A7BD) >> (32 - cache_bits)) as usize;
    let number = width * height;
    let mut made: Vec<u32> = Vec::with_capacity(number);
    while made.len() < number {
        let begun = made.len();
        match green.symbol(bits)? {
            green @ 0..256 => {
                let (red, blue) = (red.symbol(bits)?, blue.symbol(bits)?);
                let alpha = alpha.symbol(bits)?;
                made.push((alpha << 24 | red << 16 | green << 8 | blue) as u32);
            }
            length @ 256..280 => {
                let length = length_or_distance(bits, length - 256)?;
                let code = distance.symbol(bits)?;
                let code = length_or_distance(bits, code)?;
                let back = far(code, width);
                for _ in 0..length.min(number - made.len()) {
                    let from = made.len().checked_sub(back)?;
                    made.push(made[from]);
                }
            }
            place => made.push(*cache.get(place - 280)?),
        }
        if cache_bits > 0 {
            for pixel in &made[begun..] {
                cache[slot(*pixel)] = *pixel;
            }
        }
    }
    Some(made)
}

/// A length or a distance from the symbol that it begins with (3.6.2.2).
fn length_or_distance(bits: &mut Bits<'_>, symbol: usize) -> Option<usize> {
    if symbol < 4 {
        return Some(symbol + 1);
    }
    let extra = (symbol - 2) >> 1;
    let offset = (2 + (symbol & 1)) << extra;
    Some(offset + bits.take(extra)? + 1)
}

/// What the first distances mean: so many columns back, so many lines up (3.6.2.2, `distance_map`).
const NEAR: [(i8, i8); 120] = [
    (0, 1),
    (1, 0),
    (1, 1),
    (-1, 1),
    (0, 2),
    (2, 0),
    (1, 2),
    (-1, 2),
    (2, 1),
    (-2, 1),
    (2, 2),
    (-2, 2),
    (0, 3),
    (3, 0),
    (1, 3),
    (-1, 3),
    (3, 1),
    (-3, 1),
    (2, 3),
    (-2, 3),
    (3, 2),
    (-3, 2),
    (0, 4),
    (4, 0),
    (1, 4),
    (-1, 4),
    (4, 1),
    (-4, 1),
    (3, 3),
    (-3, 3),
    (2, 4),
    (-2, 4),
    (4, 2),
    (-4, 2),
    (0, 5),
    (3, 4),
    (-3, 4),
    (4, 3),
    (-4, 3),
    (5, 0),
    (1, 5),
    (-1, 5),
    (5, 1),
    (-5, 1),
    (2, 5),
    (-2, 5),
    (5, 2),
    (-5, 2),
    (4, 4),
    (-4, 4),
    (3, 5),
    (-3, 5),
    (5, 3),
    (-5, 3),
    (0, 6),
    (6, 0),
    (1, 6),
    (-1, 6),
    (6, 1),
    (-6, 1),
    (2, 6),
    (-2, 6),
    (6, 2),
    (-6, 2),
    (4, 5),
    (-4, 5),
    (5, 4),
    (-5, 4),
    (3, 6),
    (-3, 6),
    (6, 3),
    (-6, 3),
    (0, 7),
    (7, 0),
    (1, 7),
    (-1, 7),
    (5, 5),
    (-5, 5),
    (7, 1),
    (-7, 1),
    (4, 6),
    (-4, 6),
    (6, 4),
    (-6, 4),
    (2, 7),
    (-2, 7),
    (7, 2),
    (-7, 2),
    (3, 7),
    (-3, 7),
    (7, 3),
    (-7, 3),
    (5, 6),
    (-5, 6),
    (6, 5),
    (-6, 5),
    (8, 0),
    (4, 7),
    (-4, 7),
    (7, 4),
    (-7, 4),
    (8, 1),
    (8, 2),
    (6, 6),
    (-6, 6),
    (8, 3),
    (5, 7),
    (-5, 7),
    (7, 5),
    (-7, 5),
    (8, 4),
    (6, 7),
    (-6, 7),
    (7, 6),
    (-7, 6),
    (8, 5),
    (7, 7),
    (-7, 7),
    (8, 6),
    (8, 7),
];

/// How many pixels back a distance leads: the first 120 mean neighbours above.
fn far(code: usize, width: usize) -> usize {
    if code > NEAR.len() {
        return code - NEAR.len();
    }
    let (x, y) = NEAR[code - 1];
    let back = isize::from(x) + isize::from(y) * width.cast_signed();
    back.max(1).cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes bits as the format has them.
    #[derive(Default)]
    struct Written(Vec<bool>);

    impl Written {
        fn put(&mut self, value: usize, number: usize) -> &mut Self {
            self.0.extend((0..number).map(|bit| value >> bit & 1 == 1));
            self
        }

        /// A code of one symbol.
        fn one(&mut self, symbol: usize) -> &mut Self {
            self.put(0b101, 3).put(symbol, 8)
        }

        fn bytes(&self) -> Vec<u8> {
            let byte = |bits: &[bool]| {
                bits.iter()
                    .rev()
                    .fold(0, |byte, bit| byte << 1 | u8::from(*bit))
            };
            self.0.chunks(8).map(byte).collect()
        }
    }

    /// A picture of 8 × 8 with one group of codes for all, of a number that its head makes up.
    pub fn with_groups(last: usize) -> Vec<u8> {
        let mut bits = Written::default();
        bits.put(0x2F, 8).put(7, 14).put(7, 14).put(0, 4);
        // No transform, no cache; blocks of 32 pixels, so an image of one pixel, whose red and green are the last group.
        bits.put(0, 1).put(0, 1).put(1, 1).put(3, 3);
        bits.put(0, 1);
        bits.one(last & 0xFF).one(last >> 8).one(0).one(255).one(0);
        for _ in 0..=last {
            for _ in 0..5 {
                // Lengths of codes: 1 … 10 and 10 again, by a code in which 1 to 10 have four bits each.
                bits.put(0, 1).put(15, 4);
                for length in LENGTH_ORDER {
                    bits.put(if (1..=10).contains(&length) { 4 } else { 0 }, 3);
                }
                // Not complete: a decoder that looks would stop here, after it has read all of them.
                bits.put(1, 1).put(2, 3).put(9, 6);
                for length in (1..=10).chain([10]) {
                    let code: usize = length - 1;
                    bits.0.extend((0..4).rev().map(|bit| code >> bit & 1 == 1));
                }
            }
        }
        bits.bytes()
    }

    #[test]
    fn a_head_that_names_thousands_of_codes_is_known_before_it_is_read() {
        let most = 16 << 20;
        let few = code_bytes(&with_groups(3), None, most).unwrap();
        assert!((4 * 5 * 4096..4 * 5 * 5000).contains(&few), "{few}");
        assert_eq!(code_bytes(&with_groups(60_000), None, most), Some(most));
        assert_eq!(code_bytes(&with_groups(60_000)[..400], None, most), None);
        assert_eq!(code_bytes(b"", None, most), None);
    }

    #[test]
    fn what_encoders_write_is_read_to_the_codes_of_its_pixels() {
        let mut state = 1_u32;
        for (number, size) in [(1, 7), (2, 64), (5, 99), (200, 250), (60_000, 300)] {
            let pixels: Vec<u8> = (0..size * size)
                .flat_map(|at: u32| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let colour = (state >> 9) % number;
                    [
                        (colour * 7) as u8,
                        (at / 99) as u8,
                        (colour >> 8) as u8,
                        255,
                    ]
                })
                .collect();
            let file = webp::Encoder::from_rgba(&pixels, size, size);
            for effort in [0.0, 60.0, 100.0] {
                let file = file.encode_simple(true, effort).unwrap();
                let at = file.windows(4).position(|four| four == b"VP8L").unwrap();
                let found = code_bytes(&file[at + 8..], None, u64::MAX);
                assert!(found.is_some(), "{number} colours, {size} pixels, {effort}");
            }
        }
    }
}
