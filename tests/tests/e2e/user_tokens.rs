//! Callers who come with a token that the project's server signed.

use local::{DemoProject, user_keys::UserKeyPair};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::{
    model::{ApiKey, Clock, KeyAlgorithm, Project, ProjectId, SystemClock, UserKey},
    store::Projects,
};
use tests::{Answer, App, World};

const FIRST: &str = "first@example.com";
const ALGORITHMS: [KeyAlgorithm; 3] = [KeyAlgorithm::Rs256, KeyAlgorithm::Es256, KeyAlgorithm::EdDsa];

/// A project with a key pair of each algorithm, and its server, whose user has connected.
pub(crate) async fn project(world: &World) -> (App, Vec<UserKeyPair>) {
    let pairs: Vec<UserKeyPair> = ALGORITHMS
        .iter()
        .map(|algorithm| UserKeyPair::generate(&format!("{algorithm:?}"), *algorithm).unwrap())
        .collect();
    let key = ApiKey::random();
    let project = Project {
        id: ProjectId::random(),
        user_keys: pairs.iter().map(|pair| pair.key.clone()).collect(),
        ..world.stack.projects[0].project.clone()
    };
    world.stack.store().add_project(&project, &key.hash()).await.unwrap();
    let app = world.app(&DemoProject { project, key }, "user-1");
    app.connect(FIRST).await;
    (app, pairs)
}

fn claims(app: &App) -> Value {
    let now = SystemClock.now().unix_seconds();
    json!({"sub": "user-1", "aud": format!("useparagon.com/{}", app.project), "iat": now, "exp": now + 3600})
}

/// The claims with some of them set otherwise; null removes one.
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
    for pair in &pairs {
        let token = pair.sign(&claims(&app)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.status, StatusCode::OK, "{:?}", pair.key.algorithm);
    }
    for good in [
        json!({"aud": null}),
        json!({"aud": ["elsewhere", format!("useparagon.com/{}", app.project)]}),
        json!({"aud": app.project}),
        json!({"sub": null, "id": "user-1"}),
        json!({"urn:useparagon:connect:permissions": {"integration:*": true}}),
        json!({"urn:useparagon:connect:permissions": {"integration:*": false, "integration:dropbox": true}}),
    ] {
        let token = pairs[1].sign(&with(&app, &good)).unwrap();
        assert_eq!(ask(&app, token.expose()).await.status, StatusCode::OK, "{good}");
    }
    let stranger = pairs[0].sign(&with(&app, &json!({"sub": "user-2"}))).unwrap();
    assert_eq!(ask(&app, stranger.expose()).await.code(), "not_connected");
    // The key of the server works as before.
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
        (json!({"aud": []}), "token_refused"),
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
        // A key signs under its own name and by its own algorithm only.
        renamed(&pairs[0], "Es256").sign(&claims(&app)).unwrap().expose().to_owned(),
        renamed(&pairs[0], "nobody's").sign(&claims(&app)).unwrap().expose().to_owned(),
        // {"alg":"none"}, and {"alg":"HS256"}.
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
