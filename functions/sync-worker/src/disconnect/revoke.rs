//! The first part: revokes the tokens.

use shared::{
    dropbox::{Dropbox, Session},
    dropbox_calls::CallError,
    metrics::{Metric, Subject},
    model::{Connection, Receipt, Timestamp, TroubleCode},
};

use crate::{Failure, Worker, delay, health::cause_of};

/// Number of failures in a row after which the tokens are removed without Dropbox's answer: some hours after
/// the first failure.
const MOST_FAILURES: u32 = 10;

/// Result of asking Dropbox to revoke the tokens.
enum Revocation {
    /// The tokens have ended (`revoked`), or Dropbox has failed to confirm it too often.
    Done { revoked: bool },
    /// Dropbox must be asked again at `at`.
    Retry { at: Timestamp, failures: u32, code: TroubleCode },
}

/// Revokes the tokens at Dropbox and removes them here, then asks for the second part.
pub(crate) async fn run(worker: &Worker, connection: &Connection) -> Result<(), Failure> {
    let id = connection.id;
    let Some(receipt) = connection.receipt else { return Ok(()) };
    if receipt.finished_at.is_some() {
        return Ok(());
    }
    // A walker that was suspended for longer than its lease may still be at work.
    worker.store.close_log(id).await?;
    if receipt.revoked.is_none() {
        match ask_dropbox(worker, connection).await? {
            Revocation::Done { revoked } => {
                let receipt = Receipt { revoked: Some(revoked), ..receipt };
                worker.store.forget_tokens(id, &receipt).await?;
            }
            Revocation::Retry { at, failures, code } => {
                worker.metrics.count(Subject::of(connection).hindered_by(code), Metric::WalksPutOff, 1);
                return delay::wake(worker, id, at, failures).await;
            }
        }
    }
    worker.count(connection, Metric::WalksSucceeded, 1);
    worker.ask_for_transfers(connection.into()).await
}

async fn ask_dropbox(worker: &Worker, connection: &Connection) -> Result<Revocation, Failure> {
    let now = worker.clock.now();
    let failures = worker.store.schedule(connection.id).await?.failures;
    let revoke = |dropbox: Dropbox, session: Session| async move { dropbox.revoke(&session.token).await };
    Ok(match worker.calls.call(connection, revoke).await {
        // Tokens that Dropbox refuses have ended already.
        Ok(()) | Err(CallError::NeedsReauth) => Revocation::Done { revoked: true },
        Err(CallError::Paused { until, .. }) => {
            worker.count(connection, Metric::RateLimitWaits, 1);
            Revocation::Retry { at: until, failures, code: TroubleCode::RateLimited }
        }
        Err(error) if failures >= MOST_FAILURES => {
            tracing::error!(connection = %connection.id, %error, "tokens were removed and not revoked");
            Revocation::Done { revoked: false }
        }
        Err(error) => {
            let failure = Failure::from(error);
            let code = cause_of(&failure).code;
            tracing::warn!(connection = %connection.id, %failure, failures, "the revocation is put off");
            let at = now.plus(delay::backoff(connection.id, failures));
            Revocation::Retry { at, failures: failures + 1, code }
        }
    })
}
