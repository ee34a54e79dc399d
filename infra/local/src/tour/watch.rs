//! Watching the bus and the mirror until something is so.

use std::time::Duration;

use anyhow::bail;
use machine::{MachineBus, Published};
use serde_json::Value;
use shared::{model::ConnectionId, store::Log};
use tokio::time::Instant;

use crate::{Stack, console::progress};

/// Nothing that a step waits for takes longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// A first sync that does nothing for so long is stuck.
const STUCK: Duration = Duration::from_secs(300);
/// How often the mirror is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// A reader of the bus, at its own position.
pub(super) struct Follower {
    bus: MachineBus,
    position: u64,
}

impl Follower {
    /// A reader of what is published from now on.
    pub(super) async fn from_now(stack: &Stack) -> anyhow::Result<Self> {
        let bus = stack.machine.bus.clone();
        let position = bus.counts().await?.deliveries;
        Ok(Self { bus, position })
    }

    /// The next event of that type for which `wanted` is true; others are passed over.
    pub(super) async fn wait_for(
        &mut self,
        detail_type: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> anyhow::Result<Published> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            let events = self.bus.next(self.position, 1, deadline - Instant::now()).await?;
            for event in events {
                self.position = event.position;
                if event.detail_type == detail_type && wanted(&event.detail) {
                    return Ok(event);
                }
            }
        }
        bail!("no event {detail_type:?} came within {} s", PATIENCE.as_secs())
    }
}

/// Waits until everything that Dropbox had to tell of a connection is in the mirror, its bytes too.
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
