//! Posts that readers open with a password: what a browser gets that sent the right one, and whether that still opens the post.

use super::App;
use crate::blog::post::Post;
use crate::blog::time::Millis;
use crate::error::Result;
use crate::secrets;

/// How long a browser that sent the right password is not asked again: ten days, as WordPress has it.
pub const OPEN_SECONDS: i64 = 10 * 24 * 3600;

/// The purpose of the key, see [`App::code`].
const PURPOSE: &str = "opened post";

impl App {
    /// What opens a post for some days, unless its password changes.
    pub fn key_of_post(&self, post: &Post) -> Result<String> {
        let until = self.now().plus_seconds(OPEN_SECONDS);
        Ok(format!("{}.{}", until.0, self.code_of_post(post, until)?))
    }

    /// Whether a key opens a post now.
    #[must_use]
    pub fn opens_post(&self, post: &Post, key: &str) -> bool {
        let until = key
            .split_once('.')
            .and_then(|(until, _)| until.parse().ok().map(Millis));
        let Some(until) = until.filter(|until| *until > self.now()) else {
            return false;
        };
        let Ok(code) = self.code_of_post(post, until) else {
            return false;
        };
        secrets::constant_time_eq(key, &format!("{}.{code}", until.0))
    }

    /// Whether this is the password of a post.
    #[must_use]
    pub fn is_password_of(&self, post: &Post, typed: &str) -> bool {
        // Digests of one length, so that the time says nothing of the password, not even how long it is.
        let digest = |text: &str| self.code(PURPOSE, text);
        match (digest(typed.trim()), digest(&post.details.password)) {
            (Ok(typed), Ok(password)) => secrets::constant_time_eq(&typed, &password),
            _ => false,
        }
    }

    fn code_of_post(&self, post: &Post, until: Millis) -> Result<String> {
        let subject = format!("{} {} {}", post.id, until.0, post.details.password);
        self.code(PURPOSE, &subject)
    }
}
