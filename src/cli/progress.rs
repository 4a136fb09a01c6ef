//! Progress of long work on standard error: a bar on a terminal, plain lines elsewhere.

use crate::transfer::source::Watch;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::Cell;
use std::io::IsTerminal;

/// Plain lines come at every tenth of the work.
const PLAIN_STEPS: u64 = 10;

pub struct Progress {
    what: String,
    total: u64,
    bar: Option<ProgressBar>,
    done: Cell<u64>,
    said: Cell<u64>,
}

impl Progress {
    /// `total` in the units that [`Progress::add`] counts.
    pub fn new(what: &str, total: u64) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent:>3} %")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.with_style(style).with_message(what.to_owned())
        });
        Self {
            what: what.to_owned(),
            total,
            bar,
            done: Cell::new(0),
            said: Cell::new(0),
        }
    }

    pub fn add(&self, units: u64) {
        self.done.set(self.done.get() + units);
        if let Some(bar) = &self.bar {
            bar.inc(units);
            return;
        }
        let step = (self.done.get() * PLAIN_STEPS)
            .checked_div(self.total)
            .unwrap_or(PLAIN_STEPS);
        if step > self.said.get() {
            self.said.set(step);
            eprintln!("{}: {} %", self.what, step * 100 / PLAIN_STEPS);
        }
    }
}

impl Watch for Progress {
    fn add(&self, bytes: u64) {
        Progress::add(self, bytes);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
