//! What a page says of itself to machines: to sites that show a link to it (Open Graph), and to search engines (schema.org
//! as JSON-LD).

use super::layout::Layout;
use crate::blog::post::{Kind, Post};
use crate::text::absolutize::clean;
use askama::Template;
use serde_json::{Value, json};

/// Longer headlines are cut by who shows them.
const HEADLINE_CHARS: usize = 110;

/// The lines of a page's head that are for machines.
#[derive(Debug, Template)]
#[template(path = "reader/metadata.html")]
pub struct Sharing {
    blog: String,
    /// The type of Open Graph.
    kind: &'static str,
    title: String,
    description: String,
    address: String,
    /// The whole address of a picture that represents the page; empty: none.
    picture: String,
    /// What a picture that its author chose says to those who cannot see it.
    picture_alt: String,
    locale: String,
    /// When a post was published and changed, as RFC 3339.
    times: Option<(String, String)>,
    tags: Vec<String>,
    /// Who wrote a post or a page; empty where nobody is named.
    author: String,
    /// JSON-LD, safe within a script element; empty: none.
    data: String,
}

impl Sharing {
    /// What a page that lists posts says. `heading` is `None` on the first page of the blog.
    pub fn of_list(layout: &Layout, heading: Option<&str>, path: &str) -> Self {
        let blog = layout.title();
        let description = &layout.site.settings.description;
        let address = layout.absolute_url(path);
        let data = match heading {
            Some(_) => String::new(),
            None => in_script(&json!({
                "@context": "https://schema.org",
                "@type": "Blog",
                "@id": address,
                "url": address,
                "name": clean(blog),
                "description": clean(description),
                "inLanguage": layout.language(),
            })),
        };
        Self {
            blog: clean(blog),
            kind: "website",
            title: clean(heading.unwrap_or(blog)),
            description: clean(description),
            address,
            picture: layout.absolute_url("/icon-512.png"),
            picture_alt: String::new(),
            locale: locale(layout.language()),
            times: None,
            tags: Vec::new(),
            author: String::new(),
            data,
        }
    }

    /// What a post or a page says.
    pub fn of_post<'a>(layout: &Layout, post: &Post, tags: impl Iterator<Item = &'a str>) -> Self {
        let here = layout.absolute_url(post.path.as_deref().unwrap_or("/"));
        let address = if post.details.canonical.is_empty() {
            here
        } else {
            post.details.canonical.clone()
        };
        let language = if post.details.language.is_empty() {
            layout.language()
        } else {
            &post.details.language
        };
        let is_post = post.kind == Kind::Post;
        let times = post.published_at;
        let times = times.map(|at| (at.rfc3339(), post.updated_at.max(at).rfc3339()));
        let title = layout.title_or_words(&post.title, &post.auto_excerpt, post.published_at);
        let sharing = Self {
            blog: clean(layout.title()),
            kind: if is_post { "article" } else { "website" },
            title: clean(&title),
            description: clean(post.description()),
            address,
            picture: picture_of(layout, post),
            picture_alt: if post.details.picture.is_empty() {
                String::new()
            } else {
                clean(&post.details.picture_alt)
            },
            locale: locale(language),
            times,
            tags: tags.map(clean).collect(),
            author: clean(&post.author),
            data: String::new(),
        };
        let data = in_script(&sharing.posting(layout, post, language));
        Self { data, ..sharing }
    }

    /// The post as schema.org has it.
    fn posting(&self, layout: &Layout, post: &Post, language: &str) -> Value {
        let headline: String = self.title.chars().take(HEADLINE_CHARS).collect();
        let mut data = json!({
            "@context": "https://schema.org",
            "@type": if post.kind == Kind::Post { "BlogPosting" } else { "WebPage" },
            "@id": self.address,
            "url": self.address,
            "mainEntityOfPage": self.address,
            "headline": headline,
            "inLanguage": language,
            "isPartOf": { "@type": "Blog", "@id": layout.absolute_url("/"), "name": self.blog },
        });
        data["author"] = if self.author.is_empty() {
            json!({ "@type": "Organization", "name": self.blog })
        } else {
            json!({ "@type": "Person", "name": self.author })
        };
        if let Some(page) = layout.writer_address(post.writer.as_deref()) {
            data["author"]["url"] = Value::from(layout.absolute_url(&page));
        }
        if let Some((published, changed)) = &self.times {
            data["datePublished"] = Value::from(published.as_str());
            data["dateModified"] = Value::from(changed.as_str());
        }
        if post.kind == Kind::Post {
            data["commentCount"] = Value::from(post.approved_comments);
        }
        for (name, text) in [("description", &self.description), ("image", &self.picture)] {
            if !text.is_empty() {
                data[name] = Value::from(text.as_str());
            }
        }
        if !self.tags.is_empty() {
            data["keywords"] = Value::from(self.tags.clone());
        }
        data
    }

    /// Whether it is a post, which alone has times and tags of Open Graph.
    fn is_article(&self) -> bool {
        self.kind == "article"
    }

    /// The card that a picture gets.
    fn card(&self) -> &'static str {
        if self.is_article() && !self.picture.is_empty() {
            "summary_large_image"
        } else {
            "summary"
        }
    }
}

