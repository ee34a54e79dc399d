//! Runs that a time starts.

use serde_json::json;
use shared::{
    model::{Clock, SystemClock},
    queue::{Outgoing, Queue},
    store::{Users, Workflows},
    workflows::{StartedBy, next_time},
};
use tests::World;

use super::{add, over, user};

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_starts_a_run_for_each_user_and_sets_its_next_time() {
    let world = World::new().await;
    let (app, store) = (world.first_app("user-1"), world.stack.store());
    for name in ["user-1", "user-2"] {
        store.add_user(app.project, &name.parse().unwrap(), SystemClock.now()).await.unwrap();
    }
    let workflow = add(
        &world,
        &app,
        json!({"trigger": {"type": "schedule", "every_minutes": 1_440, "at_minute": 420}, "steps": [
            {"id": "answer", "type": "response", "body": "{{ trigger.time }}"},
        ]}),
    )
    .await;
    let due = SystemClock.now();
    store.schedule_workflow(app.project, workflow.id, Some(due)).await.unwrap();
    // Two ticks, one of which comes too late.
    for _ in 0..2 {
        world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
    }
    let all = over(&world, &workflow, 2).await;
    assert!(all.iter().all(|run| run.started_by == StartedBy::Schedule && run.state.name() == "succeeded"));
    assert!(all.iter().any(|run| run.user == user()));
    assert_eq!(all[0].response.as_ref().unwrap().body, json!(due.to_string()));
    let next = store.scheduled_at(app.project, workflow.id).await.unwrap();
    assert_eq!(next, Some(next_time(1_440, 420, SystemClock.now())));
}
