//! The coded bits of a scan, and the Huffman codes in them (T.81, F.2.2 and annex C).

use super::Broken;

/// Codes up to so many bits are found by one look.
const LOOK_BITS: u32 = 9;

/// Reads bits from their most significant on, up to the next marker.
pub struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    held: u64,
    count: u32,
    /// Bits that were made up behind the end of the data.
    beyond: u32,
}

impl<'a> Bits<'a> {
    pub fn new(data: &'a [u8], at: usize) -> Self {
        Self {
            data,
            at,
            held: 0,
            count: 0,
            beyond: 0,
        }
    }

    /// Holds at least 32 bits afterwards; behind the end of the data zeros.
    #[inline]
    fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        if let Some(four) = self.data.get(self.at..self.at + 4) {
            let four = u32::from_be_bytes([four[0], four[1], four[2], four[3]]);
            // No byte of all ones among them: nothing is stuffed, and there is no marker.
            let ones = !four;
            if ones.wrapping_sub(0x0101_0101) & !ones & 0x8080_8080 == 0 {
                self.held = self.held << 32 | u64::from(four);
                self.count += 32;
                self.at += 4;
                return;
            }
        }
        while self.count < 32 {
            let byte = match (self.data.get(self.at), self.data.get(self.at + 1)) {
                (Some(0xFF), Some(0)) => {
                    self.at += 2;
                    0xFF
                }
                (Some(0xFF) | None, _) => {
                    self.beyond += 8;
                    0
                }
                (Some(byte), _) => {
                    self.at += 1;
                    *byte
                }
            };
            self.held = self.held << 8 | u64::from(byte);
            self.count += 8;
        }
    }

    #[inline]
    fn peek(&self, number: u32) -> u32 {
        (self.held >> (self.count - number)) as u32 & ((1 << number) - 1)
    }

    /// The next bits as a number, at most 16.
    #[inline]
    pub fn take(&mut self, number: u32) -> u32 {
        if number == 0 {
            return 0;
        }
        self.fill();
        let bits = self.peek(number);
        self.count -= number;
        bits
    }

    /// The next bits as a number that may be negative (F.2.2.1, `EXTEND`).
    #[inline]
    pub fn signed(&mut self, number: u32) -> i32 {
        if number == 0 {
            return 0;
        }
        let bits = self.take(number).cast_signed();
        if bits < 1 << (number - 1) {
            bits - (1 << number) + 1
        } else {
            bits
        }
    }

    /// The next symbol of a code.
    #[inline]
    pub fn symbol(&mut self, code: &Code) -> Result<u8, Broken> {
        self.fill();
        let found = code.short[self.peek(LOOK_BITS) as usize];
        if found != 0 {
            self.count -= u32::from(found >> 8);
            return Ok((found & 0xFF) as u8);
        }
        self.long_symbol(code)
    }

    fn long_symbol(&mut self, code: &Code) -> Result<u8, Broken> {
        let next = self.peek(16);
        for length in LOOK_BITS + 1..=16 {
            let bits = next >> (16 - length);
            let (first, number, at) = code.long[length as usize];
            if bits >= first && bits < first + number {
                self.count -= length;
                let place = at + (bits - first) as usize;
                return code.symbols.get(place).copied().ok_or(Broken);
            }
        }
        Err(Broken)
    }

    /// Whether more bits were taken than there were.
    pub fn is_past_end(&self) -> bool {
        self.beyond > self.count
    }

    /// Leaves what is left of the last byte, and what comes before the next marker; gives where that is.
    pub fn marker(&mut self) -> usize {
        while let Some(byte) = self.data.get(self.at) {
            if *byte == 0xFF && self.data.get(self.at + 1).is_some_and(|next| *next != 0) {
                break;
            }
            self.at += 1;
        }
        self.at
    }

    /// Goes on behind a marker of a restart.
    pub fn restart(&mut self) -> Result<(), Broken> {
        let at = self.marker();
        if !matches!(self.data.get(at + 1), Some(0xD0..=0xD7)) {
            return Err(Broken);
        }
        *self = Self::new(self.data, at + 2);
        Ok(())
    }
}

/// A Huffman code.
#[derive(Clone)]
pub struct Code {
    symbols: Vec<u8>,
    /// By the next bits: the length of the code above its symbol, or nothing where it is longer.
    short: Vec<u16>,
    /// By length: the first code, how many there are, and where their symbols begin.
    long: [(u32, u32, usize); 17],
}

impl Code {
    /// From how many codes there are of each length, and the symbols in their order.
    pub fn new(lengths: &[u8; 16], symbols: &[u8]) -> Result<Self, Broken> {
        let mut code = Self {
            symbols: symbols.to_vec(),
            short: vec![0; 1 << LOOK_BITS],
            long: [(0, 0, 0); 17],
        };
        let (mut next, mut at) = (0_u32, 0);
        for (length, number) in (1_u32..).zip(lengths) {
            let number = u32::from(*number);
            if next + number > 1 << length {
                return Err(Broken);
            }
            code.long[length as usize] = (next, number, at);
            for symbol in symbols.get(at..at + number as usize).ok_or(Broken)? {
                if length <= LOOK_BITS {
                    let free = LOOK_BITS - length;
                    let from = (next << free) as usize;
                    let entry = (length as u16) << 8 | u16::from(*symbol);
                    code.short[from..from + (1 << free)].fill(entry);
                }
                next += 1;
            }
            at += number as usize;
            next <<= 1;
        }
        Ok(code)
    }
}
