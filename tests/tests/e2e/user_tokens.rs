//! Callers with a token that the project's server has signed (T22, T24, T27).

use std::collections::BTreeMap;

use admin::user_keys::UserKeyPair;
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::HeaderValue;
use local::DemoProject;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::{
    model::{
        ApiKey, Clock, ConnectionId, KeyAlgorithm, Project, ProjectId, SystemClock, Timestamp, UserKey,
        UserTokenRules,
    },
    queue::{Outgoing, Queue},
    store::{Projects, SealedTokens, TokenStore},
};
use tests::{Answer, App, World};

const FIRST: &str = "first@example.com";
const ALGORITHMS: [KeyAlgorithm; 3] = [KeyAlgorithm::Rs256, KeyAlgorithm::Es256, KeyAlgorithm::EdDsa];

/// Creates a project with a key pair of each algorithm. Returns its server, whose user has connected.
pub(crate) async fn project(world: &World) -> (App, Vec<UserKeyPair>) {
    project_with(world, UserTokenRules::default()).await
}

async fn project_with(world: &World, user_tokens: UserTokenRules) -> (App, Vec<UserKeyPair>) {
    let (app, pairs) = newcomer(world, |project| project.user_tokens = user_tokens).await;
    app.connect(FIRST).await;
    (app, pairs)
}

/// Creates a project with a key pair of each algorithm and other settings. Returns its server, whose user has
/// connected nothing.
pub(crate) async fn newcomer(world: &World, change: impl FnOnce(&mut Project)) -> (App, Vec<UserKeyPair>) {
    let pairs: Vec<UserKeyPair> = ALGORITHMS
        .iter()
        .map(|algorithm| UserKeyPair::generate(&format!("{algorithm:?}"), *algorithm).unwrap())
        .collect();
    let mut project = Project {
        id: ProjectId::random(),
        user_keys: pairs.iter().map(|pair| pair.key.clone()).collect(),
        user_tokens: UserTokenRules::default(),
        ..world.stack.projects[0].project.clone()
    };
    change(&mut project);
    let key = ApiKey::of_project(project.id);
    world.stack.store().add_project(&project, &key.hash()).await.unwrap();
    (world.app(&DemoProject { project, key }, "user-1"), pairs)
}

fn claims(app: &App) -> Value {
    let now = SystemClock.now().unix_seconds();
    json!({"sub": "user-1", "aud": format!("useparagon.com/{}", app.project), "iat": now, "exp": now + 3600})
}

/// Returns the claims with some of them replaced; null removes one.
pub(crate) fn with(app: &App, other: &Value) -> Value {
    let mut claims = claims(app);
    for (name, value) in other.as_object().unwrap() {
        claims[name] = value.clone();
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        }
    }
    claims
}

