//! How the function starts on Lambda.

peers::start_suite!(env!("CARGO_BIN_EXE_files-api"), ["STACK_NAME", "SYNC_QUEUE_URL", "TABLE_NAME"]);
