//! What becomes of files that people send, harmless and otherwise.

use super::*;
use image::codecs::gif::{GifDecoder, GifEncoder};
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, Delay, Frame, ImageDecoder, Rgba};
use std::io::Cursor;

fn make(sent: &[u8]) -> Result<ProcessedPicture, Refused> {
    super::make(sent.to_vec())
}

/// A picture without a regular pattern, as photos are.
fn photo(width: u32, height: u32) -> RgbaImage {
    let mut state = 7_u32;
    RgbaImage::from_fn(width, height, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (state >> 27) as u8;
        let part = |value: u32, of: u32| u8::try_from(value * 200 / of).unwrap_or(0);
        Rgba([
            part(x, width) + noise,
            part(y, height) + noise,
            90 + noise,
            255,
        ])
    })
}

fn written(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageRgba8(picture.clone());
    match format {
        ImageFormat::Jpeg => picture.into_rgb8().write_to(&mut bytes, format),
        _ => picture.write_to(&mut bytes, format),
    }
    .unwrap();
    bytes.into_inner()
}

/// A JPEG with notes of a camera: an orientation, a place, and a script in a comment.
fn with_notes(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut notes = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    notes.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    notes.extend_from_slice(b"GPSLatitude 38.7 UserComment <script>alert(1)</script>");
    let length = u16::try_from(notes.len() + 2).unwrap().to_be_bytes();
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend_from_slice(&[0xFF, 0xE1, length[0], length[1]]);
    bytes.extend_from_slice(&notes);
    bytes.extend_from_slice(&jpeg[2..]);
    bytes
}

fn gif(frames: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    encoder
        .set_repeat(image::codecs::gif::Repeat::Infinite)
        .unwrap();
    for number in 0..frames {
        let colour = Rgba([u8::try_from(number * 40).unwrap(), 20, 20, 255]);
        let picture = RgbaImage::from_pixel(12, 8, colour);
        let delay = Delay::from_numer_denom_ms(100, 1);
        encoder
            .encode_frame(Frame::from_parts(picture, 0, 0, delay))
            .unwrap();
    }
    drop(encoder);
    bytes
}

fn holds(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|part| part == words)
}

fn decoded(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory(bytes).unwrap()
}

#[test]
fn a_photo_is_turned_upright_and_forgets_where_it_was_taken() {
    // Orientation 6: the camera was held on its side, so width and height change places.
    let sent = with_notes(&written(&photo(600, 400), ImageFormat::Jpeg), 6);
    assert!(holds(&sent, b"GPSLatitude"));
    let made = make(&sent).unwrap();
    assert_eq!((made.whole.width, made.whole.height), (400, 600));
    assert_eq!(decoded(&made.whole.bytes).width(), 400);
    assert_eq!(made.whole.ending, "webp");
    for words in [b"GPS".as_slice(), b"Exif", b"EXIF", b"script"] {
        assert!(!holds(&made.whole.bytes, words), "{words:?}");
    }
}

#[test]
fn a_wide_picture_has_smaller_copies_and_is_bounded_itself() {
    let made = make(&written(&photo(3000, 1000), ImageFormat::Jpeg)).unwrap();
    assert_eq!((made.whole.width, made.whole.height), (2560, 853));
    assert_eq!(made.sent, (3000, 1000));
    let widths: Vec<u32> = made.sizes.iter().map(|size| size.width).collect();
    assert_eq!(widths, [480, 960, 1600]);
    for size in &made.sizes {
        let picture = decoded(&size.bytes);
        assert_eq!(
            (picture.width(), picture.height()),
            (size.width, size.height)
        );
        assert!(size.bytes.len() < made.whole.bytes.len());
    }
    let small = make(&written(&photo(500, 300), ImageFormat::Jpeg)).unwrap();
    assert_eq!(small.sizes, [], "480 is hardly less than 500");
}

