//! `GET /whoami`: returns the user of a token.

use http::Response;
use lambda_http::Body;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::AuthorizedRequest,
    users,
};

pub(crate) async fn get(api: &CarbonApi, request: &AuthorizedRequest<'_>) -> Result<Response<Body>, Refusal> {
    let user = users::describe(api, request.caller.project, request.user()?).await?;
    Ok(found(&user.to_json(api.clock.now())))
}
