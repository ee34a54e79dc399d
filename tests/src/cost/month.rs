//! Monthly bills: of an idle deployment, of an idle connection, and of many connections with a given
//! activity.

use template_tests::{metrics::COMPOSITE, template::MAPPING};

use super::{
    assumed::{self, KEY_KEPT_MINUTES, POLLERS, TRACED},
    bill::{Bill, GB},
    choice::Choice,
    counts::{Count, Counts},
    flows::Flows,
    service::Price,
    template,
};

/// Days in the month.
pub(super) const DAYS: f64 = 30.0;
/// Minutes in the month, which is also the number of ticks.
pub(super) const MINUTES: f64 = DAYS * 24.0 * 60.0;
/// Days for which the change log is kept.
const LOG_DAYS: f64 = 90.0;
/// Number of metrics by function; see `infra/README.md`.
const FUNCTION_METRICS: f64 = 77.0;
/// Number of metrics of a project.
pub(super) const PROJECT_METRICS: f64 = 55.0;
/// Number of the API's metrics by method, for two methods: the webhook and the proxy.
const METHOD_METRICS: f64 = 5.0 * 2.0;
/// Number of metrics of a deployment with one project.
pub(super) const METRICS: f64 = FUNCTION_METRICS + PROJECT_METRICS + METHOD_METRICS;

/// Number of FIFO queues that functions read: that of ticks, and that of older deployments' transfers.
const FIFO_QUEUES: f64 = 2.0;
/// Number of them that are read by choice.
const OLDER_QUEUES: f64 = 1.0;

/// Activity of a connection on one day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Activity {
    /// Number of files.
    pub(super) files: f64,
    /// Size of a file, in bytes.
    pub(super) file_bytes: f64,
    /// Number of notifications.
    pub(super) notifications: f64,
    /// Number of changed files.
    pub(super) changes: f64,
    /// Calls through the proxy.
    pub(super) calls: f64,
    /// Size of a response, in bytes.
    pub(super) call_bytes: f64,
    /// Number of resyncs.
    pub(super) resyncs: f64,
    /// Number of resyncs that have the bucket swept.
    pub(super) sweeps: f64,
}

/// Assumed activity of an active connection.
pub(super) const ACTIVE: Activity = Activity {
    files: 500.0,
    file_bytes: 300_000.0,
    notifications: 10.0,
    changes: 20.0,
    calls: 50.0,
    call_bytes: 10_000.0,
    resyncs: 1.0,
    sweeps: 1.0,
};
/// Sweeps of a connection that nobody changes, on one day: one a week.
const IDLE_SWEEPS: f64 = 1.0 / 7.0;

impl Activity {
    /// Counts of a connection's notifications and calls of a day.
    pub(super) fn asked(&self, flows: &Flows) -> Counts {
        let notified =
            flows.notified.fixed.times(self.notifications).plus(&flows.notified.each.times(self.changes));
        notified.plus(&flows.call.times(self.calls)).with(Count::CallBytes, self.calls * self.call_bytes)
    }

    /// Counts of a connection's resyncs of a day.
    pub(super) fn resynced(&self, flows: &Flows) -> Counts {
        let sweeps = flows.sweep.at(self.files).times(self.sweeps);
        flows.resync.at(self.files).times(self.resyncs).plus(&sweeps)
    }

    /// Bytes of a connection in the table: items, and its change log.
    fn table_bytes(&self, flows: &Flows) -> f64 {
        let log = flows.notified.each.get(Count::TableBytes) * self.changes * LOG_DAYS;
        flows.with_bytes.at(self.files).get(Count::TableBytes) + log
    }
}

/// Returns the bill of a month in which only ticks happen.
pub(super) fn idle(flows: &Flows, choice: Choice) -> Bill {
    fixed_costs(&flows.tick.times(MINUTES), choice)
}

/// Returns the bill of a month's ticks alone.
pub(super) fn idle_ticks(flows: &Flows) -> Bill {
    Bill::of(&flows.tick.times(MINUTES))
}

/// Returns the bill of a month's counts, ticks included, and of all fixed costs.
fn fixed_costs(month: &Counts, choice: Choice) -> Bill {
    let mut bill = Bill::of(month);
    bill.add(Price::Traces, first_of_seconds(month));
    if !choice.tracing {
        bill.remove(Price::Traces);
    }
    bill.add(Price::Schedule, MINUTES);
    let given = choice.parameters();
    let resources = |kind| template::resources(kind, &given);
    bill.add(Price::QueueRequests, waits(resources(MAPPING) - FIFO_QUEUES));
    let unread = if choice.older_transfers { 0.0 } else { OLDER_QUEUES };
    bill.add(Price::FifoRequests, waits(FIFO_QUEUES - unread));
    bill.add(Price::Keys, resources("AWS::KMS::Key"));
    bill.add(Price::AlarmMetrics, template::alarm_metrics(&given));
    bill.add(Price::CompositeAlarms, resources(COMPOSITE));
    bill.add(Price::Dashboards, resources("AWS::CloudWatch::Dashboard"));
    bill
}

/// Returns the month's long polls of 20 s, at so many queues that functions read.
fn waits(queues: f64) -> f64 {
    queues * POLLERS * 3.0 * MINUTES
}

/// Returns the bill that an idle user's connection adds: its resyncs and its storage.
pub(super) fn idle_connection(flows: &Flows) -> Bill {
    let idle = Activity { sweeps: IDLE_SWEEPS, ..ACTIVE };
    let mut bill = Bill::of(&assumed::unwrapping_each_time(&idle.resynced(flows).times(DAYS)));
    keep(&mut bill, flows.with_bytes.at(ACTIVE.files).get(Count::TableBytes), &ACTIVE, 1.0);
    bill
}

/// Returns the bill of the month of `connections` connections of one project, fixed costs of all that a stack can have
/// included.
pub(super) fn busy(flows: &Flows, connections: f64) -> Bill {
    let day = ACTIVE.asked(flows).plus(&ACTIVE.resynced(flows));
    let month = unwrapping_seldom(&day.times(DAYS * connections)).plus(&flows.tick.times(MINUTES));
    let mut bill = fixed_costs(&month, Choice::ALL);
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

/// Replaces the number of unwrapped keys: each instance unwraps the project's data key again when its time in
/// memory is over. There are as many instances as work in parallel, and at least one of each function.
fn unwrapping_seldom(month: &Counts) -> Counts {
    let at_once = assumed::seconds(month, "") / (MINUTES * 60.0) + 3.0;
    let often = assumed::unwrapping_each_time(month);
    let seldom = at_once * MINUTES / KEY_KEPT_MINUTES;
    let unwraps = often.get(Count::KeyUnwraps).min(seldom);
    often.with(Count::KeyUnwraps, unwraps)
}

/// Traces recorded as the first of their second, beyond the sampled share.
fn first_of_seconds(month: &Counts) -> f64 {
    assumed::sampled_invocations(month).min(MINUTES * 60.0) * (1.0 - TRACED)
}
