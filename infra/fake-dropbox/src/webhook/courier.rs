//! Delivery of an app's notifications.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

use super::{attempt::Way, delivery::Delivery};
use crate::{crypto, service::Service};

/// Time for which changes are collected into one notification.
const GATHER: Duration = Duration::from_millis(200);
/// Delay of the first repetition after a failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// Time for which a notification is repeated.
const PATIENCE: Duration = Duration::from_secs(600);

/// Task that delivers the notifications of one app.
pub(crate) struct Courier {
    service: Arc<Service>,
    delivery: Delivery,
    app: String,
    changes: watch::Receiver<()>,
    way: Way,
}

impl Courier {
    /// Creates the courier of the app with this key.
    pub(crate) fn new(service: Arc<Service>, delivery: Delivery, app: String) -> Self {
        let changes = service.changes();
        Self { service, delivery, app, changes, way: Way::default() }
    }

    /// Delivers all due notifications, forever.
    pub(crate) async fn run(mut self) {
        loop {
            self.changes.mark_unchanged();
            self.deliver().await;
            if self.changes.changed().await.is_err() {
                return;
            }
            sleep(GATHER).await;
        }
    }

    /// Tries until nothing is due, until it has failed for too long, or until there is a new change.
    async fn deliver(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        let mut pause = FIRST_PAUSE;
        while let Err(error) = self.way.attempt(&self.service, &self.delivery, &self.app).await {
            if Instant::now() + pause > deadline {
                tracing::warn!(app = self.app, "gave a notification up after ten minutes: {error:#}");
                return;
            }
            tracing::debug!(app = self.app, "a notification is repeated in {pause:?}: {error:#}");
            tokio::select! {
                () = sleep(jitter(pause)) => pause *= 2,
                _ = self.changes.changed() => return self.changes.mark_changed(),
            }
        }
    }
}

/// Returns between three and five quarters of `pause`, so that repetitions do not happen in step.
fn jitter(pause: Duration) -> Duration {
    let share = f64::from(crypto::random::<1>()[0]) / 512.0;
    pause.mul_f64(0.75 + share)
}
