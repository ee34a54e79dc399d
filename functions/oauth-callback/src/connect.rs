//! Dependencies and routes of the connect functions.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use page_kit::{Language, wants_page};
use shared::{
    address,
    answer::ApiError,
    apps::Apps,
    caller::Operation,
    cors,
    dropbox::{Dropbox, RedirectPath},
    events::Bus,
    metrics::Metrics,
    model::Clock,
    queue::Requests,
    request_log::logged,
    tokens::Tokens,
};
use url::Url;

use crate::{callback, import, links, page, popup, portal, start, store::Store};

/// Dependencies of the connect functions.
pub struct Connect {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Sealing and refreshing of tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox client.
    pub dropbox: Dropbox,
    /// Dropbox apps through which accounts are linked.
    pub apps: Arc<Apps>,
    /// Requests for walks.
    pub requests: Requests,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `base` is the public URL of the routes, and `path` the request's path below it.
pub async fn handle(connect: &Connect, base: &Url, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let answer = route(connect, base, path, &request).await;
        connect.metrics.publish();
        answer.unwrap_or_else(|error| {
            if wants_page(request.headers()) {
                page::error((base, Language::of_browser(request.headers())), &error)
            } else {
                error.into_response()
            }
        })
    };
    let method = request.method();
    if popup::open_to_pages(path) {
        return logged(method, path, cors::open(method, answer)).await;
    }
    logged(method, path, answer).await
}

async fn route(
    connect: &Connect,
    base: &Url,
    path: &str,
    request: &Request<Body>,
) -> Result<Response<Body>, ApiError> {
    let unknown =
        || ApiError::not_found("route_not_found", "There is no such route, or not with this method.");
    let (operation, parameters) = Operation::find(request.method(), path).ok_or_else(unknown)?;
    match (operation, parameters.as_slice()) {
        (Operation::ImportConnection, [project]) => import::run(connect, project, request).await,
        (Operation::CreateConnectLink, [project]) => links::add(connect, base, project, request).await,
        (Operation::GetConnectLink, [project, link]) => links::show(connect, project, link, request).await,
        (Operation::ShowConnectStart, []) => start::show(connect, base, request).await,
        (Operation::BeginConnect, []) => start::begin(connect, base, request).await,
        (Operation::FinishConnect, []) => {
            callback::run(connect, base, RedirectPath::OauthCallback, request).await
        }
        (Operation::FinishConnectAsParagon, []) => {
            callback::run(connect, base, RedirectPath::Oauth, request).await
        }
        (Operation::FinishConnectAsCarbon, []) => {
            callback::run(connect, base, RedirectPath::IntegrationsDropbox, request).await
        }
        (Operation::LeaveSdkPortal, [project]) => portal::leave(connect, base, project, request).await,
        popup => popup::route(connect, base, popup, request).await.unwrap_or_else(|| Err(unknown())),
    }
}

/// Returns the redirect URI, as it is registered with the Dropbox app.
pub(crate) fn redirect_uri(base: &Url, path: RedirectPath) -> String {
    address::below(base, path.as_str()).to_string()
}

/// Returns the first value of a name in a query or form, unless it is empty.
pub(crate) fn field(encoded: &[u8], name: &str) -> Option<String> {
    let found = url::form_urlencoded::parse(encoded).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned()).filter(|value| !value.is_empty())
}
