//! Events that start work: the schedule's ticks and Dropbox's notifications.

use shared::model::{Lane, WalkReason};

use super::{clock::VirtualClock, run::Run};

/// Interval of the ticks, in milliseconds.
const MINUTE: u64 = 60_000;

impl Run {
    /// Returns the next minute at which a tick would find the connection due. Other ticks would find nothing.
    pub(super) async fn next_tick(&mut self) -> Option<u64> {
        self.read_schedule().await;
        let due = self.wake_at?.max(self.ticked_at + 1);
        Some(due.div_ceil(MINUTE) * MINUTE)
    }

    /// Reads the schedule if it may have changed.
    pub(super) async fn read_schedule(&mut self) {
        if self.fixture.gate.take_schedule_touched() {
            let schedule = self.fixture.wiring.schedule().await;
            self.wake_at = self.fixture.wiring.wake_at().await.map(VirtualClock::since_beginning);
            self.paused_until = schedule.paused_until.map_or(0, VirtualClock::since_beginning);
        }
    }

    /// Records that the simulation itself changed the schedule.
    pub(super) fn schedule_changed(&self) {
        self.fixture.gate.touch_schedule();
    }

    /// Schedules the arrival of a notification.
    pub(super) fn notify_at(&mut self, moment: u64) {
        self.notifications.push(moment);
    }

    /// Queues a walk for each notification that has arrived.
    pub(super) async fn notify_due(&mut self, now: u64) {
        let due = self.notifications.extract_if(.., |at| *at <= now).count();
        for _ in 0..due {
            self.fixture.gate.note("webhook", "arrives");
            self.fixture.wiring.ask(&self.fixture.ports, Lane::Changes, WalkReason::Notified).await;
            self.schedule_changed();
        }
    }
}
