//! What signing in costs, for who has no account and while somebody guesses passwords.

use super::{NOON, blog, median, sent};
use daybook::app::App;
use daybook::blog::author::Role;
use daybook::http::limits::client_addr::ClientAddr;
use daybook::secrets::Passwords;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// S33 of SECURITY.md: how long the answer takes does not show which addresses sign in.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn a_wrong_password_takes_as_long_for_nobody_as_for_somebody() {
    const GOAL_MS: f64 = 2.0;
    const PAIRS: u32 = 500;
    /// So many that none of them is guessed at often enough to be slowed down.
    const PEOPLE: u32 = 25;
    const PER_PART: u32 = 50;
    let blog = blog().await;
    let (config, store) = (blog.app.config.clone(), blog.app.store.clone());
    let passwords = Passwords::default();
    let hash = passwords.hash("seven slow grey herons".to_owned()).await;
    let hash = hash.unwrap();
    for number in 0..PEOPLE {
        let email = format!("some{number:02}@example.org");
        store
            .authors()
            .add("Bo", &email, Role::Author, Some(&hash), NOON)
            .await
            .unwrap()
            .unwrap();
    }
    let app = App::new(config, store, blog.app.clock.clone(), passwords)
        .await
        .unwrap();
    // So many wrong passwords in one hour slow down every sign-in, so each part starts with a new blog.
    let fronts: Vec<_> = (0..=PAIRS / PER_PART)
        .map(|_| daybook::http::server(app.clone()))
        .collect();
    let ask = async |who: &str, number: u32| {
        let front = &fronts[usize::try_from(number / PER_PART).unwrap()];
        let client = IpAddr::from((0x0a00_0001 + number * 256).to_be_bytes());
        let body = format!(
            "email={who}{:02}%40example.org&password=a+wrong+password",
            number % PEOPLE
        );
        let request = axum::http::Request::post("/admin/sign-in")
            .header("host", "blog.example")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .extension(ClientAddr(client))
            .body(axum::body::Body::from(body))
            .unwrap();
        let begun = Instant::now();
        let answer = sent(front, request).await;
        assert_eq!(answer.status().as_u16(), 422);
        begun.elapsed().as_secs_f64() * 1000.0
    };
    let (mut somebody, mut gaps) = (Vec::new(), Vec::new());
    for number in 0..PAIRS {
        // Each pair is compared in its own moment, so that what else the machine does weighs on both.
        let (known, unknown) = if number % 2 == 0 {
            let known = ask("some", number).await;
            (known, ask("none", number).await)
        } else {
            let unknown = ask("none", number).await;
            (ask("some", number).await, unknown)
        };
        somebody.push(known);
        gaps.push(known - unknown);
    }
    let gap = median(gaps).abs();
    println!(
        "a wrong password: {:.1} ms; for an unknown address {gap:.2} ms more or less, goal {GOAL_MS}",
        median(somebody)
    );
    assert!(gap < GOAL_MS);
}

/// S35 of SECURITY.md: two hundred wrong passwords a minute and more, from one network and from as many, while somebody reads and the
/// owner comes home.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement; `make measure` runs it in a release build"]
async fn who_guesses_passwords_slows_no_reader_down() {
    const GUESSES: u32 = 200;
    /// Ten times as fast as the promise has it.
    const PAUSE: Duration = Duration::from_millis(30);
    /// What the slowest in a hundred readers may wait longer than in quiet times.
    const GOAL_MS: f64 = 10.0;
    let blog = blog().await;
    let (config, store) = (blog.app.config.clone(), blog.app.store.clone());
    let passwords = Passwords::default();
    let hash = passwords.hash("seven slow grey herons".to_owned()).await;
    store
        .authors()
        .add(
            "Bo",
            "bo@example.org",
            Role::Author,
            Some(&hash.unwrap()),
            NOON,
        )
        .await
        .unwrap()
        .unwrap();
    let app = App::new(config, store, blog.app.clock.clone(), passwords)
        .await
        .unwrap();
    let front = daybook::http::server(app);
    let enter = async |client: [u8; 4], password: &str, cookie: &str| {
        let body = format!("email=bo%40example.org&password={password}");
        let request = axum::http::Request::post("/admin/sign-in")
            .header("host", "blog.example")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookie)
            .extension(ClientAddr(IpAddr::from(client)))
            .body(axum::body::Body::from(body))
            .unwrap();
        sent(&front, request).await
    };
    let right = "seven+slow+grey+herons";
    let answer = enter([192, 0, 2, 1], right, "").await;
    let known = answer
        .headers()
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok()?.split(';').next())
        .find(|cookie| cookie.starts_with("known="))
        .unwrap()
        .to_owned();
    let read = async |until: &dyn Fn() -> bool| {
        let mut times = Vec::new();
        while !until() {
            let request = axum::http::Request::get(blog.path.as_str())
                .header("host", "blog.example")
                .body(axum::body::Body::empty())
                .unwrap();
            let begun = Instant::now();
            assert_eq!(sent(&front, request).await.status(), 200);
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        times.sort_by(f64::total_cmp);
        times[times.len() * 99 / 100]
    };
    let begun = Instant::now();
    let quiet = read(&|| begun.elapsed() > PAUSE * GUESSES).await;
    let guessed = AtomicU64::new(0);
    let guess = async {
        let mut refused = [0, 0];
        for number in 0..GUESSES {
            for (place, client) in [
                (0, [198, 51, 100, 7]),
                (1, [203, 0, u8::try_from(number).unwrap(), 7]),
            ] {
                let status = enter(client, "a+wrong+password", "")
                    .await
                    .status()
                    .as_u16();
                assert!([422, 429].contains(&status), "{status}");
                refused[place] += u32::from(status == 429);
            }
            if number % 20 == 19 {
                let owner = enter([192, 0, 2, 99], right, &known).await;
                assert_eq!(owner.status(), 303, "the owner, after {number} guesses");
            }
            tokio::time::sleep(PAUSE).await;
        }
        guessed.store(1, Ordering::SeqCst);
        refused
    };
    let is_over = || guessed.load(Ordering::SeqCst) == 1;
    let reading = read(&is_over);
    let (refused, busy) = tokio::join!(guess, reading);
    println!(
        "200 guesses from one network, {} answered 429; from 200 networks, {}; readers' p99 {quiet:.2} ms in quiet times, \
         {busy:.2} ms meanwhile, goal {GOAL_MS} more",
        refused[0], refused[1]
    );
    assert!(refused[0] >= 190, "{refused:?}");
    assert_eq!(
        refused[1], 0,
        "each of these networks tries for the first time"
    );
    assert!(busy < quiet + GOAL_MS);
}
