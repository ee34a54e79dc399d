//! Number of times that a proxied call waits for the table. The end of a right still holds at the next call.

use bytes::Bytes;
use fake_dropbox::faults::{Fault, RateLimitReason, RateLimitShape};
use http::{Method, Request, StatusCode};
use local_adapters::count_rounds;
use serde_json::json;
use shared::{
    caller::USER_HEADER,
    model::{Clock, ConnectionId, SystemClock},
    store::{Connections, Ordinals, Schedules},
};
use tests::{App, World};

use crate::user_tokens;

const FIRST: &str = "first@example.com";
const SECOND: &str = "second@example.com";

/// Headers of a caller.
type Headers = Vec<(&'static str, String)>;

fn server(app: &App) -> Headers {
    vec![("authorization", format!("Bearer {}", app.key)), (USER_HEADER, app.user.clone())]
}

fn naming(app: &App, connection: &str) -> Headers {
    let mut headers = server(app);
    headers.push(("x-paragon-credential", connection.to_owned()));
    headers
}

/// Makes a call. Returns its status and the number of rounds of requests to the table.
async fn call(world: &World, app: &App, headers: &Headers) -> (StatusCode, usize) {
    let path = format!("/projects/{}/sdk/proxy/dropbox/2/users/get_current_account", app.project);
    let mut request = Request::builder().method(Method::POST).uri(path);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = world.stack.answer_of("api-proxy", request.body(Bytes::new()).unwrap());
    let (answer, rounds) = count_rounds(answer).await;
    (answer.unwrap().status(), rounds)
}

async fn disconnect(app: &App, connection: ConnectionId) {
    let answer = app.ask(Method::DELETE, &format!("connections/{connection}"), "").await;
    assert!(answer.status.is_success(), "{}", answer.body);
}

/// Returns the e-mail address of the account that is called.
async fn account(app: &App) -> String {
    let answer = app.proxy("2/users/get_current_account", "").await;
    answer.body["email"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_carries_the_same_as_another_one_waits_for_the_table_once() {
    let world = World::new().await;
    let (app, pairs) = user_tokens::project(&world).await;
    let connection = app.connect(SECOND).await;
    world.settled().await;
    let ordinal = world.stack.store().ordinals(app.project, &[connection]).await.unwrap()[&connection];
    let token = pairs[1].sign(&user_tokens::with(&app, &json!({}))).unwrap();
    let callers = [
        server(&app),
        naming(&app, &connection.to_string()),
        naming(&app, &ordinal.to_string()),
        vec![("authorization", format!("Bearer {}", token.expose()))],
    ];
    for headers in callers {
        let (status, first) = call(&world, &app, &headers).await;
        assert_eq!(status, StatusCode::OK, "{headers:?}");
        // The caller, the names of the connections, and their rows; and the data key, if the process has not read it yet.
        assert!(first <= 4, "{headers:?}: {first}");
        assert_eq!(call(&world, &app, &headers).await, (StatusCode::OK, 1), "{headers:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_who_is_unknown_causes_one_round_whatever_was_called_before() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    assert_eq!(call(&world, &app, &server(&app)).await.0, StatusCode::OK);
    let unknown = vec![("authorization", "Bearer unknown".to_owned()), (USER_HEADER, app.user.clone())];
    for _ in 0..2 {
        assert_eq!(call(&world, &app, &unknown).await, (StatusCode::UNAUTHORIZED, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_removed_opens_nothing_at_the_next_call() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    let other = app.post("keys", "").await.body["api_key"].as_str().unwrap().to_owned();
    let mut with_other = app.clone();
    with_other.key = other;
    let headers = server(&with_other);
    for _ in 0..2 {
        assert_eq!(call(&world, &app, &headers).await.0, StatusCode::OK);
    }
    let listed = app.get("keys").await.body["keys"].clone();
    let of_other = listed.as_array().unwrap().iter().find(|key| key["is_yours"] == false).unwrap().clone();
    let removed = app.ask(Method::DELETE, &format!("keys/{}", of_other["id"].as_str().unwrap()), "").await;
    assert!(removed.status.is_success(), "{}", removed.body);
    assert_eq!(call(&world, &app, &headers).await, (StatusCode::UNAUTHORIZED, 1));
    assert_eq!(call(&world, &app, &server(&app)).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_call_goes_to_the_account_that_was_connected_last_and_back() {
    let world = World::new().await;
    let app = world.first_app("u");
    app.connect(FIRST).await;
    for _ in 0..2 {
        assert_eq!(account(&app).await, FIRST);
    }
    let second = app.connect(SECOND).await;
    for _ in 0..2 {
        assert_eq!(account(&app).await, SECOND);
    }
    disconnect(&app, second).await;
    for _ in 0..2 {
        assert_eq!(account(&app).await, FIRST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_is_not_called_again() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    let callers = [server(&app), naming(&app, &connection.to_string())];
    for headers in &callers {
        for _ in 0..2 {
            assert_eq!(call(&world, &app, headers).await.0, StatusCode::OK);
        }
    }
    world.settled().await;
    let stored = world.stack.store().connection(connection).await.unwrap().unwrap();
    assert!(world.stack.store().refuse(&stored).await.unwrap());
    for headers in &callers {
        assert_eq!(call(&world, &app, headers).await, (StatusCode::CONFLICT, 1));
    }
    assert_eq!(app.connect(FIRST).await, connection);
    for headers in &callers {
        assert_eq!(call(&world, &app, headers).await, (StatusCode::OK, 1));
    }
    disconnect(&app, connection).await;
    for headers in &callers {
        assert_eq!(call(&world, &app, headers).await.0, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_that_another_function_is_told_of_holds_the_next_call() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    let headers = server(&app);
    for _ in 0..2 {
        assert_eq!(call(&world, &app, &headers).await.0, StatusCode::OK);
    }
    world.settled().await;
    let limit = Fault::RateLimited {
        shape: RateLimitShape::Json,
        reason: RateLimitReason::TooManyRequests,
        retry_after: 300,
    };
    world.stack.dropbox.faults(FIRST).next("files/list_folder/continue", 1, limit);
    world.write(FIRST, "more.txt", b"more");
    let is_paused = async || {
        let schedule = world.stack.store().schedule(connection).await.unwrap();
        schedule.pause(SystemClock.now()).is_some()
    };
    world.until(is_paused).await;
    assert_eq!(call(&world, &app, &headers).await, (StatusCode::TOO_MANY_REQUESTS, 1));
}
