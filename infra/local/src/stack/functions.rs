//! The functions on this machine's adapters.

use std::{sync::Arc, time::Duration};

use api_proxy::{Actions, Proxy, RememberedCalls};
use carbon_api::CarbonApi;
use endpoints_api::EndpointsApi;
use event_sender::{Outbound, Publisher, Sender};
use files_api::FilesApi;
use oauth_callback::Connect;
use pages::Pages;
use paragon_api::ParagonApi;
use project_api::ProjectApi;
use shared::{
    apps::Apps,
    caller::IssuedTokens,
    delivery::{Announcer, Partition, Ports},
    dropbox::{Dropbox, OauthApp},
    dropbox_calls::DropboxCalls,
    egress::{Destinations, Web},
    events::Bus,
    model::{Clock, Lane},
    queue::Requests,
    store::Dynamo,
    tokens::Tokens,
    workflows::Starter,
};
use sync_worker::{Capacity, TimeBudget, Worker};
use webhook_receiver::Receiver;
use workflow_runner::{Http, Runner, SAVE_TIME as STEP_SAVE_TIME};
use workflows_api::WorkflowsApi;

use super::{Machine, leases::RealTimeLeases};

/// Handlers' dependencies.
pub(crate) struct Functions {
    pub(crate) connect: Connect,
    pub(crate) actions: Actions,
    pub(crate) files: FilesApi,
    pub(crate) pages: Pages,
    pub(crate) carbon: CarbonApi,
    pub(crate) paragon: ParagonApi,
    pub(crate) project: ProjectApi,
    pub(crate) endpoints: EndpointsApi,
    pub(crate) workflows: WorkflowsApi,
    pub(crate) receiver: Receiver,
    pub(crate) worker: Arc<Worker>,
    pub(crate) sender: Arc<Sender>,
    pub(crate) runner: Arc<Runner>,
}

/// Clients for the world outside.
pub(super) struct Outside {
    /// Dropbox.
    pub(super) dropbox: Dropbox,
    /// Dropbox for the worker, over connections of its own: on one that it shared with calls that somebody
    /// waits for, these would wait behind files.
    pub(super) background: Dropbox,
    /// Dropbox, with the patience for long polls.
    pub(super) patient: Dropbox,
    /// Addresses from which workflow actions save.
    pub(super) web: Web,
    /// Addresses of applications' endpoints.
    pub(super) outbound: Arc<dyn Outbound>,
    /// Queues and buses of applications.
    pub(super) publisher: Arc<dyn Publisher>,
    /// The partition of AWS in which those are.
    pub(super) partition: Option<Partition>,
    /// Addresses that steps of workflows call.
    pub(super) requests_of_steps: Arc<dyn Http>,
}

