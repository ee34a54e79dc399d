//! Counts that the design expects of each flow, with reasons. They are counts, not dollars, so they do not
//! depend on prices.

use super::{
    counts::{Count, Counts},
    flows::Flows,
};

/// Factor above the expected amount at which a count is a regression.
const TOLERANCE: f64 = 1.5;
/// Tolerated difference, for amounts of which next to nothing is expected.
const NOTHING: f64 = 0.05;

/// Expected amount of one quantity in a flow.
pub(super) struct Expectation {
    /// Flow.
    pub(super) flow: Flow,
    /// Counted quantity.
    pub(super) count: Count,
    /// Amount that the design expects.
    pub(super) amount: f64,
    /// Additional amount with a known reason, beyond the design.
    pub(super) beyond: f64,
    /// Reason.
    pub(super) why: &'static str,
}

/// A flow, or the part of it that is paid per file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// A notification for an account without changes.
    Quiet,
    /// A notification of changes, without the share of the changed files.
    Notified,
    /// Each changed file of a notification.
    Change,
    /// A call through the proxy.
    Call,
    /// Each file of a first sync without bytes.
    WithoutBytes,
    /// Each file of a first sync with bytes.
    WithBytes,
    /// A resync, without the share of its files.
    Resync,
    /// Each file of a resync.
    Resynced,
    /// A delivery of a single event.
    Single,
    /// A delivery of several events, without their share.
    Delivery,
    /// Each event of a delivery, in a request of its own.
    Delivered,
    /// A run of a workflow, without its steps.
    Run,
    /// Each step of a run, which is an action.
    Step,
    /// A tick that finds nothing due.
    Tick,
}

impl Flow {
    /// All flows.
    pub(super) const ALL: [Self; 14] = [
        Self::Quiet,
        Self::Notified,
        Self::Change,
        Self::Call,
        Self::WithoutBytes,
        Self::WithBytes,
        Self::Resync,
        Self::Resynced,
        Self::Single,
        Self::Delivery,
        Self::Delivered,
        Self::Run,
        Self::Step,
        Self::Tick,
    ];

    /// Returns the name in the output.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Quiet => "webhook, nothing changed",
            Self::Notified => "webhook, but for changed files",
            Self::Change => "each changed file of a webhook",
            Self::Call => "proxied call",
            Self::WithoutBytes => "file synced, without bytes",
            Self::WithBytes => "file synced, with bytes",
            Self::Resync => "resync, however many files",
            Self::Resynced => "file resynced",
            Self::Single => "delivery of a single event",
            Self::Delivery => "delivery of many, but for them",
            Self::Delivered => "event delivered",
            Self::Run => "workflow run, but for its steps",
            Self::Step => "step of a workflow run",
            Self::Tick => "tick, nothing due",
        }
    }

    /// Returns the measured counts.
    pub(super) fn measured(self, flows: &Flows) -> &Counts {
        match self {
            Self::Quiet => &flows.quiet,
            Self::Notified => &flows.notified.fixed,
            Self::Change => &flows.notified.each,
            Self::Call => &flows.call,
            Self::WithoutBytes => &flows.without_bytes.each,
            Self::WithBytes => &flows.with_bytes.each,
            Self::Resync => &flows.resync.fixed,
            Self::Resynced => &flows.resync.each,
            Self::Single => &flows.single,
            Self::Delivery => &flows.delivery.fixed,
            Self::Delivered => &flows.delivery.each,
            Self::Run => &flows.run.fixed,
            Self::Step => &flows.run.each,
            Self::Tick => &flows.tick,
        }
    }
}

const fn expect(flow: Flow, count: Count, amount: f64, why: &'static str) -> Expectation {
    Expectation { flow, count, amount, beyond: 0.0, why }
}

/// Creates an expectation with a known additional amount.
const fn known(flow: Flow, count: Count, amount: f64, beyond: f64, why: &'static str) -> Expectation {
    Expectation { flow, count, amount, beyond, why }
}

