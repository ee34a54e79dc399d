//! T12: a symbolic link is told of with its target. Dropbox lists a link as a file with `symlink_info`.

use std::collections::BTreeMap;

use fake_dropbox::listings::{Damage, Defects, Unreadable};
use serde_json::{Value, json};
use shared::model::ConnectionId;
use tests::{App, World};

use super::FIRST;

/// Paths of links, each with its target, which need not exist.
const LINKS: [(&str, &str); 5] = [
    ("/beside", "plain.txt"),
    ("/folder/above", "../plain.txt"),
    ("/absolute", "/etc/hosts"),
    ("/of a folder", "folder/"),
    ("/of no ASCII", "Größe ☃.txt"),
];

/// Makes Dropbox list files as links. The fake itself lists no link of its directory.
fn list_as_links(world: &World, links: &[(&str, &str)]) {
    let entry = |(path, target): &(&str, &str)| {
        let (field, value) = ("symlink_info".to_owned(), json!({"target": target}));
        Unreadable::at(path, Damage::With { field, value })
    };
    let defects = Defects { unreadable: links.iter().map(entry).collect(), ..Defects::default() };
    world.stack.dropbox.listings(FIRST).set(defects);
}

/// Returns the files and folders of a connection, as its project reads them.
async fn files(app: &App, connection: ConnectionId) -> Vec<Value> {
    let answer = app.get(&format!("connections/{connection}/files")).await;
    answer.body["files"].as_array().unwrap().clone()
}

/// Returns the changes of a connection, as its project reads them.
async fn changes(app: &App, connection: ConnectionId) -> Vec<Value> {
    let answer = app.get(&format!("connections/{connection}/changes")).await;
    answer.body["changes"].as_array().unwrap().clone()
}

/// Returns the path and the target of each item that has a target.
fn targets<'a>(items: impl IntoIterator<Item = &'a Value>) -> BTreeMap<String, Value> {
    let target =
        |item: &Value| Some((item["path"].as_str()?.to_owned(), item.get("symlink_target")?.clone()));
    items.into_iter().filter_map(target).collect()
}

fn expected(links: &[(&str, &str)]) -> BTreeMap<String, Value> {
    links.iter().map(|(path, target)| ((*path).to_owned(), json!(target))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_told_of_with_its_target_and_nothing_else_has_one() {
    let world = World::new().await;
    world.write(FIRST, "plain.txt", b"plain");
    for (path, _) in LINKS {
        world.write(FIRST, path.trim_start_matches('/'), path.as_bytes());
    }
    list_as_links(&world, &LINKS);
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let listed = files(&app, connection).await;
    assert_eq!(listed.len(), LINKS.len() + 2, "with a file and a folder");
    assert_eq!(targets(&listed), expected(&LINKS));
    for file in &listed {
        let id = file["id"].as_str().unwrap();
        assert_eq!(&app.get(&format!("connections/{connection}/files/{id}")).await.body, file);
    }
    let changes = changes(&app, connection).await;
    assert_eq!(targets(changes.iter().map(|change| &change["item"])), expected(&LINKS));
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_gets_another_target_or_becomes_a_file_is_updated() {
    let world = World::new().await;
    let app = world.first_app("u");
    let connection = app.connect(FIRST).await;
    world.settled().await;
    let rounds: [&[(&str, &str)]; 4] =
        [&[("/link", "first.txt")], &[("/link", "../second.txt")], &[], &[("/link", "third")]];
    for (round, links) in rounds.into_iter().enumerate() {
        list_as_links(&world, links);
        world.write(FIRST, "link", format!("round {round}").as_bytes());
        world.settled().await;
        assert_eq!(targets(&files(&app, connection).await), expected(links), "round {round}");
    }
    let changes = changes(&app, connection).await;
    let kinds: Vec<&str> = changes.iter().map(|change| change["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["created", "updated", "updated", "updated"]);
    world.stop().await;
}
