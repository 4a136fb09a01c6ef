//! The one way out, against servers made for the purpose: what it dials is noted, and led to a server of the test.

mod world;

use super::*;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use world::{PUBLIC, Switchboard, acceptor, ok, redirect, server, with, world};

/// S63: every one of these is refused without a connection, as an address and as what a name resolves to.
const INSIDE: &[&str] = &[
    // Ways to write 127.0.0.1 that browsers understand.
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "１２７.0.0.1",
    "127。0。0。1",
    "⑫⑦.0.0.1",
    "%31%32%37.0.0.1",
    "127.255.255.254",
    // Networks of IPv4 that are nobody's or somebody's own.
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "169.254.1.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.7",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7",
    "203.0.113.7",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    // The same of IPv6, and addresses of IPv4 within it.
    "[::]",
    "[::1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:93.184.215.14]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b::5db8:d70e]",
    "[64:ff9b:1::7f00:1]",
    "[100::1]",
    "[2001::1]",
    "[2001:2::1]",
    "[2001:db8::1]",
    "[2002:a9fe:a9fe::]",
    "[2002:5db8:d70e::1]",
    "[2606:2800:220:1:0:5efe:7f00:1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[febf::1]",
    "[fec0::1]",
    "[ff02::1]",
];

#[tokio::test]
async fn s63_no_address_inside_is_dialled_however_it_is_written() {
    let world = world(&[]);
    for host in INSIDE {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://{host}/a.png");
            let failure = world.get(&address).await.unwrap_err();
            assert_eq!(failure, Failure::NotPublic, "{address}");
        }
    }
    assert_eq!(world.dialled(), []);
    assert!(INSIDE.len() >= 40, "{}", INSIDE.len());
}

#[tokio::test]
async fn s63_no_name_leads_inside() {
    let mut checked = 0;
    for inside in INSIDE {
        let Ok(url) = Url::parse(&format!("http://{inside}/")) else {
            panic!("{inside}");
        };
        let address: IpAddr = match url.host().unwrap() {
            Host::Ipv4(address) => address.into(),
            Host::Ipv6(address) => address.into(),
            Host::Domain(name) => panic!("{name}"),
        };
        let world = world(&[("pictures.example", &[&[address]])]);
        let failure = world.get("http://pictures.example/a.png").await;
        assert_eq!(failure, Err(Failure::NotPublic), "{inside}");
        assert_eq!(world.dialled(), []);
        checked += 1;
    }
    assert!(checked >= 40);
    // The machine's own resolver knows this one.
    let fetcher = Fetcher(Arc::new(Parts {
        limits: LIMITS,
        private: false,
        agent: String::new(),
        resolver: Box::new(resolve::System),
        dialer: Box::new(Arc::new(Switchboard::default())),
        tls: tls(RootCertStore::empty()).unwrap(),
        places: Semaphore::new(1),
        turns: Mutex::default(),
    }));
    for name in [
        "http://localhost/",
        "http://localhost./",
        "http://LOCALHOST/",
    ] {
        assert_eq!(fetcher.get(name).await, Err(Failure::NotPublic), "{name}");
    }
}

#[test]
fn public_addresses_may_be_asked_and_private_ones_where_the_operator_says_so() {
    let check_host = |text: &str, private| public::may_be_asked(text.parse().unwrap(), private);
    for address in [
        "1.1.1.1",
        "93.184.215.14",
        "100.128.0.1",
        "172.32.0.1",
        "192.0.1.1",
        "198.20.0.1",
        "223.255.255.254",
        "2606:2800:220:1::1",
        "2a00:1450:4001:81c::200e",
        "2001:4860:4860::8888",
    ] {
        assert!(
            check_host(address, false) && check_host(address, true),
            "{address}"
        );
    }
    for address in [
        "127.0.0.1",
        "::1",
        "10.1.2.3",
        "169.254.1.1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
    ] {
        assert!(
            !check_host(address, false) && check_host(address, true),
            "{address}"
        );
    }
    for address in [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fd00:ec2::254",
        "100.100.100.200",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001::1",
    ] {
        assert!(
            !check_host(address, false) && !check_host(address, true),
            "{address}"
        );
    }
}

#[tokio::test]
async fn s64_the_address_that_was_judged_is_the_one_that_is_dialled() {
    let inside: IpAddr = "127.0.0.1".parse().unwrap();
    let world = world(&[("pictures.example", &[&[PUBLIC], &[inside]])]);
    server(&world, 443, |_| ok(b"picture")).await;
    let got = world.get("https://pictures.example/a.png").await;
    assert_eq!(got.as_deref(), Ok(b"picture".as_slice()));
    assert_eq!(world.dialled(), [SocketAddr::new(PUBLIC, 443)]);
    assert_eq!(world.names.asked.load(Ordering::SeqCst), 1);
    // The second time it resolves to this machine, and nobody is dialled any more.
    let again = world.get("https://pictures.example/a.png").await;
    assert_eq!(again, Err(Failure::NotPublic));
    assert_eq!(world.dialled().len(), 1);
}

