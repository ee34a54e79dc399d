//! Values of earlier steps that a step needs.

use std::collections::BTreeSet;

use super::{
    Document, Position, Step, StepKind, Way,
    advance::list_at,
    template::{Reference, uses_of},
};

/// Needs of a step at a position.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    /// The steps whose records its references name.
    pub(super) steps: BTreeSet<Position>,
    /// The for-eachs around whose items its references name, outermost first.
    pub(super) loops: BTreeSet<Position>,
}

/// Returns the positions of the steps whose records a step needs: those that its references name, and the
/// for-eachs around it, whose `count` is needed to move on. None is later than the step.
#[must_use]
pub fn records_needed(document: &Document, position: &Position) -> Vec<Position> {
    let mut needed = needs(document, position).steps;
    needed.extend(
        around(document, position).into_iter().filter_map(|(at, _)| is_loop(document, &at).then_some(at)),
    );
    needed.into_iter().collect()
}

/// Returns what the step at a position needs.
pub(super) fn needs(document: &Document, position: &Position) -> Needs {
    let mut needs = Needs::default();
    gather(document, position, &mut needs);
    needs
}

fn gather(document: &Document, position: &Position, needs: &mut Needs) {
    let Some(step) = super::step_at(document, position) else { return };
    for reference in references(step) {
        match reference.root.as_str() {
            "steps" => needs.steps.extend(named(document, position, reference.first_name())),
            name => {
                let innermost = around(document, position).into_iter().rev().find(
                    |(_, step)| matches!(&step.kind, StepKind::ForEach { name: item, .. } if item == name),
                );
                if let Some((at, _)) = innermost
                    && needs.loops.insert(at.clone())
                {
                    gather(document, &at, needs);
                }
            }
        }
    }
}

fn references(step: &Step) -> Vec<Reference> {
    uses_of("", &step.input()).into_iter().filter_map(|one| one.references.ok()).flatten().collect()
}

/// Returns the position of the step with this id, if it is in scope; those of all steps in scope for `None`.
fn named(document: &Document, position: &Position, id: Option<&str>) -> Vec<Position> {
    let in_scope = in_scope(document, position).into_iter();
    in_scope.filter(|(_, step)| id.is_none_or(|id| step.id == id)).map(|(at, _)| at).collect()
}

/// Returns the steps whose records a step may name: those before it in its list and in each list around it, and
/// those around it.
fn in_scope<'a>(document: &'a Document, position: &Position) -> Vec<(Position, &'a Step)> {
    let mut found = Vec::new();
    for (depth, index) in indexes(position).enumerate() {
        let around = &position.around[..depth];
        let Some(list) = list_at(document, around) else { break };
        let last = if depth < position.around.len() { index + 1 } else { index };
        let before = list.iter().take(last).enumerate();
        found.extend(before.map(|(index, step)| (Position { around: around.to_vec(), index }, step)));
    }
    found
}

/// Returns the steps around a position, outermost first.
fn around<'a>(document: &'a Document, position: &Position) -> Vec<(Position, &'a Step)> {
    let at = |depth: usize| Position {
        around: position.around[..depth].to_vec(),
        index: position.around[depth].0,
    };
    let around = (0..position.around.len()).map(at);
    around.filter_map(|at| super::step_at(document, &at).map(|step| (at, step))).collect()
}

fn is_loop(document: &Document, position: &Position) -> bool {
    matches!(super::step_at(document, position), Some(Step { kind: StepKind::ForEach { .. }, .. }))
}

/// Returns the indexes on the way to a position, and its own.
fn indexes(position: &Position) -> impl Iterator<Item = usize> {
    position.around.iter().map(|(index, _)| *index).chain([position.index])
}

/// Returns the index of the item by which a position is in the for-each at `of`.
pub(super) fn item_of(position: &Position, of: &Position) -> Option<usize> {
    match position.around.get(of.around.len())? {
        (_, Way::Item(item)) => Some(*item),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn document() -> Document {
        let response = |id: &str, body: &str| json!({"id": id, "type": "response", "body": body});
        let steps: Value = json!([
            response("first", "{{ trigger.body }}"),
            response("second", "{{ steps.first.body }}"),
            {"id": "outer", "type": "for_each", "items": "{{ steps.second.body }}", "as": "row", "steps": [
                response("head", "x"),
                {"id": "inner", "type": "for_each", "items": "{{ row.cells }}", "steps": [
                    response("cell", "{{ item }}"),
                    response("beside", "{{ steps.cell.body }} {{ steps.head.body }} {{ steps.outer.count }}"),
                ]},
                {"id": "if", "type": "condition", "if": "{{ steps.nowhere }}", "then": [
                    response("yes", "{{ row }} {{ steps.if.result }} {{ steps.inner.count }} {{ steps.cell }}"),
                ]},
            ]},
            response("last", "{{ steps }} {{ item }}"),
        ]);
        serde_json::from_value(json!({"name": "test", "trigger": {"type": "request"}, "steps": steps}))
            .unwrap()
    }

    fn needed(position: &str) -> Vec<String> {
        records_needed(&document(), &position.parse().unwrap()).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_step_needs_what_it_names_and_the_loops_around_it() {
        for (position, expected) in [
            ("0", vec![]),
            ("1", vec!["0"]),
            ("2", vec!["1"]),
            ("2.3.0", vec!["2"]),
            ("2.3.1", vec!["1", "2"]),
            ("2.3.1.5.0", vec!["1", "2", "2.3.1"]),
            ("2.3.1.5.1", vec!["2", "2.3.0", "2.3.1", "2.3.1.5.0"]),
            ("2.3.2", vec!["2"]),
            ("2.3.2.then.0", vec!["1", "2", "2.3.1", "2.3.2"]),
            ("3", vec!["0", "1", "2"]),
            ("9", vec![]),
        ] {
            let mut found = needed(position);
            found.sort();
            assert_eq!(found, expected, "{position}");
        }
    }

    #[test]
    fn a_name_leads_to_the_innermost_loop_and_from_there_outwards() {
        let position: Position = "2.3.1.5.0".parse().unwrap();
        let needs = needs(&document(), &position);
        let loops: Vec<String> = needs.loops.iter().map(ToString::to_string).collect();
        assert_eq!(loops, ["2", "2.3.1"]);
        assert_eq!(item_of(&position, &"2".parse().unwrap()), Some(3));
        assert_eq!(item_of(&position, &"2.3.1".parse().unwrap()), Some(5));
        assert_eq!(item_of(&position, &position), None);
    }
}
