//! Authorization (T21): every route with every kind of caller, and the table of routes compared with
//! `openapi.yaml`.

use admin::user_keys::UserKeyPair;
use http::Method;
use serde_json::{Value, json};
use shared::{
    caller::{Callers, Operation, ROUTES, Route},
    model::{ConnectionId, Lane},
};
use tests::{Answer, App, World};

use crate::{
    owed::owe,
    user_tokens::{project, with},
};

const OPENAPI: &str = include_str!("../../../infra/openapi.yaml");
const ANY_METHOD: &str = "x-amazon-apigateway-any-method";
const INSTALL: &str =
    r#"{"code":"c","integrationId":"dropbox","redirectUrl":"https://app.example.com/dropbox"}"#;
const HEADER: &str = "x-paragon-proxy-url";

/// Status and code of a response.
type Said = (u16, String);

fn said(status: u16, code: &str) -> Said {
    (status, code.to_owned())
}

/// Returns the routes below a project.
fn project_routes() -> impl Iterator<Item = &'static Route> {
    let below = |route: &&Route| route.template.contains("/projects/{project}/");
    ROUTES.iter().filter(below).filter(|route| route.callers != Callers::Anyone)
}

/// Values for the placeholders in paths, which belong to the user.
struct Place {
    connection: ConnectionId,
    /// Default configuration of the connection, as Paragon's SDK knows it.
    configuration: String,
    link: String,
}

