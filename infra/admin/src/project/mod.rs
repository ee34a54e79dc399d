//! Commands on projects: the applications that use a deployment.

pub mod app;
pub mod create;
pub mod keys;
pub mod user_tokens;

use clap::Subcommand;

use crate::Site;

/// Command on projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// Create a project, and print its id, its API key, its key pair and a token for a user, once.
    Create(create::NewProject),
    /// Set the Dropbox app through which accounts of a project are linked, or replace that app's secret.
    App(app::NewApp),
    /// Create another API key of a project, which works besides the existing ones.
    AddApiKey(keys::AddApiKey),
    /// Remove an API key of a project.
    RemoveApiKey(keys::RemoveApiKey),
    /// Add a key for a project's user tokens, which works besides the existing ones.
    AddUserKey(keys::AddUserKey),
    /// Remove a key for a project's user tokens.
    RemoveUserKey(keys::RemoveUserKey),
    /// Create a new data key of a project. Earlier secrets can still be opened; new ones are sealed under the
    /// new key.
    RotateKey(app::NewKey),
    /// Set which user tokens of a project are accepted: their audience, and their longest life.
    UserTokens(user_tokens::NewRules),
}

/// Runs a command on the projects of a site, and prints what it did as a JSON object.
///
/// # Errors
/// If an argument is invalid, or the site cannot be reached; see the command's own function.
pub async fn run(command: &ProjectCommand, site: &dyn Site) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Create(new) => create::create(new, site).await,
        ProjectCommand::App(new) => app::set_app(new, site).await,
        ProjectCommand::AddApiKey(new) => keys::add_api_key(new, site).await,
        ProjectCommand::RemoveApiKey(old) => keys::remove_api_key(old, site).await,
        ProjectCommand::AddUserKey(new) => keys::add_user_key(new, site).await,
        ProjectCommand::RemoveUserKey(old) => keys::remove_user_key(old, site).await,
        ProjectCommand::RotateKey(new) => app::rotate_key(new, site).await,
        ProjectCommand::UserTokens(new) => user_tokens::set(new, site).await,
    }
}
