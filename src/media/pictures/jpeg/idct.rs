//! From the coefficients of a block to its pixels, in any size from one to eight on a side (T.81, A.3.3). A block of 8 × 8
//! is made N × N by the transform of N points over its N × N lowest frequencies: that is a good filter, and costs less than
//! to make all of it.

/// The frequencies of a block, row by row.
pub type Block = [f32; 64];

/// The transforms of one to eight points.
pub struct Transform {
    /// By size: what frequency `u` gives to pixel `x`, at `x * 8 + u` …
    rows: [[f32; 64]; 9],
    /// … and the same at `u * 8 + x`.
    columns: [[f32; 64]; 9],
}

impl Transform {
    pub fn new() -> Self {
        let mut made = Self {
            rows: [[0.0; 64]; 9],
            columns: [[0.0; 64]; 9],
        };
        for size in 1..=8 {
            for x in 0..size {
                for u in 0..size {
                    let angle = std::f64::consts::PI * ((2 * x + 1) * u) as f64 / (2 * size) as f64;
                    let scale = if u == 0 {
                        std::f64::consts::FRAC_1_SQRT_2
                    } else {
                        1.0
                    };
                    let part = (0.5 * scale * angle.cos()) as f32;
                    made.rows[size][x * 8 + u] = part;
                    made.columns[size][u * 8 + x] = part;
                }
            }
        }
        made
    }

    /// Writes a block as `width` × `height` pixels into rows that are `stride` apart.
    pub fn write(
        &self,
        block: &Block,
        (width, height): (usize, usize),
        out: &mut [u8],
        stride: usize,
    ) {
        let is_even = block[1..].iter().all(|frequency| *frequency == 0.0);
        if is_even {
            let grey = grey(block[0] / 8.0);
            for row in out.chunks_mut(stride).take(height) {
                row[..width].fill(grey);
            }
            return;
        }
        let mut halfway = [[0.0_f32; 8]; 8];
        let rows = &self.rows[height];
        for v in 0..height {
            let Some(frequencies) = block[v * 8..].first_chunk::<8>() else {
                continue;
            };
            if v > 0 && frequencies.iter().all(|frequency| *frequency == 0.0) {
                continue;
            }
            for (y, line) in halfway.iter_mut().enumerate().take(height) {
                let part = rows[y * 8 + v];
                for (sum, frequency) in line.iter_mut().zip(frequencies) {
                    *sum += part * frequency;
                }
            }
        }
        let columns = &self.columns[width];
        for (row, line) in out.chunks_mut(stride).zip(&halfway).take(height) {
            let mut pixels = [0.0_f32; 8];
            for (u, frequency) in line.iter().enumerate().take(width) {
                let Some(parts) = columns[u * 8..].first_chunk::<8>() else {
                    continue;
                };
                for (pixel, part) in pixels.iter_mut().zip(parts) {
                    *pixel += frequency * part;
                }
            }
            for (byte, pixel) in row[..width].iter_mut().zip(pixels) {
                *byte = grey(pixel);
            }
        }
    }
}

/// A pixel from around zero to a byte.
#[inline]
fn grey(value: f32) -> u8 {
    // So large that whole numbers are all that fit: the sum is the nearest one, in its lowest bits.
    const ROUNDING: f32 = 8_388_608.0;
    let bounded = (value + 128.0).clamp(0.0, 255.0);
    ((bounded + ROUNDING).to_bits() & 0xFF) as u8
}
