//! `POST /user`: returns one user, even a deleted one.

use http::Response;
use lambda_http::Body;

use shared::users::user_not_found;

use super::{describe, fields::user_id};
use crate::{
    CarbonApi,
    answer::{Refusal, found},
    fields::Fields,
    request::AuthorizedRequest,
};

pub(crate) async fn show(
    api: &CarbonApi,
    request: &AuthorizedRequest<'_>,
) -> Result<Response<Body>, Refusal> {
    let mut fields = Fields::of(request.body)?;
    let user = fields.required("customer_id", user_id);
    let user = fields.end(user)?;
    let user = describe(api, request.caller.project, &user).await?;
    if user.is_known() { Ok(found(&user.to_json(api.clock.now()))) } else { Err(user_not_found().into()) }
}
