//! Messages of webhooks, and their times.

use std::collections::{BTreeMap, BTreeSet};

use fake_dropbox::Fault;
use serde_json::{Value, json};
use tests::{Receiver, Reply, World};

use super::{
    super::{FIRST, fixture::Fixture, server},
    add, additional, distinct, told, word,
};

/// Creates a fixture with a webhook that was there before the account.
async fn fixture(world: World, files: &[(&str, &[u8])]) -> (Fixture, Receiver) {
    let receiver = Receiver::start().await;
    add(&server(&world, "user-1"), &receiver).await;
    (Fixture::of(world, files).await, receiver)
}

async fn unselected() -> World {
    World::with_settings(|settings| settings.select_everything = false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn from_connecting_to_the_last_file_a_webhook_is_told_of_everything_once() {
    let (fixture, receiver) = fixture(unselected().await, &[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({"request_id": "r1"})).await;
    told(&receiver, "ALL_FILES_PROCESSED", 1).await;
    told(&receiver, "DATA_SOURCE_READY", 2).await;
    told(&receiver, "UPDATE", 1).await;
    let mut words: Vec<String> = distinct(&receiver).iter().map(word).collect();
    assert_eq!(words[..2], ["ADD", "DATA_SOURCE_READY"]);
    let place = |wanted: &str| words.iter().position(|word| word == wanted).unwrap();
    let last_ready = words.iter().rposition(|word| word == "FILE_READY").unwrap();
    assert!(place("FILES_CREATED") < place("FILE_SYNCING") && place("FILE_SYNCING") < place("FILE_READY"));
    assert!(last_ready < place("ALL_FILES_PROCESSED"), "{words:?}");
    words.sort();
    assert_eq!(
        words,
        [
            "ADD",
            "ALL_FILES_PROCESSED",
            "ALL_UPLOADED_FILES_QUEUED",
            "DATA_SOURCE_READY",
            "DATA_SOURCE_READY",
            "FILES_CREATED",
            "FILE_READY",
            "FILE_READY",
            "FILE_SYNCING",
            "FILE_SYNCING",
            "UPDATE",
        ]
    );
    let mut bodies = BTreeMap::new();
    for request in receiver.received() {
        let first = bodies.entry(request.header("webhook-id").to_owned()).or_insert(request.body.clone());
        assert_eq!(*first, request.body, "another message with the same id");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_data_sources_have_the_integers_of_the_other_routes() {
    let (fixture, receiver) = fixture(unselected().await, &[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({"request_id": "r1"})).await;
    let numbers: BTreeSet<String> =
        [fixture.id("a.txt").await, fixture.id("b.txt").await].map(|id| id.to_string()).into();
    let created = &told(&receiver, "FILES_CREATED", 1).await[0];
    assert_eq!(
        (&created["object"]["object_type"], &created["customer_id"]),
        (&json!("FILE_LIST"), &json!("user-1"))
    );
    let listed = created["object"]["object_id"].as_array().unwrap();
    assert_eq!(listed.iter().map(|id| id.as_str().unwrap().to_owned()).collect::<BTreeSet<_>>(), numbers);
    let ready = told(&receiver, "FILE_READY", 2).await;
    let ready = ready.iter().map(|payload| payload["object"]["object_id"].as_str().unwrap().to_owned());
    assert_eq!(ready.collect::<BTreeSet<_>>(), numbers);
    let added = &told(&receiver, "ADD", 1).await[0]["object"];
    assert_eq!(
        (&added["object_type"], &added["object_id"]),
        (&json!("DATA_SOURCE"), &json!(fixture.source.to_string()))
    );
    for kind in ["ALL_UPLOADED_FILES_QUEUED", "ALL_FILES_PROCESSED"] {
        let upload = &told(&receiver, kind, 1).await[0];
        let object = &upload["object"];
        assert_eq!(
            (&object["object_type"], &object["object_id"]),
            (&json!("UPLOAD_REQUEST_ID"), &json!("r1"))
        );
        assert_eq!(additional(upload)["data_source_id"], fixture.source.to_string());
    }
}

/// Three files are one upload: its end is told once, after the last of them.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_of_several_files_is_told_of_once() {
    let files: &[(&str, &[u8])] = &[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")];
    let (fixture, receiver) = fixture(unselected().await, files).await;
    let mut ids = Vec::new();
    for path in ["/a.txt", "/b.txt", "/c.txt"] {
        ids.push(fixture.app.dropbox_id(path).await);
    }
    let chosen = json!({"data_source_id": fixture.source, "ids": ids, "request_id": "r1"});
    assert_eq!(fixture.client.post("integrations/files/sync", &chosen).await.status, 200);
    fixture.world.settled().await;
    // Later messages come after it.
    fixture.choose("/a.txt", json!({"request_id": "r1"})).await;
    fixture.world.resynced(fixture.connection).await;
    told(&receiver, "DATA_SOURCE_READY", 3).await;
    let words: Vec<String> = distinct(&receiver).iter().map(word).collect();
    for once in ["ALL_UPLOADED_FILES_QUEUED", "UPDATE", "ALL_FILES_PROCESSED"] {
        assert_eq!(words.iter().filter(|word| *word == once).count(), 1, "{once}: {words:?}");
    }
}

/// A selection that cannot be listed does not keep its request from ending, whether it is all of the request or the
/// part that is tried last.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_ends_although_some_of_it_is_gone_or_refused() {
    let files: &[(&str, &[u8])] = &[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c"), ("d.txt", b"d")];
    let (fixture, receiver) = fixture(unselected().await, files).await;
    let [a, b, c, d] = ["/a.txt", "/b.txt", "/c.txt", "/d.txt"].map(|path| fixture.app.dropbox_id(path));
    let (a, b, c, d) = (a.await, b.await, c.await, d.await);
    for gone in ["a.txt", "b.txt"] {
        fixture.world.remove(FIRST, gone);
    }
    let refused = Fault::EndpointError { tag: "path/restricted_content".to_owned() };
    for (request, ids) in [("gone", vec![&a]), ("in part", vec![&b, &c]), ("refused", vec![&d])] {
        if request == "refused" {
            fixture.world.stack.dropbox.faults(FIRST).next("files/get_metadata", 1, refused.clone());
        }
        let chosen = json!({"data_source_id": fixture.source, "ids": ids, "request_id": request});
        assert_eq!(fixture.client.post("integrations/files/sync", &chosen).await.status, 200);
        fixture.world.settled().await;
    }
    for kind in ["ALL_UPLOADED_FILES_QUEUED", "ALL_FILES_PROCESSED"] {
        let mut requests: Vec<Value> =
            told(&receiver, kind, 3).await.iter().map(|told| told["object"]["object_id"].clone()).collect();
        requests.sort_by_key(Value::to_string);
        assert_eq!(requests, ["gone", "in part", "refused"], "{kind}");
    }
    assert_eq!(fixture.names(&json!({})).await, ["c.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_the_rules_leave_out_are_told_of_with_the_reason() {
    let world = World::with_settings(|settings| {
        (settings.select_everything, settings.max_file_bytes) = (false, 3);
    });
    let (fixture, receiver) = fixture(world.await, &[("in/large.txt", b"large"), ("in/b.txt", b"b")]).await;
    fixture.choose("/in", json!({})).await;
    let skipped = &told(&receiver, "FILES_SKIPPED", 1).await[0];
    assert_eq!(skipped["object"]["object_id"], json!([fixture.id("large.txt").await.to_string()]));
    assert_eq!(
        additional(skipped),
        json!({"code": "too_large", "reason": "The file is larger than this application takes."})
    );
    assert_eq!(told(&receiver, "FILE_READY", 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_limit_of_files_is_told_of_with_the_user() {
    let (fixture, receiver) = fixture(unselected().await, &[("in/a.txt", b"a"), ("in/b.txt", b"b")]).await;
    let organization = fixture.client.organization();
    let limit = json!({"customer_ids": ["user-1"], "max_files": 1});
    assert_eq!(organization.post("update_users", &limit).await.status, 200);
    fixture.choose("/in", json!({})).await;
    let user = organization.post("user", &json!({"customer_id": "user-1"})).await.body;
    let reached = &told(&receiver, "FILE_SYNC_LIMIT_REACHED", 1).await[0];
    assert_eq!(reached["object"]["object_type"], "ORGANIZATION_USER");
    assert_eq!(reached["object"]["object_id"], user["id"].to_string());
    assert_eq!(additional(reached), json!({"max_files": 1}));
    assert_eq!(additional(&told(&receiver, "FILES_SKIPPED", 1).await[0])["code"], "file_limit");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancellation_a_disconnect_and_a_deleted_user_are_told_of() {
    let (fixture, receiver) = fixture(unselected().await, &[("a.txt", b"a")]).await;
    let organization = fixture.client.organization();
    let named = json!({"data_source_id": fixture.source});
    assert_eq!(fixture.client.post("integrations/items/sync/cancel", &named).await.status, 200);
    let source = json!(fixture.source.to_string());
    assert_eq!(told(&receiver, "CANCEL", 1).await[0]["object"]["object_id"], source);
    let user = organization.post("user", &json!({"customer_id": "user-1"})).await.body["id"].to_string();
    let deleted = organization.post("delete_users", &json!({"customer_ids": ["user-1"]})).await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    fixture.world.settled().await;
    let gone = &told(&receiver, "ORGANIZATION_USER_DELETED", 1).await[0];
    assert_eq!((&gone["object"]["object_id"], &gone["customer_id"]), (&json!(user), &json!("user-1")));
    let revoked = &told(&receiver, "REVOKE", 1).await[0];
    assert_eq!(revoked["object"]["object_id"], source);
    assert_eq!(additional(revoked), json!({"reason": "disconnected"}));
}

/// A user who is deleted by our own API is told of, too.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_without_an_account_who_is_deleted_is_told_of() {
    let world = World::new().await;
    let (client, receiver) = (server(&world, "user-7"), Receiver::start().await);
    add(&client, &receiver).await;
    client.page().await;
    let app = world.first_app("user-7");
    assert_eq!(app.ask(http::Method::DELETE, "users/user-7", "").await.status, 202);
    let gone = &told(&receiver, "ORGANIZATION_USER_DELETED", 1).await[0];
    assert_eq!(gone["customer_id"], "user-7");
}

/// A message that a receiver refuses comes again, with the same ids and the same content.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_refused_comes_again_as_it_was() {
    let world = unselected().await;
    let receiver = Receiver::start().await;
    add(&server(&world, "user-1"), &receiver).await;
    // The first message of the event is taken, and its second one refused.
    receiver.answer_once(Reply::status(200));
    receiver.answer_once(Reply::status(500));
    world.first_app("user-1").connect(FIRST).await;
    let received = receiver.at_least(4).await;
    let words: Vec<String> = received.iter().map(word).collect();
    assert_eq!(words, ["ADD", "DATA_SOURCE_READY", "ADD", "DATA_SOURCE_READY"]);
    for (first, again) in [(0, 2), (1, 3)] {
        let id = |index: usize| received[index].header("webhook-id").to_owned();
        assert_eq!((id(first), &received[first].body), (id(again), &received[again].body));
    }
}

/// Nothing is posted for what Carbon has no message for, and other endpoints are told of it.
#[tokio::test(flavor = "multi_thread")]
async fn what_carbon_has_no_words_for_is_not_told() {
    let (fixture, receiver) = fixture(unselected().await, &[("in/a.txt", b"a")]).await;
    fixture.choose("/in", json!({})).await;
    told(&receiver, "ALL_FILES_PROCESSED", 1).await;
    let before = receiver.received().len();
    fixture.world.rename(FIRST, "in/a.txt", "in/c.txt");
    fixture.world.mirrored(fixture.connection, FIRST).await;
    fixture.world.write(FIRST, "in/d.txt", b"d");
    told(&receiver, "FILE_READY", 2).await;
    let later: Vec<Value> = receiver.received()[before..].iter().map(|one| json!(word(one))).collect();
    assert!(!later.is_empty());
    assert!(
        later
            .iter()
            .all(|word| ["FILES_CREATED", "FILE_SYNCING", "FILE_READY"].iter().any(|one| word == one)
                || word == "DATA_SOURCE_READY"),
        "{later:?}"
    );
}
