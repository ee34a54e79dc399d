//! Users: listed, read, changed, and deleted with all of their data.

use serde_json::{Value, json};
use shared::store::Users;
use tests::{App, World};

use super::{FIRST, SECOND, delete, patch};

fn ids(page: &Value) -> Vec<&str> {
    page["users"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap()).collect()
}

async fn user(app: &App, id: &str) -> Value {
    let answer = app.get(&format!("users/{id}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_listed_page_by_page_and_each_once() {
    let world = World::new().await;
    let (app, other) = (world.first_app("user-1"), world.second_app("user-1"));
    assert_eq!(app.get("users").await.body, json!({"users": [], "next": null}));
    for id in ["c", "a", "b", "d", "e"] {
        assert_eq!(patch(&app, &format!("users/{id}"), &json!({})).await.status, 200);
    }
    patch(&other, "users/z", &json!({})).await;
    let all = app.get("users").await.body;
    assert_eq!((ids(&all), &all["next"]), (vec!["a", "b", "c", "d", "e"], &Value::Null));
    let first = app.get("users?limit=2").await.body;
    assert_eq!((ids(&first), &first["next"]), (vec!["a", "b"], &json!("b")));
    // Users who are added or deleted on another page do not shift this one.
    patch(&app, "users/aa", &json!({})).await;
    delete(&app, "users/d").await;
    let second = app.get("users?limit=2&after=b").await.body;
    assert_eq!((ids(&second), &second["next"]), (vec!["c"], &json!("d")));
    let last = app.get("users?limit=2&after=d").await.body;
    assert_eq!((ids(&last), &last["next"]), (vec!["e"], &Value::Null));
    for query in ["limit=0", "limit=1001", "limit=x", "limit=-1", "after=", "after=%01"] {
        assert_eq!(app.get(&format!("users?{query}")).await.code(), "malformed_query", "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_told_of_with_their_connections() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    assert_eq!(app.get("users/user-1").await.code(), "user_not_found");
    let id = app.connect(FIRST).await;
    let told = user(&app, "user-1").await;
    let connection = &told["connections"][0];
    assert_eq!((&connection["id"], &connection["email"]), (&json!(id), &json!(FIRST)));
    for chosen in ["automatic_sync", "resync_hours", "max_files"] {
        assert_eq!(told[chosen], Value::Null, "{chosen}");
    }
    assert_eq!(told["deletion"], Value::Null);
    assert_eq!(world.second_app("user-1").get("users/user-1").await.code(), "user_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_followed_as_is_chosen_for_their_user() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let id = app.connect(FIRST).await;
    let changed = patch(&app, "users/user-1", &json!({"resync_hours": 6})).await;
    assert_eq!((changed.status.as_u16(), &changed.body["resync_hours"]), (200, &json!(6)));
    assert_eq!(app.details(id).await["resync"]["every_seconds"], 6 * 60 * 60);
    let changed = patch(&app, "users/user-1", &json!({"automatic_sync": false, "resync_hours": null})).await;
    assert_eq!(changed.body["automatic_sync"], false);
    assert_eq!(app.details(id).await["resync"]["off"], true);
    // An account that is connected later is followed in the same way.
    let second = app.connect(SECOND).await;
    assert_eq!(app.details(second).await["resync"]["off"], true);
    for wrong in [
        json!({"resync_hours": 5}),
        json!({"resync_hours": "6"}),
        json!({"max_files": -1}),
        json!({"max_files": 1.5}),
        json!({"automatic_sync": 1}),
        json!({"automatic_sync": "ALL"}),
        json!({"automatic_sync": true, "canary": 1}),
    ] {
        let answer = patch(&app, "users/user-1", &wrong).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (400, "malformed_body"), "{wrong}");
        assert!(!answer.body.to_string().contains("canary"));
    }
    assert_eq!(user(&app, "user-1").await["automatic_sync"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_files_of_a_user_are_fetched_than_was_chosen() {
    let world = World::new().await;
    for name in ["a.txt", "b.txt", "c.txt"] {
        world.write(FIRST, name, b"x");
    }
    let app = world.first_app("user-1");
    assert_eq!(patch(&app, "users/user-1", &json!({"max_files": 2})).await.body["max_files"], 2);
    let id = app.connect(FIRST).await;
    world.settled().await;
    let files = async || app.details(id).await["progress"]["files"].clone();
    assert_eq!((&files().await["ready"], &files().await["skipped"]), (&json!(2), &json!(1)));
    assert_eq!(world.event("File Limit Reached").await["connection"], json!(id));
    patch(&app, "users/user-1", &json!({"max_files": null})).await;
    world.resynced(id).await;
    world.settled().await;
    assert_eq!((&files().await["ready"], &files().await["skipped"]), (&json!(3), &json!(0)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_deleted_to_the_end_and_others_stay() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    world.write(SECOND, "b.txt", b"b");
    let (app, neighbour) = (world.first_app("user-1"), world.first_app("user-2"));
    let (gone, kept) = (app.connect(FIRST).await, neighbour.connect(SECOND).await);
    world.settled().await;
    assert_eq!(delete(&app, "users/nobody").await.code(), "user_not_found");
    let begun = delete(&app, "users/user-1").await;
    assert_eq!((begun.status.as_u16(), &begun.body["id"]), (202, &json!("user-1")));
    assert_eq!(
        (&begun.body["deletion"]["connections"], &begun.body["deletion"]["finished_at"]),
        (&json!(1), &Value::Null)
    );
    assert_eq!(app.get("connections").await.body, json!({"connections": []}), "at once");
    world.until(async || user(&app, "user-1").await["deletion"]["finished_at"].is_string()).await;
    let told = user(&app, "user-1").await;
    assert_eq!((&told["deletion"]["objects"], &told["connections"]), (&json!(1), &json!([])));
    assert_eq!(world.objects_of(app.project, gone).await, 0);
    assert_eq!(ids(&app.get("users").await.body), ["user-2"]);
    // Deleting twice is the same as once, and a deleted user's settings cannot be changed.
    let again = delete(&app, "users/user-1").await;
    assert_eq!((again.status.as_u16(), &again.body["deletion"]), (202, &told["deletion"]));
    assert_eq!(patch(&app, "users/user-1", &json!({"resync_hours": 3})).await.code(), "user_deleted");
    world.assert_mirrors(kept, SECOND).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_names_a_user_by_any_id_and_never_another_than_was_meant() {
    let world = World::new().await;
    let app = world.first_app("");
    let app = app.with_token(&app.key);
    for (path, id) in [
        ("user%40example.com", "user@example.com"),
        ("user@example.com", "user@example.com"),
        ("a%2Fb", "a/b"),
        ("%C3%BC%20x", "ü x"),
        ("50%25", "50%"),
    ] {
        let answer = patch(&app, &format!("users/{path}"), &json!({})).await;
        assert_eq!((answer.status.as_u16(), &answer.body["id"]), (200, &json!(id)), "{path}");
    }
    // A gateway that decodes the path would turn one user into the other.
    let literal = "a%2Fb".parse().unwrap();
    let now = shared::model::Timestamp(1);
    world.stack.store().add_user(app.project, &literal, now).await.unwrap();
    let refused = delete(&app, "users/a%2Fb").await;
    assert_eq!((refused.status.as_u16(), refused.code()), (400, "ambiguous_user"));
    let named_by = async |header: &'static str| {
        let request = app.request(http::Method::GET, "users/a%2Fb").header("customer-id", header);
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str::<Value>(&answer.text().await.unwrap()).unwrap())
    };
    for id in ["a/b", "a%2Fb"] {
        let (status, body) = named_by(id).await;
        assert_eq!((status, &body["id"]), (200, &json!(id)));
    }
    let (status, body) = named_by("another").await;
    assert_eq!((status, &body["code"]), (400, &json!("ambiguous_user")));
    for malformed in ["%FF", "%00", "%20", "x".repeat(256).as_str()] {
        assert_eq!(app.get(&format!("users/{malformed}")).await.code(), "malformed_user", "{malformed}");
    }
}
