//! Films inside a text. A player is built anew from the number of the film, so nothing of the embed that an author
//! pasted or an import brought reaches a reader.

use std::borrow::Cow;
use url::Url;

/// A film on one of the two services whose players a page may hold; the content security policy names the same two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Film {
    YouTube(String),
    Vimeo(String),
}

/// How a player's place opens in sanitised HTML; our layout alone gives this class.
const OPEN: &str = "<div class=\"embed\">";
const CLOSE: &str = "</div>";

impl Film {
    /// The film that the address of a player or of a film's page stands for.
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

    /// The words that keep a film's place while the HTML around it is made safe.
    pub fn place(&self) -> String {
        match self {
            Self::YouTube(id) => format!("{OPEN}youtube {id}{CLOSE}"),
            Self::Vimeo(id) => format!("{OPEN}vimeo {id}{CLOSE}"),
        }
    }

    fn at_place(words: &str) -> Option<Self> {
        match words.split_once(' ')? {
            ("youtube", id) => film_id(id),
            ("vimeo", id) => film_number(id),
            _ => None,
        }
    }

    /// A link to the film's own page.
    fn link(&self) -> String {
        let (name, address) = match self {
            Self::YouTube(id) => (
                "YouTube video",
                format!("https://www.youtube.com/watch?v={id}"),
            ),
            Self::Vimeo(id) => ("Vimeo video", format!("https://vimeo.com/{id}")),
        };
        format!(
            "<p><a href=\"{address}\">{name}: {}</a></p>",
            &address["https://".len()..]
        )
    }

    fn player(&self) -> String {
        let (title, address) = match self {
            Self::YouTube(id) => (
                "YouTube video",
                format!("https://www.youtube-nocookie.com/embed/{id}"),
            ),
            Self::Vimeo(id) => (
                "Vimeo video",
                format!("https://player.vimeo.com/video/{id}"),
            ),
        };
        // YouTube refuses to play where the browser does not say which site the player stands on.
        format!(
            "<iframe src=\"{address}\" title=\"{title}\" width=\"560\" height=\"315\" loading=\"lazy\" \
             referrerpolicy=\"strict-origin-when-cross-origin\" allowfullscreen></iframe>"
        )
    }
}

/// Puts the players into sanitised HTML, where [`Film::place`] kept their places.
pub fn fill(html: &str) -> String {
    let mut parts = html.split(OPEN);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        filled.push_str(OPEN);
        let player = part
            .split_once(CLOSE)
            .and_then(|(words, after)| Some((Film::at_place(words)?.player(), after)));
        match player {
            Some((player, after)) => filled.extend([player.as_str(), CLOSE, after]),
            None => filled.push_str(part),
        }
    }
    filled
}

/// A player as [`fill`] wrote it.
const PLAYER: &str = "<iframe src=\"";

/// The same HTML with links in place of the players that `plays` refuses.
pub fn with_links(html: &str, plays: impl Fn(&Film) -> bool) -> Cow<'_, str> {
    if !html.contains(OPEN) {
        return Cow::Borrowed(html);
    }
    let mut parts = html.split(OPEN);
    let mut linked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let refused = part.split_once(CLOSE).and_then(|(player, after)| {
            let address = player.strip_prefix(PLAYER)?.split('"').next()?;
            let film = Film::of(address).filter(|film| !plays(film))?;
            Some((film.link(), after))
        });
        match refused {
            Some((link, after)) => linked.extend([link.as_str(), after]),
            None => linked.extend([OPEN, part]),
        }
    }
    Cow::Owned(linked)
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
    fn a_player_that_is_refused_becomes_a_link_and_the_text_around_it_stays() {
        let films = [
            Film::YouTube("dQw4w9WgXcQ".to_owned()),
            Film::Vimeo("76979871".to_owned()),
        ];
        let html = fill(&format!(
            "<p>a</p>{}b{}c",
            films[0].place(),
            films[1].place()
        ));
        assert_eq!(with_links(&html, |_| true), html);
        assert_eq!(
            with_links(&html, |film| matches!(film, Film::Vimeo(_))),
            html.replace(
                &fill(&films[0].place()),
                "<p><a href=\"https://www.youtube.com/watch?v=dQw4w9WgXcQ\">YouTube video: \
                 www.youtube.com/watch?v=dQw4w9WgXcQ</a></p>"
            )
        );
        let none = with_links(&html, |_| false);
        assert!(
            !none.contains("iframe") && none.starts_with("<p>a</p><p>") && none.ends_with("</p>c")
        );
    }

    #[test]
    fn a_place_without_a_film_stays_as_it_is() {
        let html = "a<div class=\"embed\">youtube <b>x</b></div>b";
        assert_eq!(fill(html), html);
    }
}
