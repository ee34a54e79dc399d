//! T42: a message is hidden for as long as its work may take, from the beginning of that work.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use local_adapters::{MachineQueue, MachineQueues, QueueSettings};
use shared::{
    model::{Clock, ConnectionId, Head, Lane, Message, SystemClock, Timestamp, WalkReason},
    queue::{Delivery, Inbox, Outgoing, Queue, QueueError},
    store::{HeadLease, Holder, Lease, Leases, StoreError, WorkLeases},
};
use sync_worker::{MOST_RECEIVES, Source, Worker};
use tests::World;
use uuid::Uuid;

use crate::rewired::copy_of;

/// Longest time of a walk: the timeout of its function.
const WALK: Duration = Duration::from_secs(120);
/// Longest time of a run of transfers: the timeout of its function.
const TRANSFERS: Duration = Duration::from_secs(900);
/// Time by which a message stays hidden beyond the longest time of its work.
const MARGIN: Duration = Duration::from_secs(30);
const SECOND: Duration = Duration::from_secs(1);

/// Bodies that are none of our messages.
const UNREADABLE: [&str; 4] = ["{}", "[]", "{\"type\":\"walk.v9\"}", "hello"];

/// Returns messages about a connection that does not exist, each with the longest time of its work.
fn messages() -> [(String, Duration); 4] {
    let connection = ConnectionId::random();
    let (reason, sent_at) = (WalkReason::Notified, SystemClock.now());
    let walk = |lane| Message::Walk { connection, reason, sent_at, hops: 0, lane };
    let transfers = |sweep| Message::Transfers { connection, sweep };
    [
        (walk(Lane::Changes), WALK),
        (walk(Lane::Bulk), WALK),
        (transfers(false), TRANSFERS),
        (transfers(true), TRANSFERS),
    ]
    .map(|(message, work)| (message.to_json(), work))
}

/// Clock that the test advances.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn pass(&self, time: Duration) {
        self.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// Returns a lane's queue with this visibility timeout, and its clock.
fn lane(visibility: Duration) -> (MachineQueue, Hands) {
    let clock = Hands::default();
    let settings = QueueSettings::standard("lane", visibility).with_dead_letters("dead", MOST_RECEIVES);
    (MachineQueues::memory(Arc::new(clock.clone())).unwrap().queue(settings), clock)
}

/// Returns the event of an invocation for one message.
fn event(body: &str, receipt: Option<&str>) -> SqsEvent {
    let mut message = SqsMessage::default();
    message.body = Some(body.to_owned());
    message.receipt_handle = receipt.map(str::to_owned);
    let mut event = SqsEvent::default();
    event.records = vec![message];
    event
}

/// A step of an invocation.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// The message of this receipt is hidden for this time.
    Hidden(String, Duration),
    /// The work begins: its lease is taken.
    Begun,
}

/// Inbox and leases of an invocation, which record its steps.
#[derive(Default)]
struct Recorder {
    steps: Mutex<Vec<Step>>,
    /// Whether the queue refuses to hide messages.
    refuses: bool,
}

impl Recorder {
    fn note(&self, step: Step) {
        self.steps.lock().unwrap().push(step);
    }
}

#[async_trait]
impl Inbox for Recorder {
    async fn receive(&self, _: u32, _: Duration) -> Result<Vec<Delivery>, QueueError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &str) -> Result<(), QueueError> {
        Ok(())
    }

    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError> {
        if self.refuses {
            return Err(QueueError("AccessDenied".to_owned()));
        }
        self.note(Step::Hidden(receipt.to_owned(), timeout));
        Ok(())
    }
}

#[async_trait]
impl Leases for Recorder {
    async fn take_lease(&self, _: Lease, _: Timestamp, _: Timestamp) -> Result<Option<Uuid>, StoreError> {
        self.note(Step::Begun);
        Ok(Some(Uuid::new_v4()))
    }

    async fn end_lease(&self, _: Lease, _: Uuid) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The connections of these messages are not there.
#[async_trait]
impl WorkLeases for Recorder {
    async fn take_head(&self, _: ConnectionId, _: Timestamp, _: Timestamp) -> Result<HeadLease, StoreError> {
        self.note(Step::Begun);
        Ok(HeadLease::Absent)
    }

    async fn first_head(&self, _: ConnectionId, _: Timestamp) -> Result<Head, StoreError> {
        Err(StoreError::Conflict)
    }

