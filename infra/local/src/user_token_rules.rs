//! What a project says of its user tokens, beyond what is asked of all.

use std::path::Path;

use anyhow::bail;
use clap::Args;
use serde_json::json;
use shared::{
    model::{ProjectId, UserTokenRules},
    store::{StoreError, UserKeys},
};

use crate::{console::say, deployment::Deployment};

/// Which user tokens of a project are taken. What is not said here is as for a new project.
#[derive(Debug, Clone, Args)]
pub struct NewRules {
    /// The project's id.
    #[arg(long, value_name = "ID")]
    pub project: ProjectId,

    /// What they are like.
    #[command(flatten)]
    pub rules: Rules,

    /// Where the project is.
    #[command(flatten)]
    pub deployment: Deployment,
}

/// Which user tokens are taken.
#[derive(Debug, Clone, Args)]
pub struct Rules {
    /// An audience (aud) that means this project, beside its id and useparagon.com/ID. May be given several times.
    #[arg(long = "audience", value_name = "TEXT")]
    pub audiences: Vec<String>,

    /// Take tokens that name no audience, too.
    #[arg(long)]
    pub audience_optional: bool,

    /// Tokens that live longer are refused. Hours.
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    pub token_hours: u64,

    /// Let pages turn in codes of an OAuth page of the application's own, which has to compare the state.
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

/// Sets them, and prints what holds now.
///
/// # Errors
/// Where there is no such project.
pub async fn set(new: &NewRules, data: &Path) -> anyhow::Result<()> {
    let rules = UserTokenRules::from(&new.rules);
    match new.deployment.store(data).await?.set_user_token_rules(new.project, &rules).await {
        Err(StoreError::Conflict) => bail!("there is no project {}", new.project),
        set => set?,
    }
    say(&serde_json::to_string_pretty(&json!({"project": new.project, "user_tokens": rules}))?);
    Ok(())
}
