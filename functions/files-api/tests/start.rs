//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_files-api"),
    ["BUCKET_NAME", "BULK_QUEUE_URL", "CHANGES_QUEUE_URL", "STACK_NAME", "TABLE_NAME", "TRANSFERS_QUEUE_URL"]
);
