//! Makes the requests to an endpoint: body, headers and signatures.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use shared::{
    delivery::{
        Endpoint, Format,
        body::{Envelope, Occurrence, paragon},
        signature::{self, MessageId, SigningKeys},
    },
    model::Timestamp,
};

use crate::{Failure, Sender, reader::Happened};

/// A request to an endpoint, without its time and signatures.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Its id: the same for each attempt at the same events.
    pub(crate) id: MessageId,
    /// The body.
    pub(crate) body: Bytes,
}

/// What the requests to an endpoint have in common.
pub(crate) struct Secrets {
    keys: Vec<SigningKeys>,
    headers: HeaderMap,
}

impl Secrets {
    /// Opens the keys and the headers of an endpoint.
    pub(crate) async fn open(sender: &Sender, endpoint: &Endpoint) -> Result<Self, Failure> {
        let Endpoint { project, id, .. } = *endpoint;
        let mut keys = Vec::new();
        for key in endpoint.keys_at(sender.clock.now()) {
            let text = sender.keyring.open(Endpoint::place_of_keys(project, id), &key.sealed).await?;
            let read = SigningKeys::from_exposed(&text);
            keys.push(read.map_err(|_| Failure::Corrupt("an endpoint's keys cannot be read"))?);
        }
        let headers = match &endpoint.headers {
            Some(sealed) => {
                headers(&sender.keyring.open(Endpoint::place_of_headers(project, id), sealed).await?)?
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

/// Returns the request for some events, at most as many as the endpoint takes in one. An endpoint that takes one
/// gets it as it is, another one a list. `None` if its format has no body for them.
pub(crate) fn draft(endpoint: &Endpoint, events: &[Happened]) -> Option<Draft> {
    let Happened { event: first, at, .. } = events.first()?;
    let occurrence = Occurrence { event: first, at: *at };
    let alone = MessageId::of(&first.id);
    match &endpoint.format {
        Format::Standard if endpoint.batch == 1 => {
            Some(Draft { id: alone, body: Envelope::of(&occurrence).to_body().into() })
        }
        Format::Standard => {
            let envelope =
                |Happened { event, at, .. }: &Happened| Envelope::of(&Occurrence { event, at: *at });
            let envelopes: Vec<Envelope> = events.iter().map(envelope).collect();
            let id = MessageId::of(&format!("{}:list:{}", first.id, events.len()));
            Some(Draft { id, body: Envelope::to_batch(&envelopes).into() })
        }
        Format::Paragon { metadata } => {
            let subscription = paragon::Subscription { id: endpoint.id.0, metadata };
            let triggered = paragon::Triggered::of(&occurrence, subscription)?;
            Some(Draft { id: alone, body: triggered.to_body().into() })
        }
        Format::Carbon => None,
    }
}
