//! Billed units of AWS, grouped by service.

macro_rules! prices {
    ($($service:literal { $($price:ident = $name:literal,)+ })+) => {
        /// Something that has a price.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(super) enum Price {
            $($($price,)+)+
        }

        impl Price {
            /// All prices.
            pub(super) const ALL: &'static [Self] = &[$($(Self::$price,)+)+];

            /// Returns the name in the table of prices.
            pub(super) fn name(self) -> &'static str {
                match self {
                    $($(Self::$price => $name,)+)+
                }
            }

            /// Returns the service that bills it.
            pub(super) fn service(self) -> &'static str {
                match self {
                    $($(Self::$price)|+ => $service,)+
                }
            }
        }
    };
}

prices! {
    "Lambda" {
        LambdaRequests = "lambda_requests",
        LambdaGbSeconds = "lambda_gb_seconds",
    }
    "API Gateway" {
        ApiRequests = "api_requests",
    }
    "DynamoDB" {
        TableReads = "table_reads",
        TableWrites = "table_writes",
        TableStorage = "table_storage",
        TableRecovery = "table_recovery",
    }
    "SQS" {
        QueueRequests = "queue_requests",
        FifoRequests = "fifo_queue_requests",
    }
    "EventBridge" {
        Events = "events",
        Schedule = "schedule",
    }
    "S3" {
        BucketWrites = "bucket_writes",
        BucketReads = "bucket_reads",
        BucketStorage = "bucket_storage",
    }
    "KMS" {
        KeyRequests = "key_requests",
        Keys = "keys",
    }
    "CloudWatch" {
        LogsTaken = "logs_taken",
        LogsKept = "logs_kept",
        Metrics = "metrics",
        AlarmMetrics = "alarm_metrics",
        CompositeAlarms = "composite_alarms",
        Dashboards = "dashboards",
    }
    "X-Ray" {
        Traces = "traces",
    }
    "Data transfer" {
        BytesOut = "bytes_out",
    }
}
