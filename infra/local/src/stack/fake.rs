//! Start of a stack's fake Dropbox.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use fake_dropbox::{AccountSettings, AppAccess, AppSettings, FakeDropbox};
use shared::{
    dropbox::{Hosts, OauthApp},
    model::Clock,
};

use super::{
    Account, Settings,
    listeners::{Listeners, loopback},
};
use crate::gateway::DemoAccount;

/// Starts it with this app registered.
///
/// # Errors
/// If its port is taken, or a directory cannot be read.
pub(crate) async fn start(
    settings: &Settings,
    app: &OauthApp,
    listeners: &Listeners,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<FakeDropbox> {
    let fake = FakeDropbox::start(settings_of(settings, app, listeners, clock)?).await;
    fake.context(
        "the fake Dropbox cannot start; --dropbox-port and --dropbox choose its port and its directory",
    )
}

/// Returns the hosts of its API, one per service, so that a call to the wrong one fails as at Dropbox.
pub(super) fn hosts(fake: &FakeDropbox) -> anyhow::Result<Hosts> {
    Ok(Hosts::named(&format!("{}{{host}}", fake.url()))?)
}

/// Returns an app's settings as its developer would have registered them at Dropbox.
pub(super) fn registered(
    app: &OauthApp,
    webhook: &str,
    settings: &Settings,
    listeners: &Listeners,
) -> anyhow::Result<AppSettings> {
    Ok(AppSettings {
        key: app.key.to_string(),
        secret: app.secret.expose().to_owned(),
        name: "Dropline on this machine".to_owned(),
        redirect_uris: vec![listeners.url()?.join(app.terms.redirect.as_str())?.to_string()],
        webhook: Some(listeners.plain_url()?.join(webhook)?),
        scopes: app.terms.scopes.clone(),
        access: if settings.app_folder { AppAccess::AppFolder } else { AppAccess::FullDropbox },
    })
}

fn settings_of(
    settings: &Settings,
    app: &OauthApp,
    listeners: &Listeners,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<fake_dropbox::Settings> {
    let account = |Account { name, email, directory, member_folder }: &Account| AccountSettings {
        name: name.clone(),
        email: email.clone(),
        directory: directory.clone(),
        member_folder: member_folder.clone(),
    };
    let data: PathBuf = settings.data.join("fake-dropbox");
    Ok(fake_dropbox::Settings {
        data,
        accounts: settings.accounts.iter().map(account).collect(),
        apps: vec![registered(app, "webhook", settings, listeners)?],
        listen: loopback(listeners.plain_dropbox_port(settings)),
        clock: fake_dropbox::Clock::from_fn(move || clock.now().date()),
    })
}

/// Lists the accounts for clients.
pub(crate) fn demo_accounts(fake: &FakeDropbox, accounts: &[Account]) -> anyhow::Result<Vec<DemoAccount>> {
    let demo_account = |Account { email, directory, .. }: &Account| {
        let id = fake.account_id(email).with_context(|| format!("there is no account {email}"))?;
        Ok(DemoAccount { email: email.clone(), id, directory: std::fs::canonicalize(directory)? })
    };
    accounts.iter().map(demo_account).collect()
}
