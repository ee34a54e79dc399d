//! Setup of the tests of Carbon's files: a linked account, and its data source.

use serde_json::{Value, json};
use shared::{model::ConnectionId, store::Ordinals};
use tests::{App, CarbonClient, World};

use super::{FIRST, server};

/// A user with a linked account in which nothing is chosen yet.
pub(super) struct Fixture {
    pub(super) world: World,
    pub(super) app: App,
    pub(super) client: CarbonClient,
    pub(super) connection: ConnectionId,
    /// Integer that identifies the connection.
    pub(super) source: u64,
}

impl Fixture {
    /// Creates a fixture with these files in the account.
    pub(super) async fn with(files: &[(&str, &[u8])]) -> Self {
        Self::of(World::with_settings(|settings| settings.select_everything = false).await, files).await
    }

    pub(super) async fn of(world: World, files: &[(&str, &[u8])]) -> Self {
        for (path, bytes) in files {
            world.write(FIRST, path, bytes);
        }
        let app = world.first_app("user-1");
        let connection = app.connect(FIRST).await;
        // Waits until Dropbox knows the files.
        world.settled().await;
        let ordinals = world.stack.store().ordinals(app.project, &[connection]).await.unwrap();
        let (source, client) = (u64::from(ordinals[&connection]), server(&world, "user-1"));
        Self { world, app, client, connection, source }
    }

    /// Chooses the file or folder at a path, and waits until all work is done.
    pub(super) async fn choose(&self, path: &str, more: Value) -> String {
        let id = self.app.dropbox_id(path).await;
        let mut body = json!({"data_source_id": self.source, "ids": [id]});
        body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        let answer = self.client.post("integrations/files/sync", &body).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &json!({"success": true})));
        self.world.settled().await;
        id
    }

    /// Returns the names of the listed files.
    pub(super) async fn names(&self, query: &Value) -> Vec<String> {
        let names = self.files(query).await.into_iter();
        names.map(|file| file["name"].as_str().unwrap().to_owned()).collect()
    }

    pub(super) async fn files(&self, query: &Value) -> Vec<Value> {
        let answer = self.client.post("user_files_v2", query).await;
        assert_eq!(answer.status, 200, "{query}: {}", answer.body);
        answer.body["results"].as_array().cloned().unwrap()
    }

    /// Returns the file with this name.
    pub(super) async fn file(&self, name: &str) -> Value {
        let mut found = self.files(&json!({"filters": {"name": name}, "include_raw_file": true})).await;
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        found.remove(0)
    }

    pub(super) async fn id(&self, name: &str) -> u64 {
        self.file(name).await["id"].as_u64().unwrap()
    }
}
