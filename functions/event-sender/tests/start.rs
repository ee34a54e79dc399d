//! The function's start on Lambda.

runtime_stubs::start_suite!(
    env!("CARGO_BIN_EXE_event-sender"),
    [
        "BUS_NAME",
        "DELIVERIES_QUEUE_URL",
        "DELIVERY_DEAD_LETTERS_URL",
        "KEY_ID",
        "RUNS_QUEUE_URL",
        "STACK_NAME",
        "TABLE_NAME",
    ]
);
