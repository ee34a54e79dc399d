//! Actions follow the rules of every call (pauses, tokens, scopes, root), and return Dropbox's errors
//! unchanged.

use fake_dropbox::{
    Fault,
    faults::{RateLimitReason, RateLimitShape},
};
use serde_json::{Value, json};
use tests::World;

use super::{FIRST, act, connected, done};

/// Returns every action with valid parameters, and the route that it calls.
fn examples() -> Vec<(&'static str, Value, &'static str)> {
    let file = json!({"data": "aGVsbG8="});
    vec![
        ("DROPBOX_SAVE_FILE", json!({"file": file, "path": "/new.txt"}), "files/upload"),
        ("DROPBOX_GET_FILE_BY_NAME", json!({"fileName": "a.txt", "folder": "/Docs"}), "files/download"),
        ("DROPBOX_DOWNLOAD_FILE", json!({"path": "/Docs/a.txt"}), "files/download"),
        ("DROPBOX_LIST_FILES", json!({"folder": "/Docs"}), "files/list_folder"),
        ("DROPBOX_CREATE_FOLDER", json!({"path": "/new"}), "files/create_folder_v2"),
        ("DROPBOX_MOVE_FOLDER", json!({"fromPath": "/Docs", "toPath": "/Moved"}), "files/move_v2"),
        ("DROPBOX_GET_FOLDER_BY_ID", json!({"folderId": "id:a"}), "files/get_metadata"),
        ("DROPBOX_SEARCH_FOLDERS", json!({"folderName": "Docs"}), "files/search_v2"),
        ("DROPBOX_DELETE_FOLDER", json!({"path": "/Docs"}), "files/delete_v2"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_actions_before_they_call_dropbox() {
    let (world, app) = connected().await;
    let fault = Fault::RateLimited {
        shape: RateLimitShape::Json,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 300,
    };
    world.stack.dropbox.faults(FIRST).next("files/list_folder", 1, fault);
    let limited = act(&app, "DROPBOX_LIST_FILES", json!({})).await;
    assert_eq!((limited.status.as_u16(), &limited.body["error"]["retry_after"]), (429, &json!(300)));
    let before = world.stack.dropbox.calls();
    for (action, parameters, _) in examples() {
        let paused = act(&app, action, parameters).await;
        assert_eq!((paused.status.as_u16(), paused.code()), (429, "too_many_requests"), "{action}");
    }
    assert_eq!(world.stack.dropbox.calls(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_of_writes_stops_what_writes_alone() {
    let (world, app) = connected().await;
    world.write(FIRST, "Docs/a.txt", b"a");
    world.settled().await;
    let fault = Fault::TooManyWriteOperations { retry_after: 300 };
    world.stack.dropbox.faults(FIRST).next("files/create_folder_v2", 1, fault);
    assert_eq!(act(&app, "DROPBOX_CREATE_FOLDER", json!({"path": "/x"})).await.status, 409);
    for (action, parameters, route) in examples() {
        let writes = ["files/upload", "files/create_folder_v2", "files/move_v2", "files/delete_v2"];
        let status = act(&app, action, parameters).await.status.as_u16();
        assert_eq!(status == 429, writes.contains(&route), "{action}: {status}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dropboxs_refusals_pass_with_their_words_for_the_user() {
    let (world, app) = connected().await;
    world.write(FIRST, "Docs/a.txt", b"a");
    world.settled().await;
    let feature = Fault::AccessDenied { tag: "invalid_account_type/feature".into() };
    for (action, parameters, route) in examples() {
        let faults = world.stack.dropbox.faults(FIRST);
        faults.next(route, 1, Fault::MissingScope { required_scope: None });
        let scope = act(&app, action, parameters.clone()).await;
        assert_eq!(
            (scope.status.as_u16(), &scope.body["error"][".tag"]),
            (401, &json!("missing_scope")),
            "{action}"
        );
        assert!(
            scope.body["error"]["required_scope"].as_str().is_some_and(|name| name.starts_with("files."))
        );
        faults.next(route, 1, feature.clone());
        let limit = act(&app, action, parameters).await;
        let text = limit.body["user_message"]["text"].as_str().unwrap_or_default();
        assert!(limit.status == 403 && text.contains("data transport"), "{action}: {}", limit.body);
    }
    let full = Fault::EndpointError { tag: "path/insufficient_space".into() };
    world.stack.dropbox.faults(FIRST).next("files/upload", 1, full);
    let full = act(&app, "DROPBOX_SAVE_FILE", json!({"file": {"data": ""}, "path": "/full.txt"})).await;
    assert_eq!(full.body["error"]["reason"][".tag"], "insufficient_space");
    assert!(full.body["user_message"]["text"].as_str().unwrap().contains("full"), "{}", full.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_has_ended_is_refreshed_and_one_that_was_revoked_says_what_to_do() {
    let (world, app) = connected().await;
    world.stack.dropbox.expire_access_tokens();
    done(&app, "DROPBOX_CREATE_FOLDER", json!({"path": "/once"})).await;
    app.proxy("2/auth/token/revoke", "null").await;
    world.stack.dropbox.expire_access_tokens();
    for (action, parameters, _) in examples() {
        let refused = act(&app, action, parameters).await;
        assert!(refused.status == 401 || refused.code() == "needs_reauth", "{action}: {}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn actions_begin_at_the_root_of_a_team_space_also_after_it_has_moved() {
    let world = World::with(|settings| settings.accounts[0].member_folder = Some("Member".to_owned())).await;
    world.write(FIRST, "Team/ours.txt", b"ours");
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.settled().await;
    for turn in 0..2 {
        let listed = done(&app, "DROPBOX_LIST_FILES", json!({"folder": "/Team"})).await;
        assert_eq!(listed["entries"][0]["name"], "ours.txt");
        done(&app, "DROPBOX_CREATE_FOLDER", json!({"path": format!("/Team/new {turn}")})).await;
        assert!(world.directory(FIRST).join(format!("Team/new {turn}")).is_dir());
        world.stack.dropbox.change_root(FIRST).unwrap();
    }
}