#[tokio::test]
async fn s64_of_a_name_with_addresses_inside_and_outside_only_those_outside_are_dialled() {
    let inside: IpAddr = "10.0.0.1".parse().unwrap();
    let world = world(&[("pictures.example", &[&[inside, PUBLIC]])]);
    server(&world, 443, |_| ok(b"picture")).await;
    world.get("https://pictures.example/a.png").await.unwrap();
    assert_eq!(world.dialled(), [SocketAddr::new(PUBLIC, 443)]);
}

#[tokio::test]
async fn s65_every_redirect_is_judged_again() {
    let inside: IpAddr = "192.168.1.1".parse().unwrap();
    for (target, failure) in [
        ("http://127.0.0.1/", Failure::NotPublic),
        ("//[::1]/", Failure::NotPublic),
        ("https://router.example/", Failure::NotPublic),
        (
            "http://169.254.169.254/latest/meta-data/",
            Failure::NotPublic,
        ),
        ("file:///etc/passwd", Failure::Address),
        ("gopher://pictures.example/", Failure::Address),
        ("ftp://pictures.example/a.png", Failure::Address),
        ("https://pictures.example:22/", Failure::Address),
        ("https://pictures.example:8443/", Failure::Address),
        ("http://", Failure::Address),
        ("/around", Failure::TooManyRedirects),
    ] {
        let world = world(&[
            ("pictures.example", &[&[PUBLIC]]),
            ("router.example", &[&[inside]]),
        ]);
        let requests = server(&world, 443, move |_| redirect(target)).await;
        let got = world.get("https://pictures.example/a.png").await;
        assert_eq!(got, Err(failure), "{target}");
        let dialled = world.dialled();
        assert!(
            dialled.iter().all(|at| *at == SocketAddr::new(PUBLIC, 443)),
            "{target}: {dialled:?}"
        );
        let asked = requests.lock().unwrap().len();
        assert_eq!(asked, if target == "/around" { 6 } else { 1 }, "{target}");
    }
}

#[tokio::test]
async fn s65_no_redirect_leads_inside_however_it_is_written() {
    for inside in INSIDE {
        for target in [
            format!("http://{inside}/a.png"),
            format!("//{inside}/a.png"),
        ] {
            let world = world(&[("pictures.example", &[&[PUBLIC]])]);
            let to = target.clone();
            let requests = server(&world, 443, move |_| redirect(&to)).await;
            let got = world.get("https://pictures.example/a.png").await;
            // Letters that no header may hold lead nowhere.
            let is_refused = matches!(got, Err(Failure::NotPublic | Failure::Status(302)));
            assert!(is_refused, "{target}: {got:?}");
            assert_eq!(world.dialled(), [SocketAddr::new(PUBLIC, 443)], "{target}");
            assert_eq!(requests.lock().unwrap().len(), 1, "{target}");
        }
    }
}