impl Place {
    /// Builds a request that is valid except, possibly, for its caller.
    fn request(&self, route: &Route, app: &App) -> reqwest::RequestBuilder {
        let filled = route
            .template
            .replace("{connection}", &self.connection.to_string())
            .replace("{link}", &self.link)
            .replace("{credential}", &self.connection.to_string())
            .replace("{integration}", "dropbox")
            .replace("{target}", "everything")
            .replace("{user}", "user-1")
            .replace("{endpoint}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
            .replace("{subscription}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
            .replace("{workflow}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
            .replace("{run}", "0b9c7a36-53d0-4d14-9a62-3c5f8c7f9f7a")
            .replace("{key}", "unknown")
            .replace("{file}", "id:unknown")
            .replace("{popup}", "unknown")
            .replace("{path+}", "2/files/list_folder");
        let (version, path) = filled.split_once("/projects/{project}/").expect("it is below a project");
        let method = route.method.clone().unwrap_or(Method::POST);
        let request = match version.trim_start_matches('/') {
            "" => app.request(method, path),
            version => app.request_of_version(version, method, path),
        };
        let request = request.header("content-type", "application/json");
        match route.operation {
            Operation::CallDropbox => request.body("{\"path\":\"\"}"),
            Operation::CallDropboxByHeader => {
                request.header(HEADER, "2/files/list_folder").body("{\"path\":\"\"}")
            }
            Operation::ImportConnection => request.body("{\"refresh_token\":\"unknown\"}"),
            Operation::ChooseResync => request.body("{\"every_hours\":24}"),
            Operation::ConfirmDeletions => request.body("{\"deletions\":1}"),
            Operation::UpdateSdkUser => request.body("{\"meta\":{}}"),
            Operation::UninstallSdkIntegration => {
                request.header("x-paragon-credential", self.connection.to_string())
            }
            Operation::CompleteSdkInstall => request.body(INSTALL),
            Operation::UpdateSdkCredential | Operation::CreateSdkConfiguration => request.body("{}"),
            Operation::UpdateSdkConfiguration | Operation::DeleteSdkConfiguration => {
                let request = request.header("x-paragon-configuration-id", &self.configuration);
                request.body("{\"meta\":{}}")
            }
            Operation::ListSdkFieldOptions => request.body("{\"sourceKey\":\"folders\"}"),
            Operation::TriggerSdkEvent => request.body("{\"name\":\"Paid\"}"),
            Operation::RunAction => request.body("{\"action\":\"DROPBOX_LIST_FILES\",\"parameters\":{}}"),
            Operation::RunTool => request.body("{\"tool\":\"DROPBOX_LIST_FILES\",\"parameters\":{}}"),
            _ => request,
        }
    }

    async fn ask(&self, route: &Route, app: &App) -> Said {
        answered(self.request(route, app)).await
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Said {
    let answer = request.send().await.unwrap();
    let (status, challenge) = (answer.status(), answer.headers().contains_key("www-authenticate"));
    assert!(challenge || status != 401, "a 401 that does not say how to authenticate");
    let body = serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default();
    (status.as_u16(), Answer { status, body }.code().to_owned())
}

/// Returns the expected response to the project's own server.
fn own(operation: Operation) -> Said {
    match operation {
        Operation::CreateConnectLink | Operation::AddApiKey => said(201, ""),
        Operation::RemoveApiKey => said(404, "key_not_found"),
        Operation::GetFile | Operation::GetFileLink | Operation::ResyncFile | Operation::RemoveFile => {
            said(404, "file_not_found")
        }
        operation if operation.route().template.contains("{endpoint}") => said(404, "endpoint_not_found"),
        operation if operation.route().template.contains("{subscription}") => {
            said(404, "subscription_not_found")
        }
        Operation::SubscribeToTrigger => said(400, "invalid_field"),
        operation if operation.route().template.contains("{workflow}") => said(404, "workflow_not_found"),
        operation if operation.route().template.contains("{run}") => said(404, "run_not_found"),
        Operation::AddEndpoint
        | Operation::PreviewFilter
        | Operation::AddWorkflow
        | Operation::CheckWorkflow
        | Operation::ListScope => said(400, "malformed_body"),
        Operation::GetSdkSession => said(404, "session_not_found"),
        Operation::BuildSdkOauth => said(403, "user_token_required"),
        Operation::ImportConnection => said(400, "token_not_accepted"),
        Operation::Disconnect
        | Operation::DeleteUser
        | Operation::Select
        | Operation::Deselect
        | Operation::ChooseResync
        | Operation::ResyncNow
        | Operation::UninstallSdkIntegration
        | Operation::TriggerSdkEvent => said(202, ""),
        Operation::CompleteSdkInstall => said(409, "own_app_required"),
        Operation::DeleteSdkConfiguration => said(409, "default_configuration"),
        Operation::ConfirmDeletions => said(409, "no_deletions_held"),
        _ => said(200, ""),
    }
}

/// Returns the expected response to the user's own page.
fn own_user(route: &Route) -> Said {
    match route.callers {
        Callers::Server | Callers::Project => said(403, "api_key_required"),
        // The project has no origins, and the caller is not refused.
        Callers::User => said(400, "origin_not_registered"),
        // No 403, because Paragon's SDK would sign its user out.
        _ if route.operation == Operation::CompleteSdkInstall => said(409, "install_not_allowed"),
        _ => own(route.operation),
    }
}

/// Whether a request calls Dropbox, and so needs an active connection.
fn calls_dropbox(route: &Route) -> bool {
    use Operation::{CallDropbox, CallDropboxByHeader, ListSdkFieldOptions, RunAction, RunTool};
    matches!(route.operation, CallDropbox | CallDropboxByHeader | ListSdkFieldOptions | RunAction | RunTool)
}

/// Whether a request names the connection as Paragon's SDK does.
fn is_about_the_credential(route: &Route) -> bool {
    route.template.contains("{credential}") || route.operation == Operation::UninstallSdkIntegration
}

/// Returns the expected response to a page of another user of the project.
fn other_user(route: &Route) -> Said {
    match route.operation {
        _ if calls_dropbox(route) => said(404, "not_connected"),
        _ if route.template.contains("{connection}") => said(404, "connection_not_found"),
        _ if is_about_the_credential(route) => said(404, "credential_not_found"),
        _ => own_user(route),
    }
}

/// Returns the expected response about a disconnected connection.
fn disconnected(route: &Route) -> Said {
    match route.operation {
        _ if calls_dropbox(route) => said(404, "not_connected"),
        Operation::GetConnection | Operation::Disconnect => own(route.operation),
        _ if route.template.contains("{connection}") => said(410, "disconnected"),
        _ if route.template.contains("{credential}") => said(404, "credential_not_found"),
        operation => own(operation),
    }
}

/// Whether a request disconnects an account.
fn disconnects(route: &Route) -> bool {
    matches!(route.operation, Operation::Disconnect | Operation::UninstallSdkIntegration)
}

fn token_of(app: &App, pairs: &[UserKeyPair], user: &str) -> App {
    app.with_token(pairs[1].sign(&with(app, &json!({"sub": user}))).unwrap().expose())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_kind_of_caller_as_the_table_says() {
    let world = World::new().await;
    let (app, pairs) = project(&world).await;
    let (other, other_pairs) = project(&world).await;
    let listed = app.get("connections").await.body;
    let connection = listed["connections"][0]["id"].as_str().unwrap().parse().unwrap();
    let me = app.get("sdk/me").await.body;
    let configuration = me["integrations"]["dropbox"]["credentialConfigId"].as_str().unwrap().to_owned();
    let place = Place { connection, configuration, link: app.link().await.0 };

    let without_user = app.with_token(&app.key);
    let [mut stranger, mut strange_page] = [other.clone(), token_of(&other, &other_pairs, "user-1")];
    (stranger.project, strange_page.project) = (app.project, app.project);
    let mut unknown_key = app.clone();
    unknown_key.key = "dl_nobodys".to_owned();
    for route in project_routes() {
        let id = route.id;
        for credentials in [None, Some("Basic dTpw"), Some("Bearer"), Some("Bearer "), Some("dl_key")] {
            let mut request = place.request(route, &app).build().unwrap();
            request.headers_mut().remove("authorization");
            if let Some(value) = credentials {
                request.headers_mut().insert("authorization", value.parse().unwrap());
            }
            let request = reqwest::RequestBuilder::from_parts(reqwest::Client::new(), request);
            assert_eq!(answered(request).await, said(401, "unauthorized"), "{id} with {credentials:?}");
        }
        assert_eq!(place.ask(route, &unknown_key).await, said(401, "unauthorized"), "{id}: unknown key");
        for malformed in ["a.b.c", "..", "eyJhbGciOiJub25lIn0.e30."] {
            let page = app.with_token(malformed);
            assert_eq!(place.ask(route, &page).await, said(401, "token_refused"), "{id}: {malformed}");
        }
        assert_eq!(place.ask(route, &stranger).await, said(404, "project_not_found"), "{id}: other key");
        assert_eq!(place.ask(route, &strange_page).await, said(401, "token_refused"), "{id}: other token");
        let other_page = token_of(&app, &pairs, "user-2");
        assert_eq!(place.ask(route, &other_page).await, other_user(route), "{id}: other user");
        let nameless = match route.operation {
            Operation::DeleteUser => continue,
            operation if route.callers == Callers::Project => own(operation),
            _ => said(400, "customer_id_missing"),
        };
        assert_eq!(place.ask(route, &without_user).await, nameless, "{id}: no user");
    }
    let page = token_of(&app, &pairs, "user-1");
    // Walks are blocked, so that the comparison which the first caller requests is still due for the second.
    world.settled().await;
    for lane in [Lane::Changes, Lane::Bulk] {
        owe(&world, connection, lane).await;
    }
    let ends = |route: &&Route| disconnects(route) || route.operation == Operation::DeleteUser;
    for caller in [&page, &app] {
        for route in project_routes().filter(|route| !ends(route)) {
            let expected = if caller.key == app.key { own(route.operation) } else { own_user(route) };
            assert_eq!(place.ask(route, caller).await, expected, "{} by its own", route.id);
        }
    }
    // Both a page and the server may disconnect.
    for end in project_routes().filter(|route| disconnects(route)) {
        assert_eq!(place.ask(end, &page).await, own(end.operation), "{}", end.id);
    }
    for route in project_routes() {
        assert_eq!(place.ask(route, &app).await, disconnected(route), "{} when disconnected", route.id);
    }
}

#[test]
fn openapi_has_the_same_routes_for_the_same_callers() {
    let api: Value = serde_saphyr::from_str(OPENAPI).unwrap();
    let mut described = Vec::new();
    for (template, operations) in api["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            // Whatever refuses other methods asks nobody who they are.
            if method != "options" && operation.get("operationId").is_some() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                described.push((id, method.clone(), template.clone(), schemes(operation)));
            }
        }
    }
    let mut known: Vec<_> = ROUTES
        .iter()
        .map(|route| {
            let method =
                route.method.as_ref().map_or(ANY_METHOD.to_owned(), |own| own.as_str().to_lowercase());
            let schemes: &[&str] = match route.callers {
                Callers::Anyone => &[],
                Callers::Server
                | Callers::Project
                | Callers::ServerWithoutProject
                | Callers::Organization => &["apiKey"],
                Callers::ServerOrUser => &["apiKey", "userToken"],
                Callers::User => &["userToken"],
                Callers::ServerOrIssued => &["apiKey", "issuedToken"],
            };
            let schemes: Vec<String> = schemes.iter().map(|&scheme| scheme.to_owned()).collect();
            (route.id.to_owned(), method, route.template.to_owned(), schemes)
        })
        .collect();
    described.sort();
    known.sort();
    assert_eq!(described, known);
}

/// Returns the names of an operation's security schemes, any one of which is enough.
fn schemes(operation: &Value) -> Vec<String> {
    let any = operation["security"].as_array().cloned().unwrap_or_default();
    any.iter().flat_map(|one| one.as_object().unwrap().keys().cloned()).collect()
}
