//! The commands of the operator, run as the real program: what they print, what they refuse, what they leave untouched.

mod check;
mod config;
mod demo;
mod help;
mod hosts;
mod imports;
mod owners;
mod people;
mod serving;

use crate::support::program::{FIXTURES, Home, copy_all, fixture, query};
use std::sync::LazyLock;

const DEMO: &[&str] = &["demo", "--posts", "12", "--comments", "20", "--seed", "7"];

/// A made-up blog that several tests copy: making one takes a while.
static MADE_UP: LazyLock<Home> = LazyLock::new(|| {
    let home = Home::shared("made-up");
    home.done(DEMO);
    home
});

fn made_up() -> Home {
    let home = Home::new();
    copy_all(&MADE_UP.data(), &home.data());
    home
}

/// A blog with posts that takes comments without asking.
fn open_blog() -> Home {
    let home = Home::set_up();
    home.import(&fixture(FIXTURES[0]));
    query(
        &home.database(),
        "insert into settings (name, value) values ('comments', 'open')",
    );
    home
}
