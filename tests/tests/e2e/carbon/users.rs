//! Users of a project: how their accounts are followed, and how they are deleted.

use serde_json::{Value, json};
use shared::{
    model::{ConnectionId, Lane, Linked, Target, WalkReason},
    queue::{Outgoing, Queue},
    store::ChoiceStore,
};
use tests::{App, CarbonClient, World};

use super::{FIRST, other_server, server};

/// Creates a user with a synced account. Returns the project's server as Carbon's SDKs use it.
async fn synced(world: &World) -> (CarbonClient, App, ConnectionId) {
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("user-1");
    let id = app.connect(FIRST).await;
    world.settled().await;
    (server(world, "user-1").organization(), app, id)
}

async fn update(client: &CarbonClient, request: &Value) {
    let answer = client.post("update_users", request).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})));
}

async fn user(client: &CarbonClient, id: &str) -> Value {
    let answer = client.post("user", &json!({"customer_id": id})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

fn names(tree: &tests::Tree) -> Vec<String> {
    let mut names: Vec<String> = tree.keys().cloned().collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn automatic_sync_is_enabled_for_given_users_as_the_sdks_ask_for_it() {
    let world = World::new().await;
    let (server, ..) = synced(&world).await;
    for sources in [json!("ALL"), json!(["DROPBOX"]), json!(["GOOGLE_DRIVE", "DROPBOX"])] {
        update(&server, &json!({"customer_ids": ["user-1", "user-2"], "auto_sync_enabled_sources": sources}))
            .await;
        for id in ["user-1", "user-2"] {
            assert_eq!(user(&server, id).await["auto_sync_enabled_sources"], json!(["DROPBOX"]), "{sources}");
        }
    }
    for sources in [json!([]), json!(["GOOGLE_DRIVE"])] {
        update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": sources})).await;
        assert_eq!(user(&server, "user-1").await["auto_sync_enabled_sources"], json!([]), "{sources}");
    }
    assert_eq!(user(&server, "user-2").await["auto_sync_enabled_sources"], json!(["DROPBOX"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_automatic_sync_neither_a_notification_nor_a_tick_looks_and_with_it_all_is_caught_up() {
    let world = World::new().await;
    let (server, app, id) = synced(&world).await;
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": []})).await;
    world.settled().await;
    let sources = self::server(&world, "user-1").data_sources().await;
    assert_eq!(sources[0]["enable_auto_sync"], false, "{sources:?}");
    assert_eq!(app.details(id).await["resync"]["next_at"], Value::Null);
    let calls = world.stack.dropbox.calls();
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
    world.settled().await;
    assert_eq!(names(&world.item_tree(id).await), ["/a.txt"]);
    let listings = |calls: &std::collections::HashMap<String, u64>| {
        calls.get("files/list_folder/continue").copied().unwrap_or_default()
    };
    let later = world.stack.dropbox.calls().into_iter().collect();
    assert_eq!(listings(&later), listings(&calls.into_iter().collect()), "Dropbox was asked");
    // Work on explicit choices is done all the same.
    app.select(id, "everything").await;
    world.settled().await;
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": "ALL"})).await;
    world.mirrored(id, FIRST).await;
    world.write(FIRST, "c.txt", b"c");
    world.mirrored(id, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_chosen_without_automatic_sync_is_walked_for_whatever_the_message_says() {
    let world = World::new().await;
    let (server, app, id) = synced(&world).await;
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": []})).await;
    world.settled().await;
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    // The message that covers the choice may be that of a notification.
    assert!(world.stack.store().deselect(id, &Target::Everything).await.unwrap());
    let linked = Linked { connection: id, project: Some(app.project) };
    let requests = &world.stack.worker().requests;
    requests.walk(linked, Lane::Changes, WalkReason::Notified).await.unwrap();
    world.settled().await;
    assert_eq!(names(&world.item_tree(id).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_interval_of_a_user_is_that_of_their_connections_of_now_and_of_later() {
    let world = World::new().await;
    let (server, app, id) = synced(&world).await;
    update(&server, &json!({"customer_ids": ["user-1", "user-2"], "auto_sync_interval": 6})).await;
    world.settled().await;
    let every = async |app: &App, id| app.details(id).await["resync"]["every_seconds"].clone();
    assert_eq!(every(&app, id).await, 6 * 3600);
    let later = world.first_app("user-2");
    let second = later.connect("second@example.com").await;
    world.settled().await;
    assert_eq!(every(&later, second).await, 6 * 3600);
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_interval": -1})).await;
    assert_eq!(every(&app, id).await, 24 * 3600);
    assert_eq!(every(&later, second).await, 6 * 3600);
    // Settings that are changed at different times are both kept.
    update(&server, &json!({"customer_ids": ["user-2"], "auto_sync_enabled_sources": []})).await;
    update(&server, &json!({"customer_ids": ["user-2"], "auto_sync_enabled_sources": "ALL"})).await;
    assert_eq!(every(&later, second).await, 6 * 3600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_call_changes_nobody() {
    let world = World::new().await;
    let (server, ..) = synced(&world).await;
    let many: Vec<String> = (0..101).map(|number| format!("user-{number}")).collect();
    let markup = "<script>alert(1)</script>";
    for (request, place) in [
        (json!({"customer_ids": []}), json!(["body", "customer_ids"])),
        (json!({"customer_ids": many}), json!(["body", "customer_ids"])),
        (json!({}), json!(["body", "customer_ids"])),
        (json!({"customer_ids": "user-1"}), json!(["body", "customer_ids"])),
        (json!({"customer_ids": ["user-1", 7]}), json!(["body", "customer_ids", 1])),
        (json!({"customer_ids": ["user-1", ""]}), json!(["body", "customer_ids", 1])),
        (json!({"customer_ids": ["user-1"], "auto_sync_interval": 5}), json!(["body", "auto_sync_interval"])),
        (
            json!({"customer_ids": ["user-1"], "auto_sync_interval": "6"}),
            json!(["body", "auto_sync_interval"]),
        ),
        (json!({"customer_ids": ["user-1"], "auto_sync_interval": 0}), json!(["body", "auto_sync_interval"])),
        (
            json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": [markup]}),
            json!(["body", "auto_sync_enabled_sources", 0]),
        ),
        (
            json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": markup}),
            json!(["body", "auto_sync_enabled_sources"]),
        ),
        (json!({"customer_ids": ["user-1"], "max_files": "10"}), json!(["body", "max_files"])),
        (json!({"customer_ids": ["user-1"], "max_files": -2}), json!(["body", "max_files"])),
        (
            json!({"customer_ids": ["user-1"], "max_files_per_upload": -2}),
            json!(["body", "max_files_per_upload"]),
        ),
        (json!({"customer_ids": ["user-1"], "max_characters": "x"}), json!(["body", "max_characters"])),
    ] {
        let mut request = request;
        if request.get("auto_sync_enabled_sources").is_none() {
            request["auto_sync_enabled_sources"] = json!([]);
        }
        assert_eq!(server.wrong("update_users", &request).await, [place], "{request}");
        let answer = server.post("update_users", &request).await;
        assert!(!answer.body.to_string().contains("script"), "{}", answer.body);
    }
    assert_eq!(user(&server, "user-1").await["auto_sync_enabled_sources"], json!(["DROPBOX"]));
    assert_eq!(server.post("user", &json!({"customer_id": "user-100"})).await.status, 404);
    let hundred: Vec<&String> = many[..100].iter().collect();
    let none = json!({"customer_ids": hundred, "max_files": -1, "max_files_per_upload": null});
    update(&server, &none).await;
    assert_eq!(server.post("user", &json!({"customer_id": "user-99"})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_by_page_and_filter_each_project_its_own() {
    let world = World::new().await;
    let server = server(&world, "user-1").organization();
    for id in ["b", "a", "c"] {
        server.of_user(id).page().await;
    }
    let list = async |query: &Value| {
        let answer = server.post("list_users", query).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let users = answer.body["users"].as_array().unwrap().clone();
        let ids = users.iter().map(|user| user["organization_supplied_user_id"].as_str().unwrap().to_owned());
        (ids.collect::<Vec<_>>(), answer.body["count"].clone())
    };
    assert_eq!(
        list(&json!({"order_dir": "asc"})).await,
        (vec!["b".into(), "a".into(), "c".into()], Value::Null)
    );
    let page = json!({"pagination": {"limit": 1, "offset": 1}, "include_count": true});
    assert_eq!(list(&page).await, (vec!["a".to_owned()], json!(3)));
    let number = user(&server, "c").await["id"].clone();
    assert_eq!(list(&json!({"filters": {"carbon_user_ids": [number]}})).await.0, ["c"]);
    assert_eq!(list(&json!({"filters": {"customer_ids": ["a", "nobody"]}})).await.0, ["a"]);
    let other = other_server(&world, "user-1").organization();
    assert_eq!(other.post("list_users", &json!({})).await.body["users"], json!([]));
    assert_eq!(other.post("user", &json!({"customer_id": "a"})).await.status, 404);
    for (query, place) in [
        (json!({"order_by": "name"}), json!(["body", "order_by"])),
        (json!({"pagination": {"limit": -1}}), json!(["body", "pagination", "limit"])),
        (json!({"filters": {"carbon_user_ids": ["x"]}}), json!(["body", "filters", "carbon_user_ids", 0])),
        (json!({"include_count": 1}), json!(["body", "include_count"])),
    ] {
        assert_eq!(server.wrong("list_users", &query).await, [place]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_user_leaves_a_receipt_and_nothing_else() {
    let world = World::new().await;
    let (server, app, id) = synced(&world).await;
    server.of_user("user-1").page().await;
    let page = server.of_user("user-2").page().await;
    let both = json!({"customer_ids": ["user-1", "nobody"]});
    let unknown = server.post("delete_users", &both).await;
    assert_eq!((unknown.status.as_u16(), unknown.code()), (404, "user_not_found"));
    assert_eq!(
        other_server(&world, "x")
            .organization()
            .post("delete_users", &json!({"customer_ids": ["user-1"]}))
            .await
            .status,
        404
    );
    for wrong in [json!({"customer_ids": []}), json!({"customer_ids": [1]}), json!({})] {
        assert_eq!(server.post("delete_users", &wrong).await.status, 422);
    }
    assert_eq!(user(&server, "user-1").await["deleted_at"], Value::Null);
    for _ in 0..2 {
        let answer = server.post("delete_users", &json!({"customer_ids": ["user-1"]})).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})));
    }
    assert_eq!(app.get("connections").await.body["connections"], json!([]));
    world.until(async || !user(&server, "user-1").await["deletion"]["finished_at"].is_null()).await;
    let deleted = user(&server, "user-1").await;
    let receipt = &deleted["deletion"];
    assert_eq!(
        (&receipt["connections"], &receipt["items"], &receipt["objects"]),
        (&json!(1), &json!(1), &json!(1)),
        "{deleted}"
    );
    assert!(deleted["deleted_at"].is_string(), "{deleted}");
    world.settled().await;
    let rows = world.rows_left_by(id).await;
    assert!(rows.contains(&format!("connection#{id}/connection")), "{rows:?}");
    assert!(rows.iter().all(|row| row.starts_with("connection#")), "{rows:?}");
    assert_eq!(world.objects_of(app.project, id).await, 0);
    assert_eq!(page.get("whoami").await.status, 200);
    // A deleted user who returns starts over, and cannot be changed before.
    let change = json!({"customer_ids": ["user-1", "user-2"], "auto_sync_interval": 6});
    let refused = server.post("update_users", &change).await;
    assert_eq!((refused.status.as_u16(), refused.code()), (409, "user_deleted"));
    assert_eq!(user(&server, "user-2").await["auto_sync_interval"], Value::Null);
    app.connect(FIRST).await;
    assert_eq!(user(&server, "user-1").await["deletion"], Value::Null);
    update(&server, &change).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tokens_of_a_deleted_user_end_with_the_user() {
    let world = World::hurried().await;
    let (server, app, _) = synced(&world).await;
    let key = server.of_user("user-1");
    let (page, other) = (key.page().await, server.of_user("user-2").page().await);
    assert_eq!(page.get("whoami").await.status, 200);
    let deleted = json!({"customer_ids": ["user-1"]});
    assert_eq!(server.post("delete_users", &deleted).await.status, 200);
    let answer = page.post("user_data_sources", &json!({})).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "token_refused"), "{}", answer.body);
    assert_eq!(other.get("whoami").await.status, 200);
    // A deleted user who returns gets new tokens.
    world.settled().await;
    let back = key.page().await;
    assert_eq!(back.get("whoami").await.status, 200);
    assert_eq!(page.get("whoami").await.status, 401);
    app.connect(FIRST).await;
    assert_eq!(page.get("whoami").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_without_automatic_sync_is_owed_in_the_schedule() {
    let world = World::new().await;
    let (server, app, id) = synced(&world).await;
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": []})).await;
    world.settled().await;
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    assert_eq!(names(&world.item_tree(id).await), ["/a.txt"]);
    let user = self::server(&world, "user-1");
    let source = user.data_sources().await[0]["id"].clone();
    let answer = user.post("integrations/items/sync", &json!({"data_source_id": source})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    world.settled().await;
    assert_eq!(names(&world.item_tree(id).await), ["/a.txt", "/b.txt"]);
    assert!(app.details(id).await["last_resync"]["at"].is_string(), "it was a comparison");
    // A page cannot request comparisons repeatedly.
    let again = user.post("integrations/items/sync", &json!({"data_source_id": source})).await;
    assert_eq!((again.status.as_u16(), again.code()), (429, "resync_too_soon"));
    update(&server, &json!({"customer_ids": ["user-1"], "auto_sync_enabled_sources": "ALL"})).await;
    world.settled().await;
    let compared = app.details(id).await["last_resync"]["at"].clone();
    let followed = user.post("integrations/items/sync", &json!({"data_source_id": source})).await;
    assert_eq!(followed.status, 200, "{}", followed.body);
    world.settled().await;
    assert_eq!(app.details(id).await["last_resync"]["at"], compared);
}
