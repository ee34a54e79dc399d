//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_carbon-api"),
    app,
    [
        "APP_PARAMETER",
        "BUCKET_NAME",
        "BULK_QUEUE_URL",
        "BUS_NAME",
        "CHANGES_QUEUE_URL",
        "DELIVERIES_QUEUE_URL",
        "KEY_ID",
        "RUNS_QUEUE_URL",
        "STACK_NAME",
        "TABLE_NAME",
        "TRANSFERS_QUEUE_URL",
    ]
);
