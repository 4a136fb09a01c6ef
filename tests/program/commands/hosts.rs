//! The names that a blog is answered under, before and after it is set up, and proxies that nobody named.

use super::open_blog;
use crate::support::program;
use crate::support::program::{Answer, Home, Server};
use std::io::Write;
use std::net::TcpStream;

/// What is answered to a request under a host of one's choice.
fn ask_as(server: &Server, method: &str, path: &str, host: &str, form: &str) -> Answer {
    let mut stream = server.connect();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    Answer::read(stream)
}

#[test]
fn until_it_is_set_up_a_blog_is_set_up_under_every_name_and_then_only_its_own_are_answered() {
    let home = Home::new();
    let mut command = home.command(&["serve"]);
    let port = program::free_address().port();
    command.args(["--listen", &format!("0.0.0.0:{port}")]);
    let server = Server::spawn(command, ([127, 0, 0, 1], port).into());
    let mut addresses = Vec::new();
    let first = server.await_printed("/admin/setup?key=");
    addresses.push(first.trim().to_owned());
    // The last one is that of this machine alone, which there is everywhere.
    while !addresses.last().unwrap().starts_with("http://127.0.0.1:") {
        addresses.push(server.await_printed("http").trim().to_owned());
    }
    for link in &addresses {
        assert!(!link.contains("0.0.0.0"), "{link}");
        let url = url::Url::parse(link).unwrap();
        let ip = url.host_str().unwrap().to_owned();
        assert_eq!(url.port(), Some(port), "{link}");
        let mut stream = TcpStream::connect((ip.as_str(), port)).unwrap();
        let path = &url[url::Position::BeforePath..];
        write!(stream, "GET {path} HTTP/1.0\r\nHost: {ip}:{port}\r\n\r\n").unwrap();
        let page = Answer::read(stream);
        assert_eq!(page.status, 200, "{link}");
        assert!(page.body.contains("Create blog"), "{link}");
    }
    let key = first.rsplit_once("key=").unwrap().1.trim().to_owned();
    let set_up = format!("/admin/setup?key={key}");
    for host in ["nas.home", "blog.example.org:9999", "192.0.2.7"] {
        assert_eq!(ask_as(&server, "GET", &set_up, host, "").status, 200);
        let public = ask_as(&server, "GET", "/", host, "");
        assert_eq!(public.status, 503, "{host}");
        assert!(public.body.contains("being set up"), "{}", public.body);
        assert_eq!(ask_as(&server, "GET", "/feed.atom", host, "").status, 503);
    }
    // Without the key nobody can set the blog up, whatever name they call the host by (DNS rebinding).
    let form = |key: &str| {
        format!(
            "key={key}&title=Tides&name=Ada&email=ada%40example.org&zone=UTC&language=en\
             &password=a+longer+sentence+than+most"
        )
    };
    let guessed = ask_as(&server, "POST", "/admin/setup", "evil.example", &form("x"));
    assert_eq!(guessed.status, 403);
    let host = format!("192.168.7.7:{port}");
    let created = ask_as(&server, "POST", "/admin/setup", &host, &form(&key));
    assert_eq!(created.status, 303, "{}", created.body);
    // An address in digits cannot be led here by a name, and nobody gave the blog one.
    assert_eq!(ask_as(&server, "GET", "/", &host, "").status, 200);
    assert_eq!(ask_as(&server, "GET", "/", "localhost:1", "").status, 200);

    let refused = ask_as(&server, "GET", "/", "nas.home", "");
    assert_eq!(refused.status, 421);
    let line = server.await_logged("was refused with 421");
    assert!(
        line.contains("nas.home") && line.contains("DAYBOOK_URL"),
        "{line}"
    );
    ask_as(&server, "GET", "/", "nas.home", "");
    ask_as(&server, "GET", "/", "other.home", "");
    let lines = server.logged_until("other.home");
    let again = lines.iter().filter(|line| line.contains("nas.home"));
    assert_eq!(again.count(), 0, "once a minute: {lines:?}");
    for path in ["/healthz", "/readyz"] {
        let probed = ask_as(&server, "GET", path, "10.1.2.3:8080", "");
        assert_eq!(probed.status, 200, "{path}");
        assert_eq!(ask_as(&server, "GET", path, "pod.local", "").status, 200);
    }
}

#[test]
fn a_blog_with_a_public_address_is_answered_under_no_other_once_it_is_set_up() {
    let home = Home::new();
    let server = Server::start_with(&home, |command| {
        command.args(["--url", "http://blog.example.org"]);
    });
    let line = server.await_printed("/admin/setup?key=");
    assert!(
        line.trim().starts_with("http://blog.example.org/"),
        "{line}"
    );
    let key = line.rsplit_once("key=").unwrap().1.trim().to_owned();
    let form = format!(
        "key={key}&title=Tides&name=Ada&email=ada%40example.org&zone=UTC&language=en\
         &password=a+longer+sentence+than+most"
    );
    let created = ask_as(&server, "POST", "/admin/setup", "192.168.7.7:80", &form);
    assert_eq!(created.status, 303, "{}", created.body);
    assert_eq!(
        created.header("location"),
        Some("http://blog.example.org/admin/posts/"),
        "only there it goes on"
    );
    assert_eq!(
        ask_as(&server, "GET", "/", "192.168.7.7:80", "").status,
        421
    );
    assert_eq!(
        ask_as(&server, "GET", "/", "blog.example.org", "").status,
        200
    );
}

#[test]
fn a_proxy_that_nobody_named_is_named_in_the_log_and_in_the_admin_area() {
    let home = open_blog();
    let server = Server::start(&home);
    let link = home.done(&[
        "user",
        "add",
        "otto@example.org",
        "--name",
        "Otto",
        "--role",
        "operator",
    ]);
    let ask = |header: &str| {
        let mut stream = server.connect();
        let host = server.address;
        write!(stream, "GET / HTTP/1.0\r\nHost: {host}\r\n{header}\r\n\r\n").unwrap();
        assert_eq!(Answer::read(stream).status, 200);
    };
    for header in [
        "X-Forwarded-For: 203.0.113.9",
        "Forwarded: for=203.0.113.9",
        "X-Real-IP: 203.0.113.9",
    ] {
        ask(header);
    }
    server.signal("USR1");
    let lines = server.logged_until("SIGUSR1");
    let warned: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("--trusted-proxy 127.0.0.1"))
        .collect();
    assert_eq!(warned.len(), 1, "{lines:?}");
    let path = link
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap();
    let path = path.split_once("/admin").unwrap().1;
    let key = path.rsplit_once("key=").unwrap().1;
    let signed_in = server.ask(
        "POST",
        "/admin/sign-in/link",
        "",
        &[
            ("key".to_owned(), key.to_owned()),
            ("name".to_owned(), "Otto".to_owned()),
            (
                "password".to_owned(),
                "a longer sentence than most".to_owned(),
            ),
        ],
    );
    let cookie = signed_in
        .header("set-cookie")
        .unwrap_or_else(|| panic!("{}: {}", signed_in.status, signed_in.body));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let admin = server.ask("GET", "/admin/posts/", &cookie, &[]);
    assert!(
        admin.body.contains("--trusted-proxy 127.0.0.1"),
        "{}",
        admin.body
    );
}
