//! Queues, their dead letters, and how functions take from them.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shared::model::ProjectSettings;
use template_tests::{
    files::{self, TEMPLATE},
    template::{MAPPING, QUEUE, number, of_type, properties, resource_of, said, text, texts},
};

/// Each queue, and where its messages go that no function could handle.
pub(crate) const DEAD_LETTERS: [(&str, &str); 7] = [
    ("SyncQueue", "SyncDeadLetters"),
    ("TransferQueue", "TransferDeadLetters"),
    ("ChangesQueue", "WalkDeadLetters"),
    ("BulkQueue", "WalkDeadLetters"),
    ("TransfersQueue", "TransfersDeadLetters"),
    ("DeliveriesQueue", "DeliveryDeadLetters"),
    ("RunsQueue", "RunDeadLetters"),
];

/// The mapping of each lane, and the parameter that limits how many of its messages are in work.
const LANES: [(&str, &str); 3] = [
    ("ChangesMapping", "SyncConcurrency"),
    ("BulkMapping", "BulkConcurrency"),
    ("TransfersMapping", "TransferConcurrency"),
];

/// Returns the queue of a mapping.
fn queue_of(mapping: &str) -> &'static str {
    resource_of(&properties(mapping)["EventSourceArn"])
}

/// Whether the queue delivers messages of a group in order, one after the other.
fn is_fifo(queue: &str) -> bool {
    properties(queue).get("FifoQueue").is_some()
}

fn parameter(name: &str) -> &'static Value {
    &TEMPLATE["Parameters"][name]
}

fn output(name: &str) -> &'static Value {
    &TEMPLATE["Outputs"][name]["Value"]
}

#[test]
fn every_queue_has_dead_letters() {
    let known: BTreeSet<_> = DEAD_LETTERS.iter().flat_map(|(queue, dead)| [*queue, *dead]).collect();
    let queues: BTreeSet<_> = of_type(QUEUE).map(|(name, _)| name).collect();
    assert_eq!(queues, &known | &BTreeSet::from(["ScheduleDeadLetters"]));
    for (source, dead) in DEAD_LETTERS {
        let redrive = &properties(source)["RedrivePolicy"];
        assert_eq!(redrive["deadLetterTargetArn"], json!({"Fn::GetAtt": format!("{dead}.Arn")}), "{source}");
        assert!(number(&redrive["maxReceiveCount"]) >= 3, "{source}");
        assert_eq!(is_fifo(source), is_fifo(dead), "{source}");
    }
}

/// A message keeps its age when it moves, so its new home must keep it longer.
#[test]
fn dead_letters_are_kept_longer_than_messages() {
    for (source, dead) in DEAD_LETTERS {
        let kept = |queue| number(&properties(queue)["MessageRetentionPeriod"]);
        assert!(kept(dead) > kept(source), "{source}");
    }
}

#[test]
fn dead_letters_may_go_back_to_their_queue() {
    for (source, dead) in DEAD_LETTERS {
        let sources = properties(dead)["RedriveAllowPolicy"]["sourceQueueArns"].as_array().unwrap();
        let end = format!(":{}", said(&properties(source)["QueueName"]));
        assert!(sources.iter().any(|arn| said(arn).ends_with(&end)), "{source}: {sources:?}");
    }
}

/// T52: an operator finds each of them by an output of the stack, to look at its messages and to send them back.
#[test]
fn dead_letters_and_their_queues_are_outputs_of_the_stack() {
    for (source, dead) in DEAD_LETTERS {
        assert_eq!(output(&format!("{dead}Url")), &json!({"Ref": dead}));
        assert_eq!(output(&format!("{dead}Arn")), &json!({"Fn::GetAtt": format!("{dead}.Arn")}));
        // Walks of both lanes share their dead letters: a message says its lane, whichever queue it comes from.
        let back = if source == "BulkQueue" { "ChangesQueue" } else { source };
        assert_eq!(output(&format!("{back}Arn")), &json!({"Fn::GetAtt": format!("{back}.Arn")}));
    }
}

/// T52: otherwise "Dead letters: 0" is said of queues that nobody uses any more.
#[test]
fn the_command_that_explains_what_is_wrong_is_shown_with_the_dead_letters_of_each_lane() {
    let readme = files::text("README.md");
    let command = readme.split("```").find(|block| block.contains("admin -- explain --project")).unwrap();
    let named: BTreeSet<_> = command
        .split("--dead-letters ")
        .skip(1)
        .map(|rest| rest.split_whitespace().next().unwrap().to_owned())
        .collect();
    let lanes: BTreeSet<_> = DEAD_LETTERS
        .iter()
        .filter(|(source, _)| LANES.iter().any(|(mapping, _)| queue_of(mapping) == *source))
        .map(|(_, dead)| format!("{dead}Url"))
        .collect();
    assert_eq!(named, lanes);
    assert_eq!(lanes.len(), 2, "walks, and runs of transfers");
}

