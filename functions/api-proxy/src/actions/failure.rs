//! Why an action was not done, and how that is told.

use bytes::Bytes;
use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::{Map, Value};
use shared::answer::ApiError;

use crate::refusal::{self, ErrorForm};

/// Maximum characters of a text of Dropbox's that are told.
const LONGEST_TEXT: usize = 500;

/// Why an action was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    reason: Reason,
    /// Further members of the answer.
    members: Map<String, Value>,
}

#[derive(Debug)]
enum Reason {
    /// It was refused here, or something here failed.
    Here(ApiError),
    /// Dropbox refused it, with this answer.
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
    /// The same failure, with one more member in its answer.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// The status that the caller gets.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.reason {
            Reason::Here(error) => error.status,
            Reason::Dropbox(answer) => answer.status(),
        }
    }

    /// The code of a failure of ours.
    pub(crate) fn code(&self) -> Option<&'static str> {
        match &self.reason {
            Reason::Here(error) => Some(error.code),
            Reason::Dropbox(_) => None,
        }
    }

    /// Dropbox's error, where it is Dropbox's and JSON.
    pub(crate) fn dropbox_error(&self) -> Option<Value> {
        let Reason::Dropbox(answer) = &self.reason else { return None };
        serde_json::from_slice::<Value>(answer.body()).ok()?.get_mut("error").map(Value::take)
    }

    /// The answer: Dropbox's own as it came, its `user_message` included, or ours in the form of Dropbox's; in either, the
    /// further members beside.
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

/// Dropbox's answer with more members. Where it is text, as of some 400s, the text is the message of one of ours.
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
