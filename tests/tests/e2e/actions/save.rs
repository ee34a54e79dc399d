//! Saving a file from bytes in the request, with and without an existing file.

use serde_json::{Value, json};
use tests::World;

use super::{FIRST, act, connected, done, refused, tree};

const SAVE: &str = "DROPBOX_SAVE_FILE";

fn file(world: &World, path: &str) -> Vec<u8> {
    std::fs::read(world.directory(FIRST).join(path)).unwrap()
}

/// Returns parameters with a text as the file, in addition to the given ones.
fn text(text: &str, mut parameters: Value) -> Value {
    parameters["file"] = json!({"data": text, "encoding": "utf8"});
    parameters
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_in_the_request_become_a_file() {
    let (world, app) = connected().await;
    std::fs::create_dir_all(world.directory(FIRST).join("In a folder")).unwrap();
    world.settled().await;
    let folder = app.dropbox_id("/In a folder").await;
    let paragons = json!({"data": "68656c6c6f", "dataType": "FILE", "name": "own.txt", "mimeType": "text/plain", "size": 5});
    for (parameters, path) in [
        (json!({"file": {"data": "aGVsbG8="}, "path": "/by path.txt"}), "by path.txt"),
        (
            json!({"file": {"data": "68656c6c6f", "encoding": "hex"}, "fileName": "by name.txt"}),
            "by name.txt",
        ),
        (json!({"file": paragons}), "own.txt"),
        (
            json!({"file": paragons, "fileName": "other.txt", "folder": "/New/Folders"}),
            "New/Folders/other.txt",
        ),
        (text("hello", json!({"fileName": "\u{fc}ber.txt", "folder": folder})), "In a folder/\u{fc}ber.txt"),
        (text("hello", json!({"path": "/time.txt", "clientModified": "2020-02-29T12:00:00Z"})), "time.txt"),
    ] {
        let saved = done(&app, SAVE, parameters.clone()).await;
        assert_eq!(
            (&saved["path_display"], &saved["size"]),
            (&json!(format!("/{path}")), &json!(5)),
            "{parameters}"
        );
        assert_eq!(file(&world, path), b"hello", "{parameters}");
    }
    let time = app.call("2/files/get_metadata", &json!({"path": "/time.txt"})).await;
    assert_eq!(time.body["client_modified"], "2020-02-29T12:00:00Z");
    let empty = done(&app, SAVE, json!({"file": {"data": ""}, "path": "/empty"})).await;
    assert_eq!(empty["size"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_there_stays_unless_it_is_said_otherwise() {
    let (world, app) = connected().await;
    let path = json!({"path": "/a.txt"});
    let first = done(&app, SAVE, text("first", path.clone())).await;
    let before = tree(&app).await;
    assert_eq!(
        refused(&app, SAVE, text("second", path.clone())).await,
        (409, "path/conflict/file/".to_owned())
    );
    let strict = text("first", json!({"path": "/a.txt", "strictConflict": true}));
    assert_eq!(refused(&app, SAVE, strict).await, (409, "path/conflict/file/".to_owned()));
    let stale = json!({"path": "/a.txt", "mode": "update", "rev": "0123456789abcdef"});
    assert_eq!(refused(&app, SAVE, text("second", stale)).await.0, 409);
    assert_eq!(tree(&app).await, before);
    assert_eq!(
        done(&app, SAVE, text("first", path)).await["rev"],
        first["rev"],
        "the same bytes are no conflict"
    );
    let renamed = done(&app, SAVE, text("second", json!({"path": "/a.txt", "autorename": true}))).await;
    assert_eq!(renamed["name"], "a (1).txt");
    let over = done(&app, SAVE, text("third", json!({"path": "/a.txt", "mode": "overwrite"}))).await;
    assert_eq!((&over["id"], file(&world, "a.txt")), (&first["id"], b"third".to_vec()));
    let update = json!({"path": "/a.txt", "mode": "update", "rev": over["rev"]});
    let updated = done(&app, SAVE, text("fourth", update)).await;
    assert_eq!((&updated["id"], file(&world, "a.txt")), (&first["id"], b"fourth".to_vec()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_too_large_is_refused() {
    let (world, app) = connected().await;
    let large = act(&app, SAVE, json!({"file": {"data": "A".repeat(4_600_000)}, "path": "/large"})).await;
    assert_eq!(large.status, 413, "{}", large.body);
    let fits = "A".repeat(4_400_000);
    let saved = done(&app, SAVE, json!({"file": {"data": fits}, "path": "/fits"})).await;
    assert_eq!((&saved["size"], file(&world, "fits").len()), (&json!(3_300_000), 3_300_000));
}
