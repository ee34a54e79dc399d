//! `check/user`.

use serde::{Deserialize, Serialize};

use crate::api::{caller::Caller, failure::Failure};

const LONGEST: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EchoArg {
    #[serde(default)]
    query: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct EchoResult {
    result: String,
}

/// Returns the query unchanged, which shows that the token is valid.
pub(crate) fn check_user(_: &Caller, arg: &EchoArg) -> Result<EchoResult, Failure> {
    if arg.query.chars().count() <= LONGEST {
        Ok(EchoResult { result: arg.query.clone() })
    } else {
        Err(Failure::Argument(format!("query: '{}' is longer than {LONGEST} characters", arg.query)))
    }
}
