//! Where signing in leads: to the page that was asked for before, and never to another site.

use url::{Position, Url};

/// Where it leads when nothing else was asked for.
pub const HOME: &str = "/admin/";

/// The address of a page behind the sign-in, as a browser would read it; [`HOME`] in place of anything else.
pub fn safe(ours: &Url, next: &str) -> String {
    Some(next)
        .filter(|next| next.starts_with(HOME))
        .and_then(|next| ours.join(next).ok())
        .filter(|wanted| wanted.origin() == ours.origin())
        .filter(|wanted| wanted.path().starts_with(HOME) && !wanted.path().contains("//"))
        .map_or(HOME.to_owned(), |wanted| {
            wanted[Position::BeforePath..Position::AfterQuery].to_owned()
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        let ours = Url::parse("https://blog.example").unwrap();
        assert_eq!(safe(&ours, "/admin/posts/7?x=1"), "/admin/posts/7?x=1");
        assert_eq!(safe(&ours, "/admin/profile#sessions"), "/admin/profile");
        for evil in [
            "",
            "//evil.com",
            "///evil.com",
            "/\\evil.com",
            "\\\\evil.com",
            "https:evil.com",
            "https:/evil.com",
            "https://evil.com/admin/",
            "https://blog.example@evil.com/admin/",
            "https://blog.example:444/admin/",
            "http://blog.example/admin/",
            "/%09/evil.com",
            "\thttps://evil.com",
            "/\t/evil.com",
            "\u{1}//evil.com",
            "/.//evil.com",
            "/admin/../x",
            "/admin/..//evil.com",
            "/admin//evil.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "/adminx",
        ] {
            let led = safe(&ours, evil);
            assert_eq!(ours.join(&led).unwrap().origin(), ours.origin(), "{evil}");
            assert!(
                led.starts_with(HOME) && !led.contains("evil.com"),
                "{evil}: {led}"
            );
        }
    }
}
