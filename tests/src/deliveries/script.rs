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
    store::{Commit, Deliveries, Due, Endpoints, LogWriter, Schedules},
};

use super::fixture::{Fixture, PROJECT};

/// Longest time of a process's work, after which it counts as dead. Simulated time does not pass meanwhile.
const LIFE: Duration = Duration::from_secs(1);
/// Time after which a message whose work failed comes again at the earliest.
const AGAIN: Duration = Duration::from_secs(150);
/// Claim of a tick.
const CLAIM: Duration = Duration::from_secs(900);
/// Maximum number of steps until everything is delivered once the faults have stopped.
const REST: usize = 3_000;

pub(super) async fn play(fixture: &mut Fixture) {
    for _ in 0..fixture.rng.usize(20..120) {
        step(fixture).await;
    }
    fixture.faults.end();
    for index in 0..fixture.endpoints.len() {
        pause(fixture, index, false).await;
        let id = fixture.endpoints[index].id;
        fixture.truth.enable_endpoint(&fixture.endpoints[index]).await.expect("the store answers");
        send(fixture, DeliveryMessage::DeliverAll { endpoint: id, after: None }).await;
    }
    rest(fixture).await;
}

async fn step(fixture: &mut Fixture) {
    match fixture.rng.u32(0..100) {
        0..20 => write(fixture).await,
        20..28 => tell(fixture),
        28..45 => announce(fixture).await,
        45..80 => drop(deliver(fixture).await),
        80..90 => {
            let most = *fixture.rng.choice(&[2, 60, 900, 20_000]).expect("there are some");
            fixture.clock.advance(Duration::from_secs(fixture.rng.u64(1..most + 1)));
        }
        90..95 => tick(fixture).await,
        95..97 => {
            let (index, paused) = (fixture.rng.usize(0..fixture.endpoints.len()), fixture.rng.bool());
            pause(fixture, index, paused).await;
        }
        97..98 => rotate(fixture).await,
        _ => replay(fixture).await,
    }
}

fn any_source(fixture: &mut Fixture) -> ConnectionId {
    let ids: Vec<ConnectionId> = fixture.sources.keys().copied().collect();
    *fixture.rng.choice(&ids).expect("there is one")
}

/// Commits some changes to a log.
async fn write(fixture: &mut Fixture) {
    let id = any_source(fixture);
    let count = fixture.rng.u64(1..15);
    let names: Vec<char> = (0..count).map(|_| fixture.rng.char('a'..='z')).collect();
    let source = fixture.sources.get_mut(&id).expect("it exists");
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
    fixture.truth.commit(id, &before, &commit, fixture.clock.now()).await.expect("the store answers");
    source.head = after;
    let events: Vec<Event> =
        changes.into_iter().map(|change| Event::change(&source.connection, change)).collect();
    source.unannounced.extend(events.clone());
    source.changes.extend(events);
}

