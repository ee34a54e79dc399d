//! Defects of listings.

use std::time::{Duration, Instant};

use fake_dropbox::listings::{Damage, Defects, Twin, Unreadable};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::{FIRST, Session, World, brief};

const LIST: &str = "files/list_folder";
const CONTINUE: &str = "files/list_folder/continue";

async fn world(files: &[&str]) -> World {
    let world = World::start().await;
    files.iter().for_each(|file| world.write(file, file));
    world.rescan().await;
    world
}

fn all() -> Value {
    json!({"path": "", "recursive": true})
}

fn at(path: &str, damage: Damage) -> Defects {
    Defects { unreadable: vec![Unreadable::at(path, damage)], ..Defects::default() }
}

/// Returns the bytes of the first page.
async fn page(owner: &Session<'_>) -> Vec<u8> {
    let answer = owner.send(LIST, &all()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "application/json");
    answer.bytes().await.unwrap().to_vec()
}

#[tokio::test]
async fn an_entry_is_damaged_and_those_beside_it_are_not() {
    let world = world(&["a", "b", "c"]).await;
    let owner = world.connect().await;
    let whole = owner.list(all()).await.0;
    let named = |field: &str| field.to_owned();
    for (damage, expected) in [
        (Damage::Replaced { by: Value::Null }, Value::Null),
        (Damage::Replaced { by: json!(5) }, json!(5)),
        (Damage::Replaced { by: json!([{".tag": "file"}]) }, json!([{".tag": "file"}])),
        (Damage::Without { field: named("rev") }, {
            let mut entry = whole[1].clone();
            entry.as_object_mut().unwrap().remove("rev");
            entry
        }),
        (Damage::With { field: named("size"), value: json!("1") }, {
            let mut entry = whole[1].clone();
            entry["size"] = json!("1");
            entry
        }),
        (Damage::Raw { text: "{}".into() }, json!({})),
    ] {
        world.fake.listings(FIRST).set(at("/B", damage));
        let entries = owner.list(all()).await.0;
        assert_eq!(entries, [whole[0].clone(), expected, whole[2].clone()]);
    }
    world.fake.listings(FIRST).clear();
    assert_eq!(owner.list(all()).await.0, whole);
    assert_eq!(world.fake.listings(FIRST).happened()["unreadable"], 6);
}

