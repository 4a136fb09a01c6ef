//! What arrives at the port, byte by byte, from clients that no browser is: requests that two servers would read differently (S69),
//! that name other hosts (S70), that are slow (S71) or large (S72), that ask for what HTTP has and we do not (S74, S75), and
//! words that would like to be lines of the log (S24) or of a dialogue with the mail server (S26).

use crate::support::program::{self, Home, PATIENCE, Server};
use daybook::config::{Config, LogFormat, Smtp, Tls};
use daybook::mail::{Mail, Mailer};
use std::io::{BufRead, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A blog that runs until it is dropped, with its data.
fn serving() -> (Home, Server) {
    let home = Home::set_up();
    let server = Server::start(&home);
    (home, server)
}

/// Sends bytes as they are and gives all that comes back until the server closes.
fn send(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect();
    // A server that refuses early may have closed before all was sent.
    let _ = stream.write_all(bytes);
    all_of(&mut stream)
}

fn all_of(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => {}
        // It closed while bytes of ours were still on their way.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("{error}"),
    }
    program::text(&answer)
}

/// The statuses of all answers on one connection.
fn statuses(answer: &str) -> Vec<u16> {
    answer
        .split("HTTP/1.")
        .skip(1)
        .filter_map(|one| one.get(2..5)?.parse().ok())
        .collect()
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(": ")?;
        found.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// The lines that every request has; none of them ends the head.
fn head(server: &Server, method: &str, path: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: {}\r\n", server.address)
}

/// A form from a page of the blog, without its lengths.
fn form_head(server: &Server) -> String {
    format!(
        "{}Origin: http://{}\r\nContent-Type: application/x-www-form-urlencoded\r\n",
        head(server, "POST", "/comments"),
        server.address
    )
}

/// Forms that say in two ways how long they are, or in none that all understand; `smuggled` follows each of them.
fn ambiguous(smuggled: &str) -> Vec<(&'static str, String)> {
    let chunked = format!("0\r\n\r\n{smuggled}");
    [
        (
            "a space before the colon",
            format!("Transfer-Encoding : chunked\r\n\r\n{chunked}"),
        ),
        (
            "no coding that there is",
            format!("Transfer-Encoding: xchunked\r\n\r\n{chunked}"),
        ),
        (
            "chunked not last",
            format!("Transfer-Encoding: chunked, identity\r\n\r\n{chunked}"),
        ),
        (
            "two codings",
            format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n{chunked}"),
        ),
        (
            "packed and in chunks",
            format!("Transfer-Encoding: gzip, chunked\r\n\r\n{chunked}"),
        ),
        (
            "packed and in chunks, in two lines",
            format!("Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        ),
        (
            "packed in chunks of chunks",
            format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        ),
        (
            "packed by nothing",
            format!("Transfer-Encoding: identity, chunked\r\n\r\n{chunked}"),
        ),
        (
            "packed by an empty name",
            format!("Transfer-Encoding: ,chunked\r\n\r\n{chunked}"),
        ),
    ]
    .into_iter()
    .chain(ambiguous_lengths_and_lines(smuggled, &chunked))
    .collect()
}

fn ambiguous_lengths_and_lines(smuggled: &str, chunked: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            "both lengths",
            format!("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}"),
        ),
        (
            "both lengths, turned round",
            format!("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n{chunked}"),
        ),
        (
            "two lengths",
            format!("Content-Length: 5\r\nContent-Length: 6\r\n\r\nx=aaaa{smuggled}"),
        ),
        (
            "a length with a sign",
            format!("Content-Length: +4\r\n\r\nx=aa{smuggled}"),
        ),
        (
            "a negative length",
            format!("Content-Length: -4\r\n\r\nx=aa{smuggled}"),
        ),
        (
            "a hexadecimal length",
            format!("Content-Length: 0x4\r\n\r\nx=aa{smuggled}"),
        ),
        (
            "a list of lengths",
            format!("Content-Length: 4, 5\r\n\r\nx=aa{smuggled}"),
        ),
        (
            "a length beyond all numbers",
            format!("Content-Length: 99999999999999999999\r\n\r\nx=aa{smuggled}"),
        ),
        (
            "a chunk beyond all numbers",
            format!("Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx{smuggled}"),
        ),
        (
            "a chunk of no number",
            format!("Transfer-Encoding: chunked\r\n\r\nzz\r\nx{smuggled}"),
        ),
        (
            "a chunk with 64 KiB of extension",
            format!(
                "Transfer-Encoding: chunked\r\n\r\n1;{}\r\nx\r\n{chunked}",
                "a".repeat(65_536)
            ),
        ),
        (
            "a bare line feed in a chunk",
            format!("Transfer-Encoding: chunked\r\n\r\n1\nx\n0\n\n{smuggled}"),
        ),
        (
            "a folded header",
            format!("X-Long: a\r\n b\r\n\r\n{smuggled}"),
        ),
        ("a header without a name", format!(": x\r\n\r\n{smuggled}")),
        ("a name with a space", format!("X Y: x\r\n\r\n{smuggled}")),
        ("a NUL", format!("X-Y: a\0b\r\n\r\n{smuggled}")),
        (
            "a bare carriage return",
            format!("X-Y: a\rContent-Length: 4\r\n\r\n{smuggled}"),
        ),
    ]
}

#[test]
fn s69_whatever_two_servers_could_read_differently_is_refused_and_the_connection_closed() {
    let (_home, server) = serving();
    // What follows must never be taken for a request of its own.
    let smuggled = head(&server, "GET", "/smuggled") + "\r\n";
    for (what, lines) in ambiguous(&smuggled) {
        let answer = send(&server, (form_head(&server) + &lines).as_bytes());
        // RFC 9112, 6.3: where both lengths are given, the chunks count, and the connection is closed.
        let expected = match what {
            _ if what.starts_with("both lengths") => 404,
            // RFC 9112, 6.1: a coding that the server does not know.
            _ if what.starts_with("packed") => 501,
            _ => 400,
        };
        assert_eq!(statuses(&answer), [expected], "{what}: {answer}");
    }
    for line in [
        "GET /\0 HTTP/1.1",
        "GET / HTTP/1.1 x",
        "GET  / HTTP/1.1",
        "GET / HTTP/9.9",
        "GET /a b HTTP/1.1",
        "G\x01T / HTTP/1.1",
    ] {
        let answer = send(
            &server,
            format!("{line}\r\nHost: {}\r\n\r\n{smuggled}", server.address).as_bytes(),
        );
        assert_eq!(statuses(&answer), [400], "{line:?}: {answer}");
    }
}

/// A request that is answered shows that the ones above are refused for what they are.
#[test]
fn s69_two_requests_on_one_connection_are_two_answers() {
    let (_home, server) = serving();
    let both = format!(
        "{}\r\n{}Connection: close\r\n\r\n",
        head(&server, "GET", "/"),
        head(&server, "GET", "/nothing")
    );
    assert_eq!(statuses(&send(&server, both.as_bytes())), [200, 404]);
    let chunked = format!(
        "{}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\npost=0\r\n0\r\n\r\n",
        form_head(&server)
    );
    assert_eq!(
        statuses(&send(&server, chunked.as_bytes())),
        [404],
        "no post of this number"
    );
}

#[test]
fn s70_one_host_is_named_and_it_is_ours() {
    let (_home, server) = serving();
    let ours = server.address.to_string();
    for (hosts, target, expected) in [
        (vec![], "/", 400),
        (vec![ours.as_str(), ours.as_str()], "/", 400),
        (vec![""], "/", 400),
        (vec!["ev il<>"], "/", 400),
        (vec!["evil.example"], "/", 421),
        (vec![ours.as_str(), "evil.example"], "/", 400),
        (vec![ours.as_str()], "http://evil.example/", 400),
        (vec!["evil.example"], "http://evil.example/", 421),
        (vec![ours.as_str()], "/", 200),
    ] {
        let mut request = format!("GET {target} HTTP/1.1\r\nConnection: close\r\n");
        for host in &hosts {
            request.extend(["Host: ", host, "\r\n"]);
        }
        let answer = send(&server, (request + "\r\n").as_bytes());
        let got = statuses(&answer);
        let fits = got == [expected] || expected >= 400 && [vec![400], vec![421]].contains(&got);
        assert!(fits, "{hosts:?} {target}: {got:?}");
        assert!(!answer.contains("evil"), "{answer}");
    }
}

#[test]
fn s72_what_is_too_large_is_refused_by_its_kind() {
    let (_home, server) = serving();
    let many = (0..65)
        .map(|number| format!("X-{number}: x\r\n"))
        .collect::<Vec<_>>()
        .concat();
    let long = format!("X-Long: {}\r\n", "x".repeat(100_000));
    for (what, request, expected) in [
        (
            "66 headers",
            head(&server, "GET", "/") + &many + "\r\n",
            431,
        ),
        (
            "a header of 100 KB",
            head(&server, "GET", "/") + &long + "\r\n",
            431,
        ),
        (
            "an address of 9 KB",
            head(&server, "GET", &format!("/{}", "a".repeat(9_000))) + "Connection: close\r\n\r\n",
            414,
        ),
        (
            "a body of 3 MB that says so",
            form_head(&server)
                + "Content-Length: 3000000\r\nConnection: close\r\n\r\n"
                + &"x".repeat(100_000),
            413,
        ),
        (
            "a body in chunks that does not",
            form_head(&server)
                + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + &format!("4000\r\n{}\r\n", "x".repeat(0x4000)).repeat(6)
                + "0\r\n\r\n",
            413,
        ),
        (
            "20,000 pairs",
            form_head(&server)
                + "Content-Length: 60000\r\nConnection: close\r\n\r\n"
                + &"a&b&c&".repeat(10_000),
            422,
        ),
    ] {
        let answer = send(&server, request.as_bytes());
        assert_eq!(
            statuses(&answer),
            [expected],
            "{what}: {}",
            &answer[..answer.len().min(300)]
        );
    }
    // An address that does not even fit into the space of all headers.
    let answer = send(
        &server,
        (head(&server, "GET", &format!("/{}", "a".repeat(70_000))) + "\r\n").as_bytes(),
    );
    assert!(
        [vec![414], vec![431]].contains(&statuses(&answer)),
        "{answer}"
    );
}

#[test]
fn s74_there_is_no_second_version_of_http_to_flood() {
    let (_home, server) = serving();
    let answer = send(
        &server,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
    );
    assert!(!answer.starts_with('\0'), "no settings of HTTP/2");
    assert!(
        statuses(&answer).iter().all(|status| *status == 400),
        "{answer}"
    );
    let asked = head(&server, "GET", "/")
        + "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
        + &head(&server, "GET", "/")
        + "Connection: close\r\n\r\n";
    assert!(
        statuses(&send(&server, asked.as_bytes()))
            .iter()
            .all(|status| *status == 200)
    );
}

#[test]
fn s75_what_http_has_and_we_do_not_is_refused_or_passed_over() {
    let (_home, server) = serving();
    let close = "Connection: close\r\n\r\n";
    for (method, expected) in [
        ("TRACE", 405),
        ("FOO", 405),
        ("PROPFIND", 405),
        ("CONNECT", 405),
    ] {
        let from = format!("Sec-Fetch-Site: same-origin\r\n{close}");
        let answer = send(&server, (head(&server, method, "/") + &from).as_bytes());
        let got = statuses(&answer);
        assert!(
            got == [expected] || method == "CONNECT" && got == [400],
            "{method}: {got:?}"
        );
    }
    let zipped =
        form_head(&server) + "Content-Encoding: gzip\r\nContent-Length: 6\r\n" + close + "post=0";
    assert_eq!(
        statuses(&send(&server, zipped.as_bytes())),
        [415],
        "nothing is unpacked"
    );
    let ranges = format!("Range: bytes={}0-0\r\n", "0-,".repeat(1_000));
    let answer = send(
        &server,
        (head(&server, "GET", "/") + &ranges + close).as_bytes(),
    );
    assert!(
        [vec![200], vec![416]].contains(&statuses(&answer)),
        "{answer}"
    );
    assert!(answer.len() < 1_000_000);
    let elsewhere = send(
        &server,
        (head(&server, "GET", "/") + "Origin: https://evil.example\r\n" + close).as_bytes(),
    );
    assert_eq!(statuses(&elsewhere), [200]);
    assert_eq!(header(&elsewhere, "access-control-allow-origin"), None);
    let asked = "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n";
    let answer = send(
        &server,
        (head(&server, "OPTIONS", "/comments") + asked + close).as_bytes(),
    );
    assert_eq!(header(&answer, "access-control-allow-origin"), None);
    assert_eq!(header(&answer, "access-control-allow-methods"), None);
    let later = send(
        &server,
        (head(&server, "POST", "/admin/media/upload")
            + "Expect: 100-continue\r\nContent-Length: 1073741824\r\n"
            + close)
            .as_bytes(),
    );
    assert_eq!(
        statuses(&later),
        [403],
        "before a byte of the body is asked for"
    );
}

#[test]
fn s24_nothing_that_a_client_sends_makes_a_line_of_the_log() {
    let home = Home::set_up();
    let address = program::free_address();
    let mut command = home.command(&["serve", "--listen", &address.to_string()]);
    command
        .env("RUST_LOG", "daybook=debug")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let log = std::thread::spawn({
        let mut stderr = child.stderr.take().unwrap();
        move || {
            let mut all = Vec::new();
            stderr.read_to_end(&mut all).unwrap();
            program::text(&all)
        }
    });
    program::await_some("the server answers", || TcpStream::connect(address).ok());
    let forged = "2026-11-22T00:00:00Z  INFO forged";
    for path in [
        "/%0a2026-11-22T00:00:00Z%20%20INFO%20forged",
        "/%1b[2J",
        "/a\u{fffd}b",
        "/x\u{1b}[2J",
    ] {
        for agent in ["x\u{1b}[2J\u{1b}[31mred", "plain"] {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let body = format!("email=a%0a{}&password=x", forged.replace(' ', "%20"));
            let request = format!(
                "POST {path} HTTP/1.1\r\nHost: {address}\r\nUser-Agent: {agent}\r\nOrigin: http://{address}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(request.as_bytes());
            all_of(&mut stream);
        }
    }
    let sign_in = format!("email=a%0a{}&password=x", forged.replace(' ', "%20"));
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let request = format!(
        "POST /admin/sign-in HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{sign_in}",
        sign_in.len()
    );
    stream.write_all(request.as_bytes()).unwrap();
    assert_eq!(statuses(&all_of(&mut stream)), [422]);
    child.kill().unwrap();
    child.wait().unwrap();
    let log = log.join().unwrap();
    assert!(log.contains("answered"), "requests are in the log: {log}");
    for line in log.lines() {
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert!(!line.starts_with(forged), "{line}");
    }
}

/// A mail server that records what it gets; gives the commands and the messages of one connection.
fn recording_sink(listener: &std::net::TcpListener) -> (Vec<String>, Vec<String>) {
    let (stream, _) = listener.accept().unwrap();
    let mut answers = stream.try_clone().unwrap();
    let mut lines = std::io::BufReader::new(stream)
        .lines()
        .map_while(Result::ok);
    let mut say = |words: &str| {
        answers
            .write_all(format!("{words}\r\n").as_bytes())
            .unwrap();
    };
    let (mut commands, mut messages) = (Vec::new(), Vec::new());
    say("220 sink.example");
    while let Some(command) = lines.next() {
        let verb = command
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        commands.push(command);
        match verb.as_str() {
            "DATA" => {
                say("354 go on");
                let message: Vec<String> = lines.by_ref().take_while(|line| line != ".").collect();
                messages.push(message.join("\n"));
                say("250 taken");
            }
            "QUIT" => {
                say("221 bye");
                break;
            }
            _ => say("250 fine"),
        }
    }
    (commands, messages)
}

#[test]
fn s26_no_words_of_a_mail_become_commands_or_another_mail() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let sink = std::thread::spawn(move || recording_sink(&listener));
    let config = Config {
        data: std::path::PathBuf::new(),
        listen: "127.0.0.1:8080".parse().unwrap(),
        url: "http://blog.example".parse().unwrap(),
        database: std::path::PathBuf::new(),
        trusted_proxies: Vec::new(),
        smtp: Some(Smtp {
            host: "127.0.0.1".to_owned(),
            port,
            credentials: None,
            tls: Tls::Off,
            from: "blog@blog.example".to_owned(),
        }),
        metrics: None,
        log: LogFormat::Text,
        page_cache_bytes: 0,
        backups: std::path::PathBuf::new(),
        leave_checkpoints: false,
        fetch_private: false,
        assumed: daybook::config::Assumed::default(),
    };
    let hostile = [
        "x\r\n\r\n.\r\nRCPT TO:<z@evil.example>\r\nDATA\r\nsecond\r\n.\r\n",
        ".\r\nMAIL FROM:<z@evil.example>",
        "x\n.\nRCPT TO:<z@evil.example>\n",
        "..\r\n.\r\n",
    ];
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mailer = Mailer::of(&config);
        let mut line = mailer.open().await.unwrap();
        for (number, words) in hostile.iter().enumerate() {
            let mail = Mail {
                from_name: "Blog".to_owned(),
                to: "ada@example.org".to_owned(),
                subject: "Words".to_owned(),
                text: format!("Before.\n{words}\nAfter."),
                id: format!("m{number}"),
                at: daybook::blog::time::Millis(0),
                unsubscribe: None,
                above: Vec::new(),
            };
            mailer.send(&mut line, mail).await.unwrap();
        }
        line.close().await;
    });
    let (commands, messages) = sink.join().unwrap();
    assert_eq!(messages.len(), hostile.len(), "{commands:?}");
    let recipients = commands
        .iter()
        .filter(|line| line.to_uppercase().starts_with("RCPT"));
    assert!(
        recipients
            .clone()
            .all(|line| line.contains("<ada@example.org>")),
        "{commands:?}"
    );
    assert_eq!(recipients.count(), hostile.len(), "{commands:?}");
    for message in messages {
        assert!(
            message.contains("Before.") && message.contains("After."),
            "{message}"
        );
    }
}