    async fn release_head(&self, _: ConnectionId, _: Holder) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Outcome of an invocation.
#[derive(Debug, PartialEq, Eq)]
struct Outcome {
    steps: Vec<Step>,
    comes_again: bool,
    given_up: usize,
}

/// Returns the outcome of an invocation in which all went well.
fn done(steps: Vec<Step>) -> Outcome {
    Outcome { steps, comes_again: false, given_up: 0 }
}

/// Returns the step that hides the message for the time of its work.
fn hidden(work: Duration) -> Step {
    Step::Hidden("receipt".to_owned(), work + MARGIN)
}

/// Handles a message in an invocation of its own, and returns the outcome.
async fn invoke(world: &World, recorder: Recorder, body: &str, receipt: Option<&str>) -> Outcome {
    let recorder = Arc::new(recorder);
    let worker = Worker { leases: recorder.clone(), ..copy_of(world.stack.worker()) };
    let (queue, _) = lane(WALK);
    let dead_letters = Arc::new(queue.dead_letter_queue().unwrap());
    let source = Source { inbox: recorder.clone(), dead_letters };
    let answer = sync_worker::handle(&worker, &source, event(body, receipt)).await;
    let given_up = queue.dead_letters().await.unwrap().len();
    let steps = std::mem::take(&mut *recorder.steps.lock().unwrap());
    Outcome { steps, comes_again: !answer.batch_item_failures.is_empty(), given_up }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_hidden_for_the_longest_time_of_its_work_before_that_begins() {
    let world = World::new().await;
    for (body, work) in messages() {
        let outcome = invoke(&world, Recorder::default(), &body, Some("receipt")).await;
        assert_eq!(outcome, done(vec![hidden(work), Step::Begun]), "{body}");
    }
    // A tick needs no lease.
    let outcome = invoke(&world, Recorder::default(), &Message::Tick.to_json(), Some("receipt")).await;
    assert_eq!(outcome, done(vec![hidden(WALK)]));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_hidden_as_a_walk_and_given_up() {
    let world = World::new().await;
    for body in UNREADABLE {
        let outcome = invoke(&world, Recorder::default(), body, Some("receipt")).await;
        assert_eq!(outcome, Outcome { given_up: 1, ..done(vec![hidden(WALK)]) }, "{body}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_is_done_although_its_message_cannot_be_hidden() {
    let world = World::new().await;
    let refusing = || Recorder { refuses: true, ..Recorder::default() };
    for (body, _) in messages() {
        for (recorder, receipt) in [(refusing(), Some("receipt")), (Recorder::default(), None)] {
            let outcome = invoke(&world, recorder, &body, receipt).await;
            assert_eq!(outcome, done(vec![Step::Begun]), "{body}, receipt {receipt:?}");
        }
    }
    for body in UNREADABLE {
        let outcome = invoke(&world, refusing(), body, Some("receipt")).await;
        assert_eq!(outcome, Outcome { given_up: 1, ..done(Vec::new()) }, "{body}");
    }
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_work_begins_late_comes_again_only_after_the_time_of_that_work() {
    let world = World::new().await;
    for (body, work) in messages() {
        // The lanes' own timeouts are six times that of their function.
        for (visibility, late) in [
            (6 * work, Duration::ZERO),
            (work + MARGIN, MARGIN + SECOND),
            (6 * work, 5 * work),
            (6 * work, 6 * work - SECOND),
        ] {
            let (queue, clock) = lane(visibility);
            let message = Outgoing::in_group("project".to_owned(), body.clone(), Duration::ZERO);
            queue.send(vec![message]).await.unwrap();
            let delivery = queue.receive(1, Duration::ZERO).await.unwrap().remove(0);
            clock.pass(late);
            let dead_letters = Arc::new(queue.dead_letter_queue().unwrap());
            let source = Source { inbox: Arc::new(queue.clone()), dead_letters };
            let event = event(&body, Some(&delivery.receipt));
            let answer = sync_worker::handle(world.stack.worker(), &source, event).await;
            assert!(answer.batch_item_failures.is_empty(), "{body}");
            clock.pass(work);
            let meanwhile = queue.receive(1, Duration::ZERO).await.unwrap();
            assert!(meanwhile.is_empty(), "{body}, {late:?} late: {meanwhile:?}");
            // The process died before the message was acknowledged.
            clock.pass(MARGIN);
            let again = queue.receive(1, Duration::ZERO).await.unwrap();
            let receives: Vec<u32> = again.iter().map(|delivery| delivery.receive_count).collect();
            assert_eq!(receives, [2], "{body}, {late:?} late");
        }
    }
    world.stop().await;
}
