//! Faults of calls about one file or folder.

use fake_dropbox::{Fault, faults::ALWAYS};
use serde_json::{Value, json};

use crate::world::{FIRST, Session, World, brief};

const LIST: &str = "files/list_folder";
const METADATA: &str = "files/get_metadata";

/// Creates an account with two folders and a file in each.
async fn world() -> World {
    let world = World::start().await;
    world.write("Open/a.txt", "a");
    world.write("Shut/b.txt", "b");
    world.rescan().await;
    world
}

fn refused(tag: &str) -> Fault {
    Fault::EndpointError { tag: tag.into() }
}

async fn id(owner: &Session<'_>, path: &str) -> String {
    owner.metadata(path).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_folder_is_refused_however_a_call_names_it() {
    let world = world().await;
    let owner = world.connect().await;
    let shut = id(&owner, "/shut").await;
    let cursor = owner.list(json!({"path": "/Shut"})).await.1;
    for about in ["/Shut", shut.as_str()] {
        let faults = world.fake.faults(FIRST);
        faults.clear();
        for route in [METADATA, "files/list_folder*"] {
            faults.next_about(route, about, ALWAYS, refused("path/restricted_content"));
        }
        for (route, argument) in [
            (METADATA, json!({"path": "/SHUT"})),
            (METADATA, json!({"path": shut})),
            (LIST, json!({"path": "/shut", "recursive": true})),
            (LIST, json!({"path": shut})),
            ("files/list_folder/continue", json!({"cursor": cursor})),
        ] {
            assert_eq!(
                owner.refusal(route, argument.clone()).await,
                "path/restricted_content/",
                "{argument}"
            );
        }
        assert_eq!(owner.metadata("/Open").await["name"], "Open");
        assert_eq!(brief(&owner.list(json!({"path": "", "recursive": true})).await.0).len(), 4);
    }
}

#[tokio::test]
async fn a_file_is_listed_and_cannot_be_read() {
    let world = world().await;
    let owner = world.connect().await;
    let metadata = owner.metadata("/Open/a.txt").await;
    let rev = metadata["rev"].as_str().unwrap();
    world.fake.faults(FIRST).next_about("files/download", "/open/a.txt", 3, refused("path/not_found"));
    for name in ["/Open/A.txt", metadata["id"].as_str().unwrap(), &format!("rev:{rev}")] {
        let answer = owner.download(name, &[]).await;
        assert_eq!(answer.status(), 409, "{name}");
        let told: Value = answer.json().await.unwrap();
        assert_eq!(told["error"], json!({".tag": "path", "path": {".tag": "not_found"}}));
        assert_eq!(owner.metadata("/Open/a.txt").await, metadata);
        assert_eq!(owner.download("/Shut/b.txt", &[]).await.status(), 200);
    }
    assert_eq!(owner.download("/Open/a.txt", &[]).await.text().await.unwrap(), "a", "three times are over");
}

#[tokio::test]
async fn a_write_is_refused_where_it_goes_or_comes_from() {
    let world = world().await;
    let owner = world.connect().await;
    let busy = || Fault::TooManyWriteOperations { retry_after: 1 };
    let faults = world.fake.faults(FIRST);
    faults.next_about("files/*", "/open/a.txt", ALWAYS, busy());
    faults.next_about("files/*", "/new.txt", ALWAYS, busy());
    for (from, to) in [("/open/a.txt", "/c"), ("/shut/b.txt", "/New.txt")] {
        let argument = json!({"from_path": from, "to_path": to});
        assert_eq!(owner.refusal("files/move_v2", argument).await, "from_write/too_many_write_operations/");
    }
    assert_eq!(owner.upload(json!({"path": "/new.txt"}), "1").await.status(), 409);
    assert_eq!(owner.upload(json!({"path": "/other.txt"}), "1").await.status(), 200);
}

#[tokio::test]
async fn a_path_is_the_one_that_the_call_sees() {
    let world = World::start_with(|settings| settings.accounts[0].member_folder = Some("First".into())).await;
    world.write("First/a.txt", "a");
    world.rescan().await;
    let owner = world.connect().await;
    let info = owner.call("users/get_current_account", Value::Null).await["root_info"].clone();
    let space = owner.rooted(json!({".tag": "root", "root": info["root_namespace_id"]}));
    world.fake.faults(FIRST).next_about(METADATA, "/first/a.txt", ALWAYS, refused("path/locked"));
    let id = owner.metadata("/a.txt").await["id"].clone();
    assert_eq!(space.refusal(METADATA, json!({"path": id})).await, "path/locked/");
}
