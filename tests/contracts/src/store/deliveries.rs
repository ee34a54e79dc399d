//! Contract of the store's deliveries, and of what is delivered: notices, endpoints and attempts.

use std::time::Duration;

use futures_util::{TryStreamExt, future::join_all};
use shared::{
    delivery::{
        AwsDestination, AwsPlace, DeliveryError, Destination, Disabled, DisabledReason, Endpoint, ExternalId,
        Filter, Order, Parked, Position, Progress, Purpose, Stream, Subscription, signature::Scheme,
    },
    model::{Connection, ConnectionId, EndpointId, Event, ProjectId, Tags, Timestamp},
    store::{
        Attempt, Attempts, Bookmark, Connections, Deliveries, DeliveryWork, Due, EndpointReader, Endpoints,
        NoticeWriter, Notices, OwedDeliveries, OwedDelivery, Piece, PurgeWork, Purges, Rest, Schedules,
        SenderId,
    },
};

use super::{StoreHarness, conflict, ok};
use crate::samples;

const MINUTE: Duration = Duration::from_secs(60);

fn names() -> (EndpointId, Stream) {
    (EndpointId::random(), Stream::Connection(ConnectionId::random()))
}

fn now() -> Timestamp {
    samples::now()
}

fn at(change: u64) -> Progress {
    let position = Some(Position { change, notice: 0 });
    Progress { position, ..Progress::default() }
}

/// Takes a delivery, which nobody else works on.
async fn taken(store: &impl DeliveryWork, endpoint: EndpointId, stream: Stream) -> (SenderId, Progress) {
    ok(store.take_delivery(endpoint, stream, now(), now().plus(MINUTE)).await).expect("nobody works on it")
}

/// Several announcements cost one message, until a sender begins, or until the message must be lost.
pub async fn a_delivery_is_owed_one_message_until_a_sender_begins(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let owe = |at: Timestamp| store.owe_delivery(endpoint, stream, at);
    let asked = join_all((0..5).map(|_| owe(now()))).await;
    assert_eq!(asked.into_iter().map(ok).filter(|owed| *owed).count(), 1);
    assert!(ok(owe(now().plus(MINUTE)).await), "the message must be lost");
    ok(store.forget_owed(endpoint, stream, now()).await);
    assert!(!ok(owe(now().plus(MINUTE)).await), "it is owed since a minute later");
    ok(store.forget_owed(endpoint, stream, now().plus(MINUTE)).await);
    assert!(ok(owe(now().plus(MINUTE)).await), "no message was sent");
    taken(store, endpoint, stream).await;
    assert!(ok(owe(now().plus(MINUTE)).await), "the sender may have looked too early");
}

/// One sender works on a delivery at a time. One that comes too late changes nothing.
pub async fn one_sender_works_on_a_delivery_at_a_time(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let (first, progress) = taken(store, endpoint, stream).await;
    assert_eq!(progress, Progress::default());
    let take = |at: Timestamp| store.take_delivery(endpoint, stream, at, at.plus(MINUTE));
    assert_eq!(ok(take(now()).await), None);
    ok(store.keep_progress(endpoint, stream, &first, &at(3)).await);
    let (second, progress) = ok(take(now().plus(MINUTE)).await).expect("the first one is late");
    assert_eq!(progress, at(3));
    conflict(&store.keep_progress(endpoint, stream, &first, &at(4)).await);
    conflict(&store.end_delivery(endpoint, stream, &first, &at(4), Rest::Nothing, now()).await);
    assert!(!ok(store.end_delivery(endpoint, stream, &second, &at(5), Rest::Nothing, now()).await));
    assert_eq!(ok(store.delivery(endpoint, stream).await).expect("it is stored").progress, at(5));
    assert!(ok(take(now()).await).is_some(), "nobody works on it any more");
}

/// Events that are announced while a sender works are owed when it ends.
pub async fn what_came_meanwhile_is_owed_at_the_end(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let (sender, _) = taken(store, endpoint, stream).await;
    assert!(ok(store.owe_delivery(endpoint, stream, now()).await));
    assert!(ok(store.end_delivery(endpoint, stream, &sender, &at(1), Rest::Nothing, now()).await));
    let stored = ok(store.delivery(endpoint, stream).await).expect("it is stored");
    assert!(stored.is_owed && stored.progress == at(1));
}

