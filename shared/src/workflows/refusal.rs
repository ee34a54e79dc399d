//! Reasons why a run does not start, as errors for whoever asked for one. None is 401 or 403, at which Paragon's SDK
//! would sign its user out.

use http::StatusCode;

use super::NotStarted;
use crate::answer::ApiError;

impl From<NotStarted> for ApiError {
    fn from(reason: NotStarted) -> Self {
        match reason {
            NotStarted::Paused => Self::conflict("workflow_paused", "The project has paused this workflow."),
            NotStarted::NotEnabled => {
                Self::conflict("workflow_not_enabled", "The workflow is not enabled for this user.")
            }
            NotStarted::OtherConnection => {
                let message = "The user has enabled the workflow for another account.";
                Self::conflict("workflow_not_enabled", message)
            }
            NotStarted::UserDeleted => Self::not_found(
                "user_not_found",
                "The user was deleted; who connects an account is a user again.",
            ),
            NotStarted::ConnectionGone => {
                Self::not_found("connection_not_found", "The user has no such connection, or no longer.")
            }
            NotStarted::TriggerTooLarge => {
                let message = format!("The request is too large: {reason}.");
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
            }
        }
    }
}
