//! Connecting an account, with each style of client.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::world::{APP, FIRST, OTHER_APP, REDIRECT, SCOPES, SECOND, SECRET, World, summary};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const S256: [(&str, &str); 2] = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];

fn exchange(code: &str) -> Vec<(&str, &str)> {
    vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", REDIRECT)]
}

fn with<'a>(mut form: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    form.extend(more);
    form
}

const CLIENT: [(&str, &str); 2] = [("client_id", APP), ("client_secret", SECRET)];

async fn refusal(world: &World, form: &[(&str, &str)]) -> (String, String) {
    let (status, answer) = world.token(form).await;
    assert_eq!(status, 400, "{answer}");
    let text = |key: &str| answer[key].as_str().unwrap().to_owned();
    (text("error"), text("error_description"))
}

#[tokio::test]
async fn the_page_names_the_app_its_scopes_and_the_accounts() {
    let world = World::start().await;
    let query = [("client_id", APP), ("response_type", "code"), ("redirect_uri", REDIRECT), ("locale", "en")];
    let page = world.http.get(world.url("/oauth2/authorize")).query(&query).send().await.unwrap();
    assert_eq!(page.headers()["content-type"], "text/html; charset=utf-8");
    let page = page.text().await.unwrap();
    assert!(page.contains("An &lt;App&gt; would like access") && !page.contains("<App>"));
    assert!(page.contains("Read the content of your files"));
    assert!(page.contains("First Account") && page.contains(SECOND));
    assert_eq!(page.matches("type=\"radio\"").count(), 2);
    assert_eq!(page.matches(" checked>").count(), 1);
    assert!(!page.contains("{{") && !page.contains("<script"));
}

#[tokio::test]
async fn a_code_becomes_tokens_once() {
    let world = World::start().await;
    let code = world.code(FIRST, APP, &[("token_access_type", "offline")]).await;
    let form = with(exchange(&code), &CLIENT);
    let (status, answer) = world.token(&form).await;
    assert_eq!(status, 200);
    assert!(answer["access_token"].as_str().unwrap().starts_with("sl."));
    assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("bearer"), &json!(14_400)));
    assert_eq!(answer["scope"], json!(SCOPES.join(" ")));
    assert_eq!(answer["account_id"], json!(world.fake.account_id(FIRST)));
    assert!(answer["uid"].as_str().unwrap().parse::<u64>().is_ok());
    assert!(answer["refresh_token"].is_string());
    let used = ("invalid_grant".to_owned(), "code doesn't exist or has expired".to_owned());
    assert_eq!(refusal(&world, &form).await, used);
    let code = world.code(FIRST, APP, &[]).await;
    world.pass(601);
    assert_eq!(refusal(&world, &with(exchange(&code), &CLIENT)).await, used);
}

#[tokio::test]
async fn clients_show_themselves_in_three_ways() {
    let world = World::start().await;
    let url = world.url("/oauth2/token");
    let code = world.code(FIRST, APP, &[("token_access_type", "offline")]).await;
    let basic =
        world.http.post(&url).basic_auth(APP, Some(SECRET)).form(&exchange(&code)).send().await.unwrap();
    assert_eq!(basic.status(), 200);
    let refresh = basic.json::<Value>().await.unwrap()["refresh_token"].as_str().unwrap().to_owned();
    let query = with(vec![("grant_type", "refresh_token"), ("refresh_token", &refresh)], &CLIENT);
    let request = world.http.post(&url).query(&query).header("Content-Type", "application/json");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let wrong = world.http.post(&url).basic_auth(APP, Some("wrong")).form(&query[..2]).send().await.unwrap();
    assert_eq!(wrong.status(), 400);
    assert_eq!(wrong.json::<Value>().await.unwrap()["error"], "invalid_client");
}

#[tokio::test]
async fn pkce_stands_in_for_the_secret() {
    let world = World::start().await;
    let public = [("client_id", APP), ("code_verifier", VERIFIER)];
    let code = world.code(FIRST, APP, &[&S256[..], &[("token_access_type", "offline")]].concat()).await;
    let (status, answer) = world.token(&with(exchange(&code), &public)).await;
    assert_eq!(status, 200, "{answer}");
    let refresh = answer["refresh_token"].as_str().unwrap();
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_id", APP)];
    assert_eq!(world.token(&form).await.0, 200);
    let code = world.code(FIRST, APP, &S256).await;
    let wrong = [("client_id", APP), ("code_verifier", CHALLENGE)];
    assert_eq!(refusal(&world, &with(exchange(&code), &wrong)).await.1, "invalid code verifier");
    let code = world.code(FIRST, APP, &S256).await;
    assert_eq!(refusal(&world, &with(exchange(&code), &CLIENT)).await.1, "code_verifier is missing");
    let code = world.code(FIRST, APP, &[]).await;
    assert_eq!(refusal(&world, &with(exchange(&code), &[("client_id", APP)])).await.0, "invalid_client");
}

