//! Comparing a filter with what has happened, without sending anything.

use serde_json::{Value, json};
use tests::App;

use super::{FIRST, with_file};

async fn preview(app: &App, body: Value) -> Value {
    let answer = app.post("endpoints/preview", &body.to_string()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_is_compared_with_the_latest_events_in_their_order() {
    let (world, app, id) = with_file().await;
    world.write(FIRST, "notes/b.txt", b"b");
    world.settled().await;
    let all = preview(&app, json!({"connection": id, "last": 1000})).await;
    assert_eq!((all["matched"].clone(), &all["left_out"]), (all["looked_at"].clone(), &json!(0)));
    assert_eq!(all["matched_by_type"]["file.created"], 2);
    assert_eq!(all["matched_by_type"]["file.ready"], 2);
    let of_file = |event: &&Value| event["data"]["item"]["path"] == "/contracts/a.pdf";
    let events = all["events"].as_array().unwrap();
    let of_file: Vec<&Value> = events.iter().filter(of_file).map(|event| &event["type"]).collect();
    assert_eq!(of_file, ["file.created", "file.ready"]);

    let filter = json!({"glob": "/contracts/**", "types": ["file.created", "folder.created"]});
    let some = preview(&app, json!({"connection": id, "filter": filter})).await;
    let names: Vec<&Value> =
        some["events"].as_array().unwrap().iter().map(|event| &event["data"]["item"]["path"]).collect();
    assert_eq!(names, ["/contracts/a.pdf"]);
    assert_eq!((&some["matched"], &some["looked_at"]), (&json!(1), &all["looked_at"]));
    assert_eq!(some["left_out"], json!(all["looked_at"].as_u64().unwrap() - 1));

    let last = preview(&app, json!({"connection": id, "last": 1})).await;
    assert_eq!((&last["looked_at"], &last["events"][0]), (&json!(1), events.last().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_without_such_events_has_none_to_compare() {
    let (world, _, _) = with_file().await;
    let app = world.first_app("user-2");
    let id = app.connect("second@example.com").await;
    world.settled().await;
    let filter = json!({"types": ["file.created"]});
    let none = preview(&app, json!({"connection": id, "filter": filter})).await;
    assert_eq!((&none["matched"], &none["events"]), (&json!(0), &json!([])));
    assert_eq!(none["left_out"], none["looked_at"]);
}
