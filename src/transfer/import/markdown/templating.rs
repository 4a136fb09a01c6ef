//! The tags that programs put into Markdown, as what they showed: Jekyll's and Octopress's Liquid, Hugo's shortcodes, Zola's.
//!
//! What nobody knows stays as words, and the report names it.

use super::config::Program;
use super::segments::{argument, arguments};
use crate::text::escape;
use std::collections::BTreeSet;

/// What a tag needs to know of the rest of the site.
pub struct Templating<'s> {
    pub program: Program,
    /// The address of another text by its name in the folder, as a tag writes it.
    pub address_of: &'s dyn Fn(&str) -> Option<String>,
    /// The names of tags that nobody knows.
    pub unknown: BTreeSet<String>,
}

type Arguments = [(String, String)];

impl Templating<'_> {
    /// Replaces the tags of a text.
    pub fn replaced(&mut self, source: &str) -> String {
        match self.program {
            Program::Jekyll if source.contains("{%") || source.contains("{{") => {
                self.liquid(source)
            }
            Program::Hugo if source.contains("{{<") || source.contains("{{%") => self.hugo(source),
            Program::Zola if source.contains("{%") || source.contains("{{") => self.zola(source),
            _ => source.to_owned(),
        }
    }

    fn liquid(&mut self, source: &str) -> String {
        let mut out = String::with_capacity(source.len());
        let mut rest = source;
        while let Some(at) = [rest.find("{%"), rest.find("{{")]
            .into_iter()
            .flatten()
            .min()
        {
            out.push_str(&rest[..at]);
            let is_tag = rest[at..].starts_with("{%");
            let close = if is_tag { "%}" } else { "}}" };
            let Some(end) = rest[at + 2..].find(close) else {
                rest = &rest[at..];
                break;
            };
            let whole = &rest[at..at + 2 + end + 2];
            let inside = whole[2..whole.len() - 2].trim_matches('-').trim();
            rest = &rest[at + whole.len()..];
            if is_tag {
                rest = self.liquid_tag(inside, whole, rest, &mut out);
            } else {
                out.push_str(&output(inside).unwrap_or_else(|| {
                    self.unknown.insert(format!("{{{{ {inside} }}}}"));
                    whole.to_owned()
                }));
            }
        }
        out.push_str(rest);
        out
    }

    /// Writes what a tag showed; gives what is left of the text behind it.
    fn liquid_tag<'t>(
        &mut self,
        inside: &str,
        whole: &str,
        rest: &'t str,
        out: &mut String,
    ) -> &'t str {
        let (name, text) = cut(inside);
        let ends_with = |name: &str| until_end(rest, name);
        match name {
            "raw" | "comment" | "highlight" | "codeblock" | "blockquote" | "pullquote" => {
                let Some((body, behind)) = ends_with(name) else {
                    out.push_str(whole);
                    return rest;
                };
                match name {
                    "raw" => out.push_str(body),
                    "comment" => {}
                    "highlight" | "codeblock" => {
                        let body = self.liquid_code(body);
                        out.push_str(&fenced(language(name, text), &body));
                    }
                    _ => {
                        let body = self.liquid(body);
                        out.push_str(&quoted(body.trim(), text));
                    }
                }
                return behind;
            }
            // What a page computes for itself shows nothing.
            "assign" | "capture" | "endcapture" | "if" | "elsif" | "else" | "endif" | "unless"
            | "endunless" | "for" | "endfor" | "case" | "when" | "endcase" | "break"
            | "increment" | "decrement" | "cycle" | "endraw" | "endhighlight" => {}
            _ => {
                let shown = self.liquid_shows(name, text);
                out.push_str(&shown.unwrap_or_else(|| {
                    let file = if name == "include" { cut(text).0 } else { "" };
                    self.unknown
                        .insert(format!("{name} {file}").trim().to_owned());
                    whole.to_owned()
                }));
            }
        }
        rest
    }

    /// Code inside `highlight`, whose `raw` shows what is in it.
    fn liquid_code(&mut self, body: &str) -> String {
        self.liquid(body)
    }

    fn liquid_shows(&self, name: &str, text: &str) -> Option<String> {
        match name {
            "post_url" | "link" => (self.address_of)(text),
            "youtube" | "vimeo" => film(name, argument(&arguments(text), &["id", ""])),
            "gist" => Some(gist(&arguments(text))),
            "img" => octopress_picture(text),
            "more" => Some("<!--more-->".to_owned()),
            "include" | "include_cached" => {
                let (file, text) = cut(text);
                let arguments = arguments(text);
                match file.rsplit('/').next()?.trim_end_matches(".html") {
                    "figure" | "image" | "img" | "picture" => figure(&arguments),
                    "video" => film(
                        argument(&arguments, &["provider"]),
                        argument(&arguments, &["id"]),
                    ),
                    "youtube" | "youtubePlayer" | "youtube-player" => {
                        film("youtube", argument(&arguments, &["id", ""]))
                    }
                    "gist" => Some(gist(&arguments)),
                    "toc" => Some(String::new()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn hugo(&mut self, source: &str) -> String {
        let mut out = String::with_capacity(source.len());
        let mut rest = source;
        while let Some(at) = [rest.find("{{<"), rest.find("{{%")]
            .into_iter()
            .flatten()
            .min()
        {
            out.push_str(&rest[..at]);
            let close = if rest[at..].starts_with("{{<") {
                ">}}"
            } else {
                "%}}"
            };
            let Some(end) = rest[at + 3..].find(close) else {
                rest = &rest[at..];
                break;
            };
            let whole = &rest[at..at + 3 + end + 3];
            let inside = whole[3..whole.len() - 3].trim();
            rest = &rest[at + whole.len()..];
            // Written so, it is shown and not run.
            if let Some(shown) = inside
                .strip_prefix("/*")
                .and_then(|text| text.strip_suffix("*/"))
            {
                out.extend([&whole[..3], shown, close]);
                continue;
            }
            let (name, text) = cut(inside.trim_end_matches('/'));
            if name == "highlight"
                && let Some((body, behind)) = until_closing(rest, name)
            {
                out.push_str(&fenced(cut(text).0, body));
                rest = behind;
                continue;
            }
            if let Some(shown) = self.hugo_shows(name, &arguments(text)) {
                out.push_str(&shown);
                rest = until_closing(rest, name)
                    .filter(|(body, _)| body.trim().is_empty())
                    .map_or(rest, |(_, behind)| behind);
            } else {
                self.unknown.insert(name.trim_start_matches('/').to_owned());
                out.push_str(whole);
            }
        }
        out.push_str(rest);
        out
    }

    fn hugo_shows(&self, name: &str, arguments: &Arguments) -> Option<String> {
        let first = argument(arguments, &["id", ""]);
        match name {
            "figure" | "img" | "image" => figure(arguments),
            "youtube" | "vimeo" => film(name, first),
            "gist" => Some(gist(arguments)),
            "ref" | "relref" => (self.address_of)(argument(arguments, &["path", ""])),
            "tweet" | "x" | "twitter" => {
                let user = argument(arguments, &["user"]);
                let user = if user.is_empty() { "i" } else { user };
                let id = if first.is_empty() { return None } else { first };
                Some(linked(&format!("https://twitter.com/{user}/status/{id}")))
            }
            "instagram" => Some(linked(&format!("https://www.instagram.com/p/{first}/"))),
            _ => None,
        }
    }

    fn zola(&mut self, source: &str) -> String {
        let mut out = String::with_capacity(source.len());
        let mut rest = source;
        while let Some(at) = [rest.find("{{"), rest.find("{%")]
            .into_iter()
            .flatten()
            .min()
        {
            out.push_str(&rest[..at]);
            let (open, close) = if rest[at..].starts_with("{{") {
                ("{{", "}}")
            } else {
                ("{%", "%}")
            };
            let Some(end) = rest[at + 2..].find(close) else {
                rest = &rest[at..];
                break;
            };
            let whole = &rest[at..at + 2 + end + 2];
            let inside = whole[2..whole.len() - 2].trim();
            rest = &rest[at + whole.len()..];
            if let Some(shown) = inside
                .strip_prefix("/*")
                .and_then(|text| text.strip_suffix("*/"))
            {
                out.extend([open, shown, close]);
                continue;
            }
            let call = inside.split_once('(').and_then(|(name, text)| {
                let arguments = arguments(text.trim_end_matches(')'));
                Some((name.trim(), arguments)).filter(|(name, _)| is_name(name))
            });
            let Some((name, arguments)) = call else {
                out.push_str(whole);
                continue;
            };
            let shown = match name {
                "youtube" | "vimeo" => film(name, argument(&arguments, &["id", ""])),
                "figure" | "image" | "img" | "picture" => figure(&arguments),
                "gist" => Some(gist(&arguments)),
                _ => None,
            };
            out.push_str(&shown.unwrap_or_else(|| {
                self.unknown.insert(name.to_owned());
                whole.to_owned()
            }));
        }
        out.push_str(rest);
        out
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// The first word of a tag, and the rest.
fn cut(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(name, rest)| (name, rest.trim()))
}

/// A text up to the Liquid tag that ends it, and what is behind that.
fn until_end<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    let mut from = 0;
    loop {
        let at = from + text[from..].find("{%")?;
        let end = at + text[at..].find("%}")?;
        let inside = text[at + 2..end].trim_matches('-').trim();
        if inside.strip_prefix("end") == Some(name) {
            return Some((&text[..at], &text[end + 2..]));
        }
        from = at + 2;
    }
}

/// A text up to the Hugo tag that closes it, and what is behind that.
fn until_closing<'t>(text: &'t str, name: &str) -> Option<(&'t str, &'t str)> {
    [("{{<", ">}}"), ("{{%", "%}}")]
        .iter()
        .find_map(|(open, close)| {
            let mut from = 0;
            loop {
                let at = from + text[from..].find(open)?;
                let end = at + text[at..].find(close)?;
                let inside = text[at + open.len()..end].trim();
                if inside.strip_prefix('/').map(str::trim) == Some(name) {
                    return Some((&text[..at], &text[end + close.len()..]));
                }
                from = at + open.len();
            }
        })
}

/// What Liquid writes for the values that every site has.
fn output(inside: &str) -> Option<String> {
    let (value, filters) = inside.split_once('|').unwrap_or((inside, ""));
    let value = value.trim();
    if matches!(
        value,
        "site.baseurl" | "site.url" | "site.root" | "root_url" | "site.github.url" | "BASE_PATH"
    ) {
        return Some(String::new());
    }
    let text = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote))?;
    let is_address = filters.contains("relative_url") || filters.contains("absolute_url");
    let is_known = filters.trim().is_empty() || is_address || filters.contains("prepend");
    is_known.then(|| {
        if is_address && !text.starts_with('/') && !text.contains("//") {
            format!("/{text}")
        } else {
            text.to_owned()
        }
    })
}

fn language<'t>(name: &str, text: &'t str) -> &'t str {
    if name == "codeblock" {
        let mut words = text.split_whitespace();
        return words
            .find_map(|word| word.strip_prefix("lang:"))
            .unwrap_or_default();
    }
    cut(text).0
}