/// An owed delivery can be recorded without taking it, if nothing has come meanwhile.
pub async fn what_is_owed_can_be_recorded(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let owed = async || ok(store.owed_delivery(endpoint, stream).await);
    let record = async |found: &OwedDelivery, to: u64| {
        ok(store.record_delivery(endpoint, stream, found, &at(to)).await)
    };
    assert_eq!(owed().await, None, "there was no delivery");
    ok(store.owe_delivery(endpoint, stream, now()).await);
    assert_eq!(owed().await, None, "it has no position");
    let (sender, _) = taken(store, endpoint, stream).await;
    ok(store.end_delivery(endpoint, stream, &sender, &at(1), Rest::Nothing, now()).await);
    assert_eq!(owed().await, None, "nothing is owed");
    assert!(ok(store.owe_delivery(endpoint, stream, now()).await));
    let found = owed().await.expect("it is owed");
    assert_eq!((&found.progress, found.since), (&at(1), now()));
    assert!(record(&found, 2).await);
    let stored = ok(store.delivery(endpoint, stream).await).expect("it is stored");
    assert!(!stored.is_owed && stored.progress == at(2));
    assert!(!record(&found, 3).await, "it is owed no longer");
    assert!(ok(store.owe_delivery(endpoint, stream, now()).await), "the next announcement sends a message");
}

/// Events that came since the delivery was found stay owed.
pub async fn what_came_meanwhile_is_not_recorded(harness: &impl StoreHarness) {
    let store = harness.store();
    let begin = async || {
        let (endpoint, stream) = names();
        let (sender, _) = taken(store, endpoint, stream).await;
        ok(store.end_delivery(endpoint, stream, &sender, &at(1), Rest::Nothing, now()).await);
        ok(store.owe_delivery(endpoint, stream, now()).await);
        (endpoint, stream, ok(store.owed_delivery(endpoint, stream).await).expect("it is owed"))
    };
    let is_recorded = async |endpoint, stream, found: &OwedDelivery| {
        let is_recorded = ok(store.record_delivery(endpoint, stream, found, &at(2)).await);
        let stored = ok(store.delivery(endpoint, stream).await).expect("it is stored");
        assert_eq!(is_recorded, stored.progress == at(2));
        is_recorded
    };
    // All of it happens in the same millisecond.
    let (endpoint, stream, found) = begin().await;
    assert!(!ok(store.owe_delivery(endpoint, stream, now()).await), "a message is on its way");
    assert!(!is_recorded(endpoint, stream, &found).await, "an announcement");
    let (endpoint, stream, found) = begin().await;
    ok(store.set_position(endpoint, stream, Position { change: 1, notice: 0 }, now()).await);
    assert!(!is_recorded(endpoint, stream, &found).await, "a position that was set");
    let (endpoint, stream, found) = begin().await;
    let (sender, _) = taken(store, endpoint, stream).await;
    assert_eq!(ok(store.owed_delivery(endpoint, stream).await), None);
    ok(store.owe_delivery(endpoint, stream, now()).await);
    assert_eq!(ok(store.owed_delivery(endpoint, stream).await), None, "a sender works on it");
    assert!(!is_recorded(endpoint, stream, &found).await, "a sender that works on it");
    let wait = Rest::Wait(now().plus(MINUTE));
    ok(store.end_delivery(endpoint, stream, &sender, &at(1), wait, now()).await);
    ok(store.owe_delivery(endpoint, stream, now()).await);
    assert_eq!(ok(store.owed_delivery(endpoint, stream).await), None, "it waits");
    assert!(!is_recorded(endpoint, stream, &found).await, "it waits");
}

/// A delivery that waits is taken by nobody before its time, and is found when it is due.
pub async fn a_delivery_that_waits_is_due_at_its_time(harness: &impl StoreHarness) {
    let store = harness.store();
    let project = Stream::Project(ProjectId::random());
    for (endpoint, stream) in [names(), (EndpointId::random(), project)] {
        let (sender, _) = taken(store, endpoint, stream).await;
        let later = now().plus(MINUTE);
        ok(store.end_delivery(endpoint, stream, &sender, &at(1), Rest::Wait(later), now()).await);
        assert!(!ok(store.owe_delivery(endpoint, stream, now()).await), "the events after it wait, too");
        assert_eq!(ok(store.take_delivery(endpoint, stream, now(), later).await), None);
        let due = Due::Delivery(endpoint, stream);
        assert!(!ok(store.due(now()).await).contains(&due));
        assert!(ok(store.due(later).await).contains(&due));
        assert!(ok(store.claim_wake(due, later, later.plus(MINUTE)).await));
        assert!(!ok(store.due(later).await).contains(&due));
        assert!(ok(store.take_delivery(endpoint, stream, later, later.plus(MINUTE)).await).is_some());
        assert!(!ok(store.due(later.plus(10 * MINUTE)).await).contains(&due));
    }
}

