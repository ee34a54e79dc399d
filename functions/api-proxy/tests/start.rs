//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_api-proxy"),
    app,
    ["APP_PARAMETER", "BUCKET_NAME", "KEY_ID", "STACK_NAME", "TABLE_NAME"]
);
