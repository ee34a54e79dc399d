//! A body of a known length that a test sends piece by piece.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use aws_sdk_s3::primitives::ByteStream;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub(crate) type Pieces = UnboundedSender<io::Result<Bytes>>;

/// Returns a body of `length` bytes, and the sender of its pieces.
pub(crate) fn in_pieces(length: u64) -> (Pieces, ByteStream) {
    let (pieces, coming) = unbounded_channel();
    (pieces, ByteStream::from_body_1_x(Coming { coming, length }))
}

struct Coming {
    coming: UnboundedReceiver<io::Result<Bytes>>,
    length: u64,
}

impl Body for Coming {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.coming.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
