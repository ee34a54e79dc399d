//! The account behind a connection. It changes without a notification: its owner joins or leaves a team, or
//! has another e-mail address.

use std::time::Duration;

use shared::{
    dropbox::{Dropbox, DropboxError, Session},
    model::{Connection, RootInfo},
};
use tokio::time::timeout;

use crate::{Failure, Worker};

/// Timeout of the answer about the account. The walk needs its time for other work.
const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the connection with its account's current root and profile, and stores them. If Dropbox does
/// not answer, the connection stays as it was, and the walk goes on with it.
pub(super) async fn refresh(worker: &Worker, connection: Connection) -> Connection {
    let asked = timeout(PATIENCE, ask(worker, &connection)).await;
    let late = || DropboxError::TooSlow("no answer about the account in time".to_owned());
    match asked.unwrap_or_else(|_| Err(late().into())) {
        Ok(current) => store(worker, connection, current).await,
        Err(failure) => {
            tracing::info!(connection = %connection.id, %failure, "the account could not be read");
            connection
        }
    }
}

async fn ask(worker: &Worker, connection: &Connection) -> Result<Connection, Failure> {
    let call =
        |dropbox: Dropbox, session: Session| async move { dropbox.current_account(&session.token).await };
    let account = worker.calls.call(connection, call).await?;
    Ok(connection.clone().with_account(account.root, account.profile))
}

/// Stores the account. If that fails the old one is used, because the next walk would not know which root
/// its cursor belongs to.
async fn store(worker: &Worker, before: Connection, current: Connection) -> Connection {
    if current == before {
        return before;
    }
    if current.root != before.root {
        tracing::info!(connection = %before.id, "the account is rooted elsewhere");
    }
    match worker.store.update_account(&current).await {
        Ok(()) => current,
        Err(error) => {
            tracing::warn!(connection = %before.id, %error, "the account could not be stored");
            before
        }
    }
}

/// Reads and stores the account's root after a call failed because the root has changed. The next walk
/// sees that its cursor belongs to another root. Returns false if the root is the same as before.
pub(super) async fn follow_root(worker: &Worker, connection: &Connection, failure: &Failure) -> bool {
    let current = match failure.dropbox() {
        Some(DropboxError::AppFolder(_)) => {
            let root = RootInfo { app_folder: true, ..connection.root.clone() };
            store(worker, connection.clone(), Connection { root, ..connection.clone() }).await
        }
        _ => refresh(worker, connection.clone()).await,
    };
    current.root != connection.root
}
