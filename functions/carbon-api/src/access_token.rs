//! `GET /auth/v1/access_token`: a token for one user, with which a page calls in place of the API key.

use http::Response;
use lambda_http::Body;
use serde_json::json;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::Asked,
};

/// Clients fetch another token with the API key, so there is none that would refresh this one: `refresh_token` is there
/// for models that require it, and empty.
pub(crate) async fn get(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let (project, user) = (asked.caller.project, asked.user()?);
    api.users.add_user(project, user, api.clock.now()).await?;
    let token = api.issued.issue(project, user).await?;
    Ok(found(&json!({"access_token": token.expose(), "refresh_token": ""})))
}
