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
    assert_eq!(listed["total"], 1);
    let mut one = app.get(&format!("{EXECUTIONS}/{}", run["id"].as_str().unwrap())).await.body;
    let steps = one.as_object_mut().unwrap().remove("stepExecutions").unwrap();
    assert_eq!(&one, execution);
    let told =
        |step: &Value| (step["stepId"].clone(), step["status"].clone(), step["workflowExecutionId"].clone());
    let told: Vec<_> = steps.as_array().unwrap().iter().map(told).collect();
    let (done, failed) = (json!("SUCCEEDED"), json!("FAILED"));
    assert_eq!(
        told,
        [(json!("make"), done, run["id"].clone()), (json!("answer"), failed, run["id"].clone())]
    );
    assert!(steps[0]["outputSize"].as_str().unwrap().parse::<usize>().unwrap() > 2, "{steps}");
    for none in ["integration=salesforce", "status=SUCCEEDED", "afterDate=2099-01-01T00:00:00"] {
        assert_eq!(
            app.get(&format!("{EXECUTIONS}?{none}")).await.body["workflowExecutions"],
            json!([]),
            "{none}"
        );
    }
    assert_eq!(app.get(&format!("{EXECUTIONS}?sortBy=asc")).await.code(), "malformed_query");
    let replay = app.post(&format!("{EXECUTIONS}/{}/replay", run["id"].as_str().unwrap()), "").await;
    assert_eq!((replay.status.as_u16(), &replay.body["status"]), (201, &json!("EXECUTING")));
    let again = app.get(&format!("runs/{}", replay.body["id"].as_str().unwrap())).await.body;
    assert_eq!(again["replay_of"], run["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn executions_have_offsets_and_a_total_and_links_lead_through_them() {
    let (_world, app, workflow) = with_folder_maker().await;
    let mut runs = Vec::new();
    for number in 0..102 {
        let run = start(&app, &workflow, json!({"body": {"name": number.to_string()}})).await;
        runs.push(run["id"].as_str().unwrap().to_owned());
    }
    let ids = |page: &Value| -> Vec<String> {
        let listed = page["workflowExecutions"].as_array().unwrap();
        listed.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    let first = app.get(&format!("{EXECUTIONS}?sortBy=ASC&userId=user-1")).await.body;
    // Runs of the same millisecond are in an order of their own.
    let mut all = ids(&first);
    assert_eq!((all.len(), &first["total"]), (100, &json!(102)));
    let link = first["nextLink"].as_str().unwrap();
    let (_, query) = link.split_once('?').unwrap();
    assert!(query.starts_with("sortBy=ASC&userId=user-1&offset=100&"), "{link}");
    let second = app.get(&format!("{EXECUTIONS}?{query}")).await.body;
    assert_eq!((&second["total"], &second["nextLink"]), (&json!(102), &Value::Null));
    all.extend(ids(&second));
    let by_offset = app.get(&format!("{EXECUTIONS}?sortBy=ASC&offset=100")).await.body;
    assert_eq!((ids(&by_offset), &by_offset["total"]), (ids(&second), &json!(102)));
    let newest = app.get(&format!("{EXECUTIONS}?offset=2")).await.body;
    assert_eq!(ids(&newest), all.iter().rev().skip(2).cloned().collect::<Vec<_>>());
    runs.sort();
    assert_eq!(all, runs);
    assert_eq!(ids(&app.get(&format!("{EXECUTIONS}?offset=500")).await.body), Vec::<String>::new());
}