/// Requests that were passed over are tried again at their time, and the events after them do not wait.
pub async fn what_is_passed_over_is_due_and_holds_nothing_up(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let (sender, _) = taken(store, endpoint, stream).await;
    let (later, position) = (now().plus(MINUTE), Position { change: 1, notice: 7 });
    let parked = Parked { from: Position::default(), to: position, failures: 1, retry_at: later };
    let progress = Progress { parked: vec![parked], ..at(1) };
    ok(store.end_delivery(endpoint, stream, &sender, &progress, Rest::Attempt(later), now()).await);
    assert!(ok(store.due(later).await).contains(&Due::Delivery(endpoint, stream)));
    assert!(ok(store.owe_delivery(endpoint, stream, now()).await));
    assert_eq!(taken(store, endpoint, stream).await.1, progress);
}

/// A position that is set counts against the sender at work, and is owed.
pub async fn a_position_that_is_set_stops_the_sender(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let (sender, _) = taken(store, endpoint, stream).await;
    ok(store.keep_progress(endpoint, stream, &sender, &Progress { failures: 3, ..at(9) }).await);
    ok(store.set_position(endpoint, stream, Position { change: 2, notice: 1 }, now()).await);
    conflict(&store.keep_progress(endpoint, stream, &sender, &at(10)).await);
    let stored = ok(store.delivery(endpoint, stream).await).expect("it is stored");
    assert_eq!(stored.progress.position, Some(Position { change: 2, notice: 1 }));
    assert!(stored.is_owed && stored.progress.failures == 0);
    let (_, progress) = taken(store, endpoint, stream).await;
    assert_eq!(progress.position, Some(Position { change: 2, notice: 1 }));
}

/// A delivery that waits can be made due at once.
pub async fn a_waiting_delivery_can_be_hastened(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let (sender, _) = taken(store, endpoint, stream).await;
    let wait = Rest::Wait(now().plus(MINUTE));
    ok(store.end_delivery(endpoint, stream, &sender, &at(1), wait, now()).await);
    assert!(ok(store.hasten_delivery(endpoint, stream, now()).await));
    assert!(!ok(store.hasten_delivery(endpoint, stream, now()).await));
    assert!(ok(store.delivery(endpoint, stream).await).expect("it is stored").is_owed);
    taken(store, endpoint, stream).await;
}

/// The deliveries of an endpoint are listed page by page, each once, and removed together.
pub async fn deliveries_are_listed_and_removed_with_their_endpoint(harness: &impl StoreHarness) {
    let (store, endpoint) = (harness.store(), EndpointId::random());
    let streams: Vec<Stream> = (0..5).map(|_| names().1).collect();
    for stream in &streams {
        ok(store.owe_delivery(endpoint, *stream, now()).await);
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = ok(store.deliveries(endpoint, after, 2).await);
        let Some(last) = page.last() else { break };
        after = Some(last.stream);
        found.extend(page.into_iter().map(|stored| stored.stream));
    }
    found.sort();
    let mut expected = streams;
    expected.sort();
    assert_eq!(found, expected);
    ok(store.remove_deliveries(endpoint).await);
    assert_eq!(ok(store.deliveries(endpoint, None, 10).await), []);
}

