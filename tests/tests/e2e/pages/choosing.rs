//! Choosing files and folders.

use serde_json::json;
use shared::model::ConnectionId;

use super::{FIRST, selected, visitor::Visitor, world};

fn choose() -> serde_json::Value {
    json!({"page": "choose"})
}

#[tokio::test(flavor = "multi_thread")]
async fn ticks_survive_the_way_through_folders_and_become_selections() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    assert_eq!(app.link_status(&link).await["status"], "connected");
    visitor.tick("readme.md");
    visitor.open("Clients").await;
    visitor.tick("Signed");
    visitor.open("Drafts").await;
    visitor.tick("draft.md");
    visitor.press(&[("crumb", "/Clients")]).await;
    assert!(visitor.row("Signed").is_ticked, "{:?}", visitor.rows());
    let drafts = visitor.row("Drafts");
    assert!(!drafts.is_ticked && drafts.note.contains("1 chosen inside"), "{drafts:?}");
    visitor.press(&[("crumb", "/")]).await;
    assert!(visitor.row("readme.md").is_ticked && visitor.row("Clients").note.contains("2 chosen inside"));
    assert!(visitor.page.body.contains("1 folder and 2 files"), "{}", visitor.page.body);
    visitor.save().await;
    let status = app.link_status(&link).await;
    assert_eq!(
        (&status["status"], &status["selected"], &status["deselected"]),
        (&json!("chosen"), &json!(3), &json!(0)),
        "{status}"
    );
    world.settled().await;
    let names = selected(&app, &world, &status["connection"]).await;
    assert_eq!(names, ["/Clients/Drafts/draft.md", "/Clients/Signed", "/readme.md"]);
    let connection: ConnectionId = status["connection"].as_str().unwrap().parse().unwrap();
    let mut paths = world.paths(connection).await;
    paths.retain(|path| path.contains('.'));
    assert_eq!(paths.len(), 4, "{paths:?}");
    world.assert_bytes(connection).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_is_emptied_ends_its_selection_and_others_stay() {
    let world = world().await;
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    visitor.tick("readme.md");
    visitor.tick("Clients");
    visitor.save().await;
    world.settled().await;
    let (link, mut visitor) = Visitor::opening(&app, &choose()).await;
    assert!(visitor.row("Clients").is_ticked && visitor.row("readme.md").is_ticked);
    visitor.open("Clients").await;
    let inside = visitor.row("Signed");
    assert!(inside.is_ticked && !inside.is_open && inside.note.contains("part of Clients"), "{inside:?}");
    visitor.press(&[("crumb", "/")]).await;
    visitor.untick("Clients");
    visitor.open("Clients").await;
    visitor.tick("Drafts");
    visitor.save().await;
    let status = app.link_status(&link).await;
    assert_eq!((&status["selected"], &status["deselected"]), (&json!(1), &json!(1)), "{status}");
    world.settled().await;
    assert_eq!(selected(&app, &world, &status["connection"]).await, ["/Clients/Drafts", "/readme.md"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_account_is_chosen_and_given_up_for_a_part_of_it() {
    let world = tests::World::new().await;
    world.write(FIRST, "Folder/a.txt", b"a");
    world.write(FIRST, "b.txt", b"b");
    world.settled().await;
    let app = world.first_app("ada");
    app.connect(FIRST).await;
    world.settled().await;
    let (_, mut visitor) = Visitor::opening(&app, &choose()).await;
    let row = visitor.row("Folder");
    assert!(row.is_ticked && !row.is_open && row.note.contains("part of everything"), "{row:?}");
    visitor.untick("Everything in this Dropbox");
    visitor.press(&[]).await;
    visitor.tick("b.txt");
    visitor.save().await;
    world.settled().await;
    let status = app.link_status(&app.link().await.0).await;
    assert_eq!(status["status"], "pending");
    let connections = app.get("connections").await.body["connections"].clone();
    assert_eq!(selected(&app, &world, &connections[0]["id"]).await, ["/b.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_synced_before_it_is_chosen() {
    let world = tests::World::new().await;
    world.write(FIRST, "a.txt", b"a");
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    world.settled().await;
    visitor.press(&[("do", "cancel")]).await;
    world.settled().await;
    let connections = app.get("connections").await.body["connections"].clone();
    let connection: ConnectionId = connections[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.details(connection).await["selections"], json!([]));
    assert!(world.paths(connection).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_synced_says_why_and_cannot_be_chosen() {
    let world = world().await;
    let app = world.first_app("ada");
    let change = json!({"formats": {"endings": ["md", "bin"]}});
    assert_eq!(app.ask(http::Method::PATCH, "settings", &change.to_string()).await.status, 200);
    let (_, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    visitor.open("Clients").await;
    let large = visitor.row("large.bin");
    assert!(!large.is_open && large.note.contains("larger than the 1.0\u{a0}KB"), "{large:?}");
    visitor.open("Signed").await;
    let text = visitor.row("one.txt");
    assert!(!text.is_open && text.note.contains("does not read this format"), "{text:?}");
    // A form that was changed by hand is no way around it: the worker's rules skip the file.
    let id = text.id.clone();
    visitor.press(&[("shown", &format!("{id}/file/one.txt/x")), ("pick", &id), ("do", "save")]).await;
    world.settled().await;
    let connections = app.get("connections").await.body["connections"].clone();
    let connection: ConnectionId = connections[0]["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(app.details(connection).await["progress"]["files"]["skipped"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_folder_is_shown_in_parts_and_every_entry_is_in_one() {
    let world = world().await;
    for number in 0..900 {
        world.write(FIRST, &format!("Many/file {number}.md"), b"x");
    }
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    let listed = async || {
        let answer = app.call("2/files/list_folder", &json!({"path": "/Many", "limit": 2000})).await;
        answer.body["entries"].as_array().map_or(0, Vec::len)
    };
    world.until(async || listed().await == 900).await;
    visitor.go("").await;
    visitor.open("Many").await;
    let mut names = std::collections::BTreeSet::new();
    for _ in 0..9 {
        assert!(visitor.rows().len() <= 500, "{} rows", visitor.rows().len());
        names.extend(visitor.rows().into_iter().map(|row| row.name));
        let body = &visitor.page.body;
        let Some((_, rest)) = body.split_once("name=\"after\" value=\"") else { break };
        let cursor = rest.split('"').next().unwrap().to_owned();
        let first = visitor.rows()[0].name.clone();
        visitor.tick(&first);
        visitor.press(&[("after", &cursor)]).await;
    }
    assert_eq!(names.len(), 900);
    visitor.save().await;
    assert_eq!(app.link_status(&link).await["selected"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_finds_names_anywhere_and_shows_their_folders() {
    let world = world().await;
    let app = world.first_app("ada");
    let (link, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    visitor.tick("readme.md");
    visitor.press(&[("q", "draft"), ("do", "search")]).await;
    let found = visitor.row("draft.md");
    assert!(found.note.contains("/Clients/Drafts"), "{found:?}");
    visitor.tick("draft.md");
    visitor.press(&[("q", "<script>"), ("do", "search")]).await;
    assert!(visitor.rows().is_empty() && !visitor.page.body.contains("<script>\""), "{}", visitor.page.body);
    assert!(visitor.page.body.contains("&lt;script&gt;"));
    visitor.save().await;
    assert_eq!(app.link_status(&link).await["selected"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text_whatever_they_are() {
    let world = world().await;
    let hostile =
        ["<img src=x onerror=alert(1)>.md", "\u{202e}dm.exe", "a\" onclick=\"x.md", "é 日本 🗂 &amp;.md"];
    for name in hostile {
        world.write(FIRST, name, b"x");
    }
    world.settled().await;
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    let names: Vec<String> = visitor.rows().into_iter().map(|row| row.name).collect();
    for name in hostile {
        assert!(names.iter().any(|shown| shown == name), "{name}: {names:?}");
        visitor.tick(name);
    }
    assert!(!visitor.page.body.contains("<img") && !visitor.page.body.contains("onclick=\"x"));
    visitor.save().await;
    world.settled().await;
    let connections = app.get("connections").await.body["connections"].clone();
    assert_eq!(selected(&app, &world, &connections[0]["id"]).await.len(), hostile.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_was_deleted_here_comes_back_when_its_folder_is_chosen() {
    let world = world().await;
    let app = world.first_app("ada");
    let (_, mut visitor) = Visitor::connecting(&app, &choose(), FIRST).await;
    visitor.tick("Clients");
    visitor.save().await;
    world.settled().await;
    let connections = app.get("connections").await.body["connections"].clone();
    let connection: ConnectionId = connections[0]["id"].as_str().unwrap().parse().unwrap();
    let file = app.dropbox_id("/Clients/Signed/one.txt").await;
    let removed = app.ask(http::Method::DELETE, &format!("connections/{connection}/files/{file}"), "").await;
    assert_eq!(removed.status, 202, "{}", removed.body);
    world.settled().await;
    assert!(!world.paths(connection).await.contains(&"/clients/signed/one.txt".to_owned()));
    let (_, mut visitor) = Visitor::opening(&app, &choose()).await;
    visitor.untick("Clients");
    visitor.open("Clients").await;
    visitor.tick("Signed");
    visitor.save().await;
    world.settled().await;
    let paths = world.paths(connection).await;
    assert!(paths.iter().any(|path| path.to_lowercase() == "/clients/signed/one.txt"), "{paths:?}");
}
