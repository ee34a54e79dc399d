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
    store::{
        ChoiceStore, Connections, Deliveries, Endpoints, HealthStore, Items, Labels, Links, Log, Ordinals,
        Projects, Purges, Records, Schedules, SourceTags, TokenStore, Transfers, Users,
    },
    tokens::Tokens,
};
use url::Url;

use crate::{answer::Refusal, routes::route};

/// Dependencies of the API's handlers.
pub struct CarbonApi {
    /// Projects, for their keys and settings.
    pub projects: Arc<dyn Projects>,
    /// Users of the projects.
    pub users: Arc<dyn Users>,
    /// Tokens that users' pages send.
    pub issued: Arc<IssuedTokens>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Links, for connects that are under way.
    pub links: Arc<dyn Links>,
    /// Times at which connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Health of connections.
    pub health: Arc<dyn HealthStore>,
    /// Selections, exclusions and resync intervals of connections.
    pub choices: Arc<dyn ChoiceStore>,
    /// Purges of disconnected connections.
    pub purges: Arc<dyn Purges>,
    /// Change logs.
    pub log: Arc<dyn Log>,
    /// Items.
    pub items: Arc<dyn Items>,
    /// Items in the orders, and with the integers, of Carbon's clients.
    pub records: Arc<dyn Records>,
    /// Request ids and tags that clients give to selections.
    pub labels: Arc<dyn Labels>,
    /// Pending transfers.
    pub transfers: Arc<dyn Transfers>,
    /// Links to the files' bytes.
    pub content_links: Arc<dyn ContentLinks>,
    /// Sealed tokens.
    pub token_store: Arc<dyn TokenStore>,
    /// Tags that projects give to connections.
    pub source_tags: Arc<dyn SourceTags>,
    /// Integers that stand for connections.
    pub ordinals: Arc<dyn Ordinals>,
    /// Endpoints, some of which are webhooks.
    pub endpoints: Arc<dyn Endpoints>,
    /// Deliveries of streams to endpoints.
    pub deliveries: Arc<dyn Deliveries>,
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
