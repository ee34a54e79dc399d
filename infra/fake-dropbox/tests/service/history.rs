//! Random histories of a real directory, with clients that follow the documented rules from any cursor.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fake_dropbox::Adversity;
use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};

use crate::world::{APP, FIRST, SECOND, SECRET, Session, World};

/// One step of a history. There are few names, so that they are reused often.
#[derive(Clone, Debug)]
enum Step {
    Write(String, u8),
    Make(String),
    Remove(String),
    Move(String, String),
    Upload(String, u8),
    ApiMove(String, String),
    ApiDelete(String),
    Scan,
    Read(Index, usize),
    Begin,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let names = proptest::collection::vec(prop_oneof!["a", "b", "B", "c"], 1..4);
    let path = names.prop_map(|names| names.join("/"));
    let step = prop_oneof![
        6 => (path.clone(), 0..3_u8).prop_map(|(path, content)| Step::Write(path, content)),
        3 => path.clone().prop_map(Step::Make),
        3 => path.clone().prop_map(Step::Remove),
        5 => (path.clone(), path.clone()).prop_map(|(from, to)| Step::Move(from, to)),
        2 => (path.clone(), 0..3_u8).prop_map(|(path, content)| Step::Upload(path, content)),
        2 => (path.clone(), path.clone()).prop_map(|(from, to)| Step::ApiMove(from, to)),
        1 => path.prop_map(Step::ApiDelete),
        5 => Just(Step::Scan),
        4 => (any::<Index>(), 1_usize..4).prop_map(|(client, pages)| Step::Read(client, pages)),
        1 => Just(Step::Begin),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Location of the history, on disk and in the account that sees it.
#[derive(Clone, Copy)]
struct Place {
    disk: &'static str,
    email: &'static str,
    shown: &'static str,
}

const HOME: Place = Place { disk: "", email: FIRST, shown: "" };
const MOUNT: Place = Place { disk: "Ours", email: SECOND, shown: "/Mount" };

/// A client's copy of the account: path to id, and revision if it is a file.
#[derive(Default)]
struct Client {
    cursor: Option<String>,
    tree: BTreeMap<String, (Value, Value)>,
}

impl Client {
    async fn read(&mut self, owner: &Session<'_>) -> bool {
        let page = match &self.cursor {
            Some(cursor) => owner.call("files/list_folder/continue", json!({ "cursor": cursor })).await,
            None => owner.call("files/list_folder", json!({"path": "", "recursive": true, "limit": 2})).await,
        };
        for entry in page["entries"].as_array().unwrap() {
            self.apply(entry);
        }
        self.cursor = Some(page["cursor"].as_str().unwrap().to_owned());
        page["has_more"] == true
    }

    fn apply(&mut self, entry: &Value) {
        let path = entry["path_lower"].as_str().unwrap().to_owned();
        let below = format!("{path}/");
        if entry[".tag"] != "folder" {
            self.tree.retain(|known, _| *known != path && !known.starts_with(&below));
        }
        if entry[".tag"] != "deleted" {
            self.tree.insert(path, (entry["id"].clone(), entry["rev"].clone()));
        }
    }
}

fn apply(root: &Path, step: &Step) {
    let at = |path: &String| root.join(path);
    // A step that the file system refuses has no effect.
    let _ = match step {
        Step::Write(path, content) => fs::write(at(path), [*content]),
        Step::Make(path) => fs::create_dir_all(at(path)),
        Step::Remove(path) => fs::remove_file(at(path)).or_else(|_| fs::remove_dir_all(at(path))),
        Step::Move(from, to) => fs::rename(at(from), at(to)),
        _ => Ok(()),
    };
}

async fn call(owner: &Session<'_>, at: &str, step: &Step) {
    match step {
        Step::Upload(path, content) => {
            let argument = json!({"path": format!("{at}/{path}"), "mode": "overwrite"});
            owner.upload(argument, &content.to_string()).await;
        }
        Step::ApiMove(from, to) => {
            let argument = json!({"from_path": format!("{at}/{from}"), "to_path": format!("{at}/{to}")});
            owner.send("files/move_v2", &argument).await;
        }
        Step::ApiDelete(path) => {
            owner.send("files/delete_v2", &json!({"path": format!("{at}/{path}")})).await;
        }
        _ => {}
    }
}

fn on_disk(root: &Path, below: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            on_disk(root, &path, found);
        }
        found.push(path);
    }
}

