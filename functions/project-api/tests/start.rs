//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_project-api"),
    ["BUS_NAME", "CHANGES_QUEUE_URL", "DELIVERIES_QUEUE_URL", "RUNS_QUEUE_URL", "STACK_NAME", "TABLE_NAME"]
);
