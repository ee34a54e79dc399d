//! Schedule: sends a tick to the queue every minute, as EventBridge does.

use std::time::Duration;

use shared::queue::{Outgoing, Queue};
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval},
};

use crate::stack::Machine;

/// Sends a tick every `every`, until it is stopped. Also removes expired rows, as DynamoDB does.
pub(crate) async fn run(machine: Machine, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut ticks = interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = machine.sync_queue.send(vec![Outgoing::tick()]).await {
            tracing::error!(%error, "a tick was not sent");
        }
        if let Err(error) = machine.dynamo.sweep_ttl().await {
            tracing::error!(%error, "expired rows were not removed");
        }
    }
}
