//! The icon of the blog in the sizes that browsers, phones and feed readers ask for, made of a picture of the library.

use super::{DAMAGED, Refused, apply_orientation, format, part, smaller};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::{Rgba, RgbaImage, imageops};
use std::time::Instant;

const CLEAR: Rgba<u8> = Rgba([255, 255, 255, 0]);
/// Phones put their icons on a shape of their own, so there what can be seen through is white.
const WHITE: Rgba<u8> = Rgba([255, 255, 255, 255]);
/// What a phone may cut off at each edge of a maskable icon: a tenth (W3C manifest, 5.1.1), in per cent of its side that is left.
const SAFE_PERCENT: u32 = 80;

/// The files of an icon, by their addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IconSet {
    pub svg: Vec<u8>,
    pub ico: Vec<u8>,
    pub touch: Vec<u8>,
    pub small: Vec<u8>,
    pub large: Vec<u8>,
    pub maskable: Vec<u8>,
}

impl IconSet {
    /// The file at an address, such as `/favicon.ico`.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&[u8]> {
        Some(match path {
            "/favicon.svg" => &self.svg,
            "/favicon.ico" => &self.ico,
            "/apple-touch-icon.png" => &self.touch,
            "/icon-192.png" => &self.small,
            "/icon-512.png" => &self.large,
            "/icon-maskable-512.png" => &self.maskable,
            _ => return None,
        })
    }
}

/// Makes the icons of a still picture that is in the library. Takes some tenths of a second.
pub fn make(stored: Vec<u8>) -> Result<IconSet, Refused> {
    let (pixels, ..) = apply_orientation(format(&stored)?, stored, Instant::now())?;
    let small = square(&pixels, 192, 192, CLEAR)?;
    Ok(IconSet {
        svg: svg(&small),
        ico: ico(&square(&pixels, 48, 48, CLEAR)?),
        touch: square(&pixels, 180, 160, WHITE)?,
        large: square(&pixels, 512, 512, CLEAR)?,
        maskable: square(&pixels, 512, 512 * SAFE_PERCENT / 100, WHITE)?,
        small,
    })
}

/// A picture in the middle of a square, as large as fits into `inner` pixels, as PNG.
fn square(pixels: &RgbaImage, side: u32, inner: u32, ground: Rgba<u8>) -> Result<Vec<u8>, Refused> {
    let (width, height) = pixels.dimensions();
    let fitting = if width >= height {
        inner
    } else {
        part(width, inner, height)
    };
    let fitted = smaller(pixels, fitting)?;
    let mut canvas = RgbaImage::from_pixel(side, side, ground);
    let left = i64::from(side.saturating_sub(fitted.width()) / 2);
    let top = i64::from(side.saturating_sub(fitted.height()) / 2);
    imageops::overlay(&mut canvas, &fitted, left, top);
    png(&canvas)
}

fn png(pixels: &RgbaImage) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(|_| Refused(DAMAGED))?;
    writer
        .write_image_data(pixels.as_raw())
        .map_err(|_| Refused(DAMAGED))?;
    writer.finish().map_err(|_| Refused(DAMAGED))?;
    Ok(bytes)
}

/// An ICO file that holds one PNG of 48 pixels, as all browsers read it.
fn ico(png: &[u8]) -> Vec<u8> {
    // Reserved, kind 1 (icon), one picture; then its width and height, no palette, one plane, 32 bits, its length, its place.
    let mut bytes = vec![0, 0, 1, 0, 1, 0, 48, 48, 0, 0, 1, 0, 32, 0];
    let length = u32::try_from(png.len()).unwrap_or(0);
    bytes.extend(length.to_le_bytes());
    bytes.extend(22_u32.to_le_bytes());
    bytes.extend(png);
    bytes
}

/// An SVG that shows a PNG.
fn svg(png: &[u8]) -> Vec<u8> {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 192 192\"><image width=\"192\" height=\"192\" \
         href=\"data:image/png;base64,{}\"/></svg>\n",
        STANDARD.encode(png)
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::pictures;
    use image::{DynamicImage, ImageFormat};
    use std::io::Cursor;

    /// A red picture, wider than high, as the library stores it.
    fn stored() -> Vec<u8> {
        let red = RgbaImage::from_pixel(300, 100, Rgba([200, 0, 0, 255]));
        let mut sent = Cursor::new(Vec::new());
        DynamicImage::ImageRgba8(red)
            .write_to(&mut sent, ImageFormat::Png)
            .unwrap();
        pictures::make(sent.into_inner()).unwrap().whole.bytes
    }

    fn pixels(png: &[u8]) -> RgbaImage {
        image::load_from_memory(png).unwrap().into_rgba8()
    }

    #[test]
    fn each_icon_is_a_square_of_its_size_with_the_picture_in_its_middle() {
        let icons = make(stored()).unwrap();
        for (file, side, corner) in [
            (&icons.small, 192, CLEAR),
            (&icons.large, 512, CLEAR),
            (&icons.touch, 180, WHITE),
            (&icons.maskable, 512, WHITE),
        ] {
            let icon = pixels(file);
            assert_eq!(icon.dimensions(), (side, side));
            assert_eq!(*icon.get_pixel(0, 0), corner);
            let Rgba([red, green, ..]) = *icon.get_pixel(side / 2, side / 2);
            assert!(red > 150 && green < 60, "{red} {green}");
        }
        // A tenth at each edge may be cut off.
        assert_eq!(*pixels(&icons.maskable).get_pixel(40, 256), WHITE);
    }

    #[test]
    fn an_ico_and_an_svg_hold_the_picture() {
        let icons = make(stored()).unwrap();
        assert_eq!(icons.ico[..6], [0, 0, 1, 0, 1, 0]);
        assert_eq!(pixels(&icons.ico[22..]).dimensions(), (48, 48));
        let svg = String::from_utf8(icons.svg.clone()).unwrap();
        assert!(svg.contains("href=\"data:image/png;base64,iVBOR"));
        assert_eq!(icons.at("/icon-192.png"), Some(icons.small.as_slice()));
        assert_eq!(icons.at("/icon-64.png"), None);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        assert!(make(b"no picture".to_vec()).is_err());
    }
}