#[tokio::test]
async fn a_code_is_for_one_app_and_one_address() {
    let world = World::start().await;
    let code = world.code(FIRST, APP, &[]).await;
    let other = [("client_id", OTHER_APP), ("client_secret", "othersecret")];
    assert_eq!(refusal(&world, &with(exchange(&code), &other)).await.0, "invalid_grant");
    let code = world.code(FIRST, APP, &[]).await;
    let form = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", "http://localhost/")];
    assert_eq!(refusal(&world, &with(form.to_vec(), &CLIENT)).await.1, "redirect_uri mismatch");
    assert_eq!(
        refusal(&world, &[("grant_type", "x"), CLIENT[0], CLIENT[1]]).await.0,
        "unsupported_grant_type"
    );
    assert_eq!(refusal(&world, &[("grant_type", "authorization_code")]).await.0, "invalid_request");
}

#[tokio::test]
async fn a_refresh_gives_access_tokens_and_nothing_else() {
    let world = World::start().await;
    let first = world.connect_to(APP, SECRET, FIRST).await;
    let refresh = first["refresh_token"].as_str().unwrap();
    let form = with(vec![("grant_type", "refresh_token"), ("refresh_token", refresh)], &CLIENT);
    let (_, second) = world.token(&form).await;
    let mut keys: Vec<&String> = second.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["access_token", "expires_in", "token_type"]);
    for answer in [&first, &second] {
        world.session(answer).call("users/get_current_account", Value::Null).await;
    }
    let (_, narrow) = world.token(&with(form.clone(), &[("scope", "account_info.read")])).await;
    let answer = world.session(&narrow).send("files/list_folder", &json!({"path": ""})).await;
    assert_eq!(answer.status(), 401);
    assert_eq!(refusal(&world, &with(form.clone(), &[("scope", "sharing.read")])).await.0, "invalid_scope");
    world.pass(14_400);
    let answer = world.session(&second).send("users/get_current_account", &Value::Null).await;
    assert_eq!(answer.json::<Value>().await.unwrap()["error"][".tag"], "expired_access_token");
    assert_eq!(world.token(&form).await.0, 200, "a refresh token does not expire");
    let code = world.code(FIRST, APP, &[]).await;
    let form = with(vec![("grant_type", "refresh_token"), ("refresh_token", &code)], &CLIENT);
    assert_eq!(refusal(&world, &form).await.1, "refresh token is malformed");
}

#[tokio::test]
async fn a_revocation_ends_the_whole_grant() {
    let world = World::start().await;
    let (one, other) =
        (world.connect_to(APP, SECRET, FIRST).await, world.connect_to(APP, SECRET, FIRST).await);
    let refresh = one["refresh_token"].as_str().unwrap();
    let form = with(vec![("grant_type", "refresh_token"), ("refresh_token", refresh)], &CLIENT);
    let (_, second) = world.token(&form).await;
    assert_eq!(world.session(&second).call("auth/token/revoke", Value::Null).await, Value::Null);
    for dead in [&one, &second] {
        let answer = world.session(dead).send("auth/token/revoke", &Value::Null).await;
        assert_eq!(answer.status(), 401);
    }
    let gone = ("invalid_grant".to_owned(), "refresh token is invalid or revoked".to_owned());
    assert_eq!(refusal(&world, &form).await, gone);
    world.session(&other).call("users/get_current_account", Value::Null).await;
}

#[tokio::test]
async fn a_person_can_deny_and_answers_once() {
    let world = World::start().await;
    let query =
        [("client_id", APP), ("response_type", "code"), ("redirect_uri", REDIRECT), ("state", "a b&c")];
    let request = world.open_page(&query).await;
    let answer = world.decide(&request, FIRST, "deny").await;
    assert_eq!((answer["error"].as_str(), answer["state"].as_str()), ("access_denied", "a b&c"));
    assert!(!answer["error_description"].is_empty() && !answer.contains_key("code"));
    let form = [("request", request.as_str()), ("account", "x"), ("decision", "approve")];
    let again = world.http.post(world.url("/oauth2/authorize")).form(&form).send().await.unwrap();
    assert_eq!(again.status(), 400);
}