/// Code as a fenced block, on lines of its own.
fn fenced(language: &str, code: &str) -> String {
    let mut fence = "```".to_owned();
    while code.contains(&fence) {
        fence.push('`');
    }
    let code = code.trim_matches('\n');
    format!("\n{fence}{language}\n{code}\n{fence}\n")
}

fn quoted(text: &str, by: &str) -> String {
    let mut quote: Vec<String> = text.lines().map(|line| format!("> {line}")).collect();
    if !by.is_empty() {
        quote.push(format!(">\n> — {by}"));
    }
    quote.join("\n")
}

fn film(service: &str, id: &str) -> Option<String> {
    let is_id = !id.is_empty()
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    let address = match service {
        _ if id.contains("//") => id.to_owned(),
        _ if !is_id => return None,
        "youtube" => format!("https://www.youtube.com/embed/{id}"),
        "vimeo" => format!("https://player.vimeo.com/video/{id}"),
        _ => return None,
    };
    Some(format!(
        "\n<iframe src=\"{}\"></iframe>\n",
        escape(&address)
    ))
}

fn linked(address: &str) -> String {
    format!("<{address}>")
}

fn gist(arguments: &Arguments) -> String {
    let mut words = arguments.iter().filter(|(name, _)| name.is_empty());
    let mut next = || words.next().map_or("", |(_, word)| word.as_str());
    let (first, second) = (next(), next());
    let named = argument(arguments, &["url"]);
    if named.contains("//") {
        return linked(named);
    }
    // Hugo names the writer first, Octopress only the number, or both with a slash.
    let is_file = second.contains('.');
    let path = if second.is_empty() || is_file {
        first.to_owned()
    } else {
        format!("{first}/{second}")
    };
    linked(&format!("https://gist.github.com/{path}"))
}