impl Functions {
    /// Creates the handlers. `save_time` is for the workflow actions.
    pub(super) fn wire(
        machine: &Machine,
        outside: Outside,
        app: OauthApp,
        clock: Arc<dyn Clock>,
        save_time: Duration,
    ) -> Self {
        let Outside { dropbox, background, patient, web, outbound, publisher, partition, requests_of_steps } =
            outside;
        let store = &machine.store;
        let apps = Arc::new(Apps::new(app, machine.own_apps()));
        let tokens_in = |store: &Arc<Dynamo>| {
            Arc::new(Tokens::new(
                store.clone(),
                store.clone(),
                machine.keyring.clone(),
                dropbox.clone(),
                apps.clone(),
                clock.clone(),
                Arc::new(machine.metrics.clone()),
            ))
        };
        let tokens = tokens_in(store);
        let calls = |dropbox: &Dropbox| {
            DropboxCalls::new(tokens.clone(), dropbox.clone(), store.clone(), clock.clone())
        };
        let for_pages = Arc::new(calls(&dropbox));
        let gathering = Arc::new(store.gathering(machine.dynamo.direct()));
        let for_proxy = Arc::new(DropboxCalls::new(
            tokens_in(&gathering),
            patient.clone(),
            gathering.clone(),
            clock.clone(),
        ));
        let actions = |web: Web, save_time: Duration| Actions {
            proxy: Arc::new(Proxy {
                store: gathering.clone(),
                leases: gathering.clone(),
                calls: for_proxy.clone(),
                clock: clock.clone(),
                metrics: Arc::new(machine.metrics.clone()),
                remembered_calls: RememberedCalls::default(),
            }),
            content: machine.content.clone(),
            web,
            save_time,
        };
        Self {
            connect: connect(machine, dropbox.clone(), apps.clone(), clock.clone(), tokens.clone()),
            actions: actions(web.clone(), save_time),
            files: files(machine, clock.clone()),
            pages: pages(machine, for_pages.clone(), clock.clone()),
            carbon: carbon(
                machine,
                dropbox.clone(),
                apps.clone(),
                clock.clone(),
                (tokens.clone(), for_pages),
            ),
            paragon: paragon(machine, dropbox.clone(), apps.clone(), clock.clone(), tokens.clone()),
            project: project(machine, clock.clone()),
            endpoints: endpoints(machine, partition, clock.clone()),
            workflows: workflows(machine, clock.clone()),
            receiver: Receiver {
                accounts: store.clone(),
                requests: requests(machine, &clock),
                apps,
                metrics: Arc::new(machine.metrics.clone()),
            },
            runner: Arc::new(runner(
                machine,
                &clock,
                actions(web.clone(), STEP_SAVE_TIME),
                requests_of_steps,
            )),
            sender: Arc::new(sender(machine, &clock, outbound, publisher)),
            worker: Arc::new(worker(machine, calls(&background).repeating(), clock)),
        }
    }
}

/// Creates the sender of work to this machine's queues.
fn requests(machine: &Machine, clock: &Arc<dyn Clock>) -> Requests {
    Requests::new(machine.store.clone(), clock.clone())
        .with(Lane::Changes, Arc::new(machine.changes.clone()))
        .with(Lane::Bulk, Arc::new(machine.bulk.clone()))
        .with(Lane::Transfers, Arc::new(machine.transfers.clone()))
}

/// Creates the announcer of events: on this machine's bus, and to endpoints.
fn announcer(machine: &Machine, clock: &Arc<dyn Clock>) -> Arc<dyn Bus> {
    Arc::new(Announcer::new(Ports {
        bus: Arc::new(machine.bus.clone()),
        store: machine.store.clone(),
        queue: Arc::new(machine.deliveries.clone()),
        clock: clock.clone(),
    }))
}

/// Creates the sender of events to endpoints.
fn sender(
    machine: &Machine,
    clock: &Arc<dyn Clock>,
    outbound: Arc<dyn Outbound>,
    publisher: Arc<dyn Publisher>,
) -> Sender {
    Sender {
        store: machine.store.clone(),
        keyring: machine.keyring.clone(),
        outbound,
        publisher,
        queue: Arc::new(machine.deliveries.clone()),
        bus: announcer(machine, clock),
        starter: starter(machine, clock),
        clock: clock.clone(),
        metrics: Arc::new(machine.metrics.clone()),
        time: event_sender::TimeBudget::default(),
    }
}

/// Creates what starts runs of workflows.
pub(crate) fn starter(machine: &Machine, clock: &Arc<dyn Clock>) -> Starter {
    Starter { store: machine.store.clone(), queue: Arc::new(machine.runs.clone()), clock: clock.clone() }
}

/// Creates the runner of workflows.
fn runner(machine: &Machine, clock: &Arc<dyn Clock>, account: Actions, http: Arc<dyn Http>) -> Runner {
    Runner {
        store: machine.store.clone(),
        leases: machine.store.clone(),
        account: Arc::new(account),
        http,
        starter: starter(machine, clock),
        queue: Arc::new(machine.runs.clone()),
        clock: clock.clone(),
        metrics: Arc::new(machine.metrics.clone()),
        work_time: workflow_runner::WORK_TIME,
    }
}

