//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_webhook-receiver"),
    app,
    ["APP_PARAMETER", "CHANGES_QUEUE_URL", "KEY_ID", "STACK_NAME", "TABLE_NAME"]
);
