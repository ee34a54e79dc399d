//! The port to connects under way.

use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::StoreError;
use crate::model::{AppKey, ConnectionId, ProjectId, SecretHash, Tags, TicketSecret, Timestamp, UserId};

/// A connect that a project's server asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its id: what the server polls.
    pub id: Uuid,
    /// For which project.
    pub project: ProjectId,
    /// For which user of it.
    pub user: UserId,
    /// Where the browser goes when it is done, if not to a page of ours.
    pub return_to: Option<String>,
    /// The connection that is to work again, where it is about one.
    #[serde(default)]
    pub connection: Option<ConnectionId>,
    /// What becomes of another account than that connection's.
    #[serde(default)]
    pub other_account: OtherAccount,
    /// The scopes to ask for, where they are others than the app's usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// The tags that the connection gets, beside those that it has.
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// How far it is.
    pub status: LinkStatus,
    /// The ticket and the authorization are of no use after this.
    pub valid_until: Timestamp,
}

impl Link {
    /// How long a ticket lives, and the authorization that it starts.
    pub const LIFE: Duration = Duration::from_secs(10 * 60);

    /// A connect of a new account that begins now, and the ticket that opens it.
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
            status: LinkStatus::Pending,
            valid_until: now.plus(Self::LIFE),
        };
        (link, TicketSecret::random())
    }
}

/// What becomes of another account than the one that was to be connected again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OtherAccount {
    /// Nothing is linked.
    #[default]
    Refuse,
    /// It is linked as a further connection.
    Add,
}

/// How far a connect is.
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
    /// The user said no at Dropbox.
    Denied,
    /// Dropbox did not give us tokens.
    Failed {
        /// Why, as a sentence.
        reason: String,
    },
}

/// An authorization that Dropbox has been asked for. The PKCE verifier is not in it: it follows from the cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// The connect that it belongs to.
    pub link: Link,
    /// The hash of the cookie of the browser that started it.
    pub browser: SecretHash,
    /// The Dropbox app that asks.
    pub app: AppKey,
}

/// Connects under way. Tickets and states are known by their hashes and used once.
#[async_trait]
pub trait Links: Send + Sync {
    /// Adds a connect and the ticket that opens it.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn add_link(&self, link: &Link, ticket: &SecretHash) -> Result<(), StoreError>;

    /// The connect with this id, of this project only.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn link(&self, project: ProjectId, id: Uuid) -> Result<Option<Link>, StoreError>;

    /// The connect that a ticket opens, without spending the ticket. `None` once it is spent or too old.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn ticket(&self, ticket: &SecretHash, now: Timestamp) -> Result<Option<Link>, StoreError>;

    /// Spends a ticket and stores the authorization that it started, at once or not at all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the ticket was spent before.
    async fn authorize(
        &self,
        ticket: &SecretHash,
        state: &SecretHash,
        authorization: &Authorization,
    ) -> Result<(), StoreError>;

    /// Spends a state. `None` where it is unknown, too old, spent, or was started in another browser; then nothing
    /// changes.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn take_authorization(
        &self,
        state: &SecretHash,
        browser: &SecretHash,
        now: Timestamp,
    ) -> Result<Option<Authorization>, StoreError>;

    /// Records how a connect ended.
    ///
    /// # Errors
    /// Where the store cannot be reached.
    async fn settle_link(&self, project: ProjectId, id: Uuid, status: &LinkStatus) -> Result<(), StoreError>;
}
