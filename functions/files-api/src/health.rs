//! A connection's health in answers.

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};
use shared::{
    model::{
        Connection, ConnectionId, ConnectionStatus, Head, Health, HealthState, Timestamp, Trouble,
        TroubleCode,
    },
    store::{HealthStore, StoreError},
};

/// Maximum number of connections whose health is read at the same time.
const PARALLEL_READS: usize = 8;

/// Reads the health of each connection, in order.
pub(crate) async fn of_each(
    store: &dyn HealthStore,
    connections: Vec<ConnectionId>,
) -> Result<Vec<Health>, StoreError> {
    let reads = stream::iter(connections).map(|connection| store.health(connection));
    reads.buffered(PARALLEL_READS).try_collect().await
}

/// Returns the short form, as in the list of connections.
pub(crate) fn brief(connection: &Connection, health: &Health) -> Value {
    let (code, since) = match reason(connection, health) {
        Some((code, trouble)) => (Some(code), trouble.map(|trouble| trouble.since)),
        None => (None, None),
    };
    json!({"state": HealthState::of(connection.status, health), "code": code, "since": date(since)})
}

/// Returns the full form: the trouble and since when, what was tried and will be tried next, the remedy, and
/// the last success.
pub(crate) fn shown(connection: &Connection, health: &Health, head: &Head) -> Value {
    let mut shown = brief(connection, health);
    let reason = reason(connection, health);
    let trouble = reason.and_then(|(_, trouble)| trouble);
    shown["message"] = json!(reason.map(|(code, _)| code.meaning()));
    shown["remedy"] = json!(reason.map(|(code, _)| code.remedy()));
    shown["scope"] = json!(trouble.and_then(|trouble| trouble.scope.as_deref()));
    shown["work"] = json!(trouble.and(health.worst()).map(|(work, _)| work));
    shown["failures"] = json!(trouble.map_or(0, |trouble| trouble.failures));
    shown["retry_at"] = json!(date(trouble.and_then(|trouble| trouble.retry_at)));
    shown["last_synced_at"] = json!(date(head.drained_at));
    shown["last_error"] = json!(health.last_error.as_ref().map(|error| {
        json!({
            "code": error.code,
            "message": error.code.meaning(),
            "scope": error.scope,
            "work": error.work,
            "at": error.at.to_string(),
        })
    }));
    shown
}

/// Returns what hinders a connection, and the failures that the worker recorded for it. There may be none for
/// refused tokens, because other functions may have noticed the refusal.
fn reason<'a>(connection: &Connection, health: &'a Health) -> Option<(TroubleCode, Option<&'a Trouble>)> {
    match connection.status {
        ConnectionStatus::Disconnected => None,
        ConnectionStatus::NeedsReauth => {
            let noted = health.worst().map(|(_, trouble)| trouble);
            Some((TroubleCode::NeedsReauth, noted.filter(|trouble| trouble.code == TroubleCode::NeedsReauth)))
        }
        ConnectionStatus::Active => health.worst().map(|(_, trouble)| (trouble.code, Some(trouble))),
    }
}

fn date(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use async_trait::async_trait;
    use shared::model::TransferCounts;

    use super::*;

    /// A store that counts concurrent reads.
    #[derive(Default)]
    struct Counting {
        now: AtomicUsize,
        most: AtomicUsize,
    }

    #[async_trait]
    impl HealthStore for Counting {
        async fn health(&self, connection: ConnectionId) -> Result<Health, StoreError> {
            let now = self.now.fetch_add(1, SeqCst) + 1;
            self.most.fetch_max(now, SeqCst);
            tokio::task::yield_now().await;
            self.now.fetch_sub(1, SeqCst);
            // The version identifies the connection.
            Ok(Health { version: version(connection), ..Health::default() })
        }

        async fn set_health(&self, _: ConnectionId, _: u64, _: &Health) -> Result<(), StoreError> {
            unreachable!("it is only read")
        }

        async fn transfer_counts(&self, _: ConnectionId) -> Result<TransferCounts, StoreError> {
            unreachable!("only the health is read")
        }

        async fn add_transfer_counts(&self, _: ConnectionId, _: &TransferCounts) -> Result<(), StoreError> {
            unreachable!("it is only read")
        }
    }

    fn version(connection: ConnectionId) -> u64 {
        u64::from_str_radix(&connection.to_string()[..8], 16).unwrap()
    }

    #[tokio::test]
    async fn the_health_of_many_connections_is_read_eight_at_a_time() {
        for (count, at_once) in [(0, 0), (1, 1), (5, 5), (8, 8), (30, 8)] {
            let connections: Vec<ConnectionId> = (0..count).map(|_| ConnectionId::random()).collect();
            let store = Counting::default();
            let healths = of_each(&store, connections.clone()).await.unwrap();
            assert_eq!(store.most.into_inner(), at_once, "{count} connections");
            let versions: Vec<u64> = healths.iter().map(|health| health.version).collect();
            assert_eq!(versions, connections.into_iter().map(version).collect::<Vec<_>>(), "in their order");
        }
    }
}
