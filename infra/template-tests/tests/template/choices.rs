//! Choices of a deployer: alarms, the essential ones among them, and polls of queues.

use std::collections::BTreeSet;

use template_tests::{
    choices::chosen,
    files::{TEMPLATE, text},
    metrics::{COMPOSITE, alarms, alarms_with, of_alarm, references},
    template::{MAPPING, of_type, properties, resources, said},
};

use crate::queues::DEAD_LETTERS;

fn essential() -> BTreeSet<&'static str> {
    alarms_with(&[("Alarms", "essential")]).collect()
}

#[test]
fn a_stack_has_all_alarms_some_or_none() {
    let all: BTreeSet<_> = alarms().collect();
    assert_eq!(alarms_with(&[("Alarms", "all")]).collect::<BTreeSet<_>>(), all);
    assert!(essential().len() < all.len() && essential().is_subset(&all));
    assert_eq!(alarms_with(&[("Alarms", "none")]).count(), 0);
}

/// A stack that exists keeps what it has until its deployer chooses; a new one begins with less.
#[test]
fn an_upgrade_takes_no_alarm_away_and_the_example_begins_with_the_essential_ones() {
    let choices = [
        ("Alarms", "all", "essential"),
        ("StackDashboard", "enabled", "disabled"),
        ("Tracing", "enabled", "enabled"),
        ("OlderTransfers", "enabled", "disabled"),
    ];
    let example = text("parameters.example.toml");
    for (parameter, upgraded, new) in choices {
        assert_eq!(TEMPLATE["Parameters"][parameter]["Default"], upgraded);
        let line = example.lines().find_map(|line| line.strip_prefix(&format!("{parameter} = ")));
        assert_eq!(line.map_or(upgraded, |value| value.trim_matches('"')), new, "{parameter}");
    }
}

/// Messages that were given up in a queue that this version writes to, ticks that nobody does, an API that fails, and
/// walks of which none succeeds for any reason: a secret, a key, Dropbox, a crash.
#[test]
fn the_essential_alarms_tell_of_work_that_is_given_up_and_of_work_that_stands_still() {
    let older = ["SyncDeadLetters", "TransferDeadLetters"];
    let dead = DEAD_LETTERS.iter().map(|(_, dead)| *dead).filter(|dead| !older.contains(dead));
    let dead: BTreeSet<_> = dead.map(|name| format!("{name}Alarm")).collect();
    let others = ["SyncQueueAgeAlarm", "ApiErrorsAlarm", "NoWalkSucceedsAlarm"].map(str::to_owned);
    assert_eq!(essential(), dead.iter().chain(&others).map(String::as_str).collect());
}

/// CloudWatch bills an alarm by the metrics that it looks at.
#[test]
fn the_essential_alarms_look_at_few_metrics() {
    assert_eq!(essential().into_iter().map(|name| of_alarm(name).len()).sum::<usize>(), 9);
}

#[test]
fn readme_names_the_essential_alarms() {
    let readme = text("README.md");
    let (_, named) = readme.split_once("**The essential alarms** are ").unwrap();
    let named = named.split_once(". ").unwrap().0;
    assert_eq!(named.split('`').skip(1).step_by(2).collect::<BTreeSet<_>>(), essential());
}

#[test]
fn an_alarm_that_depends_on_others_is_there_with_them() {
    for (name, _) in of_type(COMPOSITE) {
        for part in references(said(&properties(name)["AlarmRule"])) {
            assert_eq!(resources()[part]["Condition"], resources()[name]["Condition"], "{part}");
        }
    }
}

/// Polls of an empty queue are billed. Whoever chooses nothing loses no message.
#[test]
fn a_queue_of_older_versions_is_read_unless_the_deployer_says_that_there_were_none() {
    let enabled = &properties("TransferMapping")["Enabled"];
    assert_eq!(*chosen(enabled, &[]), true);
    assert_eq!(*chosen(enabled, &[("OlderTransfers", "disabled")]), false);
    let others = of_type(MAPPING).filter(|(name, _)| *name != "TransferMapping");
    assert!(others.map(|(name, _)| name).all(|name| properties(name).get("Enabled").is_none()));
}
