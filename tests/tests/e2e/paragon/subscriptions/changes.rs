//! Listing, changing and removing subscriptions.

use reqwest::Method;
use serde_json::json;
use tests::{Receiver, Reply};

use super::{
    CREATED, DELETED, Fixture, PATH, SECOND, listed, patch, path, refusal, subscribe, try_subscribe,
};

#[tokio::test(flavor = "multi_thread")]
async fn subscriptions_are_listed_by_what_is_asked() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.user.get(PATH).await.body, json!({"triggers": {"dropbox": []}}));
    let one = subscribe(&fixture.user, CREATED, json!({})).await;
    let two = subscribe(&fixture.server, DELETED, json!({})).await;
    let (first, second) = (one["id"].clone(), two["id"].clone());
    for (query, ids) in [
        ("", vec![&first, &second]),
        ("?integrations=slack,dropbox", vec![&first, &second]),
        ("?status=ACTIVE", vec![&first, &second]),
        ("?status=ERRORED", vec![]),
        ("?type=TRIGGER_DROPBOX_FILE_DELETED", vec![&second]),
        ("?type=TRIGGER_SLACK_MESSAGE", vec![]),
    ] {
        assert_eq!(listed(&fixture.user, query).await.iter().collect::<Vec<_>>(), ids, "{query}");
    }
    assert_eq!(fixture.user.get(&format!("{PATH}?integrations=slack")).await.body, json!({"triggers": {}}));
    assert_eq!(refusal(&fixture.user.get(&format!("{PATH}?status=x")).await), (400, "invalid_field"));
    assert_eq!(fixture.user.get(&path(&one)).await.body, one);
    let listed_one = &fixture.server.get(PATH).await.body["triggers"]["dropbox"][0];
    assert_eq!(*listed_one, one);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_merges_parameters_and_replaces_the_address() {
    let fixture = Fixture::new().await;
    let own = Receiver::start().await;
    let parameters = json!({"folder": "/a", "glob": "/a/*.txt"});
    let made = subscribe(&fixture.user, CREATED, json!({"parameters": parameters})).await;
    let body = json!({"parameters": {"glob": null, "formats": "pdf"}, "webhookOverride": {"url": own.url()}});
    let changed = patch(&fixture.user, &made, body).await.body;
    assert_eq!(changed["parameters"], json!({"folder": "/a", "formats": "pdf"}));
    assert_eq!(changed["webhookOverride"]["url"], own.url());
    assert_eq!((&changed["id"], &changed["dateCreated"]), (&made["id"], &made["dateCreated"]));
    for file in ["a/one.pdf", "a/one.txt", "b/one.pdf"] {
        fixture.world.write(SECOND, file, file.as_bytes());
    }
    fixture.delivered().await;
    assert_eq!((Fixture::paths(&own), fixture.receiver.received().len()), (vec!["/a/one.pdf".to_owned()], 0));
    // Without a name nothing is changed; null removes the address.
    let same = patch(&fixture.user, &made, json!({})).await.body;
    assert_eq!(
        (&same["parameters"], &same["webhookOverride"]),
        (&changed["parameters"], &changed["webhookOverride"])
    );
    let without = patch(&fixture.user, &made, json!({"webhookOverride": null})).await.body;
    assert!(without.get("webhookOverride").is_none(), "{without}");
    fixture.write("a/two.pdf").await;
    assert_eq!((Fixture::paths(&fixture.receiver), own.received().len()), (vec!["/a/two.pdf".to_owned()], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_is_disabled_says_so_and_a_change_enables_it_again() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    fixture.receiver.answer_once(Reply::status(410));
    fixture.write("a.txt").await;
    let errored = fixture.user.get(&path(&made)).await.body;
    assert_eq!(errored["status"], "ERRORED");
    assert_eq!(errored["error"], "The endpoint answered 410 Gone.");
    assert_eq!(listed(&fixture.user, "?status=ERRORED").await, [made["id"].clone()]);
    fixture.write("b.txt").await;
    assert_eq!(fixture.receiver.received().len(), 1, "nothing is sent to it");
    let enabled = patch(&fixture.user, &made, json!({})).await.body;
    assert_eq!((&enabled["status"], enabled.get("error")), (&json!("ACTIVE"), None));
    fixture.delivered().await;
    assert_eq!(Fixture::paths(&fixture.receiver), ["/a.txt", "/a.txt", "/b.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_address_of_the_project_enables_what_the_former_one_has_disabled() {
    let (fixture, own, moved) = (Fixture::new().await, Receiver::start().await, Receiver::start().await);
    let address = json!({"webhookOverride": {"url": own.url()}});
    let (made, apart) = (
        subscribe(&fixture.user, CREATED, json!({})).await,
        subscribe(&fixture.user, CREATED, address).await,
    );
    for receiver in [&fixture.receiver, &own] {
        receiver.answer_once(Reply::status(410));
    }
    fixture.write("a.txt").await;
    assert_eq!(listed(&fixture.user, "?status=ERRORED").await.len(), 2);
    let endpoint = &fixture.server.get("endpoints").await.body["endpoints"][0]["id"];
    let path = format!("endpoints/{}", endpoint.as_str().unwrap());
    let changed = fixture.server.ask(Method::PATCH, &path, &json!({"url": moved.url()}).to_string()).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    fixture.delivered().await;
    assert_eq!(Fixture::paths(&moved), ["/a.txt"]);
    assert_eq!(listed(&fixture.user, "?status=ACTIVE").await, [made["id"].clone()]);
    // It has an address of its own, of which that says nothing.
    assert_eq!(listed(&fixture.user, "?status=ERRORED").await, [apart["id"].clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_subscription_gets_nothing_more() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    let kept = subscribe(&fixture.user, CREATED, json!({})).await;
    fixture.write("a.txt").await;
    let removed = fixture.user.ask(Method::DELETE, &path(&made), "").await;
    assert_eq!((removed.status.as_u16(), &removed.body), (200, &json!({"success": true})));
    assert_eq!(refusal(&fixture.user.get(&path(&made)).await), (404, "subscription_not_found"));
    let again = fixture.user.ask(Method::DELETE, &path(&made), "").await;
    assert_eq!(refusal(&again), (404, "subscription_not_found"));
    assert_eq!(listed(&fixture.user, "").await, [kept["id"].clone()]);
    fixture.write("b.txt").await;
    assert_eq!(Fixture::paths(&fixture.receiver), ["/a.txt", "/a.txt", "/b.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_has_fifty_subscriptions_at_most() {
    let fixture = Fixture::new().await;
    for _ in 0..50 {
        subscribe(&fixture.user, CREATED, json!({})).await;
    }
    let refused = try_subscribe(&fixture.user, CREATED, json!({})).await;
    assert_eq!(refusal(&refused), (409, "too_many_subscriptions"));
    let all = listed(&fixture.user, "").await;
    assert_eq!(all.len(), 50);
    // They are none of the project's fifty endpoints.
    assert_eq!(fixture.server.get("endpoints").await.body["endpoints"].as_array().unwrap().len(), 1);
    let one = format!("{PATH}/{}", all[0].as_str().unwrap());
    assert_eq!(fixture.user.ask(Method::DELETE, &one, "").await.status, 200);
    subscribe(&fixture.user, CREATED, json!({})).await;
}
