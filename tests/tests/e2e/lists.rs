//! Number of rounds of requests to the table that each list makes, including the check of the caller.
//! Requests that are made in parallel are one round.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use local_adapters::count_rounds;
use serde_json::{Value, json};
use shared::{
    model::{ApiKey, ConnectionId},
    store::Ordinals,
};
use tests::{App, CarbonClient, World};

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// A user with two accounts; a folder of the first one is selected, and a deeper folder of the second one.
struct Fixture {
    world: World,
    app: App,
    token: String,
    connection: ConnectionId,
    source: u32,
    /// Integers of the first folder and of a file in it.
    folder: u64,
    file: u64,
    /// Dropbox id of the file.
    file_id: String,
}

impl Fixture {
    async fn new() -> Self {
        let world = World::with_settings(|settings| settings.select_everything = false).await;
        for place in ["a/1.txt", "a/b/2.txt", "a/b/3.txt"] {
            world.write(FIRST, place, b"text");
        }
        world.write(SECOND, "deep/b/4.txt", b"text");
        let app = world.first_app("user-1");
        let (connection, other) = (app.connect(FIRST).await, app.connect(SECOND).await);
        world.settled().await;
        let client = CarbonClient::server(world.stack.url(), &app);
        let ordinals = world.stack.store().ordinals(app.project, &[connection, other]).await.unwrap();
        let source = ordinals[&connection];
        choose(&client, source, 1).await;
        choose(&client, ordinals[&other], 2).await;
        world.settled().await;
        let number = async |name: &str| {
            let named = json!({"filters": {"name": name}, "pagination": {"limit": 1}});
            let found = client.post("user_files_v2", &named).await.body["results"][0].clone();
            (found["id"].as_u64().unwrap(), found["external_file_id"].as_str().unwrap().to_owned())
        };
        let ((folder, _), (file, file_id)) = (number("a").await, number("2.txt").await);
        let token =
            client.get("auth/v1/access_token").await.body["access_token"].as_str().unwrap().to_owned();
        Self { world, app, token, connection, source, folder, file, file_id }
    }

    /// Requests a list, and returns the number of rounds.
    async fn rounds(&self, list: &List, authorization: &str) -> usize {
        let (answer, rounds) = self.ask(list, authorization).await;
        assert_eq!(answer.status(), StatusCode::OK, "{}: {:?}", list.path, answer.body());
        rounds
    }

    /// Requests a list, and returns the answer and the number of rounds.
    async fn ask(&self, list: &List, authorization: &str) -> (Response<Bytes>, usize) {
        let List { function, method, path, body } = list;
        let path = path
            .replace("{project}", &self.app.project.to_string())
            .replace("{connection}", &self.connection.to_string());
        let mut request =
            Request::builder().method(method.clone()).uri(&path).header("authorization", authorization);
        if !authorization.starts_with("Token") {
            request = request.header("customer-id", &self.app.user);
        }
        let body = if body.is_null() { Bytes::new() } else { Bytes::from(body.to_string()) };
        let answer = self.world.stack.answer_of(function, request.body(body).unwrap());
        let (answer, rounds) = count_rounds(answer).await;
        (answer.unwrap(), rounds)
    }
}

/// Chooses the first folder of an account at this depth.
async fn choose(client: &CarbonClient, source: u32, depth: usize) {
    let mut folder = Value::Null;
    for _ in 0..depth {
        let asked =
            json!({"data_source_id": source, "parent_id": folder, "filters": {"item_types": ["FOLDER"]}});
        folder = client.post("integrations/items/list", &asked).await.body["items"][0]["external_id"].clone();
    }
    let chosen = json!({"data_source_id": source, "ids": [folder], "request_id": "r"});
    assert_eq!(client.post("integrations/files/sync", &chosen).await.status, 200);
}

struct List {
    function: &'static str,
    method: Method,
    path: String,
    body: Value,
}

fn get(function: &'static str, path: &str) -> List {
    List { function, method: Method::GET, path: path.to_owned(), body: Value::Null }
}

fn carbon(path: &str, body: Value) -> List {
    List { function: "carbon-api", method: Method::POST, path: format!("/{path}"), body }
}

