//! The port to popups: windows in which the page of an application has its user connect an account.
//!
//! A popup begins with two requests of the same page that know nothing of each other: the window that the
//! page opens, which has the browser's cookie, and a call by script, which has not. Each leaves a row.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use crate::model::{ProjectId, SecretHash, Timestamp, UserId};

/// A popup, as its window has opened it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Popup {
    /// Hash of the ticket in the window's address.
    pub ticket: SecretHash,
    /// The project.
    pub project: ProjectId,
    /// The user of that project, from the page's token.
    pub user: UserId,
    /// The page's origin, one of the project's.
    pub origin: String,
    /// Hash of the page's token, by which the page's call is found.
    pub token: SecretHash,
    /// Hash of the cookie of the window's browser.
    pub browser: SecretHash,
    /// Whether the window has seen that a page of that origin, of that user, has opened it.
    pub is_opener_confirmed: bool,
    /// Time at which the window was opened.
    pub opened_at: Timestamp,
    /// Time after which it is void.
    pub valid_until: Timestamp,
}

/// The last call of a page to have a popup's address made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopupCall {
    /// Time of the call.
    pub at: Timestamp,
    /// Its outcome.
    pub outcome: PopupOutcome,
    /// Time after which it is void.
    pub valid_until: Timestamp,
}

/// Outcome of a page's call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum PopupOutcome {
    /// A link was made.
    Made {
        /// The link.
        link: Uuid,
        /// Hash of the ticket that opens it.
        ticket: SecretHash,
    },
    /// The call was refused.
    Refused {
        /// Code of the error.
        code: String,
        /// Its sentence.
        message: String,
    },
}

/// Terms of a link for a popup, besides those of any link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PopupTerms {
    /// Origin of the page that is told how it ended; one of the project's.
    pub origin: String,
    /// Id of the integration, as the page knows it.
    pub integration: Uuid,
    /// Redirect URI of the application's own, on one of the project's origins; absent for ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect_uri: Option<String>,
    /// The application's own id for the credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// Store of popups. Their rows expire with the cookie of the browser.
#[async_trait]
pub trait Popups: Send + Sync {
    /// Stores a popup that has been opened.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn open_popup(&self, popup: &Popup) -> Result<(), StoreError>;

    /// Returns the popups of a browser that have not expired.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn popups(&self, browser: &SecretHash, now: Timestamp) -> Result<Vec<Popup>, StoreError>;

    /// Returns a browser's popup with this ticket, unless it has expired.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn popup(
        &self,
        browser: &SecretHash,
        ticket: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Popup>, StoreError>;

    /// Records that a browser's popup has seen who opened it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the browser has no such popup.
    async fn confirm_opener(&self, browser: &SecretHash, ticket: &SecretHash) -> Result<(), StoreError>;

    /// Records the last call that was made with a token.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn record_popup_call(&self, token: &SecretHash, call: &PopupCall) -> Result<(), StoreError>;

    /// Returns the last call that was made with a token, unless it has expired.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn popup_call(&self, token: &SecretHash, now: Timestamp) -> Result<Option<PopupCall>, StoreError>;
}