/// Slow clients lose their connection in time, and everybody else is served meanwhile (S71). It takes half a minute, by its nature.
#[test]
fn s71_who_is_slow_is_cut_off_and_slows_nobody_down() {
    let (_home, server) = serving();
    let stalled_head = server.connect();
    (&stalled_head).write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    let dripping = server.connect();
    (&dripping).write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let silent = server.connect();
    let stalled_body = server.connect();
    (&stalled_body)
        .write_all((form_head(&server) + "Content-Length: 100\r\n\r\npost=").as_bytes())
        .unwrap();
    let begun = Instant::now();
    let over = Arc::new(AtomicBool::new(false));
    let reader = std::thread::spawn({
        let over = Arc::clone(&over);
        move || {
            let mut answers = 0;
            while !over.load(Ordering::Relaxed) {
                assert_eq!(server.get("/").status, 200);
                answers += 1;
                std::thread::park_timeout(Duration::from_millis(20));
            }
            answers
        }
    });
    let drip = std::thread::spawn(move || {
        // A byte each second: never silent, and never done.
        let mut stream = &dripping;
        while stream.write_all(b"X").is_ok() && begun.elapsed() < PATIENCE {
            std::thread::park_timeout(Duration::from_secs(1));
        }
        begun.elapsed()
    });
    for (what, mut stream, seconds) in [
        ("half a head", stalled_head, 8..20),
        ("nothing at all", silent, 8..20),
        ("half a body", stalled_body, 25..50),
    ] {
        all_of(&mut stream);
        let lasted = begun.elapsed().as_secs();
        assert!(seconds.contains(&lasted), "{what}: {lasted} s");
    }
    let dripped = drip.join().unwrap().as_secs();
    assert!((8..25).contains(&dripped), "a dripping head: {dripped} s");
    over.store(true, Ordering::Relaxed);
    assert!(
        reader.join().unwrap() > 100,
        "readers were served meanwhile"
    );
}

