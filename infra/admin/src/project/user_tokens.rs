//! A project's rules for its user tokens, beyond the general ones.

use anyhow::bail;
use clap::Args;
use serde_json::json;
use shared::{
    model::{ProjectId, UserTokenRules},
    store::{StoreError, UserKeys},
};

use crate::{Site, console::say};

/// New rules for a project's user tokens. Omitted rules are set to the defaults of a new project.
#[derive(Debug, Clone, Args)]
pub struct NewRules {
    /// Id of the project.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// New rules.
    #[command(flatten)]
    pub rules: Rules,
}

/// Rules for user tokens.
#[derive(Debug, Clone, Args)]
pub struct Rules {
    /// Audience (aud) that stands for this project, besides its id and useparagon.com/ID. May be repeated.
    #[arg(long = "audience", value_name = "TEXT")]
    pub audiences: Vec<String>,

    /// Also accept tokens without an audience.
    #[arg(long)]
    pub audience_optional: bool,

    /// Longest life of a token, in hours; tokens with a longer one are refused.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub token_hours: u64,

    /// Let pages complete installs with codes of the application's own OAuth page, which must compare the
    /// state.
    #[arg(long)]
    pub complete_installs: bool,
}

impl From<&Rules> for UserTokenRules {
    fn from(rules: &Rules) -> Self {
        Self {
            audience_required: !rules.audience_optional,
            audiences: rules.audiences.clone(),
            longest_life_seconds: rules.token_hours * 60 * 60,
            may_complete_installs: rules.complete_installs,
        }
    }
}

/// Sets the rules, and prints them.
///
/// # Errors
/// If the project does not exist.
pub async fn set(new: &NewRules, site: &dyn Site) -> anyhow::Result<()> {
    let rules = UserTokenRules::from(&new.rules);
    match site.store().await?.set_user_token_rules(new.project, &rules).await {
        Err(StoreError::Conflict) => bail!("there is no project {}", new.project),
        set => set?,
    }
    say(&serde_json::to_string_pretty(&json!({"project": new.project, "user_tokens": rules}))?);
    Ok(())
}
