//! Downloading.

use fake_dropbox::Fault;
use serde_json::{Value, json};

use crate::world::{FIRST, World, summary};

#[tokio::test]
async fn a_file_comes_whole_and_in_ranges() {
    let world = World::start().await;
    let content: Vec<u8> = (0..10_000_000_u32).map(|i| (i % 251) as u8).collect();
    std::fs::write(world.at("big é.bin"), &content).unwrap();
    world.rescan().await;
    let owner = world.connect().await;
    let metadata = owner.metadata("/big é.bin").await;
    let (id, rev) = (metadata["id"].as_str().unwrap(), metadata["rev"].as_str().unwrap());
    let whole = owner.download(id, &[]).await;
    assert_eq!(whole.status(), 200);
    assert_eq!(whole.headers()["content-length"], "10000000");
    assert_eq!(whole.headers()["etag"], format!("\"{rev}\""));
    let header = whole.headers()["dropbox-api-result"].to_str().unwrap().to_owned();
    assert!(header.contains("\"big \\u00e9.bin\""), "{header}");
    let result: Value = serde_json::from_str(&header).unwrap();
    assert_eq!((result.get(".tag"), &result["id"]), (None, &metadata["id"]));
    assert!(whole.bytes().await.unwrap() == content);
    let part = owner.download(&format!("rev:{rev}"), &[("Range", "bytes=5000000-5000099")]).await;
    assert_eq!(part.status(), 206);
    assert_eq!(part.headers()["content-range"], "bytes 5000000-5000099/10000000");
    assert_eq!(part.headers()["content-length"], "100");
    assert!(part.bytes().await.unwrap() == content[5_000_000..5_000_100]);
    let late = owner.download(id, &[("Range", "bytes=10000000-")]).await;
    assert_eq!(
        (late.status().as_u16(), &late.headers()["content-range"]),
        (416, &"bytes */10000000".parse().unwrap())
    );
    let known = owner.download(id, &[("If-None-Match", &format!("\"{rev}\""))]).await;
    assert_eq!(known.status(), 304);
}

#[tokio::test]
async fn a_download_is_a_get_as_well_as_a_post() {
    let world = World::start().await;
    let owner = world.connect().await;
    let put = owner.put(json!({"path": "/a"}), "0123456789").await;
    let etag = format!("\"{}\"", put["rev"].as_str().unwrap());
    let url = world.url("/2/files/download");
    for request in [world.http.get(&url), world.http.post(&url)] {
        let request = request.bearer_auth(&owner.token);
        let in_header = request.try_clone().unwrap().header("Dropbox-API-Arg", r#"{"path":"/a"}"#);
        let in_query = request.query(&[("arg", r#"{"path":"/a"}"#)]);
        for request in [in_header, in_query] {
            let part = request.try_clone().unwrap().header("Range", "bytes=-3").send().await.unwrap();
            assert_eq!(
                (part.status().as_u16(), part.headers()["etag"].to_str().unwrap()),
                (206, etag.as_str())
            );
            assert_eq!(part.headers()["content-range"], "bytes 7-9/10");
            assert_eq!(part.text().await.unwrap(), "789");
            let known = request.header("If-None-Match", &etag).send().await.unwrap();
            assert_eq!(known.status(), 304);
        }
    }
    assert_eq!(world.http.put(&url).bearer_auth(&owner.token).send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn the_argument_may_be_in_the_query_string() {
    let world = World::start().await;
    world.write("empty", "");
    world.rescan().await;
    let owner = world.connect().await;
    let query = [("arg", r#"{"path":"/empty"}"#), ("authorization", &format!("Bearer {}", owner.token))];
    let answer = world.http.get(world.url("/2/files/download")).query(&query).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-length"], "0");
    let hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(answer.headers()["dropbox-api-result"].to_str().unwrap().contains(hash));
}

#[tokio::test]
async fn what_cannot_be_downloaded() {
    let world = World::start().await;
    world.write("d/a", "1");
    world.rescan().await;
    let owner = world.connect().await;
    let refusal = async |path: &str| {
        let answer = owner.download(path, &[]).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["content-type"]),
            (409, &"application/json".parse().unwrap())
        );
        summary(&answer.json().await.unwrap())
    };
    assert_eq!(refusal("/none").await, "path/not_found/");
    assert_eq!(refusal("/d").await, "path/not_file/");
    let old = owner.metadata("/d/a").await["rev"].as_str().unwrap().to_owned();
    world.write("d/a", "22");
    world.rescan().await;
    assert_eq!(refusal(&format!("rev:{old}")).await, "path/not_found/");
}

#[tokio::test]
async fn bytes_and_metadata_belong_together_even_before_the_watch_has_looked() {
    let world = World::start().await;
    world.write("a", "1");
    world.rescan().await;
    let owner = world.connect().await;
    for round in 0..20 {
        let content = format!("content {round}");
        world.write("a", &content);
        let answer = owner.download("/a", &[]).await;
        let result = answer.headers()["dropbox-api-result"].to_str().unwrap().to_owned();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["size"], json!(content.len()));
        assert_eq!(answer.text().await.unwrap(), content);
    }
    std::fs::remove_file(world.at("a")).unwrap();
    assert_eq!(owner.download("/a", &[]).await.status(), 409);
}

#[tokio::test]
async fn a_download_that_was_cut_goes_on_from_there() {
    let world = World::start().await;
    let owner = world.connect().await;
    let content = "0123456789".repeat(20_000);
    let put = owner.put(json!({"path": "/a"}), &content).await;
    world.fake.faults(FIRST).next("files/download", 1, Fault::CutBody);
    let mut cut = owner.download("/a", &[]).await;
    let mut got = Vec::new();
    while let Ok(Some(piece)) = cut.chunk().await {
        got.extend(piece);
    }
    let rev = format!("rev:{}", put["rev"].as_str().unwrap());
    let rest = owner.download(&rev, &[("Range", &format!("bytes={}-", got.len()))]).await;
    assert_eq!(rest.status(), 206);
    let range = format!("bytes {}-{}/{}", got.len(), content.len() - 1, content.len());
    assert_eq!(rest.headers()["content-range"], range.as_str());
    let result: Value = serde_json::from_str(rest.headers()["dropbox-api-result"].to_str().unwrap()).unwrap();
    assert_eq!(result["size"], json!(content.len()), "the metadata is of the whole file");
    got.extend(rest.bytes().await.unwrap());
    assert!(got == content.as_bytes());
}
