//! Films inside a text. All that is kept of an embed is the number of the film, so nothing that an author pasted or an
//! import brought reaches a reader.

use std::borrow::Cow;
use std::fmt::Write;

use url::Url;

use super::{escape, holds};
use crate::blog::phrases::fill;

/// A film on one of the two services whose players a page may hold; the content security policy names the same two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Film {
    YouTube(String),
    Vimeo(String),
}

/// How the place of a film opens in stored HTML; our layout alone gives this class. In it is a link to the film's own
/// page, which is all that feeds, exports and paper get.
const OPEN: &str = "<div class=\"embed\"><a href=\"";
const CLOSE: &str = "</a></div>";

impl Film {
    /// The film that the address of a player or of a film's page represents.
    pub fn of(address: &str) -> Option<Self> {
        let url = Url::parse(address).ok()?;
        let plain = url.username().is_empty() && url.password().is_none() && url.port().is_none();
        if !plain || !["http", "https"].contains(&url.scheme()) {
            return None;
        }
        let host = url.host_str()?;
        match host
            .strip_prefix("www.")
            .or(host.strip_prefix("m."))
            .unwrap_or(host)
        {
            "youtube.com" | "youtube-nocookie.com" => youtube(&url),
            "youtu.be" => film_id(url.path().strip_prefix('/')?),
            "vimeo.com" | "player.vimeo.com" => vimeo(&url),
            _ => None,
        }
    }

    /// What is in a text for a film: a link to its own page.
    pub fn place(&self) -> String {
        let address = self.address();
        let words = address.split_once("://").map_or("", |(_, words)| words);
        format!("{OPEN}{address}\">{words}{CLOSE}")
    }

    fn address(&self) -> String {
        match self {
            Self::YouTube(id) => format!("https://www.youtube.com/watch?v={id}"),
            Self::Vimeo(id) => format!("https://vimeo.com/{id}"),
        }
    }

    /// The address of its player, which begins to play at once: it is asked for by who wants to see the film.
    fn player(&self) -> String {
        match self {
            Self::YouTube(id) => {
                format!("https://www.youtube-nocookie.com/embed/{id}?autoplay=1")
            }
            Self::Vimeo(id) => format!("https://player.vimeo.com/video/{id}?autoplay=1&amp;dnt=1"),
        }
    }

    fn service(&self) -> &'static str {
        match self {
            Self::YouTube(_) => "YouTube",
            Self::Vimeo(_) => "Vimeo",
        }
    }
}

/// The stored HTML with a place to play the films in that `plays` allows. Nothing of them is asked for before a reader
/// does: `video_embeds.js` puts the player in place of the link; without scripts, which no player does without, the link leads to
/// the film's own page. `play` is what the link says, with a gap for the service.
pub fn with_players<'h>(html: &'h str, play: &str, plays: impl Fn(&Film) -> bool) -> Cow<'h, str> {
    if !holds(html, OPEN) {
        return Cow::Borrowed(html);
    }
    let mut parts = html.split(OPEN);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let film = part
            .split_once(CLOSE)
            .and_then(|(place, after)| Some((Film::of(place.split('"').next()?)?, after)))
            .filter(|(film, _)| plays(film));
        match film {
            Some((film, after)) => {
                let words = fill(play, &[("service", film.service())]);
                let (address, player) = (film.address(), film.player());
                let _ = write!(
                    out,
                    "<div class=\"embed\"><a class=\"play\" href=\"{address}\" data-player=\"{player}\">{}</a></div>\
                     <p class=\"about\"><a href=\"{address}\">{}</a></p>",
                    escape(&words),
                    &address["https://".len()..],
                );
                out.push_str(after);
            }
            None => out.extend([OPEN, part]),
        }
    }
    Cow::Owned(out)
}

/// Whether a text that is ready for its page has a place to play a film in.
pub fn can_play(html: &str) -> bool {
    holds(html, "<div class=\"embed\"><a class=\"play\" href=\"")
}

fn youtube(url: &Url) -> Option<Film> {
    let mut path = url.path_segments()?;
    match path.next()? {
        "embed" | "v" | "shorts" | "live" => film_id(path.next()?),
        "watch" => film_id(&url.query_pairs().find(|(name, _)| name == "v")?.1),
        _ => None,
    }
}

