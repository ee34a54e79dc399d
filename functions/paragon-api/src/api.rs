//! The API: its dependencies and entry point.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    apps::Apps,
    cors,
    dropbox::Dropbox,
    egress::Destinations,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::{Queue, Requests},
    request_log::logged,
    seal::Keyring,
    tokens::Tokens,
    workflows::Starter,
};

use crate::{routes::route, store::Store};

/// Dependencies of the API's handlers.
pub struct ParagonApi {
    /// The table.
    pub store: Arc<dyn Store>,
    /// Starts runs.
    pub starter: Starter,
    /// Sealing and refreshing of tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox client.
    pub dropbox: Dropbox,
    /// Dropbox apps through which accounts are linked.
    pub apps: Arc<Apps>,
    /// Requests for walks.
    pub requests: Requests,
    /// The queue of deliveries.
    pub deliveries_queue: Arc<dyn Queue>,
    /// Seals headers of subscriptions.
    pub keyring: Arc<Keyring>,
    /// Addresses that a subscription may have.
    pub destinations: Destinations,
    /// Event bus.
    pub bus: Arc<dyn Bus>,
    /// Clock.
    pub clock: Arc<dyn Clock>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request to `/projects/{project}/sdk/…`, to the project's triggers, subscriptions or
/// events, or to `/ui`.
/// `path` is without the stage. Pages of any origin may call it.
pub async fn handle(api: &ParagonApi, path: &str, request: Request<Body>) -> Response<Body> {
    let method = request.method();
    let answer = async {
        let mut subject = Subject::NOBODY;
        let answer = route(api, path, &request, &mut subject).await;
        api.count(subject, answer.as_ref().err());
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(method, path, cors::open(method, answer)).await
}

impl ParagonApi {
    fn count(&self, subject: Subject, error: Option<&ApiError>) {
        self.metrics.count(subject, Metric::ParagonApiCalls, 1);
        if error.is_some_and(|error| error.status.is_client_error()) {
            self.metrics.count(subject, Metric::ParagonApiCallsRefused, 1);
        }
        self.metrics.publish();
    }
}
