//! `POST /update_users`: how the accounts of some users are followed.
//!
//! What is chosen is stored with the users, for accounts that they connect later, and then with each of their connections,
//! where the walks read it. A call that is cut short is repeated: it comes to the same.

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{answer::ApiError, model::UserChange, store::StoreError, users::Following};

use super::{fields::customer_ids, sources};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::{Fields, Read, WrongField},
    request::Asked,
};

/// Hours that may be chosen from one full comparison to the next.
const INTERVALS: [u64; 4] = [3, 6, 12, 24];
/// Limits that Dropline does not keep. They may be sent with -1, which is none.
const LIMITS: [&str; 5] = [
    "max_files",
    "max_files_per_upload",
    "max_characters",
    "max_characters_per_file",
    "max_characters_per_upload",
];
/// Users that are seen to at the same time.
const PARALLEL: usize = 8;

pub(crate) async fn update(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(asked.body)?;
    let users = customer_ids(&mut fields);
    let auto_sync = fields.optional("auto_sync_enabled_sources", sources::include_dropbox);
    let resync_hours = fields.optional("auto_sync_interval", interval);
    for limit in LIMITS {
        fields.optional(limit, no_limit);
    }
    let users = fields.end(users)?;
    let change = UserChange { auto_sync, resync_hours };
    let project = asked.caller.project;
    match api.users.change_users(project, &users, change, api.clock.now()).await {
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

/// Hours, or -1: as the project says.
fn interval(value: &Value) -> Read<Option<u64>> {
    match (value.as_i64(), value.as_u64()) {
        (Some(-1), _) => Ok(None),
        (_, Some(hours)) if INTERVALS.contains(&hours) => Ok(Some(hours)),
        _ => Err(vec![WrongField::new("must be one of 3, 6, 12, 24, or -1", "value_error.interval")]),
    }
}

fn no_limit(value: &Value) -> Read<()> {
    if value.as_i64() == Some(-1) {
        return Ok(());
    }
    let message = "Dropline keeps no such limit, so nothing would stop at it; leave it out, or send -1";
    Err(vec![WrongField::new(message, "value_error.not_supported")])
}

fn following(api: &CarbonApi) -> Following<'_> {
    Following {
        users: api.users.as_ref(),
        connections: api.connections.as_ref(),
        choices: api.choices.as_ref(),
        requests: &api.requests,
    }
}

fn deleted() -> Refusal {
    let message =
        "One of these users was deleted, so none was changed; who connects an account is a user again.";
    ApiError::new(StatusCode::CONFLICT, "user_deleted", message).into()
}