/// All expectations. A quantity without an expectation for a flow is expected to be zero.
#[rustfmt::skip]
pub(super) const EXPECTED: [Expectation; 64] = {
    use Count::{BucketWrites, Calls, Delivered as DeliveredEvents, Deliveries, Downloads, Entries, Events, FifoRequests, Notifications, QueueRequests, Runs, Steps, TableReads, TableWrites, Ticks, Walks};
    use Flow::{Call, Change, Delivered, Delivery, Notified, Quiet, Resync, Resynced, Run, Single, Step, Tick, WithBytes, WithoutBytes};
    [
        expect(Quiet, Notifications, 1.0, "one request"),
        expect(Quiet, TableReads, 11.0, "account; connection, project, the user's settings and their defaults (two halves), schedule, choices, exclusions, health; pause and tokens before the call; what was parked meanwhile"),
        expect(Quiet, TableWrites, 14.0, "claim in and out, with its index 4; lease in and out 2; epoch 1, HEAD with the page's cursor and at the end 4 (transactions), schedule and its index 3"),
        expect(Quiet, QueueRequests, 4.0, "one message: sent, received, its visibility set, deleted"),
        expect(Quiet, Walks, 1.0, "one message"),
        expect(Notified, Notifications, 1.0, "one request"),
        expect(Notified, TableReads, 26.0, "a walk's 11, the folder; a transfer run: connection, schedule, pause, health, and twice four shards"),
        expect(Notified, TableWrites, 22.0, "claims and leases of walk and run 12; epoch 1, HEAD twice 4, the log's first KB 1, applied 1, schedule 1, transfers' schedule 1, counts 1"),
        expect(Notified, QueueRequests, 8.0, "a walk and a transfer run"),
        expect(Notified, Walks, 1.0, "one message"),
        expect(Notified, Runs, 1.0, "one message"),
        expect(Change, Entries, 1.0, "Dropbox tells of it"),
        expect(Change, TableReads, 8.0, "item and path; item, pause, holder and tokens of its transfer; item of the removal"),
        expect(Change, TableWrites, 11.0, "item 1, path 1, log 1 (0.5 KB, twice), transfer in and out 2, ready 1 and its place in the order of syncs 2, holder 1, removal in and out 2"),
        expect(Change, Events, 2.0, "the change, and ready"),
        expect(Change, BucketWrites, 1.0, "one PUT"),
        expect(Change, Downloads, 1.0, "once"),
        expect(Call, Calls, 1.0, "one request"),
        expect(Call, TableReads, 5.0, "caller, connection (two), pause, tokens"),
        expect(WithoutBytes, Entries, 1.0, "listed once"),
        expect(WithoutBytes, TableReads, 2.0, "item and path, to plan"),
        expect(WithoutBytes, TableWrites, 5.0, "item 1 and its two indexes 2, path 1, log 1 (0.5 KB, twice)"),
        expect(WithoutBytes, Events, 1.0, "the change"),
        expect(WithBytes, Entries, 1.0, "listed once"),
        expect(WithBytes, TableReads, 7.0, "item and path, to plan; item, pause, holder and tokens of its transfer; who subscribes, for ready"),
        expect(WithBytes, TableWrites, 11.0, "as without bytes 5; transfer in and out 2, ready 1 and its place in the order of syncs 2, holder 1"),
        expect(WithBytes, Events, 2.0, "the change, and ready"),
        expect(WithBytes, BucketWrites, 1.0, "one PUT"),
        expect(WithBytes, Downloads, 1.0, "once"),
        expect(Resync, TableReads, 35.0, "sixteen shards of items; a walk's reads, pause and tokens before the account, and its transfer run's"),
        expect(Resync, TableWrites, 28.0, "claims and leases of walk and run 12; sweep 3; wake-up 1 and its index 2; epoch 1; report 1; HEAD twice 4; schedule 1 and its index 2; transfers' schedule 1"),
        expect(Resync, QueueRequests, 8.0, "a walk and a transfer run"),
        expect(Resync, Events, 1.0, "Resynced"),
        known(Resync, BucketWrites, 1.0, 1.0, "the sweep's list; beyond: one that is empty, to see the end"),
        expect(Resync, Entries, 1.0, "the folder that the files lie in"),
        expect(Resync, Walks, 1.0, "one"),
        expect(Resync, Runs, 1.0, "the sweep"),
        expect(Resynced, Entries, 1.0, "listed once"),
        known(Resynced, TableReads, 0.7, 1.0, "its item of about 0.5 KB and, as it may be late, the row of its path, in the comparison; beyond: by its key, in the sweep"),
        expect(Resynced, BucketWrites, 0.001, "the sweep lists a thousand keys at once"),
        expect(Single, Deliveries, 1.0, "one message"),
        expect(Single, DeliveredEvents, 1.0, "one request"),
        expect(Single, QueueRequests, 3.0, "one message: sent, received, deleted"),
        expect(Single, TableReads, 4.0, "endpoint, delivery, log and notices"),
        expect(Single, TableWrites, 2.0, "the attempt, and the position; the delivery is not taken"),
        expect(Delivery, Deliveries, 1.0, "one message"),
        expect(Delivery, QueueRequests, 3.0, "one message: sent, received, deleted"),
        expect(Delivery, TableReads, 3.5, "connection, endpoint; the log and the notices once"),
        expect(Delivery, TableWrites, 2.8, "taken and ended; the first KB of the attempts, whose row the whole run shares"),
        expect(Delivered, DeliveredEvents, 1.0, "one request"),
        expect(Delivered, TableReads, 0.2, "half of its change of about 0.5 KB in the log, or of its notice of 1 KB"),
        expect(Delivered, TableWrites, 0.25, "the attempt, in a row with the others"),
        expect(Run, TableReads, 3.0, "the decision about the user, the user, the connection"),
        expect(Run, TableWrites, 12.0, "state, beginning and entry in the user's list 6 (a transaction), its check of the connection 2; its place in the index of what is due, in and out 3"),
        expect(Step, Steps, 1.0, "one message"),
        expect(Step, QueueRequests, 4.0, "one message: sent, received, its visibility set, deleted"),
        expect(Step, TableReads, 9.0, "state and beginning of the run, its document, what of the step is done; project for the slot; connection, pause, tokens"),
        expect(Step, TableWrites, 6.0, "slot in and out 2; state and record 4 (a transaction)"),
        expect(Tick, TableReads, 8.0, "sixteen shards of the index, half a unit each"),
        expect(Tick, FifoRequests, 4.0, "one message: sent, received, its visibility set, deleted"),
        expect(Tick, Ticks, 1.0, "one message"),
        expect(Change, QueueRequests, 0.0, "nothing: one message asks for all transfers"),
        expect(WithBytes, QueueRequests, 0.01, "a message asks for the transfers of a segment"),
        expect(WithBytes, Runs, 0.003, "one run for them"),
    ]
};

