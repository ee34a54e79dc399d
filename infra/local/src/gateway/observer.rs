//! A look at what the gateway answers, for tests.

use std::fmt::Debug;

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Response, StatusCode},
};
use bytes::Bytes;
use futures_util::stream;

/// The head of a response, and the request that it answers.
#[derive(Debug)]
pub struct Answered<'a> {
    /// Method of the request.
    pub method: &'a Method,
    /// Path of the request, as it was sent.
    pub path: &'a str,
    /// Status of the response.
    pub status: StatusCode,
    /// Headers of the response.
    pub headers: &'a HeaderMap,
}

/// An observer of the gateway's responses; it changes none.
pub trait Observer: Debug + Send + Sync {
    /// Whether the body is to be read before the client gets it. Other bodies are streamed on, unread.
    fn reads(&self, answered: &Answered<'_>) -> bool;

    /// Called with each response, before the client gets it. `body` is the whole body, where it was to be read.
    fn saw(&self, answered: &Answered<'_>, body: Option<&Bytes>);
}

/// Shows a response to the observer.
pub(super) async fn observed(
    observer: &dyn Observer,
    method: &Method,
    path: &str,
    response: Response<Body>,
) -> Response<Body> {
    let (head, body) = response.into_parts();
    let answered = Answered { method, path, status: head.status, headers: &head.headers };
    if !observer.reads(&answered) {
        observer.saw(&answered, None);
        return Response::from_parts(head, body);
    }
    match to_bytes(body, usize::MAX).await {
        Ok(bytes) => {
            observer.saw(&answered, Some(&bytes));
            Response::from_parts(head, Body::from(bytes))
        }
        // The client's body breaks as it would have done unobserved.
        Err(error) => {
            Response::from_parts(head, Body::from_stream(stream::once(async { Err::<Bytes, _>(error) })))
        }
    }
}
