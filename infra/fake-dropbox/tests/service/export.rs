//! Files that are exported instead of downloaded.

use serde_json::{Value, json};

use crate::world::{World, brief, summary};

const HELLO: &str = "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50";

async fn world() -> World {
    let world = World::start().await;
    for name in ["Plan.paper", "Letter.gdoc", "Sums.GSHEET", "Talk.gslides", "Poll.gform", "plain.txt"] {
        world.write(name, "hello");
    }
    world.rescan().await;
    world
}

#[tokio::test]
async fn metadata_tells_what_is_exported_to_what() {
    let world = world().await;
    let owner = world.connect().await;
    for (name, info) in [
        ("Plan.paper", json!({"export_as": "markdown", "export_options": ["markdown", "html"]})),
        ("Letter.gdoc", json!({"export_as": "docx", "export_options": ["docx"]})),
        ("Sums.GSHEET", json!({"export_as": "xlsx", "export_options": ["xlsx"]})),
        ("Talk.gslides", json!({"export_as": "pptx", "export_options": ["pptx"]})),
        ("Poll.gform", Value::Null),
    ] {
        let told = owner.metadata(&format!("/{name}")).await;
        assert_eq!((&told["is_downloadable"], &told["export_info"]), (&json!(false), &info), "{name}");
        assert_eq!((told.get("content_hash"), &told["size"]), (None, &json!(5)));
    }
    let plain = owner.metadata("/plain.txt").await;
    assert_eq!((&plain["is_downloadable"], plain.get("export_info")), (&json!(true), None));
}

#[tokio::test]
async fn what_is_exported_is_not_downloaded() {
    let world = world().await;
    let owner = world.connect().await;
    for path in ["/Plan.paper", "/Poll.gform"] {
        let answer = owner.download(path, &[]).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(summary(&answer.json().await.unwrap()), "unsupported_file/");
    }
}

#[tokio::test]
async fn an_export_has_its_own_name_size_and_hash() {
    let world = world().await;
    let owner = world.connect().await;
    let page = "<!DOCTYPE html>\n<pre>hello</pre>\n";
    for (argument, name, content) in [
        (json!({"path": "/Plan.paper"}), "Plan.md", "hello"),
        (json!({"path": "/Plan.paper", "export_format": "html"}), "Plan.html", page),
        (json!({"path": "/sums.gsheet", "export_format": "xlsx"}), "Sums.xlsx", "hello"),
    ] {
        let answer = owner.export(argument.clone()).await;
        assert_eq!(answer.status(), 200);
        let result = answer.headers()["dropbox-api-result"].to_str().unwrap().to_owned();
        let result: Value = serde_json::from_str(&result).unwrap();
        let told = &result["export_metadata"];
        assert_eq!((&told["name"], &told["size"]), (&json!(name), &json!(content.len())));
        assert_eq!(told["export_hash"] == HELLO, content == "hello");
        let mut file = owner.metadata(argument["path"].as_str().unwrap()).await;
        file.as_object_mut().unwrap().remove(".tag");
        assert_eq!(result["file_metadata"], file);
        assert_eq!(answer.text().await.unwrap(), content);
    }
}

#[tokio::test]
async fn what_cannot_be_exported() {
    let world = world().await;
    let owner = world.connect().await;
    for (argument, expected) in [
        (json!({"path": "/plain.txt"}), "non_exportable/"),
        (json!({"path": "/Poll.gform"}), "non_exportable/"),
        (json!({"path": "/Plan.paper", "export_format": "docx"}), "invalid_export_format/"),
        (json!({"path": "/none.paper"}), "path/not_found/"),
    ] {
        let answer = owner.export(argument).await;
        assert_eq!(answer.status(), 409);
        assert_eq!(summary(&answer.json().await.unwrap()), expected);
    }
}

#[tokio::test]
async fn a_listing_may_leave_out_what_cannot_be_downloaded() {
    let world = world().await;
    let owner = world.connect().await;
    let argument = json!({"path": "", "include_non_downloadable_files": false, "limit": 1});
    let (entries, cursor) = owner.list(argument).await;
    assert_eq!(brief(&entries), ["file /plain.txt"]);
    world.write("New.paper", "1");
    world.write("new.txt", "1");
    world.rescan().await;
    assert_eq!(brief(&owner.since(&cursor).await.0), ["file /new.txt"]);
}

/// Covers T67.
#[tokio::test]
async fn a_shortcut_is_exported_to_the_one_format_that_there_is() {
    let world = World::start().await;
    for name in ["Link.web", "d/OTHER.WEB"] {
        world.write(name, "hello");
    }
    world.write("Form.papert", "hello");
    world.rescan().await;
    let owner = world.connect().await;
    for path in ["/link.web", "/d/other.web"] {
        let told = owner.metadata(path).await;
        let info = (&told["is_downloadable"], &told["export_info"], told.get("content_hash"));
        assert_eq!(info, (&json!(false), &json!({"export_as": "html"}), None));
        let answer = owner.download(path, &[]).await;
        assert_eq!(summary(&answer.json().await.unwrap()), "unsupported_file/");
        let answer = owner.export(json!({ "path": path })).await;
        assert!(answer.text().await.unwrap().contains("hello"));
        let named = owner.export(json!({"path": path, "export_format": "html"})).await;
        assert_eq!(summary(&named.json().await.unwrap()), "invalid_export_format/", "it was not offered");
    }
    let template = owner.metadata("/form.papert").await;
    assert_eq!(template["export_info"]["export_options"], json!(["markdown", "html"]));
}