/// Only the function knows the reason.
#[test]
fn a_function_gives_a_message_up_with_its_reason_when_the_queue_would() {
    for (queue, most) in
        [("DeliveriesQueue", event_sender::MOST_RECEIVES), ("RunsQueue", workflow_runner::MOST_RECEIVES)]
    {
        assert_eq!(properties(queue)["RedrivePolicy"]["maxReceiveCount"], most, "{queue}");
    }
}

#[test]
fn every_queue_is_encrypted() {
    for (name, _) in of_type(QUEUE) {
        assert_eq!(properties(name)["SqsManagedSseEnabled"], true, "{name}");
    }
}

#[test]
fn a_message_stays_hidden_as_long_as_its_function_may_run() {
    for (name, _) in of_type(MAPPING) {
        let timeout = number(&properties(text(&properties(name)["FunctionName"]["Ref"]))["Timeout"]);
        // AWS Lambda recommends this: a throttled function begins long after the delivery.
        assert!(number(&properties(queue_of(name))["VisibilityTimeout"]) >= 6 * timeout, "{name}");
    }
}

#[test]
fn a_function_reports_each_message_that_failed_and_runs_a_limited_number_of_times() {
    for (name, _) in of_type(MAPPING) {
        assert_eq!(texts(&properties(name)["FunctionResponseTypes"]), ["ReportBatchItemFailures"], "{name}");
        assert!(properties(name)["ScalingConfig"].get("MaximumConcurrency").is_some(), "{name}");
    }
}

/// T43: a queue and a concurrency for each lane; standard, since only these are fair between message groups.
#[test]
fn lanes_do_not_wait_for_one_another_and_are_fair() {
    for (mapping, concurrency) in LANES {
        assert!(!is_fifo(queue_of(mapping)), "{mapping}");
        takes(mapping, 1, concurrency);
    }
    let queues: BTreeSet<_> = LANES.iter().map(|(mapping, _)| queue_of(mapping)).collect();
    assert_eq!(queues.len(), 3);
}

#[test]
fn deliveries_are_taken_in_batches_and_are_fair_between_endpoints() {
    assert_eq!((queue_of("DeliveriesMapping"), is_fifo("DeliveriesQueue")), ("DeliveriesQueue", false));
    takes("DeliveriesMapping", 10, "DeliveryConcurrency");
    assert!(number(&parameter("DeliveryConcurrency")["MinValue"]) >= 2);
}

#[test]
fn steps_are_taken_one_by_one_and_are_fair_between_projects() {
    assert_eq!((queue_of("RunsMapping"), is_fifo("RunsQueue")), ("RunsQueue", false));
    takes("RunsMapping", 1, "RunConcurrency");
    assert!(number(&parameter("RunConcurrency")["MinValue"]) >= 2);
}

#[test]
fn a_project_leaves_half_of_the_steps_to_others() {
    let of_project = u64::from(ProjectSettings::default().concurrent_steps);
    assert_eq!(number(&parameter("RunConcurrency")["Default"]), 2 * of_project);
}

/// Checks how many messages a function gets at once, and which parameter limits how many run at the same time.
fn takes(mapping: &str, batch: u64, concurrency: &str) {
    assert_eq!(properties(mapping)["BatchSize"], batch, "{mapping}");
    assert_eq!(
        properties(mapping)["ScalingConfig"]["MaximumConcurrency"],
        json!({"Ref": concurrency}),
        "{mapping}"
    );
}

#[test]
fn what_an_older_version_has_left_in_its_queues_is_done() {
    for (mapping, queue) in [("SyncMapping", "SyncQueue"), ("TransferMapping", "TransferQueue")] {
        assert_eq!(properties(queue)["FifoQueue"], true, "{queue}");
        assert_eq!((queue_of(mapping), &properties(mapping)["BatchSize"]), (queue, &json!(1)));
    }
}

#[test]
fn a_tick_comes_every_minute_and_is_never_taken_for_a_double() {
    let (schedule, target) = (properties("Schedule"), &properties("Schedule")["Target"]);
    assert_eq!(schedule["ScheduleExpression"], "rate(1 minute)");
    assert_eq!(resource_of(&target["Arn"]), "SyncQueue");
    assert_eq!(properties("SyncQueue")["ContentBasedDeduplication"], true);
    let tick: Value = serde_json::from_str(text(&target["Input"])).unwrap();
    assert_eq!(tick, json!({"type": "tick.v1", "at": "<aws.scheduler.scheduled-time>"}));
}

#[test]
fn a_tick_that_cannot_be_sent_is_a_dead_letter() {
    let target = &properties("Schedule")["Target"];
    assert_eq!(resource_of(&target["DeadLetterConfig"]["Arn"]), "ScheduleDeadLetters");
    assert!(!is_fifo("ScheduleDeadLetters"));
}
