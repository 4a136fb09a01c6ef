//! Pictures that a clipboard holds itself, as `data:` addresses (RFC 2397): they are taken out before the tree is built,
//! which megabytes of one attribute would stop.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// The address of one of them until it is stored; a number follows.
pub const PLACE: &str = "https://clipboard.invalid/";

/// Pictures of one clipboard that are taken; the rest is missing.
const PICTURES_MAX: usize = 50;

/// What is before the data of one of them is short.
const HEAD_MAX_BYTES: usize = 80;

/// Some programs leave the padding out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// HTML with a short address in place of each picture, and what the pictures are; one that is no base64 is empty.
pub fn taken_out(html: &str) -> (String, Vec<Vec<u8>>) {
    const KIND: &str = "data:image/";
    const FORM: &str = ";base64,";
    let mut out = String::with_capacity(html.len().min(1 << 20));
    let mut pictures = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(KIND) {
        let (before, found) = rest.split_at(at);
        out.push_str(before);
        let head = &found[..found.floor_char_boundary(HEAD_MAX_BYTES)];
        let data = head
            .find(FORM)
            .filter(|form| head[..*form].bytes().all(is_of_kind));
        let is_value = before.ends_with(['"', '\'', '=']);
        let Some(form) = data.filter(|_| is_value && pictures.len() < PICTURES_MAX) else {
            out.push_str(KIND);
            rest = &found[KIND.len()..];
            continue;
        };
        let data = &found[form + FORM.len()..];
        let end = data.find(['"', '\'', '>', '<']).unwrap_or(data.len());
        let bytes: Vec<u8> = data[..end]
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        out.push_str(PLACE);
        out.push_str(&pictures.len().to_string());
        pictures.push(BASE64.decode(bytes).unwrap_or_default());
        rest = &data[end..];
    }
    out.push_str(rest);
    (out, pictures)
}

fn is_of_kind(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b":/+-.;=".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_taken_out_and_words_stay() {
        let html = "<img src=\"data:image/png;base64,aGVs\nbG8=\"> data:image/png;base64,aGVsbG8= <img src='data:image/gif;charset=x;base64,aGk'>\
            <img src=\"data:image/svg+xml,%3Csvg\"><img src=\"data:image/webp;base64,?\">";
        let (out, pictures) = taken_out(html);
        assert_eq!(
            out,
            "<img src=\"https://clipboard.invalid/0\"> data:image/png;base64,aGVsbG8= <img src='https://clipboard.invalid/1'>\
             <img src=\"data:image/svg+xml,%3Csvg\"><img src=\"https://clipboard.invalid/2\">"
        );
        assert_eq!(pictures, [b"hello".to_vec(), b"hi".to_vec(), Vec::new()]);
        let long = format!(
            "<img src=\"data:image/png;base64,{}\">",
            "//8A".repeat(1_000_000)
        );
        let (out, pictures) = taken_out(&long);
        assert!(out.len() < 100 && pictures[0].len() == 3_000_000);
    }
}
