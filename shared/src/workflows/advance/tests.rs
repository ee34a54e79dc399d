use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::{model::Timestamp, workflows::records_needed};

fn document(steps: &Value) -> Document {
    serde_json::from_value(json!({"name": "test", "trigger": {"type": "request"}, "steps": steps})).unwrap()
}

fn record(position: &Position, count: usize) -> StepRecord {
    StepRecord {
        position: position.clone(),
        step: "loop".to_owned(),
        at: Timestamp(0),
        ms: 0,
        attempts: 1,
        input: Value::Null,
        output: Some(json!({"count": count})),
        error: None,
    }
}

/// Outcomes of steps by position, chosen freely by a test.
struct World(u64);

impl World {
    fn outcome(&self, document: &Document, position: &Position) -> Outcome {
        let chosen = position
            .to_string()
            .bytes()
            .fold(self.0, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)).rotate_left(7));
        match (&step_at(document, position).unwrap().kind, chosen % 5) {
            (StepKind::Condition { .. } | StepKind::ForEach { .. }, 4) => Outcome::Done,
            (StepKind::Condition { .. }, way) => Outcome::Branch(way % 2 == 0),
            (StepKind::ForEach { .. }, count) => Outcome::Items(usize::try_from(count).unwrap()),
            _ => Outcome::Done,
        }
    }

    /// Walks from position to position, giving `next` only the records that [`records_needed`] names.
    fn walk(&self, document: &Document) -> Vec<Position> {
        let (mut visited, mut records) = (Vec::new(), HashMap::new());
        let mut position = Some(Position::FIRST);
        while let Some(at) = position {
            assert!(visited.len() < 100_000, "the walk does not end");
            let outcome = self.outcome(document, &at);
            if let Outcome::Items(count) = outcome {
                records.insert(at.clone(), record(&at, count));
            }
            let needed = records_needed(document, &at);
            let given: Vec<StepRecord> = needed.iter().filter_map(|one| records.get(one).cloned()).collect();
            position = next(document, &at, outcome, &given).unwrap();
            visited.push(at);
        }
        visited
    }

    /// Runs a document by recursion, as one would do without having to stop in between.
    fn interpret(
        &self,
        document: &Document,
        steps: &[Step],
        around: &[(usize, Way)],
        visited: &mut Vec<Position>,
    ) {
        for (index, step) in steps.iter().enumerate() {
            let position = Position { around: around.to_vec(), index };
            visited.push(position.clone());
            let inside = |way| [around, &[(index, way)]].concat();
            match (&step.kind, self.outcome(document, &position)) {
                (StepKind::Condition { then, .. }, Outcome::Branch(true)) => {
                    self.interpret(document, then, &inside(Way::Then), visited);
                }
                (StepKind::Condition { otherwise, .. }, Outcome::Branch(false)) => {
                    self.interpret(document, otherwise, &inside(Way::Else), visited);
                }
                (StepKind::ForEach { steps, .. }, Outcome::Items(count)) => {
                    for item in 0..count {
                        self.interpret(document, steps, &inside(Way::Item(item)), visited);
                    }
                }
                _ => {}
            }
        }
    }
}

fn steps() -> impl Strategy<Value = Value> {
    let leaf = Just(json!({"id": "a", "type": "response"}));
    let step = leaf.prop_recursive(3, 20, 3, |step| {
        let list = || prop::collection::vec(step.clone(), 0..3);
        prop_oneof![
            (list(), list()).prop_map(|(then, otherwise)| {
                json!({"id": "b", "type": "condition", "if": "{{ 1 }}", "then": then, "else": otherwise})
            }),
            list().prop_map(
                |steps| json!({"id": "c", "type": "for_each", "items": "{{ [] }}", "steps": steps})
            ),
        ]
    });
    prop::collection::vec(step, 1..4).prop_map(Value::from)
}

proptest! {
    #[test]
    fn every_walk_ends_and_visits_what_an_interpreter_visits(steps in steps(), seed in any::<u64>()) {
        let (document, world) = (document(&steps), World(seed));
        let mut expected = Vec::new();
        world.interpret(&document, &document.steps, &[], &mut expected);
        prop_assert_eq!(world.walk(&document), expected);
    }

    #[test]
    fn positions_are_read_as_they_are_written(steps in steps(), seed in any::<u64>()) {
        let document = document(&steps);
        for position in World(seed).walk(&document) {
            prop_assert_eq!(position.to_string().parse::<Position>(), Ok(position));
        }
    }
}

#[test]
fn a_walk_in_words() {
    let document = document(&json!([
        {"id": "choose", "type": "condition", "if": "{{ 1 }}", "then": [{"id": "yes", "type": "response"}]},
        {"id": "each", "type": "for_each", "items": "{{ [1, 2] }}", "steps": [
            {"id": "one", "type": "response"}, {"id": "two", "type": "response"},
        ]},
        {"id": "end", "type": "response"},
    ]));
    let two = [record(&"1".parse().unwrap(), 2)];
    let next = |from: &str, outcome| {
        let next = next(&document, &from.parse().unwrap(), outcome, &two).unwrap();
        next.map(|position| position.to_string())
    };
    for (from, outcome, to) in [
        ("0", Outcome::Branch(true), Some("0.then.0")),
        ("0", Outcome::Branch(false), Some("1")),
        ("0", Outcome::Done, Some("1")),
        ("0.then.0", Outcome::Done, Some("1")),
        ("1", Outcome::Items(2), Some("1.0.0")),
        ("1", Outcome::Items(0), Some("2")),
        ("1.0.0", Outcome::Done, Some("1.0.1")),
        ("1.0.1", Outcome::Done, Some("1.1.0")),
        ("1.1.1", Outcome::Done, Some("2")),
        ("2", Outcome::Done, None),
    ] {
        assert_eq!(next(from, outcome).as_deref(), to, "{from} {outcome:?}");
    }
}

#[test]
fn a_run_that_is_nowhere_does_not_move() {
    let document = document(&json!([{"id": "each", "type": "for_each", "items": "{{ [1] }}", "steps": [
        {"id": "one", "type": "response"},
    ]}]));
    for lost in ["1", "0.then.0", "0.0.1", "7.0.0"] {
        let lost: Position = lost.parse().unwrap();
        assert_eq!(step_at(&document, &lost), None);
        assert_eq!(next(&document, &lost, Outcome::Done, &[]), Err(AdvanceError::NoStep(lost)));
    }
    let inside: Position = "0.0.0".parse().unwrap();
    let each: Position = "0".parse().unwrap();
    assert_eq!(next(&document, &inside, Outcome::Done, &[]), Err(AdvanceError::NoCount(each)));
}
