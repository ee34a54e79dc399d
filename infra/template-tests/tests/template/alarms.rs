//! Alarms: every queue and every function has them, and each says what it means.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use template_tests::{
    metrics::{ALARM, Metric, alarms, of_alarms, parts_of_composites},
    template::{QUEUE, elements, functions, number, of_type, properties, said, text},
};

fn is_watched(metric: &Metric) {
    assert!(of_alarms().contains(metric), "no alarm looks at {metric:?}");
}

#[test]
fn every_queue_of_dead_letters_has_an_alarm_on_its_messages() {
    let dead: Vec<_> =
        of_type(QUEUE).map(|(name, _)| name).filter(|name| name.ends_with("DeadLetters")).collect();
    assert_eq!(dead.len(), 7);
    for name in dead {
        let queue = format!("${{{name}.QueueName}}");
        is_watched(&Metric::of("AWS/SQS", "ApproximateNumberOfMessagesVisible", &[("QueueName", &queue)]));
    }
}

#[test]
fn every_other_queue_has_an_alarm_on_the_age_of_its_messages() {
    for (name, _) in of_type(QUEUE).filter(|(name, _)| !name.ends_with("DeadLetters")) {
        let queue = format!("${{{name}.QueueName}}");
        is_watched(&Metric::of("AWS/SQS", "ApproximateAgeOfOldestMessage", &[("QueueName", &queue)]));
    }
}

#[test]
fn every_function_has_an_alarm_on_errors_and_throttles() {
    for name in functions() {
        let function = format!("${{{name}}}");
        for metric in ["Errors", "Throttles"] {
            is_watched(&Metric::of("AWS/Lambda", metric, &[("FunctionName", &function)]));
        }
    }
}

#[test]
fn the_gateway_has_an_alarm_on_errors_of_its_stage() {
    assert_eq!(properties("Api")["Name"], json!({"Ref": "AWS::StackName"}));
    let stage = &properties("Api")["StageName"];
    let stage = if stage.is_object() { format!("${{{}}}", said(stage)) } else { text(stage).to_owned() };
    is_watched(&Metric::of(
        "AWS/ApiGateway",
        "5XXError",
        &[("ApiName", "${AWS::StackName}"), ("Stage", &stage)],
    ));
}

#[test]
fn an_alarm_says_what_it_means() {
    for name in alarms() {
        let description = text(&properties(name)["AlarmDescription"]);
        assert!(description.matches('.').count() >= 2 && description.chars().count() <= 1024, "{name}");
    }
}

#[test]
fn an_alarm_tells_the_topic_unless_it_is_part_of_another() {
    let topic = json!({"Fn::If": ["TellsOfAlarms", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]});
    let parts = parts_of_composites();
    assert_eq!(parts.len(), 2);
    for name in alarms() {
        let expected = (!parts.contains(name)).then_some(&topic);
        let told = (properties(name).get("AlarmActions"), properties(name).get("OKActions"));
        assert_eq!(told, (expected, expected), "{name}");
    }
}

#[test]
fn an_alarm_has_no_name_that_another_stack_could_have() {
    for name in alarms() {
        assert!(properties(name).get("AlarmName").is_none(), "{name}");
    }
}

/// A metric without data counts as healthy, except for the alarm on missing data.
#[test]
fn missing_data_means_what_it_should() {
    for (name, _) in of_type(ALARM) {
        let silence = text(&properties(name)["ComparisonOperator"]).starts_with("Less");
        let expected = if silence { "breaching" } else { "notBreaching" };
        assert_eq!(properties(name)["TreatMissingData"], expected, "{name}");
    }
}

/// CloudWatch evaluates a day at most where periods are shorter than an hour, else a week.
#[test]
fn an_alarm_looks_back_a_day_at_most() {
    for (name, _) in of_type(ALARM) {
        let given = properties(name);
        let periods = number(&given["EvaluationPeriods"]);
        assert!(period_of(given) * periods <= 86_400, "{name}");
        assert!(given.get("DatapointsToAlarm").map_or(1, number) <= periods, "{name}");
    }
}

/// Returns the only period of an alarm's metrics, in seconds.
fn period_of(alarm: &Value) -> u64 {
    let of_metrics = elements(&alarm["Metrics"]).iter().map(|metric| &metric["MetricStat"]["Period"]);
    let given = of_metrics.chain([&alarm["Period"]]).filter_map(Value::as_u64);
    let periods: BTreeSet<_> = given.collect();
    assert_eq!(periods.len(), 1, "{alarm}");
    periods.into_iter().sum()
}