async fn ask(app: &App, token: &str) -> Answer {
    app.with_token(token).call("2/files/list_folder", &json!({"path": ""})).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_any_key_of_the_project_says_who_the_user_is() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    #[allow(clippy::cast_precision_loss, reason = "seconds are far below 2^52")]
    let now = SystemClock.now().unix_seconds() as f64;
    for pair in &pairs {
        let token = pair.sign(&claims(&app)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.status, StatusCode::OK, "{:?}", pair.key.algorithm);
    }
    for good in [
        json!({"aud": ["elsewhere", format!("useparagon.com/{}", app.project)]}),
        json!({"aud": app.project}),
        json!({"aud": format!("https://useparagon.com/{}", app.project)}),
        json!({"aud": format!("{}/{}", world.stack.url().authority(), app.project)}),
        json!({"exp": now + 3600.5, "iat": now - 0.5, "nbf": now - 10.25}),
        json!({"iat": now + 59.0, "nbf": now + 59.0}),
        json!({"iat": now, "exp": now + 86_400.0}),
        json!({"iat": null, "exp": now + 86_400.0}),
        json!({"sub": null, "id": "user-1"}),
        json!({"urn:useparagon:connect:permissions": {"integration:*": true}}),
        json!({"urn:useparagon:connect:permissions": {"integration:*": false, "integration:dropbox": true}}),
    ] {
        let token = pairs[1].sign(&with(&app, &good)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.status, StatusCode::OK, "{good}");
    }
    let stranger = pairs[0].sign(&with(&app, &json!({"sub": "user-2"}))).unwrap();
    assert_eq!(ask(&app, stranger.expose()).await.code(), "not_connected");
    // The server's API key works as before.
    assert_eq!(app.call("2/files/list_folder", &json!({"path": ""})).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_does_not_hold_is_refused() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let now = SystemClock.now().unix_seconds();
    for (other, code) in [
        (json!({"exp": now - 61}), "token_refused"),
        (json!({"exp": null}), "token_refused"),
        (json!({"exp": "soon"}), "token_refused"),
        (json!({"nbf": now + 120}), "token_refused"),
        (json!({"aud": "useparagon.com/6d1f6c1e-2f0b-4f55-9f38-0c5f6f4f1f10"}), "token_refused"),
        (json!({"aud": format!("elsewhere.example/{}", app.project)}), "token_refused"),
        (json!({"aud": format!("useparagon.com/x/{}", app.project)}), "token_refused"),
        (json!({"aud": format!("useparagon.com/{}/", app.project)}), "token_refused"),
        (json!({"aud": format!("x{}", app.project)}), "token_refused"),
        (json!({"aud": null}), "token_refused"),
        (json!({"aud": 1}), "token_refused"),
        (json!({"aud": []}), "token_refused"),
        (json!({"exp": now + 86_400 + 3600}), "token_refused"),
        (json!({"iat": now - 86_400, "exp": now + 60}), "token_refused"),
        (json!({"iat": null, "exp": 32_503_680_000_u64}), "token_refused"),
        (json!({"iat": now + 120}), "token_refused"),
        (json!({"iat": "now"}), "token_refused"),
        (json!({"sub": "us\u{200b}er-1"}), "token_refused"),
        (json!({"sub": " user-1"}), "token_refused"),
        (json!({"sub": "user-1\u{202e}"}), "token_refused"),
        (json!({"sub": 1}), "token_refused"),
        (json!({"sub": null}), "token_refused"),
        (json!({"sub": ""}), "token_refused"),
        (json!({"urn:useparagon:connect:permissions": {}}), "not_permitted"),
        (
            json!({"urn:useparagon:connect:permissions": {"integration:*": true, "integration:dropbox": false}}),
            "not_permitted",
        ),
        (json!({"urn:useparagon:connect:permissions": {"integration:box": true}}), "not_permitted"),
    ] {
        let token = pairs[1].sign(&with(&app, &other)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.code(), code, "{other}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_nobody_of_the_project_signed_is_refused() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let strange = UserKeyPair::generate("Rs256", KeyAlgorithm::Rs256).unwrap();
    let renamed = |pair: &UserKeyPair, id: &str| UserKeyPair {
        key: UserKey { id: id.to_owned(), ..pair.key.clone() },
        private_key: pair.private_key.clone(),
    };
    let good = pairs[0].sign(&claims(&app)).unwrap();
    let parts: Vec<&str> = good.expose().split('.').collect();
    let other = pairs[0].sign(&with(&app, &json!({"sub": "user-2"}))).unwrap();
    let other_claims = other.expose().split('.').nth(1).unwrap();
    let refused = [
        strange.sign(&claims(&app)).unwrap().expose().to_owned(),
        // A key signs only under its own name and with its own algorithm.
        renamed(&pairs[0], "Es256").sign(&claims(&app)).unwrap().expose().to_owned(),
        renamed(&pairs[0], "nobody's").sign(&claims(&app)).unwrap().expose().to_owned(),
        // `{"alg":"none"}` and `{"alg":"HS256"}`.
        format!("eyJhbGciOiJub25lIn0.{}.", parts[1]),
        format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", parts[1], parts[2]),
        format!("{}.{}.{}", parts[0], other_claims, parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        "a.b.c".to_owned(),
        format!("{}.{}", "x".repeat(9000), parts[1]),
    ];
    for token in &refused {
        let answer = ask(&app, token).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, "token_refused"), "{token}");
    }
    // Another project's token, at this project and at its own address.
    assert_eq!(ask(&world.first_app("user-1"), good.expose()).await.code(), "token_refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_header_that_names_another_user_than_the_token_is_refused() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let token = pairs[2].sign(&claims(&app)).unwrap();
    let named = |user: &str| {
        let mut app = app.clone();
        (app.key, app.user) = (token.expose().to_owned(), user.to_owned());
        app
    };
    let argument = json!({"path": ""});
    assert_eq!(named("user-1").call("2/files/list_folder", &argument).await.status, StatusCode::OK);
    assert_eq!(named("user-2").call("2/files/list_folder", &argument).await.code(), "customer_id_mismatch");
}

/// Creates a token of these texts, signed with the Ed25519 key of the project.
fn signed(pairs: &[UserKeyPair], header: &str, claims: &str) -> String {
    let pem: String = pairs[2].private_key.lines().filter(|line| !line.starts_with('-')).collect();
    let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&STANDARD.decode(pem).unwrap()).unwrap();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_another_kind_or_said_in_two_ways_is_refused() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let plain = claims(&app).to_string();
    for header in [
        r#"{"alg":"EdDSA"}"#,
        r#"{"alg":"EdDSA","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","typ":"jwt","kid":"EdDsa"}"#,
        r#"{"alg":"EdDSA","typ":"application/JWT","x5t":"unknown"}"#,
    ] {
        let token = signed(&pairs, header, &plain);
        assert_eq!(ask(&app, &token).await.status, StatusCode::OK, "{header}");
    }
    let twice = |first: &str| format!("{{{first},{}", &plain[1..]);
    for (header, claims) in [
        (r#"{"alg":"EdDSA","crit":["exp"]}"#, plain.clone()),
        (r#"{"alg":"EdDSA","crit":["b64"],"b64":true}"#, plain.clone()),
        (r#"{"alg":"EdDSA","crit":[]}"#, plain.clone()),
        (r#"{"alg":"EdDSA","crit":null}"#, plain.clone()),
        (r#"{"alg":"EdDSA","b64":false}"#, plain.clone()),
        (r#"{"alg":"EdDSA","typ":"at+jwt"}"#, plain.clone()),
        (r#"{"alg":"EdDSA","typ":"logout+jwt"}"#, plain.clone()),
        (r#"{"alg":"EdDSA","typ":"dpop+jwt"}"#, plain.clone()),
        (r#"{"alg":"EdDSA","typ":1}"#, plain.clone()),
        (r#"{"alg":"none","alg":"EdDSA"}"#, plain.clone()),
        (r#"{"alg":"EdDSA","kid":["EdDsa"]}"#, plain.clone()),
        (r#"{"alg":"eddsa"}"#, plain.clone()),
        (r#"{"alg":"EdDSA"}"#, twice(r#""sub":"user-2""#)),
        (r#"{"alg":"EdDSA"}"#, twice(r#""exp":1"#)),
        (r#"{"alg":"EdDSA"}"#, twice(r#""\u0073ub":"user-2""#)),
        (r#"{"alg":"EdDSA"}"#, format!("[{plain}]")),
        (r#"{"alg":"EdDSA"}"#, twice(&format!("\"more\":\"{}\"", "x".repeat(7000)))),
    ] {
        let answer = ask(&app, &signed(&pairs, header, &claims)).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (401, "token_refused"), "{header} {claims:.80}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_may_say_otherwise_whom_tokens_are_for_and_how_long_they_live() {
    let world = World::new().await;
    let rules = UserTokenRules {
        audience_required: false,
        audiences: vec!["https://api.example.com".to_owned()],
        longest_life_seconds: 7 * 86_400,
        ..UserTokenRules::default()
    };
    let (app, pairs) = project_with(&world, rules).await;
    let now = SystemClock.now().unix_seconds();
    for good in
        [json!({"aud": null}), json!({"aud": "https://api.example.com"}), json!({"exp": now + 7 * 86_400})]
    {
        let token = pairs[1].sign(&with(&app, &good)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.status, StatusCode::OK, "{good}");
    }
    for bad in [
        json!({"aud": "https://api.example.com/"}),
        json!({"aud": "https://API.example.com"}),
        json!({"aud": "elsewhere"}),
        json!({"exp": now + 7 * 86_400 + 3600}),
    ] {
        let token = pairs[1].sign(&with(&app, &bad)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.code(), "token_refused", "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_named_once_and_by_what_is_seen() {
    let world = World::new().await;
    let app = world.first_app("user-1");
    let ask = async |values: &[&[u8]]| {
        let mut request = app.request(Method::GET, "connections").build().unwrap();
        request.headers_mut().remove("customer-id");
        for value in values {
            request.headers_mut().append("customer-id", HeaderValue::from_bytes(value).unwrap());
        }
        let answer = reqwest::Client::new().execute(request).await.unwrap();
        let status = answer.status().as_u16();
        let body: Value = answer.json().await.unwrap();
        (status, body["code"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(ask(&[b"user-1"]).await.0, 200);
    // HTTP itself strips whitespace around a header's value.
    assert_eq!(ask(&[b" user-1\t"]).await.0, 200);
    for values in [
        &[&b"user-1"[..], b"user-2"][..],
        &[b""],
        &["\u{a0}user-1".as_bytes()],
        &["user-1\u{202e}".as_bytes()],
        &[b"us\ter"],
        &[&[b'x'; 256]],
    ] {
        assert_eq!(ask(values).await, (400, "customer_id_invalid".to_owned()), "{values:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_disconnects_and_does_not_revoke() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let page = app.with_token(pairs[1].sign(&claims(&app)).unwrap().expose());
    // T27: whichever way the route is named.
    let names =
        ["2/auth/token/revoke", "/2/auth/token/revoke", "https://api.dropboxapi.com/2/auth/token/revoke"];
    for name in names {
        let named = page.request(Method::POST, "sdk/proxy/dropbox").header("x-paragon-proxy-url", name);
        for refused in [page.proxy(name, "null").await, page.answer(named.body("null")).await] {
            let told = (refused.status, refused.code());
            assert_eq!(told, (StatusCode::FORBIDDEN, "disconnect_instead"), "{name}");
        }
    }
    assert!(!world.stack.dropbox.calls().contains_key("auth/token/revoke"));
    assert_eq!(page.names().await, app.names().await, "the connection works");
}

/// Connects the first account, which nothing is left to do for.
async fn at_rest(world: &World) -> (App, ConnectionId) {
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    world.has_looked(connection).await;
    (app, connection)
}

/// Waits until the next tick has found what the proxy has noticed: the connection is due at once.
async fn is_found_by_the_next_tick(world: &World, app: &App, connection: ConnectionId) {
    world.stack.machine.sync_queue.send(vec![Outgoing::tick()]).await.unwrap();
    world.until(async || app.details(connection).await["status"] == "needs_reauth").await;
    assert_eq!(app.call("2/files/list_folder", &json!({"path": ""})).await.code(), "needs_reauth");
}

/// T27
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_token_the_server_has_revoked_is_looked_at_at_once() {
    let world = World::new().await;
    let (app, connection) = at_rest(&world).await;
    app.proxy("2/auth/token/revoke", "null").await;
    let refused = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.body);
    is_found_by_the_next_tick(&world, &app, connection).await;
}

/// T27
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_user_has_removed_the_app_is_looked_at_when_a_download_is_refused() {
    let world = World::new().await;
    let (app, connection) = at_rest(&world).await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    let download = app.proxied(Method::POST, "2/files/download");
    let refused = download.header("dropbox-api-arg", "{\"path\":\"/a.txt\"}").send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    is_found_by_the_next_tick(&world, &app, connection).await;
}

/// T27
#[tokio::test(flavor = "multi_thread")]
async fn a_connection_whose_refresh_is_refused_within_the_proxy_is_looked_at_at_once() {
    let world = World::new().await;
    let (app, connection) = at_rest(&world).await;
    world.stack.dropbox.revoke_access(FIRST, world.stack.app.key.as_str()).unwrap();
    let store = world.stack.store();
    let tokens = store.tokens(connection).await.unwrap().unwrap();
    let before = tokens.version;
    let expired = SealedTokens { expires_at_ms: Timestamp(0), version: before + 1, ..tokens };
    store.replace_tokens(connection, &expired, before).await.unwrap();
    let calls = world.stack.dropbox.calls();
    let refused = app.call("2/files/list_folder", &json!({"path": ""})).await;
    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "needs_reauth"));
    let listed = |calls: &BTreeMap<String, u64>| calls.get("files/list_folder").copied();
    assert_eq!(
        listed(&world.stack.dropbox.calls()),
        listed(&calls),
        "the token is refreshed before the call"
    );
    is_found_by_the_next_tick(&world, &app, connection).await;
}
