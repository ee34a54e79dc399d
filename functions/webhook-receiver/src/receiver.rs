//! The webhook handler.

use std::sync::Arc;

use futures_util::{StreamExt, TryStreamExt, stream};
use http::{
    HeaderValue, Method, Request, Response, StatusCode,
    header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use lambda_http::Body;
use shared::{
    answer::{ApiError, json},
    apps::{AppError, Apps},
    dropbox::{OauthApp, WebhookSignature},
    metrics::{Metric, Metrics, Subject},
    model::{AccountId, AppKey, Lane, Linked, WalkReason},
    queue::Requests,
    request_log::logged,
    store::{Accounts, StoreError},
};

use crate::notification::accounts;

/// Maximum size of a notification, in bytes.
const BODY_LIMIT: usize = 256 * 1024;
/// Maximum length of a challenge, in bytes.
const CHALLENGE_LIMIT: usize = 1024;
/// Maximum length of an app key, in bytes. Dropbox's have 15 characters.
const APP_KEY_LIMIT: usize = 64;
/// Number of accounts looked up at the same time.
const PARALLEL: usize = 16;

/// Dependencies of the receiver.
pub struct Receiver {
    /// Connections by account.
    pub accounts: Arc<dyn Accounts>,
    /// Requests for walks.
    pub requests: Requests,
    /// Dropbox apps whose secrets sign the notifications.
    pub apps: Arc<Apps>,
    /// Metrics sink.
    pub metrics: Arc<dyn Metrics>,
}

/// Answers one request to `/webhook`, or to `/webhook/{app}` for a project's own Dropbox app. `path` is
/// without the stage.
pub async fn handle(receiver: &Receiver, path: &str, request: Request<Body>) -> Response<Body> {
    let answer = async {
        let answer = match *request.method() {
            Method::GET => challenge(request.uri().query().unwrap_or_default()),
            Method::POST => receiver.counted(receiver.notified(path, &request).await),
            _ => Err(ApiError::method_not_allowed("GET, POST", "Use GET or POST.")),
        };
        receiver.metrics.publish();
        answer.unwrap_or_else(ApiError::into_response)
    };
    logged(request.method(), path, answer).await
}

/// Echoes the challenge. Dropbox sends one when the URL is registered.
fn challenge(query: &str) -> Result<Response<Body>, ApiError> {
    let challenge = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "challenge");
    let Some((_, challenge)) = challenge.filter(|(_, value)| value.len() <= CHALLENGE_LIMIT) else {
        return Err(ApiError::invalid("challenge_missing", "Name the challenge in the query: ?challenge=…"));
    };
    let mut response = Response::new(Body::from(challenge.into_owned()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

impl Receiver {
    /// Counts whether a notification was accepted or refused. A failure of ours counts as neither, because
    /// Dropbox sends the notification again.
    fn counted<T>(&self, answer: Result<T, ApiError>) -> Result<T, ApiError> {
        let metric = match &answer {
            Ok(_) => Some(Metric::NotificationsAccepted),
            Err(error) => error.status.is_client_error().then_some(Metric::NotificationsRefused),
        };
        metric.into_iter().for_each(|metric| self.metrics.count(Subject::NOBODY, metric, 1));
        answer
    }

    async fn notified(&self, path: &str, request: &Request<Body>) -> Result<Response<Body>, ApiError> {
        let body: &[u8] = request.body();
        if body.len() > BODY_LIMIT {
            let message = format!("A notification has at most {BODY_LIMIT} bytes.");
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "request_too_large", message));
        }
        let app = self.app(path).await?;
        check_signature(&app, request, body)?;
        let accounts = accounts(body).map_err(|_| {
            ApiError::invalid(
                "malformed_notification",
                "The body is no notification of Dropbox: it must be a JSON object.",
            )
        })?;
        let queued = self.queue_walks(&app.key, accounts).await?;
        Ok(json(StatusCode::OK, &serde_json::json!({"queued": queued})))
    }

    /// Returns the app that is notified.
    async fn app(&self, path: &str) -> Result<OauthApp, ApiError> {
        let Some((_, key)) = path.trim_matches('/').split_once('/') else {
            return Ok(self.apps.deployments().clone());
        };
        let unknown = || ApiError::not_found("app_not_found", "No project has a Dropbox app of this key.");
        if key.len() > APP_KEY_LIMIT {
            return Err(unknown());
        }
        self.apps.with_key(&AppKey::from(key)).await.map_err(|error| match error {
            AppError::Unknown(_) => unknown(),
            error => error.into(),
        })
    }

    /// Requests a walk of each connection of the accounts; a connection with a pending request gets no
    /// further message. Accounts that nobody has linked are ignored. Returns the number of connections.
    async fn queue_walks(&self, app: &AppKey, accounts: Vec<AccountId>) -> Result<usize, ApiError> {
        let found =
            stream::iter(accounts).map(|account| self.connections(app, account)).buffer_unordered(PARALLEL);
        let connections: Vec<Linked> = found.try_collect::<Vec<_>>().await?.concat();
        let queued = connections.len();
        let sent = self.requests.walks(connections, Lane::Changes, WalkReason::Notified).await?;
        self.metrics.count(Subject::NOBODY, Metric::ConnectionsQueued, sent as u64);
        Ok(queued)
    }

    async fn connections(&self, app: &AppKey, account: AccountId) -> Result<Vec<Linked>, StoreError> {
        self.accounts.connections_of_account(app, &account).await
    }
}

fn check_signature(app: &OauthApp, request: &Request<Body>, body: &[u8]) -> Result<(), ApiError> {
    let header = request.headers().get(WebhookSignature::HEADER).and_then(|value| value.to_str().ok());
    let signature = header.and_then(WebhookSignature::parse);
    if signature.is_some_and(|signature| app.has_signed(&signature, body)) {
        return Ok(());
    }
    let message = "The header X-Dropbox-Signature is not the app's signature of this body.";
    Err(ApiError::new(StatusCode::FORBIDDEN, "bad_signature", message))
}
