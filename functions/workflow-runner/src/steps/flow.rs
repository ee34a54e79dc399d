//! Conditions, for-eachs, delays and answers. Pure.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    model::Timestamp,
    workflows::{Outcome, Response, limits, template::is_true},
};

use crate::ending::{Ending, Trouble};

pub(super) fn condition(input: &Value) -> Ending {
    let result = is_true(&input["if"]);
    went(json!({"result": result}), Outcome::Branch(result))
}

pub(super) fn for_each(input: &Value) -> Ending {
    let Some(items) = input["items"].as_array() else {
        return Ending::Failed(Trouble::of("no_list", "What `items` refers to is no list."));
    };
    if items.len() > limits::MOST_ITEMS {
        let message =
            format!("The list has {} items; a for-each takes at most {}.", items.len(), limits::MOST_ITEMS);
        return Ending::Failed(Trouble::of("too_many_items", message));
    }
    went(json!({"count": items.len()}), Outcome::Items(items.len()))
}

pub(super) fn delay(input: &Value, now: Timestamp) -> Ending {
    let seconds = input["seconds"].as_f64().or_else(|| input["seconds"].as_str()?.trim().parse().ok());
    let longest = limits::LONGEST_DELAY.as_secs_f64();
    let Some(seconds) = seconds.filter(|seconds| (1.0..=longest).contains(seconds)) else {
        let message = "`seconds` must be a number of seconds: 1 to 2592000, which is 30 days.";
        return Ending::Failed(Trouble::of("delay_invalid", message));
    };
    let wait = Duration::from_secs_f64(seconds);
    let output = json!({"until": now.plus(wait).to_string()});
    Ending::Done { output, outcome: Outcome::Done, response: None, wait }
}

pub(super) fn response(status: u16, input: &Value) -> Ending {
    let body = input["body"].clone();
    let output = json!({"status": status, "body": body});
    let response = Some(Response { status, body });
    Ending::Done { output, outcome: Outcome::Done, response, wait: Duration::ZERO }
}

fn went(output: Value, outcome: Outcome) -> Ending {
    Ending::Done { output, outcome, response: None, wait: Duration::ZERO }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(ending: Ending) -> String {
        match ending {
            Ending::Failed(trouble) => trouble.error.code,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_condition_goes_the_way_of_its_value() {
        for (value, expected) in
            [(json!(true), true), (json!("x"), true), (json!(0), false), (Value::Null, false)]
        {
            let ending = condition(&json!({"if": value}));
            assert_eq!(ending, went(json!({"result": expected}), Outcome::Branch(expected)));
        }
    }

    #[test]
    fn a_for_each_takes_a_list_of_at_most_a_thousand_items() {
        assert_eq!(for_each(&json!({"items": [1, 2]})), went(json!({"count": 2}), Outcome::Items(2)));
        assert_eq!(code(for_each(&json!({"items": "text"}))), "no_list");
        assert_eq!(code(for_each(&json!({"items": vec![0; 1_001]}))), "too_many_items");
    }

    #[test]
    fn a_delay_is_a_second_to_thirty_days() {
        let Ending::Done { output, wait, .. } = delay(&json!({"seconds": "90"}), Timestamp(0)) else {
            panic!()
        };
        assert_eq!((output, wait), (json!({"until": "1970-01-01T00:01:30Z"}), Duration::from_secs(90)));
        for wrong in
            [json!(0), json!(-1), json!(2_592_001), json!("soon"), json!("NaN"), json!("inf"), Value::Null]
        {
            assert_eq!(code(delay(&json!({"seconds": wrong}), Timestamp(0))), "delay_invalid", "{wrong}");
        }
    }
}