#[test]
fn a_drawing_keeps_every_bit_and_its_transparency() {
    let mut drawing = RgbaImage::from_pixel(300, 200, Rgba([255, 255, 255, 0]));
    for place in 0..200 {
        drawing.put_pixel(place, place, Rgba([200, 30, 30, 255]));
    }
    let made = make(&written(&drawing, ImageFormat::Png)).unwrap();
    let shown = decoded(&made.whole.bytes).into_rgba8();
    assert_eq!(shown.get_pixel(7, 7).0, [200, 30, 30, 255]);
    assert_eq!(shown.get_pixel(8, 7).0[3], 0);
}

#[test]
fn the_bytes_decide_and_not_the_name() {
    let made = make(&written(&photo(40, 40), ImageFormat::WebP)).unwrap();
    assert_eq!(made.whole.ending, "webp");
    for bad in [
        b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".as_slice(),
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"<?xml version=\"1.0\"?><html xmlns=\"http://www.w3.org/1999/xhtml\"/>",
        b"PK\x03\x04 a zip",
        b"BM a bitmap",
        b"0123456789",
    ] {
        assert_eq!(make(bad), Err(Refused(NO_PICTURE)), "{bad:?}");
    }
    assert_eq!(make(b""), Err(Refused(EMPTY)));
    assert_eq!(make(b"\0\0\0\x20ftypavif\0\0\0\0avif"), Err(Refused(AVIF)));
    assert_eq!(make(b"\0\0\0\x18ftypheic"), Err(Refused(HEIC)));
}

