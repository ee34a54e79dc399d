//! Steps with their places in the document.

use super::{Document, Step};

/// A step in its place.
#[derive(Debug, Clone)]
pub(super) struct Placed<'a> {
    /// The step.
    pub(super) step: &'a Step,
    /// Its place, such as `steps[2].then[0]`.
    pub(super) place: String,
    /// The steps before it in its list.
    pub(super) before: &'a [Step],
    /// The steps around it, outermost first.
    pub(super) around: Vec<Self>,
}

impl<'a> Placed<'a> {
    /// Returns the steps whose outputs it may name: those before it in its list and in each list around it, and
    /// those around it.
    pub(super) fn steps_in_scope(&self) -> Vec<&'a Step> {
        let around = self.around.iter().flat_map(|placed| placed.before.iter().chain([placed.step]));
        around.chain(self.before).collect()
    }
}

/// Returns all steps, each before those in it.
pub(super) fn all(document: &Document) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    gather("steps", &document.steps, &[], &mut found);
    found
}

fn gather<'a>(list: &str, steps: &'a [Step], around: &[Placed<'a>], found: &mut Vec<Placed<'a>>) {
    for (index, step) in steps.iter().enumerate() {
        let place = format!("{list}[{index}]");
        let placed = Placed { step, place, before: &steps[..index], around: around.to_vec() };
        let inner = [around, std::slice::from_ref(&placed)].concat();
        let lists = step.lists().into_iter().map(|(name, steps)| (format!("{}.{name}", placed.place), steps));
        let lists: Vec<_> = lists.collect();
        found.push(placed);
        for (list, steps) in lists {
            gather(&list, steps, &inner, found);
        }
    }
}

/// Returns the step with an id, or the innermost one at a place or around it.
pub(super) fn find<'a>(document: &'a Document, at: &str) -> Option<Placed<'a>> {
    let steps = all(document);
    let by_id = steps.iter().position(|placed| !at.is_empty() && placed.step.id == at);
    let by_place = || steps.iter().rposition(|placed| is_in(at, &placed.place));
    by_id.or_else(by_place).and_then(|index| steps.into_iter().nth(index))
}

fn is_in(place: &str, of: &str) -> bool {
    place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
