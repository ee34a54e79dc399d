//! Authorization of Carbon's routes: every route with every kind of caller.

use http::Method;
use serde_json::json;
use shared::{
    caller::{Callers, ROUTES, Route},
    model::{ApiKey, Clock, SystemClock},
    store::{ApiKeys, StoredApiKey},
};
use tests::{Answer, CarbonClient, World};

use super::server;

fn carbon_routes() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(|route| route.id.starts_with("carbon"))
}

/// Sends an empty body to a route.
async fn ask(route: &Route, caller: &CarbonClient) -> Answer {
    let path = route.template.trim_start_matches('/').replace(['{', '}'], "");
    match route.method {
        Some(Method::GET) => caller.get(&path).await,
        Some(Method::DELETE) => caller.delete(&path).await,
        _ => caller.post_text(&path, String::new()).await,
    }
}

async fn assert_refused(route: &Route, caller: &CarbonClient, status: u16, code: &str) {
    let answer = ask(route, caller).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{}: {}", route.id, answer.body);
    assert!(answer.body["detail"].is_string(), "{}: {}", route.id, answer.body);
}

/// Asserts that the caller is authorized: the response is about the request, not about the caller.
async fn assert_taken(route: &Route, caller: &CarbonClient) {
    let answer = ask(route, caller).await;
    assert!(![401, 403].contains(&answer.status.as_u16()), "{}: {}", route.id, answer.body);
    assert!(!answer.status.is_server_error(), "{}: {}", route.id, answer.body);
    assert!(!answer.code().starts_with("customer_id"), "{}: {}", route.id, answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_kind_of_caller_as_the_table_says() {
    let world = World::new().await;
    let key = server(&world, "user-1");
    let page = key.page().await;
    for route in carbon_routes() {
        for authorization in
            [None, Some("Basic dTpw"), Some("Bearer"), Some("Bearer "), Some("Token "), Some("dl_key")]
        {
            let caller = key.with_authorization(authorization);
            assert_refused(route, &caller, 401, "unauthorized").await;
        }
        let unknown = key.with_authorization(Some("Bearer dl_nobodys"));
        assert_refused(route, &unknown, 401, "unauthorized").await;
        assert_refused(route, &key.with_token("dlt_x.1.AAAA"), 401, "token_refused").await;
        assert_taken(route, &key).await;
        match route.callers {
            Callers::Organization => {
                assert_taken(route, &key.organization()).await;
                assert_refused(route, &page, 403, "api_key_required").await;
            }
            Callers::ServerWithoutProject => {
                assert_refused(route, &key.organization(), 400, "customer_id_missing").await;
                assert_refused(route, &page, 403, "api_key_required").await;
            }
            Callers::ServerOrIssued => {
                assert_refused(route, &key.organization(), 400, "customer_id_missing").await;
                assert_taken(route, &page).await;
                let mismatch = page.of_user("user-2");
                assert_refused(route, &mismatch, 400, "customer_id_mismatch").await;
            }
            other => panic!("{}: {other:?} is not for Carbon's routes", route.id),
        }
    }
}

/// The project that a key names is read ahead, and shown to nobody but its callers.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_another_project_is_its_own_projects() {
    let world = World::new().await;
    world.write("first@example.com", "a.txt", b"text");
    let (app, other) = (world.first_app("user-1"), world.stack.projects[1].project.id);
    let source = app.connect("first@example.com").await;
    world.settled().await;
    let client = server(&world, "user-1");
    let lists = [("user_files_v2", json!({})), ("user_files", json!({})), ("user_data_sources", json!({}))];
    for (list, body) in &lists {
        assert!(client.post(list, body).await.body.to_string().contains("DROPBOX"), "{list}");
    }
    let key = ApiKey::of_project(app.project);
    let bearer = format!("Bearer {}", key.expose());
    let client = client.with_authorization(Some(&bearer));
    for (list, body) in &lists {
        assert_eq!(client.post(list, body).await.status, 401, "{list}");
    }
    let stored = StoredApiKey { hash: key.hash(), created_at: SystemClock.now() };
    world.stack.store().add_api_key(other, &stored).await.unwrap();
    for (list, body) in &lists {
        let answer = client.post(list, body).await;
        assert_eq!(answer.status, 200, "{list}");
        assert!(!answer.body.to_string().contains("DROPBOX"), "{list}: {}", answer.body);
    }
    let items = client.post("integrations/items/list", &json!({"data_source_id": source})).await;
    assert_eq!((items.status.as_u16(), items.code()), (404, "data_source_not_found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_any_origin_may_ask_every_route_and_read_the_answer() {
    let world = World::new().await;
    for route in carbon_routes() {
        let path = route.template.trim_start_matches('/').replace(['{', '}'], "");
        let nobody = server(&world, "user-1").organization().with_authorization(None);
        let preflight = nobody.request(Method::OPTIONS, &path).header("origin", "https://app.example.com");
        let preflight = preflight.header("access-control-request-headers", "authorization,content-type");
        let answer = preflight.send().await.unwrap();
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        assert_eq!((answer.status().as_u16(), header("access-control-allow-origin")), (204, "*".to_owned()));
        let allowed = header("access-control-allow-headers");
        assert!(["authorization", "content-type"].iter().all(|name| allowed.contains(name)), "{allowed}");
        let method = route.method.clone().unwrap();
        let refused = nobody.request(method, &path).send().await.unwrap();
        assert_eq!(
            (refused.status().as_u16(), &refused.headers()["access-control-allow-origin"]),
            (401, &"*".parse().unwrap())
        );
    }
}
