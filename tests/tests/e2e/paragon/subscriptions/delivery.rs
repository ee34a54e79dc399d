//! Deliveries of subscriptions.

use aws_lc_rs::hmac;
use reqwest::Method;
use serde_json::{Value, json};
use tests::{Received, Receiver, Reply};

use super::{CREATED, DELETED, FIRST, Fixture, PATH, SECOND, listed, subscribe};

fn is_signed(request: &Received, secret: &str) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signed: String =
        hmac::sign(&key, &request.body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    request.header("x-paragon-signature") == format!("v1={signed}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_delivers_its_trigger_in_paragons_form_signed_with_the_projects_secret() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    assert_eq!(made["status"], "ACTIVE");
    assert_eq!((&made["credentialId"], &made["parameters"]), (&json!(fixture.connection), &json!({})));
    assert!(made.get("webhookOverride").is_none() && made.get("error").is_none(), "{made}");
    // Another user's file, and another event of this one's, are none of it.
    fixture.world.write(FIRST, "theirs.pdf", b"theirs");
    fixture.write("mine.pdf").await;
    fixture.world.remove(SECOND, "mine.pdf");
    fixture.delivered().await;
    let received = fixture.receiver.received();
    assert_eq!(received.len(), 1, "{received:#?}");
    let body = received[0].json();
    assert!(is_signed(&received[0], &fixture.secret), "{:?}", received[0].headers);
    assert_eq!(received[0].header("webhook-signature"), "");
    assert!(body["eventId"].as_str().unwrap().parse::<uuid::Uuid>().is_ok());
    for (member, value) in [
        ("userId", json!("user-2")),
        ("integration", json!("dropbox")),
        ("triggerType", json!(CREATED)),
        ("triggerSubscriptionId", made["id"].clone()),
        ("credentialId", json!(fixture.connection)),
        ("projectId", json!(fixture.user.project)),
        ("triggerSubscriptionMetadata", json!({})),
    ] {
        assert_eq!(body[member], value, "{member}");
    }
    assert_eq!(body["payload"]["item"]["path"], "/mine.pdf");
    assert_eq!(body["payload"]["kind"], "created");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_trigger_delivers_its_own_event() {
    let fixture = Fixture::new().await;
    let triggers = fixture.user.get("triggers").await.body["triggers"]["dropbox"].as_array().unwrap().clone();
    let mut made = Vec::new();
    for trigger in &triggers {
        let kind = trigger["type"].as_str().unwrap();
        made.push((kind.to_owned(), subscribe(&fixture.user, kind, json!({})).await["id"].clone()));
    }
    fixture.write("a.txt").await;
    fixture.world.write(SECOND, "a.txt", b"other content");
    fixture.delivered().await;
    fixture.world.rename(SECOND, "a.txt", "b.txt");
    fixture.delivered().await;
    fixture.world.remove(SECOND, "b.txt");
    fixture.delivered().await;
    fixture.write("folder/c.txt").await;
    let received: Vec<Value> = fixture.receiver.received().iter().map(Received::json).collect();
    for body in &received {
        let subscription = &body["triggerSubscriptionId"];
        let (kind, _) = made.iter().find(|(_, id)| id == subscription).unwrap();
        assert_eq!(body["triggerType"], kind.as_str());
    }
    for kind in ["FILE_CREATED", "FILE_UPDATED", "FILE_MOVED", "FILE_DELETED", "FILE_READY", "FOLDER_CREATED"]
    {
        let name = format!("TRIGGER_DROPBOX_{kind}");
        assert!(received.iter().any(|body| body["triggerType"] == name.as_str()), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_of_its_own_gets_its_headers_and_metadata_and_is_signed_alike() {
    let fixture = Fixture::new().await;
    let own = Receiver::start().await;
    let own_address = json!({
        "url": own.url(),
        "headers": {"X-Tenant": "hidden-canary"},
        "metadata": {"flow": [7, "a"]},
    });
    let made = subscribe(&fixture.user, DELETED, json!({"webhookOverride": own_address})).await;
    let shown = json!({"url": own.url(), "metadata": {"flow": [7, "a"]}});
    assert_eq!(made["webhookOverride"], shown);
    let listed = fixture.user.get(PATH).await.body.to_string();
    assert!(!listed.contains("hidden-canary"), "{listed}");
    fixture.write("gone.txt").await;
    fixture.world.remove(SECOND, "gone.txt");
    fixture.delivered().await;
    assert!(fixture.receiver.received().is_empty());
    let received = own.at_least(1).await;
    assert_eq!(received[0].header("x-tenant"), "hidden-canary");
    assert_eq!(received[0].json()["triggerSubscriptionMetadata"], json!({"flow": [7, "a"]}));
    assert!(is_signed(&received[0], &fixture.secret));
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_narrow_what_is_delivered() {
    let fixture = Fixture::new().await;
    let parameters = json!({"folder": "/Contracts", "glob": "/contracts/*.*", "formats": "pdf, image"});
    let made = subscribe(&fixture.user, CREATED, json!({"parameters": parameters})).await;
    assert_eq!(made["parameters"], parameters);
    for file in ["a.pdf", "contracts/b.pdf", "contracts/c.txt", "contracts/deep/d.pdf", "contracts/e.png"] {
        fixture.world.write(SECOND, file, file.as_bytes());
    }
    fixture.delivered().await;
    let mut paths = Fixture::paths(&fixture.receiver);
    paths.sort();
    assert_eq!(paths, ["/contracts/b.pdf", "/contracts/e.png"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_is_delivered_later_with_the_same_id_and_can_be_read_and_replayed() {
    let fixture = Fixture::new().await;
    let made = subscribe(&fixture.user, CREATED, json!({})).await;
    fixture.receiver.answer_once(Reply::status(500));
    fixture.world.write(SECOND, "a.txt", b"a");
    fixture.world.stack.dropbox.rescan(SECOND).await.unwrap();
    fixture.receiver.at_least(2).await;
    let endpoint = format!("endpoints/{}", made["id"].as_str().unwrap());
    let replayed = fixture.server.post(&format!("{endpoint}/replay"), r#"{"from": "beginning"}"#).await;
    assert_eq!(replayed.status, 202, "{}", replayed.body);
    assert_eq!(replayed.body["connection"], json!(fixture.connection));
    let received = fixture.receiver.at_least(3).await;
    assert_eq!((&received[1].body, &received[2].body), (&received[0].body, &received[0].body));
    let attempts = fixture.server.get(&format!("{endpoint}/attempts")).await.body;
    let statuses: Vec<&Value> =
        attempts["attempts"].as_array().unwrap().iter().map(|attempt| &attempt["status"]).collect();
    assert!(statuses.len() >= 2 && statuses.contains(&&json!(500)) && statuses.contains(&&json!(200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_selected_credential_is_subscribed_and_else_the_one_that_calls_use() {
    let fixture = Fixture::new().await;
    let newer = fixture.server.connect(FIRST).await;
    fixture.delivered().await;
    let (older, body) = (fixture.connection.to_string(), json!({"type": CREATED}).to_string());
    let headers = [("x-paragon-credential", older.as_str())];
    let selected = fixture.user.ask_with(Method::POST, PATH, &headers, &body).await;
    assert_eq!((selected.status.as_u16(), &selected.body["credentialId"]), (200, &json!(older)));
    let usual = fixture.user.post(PATH, &body).await;
    assert_eq!(usual.body["credentialId"], json!(newer));
    let of_older = fixture.user.ask_with(Method::GET, PATH, &headers, "").await.body;
    assert_eq!(of_older["triggers"]["dropbox"].as_array().unwrap().len(), 1);
    assert_eq!(listed(&fixture.user, "").await, [selected.body["id"].clone(), usual.body["id"].clone()]);
    fixture.write("second.txt").await;
    assert_eq!(Fixture::paths(&fixture.receiver), ["/second.txt"]);
}
