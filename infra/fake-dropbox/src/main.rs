//! Binary `fake-dropbox`: serves directories as Dropbox accounts. See `--help`.

use std::{
    io::Write,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::Parser;
use fake_dropbox::{AccountSettings, AppAccess, AppSettings, Clock, FakeDropbox, Settings};
use url::Url;

/// Serves directories as Dropbox accounts, with Dropbox's own API, until it is interrupted.
#[derive(Debug, Parser)]
#[command(name = "fake-dropbox", version)]
struct Args {
    /// Account: an e-mail address, and the directory that is its content. May be repeated.
    #[arg(long = "account", value_name = "EMAIL=DIR", value_parser = account, default_value = "first@example.com=first")]
    accounts: Vec<AccountSettings>,

    /// Key and secret of the registered app.
    #[arg(long, value_name = "KEY:SECRET", value_parser = key_and_secret, default_value = "appkey:appsecret")]
    app: (String, String),

    /// Redirect URI of the app, compared byte for byte. May be repeated.
    #[arg(long = "redirect-uri", value_name = "URI")]
    redirect_uris: Vec<String>,

    /// Address at which the app receives notifications.
    #[arg(long, value_name = "URL")]
    webhook: Option<Url>,

    /// Scope that the app may request. May be repeated.
    #[arg(long = "scope", value_name = "SCOPE", default_values = SCOPES)]
    scopes: Vec<String>,

    /// The app sees only a folder of its own.
    #[arg(long)]
    app_folder: bool,

    /// Folder of the database, in which accounts, grants and cursors survive a restart.
    #[arg(long, value_name = "DIR", default_value = ".fake-dropbox")]
    data: PathBuf,

    /// Port of this machine. 0: a free one.
    #[arg(long, default_value_t = 8081)]
    port: u16,
}

/// Scopes of an app, unless others are given.
const SCOPES: [&str; 5] =
    ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write", "sharing.read"];

fn account(text: &str) -> Result<AccountSettings, String> {
    let (email, directory) = text.split_once('=').ok_or("give EMAIL=DIR")?;
    if !email.contains('@') || directory.is_empty() {
        return Err("give EMAIL=DIR".to_owned());
    }
    Ok(AccountSettings {
        name: email.to_owned(),
        email: email.to_owned(),
        directory: directory.into(),
        member_folder: None,
    })
}

fn key_and_secret(text: &str) -> Result<(String, String), String> {
    match text.split_once(':') {
        Some((key, secret)) if !key.is_empty() && !secret.is_empty() => {
            Ok((key.to_owned(), secret.to_owned()))
        }
        _ => Err("give KEY:SECRET".to_owned()),
    }
}

impl From<Args> for Settings {
    fn from(args: Args) -> Self {
        let (key, secret) = args.app;
        let app = AppSettings {
            name: key.clone(),
            key,
            secret,
            redirect_uris: args.redirect_uris,
            webhook: args.webhook,
            scopes: args.scopes,
            access: if args.app_folder { AppAccess::AppFolder } else { AppAccess::FullDropbox },
        };
        Self {
            data: args.data,
            accounts: args.accounts,
            apps: vec![app],
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, args.port)),
            clock: Clock::system(),
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(Settings::from(Args::parse())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let fake = FakeDropbox::start(settings).await?;
    let _ = writeln!(std::io::stdout(), "The fake Dropbox is at {}. Stop it with Ctrl-C.", fake.url());
    tokio::signal::ctrl_c().await?;
    fake.stop().await;
    Ok(())
}
