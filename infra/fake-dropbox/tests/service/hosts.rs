//! Dropbox's hosts, each with its own functions (T60).

use std::collections::BTreeMap;

use fake_dropbox::Host;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::world::{APP, REDIRECT, Session, World};

/// Every function and its host, according to the public specification of Dropbox's API.
const FUNCTIONS: [(&str, Host); 23] = [
    ("auth/token/revoke", Host::Api),
    ("check/user", Host::Api),
    ("files/copy_v2", Host::Api),
    ("files/create_folder_v2", Host::Api),
    ("files/delete_v2", Host::Api),
    ("files/download", Host::Content),
    ("files/export", Host::Content),
    ("files/get_metadata", Host::Api),
    ("files/get_temporary_link", Host::Api),
    ("files/list_folder", Host::Api),
    ("files/list_folder/continue", Host::Api),
    ("files/list_folder/get_latest_cursor", Host::Api),
    ("files/list_folder/longpoll", Host::Notify),
    ("files/move_v2", Host::Api),
    ("files/search/continue_v2", Host::Api),
    ("files/search_v2", Host::Api),
    ("files/upload", Host::Content),
    ("files/upload_session/append_v2", Host::Content),
    ("files/upload_session/finish", Host::Content),
    ("files/upload_session/start", Host::Content),
    ("users/get_account", Host::Api),
    ("users/get_current_account", Host::Api),
    ("users/get_space_usage", Host::Api),
];

const NAMES: [(Host, &str); 4] = [
    (Host::Api, "api.dropboxapi.com"),
    (Host::Content, "content.dropboxapi.com"),
    (Host::Notify, "notify.dropboxapi.com"),
    (Host::Www, "www.dropbox.com"),
];

/// Sends a request to one of the hosts, by path prefix or by name.
async fn ask(world: &World, host: Host, by_name: bool, method: Method, path: &str) -> Response {
    let request = if by_name {
        let name = format!("{}.localhost:{}", host.name(), world.fake.url().port().unwrap());
        world.http.request(method, world.url(path)).header("Host", name)
    } else {
        let url = world.fake.host_url(host).join(path.trim_start_matches('/')).unwrap();
        world.http.request(method, url)
    };
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_function_is_served_by_one_host_alone() {
    let world = World::start().await;
    for (function, own) in FUNCTIONS {
        for (host, _) in NAMES {
            for by_name in [true, false] {
                let answer = ask(&world, host, by_name, Method::POST, &format!("/2/{function}")).await;
                let (status, text) = (answer.status(), answer.text().await.unwrap());
                if host == own {
                    assert_eq!(status, 400, "{function} at {host:?}: without a token or a cursor");
                    continue;
                }
                let name = NAMES.iter().find(|(host, _)| *host == own).unwrap().1;
                let told = format!(
                    "Incorrect host for API function {function}.  You must issue the request to {name}"
                );
                assert_eq!((status.as_u16(), text), (404, told), "{host:?}");
            }
        }
    }
    assert_eq!(world.fake.calls().len(), FUNCTIONS.len(), "these are all functions, each called where it is");
}

#[tokio::test]
async fn tokens_and_pages_have_hosts_too() {
    let world = World::start().await;
    for (method, path, own, status) in [
        (Method::POST, "/oauth2/token", Host::Api, 400),
        (Method::GET, "/oauth2/authorize", Host::Www, 400),
        (Method::POST, "/oauth2/authorize", Host::Www, 400),
        (Method::GET, "/cd/0/get/nothing/file", Host::Content, 404),
    ] {
        for (host, _) in NAMES {
            for by_name in [true, false] {
                let answer = ask(&world, host, by_name, method.clone(), path).await;
                let served = (answer.status(), answer.text().await.unwrap() != "Not found");
                assert_eq!(served.1, host == own, "{path} at {host:?}");
                assert_eq!(served.0, if host == own { status } else { 404 });
            }
        }
    }
}

#[tokio::test]
async fn an_unknown_function_is_unknown_everywhere() {
    let world = World::start().await;
    for (host, _) in NAMES {
        for by_name in [true, false] {
            let answer = ask(&world, host, by_name, Method::POST, "/2/files/nothing").await;
            assert_eq!(answer.status(), 400);
            let told =
                "Error in call to API function \"files/nothing\": Unknown API function: /2/files/nothing";
            assert_eq!(answer.text().await.unwrap(), told);
        }
    }
}

/// Calls a function at a host.
async fn call(
    owner: &Session<'_>,
    host: Host,
    function: &str,
    header: Option<&Value>,
    body: Vec<u8>,
) -> Response {
    let url = owner.world.fake.host_url(host).join(&format!("2/{function}")).unwrap();
    let request = owner.world.http.post(url).bearer_auth(&owner.token).body(body);
    let kind = if header.is_some() { "application/octet-stream" } else { "application/json" };
    let request = request.header("Content-Type", kind);
    match header {
        Some(argument) => request.header("Dropbox-API-Arg", argument.to_string()),
        None => request,
    }
    .send()
    .await
    .unwrap()
}

#[tokio::test]
async fn a_client_works_with_all_hosts_apart() {
    let world = World::start().await;
    let owner = world.connect().await;
    let path = json!({"path": "/a.txt"});
    let put = call(&owner, Host::Content, "files/upload", Some(&path), b"hello".to_vec()).await;
    assert_eq!(put.status(), 200);
    let told = call(&owner, Host::Api, "files/get_metadata", None, path.to_string().into_bytes()).await;
    assert_eq!(told.json::<Value>().await.unwrap()["size"], 5);
    let bytes = call(&owner, Host::Content, "files/download", Some(&path), Vec::new()).await;
    assert_eq!(bytes.text().await.unwrap(), "hello");
    let link = call(&owner, Host::Api, "files/get_temporary_link", None, path.to_string().into_bytes()).await;
    let link = link.json::<Value>().await.unwrap()["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(world.fake.host_url(Host::Content).as_str()), "{link}");
    assert_eq!(world.http.get(link).send().await.unwrap().text().await.unwrap(), "hello");
}

#[tokio::test]
async fn the_page_is_answered_at_its_own_host() {
    let world = World::start().await;
    let url = world.fake.host_url(Host::Www).join("oauth2/authorize").unwrap();
    let query = [("client_id", APP), ("response_type", "code"), ("redirect_uri", REDIRECT)];
    let page = world.http.get(url.clone()).query(&query).send().await.unwrap().text().await.unwrap();
    let part = |name: &str| page.split(name).nth(1).unwrap().split('"').next().unwrap().to_owned();
    let action = url.join(&part("action=\"")).unwrap();
    assert_eq!(action.path(), "/www/oauth2/authorize");
    let form = BTreeMap::from([
        ("request", part("name=\"request\" value=\"")),
        ("account", part("name=\"account\" value=\"")),
        ("decision", "approve".to_owned()),
    ]);
    assert_eq!(world.http.post(action).form(&form).send().await.unwrap().status(), 302);
}
