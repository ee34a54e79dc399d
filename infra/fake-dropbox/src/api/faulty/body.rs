//! Defective response bodies.

use std::{io, time::Duration};

use axum::{
    body::{Body, HttpBody},
    response::Response,
};
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, stream};
use http::{HeaderValue, header::CONTENT_LENGTH};
use tokio::{task::yield_now, time::sleep};

/// Ends the connection before the first byte of a response.
pub(super) fn none() -> Response {
    let broken: Result<Bytes, io::Error> = Err(io::ErrorKind::ConnectionReset.into());
    // The server sends the headers with the first bytes, and here the stream fails before any.
    Response::new(Body::from_stream(stream::iter([broken])))
}

/// Ends the connection after half of the body.
pub(super) fn cut_in_the_middle(response: Response) -> Response {
    let (response, length) = announced(response);
    if length == 0 {
        return none();
    }
    let half = usize::try_from(length / 2).unwrap_or(usize::MAX);
    response.map(|body| {
        let pieces = body.into_data_stream();
        Body::from_stream(stream::try_unfold((pieces, half), |(mut pieces, left)| async move {
            let piece = match left {
                0 => None,
                _ => pieces.next().await.transpose().map_err(io::Error::other)?,
            };
            let Some(mut piece) = piece else {
                // The bytes yielded so far are sent during this pause.
                yield_now().await;
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            };
            piece.truncate(left);
            let left = left - piece.len();
            Ok(Some((piece, (pieces, left))))
        }))
    })
}

/// Delays each piece of the body.
pub(super) fn slow(response: Response, pause: Duration) -> Response {
    if pause.is_zero() {
        return response;
    }
    let (response, _) = announced(response);
    response.map(|body| {
        Body::from_stream(body.into_data_stream().then(move |piece| async move {
            sleep(pause).await;
            piece
        }))
    })
}

/// Changes one bit in the first piece of the body.
pub(super) fn with_a_wrong_byte(response: Response) -> Response {
    let (response, _) = announced(response);
    response.map(|body| {
        let mut is_right = true;
        Body::from_stream(body.into_data_stream().map(move |piece| {
            let piece = piece?;
            let is_turn = is_right && !piece.is_empty();
            is_right &= !is_turn;
            Ok::<_, axum::Error>(if is_turn { flip(&piece) } else { piece })
        }))
    })
}

fn flip(piece: &Bytes) -> Bytes {
    let mut wrong = BytesMut::from(&piece[..]);
    let middle = wrong.len() / 2;
    wrong[middle] ^= 1;
    wrong.freeze()
}

/// Sets the header with the length of the body, which a stream of pieces does not have.
fn announced(mut response: Response) -> (Response, u64) {
    let given = response.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let length = given.or(response.body().size_hint().exact()).unwrap_or_default();
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    (response, length)
}
