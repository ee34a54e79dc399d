//! `POST /delete_users`: users, with everything that was theirs.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::json;
use shared::model::{ProjectId, UserDeletion, UserId};

use super::{deletion, fields::customer_ids};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    connecting::disconnect,
    fields::Fields,
    request::Asked,
};

/// How long the receipt of a deletion can be read, as that of a connection can.
const REMEMBERED: Duration = Duration::from_secs(90 * 24 * 60 * 60);
/// Users that are seen to at the same time.
const PARALLEL: usize = 8;

/// Nobody is deleted where one of them is unknown. The purge of each connection is the worker's, as of one that is
/// disconnected; `POST /user` tells how far it is.
pub(crate) async fn delete(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    let users = customer_ids(&mut fields);
    let users = fields.end(users)?;
    let project = asked.caller.project;
    let known = stream::iter(users.clone()).map(async |user| deletion::known(api, project, &user).await);
    known.buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    let deleted = stream::iter(users).map(|user| delete_one(api, project, user));
    deleted.buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    Ok(found(&json!({"success": true})))
}

/// What the user had is noted before it goes, so that a call that is cut short can be followed and repeated.
async fn delete_one(api: &CarbonApi, project: ProjectId, user: UserId) -> Result<(), Refusal> {
    let (now, earlier) = (api.clock.now(), api.users.user(project, &user).await?);
    let connections = api.connections.connections_of_user(project, &user).await?;
    let mut deletion = earlier
        .and_then(|user| user.deletion)
        .unwrap_or(UserDeletion { requested_at: now, connections: Vec::new() });
    let new = connections.iter().map(|connection| connection.id);
    let new: Vec<_> = new.filter(|id| !deletion.connections.contains(id)).collect();
    deletion.connections.extend(new);
    api.users.note_deletion(project, &user, &deletion, now.plus(REMEMBERED)).await?;
    for connection in &connections {
        disconnect(api, connection).await?;
    }
    Ok(())
}
