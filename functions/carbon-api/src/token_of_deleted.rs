//! Tokens of users who were deleted since: they end with the user, without a row for each of them.

use std::time::Duration;

use shared::{
    caller::{ProjectCaller, token_refused},
    model::ProjectUser,
};

use crate::{CarbonApi, answer::Refusal};

/// How far the clocks of two machines may be apart: one has added the user, another has issued the token.
const CLOCK_SKEW: Duration = Duration::from_secs(5);

/// Refuses a token that is older than its user, who was deleted and has come back since, or of a user who is deleted.
pub(crate) async fn refuse(api: &CarbonApi, caller: &ProjectCaller) -> Result<(), Refusal> {
    let (Some(issued_at), Some(user)) = (caller.issued_at, &caller.user) else { return Ok(()) };
    let stored = api.users.user(caller.project, user).await?;
    let is_older = |user: &ProjectUser| issued_at.plus(CLOCK_SKEW) < user.created_at;
    if stored.is_some_and(|user| user.deletion.is_some() || is_older(&user)) {
        return Err(token_refused().into());
    }
    Ok(())
}
