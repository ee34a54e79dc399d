//! Attempts: one request or entry, its answer, and the record of both.

use shared::{
    delivery::{AwsDestination, Endpoint, Stream},
    model::{EndpointId, Timestamp},
    store::Attempt,
};

use crate::{
    Entry, Refusal, Sender, publish,
    request::{Draft, Secrets},
    verdict::Verdict,
};

/// An attempt to deliver events of a stream.
pub(crate) struct Attempted {
    pub(crate) stream: Stream,
    /// Number of events in the request.
    pub(crate) events: u32,
    /// Number of failures of the same events before.
    pub(crate) failures: u32,
    /// Whether they are not tried again if this attempt fails.
    pub(crate) is_last: bool,
}

/// Posts a request, or puts an entry. Returns what the answer means, and the record of the attempt.
pub(crate) async fn one(
    sender: &Sender,
    endpoint: &Endpoint,
    secrets: &Secrets,
    draft: Draft,
    attempted: Attempted,
) -> (Verdict, Attempt) {
    match endpoint.destination.aws() {
        None => post(sender, endpoint, secrets, draft, attempted).await,
        Some(to) => {
            let (entry, begun) = begin(sender, endpoint, to, secrets, (draft, attempted));
            let outcomes = sender.publisher.publish(to, endpoint.project, &[entry]).await;
            end(sender, to, begun, outcomes.into_iter().next())
        }
    }
}

/// Puts entries for a queue or bus in one call. Returns the same for each of them, in their order.
pub(crate) async fn together(
    sender: &Sender,
    endpoint: &Endpoint,
    to: &AwsDestination,
    secrets: &Secrets,
    drafts: Vec<(Draft, Attempted)>,
) -> Vec<(Verdict, Attempt)> {
    let (entries, begun): (Vec<Entry>, Vec<Attempt>) =
        drafts.into_iter().map(|draft| begin(sender, endpoint, to, secrets, draft)).unzip();
    let mut outcomes = sender.publisher.publish(to, endpoint.project, &entries).await.into_iter();
    begun.into_iter().map(|begun| end(sender, to, begun, outcomes.next())).collect()
}

async fn post(
    sender: &Sender,
    endpoint: &Endpoint,
    secrets: &Secrets,
    draft: Draft,
    attempted: Attempted,
) -> (Verdict, Attempt) {
    let begun = record_of(sender.clock.now(), &draft, &attempted);
    let headers = secrets.headers(endpoint, &draft, begun.at);
    let answer = sender.outbound.post(&endpoint.url, headers, draft.body).await;
    let verdict = Verdict::of(&answer);
    let attempt = Attempt {
        status: answer.as_ref().ok().map(|reply| reply.status),
        error: answer.as_ref().err().cloned(),
        answer: answer.map(|reply| reply.excerpt).unwrap_or_default(),
        ..begun
    };
    ended(sender, verdict, attempt)
}

/// Returns an entry, and the beginning of the record of its attempt.
fn begin(
    sender: &Sender,
    endpoint: &Endpoint,
    to: &AwsDestination,
    secrets: &Secrets,
    (draft, attempted): (Draft, Attempted),
) -> (Entry, Attempt) {
    let (at, stream) = (sender.clock.now(), attempted.stream);
    let begun = record_of(at, &draft, &attempted);
    (publish::entry(endpoint, &to.place, secrets, draft, (stream, at)), begun)
}

fn end(
    sender: &Sender,
    to: &AwsDestination,
    begun: Attempt,
    outcome: Option<Result<String, Refusal>>,
) -> (Verdict, Attempt) {
    let outcome = outcome.unwrap_or_else(|| Err(Refusal::missing()));
    let verdict = Verdict::of_entry(&outcome, &to.place);
    let attempt = match outcome {
        Ok(id) => Attempt { answer: id, ..begun },
        Err(Refusal { kind, said }) => Attempt {
            error: Some(kind.sentence(&to.place)),
            code: Some(kind.code().to_owned()),
            answer: said,
            ..begun
        },
    };
    ended(sender, verdict, attempt)
}

fn record_of(at: Timestamp, draft: &Draft, attempted: &Attempted) -> Attempt {
    let Attempted { stream, events, failures, is_last } = *attempted;
    Attempt {
        at,
        stream,
        id: draft.id.as_str().to_owned(),
        events,
        failures,
        status: None,
        error: None,
        code: None,
        ms: 0,
        answer: String::new(),
        last: is_last,
    }
}

fn ended(sender: &Sender, verdict: Verdict, attempt: Attempt) -> (Verdict, Attempt) {
    let ms = u64::try_from(sender.clock.now().since(attempt.at).as_millis()).unwrap_or(u64::MAX);
    let last = attempt.last && verdict != Verdict::Delivered;
    (verdict, Attempt { ms, last, ..attempt })
}

/// Records attempts. The list of attempts is for people: a delivery does not depend on it.
pub(crate) async fn record(sender: &Sender, endpoint: EndpointId, attempts: &[Attempt]) {
    if let Err(error) = sender.store.add_attempts(endpoint, attempts).await {
        tracing::warn!(%endpoint, %error, "attempts were not recorded");
    }
}