#[tokio::test]
async fn s65_a_name_that_leads_inside_by_the_time_of_its_redirect_is_not_dialled_again() {
    let inside: IpAddr = "169.254.169.254".parse().unwrap();
    let world = world(&[("pictures.example", &[&[PUBLIC], &[inside]])]);
    server(&world, 443, |_| redirect("/again.png")).await;
    let got = world.get("https://pictures.example/a.png").await;
    assert_eq!(got, Err(Failure::NotPublic));
    assert_eq!(world.dialled(), [SocketAddr::new(PUBLIC, 443)]);
    assert_eq!(world.names.asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn s65_a_host_that_moved_is_followed_by_every_kind_of_redirect() {
    for status in [301, 302, 303, 307, 308] {
        let world = world(&[
            ("pictures.example", &[&[PUBLIC]]),
            ("moved.example", &[&[PUBLIC]]),
        ]);
        server(&world, 80, move |request| {
            if request.to_lowercase().contains("host: moved.example\r\n") {
                return ok(b"picture");
            }
            let to = "http://moved.example/a.png";
            let head =
                format!("HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
            head.into_bytes()
        })
        .await;
        let got = world.get("http://pictures.example/a.png").await;
        assert_eq!(got.as_deref(), Ok(b"picture".as_slice()), "{status}");
    }
}

#[tokio::test]
async fn s65_five_redirects_lead_to_a_file_and_what_began_with_tls_goes_on_with_it() {
    let world = world(&[("pictures.example", &[&[PUBLIC]])]);
    let requests = server(&world, 443, |request| {
        let step = request.as_bytes()[5] - b'0';
        if step == 5 {
            return ok(b"picture");
        }
        redirect(&format!("http://pictures.example/{}", step + 1))
    })
    .await;
    let got = world
        .fetcher
        .get("https://pictures.example/0")
        .await
        .unwrap();
    assert_eq!(got.bytes, b"picture");
    assert_eq!(got.address.as_str(), "https://pictures.example/5");
    assert_eq!(requests.lock().unwrap().len(), 6);
    assert!(world.dialled().iter().all(|at| at.port() == 443));
}

#[tokio::test]
async fn other_ports_are_for_private_networks_where_the_operator_says_so() {
    let own: IpAddr = "127.0.0.1".parse().unwrap();
    let world = with(&[("pictures.example", &[&[own]])], LIMITS, true);
    server(&world, 8081, |_| ok(b"picture")).await;
    let got = world.get("http://pictures.example:8081/a.png").await;
    assert_eq!(got.as_deref(), Ok(b"picture".as_slice()));
    let strict = self::world(&[("pictures.example", &[&[PUBLIC]])]);
    let got = strict.get("http://pictures.example:8081/a.png").await;
    assert_eq!(got, Err(Failure::Address));
    assert_eq!(strict.dialled(), []);
}

#[tokio::test]
async fn tls_is_tried_first_and_certificates_are_checked() {
    let world = world(&[
        ("pictures.example", &[&[PUBLIC]]),
        ("other.example", &[&[PUBLIC]]),
    ]);
    server(&world, 443, |_| ok(b"secure")).await;
    server(&world, 80, |_| ok(b"plain")).await;
    let got = world.get("http://pictures.example/a.png").await;
    assert_eq!(got.as_deref(), Ok(b"secure".as_slice()));
    // The certificate is of another name: over TLS there is nothing, and in the clear only where that was asked for.
    let got = world.get("https://other.example/a.png").await;
    assert!(matches!(got, Err(Failure::Certificate(_))), "{got:?}");
    let got = world.get("http://other.example/a.png").await;
    assert_eq!(got.as_deref(), Ok(b"plain".as_slice()));
}

#[tokio::test]
async fn a_request_says_who_asks_and_nothing_of_anybody_else() {
    let world = world(&[("pictures.example", &[&[PUBLIC]])]);
    let requests = server(&world, 443, |_| {
        let head = "HTTP/1.1 302 Found\r\nSet-Cookie: a=b\r\nLocation: /b.png?c=d#e\r\nContent-Length: 0\r\n\r\n";
        head.as_bytes().to_vec()
    })
    .await;
    let _ = world
        .get("https://ada:secret@pictures.example/a%20b.png?x=1#top")
        .await;
    let requests = requests.lock().unwrap();
    assert!(
        requests[0].starts_with("GET /a%20b.png?x=1 HTTP/1.1\r\n"),
        "{}",
        requests[0]
    );
    assert!(
        requests[1].starts_with("GET /b.png?c=d HTTP/1.1\r\n"),
        "{}",
        requests[1]
    );
    for request in requests.iter() {
        let request = request.to_ascii_lowercase();
        assert!(
            request.contains("user-agent: daybook/")
                && request.contains("(+https://blog.example/)"),
            "{request}"
        );
        assert!(
            request.contains("\r\nhost: pictures.example\r\n"),
            "{request}"
        );
        for nothing in ["cookie", "referer", "authorization", "secret", "origin:"] {
            assert!(!request.contains(nothing), "{nothing}: {request}");
        }
    }
}

/// Limits that a test can wait for.
fn short() -> Limits {
    Limits {
        first_byte: Duration::from_millis(300),
        total: Duration::from_millis(900),
        bytes: 1000,
        ..LIMITS
    }
}

#[tokio::test]
async fn s66_no_answer_is_longer_than_allowed_said_or_sent_packed_or_not() {
    let world = with(&[("pictures.example", &[&[PUBLIC]])], short(), false);
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(&vec![0; 10_000_000]).unwrap();
    let bomb = packer.finish().unwrap();
    server(&world, 443, move |request| {
        let gzip = |body: &[u8]| {
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            [head.as_bytes(), body].concat()
        };
        if request.contains("said") {
            return b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n".to_vec();
        }
        if request.contains("endless") {
            return [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &vec![b'a'; 100_000]].concat();
        }
        if request.contains("whole") {
            return ok(&[b'a'; 1000]);
        }
        if request.contains("packed") {
            let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            packer.write_all(b"picture").unwrap();
            return gzip(&packer.finish().unwrap());
        }
        if request.contains("other") {
            return b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\na"
                .to_vec();
        }
        gzip(&bomb[..900])
    })
    .await;
    for too_large in ["said", "endless", "bomb"] {
        let got = world
            .get(&format!("https://pictures.example/{too_large}"))
            .await;
        assert_eq!(got, Err(Failure::TooLarge), "{too_large}");
    }
    let got = world.get("https://pictures.example/whole").await.unwrap();
    assert_eq!(got.len(), 1000);
    let got = world.get("https://pictures.example/packed").await;
    assert_eq!(got.as_deref(), Ok(b"picture".as_slice()));
    let got = world.get("https://pictures.example/other").await;
    assert!(matches!(got, Err(Failure::NotUnderstood(_))), "{got:?}");
}

#[tokio::test]
async fn s66_who_is_silent_or_drips_is_left_in_time() {
    let world = with(&[("pictures.example", &[&[PUBLIC]])], short(), false);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    world.switchboard.ports.lock().unwrap().insert(80, here);
    tokio::spawn(async move {
        let mut silent = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            if silent.is_empty() {
                silent.push(stream);
                continue;
            }
            tokio::spawn(async move {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
                while stream.write_all(b"a").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            });
        }
    });
    for what in ["silence", "drops"] {
        let begun = Instant::now();
        let got = world.get("http://pictures.example/a.png").await;
        assert_eq!(got, Err(Failure::TooSlow), "{what}");
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(3), "{what}: {took:?}");
    }
}

#[tokio::test]
async fn answers_that_are_none_are_failures_with_a_reason() {
    let world = with(&[("pictures.example", &[&[PUBLIC]])], LIMITS, false);
    server(&world, 443, |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        match path {
            "/nonsense" => b"220 mail.example ESMTP\r\n".to_vec(),
            "/head" => [b"HTTP/1.1 200 OK\r\nX: ".as_slice(), &vec![b'a'; 200_000]].concat(),
            "/cut" => b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc".to_vec(),
            _ => format!("HTTP/1.1 {} X\r\nContent-Length: 0\r\n\r\n", &path[1..]).into_bytes(),
        }
    })
    .await;
    let get = async |path: &str| {
        world
            .get(&format!("https://pictures.example/{path}"))
            .await
            .unwrap_err()
    };
    for (status, passes) in [
        (404, false),
        (410, false),
        (403, false),
        (204, false),
        (429, true),
        (500, true),
        (503, true),
    ] {
        let failure = get(&status.to_string()).await;
        assert_eq!(failure, Failure::Status(status));
        assert_eq!(failure.passes(), passes, "{status}");
    }
    assert!(matches!(get("nonsense").await, Failure::NotUnderstood(_)));
    assert!(matches!(get("head").await, Failure::NotUnderstood(_)));
    let cut = get("cut").await;
    assert!(
        matches!(cut, Failure::Unreachable(_)) && cut.passes(),
        "{cut:?}"
    );
    let unknown = world.get("https://nobody.example/a.png").await.unwrap_err();
    assert!(matches!(unknown, Failure::Unreachable(_)) && unknown.passes());
    for address in [
        "",
        "a.png",
        "mailto:ada@example.org",
        "data:image/png;base64,AA==",
        "javascript:alert(1)",
    ] {
        assert_eq!(world.get(address).await, Err(Failure::Address), "{address}");
    }
}

