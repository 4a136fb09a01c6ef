//! What an operator sees of the real program from outside: its log in both forms, and what Prometheus reads.

use crate::support::program::{self, Answer, Home, Server, await_some, free_address};
use serde_json::Value;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A request as it is written here, with nothing that a client library would forbid.
fn raw(address: SocketAddr, request: &[u8]) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(program::PATIENCE)).unwrap();
    stream.write_all(request).unwrap();
    // Some are not worth an answer.
    let mut peeked = [0; 1];
    matches!(stream.peek(&mut peeked), Ok(1..)).then(|| Answer::read(stream))
}

fn get(address: SocketAddr, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.0\r\nHost: {address}\r\n\r\n");
    raw(address, request.as_bytes()).unwrap()
}

/// Sends everything that could begin a line of its own in the log, in every place where a visitor has a say.
fn send_hostile(server: &Server) {
    const FORGED: &str = "x\r\n2026-11-22T00:00:00Z  INFO let in by=Eve\x1b[2J\u{85}\u{202e}";
    let address = server.address;
    let encoded: String = url::form_urlencoded::byte_serialize(FORGED.as_bytes()).collect();
    for path in [
        format!("/{encoded}"),
        format!("/search?q={encoded}"),
        format!("/admin/{encoded}"),
        format!("/preview/1/{encoded}"),
        format!("/{FORGED}"),
        "/\x1b[2J".to_owned(),
        "/é\u{202e}".to_owned(),
    ] {
        let request =
            format!("GET {path} HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        raw(address, request.as_bytes());
    }
    for name in [
        "User-Agent",
        "Referer",
        "Cookie",
        "X-Request-Id",
        "X-Forwarded-For",
    ] {
        for value in [FORGED, "x\x1b[2J", "x\u{85}\u{202e}", &encoded] {
            let request =
                format!("GET /admin/posts/ HTTP/1.0\r\nHost: {address}\r\n{name}: {value}\r\n\r\n");
            raw(address, request.as_bytes());
        }
    }
    let form = format!("email={encoded}&password={encoded}&next={encoded}");
    server.post("/admin/sign-in", &form);
    server.post(&format!("/admin/{encoded}"), &form);
    server.post(
        "/comments",
        &format!("post=1&name={encoded}&email=&url=&body={encoded}"),
    );
}

#[test]
fn s24_nothing_that_a_visitor_sends_makes_a_line_of_its_own_in_the_log() {
    for format in ["text", "json"] {
        let home = Home::set_up();
        let server = Server::start_with(&home, |command| {
            command.args(["--log", format]).env("RUST_LOG", "debug");
        });
        send_hostile(&server);
        server.signal("TERM");
        let lines = server.logged_until("stopping");
        assert!(lines.len() > 20, "{lines:?}");
        for line in &lines {
            assert!(
                !line.chars().any(|c| c.is_control() || c == '\u{202e}'),
                "{line:?}"
            );
            if format == "json" {
                let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
                assert!(
                    event["level"].is_string() && event["fields"].is_object(),
                    "{line}"
                );
            } else {
                // Each begins with the time of this run, not with that of the forged line.
                let (time, _) = line.split_once(' ').unwrap();
                assert!(time.ends_with('Z') && time.len() == 27, "{line}");
                assert!(!line.starts_with("2026-11-22T00:00:00Z"), "{line}");
            }
        }
    }
}

#[test]
fn a_change_is_logged_under_the_id_of_its_answer() {
    for format in ["text", "json"] {
        let home = Home::set_up();
        let server = Server::start_with(&home, |command| {
            command.args(["--log", format]);
        });
        // Reading leaves no line, so the next one is that of the change.
        assert_eq!(server.get("/").status, 200);
        let answer = server.post(
            "/admin/sign-in",
            "email=ada%40example.org&password=wrong&next=",
        );
        assert_eq!(answer.status, 422);
        let id = answer.header("x-request-id").unwrap();
        let line = server.await_logged("answered");
        assert!(line.contains(id), "{line}");
        assert!(
            line.contains("/admin/sign-in") && line.contains("422"),
            "{line}"
        );
        if format == "json" {
            let event: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(event["span"]["id"], id);
            assert_eq!(event["fields"]["status"], 422);
        }
    }
}

#[test]
fn a_fault_is_logged_under_the_reference_that_the_visitor_is_shown() {
    let home = Home::set_up();
    let server = Server::start(&home);
    program::query(&home.database(), "alter table tags rename to lost");
    let answer = server.get("/tags/");
    assert_eq!(answer.status, 500, "{}", answer.body);
    let id = answer.header("x-request-id").unwrap();
    assert!(
        answer.body.contains(&format!("Reference {id}")),
        "{}",
        answer.body
    );
    let line = server.await_logged("a request failed");
    assert!(
        line.contains(id) && line.contains("no such table"),
        "{line}"
    );
    assert!(
        !answer.body.contains("no such table"),
        "the visitor learns nothing else"
    );
}

#[test]
fn a_request_that_takes_longer_than_a_second_is_a_warning() {
    let home = Home::set_up();
    let server = Server::start(&home);
    let form = "email=ada%40example.org&password=wrong&next=";
    let (first, rest) = form.split_at(10);
    let mut slow = server.connect();
    let head = server.form_head("/admin/sign-in", form.len());
    slow.write_all((head + first).as_bytes()).unwrap();
    // The time itself is what is tested.
    std::thread::sleep(Duration::from_millis(1200));
    slow.write_all(rest.as_bytes()).unwrap();
    assert_eq!(Answer::read(slow).status, 422);
    let line = server.await_logged("slow response");
    assert!(
        line.contains("WARN") && line.contains("/admin/sign-in"),
        "{line}"
    );
}

#[test]
fn metrics_are_served_at_their_own_address_and_nowhere_else() {
    let home = Home::set_up();
    let metrics = free_address();
    let server = Server::start_with(&home, |command| {
        command.env("DAYBOOK_METRICS", metrics.to_string());
    });
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(get(metrics, "/").status, 404);
    server.get("/");
    server.get("/");
    let open = server.connect();
    let exposition = await_some("the connection is counted", || {
        let exposition = get(metrics, "/metrics").body;
        let number = value(&exposition, "daybook_connections");
        (number >= 2).then_some(exposition)
    });
    drop(open);
    let answered = value(
        &exposition,
        "daybook_requests_total{door=\"reader\",status=\"2xx\"}",
    );
    assert_eq!(answered, 2, "{exposition}");
    assert!(value(&exposition, "process_resident_memory_bytes") > 1_000_000);
    assert!(value(&exposition, "process_open_fds") > 3);
    assert!(value(&exposition, "daybook_database_bytes") > 1_000);
    await_some("the first run of the scheduler", || {
        let exposition = get(metrics, "/metrics").body;
        (value(&exposition, "daybook_tick_last_timestamp_seconds") > 1_700_000_000).then_some(())
    });
}

/// The whole part of the value of a metric, by its name with its labels.
fn value(exposition: &str, name: &str) -> i64 {
    let found = exposition
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    let value = found.unwrap_or_else(|| panic!("no {name} in\n{exposition}"));
    value.split('.').next().unwrap().parse().unwrap()
}

#[test]
fn without_an_address_for_them_there_are_no_metrics() {
    let home = Home::set_up();
    let server = Server::start(&home);
    assert_eq!(server.get("/metrics").status, 404);
    let own = server.address.to_string();
    drop(server);
    let sentence = home.refused(&["serve", "--listen", &own, "--metrics", &own]);
    assert!(sentence.contains("own address"), "{sentence}");
    let sentence = home.refused(&["serve", "--metrics", "9000"]);
    assert!(sentence.contains("9000"), "{sentence}");
}

#[test]
fn a_server_that_is_stopping_is_not_ready() {
    let home = Home::set_up();
    let mut server = Server::start(&home);
    let mut asking = server.connect();
    let request = format!(
        "GET /readyz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address
    );
    let (first, rest) = request.split_at(20);
    asking.write_all(first.as_bytes()).unwrap();
    // An answer on a later connection says that the earlier one was taken.
    assert_eq!(server.get("/readyz").status, 200);
    server.signal("TERM");
    server.await_logged("stopping");
    asking.write_all(rest.as_bytes()).unwrap();
    let answer = Answer::read(asking);
    assert_eq!((answer.status, answer.body.as_str()), (503, "stopping\n"));
    assert!(server.await_end().success());
}
