//! Temporary links.

use reqwest::Response;
use serde_json::{Value, json};

use crate::world::{APP, FIRST, SECOND, SECRET, World};

const LINK: &str = "files/get_temporary_link";

async fn open(world: &World, link: &Value, headers: &[(&str, &str)]) -> Response {
    let request = world.http.get(link.as_str().unwrap());
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).send().await.unwrap()
}

async fn status(world: &World, link: &Value) -> u16 {
    open(world, link, &[]).await.status().as_u16()
}

#[tokio::test]
async fn a_link_opens_without_a_token() {
    let world = World::start().await;
    world.write("d/Big é.txt", "0123456789");
    world.rescan().await;
    let owner = world.connect().await;
    let answer = owner.call(LINK, json!({"path": "/d/big é.txt"})).await;
    let mut metadata = owner.metadata("/d/Big é.txt").await;
    metadata.as_object_mut().unwrap().remove(".tag");
    let link = &answer["link"];
    assert_eq!(answer, json!({"metadata": metadata, "link": link}));
    assert!(link.as_str().unwrap().starts_with(world.fake.url().as_str()), "{link}");
    let whole = open(&world, link, &[]).await;
    assert_eq!((whole.status().as_u16(), &whole.headers()["content-length"]), (200, &10.into()));
    let etag = whole.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(whole.text().await.unwrap(), "0123456789");
    let part = open(&world, link, &[("Range", "bytes=2-4")]).await;
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-range"]),
        (206, &"bytes 2-4/10".parse().unwrap())
    );
    assert_eq!(part.text().await.unwrap(), "234");
    let late = open(&world, link, &[("Range", "bytes=10-")]).await;
    assert_eq!(
        (late.status().as_u16(), &late.headers()["content-range"]),
        (416, &"bytes */10".parse().unwrap())
    );
    assert_eq!(open(&world, link, &[("If-None-Match", &etag)]).await.status(), 304);
    let head = world.http.head(link.as_str().unwrap()).send().await.unwrap();
    assert_eq!((head.status().as_u16(), &head.headers()["content-length"]), (200, &10.into()));
    assert_eq!(world.http.post(link.as_str().unwrap()).send().await.unwrap().status(), 405);
}

#[tokio::test]
async fn a_link_ends_after_four_hours() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/a"}), "1").await;
    let link = owner.call(LINK, json!({"path": "/a"})).await["link"].clone();
    owner.call("auth/token/revoke", Value::Null).await;
    world.pass(4 * 3_600 - 60);
    assert_eq!(status(&world, &link).await, 200, "it needs no token");
    world.pass(61);
    assert_eq!(status(&world, &link).await, 410);
}

#[tokio::test]
async fn a_link_is_to_the_bytes_that_were_there() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/a"}), "1").await;
    let link = owner.call(LINK, json!({"path": "/a"})).await["link"].clone();
    owner.call("files/move_v2", json!({"from_path": "/a", "to_path": "/b"})).await;
    assert_eq!(status(&world, &link).await, 200);
    world.write("b", "22");
    assert_eq!(status(&world, &link).await, 404);
    let link = owner.call(LINK, json!({"path": "/b"})).await["link"].clone();
    assert_eq!(open(&world, &link, &[]).await.text().await.unwrap(), "22");
    owner.call("files/delete_v2", json!({"path": "/b"})).await;
    assert_eq!(status(&world, &link).await, 404);
}

#[tokio::test]
async fn a_link_cannot_be_made_up() {
    let world = World::start().await;
    let owner = world.connect().await;
    owner.put(json!({"path": "/a"}), "1").await;
    let link = owner.call(LINK, json!({"path": "/a"})).await["link"].as_str().unwrap().to_owned();
    let at = link.len() - 20;
    let letter = if &link[at..=at] == "A" { "B" } else { "A" };
    let altered = format!("{}{letter}{}", &link[..at], &link[at + 1..]);
    let (_, cursor) = owner.list(json!({"path": ""})).await;
    for link in [altered, world.url("/cd/0/get/x/file"), world.url(&format!("/cd/0/get/{cursor}/file"))] {
        assert_eq!(status(&world, &json!(link)).await, 404, "{link}");
    }
}

#[tokio::test]
async fn a_link_leads_into_a_mounted_folder() {
    let world = World::start().await;
    world.write("Ours/a", "1");
    world.rescan().await;
    world.fake.mount(FIRST, "/Ours", SECOND, "/From First").await.unwrap();
    let member = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let answer = member.call(LINK, json!({"path": "/From First/a"})).await;
    assert_eq!(answer["metadata"]["path_display"], "/From First/a");
    assert_eq!(open(&world, &answer["link"], &[]).await.text().await.unwrap(), "1");
}

#[tokio::test]
async fn what_has_no_link() {
    let world = World::start().await;
    world.write("d/a.gdoc", "1");
    world.rescan().await;
    let owner = world.connect().await;
    for (path, error) in
        [("/none", "path/not_found/"), ("/d", "path/not_file/"), ("/d/a.gdoc", "unsupported_file/")]
    {
        assert_eq!(owner.refusal(LINK, json!({"path": path})).await, error);
    }
    assert_eq!(owner.send(LINK, &json!({"path": "a"})).await.status(), 400);
}
