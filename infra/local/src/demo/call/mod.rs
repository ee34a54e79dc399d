//! Calls of the demo's server: made, measured and logged as `curl`.

mod curl;
mod log;
mod reply;

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use http::Method;
pub(super) use log::{CallLog, Logged};
pub(super) use reply::Reply;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use shared::{dropbox::header_safe, model::ApiKey};
use url::Url;

/// Longest time for which the page waits for one answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Body of a call.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// JSON, which is sent in ASCII, so that it can be shown whatever names it has.
    Json(Value),
    /// Text of a file.
    Text(String),
    /// Bytes of a file.
    Bytes(&'static [u8]),
}

/// A call that is to be made.
#[derive(Debug, Clone)]
pub(super) struct Call {
    /// Purpose, in a few words.
    pub(super) purpose: &'static str,
    pub(super) method: Method,
    pub(super) url: Url,
    /// User for whom it is made, with the project's API key; `None`: it needs no key.
    pub(super) user: Option<String>,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) content: Option<Content>,
    /// Whether it changes nothing, so that repetitions are counted in the log and not listed.
    pub(super) reads: bool,
}

impl Call {
    /// Returns a call without a key.
    pub(super) fn new(purpose: &'static str, method: Method, url: Url) -> Self {
        let reads = method.is_safe();
        Self { purpose, method, url, user: None, headers: Vec::new(), content: None, reads }
    }

    pub(super) fn with_json(mut self, body: Value) -> Self {
        self.headers.push(("Content-Type", "application/json".to_owned()));
        self.content = Some(Content::Json(body));
        self
    }
}

impl Content {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(body) => header_safe(&body.to_string()).into_bytes(),
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes(bytes) => bytes.to_vec(),
        }
    }
}

/// Maker of calls, with the project's API key.
pub(super) struct Caller {
    http: Client,
    key: ApiKey,
    authority: Option<PathBuf>,
    log: CallLog,
}

impl Caller {
    pub(super) fn new(http: Client, key: ApiKey, authority: Option<PathBuf>) -> Self {
        Self { http, key, authority, log: CallLog::default() }
    }

    /// Returns the log of the calls so far.
    pub(super) fn log(&self) -> &CallLog {
        &self.log
    }

    /// Makes a call and logs it. Of the answer, at most `limit` bytes are read.
    pub(super) async fn make(&self, call: &Call, limit: usize) -> Reply {
        let begun = Instant::now();
        let mut reply = match self.request(call).send().await {
            Ok(response) => Reply::read(response, limit).await,
            Err(error) => Reply::failed(&error),
        };
        reply.number =
            self.log.add(call, curl::command(call, self.authority.as_deref()), &reply, begun.elapsed());
        reply
    }

    fn request(&self, call: &Call) -> RequestBuilder {
        let mut request = self.http.request(call.method.clone(), call.url.clone()).timeout(PATIENCE);
        if let Some(user) = &call.user {
            request = request.bearer_auth(self.key.expose()).header("customer-id", user.as_bytes());
        }
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        match &call.content {
            Some(content) => request.body(content.bytes()),
            None => request,
        }
    }
}
