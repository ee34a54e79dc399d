//! Random documents, and a naive interpreter of them.

use fastrand::Rng;
use serde_json::{Value, json};
use shared::workflows::{Document, Position, Step, StepKind, Way};

/// Number of flags and of lists in a trigger.
const CHOICES: usize = 4;

/// Returns a random document. Which way its conditions go and how long its lists are is in the trigger of a run.
pub(super) fn document(rng: &mut Rng) -> Document {
    let mut ids = 0;
    let steps = steps(rng, 0, &mut ids);
    let document = json!({
        "name": "simulated",
        "trigger": {"type": "request"},
        "enabled_by_default": true,
        "steps": steps,
    });
    serde_json::from_value(document).expect("it is a document")
}

/// Returns a random trigger.
pub(super) fn trigger(rng: &mut Rng) -> Value {
    let flags: Vec<bool> = (0..CHOICES).map(|_| rng.bool()).collect();
    let lists: Vec<Vec<usize>> = (0..CHOICES).map(|_| (0..rng.usize(0..4)).collect()).collect();
    json!({"flags": flags, "lists": lists})
}

fn steps(rng: &mut Rng, depth: usize, ids: &mut usize) -> Vec<Value> {
    let least = usize::from(depth == 0);
    (0..rng.usize(least..4)).map(|_| step(rng, depth, ids)).collect()
}

fn step(rng: &mut Rng, depth: usize, ids: &mut usize) -> Value {
    *ids += 1;
    let id = format!("s{ids}");
    let key = "{{ step.idempotency_key }}";
    let mut step = match rng.usize(0..if depth < 2 { 8 } else { 6 }) {
        0 | 1 => json!({"type": "http", "url": "https://example.com/", "method": "PUT"}),
        2 => json!({"type": "action", "action": "DROPBOX_SAVE_FILE", "parameters": {"key": key}}),
        3 => json!({"type": "dropbox", "route": "files/get_metadata", "argument": {"key": key}}),
        4 => json!({"type": "delay", "seconds": rng.u64(1..3_000)}),
        5 => json!({"type": "response", "status": 200, "body": key}),
        6 => json!({
            "type": "condition",
            "if": format!("{{{{ trigger.flags[{}] }}}}", rng.usize(0..CHOICES)),
            "then": steps(rng, depth + 1, ids),
            "else": steps(rng, depth + 1, ids),
        }),
        _ => json!({
            "type": "for_each",
            "items": format!("{{{{ trigger.lists[{}] }}}}", rng.usize(0..CHOICES)),
            "as": format!("item{ids}"),
            "steps": steps(rng, depth + 1, ids),
        }),
    };
    step["id"] = json!(id);
    step["attempts"] = json!(rng.u8(1..6));
    step["continue_on_error"] = json!(rng.bool());
    step
}

/// Returns the steps that a run does, in their order.
pub(super) fn walk<'a>(document: &'a Document, trigger: &Value) -> Vec<(Position, &'a Step)> {
    let mut walked = Vec::new();
    walk_list(&document.steps, &[], trigger, &mut walked);
    walked
}

fn walk_list<'a>(
    list: &'a [Step],
    around: &[(usize, Way)],
    trigger: &Value,
    walked: &mut Vec<(Position, &'a Step)>,
) {
    for (index, step) in list.iter().enumerate() {
        walked.push((Position { around: around.to_vec(), index }, step));
        let mut inside = |list: &'a [Step], way| {
            walk_list(list, &[around, &[(index, way)]].concat(), trigger, walked);
        };
        match &step.kind {
            StepKind::Condition { condition, then, otherwise } => {
                match trigger["flags"][choice(condition)].as_bool() {
                    Some(true) => inside(then, Way::Then),
                    _ => inside(otherwise, Way::Else),
                }
            }
            StepKind::ForEach { items, steps, .. } => {
                let count = trigger["lists"][choice(items)].as_array().map_or(0, Vec::len);
                (0..count).for_each(|item| inside(steps, Way::Item(item)));
            }
            _ => {}
        }
    }
}

/// Returns the number in a reference.
fn choice(reference: &str) -> usize {
    let digits: String = reference.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("a reference has a number")
}
