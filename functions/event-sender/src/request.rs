//! Makes the requests to an endpoint: body, headers and signatures.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use shared::{
    delivery::{
        Endpoint, EventType, Format,
        body::{Envelope, Occurrence, carbon, paragon},
        signature::{self, MessageId, SigningKeys},
    },
    model::{EndpointId, Timestamp},
};

use crate::{Failure, Sender, publish::LARGEST_BODY, reader::Happened};

/// A request to an endpoint, without its time and signatures.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Its id: the same for each attempt at the same events.
    pub(crate) id: MessageId,
    /// The body.
    pub(crate) body: Bytes,
    /// Type of its event; `None` if it lists several.
    pub(crate) event_type: Option<&'static str>,
}

/// Secrets that the requests to an endpoint have in common.
pub(crate) struct Secrets {
    keys: Vec<SigningKeys>,
    headers: HeaderMap,
}

impl Secrets {
    /// Opens the keys and the headers of an endpoint. The latter are sealed for `headers_of`.
    pub(crate) async fn open(
        sender: &Sender,
        endpoint: &Endpoint,
        headers_of: EndpointId,
    ) -> Result<Self, Failure> {
        let project = endpoint.project;
        let mut keys = Vec::new();
        for key in endpoint.keys_at(sender.clock.now()) {
            let context = Endpoint::context_of_keys(project, endpoint.keys_of());
            let text = sender.keyring.open(context, &key.sealed).await?;
            let read = SigningKeys::from_exposed(&text);
            keys.push(read.map_err(|_| Failure::Corrupt("an endpoint's keys cannot be read"))?);
        }
        let headers = match &endpoint.headers {
            Some(sealed) => {
                let context = Endpoint::context_of_headers(project, headers_of);
                headers(&sender.keyring.open(context, sealed).await?)?
            }
            None => HeaderMap::new(),
        };
        Ok(Self { keys, headers })
    }

    /// Returns the headers of an attempt, but for those that every request has.
    pub(crate) fn headers(&self, endpoint: &Endpoint, draft: &Draft, at: Timestamp) -> HeaderMap {
        let mut headers = self.headers.clone();
        headers.extend(signature::sign(&endpoint.signatures, &self.keys, &draft.id, at, &draft.body));
        headers
    }
}

fn headers(text: &str) -> Result<HeaderMap, Failure> {
    let corrupt = || Failure::Corrupt("an endpoint's headers cannot be read");
    let stored: BTreeMap<String, String> = serde_json::from_str(text).map_err(|_| corrupt())?;
    let header = |(name, value): (String, String)| {
        let mut value = HeaderValue::from_str(&value).map_err(|_| corrupt())?;
        value.set_sensitive(true);
        Ok((HeaderName::from_bytes(name.as_bytes()).map_err(|_| corrupt())?, value))
    };
    stored.into_iter().map(header).collect()
}

/// A request, and the events that it is about.
pub(crate) type About<'a> = (Draft, &'a [Happened]);

/// Returns the requests for some events, in their order. An endpoint that takes one event in a request gets it as it
/// is, another one lists. `ordinal` is that of the events' connection. An event that is told of in Carbon's form may
/// give several requests.
pub(crate) fn drafts<'a>(endpoint: &Endpoint, events: &'a [Happened], ordinal: u32) -> Vec<About<'a>> {
    let limit = usize::from(endpoint.batch.max(1));
    match &endpoint.format {
        Format::Standard => events.chunks(limit).flat_map(|some| of_standard(endpoint, some)).collect(),
        Format::Paragon { metadata } => {
            let subscription = paragon::Subscription { id: endpoint.id.0, metadata };
            events.chunks(1).filter_map(|one| Some((of_trigger(one, subscription)?, one))).collect()
        }
        Format::Carbon => {
            let runs = events.chunk_by(|one, next| endpoint.format.joins(&one.event, &next.event));
            runs.flat_map(|run| run.chunks(limit)).flat_map(|some| of_carbon(some, ordinal)).collect()
        }
    }
}

fn occurrence(happened: &Happened) -> Occurrence<'_> {
    Occurrence { event: &happened.event, at: happened.at }
}

/// Returns the request for some events, or several if a queue has no room for it.
fn of_standard<'a>(endpoint: &Endpoint, events: &'a [Happened]) -> Vec<About<'a>> {
    let Some(draft) = standard(endpoint, events) else { return Vec::new() };
    let has_room = endpoint.destination.aws().is_none() || draft.body.len() <= LARGEST_BODY;
    if has_room || events.len() == 1 {
        return vec![(draft, events)];
    }
    let (first, others) = events.split_at(events.len() / 2);
    [first, others].into_iter().flat_map(|some| of_standard(endpoint, some)).collect()
}

fn standard(endpoint: &Endpoint, events: &[Happened]) -> Option<Draft> {
    let first = events.first()?;
    if endpoint.batch == 1 {
        let body = Envelope::of(&occurrence(first)).to_body().into();
        return Some(Draft { id: MessageId::of(&first.event.id), body, event_type: event_type(first) });
    }
    let envelopes: Vec<Envelope> = events.iter().map(|one| Envelope::of(&occurrence(one))).collect();
    let id = MessageId::of(&format!("{}:list:{}", first.event.id, events.len()));
    Some(Draft { id, body: Envelope::to_batch(&envelopes).into(), event_type: None })
}

/// `None` if there is no trigger for the event.
fn of_trigger(events: &[Happened], subscription: paragon::Subscription<'_>) -> Option<Draft> {
    let first = events.first()?;
    let triggered = paragon::Triggered::of(&occurrence(first), subscription)?;
    let (id, body) = (MessageId::of(&first.event.id), triggered.to_body().into());
    Some(Draft { id, body, event_type: event_type(first) })
}

fn event_type(happened: &Happened) -> Option<&'static str> {
    Some(EventType::of(&happened.event).as_str())
}

fn of_carbon(events: &[Happened], ordinal: u32) -> Vec<About<'_>> {
    let told: Vec<Occurrence<'_>> = events.iter().map(occurrence).collect();
    let draft = |message: &carbon::Message| {
        let (id, body) = (MessageId::of(&message.id), message.to_body().into());
        Draft { id, body, event_type: None }
    };
    carbon::messages(&told, ordinal).iter().map(|message| (draft(message), events)).collect()
}