#[test]
fn what_only_begins_like_a_picture_is_refused() {
    for bad in [
        b"GIF89a/*<script>alert(1)</script>*/=1;".as_slice(),
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"\xFF\xD8\xFF<script>alert(1)</script>",
        b"RIFF\x20\0\0\0WEBP<script>alert(1)</script>",
        b"GIF87a\xFF\xFF\xFF\xFF\0\0\0\0",
    ] {
        assert!(make(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn what_follows_a_picture_in_its_file_does_not_come_along() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let mut sent = written(&photo(64, 64), format);
        sent.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
        assert!(!holds(&make(&sent).unwrap().whole.bytes, b"script"));
    }
    let mut sent = gif(3);
    sent.extend_from_slice(b"PK\x03\x04<script>alert(1)</script>");
    assert!(!holds(&make(&sent).unwrap().whole.bytes, b"script"));
}

#[test]
fn too_many_pixels_are_refused_before_they_are_decoded() {
    let header = |width: u32, height: u32| {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header().unwrap();
        writer
            .write_chunk(png::chunk::IDAT, &[0x78, 0x9C, 3, 0, 0, 0, 0, 1])
            .unwrap();
        drop(writer);
        bytes
    };
    for (width, height) in [(30_000, 30_000), (12_001, 1), (1, 12_001), (8000, 8000)] {
        let begun = Instant::now();
        assert_eq!(
            make(&header(width, height)),
            Err(Refused(TOO_LARGE)),
            "{width} × {height}"
        );
        assert!(begun.elapsed() < Duration::from_millis(100));
    }
}

#[test]
fn a_picture_that_moves_goes_on_moving_and_loses_its_comments() {
    let mut sent = gif(4);
    let end = sent.pop().unwrap();
    sent.extend_from_slice(b"\x21\xFE\x08<script>\0");
    sent.extend_from_slice(b"\x21\xFF\x0BXMP DataXMP\x04here\0");
    sent.push(end);
    let made = make(&sent).unwrap();
    assert!(made.moving && made.sizes.is_empty());
    assert_eq!((made.whole.ending, made.whole.width), ("gif", 12));
    assert!(!holds(&made.whole.bytes, b"script") && !holds(&made.whole.bytes, b"XMP"));
    assert!(holds(&made.whole.bytes, b"NETSCAPE2.0"));
    let frames = GifDecoder::new(Cursor::new(&made.whole.bytes)).unwrap();
    assert_eq!(frames.into_frames().count(), 4);
    let still = make(&gif(1)).unwrap();
    assert_eq!((still.whole.ending, still.moving), ("webp", false));
}

#[test]
fn a_webp_that_moves_goes_on_moving_and_loses_its_notes() {
    let mut config = webp::WebPConfig::new().unwrap();
    config.lossless = 1;
    let pictures: Vec<RgbaImage> = [10, 200]
        .map(|red| RgbaImage::from_pixel(16, 16, Rgba([red, 0, 0, 255])))
        .into();
    let mut encoder = webp::AnimEncoder::new(16, 16, &config);
    for (number, picture) in (1..).zip(&pictures) {
        encoder.add_frame(webp::AnimFrame::from_rgba(
            picture.as_raw(),
            16,
            16,
            number * 100,
        ));
    }
    let mut sent = encoder.encode().to_vec();
    sent.extend_from_slice(b"EXIF\x0B\0\0\0GPSLatitude\0");
    let length = u32::try_from(sent.len() - 8).unwrap().to_le_bytes();
    sent[4..8].copy_from_slice(&length);
    let made = make(&sent).unwrap();
    assert!(made.moving && made.whole.ending == "webp");
    assert!(!holds(&made.whole.bytes, b"GPS"));
    let frames = WebPDecoder::new(Cursor::new(&made.whole.bytes)).unwrap();
    assert_eq!(frames.into_frames().count(), 2);
}

#[test]
fn a_film_of_too_many_frames_is_refused() {
    // 4,000 by 4,000 pixels, and 26 frames of one pixel each.
    let mut bytes = b"GIF89a\xA0\x0F\xA0\x0F\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
    for _ in 0..26 {
        bytes.extend_from_slice(b"\x2C\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0");
    }
    bytes.push(0x3B);
    assert_eq!(make(&bytes), Err(Refused(TOO_LONG)));
}

#[test]
fn colours_beyond_those_of_the_web_keep_their_profile() {
    let mut profile = vec![0; 128];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[36..40].copy_from_slice(b"acsp");
    profile.extend_from_slice(b"Display P3");
    assert!(is_needed(&profile));
    let web: Vec<u8> = [profile.as_slice(), b"\0s\0R\0G\0B"].concat();
    assert!(!is_needed(&web), "those are the colours of the web");
    let made = webp(&photo(33, 20), false, Some(&profile)).unwrap();
    let mut decoder = WebPDecoder::new(Cursor::new(&made.bytes)).unwrap();
    assert_eq!(decoder.icc_profile().unwrap(), Some(profile));
    assert_eq!(decoded(&made.bytes).width(), 33);
}

/// S55: whatever was broken on the way, an answer comes, and soon.
#[test]
fn broken_pictures_are_answered() {
    let mut state = 99_u32;
    let mut chance = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    let whole = [
        written(&photo(40, 30), ImageFormat::Jpeg),
        written(&photo(40, 30), ImageFormat::Png),
        written(&photo(40, 30), ImageFormat::WebP),
        gif(3),
    ];
    for number in 0..400 {
        let mut bytes = whole[number % whole.len()].clone();
        for _ in 0..=chance(6) {
            let at = chance(bytes.len());
            bytes[at] = u8::try_from(chance(256)).unwrap();
        }
        bytes.truncate(bytes.len() - chance(bytes.len() / 2));
        let begun = Instant::now();
        let answer = make(&bytes);
        assert!(begun.elapsed() < Duration::from_secs(5), "{number}");
        if let Ok(made) = answer {
            assert!(made.whole.width > 0 && made.whole.height > 0);
        }
    }
}

/// Rows of a JPEG in a size, by our decoder.
fn rows_of(sent: &[u8], wanted: (u32, u32)) -> RgbaImage {
    let bare = strip_metadata::jpeg(sent).unwrap();
    let jpeg = jpeg::Jpeg::new(&bare.bytes, Instant::now()).unwrap();
    let (width, height) = jpeg.rows_for(wanted);
    let mut pixels = Vec::new();
    jpeg.read(wanted, &mut |rows| {
        pixels.extend_from_slice(rows);
        Ok(())
    })
    .unwrap();
    RgbaImage::from_raw(width, height, pixels).unwrap()
}

/// How far two pictures of one size are apart: the mean of all bytes.
fn apart(one: &RgbaImage, other: &RgbaImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let sum: u32 = pairs
        .map(|(one, other)| u32::from(one.abs_diff(*other)))
        .sum();
    f64::from(sum) / f64::from(u32::try_from(one.as_raw().len()).unwrap())
}

/// In one scan and in many, with and without restarts, with colours as large as the brightness and smaller.
#[test]
fn every_kind_of_jpeg_is_read_as_another_decoder_reads_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures");
    let mut read = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let sent = std::fs::read(&path).unwrap();
        // The other decoder does not read sequential scans of one component each: those hold what `halved.jpg` holds.
        let theirs = if path.ends_with("scans.jpg") {
            std::fs::read(path.with_file_name("halved.jpg")).unwrap()
        } else {
            sent.clone()
        };
        let theirs = decoded(&theirs).into_rgba8();
        let (width, height) = theirs.dimensions();
        let whole = apart(&rows_of(&sent, (width, height)), &theirs);
        assert!(whole < 1.6, "{path:?}: {whole} apart");
        for eighths in [4, 5, 6, 7] {
            let wanted = (
                (width * eighths).div_ceil(8),
                (height * eighths).div_ceil(8),
            );
            let ours = rows_of(&sent, wanted);
            assert_eq!(ours.dimensions(), wanted);
            let theirs = image::imageops::resize(
                &theirs,
                wanted.0,
                wanted.1,
                image::imageops::FilterType::Triangle,
            );
            let smaller = apart(&ours, &theirs);
            assert!(smaller < 12.0, "{path:?} at {eighths}: {smaller} apart");
        }
        read += 1;
    }
    assert_eq!(read, 11);
    assert_eq!(make(&[0xFF, 0xD8, 0xFF, 0xD9]), Err(Refused(DAMAGED)));
}

