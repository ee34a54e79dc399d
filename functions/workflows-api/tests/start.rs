//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_workflows-api"),
    ["RUNS_QUEUE_URL", "STACK_NAME", "TABLE_NAME"]
);
