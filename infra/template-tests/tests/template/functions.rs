//! Functions' limits, logs and triggers.

use std::{collections::BTreeSet, time::Duration};

use event_sender::TimeBudget;
use template_tests::template::{functions, number, of_type, properties, text};
use workflow_runner::STEP_TIME;

fn timeout(function: &str) -> Duration {
    Duration::from_secs(number(&properties(function)["Timeout"]))
}

#[test]
fn whoever_answers_a_caller_does_so_within_the_time_of_the_gateway() {
    for name in [
        "OauthCallback",
        "Pages",
        "FilesApi",
        "CarbonApi",
        "ParagonApi",
        "ProjectApi",
        "EndpointsApi",
        "WorkflowsApi",
    ] {
        assert!(timeout(&format!("{name}Function")) < Duration::from_secs(29), "{name}");
    }
    // Dropbox waits for ten seconds.
    assert!(timeout("WebhookReceiverFunction") <= Duration::from_secs(10));
}

#[test]
fn work_from_a_queue_has_the_time_that_its_steps_are_made_for() {
    for (function, seconds) in [
        ("SyncFunction", 120),
        ("TransferFunction", 900),
        ("EventSenderFunction", 120),
        ("WorkflowRunnerFunction", 180),
    ] {
        assert_eq!(timeout(function), Duration::from_secs(seconds), "{function}");
    }
}

/// A step's slot is free, and its message there again, only after the function that does it has ended.
#[test]
fn a_step_counts_as_dead_only_after_its_function_has_ended() {
    assert!(STEP_TIME > timeout("WorkflowRunnerFunction"));
}

/// Another sender takes a delivery over only after the function that worked on it has ended.
#[test]
fn a_delivery_is_taken_over_only_after_its_sender_has_ended() {
    assert!(TimeBudget::default().lease > timeout("EventSenderFunction"));
}

#[test]
fn memory_is_enough_for_a_quick_first_connection() {
    for name in functions() {
        assert!(number(&properties(name)["MemorySize"]) >= 256, "{name}");
    }
}

#[test]
fn each_function_has_a_log_of_its_own_that_ends() {
    let logs: BTreeSet<_> =
        functions().map(|name| text(&properties(name)["LoggingConfig"]["LogGroup"]["Ref"])).collect();
    assert_eq!(logs.len(), functions().count());
    for (name, _) in of_type("AWS::Logs::LogGroup") {
        assert!(properties(name).get("RetentionInDays").is_some(), "{name}");
    }
}

#[test]
fn functions_that_go_on_in_a_message_to_themselves_may() {
    for name in ["SyncFunction", "TransferFunction", "EventSenderFunction", "WorkflowRunnerFunction"] {
        assert_eq!(properties(name)["RecursiveLoop"], "Allow", "{name}");
    }
}

#[test]
fn nothing_is_left_to_sam_that_the_linters_cannot_see() {
    for name in functions() {
        for member in ["Events", "Policies", "Connectors"] {
            assert!(properties(name).get(member).is_none(), "{name}: {member}");
        }
    }
}
