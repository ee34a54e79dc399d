//! A month: of a deployment that idles, of a connection that does, and of many connections with a stated activity.

use super::{
    assumed::{self, KEY_KEPT_MINUTES, POLLERS, TRACED},
    bill::{Bill, GB},
    counts::{Count, Counts},
    flows::Flows,
    service::Price,
    template,
};

/// Days of the month.
pub(super) const DAYS: f64 = 30.0;
/// Minutes of the month, and so ticks.
pub(super) const MINUTES: f64 = DAYS * 24.0 * 60.0;
/// For so many days the change log is kept.
const LOG_DAYS: f64 = 90.0;
/// Requests of 20 s with which each of the two queues is waited at.
const WAITS: f64 = 2.0 * POLLERS * 3.0 * MINUTES;
/// Metrics by function, and by project: see `infra/README.md`.
const FUNCTION_METRICS: f64 = 43.0;
/// Metrics of a project.
pub(super) const PROJECT_METRICS: f64 = 32.0;
/// The API's metrics by method, of which the webhook and the proxy's are two.
const METHOD_METRICS: f64 = 5.0 * 2.0;
/// Those of a deployment with one project.
pub(super) const METRICS: f64 = FUNCTION_METRICS + PROJECT_METRICS + METHOD_METRICS;

/// What a connection does on a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Activity {
    /// Files that it holds.
    pub(super) files: f64,
    /// Bytes of each.
    pub(super) file_bytes: f64,
    /// Notifications.
    pub(super) notifications: f64,
    /// Files that change.
    pub(super) changes: f64,
    /// Calls through the proxy.
    pub(super) calls: f64,
    /// Bytes of an answer.
    pub(super) call_bytes: f64,
    /// Resyncs.
    pub(super) resyncs: f64,
}

/// What is taken for an active connection.
pub(super) const ACTIVE: Activity = Activity {
    files: 500.0,
    file_bytes: 300_000.0,
    notifications: 10.0,
    changes: 20.0,
    calls: 50.0,
    call_bytes: 10_000.0,
    resyncs: 1.0,
};

impl Activity {
    /// What a connection's notifications and calls of a day count.
    pub(super) fn asked(&self, flows: &Flows) -> Counts {
        let notified =
            flows.notified.fixed.times(self.notifications).plus(&flows.notified.each.times(self.changes));
        notified.plus(&flows.call.times(self.calls)).with(Count::CallBytes, self.calls * self.call_bytes)
    }

    /// What its resyncs of a day count.
    pub(super) fn resynced(&self, flows: &Flows) -> Counts {
        flows.resync.at(self.files).times(self.resyncs)
    }

    /// The bytes that it has in the table: items, and the log of its changes.
    fn table_bytes(&self, flows: &Flows) -> f64 {
        let log = flows.notified.each.get(Count::TableBytes) * self.changes * LOG_DAYS;
        flows.with_bytes.at(self.files).get(Count::TableBytes) + log
    }
}

/// A deployment's month in which nothing happens but its ticks.
pub(super) fn idle(flows: &Flows) -> Bill {
    standing(&flows.tick.times(MINUTES))
}

/// A month's ticks alone.
pub(super) fn idle_ticks(flows: &Flows) -> Bill {
    Bill::of(&flows.tick.times(MINUTES))
}

/// The bill of a month's counts, ticks included, with all that is paid whatever happens.
fn standing(month: &Counts) -> Bill {
    let mut bill = Bill::of(month);
    bill.add(Price::Traces, first_of_seconds(month));
    bill.add(Price::Schedule, MINUTES);
    bill.add(Price::QueueRequests, WAITS);
    bill.add(Price::Keys, template::resources("AWS::KMS::Key"));
    bill.add(Price::AlarmMetrics, template::alarm_metrics());
    bill.add(Price::CompositeAlarms, template::resources("AWS::CloudWatch::CompositeAlarm"));
    bill.add(Price::Dashboards, template::resources("AWS::CloudWatch::Dashboard"));
    bill
}

/// What a connection of an idle user adds to that: its resyncs and what it holds.
pub(super) fn idle_connection(flows: &Flows) -> Bill {
    let mut bill = Bill::of(&assumed::unwrapping_each_time(&ACTIVE.resynced(flows).times(DAYS)));
    keep(&mut bill, flows.with_bytes.at(ACTIVE.files).get(Count::TableBytes), &ACTIVE, 1.0);
    bill
}

/// The month of so many connections, all of one project, with all that is there anyway.
pub(super) fn busy(flows: &Flows, connections: f64) -> Bill {
    let day = ACTIVE.asked(flows).plus(&ACTIVE.resynced(flows));
    let month = unwrapping_seldom(&day.times(DAYS * connections)).plus(&flows.tick.times(MINUTES));
    let mut bill = standing(&month);
    bill.add(Price::Metrics, METRICS);
    bill.add(Price::BytesOut, month.get(Count::CallBytes) / GB);
    keep(&mut bill, ACTIVE.table_bytes(flows), &ACTIVE, connections);
    bill
}

fn keep(bill: &mut Bill, table_bytes: f64, activity: &Activity, connections: f64) {
    bill.add(Price::TableStorage, table_bytes * connections / GB);
    bill.add(Price::TableRecovery, table_bytes * connections / GB);
    bill.add(Price::BucketStorage, activity.files * activity.file_bytes * connections / GB);
}

/// Each instance unwraps the project's data key when it has kept it for its time: as many instances as work at the same
/// time, and at least one of each function.
fn unwrapping_seldom(month: &Counts) -> Counts {
    let at_once = assumed::seconds(month, "") / (MINUTES * 60.0) + 3.0;
    let often = assumed::unwrapping_each_time(month);
    let seldom = at_once * MINUTES / KEY_KEPT_MINUTES;
    let unwraps = often.get(Count::KeyUnwraps).min(seldom);
    often.with(Count::KeyUnwraps, unwraps)
}

/// Traces that are recorded because they are the first of their second, beside the share that is recorded anyway.
fn first_of_seconds(month: &Counts) -> f64 {
    assumed::invocations(month).min(MINUTES * 60.0) * (1.0 - TRACED)
}
