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
    store::{
        ChoiceStore, Connections, CredentialSettingsStore, Deliveries, Endpoints, Log, Projects, Purges,
        Runs, Schedules, SourceTags, TokenStore, UserMetadata, Users, Workflows,
    },
    tokens::Tokens,
    workflows::Starter,
};

use crate::routes::route;

/// Dependencies of the API's handlers.
pub struct ParagonApi {
    /// Projects, for their keys and settings.
    pub projects: Arc<dyn Projects>,
    /// Users of the projects.
    pub users: Arc<dyn Users>,
    /// Metadata that applications store with their users.
    pub metadata: Arc<dyn UserMetadata>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Settings that the SDK stores with connections.
    pub settings: Arc<dyn CredentialSettingsStore>,
    /// Times at which connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Change logs, for the times of the last walks.
    pub log: Arc<dyn Log>,
    /// Selections and resync intervals of connections.
    pub choices: Arc<dyn ChoiceStore>,
    /// Purges of disconnected connections.
    pub purges: Arc<dyn Purges>,
    /// Sealed tokens.
    pub token_store: Arc<dyn TokenStore>,
    /// Tags that projects give to connections.
    pub source_tags: Arc<dyn SourceTags>,
    /// Workflows.
    pub workflows: Arc<dyn Workflows>,
    /// Runs of workflows, for the answers of those that requests start.
    pub runs: Arc<dyn Runs>,
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
    /// Trigger subscriptions, which are endpoints.
    pub endpoints: Arc<dyn Endpoints>,
    /// Deliveries to them.
    pub deliveries: Arc<dyn Deliveries>,
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
