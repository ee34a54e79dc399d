//! Adversity of listings.

use fake_dropbox::Adversity;
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{FIRST, Session, World, brief};

const CONTINUE: &str = "files/list_folder/continue";

/// Returns the pages of a whole listing, in short form.
async fn pages(owner: &Session<'_>, limit: usize) -> Vec<Vec<String>> {
    let argument = json!({"path": "", "recursive": true, "limit": limit});
    let first = owner.call("files/list_folder", argument).await;
    rest(owner, first).await
}

async fn since(owner: &Session<'_>, cursor: &str) -> Vec<Vec<String>> {
    let first = owner.call(CONTINUE, json!({"cursor": cursor})).await;
    rest(owner, first).await
}

async fn rest(owner: &Session<'_>, mut page: Value) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    loop {
        pages.push(brief(page["entries"].as_array().unwrap()));
        if page["has_more"] == false {
            return pages;
        }
        page = owner.call(CONTINUE, json!({"cursor": page["cursor"]})).await;
    }
}

async fn world(paths: &[&str], adversity: Adversity) -> World {
    let world = World::start().await;
    paths.iter().for_each(|path| world.write(path, "1"));
    world.rescan().await;
    world.fake.pages(FIRST).set(adversity);
    world
}

#[tokio::test]
async fn a_page_may_be_empty_or_short_with_more_to_come() {
    let paths = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let adversity = Adversity { seed: 7, empty_pages: 0.5, short_pages: true, ..Adversity::default() };
    let world = world(&paths, adversity).await;
    let owner = world.connect().await;
    let first = pages(&owner, 5).await;
    assert_eq!(first.concat().len(), paths.len());
    assert!(first.iter().any(Vec::is_empty));
    assert!(first.iter().any(|page| (1..5).contains(&page.len())));
    world.fake.pages(FIRST).set(adversity);
    assert_eq!(pages(&owner, 5).await, first, "chance follows from the seed");
    world.fake.pages(FIRST).clear();
    assert_eq!(pages(&owner, 5).await.len(), 2);
}

#[tokio::test]
async fn what_is_in_a_folder_may_come_before_it() {
    let world = world(&["a/b/c"], Adversity { late_folders: 1.0, ..Adversity::default() }).await;
    let owner = world.connect().await;
    assert_eq!(pages(&owner, 9).await, [vec!["file /a/b/c"], vec!["folder /a", "folder /a/b"]]);
}

#[tokio::test]
async fn what_is_owed_is_not_told_once_it_is_not_true() {
    let world = world(&["a/d/b", "z/b"], Adversity { late_folders: 1.0, ..Adversity::default() }).await;
    let owner = world.connect().await;
    let page = owner.call("files/list_folder", json!({"path": "", "recursive": true})).await;
    std::fs::remove_dir_all(world.at("a")).unwrap();
    world.rescan().await;
    let rest = owner.call(CONTINUE, json!({"cursor": page["cursor"]})).await;
    assert_eq!(brief(rest["entries"].as_array().unwrap()), ["deleted /a", "folder /z"]);
    assert_eq!(rest["has_more"], false);
}

#[tokio::test]
async fn an_entry_may_come_again_on_a_later_page() {
    let world = world(&["a"], Adversity { repeats: 1.0, ..Adversity::default() }).await;
    let owner = world.connect().await;
    assert_eq!(pages(&owner, 9).await, [["file /a"], ["file /a"]]);
}

#[tokio::test]
async fn a_deletion_may_come_after_the_new_place_and_for_each_thing_that_was_below() {
    let world = world(&["a/b/c"], Adversity::default()).await;
    let owner = world.connect().await;
    let (_, before) = owner.list(json!({"path": "", "recursive": true})).await;
    std::fs::rename(world.at("a"), world.at("z")).unwrap();
    world.rescan().await;
    let new = vec!["folder /z", "folder /z/b", "file /z/b/c"];
    assert_eq!(since(&owner, &before).await, [[vec!["deleted /a"], new.clone()].concat()]);
    let each = Adversity { late_deletions: 1.0, each_deletion: true, ..Adversity::default() };
    world.fake.pages(FIRST).set(each);
    let old = vec!["deleted /a", "deleted /a/b", "deleted /a/b/c"];
    assert_eq!(since(&owner, &before).await, [new, old]);
}

#[tokio::test]
async fn adversity_is_a_document() {
    let world = World::start().await;
    let url = world.url(&format!("/_fake/accounts/{FIRST}/pages"));
    let ask = async |method: Method, document: Value| {
        let answer = world.http.request(method, &url).json(&document).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let (status, told) = ask(Method::PUT, json!({"seed": 7, "repeats": 0.25})).await;
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!((status, &told["repeats"], &told["short_pages"]), (200, &json!(0.25), &json!(false)));
    for (document, why) in [
        (json!({"late": 1.0}), "unknown field `late`"),
        (json!({"repeats": 1.5}), "repeats: 1.5 is not within 0 and 1"),
        (json!({"empty_pages": 1.0}), "a listing has no end"),
    ] {
        let (status, text) = ask(Method::PUT, document).await;
        assert!(status == 400 && text.contains(why), "{text}");
    }
    assert_eq!(world.fake.pages(FIRST).adversity().unwrap().seed, 7);
    assert_eq!(ask(Method::DELETE, Value::Null).await, (200, "null".to_owned()));
}
