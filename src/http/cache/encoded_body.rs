//! A body that is sent again and again: its digest, its compressed forms, and the answers that it gives to conditions.

use super::conditional::is_known;
use crate::app::{App, LARGE_BYTES};
use crate::blog::hex;
use crate::error::Error;
use axum::body::{Body as AxumBody, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap,
    LAST_MODIFIED, VARY,
};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::Response;
use flate2::{Compress, FlushCompress, Status};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::{self, Write as _};
use std::ops::Deref;
use std::sync::OnceLock;

/// Good compression at a speed that can be paid once per change: 2 ms for 100 KiB.
const BROTLI_QUALITY: u32 = 5;
/// For what is packed once and sent to every new reader: a tenth smaller, and 50 ms for 20 KiB.
const BROTLI_QUALITY_FOR_EVER: u32 = 11;
const BROTLI_WINDOW_BITS: u32 = 20;
/// As small as gzip's and made in a third of its time.
const ZSTD_LEVEL: i32 = 9;
/// Feed readers and tools take it, browsers do not: half the time of the usual 6 for four per cent more bytes, and a list is
/// packed again after each comment.
const GZIP_LEVEL: u32 = 2;
/// The largest window that there is (RFC 1951).
const GZIP_WINDOW_BITS: u8 = 15;
/// Smaller bodies do not get smaller.
const COMPRESS_MIN_BYTES: usize = 512;

/// A body with what every answer says of it, and its compressed forms as soon as somebody has asked for them.
#[derive(Debug)]
pub struct Body {
    plain: Form,
    /// By [`Encoding`], from the first that is none.
    compressed: [OnceLock<Form>; 3],
    /// Of the Brotli form: from 0 to 11.
    quality: u32,
    /// Whether it is text, and long enough to get smaller.
    is_compressible: bool,
    /// Hexadecimal digest: the part of the entity tag that all encodings share.
    digest: String,
}

/// The bytes in one encoding, with all headers of an answer that holds them, and of one that need not.
#[derive(Debug, Clone)]
struct Form {
    bytes: Bytes,
    head: HeaderMap,
    unchanged: HeaderMap,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Brotli,
    Zstd,
    Gzip,
}

impl Encoding {
    /// The smallest first.
    const COMPRESSED: [Self; 3] = [Self::Brotli, Self::Zstd, Self::Gzip];

