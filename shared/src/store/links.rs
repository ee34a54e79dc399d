//! The port to links: connects under way.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{PopupTerms, StoreError};
use crate::model::{
    AppKey, ConnectionId, Label, LinkPage, ProjectId, SecretHash, Tags, TicketSecret, Timestamp, UserId,
};

/// A link, by which a user connects an account on behalf of a project's server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Its id, by which the server polls it.
    pub id: Uuid,
    /// The project.
    pub project: ProjectId,
    /// The user of that project.
    pub user: UserId,
    /// Address to which the browser goes at the end; absent for a page of ours.
    pub return_to: Option<String>,
    /// The connection to connect again, if the link is about one.
    #[serde(default)]
    pub connection: Option<ConnectionId>,
    /// Treatment of another account than that connection's.
    #[serde(default)]
    pub other_account: OtherAccount,
    /// The scopes to ask for, if they differ from the app's usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The tags to add to those of the connection.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// The page on which it ends.
    #[serde(default)]
    pub page: LinkPage,
    /// Whether the whole account may be selected when it is connected, although a page for choosing follows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub syncs_at_once: bool,
    /// The link of the visit in which this one was made: its status says how the visit ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub visit: Option<Uuid>,
    /// Whether Dropbox is asked in any case, even if the page could be opened for an account that works.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_dropbox: bool,
    /// Label of the files that are chosen on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Tag of the language of its pages; absent for the browser's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Terms of a link for a popup of the application's page; absent for a link that its server has made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub popup: Option<PopupTerms>,
    /// Hash of the cookie of the only browser in which it works; absent for any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub browser: Option<SecretHash>,
    /// Its status.
    pub status: LinkStatus,
    /// Latest reports of its window.
    #[serde(default, skip_serializing_if = "WindowReports::is_empty")]
    pub window: WindowReports,
    /// Time after which the ticket and the authorization are void.
    pub valid_until: Timestamp,
}

impl Link {
    /// Lifetime of a ticket, and of the authorization that it starts.
    pub const LIFE: Duration = Duration::from_secs(10 * 60);

    /// Returns a pending link for a new account, and the ticket that opens it.
    #[must_use]
    pub fn new(project: ProjectId, user: UserId, now: Timestamp) -> (Self, TicketSecret) {
        let link = Self {
            id: Uuid::new_v4(),
            project,
            user,
            return_to: None,
            connection: None,
            other_account: OtherAccount::default(),
            scopes: None,
            tags: Tags::new(),
            page: LinkPage::default(),
            asks_dropbox: false,
            syncs_at_once: false,
            visit: None,
            label: None,
            language: None,
            popup: None,
            browser: None,
            status: LinkStatus::Pending,
            window: WindowReports::default(),
            valid_until: now.plus(Self::LIFE),
        };
        (link, TicketSecret::random())
    }
}

/// Treatment of an account other than the one to be connected again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherAccount {
    /// Refuse it: nothing is linked.
    #[default]
    Refuse,
    /// Link it as a further connection.
    Add,
}

/// The latest reports of a window, by the browser's clock, in milliseconds since 1970. A page that is loaded again says
/// which report of leaving was none, so the two may arrive in any order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowReports {
    /// The latest report that it is left.
    pub left: u64,
    /// The latest report of leaving after which the page was there again.
    pub returned: u64,
}

impl WindowReports {
    /// Returns whether the window has said nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether the window is left.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.left > self.returned
    }
}

/// Status of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum LinkStatus {
    /// The user has not finished.
    Pending,
    /// The account is linked.
    Connected {
        /// The connection.
        connection: ConnectionId,
    },
    /// The user has saved what is to be synced.
    Chosen {
        /// The connection.
        connection: ConnectionId,
        /// Number of targets that were selected.
        selected: usize,
        /// Number of targets whose selection ended.
        deselected: usize,
    },
    /// The user has left the pages without saving.
    Closed {
        /// The connection whose pages the link was about, if it was about one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        connection: Option<ConnectionId>,
        /// Time at which the window was left; absent if the user has left by a button.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        left_at: Option<Timestamp>,
    },
    /// The user declined at Dropbox.
    Denied,
    /// Connecting failed.
    Failed {
        /// The reason, as a sentence.
        reason: String,
    },
}

