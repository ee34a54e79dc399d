//! Refusals of webhooks: nothing is created.

use serde_json::json;
use tests::World;

use super::{super::server, list};

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_may_not_be_called_is_refused_at_its_place() {
    let world = World::new().await;
    let client = server(&world, "user-1").organization();
    for body in [
        json!({}),
        json!({"url": null}),
        json!({"url": 7}),
        json!({"url": ""}),
        json!({"url": "app.example.com"}),
        json!({"url": "http://app.example.com/"}),
        json!({"url": "ftp://app.example.com/"}),
        json!({"url": "https://user:canary@app.example.com/"}),
        json!({"url": "https://10.0.0.1/"}),
        json!({"url": "https://[::ffff:169.254.169.254]/"}),
        json!({"url": "https://app.example.com:8443/"}),
        json!({"url": format!("https://app.example.com/{}", "a".repeat(8 * 1024))}),
    ] {
        let answer = client.post("add_webhook", &body).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.body);
        assert_eq!(answer.body["detail"][0]["loc"], json!(["body", "url"]), "{body}");
        assert!(!answer.body.to_string().contains("canary"), "{}", answer.body);
    }
    assert_eq!(list(&client, &json!({})).await, (Vec::new(), json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_list_is_refused_at_each_place() {
    let world = World::new().await;
    let client = server(&world, "user-1").organization();
    let query = json!({
        "pagination": {"limit": 0}, "order_by": "url", "order_dir": "up", "filters": {"ids": [1, "2"]},
    });
    assert_eq!(
        client.wrong("webhooks", &query).await,
        [
            json!(["body", "pagination", "limit"]),
            json!(["body", "filters", "ids", 1]),
            json!(["body", "order_by"]),
            json!(["body", "order_dir"]),
        ]
    );
    for id in ["0", "1", "-1", "x", "18446744073709551616"] {
        let answer = client.delete(&format!("delete_webhook/{id}")).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "webhook_not_found"), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_has_fifty_webhooks_and_endpoints_at_most() {
    let world = World::new().await;
    let client = server(&world, "user-1").organization();
    let body = json!({"url": "https://app.example.com/"});
    let endpoint = world.first_app("user-1").post("endpoints", &body.to_string()).await;
    assert_eq!(endpoint.status, 201);
    for _ in 1..50 {
        assert_eq!(client.post("add_webhook", &body).await.status, 200);
    }
    let refused = client.post("add_webhook", &body).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "too_many_endpoints"));
    assert!(refused.body["detail"].is_string());
    assert_eq!(list(&client, &json!({})).await.1, 49);
}