    fn name(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// The best encoding that a client takes, RFC 9110, 12.5.3.
    fn accepted(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers
            .get(ACCEPT_ENCODING)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::Plain;
        };
        let taken = accepted.split(',').filter_map(|item| {
            let (name, parameters) = item.split_once(';').unwrap_or((item, ""));
            let is_refused = parameters
                .split(';')
                .any(|part| matches!(part.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
            let place = Self::COMPRESSED
                .iter()
                .position(|encoding| name.trim().eq_ignore_ascii_case(encoding.name()));
            place.filter(|_| !is_refused)
        });
        taken
            .min()
            .map_or(Self::Plain, |best| Self::COMPRESSED[best])
    }

    fn of(self, plain: &[u8], quality: u32) -> io::Result<Vec<u8>> {
        match self {
            Self::Plain => Ok(plain.to_vec()),
            Self::Brotli => {
                let window = BROTLI_WINDOW_BITS;
                let mut encoder =
                    brotli::CompressorWriter::new(Vec::new(), 16 * 1024, quality, window);
                encoder.write_all(plain)?;
                Ok(encoder.into_inner())
            }
            Self::Zstd => zstd::bulk::compress(plain, ZSTD_LEVEL),
            Self::Gzip => GZIP.with_borrow_mut(|packer| gzip(packer, plain)),
        }
    }
}

thread_local! {
    /// One a thread: setting one up takes a third as long as packing a page.
    static GZIP: RefCell<Compress> = RefCell::new(Compress::new_gzip(
        flate2::Compression::new(GZIP_LEVEL),
        GZIP_WINDOW_BITS,
    ));
}

fn gzip(packer: &mut Compress, plain: &[u8]) -> io::Result<Vec<u8>> {
    packer.reset();
    // Text becomes a third, mostly.
    let mut bytes = Vec::with_capacity(plain.len() / 2);
    let mut rest = plain;
    loop {
        bytes.reserve(COMPRESS_MIN_BYTES);
        let before = packer.total_in();
        let status = packer.compress_vec(rest, &mut bytes, FlushCompress::Finish)?;
        if status == Status::StreamEnd {
            bytes.shrink_to_fit();
            return Ok(bytes);
        }
        let taken = usize::try_from(packer.total_in() - before).unwrap_or(rest.len());
        rest = &rest[taken..];
    }
}

impl Body {
    /// `head` is what every answer says: the content type at least.
    pub fn new(head: &HeaderMap, plain: Bytes) -> Self {
        Self::packed_by(BROTLI_QUALITY, head, plain)
    }

    /// A file that stays as it is: packed as small as it gets.
    pub fn for_ever(head: &HeaderMap, plain: Bytes) -> Self {
        Self::packed_by(BROTLI_QUALITY_FOR_EVER, head, plain)
    }

    fn packed_by(quality: u32, head: &HeaderMap, plain: Bytes) -> Self {
        let digest = hex(&Sha256::digest(&plain)[..8]);
        Self {
            is_compressible: is_compressible(head, plain.len()),
            plain: Form::new(Encoding::Plain, plain, head, &digest),
            compressed: Default::default(),
            quality,
            digest,
        }
    }

    /// The bytes of all forms together, as they will be when each was asked for.
    pub fn weight(&self) -> usize {
        // Text becomes a third, three times.
        if self.is_compressible {
            self.plain.bytes.len() * 2
        } else {
            self.plain.bytes.len()
        }
    }

    fn form(&self, encoding: Encoding) -> &Form {
        let place = Encoding::COMPRESSED.iter().position(|one| *one == encoding);
        let Some(place) = place else {
            return &self.plain;
        };
        self.compressed[place].get_or_init(|| {
            // Writing into memory does not fail; should it, the plain bytes are an answer too.
            match encoding.of(&self.plain.bytes, self.quality) {
                Ok(bytes) => Form::new(encoding, bytes.into(), &self.plain.head, &self.digest),
                Err(_) => self.plain.clone(),
            }
        })
    }

    /// The answer that can be given at once; none where the encoding that the client takes has yet to be made, and making it
    /// takes longer than a thread that answers readers may be held up.
    pub fn ready(&self, method: &Method, headers: &HeaderMap) -> Option<Response> {
        let encoding = self.encoding(headers);
        (!self.is_long_to_pack(encoding)).then(|| self.form(encoding).answer(method, headers))
    }

    fn is_long_to_pack(&self, encoding: Encoding) -> bool {
        let is_large = self.plain.bytes.len() > LARGE_BYTES;
        let place = Encoding::COMPRESSED.iter().position(|one| *one == encoding);
        (is_large || self.quality > BROTLI_QUALITY)
            && place.is_some_and(|place| self.compressed[place].get().is_none())
    }

    fn encoding(&self, headers: &HeaderMap) -> Encoding {
        if self.is_compressible {
            Encoding::accepted(headers)
        } else {
            Encoding::Plain
        }
    }

    /// Answers with the body or with 304, as the request's conditions and encodings ask (RFC 9110, 13).
    pub fn answer(&self, method: &Method, headers: &HeaderMap) -> Response {
        self.form(self.encoding(headers)).answer(method, headers)
    }
}

/// Whether a body of so many bytes gets smaller by compression.
fn is_compressible(head: &HeaderMap, length: usize) -> bool {
    let kind = head.get(CONTENT_TYPE);
    let kind = kind.map_or(&b""[..], HeaderValue::as_bytes);
    let text = [&b"text/"[..], b"application/", b"image/svg"];
    length >= COMPRESS_MIN_BYTES && text.iter().any(|begin| kind.starts_with(begin))
}

impl AsRef<Self> for Body {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// The answer of a body. If it takes long to compress, this happens on another thread than those that answer readers.
///
/// # Errors
/// [`Error::Internal`] if compressing panicked.
pub async fn answer<B: AsRef<Body>>(
    app: &App,
    body: impl Deref<Target = B> + Send + 'static,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Error> {
    if let Some(response) = B::as_ref(&body).ready(&method, &headers) {
        return Ok(response);
    }
    app.compute(move || B::as_ref(&body).answer(&method, &headers))
        .await
}

impl Form {
    fn new(encoding: Encoding, bytes: Bytes, head: &HeaderMap, digest: &str) -> Self {
        let mut head = head.clone();
        let tag = match encoding {
            Encoding::Plain => format!("\"{digest}\""),
            encoding => format!("\"{digest}-{}\"", encoding.name()),
        };
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            head.insert(ETAG, tag);
        }
        head.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        let mut unchanged = head.clone();
        unchanged.remove(CONTENT_TYPE);
        head.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        if encoding != Encoding::Plain {
            head.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
        }
        Self {
            bytes,
            head,
            unchanged,
        }
    }

    fn answer(&self, method: &Method, headers: &HeaderMap) -> Response {
        let mut response = Response::new(AxumBody::empty());
        let tag = self.head.get(ETAG).and_then(|tag| tag.to_str().ok());
        let modified = self.head.get(LAST_MODIFIED);
        if is_known(headers, tag.unwrap_or_default(), modified) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.headers_mut() = self.unchanged.clone();
            return response;
        }
        *response.headers_mut() = self.head.clone();
        if method != Method::HEAD {
            *response.body_mut() = AxumBody::from(self.bytes.clone());
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::{HeaderName, IF_NONE_MATCH};
    use std::io::Read as _;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect()
    }

    fn body() -> Body {
        Body::new(
            &headers(&[(CONTENT_TYPE, "text/html")]),
            "daybook ".repeat(200).into(),
        )
    }

    #[test]
    fn one_packer_packs_one_body_after_the_other() {
        // The second one does not get smaller, so there is too little room for it at first.
        let noise: Vec<u8> = (0_u32..4000)
            .flat_map(|n| Sha256::digest(n.to_le_bytes()))
            .collect();
        for plain in [&b"tide ".repeat(9000)[..], &noise, b"ebb", b""] {
            let packed = Encoding::Gzip.of(plain, BROTLI_QUALITY).unwrap();
            let mut unpacked = Vec::new();
            let mut decoder = flate2::read::GzDecoder::new(&*packed);
            io::Read::read_to_end(&mut decoder, &mut unpacked).unwrap();
            assert!(unpacked == plain, "{} bytes", plain.len());
        }
    }

    #[test]
    fn the_best_encoding_that_is_accepted_is_sent() {
        for (accepted, sent) in [
            ("gzip, deflate, br", "br"),
            ("gzip", "gzip"),
            ("br;q=0, gzip", "gzip"),
            ("zstd, gzip", "zstd"),
            ("compress", ""),
        ] {
            let answer = body().answer(&Method::GET, &headers(&[(ACCEPT_ENCODING, accepted)]));
            let encoding = answer
                .headers()
                .get(CONTENT_ENCODING)
                .map_or("", |value| value.to_str().unwrap());
            assert_eq!(encoding, sent, "{accepted}");
        }
    }

    #[test]
    fn each_encoding_has_a_tag_of_its_own_and_the_tag_gives_304() {
        let plain = body().answer(&Method::GET, &HeaderMap::new());
        let gzip = body().answer(&Method::GET, &headers(&[(ACCEPT_ENCODING, "gzip")]));
        let tag = plain.headers()[ETAG].to_str().unwrap();
        assert_ne!(tag, gzip.headers()[ETAG].to_str().unwrap());
        let again = body().answer(&Method::GET, &headers(&[(IF_NONE_MATCH, tag)]));
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        let other = body().answer(&Method::GET, &headers(&[(IF_NONE_MATCH, "\"other\"")]));
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[test]
    fn a_head_answer_has_the_length_and_no_body() {
        let answer = body().answer(&Method::HEAD, &HeaderMap::new());
        assert_eq!(answer.headers()[CONTENT_LENGTH], "1600");
    }

    #[test]
    fn each_form_holds_the_same_bytes() {
        let body = body();
        let packed = |encoding| body.form(encoding).bytes.as_ref();
        let mut unpacked = Vec::new();
        brotli::Decompressor::new(packed(Encoding::Brotli), 4096)
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, body.plain.bytes);
        let unpacked = zstd::bulk::decompress(packed(Encoding::Zstd), 4096).unwrap();
        assert_eq!(unpacked, body.plain.bytes);
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(packed(Encoding::Gzip))
            .read_to_end(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, body.plain.bytes);
    }
}
