//! The project's API keys. A key is returned once, when it is created; only its hash is stored.
//!
//! Keys are replaced one at a time: add a new key, let the servers use it, and remove the old key with it. A
//! call cannot remove the key that it is made with, so a project always has a working key.

use http::{Response, StatusCode};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{ApiError, found, made},
    caller::ProjectCaller,
    members::Members,
    model::{ApiKey, SecretHash},
    store::{StoreError, StoredApiKey},
};

use crate::ProjectApi;

/// Maximum number of API keys of a project.
const MAX_KEYS: usize = 10;
/// Length of a key's id, the beginning of its hash. The access log names the key by the beginning of this id.
const ID_LENGTH: usize = 16;

pub(crate) async fn list(api: &ProjectApi, caller: &ProjectCaller) -> Result<Response<Body>, ApiError> {
    let mut keys = api.store.api_keys(caller.project).await?;
    keys.sort_by(|one, other| {
        (one.created_at, one.hash.as_str()).cmp(&(other.created_at, other.hash.as_str()))
    });
    let mut listed: Vec<Value> = keys.iter().map(|key| listed_key(key, caller)).collect();
    // Earlier versions listed no keys; the caller's key works nevertheless.
    if keys.iter().all(|key| key.hash != caller.key) {
        listed.insert(0, json!({"id": id(&caller.key), "created_at": null, "is_yours": true}));
    }
    Ok(found(&json!({"keys": listed})))
}

pub(crate) async fn add(
    api: &ProjectApi,
    caller: &ProjectCaller,
    body: &[u8],
) -> Result<Response<Body>, ApiError> {
    Members::of(body)?.end(&[])?;
    if api.store.api_keys(caller.project).await?.len() >= MAX_KEYS {
        let message = format!("The project has {MAX_KEYS} API keys; remove one that is not used.");
        return Err(ApiError::new(StatusCode::CONFLICT, "too_many_keys", message));
    }
    let key = ApiKey::of_project(caller.project);
    let stored = StoredApiKey { hash: key.hash(), created_at: api.clock.now() };
    match api.store.add_api_key(caller.project, &stored).await {
        Err(StoreError::Conflict) => return Err(project_gone()),
        added => added?,
    }
    let mut json = listed_key(&stored, caller);
    json["api_key"] = json!(key.expose());
    Ok(made(&json))
}

pub(crate) async fn remove(
    api: &ProjectApi,
    caller: &ProjectCaller,
    named: &str,
) -> Result<Response<Body>, ApiError> {
    if named == id(&caller.key) {
        let message = "This is the key that you call with; remove it with another one, so that one is left.";
        return Err(ApiError::new(StatusCode::CONFLICT, "key_in_use", message));
    }
    let unknown = || ApiError::not_found("key_not_found", "The project has no such API key.");
    let keys = api.store.api_keys(caller.project).await?;
    let key = keys.into_iter().find(|key| id(&key.hash) == named).ok_or_else(unknown)?;
    if !api.store.remove_api_key(caller.project, &key.hash, Some(&caller.key)).await? {
        return Err(unknown());
    }
    Ok(found(&json!({"id": named, "removed": true})))
}

fn id(hash: &SecretHash) -> &str {
    hash.as_str().get(..ID_LENGTH).unwrap_or(hash.as_str())
}

fn listed_key(key: &StoredApiKey, caller: &ProjectCaller) -> Value {
    json!({
        "id": id(&key.hash),
        "created_at": key.created_at.to_string(),
        "is_yours": key.hash == caller.key,
    })
}

/// 404: the project was removed between the check of its key and the write.
fn project_gone() -> ApiError {
    ApiError::not_found("project_not_found", "The project is gone.")
}
