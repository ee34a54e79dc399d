//! Our refusals in Dropbox's form, so that its SDKs raise the same exceptions for them and wait as they do
//! for Dropbox: `error_summary`, `error` and `user_message` beside our `code` and `message`.
//!
//! The SDKs read a 401 as an `AuthError`, a 429 as a `RateLimitError` with all of its fields, and a 403, 404
//! or 409 as the error of the called route. In that, they read an unknown tag as "other", unless the
//! specification has closed the type. There is no request id of Dropbox's, because its support would look for
//! it in vain.

use http::{Response, StatusCode};
use reqwest::Body;
use serde_json::{Value, json};
use shared::{answer::ApiError, dropbox::Route};

/// Rate limits that the SDKs know by name.
const RATE_LIMITS: [&str; 2] = ["too_many_requests", "too_many_write_operations"];

/// Form of a route's errors.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ErrorForm {
    /// A tag, which may be unknown to the SDKs.
    #[default]
    Tag,
    /// A tag that must be known to the SDKs, namely `path`, with a tag below it that may be unknown.
    Path,
    /// An object without a tag of its own, with a tagged one below `access_error`.
    AccessError,
}

impl ErrorForm {
    /// Returns the form of a route's errors. The specification's closed error types are `GetMetadataError`
    /// and those built on it, `CreateFolderError`, `PreviewError`, `ThumbnailError` and
    /// `CreateSharedLinkWithSettingsError`.
    pub(crate) fn of(route: &Route) -> Self {
        match route.path() {
            "/2/files/alpha/get_metadata"
            | "/2/files/create_folder"
            | "/2/files/create_folder_v2"
            | "/2/files/get_metadata"
            | "/2/files/get_preview"
            | "/2/files/get_thumbnail"
            | "/2/sharing/create_shared_link_with_settings" => Self::Path,
            "/2/team/team_folder/list" => Self::AccessError,
            _ => Self::Tag,
        }
    }

    /// Returns the error with a tag, and its summary.
    fn tell(self, tag: &str) -> (Value, String) {
        let tagged = json!({".tag": tag});
        match self {
            Self::Tag => (tagged, format!("{tag}/")),
            Self::Path => (json!({".tag": "path", "path": tagged}), format!("path/{tag}/")),
            Self::AccessError => (json!({"access_error": tagged}), format!("access_error/{tag}/")),
        }
    }
}

/// Returns the refusal as an HTTP response, for a route with errors of this form.
pub(crate) fn response(error: &ApiError, form: ErrorForm) -> Response<Body> {
    response_with(error, form, json!({}))
}

/// Does the same, with the members of the object `body` added.
pub(crate) fn response_with(error: &ApiError, form: ErrorForm, mut body: Value) -> Response<Body> {
    let (value, summary) = in_form(error, form);
    body["error_summary"] = summary.into();
    body["error"] = value;
    body["user_message"] = json!({"text": error.message, "locale": "en"});
    error.response_with(body)
}

/// Returns the value of `error` in this form, and the summary of it.
fn in_form(error: &ApiError, form: ErrorForm) -> (Value, String) {
    match error.status {
        StatusCode::UNAUTHORIZED => ErrorForm::Tag.tell("invalid_access_token"),
        StatusCode::FORBIDDEN => form.tell("no_permission"),
        StatusCode::NOT_FOUND | StatusCode::CONFLICT => form.tell(error.code),
        StatusCode::TOO_MANY_REQUESTS => {
            let reason = RATE_LIMITS.into_iter().find(|name| *name == error.code).unwrap_or(RATE_LIMITS[0]);
            let (reason, summary) = ErrorForm::Tag.tell(reason);
            (json!({"reason": reason, "retry_after": error.retry_after.unwrap_or(1)}), summary)
        }
        _ => ErrorForm::Tag.tell(error.code),
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn body(status: u16, code: &'static str, route: &str) -> Value {
        let error = ApiError::new(StatusCode::from_u16(status).unwrap(), code, "A sentence.").after(3);
        let answer = response(&error, ErrorForm::of(&Route::parse(route).unwrap()));
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "application/json", "the Python SDK compares it");
        assert_eq!(answer.headers()["retry-after"], "3");
        serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    // T30
    #[tokio::test]
    async fn a_refusal_has_the_form_that_the_sdks_read_for_its_status() {
        for (status, code, route, error, summary) in [
            (400, "malformed_body", "2/a/b", json!({".tag": "malformed_body"}), "malformed_body/"),
            (401, "token_refused", "2/a/b", json!({".tag": "invalid_access_token"}), "invalid_access_token/"),
            (403, "not_permitted", "2/a/b", json!({".tag": "no_permission"}), "no_permission/"),
            (404, "not_connected", "2/a/b", json!({".tag": "not_connected"}), "not_connected/"),
            (409, "needs_reauth", "2/files/list_folder", json!({".tag": "needs_reauth"}), "needs_reauth/"),
            (
                409,
                "needs_reauth",
                "2/files/get_metadata",
                json!({".tag": "path", "path": {".tag": "needs_reauth"}}),
                "path/needs_reauth/",
            ),
            (
                404,
                "not_connected",
                "2/team/team_folder/list",
                json!({"access_error": {".tag": "not_connected"}}),
                "access_error/not_connected/",
            ),
            (
                413,
                "request_too_large",
                "2/files/upload",
                json!({".tag": "request_too_large"}),
                "request_too_large/",
            ),
            (
                429,
                "too_many_longpolls",
                "2/files/get_metadata",
                json!({"reason": {".tag": "too_many_requests"}, "retry_after": 3}),
                "too_many_requests/",
            ),
            (
                429,
                "too_many_write_operations",
                "2/files/delete_v2",
                json!({"reason": {".tag": "too_many_write_operations"}, "retry_after": 3}),
                "too_many_write_operations/",
            ),
            (503, "unavailable", "2/files/get_metadata", json!({".tag": "unavailable"}), "unavailable/"),
        ] {
            let body = body(status, code, route).await;
            assert_eq!(
                (&body["error"], &body["error_summary"]),
                (&error, &json!(summary)),
                "{status} {route}"
            );
            assert_eq!((&body["code"], &body["message"]), (&json!(code), &json!("A sentence.")), "{status}");
            assert_eq!(body["user_message"]["text"], "A sentence.", "{status}");
        }
    }
}