/// Resident memory of a process in KiB.
fn resident(server: &Server) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn s71_a_stalled_download_holds_two_pieces_of_its_file() {
    const CLIENTS: u64 = 40;
    let (home, server) = serving();
    let content: Vec<u8> = (0_u32..9_000_000)
        .map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let name = format!("{}.gif", "0123456789abcdef".repeat(2));
    let folder = home.data().join("media").join("01");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), &content).unwrap();
    let whole = server.get(&format!("/media/{name}"));
    assert_eq!(
        (whole.status, whole.header("content-length")),
        (200, Some("9000000"))
    );
    assert_eq!(whole.body, program::text(&content));
    let before = resident(&server);
    let request = head(&server, "GET", &format!("/media/{name}")) + "\r\n";
    let stalled: Vec<TcpStream> = (0..CLIENTS)
        .map(|_| {
            let mut stream = server.connect();
            stream.write_all(request.as_bytes()).unwrap();
            // The head is there, so the body is on its way; nothing more is read.
            stream.read_exact(&mut [0; 64]).unwrap();
            stream
        })
        .collect();
    assert_eq!(server.get("/").status, 200);
    let grown = resident(&server).saturating_sub(before);
    // What the system takes of each is not the program's.
    assert!(grown < CLIENTS * 400, "{grown} KiB for {CLIENTS} clients");
    drop(stalled);
}