/// A picture with its caption.
fn figure(arguments: &Arguments) -> Option<String> {
    let src = argument(
        arguments,
        &[
            "src",
            "image_path",
            "path",
            "url",
            "file",
            "image",
            "filename",
        ],
    );
    if src.is_empty() {
        return None;
    }
    let caption = argument(arguments, &["caption", "title"]);
    let alt = argument(arguments, &["alt"]);
    let link = argument(arguments, &["link", "href"]);
    let image = format!("<img src=\"{}\" alt=\"{}\">", escape(src), escape(alt));
    let image = if link.is_empty() {
        image
    } else {
        format!("<a href=\"{}\">{image}</a>", escape(link))
    };
    Some(if caption.is_empty() {
        format!("\n<figure>{image}</figure>\n")
    } else {
        format!(
            "\n<figure>{image}<figcaption>{}</figcaption></figure>\n",
            escape(caption)
        )
    })
}

/// `{% img [class] /a.png [width] [height] [words] %}`
fn octopress_picture(text: &str) -> Option<String> {
    let words = arguments(text);
    let at = words
        .iter()
        .position(|(_, word)| word.contains(['/', '.']))?;
    let says: Vec<&str> = words[at + 1..]
        .iter()
        .map(|(_, word)| word.as_str())
        .filter(|word| word.parse::<u32>().is_err())
        .collect();
    Some(format!("![{}]({})", says.join(" "), words[at].1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(program: Program, source: &str) -> (String, Vec<String>) {
        let address_of = |name: &str| (name == "2016-06-05-tides").then(|| "/tides/".to_owned());
        let mut templating = Templating {
            program,
            address_of: &address_of,
            unknown: BTreeSet::new(),
        };
        let text = templating.replaced(source);
        (text, templating.unknown.into_iter().collect())
    }

    #[test]
    fn liquid_becomes_what_it_showed() {
        for (source, expected) in [
            (
                "{% highlight ruby linenos %}\nputs 1\n{% endhighlight %}",
                "\n```ruby\nputs 1\n```\n",
            ),
            (
                "{%\n  highlight\n  ruby\n%}{% raw\n%}{{ x }}{% endraw %}{%- endhighlight -%}",
                "\n```ruby\n{{ x }}\n```\n",
            ),
            ("[a]({% post_url 2016-06-05-tides %})", "[a](/tides/)"),
            ("![]({{ site.baseurl }}/a.png)", "![](/a.png)"),
            ("![]({{ 'a.png' | relative_url }})", "![](/a.png)"),
            (
                "{% include figure.html image_path=\"/a.png\" alt=\"A\" caption=\"C & D\" %}",
                "\n<figure><img src=\"/a.png\" alt=\"A\"><figcaption>C &amp; D</figcaption></figure>\n",
            ),
            (
                "{% img left /a.png 300 200 Low water %}",
                "![Low water](/a.png)",
            ),
            (
                "{% youtube abc_1 %}",
                "\n<iframe src=\"https://www.youtube.com/embed/abc_1\"></iframe>\n",
            ),
            ("{% gist 1234 a.rb %}", "<https://gist.github.com/1234>"),
            (
                "{% blockquote Ada %}\nx\ny\n{% endblockquote %}",
                "> x\n> y\n>\n> — Ada",
            ),
            ("a{% comment %}b{% endcomment %}{% assign x = 1 %}c", "ac"),
            (
                "{% codeblock a.rb lang:ruby %}\nx\n{% endcodeblock %}",
                "\n```ruby\nx\n```\n",
            ),
        ] {
            assert_eq!(
                replaced(Program::Jekyll, source),
                (expected.to_owned(), Vec::new()),
                "{source}"
            );
        }
        let source = "{% include sig.html %} {{ page.title }} {% raw %}x";
        let (text, unknown) = replaced(Program::Jekyll, source);
        assert_eq!(text, source);
        assert_eq!(unknown, ["include sig.html", "{{ page.title }}"]);
    }

    #[test]
    fn shortcodes_become_what_they_showed() {
        for (source, expected) in [
            (
                "{{< figure src=\"/a.png\" caption=\"C\" >}}",
                "\n<figure><img src=\"/a.png\" alt=\"\"><figcaption>C</figcaption></figure>\n",
            ),
            (
                "{{< youtube abc >}}",
                "\n<iframe src=\"https://www.youtube.com/embed/abc\"></iframe>\n",
            ),
            ("[a]({{< ref \"2016-06-05-tides\" >}})", "[a](/tides/)"),
            ("{{< gist ada 12 >}}", "<https://gist.github.com/ada/12>"),
            (
                "{{< highlight go >}}\nx\n{{< /highlight >}}",
                "\n```go\nx\n```\n",
            ),
            ("{{</* youtube x */>}}", "{{< youtube x >}}"),
        ] {
            assert_eq!(
                replaced(Program::Hugo, source),
                (expected.to_owned(), Vec::new()),
                "{source}"
            );
        }
        let source = "{{% notice %}}x{{% /notice %}}";
        assert_eq!(
            replaced(Program::Hugo, source),
            (source.to_owned(), vec!["notice".to_owned()])
        );
        let (text, unknown) = replaced(
            Program::Zola,
            "{{ youtube(id=\"abc\") }} {{ x }} {{ other(a=1) }}",
        );
        assert_eq!(
            text,
            "\n<iframe src=\"https://www.youtube.com/embed/abc\"></iframe>\n {{ x }} {{ other(a=1) }}"
        );
        assert_eq!(unknown, ["other"]);
    }
}
