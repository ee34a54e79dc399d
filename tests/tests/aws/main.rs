//! The contract suites of the ports, on the AWS adapters against an emulator.
//!
//! Every case makes what it needs under a name of its own at the endpoint in `DROPLINE_AWS_ENDPOINT`, and removes it.
//! `tests/emulator` starts one and runs these.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bucket;
mod bus;
mod endpoint;
mod key;
mod queues;
mod table;

macro_rules! on_an_emulator {
    ($suite:ident, $harness:expr) => {
        contracts::$suite!(
            $harness,
            ignore = "needs an AWS emulator at DROPLINE_AWS_ENDPOINT: tests/emulator runs these"
        );
    };
}

mod sqs_standard {
    on_an_emulator!(standard_suite, crate::queues::Queues::new());
}

mod sqs_fifo {
    on_an_emulator!(fifo_suite, crate::queues::Queues::new());
}

mod eventbridge {
    on_an_emulator!(bus_suite, crate::bus::ObservedBus::new());
}

mod s3 {
    on_an_emulator!(content_suite, crate::bucket::Bucket::new());
}

/// Without the case of an altered key: the emulator's cipher notices no alteration, as KMS does.
mod kms {
    on_an_emulator!(key_suite, crate::key::Key::new());
}

mod dynamodb {
    on_an_emulator!(store_suite, crate::table::Table::new());
}
