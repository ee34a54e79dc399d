//! Acknowledged messages survive `kill -9`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    collections::HashSet,
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use local_adapters::{MachineQueue, MachineQueues, QueueSettings};
use shared::{
    model::SystemClock,
    queue::{Inbox, Outgoing, Queue},
};
use tempfile::TempDir;

/// Environment variable of the killed process: the folder of its queue.
const FOLDER: &str = "KILLED_SENDER_FOLDER";
/// Prefix of each acknowledged body on its standard output.
const TAKEN: &str = "taken ";
/// Number of messages after which it is killed, in the middle of the next send.
const ENOUGH: usize = 300;

fn queue(folder: &Path) -> MachineQueue {
    let queues = MachineQueues::open(folder, Arc::new(SystemClock)).unwrap();
    queues.queue(QueueSettings::fifo("q.fifo", Duration::from_secs(600)))
}

/// This test runs itself in a second process, which sends until it is killed.
#[tokio::test]
async fn acknowledged_messages_survive_a_kill() {
    if let Some(folder) = env::var_os(FOLDER) {
        return send_for_ever(Path::new(&folder)).await;
    }
    let folder = TempDir::new().unwrap();
    let acknowledged = kill_a_sender(folder.path());
    let queue = queue(folder.path());
    let mut left = Vec::new();
    loop {
        let deliveries = queue.receive(10, Duration::ZERO).await.unwrap();
        if deliveries.is_empty() {
            break;
        }
        for delivery in deliveries {
            queue.delete(&delivery.receipt).await.unwrap();
            left.push(delivery.body);
        }
    }
    let found: HashSet<_> = left.iter().collect();
    assert_eq!(found.len(), left.len(), "a message came twice");
    let lost: Vec<_> = acknowledged.iter().filter(|body| !found.contains(body)).collect();
    assert!(lost.is_empty(), "acknowledged, but lost: {lost:?}");
    // The last batch may have been stored without its acknowledgement being read.
    assert!(left.len() >= ENOUGH && left.len() % 3 == 0, "a batch is there whole or not at all");
}

async fn send_for_ever(folder: &Path) {
    let queue = queue(folder);
    for batch in 0.. {
        let bodies: Vec<_> = (0..3).map(|number| format!("{batch}.{number}")).collect();
        queue.send(bodies.iter().map(|body| message(body)).collect()).await.unwrap();
        let lines: String = bodies.iter().map(|body| format!("{TAKEN}{body}\n")).collect();
        std::io::stdout().write_all(lines.as_bytes()).unwrap();
    }
}

fn message(body: &str) -> Outgoing {
    let own = Some(body.to_owned());
    Outgoing {
        body: body.to_owned(),
        group: own.clone(),
        deduplication: own,
        delay: Duration::ZERO,
        reason: None,
    }
}

/// Runs a sender, kills it, and returns the messages that it reported as acknowledged.
fn kill_a_sender(folder: &Path) -> Vec<String> {
    let mut sender = Command::new(env::current_exe().unwrap())
        .args(["acknowledged_messages_survive_a_kill", "--exact", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(sender.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut taken = lines.filter_map(|line| line.split_once(TAKEN).map(|(_, body)| body.to_owned()));
    let mut acknowledged: Vec<_> = taken.by_ref().take(ENOUGH).collect();
    assert_eq!(acknowledged.len(), ENOUGH, "the sender stopped by itself");
    sender.kill().unwrap();
    sender.wait().unwrap();
    acknowledged.extend(taken);
    acknowledged
}
