//! Actions that create, move, get, search and delete folders.

use serde_json::json;

use super::{FIRST, act, connected, done, names, refused, tree};

const CREATE: &str = "DROPBOX_CREATE_FOLDER";
const MOVE: &str = "DROPBOX_MOVE_FOLDER";
const GET: &str = "DROPBOX_GET_FOLDER_BY_ID";
const SEARCH: &str = "DROPBOX_SEARCH_FOLDERS";
const DELETE: &str = "DROPBOX_DELETE_FOLDER";

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_created_found_moved_and_deleted() {
    let (world, app) = connected().await;
    let created = done(&app, CREATE, json!({"path": "/Reports/2026"})).await["metadata"].clone();
    assert_eq!((&created["name"], &created["path_display"]), (&json!("2026"), &json!("/Reports/2026")));
    let id = created["id"].clone();
    let found = done(&app, GET, json!({"folderId": id})).await;
    assert_eq!((&found[".tag"], &found["path_lower"]), (&json!("folder"), &json!("/reports/2026")));
    let moved = done(&app, MOVE, json!({"fromPath": "/Reports/2026", "toPath": "/Archive/Old"})).await;
    assert_eq!((&moved["metadata"]["id"], &moved["metadata"]["path_display"]), (&id, &json!("/Archive/Old")));
    assert_eq!(done(&app, GET, json!({"folderId": id})).await["name"], "Old");
    let deleted = done(&app, DELETE, json!({"path": "/Archive"})).await;
    assert_eq!(deleted["metadata"]["name"], "Archive");
    assert_eq!(refused(&app, GET, json!({"folderId": id})).await, (409, "path/not_found/".to_owned()));
    assert_eq!(refused(&app, DELETE, json!({"path": "/Archive"})).await.0, 409);
    world.settled().await;
    assert!(world.directory(FIRST).join("Reports").is_dir());
    assert!(!world.directory(FIRST).join("Archive").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_created_by_its_name_in_a_folder_that_is_named_by_path_or_id() {
    let (_world, app) = connected().await;
    let parent = done(&app, CREATE, json!({"folderName": "Parent"})).await["metadata"]["id"].clone();
    for (folder, path) in
        [(json!("/Parent"), "/Parent/by path"), (parent, "/Parent/by id"), (json!("/"), "/by root")]
    {
        let name = path.rsplit('/').next().unwrap();
        let created = done(&app, CREATE, json!({"folderName": name, "folder": folder})).await;
        assert_eq!(created["metadata"]["path_display"], path);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_name_is_a_conflict_unless_another_may_be_taken() {
    let (_world, app) = connected().await;
    for path in ["/a", "/b", "/b/c"] {
        done(&app, CREATE, json!({"path": path})).await;
    }
    let before = tree(&app).await;
    assert_eq!(refused(&app, CREATE, json!({"path": "/A"})).await, (409, "path/conflict/folder/".to_owned()));
    let refusal = refused(&app, MOVE, json!({"fromPath": "/a", "toPath": "/b"})).await;
    assert_eq!(refusal, (409, "to/conflict/folder/".to_owned()));
    let nested = refused(&app, MOVE, json!({"fromPath": "/b", "toPath": "/b/c/d"})).await;
    assert_eq!(nested, (409, "cant_move_folder_into_itself/".to_owned()));
    assert_eq!(tree(&app).await, before);
    let created = done(&app, CREATE, json!({"path": "/a", "autorename": true})).await;
    assert_eq!(created["metadata"]["name"], "a (1)");
    let moved = done(&app, MOVE, json!({"fromPath": "/a", "toPath": "/b", "autorename": true})).await;
    assert_eq!(moved["metadata"]["name"], "b (1)");
}

/// A file that is named instead of a folder is neither moved nor deleted.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_no_folder() {
    let (world, app) = connected().await;
    world.write(FIRST, "a/file.txt", b"file");
    world.settled().await;
    let (before, id) = (tree(&app).await, app.dropbox_id("/a/file.txt").await);
    for (action, parameters) in [
        (DELETE, json!({"path": "/a/file.txt"})),
        (DELETE, json!({"path": id})),
        (MOVE, json!({"fromPath": "/a/file.txt", "toPath": "/b"})),
        (GET, json!({"folderId": id})),
        (CREATE, json!({"folderName": "x", "folder": id})),
    ] {
        let answer = act(&app, action, parameters).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (409, "not_a_folder"),
            "{action}: {}",
            answer.body
        );
    }
    assert_eq!(tree(&app).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_are_searched_for_by_name_page_by_page() {
    let (world, app) = connected().await;
    for place in ["Plan one", "below/Plan two", "below/deep/Plan three", "other/Budget"] {
        done(&app, CREATE, json!({"path": format!("/{place}")})).await;
    }
    world.write(FIRST, "below/Plan of a file.txt", b"file");
    world.settled().await;
    let found = |page: &serde_json::Value| -> Vec<String> {
        let matches = page["matches"].as_array().unwrap().iter();
        matches
            .map(|found| found.pointer("/metadata/metadata/name").unwrap().as_str().unwrap().to_owned())
            .collect()
    };
    let mut all = found(&done(&app, SEARCH, json!({"folderName": "plan"})).await);
    all.sort();
    assert_eq!(all, ["Plan one", "Plan three", "Plan two"]);
    assert_eq!(
        found(&done(&app, SEARCH, json!({"folderName": "plan", "folder": "/below/deep"})).await),
        ["Plan three"]
    );
    assert!(found(&done(&app, SEARCH, json!({"folderName": "nothing like it"})).await).is_empty());
    let mut page = done(&app, SEARCH, json!({"folderName": "plan", "limit": 1})).await;
    let mut paged = found(&page);
    while page["has_more"] == true {
        page = done(&app, SEARCH, json!({"cursor": page["cursor"]})).await;
        paged.extend(found(&page));
    }
    paged.sort();
    assert_eq!(paged, all);
    let listed = done(&app, "DROPBOX_LIST_FILES", json!({"folder": "/below"})).await;
    assert_eq!(names(&listed).len(), 3, "{listed}");
}
