//! Settings of the service.

use std::{net::SocketAddr, path::PathBuf};

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Clock;

/// Settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Folder of its database; created if it is missing.
    pub data: PathBuf,
    /// Accounts that a person can choose on the authorize page.
    pub accounts: Vec<AccountSettings>,
    /// Registered apps, as in the App Console.
    pub apps: Vec<AppSettings>,
    /// Address to listen on; port 0 selects a free one.
    pub listen: SocketAddr,
    /// Clock.
    pub clock: Clock,
}

/// Settings of a Dropbox account.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// Display name, such as "First Account".
    pub name: String,
    /// Email address, from which the account's ids derive.
    pub email: String,
    /// Directory with the account's content; created if it is missing.
    pub directory: PathBuf,
    /// Name of the member's own folder, if the content is a team's space; created if it is missing.
    pub member_folder: Option<String>,
}

/// Settings of a registered app.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// App key, which is the OAuth client id.
    pub key: String,
    /// App secret, which also signs webhooks.
    pub secret: String,
    /// Name on the authorize page.
    pub name: String,
    /// Permitted redirect URIs, compared byte for byte.
    pub redirect_uris: Vec<String>,
    /// Address for notifications.
    pub webhook: Option<Url>,
    /// Scopes that the app may request.
    pub scopes: Vec<String>,
    /// Part of an account that it can see.
    pub access: AppAccess,
}

/// Part of an account that an app can see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppAccess {
    /// Everything.
    #[default]
    FullDropbox,
    /// The folder `/Apps/` plus its own name, which is created when the app first writes.
    AppFolder,
}
