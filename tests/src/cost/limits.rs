//! Quotas and partition limits, and how much of each a given number of connections needs.

use super::{
    assumed,
    counts::{Count, Counts},
    flows::Flows,
    month::ACTIVE,
    template,
};

/// Share of a day's notifications and calls in its busiest hour. Resyncs are spread over the day by
/// connection time and jitter.
pub(super) const BUSIEST_HOUR: f64 = 0.1;
/// Seconds of an hour and of a day.
const HOUR: f64 = 3600.0;
const DAY: f64 = 24.0 * HOUR;
/// Shards of the index by `wake_at`.
const WAKE_SHARDS: f64 = 16.0;
/// Index writes of a resync: a removal and an insertion each when it is claimed and when it is rescheduled.
const WAKE_WRITES: f64 = 4.0;
/// Connections that one tick claims in parallel, and the seconds for one of them: a write and a send.
const CLAIMS: f64 = 16.0;
const CLAIM_SECONDS: f64 = 0.015;

/// A limit, and the amount that is needed.
#[derive(Debug, Clone)]
pub(super) struct Need {
    /// Limited quantity, with its unit.
    pub(super) what: &'static str,
    /// Needed amount.
    pub(super) needed: f64,
    /// Available amount.
    pub(super) there_is: f64,
    /// Setting of the template that keeps it, or the quota to raise.
    pub(super) remedy: &'static str,
}

impl Need {
    /// Returns the needed share of the limit; from 1 on it is exhausted.
    pub(super) fn share(&self) -> f64 {
        self.needed / self.there_is
    }
}

/// Returns the needs of `connections` connections in their busiest hour, the scarcest first.
pub(super) fn needs(flows: &Flows, connections: f64) -> Vec<Need> {
    let asked = ACTIVE.asked(flows).times(connections * BUSIEST_HOUR / HOUR);
    let resyncs = ACTIVE.resyncs * connections / DAY;
    let rates = asked.plus(&ACTIVE.resynced(flows).times(connections / DAY));
    let mut needs = set_by_template(&rates).to_vec();
    needs.extend(set_by_aws(&rates));
    needs.extend(set_by_design(&rates, resyncs));
    needs.sort_by(|one, two| two.share().total_cmp(&one.share()));
    needs
}

fn need(what: &'static str, needed: f64, there_is: f64, remedy: &'static str) -> Need {
    Need { what, needed, there_is, remedy }
}

fn set_by_template(rates: &Counts) -> [Need; 4] {
    let set = |name| template::parameter(name).unwrap_or_default();
    [
        need(
            "walks at the same time (SyncConcurrency)",
            assumed::seconds(rates, "SyncFunction"),
            set("SyncConcurrency"),
            "walks wait in their lane and run later, and ChangesQueueAgeAlarm tells: raise SyncConcurrency",
        ),
        need(
            "transfer runs at the same time (TransferConcurrency)",
            assumed::seconds(rates, "TransferFunction"),
            set("TransferConcurrency"),
            "bytes wait in their lane, and TransfersQueueAgeAlarm tells: raise TransferConcurrency",
        ),
        need(
            "webhooks a second (WebhooksPerSecond)",
            rates.get(Count::Notifications),
            set("WebhooksPerSecond"),
            "Dropbox is told 429 and sends again, and a resync finds what is lost: raise WebhooksPerSecond",
        ),
        need(
            "proxied calls a second (ApiRequestsPerSecond)",
            rates.get(Count::Calls),
            set("ApiRequestsPerSecond"),
            "callers are told 429, webhooks have their own share: raise ApiRequestsPerSecond",
        ),
    ]
}

fn set_by_aws(rates: &Counts) -> [Need; 8] {
    let requests = rates.get(Count::Notifications) + rates.get(Count::Calls);
    let invocations = rates.get(Count::Walks) + rates.get(Count::Runs);
    let unwraps = assumed::unwrapping_each_time(rates).get(Count::KeyUnwraps);
    [
        need(
            "functions at the same time (Lambda, account and region)",
            assumed::seconds(rates, ""),
            1000.0,
            "MaximumConcurrency bounds syncs and transfers, and concurrency can be set apart for webhooks and calls: \
             ask AWS for more",
        ),
        need(
            "requests a second (API Gateway, account and region)",
            requests,
            10_000.0,
            "none but the stage's own throttles below it: ask AWS for more",
        ),
        need(
            "messages a second (SQS, FIFO with high throughput, us-east-1)",
            invocations,
            70_000.0,
            "high throughput and a group a connection: 300 a second hold for one connection alone",
        ),
        need(
            "events a second (EventBridge, us-east-1)",
            rates.get(Count::Events),
            10_000.0,
            "events are published by ten in a request, and again after a throttle: ask AWS for more",
        ),
        need(
            "table write units a second (DynamoDB, a table)",
            rates.get(Count::TableWrites),
            40_000.0,
            "on demand, and no partition holds more than a sixteenth of a connection's items: ask AWS for more",
        ),
        need(
            "table read units a second (DynamoDB, a table)",
            rates.get(Count::TableReads),
            40_000.0,
            "on demand, and items are read in 16 partitions a connection: ask AWS for more",
        ),
        need(
            "keys unwrapped a second (KMS, us-east-1), if none were kept",
            unwraps,
            50_000.0,
            "an instance keeps a key for five minutes",
        ),
        need(
            "objects written a second (S3, one prefix before it is split)",
            rates.get(Count::BucketWrites),
            3500.0,
            "keys begin with project and connection, so that S3 can split; a refused write is tried again",
        ),
    ]
}

/// Limits of one partition, and of one tick.
fn set_by_design(rates: &Counts, resyncs: f64) -> [Need; 4] {
    [
        need(
            "reads a second of an API key's row (DynamoDB, a partition)",
            rates.get(Count::Calls),
            3000.0,
            "each call reads it, so that a removed key ends at once: a project can have several keys",
        ),
        need(
            "reads a second of a project's row (DynamoDB, a partition)",
            rates.get(Count::Walks),
            3000.0,
            "nothing, and each walk reads it: one project's own connections; a walk that is refused comes again",
        ),
        need(
            "index writes a second of a wake shard (DynamoDB, a partition)",
            resyncs * WAKE_WRITES / WAKE_SHARDS,
            1000.0,
            "16 shards, and a jitter of a tenth of the interval",
        ),
        need(
            "connections woken a minute (one tick)",
            resyncs * 60.0,
            CLAIMS / CLAIM_SECONDS * 60.0,
            "16 claims at the same time; what a tick leaves is due at the next",
        ),
    ]
}
