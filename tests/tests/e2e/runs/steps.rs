//! Effects of steps, and of their failures.

use std::fs;

use serde_json::{Value, json};
use shared::workflows::RunState;
use tests::{Receiver, Reply, World};

use super::{FIRST, add, over, records, start};

fn request(steps: &Value) -> Value {
    json!({"trigger": {"type": "request"}, "steps": steps})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_goes_through_conditions_and_lists_and_saves_files() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let connection = app.connect(FIRST).await;
    let save = json!({
        "file": {"data": "{{ row.text | base64 }}"}, "path": "/Reports/{{ row.name }}.txt", "mode": "overwrite",
    });
    let workflow = add(
        &world,
        &app,
        request(&json!([
            {"id": "wanted", "type": "condition", "if": "{{ trigger.body.rows }}", "then": [
                {"id": "all", "type": "for_each", "items": "{{ trigger.body.rows }}", "as": "row", "steps": [
                    {"id": "save", "type": "action", "action": "DROPBOX_SAVE_FILE", "parameters": save},
                ]},
                {"id": "answer", "type": "response", "status": 201, "body": {"saved": "{{ steps.all.count }}"}},
            ], "else": [
                {"id": "nothing", "type": "response", "status": 204},
            ]},
        ])),
    )
    .await;
    let rows = json!({"rows": [{"name": "a", "text": "hello"}, {"name": "b", "text": "world"}]});
    start(&world, &workflow, Some(connection), rows).await;
    let all = over(&world, &workflow, 1).await;
    assert_eq!(all[0].state.name(), "succeeded", "{:?}", records(&world, &all[0]).await);
    let response = all[0].response.as_ref().unwrap();
    assert_eq!((response.status, &response.body), (201, &json!({"saved": 2})));
    let folder = world.directory(FIRST).join("Reports");
    assert_eq!(fs::read(folder.join("a.txt")).unwrap(), b"hello");
    assert_eq!(fs::read(folder.join("b.txt")).unwrap(), b"world");
    let positions: Vec<String> =
        records(&world, &all[0]).await.iter().map(|record| record.position.to_string()).collect();
    assert_eq!(positions, ["0", "0.then.0", "0.then.0.0.0", "0.then.0.1.0", "0.then.1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_that_may_pass_is_tried_again_with_the_same_key() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = world.first_app("user-1");
    receiver.answer_once(Reply::status(503));
    let steps = json!([{"id": "tell", "type": "http", "url": receiver.url(), "body": {}}]);
    let workflow = add(&world, &app, request(&steps)).await;
    let run = start(&world, &workflow, None, json!({})).await;
    let all = over(&world, &workflow, 1).await;
    assert_eq!(all[0].state.name(), "succeeded");
    let keys: Vec<String> =
        receiver.received().iter().map(|request| request.header("idempotency-key").to_owned()).collect();
    assert_eq!(keys, vec![format!("{}:0", run.id); 2]);
    assert_eq!(records(&world, &all[0]).await[0].attempts, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lasting_failure_ends_the_run_unless_the_step_lets_it_go_on() {
    let (world, receiver) = (World::new().await, Receiver::start().await);
    let app = world.first_app("user-1");
    receiver.answer(Reply::status(404).body("no such page"));
    let steps = |goes_on: bool| {
        json!([
            {"id": "tell", "type": "http", "url": receiver.url(), "continue_on_error": goes_on},
            {"id": "answer", "type": "response", "body": "{{ steps.tell.error.code }}"},
        ])
    };
    let (ends, goes_on) =
        (add(&world, &app, request(&steps(false))).await, add(&world, &app, request(&steps(true))).await);
    for workflow in [&ends, &goes_on] {
        start(&world, workflow, None, json!({})).await;
    }
    let ended = over(&world, &ends, 1).await;
    let RunState::Failed { step, error, .. } = &ended[0].state else { panic!("{:?}", ended[0].state) };
    assert_eq!((step.as_str(), error.code.as_str()), ("tell", "http_refused"));
    assert_eq!(error.message, "The address answered 404: no such page.");
    let went_on = over(&world, &goes_on, 1).await;
    assert_eq!(went_on[0].response.as_ref().unwrap().body, json!("http_refused"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_step_cannot_do_is_said() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    for (step, code) in [
        (json!({"type": "dropbox", "route": "files/list_folder", "argument": {"path": ""}}), "not_connected"),
        (json!({"type": "http", "url": "http://10.0.0.1/"}), "address_refused"),
        (json!({"type": "delay", "seconds": "{{ trigger.body.nothing | default(0) }}"}), "delay_invalid"),
        (json!({"type": "for_each", "items": "{{ trigger.type }}", "steps": []}), "no_list"),
        (json!({"type": "response", "body": "{{ trigger.body.nothing }}"}), "reference_missing"),
    ] {
        let mut step = step;
        step["id"] = json!("only");
        let workflow = add(&world, &app, request(&json!([step]))).await;
        start(&world, &workflow, None, json!({})).await;
        let all = over(&world, &workflow, 1).await;
        let RunState::Failed { error, .. } = &all[0].state else { panic!("{code}: {:?}", all[0].state) };
        assert_eq!(error.code, code, "{}", error.message);
    }
}
