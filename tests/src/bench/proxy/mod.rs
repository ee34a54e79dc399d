//! Benchmark of the proxy: its handler compared with a bare forwarder, in one run on one machine.
//!
//! Each [`Role`] is a process of its own, this program started again, so that its CPU time and memory can be
//! measured separately: Dropbox, the bare forwarder, a forwarder that also reads what the handler reads, and
//! the handler, with its data key kept and without. This process sends each of them in turn requests for
//! files of several sizes, a few in parallel, over several rounds.
//!
//! All of them speak HTTP/1 without TLS on the loopback, through hyper's server and reqwest. Those that read
//! the table use the production adapter and the SDK's client. The embedded database answers each distinct
//! request once; later answers come from a cache, because on AWS the database's work is not the function's.
//! One part includes the database's work.

mod forwarder;
mod handler;
mod latency;
mod load;
mod measured_downloads;
mod nginx;
mod upstream;

use clap::ValueEnum;

use self::{
    latency::Place,
    load::{DOWNLOAD, Download, Load, proxied},
    nginx::Nginx,
    upstream::Upstream,
};

pub use self::{latency::Latency, measured_downloads::MeasuredDownloads};
use super::{part::Part, sample::Sample, server, store::Answers};

/// Downloads of a round. Rounds are short, so that all parts run under the same conditions.
const DOWNLOADS: [Download; 4] = [
    Download { bytes: 1_000, requests: 1_000 },
    Download { bytes: 100_000, requests: 500 },
    Download { bytes: 5_000_000, requests: 20 },
    Download { bytes: 1_000_000_000, requests: 1 },
];
/// Parts that are measured. The first two are the baselines.
const MEASURED: [Role; 5] =
    [Role::Forwarder, Role::ReadingForwarder, Role::Handler, Role::ForgetfulHandler, Role::HandlerOnDatabase];

/// Role of a process of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Stand-in for Dropbox: streams files.
    Upstream,
    /// Forwards each request and streams the response back; does nothing else.
    Forwarder,
    /// Like [`Self::Forwarder`], after reading from the table what the handler reads.
    ReadingForwarder,
    /// The proxy's handler on the production adapters. After its first call the project's data key is in
    /// memory; the access token is read and decrypted on every call, as in production.
    Handler,
    /// The handler with a new keyring on every call, like the first call of a process: it reads the data
    /// key's row and unwraps the key with the master key. The master key is in a file; with KMS this would be
    /// waiting time, not CPU time.
    ForgetfulHandler,
    /// The handler that keeps the data key, with the work of the embedded database included in its process
    /// and measurements.
    HandlerOnDatabase,
}

impl Role {
    /// Returns the name in the output.
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

    /// Starts the part in a process of its own.
    fn start(self, dropbox: Option<u16>) -> Result<Part, String> {
        let value = self.to_possible_value().ok_or("every role can be named")?;
        let mut arguments = vec!["serve".to_owned(), value.get_name().to_owned()];
        arguments.extend(dropbox.map(|port| port.to_string()));
        Part::start(self.name(), &arguments)
    }
}

/// Runs one part of the benchmark until standard input ends: serves on a free port, which it prints.
/// `dropbox` is the port of the upstream, for the parts that call it.
///
/// # Errors
/// Returns what could not be started.
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

/// Measures the given number of rounds. Returns medians of the rounds: measurements of each size and part, and what each
/// part adds to the latency of a small download.
///
/// The latencies are relative to nginx's, or to the bare forwarder's where nginx is not installed.
///
/// # Errors
/// Returns what failed: a part that does not start, or a response other than the expected one.
pub async fn run(rounds: u32) -> Result<(Vec<MeasuredDownloads>, Vec<Latency>), String> {
    let upstream = Role::Upstream.start(None)?;
    let parts = MEASURED
        .into_iter()
        .map(|role| role.start(Some(upstream.port())))
        .collect::<Result<Vec<Part>, String>>()?;
    let load = Load::default();
    let mut all = Vec::new();
    for download in DOWNLOADS {
        all.extend(measure(&load, &parts, download, rounds).await?);
    }
    same_reads(&all)?;
    let nginx = Nginx::start(upstream.port())?;
    let direct = Place { name: Role::Upstream.name(), port: upstream.port(), path: DOWNLOAD.to_owned() };
    let through = |name, port| Place { name, port, path: proxied() };
    let mut places = vec![direct];
    places.extend(nginx.iter().map(|nginx| through("nginx", nginx.port())));
    places.extend(parts.iter().map(|part| through(part.name(), part.port())));
    Ok((all, latency::measure(&load, &places, rounds).await?))
}

/// Measures the parts in turn, so that other work of the machine affects all of them alike.
async fn measure(
    load: &Load,
    parts: &[Part],
    download: Download,
    rounds: u32,
) -> Result<Vec<MeasuredDownloads>, String> {
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
    let measured = |(part, rounds): (&Part, &Vec<Sample>)| {
        MeasuredDownloads::of(part.name(), download, rounds, baselines)
    };
    Ok(parts.iter().zip(&samples).map(measured).collect())
}

/// Checks that the reading forwarder sends the store as many requests as the handler; otherwise it is no
/// baseline.
fn same_reads(all: &[MeasuredDownloads]) -> Result<(), String> {
    let reads = |role: Role| {
        let mut all = all.iter().map(|measured| &measured.measurements);
        all.find(|one| one.part == role.name()).map_or(0, |one| one.store_requests)
    };
    let (forwarder, handler) = (reads(Role::ReadingForwarder), reads(Role::Handler));
    if forwarder == handler {
        return Ok(());
    }
    Err(format!("the handler asks the store {handler} times, the forwarder {forwarder}: let it do the same"))
}
