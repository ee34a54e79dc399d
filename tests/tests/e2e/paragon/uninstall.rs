//! Disconnecting through Paragon's SDK.

use reqwest::Method;
use serde_json::json;
use shared::model::ConnectionId;
use tests::{Answer, App, World};

use super::{FIRST, SECOND, ask, credentials, dropbox, newcomer, page_of, refusal};

async fn uninstall(app: &App, integration: &str, connection: Option<ConnectionId>) -> Answer {
    let named = connection.map(|id| id.to_string());
    let headers: Vec<_> = named.iter().map(|id| ("x-paragon-credential", id.as_str())).collect();
    app.ask_with(Method::DELETE, &format!("sdk/integrations/{integration}"), &headers, "").await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uninstalled_integration_is_a_connection_that_is_disconnected() {
    let world = World::new().await;
    let (server, user, _) = newcomer(&world).await;
    let (first, second) = (server.connect(FIRST).await, server.connect(SECOND).await);
    let id = ask(&user, "integrations").await[0]["id"].as_str().unwrap().to_owned();
    // If there are several, none is chosen by default.
    assert_eq!(refusal(&uninstall(&user, &id, None).await), (409, "credential_ambiguous"));
    for _ in 0..2 {
        let answer = uninstall(&user, &id, Some(first)).await;
        assert_eq!((answer.status.as_u16(), &answer.body["id"]), (202, &json!(first)), "{}", answer.body);
    }
    assert_eq!(credentials(&dropbox(&user).await), [(json!(second), json!("VALID"))]);
    world.until(async || !server.details(first).await["receipt"]["finished_at"].is_null()).await;
    assert_eq!(world.rows_left_by(first).await, [format!("connection#{first}/connection")]);
    // If there is only one, it need not be named.
    assert_eq!(uninstall(&server, "dropbox", None).await.body["id"], json!(second));
    assert_eq!(refusal(&uninstall(&user, &id, None).await), (404, "credential_not_found"));
    assert_eq!(ask(&user, "integrations").await[0]["hasCredential"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_connection_is_uninstalled() {
    let world = World::new().await;
    let (server, user, pairs) = newcomer(&world).await;
    let connection = server.connect(FIRST).await;
    for stranger in [page_of(&server, &pairs, "user-3"), world.first_app("user-2")] {
        let answer = uninstall(&stranger, "dropbox", Some(connection)).await;
        assert_eq!(refusal(&answer), (404, "credential_not_found"));
    }
    let unknown = uninstall(&user, "slack", Some(connection)).await;
    assert_eq!(refusal(&unknown), (404, "integration_not_found"));
    let headers = [("x-paragon-credential", "not-an-id")];
    let malformed = user.ask_with(Method::DELETE, "sdk/integrations/dropbox", &headers, "").await;
    assert_eq!(refusal(&malformed), (404, "credential_not_found"));
    assert_eq!(credentials(&dropbox(&user).await), [(json!(connection), json!("VALID"))]);
}
