//! Watching a first sync in this process until it is done.

use std::time::Duration;

use anyhow::bail;
use shared::{model::ConnectionId, store::Log};
use tokio::time::Instant;

use crate::{Stack, progress::progress};

/// Time without any progress after which a first sync counts as stuck.
const STUCK: Duration = Duration::from_secs(300);
/// Polling interval.
const LOOK: Duration = Duration::from_millis(100);

/// Waits until everything that Dropbox lists for a connection is in the mirror, including bytes.
pub(super) async fn quiet(stack: &Stack, connection: ConnectionId) -> anyhow::Result<()> {
    let bar = progress();
    let (mut last, mut since) = (0, Instant::now());
    loop {
        let head = stack.store().head(connection).await?;
        let idle = stack.machine.is_idle().await?;
        if head.is_live() && !head.has_unapplied() && idle {
            bar.finish_and_clear();
            return Ok(());
        }
        let published = stack.machine.bus.counts().await?.deliveries;
        bar.set_message(format!("{} changes, {published} events", head.head));
        if published > last {
            (last, since) = (published, Instant::now());
        }
        if since.elapsed() > STUCK {
            bail!("nothing has happened for {} s; {} changes are in the log", STUCK.as_secs(), head.head);
        }
        tokio::time::sleep(LOOK).await;
    }
}
