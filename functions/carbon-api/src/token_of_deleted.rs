//! Tokens of deleted users. They end with their user, without a row for each token.

use std::time::Duration;

use shared::{
    caller::{ProjectCaller, token_refused},
    model::ProjectUser,
};

use crate::{CarbonApi, answer::Refusal};

/// Maximum clock difference between the machine that added the user and the one that issued the token.
const CLOCK_SKEW: Duration = Duration::from_secs(5);

/// Refuses a token of a deleted user, and one that was issued before its user was deleted and created again.
pub(crate) async fn refuse(api: &CarbonApi, caller: &ProjectCaller) -> Result<(), Refusal> {
    let (Some(issued_at), Some(user)) = (caller.issued_at, &caller.user) else { return Ok(()) };
    let stored = api.store.user(caller.project, user).await?;
    let is_older = |user: &ProjectUser| issued_at.plus(CLOCK_SKEW) < user.created_at;
    if stored.is_some_and(|user| user.deletion.is_some() || is_older(&user)) {
        return Err(token_refused().into());
    }
    Ok(())
}
