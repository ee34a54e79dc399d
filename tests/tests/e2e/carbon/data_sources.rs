//! List of data sources, and their tags.

use serde_json::{Value, json};
use tests::{CarbonClient, World};

use super::{FIRST, connecting::connect, other_server, server};

const NEW: fn() -> Value = || json!({"service": "DROPBOX", "connecting_new_account": true});

async fn tagged(client: &CarbonClient, route: &str, request: &Value) -> Value {
    let answer = client.post(&format!("data_sources/tags/{route}"), request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["tags"].clone()
}

async fn ids(client: &CarbonClient, query: &Value) -> Vec<u64> {
    let answer = client.post("user_data_sources", query).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let listed = answer.body["results"].as_array().unwrap();
    listed.iter().map(|source| source["id"].as_u64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tags_are_added_replaced_and_removed() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    let tagged_url = json!({"service": "DROPBOX", "data_source_tags": {"plan": "free", "team": "a"}});
    connect(&server, &tagged_url, FIRST).await;
    let source = server.data_sources().await.remove(0);
    assert_eq!(source["tags"], json!({"plan": "free", "team": "a"}));
    let id = &source["id"];
    let added =
        tagged(&server, "add", &json!({"data_source_id": id, "tags": {"plan": "pro", "n": [1]}})).await;
    assert_eq!(added, json!({"plan": "pro", "team": "a", "n": [1]}));
    let removed = json!({"data_source_id": id, "tags_to_remove": ["team", "nothing"]});
    assert_eq!(tagged(&server, "remove", &removed).await, json!({"plan": "pro", "n": [1]}));
    let none = json!({"data_source_id": id, "remove_all_tags": true});
    assert_eq!(tagged(&server, "remove", &none).await, json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_tag_changes_nothing_and_nobody_tags_anothers() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    connect(&server, &NEW(), FIRST).await;
    let id = server.data_sources().await[0]["id"].clone();
    let many: serde_json::Map<String, Value> = (0..101).map(|n| (n.to_string(), json!(1))).collect();
    for (tags, place) in [
        (json!([]), "tags"),
        (Value::Null, "tags"),
        (json!({"": 1}), "tags"),
        (json!(many), "tags"),
        (json!({"a": "x".repeat(20_000)}), "tags"),
    ] {
        let request = json!({"data_source_id": id, "tags": tags});
        assert_eq!(server.wrong("data_sources/tags/add", &request).await, [json!(["body", place])]);
    }
    let half: serde_json::Map<String, Value> = (0..60).map(|n| (n.to_string(), json!(1))).collect();
    tagged(&server, "add", &json!({"data_source_id": id, "tags": half})).await;
    let rest: serde_json::Map<String, Value> = (50..120).map(|n| (n.to_string(), json!(1))).collect();
    let request = json!({"data_source_id": id, "tags": rest});
    assert_eq!(server.wrong("data_sources/tags/add", &request).await, [json!(["body", "tags"])]);
    let wrong = json!({"data_source_id": id, "tags_to_remove": "0", "remove_all_tags": 1});
    assert_eq!(server.wrong("data_sources/tags/remove", &wrong).await.len(), 2);
    for stranger in [super::server(&world, "user-2"), other_server(&world, "user-1")] {
        for route in ["add", "remove"] {
            let request = json!({"data_source_id": id, "tags": {}, "remove_all_tags": true});
            let answer = stranger.post(&format!("data_sources/tags/{route}"), &request).await;
            assert_eq!(answer.status, 404, "{}", answer.body);
        }
    }
    assert_eq!(server.data_sources().await[0]["tags"], json!(half));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_filtered_ordered_and_paged_as_it_is_asked_for() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    connect(&server, &NEW(), FIRST).await;
    connect(&server, &NEW(), "second@example.com").await;
    connect(&super::server(&world, "user-2"), &NEW(), FIRST).await;
    let [one, two] = ids(&server, &json!({"order_dir": "asc"})).await.try_into().unwrap();
    assert_eq!(ids(&server, &json!({})).await, [two, one]);
    assert_eq!(ids(&server, &json!({"pagination": {"limit": 1, "offset": 1}})).await, [one]);
    assert_eq!(ids(&server, &json!({"pagination": {"limit": 250, "offset": 2}})).await, [0; 0]);
    assert_eq!(ids(&server, &json!({"filters": {"ids": [one, 999]}})).await, [one]);
    assert_eq!(ids(&server, &json!({"filters": {"ids": one}})).await, [one]);
    assert_eq!(ids(&server, &json!({"filters": {"ids": []}})).await, [0; 0]);
    assert_eq!(ids(&server, &json!({"filters": {"revoked_access": true}})).await, [0; 0]);
    tagged(&server, "add", &json!({"data_source_id": two, "tags": {"team": "a"}})).await;
    let team =
        |negate| json!({"filters": {"tags": {"OR": [{"key": "team", "value": "a", "negate": negate}]}}});
    assert_eq!(ids(&server, &team(false)).await, [two]);
    assert_eq!(ids(&server, &team(true)).await, [one]);
    let answer = server.post("user_data_sources", &json!({"pagination": {"limit": 1}})).await.body;
    assert_eq!(answer["count"], 2, "{answer}");
    let filters = json!({"source": "DROPBOX", "tags": {}, "revoked_access": false, "ids": null});
    assert_eq!(ids(&server, &json!({"filters": filters})).await, [two, one]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_query_that_cannot_be_meant_is_refused_by_the_place_of_what_is_wrong() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    for (query, place) in [
        (json!({"pagination": {"limit": -1}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"limit": 0}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"limit": 251}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"limit": "10"}}), json!(["body", "pagination", "limit"])),
        (json!({"pagination": {"offset": -1}}), json!(["body", "pagination", "offset"])),
        (json!({"pagination": []}), json!(["body", "pagination"])),
        (json!({"order_by": "name"}), json!(["body", "order_by"])),
        (json!({"order_dir": 1}), json!(["body", "order_dir"])),
        (json!({"filters": "x"}), json!(["body", "filters"])),
        (json!({"filters": {"source": "BOX"}}), json!(["body", "filters", "source"])),
        (json!({"filters": {"ids": ["1"]}}), json!(["body", "filters", "ids", 0])),
        (json!({"filters": {"revoked_access": "no"}}), json!(["body", "filters", "revoked_access"])),
        (json!({"filters": {"tags": {"XOR": []}}}), json!(["body", "filters", "tags"])),
    ] {
        assert_eq!(server.wrong("user_data_sources", &query).await, [place], "{query}");
    }
}
