//! Deletions beyond the project's brake.

use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::model::{Brake, ConnectionId};
use tests::{Answer, App, World};

use super::{FIRST, count, paths};

/// Creates five files and deletes three: more than this project's brake allows.
async fn three_of_five_deleted() -> (World, App, ConnectionId) {
    let brake = Brake { percent: 20, items: 1 };
    let world = World::with_settings(|settings| settings.brake = brake).await;
    (1..=5).for_each(|number| world.write(FIRST, &format!("{number}.txt"), b"text"));
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    (1..=3).for_each(|number| world.remove(FIRST, &format!("{number}.txt")));
    world.settled().await;
    (world, app, connection)
}

async fn confirm(app: &App, connection: ConnectionId, deletions: u64) -> Answer {
    let body = json!({"deletions": deletions}).to_string();
    app.post(&format!("connections/{connection}/deletions/confirm"), &body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_deletions_are_held_until_they_are_confirmed() {
    let (world, app, connection) = three_of_five_deleted().await;
    assert_eq!((paths(&world, connection).await.len(), count(&world, "Deletions Held").await), (5, 1));
    let held = app.details(connection).await["deletions_held"].clone();
    assert_eq!((&held["deletions"], &held["items"]), (&json!(3), &json!(5)));
    assert!(held["since"].as_str().unwrap().ends_with('Z'), "{held}");
    let fewer = confirm(&app, connection, 2).await;
    assert_eq!((fewer.status, fewer.code()), (StatusCode::CONFLICT, "more_deletions_held"));
    world.settled().await;
    assert_eq!(paths(&world, connection).await.len(), 5);
    assert_eq!(confirm(&app, connection, 3).await.status, StatusCode::ACCEPTED);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(app.details(connection).await["deletions_held"], Value::Null);
    let none = confirm(&app, connection, 3).await;
    assert_eq!((none.status, none.code()), (StatusCode::CONFLICT, "no_deletions_held"));
}

#[tokio::test(flavor = "multi_thread")]
async fn deletions_that_nobody_was_shown_are_not_confirmed() {
    let (world, app, connection) = three_of_five_deleted().await;
    world.remove(FIRST, "4.txt");
    world.settled().await;
    assert_eq!(app.details(connection).await["deletions_held"]["deletions"], 4);
    assert_eq!(confirm(&app, connection, 3).await.code(), "more_deletions_held");
    world.settled().await;
    assert_eq!(paths(&world, connection).await.len(), 5);
    assert_eq!(confirm(&app, connection, 4).await.status, StatusCode::ACCEPTED);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_does_not_hold_up_other_changes() {
    let (world, app, connection) = three_of_five_deleted().await;
    world.write(FIRST, "new.txt", b"new");
    world.settled().await;
    assert_eq!(paths(&world, connection).await.len(), 6);
    assert_eq!(confirm(&app, connection, 3).await.status, StatusCode::ACCEPTED);
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
}
