//! Searching.

use serde_json::{Value, json};

use crate::world::{APP, FIRST, OTHER_APP, SECOND, SECRET, Session, World};

const SEARCH: &str = "files/search_v2";
const CONTINUE: &str = "files/search/continue_v2";

async fn world(paths: &[&str]) -> World {
    let world = World::start().await;
    paths.iter().for_each(|path| world.write(path, "1"));
    world.rescan().await;
    world
}

fn paths(answer: &Value) -> Vec<String> {
    let path = |found: &Value| found["metadata"]["metadata"]["path_display"].as_str().unwrap().to_owned();
    answer["matches"].as_array().unwrap().iter().map(path).collect()
}

async fn found(owner: &Session<'_>, query: &str, options: Value) -> Vec<String> {
    paths(&owner.call(SEARCH, json!({"query": query, "options": options})).await)
}

#[tokio::test]
async fn a_match_has_dropboxs_shape() {
    let world = world(&["Reports/Report.txt"]).await;
    let owner = world.connect().await;
    let answer = owner.call(SEARCH, json!({"query": "report", "match_field_options": null})).await;
    let wrapped = |metadata: Value| {
        let metadata = json!({".tag": "metadata", "metadata": metadata});
        json!({"metadata": metadata, "match_type": {".tag": "filename"}})
    };
    let matches = json!([
        wrapped(owner.metadata("/Reports").await),
        wrapped(owner.metadata("/Reports/report.txt").await)
    ]);
    assert_eq!(answer, json!({"matches": matches, "has_more": false}));
}

#[tokio::test]
async fn names_are_matched_word_by_word_whatever_their_case() {
    let world = world(&["Été/Big Plan.PDF", "Été/plan of a bigger thing.txt", "other", "planless/x"]).await;
    let owner = world.connect().await;
    let all = json!({});
    assert_eq!(
        found(&owner, "PLAN", all.clone()).await,
        ["/planless", "/Été/Big Plan.PDF", "/Été/plan of a bigger thing.txt"]
    );
    assert_eq!(
        found(&owner, "big plan", all.clone()).await,
        ["/Été/Big Plan.PDF", "/Été/plan of a bigger thing.txt"]
    );
    assert_eq!(found(&owner, "e\u{301}T\u{c9}", all.clone()).await, ["/Été"]);
    assert_eq!(found(&owner, "pdf", all.clone()).await, ["/Été/Big Plan.PDF"]);
    assert!(found(&owner, "big nothing", all).await.is_empty());
}

#[tokio::test]
async fn options_narrow_a_search() {
    let world = world(&["a/x.txt", "a/x y/x.jpg", "ab/x.txt", "x.doc"]).await;
    let owner = world.connect().await;
    assert_eq!(found(&owner, "x", json!({"path": "/A"})).await, ["/a/x y", "/a/x y/x.jpg", "/a/x.txt"]);
    let id = owner.metadata("/a/x y").await["id"].clone();
    assert_eq!(found(&owner, "x", json!({"path": id})).await, ["/a/x y/x.jpg"]);
    let folders =
        json!({"path": "", "filename_only": true, "file_status": "active", "file_categories": ["folder"]});
    assert_eq!(found(&owner, "x", folders).await, ["/a/x y"]);
    let tagged = json!({"file_categories": [{".tag": "image"}, {".tag": "document"}], "path": "/a"});
    assert_eq!(found(&owner, "x", tagged).await, ["/a/x y/x.jpg", "/a/x.txt"]);
    assert_eq!(
        found(&owner, "x", json!({"file_extensions": ["TXT", ".doc"]})).await,
        ["/a/x.txt", "/ab/x.txt", "/x.doc"]
    );
    std::fs::remove_dir_all(world.at("a")).unwrap();
    world.rescan().await;
    assert_eq!(found(&owner, "x", json!({})).await, ["/ab/x.txt", "/x.doc"]);
    let deleted =
        owner.call(SEARCH, json!({"query": "jpg", "options": {"file_status": {".tag": "deleted"}}})).await;
    assert_eq!(paths(&deleted), ["/a/x y/x.jpg"]);
    assert_eq!(deleted["matches"][0]["metadata"]["metadata"][".tag"], "deleted");
}

