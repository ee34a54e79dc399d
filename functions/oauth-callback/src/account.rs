//! Gives a grant to [`shared::linking`], and revokes it if it cannot be stored.

use http::StatusCode;
use shared::{
    answer::ApiError,
    dropbox::{DropboxError, NotStored, OauthApp, UnstoredGrant},
    linking::{LinkFor, Linking, Stored},
    metrics::{Metric, Subject},
    model::{ConnectionId, LinkPage},
    store::Link,
};

use crate::connect::Connect;

/// The error for the browser when an account was not linked.
struct LinkError(ApiError);

impl From<DropboxError> for LinkError {
    /// The grant lacks something required.
    fn from(lacking: DropboxError) -> Self {
        Self(not_exchanged(&lacking))
    }
}

/// Links the account to the user: as a new connection, or by making an existing one work again. If the
/// grant cannot be stored, it is revoked at Dropbox.
pub(crate) async fn link_account(
    connect: &Connect,
    link: &Link,
    app: &OauthApp,
    grant: UnstoredGrant,
) -> Result<ConnectionId, ApiError> {
    let (linking, whose) = (linking(connect), whose(link, app));
    let stored =
        grant.store_or_revoke(async |grant| linking.store(&whose, app, grant).await.map_err(LinkError)).await;
    let Stored { connection, then } = stored.map_err(|lost| revoked(connect, link, lost))?;
    then?;
    linking.begin_sync(&connection).await?;
    Ok(connection.id)
}

pub(crate) fn linking(connect: &Connect) -> Linking<'_> {
    Linking {
        store: connect.store.as_ref(),
        tokens: &connect.tokens,
        dropbox: &connect.dropbox,
        requests: &connect.requests,
        bus: connect.bus.as_ref(),
        clock: connect.clock.as_ref(),
    }
}

/// Returns the error for a grant that was not stored; logs and counts it if the grant could not be
/// revoked either.
fn revoked(connect: &Connect, link: &Link, lost: NotStored<LinkError>) -> ApiError {
    if let Err(error) = lost.revoked {
        tracing::error!(link = %link.id, %error, "tokens that are not stored could not be revoked");
        connect.metrics.count(Subject::of_project(link.project), Metric::GrantsNotRevoked, 1);
    }
    lost.error.0
}

/// 502: Dropbox did not exchange a code.
pub(crate) fn not_exchanged(error: &DropboxError) -> ApiError {
    tracing::error!(%error, "a code could not be exchanged");
    let message = "Dropbox did not exchange the code; start again.";
    ApiError::new(StatusCode::BAD_GATEWAY, "dropbox_refused", message)
}

fn whose<'a>(link: &'a Link, app: &'a OauthApp) -> LinkFor<'a> {
    LinkFor {
        project: link.project,
        user: &link.user,
        connection: link.connection,
        other_account: link.other_account,
        scopes: link.scopes.as_ref().unwrap_or(&app.terms.scopes),
        tags: &link.tags,
        chooses: link.page == LinkPage::Choose && !link.syncs_at_once,
    }
}
