//! From a grant to a connection that works.

use shared::{
    answer::ApiError,
    dropbox::{DropboxError, NotHeld, OauthApp, UnheldGrant},
    linking::{LinkFor, Linking, Stored},
    metrics::{Metric, Subject},
    model::ConnectionId,
    store::Link,
};

use crate::{callback::not_exchanged, connect::Connect};

/// Why an account was not linked, as the browser is told.
struct LinkError(ApiError);

impl From<DropboxError> for LinkError {
    /// Of a grant that lacks what it must have.
    fn from(lacking: DropboxError) -> Self {
        Self(not_exchanged(&lacking))
    }
}

impl Connect {
    /// Links the account to the user: a new connection, or one that they had, working again. What was granted is stored
    /// then; where it is not, it is ended at Dropbox.
    pub(crate) async fn link_account(
        &self,
        link: &Link,
        app: &OauthApp,
        grant: UnheldGrant,
    ) -> Result<ConnectionId, ApiError> {
        let (linking, whose) = (self.linking(), whose(link, app));
        let stored =
            grant.hold(async |grant| linking.store(&whose, app, grant).await.map_err(LinkError)).await;
        let Stored { connection, then } = stored.map_err(|lost| self.revoked(link, lost))?;
        then?;
        linking.begin_sync(&connection).await?;
        Ok(connection.id)
    }

    pub(crate) fn linking(&self) -> Linking<'_> {
        Linking {
            projects: self.projects.as_ref(),
            connections: self.connections.as_ref(),
            schedules: self.schedules.as_ref(),
            token_store: self.token_store.as_ref(),
            users: self.users.as_ref(),
            choices: self.choices.as_ref(),
            source_tags: self.source_tags.as_ref(),
            tokens: &self.tokens,
            dropbox: &self.dropbox,
            requests: &self.requests,
            bus: self.bus.as_ref(),
            clock: self.clock.as_ref(),
        }
    }

    /// Why a grant was not stored, with a note where it could not be ended either.
    fn revoked(&self, link: &Link, lost: NotHeld<LinkError>) -> ApiError {
        if let Err(error) = lost.revoked {
            tracing::error!(link = %link.id, %error, "tokens that are not stored could not be revoked");
            self.metrics.count(Subject::of_project(link.project), Metric::GrantsNotRevoked, 1);
        }
        lost.error.0
    }
}

fn whose<'a>(link: &'a Link, app: &'a OauthApp) -> LinkFor<'a> {
    LinkFor {
        project: link.project,
        user: &link.user,
        connection: link.connection,
        other_account: link.other_account,
        scopes: link.scopes.as_ref().unwrap_or(&app.terms.scopes),
        tags: &link.tags,
    }
}
