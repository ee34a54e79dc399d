//! Answers, and errors in the form that Carbon's clients expect: `{"detail": …}`, a list of the body's errors
//! for 422, and a sentence for any other status, with our own `code` beside it.

use http::{
    HeaderValue, Response, StatusCode,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};
use lambda_http::Body;
use serde_json::{Value, json};
use shared::{
    answer::{self, ApiError},
    queue::RequestError,
    seal::SealError,
    store::StoreError,
};

pub(crate) use shared::answer::found;

use crate::fields::WrongField;

/// Reason why a request is refused. It repeats nothing that the caller sent, because `carbon-connect` writes
/// `detail` into a page as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// 422: the body does not have the form that the route requires.
    Fields(Vec<WrongField>),
    /// Any other error.
    Other(ApiError),
}

impl Refusal {
    /// Whether the error is the caller's (4xx).
    pub(crate) fn is_the_callers(&self) -> bool {
        match self {
            Self::Fields(_) => true,
            Self::Other(error) => error.status.is_client_error(),
        }
    }

    /// Whether the error is a 404.
    pub(crate) fn is_not_found(&self) -> bool {
        matches!(self, Self::Other(error) if error.status == StatusCode::NOT_FOUND)
    }

    /// Returns the refusal as an HTTP response.
    pub(crate) fn into_response(self) -> Response<Body> {
        let error = match self {
            Self::Fields(wrong) => {
                let detail: Vec<Value> = wrong.iter().map(WrongField::to_json).collect();
                return answer::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({"detail": detail}));
            }
            Self::Other(error) => error,
        };
        let mut response = answer::json(error.status, &json!({"detail": error.message, "code": error.code}));
        let headers = response.headers_mut();
        if let Some(seconds) = error.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = error.challenge_header() {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Other(error)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

impl From<RequestError> for Refusal {
    fn from(error: RequestError) -> Self {
        Self::Other(error.into())
    }
}

impl From<SealError> for Refusal {
    fn from(error: SealError) -> Self {
        Self::Other(error.into())
    }
}
