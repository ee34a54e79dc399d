//! T32 and T33: connections to Dropbox that break, before a response and in the middle of it.

use fake_dropbox::faults::Fault;
use reqwest::{Method, StatusCode};
use serde_json::json;
use tests::{App, World};

const FIRST: &str = "first@example.com";
const ARGUMENT: &str = "dropbox-api-arg";

async fn connected() -> (World, App) {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    world.write(FIRST, "a.bin", &[7; 300_000]);
    world.settled().await;
    (world, app)
}

fn calls(world: &World, route: &str) -> u64 {
    world.stack.dropbox.calls().get(route).copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_whose_connection_breaks_is_repeated_and_a_write_is_not() {
    let (world, app) = connected().await;
    let cut = || Fault::Cut { after_effect: true };
    for (route, argument) in [
        ("files/list_folder", json!({"path": ""})),
        ("files/get_metadata", json!({"path": "/a.bin"})),
        ("files/get_temporary_link", json!({"path": "/a.bin"})),
    ] {
        let before = calls(&world, route);
        world.stack.dropbox.faults(FIRST).next(route, 1, cut());
        let answer = app.call(&format!("2/{route}"), &argument).await;
        assert_eq!(answer.status, StatusCode::OK, "{route}: {}", answer.body);
        assert_eq!(calls(&world, route), before + 2, "{route}");
    }
    for (route, argument) in [
        ("files/create_folder_v2", json!({"path": "/made"})),
        ("files/move_v2", json!({"from_path": "/a.bin", "to_path": "/b.bin"})),
        ("files/delete_v2", json!({"path": "/b.bin"})),
    ] {
        let before = calls(&world, route);
        world.stack.dropbox.faults(FIRST).next(route, 1, cut());
        let answer = app.call(&format!("2/{route}"), &argument).await;
        assert_eq!(
            (answer.status, answer.code()),
            (StatusCode::BAD_GATEWAY, "dropbox_unreachable"),
            "{route}"
        );
        assert_eq!(calls(&world, route), before + 1, "{route} was sent twice");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_cut_breaks_and_does_not_end() {
    let (world, app) = connected().await;
    let download = || {
        let request = app.proxied(Method::POST, "2/files/download");
        request.header(ARGUMENT, "{\"path\":\"/a.bin\"}").send()
    };
    world.stack.dropbox.faults(FIRST).next("files/download", 1, Fault::CutBody);
    let cut = download().await.unwrap();
    assert_eq!(cut.status(), StatusCode::OK);
    assert!(cut.bytes().await.is_err(), "it looks whole");
    assert_eq!(download().await.unwrap().bytes().await.unwrap().len(), 300_000);
}
