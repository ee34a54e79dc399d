//! How the function starts on Lambda.

peers::start_suite!(
    env!("CARGO_BIN_EXE_sync-worker"),
    app,
    [
        "APP_PARAMETER",
        "BUCKET_NAME",
        "BUS_NAME",
        "DEAD_LETTERS_URL",
        "KEY_ID",
        "STACK_NAME",
        "SYNC_QUEUE_URL",
        "TABLE_NAME",
        "TRANSFER_QUEUE_URL",
    ]
);
