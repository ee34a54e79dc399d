//! Errors, byte for byte where clients depend on it.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::world::{APP, FIRST, REDIRECT, SCOPES, SECRET, World, summary};

async fn bad(answer: Response) -> String {
    assert_eq!(answer.status(), 400);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(answer.headers().contains_key("x-dropbox-request-id"));
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_bad_argument_is_told_in_text() {
    let world = World::start().await;
    let owner = world.connect().await;
    let cases = [
        (
            "files/list_folder",
            json!({"path": "/"}),
            "request body: path: Specify the root folder as an empty string rather than as \"/\".",
        ),
        (
            "files/list_folder",
            json!({"path": "x"}),
            "request body: path: 'x' did not match pattern '(/(.|[\\r\\n])*)?|id:.*|(ns:[0-9]+(/.*)?)'",
        ),
        ("files/list_folder", json!({}), "request body: missing required field 'path'"),
        (
            "files/list_folder",
            json!({"path": "", "limit": 0}),
            "request body: limit: 0 is not within 1 and 2000",
        ),
        (
            "files/list_folder/continue",
            json!({"cursor": "x", "path": ""}),
            "request body: unknown field 'path'",
        ),
        ("files/get_metadata", json!({"path": ""}), "request body: path: The root folder is unsupported."),
        (
            "files/move_v2",
            json!({"from_path": "/a", "to_path": "b"}),
            "request body: to_path: 'b' did not match pattern '(/(.|[\\r\\n])*)|(ns:[0-9]+(/.*)?)|(id:.*)'",
        ),
    ];
    for (route, argument, expected) in cases {
        let text = bad(owner.send(route, &argument).await).await;
        assert_eq!(text, format!("Error in call to API function \"{route}\": {expected}"));
    }
    for (route, argument) in [
        ("files/list_folder", json!({"path": 5})),
        ("files/list_folder", json!({"path": "", "recursive": "yes"})),
        ("users/get_current_account", json!({})),
        ("auth/token/revoke", json!({"a": 1})),
    ] {
        assert!(
            bad(owner.send(route, &argument).await).await.contains("request body: wrong type"),
            "{route}"
        );
    }
}

#[tokio::test]
async fn a_bad_request_is_told_in_text() {
    let world = World::start().await;
    let owner = world.connect().await;
    let post = |route: &str, kind: &str, body: &str| {
        let request = world.http.post(world.url(&format!("/2/{route}"))).bearer_auth(&owner.token);
        request.header("Content-Type", kind).body(body.to_owned()).send()
    };
    let text = bad(post("files/list_folder", "application/json", "{").await.unwrap()).await;
    assert_eq!(
        text,
        "Error in call to API function \"files/list_folder\": request body: could not decode input as JSON"
    );
    let text = bad(post("files/list_folder", "text/plain", "{\"path\":\"\"}").await.unwrap()).await;
    assert!(text.starts_with("Error in call to API function \"files/list_folder\": Bad HTTP \"Content-Type\" header: \"text/plain\"."), "{text}");
    let text = bad(post("files/upload", "application/json", "").await.unwrap()).await;
    assert!(text.contains("Bad HTTP \"Content-Type\" header: \"application/json\"."), "{text}");
    let text = bad(post("files/upload", "application/octet-stream", "").await.unwrap()).await;
    assert!(
        text.ends_with("Must provide HTTP header \"Dropbox-API-Arg\" or URL parameter \"arg\"."),
        "{text}"
    );
    let header = world
        .http
        .post(world.url("/2/files/download"))
        .bearer_auth(&owner.token)
        .header("Dropbox-API-Arg", "{");
    let text = bad(header.send().await.unwrap()).await;
    assert_eq!(
        text,
        "Error in call to API function \"files/download\": HTTP header \"Dropbox-API-Arg\": could not decode input as JSON"
    );
    for body in ["", "null"] {
        assert_eq!(post("users/get_current_account", "application/json", body).await.unwrap().status(), 200);
    }
}

/// Covers T61.
#[tokio::test]
async fn an_unknown_function_is_told_in_text() {
    let world = World::start().await;
    let owner = world.connect().await;
    for function in
        ["files/no_such_route", "files", "nothing/at/all", "files/list_folder/", "files/List_Folder"]
    {
        let expected =
            format!("Error in call to API function \"{function}\": Unknown API function: /2/{function}");
        let known = bad(owner.send(function, &json!({})).await).await;
        let stranger = world.http.get(world.url(&format!("/2/{function}"))).send().await.unwrap();
        assert_eq!((known, bad(stranger).await), (expected.clone(), expected));
    }
}

/// Covers T66.
#[tokio::test]
async fn content_types_are_those_of_the_style() {
    const RPC: &str = "\"application/json\", \"application/json; charset=utf-8\", \
                       \"text/plain; charset=dropbox-cors-hack\"";
    const UPLOAD: &str = "\"application/octet-stream\", \"text/plain; charset=dropbox-cors-hack\"";
    let world = World::start().await;
    let owner = world.connect().await;
    let post = |route: &str, kind: Option<&str>, body: &'static str| {
        let request = world.http.post(world.url(&format!("/2/{route}"))).bearer_auth(&owner.token);
        let request = request.header("Dropbox-API-Arg", r#"{"path":"/a"}"#);
        match kind {
            Some(kind) => request.header("Content-Type", kind).body(body).send(),
            None => request.body(body).send(),
        }
    };
    let form = "application/x-www-form-urlencoded";
    for (route, kind, body, expected) in [
        ("files/upload", None, "1", UPLOAD),
        ("files/upload", Some("application/json"), "1", UPLOAD),
        ("files/upload", Some(form), "1", UPLOAD),
        ("files/upload_session/start", None, "1", UPLOAD),
        ("users/get_current_account", Some(form), "", RPC),
        ("users/get_current_account", Some("multipart/form-data"), "null", RPC),
        ("files/list_folder", Some(form), "path=", RPC),
        ("files/list_folder", None, r#"{"path":""}"#, RPC),
    ] {
        let text = bad(post(route, kind, body).await.unwrap()).await;
        let given = kind.unwrap_or_default();
        let told = format!("Bad HTTP \"Content-Type\" header: \"{given}\".  Expecting one of {expected}.");
        assert_eq!(text, format!("Error in call to API function \"{route}\": {told}"));
    }
    assert!(!world.at("a").exists());
    for (route, kind, body) in [
        ("files/upload", Some("application/octet-stream"), "1"),
        ("files/upload", Some("text/plain; charset=dropbox-cors-hack"), "1"),
        ("users/get_current_account", None, ""),
        ("users/get_current_account", Some("application/json; charset=utf-8"), "null"),
        ("files/download", None, ""),
    ] {
        assert_eq!(post(route, kind, body).await.unwrap().status(), 200, "{route} {kind:?}");
    }
}

/// Covers T66.
#[tokio::test]
async fn a_call_without_a_token_is_told_in_text() {
    let world = World::start().await;
    let function = "users/get_current_account";
    let url = world.url(&format!("/2/{function}"));
    let post = |given: Option<&str>| {
        let request = world.http.post(&url);
        given.map_or(request.try_clone().unwrap(), |given| request.header("Authorization", given)).send()
    };
    let missing = "Must provide HTTP header \"Authorization\" or URL parameter \"authorization\".";
    let invalid = |kind: &str| {
        format!(
            "Invalid authorization value in HTTP header \"Authorization\": \"{kind}\".  \
             Expecting \"Bearer <access token>\"."
        )
    };
    for (given, expected) in [
        (None, missing.to_owned()),
        (Some("Bearer"), invalid("Bearer")),
        (Some("Basic eA=="), invalid("Basic")),
        (Some("OAuth sl.x"), invalid("OAuth")),
    ] {
        let text = bad(post(given).await.unwrap()).await;
        assert_eq!(text, format!("Error in call to API function \"{function}\": {expected}"));
    }
}

/// Covers T66.
#[tokio::test]
async fn the_first_version_of_the_api_is_retired() {
    let world = World::start().await;
    for (method, path) in [
        (Method::GET, "/1/account/info"),
        (Method::POST, "/1/fileops/delete"),
        (Method::PUT, "/1/files_put/auto/a"),
    ] {
        let answer = world.http.request(method, world.url(path)).send().await.unwrap();
        assert_eq!(answer.status(), 400);
        assert_eq!(answer.json::<Value>().await.unwrap(), json!({"error": "v1_retired"}));
    }
    let token =
        world.http.post(world.url("/1/oauth2/token")).form(&[("grant_type", "x")]).send().await.unwrap();
    assert_eq!(
        token.json::<Value>().await.unwrap()["error"],
        "invalid_request",
        "an older client's way to tokens"
    );
}

#[tokio::test]
async fn a_bad_token_is_told_in_json() {
    let world = World::start().await;
    let owner = world.connect().await;
    let url = world.url("/2/users/get_current_account");
    let tries = [
        world.http.post(&url).bearer_auth("sl.unknown"),
        world.http.post(&url).bearer_auth("x"),
        world.http.post(world.url("/2/users/get_current_account?authorization=Bearer%20sl.unknown")),
    ];
    for request in tries {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.headers()["content-type"], "application/json");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            (summary(&body).as_str(), &body["error"]),
            ("invalid_access_token/", &json!({".tag": "invalid_access_token"}))
        );
        assert!(body["error_summary"].as_str().unwrap().len() <= "invalid_access_token/...".len());
    }
    world.fake.expire_access_tokens();
    let answer = owner.send("users/get_current_account", &Value::Null).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(summary(&answer.json().await.unwrap()), "expired_access_token/");
}