#[tokio::test]
async fn an_unknown_app_or_address_is_never_sent_anywhere() {
    let world = World::start().await;
    let long = "s".repeat(501);
    let get = async |client: &str, uri: &str, more: &[(&str, &str)]| {
        let query = with(vec![("client_id", client), ("redirect_uri", uri)], more);
        world.http.get(world.url("/oauth2/authorize")).query(&query).send().await.unwrap()
    };
    let code = ("response_type", "code");
    for answer in [
        get("nobody", REDIRECT, &[code]).await,
        get(APP, "http://localhost:9/callback", &[code]).await,
        get(APP, REDIRECT, &[code, ("state", &long)]).await,
    ] {
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    }
    for (more, error) in [
        (&[("response_type", "token")][..], "unsupported_response_type"),
        (&[code, ("scope", "account_info.read team_data.member")], "invalid_scope"),
        (&[code, ("code_challenge", CHALLENGE), ("code_challenge_method", "S1")], "invalid_request"),
        (&[code, ("code_challenge", "short")], "invalid_request"),
    ] {
        let answer = get(APP, REDIRECT, more).await;
        assert_eq!(answer.status(), StatusCode::FOUND);
        assert!(answer.headers()["location"].to_str().unwrap().contains(&format!("error={error}")));
    }
    world.fake.register_redirect(APP, "http://localhost:9/late");
    assert_eq!(get(APP, "http://localhost:9/late", &[code]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn an_app_that_its_user_removed_has_no_good_token() {
    let world = World::start().await;
    let tokens = [
        (APP, SECRET, world.connect_to(APP, SECRET, FIRST).await),
        (APP, SECRET, world.connect_to(APP, SECRET, SECOND).await),
        (OTHER_APP, "othersecret", world.connect_to(OTHER_APP, "othersecret", FIRST).await),
    ];
    world.fake.revoke_access(FIRST, APP).unwrap();
    for (at, (app, secret, token)) in tokens.iter().enumerate() {
        let answer = world.session(token).send("users/get_current_account", &Value::Null).await;
        let refresh = token["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
        let (status, told) =
            world.token(&[&form[..], &[("client_id", app), ("client_secret", secret)]].concat()).await;
        if at > 0 {
            assert_eq!((answer.status().as_u16(), status.as_u16()), (200, 200), "{at}");
            continue;
        }
        assert_eq!((answer.status().as_u16(), status.as_u16()), (401, 400));
        assert_eq!(summary(&answer.json().await.unwrap()), "invalid_access_token/");
        assert_eq!(told["error"], "invalid_grant");
    }
    assert!(world.fake.revoke_access(FIRST, APP).is_err(), "there is nothing more to end");
    world.connect_to(APP, SECRET, FIRST).await;
}

/// Returns the code on a page from which a person copies it.
fn copied(page: &str) -> String {
    page.split("id=\"code\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

/// Covers T65.
#[tokio::test]
async fn without_an_address_the_code_is_shown() {
    let world = World::start().await;
    let account = world.fake.account_id(FIRST).unwrap();
    for more in [&[("token_access_type", "offline")][..], &S256[..]] {
        let query = [&[("client_id", APP), ("response_type", "code")], more].concat();
        let request = world.open_page(&query).await;
        let form = [("request", request.as_str()), ("account", &account), ("decision", "approve")];
        let page = world.http.post(world.url("/oauth2/authorize")).form(&form).send().await.unwrap();
        assert_eq!((page.status().as_u16(), page.headers().get("location")), (200, None));
        let code = copied(&page.text().await.unwrap());
        let verifier: &[_] = if more == &S256[..] { &[("code_verifier", VERIFIER)] } else { &[] };
        let grant = [&[("grant_type", "authorization_code"), ("code", code.as_str())], &CLIENT[..], verifier]
            .concat();
        let (status, answer) = world.token(&grant).await;
        assert_eq!((status.as_u16(), &answer["account_id"]), (200, &json!(account)), "{answer}");
    }
    let request = world.open_page(&[("client_id", APP), ("response_type", "code")]).await;
    let form = [("request", request.as_str()), ("decision", "deny")];
    let page = world.http.post(world.url("/oauth2/authorize")).form(&form).send().await.unwrap();
    assert_eq!(page.status(), 400);
    assert!(page.text().await.unwrap().contains("chose not to give"));
    let query = [("client_id", APP), ("response_type", "token")];
    let page = world.http.get(world.url("/oauth2/authorize")).query(&query).send().await.unwrap();
    assert_eq!(page.status(), 400, "a token needs an address to go to");
}

/// Covers T65.
#[tokio::test]
async fn a_code_that_was_shown_is_turned_in_without_an_address() {
    let world = World::start().await;
    let account = world.fake.account_id(FIRST).unwrap();
    let request = world.open_page(&[("client_id", APP), ("response_type", "code")]).await;
    let form = [("request", request.as_str()), ("account", &account), ("decision", "approve")];
    let page = world.http.post(world.url("/oauth2/authorize")).form(&form).send().await.unwrap();
    let code = copied(&page.text().await.unwrap());
    assert_eq!(refusal(&world, &with(exchange(&code), &CLIENT)).await.1, "redirect_uri mismatch");
    let code = world.code(FIRST, APP, &[]).await;
    let grant = [("grant_type", "authorization_code"), ("code", &code)];
    assert_eq!(refusal(&world, &with(grant.to_vec(), &CLIENT)).await.1, "redirect_uri mismatch");
}

/// Opens the authorize page as the person whom this cookie signs in.
async fn visit(world: &World, cookie: &str, more: &[(&str, &str)]) -> reqwest::Response {
    let query =
        [&[("client_id", APP), ("response_type", "code"), ("redirect_uri", REDIRECT), ("state", "s")], more];
    let request = world.http.get(world.url("/oauth2/authorize")).query(&query.concat());
    request.header("Cookie", cookie).send().await.unwrap()
}

/// Covers T65, and a property on which T20 depends.
#[tokio::test]
async fn who_has_granted_before_is_sent_on_at_once() {
    let world = World::start().await;
    let account = world.fake.account_id(FIRST).unwrap();
    let query = [("client_id", APP), ("response_type", "code"), ("redirect_uri", REDIRECT)];
    let request = world.open_page(&query).await;
    let form = [("request", request.as_str()), ("account", &account), ("decision", "approve")];
    let answer = world.http.post(world.url("/oauth2/authorize")).form(&form).send().await.unwrap();
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let asked = visit(&world, &cookie, &[]).await;
    assert_eq!(asked.status(), 200, "the code was not turned in: nothing is granted");
    world.connect().await;
    for more in [&[][..], &[("scope", SCOPES[0])], &[("force_reapprove", "false")], &S256] {
        let sent = visit(&world, &cookie, more).await;
        assert_eq!(sent.status(), 302, "{more:?}");
        let location = url::Url::parse(sent.headers()["location"].to_str().unwrap()).unwrap();
        let back: std::collections::BTreeMap<_, _> = location.query_pairs().into_owned().collect();
        assert_eq!(back["state"], "s");
        let verifier: &[_] = if more == S256 { &[("code_verifier", VERIFIER)] } else { &[] };
        let form = with(with(exchange(&back["code"]), &CLIENT), verifier);
        assert_eq!(world.token(&form).await.1["account_id"], json!(account));
    }
    for force in ["force_reapprove", "force_reauthentication"] {
        assert_eq!(visit(&world, &cookie, &[(force, "true")]).await.status(), 200, "{force}");
    }
    let second = format!("other=1; fake_dropbox_account={}", world.fake.account_id(SECOND).unwrap());
    for stranger in ["", "fake_dropbox_account=nobody", &second] {
        assert_eq!(visit(&world, stranger, &[]).await.status(), 200, "{stranger:?}");
    }
    world.fake.revoke_access(FIRST, APP).unwrap();
    assert_eq!(visit(&world, &cookie, &[]).await.status(), 200, "the grant has ended");
}

/// Covers T65.
#[tokio::test]
async fn who_asks_for_more_than_was_granted_is_asked_again() {
    let world = World::start().await;
    let code = world.code(FIRST, APP, &[("scope", SCOPES[0])]).await;
    assert_eq!(world.token(&with(exchange(&code), &CLIENT)).await.0, 200);
    let cookie = format!("fake_dropbox_account={}", world.fake.account_id(FIRST).unwrap());
    assert_eq!(visit(&world, &cookie, &[("scope", SCOPES[0])]).await.status(), 302);
    for more in [&[][..], &[("scope", SCOPES[1])], &[("scope", &SCOPES[..2].join(" "))]] {
        let page = visit(&world, &cookie, more).await;
        assert_eq!(page.status(), 200, "{more:?}");
    }
    let second = format!("fake_dropbox_account={}", world.fake.account_id(SECOND).unwrap());
    let page = visit(&world, &second, &[]).await.text().await.unwrap();
    let chosen = page.split(" checked>").next().unwrap().rsplit("value=\"").next().unwrap().to_owned();
    assert!(chosen.starts_with(&world.fake.account_id(SECOND).unwrap()), "who is signed in is chosen");
}
