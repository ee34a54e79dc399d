//! Test requests: an event that says nothing, to see how an endpoint answers.

use bytes::Bytes;
use serde_json::json;
use shared::{
    delivery::{Endpoint, Format, Stream, body::carbon, id_of_test, signature::MessageId},
    model::{EndpointId, ProjectId, Timestamp},
};
use uuid::Uuid;

use crate::{
    Failure, Sender,
    attempt::{self, Attempted},
    request::Draft,
    target::Target,
};

/// Type of the event of a test.
const TYPE: &str = "endpoint.test";

/// Posts a test request once, whether the endpoint is paused or not. Its answer changes nothing; it is in the list
/// of attempts.
pub(crate) async fn run(
    sender: &Sender,
    project: ProjectId,
    endpoint: EndpointId,
    id: Uuid,
) -> Result<(), Failure> {
    let Some(found) = sender.store.endpoint(project, endpoint).await? else { return Ok(()) };
    let Some(target) = Target::of(sender, found).await? else { return Ok(()) };
    let secrets = target.secrets(sender).await?;
    let id = id_of_test(project, id);
    let body = body(target.endpoint(), &id, sender.clock.now());
    let draft = Draft { id, body, event_type: Some(TYPE) };
    let stream = Stream::Project(project);
    let attempted = Attempted { stream, events: 0, failures: 0, is_last: false };
    let (_, attempt) = attempt::one(sender, target.endpoint(), &secrets, draft, attempted).await;
    attempt::record(sender, endpoint, &[attempt]).await;
    Ok(())
}

/// Returns a body that says nothing, in the endpoint's format.
fn body(endpoint: &Endpoint, id: &MessageId, now: Timestamp) -> Bytes {
    if endpoint.format == Format::Carbon {
        return carbon::Message::checkup(id.as_str().to_owned(), now).to_body().into();
    }
    let body = json!({
        "type": TYPE,
        "timestamp": now.to_string(),
        "data": {"id": id.as_str(), "project": endpoint.project, "endpoint": endpoint.id},
    });
    body.to_string().into()
}
