//! Actions and calls in the user's account.

use std::time::Duration;

use api_proxy::Undone;
use serde_json::Value;
use shared::{
    model::{Connection, ConnectionStatus},
    workflows::StepError,
};

use crate::{
    Failure, Runner,
    ending::{Ending, Trouble},
    step::Present,
};

/// Code of the refusal of a call during a pause that Dropbox asked for.
const PAUSED: &str = "too_many_requests";

pub(super) async fn action(
    runner: &Runner,
    present: &Present,
    action: &str,
    input: &Value,
) -> Result<Ending, Failure> {
    let connection = match connection(runner, present).await? {
        Ok(connection) => connection,
        Err(trouble) => return Ok(Ending::Failed(trouble)),
    };
    let mut parameters = input["parameters"].clone();
    if let Some(resume) = present.part().and_then(|part| part.get("resume")) {
        parameters["resume"] = resume.clone();
    }
    Ok(match runner.account.act(action, parameters, connection).await {
        // A large file is saved in several messages.
        Ok(answer) if answer["status"] == "unfinished" && answer["resume"].is_string() => {
            Ending::Part(answer)
        }
        Ok(answer) => Ending::done(answer),
        Err(undone) => ending(undone),
    })
}

pub(super) async fn call(
    runner: &Runner,
    present: &Present,
    route: &str,
    input: &Value,
) -> Result<Ending, Failure> {
    let connection = match connection(runner, present).await? {
        Ok(connection) => connection,
        Err(trouble) => return Ok(Ending::Failed(trouble)),
    };
    Ok(match runner.account.call(route, &input["argument"], connection).await {
        Ok(answer) => Ending::done(answer),
        Err(undone) => ending(undone),
    })
}

/// Returns the run's connection, if it works.
async fn connection(runner: &Runner, present: &Present) -> Result<Result<Connection, Trouble>, Failure> {
    let Some(id) = present.run.connection else { return Ok(Err(not_connected())) };
    let found = runner.store.connection(id).await?;
    Ok(match found {
        Some(found) if found.status == ConnectionStatus::Active => Ok(found),
        Some(found) if found.status == ConnectionStatus::NeedsReauth => {
            let message = "Dropbox refuses the account's tokens: the user must connect it again.";
            Err(Trouble::of("needs_reauth", message))
        }
        _ => Err(not_connected()),
    })
}

fn not_connected() -> Trouble {
    Trouble::of("not_connected", "The user has no Dropbox account connected for this run.")
}

/// Returns what a failure means: a pause passes and costs no attempt, what Dropbox cannot answer now may pass, and all
/// else is lasting.
fn ending(undone: Undone) -> Ending {
    let Undone { status, code, message, retry_after } = undone;
    if let Some(wait) = retry_after.filter(|_| code == PAUSED) {
        return Ending::Paused(wait.max(Duration::from_secs(1)));
    }
    let may_pass = status == 429 || status >= 500;
    Ending::Failed(Trouble { error: StepError { code, message }, may_pass, wait: retry_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(status: u16, code: &str, seconds: Option<u64>) -> Ending {
        let retry_after = seconds.map(Duration::from_secs);
        ending(Undone { status, code: code.to_owned(), message: "No.".to_owned(), retry_after })
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let passes = |ending: Ending| matches!(ending, Ending::Failed(Trouble { may_pass: true, .. }));
        for status in [429, 500, 502, 503] {
            assert!(passes(undone(status, "dropbox_refused", None)), "{status}");
        }
        for status in [400, 401, 403, 404, 409, 422] {
            assert!(!passes(undone(status, "dropbox_refused", None)), "{status}");
        }
        assert_eq!(undone(429, PAUSED, Some(30)), Ending::Paused(Duration::from_secs(30)));
        let Ending::Failed(told) = undone(429, "dropbox_refused", Some(30)) else { panic!() };
        assert_eq!(told.wait, Some(Duration::from_secs(30)));
    }
}
