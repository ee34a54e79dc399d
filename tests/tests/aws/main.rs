//! Contract suites of the ports, run on the AWS adapters against an emulator; and queues and buses of applications.
//!
//! Every case creates what it needs under a unique name at the endpoint in `DROPLINE_AWS_ENDPOINT`, and
//! removes it. `tests/emulator` starts an emulator and runs these tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bucket;
mod bus;
mod destinations;
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

/// Leaves out the case of an altered key, because the emulator's cipher, unlike KMS's, does not detect
/// alterations.
mod kms {
    on_an_emulator!(key_suite, crate::key::Key::new());
}

mod dynamodb {
    on_an_emulator!(store_suite, crate::table::Table::new());
}
