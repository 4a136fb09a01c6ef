//! What readers get to see of what authors and commenters wrote.

mod articles;
mod comments;
mod costs;
mod excerpts;
mod films;
mod galleries;
mod headings;
mod html;
mod pictures;
mod safety;

use scraper::Html;

use super::*;

fn html_of(source: &str) -> Rendered {
    post(source, Markup::Html, &Pictures::new())
}

fn html(source: &str) -> String {
    html_of(source).html
}

fn markdown(source: &str) -> String {
    post(source, Markup::Markdown, &Pictures::new()).html
}

fn typed(source: &str) -> String {
    comment(source).expect("a comment that is not nested deep")
}

/// What in a text could run, or lead where no reader expects it. `scraper` parses on its own, as a browser would.
fn dangers(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for element in Html::parse_fragment(html)
        .tree
        .values()
        .filter_map(|node| node.as_element())
    {
        let name = element.name();
        if !["html", "body"].contains(&name) && !sanitize::TAGS.contains(&name) {
            found.push(format!("<{name}>"));
        }
        for (attribute, value) in element.attrs() {
            let is_address = ["href", "src", "poster", "cite"].contains(&attribute);
            let scheme = value.split_once(':').map_or("", |(scheme, _)| scheme);
            let is_safe = value.starts_with(['/', '#']) && !value.starts_with("//")
                || ["http", "https", "mailto", "tel"]
                    .contains(&scheme.to_ascii_lowercase().as_str())
                || value.starts_with("data:image/") && name == "img";
            let is_pages_id = attribute == "id"
                && is_id_of_page(value)
                && (name, value) != ("span", "more")
                && !(["a", "li"].contains(&name) && value.starts_with("fn"));
            let is_bad = attribute.starts_with("on")
                || ["style", "name", "srcdoc", "target", "action"].contains(&attribute)
                || is_pages_id
                || is_address && !is_safe;
            if is_bad {
                found.push(format!("<{name} {attribute}={value:?}>"));
            }
        }
    }
    found
}
