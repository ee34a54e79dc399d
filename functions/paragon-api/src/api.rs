//! The API: its dependencies, and how one request is answered.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    answer::ApiError,
    apps::Apps,
    cors,
    dropbox::Dropbox,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Requests,
    request_log::logged,
    store::{
        ChoiceStore, Connections, CredentialSettingsStore, Projects, Purges, Schedules, SourceTags,
        TokenStore, UserMetadata, Users,
    },
    tokens::Tokens,
};

use crate::routes::route;

/// The dependencies of the API's handlers.
pub struct ParagonApi {
    /// The projects, for their keys and settings.
    pub projects: Arc<dyn Projects>,
    /// Their users.
    pub users: Arc<dyn Users>,
    /// What applications keep with their users.
    pub metadata: Arc<dyn UserMetadata>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// What the SDK keeps with connections.
    pub settings: Arc<dyn CredentialSettingsStore>,
    /// When connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// The connections' selections and resync intervals.
    pub choices: Arc<dyn ChoiceStore>,
    /// Disconnects.
    pub purges: Arc<dyn Purges>,
    /// The connections' tokens at rest.
    pub token_store: Arc<dyn TokenStore>,
    /// The tags that projects give to them.
    pub source_tags: Arc<dyn SourceTags>,
    /// Their access tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox.
    pub dropbox: Dropbox,
    /// The Dropbox apps that accounts are linked through.
    pub apps: Arc<Apps>,
    /// Requests for walks.
    pub requests: Requests,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The metrics.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request, given as `path` without a stage: to `/projects/{project}/sdk/…`, to its triggers and events, or to
/// `/ui`. Pages of any origin may ask.
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
