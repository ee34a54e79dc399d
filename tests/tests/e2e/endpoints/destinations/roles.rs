//! Permission to have a role assumed.

use serde_json::json;

use super::{
    super::{FIRST, send_test},
    QUEUE, attempts, come, create, create_trusted, health, queue, with_cloud,
};

/// The confused deputy: another project names the role and the queue of this one, and gets no further.
#[tokio::test(flavor = "multi_thread")]
async fn another_project_cannot_have_the_role_of_this_one_assumed() {
    let (world, cloud) = with_cloud(1).await;
    let (app, other) = (world.first_app("user-1"), world.second_app("user-2"));
    let own = create_trusted(&app, &cloud, queue(QUEUE), json!({})).await;
    let strange = create(&other, queue(QUEUE), json!({})).await;
    let id = send_test(&app, &own).await;
    assert_eq!(cloud.at_least(QUEUE, 1).await[0].json()["data"]["id"], id);
    send_test(&other, &strange).await;
    world.until(async || !attempts(&other, &strange).await.is_empty()).await;
    let attempt = attempts(&other, &strange).await[0].clone();
    assert_eq!((&attempt["code"], &attempt["status"]), (&json!("role_not_assumed"), &json!(null)));
    assert!(attempt["answer"].as_str().unwrap().starts_with("AccessDenied"), "{attempt}");
    assert_eq!((cloud.assumed().len(), cloud.taken(QUEUE).len()), (1, 1));
}

/// The external id is known once the endpoint is made: events wait until the role trusts it.
#[tokio::test(flavor = "multi_thread")]
async fn events_wait_until_the_role_trusts_the_external_id() {
    let (world, cloud) = with_cloud(600).await;
    let app = world.first_app("user-1");
    let made = create(&app, queue(QUEUE), json!({"filter": {"types": ["file.created"]}})).await;
    app.connect(FIRST).await;
    for name in ["a.pdf", "b.pdf"] {
        world.write(FIRST, name, b"x");
    }
    world.until(async || health(&app, &made).await["last_error_code"] == "role_not_assumed").await;
    let failing = health(&app, &made).await;
    let sentence = failing["last_error"].as_str().unwrap();
    assert!(failing["state"] == "failing" && sentence.contains("external_id"), "{failing}");
    cloud.trust(super::ROLE, super::external_id(&made));
    come(&world, &app, &made, (&cloud, QUEUE), 2).await;
    let taken = cloud.taken(QUEUE);
    let numbers: Vec<u64> = taken.iter().map(|one| one.json()["data"]["number"].as_u64().unwrap()).collect();
    assert!(numbers.is_sorted(), "{numbers:?}");
    world.until(async || health(&app, &made).await["state"] == "active").await;
    assert_eq!(health(&app, &made).await["last_error_code"], json!(null));
}