#[test]
fn a_jpeg_that_is_cut_off_is_refused_wherever_it_ends() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/pictures/");
    for name in ["halved.jpg", "restarts.jpg"] {
        let sent = std::fs::read(format!("{folder}{name}")).unwrap();
        for part in [2, 3, 5, 9] {
            let end = sent.len() - sent.len() / part;
            assert_eq!(make(&sent[..end]), Err(Refused(DAMAGED)), "{name} to {end}");
        }
    }
}

/// What comes in strips is what comes at once.
#[test]
fn rows_become_what_the_whole_picture_becomes() {
    let mut clear = photo(1200, 900);
    for (x, _, pixel) in clear.enumerate_pixels_mut() {
        pixel.0[3] = u8::try_from(x % 256).unwrap();
    }
    for (picture, alpha) in [(photo(1200, 900), false), (clear, true)] {
        for target in [(600, 450), (1199, 899), (333, 250), (1200, 900), (7, 5)] {
            let mut shrinker = shrink::Shrinker::new((1200, 900), target, alpha);
            for rows in picture.as_raw().chunks(1200 * 4 * 7) {
                shrinker.push(rows).unwrap();
            }
            let rows = shrinker.finish().unwrap();
            let whole = if target == (1200, 900) {
                picture.clone()
            } else {
                smaller(&picture, target.0).unwrap()
            };
            let apart = apart(&rows, &whole);
            // What can hardly be seen has hardly a colour, which one rounding more changes.
            let most = if alpha { 1.0 } else { 0.35 };
            assert!(apart < most, "{target:?} {alpha}: {apart}");
        }
    }
}

#[test]
fn a_high_picture_becomes_narrower_and_a_drawing_of_any_size_keeps_its_lines() {
    assert_eq!(
        kept_size((8660, 5773), false, KEPT_PIXELS_MAX),
        (2560, 1707)
    );
    assert_eq!(kept_size((6000, 4000), true, KEPT_PIXELS_MAX), (3354, 2236));
    assert_eq!(kept_size((1, 12_000), false, KEPT_PIXELS_MAX), (1, 12_000));
    let (width, height) = kept_size((1080, 12_000), false, KEPT_PIXELS_MAX);
    assert!((815..=822).contains(&width) && (9050..=9140).contains(&height));
    let mut drawing = RgbaImage::from_pixel(2500, 1300, Rgba([255; 4]));
    for place in 0..1300 {
        drawing.put_pixel(place, place, Rgba([200, 30, 30, 255]));
    }
    let made = make(&written(&drawing, ImageFormat::Png)).unwrap();
    assert_eq!((made.whole.width, made.whole.height), (2500, 1300));
    let shown = decoded(&made.whole.bytes).into_rgba8();
    assert_eq!(shown.get_pixel(7, 7).0, [200, 30, 30, 255]);
    let width = width_within((2000, 3200), PHOTO_PIXELS_MAX);
    assert!((1850..=1854).contains(&width), "{width}");
}

