//! File limit of a user: files beyond it are listed with the reason, reported once, and mirrored when there
//! is room.

use serde_json::{Value, json};
use shared::metrics::Metric;

use tests::World;

use super::{FIRST, fixture::Fixture, server};

const FOUR: &[(&str, &[u8])] = &[("d/1", b"1"), ("d/2", b"2"), ("d/3", b"3"), ("d/4", b"4")];

async fn limit(fixture: &Fixture, change: Value) {
    let mut request = json!({"customer_ids": ["user-1"]});
    request.as_object_mut().unwrap().extend(change.as_object().cloned().unwrap());
    let answer = fixture.client.organization().post("update_users", &request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    fixture.world.settled().await;
}

/// Returns the number of events of a kind.
async fn count(world: &World, detail_type: &str) -> usize {
    world.events().await.iter().filter(|event| event.detail_type == detail_type).count()
}

/// Returns the numbers of ready files and of files left out, over all data sources.
async fn counted(fixture: &Fixture) -> (usize, usize) {
    let query = json!({"filters": {"include_containers": false}, "pagination": {"limit": 100}});
    let files = fixture.files(&query).await;
    let with = |status: &str| files.iter().filter(|file| file["sync_status"] == status).count();
    assert_eq!(with("READY") + with("SYNC_ERROR"), files.len(), "{files:?}");
    (with("READY"), with("SYNC_ERROR"))
}

#[tokio::test(flavor = "multi_thread")]
async fn files_beyond_a_users_limit_are_left_out_with_a_reason_and_told_once() {
    let fixture = Fixture::with(FOUR).await;
    limit(&fixture, json!({"max_files": 2})).await;
    fixture.choose("/d", json!({})).await;
    assert_eq!(counted(&fixture).await, (2, 2));
    let left_out = fixture.files(&json!({"filters": {"sync_statuses": ["SYNC_ERROR"]}})).await;
    let message = left_out[0]["sync_error_message"].as_str().unwrap_or_default();
    assert_eq!(message, "The user has as many files as this application allows.");
    assert_eq!(fixture.world.event("File Limit Reached").await["max_files"], 2);
    // Another file is one more that is left out, without another event; a folder is not a file.
    fixture.world.write(FIRST, "d/e/5", b"5");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    fixture.world.settled().await;
    assert_eq!(counted(&fixture).await, (2, 3));
    assert_eq!(count(&fixture.world, "File Limit Reached").await, 1);
    assert_eq!(fixture.world.stack.machine.metrics.total(Metric::FileLimitsReached), Some(1));
    let user = fixture.client.organization().post("user", &json!({"customer_id": "user-1"})).await.body;
    assert_eq!(user["custom_limits"], json!({"max_files": 2}), "{user}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_one_call_may_take_in_are_refused_with_the_limit() {
    let fixture = Fixture::with(FOUR).await;
    let (one, two) = (fixture.app.dropbox_id("/d/1").await, fixture.app.dropbox_id("/d/2").await);
    let both = json!({"data_source_id": fixture.source, "ids": [one, two]});
    let defaults = json!({"global_user_config": {"max_files_per_upload": 1}});
    assert_eq!(fixture.client.organization().post("organization/update", &defaults).await.status, 200);
    let refused = fixture.client.post("integrations/files/sync", &both).await;
    assert_eq!((refused.status.as_u16(), &refused.body["detail"][0]["loc"]), (422, &json!(["body", "ids"])));
    assert!(
        refused.body["detail"][0]["msg"].as_str().unwrap().contains("at most 1 files"),
        "{}",
        refused.body
    );
    assert_eq!(fixture.app.details(fixture.connection).await["selections"], json!([]));
    fixture.choose("/d/1", json!({})).await;
    // The user's own limit goes before the project's.
    limit(&fixture, json!({"max_files_per_upload": 2})).await;
    let user = fixture.client.organization().post("user", &json!({"customer_id": "user-1"})).await.body;
    assert_eq!(user["custom_limits"], json!({"max_files_per_upload": 2}), "{user}");
    assert_eq!(fixture.client.post("integrations/files/sync", &both).await.status, 200);
    limit(&fixture, json!({"max_files_per_upload": -1})).await;
    assert_eq!(fixture.client.post("integrations/files/sync", &both).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn room_is_made_by_deletions_by_a_higher_limit_and_by_none() {
    let fixture = Fixture::with(FOUR).await;
    limit(&fixture, json!({"max_files": 2})).await;
    fixture.choose("/d", json!({})).await;
    let ready =
        fixture.files(&json!({"filters": {"sync_statuses": ["READY"], "include_containers": false}})).await;
    fixture.world.remove(FIRST, &format!("d/{}", ready[0]["name"].as_str().unwrap()));
    fixture.world.mirrored(fixture.connection, FIRST).await;
    fixture.world.resynced(fixture.connection).await;
    fixture.world.settled().await;
    assert_eq!(counted(&fixture).await, (2, 1));
    limit(&fixture, json!({"max_files": 3})).await;
    fixture.world.resynced(fixture.connection).await;
    fixture.world.settled().await;
    assert_eq!(counted(&fixture).await, (3, 0));
    // A lower limit removes nothing.
    limit(&fixture, json!({"max_files": 0})).await;
    fixture.world.write(FIRST, "d/5", b"5");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    fixture.world.settled().await;
    assert_eq!(counted(&fixture).await, (3, 1));
    limit(&fixture, json!({"max_files": -1})).await;
    fixture.world.resynced(fixture.connection).await;
    fixture.world.settled().await;
    assert_eq!(counted(&fixture).await, (4, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_of_a_user_share_the_limit_and_other_users_have_their_own() {
    let fixture = Fixture::with(FOUR).await;
    let second = "second@example.com";
    for number in 1..=3 {
        fixture.world.write(second, &format!("s/{number}"), b"x");
    }
    limit(&fixture, json!({"max_files": 5})).await;
    fixture.choose("/d", json!({})).await;
    let connection = fixture.app.connect(second).await;
    fixture.app.select(connection, "everything").await;
    fixture.world.settled().await;
    let (ready, left_out) = counted(&fixture).await;
    assert_eq!(ready, 5, "{left_out} are left out");
    let stranger = fixture.world.first_app("user-2");
    let other = stranger.connect(second).await;
    stranger.select(other, "everything").await;
    fixture.world.settled().await;
    let query = json!({"filters": {"sync_statuses": ["SYNC_ERROR"]}});
    assert_eq!(server(&fixture.world, "user-2").post("user_files_v2", &query).await.body["count"], 0);
}
