//! Transfers: which bytes are fetched, from where, and how many times.

use fake_dropbox::Fault;
use shared::model::{Content, Family, Formats, Item, NotFetched};
use tests::World;

const FIRST: &str = "first@example.com";

async fn content(world: &World, connection: shared::model::ConnectionId, path: &str) -> Item {
    let items = world.items(connection).await;
    items.into_iter().find(|item| item.metadata.path_lower == path).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_downloaded_is_exported_or_skipped() {
    let world = World::new().await;
    world.write(FIRST, "Plan.paper", b"# A plan");
    world.write(FIRST, "Survey.gform", b"{}");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let Content::Ready { exported: Some(exported), .. } =
        content(&world, connection, "/plan.paper").await.content
    else {
        panic!("the document is exported")
    };
    let ready =
        world.events().await.into_iter().find(|event| event.detail_type == "File Ready").unwrap().detail;
    assert_eq!(ready["exported_as"], "markdown", "{ready}");
    assert_eq!(ready["size"], exported.size, "{ready}");
    assert_eq!(ready["content_hash"], exported.content_hash, "{ready}");
    let full_listing = content(&world, connection, "/survey.gform").await.content;
    assert!(
        matches!(full_listing, Content::Skipped { reason: NotFetched::NotDownloadable, .. }),
        "{full_listing:?}"
    );
}

/// T11: the fake Dropbox refuses a format that it has not offered.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_export_options_is_exported_as_dropbox_chooses() {
    let world = World::new().await;
    let documents = [
        ("Link.web", "html", "<!DOCTYPE html>\n<pre>bytes</pre>\n"),
        ("Folder/OTHER.WEB", "html", "<!DOCTYPE html>\n<pre>bytes</pre>\n"),
        ("Folder/Letter.gdoc", "docx", "bytes"),
        ("Sums.gsheet", "xlsx", "bytes"),
    ];
    for (path, ..) in documents {
        world.write(FIRST, path, b"bytes");
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    for (path, format, bytes) in documents {
        let item = content(&world, connection, &format!("/{}", path.to_lowercase())).await;
        let Content::Ready { exported: Some(exported), .. } = &item.content else {
            panic!("{path} is exported: {:?}", item.content)
        };
        assert_eq!(item.metadata.export_as.as_deref(), Some(format), "{path}");
        assert_eq!(item.metadata.export_by_name, format != "html", "{path}");
        assert_eq!(exported.size, bytes.len() as u64, "{path}");
        assert_eq!(world.bytes_of(connection, &item).await.unwrap(), bytes, "{path}");
    }
    assert_eq!(world.stack.dropbox.calls()["files/export"], 4, "none was refused first");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_formats_that_a_project_wants_are_fetched() {
    let formats = Formats::Only { families: vec![Family::Text], endings: vec!["dat".to_owned()] };
    let world = World::with_settings(|settings| settings.formats = formats).await;
    for name in ["a.txt", "b.DAT", "c.mp4"] {
        world.write(FIRST, name, name.as_bytes());
    }
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    assert!(content(&world, connection, "/a.txt").await.is_ready());
    assert!(content(&world, connection, "/b.dat").await.is_ready());
    let video = content(&world, connection, "/c.mp4").await.content;
    assert!(matches!(video, Content::Skipped { reason: NotFetched::UnwantedFormat, .. }), "{video:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_there_already_are_copied_and_bytes_of_no_file_are_removed() {
    let world = World::new().await;
    world.write(FIRST, "one.txt", b"the same bytes");
    let connection = world.first_app("u").connect(FIRST).await;
    world.settled().await;
    let fetched = || world.stack.dropbox.calls().get("files/download").copied().unwrap_or_default();
    let before = fetched();
    world.write(FIRST, "two.txt", b"the same bytes");
    world.settled().await;
    assert_eq!(fetched(), before, "they were fetched again");
    world.assert_mirrors(connection, FIRST).await;
    let one = content(&world, connection, "/one.txt").await;
    world.remove(FIRST, "one.txt");
    world.settled().await;
    world.assert_mirrors(connection, FIRST).await;
    assert_eq!(world.bytes_of(connection, &one).await, None, "they are still in the bucket");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_download_that_is_cut_goes_on_where_it_stopped() {
    let world = World::hurried().await;
    let bytes: Vec<u8> = (0..9_000_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/download", 3, Fault::CutBody);
    world.write(FIRST, "large.bin", &bytes);
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    assert_eq!(faults.injected()["cut_body"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_bytes_are_never_kept() {
    let world = World::hurried().await;
    let faults = world.stack.dropbox.faults(FIRST);
    faults.next("files/download", 2, Fault::WrongBytes);
    world.write(FIRST, "a.txt", b"the right bytes");
    let connection = world.first_app("u").connect(FIRST).await;
    world.mirrored(connection, FIRST).await;
    assert_eq!(faults.injected()["wrong_bytes"], 2);
}
