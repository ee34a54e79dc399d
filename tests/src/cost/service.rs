//! What AWS bills, and by which service.

/// Something that has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Price {
    LambdaRequests,
    LambdaGbSeconds,
    ApiRequests,
    TableReads,
    TableWrites,
    TableStorage,
    TableRecovery,
    QueueRequests,
    Events,
    Schedule,
    BucketWrites,
    BucketReads,
    BucketStorage,
    KeyRequests,
    Keys,
    LogsTaken,
    LogsKept,
    Metrics,
    AlarmMetrics,
    CompositeAlarms,
    Dashboards,
    Traces,
    BytesOut,
}

use Price::{
    AlarmMetrics, ApiRequests, BucketReads, BucketStorage, BucketWrites, BytesOut, CompositeAlarms,
    Dashboards, Events, KeyRequests, Keys, LambdaGbSeconds, LambdaRequests, LogsKept, LogsTaken, Metrics,
    QueueRequests, Schedule, TableReads, TableRecovery, TableStorage, TableWrites, Traces,
};

impl Price {
    /// Every price.
    pub(super) const ALL: [Self; 23] = [
        LambdaRequests,
        LambdaGbSeconds,
        ApiRequests,
        TableReads,
        TableWrites,
        TableStorage,
        TableRecovery,
        QueueRequests,
        Events,
        Schedule,
        BucketWrites,
        BucketReads,
        BucketStorage,
        KeyRequests,
        Keys,
        LogsTaken,
        LogsKept,
        Metrics,
        AlarmMetrics,
        CompositeAlarms,
        Dashboards,
        Traces,
        BytesOut,
    ];

    /// Its name in the table of prices.
    pub(super) fn name(self) -> &'static str {
        match self {
            LambdaRequests => "lambda_requests",
            LambdaGbSeconds => "lambda_gb_seconds",
            ApiRequests => "api_requests",
            TableReads => "table_reads",
            TableWrites => "table_writes",
            TableStorage => "table_storage",
            TableRecovery => "table_recovery",
            QueueRequests => "queue_requests",
            Events => "events",
            Schedule => "schedule",
            BucketWrites => "bucket_writes",
            BucketReads => "bucket_reads",
            BucketStorage => "bucket_storage",
            KeyRequests => "key_requests",
            Keys => "keys",
            LogsTaken => "logs_taken",
            LogsKept => "logs_kept",
            Metrics => "metrics",
            AlarmMetrics => "alarm_metrics",
            CompositeAlarms => "composite_alarms",
            Dashboards => "dashboards",
            Traces => "traces",
            BytesOut => "bytes_out",
        }
    }

    /// The service that bills it.
    pub(super) fn service(self) -> &'static str {
        match self {
            LambdaRequests | LambdaGbSeconds => "Lambda",
            ApiRequests => "API Gateway",
            TableReads | TableWrites | TableStorage | TableRecovery => "DynamoDB",
            QueueRequests => "SQS",
            Events | Schedule => "EventBridge",
            BucketWrites | BucketReads | BucketStorage => "S3",
            KeyRequests | Keys => "KMS",
            LogsTaken | LogsKept | Metrics | AlarmMetrics | CompositeAlarms | Dashboards => "CloudWatch",
            Traces => "X-Ray",
            BytesOut => "Data transfer",
        }
    }
}
