//! The whole of Dropline in one process.

mod answer;
mod aws;
pub(crate) mod fake;
mod functions;
mod leases;
mod listeners;
mod machine;
mod settings;

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use anyhow::Context;
use fake_dropbox::FakeDropbox;
pub(crate) use functions::Functions;
use functions::Outside;
pub(crate) use listeners::Listeners;
use listeners::{Secure, loopback};
pub use machine::{Machine, TABLE};
pub use settings::{Account, Settings};
use shared::{
    delivery::Partition,
    dropbox::{Dropbox, LISTING_READ_TIMEOUT, LONGPOLL_READ_TIMEOUT, OauthApp, http_client},
    egress::{Destinations, Poster, Web},
    model::Clock,
    store::Dynamo,
};
use tokio::{net::TcpListener, sync::watch, task::JoinSet};
use url::Url;

use crate::{
    DemoProject,
    demo::{Demo, Surroundings},
    gateway::{Gateway, Here, Local, LocalSetup, guarded},
    project::Secrets,
    pumps, schedule,
    tls::{self, Certificate},
};

/// With TLS: what a client needs besides the gateway's address.
#[derive(Debug, Clone)]
pub struct Trusted {
    /// Certificate authority to trust, as PEM.
    pub authority: PathBuf,
    /// Address of the fake Dropbox with TLS.
    pub dropbox: Url,
}

/// Dropline and its fake Dropbox, running.
pub struct Stack {
    /// Table, queues, bus, bucket and key of this machine.
    pub machine: Machine,
    /// Fake Dropbox.
    pub dropbox: FakeDropbox,
    /// Projects that were created for this machine.
    pub projects: Vec<DemoProject>,
    /// App whose secret the fake Dropbox signs with.
    pub app: OauthApp,
    /// Handlers, as Lambda would run them.
    functions: Arc<Functions>,
    accounts: Vec<Account>,
    url: Url,
    trusted: Option<Trusted>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Stack {
    /// Opens or creates everything in the data folder, and starts it.
    ///
    /// # Errors
    /// Returns which part could not start.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&settings.data)
            .with_context(|| format!("{} cannot be made", settings.data.display()))?;
        let clock = settings.clock();
        let secrets = Secrets::open(&settings.data.join("secrets.json"), &settings.project, clock.as_ref())?;
        let listeners = Listeners::open(&settings).await?;
        let url = listeners.url()?;
        let machine = Machine::open(&settings.data, clock.clone(), &url).await?;
        secrets.add_to(machine.store.as_ref()).await?;
        let dropbox = fake::start(&settings, &secrets.app(), &listeners, clock.clone()).await?;
        let client = |read_timeout| -> anyhow::Result<Dropbox> {
            Ok(Dropbox::new(Arc::new(http_client(read_timeout)?), fake::hosts(&dropbox)?))
        };
        for app in machine.apps().await? {
            dropbox.register_app(fake::registered(
                &app,
                &format!("webhook/{}", app.key),
                &settings,
                &listeners,
            )?);
        }
        let outside = Outside {
            dropbox: client(LISTING_READ_TIMEOUT)?,
            background: client(LISTING_READ_TIMEOUT)?,
            patient: client(LONGPOLL_READ_TIMEOUT)?,
            web: settings.web.clone().map_or_else(Web::guarded, Ok)?,
            outbound: Arc::new(Poster::new(Destinations::of_one_machine())?),
            requests_of_steps: Arc::new(Poster::new(Destinations::of_one_machine())?),
            publisher: aws::publisher(settings.aws_endpoint.as_ref(), &clock),
            partition: settings.aws_endpoint.as_ref().map(|_| Partition::Aws),
        };
        let app = secrets.app();
        let functions = Functions::wire(&machine, outside, app, clock.clone(), settings.save_time);
        let functions = Arc::new(functions);
        let mut stack = Self {
            machine,
            dropbox,
            projects: secrets.projects.clone(),
            app: secrets.app(),
            functions,
            accounts: settings.accounts.clone(),
            url,
            trusted: None,
            stop: watch::Sender::new(false),
            tasks: JoinSet::new(),
        };
        if let Some(secure) = listeners.secure {
            stack.serve_tls(secure, listeners.gateway.local_addr()?, &settings)?;
        }
        stack.run(listeners.gateway, clock, &settings)?;
        stack.dropbox.verify_webhook(&secrets.app_key).await?;
        Ok(stack)
    }