/// Notices keep their order, and their numbers grow. Those after a number are found, whatever rows they are in.
pub async fn notices_keep_their_order(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), ConnectionId::random());
    let stream = Stream::Connection(connection);
    assert_eq!(ok(store.notices(stream, 0.into(), 10).await), Piece { read: vec![], is_end: true });
    let events: Vec<Event> = (0..7).map(|number| samples::event(connection, number)).collect();
    ok(store.append_notices(stream, 5, &events[..3], now()).await);
    ok(store.append_notices(stream, 8, &events[3..4], now()).await);
    let last = ok(store.append_notices(stream, 9, &events[4..], now()).await);
    let all = ok(store.notices(stream, 0.into(), 100).await).read;
    assert_eq!(all.iter().map(|notice| &notice.event).collect::<Vec<_>>(), events.iter().collect::<Vec<_>>());
    assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert_eq!(all.iter().map(|notice| notice.after).collect::<Vec<_>>(), [5, 5, 5, 8, 9, 9, 9]);
    assert_eq!(all.last().map(|notice| notice.number), Some(last));
    for (index, notice) in all.iter().enumerate() {
        let rest = Piece { read: all[index + 1..].to_vec(), is_end: true };
        assert_eq!(ok(store.notices(stream, notice.number.into(), 100).await), rest);
        let some = ok(store.notices(stream, notice.number.into(), 1).await).read;
        assert_eq!(some.first(), all.get(index + 1));
    }
}

/// A reader that knows that a row ends at its bookmark reads the same notices as one that does not.
pub async fn notices_are_read_on_after_a_row(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), ConnectionId::random());
    let stream = Stream::Connection(connection);
    let events: Vec<Event> = (0..6).map(|number| samples::event(connection, number)).collect();
    let mut ends = Vec::new();
    for pair in events.chunks(2) {
        ends.push(ok(store.append_notices(stream, 0, pair, now()).await));
    }
    for (rows, number) in ends.iter().enumerate() {
        let after = Bookmark { number: *number, ends_row: true };
        let whole = ok(store.notices(stream, after, 100).await);
        assert_eq!(whole, ok(store.notices(stream, (*number).into(), 100).await));
        assert_eq!((whole.read.len(), whole.is_end), (events.len() - 2 * (rows + 1), true));
    }
    let first = ok(store.notices(stream, 0.into(), 1).await);
    assert_eq!((first.read.len(), first.is_end), (2, false), "a whole row, and others follow");
    let two = ok(store.notices(stream, 0.into(), 2).await);
    assert_eq!(
        (two.read.len(), two.is_end),
        (4, false),
        "whatever was read is returned, and is not read again"
    );
}

/// Notices that are appended at the same time are all kept.
pub async fn notices_appended_at_the_same_time_are_all_kept(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), ConnectionId::random());
    let stream = Stream::Connection(connection);
    let append = |number: u64| async move {
        let events = [samples::event(connection, number), samples::event(connection, number + 100)];
        store.append_notices(stream, 0, &events, now()).await
    };
    for appended in join_all((0..8).map(append)).await {
        ok(appended);
    }
    let mut ids: Vec<String> = ok(store.notices(stream, 0.into(), 100).await)
        .read
        .into_iter()
        .map(|notice| notice.event.id)
        .collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!((count, ids.len()), (16, 16));
}

/// The last notice before a time is found.
pub async fn the_last_notice_before_a_time_is_found(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), ConnectionId::random());
    let stream = Stream::Connection(connection);
    let before = |time| store.last_notice_before(stream, time);
    assert_eq!(ok(before(now()).await), 0);
    let mut lasts = Vec::new();
    for minute in 0..4_u32 {
        let number = u64::from(minute);
        let events = [samples::event(connection, number), samples::event(connection, number + 10)];
        let time = now().plus(MINUTE * minute);
        lasts.push((time, ok(store.append_notices(stream, 0, &events, time).await)));
    }
    let mut earlier = 0;
    for (time, last) in lasts {
        assert_eq!(ok(before(time).await), earlier, "one of the time itself is not before it");
        assert_eq!(ok(before(time.plus(Duration::from_millis(1))).await), last);
        earlier = last;
    }
}

fn endpoint(project: ProjectId) -> Endpoint {
    Endpoint {
        description: Some("Größe ☃".to_owned()),
        filter: Filter { glob: Some("/a/**".to_owned()), ..Filter::default() },
        signatures: vec![Scheme::Standard],
        order: Order::Parallel,
        batch: 7,
        created_at: now(),
        starts_at: now(),
        ..samples::endpoint(project, "https://example.com/hook")
    }
}

