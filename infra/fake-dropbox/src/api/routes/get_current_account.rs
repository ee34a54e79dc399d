//! `users/get_current_account`.

use serde::Serialize;
use serde_json::{Value, json};

use crate::api::{caller::Caller, failure::Failure, wire::RootInfo};

#[derive(Debug, Serialize)]
pub(crate) struct FullAccount {
    account_id: String,
    name: Name,
    email: String,
    email_verified: bool,
    disabled: bool,
    country: &'static str,
    locale: &'static str,
    referral_link: String,
    is_paired: bool,
    account_type: Value,
    root_info: RootInfo,
}

/// Names of an account's owner.
#[derive(Debug, Serialize)]
pub(super) struct Name {
    given_name: String,
    surname: String,
    familiar_name: String,
    display_name: String,
    abbreviated_name: String,
}

/// Returns the caller's account.
pub(crate) fn get_current_account(caller: &Caller, (): &()) -> Result<FullAccount, Failure> {
    let (profile, root_info) = (&caller.account.profile, RootInfo::from(&caller.account.roots()));
    let account_type = match root_info {
        RootInfo::User { .. } => "basic",
        RootInfo::Team { .. } => "business",
    };
    Ok(FullAccount {
        account_id: profile.account_id.clone(),
        name: Name::of(&profile.name),
        email: profile.email.clone(),
        email_verified: true,
        disabled: false,
        country: "US",
        locale: "en",
        referral_link: format!("https://www.dropbox.com/referrals/{}?src=app", &profile.account_id[5..]),
        is_paired: false,
        account_type: json!({ ".tag": account_type }),
        root_info,
    })
}

impl Name {
    /// Splits a display name, whose last word is the surname.
    pub(super) fn of(display: &str) -> Self {
        let (given, surname) = display.rsplit_once(' ').unwrap_or((display, ""));
        let initial = |name: &str| name.chars().next();
        Self {
            given_name: given.to_owned(),
            surname: surname.to_owned(),
            familiar_name: given.to_owned(),
            display_name: display.to_owned(),
            abbreviated_name: initial(given).into_iter().chain(initial(surname)).collect(),
        }
    }
}
