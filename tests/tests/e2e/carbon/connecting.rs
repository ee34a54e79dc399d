//! Connecting and disconnecting accounts through Carbon's routes.

use local::browser::{Browser, Decision};
use serde_json::{Value, json};
use shared::{model::ConnectionId, store::Connections};
use tests::{CarbonClient, World};

use super::{FIRST, other_server, server, time};
use crate::given_tokens::tokens;

const SECOND: &str = "second@example.com";

/// Returns what `carbon-connect` sends when a user clicks on *Connect Account*.
fn click() -> Value {
    json!({
        "enable_file_picker": true, "service": "DROPBOX", "connecting_new_account": true, "tags": {},
        "chunk_size": 1500, "chunk_overlap": 20, "skip_embedding_generation": false, "embedding_model": "OPENAI",
        "generate_sparse_vectors": false, "prepend_filename_to_chunks": false, "sync_files_on_connection": true,
        "request_id": "cc-12345678901234567890", "sync_source_items": true, "file_sync_config": {},
        "set_page_as_boundary": false, "use_ocr": false, "parse_pdf_tables_with_ocr": false,
        "incremental_sync": false, "data_source_tags": {}, "scopes": [],
    })
}

/// Returns the request with some fields replaced.
fn with(mut request: Value, fields: &Value) -> Value {
    for (name, value) in fields.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

async fn url(client: &CarbonClient, request: &Value) -> String {
    let answer = client.post("integrations/oauth_url", request).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.body["oauth_url"].as_str().unwrap().to_owned()
}

/// Connects an account through the address that the client receives.
pub(super) async fn connect(client: &CarbonClient, request: &Value, email: &str) {
    let browser = Browser::of_a_program().unwrap();
    let url = url(client, request).await;
    let back = browser.decide(&url, email, Decision::Approve).await.unwrap();
    browser.get(back).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_connects_an_account_and_sees_it_added_and_synced() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let page = server(&world, "user-1").page().await;
    assert_eq!(page.data_sources().await, Vec::<Value>::new());
    connect(&page, &click(), FIRST).await;
    world.settled().await;
    let [source] = page.data_sources().await.try_into().unwrap();
    assert_eq!(
        (&source["data_source_external_id"], &source["data_source_type"], &source["token"]),
        (&json!(format!("DROPBOX|{FIRST}")), &json!("DROPBOX"), &Value::Null)
    );
    assert_eq!((&source["sync_status"], &source["last_sync_action"]), (&json!("READY"), &json!("UPDATE")));
    assert_eq!(source["organization_supplied_user_id"], "user-1");
    assert!(source["id"].as_u64().unwrap() >= 1, "{source}");
    // Fields that change with a file, so that the page reads its list again.
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    let [later] = page.data_sources().await.try_into().unwrap();
    for moved in ["last_synced_at", "files_synced_at", "source_items_synced_at", "updated_at"] {
        assert!(time(&later[moved]) > time(&source[moved]), "{moved}: {later}");
    }
    assert_eq!((&later["id"], &later["created_at"]), (&source["id"], &source["created_at"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_works_needs_no_oauth_and_another_one_does() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    connect(&server, &json!({"service": "DROPBOX"}), FIRST).await;
    let id = server.data_sources().await[0]["id"].clone();
    for request in [json!({"service": "DROPBOX"}), json!({"service": "DROPBOX", "data_source_id": id})] {
        let answer = server.post("integrations/oauth_url", &request).await;
        let url = answer.body["oauth_url"].as_str().unwrap();
        let start = Browser::new().unwrap().get(url.parse().unwrap()).await.unwrap();
        assert!(start.body.contains("opens this page for its user"), "{}", start.body);
    }
    connect(&server, &click(), SECOND).await;
    assert_eq!(server.data_sources().await.len(), 2);
}

/// Opens an address, clicks on its page, and returns the address to which that leads.
async fn clicked(url: &str) -> String {
    let browser = Browser::new().unwrap();
    let start = browser.get(url.parse().unwrap()).await.unwrap();
    let proof =
        start.body.split_once("name=\"proof\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
    let ticket = start.url.query_pairs().find(|(name, _)| name == "ticket").unwrap().1.into_owned();
    let fields = [("ticket".to_owned(), ticket), ("proof".to_owned(), proof)];
    let answer = browser.post(start.url.join("start").unwrap(), &fields).await.unwrap();
    answer.location().unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_works_gets_the_tags_and_is_asked_for_the_scopes_that_it_lacks() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    let needed = ["account_info.read", "files.content.read", "files.metadata.read"];
    let few =
        json!({"service": "DROPBOX", "scopes": needed, "data_source_tags": {"plan": "free", "team": "a"}});
    connect(&server, &few, FIRST).await;
    let tags = async || server.data_sources().await[0]["tags"].clone();
    let again = json!({"service": "DROPBOX", "scopes": needed, "data_source_tags": {"plan": "pro"}});
    let link = url(&server, &again).await;
    assert_eq!(tags().await, json!({"plan": "free", "team": "a"}), "nobody has opened it");
    assert!(clicked(&link).await.contains("/choose"));
    assert_eq!(tags().await, json!({"plan": "pro", "team": "a"}));
    let more = [&needed[..], &["files.content.write"]].concat();
    let wider = json!({"service": "DROPBOX", "scopes": more});
    let asked = clicked(&url(&server, &wider).await).await;
    assert!(asked.contains("/oauth2/authorize") && asked.contains("files.content.write"), "{asked}");
    // It stays the same data source, with the scopes.
    let source = server.data_sources().await[0]["id"].clone();
    connect(&server, &wider, FIRST).await;
    let sources = server.data_sources().await;
    assert_eq!((sources.len(), &sources[0]["id"]), (1, &source));
    let listed = world.first_app("user-1").get("connections").await.body["connections"][0]["scopes"].clone();
    assert!(listed.as_array().unwrap().contains(&json!("files.content.write")), "{listed}");
    assert!(clicked(&url(&server, &wider).await).await.contains("/choose"), "nothing is left to ask for");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_tokens_are_refused_is_connected_again_and_no_other_in_its_place() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    connect(&server, &click(), FIRST).await;
    world.settled().await;
    let source = server.data_sources().await.remove(0);
    let app = world.first_app("user-1");
    let listed = app.get("connections").await.body["connections"][0]["id"].clone();
    let id: ConnectionId = listed.as_str().unwrap().parse().unwrap();
    let connection = world.stack.store().connection(id).await.unwrap().unwrap();
    assert!(world.stack.store().refuse(&connection).await.unwrap());
    let [broken] = server.data_sources().await.try_into().unwrap();
    assert_eq!(broken["sync_status"], "SYNC_ERROR", "{broken}");
    let request = json!({"service": "DROPBOX", "data_source_id": source["id"]});
    connect(&server, &request, SECOND).await;
    assert_eq!(server.data_sources().await[0]["sync_status"], "SYNC_ERROR");
    connect(&server, &request, FIRST).await;
    world.settled().await;
    let [mended] = server.data_sources().await.try_into().unwrap();
    assert_eq!((&mended["id"], &mended["sync_status"]), (&source["id"], &json!("READY")));
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_that_are_given_are_asked_for_as_they_are_and_an_empty_list_is_none() {
    let world = World::new().await;
    let needed = ["account_info.read", "files.content.read", "files.metadata.read"];
    let scopes = async |user: &str, request: Value| {
        connect(&server(&world, user), &request, FIRST).await;
        let listed = world.first_app(user).get("connections").await.body;
        let mut scopes: Vec<String> =
            serde_json::from_value(listed["connections"][0]["scopes"].clone()).unwrap();
        scopes.sort();
        scopes
    };
    assert_eq!(scopes("user-1", with(click(), &json!({"scopes": needed}))).await, needed);
    assert_eq!(scopes("user-2", with(click(), &json!({"scope": needed.join(" ")}))).await, needed);
    assert!(scopes("user-3", click()).await.len() > needed.len());
    let lacking = with(click(), &json!({"scopes": ["files.content.read"]}));
    assert_eq!(
        server(&world, "user-4").wrong("integrations/oauth_url", &lacking).await,
        [json!(["body", "scopes"])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_of_a_connect_is_named_and_none_is_repeated() {
    let world = World::new().await;
    let server = server(&world, "user-1");
    let markup = "<img src=x onerror=alert(1)>";
    for (field, values) in [
        ("service", vec![json!("GOOGLE_DRIVE"), json!(markup), json!(1), Value::Null, json!("dropbox")]),
        ("data_source_id", vec![json!(markup), json!(-1), json!(0), json!(1.5), json!(1_u64 << 60)]),
        ("connecting_new_account", vec![json!(markup), json!(1)]),
        ("scopes", vec![json!(markup), json!([markup]), json!({}), json!([["x"]])]),
        ("tags", vec![json!([]), json!(markup)]),
        ("data_source_tags", vec![json!([markup]), json!(markup), json!({"": 1})]),
        ("chunk_size", vec![json!(-1), json!(markup), json!(true)]),
        ("use_ocr", vec![json!("true")]),
        ("enable_file_picker", vec![json!({})]),
        ("file_sync_config", vec![json!([])]),
        ("request_id", vec![json!(1), json!("x".repeat(2000))]),
    ] {
        for value in values {
            let request = with(click(), &json!({field: value}));
            let answer = server.post("integrations/oauth_url", &request).await;
            let places: Vec<&Value> =
                answer.body["detail"].as_array().unwrap().iter().map(|one| &one["loc"][1]).collect();
            assert_eq!(answer.status, 422, "{field} {value}: {}", answer.body);
            assert!(places.iter().all(|place| *place == field), "{value}: {}", answer.body);
            assert!(!answer.body.to_string().contains("onerror"), "{}", answer.body);
        }
    }
    for text in ["", "[]", "{", "\u{0}"] {
        let answer = server.post_text("integrations/oauth_url", text.to_owned()).await;
        assert_eq!(answer.status, 422, "{text}: {}", answer.body);
    }
    let large = server.post_text("integrations/oauth_url", " ".repeat(300_000)).await;
    assert_eq!((large.status.as_u16(), large.code()), (413, "body_too_large"));
    let unknown = json!({"service": "DROPBOX", "data_source_id": 77});
    assert_eq!(server.post("integrations/oauth_url", &unknown).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_an_application_has_become_a_data_source_that_syncs() {
    let world = World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let elsewhere = world.second_app("user-1");
    let id = elsewhere.connect(FIRST).await;
    let (access, refresh) = tokens(&world, elsewhere.project, id).await;
    let server = server(&world, "user-1");
    let request = json!({
        "authentication": {"source": "DROPBOX", "access_token": access, "refresh_token": refresh},
        "sync_options": {"data_source_tags": {"plan": "pro"}, "scopes": []},
    });
    let answer = server.post("integrations/connect", &request).await;
    assert_eq!((answer.status.as_u16(), &answer.body["sync_url"]), (200, &Value::Null), "{}", answer.body);
    let source = &answer.body["data_source"];
    assert_eq!((&source["tags"], &source["last_sync_action"]), (&json!({"plan": "pro"}), &json!("ADD")));
    assert!(!answer.body.to_string().contains(&refresh), "a token came back");
    world.settled().await;
    assert_eq!(server.data_sources().await[0]["sync_status"], "READY");
    // Connecting again keeps the data source.
    let again = server.post("integrations/connect", &request).await.body;
    assert_eq!((&again["data_source"]["id"], server.data_sources().await.len()), (&source["id"], 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_dropbox_does_not_accept_are_refused_at_once_and_nothing_is_stored() {
    let world = World::new().await;
    let elsewhere = world.second_app("user-1");
    let (first, second) = (elsewhere.connect(FIRST).await, world.second_app("user-2").connect(SECOND).await);
    let (access, refresh) = tokens(&world, elsewhere.project, first).await;
    let (other_access, _) = tokens(&world, elsewhere.project, second).await;
    let server = server(&world, "user-1");
    let authentication = |access: &Value, refresh: &Value| json!({"authentication": {"source": "DROPBOX", "access_token": access, "refresh_token": refresh}});
    let (access, refresh) = (json!(access), json!(refresh));
    for (request, place) in [
        (authentication(&access, &json!("nobodys")), "refresh_token"),
        (authentication(&json!("nobodys"), &refresh), "access_token"),
        (authentication(&json!(other_access), &refresh), "access_token"),
        (authentication(&access, &Value::Null), "refresh_token"),
        (authentication(&access, &json!("a b")), "refresh_token"),
        (authentication(&access, &json!(7)), "refresh_token"),
        (authentication(&Value::Null, &refresh), "access_token"),
    ] {
        assert_eq!(
            server.wrong("integrations/connect", &request).await,
            [json!(["body", "authentication", place])],
            "{request}"
        );
    }
    let other =
        json!({"authentication": {"source": "NOTION", "access_token": access, "refresh_token": refresh}});
    assert_eq!(
        server.wrong("integrations/connect", &other).await,
        [json!(["body", "authentication", "source"])]
    );
    assert_eq!(server.wrong("integrations/connect", &json!({})).await.len(), 3);
    assert_eq!(
        server.wrong("integrations/connect", &json!({"authentication": "x"})).await[0],
        json!(["body", "authentication"])
    );
    assert_eq!(server.data_sources().await, Vec::<Value>::new());
    // The refused tokens are still valid where they belong.
    assert_eq!(elsewhere.names().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_source_that_is_revoked_is_listed_no_more_and_is_nobody_elses_to_revoke() {
    let world = World::new().await;
    let page = server(&world, "user-1").page().await;
    connect(&page, &click(), FIRST).await;
    let id = page.data_sources().await[0]["id"].clone();
    let request = json!({"data_source_id": id});
    for stranger in [server(&world, "user-2"), other_server(&world, "user-1")] {
        let answer = stranger.post("revoke_access_token", &request).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (404, "data_source_not_found"));
    }
    for body in [json!({}), json!({"data_source_id": "1"}), json!({"data_source_id": -1})] {
        assert_eq!(page.wrong("revoke_access_token", &body).await, [json!(["body", "data_source_id"])]);
    }
    assert_eq!(page.data_sources().await.len(), 1);
    for _ in 0..2 {
        let answer = page.post("revoke_access_token", &request).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})));
        assert_eq!(page.data_sources().await, Vec::<Value>::new());
    }
    world.settled().await;
    assert_eq!(
        page.post("data_sources/tags/add", &json!({"data_source_id": id, "tags": {}})).await.status,
        404
    );
}