/// Endpoints belong to their project. A change is written if nobody else changed the endpoint meanwhile.
pub async fn endpoints_belong_to_their_project(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let (one, other) = (endpoint(project), endpoint(project));
    for endpoint in [&one, &other] {
        ok(store.add_endpoint(endpoint).await);
        conflict(&store.add_endpoint(endpoint).await);
    }
    ok(store.note_endpoint_failure(&one, &"It answered 500.".into(), None, now()).await);
    assert_eq!(ok(store.endpoints(project).await).len(), 2);
    assert_eq!(ok(store.endpoint(project, other.id).await).expect("it is stored").endpoint, other);
    assert_eq!(ok(store.endpoint(ProjectId::random(), one.id).await), None);
    let changed = Endpoint { version: 2, paused: true, ..one.clone() };
    ok(store.change_endpoint(&changed).await);
    conflict(&store.change_endpoint(&changed).await);
    assert_eq!(ok(store.endpoint(project, one.id).await).expect("it is stored").endpoint, changed);
    ok(store.remove_endpoint(&one).await);
    conflict(&store.change_endpoint(&Endpoint { version: 3, ..changed }).await);
    assert_eq!(ok(store.endpoint(project, one.id).await), None);
    assert_eq!(ok(store.endpoints(project).await).len(), 1);
}

/// A queue or bus is stored with the role and the external id by which it is reached, and gives way to an address.
pub async fn a_queue_or_bus_is_an_endpoint_like_an_address(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let aws = |place: AwsPlace| AwsDestination {
        place,
        role: "arn:aws:iam::123456789012:role/dropline/events".parse().expect("it is a role"),
        external_id: ExternalId::random(),
    };
    let queue =
        "https://sqs.eu-central-1.amazonaws.com/123456789012/events.fifo".parse().expect("it is a queue");
    let bus = "arn:aws:events:eu-central-1:123456789012:event-bus/events".parse().expect("it is a bus");
    for place in [AwsPlace::Queue(queue), AwsPlace::Bus(bus)] {
        let destination = Destination::Aws(aws(place));
        let one = Endpoint { destination, url: String::new(), ..endpoint(project) };
        ok(store.add_endpoint(&one).await);
        assert_eq!(ok(store.endpoint(project, one.id).await).expect("it is stored").endpoint, one);
        let at_address = Endpoint {
            version: 2,
            destination: Destination::Address,
            url: "https://example.com/".to_owned(),
            ..one
        };
        ok(store.change_endpoint(&at_address).await);
        assert_eq!(
            ok(store.endpoint(project, at_address.id).await).expect("it is stored").endpoint,
            at_address
        );
    }
}

/// The last failure has its code, and none if the next one has none, or after a success.
pub async fn a_failure_is_told_with_its_code(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let endpoint = endpoint(project);
    ok(store.add_endpoint(&endpoint).await);
    let denied = DeliveryError { code: Some("access_denied"), sentence: "The role may not send.".to_owned() };
    let health = ok(store.note_endpoint_failure(&endpoint, &denied, None, now()).await);
    assert_eq!(health.last_error_code.as_deref(), Some("access_denied"));
    assert_eq!(health.last_error.as_deref(), Some("The role may not send."));
    let later = Some(now().plus(MINUTE));
    let health = ok(store.note_endpoint_failure(&endpoint, &"It answered 500.".into(), later, now()).await);
    assert_eq!((health.last_error_code, health.failures), (None, 2));
    ok(store.note_endpoint_failure(&endpoint, &denied, later, now()).await);
    ok(store.note_endpoint_success(&endpoint).await);
    let health = ok(store.endpoint(project, endpoint.id).await).expect("it is stored").health;
    assert_eq!((health.last_error_code, health.last_error), (None, None));
}

