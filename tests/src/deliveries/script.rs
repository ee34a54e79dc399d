//! The steps of a seed, until it comes to rest.

use std::time::Duration;

use contracts::samples;
use shared::{
    delivery::{DeliveryMessage, Position, Stream, rotated, seal_keys, signature::SigningKeys},
    events::Bus,
    model::{
        Change, ChangeKind, Clock, ConnectionId, Content, Event, EventBody, Head, NotFetched, Rev, Segment,
        Timestamp,
    },
    queue::Queue,
    store::{Commit, Deliveries, Due, Endpoints, Log, Schedules},
};

use super::stage::{PROJECT, Stage};

/// Longest time of a process's work, after which it counts as dead. Simulated time does not pass meanwhile.
const LIFE: Duration = Duration::from_secs(1);
/// Time after which a message whose work failed comes again at the earliest.
const AGAIN: Duration = Duration::from_secs(150);
/// Claim of a tick.
const CLAIM: Duration = Duration::from_secs(900);
/// Maximum number of steps until everything is delivered once the faults have stopped.
const REST: usize = 3_000;

pub(super) async fn play(stage: &mut Stage) {
    for _ in 0..stage.rng.usize(20..120) {
        step(stage).await;
    }
    stage.faults.end();
    for index in 0..stage.endpoints.len() {
        pause(stage, index, false).await;
        let id = stage.endpoints[index].id;
        stage.truth.enable_endpoint(&stage.endpoints[index]).await.expect("the store answers");
        send(stage, DeliveryMessage::DeliverAll { endpoint: id, after: None }).await;
    }
    rest(stage).await;
}

async fn step(stage: &mut Stage) {
    match stage.rng.u32(0..100) {
        0..20 => write(stage).await,
        20..28 => tell(stage),
        28..45 => announce(stage).await,
        45..80 => drop(deliver(stage).await),
        80..90 => {
            let most = *stage.rng.choice(&[2, 60, 900, 20_000]).expect("there are some");
            stage.clock.advance(Duration::from_secs(stage.rng.u64(1..most + 1)));
        }
        90..95 => tick(stage).await,
        95..97 => {
            let (index, paused) = (stage.rng.usize(0..stage.endpoints.len()), stage.rng.bool());
            pause(stage, index, paused).await;
        }
        97..98 => rotate(stage).await,
        _ => replay(stage).await,
    }
}

fn any_source(stage: &mut Stage) -> ConnectionId {
    let ids: Vec<ConnectionId> = stage.sources.keys().copied().collect();
    *stage.rng.choice(&ids).expect("there is one")
}

/// Commits some changes to a log.
async fn write(stage: &mut Stage) {
    let id = any_source(stage);
    let count = stage.rng.u64(1..15);
    let names: Vec<char> = (0..count).map(|_| stage.rng.char('a'..='z')).collect();
    let source = stage.sources.get_mut(&id).expect("it exists");
    let first = source.head.head + 1;
    let change = |(index, name): (u64, &char)| {
        let number = first + index;
        let item = samples::file(&format!("id:{number}"), &format!("/{name}{number}"), "015f");
        let kind = ChangeKind::Created { content: Content::Pending { rev: Rev::from("015f") } };
        Change { number, kind, item, drops: None, created: None }
    };
    let changes: Vec<Change> = (0..count).zip(&names).map(change).collect();
    let before = source.head.clone();
    let after = Head { head: first + count - 1, applied: first + count - 1, ..before.clone() };
    let segment = Segment { changes: changes.clone() };
    let commit = Commit { after: after.clone(), segment, ..Commit::default() };
    stage.truth.commit(id, &before, &commit, stage.clock.now()).await.expect("the store answers");
    source.head = after;
    let events: Vec<Event> =
        changes.into_iter().map(|change| Event::change(&source.connection, change)).collect();
    source.unannounced.extend(events.clone());
    source.changes.extend(events);
}

/// Makes news of a connection, to be announced.
fn tell(stage: &mut Stage) {
    let id = any_source(stage);
    let now = stage.clock.now();
    let source = stage.sources.get_mut(&id).expect("it exists");
    let number = source.notices.len();
    let body = EventBody::Failed {
        item: format!("id:{number}").as_str().into(),
        rev: Rev::from("015f"),
        reason: NotFetched::Locked,
        metadata: None,
        created: None,
    };
    let event = Event::new(&source.connection, &format!("news:{number}:{}", now.0), body);
    source.unannounced.push(event.clone());
    source.notices.push(event);
}

/// Announces what was not announced; if that fails, again later.
async fn announce(stage: &mut Stage) {
    let id = any_source(stage);
    announce_of(stage, id).await;
}