/// Ids have eleven characters; old players have settings behind them, after `&`. Lists of films have the word
/// `videoseries` in this place.
fn film_id(text: &str) -> Option<Film> {
    let id = text.split(['&', '?']).next()?;
    let is_id = id.len() == 11
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    (is_id && id != "videoseries").then(|| Film::YouTube(id.to_owned()))
}

fn vimeo(url: &Url) -> Option<Film> {
    let clip = url.query_pairs().find(|(name, _)| name == "clip_id");
    if let Some((_, number)) = clip {
        return film_number(&number);
    }
    let mut path = url.path_segments()?;
    match path.next()? {
        "video" => film_number(path.next()?),
        number => film_number(number),
    }
}

fn film_number(text: &str) -> Option<Film> {
    let is_number =
        (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| Film::Vimeo(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_youtube_address_names_its_film() {
        for address in [
            "https://www.youtube.com/embed/dQw4w9WgXcQ",
            "https://www.youtube.com/embed/dQw4w9WgXcQ?rel=0&start=9",
            "http://youtube.com/v/dQw4w9WgXcQ&hl=en&fs=1&",
            "https://www.youtube.com/v/dQw4w9WgXcQ?version=3",
            "https://m.youtube.com/watch?feature=x&v=dQw4w9WgXcQ",
            "https://youtu.be/dQw4w9WgXcQ?t=1",
            "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        ] {
            assert_eq!(
                Film::of(address),
                Some(Film::YouTube("dQw4w9WgXcQ".into())),
                "{address}"
            );
        }
    }

    #[test]
    fn every_form_of_a_vimeo_address_names_its_film() {
        for address in [
            "https://player.vimeo.com/video/76979871?h=8272103f6e",
            "https://vimeo.com/76979871",
            "http://vimeo.com/moogaloop.swf?clip_id=76979871&server=vimeo.com",
        ] {
            assert_eq!(
                Film::of(address),
                Some(Film::Vimeo("76979871".into())),
                "{address}"
            );
        }
    }

    #[test]
    fn an_address_that_only_looks_like_a_film_is_none() {
        for address in [
            "javascript://youtube.com/%0Aalert(document.domain)",
            "https://youtube.com.evil.example/embed/dQw4w9WgXcQ",
            "https://youtube.com@evil.example/embed/dQw4w9WgXcQ",
            "https://user@youtube.com/embed/dQw4w9WgXcQ",
            "https://youtube.com:8443/embed/dQw4w9WgXcQ",
            "https://www.youtube.com/embed/videoseries?list=PLx",
            "https://www.youtube.com/embed/\"onload=x",
            "https://www.youtube.com/embed/../../evil",
            "https://vimeo.com/about",
        ] {
            assert_eq!(Film::of(address), None, "{address}");
        }
    }

    #[test]
    fn a_film_is_a_link_until_a_page_gives_it_a_place_to_play() {
        let stored = format!(
            "<p>a</p>{}b{}c",
            Film::YouTube("dQw4w9WgXcQ".to_owned()).place(),
            Film::Vimeo("76979871".to_owned()).place()
        );
        let play = "Play from {service}";
        assert_eq!(with_players(&stored, play, |_| false), stored);
        let vimeo = with_players(&stored, play, |film| matches!(film, Film::Vimeo(_)));
        assert_eq!(
            vimeo,
            "<p>a</p><div class=\"embed\"><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\">\
             www.youtube.com/watch?v=dQw4w9WgXcQ</a></div>b<div class=\"embed\"><a class=\"play\" \
             href=\"https://vimeo.com/76979871\" \
             data-player=\"https://player.vimeo.com/video/76979871?autoplay=1&amp;dnt=1\">Play from Vimeo</a></div>\
             <p class=\"about\"><a href=\"https://vimeo.com/76979871\">vimeo.com/76979871</a></p>c"
        );
        assert!(can_play(&vimeo) && !can_play(&stored));
    }

    #[test]
    fn a_place_without_a_film_stays_as_it_is() {
        let html = "a<div class=\"embed\"><a href=\"https://x.example/\">x</a></div>b";
        assert_eq!(with_players(html, "Play", |_| true), html);
    }
}