/// Failures of an endpoint are counted since its last success; it is disabled once.
pub async fn failures_of_an_endpoint_are_counted_until_it_succeeds(harness: &impl StoreHarness) {
    let (store, project) = (harness.store(), ProjectId::random());
    let endpoint = endpoint(project);
    let (endpoint, id) = (&endpoint, endpoint.id);
    ok(store.note_endpoint_success(endpoint).await);
    let disabled = Disabled { reason: DisabledReason::Failing, at: now() };
    assert!(!ok(store.disable_endpoint(endpoint, &disabled).await), "there is no such endpoint");
    ok(store.add_endpoint(endpoint).await);
    let error = DeliveryError::from("It answered 503.");
    let fail = |minutes: u32| {
        let time = now().plus(MINUTE * minutes);
        store.note_endpoint_failure(endpoint, &error, Some(time.plus(MINUTE)), time)
    };
    ok(fail(0).await);
    let health = ok(fail(2).await);
    assert_eq!((health.failures, health.failing_since), (2, Some(now())));
    assert_eq!(health.retry_at, Some(now().plus(3 * MINUTE)));
    ok(store.note_endpoint_success(endpoint).await);
    let health = ok(store.endpoint(project, id).await).expect("it is stored").health;
    assert_eq!((health.failures, health.failing_since, health.retry_at), (0, None, None));
    assert!(ok(store.disable_endpoint(endpoint, &disabled).await));
    assert!(!ok(store.disable_endpoint(endpoint, &disabled).await));
    ok(store.note_endpoint_success(endpoint).await);
    let stored = ok(store.endpoint(project, id).await).expect("it is stored");
    assert!(!stored.is_open() && stored.health.disabled == Some(disabled));
    ok(store.enable_endpoint(endpoint).await);
    assert!(ok(store.endpoint(project, id).await).expect("it is stored").is_open());
}

fn subscription(connection: &Connection) -> Endpoint {
    let parameters = Tags::from_iter([("folder".to_owned(), "/a".into())]);
    let subscription = Subscription { connection: connection.id, parameters };
    let purpose = Purpose::Subscription(subscription);
    Endpoint { purpose, url: String::new(), signatures: Vec::new(), ..endpoint(connection.project) }
}

/// A subscription is found by its connection and by its id, is none of its project's own endpoints, and has a health
/// of its own.
pub async fn a_subscription_belongs_to_its_connection(harness: &impl StoreHarness) {
    let (store, connection) = (harness.store(), samples::connection());
    ok(store.add_connection(&connection, &samples::tokens(1), None).await);
    let (id, project, one) = (connection.id, connection.project, subscription(&connection));
    ok(store.add_endpoint(&one).await);
    conflict(&store.add_endpoint(&one).await);
    assert_eq!(ok(store.endpoints(project).await), []);
    assert_eq!(ok(store.subscriptions(ConnectionId::random()).await), []);
    assert_eq!(ok(store.endpoint(ProjectId::random(), one.id).await), None);
    let disabled = Disabled { reason: DisabledReason::Gone, at: now() };
    ok(store.note_endpoint_failure(&one, &"It answered 500.".into(), None, now()).await);
    assert!(ok(store.disable_endpoint(&one, &disabled).await));
    let changed = Endpoint { version: 2, url: "https://example.com/own".to_owned(), ..one.clone() };
    ok(store.change_endpoint(&changed).await);
    conflict(&store.change_endpoint(&changed).await);
    let stored = ok(store.endpoint(project, one.id).await).expect("it is stored");
    assert_eq!((&stored.endpoint, stored.health.disabled.as_ref()), (&changed, Some(&disabled)));
    assert_eq!(ok(store.subscriptions(id).await), [stored]);
    ok(store.enable_endpoint(&one).await);
    assert!(ok(store.subscriptions(id).await)[0].is_open());
    ok(store.remove_endpoint(&one).await);
    assert_eq!(ok(store.endpoint(project, one.id).await), None);
    assert_eq!(ok(store.subscriptions(id).await), []);
    ok(store.add_endpoint(&one).await);
}

/// A subscription goes with its connection, and with it its deliveries and attempts. None is added to a connection
/// that is disconnected.
pub async fn a_subscription_goes_with_its_connection(harness: &impl StoreHarness) {
    let (store, connection, other) = (harness.store(), samples::connection(), samples::connection());
    for connection in [&connection, &other] {
        ok(store.add_connection(connection, &samples::tokens(1), None).await);
    }
    let (one, stays) = (subscription(&connection), subscription(&other));
    for (endpoint, connection) in [(&one, &connection), (&stays, &other)] {
        let stream = Stream::Connection(connection.id);
        ok(store.add_endpoint(endpoint).await);
        ok(store.owe_delivery(endpoint.id, stream, now()).await);
        ok(store.add_attempts(endpoint.id, &[attempt(stream, 1)]).await);
        ok(store.note_endpoint_failure(endpoint, &"It answered 500.".into(), None, now()).await);
    }
    assert!(ok(store.disconnect(&connection, now()).await));
    conflict(&store.add_endpoint(&subscription(&connection)).await);
    ok(store.purge(connection.id).try_collect::<Vec<u64>>().await);
    assert_eq!(ok(store.endpoint(connection.project, one.id).await), None);
    assert_eq!(ok(store.subscriptions(connection.id).await), []);
    assert_eq!(ok(store.deliveries(one.id, None, 10).await), []);
    assert_eq!(ok(store.attempts(one.id, Timestamp::NEVER, 10).await), []);
    assert!(ok(store.endpoint(other.project, stays.id).await).is_some());
    assert_eq!(ok(store.deliveries(stays.id, None, 10).await).len(), 1);
    assert_eq!(ok(store.attempts(stays.id, Timestamp::NEVER, 10).await).len(), 1);
}

