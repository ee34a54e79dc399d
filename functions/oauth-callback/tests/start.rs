//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_oauth-callback"),
    app,
    [
        "APP_PARAMETER",
        "BULK_QUEUE_URL",
        "BUS_NAME",
        "DELIVERIES_QUEUE_URL",
        "KEY_ID",
        "STACK_NAME",
        "TABLE_NAME",
    ]
);