    /// Serves TLS in front of the gateway and the fake Dropbox.
    fn serve_tls(&mut self, secure: Secure, gateway: SocketAddr, settings: &Settings) -> anyhow::Result<()> {
        let certificate = Certificate::open(settings.data.join("tls"))?;
        self.trusted = Some(Trusted { authority: certificate.authority(), dropbox: secure.dropbox_url()? });
        let config = certificate.config()?;
        let dropbox = loopback(self.dropbox.url().port().unwrap_or_default());
        for (outside, inside) in [(secure.gateway, gateway), (secure.dropbox, dropbox)] {
            self.tasks.spawn(tls::serve(outside, inside, config.clone(), self.stop.subscribe()));
        }
        Ok(())
    }

    fn run(
        &mut self,
        listener: TcpListener,
        clock: Arc<dyn Clock>,
        settings: &Settings,
    ) -> anyhow::Result<()> {
        let gateway = Gateway::new(
            Arc::new(Here::new(self.functions.clone(), self.url.clone())),
            self.url.scheme() == "https",
        )?
        .observed(settings.observer.clone());
        let local_setup = self.local_setup()?.router(self.machine.bus.clone(), self.machine.content.clone());
        let own =
            Local::new(self.machine.clone(), clock).router().merge(local_setup).merge(self.demo()?.router());
        let own = guarded(own);
        self.tasks.spawn(gateway.serve(listener, own, self.stop.subscribe()));
        pumps::start(&mut self.tasks, &self.machine, &self.functions, &self.stop);
        self.tasks.spawn(schedule::run(self.machine.clone(), settings.tick(), self.stop.subscribe()));
        Ok(())
    }

    fn demo(&self) -> anyhow::Result<Demo> {
        let LocalSetup { accounts, projects, .. } = self.local_setup()?;
        Demo::new(Surroundings {
            gateway: self.url.clone(),
            dropbox: self
                .trusted
                .as_ref()
                .map_or_else(|| self.dropbox.url(), |trusted| trusted.dropbox.clone()),
            authority: self.trusted.as_ref().map(|trusted| trusted.authority.clone()),
            project: projects.into_iter().next().context("no project")?,
            accounts,
            bus: self.machine.bus.clone(),
            stop: self.stop.subscribe(),
        })
    }

    fn local_setup(&self) -> anyhow::Result<LocalSetup> {
        let accounts = fake::demo_accounts(&self.dropbox, &self.accounts)?;
        Ok(LocalSetup { dropbox: self.dropbox.url(), accounts, projects: self.projects.clone() })
    }

    /// Returns the gateway's address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Returns what clients need for TLS, if it is served.
    #[must_use]
    pub fn trusted(&self) -> Option<&Trusted> {
        self.trusted.as_ref()
    }

    /// Returns the directory that is the Dropbox of the account with this email address.
    #[must_use]
    pub fn directory(&self, email: &str) -> Option<PathBuf> {
        self.accounts.iter().find(|account| account.email == email).map(|account| account.directory.clone())
    }

    /// Returns the store.
    #[must_use]
    pub fn store(&self) -> &Arc<Dynamo> {
        &self.machine.store
    }

    /// Returns the access tokens of connections.
    #[must_use]
    pub fn tokens(&self) -> &shared::tokens::Tokens {
        &self.functions.connect.tokens
    }

    /// Returns the worker, as the sync and the transfer function run it.
    #[must_use]
    pub fn worker(&self) -> &Arc<sync_worker::Worker> {
        &self.functions.worker
    }

    /// Returns the runner of workflows, as its function runs it.
    #[must_use]
    pub fn runner(&self) -> &Arc<workflow_runner::Runner> {
        &self.functions.runner
    }

    /// Returns the sender of events to endpoints, as its function runs it.
    #[must_use]
    pub fn sender(&self) -> &Arc<event_sender::Sender> {
        &self.functions.sender
    }

    /// Stops accepting work, waits for current work to end, and stops.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.dropbox.stop().await;
    }
}
