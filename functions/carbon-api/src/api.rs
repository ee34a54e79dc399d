//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    apps::Apps,
    caller::IssuedTokens,
    content::ContentLinks,
    cors,
    dropbox::Dropbox,
    dropbox_calls::DropboxCalls,
    egress::Destinations,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::{Queue, Requests},
    request_log::logged,
    seal::Keyring,
    tokens::Tokens,
};
use url::Url;

use crate::{answer::Refusal, routes::route, store::Store};

/// Dependencies of the API's handlers.
pub struct CarbonApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Tokens that users' pages send.
    pub issued: Arc<IssuedTokens>,
    /// Links to the files' bytes.
    pub content_links: Arc<dyn ContentLinks>,
    /// Seals the keys of webhooks.
    pub keyring: Arc<Keyring>,
    /// Addresses that a webhook may have.
    pub destinations: Destinations,
    /// Sealing and refreshing of tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox client.
    pub dropbox: Dropbox,
    /// Calls of Dropbox.
    pub calls: Arc<DropboxCalls>,
    /// Dropbox apps through which accounts are linked.
    pub apps: Arc<Apps>,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// The queue of runs of workflows.
    pub run_queue: Arc<dyn Queue>,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `base` is the public URL of the routes, and `path` the request's path below it. Pages
/// of any origin may call it.
pub async fn handle(api: &CarbonApi, base: &Url, path: &str, request: Request<Body>) -> Response<Body> {
    let method = request.method();
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(api, base, path, &request, &mut subject).await;
        api.count(subject, answer.as_ref().err());
        answer.unwrap_or_else(Refusal::into_response)
    };
    logged(method, path, cors::open(method, answer)).await
}

impl CarbonApi {
    fn count(&self, subject: Subject, refusal: Option<&Refusal>) {
        self.metrics.count(subject, Metric::CarbonApiCalls, 1);
        if refusal.is_some_and(Refusal::is_the_callers) {
            self.metrics.count(subject, Metric::CarbonApiCallsRefused, 1);
        }
        self.metrics.publish();
    }
}
