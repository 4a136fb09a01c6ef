//! A file on its way to a client: in pieces, each read when the one before is on its way, within a budget of memory over all
//! files that are sent at this moment. A client that takes nothing holds two pieces, however long the file is.

use crate::error::Result;
use crate::media::{Budget, Reserved};
use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::task::JoinHandle;

/// So much of a file is read at once …
const PIECE_BYTES: u64 = 64 * 1024;
/// … and so much where many take files at the same time.
const SMALL_PIECE_BYTES: u64 = 16 * 1024;
/// Of each file two pieces are in memory at most: one that hyper writes, one that waits for it.
const PIECES: u64 = 2;
/// How long a client waits for its part of the budget before it is asked to come again.
const WAIT_MAX: Duration = Duration::from_secs(2);

/// A part of the budget for sending one file.
#[derive(Debug, Clone)]
pub struct Place {
    reserved: Arc<Reserved>,
    piece: u64,
}

impl Place {
    /// Waits for a place for a file, or a part of one, of so many bytes; `Error::Busy` where there is none soon.
    pub async fn reserve(budget: &Budget, length: u64) -> Result<Self> {
        let piece = if budget.is_scarce() {
            SMALL_PIECE_BYTES
        } else {
            PIECE_BYTES
        };
        let reserved = budget.reserve(length.min(piece * PIECES), WAIT_MAX).await?;
        Ok(Self {
            reserved: Arc::new(reserved),
            piece,
        })
    }
}

/// A piece, and the place that it takes until it is written.
struct Piece {
    bytes: Vec<u8>,
    _reserved: Arc<Reserved>,
}

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where the bytes come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// A file whose name always means the same bytes: opened again for each piece, so that a client that takes nothing holds no
    /// descriptor.
    Named(PathBuf),
    /// A file that may be taken away meanwhile.
    Opened(Arc<File>),
}

impl Source {
    fn read(&self, bytes: &mut [u8], at: u64) -> io::Result<()> {
        match self {
            Self::Named(path) => File::open(path)?.read_exact_at(bytes, at),
            Self::Opened(file) => file.read_exact_at(bytes, at),
        }
    }
}

/// A part of a file as the body of an answer.
pub struct FileBody {
    source: Source,
    left: Range<u64>,
    place: Place,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl FileBody {
    /// The bytes of `part`, which lies within the file.
    pub fn of(source: Source, part: Range<u64>, place: Place) -> Body {
        Body::new(Self {
            source,
            left: part,
            place,
            reading: None,
        })
    }

    /// Begins to read the next piece, off the threads that answer.
    fn read(&self) -> JoinHandle<io::Result<Bytes>> {
        let source = self.source.clone();
        let reserved = Arc::clone(&self.place.reserved);
        let at = self.left.start;
        let length = (self.left.end - at).min(self.place.piece);
        tokio::task::spawn_blocking(move || {
            let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
            // A file that was cut off meanwhile ends the connection, so that the client knows.
            source.read(&mut bytes, at)?;
            Ok(Bytes::from_owner(Piece {
                bytes,
                _reserved: reserved,
            }))
        })
    }
}

impl hyper::body::Body for FileBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let mut reading = match self.reading.take() {
            Some(reading) => reading,
            None => self.read(),
        };
        match Pin::new(&mut reading).poll(context) {
            Poll::Pending => {
                self.reading = Some(reading);
                Poll::Pending
            }
            Poll::Ready(Ok(Ok(bytes))) => {
                self.left.start += bytes.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(bytes))))
            }
            Poll::Ready(Ok(Err(error))) => Poll::Ready(Some(Err(error))),
            Poll::Ready(Err(error)) => Poll::Ready(Some(Err(io::Error::other(error)))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.end - self.left.start)
    }
}
