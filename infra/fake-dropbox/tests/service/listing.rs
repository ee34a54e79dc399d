//! Listing a folder, and continuing.

use serde_json::{Value, json};

use crate::world::{APP, FIRST, OTHER_APP, SECOND, SECRET, World, brief};

#[tokio::test]
async fn metadata_has_dropboxs_shape() {
    let world = World::start().await;
    world.write("Docs/Hello.txt", "hello");
    world.rescan().await;
    let owner = world.connect().await;
    let (entries, _) = owner.list(json!({"path": "", "recursive": true})).await;
    assert_eq!(brief(&entries), ["folder /Docs", "file /Docs/Hello.txt"]);
    let (folder, file) = (&entries[0], &entries[1]);
    let id = folder["id"].as_str().unwrap();
    assert!(id.len() == 25 && id.starts_with("id:"), "{id}");
    let shape =
        json!({".tag": "folder", "name": "Docs", "path_lower": "/docs", "path_display": "/Docs", "id": id});
    assert_eq!(*folder, shape);
    let shape = json!({".tag": "file", "name": "Hello.txt", "path_lower": "/docs/hello.txt",
        "path_display": "/Docs/Hello.txt", "id": file["id"], "client_modified": file["client_modified"],
        "server_modified": file["server_modified"], "rev": file["rev"], "size": 5, "is_downloadable": true,
        "content_hash": "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"});
    assert_eq!(*file, shape);
    let rev = file["rev"].as_str().unwrap();
    assert!(rev.len() >= 9 && rev.bytes().all(|byte| byte.is_ascii_hexdigit()), "{rev}");
    assert!(file["server_modified"].as_str().unwrap().len() == 20);
    assert_eq!(owner.metadata("/DOCS/hello.TXT").await, *file);
    assert_eq!(owner.metadata(file["id"].as_str().unwrap()).await, *file);
    assert_eq!(owner.metadata(&format!("rev:{rev}")).await, *file);
}

#[tokio::test]
async fn pages_have_at_most_the_limit() {
    let world = World::start().await;
    for n in 0..7 {
        world.write(&format!("d/{n}"), "");
    }
    world.rescan().await;
    let owner = world.connect().await;
    let page = owner.call("files/list_folder", json!({"path": "", "recursive": true, "limit": 3})).await;
    assert_eq!((page["entries"].as_array().unwrap().len(), &page["has_more"]), (3, &json!(true)));
    let (entries, _) = owner.list(json!({"path": "", "recursive": true, "limit": 3})).await;
    assert_eq!(entries.len(), 8);
    let (entries, cursor) = owner.list(json!({"path": "/D"})).await;
    assert_eq!(entries.len(), 7);
    let again = owner.call("files/list_folder/continue", json!({"cursor": cursor})).await;
    assert_eq!((&again["entries"], &again["has_more"]), (&json!([]), &json!(false)));
    assert!(again["cursor"].is_string());
}

#[tokio::test]
async fn changes_come_by_the_cursor_of_their_folder_and_depth() {
    let world = World::start().await;
    world.write("a/b/c", "1");
    world.write("other", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let latest = async |argument: Value| {
        let answer = owner.call("files/list_folder/get_latest_cursor", argument).await;
        answer["cursor"].as_str().unwrap().to_owned()
    };
    let top = latest(json!({"path": ""})).await;
    let everything = latest(json!({"path": "", "recursive": true})).await;
    let id = owner.metadata("/a").await["id"].clone();
    let within = latest(json!({"path": id, "recursive": true})).await;
    world.write("a/b/d", "1");
    world.write("e", "1");
    std::fs::remove_file(world.at("other")).unwrap();
    world.rescan().await;
    let changes = async |cursor: &str| {
        let mut changes = brief(&owner.since(cursor).await.0);
        changes.sort();
        changes
    };
    assert_eq!(changes(&top).await, ["deleted /other", "file /e"]);
    assert_eq!(changes(&everything).await, ["deleted /other", "file /a/b/d", "file /e"]);
    assert_eq!(changes(&within).await, ["file /a/b/d"]);
}

#[tokio::test]
async fn a_deleted_folder_is_told_once_and_its_children_when_it_comes_back() {
    let world = World::start().await;
    world.write("a/b/c", "1");
    world.write("a/x", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let (_, before) = owner.list(json!({"path": "", "recursive": true})).await;
    std::fs::remove_dir_all(world.at("a")).unwrap();
    world.rescan().await;
    let (entries, between) = owner.since(&before).await;
    assert_eq!(entries, [json!({".tag": "deleted", "name": "a", "path_lower": "/a", "path_display": "/a"})]);
    world.write("a/x", "1");
    world.rescan().await;
    let (entries, _) = owner.since(&before).await;
    assert_eq!(brief(&entries), ["deleted /a/b", "folder /a", "file /a/x"]);
    assert_eq!(owner.since(&between).await.0, entries);
}

#[tokio::test]
async fn what_was_deleted_is_listed_on_request() {
    let world = World::start().await;
    world.write("a/b", "1");
    world.write("c", "1");
    world.rescan().await;
    std::fs::remove_dir_all(world.at("a")).unwrap();
    world.rescan().await;
    let owner = world.connect().await;
    assert_eq!(brief(&owner.list(json!({"path": "", "recursive": true})).await.0), ["file /c"]);
    let mut all = brief(&owner.list(json!({"path": "", "recursive": true, "include_deleted": true})).await.0);
    all.sort();
    assert_eq!(all, ["deleted /a", "deleted /a/b", "file /c"]);
    let deleted = owner.call("files/get_metadata", json!({"path": "/A/b", "include_deleted": true})).await;
    assert_eq!(
        deleted,
        json!({".tag": "deleted", "name": "b", "path_lower": "/a/b", "path_display": "/a/b"})
    );
    assert_eq!(owner.refusal("files/get_metadata", json!({"path": "/a/b"})).await, "path/not_found/");
}

#[tokio::test]
async fn a_cursor_ends_with_its_folder() {
    let world = World::start().await;
    world.write("a/b", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": "/a"})).await;
    let argument = json!({"cursor": cursor});
    std::fs::rename(world.at("a"), world.at("z")).unwrap();
    world.rescan().await;
    assert_eq!(owner.refusal("files/list_folder/continue", argument.clone()).await, "path/not_found/");
    world.write("a/b", "1");
    world.rescan().await;
    assert_eq!(owner.refusal("files/list_folder/continue", argument).await, "path/not_found/");
}

#[tokio::test]
async fn a_cursor_serves_only_its_own_app_and_account() {
    let world = World::start().await;
    let owner = world.connect().await;
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let other = world.session(&world.connect_to(OTHER_APP, "othersecret", FIRST).await);
    let altered = format!("{}{}", &cursor[..9], &cursor[10..]);
    let made_up = "AAFxY3Vyc29y".to_owned();
    for (session, cursor) in [(&grace, &cursor), (&other, &cursor), (&owner, &altered), (&owner, &made_up)] {
        let answer = session.send("files/list_folder/continue", &json!({ "cursor": cursor })).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
        assert_eq!(
            answer.text().await.unwrap(),
            "Error in call to API function \"files/list_folder/continue\": Invalid \"cursor\" parameter"
        );
    }
}

#[tokio::test]
async fn only_ones_own_files_are_seen() {
    let world = World::start().await;
    world.write("secret", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let id = owner.metadata("/secret").await["id"].clone();
    assert!(grace.list(json!({"path": "", "recursive": true})).await.0.is_empty());
    assert_eq!(grace.refusal("files/get_metadata", json!({"path": id})).await, "path/not_found/");
}
