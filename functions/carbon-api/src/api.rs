//! The API: its dependencies, and how one request is answered.

use std::sync::Arc;

use http::{Request, Response};
use lambda_http::Body;
use shared::{
    apps::Apps,
    caller::IssuedTokens,
    content::ContentLinks,
    cors,
    dropbox::Dropbox,
    events::Bus,
    metrics::{Metric, Metrics, Subject},
    model::Clock,
    queue::Requests,
    request_log::logged,
    store::{
        ChoiceStore, Connections, HealthStore, Items, Labels, Links, Log, Ordinals, Projects, Purges,
        Records, Schedules, SourceTags, TokenStore, Transfers, Users,
    },
    tokens::Tokens,
};
use url::Url;

use crate::{answer::Refusal, routes::route};

/// The dependencies of the API's handlers.
pub struct CarbonApi {
    /// The projects, for their keys and settings.
    pub projects: Arc<dyn Projects>,
    /// Their users.
    pub users: Arc<dyn Users>,
    /// The tokens that users' pages call with.
    pub issued: Arc<IssuedTokens>,
    /// The connections.
    pub connections: Arc<dyn Connections>,
    /// Connects under way.
    pub links: Arc<dyn Links>,
    /// When connections are next worked on.
    pub schedules: Arc<dyn Schedules>,
    /// Their health.
    pub health: Arc<dyn HealthStore>,
    /// The connections' selections, exclusions and resync intervals.
    pub choices: Arc<dyn ChoiceStore>,
    /// Disconnects, and the removal that follows.
    pub purges: Arc<dyn Purges>,
    /// Their change logs.
    pub log: Arc<dyn Log>,
    /// Their items.
    pub items: Arc<dyn Items>,
    /// The items in the orders and with the integers of Carbon's clients.
    pub records: Arc<dyn Records>,
    /// The request ids and tags that clients give to selections.
    pub labels: Arc<dyn Labels>,
    /// The transfers that wait.
    pub transfers: Arc<dyn Transfers>,
    /// Links to the files' bytes.
    pub content_links: Arc<dyn ContentLinks>,
    /// Their tokens at rest.
    pub token_store: Arc<dyn TokenStore>,
    /// The tags that projects give to them.
    pub source_tags: Arc<dyn SourceTags>,
    /// The integers that stand for them.
    pub ordinals: Arc<dyn Ordinals>,
    /// Their access tokens.
    pub tokens: Arc<Tokens>,
    /// Dropbox.
    pub dropbox: Dropbox,
    /// The Dropbox apps that accounts are linked through.
    pub apps: Arc<Apps>,
    /// Requests for walks and transfers.
    pub requests: Requests,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The metrics.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request. `base` is the URL under which the routes are reached from outside, and `path` the request's path
/// below it. Pages of any origin may ask.
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
