//! Names that a directory can contain and Dropbox cannot, and names that Dropbox accepts (T62, T67).

use std::{collections::BTreeSet, ffi::OsStr, fs, os::unix::ffi::OsStrExt};

use serde_json::{Value, json};

use crate::world::{Session, World, brief};

async fn paths(owner: &Session<'_>) -> BTreeSet<String> {
    let (entries, _) = owner.list(json!({"path": "", "recursive": true})).await;
    let paths: BTreeSet<String> = brief(&entries).into_iter().collect();
    assert_eq!(paths.len(), entries.len(), "nothing comes twice");
    paths
}

async fn content(owner: &Session<'_>, path: &str) -> String {
    owner.download(path, &[]).await.text().await.unwrap()
}

#[tokio::test]
async fn names_that_differ_only_in_case_each_get_one() {
    let world = World::start().await;
    world.write("Makefile", "upper");
    world.write("makefile", "lower");
    world.write("DIR/a.txt", "1");
    world.write("dir/a.txt", "2");
    world.rescan().await;
    let owner = world.connect().await;
    let expected = [
        "file /DIR/a.txt",
        "file /Makefile",
        "file /dir (Case Conflict)/a.txt",
        "file /makefile (Case Conflict)",
        "folder /DIR",
        "folder /dir (Case Conflict)",
    ];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    assert_eq!(content(&owner, "/makefile (case conflict)").await, "lower");
    assert_eq!(content(&owner, "/dir (case conflict)/a.txt").await, "2");
    let conflict = owner.metadata("/makefile (case conflict)").await;
    fs::remove_file(world.at("Makefile")).unwrap();
    let world = world.restart(|_| {}).await;
    let owner = world.connect().await;
    assert_eq!(owner.metadata("/makefile (case conflict)").await, conflict, "the name stays");
}

#[tokio::test]
async fn bytes_that_are_no_text_get_a_name() {
    let world = World::start().await;
    let raw = |bytes: &[u8]| world.at("").join(OsStr::from_bytes(bytes));
    fs::write(raw(b"caf\xe9.txt"), "latin").unwrap();
    fs::write(raw(b"caf\xea.txt"), "also").unwrap();
    fs::write(raw(b"back\\slash"), "1").unwrap();
    fs::write(raw("e\u{301}".as_bytes()), "decomposed").unwrap();
    fs::write(raw("é".as_bytes()), "composed").unwrap();
    fs::write(raw("emoji 😀 \u{7f}".as_bytes()), "1").unwrap();
    fs::create_dir(raw(b"dir\xff")).unwrap();
    fs::write(raw(b"dir\xff/in\xfe"), "deep").unwrap();
    world.rescan().await;
    let owner = world.connect().await;
    let expected = [
        "file /back_slash",
        "file /caf\u{fffd} (Unicode Encoding Conflict).txt",
        "file /caf\u{fffd}.txt",
        "file /dir\u{fffd}/in\u{fffd}",
        "file /emoji 😀 _",
        "file /é",
        "file /é (Unicode Encoding Conflict)",
        "folder /dir\u{fffd}",
    ];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    let answer = owner.send("files/get_metadata", &json!({"path": "/dir\u{fffd}/in\u{fffd}"})).await;
    let id = answer.json::<Value>().await.unwrap()["id"].as_str().unwrap().to_owned();
    assert_eq!(content(&owner, &id).await, "deep");
}

