//! The way of an answer back to the app: with the browser, or with the person.

use anyhow::Context;
use axum::body::Body;
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, LOCATION};
use url::Url;

use super::page;

/// The way back to an app.
#[derive(Clone, Copy, Debug)]
pub(super) struct Redirect<'a> {
    app: &'a str,
    uri: Option<&'a str>,
    state: Option<&'a str>,
}

impl<'a> Redirect<'a> {
    /// Back to the app of this name at a registered `uri`, with the state that it gave.
    pub(super) fn new(app: &'a str, uri: Option<&'a str>, state: Option<&'a str>) -> Self {
        Self { app, uri, state }
    }

    /// With a code, which a person without an address to go to is shown.
    pub(super) fn code(self, code: &str) -> anyhow::Result<Response> {
        match self.uri {
            Some(uri) => self.with(uri, &[("code", code)]),
            None => Ok(page::code(self.app, code)),
        }
    }

    /// With an error and a sentence, of which a person without an address to go to is shown the sentence.
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
