//! API keys: creating and using another one, and removing the old one with it.

use serde_json::{Value, json};
use tests::{App, World};

use super::delete;

async fn listed(app: &App) -> Vec<Value> {
    let answer = app.get("keys").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["keys"].as_array().unwrap().clone()
}

async fn add(app: &App) -> (String, App) {
    let answer = app.post("keys", "").await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let text = |name: &str| answer.body[name].as_str().unwrap().to_owned();
    let mut with_it = app.clone();
    with_it.key = text("api_key");
    (text("id"), with_it)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_replaced_without_a_moment_in_which_none_works() {
    let world = World::new().await;
    let old = world.first_app("user-1");
    let (new_id, new) = add(&old).await;
    assert!(new.key.starts_with("dl_"));
    for app in [&old, &new] {
        assert_eq!(app.get("connections").await.status, 200);
    }
    let keys = listed(&new).await;
    assert_eq!(keys.len(), 2);
    assert!(!json!(keys).to_string().contains("dl_"), "a key is shown once");
    let [old_id] = &keys.iter().filter(|key| key["is_yours"] == false).collect::<Vec<_>>()[..] else {
        panic!("one of the keys is the caller's: {keys:?}")
    };
    let old_id = old_id["id"].as_str().unwrap();
    let removed = delete(&new, &format!("keys/{old_id}")).await;
    assert_eq!((removed.status.as_u16(), removed.body), (200, json!({"id": old_id, "removed": true})));
    assert_eq!(old.get("connections").await.status, 401);
    assert_eq!(delete(&new, &format!("keys/{old_id}")).await.code(), "key_not_found");
    let left = listed(&new).await;
    assert_eq!((left.len(), &left[0]["id"], &left[0]["is_yours"]), (1, &json!(new_id), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_a_call_comes_with_stays_and_so_do_those_of_others() {
    let world = World::new().await;
    let (app, other) = (world.first_app("user-1"), world.second_app("user-1"));
    let own = listed(&app).await[0]["id"].as_str().unwrap().to_owned();
    let refused = delete(&app, &format!("keys/{own}")).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "key_in_use"));
    assert_eq!(delete(&other, &format!("keys/{own}")).await.code(), "key_not_found");
    for unknown in ["x", "%20", "..", &own[..8], &own.to_lowercase()] {
        let answer = delete(&app, &format!("keys/{unknown}")).await;
        assert_eq!(answer.status, 404, "{unknown}: {}", answer.body);
    }
    assert_eq!(listed(&app).await.len(), 1);
    assert_eq!(app.get("connections").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_ten_keys_at_most_and_a_body_is_not_passed_over() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    for body in ["{\"key\": \"dl_mine\"}", "[]", "x"] {
        assert_eq!(app.post("keys", body).await.code(), "malformed_body", "{body}");
    }
    assert_eq!(app.post("keys", &"x".repeat(70_000)).await.status, 413);
    assert_eq!(app.post("keys", "{}").await.status, 201);
    for _ in 2..10 {
        add(&app).await;
    }
    let refused = app.post("keys", "").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "too_many_keys"));
    assert_eq!(listed(&app).await.len(), 10);
}