#[tokio::test]
async fn a_scope_that_was_not_granted_is_missing() {
    let world = World::start().await;
    let code = world.code(FIRST, APP, &[("scope", SCOPES[0])]).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", REDIRECT)];
    let (_, answer) =
        world.token(&[&form[..], &[("client_id", APP), ("client_secret", SECRET)]].concat()).await;
    assert_eq!((&answer["scope"], answer.get("refresh_token")), (&json!("account_info.read"), None));
    let owner = world.session(&answer);
    owner.call("users/get_current_account", Value::Null).await;
    let answer = owner.send("files/list_folder", &json!({"path": ""})).await;
    assert_eq!(answer.status(), 401);
    let error = answer.json::<Value>().await.unwrap()["error"].clone();
    assert_eq!(error, json!({".tag": "missing_scope", "required_scope": "files.metadata.read"}));
}

#[tokio::test]
async fn the_path_root_is_the_accounts_own() {
    let world = World::start().await;
    let owner = world.connect().await;
    let account = owner.call("users/get_current_account", Value::Null).await;
    let info = &account["root_info"];
    let home = info["home_namespace_id"].as_str().unwrap();
    assert_eq!(*info, json!({".tag": "user", "root_namespace_id": home, "home_namespace_id": home}));
    let with = |root: Value| {
        let request = world.http.post(world.url("/2/files/list_folder")).bearer_auth(&owner.token);
        request.header("Dropbox-API-Path-Root", root.to_string()).json(&json!({"path": ""})).send()
    };
    for root in [
        json!({".tag": "home"}),
        json!({".tag": "root", "root": home}),
        json!({".tag": "namespace_id", "namespace_id": home}),
    ] {
        assert_eq!(with(root).await.unwrap().status(), 200);
    }
    let answer = with(json!({".tag": "root", "root": "1"})).await.unwrap();
    assert_eq!(answer.status(), 422);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"], json!({".tag": "invalid_root", "invalid_root": info}));
    assert_eq!(summary(&body), "invalid_root/");
    let answer = with(json!({".tag": "namespace_id", "namespace_id": "1"})).await.unwrap();
    assert_eq!(summary(&answer.json().await.unwrap()), "no_permission/");
    assert!(
        bad(with(json!({".tag": "x"})).await.unwrap())
            .await
            .contains("\"Dropbox-API-Path-Root\": could not decode")
    );
    for (header, tag) in [("Select-User", "invalid_select_user/"), ("Select-Admin", "invalid_select_admin/")]
    {
        let request = world.http.post(world.url("/2/users/get_current_account")).bearer_auth(&owner.token);
        let answer = request.header(format!("Dropbox-API-{header}"), "dbmid:x").send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(summary(&answer.json().await.unwrap()), tag);
    }
}

#[tokio::test]
async fn the_account_is_told_in_full() {
    let world = World::start().await;
    let owner = world.connect().await;
    let account = owner.call("users/get_current_account", Value::Null).await;
    let id = world.fake.account_id(FIRST).unwrap();
    assert_eq!((id.len(), &account["account_id"]), (40, &json!(id)));
    let name = json!({"given_name": "First", "surname": "Account", "familiar_name": "First",
        "display_name": "First Account", "abbreviated_name": "FA"});
    assert_eq!((&account["name"], &account["email"]), (&name, &json!(FIRST)));
    for key in ["email_verified", "disabled", "country", "locale", "referral_link", "is_paired"] {
        assert!(!account[key].is_null(), "{key}");
    }
    assert_eq!(account["account_type"], json!({".tag": "basic"}));
    owner.put(json!({"path": "/a"}), "12345").await;
    let usage = owner.call("users/get_space_usage", Value::Null).await;
    assert_eq!((&usage["used"], &usage["allocation"][".tag"]), (&json!(5), &json!("individual")));
    assert_eq!(world.fake.calls()["users/get_current_account"], 1);
}
