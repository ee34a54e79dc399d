//! Public addresses of a deployment.

use lambda_http::{Request, RequestExt, request::RequestContext};
use url::Url;

use crate::model::TicketSecret;

/// Returns the URL of a path below the base, whose own path (a stage) is kept.
#[must_use]
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_path(&format!("{}/{path}", base.path().trim_end_matches('/')));
    url
}

/// Returns the address that a user's browser opens to connect an account.
#[must_use]
pub fn of_connect(base: &Url, ticket: &TicketSecret) -> Url {
    let mut url = below(base, "connect/start");
    url.query_pairs_mut().append_pair("ticket", ticket.expose());
    url
}

/// Returns the address of the stage through which a request came. API Gateway writes it, not the caller. It
/// cannot be a setting of a function, because the API is created from the functions.
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