/// Lists with at most three rounds.
fn lists(fixture: &Fixture) -> Vec<List> {
    let of_first = json!({"root_files_only": true, "organization_user_data_source_id": fixture.source});
    vec![
        get("files-api", "/projects/{project}/connections"),
        get("files-api", "/projects/{project}/connections/{connection}"),
        get("files-api", "/projects/{project}/connections/{connection}/files"),
        get("files-api", "/projects/{project}/connections/{connection}/changes"),
        get("files-api", "/projects/{project}/connections/{connection}/changes?after=1&limit=2"),
        get("project-api", "/projects/{project}/users"),
        get("project-api", "/projects/{project}/users/user-1"),
        get("project-api", "/projects/{project}/keys"),
        get("project-api", "/projects/{project}/settings"),
        get("endpoints-api", "/projects/{project}/endpoints"),
        get("endpoints-api", "/projects/{project}/event-types"),
        get("workflows-api", "/projects/{project}/workflows"),
        get("workflows-api", "/projects/{project}/runs"),
        get("workflows-api", "/projects/{project}/task-history/workflow-executions"),
        get("api-proxy", "/projects/{project}/actions"),
        get("api-proxy", "/projects/{project}/tools"),
        get("paragon-api", "/projects/{project}/sdk/me"),
        get("paragon-api", "/projects/{project}/sdk/integrations"),
        get("paragon-api", "/projects/{project}/sdk/credentials"),
        get("paragon-api", "/projects/{project}/sdk/credentials?integration=dropbox"),
        get("paragon-api", "/projects/{project}/sdk/credentials/{connection}"),
        get("paragon-api", "/projects/{project}/triggers"),
        carbon("user_data_sources", json!({})),
        carbon("data_sources", json!({})),
        carbon("integrations/items/list", json!({"data_source_id": fixture.source})),
        carbon("integrations/items/list", json!({"data_source_id": fixture.connection})),
        carbon("user_files_v2", json!({"filters": {"name": "1"}})),
        carbon("user_files_v2", json!({"filters": {"name": "a", "include_all_children": true}})),
        carbon("user_files_v2", json!({"order_by": "name"})),
        carbon("user_files_v2", json!({"filters": {"external_file_ids": [fixture.file_id]}})),
        carbon("user_files_v2", json!({"filters": of_first})),
        carbon("webhooks", json!({})),
        carbon("list_users", json!({})),
        carbon("user", json!({"customer_id": "user-1"})),
        List { method: Method::GET, ..carbon("organization", Value::Null) },
        List { method: Method::GET, ..carbon("whoami", Value::Null) },
    ]
}

/// Lists with more rounds (decision 220), and how many.
fn longer_lists(fixture: &Fixture) -> Vec<(List, usize)> {
    let page = json!({"order_by": "id", "pagination": {"limit": 250}});
    let synced = json!({"order_by": "last_sync", "pagination": {"limit": 250, "offset": 1}});
    let after = json!({"pagination": {"limit": 250, "starting_id": fixture.folder}});
    let inside = json!({"filters": {"ids": [fixture.file], "include_all_children": true}});
    vec![
        (carbon("user_files_v2", page.clone()), 4),
        (carbon("user_files_v2", synced), 4),
        (carbon("user_files_v2", after), 4),
        (carbon("user_files", page), 4),
        (carbon("user_files_v2", json!({"filters": {"root_files_only": true}})), 4),
        (carbon("user_files_v2", inside), 4),
        (carbon("user_files_v2", json!({"filters": {"parent_file_ids": [fixture.folder]}})), 5),
    ]
}

/// Carbon's routes that only servers may call.
const OF_SERVERS: [&str; 5] = ["/data_sources", "/list_users", "/user", "/organization", "/webhooks"];

#[tokio::test(flavor = "multi_thread")]
async fn a_list_waits_for_three_rounds_of_requests_at_most() {
    let fixture = Fixture::new().await;
    let key = format!("Bearer {}", fixture.app.key);
    let token = format!("Token {}", fixture.token);
    let usual = lists(&fixture).into_iter().map(|list| (list, 3));
    let mut above = Vec::new();
    for (list, limit) in usual.chain(longer_lists(&fixture)) {
        let is_for_pages = list.function == "carbon-api" && !OF_SERVERS.contains(&list.path.as_str());
        for authorization in [Some(&key), Some(&token).filter(|_| is_for_pages)].into_iter().flatten() {
            let rounds = fixture.rounds(&list, authorization).await;
            if rounds > limit {
                above.push(format!("{} {}: {rounds}, not {limit}", list.path, list.body));
            }
        }
    }
    assert!(above.is_empty(), "{above:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_with_an_invented_key_causes_one_round() {
    let fixture = Fixture::new().await;
    let invented = format!("Bearer {}", ApiKey::of_project(fixture.app.project).expose());
    for list in [carbon("user_files_v2", json!({})), carbon("integrations/items/list", Value::Null)] {
        let (answer, rounds) = fixture.ask(&list, &invented).await;
        assert_eq!((answer.status(), rounds), (StatusCode::UNAUTHORIZED, 1), "{}", list.path);
    }
}
