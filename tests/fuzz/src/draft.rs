//! Requests as text:
//!
//! ```text
//! POST /webhook?query
//! name: value
//!
//! body
//! ```

use http::{HeaderName, HeaderValue, Method, Request, Uri};
use lambda_http::Body;

/// A request parsed from text.
pub(crate) struct Draft<'a> {
    pub(crate) method: Method,
    pub(crate) path: &'a str,
    pub(crate) query: Option<&'a str>,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: &'a [u8],
}

impl<'a> Draft<'a> {
    /// Parses a text; returns `None` if HTTP cannot carry the request.
    pub(crate) fn read(text: &'a [u8]) -> Option<Self> {
        Self::read_with(text, <[u8]>::to_vec)
    }

    /// Parses a text like [`Self::read`], changing the values of headers first.
    pub(crate) fn read_with(text: &'a [u8], change: impl Fn(&[u8]) -> Vec<u8>) -> Option<Self> {
        let (first, mut rest) = line(text);
        let (method, target) = std::str::from_utf8(first).ok()?.split_once(' ')?;
        let (path, query) =
            target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let mut headers = Vec::new();
        while !rest.is_empty() {
            let (header, after) = line(rest);
            rest = after;
            if header.is_empty() {
                break;
            }
            let colon = header.iter().position(|byte| *byte == b':')?;
            let value = change(header[colon + 1..].trim_ascii());
            let name = HeaderName::from_bytes(&header[..colon]).ok()?;
            headers.push((name, HeaderValue::from_bytes(&value).ok()?));
        }
        Some(Self { method: method.parse().ok()?, path, query, headers, body: rest })
    }

    /// Builds the request; returns `None` if the query is not valid in an address.
    pub(crate) fn request(&self) -> Option<Request<Body>> {
        let uri: Uri = format!("/?{}", self.query.unwrap_or_default()).parse().ok()?;
        let mut request = Request::new(Body::Binary(self.body.to_vec()));
        (*request.method_mut(), *request.uri_mut()) = (self.method.clone(), uri);
        for (name, value) in &self.headers {
            request.headers_mut().append(name, value.clone());
        }
        Some(request)
    }

    /// Returns the first header with this name, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        value.to_str().ok()
    }

    /// Returns the first value of this name in the query.
    pub(crate) fn asked(&self, name: &str) -> Option<String> {
        field(self.query.unwrap_or_default().as_bytes(), name)
    }
}

/// Returns the first value of this name in a form.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    let found = url::form_urlencoded::parse(form).find(|(key, _)| key == name);
    found.map(|(_, value)| value.into_owned())
}

/// Splits a text into its first line and the rest.
pub(crate) fn line(text: &[u8]) -> (&[u8], &[u8]) {
    match text.iter().position(|byte| *byte == b'\n') {
        Some(end) => (&text[..end], &text[end + 1..]),
        None => (text, &[]),
    }
}
