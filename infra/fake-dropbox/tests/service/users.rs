//! Callers, and the validity of their tokens.

use serde_json::json;

use crate::world::{FIRST, SECOND, World};

#[tokio::test]
async fn a_good_token_is_echoed() {
    let world = World::start().await;
    let owner = world.connect().await;
    assert_eq!(owner.call("check/user", json!({"query": "héllo"})).await, json!({"result": "héllo"}));
    assert_eq!(owner.call("check/user", json!({})).await, json!({"result": ""}));
    assert_eq!(owner.send("check/user", &json!({"query": "x".repeat(501)})).await.status(), 400);
    world.fake.expire_access_tokens();
    assert_eq!(owner.send("check/user", &json!({"query": "x"})).await.status(), 401);
}

#[tokio::test]
async fn an_account_is_told_by_its_id() {
    let world = World::start_with(|settings| settings.apps[0].scopes.push("sharing.read".into())).await;
    let owner = world.connect().await;
    for (email, is_teammate) in [(FIRST, true), (SECOND, false)] {
        let id = world.fake.account_id(email).unwrap();
        let told = owner.call("users/get_account", json!({"account_id": id})).await;
        let about = json!({"account_id": id, "name": told["name"], "email": email, "email_verified": true,
            "disabled": false, "is_teammate": is_teammate});
        assert_eq!((&told, &told["name"]["surname"]), (&about, &json!("Account")));
    }
    let unknown = json!({"account_id": "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc"});
    assert_eq!(owner.refusal("users/get_account", unknown).await, "no_account/");
}
