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
    Ok(found(&users::describe(api, asked.caller.project, asked.user()?).await?))
}
