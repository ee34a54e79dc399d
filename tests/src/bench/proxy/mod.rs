//! Benchmark of the proxy: its handler beside a bare forwarder, in one run on one machine.
//!
//! Each [`Role`] is a process of its own, this program started again, so its CPU and memory are its own: Dropbox, the
//! bare forwarder, one that also reads what the handler reads, and the handler, with its data key kept and without.
//! This process asks each of them in turn for files of some sizes, a few requests at the same time, again and again.
//!
//! All speak HTTP/1 without TLS on the loopback, through hyper's server and reqwest. Who reads the table does so through
//! the production adapter and the SDK's client; the embedded database below answers each request once, and a memory of
//! its answers from then on, since on AWS its work is none of the function's. One part has the database itself.

mod figures;
mod forwarder;
mod handler;
mod load;
mod part;
mod server;
mod store;
mod upstream;

use clap::ValueEnum;

pub use self::figures::Figures;
use self::{
    figures::Sample,
    load::{Download, Load},
    part::Part,
    store::Answers,
    upstream::Upstream,
};

/// What is asked for in a round. Rounds are short, so that all parts meet the same weather.
const DOWNLOADS: [Download; 4] = [
    Download { bytes: 1_000, requests: 1_000 },
    Download { bytes: 100_000, requests: 500 },
    Download { bytes: 5_000_000, requests: 20 },
    Download { bytes: 1_000_000_000, requests: 1 },
];
/// What is measured; the first two are the baselines.
const MEASURED: [Role; 5] =
    [Role::Forwarder, Role::ReadingForwarder, Role::Handler, Role::ForgetfulHandler, Role::HandlerOnDatabase];

/// What a process of the benchmark is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Dropbox: streams files.
    Upstream,
    /// Sends each request on and streams the answer back, and nothing else.
    Forwarder,
    /// Does so after it has read from the table what the handler reads.
    ReadingForwarder,
    /// The proxy's handler on the production adapters. After its first call the project's data key is in memory; the
    /// access token is read and opened at every call, as in production.
    Handler,
    /// The handler with a new keyring at every call, as at the first call of a process: it reads the data key's row and
    /// lets the master key unwrap it. The master key is a file's; what KMS would take is waiting, not CPU.
    ForgetfulHandler,
    /// The handler that keeps the data key, with the embedded database's own work in its process and its figures.
    HandlerOnDatabase,
}

impl Role {
    /// What its figures are called.
    fn name(self) -> &'static str {
        match self {
            Self::Upstream => "Dropbox",
            Self::Forwarder => "bare forwarder",
            Self::ReadingForwarder => "forwarder that reads the table",
            Self::Handler => "handler, data key kept",
            Self::ForgetfulHandler => "handler, data key unwrapped",
            Self::HandlerOnDatabase => "handler, with the database",
        }
    }
}

/// Is one part of the benchmark, until the standard input ends: serves on a free port, which it prints. `dropbox` is
/// the port of the upstream, for the parts that call it.
///
/// # Errors
/// Says what could not be started.
pub async fn serve(role: Role, dropbox: Option<u16>) -> Result<(), String> {
    let port = dropbox.ok_or("name the port of the upstream");
    match role {
        Role::Upstream => server::serve(Upstream).await,
        Role::Forwarder => server::serve(forwarder::bare(port?)?).await,
        Role::ReadingForwarder => server::serve(forwarder::reading(port?).await?).await,
        Role::Handler => server::serve(handler::keeping(port?, Answers::Remembered).await?).await,
        Role::ForgetfulHandler => server::serve(handler::forgetting(port?, Answers::Remembered).await?).await,
        Role::HandlerOnDatabase => server::serve(handler::keeping(port?, Answers::Computed).await?).await,
    }
}

/// Measures so many rounds, and gives the figures of each size and each part: medians of the rounds.
///
/// # Errors
/// Says what failed: a part that does not start, an answer that is not what was asked for.
pub async fn run(rounds: u32) -> Result<Vec<Figures>, String> {
    let upstream = Part::start(Role::Upstream, None)?;
    let start = |role| Part::start(role, Some(upstream.port()));
    let parts = MEASURED.into_iter().map(start).collect::<Result<Vec<Part>, String>>()?;
    let load = Load::default();
    let mut all = Vec::new();
    for download in DOWNLOADS {
        all.extend(measure(&load, &parts, download, rounds).await?);
    }
    same_reads(&all)?;
    Ok(all)
}

/// The parts take turns, so that whatever else the machine does meets all of them alike.
async fn measure(
    load: &Load,
    parts: &[Part],
    download: Download,
    rounds: u32,
) -> Result<Vec<Figures>, String> {
    for part in parts {
        load.ask(part, download.warm_up()).await?;
    }
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); parts.len()];
    for _ in 0..rounds {
        for (part, samples) in parts.iter().zip(&mut samples) {
            samples.push(load.sample(part, download).await?);
        }
    }
    let baselines = [samples[0].as_slice(), &samples[1]];
    let figures =
        |(part, rounds): (&Part, &Vec<Sample>)| Figures::of(part.role().name(), download, rounds, baselines);
    Ok(parts.iter().zip(&samples).map(figures).collect())
}

/// The forwarder that reads is only worth its name while it reads what the handler does.
fn same_reads(all: &[Figures]) -> Result<(), String> {
    let reads = |role: Role| {
        let found = all.iter().find(|figures| figures.part == role.name());
        found.map_or(0, |figures| figures.store_requests)
    };
    let (forwarder, handler) = (reads(Role::ReadingForwarder), reads(Role::Handler));
    if forwarder == handler {
        return Ok(());
    }
    Err(format!("the handler asks the store {handler} times, the forwarder {forwarder}: let it do the same"))
}
