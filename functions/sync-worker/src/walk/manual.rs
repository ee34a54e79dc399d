//! Connections without automatic sync, which are walked only on request.
//!
//! Messages are coalesced, so the rows, and not a message, say what was requested. Selections, deselections,
//! exclusions, confirmations, due comparisons, and work that has begun or failed are processed. A
//! notification alone is not, nor a wake-up with nothing of these.

use shared::model::{Schedule, SelectionState, WalkReason};

use super::{Request, step::Step};

impl Step<'_> {
    /// Whether nobody has requested any work.
    pub(super) fn waits_to_be_asked(&self, request: Request, schedule: &Schedule, resync_due: bool) -> bool {
        let is_by_itself = matches!(request.reason, WalkReason::Notified | WalkReason::Woken);
        let has_failed = schedule.failures > 0;
        self.choices.manual && is_by_itself && !resync_due && !has_failed && !self.has_begun()
    }

    /// Whether work has begun, or was requested and has not begun.
    fn has_begun(&self) -> bool {
        let head = &self.head;
        let is_turning = |state| matches!(state, SelectionState::Wanted | SelectionState::Unwanted);
        head.cursor.is_none()
            || head.compare
            || head.survey.is_some()
            || head.held.is_some()
            || self.standing.marks.count() > 0
            || self.exclusions.iter().any(|excluded| !excluded.removed)
            || self.choices.selections.iter().any(|selection| is_turning(selection.state))
    }
}
