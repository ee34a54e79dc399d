//! Parameters of a request, from its query string and its form.

use axum::{body::Body, extract::Request};
use http_body_util::{BodyExt, Limited};
use url::form_urlencoded;

/// Largest form, in bytes.
const LONGEST: usize = 64 * 1024;

/// Parameters; the first with a name counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Returns the parameters of the query string.
    pub(super) fn of_query(request: &Request) -> Self {
        let mut parameters = Self::default();
        parameters.extend(request.uri().query().unwrap_or_default().as_bytes());
        parameters
    }

    /// Returns the parameters of the form in the body, followed by those of the query string. A body that
    /// cannot be read has none.
    pub(super) async fn of_form(request: &mut Request) -> Self {
        let body = std::mem::replace(request.body_mut(), Body::empty());
        let body = Limited::new(body, LONGEST).collect().await;
        let mut parameters = Self::default();
        if let Ok(body) = body {
            parameters.extend(&body.to_bytes());
        }
        parameters.extend(request.uri().query().unwrap_or_default().as_bytes());
        parameters
    }

    /// Returns the value of a parameter that is present and not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, value)| key == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    fn extend(&mut self, encoded: &[u8]) {
        self.0.extend(form_urlencoded::parse(encoded).into_owned());
    }
}