impl LinkStatus {
    /// Time after which a window that was left is closed: until then it may be one that is loaded again.
    pub const RELOAD: Duration = Duration::from_secs(5);

    /// Returns the status as it is at a time: a window that has just been left is not closed yet.
    #[must_use]
    pub fn at(&self, now: Timestamp) -> Self {
        match *self {
            Self::Closed { connection: Some(connection), left_at: Some(at) }
                if now < at.plus(Self::RELOAD) =>
            {
                Self::Connected { connection }
            }
            Self::Closed { connection, .. } => Self::Closed { connection, left_at: None },
            _ => self.clone(),
        }
    }

    /// Returns its name, as in answers.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Connected { .. } => "connected",
            Self::Chosen { .. } => "chosen",
            Self::Closed { .. } => "closed",
            Self::Denied => "denied",
            Self::Failed { .. } => "failed",
        }
    }
}

/// An authorization requested from Dropbox. The PKCE verifier is not part of it: it is derived from the
/// cookie.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Authorization {
    /// The link that it belongs to.
    pub link: Link,
    /// Hash of the cookie of the browser that started it.
    pub browser: SecretHash,
    /// Key of the Dropbox app that asks.
    pub app: AppKey,
}

/// Store of links. Tickets and states are found by their hashes, and each works once.
#[async_trait]
pub trait Links: Send + Sync {
    /// Adds a link and the ticket that opens it.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn add_link(&self, link: &Link, ticket: &SecretHash) -> Result<(), StoreError>;

    /// Returns the link with this id, if it is this project's.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn link(&self, project: ProjectId, id: Uuid) -> Result<Option<Link>, StoreError>;

    /// Returns the link that a ticket opens, without spending the ticket; `None` if it is spent or expired.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn ticket(&self, ticket: &SecretHash, now: Timestamp) -> Result<Option<Link>, StoreError>;

    /// Spends a ticket and stores the authorization that it started, atomically.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if the ticket was already spent.
    async fn authorize(
        &self,
        ticket: &SecretHash,
        state: &SecretHash,
        authorization: &Authorization,
    ) -> Result<(), StoreError>;

    /// Spends a state, and returns its authorization. Returns `None`, and changes nothing, if the state is
    /// unknown, expired or spent, or was started in another browser.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn take_authorization(
        &self,
        state: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Authorization>, StoreError>;

    /// Records the final status of a link.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn finish_link(&self, project: ProjectId, id: Uuid, status: &LinkStatus) -> Result<(), StoreError>;

    /// Replaces the status of a link as it was read, and what its window has said.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if either is another one by now.
    async fn change_link(
        &self,
        read: &Link,
        status: &LinkStatus,
        window: WindowReports,
    ) -> Result<(), StoreError>;

    /// Removes a link, if it exists. What was connected by it stays.
    ///
    /// # Errors
    /// Fails if the store cannot be reached.
    async fn remove_link(&self, project: ProjectId, id: Uuid) -> Result<(), StoreError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_that_was_left_is_closed_after_some_seconds() {
        let connection = ConnectionId::random();
        let left = LinkStatus::Closed { connection: Some(connection), left_at: Some(Timestamp(10_000)) };
        assert_eq!(left.at(Timestamp(14_999)), LinkStatus::Connected { connection });
        let closed = LinkStatus::Closed { connection: Some(connection), left_at: None };
        assert_eq!(left.at(Timestamp(15_000)), closed);
        assert_eq!(closed.at(Timestamp(0)), closed);
    }
}