/// A measured amount and its expectation.
pub(super) struct Beside {
    /// Expectation.
    pub(super) expectation: &'static Expectation,
    /// Measured amount.
    pub(super) measured: f64,
}

impl Beside {
    /// Whether the measured amount exceeds the expected one beyond the tolerance.
    pub(super) fn is_too_much(&self) -> bool {
        is_too_much(self.measured, self.expectation.amount + self.expectation.beyond)
    }
}

fn is_too_much(measured: f64, expected: f64) -> bool {
    measured > expected * TOLERANCE + NOTHING
}

/// Pairs every expectation with its measured amount.
pub(super) fn beside(flows: &Flows) -> Vec<Beside> {
    let measured = |expectation: &Expectation| expectation.flow.measured(flows).get(expectation.count);
    EXPECTED.iter().map(|expectation| Beside { expectation, measured: measured(expectation) }).collect()
}

/// Returns the quantities that were measured although none is expected. Bytes are ignored, as they are not
/// requests.
pub(super) fn unexpected(flows: &Flows) -> Vec<(Flow, Count, f64)> {
    let is_named = |flow: Flow, count: Count| {
        matches!(count, Count::TableBytes | Count::CallBytes)
            || EXPECTED.iter().any(|one| one.flow == flow && one.count == count)
    };
    let of = |flow: Flow| flow.measured(flows).all().map(move |(count, amount)| (flow, count, amount));
    let all = Flow::ALL.into_iter().flat_map(of);
    all.filter(|(flow, count, amount)| !is_named(*flow, *count) && is_too_much(*amount, 0.0)).collect()
}
