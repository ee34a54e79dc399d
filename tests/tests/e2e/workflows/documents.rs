//! Making, changing and deleting workflows, and help with their documents.

use http::Method;
use serde_json::{Value, json};
use tests::World;

use super::{folder_maker, make, patch, path};

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_is_made_listed_changed_and_deleted() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = make(&app, &folder_maker()).await;
    assert_eq!((&made["version"], &made["paused"]), (&json!(1), &json!(false)));
    assert_eq!(made["document"]["steps"][0]["action"], "DROPBOX_CREATE_FOLDER");
    let listed = app.get("workflows").await.body["workflows"].clone();
    assert_eq!((&listed[0]["name"], &listed[0]["id"]), (&json!("Folder maker"), &made["id"]));
    assert!(listed[0].get("document").is_none());
    let paused = patch(&app, &path(&made), &json!({"paused": true})).await.body;
    assert_eq!((&paused["version"], &paused["paused"]), (&json!(2), &json!(true)));
    let renamed =
        json!({"name": "Other", "trigger": {"type": "request"}, "steps": made["document"]["steps"]});
    let renamed = {
        let mut document = renamed;
        document["settings"] = made["document"]["settings"].clone();
        document
    };
    let answer = patch(&app, &path(&made), &json!({"document": renamed, "version": 1})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (409, "workflow_changed"));
    let answer = patch(&app, &path(&made), &json!({"document": renamed, "version": 2})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["document"]["name"]), (200, &json!("Other")));
    assert_eq!(answer.body["paused"], true, "what is not named stays");
    assert_eq!(app.get(&path(&made)).await.body, answer.body);
    // The same document once more changes nothing.
    assert_eq!(patch(&app, &path(&made), &json!({"document": renamed})).await.body["version"], 3);
    assert_eq!(app.ask(Method::DELETE, &path(&made), "").await.status, 204);
    let gone = app.get(&path(&made)).await;
    assert_eq!((gone.status.as_u16(), gone.code()), (404, "workflow_not_found"));
    assert_eq!(app.get("workflows").await.body, json!({"workflows": []}));
}

/// Returns the places of the problems of a document.
fn places(problems: &Value) -> Vec<&str> {
    problems.as_array().unwrap().iter().map(|problem| problem["place"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_work_is_refused_with_its_place_and_changes_nothing() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = make(&app, &folder_maker()).await;
    for (place, value, expected) in [
        ("/steps/0/parameters/path", json!("{{ settings.other }}/x"), "steps[0].parameters.path"),
        ("/steps/0/parameters/path", json!("{{ steps.answer.body }}"), "steps[0].parameters.path"),
        ("/steps/0/parameters", json!({"path": "/a", "colour": 1}), "steps[0].parameters.colour"),
        ("/steps/0/action", json!("DROPBOX_PAINT"), "steps[0].action"),
        ("/steps/1/id", json!("make"), "steps[1].id"),
        ("/trigger", json!({"type": "moon"}), "trigger.type"),
        ("/steps/1/colour", json!("red"), "steps[1]"),
    ] {
        let mut document = folder_maker();
        match document.pointer_mut(place) {
            Some(member) => *member = value,
            None => document["steps"][1]["colour"] = value,
        }
        let body = json!({"document": document}).to_string();
        let checked = app.post("workflows/check", &body).await;
        assert_eq!(checked.status, 200, "{place}: {}", checked.body);
        assert!(places(&checked.body["problems"]).contains(&expected), "{place}: {}", checked.body);
        let refused = app.post("workflows", &body).await;
        assert_eq!((refused.status.as_u16(), refused.code()), (400, "invalid_workflow"), "{place}");
        assert_eq!(refused.body["problems"], checked.body["problems"], "{place}");
        let first = checked.body["problems"][0]["place"].as_str().unwrap();
        assert!(refused.body["message"].as_str().unwrap().contains(first), "{}", refused.body);
        assert_eq!(
            patch(&app, &path(&made), &json!({"document": document})).await.code(),
            "invalid_workflow"
        );
    }
    assert_eq!(app.get(&path(&made)).await.body, made);
    let good = json!({"document": folder_maker()}).to_string();
    assert_eq!(app.post("workflows/check", &good).await.body, json!({"problems": []}));
    assert_eq!(app.get("workflows").await.body["workflows"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_the_members_that_they_can_have() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let made = make(&app, &folder_maker()).await;
    let whole = json!({"document": folder_maker(), "at": "make"});
    for (method, path, body) in [
        (Method::POST, "workflows".to_owned(), json!({})),
        (Method::POST, "workflows".to_owned(), json!({"document": []})),
        (Method::POST, "workflows".to_owned(), json!({"document": folder_maker(), "colour": 1})),
        (Method::PATCH, path(&made), json!({"paused": "yes"})),
        (Method::PATCH, path(&made), json!({"version": -1})),
        (Method::POST, "workflows/check".to_owned(), json!({"documents": []})),
        (Method::POST, "workflows/scope".to_owned(), json!({"document": folder_maker()})),
        (Method::POST, "workflows/check".to_owned(), whole),
    ] {
        let answer = app.ask(method.clone(), &path, &body.to_string()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, "malformed_body"),
            "{method} {path} {body}"
        );
    }
    let large = json!({"document": {"name": "x".repeat(70_000)}}).to_string();
    assert_eq!(app.post("workflows", &large).await.status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_editor_gets_the_schema_and_what_can_be_referred_to() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let schema = app.get("workflows/schema").await.body;
    assert!(schema["properties"]["steps"].is_object(), "{schema}");
    let references = async |at: &str| {
        let answer =
            app.post("workflows/scope", &json!({"document": folder_maker(), "at": at}).to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let listed = answer.body["references"].as_array().unwrap().clone();
        listed.iter().map(|one| one["reference"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (first, second) = (references("make").await, references("steps[1]").await);
    for reference in ["trigger.body", "settings.parent", "user.id"] {
        assert!(first.iter().any(|known| known == reference), "{reference}: {first:?}");
    }
    assert!(!first.iter().any(|known| known.starts_with("steps.")), "{first:?}");
    assert!(second.iter().any(|known| known.starts_with("steps.make")), "{second:?}");
    let missing =
        app.post("workflows/scope", &json!({"document": folder_maker(), "at": "x"}).to_string()).await;
    assert_eq!((missing.status.as_u16(), missing.code()), (404, "step_not_found"));
    let half_written = json!({"document": {"steps": [{"id": "a"}, {"url": "{{ "}]}, "at": "steps[1].url"});
    let answer = app.post("workflows/scope", &half_written.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let listed = answer.body["references"].as_array().unwrap();
    assert!(listed.iter().any(|one| one["reference"] == "steps.a"), "{listed:?}");
}
