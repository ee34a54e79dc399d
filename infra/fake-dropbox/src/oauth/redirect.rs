//! Return of a result to the app, through the browser or the person.

use anyhow::Context;
use axum::{body::Body, response::Response};
use http::{
    StatusCode,
    header::{CACHE_CONTROL, LOCATION},
};
use url::Url;

use super::page;

/// Way back to an app.
#[derive(Clone, Copy, Debug)]
pub(super) struct Redirect<'a> {
    app: &'a str,
    uri: Option<&'a str>,
    state: Option<&'a str>,
}

impl<'a> Redirect<'a> {
    /// Creates the way back to the app with this name at a registered `uri`, with the state that it sent.
    pub(super) fn new(app: &'a str, uri: Option<&'a str>, state: Option<&'a str>) -> Self {
        Self { app, uri, state }
    }

    /// Returns a code; without a redirect URI the person gets a page that displays it.
    pub(super) fn code(self, code: &str) -> anyhow::Result<Response> {
        match self.uri {
            Some(uri) => self.with(uri, &[("code", code)]),
            None => Ok(page::code(self.app, code)),
        }
    }

    /// Returns an error and a sentence; without a redirect URI the person gets a page with the sentence.
    pub(super) fn error(self, error: &str, description: &str) -> anyhow::Result<Response> {
        match self.uri {
            Some(uri) => self.with(uri, &[("error", error), ("error_description", description)]),
            None => Ok(page::sentence(StatusCode::BAD_REQUEST, description)),
        }
    }

    fn with(self, uri: &str, parameters: &[(&str, &str)]) -> anyhow::Result<Response> {
        let mut url = Url::parse(uri).context("the registered redirect URI is not a URL")?;
        url.query_pairs_mut().extend_pairs(parameters);
        if let Some(state) = self.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        let response = Response::builder().status(StatusCode::FOUND).header(LOCATION, url.as_str());
        Ok(response.header(CACHE_CONTROL, "no-store").body(Body::empty())?)
    }
}
