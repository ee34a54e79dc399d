//! Recorder of everything that is sent through the ports.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use http::{HeaderMap, Method};
use local_adapters::{DynamoAnswer, DynamoCall, DynamoInterceptor};
use reqwest::{Request, Response};
use shared::{
    dropbox::{Transport, TransportError},
    events::{Bus, BusError},
    model::Event,
    queue::{Outgoing, Queue, QueueError},
};
use url::Url;

use crate::{draft::line, known};

/// Path of Dropbox's token endpoint.
pub(crate) const TOKEN_PATH: &str = "/oauth2/token";

/// A request that was sent to Dropbox.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    /// Whether it requests tokens.
    pub(crate) fn is_for_tokens(&self) -> bool {
        self.url.path() == TOKEN_PATH
    }
}

/// Effects recorded since the last input.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) sent: Vec<Sent>,
    /// Requests to the store that wrote, as JSON.
    pub(crate) writes: Vec<String>,
    pub(crate) messages: Vec<Outgoing>,
    pub(crate) events: Vec<Event>,
    /// Dropbox's next response, to a token request or to any other; used once.
    token_answer: Option<Answer>,
    call_answer: Option<Answer>,
}

/// Response of Dropbox: a status, a space, and the body on the same line. Without a status there is no
/// response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    status: Option<u16>,
    body: Vec<u8>,
}

impl Answer {
    /// Parses the first line of a text, and returns the rest as well.
    pub(crate) fn read(text: &[u8]) -> (Self, &[u8]) {
        let (answer, rest) = line(text);
        let (status, body) = answer.split_at(answer.len().min(4));
        let status = std::str::from_utf8(status).ok().and_then(|status| status.trim().parse().ok());
        (Self { status, body: body.to_vec() }, rest)
    }

    fn ok(body: String) -> Self {
        Self { status: Some(200), body: body.into_bytes() }
    }

    fn response(self) -> Result<Response, TransportError> {
        let cut = || TransportError("the connection broke".to_owned());
        let response = http::Response::builder()
            .status(self.status.ok_or_else(cut)?)
            .header("content-type", "application/json")
            .header("content-length", self.body.len())
            .header("set-cookie", "of=dropbox")
            .header("x-anything", "of dropbox");
        response.body(self.body).map(Response::from).map_err(|_| cut())
    }
}

/// Ports to the outside.
#[derive(Default)]
pub(crate) struct Traffic(Mutex<Record>);

impl Traffic {
    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears the record.
    pub(crate) fn forget(&self) {
        *self.record() = Record::default();
    }

    /// Sets the response to the next token request.
    pub(crate) fn answer_tokens(&self, answer: Answer) {
        self.record().token_answer = Some(answer);
    }

    /// Sets the response to the next other request.
    pub(crate) fn answer_call(&self, answer: Answer) {
        self.record().call_answer = Some(answer);
    }
}

#[async_trait]
impl Transport for Traffic {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default().to_vec();
        let (method, url) = (request.method().clone(), request.url().clone());
        let sent = Sent { method, url, headers: request.headers().clone(), body };
        let mut record = self.record();
        let scripted =
            if sent.is_for_tokens() { record.token_answer.take() } else { record.call_answer.take() };
        let answer = scripted.unwrap_or_else(|| Answer::ok(known::answer(sent.url.path())));
        record.sent.push(sent);
        answer.response()
    }
}

#[async_trait]
impl DynamoInterceptor for Traffic {
    async fn before(&self, _: DynamoCall<'_>) -> Option<Option<DynamoAnswer>> {
        None
    }

    async fn after(&self, call: DynamoCall<'_>, answer: DynamoAnswer) -> Option<DynamoAnswer> {
        let reads = matches!(call.operation, "GetItem" | "BatchGetItem" | "Query" | "TransactGetItems");
        if !reads && answer.status == 200 {
            self.record().writes.push(String::from_utf8_lossy(call.body).into_owned());
        }
        Some(answer)
    }
}

#[async_trait]
impl Queue for Traffic {
    async fn send(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        self.record().messages.extend(messages);
        Ok(())
    }
}

#[async_trait]
impl Bus for Traffic {
    async fn publish(&self, events: Vec<Event>) -> Result<(), BusError> {
        self.record().events.extend(events);
        Ok(())
    }
}
