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
    /// The sweep of a resync and its check of paths, without the share of its files.
    Sweep,
    /// Each file of a sweep and a check of paths.
    Swept,
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
    pub(super) const ALL: [Self; 16] = [
        Self::Quiet,
        Self::Notified,
        Self::Change,
        Self::Call,
        Self::WithoutBytes,
        Self::WithBytes,
        Self::Resync,
        Self::Resynced,
        Self::Sweep,
        Self::Swept,
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
            Self::Sweep => "sweep and check, however many files",
            Self::Swept => "file in a sweep and check",
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
            Self::Sweep => &flows.sweep.fixed,
            Self::Swept => &flows.sweep.each,
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
    Expectation { flow, count, amount, why }
}

/// All expectations. A quantity without an expectation for a flow is expected to be zero.
#[rustfmt::skip]
pub(super) const EXPECTED: [Expectation; 72] = {
    use Count::{BucketWrites, Calls, Comparisons, Delivered as DeliveredEvents, Deliveries, Downloads, Entries, Events, FifoRequests, Notifications, Pages, QueueRequests, Runs, Steps, TableReads, TableWrites, Ticks, Walks};
    use Flow::{Call, Change, Delivered, Delivery, Notified, Quiet, Resync, Resynced, Run, Single, Step, Sweep, Swept, Tick, WithBytes, WithoutBytes};
    [
        expect(Quiet, Notifications, 1.0, "one request"),
        expect(Quiet, TableReads, 7.0, "account; connection with choices, exclusions and health; schedule and tokens, for the walk and its call; project, the user's settings and their defaults (two halves); what was parked meanwhile"),
        expect(Quiet, TableWrites, 9.0, "claim in and out, with its index 4; HEAD taken and, with cursor and end of the drain, released 2; schedule and its index, for the next look, 3"),
        expect(Quiet, QueueRequests, 4.0, "one message: sent, received, its visibility set, deleted"),
        expect(Quiet, Walks, 1.0, "one message"),
        expect(Quiet, Pages, 1.0, "from the account's cursor"),
        expect(Notified, Notifications, 1.0, "one request"),
        expect(Notified, TableReads, 22.0, "a walk's 7, the folder; a transfer run: connection, project, schedule, pause, health, four shards and the lists; pause and tokens for its calls; HEAD, the last notices and two lists of endpoints for its events"),
        expect(Notified, TableWrites, 20.0, "claims of walk and run 8, the run's lease 2; HEAD taken, with the page (a transaction), and released 4; the log's first KB 1, applied 1, transfers' schedule 1, counts 1; the list of transfers in and out 2"),
        expect(Notified, QueueRequests, 8.0, "a walk and a transfer run"),
        expect(Notified, Walks, 1.0, "one message"),
        expect(Notified, Pages, 1.0, "from the account's cursor"),
        expect(Notified, Runs, 1.0, "one message"),
        expect(Change, Entries, 1.0, "Dropbox tells of it"),
        expect(Change, TableReads, 4.0, "item and path, to plan; item of its transfer and of the removal, in a batch; its holder, half a unit; the announcement's, shared by 25"),
        expect(Change, TableWrites, 8.3, "item 1, path 1, log 1 (0.5 KB, twice), ready 1 and its place in the order of syncs 2, holder 1, its notice of 1 KB 1; transfer and removal on a list, in and out 0.3"),
        expect(Change, Events, 2.0, "the change, and ready"),
        expect(Change, BucketWrites, 1.0, "one PUT"),
        expect(Change, Downloads, 1.0, "once"),
        expect(Call, Calls, 1.0, "one request"),
        expect(Call, TableReads, 5.0, "caller, version of the list of connections, connection, pause, tokens; once in ten seconds the list"),
        expect(WithoutBytes, Entries, 1.0, "listed once"),
        expect(WithoutBytes, TableReads, 2.0, "item and path, to plan"),
        expect(WithoutBytes, TableWrites, 5.0, "item 1 and its two indexes 2, path 1, log 1 (0.5 KB, twice)"),
        expect(WithoutBytes, Events, 1.0, "the change"),
        expect(WithBytes, Entries, 1.0, "listed once"),
        expect(WithBytes, TableReads, 4.0, "item and path, to plan; item of its transfer, in a batch; its holder, half a unit; the announcement's, shared by 25: HEAD, the last notices, who subscribes"),
        expect(WithBytes, TableWrites, 10.2, "as without bytes 5; ready 1 and its place in the order of syncs 2, holder 1, its notice of 1 KB 1; its place on a list, in and out 0.2"),
        expect(WithBytes, Events, 2.0, "the change, and ready"),
        expect(WithBytes, BucketWrites, 1.0, "one PUT"),
        expect(WithBytes, Downloads, 1.0, "once"),
        expect(Resync, TableReads, 32.0, "sixteen shards of items; the lists of transfers; the tick's connection and schedule; a walk's 6; pause and tokens before the account and two more pages 6; counts of transfers"),
        expect(Resync, TableWrites, 13.0, "wake-up 1 and its index 2; claim in and out, with its index 4; HEAD taken and released 2; report 1; schedule 1 and its index 2"),
        expect(Resync, QueueRequests, 4.0, "a walk"),
        expect(Resync, Events, 1.0, "Resynced"),
        expect(Resync, Entries, 1.0, "the folder that the files lie in"),
        expect(Resync, Walks, 1.0, "one"),
        expect(Resync, Pages, 3.0, "the list, and the account's cursor before and after it"),
        expect(Resync, Comparisons, 1.0, "one"),
        expect(Resynced, Entries, 1.0, "listed once"),
        expect(Resynced, TableReads, 0.15, "its item of about 0.5 KB, in the comparison"),
        expect(Sweep, TableReads, 21.0, "a transfer run: connection, project, schedule, its schedule and the sweep, four shards and the lists, health, what was parked; sixteen shards of items by ranges, half a unit each"),
        expect(Sweep, TableWrites, 9.0, "claim in and out, with its index 4; lease in and out 2; sweep owed and done 2; transfers' schedule 1"),
        expect(Sweep, QueueRequests, 4.0, "a transfer run"),
        expect(Sweep, BucketWrites, 1.0, "its list"),
        expect(Sweep, Runs, 1.0, "one message"),
        expect(Swept, BucketWrites, 0.001, "a thousand keys at once"),
        expect(Swept, TableReads, 0.57, "a sixteenth of its item, and the row of its path, as it may be late"),
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
        is_too_much(self.measured, self.expectation.amount)
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
