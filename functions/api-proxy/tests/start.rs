//! The function's start on Lambda.

peers::start_suite!(
    env!("CARGO_BIN_EXE_api-proxy"),
    app,
    ["APP_PARAMETER", "BUCKET_NAME", "KEY_ID", "STACK_NAME", "TABLE_NAME"]
);
