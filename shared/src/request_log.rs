//! Log line of a function for each request: the operation, the caller and the answer.
//!
//! The gateway's own log has the time, the size and the origin of the request, and cannot know the caller;
//! both logs name the same trace.
//!
//! The line contains nothing of a user's: no user, path, query, file, token or e-mail address. A key is
//! identified by the first characters of its hash, by which an operator finds what a leaked key was used for.

use std::{future::Future, time::Instant};

use http::{Method, Response};
use tracing::{Instrument, Span, field::Empty};

use crate::{
    caller::{CallerKind, Operation},
    model::{ProjectId, SecretHash},
};

/// Number of characters of a key's hash in the log: enough to distinguish the keys of a deployment, and
/// useless for access.
const PREFIX: usize = 8;

/// Answers a request, and writes its line, with the time until the answer began. Other lines written
/// meanwhile name the same caller.
pub async fn logged<B>(
    method: &Method,
    path: &str,
    answer: impl Future<Output = Response<B>>,
) -> Response<B> {
    let route = match Operation::find(method, path) {
        // Also for routes of any method: a preflight is answered before its route is looked up.
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

/// Adds the caller to the line, once it is known.
pub(crate) fn note(project: ProjectId, caller: CallerKind, key: &SecretHash) {
    let span = Span::current();
    span.record("project", project.to_string());
    span.record("caller", caller.as_str());
    span.record("key", key.as_str().get(..PREFIX).unwrap_or_default());
}
