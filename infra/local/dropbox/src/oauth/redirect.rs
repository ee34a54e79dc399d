//! Sending the browser back to the app.

use anyhow::Context;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use url::Url;

/// The way back to an app
#[derive(Clone, Copy, Debug)]
pub(super) struct Redirect<'a> {
    uri: &'a str,
    state: Option<&'a str>,
}

impl<'a> Redirect<'a> {
    /// Back to a registered `uri`, with the state that the app gave
    pub(super) fn new(uri: &'a str, state: Option<&'a str>) -> Self {
        Self { uri, state }
    }

    /// With a code
    pub(super) fn code(self, code: &str) -> anyhow::Result<Response> {
        self.with(&[("code", code)])
    }

    /// With an error and a sentence
    pub(super) fn error(self, error: &str, description: &str) -> anyhow::Result<Response> {
        self.with(&[("error", error), ("error_description", description)])
    }

    fn with(self, parameters: &[(&str, &str)]) -> anyhow::Result<Response> {
        let mut url = Url::parse(self.uri).context("the registered redirect URI is not a URL")?;
        url.query_pairs_mut().extend_pairs(parameters);
        if let Some(state) = self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        let response = Response::builder().status(StatusCode::FOUND).header(LOCATION, url.as_str());
        Ok(response.header(CACHE_CONTROL, "no-store").body(Body::empty())?)
    }
}
