//! Creation of projects.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context, anyhow};
use clap::{Args, ValueEnum};
use serde_json::json;
use shared::{
    model::{
        ApiKey, Clock, KeyAlgorithm, Project, ProjectId, ProjectSettings, SystemClock, UserId, UserToken,
        UserTokenRules, web_origin,
    },
    store::Projects,
};

use super::user_tokens::Rules;
use crate::{
    Site,
    console::say,
    user_keys::{UserKeyPair, read_public_key},
};

/// Life of a test token.
const TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);

/// Settings of a new project.
#[derive(Debug, Clone, Args)]
pub struct NewProject {
    /// Name on the connect page.
    #[arg(long)]
    pub name: String,

    /// Origin, such as <https://app.example.com>, to which a connect may return the browser. May be repeated.
    #[arg(long = "return-origin", value_name = "ORIGIN")]
    pub return_origins: Vec<String>,

    /// Signature algorithm of user tokens.
    #[arg(long, value_enum, default_value = "rs256")]
    pub algorithm: Signing,

    /// Public key, as PEM, of a key pair that you have; without it a pair is generated.
    #[arg(long, value_name = "FILE")]
    pub public_key: Option<PathBuf>,

    /// Id of the key in user tokens (kid).
    #[arg(long, default_value = "1", value_name = "ID")]
    pub key_id: String,

    /// Sign a token for this user, for tests; it is valid for an hour. Not with --public-key.
    #[arg(long, value_name = "USER", conflicts_with = "public_key")]
    pub user: Option<UserId>,

    /// Which user tokens are accepted.
    #[command(flatten)]
    pub rules: Rules,
}

/// Signature algorithm of user tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Signing {
    /// RSA, which Paragon uses.
    Rs256,
    /// ECDSA on P-256.
    Es256,
    /// Ed25519.
    Eddsa,
}

impl From<Signing> for KeyAlgorithm {
    fn from(signing: Signing) -> Self {
        match signing {
            Signing::Rs256 => Self::Rs256,
            Signing::Es256 => Self::Es256,
            Signing::Eddsa => Self::EdDsa,
        }
    }
}

/// Creates a project, and prints what its server needs as one JSON object. Secrets are printed only this
/// once: the table stores only the hash of the API key, and the public key.
///
/// # Errors
/// If an origin or a key is invalid, or the table cannot be written.
pub async fn create(new: &NewProject, site: &dyn Site) -> anyhow::Result<()> {
    let clock = SystemClock;
    let pair = match &new.public_key {
        Some(_) => None,
        None => Some(UserKeyPair::generate(&new.key_id, new.algorithm.into())?),
    };
    let project = Project {
        id: ProjectId::random(),
        name: new.name.clone(),
        return_origins: new.return_origins.iter().map(|text| origin(text)).collect::<Result<_, _>>()?,
        user_keys: vec![match (&pair, &new.public_key) {
            (None, Some(file)) => read_public_key(file, &new.key_id, new.algorithm.into())?,
            (pair, _) => pair.as_ref().context("there is no key")?.key.clone(),
        }],
        user_tokens: UserTokenRules::from(&new.rules),
        app: None,
        settings: ProjectSettings::default(),
        created_at: clock.now(),
    };
    let key = ApiKey::of_project(project.id);
    let store = site.store().await?;
    store.add_project(&project, &key.hash()).await?;
    let token = pair.as_ref().zip(new.user.as_ref());
    let token = token.map(|(pair, user)| test_token(pair, &project, user, &clock)).transpose()?;
    let output = json!({
        "project": project.id,
        "name": project.name,
        "api_key": key.expose(),
        "key_id": new.key_id,
        "public_key": project.user_keys[0].public_key,
        "private_key": pair.as_ref().map(|pair| &pair.private_key),
        "user": new.user,
        "user_token": token.as_ref().map(UserToken::expose),
    });
    say(&serde_json::to_string_pretty(&output)?);
    Ok(())
}

fn origin(text: &str) -> anyhow::Result<String> {
    web_origin(text).map_err(|_| {
        anyhow!(
            "{text:?} is no origin that browsers may return to: give scheme, host and port only, as in \
             https://app.example.com; http is for localhost"
        )
    })
}

fn test_token(
    pair: &UserKeyPair,
    project: &Project,
    user: &UserId,
    clock: &dyn Clock,
) -> anyhow::Result<UserToken> {
    let now = clock.now();
    pair.sign(&json!({
        "sub": user,
        "aud": format!("useparagon.com/{}", project.id),
        "iat": now.unix_seconds(),
        "exp": now.plus(TOKEN_LIFE).unix_seconds(),
    }))
}