/// The address of the picture that represents a post.
fn picture_of(layout: &Layout, post: &Post) -> String {
    let picture = &post.picture;
    if picture.starts_with('/') && !picture.starts_with("//") {
        layout.absolute_url(picture)
    } else {
        clean(picture)
    }
}

/// JSON that cannot end the script element it is in, whatever is in it.
fn in_script(data: &Value) -> String {
    let json = data.to_string();
    // The last is how two line ends begin that JSON allows within a string and JavaScript did not.
    let may_begin = |byte: &u8| matches!(byte, b'<' | b'>' | b'&' | 0xe2);
    if !json.as_bytes().iter().any(may_begin) {
        return json;
    }
    let mut safe = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '<' => safe.push_str("\\u003c"),
            '>' => safe.push_str("\\u003e"),
            '&' => safe.push_str("\\u0026"),
            '\u{2028}' => safe.push_str("\\u2028"),
            '\u{2029}' => safe.push_str("\\u2029"),
            c => safe.push(c),
        }
    }
    safe
}

/// A language as Open Graph wants it, with a country: `pt_BR`. Where none is named, that where most of its readers live.
fn locale(language: &str) -> String {
    let (base, rest) = language.split_once('-').unwrap_or((language, ""));
    let country = match (base, rest) {
        ("zh", "Hans") => "CN",
        ("zh", "Hant") => "TW",
        (_, country) if country.len() == 2 => country,
        ("ar", _) => "AR",
        ("cs", _) => "CZ",
        ("da", _) => "DK",
        ("el", _) => "GR",
        ("en", _) => "US",
        ("he", _) => "IL",
        ("hi", _) => "IN",
        ("ja", _) => "JP",
        ("ko", _) => "KR",
        ("nb", _) => "NO",
        ("sv", _) => "SE",
        ("uk", _) => "UA",
        ("vi", _) => "VN",
        (same, _) => return format!("{same}_{}", same.to_uppercase()),
    };
    format!("{base}_{country}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_within_the_data_ends_its_script() {
        let hostile = "</script><script>alert(1)</script><!--<script> & \u{2028}";
        let written = in_script(&json!({ "headline": hostile }));
        for forbidden in ["<", ">", "&", "\u{2028}"] {
            assert!(!written.contains(forbidden), "{written}");
        }
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(read["headline"], hostile);
    }

    #[test]
    fn each_language_has_a_country() {
        for (language, wanted) in [
            ("en", "en_US"),
            ("de", "de_DE"),
            ("pt-BR", "pt_BR"),
            ("zh-Hans", "zh_CN"),
            ("ja", "ja_JP"),
        ] {
            assert_eq!(locale(language), wanted);
        }
    }
}
