//! `GET …/runs`: the project's runs, newest first.

use serde_json::{Value, json};
use shared::{
    answer::ApiError,
    model::{ProjectId, RunId, Timestamp},
    query::{field, number},
    store::RunFilter,
};

use crate::{
    WorkflowsApi,
    answer::{Answer, found},
    to_json,
};

/// Default number of runs in an answer.
const USUAL: u64 = 50;
/// Maximum number of runs in an answer.
const MOST: u64 = 200;
/// Names of the states.
const STATES: [&str; 4] = ["running", "succeeded", "failed", "cancelled"];

/// Lists runs without their data. A page may be short, and not the last: `next` says whether there is more.
pub(crate) async fn list(api: &WorkflowsApi, project: ProjectId, query: &str) -> Answer {
    let limit = number(query, "limit", 1..=MOST, USUAL)?;
    let filter = filter(query)?;
    let after: Option<RunId> = parsed(query, "cursor", "the next of the page before, as it is")?;
    let page = api.store.runs(project, &filter, after, u16::try_from(limit).unwrap_or(u16::MAX)).await?;
    let listed: Vec<Value> = page.runs.iter().map(to_json::run_in_list).collect();
    Ok(found(&json!({"runs": listed, "next": page.next})))
}

fn filter(query: &str) -> Result<RunFilter, ApiError> {
    let status = match field(query, "status") {
        None => None,
        Some(named) => {
            let known = STATES.into_iter().find(|state| *state == named);
            Some(known.ok_or_else(|| malformed("status", &format!("one of {}", STATES.join(", "))))?)
        }
    };
    Ok(RunFilter {
        workflow: parsed(query, "workflow", "a workflow's id, a UUID")?,
        user: parsed(query, "user", "the project's own id of a user")?,
        connection: parsed(query, "connection", "a connection's id, a UUID")?,
        status,
        since: time(query, "since")?,
        before: time(query, "before")?,
        ..RunFilter::default()
    })
}

fn parsed<T: std::str::FromStr>(query: &str, name: &str, must_be: &str) -> Result<Option<T>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| malformed(name, must_be))
}

fn time(query: &str, name: &str) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = field(query, name) else { return Ok(None) };
    let at = Timestamp::parse(&text);
    at.map(Some).ok_or_else(|| malformed(name, "a time such as 2026-01-31T12:00:00Z"))
}

fn malformed(name: &str, must_be: &str) -> ApiError {
    ApiError::invalid("malformed_query", format!("{name} must be {must_be}."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_names_runs() {
        let id = "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a";
        let read =
            filter(&format!("workflow={id}&user=ada&status=failed&since=1970-01-01T00:00:01Z")).unwrap();
        assert_eq!(read.workflow, Some(id.parse().unwrap()));
        assert_eq!((read.status, read.since, read.before), (Some("failed"), Some(Timestamp(1000)), None));
        for (query, name) in [
            ("workflow=x", "workflow"),
            ("user=", "user"),
            ("connection=1", "connection"),
            ("status=FAILED", "status"),
            ("before=yesterday", "before"),
        ] {
            assert!(filter(query).unwrap_err().message.starts_with(name), "{query}");
        }
    }
}
