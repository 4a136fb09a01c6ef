//! A zip file on its way to a client: a thread packs it as fast as the client takes it.

use super::file_body::Place;
use axum::body::{Body, Bytes};
use hyper::body::Frame;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// So much of it is in one piece …
const PIECE_BYTES: usize = 16 * 1024;
/// … and so many pieces wait for the client.
const PIECES: usize = 1;
/// What is in memory of a file at most, for the budget of all that is sent: what the client takes, what waits for it, and what
/// is packed.
pub const HELD_BYTES: u64 = 4 * PIECE_BYTES as u64;

/// What is packed on the way to the client.
pub struct ZipBody {
    pieces: Receiver<io::Result<Bytes>>,
    _place: Place,
}

/// Takes what is written; each full piece waits until the client has taken the one before.
pub struct Pieces {
    to: Sender<io::Result<Bytes>>,
    piece: Vec<u8>,
}

impl Pieces {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.piece);
        let gone = |_| io::Error::from(io::ErrorKind::BrokenPipe);
        self.to.blocking_send(Ok(piece.into())).map_err(gone)
    }
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.piece.len() >= PIECE_BYTES {
            self.send()?;
        }
        let room = PIECE_BYTES.saturating_sub(self.piece.len());
        let taken = bytes.len().min(room);
        self.piece.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}

impl ZipBody {
    /// What `write` writes. Where it fails, the connection ends, so that the client knows.
    pub fn of(
        place: Place,
        write: impl FnOnce(&mut Pieces) -> io::Result<()> + Send + 'static,
    ) -> Body {
        let (to, pieces) = channel(PIECES);
        tokio::task::spawn_blocking(move || {
            let mut out = Pieces {
                to,
                piece: Vec::with_capacity(PIECE_BYTES),
            };
            let done = write(&mut out).and_then(|()| out.flush());
            if let Err(error) = done {
                tracing::warn!(%error, "an export was not sent to its end");
                // Nobody waits for this where the client has gone.
                let _ = out.to.blocking_send(Err(error));
            }
        });
        Body::new(Self {
            pieces,
            _place: place,
        })
    }
}

impl hyper::body::Body for ZipBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let piece = ready!(self.pieces.poll_recv(context));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)))
    }
}
