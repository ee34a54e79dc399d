//! Test requests: an event that says nothing, to see how an endpoint answers.

use serde_json::json;
use shared::{
    delivery::{Stream, id_of_test},
    model::{EndpointId, ProjectId},
};
use uuid::Uuid;

use crate::{
    Failure, Sender,
    attempt::{self, Attempted},
    request::{Draft, Secrets},
};

/// Posts a test request once, whether the endpoint is paused or not. Its answer changes nothing; it is in the list
/// of attempts.
pub(crate) async fn run(
    sender: &Sender,
    project: ProjectId,
    endpoint: EndpointId,
    id: Uuid,
) -> Result<(), Failure> {
    let Some(found) = sender.endpoints.endpoint(project, endpoint).await? else { return Ok(()) };
    let secrets = Secrets::open(sender, &found.endpoint).await?;
    let id = id_of_test(project, id);
    let body = json!({
        "type": "endpoint.test",
        "timestamp": sender.clock.now().to_string(),
        "data": {"id": id.as_str(), "project": project, "endpoint": endpoint},
    });
    let draft = Draft { id, body: body.to_string().into() };
    let stream = Stream::Project(project);
    let attempted = Attempted { stream, events: 0, failures: 0, is_last: false };
    let (_, attempt) = attempt::post(sender, &found.endpoint, &secrets, draft, attempted).await;
    attempt::record(sender, endpoint, &[attempt]).await;
    Ok(())
}