#[tokio::test]
async fn a_rename_that_changes_only_case_is_not_told() {
    let world = World::start().await;
    world.write("Dir/a", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let (before, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    fs::rename(world.at("Dir"), world.at("DIR")).unwrap();
    world.rescan().await;
    assert!(owner.since(&cursor).await.0.is_empty());
    let (after, _) = owner.list(json!({"path": "", "recursive": true})).await;
    assert_eq!(brief(&after), ["folder /DIR", "file /DIR/a"]);
    assert_eq!((&before[0]["id"], &before[1]["id"]), (&after[0]["id"], &after[1]["id"]));
    assert_eq!(content(&owner, "/dir/a").await, "1");
}

#[tokio::test]
async fn long_names_and_deep_paths_are_fine() {
    let world = World::start().await;
    let name = "n".repeat(255);
    let deep: Vec<String> = (0..40).map(|n| format!("level {n}")).collect();
    world.write(&name, "1");
    world.write(&format!("{}/file", deep.join("/")), "1");
    world.rescan().await;
    let owner = world.connect().await;
    assert_eq!(paths(&owner).await.len(), 42);
    assert_eq!(owner.metadata(&format!("/{name}")).await["name"], json!(name));
}

#[tokio::test]
async fn slashes_too_many_are_ignored() {
    let world = World::start().await;
    world.write("docs/sub/a.txt", "a");
    world.rescan().await;
    let owner = world.connect().await;
    for path in ["//docs", "/docs//", "///docs"] {
        let (entries, _) = owner.list(json!({"path": path})).await;
        assert_eq!(brief(&entries), ["folder /docs/sub"], "{path}");
    }
    for path in ["//docs/sub/a.txt", "/docs//sub/a.txt", "//docs//sub//a.txt"] {
        assert_eq!(owner.metadata(path).await["path_display"], "/docs/sub/a.txt", "{path}");
        assert_eq!(content(&owner, path).await, "a");
    }
    let put = owner.put(json!({"path": "//docs//b.txt"}), "b").await;
    assert_eq!(put["path_display"], "/docs/b.txt");
    for (route, path) in [("files/list_folder", "//"), ("files/get_metadata", "//")] {
        assert_eq!(
            owner.send(route, &json!({ "path": path })).await.status(),
            400,
            "the root is still the root"
        );
    }
}

#[tokio::test]
async fn names_that_cannot_be_are_malformed() {
    let world = World::start().await;
    let owner = world.connect().await;
    let long = format!("/{}", "é".repeat(256));
    for path in ["/x ", "/a /b.txt", "/del\u{7f}.txt", "/\u{7f}/b", "/a/..", "/back\\slash", &long] {
        let argument = json!({ "path": path });
        for route in ["files/get_metadata", "files/create_folder_v2"] {
            assert_eq!(owner.refusal(route, argument.clone()).await, "path/malformed_path/", "{path:?}");
        }
        assert_eq!(owner.upload(argument, "1").await.status(), 409, "{path:?}");
    }
    assert!(paths(&owner).await.is_empty());
    assert_eq!(owner.put(json!({"path": "/ x.txt"}), "1").await["name"], " x.txt", "a blank may come first");
}

#[tokio::test]
async fn a_directorys_name_that_cannot_be_becomes_one_that_can() {
    let world = World::start().await;
    for name in ["x ", "two  ", "del\u{7f}", "dir /in "] {
        world.write(name, name);
    }
    world.rescan().await;
    let owner = world.connect().await;
    let expected = ["file /del_", "file /dir_/in_", "file /two__", "file /x_", "folder /dir_"];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    assert_eq!(content(&owner, "/dir_/in_").await, "dir /in ");
}

#[tokio::test]
async fn a_name_has_255_characters_whatever_their_bytes() {
    let world = World::start().await;
    let owner = world.connect().await;
    for letter in ["é", "☃", "😀"] {
        let (folder, file) = (letter.repeat(255), format!("{}.txt", letter.repeat(251)));
        let path = format!("/{folder}/{file}");
        let put = owner.put(json!({ "path": path }), letter).await;
        assert_eq!((&put["name"], &put["path_display"]), (&json!(file), &json!(path)));
        let moved = format!("/{folder}/{}.txt", letter.repeat(250));
        owner.call("files/move_v2", json!({"from_path": path, "to_path": moved})).await;
        world.rescan().await;
        assert_eq!(content(&owner, &moved).await, letter);
        assert_eq!(owner.metadata(&format!("/{folder}")).await["name"], json!(folder));
        assert!(world.at("").read_dir().unwrap().count() > 0, "the directory holds them");
    }
}

#[tokio::test]
async fn a_name_is_composed_where_it_is_stored_and_not_where_it_is_sought() {
    let world = World::start().await;
    let owner = world.connect().await;
    for (decomposed, composed) in
        [("Cafe\u{301}.txt", "Café.txt"), ("u\u{308}ber", "über"), ("n\u{303}", "ñ")]
    {
        let path = format!("/{decomposed}");
        let put = owner.put(json!({ "path": path }), "1").await;
        assert_eq!((&put["name"], &put["path_display"]), (&json!(composed), &json!(format!("/{composed}"))));
        for route in ["files/get_metadata", "files/list_folder"] {
            assert_eq!(owner.refusal(route, json!({ "path": path })).await, "path/not_found/", "{composed}");
        }
        assert_eq!(owner.refusal("files/delete_v2", json!({ "path": path })).await, "path_lookup/not_found/");
        let away = json!({"from_path": path, "to_path": "/away"});
        assert_eq!(owner.refusal("files/move_v2", away).await, "from_lookup/not_found/");
        assert_eq!(owner.download(&path, &[]).await.status(), 409);
        assert_eq!(owner.metadata(&format!("/{composed}")).await["id"], put["id"]);
    }
}

#[tokio::test]
async fn what_is_not_dropboxs_stays_in_the_directory() {
    let world = World::start().await;
    let ignored = ["Thumbs.db", ".DS_Store", "desktop.ini", "icon\r", ".dropbox", ".dropbox.attr"];
    let temporary = ["~$Letter.docx", ".~lock.sums.ods#", "~wrl0001.TMP"];
    for name in ignored.iter().chain(&temporary) {
        world.write(name, "1");
        world.write(&format!("d/{}", name.to_uppercase()), "1");
    }
    world.write("~notes.txt", "1");
    world.write("Thumbs.db.txt", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let expected = ["file /Thumbs.db.txt", "file /~notes.txt", "folder /d"];
    assert_eq!(paths(&owner).await, expected.map(String::from).into());
    for name in ignored {
        for path in [format!("/{name}"), format!("/{}", name.to_uppercase()), format!("/{name}/a.txt")] {
            let answer = owner.upload(json!({ "path": path }), "1").await;
            let told: Value = answer.json().await.unwrap();
            assert_eq!(told["error"]["reason"], json!({".tag": "disallowed_name"}), "{path:?}");
        }
    }
    let (_, cursor) = owner.list(json!({"path": "", "recursive": true})).await;
    fs::rename(world.at("~notes.txt"), world.at("~notes.tmp")).unwrap();
    world.rescan().await;
    assert_eq!(brief(&owner.since(&cursor).await.0), ["deleted /~notes.txt"]);
}

#[tokio::test]
async fn lower_case_is_that_of_2005() {
    let world = World::start().await;
    let owner = world.connect().await;
    for (name, lower) in [
        ("ΣΑΣ", "σασ"),
        ("Ꙋ", "Ꙋ"),
        ("İ", "i"),
        ("ΤΕΛΟΣ.txt", "τελοσ.txt"),
        ("Ⱥꓐ", "Ⱥꓐ"),
        ("Straẞe", "straẞe"),
    ] {
        let put = owner.put(json!({"path": format!("/{name}")}), "1").await;
        assert_eq!((&put["name"], &put["path_lower"]), (&json!(name), &json!(format!("/{lower}"))));
        assert_eq!(owner.metadata(&format!("/{lower}")).await["id"], put["id"]);
    }
    let answer = owner.upload(json!({"path": "/ꙋ"}), "2").await;
    assert_eq!(answer.status(), 200, "to Dropbox this is another name than Ꙋ");
}