#[tokio::test]
async fn one_host_is_asked_four_times_a_second_at_most_and_four_files_are_got_at_once() {
    let limits = Limits {
        pace: Duration::from_millis(50),
        ..LIMITS
    };
    let world = with(&[("pictures.example", &[&[PUBLIC]])], limits, false);
    let (under_way, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = listener.local_addr().unwrap();
    world.switchboard.ports.lock().unwrap().insert(443, here);
    let (now, peak) = (Arc::clone(&under_way), Arc::clone(&most));
    tokio::spawn(async move {
        let acceptor = acceptor();
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, now, peak) = (acceptor.clone(), Arc::clone(&now), Arc::clone(&peak));
            tokio::spawn(async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let mut stream = acceptor.accept(stream).await.unwrap();
                let _ = stream.read(&mut [0; 4096]).await;
                // As long as it takes until the next ones are let in.
                tokio::time::sleep(Duration::from_millis(400)).await;
                now.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(&ok(b"picture")).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    let begun = Instant::now();
    let gets = (0..8).map(|_| {
        let fetcher = world.fetcher.clone();
        tokio::spawn(async move { fetcher.get("https://pictures.example/a.png").await })
    });
    let gets: Vec<_> = gets.collect();
    for get in gets {
        assert_eq!(get.await.unwrap().unwrap().bytes, b"picture");
    }
    let most = most.load(Ordering::SeqCst);
    assert!((2..=4).contains(&most), "{most} at once");
    assert!(begun.elapsed() >= Duration::from_millis(7 * 50));
    assert_eq!(LIMITS.pace, Duration::from_millis(250));
    assert_eq!(LIMITS.at_once, 4);
}
