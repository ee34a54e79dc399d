//! Argument of a call, read from where the route's style puts it.

use axum::{
    body::{Body, Bytes},
    extract::Request,
};
use http::{HeaderMap, Method, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Collected, Limited};
use serde::{
    Deserialize,
    de::{self, DeserializeOwned, Deserializer, Error},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use super::failure::Failure;

/// Largest argument in a body, in bytes.
const LONGEST: usize = 1024 * 1024;

/// Places of a route's argument and result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Both in JSON bodies.
    Rpc,
    /// The argument in a header, bytes in the request's body.
    Upload,
    /// The argument in a header, bytes in the response's body.
    Download,
}

impl Style {
    /// Returns the name of the argument's place in error messages.
    pub(crate) fn place(self) -> &'static str {
        match self {
            Self::Rpc => "request body",
            Self::Upload | Self::Download => "HTTP header \"Dropbox-API-Arg\"",
        }
    }

    fn content_types(self) -> &'static [&'static str] {
        match self {
            Self::Rpc => &[
                "application/json",
                "application/json; charset=utf-8",
                "text/plain; charset=dropbox-cors-hack",
            ],
            Self::Upload => &["application/octet-stream", "text/plain; charset=dropbox-cors-hack"],
            Self::Download => &["", "application/octet-stream", "text/plain", "text/plain; charset=utf-8"],
        }
    }

    /// Takes the argument from a request.
    pub(crate) async fn take(self, request: &mut Request) -> Result<Bytes, Failure> {
        self.check_method(request.method())?;
        if self != Self::Rpc {
            self.check_content_type(request.headers())?;
            return argument_beside_body(request);
        }
        let body = std::mem::replace(request.body_mut(), Body::empty());
        let body = Limited::new(body, LONGEST).collect().await;
        let body =
            body.map_err(|_| Failure::Request("The request body cannot be read.".to_owned()))?.to_bytes();
        if !body.is_empty() || request.headers().contains_key(CONTENT_TYPE) {
            self.check_content_type(request.headers())?;
        }
        Ok(body)
    }

    /// Returns the argument of a request without consuming it; empty if it cannot be read.
    pub(crate) async fn peek(self, request: &mut Request) -> Bytes {
        if self != Self::Rpc {
            return argument_beside_body(request).unwrap_or_default();
        }
        let body = std::mem::replace(request.body_mut(), Body::empty());
        let body = Limited::new(body, LONGEST).collect().await;
        let argument = body.map(Collected::to_bytes).unwrap_or_default();
        *request.body_mut() = Body::from(argument.clone());
        argument
    }

    fn check_method(self, method: &Method) -> Result<(), Failure> {
        if method == Method::POST || self == Self::Download && method == Method::GET {
            return Ok(());
        }
        Err(Failure::Request(format!("This function cannot be called with HTTP method \"{method}\".")))
    }

    fn check_content_type(self, headers: &HeaderMap) -> Result<(), Failure> {
        let given = headers.get(CONTENT_TYPE).map_or(&b""[..], |value| value.as_bytes());
        let given = String::from_utf8_lossy(given);
        let expected = self.content_types();
        if expected.iter().any(|expected| given.eq_ignore_ascii_case(expected)) {
            return Ok(());
        }
        let expected: Vec<String> = expected.iter().map(|expected| format!("\"{expected}\"")).collect();
        let expected = expected.join(", ");
        Err(Failure::Request(format!(
            "Bad HTTP \"Content-Type\" header: \"{given}\".  Expecting one of {expected}."
        )))
    }
}

/// Returns the value of a parameter in the query string.
pub(crate) fn query(request: &Request, name: &str) -> Option<String> {
    let query = request.uri().query().unwrap_or_default();
    form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

fn argument_beside_body(request: &Request) -> Result<Bytes, Failure> {
    if let Some(header) = request.headers().get("dropbox-api-arg") {
        return Ok(Bytes::copy_from_slice(header.as_bytes()));
    }
    let missing = "Must provide HTTP header \"Dropbox-API-Arg\" or URL parameter \"arg\".";
    query(request, "arg").map(Bytes::from).ok_or_else(|| Failure::Request(missing.to_owned()))
}

/// Parses an argument. An empty one is parsed as `null`, which functions without an argument take.
pub(crate) fn parse<A: DeserializeOwned>(bytes: &[u8]) -> Result<A, Failure> {
    let bytes = if bytes.is_empty() && takes_nothing::<A>() { b"null" } else { bytes };
    let undecodable = || Failure::Argument("could not decode input as JSON".to_owned());
    let value: Value = serde_json::from_slice(bytes).map_err(|_| undecodable())?;
    serde_json::from_value(value).map_err(|error| Failure::Argument(in_dropboxs_words(&error.to_string())))
}

fn takes_nothing<A: DeserializeOwned>() -> bool {
    serde_json::from_value::<A>(Value::Null).is_ok()
}

fn in_dropboxs_words(message: &str) -> String {
    let name = message.split('`').nth(1).unwrap_or_default();
    if message.starts_with("unknown field") {
        format!("unknown field '{name}'")
    } else if message.starts_with("missing field") {
        format!("missing required field '{name}'")
    } else {
        message.replace('`', "'").replace("invalid type: ", "wrong type: ")
    }
}

/// Returns the cursor in an argument, whatever its other members are.
pub(crate) fn cursor(bytes: &[u8]) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Arg {
        cursor: String,
    }
    parse(bytes).map(|Arg { cursor }| cursor)
}

/// Deserializes a union, whose members without content may be given as a plain string.
pub(crate) fn union<'de, D: Deserializer<'de>, T: DeserializeOwned>(deserializer: D) -> Result<T, D::Error> {
    let value = match Value::deserialize(deserializer)? {
        Value::String(tag) => json!({ ".tag": tag }),
        other => other,
    };
    serde_json::from_value(value).map_err(D::Error::custom)
}

/// Deserializes an optional union.
pub(crate) fn optional_union<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let given = Option::<Value>::deserialize(deserializer)?;
    given.map(union).transpose().map_err(D::Error::custom)
}

/// Deserializes an optional list of unions.
pub(crate) fn optional_unions<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let given = Option::<Vec<Value>>::deserialize(deserializer)?;
    let read = |given: Vec<Value>| given.into_iter().map(union).collect::<Result<_, _>>();
    given.map(read).transpose().map_err(D::Error::custom)
}

/// Deserializes a time in Dropbox's format.
pub(crate) fn timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let shape = "time data did not match format '%Y-%m-%dT%H:%M:%SZ'";
    crate::clock::parse_timestamp(&text).map(Some).ok_or_else(|| de::Error::custom(shape))
}
