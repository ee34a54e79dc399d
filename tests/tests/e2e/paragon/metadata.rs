//! Metadata that an application keeps with its users.

use reqwest::Method;
use serde_json::{Value, json};
use shared::store::{UserMetadata, Users};
use tests::{App, World};

use super::{ask, newcomer, refusal};

async fn keep(app: &App, meta: &Value) -> tests::Answer {
    app.ask(Method::PATCH, "sdk/me", &json!({"meta": meta}).to_string()).await
}

async fn kept(app: &App) -> Value {
    ask(app, "me").await["meta"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_is_merged_and_returned_with_the_user() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let first = json!({"Name": "Zoë ☃", "Email": "zoe@example.com", "plan": {"seats": 5, "trial": false}});
    let answer = keep(&user, &first).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"meta": first})));
    assert_eq!(kept(&user).await, first);
    assert_eq!(keep(&server, &json!({"plan": "free", "Email": null, "score": 1.25})).await.status, 200);
    let second = json!({"Name": "Zoë ☃", "plan": "free", "score": 1.25});
    assert_eq!((kept(&server).await, kept(&user).await), (second.clone(), second));
    // Another user of the project, and the same name in another project, have none.
    assert_eq!(kept(&world.first_app("user-2")).await, json!({}));
    let mut other = server.clone();
    "user-3".clone_into(&mut other.user);
    assert_eq!(kept(&other).await, json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_that_cannot_be_kept_changes_nothing_and_signs_nobody_out() {
    let world = World::new().await;
    let (_, user, _) = newcomer(&world).await;
    keep(&user, &json!({"Name": "Zoë"})).await;
    let members: Value = (0..51).map(|one| (one.to_string(), json!(one))).collect();
    let deep = (0..9).fold(json!({}), |inner, _| json!({"a": inner}));
    for bad in [
        json!("<b>name</b>"),
        json!(7),
        json!(true),
        json!([]),
        json!([{"Name": "x"}]),
        json!(null),
        json!({"": 1}),
        json!({"n".repeat(129): 1}),
        json!({"Name": "x".repeat(5_000)}),
        members,
        deep,
    ] {
        let answer = keep(&user, &bad).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{bad:.80}");
        assert!(!answer.body["message"].as_str().unwrap().contains("<b>"), "{}", answer.body);
    }
    for (body, expected) in [
        ("", (400, "invalid_field")),
        ("{}", (400, "invalid_field")),
        ("[]", (400, "malformed_body")),
        ("{\"meta\"", (400, "malformed_body")),
        (&format!("{{\"meta\": {{\"a\": \"{}\"}}}}", "x".repeat(70_000)), (413, "body_too_large")),
    ] {
        assert_eq!(refusal(&user.ask(Method::PATCH, "sdk/me", body).await), expected, "{body:.40}");
    }
    // Small changes cannot make the whole too large either.
    for name in ["a", "b"] {
        keep(&user, &json!({name: "x".repeat(3_000)})).await;
    }
    let kept = kept(&user).await;
    assert_eq!((&kept["Name"], kept["a"].is_string(), &kept["b"]), (&json!("Zoë"), true, &json!(null)));
}

#[tokio::test(flavor = "multi_thread")]
async fn metadata_goes_when_its_user_is_deleted() {
    let world = World::new().await;
    let server = world.first_app("user-1");
    keep(&server, &json!({"Email": "zoe@example.com"})).await;
    let carbon = tests::CarbonClient::server(world.stack.url(), &server).organization();
    let deleted = carbon.post("delete_users", &json!({"customer_ids": ["user-1"]})).await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    assert_eq!(kept(&server).await, json!({}));
    let (store, user) = (world.stack.store(), "user-1".parse().unwrap());
    assert_eq!(store.user_metadata(server.project, &user).await.unwrap().metadata.len(), 0);
    // A deleted user who returns is a new user, without the old metadata.
    assert_eq!(keep(&server, &json!({"plan": "free"})).await.body, json!({"meta": {"plan": "free"}}));
    assert_eq!(store.user(server.project, &user).await.unwrap().unwrap().deletion, None);
}
