//! Secrets, and the search for them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use local::browser::{Browser, BrowserPage};
use shared::{
    model::{BrowserSecret, ConnectionId},
    seal::{EncryptionContext, Owner},
    store::{Connections, TokenStore},
};
use tests::{Answer, World};
use url::Url;

/// Files and folders that are meant to contain secrets: the operator's file, the master key, Dropbox, and its
/// accounts.
const SECRETIVE: [&str; 5] = ["secrets.json", "master.key", "fake-dropbox", "dropbox", "tls"];

/// Used secrets by name, and the error responses that callers received.
pub(crate) struct Hunt {
    secrets: BTreeMap<String, String>,
    errors: Vec<String>,
}

impl Hunt {
    /// Creates a hunt with the secrets that exist from the start.
    pub(crate) fn of(world: &World) -> Self {
        let mut hunt = Self { secrets: BTreeMap::new(), errors: Vec::new() };
        hunt.add("app secret", world.stack.app.secret.expose());
        for project in &world.stack.projects {
            hunt.add(&format!("API key of {}", project.project.name), project.key.expose());
        }
        hunt
    }

    /// Adds a secret that is used from now on.
    pub(crate) fn add(&mut self, name: &str, secret: &str) {
        assert!(secret.len() > 8, "{name} is too short to be known again: {secret}");
        self.secrets.insert(format!("{name} {}", self.secrets.len()), secret.to_owned());
    }

    /// Adds the secrets of a connect: those in the link, the browser's cookie, and the address to which it
    /// was sent back.
    pub(crate) fn add_connect(&mut self, link: &str, browser: &Browser, back: &Url) {
        let asked = |url: &Url, name: &str| {
            url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        self.add("ticket", &asked(&link.parse().unwrap(), "ticket").unwrap());
        self.add("state", &asked(back, "state").unwrap());
        if let Some(code) = asked(back, "code") {
            self.add("code", &code);
        }
        let cookie = browser.cookie("__Host-dropline-connect").unwrap();
        self.add("PKCE verifier", BrowserSecret::new(cookie.as_str()).pkce_verifier().expose());
        self.add("cookie", &cookie);
    }

    /// Adds the current tokens of a connection.
    pub(crate) async fn add_tokens(&mut self, world: &World, id: ConnectionId) {
        let (store, keyring) = (world.stack.store(), &world.stack.machine.keyring);
        let project = store.connection(id).await.unwrap().unwrap().project;
        let sealed = store.tokens(id).await.unwrap().unwrap();
        for (field, sealed) in [("access", sealed.access), ("refresh", sealed.refresh)] {
            let context = EncryptionContext { project, owner: Owner::Connection(id), field };
            self.add(&format!("{field} token"), &keyring.open(context, &sealed).await.unwrap());
        }
    }

    /// Records a response, which must be an error.
    pub(crate) fn failed(&mut self, answer: &Answer) {
        assert!(!answer.status.is_success(), "{}", answer.body);
        self.errors.push(answer.body.to_string());
    }

    /// Records a browser's page, which must be an error.
    pub(crate) fn failed_page(&mut self, shown: &BrowserPage) {
        assert!(!shown.status.is_success(), "{}", shown.body);
        self.errors.push(format!("{:?}\n{}", shown.headers, shown.body));
    }

    /// Returns all recorded error responses.
    pub(crate) fn errors(&self) -> &[String] {
        assert!(self.errors.len() > 10, "few errors were looked at");
        &self.errors
    }

    /// Searches a text.
    pub(crate) fn search_text(&self, place: &str, text: &str) {
        self.search(place, text.as_bytes());
    }

    /// Searches every file below a folder: table, queues, bus and bucket, including deleted data that is not
    /// overwritten yet.
    pub(crate) fn search_files(&self, folder: &Path) {
        let mut files = Vec::new();
        collect(folder, &mut files);
        for needed in ["dynamodb.sqlite", "queues.sqlite"] {
            assert!(files.iter().any(|file| file.ends_with(needed)), "{needed} is not among {files:?}");
        }
        for file in files {
            self.search(&file.display().to_string(), &fs::read(&file).unwrap());
        }
    }

    fn search(&self, place: &str, bytes: &[u8]) {
        for (name, secret) in &self.secrets {
            for form in [secret.clone(), STANDARD.encode(secret)] {
                let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
                assert!(!found, "the {name} stands in {place}");
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        if SECRETIVE.iter().any(|secretive| name == *secretive) {
            continue;
        }
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}
