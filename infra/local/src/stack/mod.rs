//! The whole of Dropline in one process.

mod functions;
mod machine;
mod settings;

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use fake_dropbox::{AccountSettings, AppAccess, AppSettings, FakeDropbox};
pub(crate) use functions::Functions;
pub use machine::Machine;
pub use settings::{Account, Settings};
use shared::{
    dropbox::{Dropbox, Hosts, LONGPOLL_SILENCE, SILENCE, http_client},
    model::Clock,
    store::Dynamo,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use url::Url;

use crate::{DemoProject, gateway::Gateway, project::Secrets, pumps, schedule};

/// What the fake Dropbox's app may ask for: everything that there is.
const SCOPES: [&str; 4] =
    ["account_info.read", "files.metadata.read", "files.content.read", "files.content.write"];

/// Dropline and its fake Dropbox, running.
pub struct Stack {
    /// Table, queues, bus, bucket and key of this machine.
    pub machine: Machine,
    /// The fake Dropbox.
    pub dropbox: FakeDropbox,
    /// The projects that were made for this machine.
    pub projects: Vec<DemoProject>,
    /// The secret with which the fake Dropbox signs.
    pub app: shared::dropbox::OauthApp,
    /// The handlers, as Lambda would run them.
    functions: Arc<Functions>,
    accounts: Vec<Account>,
    url: Url,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Stack {
    /// Opens or makes everything below the data folder, and starts it.
    ///
    /// # Errors
    /// Says which part could not start.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&settings.data)
            .with_context(|| format!("{} cannot be made", settings.data.display()))?;
        let clock = settings.clock();
        let secrets = Secrets::open(&settings.data.join("secrets.json"), &settings.project, clock.as_ref())?;
        let machine = Machine::open(&settings.data, clock.clone()).await?;
        secrets.add_to(machine.store.as_ref()).await?;
        let listener = listen(settings.port).await?;
        let url = local_url(listener.local_addr()?)?;
        let dropbox = FakeDropbox::start(fake(&settings, &secrets, &url, clock.clone())?).await.context(
            "the fake Dropbox cannot start; --dropbox-port and --dropbox choose its port and its directory",
        )?;
        let client = |silence| -> anyhow::Result<Dropbox> {
            Ok(Dropbox::new(Arc::new(http_client(silence)?), Hosts::at(&dropbox.url())))
        };
        let (usual, patient) = (client(SILENCE)?, client(LONGPOLL_SILENCE)?);
        let functions = Functions::wire(&machine, usual, patient, secrets.app(), clock.clone());
        let functions = Arc::new(functions);
        let mut stack = Self {
            machine,
            dropbox,
            projects: secrets.projects.clone(),
            app: secrets.app(),
            functions,
            accounts: settings.accounts.clone(),
            url,
            stop: watch::Sender::new(false),
            tasks: JoinSet::new(),
        };
        stack.run(listener, clock, settings.tick())?;
        stack.dropbox.verify_webhook(&secrets.app_key).await?;
        Ok(stack)
    }

    fn run(&mut self, listener: TcpListener, clock: Arc<dyn Clock>, tick: Duration) -> anyhow::Result<()> {
        let gateway = Gateway::new(self.functions.clone(), self.machine.clone(), clock, self.url.clone())?;
        self.tasks.spawn(gateway.serve(listener, self.stop.subscribe()));
        pumps::start(&mut self.tasks, &self.machine, &self.functions.worker, &self.stop);
        self.tasks.spawn(schedule::run(self.machine.clone(), tick, self.stop.subscribe()));
        Ok(())
    }

    /// Where the gateway is.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The directory that is the Dropbox of the account with this email address.
    #[must_use]
    pub fn directory(&self, email: &str) -> Option<PathBuf> {
        self.accounts.iter().find(|account| account.email == email).map(|account| account.directory.clone())
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Arc<Dynamo> {
        &self.machine.store
    }

    /// The worker, as the sync and the transfer function run it.
    #[must_use]
    pub fn worker(&self) -> &Arc<sync_worker::Worker> {
        &self.functions.worker
    }

    /// Stops taking work, lets what is under way end, and stops.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.dropbox.stop().await;
    }
}

fn fake(
    settings: &Settings,
    secrets: &Secrets,
    gateway: &Url,
    clock: Arc<dyn Clock>,
) -> anyhow::Result<fake_dropbox::Settings> {
    let app = AppSettings {
        key: secrets.app_key.clone(),
        secret: secrets.app().secret.expose().to_owned(),
        name: "Dropline on this machine".to_owned(),
        redirect_uris: vec![gateway.join("oauth/callback")?.to_string()],
        webhook: Some(gateway.join("webhook")?),
        scopes: SCOPES.map(str::to_owned).into(),
        access: if settings.app_folder { AppAccess::AppFolder } else { AppAccess::FullDropbox },
    };
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
        apps: vec![app],
        listen: loopback(settings.dropbox_port),
        clock: fake_dropbox::Clock::from_fn(move || clock.now().date()),
    })
}

async fn listen(port: u16) -> anyhow::Result<TcpListener> {
    let address = loopback(port);
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} is taken; choose another with --port"))
}

fn loopback(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

/// By name, not by number: browsers keep secure cookies of `localhost` without TLS.
fn local_url(address: SocketAddr) -> anyhow::Result<Url> {
    Ok(Url::parse(&format!("http://localhost:{}", address.port()))?)
}
