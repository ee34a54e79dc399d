//! Replays: delivers again, from all streams of a project, what has happened since a time.

use futures_util::{StreamExt, TryStreamExt, stream};
use shared::{
    delivery::{DeliveryMessage, Position, Stream},
    model::{EndpointId, ProjectId, Timestamp, UserId},
};

use crate::{Failure, Sender};

/// Number of users whose connections one message sets back.
const USERS: u32 = 50;
/// Number of streams that are set back at the same time.
const PARALLEL: usize = 16;

/// Sets back the streams of some users, and of the project before those of its first users. Asks for their
/// deliveries, and for the next users. Done twice, it delivers twice, with the same ids.
pub(crate) async fn run(
    sender: &Sender,
    (project, endpoint): (ProjectId, EndpointId),
    since: Timestamp,
    after: Option<UserId>,
) -> Result<(), Failure> {
    if sender.store.endpoint(project, endpoint).await?.is_none() {
        return Ok(());
    }
    let users = sender.store.users(project, after.as_ref(), USERS).await?;
    let mut streams = Vec::new();
    if after.is_none() {
        streams.push(Stream::Project(project));
    }
    for user in &users {
        let ids = sender.store.connection_ids_of_user(project, &user.user).await?;
        streams.extend(ids.into_iter().map(Stream::Connection));
    }
    let set_back: Vec<_> = streams.iter().map(|stream| set_back(sender, endpoint, *stream, since)).collect();
    stream::iter(set_back).buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    let mut messages = Vec::new();
    // Otherwise the rows say what is owed when it is enabled again. It is read after they were written: if it was
    // enabled before that, nobody has seen what they say.
    let found = sender.store.endpoint(project, endpoint).await?;
    if found.is_some_and(|found| found.is_open()) {
        let deliver = |stream| DeliveryMessage::Deliver { endpoint, stream, owner: None }.at_once();
        messages.extend(streams.into_iter().map(deliver));
    }
    if let Some(last) = users.last().filter(|_| users.len() == USERS as usize) {
        let after = Some(last.user.clone());
        messages.push(DeliveryMessage::Replay { project, endpoint, since, after }.at_once());
    }
    Ok(sender.queue.send(messages).await?)
}

async fn set_back(
    sender: &Sender,
    endpoint: EndpointId,
    stream: Stream,
    since: Timestamp,
) -> Result<(), Failure> {
    let position = Position::before(since, stream, sender.store.as_ref(), sender.store.as_ref()).await?;
    Ok(sender.store.set_position(endpoint, stream, position, sender.clock.now()).await?)
}
