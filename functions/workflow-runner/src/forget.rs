//! Removal of all that is stored of a user's runs.

use shared::{
    model::{ProjectId, UserId},
    workflows::RunMessage,
};
use tokio::time::Instant;

use crate::{Failure, Runner};

/// Number of runs that are removed before the time is looked at.
const PAGE: u16 = 50;

/// Removes decisions about a user, and the user's runs; asks for the rest if there are too many. The end is recorded with
/// the user's deletion, whose receipt waits for it.
pub(crate) async fn run(runner: &Runner, project: ProjectId, user: UserId) -> Result<(), Failure> {
    // First, so that no schedule starts another run.
    runner.store.remove_enablements(project, &user).await?;
    let end = Instant::now() + runner.work_time;
    while runner.store.remove_runs(project, &user, None, PAGE).await? > 0 {
        if Instant::now() >= end {
            return Ok(runner.queue.send(vec![RunMessage::Forget { project, user }.at_once()]).await?);
        }
    }
    Ok(runner.store.note_runs_removed(project, &user, runner.clock.now()).await?)
}