fn connect(
    machine: &Machine,
    dropbox: Dropbox,
    apps: Arc<Apps>,
    clock: Arc<dyn Clock>,
    tokens: Arc<Tokens>,
) -> Connect {
    Connect {
        store: machine.store.clone(),
        tokens,
        dropbox,
        apps,
        requests: requests(machine, &clock),
        bus: announcer(machine, &clock),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn files(machine: &Machine, clock: Arc<dyn Clock>) -> FilesApi {
    FilesApi {
        store: machine.store.clone(),
        content_links: machine.links.clone(),
        requests: requests(machine, &clock),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn pages(machine: &Machine, calls: Arc<DropboxCalls>, clock: Arc<dyn Clock>) -> Pages {
    Pages {
        store: machine.store.clone(),
        calls,
        requests: requests(machine, &clock),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn project(machine: &Machine, clock: Arc<dyn Clock>) -> ProjectApi {
    ProjectApi {
        store: machine.store.clone(),
        requests: requests(machine, &clock),
        bus: announcer(machine, &clock),
        run_queue: Arc::new(machine.runs.clone()),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn endpoints(machine: &Machine, partition: Option<Partition>, clock: Arc<dyn Clock>) -> EndpointsApi {
    EndpointsApi {
        store: machine.store.clone(),
        keyring: machine.keyring.clone(),
        destinations: Destinations::of_one_machine(),
        partition,
        queue: Arc::new(machine.deliveries.clone()),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn workflows(machine: &Machine, clock: Arc<dyn Clock>) -> WorkflowsApi {
    WorkflowsApi {
        store: machine.store.clone(),
        starter: starter(machine, &clock),
        queue: Arc::new(machine.runs.clone()),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn carbon(
    machine: &Machine,
    dropbox: Dropbox,
    apps: Arc<Apps>,
    clock: Arc<dyn Clock>,
    (tokens, calls): (Arc<Tokens>, Arc<DropboxCalls>),
) -> CarbonApi {
    CarbonApi {
        store: machine.store.clone(),
        issued: Arc::new(IssuedTokens::new(machine.keyring.clone(), clock.clone())),
        content_links: machine.links.clone(),
        keyring: machine.keyring.clone(),
        destinations: Destinations::of_one_machine(),
        calls,
        tokens,
        dropbox,
        apps,
        requests: requests(machine, &clock),
        run_queue: Arc::new(machine.runs.clone()),
        bus: announcer(machine, &clock),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn paragon(
    machine: &Machine,
    dropbox: Dropbox,
    apps: Arc<Apps>,
    clock: Arc<dyn Clock>,
    tokens: Arc<Tokens>,
) -> ParagonApi {
    ParagonApi {
        store: machine.store.clone(),
        starter: starter(machine, &clock),
        tokens,
        dropbox,
        apps,
        requests: requests(machine, &clock),
        deliveries_queue: Arc::new(machine.deliveries.clone()),
        keyring: machine.keyring.clone(),
        destinations: Destinations::of_one_machine(),
        bus: announcer(machine, &clock),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
    }
}

fn worker(machine: &Machine, calls: DropboxCalls, clock: Arc<dyn Clock>) -> Worker {
    Worker {
        store: machine.store.clone(),
        leases: Arc::new(RealTimeLeases { store: machine.store.clone(), clock: clock.clone() }),
        calls: Arc::new(calls),
        requests: requests(machine, &clock),
        bus: announcer(machine, &clock),
        deliveries: Arc::new(machine.deliveries.clone()),
        run_queue: Arc::new(machine.runs.clone()),
        content: machine.content.clone(),
        clock,
        metrics: Arc::new(machine.metrics.clone()),
        time: TimeBudget::default(),
        capacity: Arc::new(Capacity::default()),
    }
}
