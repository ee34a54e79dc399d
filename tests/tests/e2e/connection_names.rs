//! Every route that takes a connection's id also takes its integer, and the reverse.

use http::Method;
use serde_json::{Value, json};
use shared::{model::ConnectionId, store::Ordinals};
use tests::{App, CarbonClient, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// A user with two connections. The first one is named; calls that name none mean the second one.
struct Fixture {
    app: App,
    carbon: CarbonClient,
    connection: ConnectionId,
    ordinal: u32,
    file: String,
    _world: World,
}

impl Fixture {
    async fn new() -> Self {
        let world = World::new().await;
        world.write(FIRST, "first.txt", b"first");
        let app = world.first_app("user-1");
        let connection = app.connect(FIRST).await;
        world.settled().await;
        let file = app.dropbox_id("/first.txt").await;
        app.connect(SECOND).await;
        let ordinals = world.stack.store().ordinals(app.project, &[connection]).await.unwrap();
        let carbon = CarbonClient::server(world.stack.url(), &app);
        Self { app, carbon, connection, ordinal: ordinals[&connection], file, _world: world }
    }

    /// Both names, as they stand in paths and headers.
    fn names(&self) -> [String; 2] {
        [self.connection.to_string(), self.ordinal.to_string()]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_and_headers_take_both_names_of_a_connection() {
    let fixture = Fixture::new().await;
    let id = json!(fixture.connection);
    for name in fixture.names() {
        let app = &fixture.app;
        for (method, path, body) in [
            (Method::GET, format!("connections/{name}"), ""),
            (Method::GET, format!("connections/{name}/files"), ""),
            (Method::GET, format!("connections/{name}/changes"), ""),
            (Method::GET, format!("connections/{name}/files/{}", fixture.file), ""),
            (Method::GET, format!("connections/{name}/files/{}/link", fixture.file), ""),
            (Method::PUT, format!("connections/{name}/selections/{}", fixture.file), ""),
            (Method::PUT, format!("connections/{name}/resync"), r#"{"every_hours": 6}"#),
            (Method::GET, format!("sdk/credentials/{name}"), ""),
            (Method::PATCH, format!("sdk/credentials/{name}"), "{}"),
            (Method::POST, format!("sdk/credentials/{name}/configurations"), "{}"),
        ] {
            let answer = app.ask(method, &path, body).await;
            assert!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        }
        assert_eq!(app.get(&format!("connections/{name}")).await.body["id"], id);
        assert_eq!(app.get(&format!("sdk/credentials/{name}")).await.body["id"], id);
        let header = [("x-paragon-credential", name.as_str())];
        let listed = app.ask_with(Method::GET, "sdk/credentials", &header, "").await.body;
        assert_eq!(
            (listed[0]["id"].clone(), listed.as_array().map(Vec::len)),
            (id.clone(), Some(1)),
            "{name}"
        );
        for (method, path, body) in [
            (Method::POST, "sdk/proxy/dropbox/2/files/get_metadata", r#"{"path": "/first.txt"}"#),
            (Method::POST, "actions", r#"{"action": "DROPBOX_LIST_FILES", "parameters": {}}"#),
            (Method::POST, "sdk/actions", r#"{"sourceKey": "files"}"#),
            (Method::GET, "triggers", ""),
        ] {
            let answer = app.ask_with(method, path, &header, body).await;
            assert!(answer.status.is_success(), "{path} {name}: {} {}", answer.status, answer.body);
            let is_of_the_first = path == "triggers" || answer.body.to_string().contains("first.txt");
            assert!(is_of_the_first, "{path} {name}: {}", answer.body);
        }
        let link = app.post("connect/links", &json!({"connection": link_name(&name)}).to_string()).await;
        assert_eq!(link.status, 201, "{name}: {}", link.body);
    }
}

/// The name as it stands in a body.
fn link_name(name: &str) -> Value {
    name.parse::<u32>().map_or(json!(name), |ordinal| json!(ordinal))
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_carbons_routes_take_both_names_of_a_data_source() {
    let fixture = Fixture::new().await;
    let ordinal = json!(fixture.ordinal);
    for name in [json!(fixture.connection), ordinal.clone()] {
        let named = json!({"data_source_id": name});
        let tags = json!({"data_source_id": name, "tags": {"a": 1}});
        let chosen = json!({"data_source_id": name, "ids": [fixture.file]});
        let again = json!({"data_source_id": name, "service": "DROPBOX", "connecting_new_account": true});
        for (path, body) in [
            ("integrations/items/list", &named),
            ("integrations/items/sync", &named),
            ("integrations/items/sync/cancel", &named),
            ("integrations/files/sync", &chosen),
            ("integrations/oauth_url", &again),
            ("data_sources/tags/add", &tags),
            ("data_sources/tags/remove", &json!({"data_source_id": name, "tags_to_remove": ["a"]})),
        ] {
            let answer = fixture.carbon.post(path, body).await;
            // A comparison that was just asked for is not asked for again.
            assert!([200, 429].contains(&answer.status.as_u16()), "{path} {name}: {}", answer.body);
        }
        for ids in [name.clone(), json!([name])] {
            let sources = json!({"filters": {"ids": ids}});
            let found = fixture.carbon.post("user_data_sources", &sources).await.body;
            assert_eq!((&found["count"], &found["results"][0]["id"]), (&json!(1), &ordinal), "{name}");
            let filter = json!({"filters": {"organization_user_data_source_id": ids}});
            let files = fixture.carbon.post("user_files_v2", &filter).await.body;
            assert_eq!((&files["count"], &files["results"][0]["name"]), (&json!(1), &json!("first.txt")));
        }
    }
    let revoked =
        fixture.carbon.post("revoke_access_token", &json!({"data_source_id": fixture.connection})).await;
    assert_eq!(revoked.status, 200, "{}", revoked.body);
    assert_eq!(fixture.app.details(fixture.connection).await["status"], "disconnected");
}

/// Neither name reaches a connection of another user or project.
#[tokio::test(flavor = "multi_thread")]
async fn neither_name_reaches_another_users_connection() {
    let fixture = Fixture::new().await;
    let mut stranger = fixture.app.clone();
    stranger.user = "user-2".to_owned();
    for name in fixture.names() {
        for (path, code) in [
            (format!("connections/{name}"), "connection_not_found"),
            (format!("connections/{name}/files"), "connection_not_found"),
            (format!("sdk/credentials/{name}"), "credential_not_found"),
        ] {
            let answer = stranger.get(&path).await;
            assert_eq!((answer.status.as_u16(), answer.code()), (404, code), "{path}");
        }
        let header = [("x-paragon-credential", name.as_str())];
        let proxied =
            stranger.ask_with(Method::POST, "sdk/proxy/dropbox/2/users/get_current_account", &header, "");
        assert_eq!(proxied.await.code(), "not_connected");
        let listed = fixture.carbon.of_user("user-2");
        let answer =
            listed.post("integrations/items/list", &json!({"data_source_id": link_name(&name)})).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "data_source_not_found"), "{name}");
    }
    for unknown in ["0", "07", "16777215", "99999999", "x"] {
        assert_eq!(fixture.app.get(&format!("connections/{unknown}")).await.code(), "connection_not_found");
    }
}
