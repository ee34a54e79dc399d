//! Surroundings of a deployed stack on this machine.
//!
//! These are a gateway that invokes its functions, the fake Dropbox that they call and that notifies them,
//! the projects that use them, and a copy of the published events.
//!
//! The stack is one of `infra/template.yaml` on an emulator, found through `AWS_ENDPOINT_URL`. On AWS none of
//! this is needed, and none of it would be allowed.

mod feed;
mod resources;

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use admin::{aws, console::say};
use anyhow::Context;
use aws_config::SdkConfig;
use clap::Args as ClapArgs;
use local_adapters::MachineBus;
use resources::Resources;
use shared::{config::app_of, content::S3Content, dropbox::OauthApp, model::ProjectSettings, store::Dynamo};
use tokio::sync::watch;
use url::Url;

use crate::{
    Args, Settings, data,
    gateway::{Function, Gateway, Invoked, LocalSetup, Signer, guarded},
    project::Secrets,
    stack::{Listeners, fake},
};

/// A stack, and how to reach its functions.
#[derive(Debug, Clone, ClapArgs)]
pub struct DeployedGateway {
    /// Output of `aws cloudformation describe-stack-resources` for the stack.
    #[arg(long, value_name = "FILE")]
    pub resources: PathBuf,

    /// Dropbox app, as in the stack's parameter: {"key":"…","secret":"…"}.
    #[arg(long, value_name = "FILE")]
    pub app: PathBuf,

    /// Address at which the functions are invoked by the names of their binaries, as with `cargo lambda
    /// watch`. Without it, they are invoked by the stack's names at `AWS_ENDPOINT_URL`.
    #[arg(long, value_name = "URL")]
    pub functions: Option<Url>,
}

/// Starts everything, prints the addresses, and serves until it is interrupted.
///
/// # Errors
/// Returns which part could not start.
pub async fn serve(args: &Args, deployed_gateway: &DeployedGateway) -> anyhow::Result<()> {
    let settings = Settings {
        port: args.port,
        dropbox_port: args.dropbox_port,
        ..Settings::at(data(args), args.dropbox.clone())
    };
    fs::create_dir_all(&settings.data)?;
    let (resources, app) = (Resources::read(&deployed_gateway.resources)?, app(&deployed_gateway.app)?);
    let aws = aws().await;
    let clock = settings.clock();
    let projects =
        Secrets::open(&settings.data.join("secrets.json"), &ProjectSettings::default(), clock.as_ref())?;
    let store = Dynamo::new(aws_sdk_dynamodb::Client::new(&aws), resources.name("Table")?);
    projects.add_to(&store).await.context("the projects cannot be added to the stack's table")?;

    let listeners = Listeners::open(&settings).await?;
    let dropbox = fake::start(&settings, &app, &listeners, clock.clone()).await?;
    let bus = MachineBus::open(&settings.data, clock)?;
    let content = S3Content::new(aws_sdk_s3::Client::new(&aws), resources.name("Bucket")?);
    let accounts = fake::demo_accounts(&dropbox, &settings.accounts)?;
    let local_setup = LocalSetup { dropbox: dropbox.url(), accounts, projects: projects.projects };
    let own = guarded(local_setup.router(bus.clone(), Arc::new(content)));
    let gateway = Gateway::new(Arc::new(functions(deployed_gateway, &resources, &aws)?), false)?;
    let (url, stop) = (listeners.url()?, watch::Sender::new(false));
    let serving = tokio::spawn(gateway.serve(listeners.gateway, own, stop.subscribe()));
    let feed = feed::Feed::open(&aws, resources.name("Bus")?, bus).await?;
    let feeding = tokio::spawn(feed.run(stop.subscribe()));

    // The functions of `cargo lambda watch` may not run yet.
    if deployed_gateway.functions.is_none() {
        dropbox.verify_webhook(app.key.as_str()).await?;
    }
    say(&format!("The stack is at {url}, its fake Dropbox at {}.", dropbox.url()));
    tokio::signal::ctrl_c().await.context("the interrupt cannot be awaited")?;
    stop.send_replace(true);
    let _ = tokio::join!(serving, feeding);
    dropbox.stop().await;
    Ok(())
}

fn app(file: &Path) -> anyhow::Result<OauthApp> {
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    app_of(&text).with_context(|| format!("{} is no Dropbox app", file.display()))
}

fn functions(
    deployed_gateway: &DeployedGateway,
    resources: &Resources,
    aws: &SdkConfig,
) -> anyhow::Result<Invoked> {
    if let Some(endpoint) = &deployed_gateway.functions {
        let names = Function::ALL.map(|function| (function, function.binary().to_owned()));
        return Invoked::new(endpoint.clone(), HashMap::from(names), None);
    }
    let endpoint = aws.endpoint_url().context("set AWS_ENDPOINT_URL to the emulator that the stack is on")?;
    let names =
        Function::ALL.map(|function| Ok((function, resources.name(function.logical_id())?.to_owned())));
    let names = names.into_iter().collect::<anyhow::Result<_>>()?;
    Invoked::new(endpoint.parse()?, names, Some(Signer::new(aws)))
}
