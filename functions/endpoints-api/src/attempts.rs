//! `GET …/endpoints/{endpoint}/attempts`: what became of each request, for 30 days.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found},
    delivery::Endpoint,
    model::Timestamp,
    query::field,
    store::Attempt,
};

use crate::{EndpointsApi, limit};

/// Lists attempts, the latest first.
pub(crate) async fn list(
    api: &EndpointsApi,
    endpoint: &Endpoint,
    query: &str,
) -> Result<Response<Body>, ApiError> {
    let limit = limit::of(query)?;
    let before = before(query)?.unwrap_or(Timestamp::NEVER);
    let read = api.store.attempts(endpoint.id, before, limit.saturating_add(1)).await?;
    let (page, next) = page(read, usize::from(limit));
    let listed: Vec<Value> = page.iter().map(to_json).collect();
    Ok(found(&json!({"attempts": listed, "next": next.map(|at| at.to_string())})))
}

/// Reads `before`: a date, or milliseconds since 1970.
fn before(query: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = field(query, "before") else { return Ok(None) };
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let at = match is_number {
        true => text.parse().ok().map(Timestamp).filter(|at| *at <= Timestamp::NEVER),
        false => Timestamp::parse(&text),
    };
    let message =
        "before must be a time such as 2026-01-31T12:00:00Z, or a number of milliseconds since 1970.";
    at.map(Some).ok_or_else(|| ApiError::invalid("malformed_query", message))
}

/// Returns at most `limit` attempts, and the time before which the next page begins. Attempts of the same millisecond
/// are on the same page, unless a page has no others.
fn page(mut read: Vec<Attempt>, limit: usize) -> (Vec<Attempt>, Option<Timestamp>) {
    let Some(further) = read.get(limit).map(|attempt| attempt.at) else { return (read, None) };
    read.truncate(limit);
    if read.first().is_some_and(|first| first.at != further) {
        read.retain(|attempt| attempt.at != further);
    }
    let next = read.last().map(|last| last.at);
    (read, next)
}

fn to_json(attempt: &Attempt) -> Value {
    json!({
        "at": attempt.at.to_string(),
        "id": attempt.id,
        "connection": attempt.stream.connection(),
        "events": attempt.events,
        "failures": attempt.failures,
        "status": attempt.status,
        "error": attempt.error,
        "code": attempt.code,
        "duration_ms": attempt.ms,
        "answer": attempt.answer,
        "last": attempt.last,
    })
}

#[cfg(test)]
mod tests {
    use shared::{delivery::Stream, model::ProjectId};

    use super::*;

    fn attempts(times: &[u64]) -> Vec<Attempt> {
        let attempt = |at: &u64| Attempt {
            at: Timestamp(*at),
            stream: Stream::Project(ProjectId::random()),
            id: String::new(),
            events: 1,
            failures: 0,
            status: Some(200),
            error: None,
            code: None,
            ms: 1,
            answer: String::new(),
            last: false,
        };
        times.iter().map(attempt).collect()
    }

    fn times(read: &[u64], limit: usize) -> (Vec<u64>, Option<u64>) {
        let (page, next) = page(attempts(read), limit);
        (page.iter().map(|attempt| attempt.at.0).collect(), next.map(|at| at.0))
    }

    #[test]
    fn attempts_of_the_same_millisecond_are_on_the_same_page() {
        assert_eq!(times(&[], 2), (vec![], None));
        assert_eq!(times(&[9, 8], 2), (vec![9, 8], None));
        assert_eq!(times(&[9, 8, 7], 2), (vec![9, 8], Some(8)));
        assert_eq!(times(&[9, 8, 8], 2), (vec![9], Some(9)));
        assert_eq!(times(&[8, 8, 8], 2), (vec![8, 8], Some(8)));
    }

    #[test]
    fn before_is_a_date_or_a_number() {
        assert_eq!(before("limit=1"), Ok(None));
        assert_eq!(before("before=1000"), Ok(Some(Timestamp(1000))));
        assert_eq!(before("before=1970-01-01T00:00:01Z"), Ok(Some(Timestamp(1000))));
        for query in ["before=", "before=x", "before=-1", "before=18446744073709551615"] {
            assert!(before(query).is_err(), "{query}");
        }
    }
}
