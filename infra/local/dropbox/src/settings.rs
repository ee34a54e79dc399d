//! What the service is started with.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::Clock;

/// Everything the service needs to start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder for its database; created when missing.
    pub data: PathBuf,
    /// The accounts that a person can choose on the authorize page.
    pub accounts: Vec<AccountSettings>,
    /// The apps that are registered, as in the App Console.
    pub apps: Vec<AppSettings>,
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The time.
    pub clock: Clock,
}

/// One Dropbox account.
#[derive(Clone, Debug)]
pub struct AccountSettings {
    /// The display name, such as "First Account".
    pub name: String,
    /// The email address, from which the account's ids derive.
    pub email: String,
    /// The directory that is the account's content; created when missing.
    pub directory: PathBuf,
    /// The name of the member's own folder, if that content is the space of a team; created when missing.
    pub member_folder: Option<String>,
}

/// One registered app.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The app key, which is the OAuth client id.
    pub key: String,
    /// The app secret, which also signs webhooks.
    pub secret: String,
    /// The name that the authorize page shows.
    pub name: String,
    /// The redirect URIs that may be used, compared byte for byte.
    pub redirect_uris: Vec<String>,
    /// Where to send notifications.
    pub webhook: Option<Url>,
    /// The scopes that the app may ask for.
    pub scopes: Vec<String>,
    /// What of an account it sees.
    pub access: AppAccess,
}

/// What an app sees of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppAccess {
    /// Everything.
    #[default]
    FullDropbox,
    /// The folder `/Apps/` and its own name, which is made when the app first writes.
    AppFolder,
}
