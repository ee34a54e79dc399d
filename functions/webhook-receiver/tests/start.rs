//! How the function starts on Lambda.

peers::start_suite!(
    env!("CARGO_BIN_EXE_webhook-receiver"),
    app,
    ["APP_PARAMETER", "KEY_ID", "STACK_NAME", "SYNC_QUEUE_URL", "TABLE_NAME"]
);
