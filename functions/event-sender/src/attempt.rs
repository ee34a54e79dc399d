//! Attempts: one request, its answer, and the record of both.

use shared::{
    delivery::{Endpoint, Stream},
    model::EndpointId,
    store::Attempt,
};

use crate::{
    Sender,
    request::{Draft, Secrets},
    verdict::Verdict,
};

/// What is attempted.
pub(crate) struct Attempted {
    pub(crate) stream: Stream,
    /// Number of events in the request.
    pub(crate) events: u32,
    /// Number of failures of the same events before.
    pub(crate) failures: u32,
    /// Whether they are not tried again if this attempt fails.
    pub(crate) is_last: bool,
}

/// Posts a request. Returns what the answer means, and the record of the attempt.
pub(crate) async fn post(
    sender: &Sender,
    endpoint: &Endpoint,
    secrets: &Secrets,
    draft: Draft,
    attempted: Attempted,
) -> (Verdict, Attempt) {
    let at = sender.clock.now();
    let headers = secrets.headers(endpoint, &draft, at);
    let answer = sender.outbound.post(&endpoint.url, headers, draft.body).await;
    let verdict = Verdict::of(&answer);
    let Attempted { stream, events, failures, is_last } = attempted;
    let attempt = Attempt {
        at,
        stream,
        id: draft.id.as_str().to_owned(),
        events,
        failures,
        status: answer.as_ref().ok().map(|reply| reply.status),
        error: answer.as_ref().err().cloned(),
        ms: u64::try_from(sender.clock.now().since(at).as_millis()).unwrap_or(u64::MAX),
        answer: answer.map(|reply| reply.excerpt).unwrap_or_default(),
        last: is_last && verdict != Verdict::Delivered,
    };
    (verdict, attempt)
}

/// Records attempts. The list of attempts is for people: a delivery does not depend on it.
pub(crate) async fn record(sender: &Sender, endpoint: EndpointId, attempts: &[Attempt]) {
    if let Err(error) = sender.attempts.add_attempts(endpoint, attempts).await {
        tracing::warn!(%endpoint, %error, "attempts were not recorded");
    }
}
