//! Authentication of apps at the token endpoint.

use axum::extract::Request;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;

use super::{form::Parameters, refusal::Refusal};
use crate::{crypto, service::Service};

/// App that requests a token.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// App key.
    pub(super) key: String,
    /// Whether it has sent its secret, rather than only its key.
    pub(super) is_authenticated: bool,
}

impl Client {
    /// Reads the app of a request: from a Basic header, form fields or the query string.
    pub(super) fn read(
        service: &Service,
        basic: Option<&str>,
        parameters: &Parameters,
    ) -> Result<Self, Refusal> {
        let (key, secret) = match basic {
            Some(header) => decode(header).ok_or(Refusal::InvalidClient)?,
            None => {
                let missing = Refusal::InvalidRequest("missing required field \"client_id\"");
                let key = parameters.get("client_id").ok_or(missing)?;
                (key.to_owned(), parameters.get("client_secret").map(ToOwned::to_owned))
            }
        };
        let app = service.app(&key).ok_or(Refusal::InvalidClient)?;
        match &secret {
            Some(secret) if !crypto::same_secret(secret, &app.secret) => Err(Refusal::InvalidClient),
            _ => Ok(Self { key, is_authenticated: secret.is_some() }),
        }
    }

    /// Refuses an app that has not sent its secret, unless what it redeems was requested with a challenge.
    pub(super) fn require(&self, has_challenge: bool) -> Result<(), Refusal> {
        if self.is_authenticated || has_challenge { Ok(()) } else { Err(Refusal::InvalidClient) }
    }
}

/// Returns the Basic credentials of a request.
pub(super) fn basic(request: &Request) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    header.strip_prefix("Basic ").map(ToOwned::to_owned)
}

fn decode(header: &str) -> Option<(String, Option<String>)> {
    let decoded = String::from_utf8(STANDARD.decode(header.trim()).ok()?).ok()?;
    let (key, secret) = decoded.split_once(':')?;
    Some((key.to_owned(), (!secret.is_empty()).then(|| secret.to_owned())))
}
