//! Accounts whose tokens a project's server already has.

use serde_json::{Value, json};
use tests::{Answer, App, World};

use super::{FIRST, SECOND};
use crate::given_tokens::tokens;

async fn import(app: &App, body: &Value) -> Answer {
    app.post("connections", &body.to_string()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_become_a_connection_that_syncs_and_said_twice_is_said_once() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let elsewhere = world.second_app("user-1");
    let id = elsewhere.connect(FIRST).await;
    let (access, refresh) = tokens(&world, elsewhere.project, id).await;
    let app = world.first_app("user-1");
    let answer = import(&app, &json!({"refresh_token": refresh})).await;
    assert_eq!((answer.status.as_u16(), &answer.body["status"]), (201, &json!("active")), "{}", answer.body);
    let id = answer.body["id"].as_str().unwrap().parse().unwrap();
    world.mirrored(id, FIRST).await;
    assert_eq!(world.event("Connected").await["connection"], json!(id));
    let both = json!({"refresh_token": refresh, "access_token": access});
    let again = import(&app, &both).await;
    assert_eq!((again.status.as_u16(), &again.body["id"]), (201, &json!(id)));
    assert_eq!(app.get("connections").await.body["connections"].as_array().unwrap().len(), 1);
    assert!(!again.body.to_string().contains(&refresh), "a token came back");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_are_no_use_are_refused_at_once_and_nothing_is_stored() {
    let world = World::new().await;
    let elsewhere = world.second_app("user-1");
    let (first, second) = (elsewhere.connect(FIRST).await, world.second_app("user-2").connect(SECOND).await);
    let (access, refresh) = tokens(&world, elsewhere.project, first).await;
    let (other_access, _) = tokens(&world, elsewhere.project, second).await;
    let app = world.first_app("user-1");
    for (body, code) in [
        (json!({"refresh_token": "canary"}), "token_not_accepted"),
        (json!({"refresh_token": access}), "token_not_accepted"),
        (json!({"refresh_token": refresh, "access_token": "canary"}), "token_not_accepted"),
        (json!({"refresh_token": refresh, "access_token": other_access}), "token_not_accepted"),
        (json!({}), "malformed_body"),
        (json!({"access_token": access}), "malformed_body"),
        (json!({"refresh_token": ""}), "malformed_body"),
        (json!({"refresh_token": "a b"}), "malformed_body"),
        (json!({"refresh_token": "ü"}), "malformed_body"),
        (json!({"refresh_token": "x".repeat(4097)}), "malformed_body"),
        (json!({"refresh_token": refresh, "canary": 1}), "malformed_body"),
        (json!([refresh]), "malformed_body"),
    ] {
        let answer = import(&app, &body).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, code), "{body}");
        assert!(!answer.body.to_string().contains("canary"), "{}", answer.body);
    }
    assert_eq!(app.get("connections").await.body, json!({"connections": []}));
    // The refused token still belongs to the application, and works where it worked before.
    assert_eq!(import(&app, &json!({"refresh_token": refresh})).await.status, 201);
}
