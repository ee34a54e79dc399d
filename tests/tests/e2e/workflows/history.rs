//! Runs as Paragon's Task History shows them.

use serde_json::{Value, json};

use super::{ended, start, with_folder_maker};

const EXECUTIONS: &str = "task-history/workflow-executions";

#[tokio::test(flavor = "multi_thread")]
async fn executions_have_paragons_words() {
    let (world, app, workflow) = with_folder_maker().await;
    let run = start(&app, &workflow, json!({"body": {"name": "One"}})).await;
    let run = ended(&world, &app, &run).await;
    let listed = app.get(&format!("{EXECUTIONS}?integration=dropbox&status=FAILED&userId=user-1")).await.body;
    let execution = &listed["workflowExecutions"][0];
    assert_eq!((&execution["id"], &execution["workflowId"]), (&run["id"], &workflow["id"]));
    assert_eq!((&execution["userId"], &execution["status"]), (&json!("user-1"), &json!("FAILED")));
    assert_eq!((&execution["dateStarted"], &execution["dateEnded"]), (&run["started_at"], &run["ended_at"]));
    assert_eq!(execution["taskCount"], run["steps_done"]);
    assert!(execution["runDuration"].is_u64());
    assert_eq!((&listed["data"], &listed["nextLink"]), (&listed["workflowExecutions"], &Value::Null));
    let one = app.get(&format!("{EXECUTIONS}/{}", run["id"].as_str().unwrap())).await.body;
    assert_eq!(&one, execution);
    for none in ["integration=salesforce", "status=SUCCEEDED", "afterDate=2099-01-01T00:00:00"] {
        assert_eq!(
            app.get(&format!("{EXECUTIONS}?{none}")).await.body["workflowExecutions"],
            json!([]),
            "{none}"
        );
    }
    assert_eq!(app.get(&format!("{EXECUTIONS}?sortBy=ASC")).await.code(), "malformed_query");
    let replay = app.post(&format!("{EXECUTIONS}/{}/replay", run["id"].as_str().unwrap()), "").await;
    assert_eq!((replay.status.as_u16(), &replay.body["status"]), (200, &json!("EXECUTING")));
    let again = app.get(&format!("runs/{}", replay.body["id"].as_str().unwrap())).await.body;
    assert_eq!(again["replay_of"], run["id"]);
}
