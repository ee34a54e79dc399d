//! How the function starts on Lambda.

peers::start_suite!(
    env!("CARGO_BIN_EXE_oauth-callback"),
    app,
    ["APP_PARAMETER", "BUS_NAME", "KEY_ID", "STACK_NAME", "SYNC_QUEUE_URL", "TABLE_NAME"]
);
