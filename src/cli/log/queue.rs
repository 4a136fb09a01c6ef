//! Lines of the log on their way out, written by a thread of its own: a reader that is slow, or does not read at all, holds nobody
//! up, and a full disk behind them or a closed end costs lines and nothing else.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::time::Duration;

/// Lines that wait to be written; more are dropped and counted.
const WAITING_MAX: usize = 4096;
/// How long the end of the program waits for the last lines.
const TIMEOUT: Duration = Duration::from_secs(1);

enum Step {
    Line(Vec<u8>),
    /// Answered when all lines before it are written.
    Answer(std::sync::mpsc::Sender<()>),
}

/// The way to the thread that writes. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Queue {
    steps: SyncSender<Step>,
    lost: Arc<AtomicU64>,
}

impl Queue {
    /// Lines that are written to `out`.
    pub fn to(out: impl Write + Send + 'static) -> Self {
        let (steps, waiting) = sync_channel(WAITING_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        std::thread::spawn(move || write_all(&waiting, out, &counted));
        Self { steps, lost }
    }

    /// Waits until everything so far is written, but not for ever.
    pub fn finish(&self) {
        let (answer, answered) = channel();
        if self.steps.try_send(Step::Answer(answer)).is_ok() {
            // Who does not answer in time has lost the rest.
            let _ = answered.recv_timeout(TIMEOUT);
        }
    }
}

fn write_all(waiting: &Receiver<Step>, mut out: impl Write, lost: &AtomicU64) {
    for step in waiting {
        let line = match step {
            Step::Line(line) => line,
            Step::Answer(answer) => {
                // Nobody may wait any more.
                let _ = answer.send(());
                continue;
            }
        };
        let before = lost.load(Ordering::Relaxed);
        let written = if before > 0 {
            writeln!(out, "{before} log lines were lost").and_then(|()| {
                lost.fetch_sub(before, Ordering::Relaxed);
                out.write_all(&line)
            })
        } else {
            out.write_all(&line)
        };
        if written.is_err() {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Write for Queue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.steps.try_send(Step::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// A place for the log that can be shut and opened.
    #[derive(Clone, Default)]
    struct Place(Arc<Mutex<(bool, String)>>);

    impl Write for Place {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut place = self.0.lock().unwrap();
            if place.0 {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            place.1 += &String::from_utf8_lossy(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lost_lines_are_counted_and_reported_later() {
        let place = Place::default();
        let mut log = Queue::to(place.clone());
        log.write_all(b"one\n").unwrap();
        log.finish();
        place.0.lock().unwrap().0 = true;
        log.write_all(b"two\n").unwrap();
        log.write_all(b"three\n").unwrap();
        log.finish();
        place.0.lock().unwrap().0 = false;
        log.write_all(b"four\n").unwrap();
        log.finish();
        assert_eq!(
            place.0.lock().unwrap().1,
            "one\n2 log lines were lost\nfour\n"
        );
    }
}
