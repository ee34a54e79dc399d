//! Settings: a change takes effect from the next walk, and changes nothing else.

use serde_json::{Value, json};
use tests::{CarbonClient, World};

use super::{FIRST, patch};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_told_changed_and_sent_back_as_they_were_told() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let before = app.get("settings").await;
    assert_eq!(before.status, 200, "{}", before.body);
    assert_eq!(before.body["name"], "First project");
    let change = json!({
        "name": "Renamed",
        "return_origins": ["https://APP.example.com/"],
        "max_file_bytes": 7,
        "formats": {"families": ["text"], "endings": [".Dat"]},
        "select_everything": false,
        "deletion_brake": {"percent": 1, "items": 2},
        "resync_hours": 3,
        "concurrent_steps": 5,
        "concurrent_transfers": 7,
        "appearance": {"accent": "#0b5cff", "logo": null},
        "inputs": [{"id": "limit", "type": "number", "title": "Limit", "required": false, "default": 5}],
        "user_defaults": {"automatic_sync": false, "resync_hours": 12, "max_files": 5},
    });
    let changed = patch(&app, "settings", &change).await;
    let mut expected = change.clone();
    expected["return_origins"] = json!(["https://app.example.com"]);
    expected["formats"]["endings"] = json!(["Dat"]);
    assert_eq!((changed.status.as_u16(), &changed.body), (200, &expected));
    let one = patch(&app, "settings", &json!({"formats": "all"})).await;
    expected["formats"] = json!("all");
    assert_eq!(one.body, expected);
    assert_eq!(patch(&app, "settings", &expected).await.body, expected, "as it was told");
    assert_eq!(patch(&app, "settings", &json!({})).await.body, expected, "nothing");
    let other = world.second_app("user-1").get("settings").await.body;
    assert_eq!(other["name"], "Second project");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_with_one_wrong_member_changes_nothing() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let before = app.get("settings").await.body;
    for wrong in [
        json!({"name": "Renamed", "resync_hours": 5}),
        json!({"name": "Renamed", "max_file_bytes": -1}),
        json!({"name": "Renamed", "concurrent_transfers": 65}),
        json!({"name": "Renamed", "user_keys": []}),
        json!({"name": "Renamed", "app": "canary"}),
        json!({"name": "Renamed", "user_defaults": {"max_files": -1}}),
        json!({"user_defaults": {"max_files": 1, "canary": 1}}),
        json!({"name": "Renamed", "appearance": {"logo": {"data": "PHN2Zz5jYW5hcnk8L3N2Zz4="}}}),
        json!({"name": "Renamed", "appearance": {"logo": {"path": "/canary"}}}),
        json!({"name": "Renamed", "inputs": [{"id": "canary canary", "type": "text", "title": "A"}]}),
        json!({"name": "Renamed", "return_origins": ["https://evil.example/canary"]}),
        json!(["canary"]),
    ] {
        let answer = patch(&app, "settings", &wrong).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{wrong}");
        assert!(!answer.body.to_string().contains("canary"), "{}", answer.body);
    }
    assert_eq!(app.get("settings").await.body, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wider_limit_lets_the_next_resync_fetch_what_was_skipped() {
    let world = World::with_limit(3).await;
    world.write(FIRST, "small.txt", b"abc");
    world.write(FIRST, "large.txt", b"abcd");
    let app = world.first_app("user-1");
    let id = app.connect(FIRST).await;
    world.settled().await;
    let files = async || app.details(id).await["progress"]["files"].clone();
    assert_eq!(files().await["skipped"], 1, "{}", files().await);
    assert_eq!(patch(&app, "settings", &json!({"max_file_bytes": 4})).await.status, 200);
    world.resynced(id).await;
    world.settled().await;
    assert_eq!((&files().await["skipped"], &files().await["ready"]), (&json!(0), &json!(2)));
    world.assert_bytes(id).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registered_origin_can_be_returned_to_from_then_on() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let link = json!({"return_to": "https://new.example/done"}).to_string();
    assert_eq!(app.post("connect/links", &link).await.code(), "return_to_not_allowed");
    let origins = json!({"return_origins": ["https://new.example"]});
    assert_eq!(patch(&app, "settings", &origins).await.status, 200);
    assert_eq!(app.post("connect/links", &link).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_connection_selects_what_the_settings_say() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("user-1");
    patch(&app, "settings", &json!({"select_everything": false})).await;
    let id = app.connect(FIRST).await;
    world.settled().await;
    assert_eq!(app.details(id).await["selections"], Value::Array(Vec::new()));
    assert!(world.items(id).await.is_empty());
}

/// Carbon's clients change the same defaults, and a connection's resync interval follows them at once.
#[tokio::test(flavor = "multi_thread")]
async fn defaults_of_users_are_one_thing_whoever_changes_them() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let id = app.connect(FIRST).await;
    let every = async || app.details(id).await["resync"]["every_seconds"].clone();
    assert_eq!(every().await, 86_400);
    let defaults = json!({"user_defaults": {"resync_hours": 6, "max_files": 7}});
    let changed = patch(&app, "settings", &defaults).await;
    let expected = json!({"automatic_sync": null, "resync_hours": 6, "max_files": 7});
    assert_eq!(changed.body["user_defaults"], expected, "{}", changed.body);
    assert_eq!(every().await, 21_600);
    let carbon = CarbonClient::server(world.stack.url(), &app).organization();
    let config = carbon.get("organization").await.body["global_user_config"].clone();
    assert_eq!((&config["auto_sync_interval"], &config["max_files"]), (&json!(6), &json!(7)));
    let hours = json!({"global_user_config": {"auto_sync_interval": 12}});
    assert_eq!(carbon.post("organization/update", &hours).await.status, 200);
    assert_eq!(app.get("settings").await.body["user_defaults"]["resync_hours"], 12);
    assert_eq!(every().await, 43_200);
    // The user's own settings, and then the connection's, go first.
    assert_eq!(patch(&app, "users/user-1", &json!({"resync_hours": 3})).await.status, 200);
    assert_eq!(every().await, 10_800);
    let chosen = app.put(&format!("connections/{id}/resync"), r#"{"every_hours": 24}"#).await;
    assert_eq!(chosen.body["every_seconds"], 86_400);
    let usual = app.put(&format!("connections/{id}/resync"), r#"{"default": true}"#).await;
    assert_eq!((usual.status.as_u16(), &usual.body["every_seconds"]), (202, &json!(10_800)));
    patch(&app, "users/user-1", &json!({"resync_hours": null})).await;
    let none = patch(&app, "settings", &json!({"user_defaults": {"resync_hours": null}})).await;
    assert_eq!(none.body["user_defaults"]["resync_hours"], Value::Null);
    assert_eq!(every().await, 86_400);
    // Off by default, they are compared only when somebody asks.
    for (automatic, off) in [(json!(false), json!(true)), (Value::Null, Value::Null)] {
        let defaults = json!({"user_defaults": {"automatic_sync": automatic}});
        assert_eq!(
            patch(&app, "settings", &defaults).await.body["user_defaults"]["automatic_sync"],
            automatic
        );
        assert_eq!(app.details(id).await["resync"]["off"], off);
    }
    let told = app.get("settings").await.body;
    assert_eq!(patch(&app, "settings", &told).await.body, told, "null can be sent again");
}
