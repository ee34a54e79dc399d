//! The way of a run through the tree of its steps. Pure: from an outcome to the next position.

use super::{Document, Position, Step, StepKind, StepRecord, Way};

/// Outcome of a step, as far as it decides where the run goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done. A condition or a for-each that has failed and lets the run go on is done, too: without its
    /// steps.
    Done,
    /// A condition holds, or does not.
    Branch(bool),
    /// A for-each has so many items.
    Items(usize),
}

/// Reason why a run cannot move on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdvanceError {
    /// The document has no step there.
    #[error("the document has no step at {0}")]
    NoStep(Position),
    /// The record of a for-each, with its `count`, is needed and was not given.
    #[error("the record of the for-each at {0} is missing")]
    NoCount(Position),
}

/// Returns the step at a position.
#[must_use]
pub fn step_at<'a>(document: &'a Document, position: &Position) -> Option<&'a Step> {
    list_at(document, &position.around)?.get(position.index)
}

/// Returns the position after one whose step has come to `outcome`; `None` at the end. `records` has the records
/// of the for-eachs around the step, whose `count` says whether there is another item.
///
/// # Errors
/// Fails if the document has no step there, or one of those records is missing.
pub fn next(
    document: &Document,
    position: &Position,
    outcome: Outcome,
    records: &[StepRecord],
) -> Result<Option<Position>, AdvanceError> {
    let step = step_at(document, position).ok_or_else(|| AdvanceError::NoStep(position.clone()))?;
    match way_into(step, outcome) {
        Some(way) => Ok(Some(first_inside(position, way))),
        None => after(document, position.clone(), records),
    }
}

/// Returns the list that a way around leads to.
pub(super) fn list_at<'a>(document: &'a Document, around: &[(usize, Way)]) -> Option<&'a [Step]> {
    around.iter().try_fold(document.steps.as_slice(), |list, (index, way)| inside(list.get(*index)?, *way))
}

fn inside(step: &Step, way: Way) -> Option<&[Step]> {
    match (&step.kind, way) {
        (StepKind::Condition { then, .. }, Way::Then) => Some(then),
        (StepKind::Condition { otherwise, .. }, Way::Else) => Some(otherwise),
        (StepKind::ForEach { steps, .. }, Way::Item(_)) => Some(steps),
        _ => None,
    }
}

fn way_into(step: &Step, outcome: Outcome) -> Option<Way> {
    let way = match outcome {
        Outcome::Branch(true) => Way::Then,
        Outcome::Branch(false) => Way::Else,
        Outcome::Items(1..) => Way::Item(0),
        Outcome::Items(0) | Outcome::Done => return None,
    };
    inside(step, way).filter(|steps| !steps.is_empty()).map(|_| way)
}

fn first_inside(position: &Position, way: Way) -> Position {
    let mut around = position.around.clone();
    around.push((position.index, way));
    Position { around, index: 0 }
}

/// Returns the position after a step and all that is in it.
fn after(
    document: &Document,
    mut position: Position,
    records: &[StepRecord],
) -> Result<Option<Position>, AdvanceError> {
    loop {
        let list =
            list_at(document, &position.around).ok_or_else(|| AdvanceError::NoStep(position.clone()))?;
        if position.index + 1 < list.len() {
            return Ok(Some(Position { index: position.index + 1, ..position }));
        }
        let Some((index, way)) = position.around.pop() else { return Ok(None) };
        position.index = index;
        if let Way::Item(item) = way
            && item + 1 < count(&position, records)?
        {
            return Ok(Some(first_inside(&position, Way::Item(item + 1))));
        }
    }
}

fn count(position: &Position, records: &[StepRecord]) -> Result<usize, AdvanceError> {
    let record = records.iter().find(|record| record.position == *position);
    let count = record.and_then(|record| record.output.as_ref()?.get("count")?.as_u64());
    count.and_then(|count| usize::try_from(count).ok()).ok_or_else(|| AdvanceError::NoCount(position.clone()))
}

#[cfg(test)]
mod tests;