async fn announce_of(stage: &mut Stage, id: ConnectionId) {
    let now = stage.clock.now();
    let announcer = stage.announcer();
    let source = stage.sources.get_mut(&id).expect("it exists");
    if source.unannounced.is_empty() || source.announce_at > now {
        return;
    }
    let announced = tokio::time::timeout(LIFE, announcer.publish(source.unannounced.clone())).await;
    match announced {
        Ok(Ok(())) => source.unannounced.clear(),
        _ => source.announce_at = now.plus(AGAIN),
    }
}

/// Works on a message. Returns whether there was one.
async fn deliver(stage: &mut Stage) -> bool {
    let Some((number, body)) = stage.mailbox.receive() else { return false };
    let sender = stage.sender();
    let work = event_sender::handle_message(&sender, &body);
    if let Ok(Ok(())) = tokio::time::timeout(LIFE, work).await {
        stage.mailbox.delete(number);
    }
    true
}

/// Sends messages for the deliveries that are due, as the worker's tick does.
async fn tick(stage: &mut Stage) {
    let now = stage.clock.now();
    for due in stage.truth.due(now).await.expect("the store answers") {
        let Due::Delivery(endpoint, stream) = due else { continue };
        if stage.truth.claim_wake(due, now, now.plus(CLAIM)).await.expect("the store answers") {
            send(stage, DeliveryMessage::Deliver { endpoint, stream, owner: None }).await;
        }
    }
}

/// Sends a message until the queue takes it.
async fn send(stage: &Stage, message: DeliveryMessage) {
    for _ in 0..100 {
        let sent = tokio::time::timeout(LIFE, stage.mailbox.send(vec![message.at_once()])).await;
        if matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
    panic!("the queue takes no message");
}

async fn pause(stage: &mut Stage, index: usize, paused: bool) {
    let endpoint = &mut stage.endpoints[index];
    let was = std::mem::replace(&mut endpoint.paused, paused);
    endpoint.version += 1;
    let endpoint = endpoint.clone();
    stage.truth.change_endpoint(&endpoint).await.expect("the store answers");
    if was && !paused {
        send(stage, DeliveryMessage::DeliverAll { endpoint: endpoint.id, after: None }).await;
    }
}

async fn rotate(stage: &mut Stage) {
    let now = stage.clock.now();
    let index = stage.rng.usize(0..stage.endpoints.len());
    let endpoint = &mut stage.endpoints[index];
    if endpoint.subscription().is_some() {
        return;
    }
    let keys = SigningKeys::random();
    let newest = seal_keys(&stage.keyring, PROJECT, endpoint.id, &keys, now).await.expect("it can be sealed");
    endpoint.keys = rotated(&endpoint.keys, newest, now.plus(Duration::from_secs(3600)), now);
    endpoint.version += 1;
    stage.truth.change_endpoint(endpoint).await.expect("the store answers");
}

/// Sets the position of a stream back.
async fn replay(stage: &mut Stage) {
    let id = any_source(stage);
    let endpoint = stage.endpoints[stage.rng.usize(0..stage.endpoints.len())].id;
    let stream = Stream::Connection(id);
    let stored = stage.truth.delivery(endpoint, stream).await.expect("the store answers");
    let Some(position) = stored.and_then(|stored| stored.progress.position) else { return };
    let change = stage.rng.u64(0..position.change + 1);
    let notice = if stage.rng.bool() { position.notice } else { 0 };
    let set =
        stage.truth.set_position(endpoint, stream, Position { change, notice }, stage.clock.now()).await;
    set.expect("the store answers");
    send(stage, DeliveryMessage::Deliver { endpoint, stream, owner: None }).await;
}

/// Announces and delivers until nothing is left to do.
async fn rest(stage: &mut Stage) {
    for _ in 0..REST {
        for id in stage.sources.keys().copied().collect::<Vec<_>>() {
            announce_of(stage, id).await;
        }
        if deliver(stage).await {
            continue;
        }
        tick(stage).await;
        let Some(next) = next_time(stage).await else { return };
        stage.clock.advance(next.since(stage.clock.now()).max(Duration::from_secs(1)));
    }
    panic!("the deliveries do not come to rest");
}

/// Returns the time at which something is next to be done; `None` if nothing is.
async fn next_time(stage: &Stage) -> Option<Timestamp> {
    let announced = stage.sources.values().filter(|source| !source.unannounced.is_empty());
    let mut times: Vec<Timestamp> = announced.map(|source| source.announce_at).collect();
    times.extend(stage.mailbox.next());
    for endpoint in &stage.endpoints {
        for stored in stage.truth.deliveries(endpoint.id, None, 100).await.expect("the store answers") {
            times.extend(stored.retry_at);
            times.extend(stored.progress.parked.iter().map(|parked| parked.retry_at));
        }
    }
    times.into_iter().min()
}
