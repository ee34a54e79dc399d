//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_workflow-runner"),
    app,
    [
        "APP_PARAMETER",
        "BUCKET_NAME",
        "KEY_ID",
        "RUNS_QUEUE_URL",
        "RUN_DEAD_LETTERS_URL",
        "STACK_NAME",
        "TABLE_NAME",
    ]
);