/// Makes news of a connection, to be announced.
fn tell(fixture: &mut Fixture) {
    let id = any_source(fixture);
    let now = fixture.clock.now();
    let source = fixture.sources.get_mut(&id).expect("it exists");
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
async fn announce(fixture: &mut Fixture) {
    let id = any_source(fixture);
    announce_of(fixture, id).await;
}

async fn announce_of(fixture: &mut Fixture, id: ConnectionId) {
    let now = fixture.clock.now();
    let announcer = fixture.announcer();
    let source = fixture.sources.get_mut(&id).expect("it exists");
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
async fn deliver(fixture: &mut Fixture) -> bool {
    let Some((number, body)) = fixture.mailbox.receive() else { return false };
    let sender = fixture.sender();
    let work = event_sender::handle_message(&sender, &body);
    if let Ok(Ok(())) = tokio::time::timeout(LIFE, work).await {
        fixture.mailbox.delete(number);
    }
    true
}

/// Sends messages for the deliveries that are due, as the worker's tick does.
async fn tick(fixture: &mut Fixture) {
    let now = fixture.clock.now();
    for due in fixture.truth.due(now).await.expect("the store answers") {
        let Due::Delivery(endpoint, stream) = due else { continue };
        if fixture.truth.claim_wake(due, now, now.plus(CLAIM)).await.expect("the store answers") {
            send(fixture, DeliveryMessage::Deliver { endpoint, stream, owner: None }).await;
        }
    }
}

/// Sends a message until the queue takes it.
async fn send(fixture: &Fixture, message: DeliveryMessage) {
    for _ in 0..100 {
        let sent = tokio::time::timeout(LIFE, fixture.mailbox.send(vec![message.at_once()])).await;
        if matches!(sent, Ok(Ok(()))) {
            return;
        }
    }
    panic!("the queue takes no message");
}

async fn pause(fixture: &mut Fixture, index: usize, paused: bool) {
    let endpoint = &mut fixture.endpoints[index];
    let was = std::mem::replace(&mut endpoint.paused, paused);
    endpoint.version += 1;
    let endpoint = endpoint.clone();
    fixture.truth.change_endpoint(&endpoint).await.expect("the store answers");
    if was && !paused {
        send(fixture, DeliveryMessage::DeliverAll { endpoint: endpoint.id, after: None }).await;
    }
}

async fn rotate(fixture: &mut Fixture) {
    let now = fixture.clock.now();
    let index = fixture.rng.usize(0..fixture.endpoints.len());
    let endpoint = &mut fixture.endpoints[index];
    if endpoint.subscription().is_some() {
        return;
    }
    let keys = SigningKeys::random();
    let newest =
        seal_keys(&fixture.keyring, PROJECT, endpoint.id, &keys, now).await.expect("it can be sealed");
    endpoint.keys = rotated(&endpoint.keys, newest, now.plus(Duration::from_secs(3600)), now);
    endpoint.version += 1;
    fixture.truth.change_endpoint(endpoint).await.expect("the store answers");
}

/// Sets the position of a stream back.
async fn replay(fixture: &mut Fixture) {
    let id = any_source(fixture);
    let endpoint = fixture.endpoints[fixture.rng.usize(0..fixture.endpoints.len())].id;
    let stream = Stream::Connection(id);
    let stored = fixture.truth.delivery(endpoint, stream).await.expect("the store answers");
    let Some(position) = stored.and_then(|stored| stored.progress.position) else { return };
    let change = fixture.rng.u64(0..position.change + 1);
    let notice = if fixture.rng.bool() { position.notice } else { 0 };
    let set =
        fixture.truth.set_position(endpoint, stream, Position { change, notice }, fixture.clock.now()).await;
    set.expect("the store answers");
    send(fixture, DeliveryMessage::Deliver { endpoint, stream, owner: None }).await;
}

/// Announces and delivers until nothing is left to do.
async fn rest(fixture: &mut Fixture) {
    for _ in 0..REST {
        for id in fixture.sources.keys().copied().collect::<Vec<_>>() {
            announce_of(fixture, id).await;
        }
        if deliver(fixture).await {
            continue;
        }
        tick(fixture).await;
        let Some(next) = next_time(fixture).await else { return };
        fixture.clock.advance(next.since(fixture.clock.now()).max(Duration::from_secs(1)));
    }
    panic!("the deliveries do not come to rest");
}

/// Returns the time at which something is next to be done; `None` if nothing is.
async fn next_time(fixture: &Fixture) -> Option<Timestamp> {
    let announced = fixture.sources.values().filter(|source| !source.unannounced.is_empty());
    let mut times: Vec<Timestamp> = announced.map(|source| source.announce_at).collect();
    times.extend(fixture.mailbox.next());
    for endpoint in &fixture.endpoints {
        for stored in fixture.truth.deliveries(endpoint.id, None, 100).await.expect("the store answers") {
            times.extend(stored.retry_at);
            times.extend(stored.progress.parked.iter().map(|parked| parked.retry_at));
        }
    }
    times.into_iter().min()
}
