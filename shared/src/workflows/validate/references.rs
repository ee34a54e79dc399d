//! Checks of references: each must be able to exist.

use super::Problem;
use crate::workflows::{
    Document, StepKind, limits,
    placed::{self, Placed},
    scope::Scope,
    template::{is_one_reference, uses_of},
};

pub(super) fn problems(document: &Document) -> Vec<Problem> {
    placed::all(document).iter().flat_map(|placed| of_step(document, placed)).collect()
}

fn of_step(document: &Document, placed: &Placed<'_>) -> Vec<Problem> {
    let uses = uses_of("", &placed.step.input());
    if uses.len() > limits::MOST_REFERENCES {
        let message = format!("It has more than {} references.", limits::MOST_REFERENCES);
        return vec![Problem::new(&placed.place, message)];
    }
    let scope = Scope::of(document, placed);
    let mut problems = Vec::new();
    for one in uses {
        let place = format!("{}.{}", placed.place, one.place);
        match one.references {
            Err(malformed) => problems.push(Problem::new(place, format!("The text {malformed}."))),
            Ok(references) => {
                let wrong = references.iter().filter_map(|reference| scope.check(reference).err());
                problems.extend(wrong.map(|message| Problem::new(place.clone(), message)));
            }
        }
    }
    problems.extend(not_one(placed));
    problems
}

/// Returns a problem if what must be one reference is another text.
fn not_one(placed: &Placed<'_>) -> Option<Problem> {
    let (member, text) = match &placed.step.kind {
        StepKind::Condition { condition, .. } => ("if", condition.as_str()),
        StepKind::ForEach { items, .. } => ("items", items.as_str()),
        StepKind::Delay { seconds } => ("seconds", seconds.as_str()?),
        _ => return None,
    };
    let message = "It must be one reference and nothing else, such as `{{ trigger.file.size > 1000 }}`.";
    // A text that is malformed has been told already.
    let is_well_formed = uses_of("", &text.into()).iter().all(|one| one.references.is_ok());
    (is_well_formed && !is_one_reference(text))
        .then(|| Problem::new(format!("{}.{member}", placed.place), message))
}
