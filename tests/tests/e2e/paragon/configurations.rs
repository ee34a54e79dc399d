//! Configurations of a credential besides the default one.

use reqwest::Method;
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{Answer, App, World};

use super::{FIRST, SECOND, credential, newcomer, path_of, refusal};

const HEADER: &str = "x-paragon-configuration-id";

struct Configured {
    _world: World,
    user: App,
    connection: ConnectionId,
    other: ConnectionId,
}

impl Configured {
    async fn new() -> Self {
        let world = World::new().await;
        let (server, user, _) = newcomer(&world).await;
        let (connection, other) = (server.connect(FIRST).await, server.connect(SECOND).await);
        Self { _world: world, user, connection, other }
    }

    async fn add(&self, body: &str) -> Answer {
        self.user.post(&format!("{}/configurations", path_of(self.connection)), body).await
    }

    async fn ask(&self, method: Method, of: ConnectionId, configuration: &Value, body: &Value) -> Answer {
        let headers = [(HEADER, configuration.as_str().unwrap())];
        self.user
            .ask_with(method, &format!("{}/configurations", path_of(of)), &headers, &body.to_string())
            .await
    }

    async fn all(&self) -> Vec<Value> {
        credential(&self.user, self.connection).await["configurations"].as_array().unwrap().clone()
    }
}

fn defaults(all: &[Value]) -> usize {
    all.iter().filter(|one| one["isDefault"] == true).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn configurations_are_added_changed_and_deleted_beside_the_default_one() {
    let world = Configured::new().await;
    let added = world.add("{\"externalId\": \"invoices\"}").await;
    assert_eq!(added.status, 200, "{}", added.body);
    assert_eq!(added.body, credential(&world.user, world.connection).await);
    world.add("").await;
    let all = world.all().await;
    assert_eq!((all.len(), defaults(&all), &all[1]["externalId"]), (3, 1, &json!("invoices")));
    // The SDK takes the newest configuration for the one that it has added.
    let dates: Vec<&str> = all.iter().map(|one| one["dateCreated"].as_str().unwrap()).collect();
    assert!(dates[0] < dates[1] && dates[1] < dates[2], "{dates:?}");
    let changed =
        world.ask(Method::PATCH, world.connection, &all[1]["id"], &json!({"meta": {"step": 2}})).await;
    assert_eq!(changed.body["configurations"][1]["configMeta"], json!({"step": 2}));
    assert_eq!(changed.body["configurations"][0]["configMeta"], json!({}));
    // Settings of one configuration do not change another's.
    let headers = [(HEADER, all[2]["id"].as_str().unwrap())];
    let body = json!({"config": {"sharedSettings": {"folder": "id:x"}}}).to_string();
    world.user.ask_with(Method::PATCH, &path_of(world.connection), &headers, &body).await;
    let shared: Vec<Value> = world.all().await.iter().map(|one| one["sharedSettings"].clone()).collect();
    assert_eq!(shared, [json!({}), json!({}), json!({"folder": "id:x"})]);
    let deleted = world.ask(Method::DELETE, world.connection, &all[1]["id"], &json!({})).await;
    assert_eq!(deleted.body["configurations"].as_array().unwrap().len(), 2);
    assert_eq!(deleted.body["configurations"][1]["id"], all[2]["id"]);
    assert_eq!(credential(&world.user, world.other).await["configurations"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_always_exactly_one_default_configuration() {
    let world = Configured::new().await;
    let default = world.all().await[0]["id"].clone();
    for _ in 0..2 {
        let answer = world.ask(Method::DELETE, world.connection, &default, &json!({})).await;
        assert_eq!(refusal(&answer), (409, "default_configuration"));
        // Also once the default configuration has a row.
        world.ask(Method::PATCH, world.connection, &default, &json!({"meta": {"a": 1}})).await;
    }
    let all = world.all().await;
    assert_eq!((all.len(), defaults(&all), &all[0]["configMeta"]), (1, 1, &json!({"a": 1})));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_that_cannot_be_is_refused() {
    let world = Configured::new().await;
    for bad in ["{\"externalId\": 7}", "{\"externalId\": \"\"}", "{\"externalId\": \"ext:a\"}"] {
        assert_eq!(refusal(&world.add(bad).await), (400, "invalid_field"), "{bad}");
    }
    assert_eq!(refusal(&world.add("[]").await), (400, "malformed_body"));
    world.add("{\"externalId\": \"a\"}").await;
    assert_eq!(refusal(&world.add("{\"externalId\": \"a\"}").await), (409, "external_id_taken"));
    let id = world.all().await[1]["id"].clone();
    for bad in [json!({}), json!({"meta": null}), json!({"meta": "x"}), json!({"meta": [1]})] {
        let answer = world.ask(Method::PATCH, world.connection, &id, &bad).await;
        assert_eq!(refusal(&answer), (400, "invalid_field"), "{bad}");
    }
    let path = format!("{}/configurations", path_of(world.connection));
    for method in [Method::PATCH, Method::DELETE] {
        let answer = world.user.ask(method.clone(), &path, "{\"meta\": {}}").await;
        assert_eq!(refusal(&answer), (400, "configuration_missing"), "{method}");
        for unknown in [json!(ConnectionId::random()), json!("x"), json!("")] {
            let answer = world.ask(method.clone(), world.connection, &unknown, &json!({"meta": {}})).await;
            assert_eq!(refusal(&answer), (404, "configuration_not_found"), "{method} {unknown}");
        }
        // A configuration of another credential is not found.
        let answer = world.ask(method.clone(), world.other, &id, &json!({"meta": {}})).await;
        assert_eq!(refusal(&answer), (404, "configuration_not_found"), "{method}");
    }
    for _ in 2..20 {
        assert_eq!(world.add("").await.status, 200);
    }
    assert_eq!(refusal(&world.add("").await), (409, "too_many_configurations"));
    assert_eq!(world.all().await.len(), 20);
}
