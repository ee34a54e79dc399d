//! Connections whose changes are followed only when somebody asks for it.
//!
//! Messages are coalesced, so none says for certain what is asked for: the rows do. What was selected, given up, excluded or
//! confirmed, a comparison that is due, and work that has begun or failed are done; a notification, or a time that has
//! come for nothing of these, is not.

use shared::model::{Schedule, SelectionState, WalkReason};

use super::{Request, step::Step};

impl Step<'_> {
    /// Whether there is nothing to do that anybody has asked for.
    pub(super) fn waits_to_be_asked(&self, request: Request, schedule: &Schedule, resync_due: bool) -> bool {
        let is_by_itself = matches!(request.reason, WalkReason::Notified | WalkReason::Woken);
        let has_failed = schedule.failures > 0;
        self.choices.manual && is_by_itself && !resync_due && !has_failed && !self.has_begun()
    }

    /// Whether work has begun, or was chosen and has not.
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
