//! `POST /update_users`: changes how the accounts of some users are followed, and how many of their files are
//! mirrored.
//!
//! The change is stored with the users, for accounts that they connect later, and then with each of their
//! connections, where walks read it. Idempotent, so an interrupted call can be repeated.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::json;
use shared::{answer::ApiError, store::StoreError, users::Following};

use super::{fields::customer_ids, settings};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::Fields,
    request::AuthorizedRequest,
};

/// Number of users that are processed at the same time.
const PARALLEL: usize = 8;

pub(crate) async fn update(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let users = customer_ids(&mut fields);
    let change = settings::change(&mut fields);
    let users = fields.end(users)?;
    let project = request.caller.project;
    match api.store.change_users(project, &users, change, api.clock.now()).await {
        Err(StoreError::Conflict) => return Err(deleted()),
        changed => changed?,
    }
    if !change.is_empty() {
        let following = following(api);
        let all = stream::iter(users).map(async |user| following.follow(project, &user).await);
        all.buffer_unordered(PARALLEL).try_collect::<Vec<()>>().await?;
    }
    Ok(found(&json!({"success": true})))
}

fn following(api: &CarbonApi) -> Following<'_> {
    Following {
        users: api.store.as_ref(),
        connections: api.store.as_ref(),
        choices: api.store.as_ref(),
        requests: &api.requests,
    }
}

fn deleted() -> Refusal {
    let message =
        "One of these users was deleted, so none was changed; who connects an account is a user again.";
    ApiError::new(StatusCode::CONFLICT, "user_deleted", message).into()
}