#[tokio::test]
async fn text_is_no_unicode() {
    let world = world(&["a", "b"]).await;
    let owner = world.connect().await;
    let holds = |page: &[u8], part: &[u8]| page.windows(part.len()).any(|window| window == part);
    world.fake.listings(FIRST).set(at("/a", Damage::LoneSurrogate { field: "name".into() }));
    let told = page(&owner).await;
    assert!(holds(&told, br#""name":"a\ud800""#) && holds(&told, br#""name":"b""#));
    world.fake.listings(FIRST).set(at("/b", Damage::InvalidUtf8 { field: "path_display".into() }));
    let told = page(&owner).await;
    assert!(holds(&told, b"\"path_display\":\"/b\xff\"") && std::str::from_utf8(&told).is_err());
    world.fake.listings(FIRST).set(at("/b", Damage::Raw { text: "{\"name\"".into() }));
    assert!(serde_json::from_slice::<Value>(&page(&owner).await).is_err());
}

#[tokio::test]
async fn every_so_many_entries_are_damaged_so_many_times() {
    let world = world(&["a", "b", "c", "d", "e"]).await;
    let owner = world.connect().await;
    let unreadable = Unreadable { times: Some(2), ..Unreadable::each(2, Damage::Replaced { by: json!(0) }) };
    world.fake.listings(FIRST).set(Defects { unreadable: vec![unreadable], ..Defects::default() });
    let damaged = |entries: Vec<Value>| entries.iter().map(|entry| *entry == json!(0)).collect::<Vec<_>>();
    assert_eq!(damaged(owner.list(all()).await.0), [false, true, false, true, false]);
    assert_eq!(damaged(owner.list(all()).await.0), [false; 5]);
}

#[tokio::test]
async fn what_was_deleted_can_be_unreadable_too() {
    let world = world(&["a"]).await;
    let owner = world.connect().await;
    let (entries, cursor) = owner.list(all()).await;
    let id = entries[0]["id"].as_str().unwrap();
    std::fs::remove_file(world.at("a")).unwrap();
    world.rescan().await;
    world.fake.listings(FIRST).set(at(id, Damage::Replaced { by: Value::Null }));
    assert_eq!(brief(&owner.since(&cursor).await.0), ["deleted /a"], "what was deleted has no id");
    world.fake.listings(FIRST).set(at("/a", Damage::Without { field: "path_lower".into() }));
    assert_eq!(owner.since(&cursor).await.0, [json!({".tag": "deleted", "name": "a", "path_display": "/a"})]);
}

#[tokio::test]
async fn news_is_listed_some_calls_late() {
    let world = world(&["a", "b", "c"]).await;
    let owner = world.connect().await;
    world.fake.listings(FIRST).set(Defects { late_calls: 2, ..Defects::default() });
    let first = json!({"path": "", "limit": 1});
    let (entries, mut cursor) = owner.list(first).await;
    assert_eq!(entries.len(), 3, "the first listing is not late, on no page");
    for round in ["d", "e"] {
        world.write(&format!("{round}1"), "1");
        world.write(&format!("{round}2"), "2");
        world.rescan().await;
        for _ in 0..2 {
            let told = owner.call(CONTINUE, json!({"cursor": cursor})).await;
            assert_eq!((&told["entries"], &told["has_more"]), (&json!([]), &json!(false)));
            cursor = told["cursor"].as_str().unwrap().to_owned();
        }
        let entries;
        (entries, cursor) = owner.since(&cursor).await;
        assert_eq!(entries.len(), 2, "both pages come at once then");
        assert!(owner.since(&cursor).await.0.is_empty());
    }
    assert_eq!(world.fake.listings(FIRST).happened()["late"], 4);
}

#[tokio::test]
async fn each_listings_cursor_is_reset_after_some_pages() {
    let world = world(&["a", "b", "c", "d"]).await;
    let owner = world.connect().await;
    world.fake.listings(FIRST).set(Defects { reset_after: Some(2), ..Defects::default() });
    for _ in 0..2 {
        let first = owner.call(LIST, json!({"path": "", "limit": 1})).await;
        let second = owner.call(CONTINUE, json!({"cursor": first["cursor"]})).await;
        assert_eq!(owner.refusal(CONTINUE, json!({"cursor": second["cursor"]})).await, "reset/");
    }
    let whole = owner.call(LIST, json!({"path": ""})).await;
    assert_eq!(whole["has_more"], false, "a listing of fewer pages comes to its end");
    owner.call(CONTINUE, json!({"cursor": whole["cursor"]})).await;
}

#[tokio::test]
async fn a_page_takes_as_long_as_it_has_entries() {
    let world = world(&["a", "b", "c", "d", "e", "f"]).await;
    let owner = world.connect().await;
    world.fake.listings(FIRST).set(Defects { ms_per_entry: 50, ..Defects::default() });
    for (limit, least) in [(6, 300), (2, 100)] {
        let begun = Instant::now();
        owner.call(LIST, json!({"path": "", "limit": limit})).await;
        assert!(begun.elapsed() >= Duration::from_millis(least), "{limit}");
    }
}

#[tokio::test]
async fn two_files_have_one_path() {
    let world = world(&["d/a.txt", "d/b.txt"]).await;
    let owner = world.connect().await;
    let two = owner.metadata("/d/b.txt").await;
    let twins = vec![Twin { path: "/d/b.txt".into(), at: "/D/A.txt".into() }];
    world.fake.listings(FIRST).set(Defects { twins, ..Defects::default() });
    for argument in [all(), json!({"path": "/d"})] {
        let entries = owner.list(argument).await.0;
        let files: Vec<_> = entries.iter().filter(|entry| entry[".tag"] == "file").collect();
        assert!(files.iter().all(|file| file["path_lower"] == "/d/a.txt"), "{files:?}");
        assert_ne!(files[0]["id"], files[1]["id"]);
    }
    let told = owner.metadata(two["id"].as_str().unwrap()).await;
    assert_eq!((&told["path_lower"], &told["rev"]), (&json!("/d/a.txt"), &two["rev"]));
    let rev = format!("rev:{}", two["rev"].as_str().unwrap());
    assert_eq!(owner.download(&rev, &[]).await.text().await.unwrap(), "d/b.txt");
    assert_ne!(owner.metadata("/d/a.txt").await["id"], two["id"]);
}

#[tokio::test]
async fn a_document_says_what_is_wrong() {
    let world = world(&["a", "b"]).await;
    let owner = world.connect().await;
    let control = |method: Method, document: Value| {
        let url = world.url(&format!("/_fake/accounts/{FIRST}/listings"));
        world.http.request(method, url).json(&document).send()
    };
    let document = json!({"late_calls": 1, "unreadable": [
        {"path": "/a", "times": 1, "damage": {"kind": "replaced", "by": null}},
        {"every": 9, "damage": {"kind": "lone_surrogate", "field": "name"}},
    ], "twins": [{"path": "/b", "at": "/a"}]});
    assert_eq!(control(Method::PUT, document.clone()).await.unwrap().status(), 200);
    assert_eq!(owner.list(all()).await.0[0], Value::Null);
    let told: Value = control(Method::GET, Value::Null).await.unwrap().json().await.unwrap();
    assert_eq!(told["happened"], json!({"unreadable": 1, "twins": 1}));
    assert_eq!((&told["late_calls"], &told["twins"]), (&json!(1), &document["twins"]));
    assert_eq!(told["unreadable"][0]["times"], 0);
    for (document, why) in [
        (json!({"late": 1}), "unknown field `late`"),
        (json!({"reset_after": 0}), "reset_after"),
        (json!({"unreadable": [{"damage": {"kind": "replaced", "by": 1}}]}), "either path or every"),
        (
            json!({"unreadable": [{"every": 0, "damage": {"kind": "raw", "text": ""}}]}),
            "either path or every",
        ),
        (json!({"unreadable": [{"path": "/a", "damage": {"kind": "eaten"}}]}), "unknown variant `eaten`"),
        (json!({"twins": [{"path": "/a", "at": "b"}]}), "\"b\" is no path"),
    ] {
        let answer = control(Method::PUT, document).await.unwrap();
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(text.contains(why), "{text}");
    }
    let told: Value = control(Method::DELETE, Value::Null).await.unwrap().json().await.unwrap();
    assert_eq!((&told["unreadable"], &told["late_calls"]), (&json!([]), &json!(0)));
    assert_eq!(owner.list(all()).await.0.len(), 2);
}
