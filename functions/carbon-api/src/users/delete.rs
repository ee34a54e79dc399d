//! `POST /delete_users`: deletes users with all of their data.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::Response;
use lambda_http::Body;
use serde_json::json;

use super::{deletion, fields::customer_ids};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::Fields,
    request::AuthorizedRequest,
};

/// Number of users that are processed at the same time.
const PARALLEL: usize = 8;

/// Deletes users; none if any of them is unknown. The worker purges each connection as after a disconnect,
/// and `POST /user` returns the progress.
pub(crate) async fn delete(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let users = customer_ids(&mut fields);
    let users = fields.end(users)?;
    let (project, deletions) = (request.caller.project, deletion::deletions(api));
    let known = stream::iter(users.clone()).map(async |user| deletions.check_known(project, &user).await);
    known.buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    let deleted = stream::iter(users).map(async |user| deletions.delete(project, &user).await);
    deleted.buffer_unordered(PARALLEL).try_collect::<Vec<_>>().await?;
    Ok(found(&json!({"success": true})))
}
