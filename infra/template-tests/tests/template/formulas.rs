//! Formulas of alarms: what they make of the values of their metrics in one period. CloudWatch computes them, and no
//! emulator does, so the few functions that they use are here.

use std::collections::BTreeMap;

use minijinja::{Environment, Value};
use template_tests::template::{elements, number, properties, text};

/// Values of metrics in a period; one that is not there has no data.
type Data = &'static [(&'static str, i64)];

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.add_function(
        "IF",
        |is_so: bool, then: Value, otherwise: Value| if is_so { then } else { otherwise },
    );
    environment
        .add_function("FILL", |value: Value, with: Value| if value.is_undefined() { with } else { value });
    environment
}

/// Whether the alarm counts a period with these values.
fn rings(alarm: &str, data: Data) -> bool {
    let properties = properties(alarm);
    let metrics = elements(&properties["Metrics"]);
    let formula = metrics.iter().find_map(|metric| metric.get("Expression")).map(text).unwrap();
    let known: Vec<&str> = metrics.iter().map(|metric| text(&metric["Id"])).collect();
    assert!(data.iter().all(|(id, _)| known.contains(id)), "{alarm} has {known:?}");
    assert_eq!(
        (text(&properties["ComparisonOperator"]), number(&properties["Threshold"])),
        ("GreaterThanThreshold", 0)
    );
    let formula = formula.replace(" AND ", " and ");
    let environment = environment();
    let value = environment
        .compile_expression(&formula)
        .unwrap()
        .eval(data.iter().copied().collect::<BTreeMap<_, _>>());
    i64::try_from(value.unwrap()).unwrap() > 0
}

/// T3: trouble of walks and of transfers rings, pauses do not, and what works beside it says how much is too much.
#[test]
fn more_trouble_than_success_rings_and_pauses_do_not() {
    let walks: [(Data, bool); 8] = [
        (&[], false),
        (&[("succeeded", 500)], false),
        (&[("put_off", 10)], true),
        (&[("put_off", 9)], false),
        (&[("put_off", 40), ("succeeded", 39)], true),
        (&[("put_off", 40), ("succeeded", 40)], false),
        (&[("put_off", 40), ("waits", 40)], false),
        (&[("put_off", 60), ("waits", 40), ("succeeded", 19)], true),
    ];
    for (data, expected) in walks {
        assert_eq!(rings("WalksPutOffAlarm", data), expected, "{data:?}");
    }
    let transfers: [(Data, bool); 5] = [
        (&[("brought", 1_000)], false),
        (&[("put_off", 12)], true),
        (&[("put_off", 12), ("brought", 12)], false),
        (&[("put_off", 12), ("waits", 5)], false),
        (&[("put_off", 120), ("waits", 50), ("brought", 30)], true),
    ];
    for (data, expected) in transfers {
        assert_eq!(rings("TransfersPutOffAlarm", data), expected, "{data:?}");
    }
}

/// T3: walks that die before they can count anything ring by what was received from their queues.
#[test]
fn messages_that_are_received_while_no_walk_succeeds_ring() {
    let cases: [(Data, bool); 7] = [
        (&[], false),
        (&[("succeeded", 3)], false),
        (&[("changes", 1)], true),
        (&[("bulk", 1)], true),
        (&[("changes", 7), ("bulk", 90)], true),
        (&[("changes", 7), ("bulk", 90), ("succeeded", 1)], false),
        (&[("changes", 0), ("bulk", 0), ("succeeded", 0)], false),
    ];
    for (data, expected) in cases {
        assert_eq!(rings("NoWalkSucceedsAlarm", data), expected, "{data:?}");
    }
}

#[test]
fn requests_to_endpoints_of_which_none_succeeds_ring() {
    let cases: [(Data, bool); 4] = [
        (&[], false),
        (&[("failed", 1)], true),
        (&[("failed", 50), ("delivered", 1)], false),
        (&[("delivered", 9)], false),
    ];
    for (data, expected) in cases {
        assert_eq!(rings("NoDeliverySucceedsAlarm", data), expected, "{data:?}");
    }
}
