//! `GET /whoami`: returns the user of a token.

use http::Response;
use lambda_http::Body;

use crate::{
    CarbonApi,
    answer::{Refusal, found},
    request::Asked,
    users,
};

pub(crate) async fn get(api: &CarbonApi, asked: &Asked<'_>) -> Result<Response<Body>, Refusal> {
    let user = users::describe(api, asked.caller.project, asked.user()?).await?;
    Ok(found(&user.to_json(api.clock.now())))
}
