//! `GET /auth/v1/access_token`: issues a token for one user, which a page sends instead of the API key.

use http::Response;
use lambda_http::Body;
use serde_json::json;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
};

/// Issues a token. Clients get the next one with the API key, so there is no token to refresh this one with:
/// `refresh_token` is empty, and only present for models that require it.
pub(crate) async fn get(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    let (project, user) = (request.caller.project, request.user()?);
    api.store.add_user(project, user, api.clock.now()).await?;
    let token = api.issued.issue(project, user).await?;
    Ok(found(&json!({"access_token": token.expose(), "refresh_token": ""})))
}
