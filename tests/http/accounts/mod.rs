//! Accounts: set-up, the ways in, and those who try them.

mod attacks;
mod codes;
mod passkeys;
mod profile;
mod setup;
mod sign_in;

use crate::blog::{Person, TestBlog};
use crate::page::Page;
use daybook::secrets::one_time;
use serde_json::Value;

const SCRIPT: &[(&str, &str)] = &[("accept", "application/json")];

/// Turns one-time codes on through the profile; gives the secret and the recovery codes.
async fn turn_codes_on(blog: &TestBlog, person: &Person) -> (Vec<u8>, Vec<String>) {
    let page = person.open("/admin/profile/codes").await;
    let letters = page.texts("code.letters").concat().replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(letters).unwrap();
    let secret: &[u8] = secret.as_ref();
    let mut form = page.form_with("Code");
    form.fill("Code", &code(blog, secret, 0));
    let page = person.press(&form, "Turn on").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.status_line().contains("are on"), "{}", page.text());
    (secret.to_vec(), page.texts(".recovery code"))
}

/// The code that an app shows so many steps of half a minute from now.
fn code(blog: &TestBlog, secret: &[u8], steps: i64) -> String {
    let seconds = blog.app.now().plus_seconds(30 * steps).0 / 1000;
    one_time::code_at(secret, seconds.cast_unsigned()).unwrap()
}

async fn send_code(person: &Person, page: &Page, code: &str) -> Page {
    let mut form = page.form_with("Code");
    form.fill("Code", code);
    person.press(&form, "Sign in").await
}

fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|_| panic!("{}", page.source()))
}