fn attempt(stream: Stream, second: u64) -> Attempt {
    Attempt {
        at: now().plus(Duration::from_secs(second)),
        stream,
        id: format!("id:{second}"),
        events: 1,
        failures: 0,
        status: Some(503),
        error: None,
        code: None,
        ms: 12,
        answer: "Größe".to_owned(),
        last: false,
    }
}

/// Attempts are listed from the latest one on, whichever were added together.
pub async fn attempts_are_listed_from_the_latest_on(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let attempt = |second: u64| attempt(stream, second);
    let all = |seconds: &[u64]| seconds.iter().map(|second| attempt(*second)).collect::<Vec<_>>();
    // Two senders at the same time, one that comes later, and one whose attempts are far apart.
    for together in [&[1, 3][..], &[0, 2, 4], &[2], &[300, 9, 500]] {
        ok(store.add_attempts(endpoint, &all(together)).await);
    }
    ok(store.add_attempts(EndpointId::random(), &all(&[1])).await);
    let before = |second: u64, limit: u16| store.attempts(endpoint, attempt(second).at, limit);
    assert_eq!(ok(before(900, 100).await), all(&[500, 300, 9, 4, 3, 2, 2, 1, 0]));
    assert_eq!(ok(before(900, 3).await), all(&[500, 300, 9]));
    assert_eq!(ok(before(4, 2).await), all(&[3, 2]));
    assert_eq!(ok(before(2, 1).await), all(&[1]));
    assert_eq!(ok(before(0, 1).await), []);
}

/// Many attempts are added at once.
pub async fn many_attempts_are_added_together(harness: &impl StoreHarness) {
    let (store, (endpoint, stream)) = (harness.store(), names());
    let attempt = |number: u64| Attempt {
        at: now().plus(Duration::from_millis(number)),
        stream,
        id: format!("id:{number}"),
        events: 1,
        failures: 0,
        status: Some(500),
        error: None,
        code: None,
        ms: 12,
        answer: "x".repeat(1024),
        last: false,
    };
    let all: Vec<Attempt> = (0..700).map(attempt).collect();
    ok(store.add_attempts(endpoint, &all).await);
    ok(store.add_attempts(endpoint, &[]).await);
    let listed = ok(store.attempts(endpoint, now().plus(MINUTE), 1000).await);
    assert!(listed.iter().eq(all.iter().rev()), "{} of {}", listed.len(), all.len());
}

/// Runs every case of [`deliveries`](crate::store::deliveries) as a separate test.
#[macro_export]
macro_rules! deliveries_suite {
    ($($arguments:tt)*) => {
        $crate::each_case! { [$($arguments)*] $crate::store::deliveries:
            a_delivery_is_owed_one_message_until_a_sender_begins
            one_sender_works_on_a_delivery_at_a_time
            what_came_meanwhile_is_owed_at_the_end
            what_is_owed_can_be_recorded
            what_came_meanwhile_is_not_recorded
            a_delivery_that_waits_is_due_at_its_time
            what_is_passed_over_is_due_and_holds_nothing_up
            a_position_that_is_set_stops_the_sender
            a_waiting_delivery_can_be_hastened
            deliveries_are_listed_and_removed_with_their_endpoint
            notices_keep_their_order
            notices_are_read_on_after_a_row
            notices_appended_at_the_same_time_are_all_kept
            the_last_notice_before_a_time_is_found
            endpoints_belong_to_their_project
            a_queue_or_bus_is_an_endpoint_like_an_address
            a_failure_is_told_with_its_code
            failures_of_an_endpoint_are_counted_until_it_succeeds
            a_subscription_belongs_to_its_connection
            a_subscription_goes_with_its_connection
            attempts_are_listed_from_the_latest_on
            many_attempts_are_added_together
        }
    };
}
