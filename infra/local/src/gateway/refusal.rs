//! Answers of the gateway's own, as `infra/openapi.yaml` says it to API Gateway in a mock integration.

use anyhow::Context;
use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
        header::{CONTENT_TYPE, STRICT_TRANSPORT_SECURITY},
    },
};
use serde_json::Value;

const HEADER: &str = "method.response.header.";

/// An answer of the gateway's own.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Refusal {
    pub(super) fn read(integration: &Value) -> anyhow::Result<Self> {
        let answer = &integration["responses"]["default"];
        let body = answer["responseTemplates"]["application/json"].as_str().context("no body")?;
        let mut headers =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
        for (name, value) in answer["responseParameters"].as_object().context("no headers")? {
            let name: HeaderName = name.strip_prefix(HEADER).context("no header")?.parse()?;
            let literal = value.as_str().map(|value| value.trim_matches('\'')).context("no text")?;
            // The gateway adds it itself, and only where TLS ends before it.
            if name != STRICT_TRANSPORT_SECURITY {
                headers.insert(name, literal.parse()?);
            }
        }
        let status = answer["statusCode"].as_str().context("no status")?.parse()?;
        Ok(Self { status, headers, body: body.to_owned() })
    }

    pub(super) fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers.clone();
        response
    }
}
