//! Limit on the steps of a project that make calls at the same time, and the time for which a step belongs to the
//! process that does it.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use http::Method;
use serde_json::json;
use shared::{
    model::{Clock, ProjectId, RunId, SystemClock},
    queue::{Delivery, Inbox, QueueError},
    store::{Lease, Leases},
    workflows::RunMessage,
};
use tests::{Receiver, World};
use workflow_runner::Source;

use super::{add, over, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_project_does_as_many_steps_at_a_time_as_it_may_and_holds_up_no_other() {
    let world = World::new().await;
    let (first, second) = (world.first_app("user-1"), world.second_app("user-1"));
    let receiver = Receiver::start().await;
    let changed = first.ask(Method::PATCH, "settings", r#"{"concurrent_steps": 1}"#).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let (store, now) = (world.stack.store(), SystemClock.now());
    let (only, hour) = (Lease::Step(first.project, 0), Duration::from_secs(60 * 60));
    let holder = store.take_lease(only, now, now.plus(hour)).await.unwrap().expect("it is free");
    let steps = json!([
        {"id": "tell", "type": "http", "method": "POST", "url": receiver.url(), "body": {"from": "{{ trigger.body }}"}}
    ]);
    let document = json!({"trigger": {"type": "request"}, "steps": steps});
    let (busy, idle) = (add(&world, &first, document.clone()).await, add(&world, &second, document).await);
    for _ in 0..2 {
        start(&world, &busy, None, json!("busy")).await;
    }
    start(&world, &idle, None, json!("idle")).await;
    over(&world, &idle, 1).await;
    let told: Vec<_> = receiver.received().iter().map(tests::Received::json).collect();
    assert_eq!(told, [json!({"from": "idle"})], "the busy project's one slot is taken");
    store.end_lease(only, holder).await.unwrap();
    for run in over(&world, &busy, 2).await {
        assert_eq!(run.state.name(), "succeeded");
    }
    assert_eq!(receiver.received().len(), 3);
}

/// An inbox that records for how long messages are hidden.
#[derive(Default)]
struct Hiding(Mutex<Vec<(String, Duration)>>);

#[async_trait]
impl Inbox for Hiding {
    async fn receive(&self, _: u32, _: Duration) -> Result<Vec<Delivery>, QueueError> {
        Ok(Vec::new())
    }

    async fn delete(&self, _: &str) -> Result<(), QueueError> {
        Ok(())
    }

    async fn set_visibility(&self, receipt: &str, timeout: Duration) -> Result<(), QueueError> {
        self.0.lock().unwrap().push((receipt.to_owned(), timeout));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_hidden_for_the_time_of_its_step_so_that_it_comes_again_soon_after_a_crash() {
    let world = World::new().await;
    let (runner, inbox) = (world.stack.runner(), Arc::new(Hiding::default()));
    let dead_letters = Arc::new(world.stack.machine.runs.dead_letter_queue().unwrap());
    let source = Source { inbox: inbox.clone(), dead_letters };
    let mut message = SqsMessage::default();
    message.body = Some(RunMessage::step(ProjectId::random(), RunId::random()).at_once().body);
    message.receipt_handle = Some("receipt".to_owned());
    let mut event = SqsEvent::default();
    event.records = vec![message];
    let answer = workflow_runner::handle(runner, &source, event).await;
    assert!(answer.batch_item_failures.is_empty());
    assert_eq!(*inbox.0.lock().unwrap(), [("receipt".to_owned(), Duration::from_secs(200))]);
}
