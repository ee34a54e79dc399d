//! Isolation: nobody else's subscription exists.

use reqwest::Method;
use serde_json::json;
use shared::{model::ConnectionId, store::EndpointReader};

use super::{CREATED, Fixture, PATH, listed, page_of, path, refusal, subscribe};

#[tokio::test(flavor = "multi_thread")]
async fn another_users_and_another_projects_subscriptions_do_not_exist() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    let stranger = page_of(&fixture.server, &fixture.pairs, "user-1");
    let mut for_stranger = fixture.server.clone();
    "user-1".clone_into(&mut for_stranger.user);
    let other = fixture.world.first_app("user-2");
    let body = json!({"webhookOverride": {"url": "https://other.example.com/"}}).to_string();
    for app in [&stranger, &for_stranger, &other] {
        for method in [Method::GET, Method::PATCH, Method::DELETE] {
            let answer = app.ask(method.clone(), &path(&made), &body).await;
            assert_eq!(refusal(&answer), (404, "subscription_not_found"), "{method}");
        }
        assert!(listed(app, "").await.is_empty());
    }
    let id = made["id"].as_str().unwrap();
    for below in ["", "/attempts", "/deliveries", "/keys"] {
        let answer = other.get(&format!("endpoints/{id}{below}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "endpoint_not_found"), "{below}");
    }
    assert_eq!(fixture.user.get(&path(&made)).await.body["parameters"], json!({}));
    let endpoint = fixture.server.get("endpoints").await.body["endpoints"][0]["id"].clone();
    let an_endpoint = fixture.user.get(&format!("{PATH}/{}", endpoint.as_str().unwrap())).await;
    assert_eq!(refusal(&an_endpoint), (404, "subscription_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_credential_is_subscribed() {
    let fixture = Fixture::new().await;
    let stranger = page_of(&fixture.server, &fixture.pairs, "user-1");
    let (mine, unknown) = (fixture.connection.to_string(), ConnectionId::random().to_string());
    let body = json!({"type": CREATED}).to_string();
    for (app, credential) in [(&stranger, mine.as_str()), (&fixture.user, &unknown), (&fixture.user, "x")] {
        let headers = [("x-paragon-credential", credential)];
        for (method, body) in [(Method::POST, body.as_str()), (Method::GET, "")] {
            let answer = app.ask_with(method, PATH, &headers, body).await;
            assert_eq!(refusal(&answer), (404, "credential_not_found"), "{credential}");
        }
    }
    let nobody = page_of(&fixture.server, &fixture.pairs, "user-3");
    assert_eq!(refusal(&nobody.post(PATH, &body).await), (404, "credential_not_found"));
    assert!(fixture.world.stack.store().subscriptions(fixture.connection).await.unwrap().is_empty());
}
