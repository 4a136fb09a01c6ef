//! Which addresses, proxies, mail servers and databases are accepted before the start, and which are refused.

use super::*;

#[test]
fn nonsense_is_refused_with_a_sentence() {
    assert!(parse_listen("8080").unwrap_err().contains("8080"));
    for bad in [
        "blog.example.org",
        "ftp://x.org",
        "https://x.org/blog",
        "https://a@x.org",
        "https://x.org?y",
    ] {
        assert!(parse_url(bad).is_err(), "{bad}");
    }
    assert!(parse_database("postgres://x/y").is_err());
    assert!(parse_network("10.0.0.0/99").is_err());
}

#[test]
fn a_proxy_may_be_a_network_or_an_address() {
    assert!(parse_network("10.0.0.0/8").is_ok());
    assert!(parse_network("::1").is_ok());
}

fn smtp(text: &str) -> Result<Smtp, String> {
    parse_smtp(text, &parse_url("https://blog.example.org").unwrap())
}

#[test]
fn a_mail_server_is_an_address_with_what_it_needs() {
    let plain = smtp("smtp://mail.example.org").unwrap();
    assert_eq!((plain.port, plain.tls), (25, Tls::Offered));
    assert_eq!(plain.from, "daybook@blog.example.org");
    let signed_in =
        smtp("smtp://blog%40example.org:p%26%3D+%3Aw@mail.example.org?from=blog@example.org")
            .unwrap();
    assert_eq!((signed_in.port, signed_in.tls), (587, Tls::Needed));
    assert_eq!(
        signed_in.credentials,
        Some(("blog@example.org".to_owned(), "p&=+:w".to_owned()))
    );
    assert_eq!(signed_in.from, "blog@example.org");
    assert!(!format!("{signed_in:?}").contains("+:w"));
    assert_eq!(smtp("smtps://mail.example.org").unwrap().port, 465);
    for here in [
        "smtp://127.0.0.1:2525",
        "smtp://localhost",
        "smtp://[::1]",
        "smtp://mail?tls=off",
    ] {
        assert_eq!(smtp(here).unwrap().tls, Tls::Off, "{here}");
    }
}

#[test]
fn a_mail_server_that_makes_no_sense_is_refused_without_its_password() {
    for bad in [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://ada@mail.example.org",
        "smtp://:secret@mail.example.org",
        "smtp://mail.example.org/path",
        "smtp://mail.example.org?sender=x",
        "smtps://mail.example.org?tls=off",
        "smtp://mail.example.org?from=nobody",
        "smtp://ada:secret%0A@mail.example.org",
    ] {
        let error = smtp(bad).unwrap_err();
        assert!(!error.contains("secret"), "{bad}: {error}");
    }
}

#[test]
fn a_database_is_a_path() {
    assert_eq!(
        parse_database("sqlite:///x/y.db").unwrap(),
        Path::new("/x/y.db")
    );
}
