//! `users/get_account`.

use serde::{Deserialize, Serialize};

use super::get_current_account::Name;
use crate::api::{caller::Caller, error::GetAccountError, failure::Failure};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct GetAccountArg {
    account_id: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct BasicAccount {
    account_id: String,
    name: Name,
    email: String,
    email_verified: bool,
    disabled: bool,
    is_teammate: bool,
}

/// Returns the owner of an account id. Only the caller counts as a member of the caller's team.
pub(crate) fn get_account(caller: &Caller, arg: &GetAccountArg) -> Result<BasicAccount, Failure> {
    let mut profiles = caller.service.accounts.iter().map(|account| &account.profile);
    let found = profiles.find(|profile| profile.account_id == arg.account_id);
    let profile = found.ok_or_else(|| Failure::endpoint(GetAccountError::NoAccount))?;
    Ok(BasicAccount {
        account_id: profile.account_id.clone(),
        name: Name::of(&profile.name),
        email: profile.email.clone(),
        email_verified: true,
        disabled: false,
        is_teammate: profile.account_id == caller.account.profile.account_id,
    })
}
