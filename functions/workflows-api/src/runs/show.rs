//! `GET …/runs/{run}` and `GET …/runs/{run}/steps`.

use http::Response;
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    query::{field, number},
    workflows::{Position, Run},
};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    to_json,
};

/// Default number of steps in an answer.
const USUAL: u64 = 50;
/// Maximum number of steps in an answer.
const MOST: u64 = 100;
/// Maximum size of the steps in an answer, in bytes of JSON: Lambda's answers have at most 6 MB. The first step is
/// always there.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// Shows a run, with what started it.
pub(crate) fn show(run: &Run) -> Response<Body> {
    found(&to_json::run(run))
}

/// Lists the steps that were done, with what they were given and their outputs, in the order of their positions as
/// text.
pub(crate) async fn steps(api: &WorkflowsApi, run: &Run, query: &str) -> Answer {
    let limit = u16::try_from(number(query, "limit", 1..=MOST, USUAL)?).unwrap_or(u16::MAX);
    let after: Option<Position> = match field(query, "cursor") {
        None => None,
        Some(text) => Some(text.parse().map_err(|_| {
            ApiError::invalid("malformed_query", "cursor must be the next of the page before, as it is.")
        })?),
    };
    let read = api.store.steps(run.id, after.as_ref(), limit.saturating_add(1)).await?;
    let all: Vec<Value> = read.iter().map(to_json::step).collect();
    let count = fitting(&all).min(usize::from(limit));
    let next = (count < read.len()).then(|| read[count - 1].position.clone());
    Ok(found(&json!({"steps": all[..count], "next": next})))
}

/// Returns how many of the first steps fit into an answer: at least one, if there is one.
fn fitting(steps: &[Value]) -> usize {
    let mut size = 0;
    let fit = steps.iter().take_while(|step| {
        size += step.to_string().len();
        size <= MOST_BYTES
    });
    fit.count().max(steps.len().min(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_before_it_is_too_large() {
        let step = |bytes: usize| json!({"output": "x".repeat(bytes)});
        assert_eq!(fitting(&[]), 0);
        assert_eq!(fitting(&[step(10), step(10)]), 2);
        assert_eq!(fitting(&[step(MOST_BYTES), step(10)]), 1);
        assert_eq!(fitting(&[step(MOST_BYTES / 2), step(MOST_BYTES / 3), step(MOST_BYTES / 3)]), 2);
    }
}
