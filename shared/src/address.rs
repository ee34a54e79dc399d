//! The address under which a deployment's API is reached from outside.

use lambda_http::{Request, RequestExt, request::RequestContext};
use url::Url;

/// The address of the stage that a request came through: API Gateway writes it, not the caller. It cannot be a setting of
/// a function, since the API is made from the functions.
#[must_use]
pub fn of_stage(request: &Request) -> Option<Url> {
    match request.request_context_ref()? {
        RequestContext::ApiGatewayV1(context) => {
            Url::parse(&format!("https://{}/{}", context.domain_name.as_ref()?, context.stage.as_ref()?)).ok()
        }
        RequestContext::ApiGatewayV2(context) => {
            Url::parse(&format!("https://{}", context.domain_name.as_ref()?)).ok()
        }
        _ => None,
    }
}
