//! Failures of actions, and the answers that report them.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, header::RETRY_AFTER};
use reqwest::Body;
use serde_json::{Map, Value};
use shared::answer::ApiError;

use crate::refusal::{self, ErrorForm};

/// Maximum number of characters of Dropbox's error text that are passed on.
const LONGEST_TEXT: usize = 500;

/// Reason why an action was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Reason,
    /// Additional members of the answer.
    members: Map<String, Value>,
}

#[derive(Debug)]
enum Reason {
    /// Refused by us, or failed here.
    Here(ApiError),
    /// Refused by Dropbox, with this answer.
    Dropbox(Box<Response<Bytes>>),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self { reason: Reason::Here(error), members: Map::new() }
    }
}

impl From<Response<Bytes>> for Failure {
    fn from(answer: Response<Bytes>) -> Self {
        Self { reason: Reason::Dropbox(Box::new(answer)), members: Map::new() }
    }
}

impl Failure {
    /// Adds a member to the failure's answer.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Returns the status that the caller gets.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.reason {
            Reason::Here(error) => error.status,
            Reason::Dropbox(answer) => answer.status(),
        }
    }

    /// Returns the code, if the failure is ours.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match &self.reason {
            Reason::Here(error) => Some(error.code),
            Reason::Dropbox(_) => None,
        }
    }

    /// Returns the failure in a code, a sentence that says what is wrong, and the time to wait, if it is known.
    pub(crate) fn parts(&self) -> (String, String, Option<Duration>) {
        match &self.reason {
            Reason::Here(error) => {
                let wait = error.retry_after.map(Duration::from_secs);
                (error.code.to_owned(), error.message.clone(), wait)
            }
            Reason::Dropbox(answer) => {
                let seconds =
                    answer.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
                let message =
                    format!("Dropbox answered {}: {}", answer.status().as_u16(), summary(answer.body()));
                ("dropbox_refused".to_owned(), message, seconds.map(Duration::from_secs))
            }
        }
    }

    /// Returns Dropbox's error, if the failure is Dropbox's and its answer is JSON.
    pub(crate) fn dropbox_error(&self) -> Option<Value> {
        let Reason::Dropbox(answer) = &self.reason else { return None };
        serde_json::from_slice::<Value>(answer.body()).ok()?.get_mut("error").map(Value::take)
    }

    /// Returns the answer: Dropbox's own as it came, including its `user_message`, or ours in Dropbox's form;
    /// with the additional members in either.
    pub(crate) fn into_response(self) -> Response<Body> {
        match self.reason {
            Reason::Here(error) => {
                refusal::response_with(&error, ErrorForm::default(), Value::Object(self.members))
            }
            Reason::Dropbox(answer) if self.members.is_empty() => answer.map(Body::from),
            Reason::Dropbox(answer) => beside(*answer, self.members),
        }
    }
}

/// Returns what Dropbox says is wrong: the summary of an error, or else its text.
fn summary(body: &[u8]) -> String {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let text = match json.as_ref().and_then(|error| error["error_summary"].as_str()) {
        Some(summary) => summary.to_owned(),
        None => String::from_utf8_lossy(body).into_owned(),
    };
    text.chars().take(LONGEST_TEXT).collect()
}

/// Adds members to Dropbox's answer. If that is plain text, as some 400s are, it becomes the message of an
/// error of ours.
fn beside(answer: Response<Bytes>, members: Map<String, Value>) -> Response<Body> {
    match serde_json::from_slice(answer.body()) {
        Ok(Value::Object(mut object)) => {
            object.extend(members);
            answer.map(|_| Body::from(Value::Object(object).to_string()))
        }
        _ => {
            let text: String = String::from_utf8_lossy(answer.body()).chars().take(LONGEST_TEXT).collect();
            let error = ApiError::new(answer.status(), "dropbox_refused", text);
            refusal::response_with(&error, ErrorForm::default(), Value::Object(members))
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::json;

    use super::*;

    fn dropbox(status: StatusCode, body: &'static str) -> Failure {
        let mut answer = Response::new(Bytes::from_static(body.as_bytes()));
        *answer.status_mut() = status;
        answer.into()
    }

    async fn told(failure: Failure) -> (StatusCode, String) {
        let answer = failure.into_response();
        let status = answer.status();
        (status, String::from_utf8(answer.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn dropboxs_answer_passes_as_it_came() {
        let own = "{ \"error\": {\".tag\":\"path\"},\"user_message\":{\"text\":\"Full.\"} }";
        assert_eq!(told(dropbox(StatusCode::CONFLICT, own)).await, (StatusCode::CONFLICT, own.to_owned()));
        let text = "Error in call to API function";
        assert_eq!(
            told(dropbox(StatusCode::BAD_REQUEST, text)).await,
            (StatusCode::BAD_REQUEST, text.to_owned())
        );
    }

    #[tokio::test]
    async fn what_is_added_stands_beside_whatever_dropbox_said() {
        let own = dropbox(StatusCode::CONFLICT, "{\"error\":{\".tag\":\"other\"}}").with("resume", "r");
        let body: Value = serde_json::from_str(&told(own).await.1).unwrap();
        assert_eq!(body, json!({"error": {".tag": "other"}, "resume": "r"}));
        let (status, body) = told(dropbox(StatusCode::BAD_REQUEST, "no path").with("resume", "r")).await;
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            (status, &body["message"], &body["resume"]),
            (StatusCode::BAD_REQUEST, &json!("no path"), &json!("r"))
        );
    }
}