async fn live_through(world: &World, place: Place, steps: Vec<Step>) {
    let Place { disk, email, shown } = place;
    let owner = world.session(&world.connect_to(APP, SECRET, email).await);
    let root = world.at(disk);
    let mut clients = vec![Client::default()];
    for step in &steps {
        apply(&root, step);
        call(&owner, shown, step).await;
        match step {
            Step::Scan => world.rescan().await,
            Step::Begin => clients.push(Client::default()),
            Step::Read(which, pages) => {
                let client = which.index(clients.len());
                for _ in 0..*pages {
                    clients[client].read(&owner).await;
                }
            }
            _ => {}
        }
    }
    world.rescan().await;
    let mut fresh = Client::default();
    while fresh.read(&owner).await {}
    let mut found = Vec::new();
    on_disk(&root, Path::new(""), &mut found);
    found.extend((!shown.is_empty()).then(|| PathBuf::from(shown)));
    assert_eq!(fresh.tree.len(), found.len(), "each file and directory appears once: {found:?}");
    let ids: BTreeSet<String> = fresh.tree.values().map(|(id, _)| id.to_string()).collect();
    assert_eq!(ids.len(), fresh.tree.len(), "no id is used twice");
    for mut client in clients {
        while client.read(&owner).await {}
        assert_eq!(client.tree, fresh.tree);
    }
    assert_contents(&owner, &fresh).await;
}

/// Asserts that the bytes at every path are those that its metadata describes.
async fn assert_contents(owner: &Session<'_>, client: &Client) {
    for (path, (_, rev)) in client.tree.iter().filter(|(_, (_, rev))| rev.is_string()) {
        let answer = owner.download(path, &[]).await;
        let result: Value =
            serde_json::from_str(answer.headers()["dropbox-api-result"].to_str().unwrap()).unwrap();
        assert_eq!(&result["rev"], rev, "{path} is as it was listed");
        assert_eq!(result["size"], json!(answer.bytes().await.unwrap().len()));
    }
}

fn in_a_new_world(place: Place, steps: Vec<Step>, adversity: Option<Adversity>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::start().await;
        if place.disk != HOME.disk {
            std::fs::create_dir(world.at(place.disk)).unwrap();
            world.fake.mount(FIRST, &format!("/{}", place.disk), place.email, place.shown).await.unwrap();
        }
        adversity.into_iter().for_each(|adversity| world.fake.pages(place.email).set(adversity));
        live_through(&world, place, steps).await;
        world.fake.stop().await;
    });
}

fn awkward(seed: u64, each_deletion: bool) -> Adversity {
    Adversity {
        seed,
        empty_pages: 0.2,
        short_pages: true,
        late_folders: 0.4,
        late_deletions: 0.4,
        repeats: 0.3,
        each_deletion,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn every_client_ends_with_what_is_on_disk(steps in steps()) {
        in_a_new_world(HOME, steps, None);
    }

    #[test]
    fn so_does_every_client_that_is_told_in_awkward_pages(steps in steps(), seed in any::<u64>(), each in any::<bool>()) {
        in_a_new_world(HOME, steps, Some(awkward(seed, each)));
    }

    #[test]
    fn so_does_every_client_of_whoever_mounted_it(steps in steps(), seed in any::<u64>(), each in any::<bool>()) {
        in_a_new_world(MOUNT, steps, Some(awkward(seed, each)));
    }
}
