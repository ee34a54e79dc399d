//! Beginning of a repeated run: the position of a step, and the records of the steps before it.

use shared::workflows::{Document, Position, Step, StepKind, Way, step_at};

/// Reason why a run cannot be repeated from a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nowhere {
    /// The document has no such step.
    Missing,
    /// The step is done for each item of a list: its id names no single position.
    Ambiguous,
}

/// Returns the position that a text names: a position, or the id of a step.
pub(super) fn position(document: &Document, from: &str) -> Result<Position, Nowhere> {
    match from.parse::<Position>() {
        Ok(position) => step_at(document, &position).map(|_| position).ok_or(Nowhere::Missing),
        Err(_) => of_id(&document.steps, &[], from)?.ok_or(Nowhere::Missing),
    }
}

fn of_id(steps: &[Step], around: &[(usize, Way)], id: &str) -> Result<Option<Position>, Nowhere> {
    for (index, step) in steps.iter().enumerate() {
        if step.id == id {
            return Ok(Some(Position { around: around.to_vec(), index }));
        }
        let within = |way: Way| [around, &[(index, way)]].concat();
        let found = match &step.kind {
            StepKind::Condition { then, otherwise, .. } => match of_id(then, &within(Way::Then), id)? {
                Some(found) => Some(found),
                None => of_id(otherwise, &within(Way::Else), id)?,
            },
            StepKind::ForEach { steps, .. } => {
                // Any item does to learn whether it is there.
                if of_id(steps, &within(Way::Item(0)), id)?.is_some() {
                    return Err(Nowhere::Ambiguous);
                }
                None
            }
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// Returns the positions of steps that are done before the one at a position and that it, or a later one, may refer
/// to: those in the lists around it, and in branches of conditions there. What was done for items of lists that are
/// through, or for other items, is not among them.
pub(super) fn before(document: &Document, position: &Position) -> Vec<Position> {
    let mut found = Vec::new();
    let (mut steps, mut around) = (document.steps.as_slice(), Vec::new());
    let ends = position.around.iter().map(|(index, way)| (*index, Some(*way)));
    for (index, way) in ends.chain([(position.index, None)]) {
        all_of(steps.get(..index).unwrap_or_default(), &around, &mut found);
        let Some(way) = way else { break };
        // The step around was done up to its decision.
        found.push(Position { around: around.clone(), index });
        around.push((index, way));
        steps = match (steps.get(index).map(|step| &step.kind), way) {
            (Some(StepKind::Condition { then, .. }), Way::Then) => then,
            (Some(StepKind::Condition { otherwise, .. }), Way::Else) => otherwise,
            (Some(StepKind::ForEach { steps, .. }), Way::Item(_)) => steps,
            _ => &[],
        };
    }
    found
}

fn all_of(steps: &[Step], around: &[(usize, Way)], found: &mut Vec<Position>) {
    for (index, step) in steps.iter().enumerate() {
        found.push(Position { around: around.to_vec(), index });
        if let StepKind::Condition { then, otherwise, .. } = &step.kind {
            all_of(then, &[around, &[(index, Way::Then)]].concat(), found);
            all_of(otherwise, &[around, &[(index, Way::Else)]].concat(), found);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        let delay = |id: &str| json!({"id": id, "type": "delay", "seconds": 1});
        serde_json::from_value(json!({
            "name": "Nested",
            "trigger": {"type": "request"},
            "steps": [
                delay("a"),
                {"id": "b", "type": "condition", "if": "{{ trigger }}", "then": [delay("c")], "else": [delay("d")]},
                {"id": "e", "type": "for_each", "items": "{{ trigger }}", "steps": [delay("f"), delay("g")]},
                delay("h"),
            ],
        }))
        .unwrap()
    }

    #[test]
    fn a_step_is_named_by_its_id_or_its_position() {
        let named = |from: &str| position(&document(), from).map(|position| position.to_string());
        for (from, expected) in
            [("a", "0"), ("d", "1.else.0"), ("h", "3"), ("2.7.1", "2.7.1"), ("1.then.0", "1.then.0")]
        {
            assert_eq!(named(from), Ok(expected.to_owned()), "{from}");
        }
        for from in ["x", "", "9", "1.0.0", "2.then.0"] {
            assert_eq!(named(from), Err(Nowhere::Missing), "{from}");
        }
        assert_eq!(named("g"), Err(Nowhere::Ambiguous));
    }

    #[test]
    fn before_a_step_are_those_that_it_may_refer_to() {
        let before = |position: &str| {
            let all = before(&document(), &position.parse().unwrap());
            all.iter().map(Position::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(before("0"), "");
        assert_eq!(before("1.else.0"), "0 1");
        assert_eq!(before("2.7.1"), "0 1 1.then.0 1.else.0 2 2.7.0");
        assert_eq!(before("3"), "0 1 1.then.0 1.else.0 2");
    }
}