#[tokio::test]
async fn the_last_modified_comes_first_on_request() {
    let world = world(&[]).await;
    let owner = world.connect().await;
    for name in ["x1", "x3", "x2"] {
        owner.put(json!({"path": format!("/{name}")}), name).await;
        world.pass(10);
    }
    assert_eq!(found(&owner, "x", json!({"order_by": "last_modified_time"})).await, ["/x2", "/x3", "/x1"]);
    assert_eq!(found(&owner, "x", json!({"order_by": {".tag": "relevance"}})).await, ["/x1", "/x2", "/x3"]);
}

#[tokio::test]
async fn pages_go_on_by_their_cursor() {
    let names: Vec<String> = (0..7).map(|n| format!("d/x{n}")).collect();
    let world = world(&names.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let owner = world.connect().await;
    let mut page = owner.call(SEARCH, json!({"query": "x", "options": {"max_results": 3}})).await;
    let (mut all, mut sizes) = (Vec::new(), Vec::new());
    loop {
        sizes.push(paths(&page).len());
        all.extend(paths(&page));
        if page["has_more"] == false {
            break;
        }
        page = owner.call(CONTINUE, json!({"cursor": page["cursor"]})).await;
    }
    assert_eq!((sizes, page.get("cursor")), (vec![3, 3, 1], None));
    assert_eq!(all, names.iter().map(|name| format!("/{name}")).collect::<Vec<_>>());
    let first = owner.call(SEARCH, json!({"query": "x", "options": {"max_results": 3}})).await;
    let grace = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    let other = world.session(&world.connect_to(OTHER_APP, "othersecret", FIRST).await);
    let (_, listing) = owner.list(json!({"path": ""})).await;
    let mine = first["cursor"].as_str().unwrap();
    for (session, cursor) in [(&grace, mine), (&other, mine), (&owner, "x"), (&owner, &listing)] {
        let answer = session.send(CONTINUE, &json!({"cursor": cursor})).await;
        assert_eq!(answer.status(), 400);
        assert!(answer.text().await.unwrap().ends_with("Invalid \"cursor\" parameter"));
    }
}

#[tokio::test]
async fn what_is_mounted_is_found_where_it_is_shown() {
    let world = world(&["Ours/d/plan", "Private/plan"]).await;
    world.fake.mount(FIRST, "/Ours", SECOND, "/From First").await.unwrap();
    let member = world.session(&world.connect_to(APP, SECRET, SECOND).await);
    assert_eq!(found(&member, "plan", json!({})).await, ["/From First/d/plan"]);
    assert_eq!(found(&member, "plan", json!({"path": "/From First/d"})).await, ["/From First/d/plan"]);
}

#[tokio::test]
async fn what_cannot_be_searched() {
    let world = world(&["a"]).await;
    let owner = world.connect().await;
    let argument = |path: &str| json!({"query": "x", "options": {"path": path}});
    assert_eq!(owner.refusal(SEARCH, argument("/none")).await, "path/not_found/");
    assert_eq!(owner.refusal(SEARCH, argument("/a")).await, "path/not_folder/");
    assert_eq!(owner.refusal(SEARCH, json!({"query": " "})).await, "invalid_argument/");
    for (argument, about) in [
        (argument("x"), "request body: options: path: 'x' did not match pattern"),
        (json!({"query": "x", "options": {"max_results": 1001}}), "1001 is not within 1 and 1000"),
        (json!({"query": "x".repeat(1001)}), "is longer than 1000 characters"),
        (json!({"query": "x", "options": {"file_categories": ["nonsense"]}}), "nonsense"),
        (json!({"query": "x", "path": ""}), "unknown field 'path'"),
    ] {
        let answer = owner.send(SEARCH, &argument).await;
        assert_eq!(answer.status(), 400);
        let text = answer.text().await.unwrap();
        assert!(text.contains(about), "{text}");
    }
}
