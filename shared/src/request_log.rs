//! One line in a function's log for each request: what was asked, by whom, and what was answered.
//!
//! The gateway's own log has the time, the size and where the request came from, and cannot know the caller; both name the same trace.
//!
//! Nothing of a user's is in it: no user, path, query, file, token or e-mail address. A key is known by the first characters
//! of its hash, by which an operator finds what a key that has leaked was used for.

use std::{future::Future, time::Instant};

use http::{Method, Response};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    caller::{CallerKind, Operation},
    model::{ProjectId, SecretHash},
};

/// So many characters of a key's hash tell the keys of a deployment apart, and open nothing.
const PREFIX: usize = 8;

/// Answers a request, and writes its line, with the time until the answer began. The lines that are written meanwhile name
/// the same caller.
pub async fn logged<B>(
    method: &Method,
    path: &str,
    answer: impl Future<Output = Response<B>>,
) -> Response<B> {
    let route = match Operation::find(method, path) {
        // Of a route of any method too: it is answered before the route is looked at.
        _ if method == Method::OPTIONS => "preflight",
        Some((operation, _)) => operation.route().id,
        None => "unknown",
    };
    let span = tracing::info_span!("request", route, project = Empty, caller = Empty, key = Empty);
    let answered = async {
        let began = Instant::now();
        let response = answer.await;
        let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(status = response.status().as_u16(), duration_ms, "request");
        response
    };
    answered.instrument(span).await
}

/// Notes who asks, once that is known.
pub(crate) fn note(project: ProjectId, caller: CallerKind, key: &SecretHash) {
    let span = Span::current();
    span.record("project", project.to_string());
    span.record("caller", caller.as_str());
    span.record("key", key.as_str().get(..PREFIX).unwrap_or_default());
}
