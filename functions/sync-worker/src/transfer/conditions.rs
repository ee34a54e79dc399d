//! Conditions and state that the transfers of a run share.

use shared::model::{Connection, InFlight};
use tokio::time::Instant;

use super::{pace::Pace, recent_copies::RecentCopies, shared_rows::SharedRows};
use crate::Worker;

/// State that the transfers of a run share.
#[derive(Default)]
pub(super) struct SharedState {
    pub(super) rows: SharedRows,
    pub(super) copies: RecentCopies,
}

/// Parameters that transfers of a run share.
#[derive(Clone, Copy)]
pub(super) struct Conditions<'a> {
    pub(super) worker: &'a Worker,
    pub(super) connection: &'a Connection,
    /// Note in a transfer's row while its bytes are fetched, if there is one.
    pub(super) note: Option<InFlight>,
    /// Time at which they must end.
    pub(super) deadline: Instant,
    pub(super) pace: &'a Pace<'a>,
    pub(super) shared: &'a SharedState,
}
