//! The organization: the project, and its defaults for all users.

use serde_json::{Value, json};
use tests::{CarbonClient, World};

use super::{FIRST, connecting::connect, fixture::Fixture, other_server, server};

async fn defaults(server: &CarbonClient, config: Value) {
    let answer = server.post("organization/update", &json!({"global_user_config": config})).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organization_is_the_project() {
    let world = World::new().await;
    let organization = server(&world, "user-1").organization().get("organization").await;
    assert_eq!(organization.status, 200);
    assert_eq!(organization.body["name"], json!(world.stack.projects[0].project.name));
    let me = server(&world, "user-1").get("whoami").await.body;
    assert_eq!(organization.body["id"], me["organization_id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projects_defaults_are_for_users_who_have_nothing_of_their_own() {
    let fixture = Fixture::with(&[("d/1", b"1"), ("d/2", b"2")]).await;
    let server = fixture.client.organization();
    defaults(&server, json!({"max_files": 1, "auto_sync_interval": 6})).await;
    fixture.choose("/d", json!({})).await;
    let left_out = json!({"filters": {"sync_statuses": ["SYNC_ERROR"]}});
    assert_eq!(fixture.files(&left_out).await.len(), 1);
    let organization = server.get("organization").await.body;
    let config = json!({
        "auto_sync_enabled_sources": ["DROPBOX"],
        "auto_sync_interval": 6,
        "max_files": 1,
        "max_files_per_upload": null,
    });
    assert_eq!(organization["global_user_config"], config);
    let own = json!({"customer_ids": ["user-1"], "max_files": 2});
    assert_eq!(server.post("update_users", &own).await.status, 200);
    fixture.world.resynced(fixture.connection).await;
    fixture.world.settled().await;
    assert_eq!(fixture.files(&left_out).await.len(), 0);
    // The other project's settings are separate.
    let other = other_server(&fixture.world, "user-1").organization().get("organization").await.body;
    assert_eq!(other["global_user_config"]["max_files"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_whose_users_are_followed_on_request_only_looks_when_asked() {
    let fixture = Fixture::with(&[("d/1", b"1")]).await;
    fixture.choose("/d", json!({})).await;
    defaults(&fixture.client.organization(), json!({"auto_sync_enabled_sources": []})).await;
    fixture.world.write(FIRST, "d/2", b"2");
    fixture.world.settled().await;
    assert_eq!(fixture.names(&json!({"filters": {"include_containers": false}})).await, ["1"]);
    assert_eq!(fixture.client.data_sources().await[0]["enable_auto_sync"], false);
    let again = json!({"data_source_id": fixture.source});
    assert_eq!(fixture.client.post("integrations/items/sync", &again).await.status, 200);
    fixture.world.settled().await;
    assert_eq!(fixture.names(&json!({"filters": {"include_containers": false}})).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_defaults_change_nothing() {
    let world = World::new().await;
    let server = server(&world, "user-1").organization();
    let inside = |name: &str| json!(["body", "global_user_config", name]);
    for (request, place) in [
        (json!({"global_user_config": {"max_files": -2}}), inside("max_files")),
        (
            json!({"global_user_config": {"max_files": 9, "auto_sync_interval": 5}}),
            inside("auto_sync_interval"),
        ),
        (json!({"global_user_config": {"max_characters": 9}}), inside("max_characters")),
        (json!({"global_user_config": []}), json!(["body", "global_user_config"])),
        (
            json!({"global_user_config": {"max_files": 9}, "data_source_configs": {"DROPBOX": {}}}),
            json!(["body", "data_source_configs"]),
        ),
    ] {
        assert_eq!(server.wrong("organization/update", &request).await, [place], "{request}");
    }
    let organization = server.get("organization").await.body;
    assert_eq!(organization["global_user_config"]["max_files"], Value::Null);
    assert_eq!(server.post("organization/update", &json!({})).await.status, 200);
    let page = server.of_user("user-1").page().await;
    assert_eq!(page.post("organization/update", &json!({})).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_is_not_here_can_be_switched_off_only() {
    let world = World::new().await;
    let client = server(&world, "user-1");
    let switch = |value: Value| json!({"configuration_key_name": "sparse_vectors", "value": value});
    let off = client.post("modify_user_configuration", &switch(json!({"enabled": false}))).await;
    assert_eq!((off.status.as_u16(), &off.body), (200, &json!({"success": true})));
    for value in [json!({"enabled": true}), json!("x"), json!({"enabled": 1})] {
        let wrong = client.wrong("modify_user_configuration", &switch(value)).await;
        assert_eq!(wrong, [json!(["body", "value"])]);
    }
    let other = json!({"configuration_key_name": "other", "value": {}});
    let wrong = client.wrong("modify_user_configuration", &other).await;
    assert_eq!(wrong, [json!(["body", "configuration_key_name"])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_sources_of_all_users_are_listed_for_their_project() {
    let world = World::new().await;
    let new =
        json!({"service": "DROPBOX", "connecting_new_account": true, "data_source_tags": {"team": "a"}});
    let users = ["user-1", "user-2"].map(|user| server(&world, user));
    connect(&users[0], &new, FIRST).await;
    connect(&users[0], &json!({"service": "DROPBOX", "connecting_new_account": true}), "second@example.com")
        .await;
    connect(&users[1], &new, FIRST).await;
    let list = async |client: &CarbonClient, query: Value| {
        let answer = client.post("data_sources", &query).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let user = |source: &Value| source["organization_supplied_user_id"].as_str().unwrap().to_owned();
        let users: Vec<String> = answer.body["results"].as_array().unwrap().iter().map(user).collect();
        (users, answer.body["count"].as_u64().unwrap())
    };
    let project = users[0].organization();
    let all = ["user-1", "user-1", "user-2"].map(str::to_owned).to_vec();
    assert_eq!(list(&project, json!({"order_dir": "asc"})).await, (all.clone(), 3));
    let page = json!({"order_dir": "asc", "pagination": {"limit": 1, "offset": 2}});
    assert_eq!(list(&project, page).await, (all[2..].to_vec(), 3));
    let tagged = json!({"order_dir": "asc", "filters": {"tags": {"AND": [{"key": "team", "value": "a"}]}}});
    assert_eq!(list(&project, tagged).await, (all[1..].to_vec(), 2));
    let revoked = json!({"filters": {"revoked_access": true}});
    assert_eq!(list(&project, revoked).await, (Vec::new(), 0));
    assert_eq!(list(&other_server(&world, "user-1").organization(), json!({})).await, (Vec::new(), 0));
    assert_eq!(users[0].page().await.post("data_sources", &json!({})).await.status, 403);
}
