//! `POST …/sdk/triggers/{workflow}`: a request that starts a workflow, and its answer.

use std::time::Duration;

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{self, ApiError},
    model::{ProjectId, RunId, Tags},
    workflows::{Cause, Run, RunState, Start, Started, Step, StepKind, Trigger, trigger_data},
};
use tokio::time::{Instant, sleep};
use url::form_urlencoded;

use super::{named, selected};
use crate::{ParagonApi, answer::Answer, request::AuthorizedRequest};

/// Maximum size of a request's body, in bytes.
const MAX_BODY: usize = 64 * 1024;
/// Time for which the answer of a workflow is waited for. The function's own timeout is longer.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time after which a run is looked at again, at first. It grows by half each time.
const FIRST_LOOK: Duration = Duration::from_millis(100);
/// Longest such time.
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// Starts a run for the caller's user, in the selected account. If the workflow has a step that answers, its answer is
/// waited for.
pub(crate) async fn start(api: &ParagonApi, request: &AuthorizedRequest<'_>) -> Answer {
    let workflow = named(api, request).await?;
    if workflow.document.trigger != (Trigger::Request {}) {
        let message = "This workflow is not started by requests; its trigger says by what.";
        return Err(ApiError::conflict("takes_no_requests", message));
    }
    let connection = selected(api, request).await?.map(|connection| connection.id);
    let user = request.caller.user.clone();
    let trigger =
        trigger_data::of_request(&user, &body(request.body)?, &query(request.query), api.clock.now());
    let start = Start { user, connection, cause: Cause::Request, trigger };
    let started = api.starter.start(&workflow, start).await.map_err(|error| ApiError::unavailable(&error))?;
    let run = match started {
        Started::Run(run) => run,
        Started::Not(reason) => return Err(reason.into()),
    };
    if !answers(&workflow.document.steps) {
        return Ok(under_way(StatusCode::OK, run.id));
    }
    answer_of(api, workflow.project, run.id).await
}

/// Waits for the answer of a run.
async fn answer_of(api: &ParagonApi, project: ProjectId, id: RunId) -> Answer {
    let (begun, mut pause) = (Instant::now(), FIRST_LOOK);
    while begun.elapsed() + pause < PATIENCE {
        sleep(pause).await;
        pause = LONGEST_LOOK.min(pause + pause / 2);
        let Some(run) = api.store.run(project, id).await? else { break };
        if let Some(answer) = answered(&run) {
            return Ok(answer);
        }
    }
    Ok(under_way(StatusCode::ACCEPTED, id))
}

/// Returns the answer of a run, if it has one, or will have none.
fn answered(run: &Run) -> Option<Response<Body>> {
    if let Some(response) = &run.response {
        let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::OK);
        return Some(answer::json(status, &response.body));
    }
    match &run.state {
        RunState::Running { .. } => None,
        RunState::Succeeded { .. } => Some(under_way(StatusCode::OK, run.id)),
        RunState::Failed { .. } | RunState::Cancelled { .. } => {
            let message = "The workflow has ended before its answer; GET …/runs/{run} tells the project why.";
            let error = ApiError::new(StatusCode::BAD_GATEWAY, "workflow_failed", message);
            Some(error.response_with(json!({"executionId": run.id})))
        }
    }
}

/// Returns the run's id: the workflow goes on.
fn under_way(status: StatusCode, run: RunId) -> Response<Body> {
    answer::json(status, &json!({"executionId": run}))
}

/// Whether one of the steps answers the request.
fn answers(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.kind {
        StepKind::Response { .. } => true,
        StepKind::Condition { then, otherwise, .. } => answers(then) || answers(otherwise),
        StepKind::ForEach { steps, .. } => answers(steps),
        _ => false,
    })
}

fn body(body: &[u8]) -> Result<Value, ApiError> {
    if body.len() > MAX_BODY {
        let message = format!("The body has more than {MAX_BODY} bytes.");
        return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message));
    }
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(body).map_err(|_| ApiError::invalid("malformed_body", "The body must be JSON."))
}

fn query(query: &str) -> Tags {
    form_urlencoded::parse(query.as_bytes()).map(|(name, value)| (name.into_owned(), value.into())).collect()
}

#[cfg(test)]
mod tests {
    use shared::workflows::Document;

    use super::*;

    fn document(steps: &Value) -> Document {
        let trigger = json!({"type": "request"});
        serde_json::from_value(json!({"name": "Answers", "trigger": trigger, "steps": steps})).unwrap()
    }

    #[test]
    fn a_step_that_answers_may_be_within_others() {
        let (answer, wait) =
            (json!({"id": "a", "type": "response"}), json!({"id": "w", "type": "delay", "seconds": 1}));
        let nested = |then: &Value| {
            let condition = json!({"id": "c", "type": "condition", "if": "{{ trigger }}", "then": [then]});
            json!([{"id": "e", "type": "for_each", "items": "{{ trigger }}", "steps": [condition]}])
        };
        for (steps, expected) in [
            (json!([wait, answer]), true),
            (nested(&answer), true),
            (nested(&wait), false),
            (json!([]), false),
        ] {
            assert_eq!(answers(&document(&steps).steps), expected, "{steps}");
        }
    }

    #[test]
    fn a_body_is_any_json() {
        assert_eq!(
            (body(b""), body(b"[1]"), query("a=1&b=%26")),
            (Ok(Value::Null), Ok(json!([1])), json!({"a": "1", "b": "&"}).as_object().unwrap().clone())
        );
        assert_eq!(body(b"{").unwrap_err().code, "malformed_body");
        assert_eq!(body(&[b' '; MAX_BODY + 1]).unwrap_err().status, StatusCode::PAYLOAD_TOO_LARGE);
    }
}