/// A chunk of a PNG.
fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    let summed = [kind.as_slice(), content].concat();
    let mut sum = flate2::Crc::new();
    sum.update(&summed);
    [&length, &*summed, &sum.sum().to_be_bytes()].concat()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

#[test]
fn what_is_packed_into_a_png_is_unpacked_no_further_than_a_profile_is_kept() {
    let plain = written(&photo(60, 40), ImageFormat::Png);
    let with = |kind: &[u8; 4], content: &[u8]| {
        [&plain[..33], &chunk(*kind, content), &plain[33..]].concat()
    };
    let mut profile = vec![0; 300];
    profile[16..20].copy_from_slice(b"RGB ");
    profile[36..40].copy_from_slice(b"acsp");
    let sent = with(b"iCCP", &[b"P3\0\0", &*packed(&profile)].concat());
    assert_eq!(strip_metadata::png(&sent).unwrap().profile, Some(profile));
    let zeros = packed(&vec![0; 20_000_000]);
    for (kind, head) in [
        (b"iCCP", &b"x\0\0"[..]),
        (b"zTXt", b"x\0\0"),
        (b"iTXt", b"x\0\x01\0\0\0"),
    ] {
        let sent = with(kind, &[head, &zeros].concat());
        let bare = strip_metadata::png(&sent).unwrap();
        assert_eq!((bare.profile, bare.notes), (None, None));
        assert!(
            bare.bytes == strip_metadata::png(&plain).unwrap().bytes,
            "{kind:?}"
        );
        assert_eq!(make(&sent).unwrap().sent, (60, 40));
    }
}

#[test]
fn a_webp_whose_parts_say_two_sizes_is_refused() {
    let sent = written(&photo(40, 30), ImageFormat::WebP);
    let at = sent.windows(4).position(|four| four == b"VP8L").unwrap();
    let pixels = &sent[at..];
    let file = |width: u8| {
        let head = [
            b"VP8X".as_slice(),
            &[10, 0, 0, 0, 0, 0, 0, 0, width - 1, 0, 0, 29, 0, 0],
        ]
        .concat();
        let length = u32::try_from(4 + head.len() + pixels.len())
            .unwrap()
            .to_le_bytes();
        [b"RIFF".as_slice(), &length, b"WEBP", &head, pixels].concat()
    };
    assert_eq!(make(&file(40)).unwrap().sent, (40, 30));
    assert_eq!(make(&file(41)), Err(Refused(DAMAGED)));
    assert!(cost(&file(40)).is_ok());
}

#[test]
fn the_heaviest_pictures_cost_no_more_than_their_bound() {
    const MOST: u64 = 96 * 1024 * 1024;
    let frame = |marker: u8, width: u16, height: u16, sampling: u8| {
        let mut bytes = vec![0xFF, 0xD8, 0xFF, marker, 0, 17, 8];
        bytes.extend_from_slice(&height.to_be_bytes());
        bytes.extend_from_slice(&width.to_be_bytes());
        bytes.extend_from_slice(&[3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0]);
        bytes.extend_from_slice(&[0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
        bytes.resize(SENT_MAX_BYTES, 0);
        bytes
    };
    for (width, height) in [
        (8660, 5773),
        (5773, 8660),
        (12_000, 4333),
        (4333, 12_000),
        (2560, 3515),
        (2924, 4447),
        (4000, 6000),
    ] {
        for marker in [0xC0, 0xC2] {
            for sampling in [0x11, 0x21, 0x22] {
                let cost = cost(&frame(marker, width, height, sampling)).unwrap();
                assert!(
                    cost <= MOST,
                    "{marker:x} {width} × {height} {sampling:x}: {cost}"
                );
            }
        }
    }
}
