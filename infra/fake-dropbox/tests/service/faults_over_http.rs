//! Faults set up over HTTP.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::world::{FIRST, World};

async fn control(world: &World, method: Method, document: &Value) -> Response {
    let url = world.url(&format!("/_fake/accounts/{FIRST}/faults"));
    world.http.request(method, url).json(document).send().await.unwrap()
}

async fn read(answer: Response) -> Value {
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_document_replaces_what_is_to_come() {
    let world = World::start().await;
    let owner = world.connect().await;
    let fault = json!({"kind": "rate_limited", "shape": "text", "retry_after": 300});
    let chance = json!({"route": "files/download", "probability": 1.0, "fault": {"kind": "cut_body"}});
    let seeded = json!({"seed": 7, "faults": [chance]});
    let document = json!({"script": [{"route": "users/*", "times": 2, "fault": fault}], "seeded": seeded});
    read(control(&world, Method::PUT, &document).await).await;
    let answer = owner.send("users/get_current_account", &Value::Null).await;
    assert_eq!((answer.status().as_u16(), &answer.headers()["retry-after"]), (429, &300.into()));
    let told = read(control(&world, Method::GET, &Value::Null).await).await;
    let (script, injected) = (&told["script"], &told["injected"]);
    assert_eq!((&script[0]["times"], injected), (&json!(1), &json!({"rate_limited": 1})));
    assert_eq!(told["seeded"], seeded);
    let told = read(control(&world, Method::DELETE, &Value::Null).await).await;
    assert_eq!(told, json!({"script": [], "seeded": null, "injected": {"rate_limited": 1}}));
    assert_eq!(owner.send("users/get_current_account", &Value::Null).await.status(), 200);
}

#[tokio::test]
async fn a_bad_document_is_told_why_and_changes_nothing() {
    let world = World::start().await;
    let script = |scripted: Value| json!({"script": [scripted]});
    let good = script(json!({"route": "*", "fault": {"kind": "cut"}}));
    read(control(&world, Method::PUT, &good).await).await;
    let chance = json!({"route": "*", "probability": 2.0, "fault": {"kind": "cut"}});
    for (document, why) in [
        (json!({"scripts": []}), "unknown field `scripts`"),
        (script(json!({"route": "*"})), "missing field `fault`"),
        (script(json!({"route": "*", "fault": {"kind": "flood"}})), "unknown variant `flood`"),
        (script(json!({"route": "*", "fault": {"kind": "cut", "after": true}})), "unknown field `after`"),
        (script(json!({"route": "files/lst", "fault": {"kind": "cut"}})), "\"files/lst\" is for no function"),
        (script(json!({"route": "*", "times": 0, "fault": {"kind": "cut"}})), "0 calls are none"),
        (
            script(json!({"route": "*", "fault": {"kind": "server_error", "status": 404}})),
            "404 is neither 413 nor within",
        ),
        (
            script(json!({"route": "*", "fault": {"kind": "endpoint_error", "tag": "a//b"}})),
            "\"a//b\" is not",
        ),
        (json!({"seeded": {"seed": 1, "faults": [chance]}}), "2 is not within 0 and 1"),
    ] {
        let answer = control(&world, Method::PUT, &document).await;
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(text.contains(why), "{text}");
    }
    let told = read(control(&world, Method::GET, &Value::Null).await).await;
    let cut = json!({"route": "*", "times": 1, "fault": {"kind": "cut", "after_effect": false}});
    assert_eq!(told["script"], json!([cut]));
    let nobody = world.http.get(world.url("/_fake/accounts/nobody/faults")).send().await.unwrap();
    assert_eq!(nobody.status(), 404);
}
