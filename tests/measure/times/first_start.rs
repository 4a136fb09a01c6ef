//! The first start after a large import.

use sqlx::ConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use std::time::{Duration, Instant};

/// What a process holds in memory right now, and at most so far, in MiB.
fn resident_mib(process: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.unwrap().trim().trim_end_matches(" kB");
        kib.parse::<u64>().unwrap() / 1024
    };
    (of("VmRSS:"), of("VmHWM:"))
}

/// How long the answer to one request takes, in milliseconds; `None` where nobody answers yet.
fn answered_ms(address: std::net::SocketAddr, path: &str) -> Option<f64> {
    use std::io::{Read, Write};
    let begun = Instant::now();
    let mut stream = std::net::TcpStream::connect(address).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    answer
        .starts_with(b"HTTP/1.1 200")
        .then(|| begun.elapsed().as_secs_f64() * 1000.0)
}

struct Server(std::process::Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The first start after 10,000 posts with 100,000 comments came in: texts are rendered, the index read and related posts found
/// in the background, in little memory, while readers are answered; a minute later the server is as small as any.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn a_first_start_after_a_large_import_takes_little_memory_and_answers_meanwhile() {
    const WORKING_MIB: u64 = 128;
    const RESTED_MIB: u64 = 48;
    const P99_MS: f64 = 50.0;
    const PAUSE: Duration = Duration::from_millis(50);
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().join("data");
    let program = env!("CARGO_BIN_EXE_daybook");
    let filled = std::process::Command::new(program)
        .args([
            "demo",
            "--plain",
            "--posts",
            "10000",
            "--comments",
            "100000",
            "--data",
        ])
        .arg(&data)
        .output()
        .unwrap();
    assert!(filled.status.success(), "{filled:?}");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let server = std::process::Command::new(program)
        .args(["serve", "--listen", &address.to_string(), "--data"])
        .arg(&data)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(server);
    while answered_ms(address, "/healthz").is_none() {
        tokio::time::sleep(PAUSE).await;
    }
    let mut database = SqliteConnectOptions::new()
        .filename(data.join("daybook.db"))
        .read_only(true)
        .connect()
        .await
        .unwrap();
    let mut times = Vec::new();
    for round in 0_u32.. {
        let path = ["/", "/archive/", "/feed.atom", "/tags/"][usize::try_from(round % 4).unwrap()];
        times.push(answered_ms(address, path).unwrap());
        tokio::time::sleep(PAUSE).await;
        if !round.is_multiple_of(40) {
            continue;
        }
        let (left,): (i64,) = sqlx::query_as("select count(*) from related_due")
            .fetch_one(&mut database)
            .await
            .unwrap();
        let (stale,): (i64,) = sqlx::query_as("select count(*) from posts where renderer <> $1")
            .bind(daybook::text::RENDERER)
            .fetch_one(&mut database)
            .await
            .unwrap();
        if round > 400 && left + stale == 0 {
            break;
        }
    }
    let (_, working) = resident_mib(server.0.id());
    tokio::time::sleep(Duration::from_mins(1)).await;
    let (rested, _) = resident_mib(server.0.id());
    times.sort_by(f64::total_cmp);
    let p99 = times[times.len() * 99 / 100];
    println!(
        "the first start after 10,000 posts and 100,000 comments came in: {working} MiB at most, goal {WORKING_MIB}; a minute \
         after the work {rested} MiB, goal {RESTED_MIB}; readers' p99 of {} requests meanwhile {p99:.1} ms, goal {P99_MS}",
        times.len()
    );
    assert!(working <= WORKING_MIB && rested <= RESTED_MIB && p99 <= P99_MS);
}
