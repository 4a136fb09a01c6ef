//! One-time codes and recovery codes.

use super::{code, send_code, turn_codes_on};
use crate::blog::{AUTHOR, PASSWORD, TestBlog};

#[tokio::test]
async fn codes_are_asked_for_after_the_password_and_each_works_once() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (secret, recovery) = turn_codes_on(&blog, &nora).await;
    assert_eq!(recovery.len(), 10);
    let phone = blog.reader();
    let asked = phone.sign_in(AUTHOR, PASSWORD).await;
    let used = code(&blog, &secret, 0);
    let again = send_code(&phone, &asked, &used).await;
    assert_eq!(again.status, 422, "this code showed that the app works");
    assert!(again.alert().unwrap().contains("used already"));
    for wrong in ["000000", "", "not a code"] {
        assert_eq!(
            send_code(&phone, &asked, wrong).await.status,
            422,
            "{wrong}"
        );
    }
    blog.clock.advance(30);
    let fresh = code(&blog, &secret, 0);
    assert_eq!(
        send_code(&phone, &asked, &fresh).await.address,
        "/admin/posts/"
    );
    let tablet = blog.reader();
    let asked = tablet.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(send_code(&tablet, &asked, &fresh).await.status, 422, "once");
    assert_eq!(
        send_code(&tablet, &asked, &recovery[3].to_uppercase())
            .await
            .address,
        "/admin/posts/"
    );
    let other = blog.reader();
    let asked = other.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(
        send_code(&other, &asked, &recovery[3]).await.status,
        422,
        "once"
    );
    assert!(
        nora.open("/admin/profile")
            .await
            .says("You have 9 recovery codes left.")
    );
}

#[tokio::test]
async fn guessing_codes_is_slowed_down_like_guessing_passwords() {
    let blog = TestBlog::new().await;
    let (secret, _) = turn_codes_on(&blog, &blog.author().await).await;
    let eve = blog.reader();
    let asked = eve.sign_in(AUTHOR, PASSWORD).await;
    let mut page = send_code(&eve, &asked, "000000").await;
    for _ in 0..6 {
        page = send_code(&eve, &asked, "000000").await;
    }
    assert_eq!(page.status, 429);
    assert!(page.header("retry-after").is_some());
    let right = code(&blog, &secret, 1);
    assert_eq!(send_code(&eve, &asked, &right).await.status, 429);
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones_and_codes_can_be_turned_off() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let (_, old) = turn_codes_on(&blog, &nora).await;
    let page = nora.open("/admin/profile/codes").await;
    let page = nora
        .press(
            &page.form_with_button("New recovery codes"),
            "New recovery codes",
        )
        .await;
    let new = page.texts(".recovery code");
    assert!(new.len() == 10 && !new.contains(&old[0]));
    let phone = blog.reader();
    let asked = phone.sign_in(AUTHOR, PASSWORD).await;
    assert_eq!(send_code(&phone, &asked, &old[0]).await.status, 422);
    assert_eq!(send_code(&phone, &asked, &new[0]).await.status, 200);
    let page = nora.open("/admin/profile/codes").await;
    let page = nora
        .press(&page.form_with_button("Turn codes off"), "Turn codes off")
        .await;
    assert_eq!(page.status_line(), "One-time codes are off.");
    assert_eq!(
        blog.reader().sign_in(AUTHOR, PASSWORD).await.address,
        "/admin/posts/"
    );
    assert_eq!(blog.number("select count(*) from recovery_codes").await, 0);
}

#[tokio::test]
async fn a_wrong_first_code_turns_nothing_on_and_offers_the_same_secret() {
    let blog = TestBlog::new().await;
    let nora = blog.author().await;
    let page = nora.open("/admin/profile/codes").await;
    assert_eq!(page.number_of("svg.qr[role=img]"), 1);
    let mut form = page.form_with("Code");
    form.fill("Code", "000000");
    let again = nora.press(&form, "Turn on").await;
    assert_eq!(again.status, 422);
    assert!(again.problem_of("Code").is_some());
    assert_eq!(again.texts("code.letters"), page.texts("code.letters"));
    let elsewhere = blog.author().await.open("/admin/profile/codes").await;
    assert_ne!(elsewhere.texts("code.letters"), page.texts("code.letters"));
    assert!(
        nora.open("/admin/profile")
            .await
            .says("Off: you sign in with your password only.")
    );
}
