//! Benchmark of the webhook receiver: its handler compared with one that only says hello, in one run on one machine.
//!
//! Each [`Role`] is a process of its own with one thread, behind hyper's server, as in the benchmark of the
//! [`proxy`](super::proxy). This process sends each of them in turn signed notifications, of one account and of a
//! thousand, over several rounds.
//!
//! Each notification is 16 minutes later than the one before by the clock of the part, so that no request for a walk is
//! in force any more, and each of its accounts is queued. The table's answers are remembered, and its updates not done,
//! because on AWS its work is not the function's; one part includes the work of the embedded database. Messages go
//! through the client of Amazon SQS, whose requests are signed and answered at once.

mod handler;
mod hello;
mod later_clock;
mod load;
mod measured_notifications;
mod table_requests;
mod taking_queue;

use clap::ValueEnum;

use self::load::{Load, Notification};
pub use self::measured_notifications::MeasuredNotifications;
use super::{part::Part, sample::Sample, server, store::Answers};

/// Accounts that every part knows; the largest notification names all of them.
const ACCOUNTS: usize = 1_000;
/// Notifications of a round. Rounds are short, so that all parts run under the same conditions.
const NOTIFICATIONS: [Notification; 2] = [
    Notification { accounts: 1, requests: 400, parallel: 4 },
    Notification { accounts: ACCOUNTS, requests: 2, parallel: 1 },
];
/// Parts that are measured. The first two are the baselines.
const MEASURED: [Role; 4] = [Role::Hello, Role::TableRequests, Role::Handler, Role::HandlerOnDatabase];

/// Role of a process of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Reads each notification and says hello.
    Hello,
    /// Sends the table the requests that the handler sends, several at the same time as it does, and nothing else.
    TableRequests,
    /// The receiver's handler on the production adapters.
    Handler,
    /// The handler with the work of the embedded database included in its process and measurements.
    HandlerOnDatabase,
}

impl Role {
    /// Returns the name in the output.
    fn name(self) -> &'static str {
        match self {
            Self::Hello => "hello",
            Self::TableRequests => "the requests to the table alone",
            Self::Handler => "handler",
            Self::HandlerOnDatabase => "handler, with the database",
        }
    }

    /// Starts the part in a process of its own.
    fn start(self) -> Result<Part, String> {
        let value = self.to_possible_value().ok_or("every role can be named")?;
        Part::start(self.name(), &["serve-webhooks".to_owned(), value.get_name().to_owned()])
    }
}

/// Runs one part of the benchmark until standard input ends: serves on a free port, which it prints.
///
/// # Errors
/// Returns what could not be started.
pub async fn serve(role: Role) -> Result<(), String> {
    match role {
        Role::Hello => server::serve(hello::Hello).await,
        Role::TableRequests => server::serve(table_requests::TableRequests::new(ACCOUNTS).await?).await,
        Role::Handler => server::serve(handler::Handler::new(ACCOUNTS, Answers::Remembered).await?).await,
        Role::HandlerOnDatabase => {
            server::serve(handler::Handler::new(ACCOUNTS, Answers::Computed).await?).await
        }
    }
}

/// Measures the given number of rounds. Returns medians of the rounds, for each size of notification and each part.
///
/// # Errors
/// Returns what failed: a part that does not start, or a response other than the expected one.
pub async fn run(rounds: u32) -> Result<Vec<MeasuredNotifications>, String> {
    let parts = MEASURED.into_iter().map(Role::start).collect::<Result<Vec<Part>, String>>()?;
    let load = Load::default();
    let mut all = Vec::new();
    for notification in NOTIFICATIONS {
        all.extend(measure(&load, &parts, notification, rounds).await?);
    }
    same_requests(&all)?;
    Ok(all)
}

/// Measures the parts in turn, so that other work of the machine affects all of them alike.
async fn measure(
    load: &Load,
    parts: &[Part],
    notification: Notification,
    rounds: u32,
) -> Result<Vec<MeasuredNotifications>, String> {
    let mut samples: Vec<Vec<Sample>> = vec![Vec::new(); parts.len()];
    for round in 0..=rounds {
        for (part, samples) in parts.iter().zip(&mut samples) {
            let sample = load.sample(part, notification).await?;
            // The first round opens connections, and fills what is remembered.
            if round > 0 {
                samples.push(sample);
            }
        }
    }
    let baselines = [samples[0].as_slice(), &samples[1]];
    let measured = |(part, rounds): (&Part, &Vec<Sample>)| {
        MeasuredNotifications::of(part.name(), notification, rounds, baselines)
    };
    Ok(parts.iter().zip(&samples).map(measured).collect())
}

/// Checks that the second baseline sends the table as many requests as the handler.
fn same_requests(all: &[MeasuredNotifications]) -> Result<(), String> {
    for notification in NOTIFICATIONS {
        let requests = |role: Role| {
            let of_size = all.iter().filter(|one| one.accounts == notification.accounts);
            let mut of_size = of_size.map(|one| &one.measurements);
            of_size.find(|one| one.part == role.name()).map_or(0, |one| one.store_requests)
        };
        let (alone, handler) = (requests(Role::TableRequests), requests(Role::Handler));
        if alone != handler {
            return Err(format!(
                "the handler asks the table {handler} times, the baseline {alone}: let it do the same"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::bench::server::Server;

    /// Notifies a part that serves in this process, twice. Returns the number of requests to its table.
    async fn store_requests(role: Role, part: impl server::Server) -> u64 {
        let (port, part) = server::here(part).await.unwrap();
        let notification = Notification { accounts: 30, requests: 2, parallel: 1 };
        Load::default().notify(role.name(), port, notification).await.unwrap();
        part.store_requests()
    }

    #[tokio::test]
    async fn every_part_takes_notifications_and_the_baseline_asks_the_table_as_the_handler_does() {
        let alone = table_requests::TableRequests::new(30).await.unwrap();
        let handler = handler::Handler::new(30, Answers::Remembered).await.unwrap();
        let on_database = handler::Handler::new(30, Answers::Computed).await.unwrap();
        let seeding = [alone.store_requests(), handler.store_requests(), on_database.store_requests()];
        let asked = [
            store_requests(Role::TableRequests, alone).await,
            store_requests(Role::Handler, handler).await,
            store_requests(Role::HandlerOnDatabase, on_database).await,
        ];
        // A look-up and a claim of each account; the clock leaves no claim in force.
        let expected = seeding.map(|before| before + 2 * 30 * 2);
        assert_eq!(asked, expected);
        assert_eq!(store_requests(Role::Hello, hello::Hello).await, 0);
    }
}
