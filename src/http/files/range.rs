//! Parts of a file that a client asks for (RFC 9110, 14): to go on with a download that broke off, or to jump within a film.

use axum::http::HeaderMap;
use axum::http::header::{IF_RANGE, RANGE};
use std::ops::Range;

/// What of a file is to be sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    Whole,
    /// 206, with these bytes.
    Part(Range<u64>),
    /// 416: there is nothing where the client looks.
    Nothing,
}

/// Reads `Range` and `If-Range` of a GET. One range is answered with it; several, and what cannot be read, with the whole,
/// as the RFC allows (14.2). `tag` and `modified` are those of the file as it is now.
pub fn wanted(headers: &HeaderMap, length: u64, tag: &str, modified: &str) -> Wanted {
    let Some(range) = headers.get(RANGE).and_then(|range| range.to_str().ok()) else {
        return Wanted::Whole;
    };
    // 13.1.5: the part is wanted of the file that the client has the rest of, and else the whole. Weak tags never match.
    let is_other = headers
        .get(IF_RANGE)
        .is_some_and(|known| known != tag && known != modified);
    if is_other || headers.get_all(RANGE).iter().count() > 1 {
        return Wanted::Whole;
    }
    let Some((unit, ranges)) = range.split_once('=') else {
        return Wanted::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    one(ranges.trim(), length).unwrap_or(Wanted::Whole)
}

/// Reads `5-9`, `5-` and `-5`; `None` for anything else.
fn one(range: &str, length: u64) -> Option<Wanted> {
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    if first.is_empty() {
        let number = number(last)?;
        let begin = length.saturating_sub(number);
        let is_there = number > 0 && length > 0;
        return Some(part(begin..length, is_there));
    }
    let first = number(first)?;
    let end = if last.is_empty() {
        length
    } else {
        let last = number(last)?;
        if last < first {
            return None;
        }
        last.saturating_add(1).min(length)
    };
    Some(part(first..end, first < length))
}

fn part(range: Range<u64>, is_there: bool) -> Wanted {
    if is_there {
        Wanted::Part(range)
    } else {
        Wanted::Nothing
    }
}

/// Digits alone: `parse` would take a sign, too. More than fit are more than any file has.
fn number(digits: &str) -> Option<u64> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODIFIED: &str = "Sun, 05 Jun 2016 12:00:00 GMT";

    fn of(range: &str, if_range: Option<&str>) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(RANGE, range.parse().unwrap());
        if let Some(known) = if_range {
            headers.insert(IF_RANGE, known.parse().unwrap());
        }
        wanted(&headers, 100, "\"a.webp\"", MODIFIED)
    }

    #[test]
    fn one_range_is_read_in_its_three_forms() {
        for (range, wanted) in [
            ("bytes=0-0", 0..1),
            ("bytes=10-19", 10..20),
            ("bytes=90-", 90..100),
            ("bytes=90-1000", 90..100),
            ("bytes=-5", 95..100),
            ("bytes=-1000", 0..100),
            ("Bytes= 1 - 2 ", 1..3),
            ("bytes=99-99999999999999999999999", 99..100),
        ] {
            assert_eq!(of(range, None), Wanted::Part(wanted), "{range}");
        }
    }

    #[test]
    fn what_lies_behind_the_end_is_nothing() {
        for range in [
            "bytes=100-",
            "bytes=100-200",
            "bytes=-0",
            "bytes=99999999999999999999-",
        ] {
            assert_eq!(of(range, None), Wanted::Nothing, "{range}");
        }
    }

    #[test]
    fn several_ranges_and_what_is_no_range_give_the_whole() {
        for range in [
            "bytes=0-1,5-6",
            "bytes=5-2",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=+1-2",
            "lines=1-2",
            "5-6",
        ] {
            assert_eq!(of(range, None), Wanted::Whole, "{range}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 100, "", ""), Wanted::Whole);
    }

    #[test]
    fn of_another_file_the_whole_is_sent() {
        let part = || Wanted::Part(5..10);
        assert_eq!(of("bytes=5-9", Some("\"a.webp\"")), part());
        assert_eq!(of("bytes=5-9", Some(MODIFIED)), part());
        for other in [
            "\"b.webp\"",
            "W/\"a.webp\"",
            "Sun, 05 Jun 2016 12:00:01 GMT",
        ] {
            assert_eq!(of("bytes=5-9", Some(other)), Wanted::Whole, "{other}");
        }
    }
}
