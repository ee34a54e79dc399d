//! `users/get_space_usage`.

use serde::Serialize;

use crate::api::{caller::Caller, failure::Failure};

/// Space of every account, in bytes: two terabytes.
const ALLOCATED: u64 = 2 << 40;

#[derive(Debug, Serialize)]
pub(crate) struct SpaceUsage {
    used: i64,
    allocation: Allocation,
}

#[derive(Debug, Serialize)]
#[serde(tag = ".tag", rename_all = "snake_case")]
enum Allocation {
    Individual { allocated: u64 },
}

/// Returns the used and the allocated space of an account.
pub(crate) fn get_space_usage(caller: &Caller, (): &()) -> Result<SpaceUsage, Failure> {
    let allocation = Allocation::Individual { allocated: ALLOCATED };
    caller.account.journal(|journal| Ok(SpaceUsage { used: journal.total_size()?, allocation }))
}
